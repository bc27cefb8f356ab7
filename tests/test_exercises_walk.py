"""The parabola walk as a teacher marks it: slips named, errors carried forward, rounding forgiven."""

from decimal import Decimal

import numpy as np
import pytest

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson1_neuron import TABLE as NEURON
from gdcourse.exercises.lesson1_neuron import neurons
from gdcourse.exercises.lesson1_sheets import CLASSIC, LARGE_WALK, WALK, digits, walks
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent
from gdcourse.theory import curvature, regime

WALKED = EXERCISES["parabola-walk"]
LARGE = EXERCISES["parabola-walk-large-rate"]
ROWS = [(3.6, 2.56), (2.64, 0.4096), (2.256, 0.065536), (2.1024, 0.01048576), (2.04096, 0.0016777216)]
LARGE_ROWS = [
    (-3.6, 31.36),
    (9.84, 61.4656),
    (-8.976, 120.472576),
    (17.3664, 236.12624896),
    (-19.51296, 462.8074479616),
]


pytestmark = pytest.mark.usefixtures("nothing_written")


def outcomes(verdict):
    """Give the outcomes of the rows."""
    return [row.outcome for row in verdict.rows]


def go_on(rows, count=5):
    """Walk on rightly from the last of the learner's own rows."""
    rows = list(rows)
    while len(rows) < count:
        w = rows[-1][0] - 0.3 * 2 * (rows[-1][0] - 2)
        rows.append((w, (w - 2) ** 2))
    return rows


def test_the_hand_worked_numbers_are_right():
    np.testing.assert_allclose(WALKED.answer(), ROWS, rtol=1e-12)
    np.testing.assert_allclose(LARGE.answer(), LARGE_ROWS, rtol=1e-12)
    assert WALKED.judge(ROWS).outcome == "right"
    assert LARGE.judge(LARGE_ROWS).outcome == "right"


@pytest.mark.parametrize("student", ["self-study", "ada", "bob", "0042"])
def test_the_true_walk_is_the_packages_own(student):
    variant = WALKED.variant(student)
    bowl = quadratic((2.0,), centre=(variant["minimum"],))
    for exercise, rate in ((WALKED, "rate"), (LARGE, "large_rate")):
        path = descend(bowl, GradientDescent(rate=variant[rate]), (variant["start"],), steps=5)
        np.testing.assert_allclose(exercise.answer(student), np.column_stack([path.points[1:, 0], path.values[1:]]))
    assert LANDSCAPES["parabola"].start == (6.0,)


@pytest.mark.parametrize(
    "rows",
    [
        [tuple(round(x, 4) for x in row) for row in ROWS],
        np.round(ROWS, 4),
        [["3,6", "2,56"], ["2.64", "0,4096"], ["2,256", "0.0655"], ["2.1024", ".0105"], ["2,041", "0,0017"]],
        [{"w": w, "L": round(x, 4)} for w, x in ROWS],
        [(6, 16), *((w, round(x, 4)) for w, x in ROWS)],
    ],
)
def test_rounding_to_four_decimals_is_accepted_and_named(rows):
    verdict = WALKED.judge(rows)
    assert verdict.outcome == "rounded"
    assert verdict.points == 10
    assert set(outcomes(verdict)) <= {"right", "rounded"}


def test_going_on_from_rounded_numbers_is_accepted():
    for student in ("ada", "bob", "cleo", "dora", "emil"):
        variant, rows = LARGE.variant(student), []
        w = variant["start"]
        for _ in range(5):
            w = round(w - variant["large_rate"] * 2 * (w - variant["minimum"]), 4)
            rows.append((w, round((w - variant["minimum"]) ** 2, 4)))
        assert LARGE.judge(rows, student).outcome in ("right", "rounded")


def test_floating_point_is_forgiven():
    assert WALKED.judge([(w + 4e-16, x * (1 + 1e-14)) for w, x in ROWS]).outcome == "right"
    assert EXERCISES["card-step"].judge("5.6000000000000005").outcome == "right"


def test_a_number_just_beyond_rounding_is_wrong():
    assert WALKED.judge([(3.6, 2.5602), *ROWS[1:]]).outcome == "wrong"
    assert WALKED.judge([(3.6, 2.56004), *ROWS[1:]]).outcome == "rounded"


def test_a_slip_costs_once_and_the_rows_after_it_count():
    verdict = WALKED.judge(go_on([(3.6, 2.56), (3.6 + 0.3 * 3.2, 6.5536)]))
    assert outcomes(verdict) == ["right", "known-mistake", *["right-from-your-own"] * 3]
    assert verdict.mistakes == ("sign-flipped",)
    assert verdict.points == 9
    assert verdict.rows[1].cells[0].outcome == "known-mistake"
    assert verdict.rows[1].cells[1].outcome == "right-from-your-own"
    assert "Step 2" in verdict.message
    assert "your own numbers" in verdict.message


def test_a_number_that_nobody_knows_is_wrong_and_carried_forward_all_the_same():
    verdict = WALKED.judge(go_on([(3.77, 1.77**2)]))
    assert verdict.outcome == "wrong"
    assert outcomes(verdict) == ["wrong", *["right-from-your-own"] * 4]
    assert verdict.mistakes == ()


@pytest.mark.parametrize("name", [mistake.name for mistake in WALK.mistakes])
@pytest.mark.parametrize("row", [1, 3])
def test_a_mistake_made_in_a_single_row_is_named_there(name, row):
    rows = [dict(zip("wL", values, strict=True)) for values in ([6.0, 16.0], *ROWS)]
    before, slipped = rows[row - 1], {}
    mistake = next(mistake for mistake in WALK.mistakes if mistake.name == name)
    for column in WALK.columns:
        right = column.rule(CLASSIC, before, slipped)
        slipped[column.key] = next(iter(mistake.slip(CLASSIC, column.key, before, slipped, right)), right)
    verdict = WALKED.judge(go_on([*ROWS[: row - 1], tuple(slipped.values())]))
    if name == "start-slope-kept" and row == 1:  # in the first row it is no mistake
        assert verdict.outcome == "right"
    else:
        assert name in verdict.mistakes
        assert verdict.rows[row - 1].outcome == "known-mistake"


def test_two_mistakes_in_different_rows_are_both_named():
    flipped = 2.64 + 0.3 * 1.28
    verdict = WALKED.judge([(3.6, 2.56), (2.64, 0.64), (flipped, (flipped - 2) ** 2)])
    assert verdict.mistakes == ("square-forgotten", "sign-flipped")


def test_where_two_mistakes_give_the_same_number_both_are_named_until_row_2():
    alike = {"minimum": 1.0, "start": 2.0, "rate": 0.25, "large_rate": 1.2}  # here w − αL = w − α(w − m)
    words, table = WALKED.words().part("rows"), WALK
    first = table.judge([(1.75, 0.5625)], alike, words, {})
    assert first.mistakes == ("factor-two-forgotten", "loss-for-slope")
    assert "Several slips" in first.message
    second = table.judge([(1.75, 0.5625), (1.75 - 0.25 * 0.5625, 0.6094**2)], alike, words, {})
    assert second.mistakes == ("loss-for-slope",)
    assert "Several slips" not in str(second)


def test_by_row_2_all_mistakes_are_told_apart_in_every_variant():
    assert all(WALK.told_apart(variant) for variant in walks())
    assert all(LARGE_WALK.told_apart(variant) for variant in walks())
    assert all(NEURON.told_apart(variant) for variant in neurons()[::3])


def test_rows_still_blank_are_not_wrong():
    verdict = WALKED.judge(ROWS[:2])
    assert verdict.outcome == "not-attempted"
    assert "right so far: 2 of 5" in verdict.message
    assert verdict.points == 4
    assert outcomes(verdict) == ["right", "right", *["not-attempted"] * 3]
    assert WALKED.judge([(3.6, None), (None, None), (2.256, "")]).outcome == "not-attempted"


def test_what_cannot_be_read_is_said_in_its_cell():
    verdict = WALKED.judge([("three", 2.56), *ROWS[1:]])
    assert verdict.outcome == "unreadable"
    assert "three" in verdict.message
    assert [cell.outcome for cell in verdict.rows[0].cells] == ["unreadable", "right"]
    for rows in ([(1,)], [(1, 2, 3)], [1, 2], [{"v": 1}], [(0.0, 0.0)] * 6, [(6.0, 16.0)] * 7):
        assert WALKED.judge(rows).outcome == "unreadable"


def test_the_questions_below_the_table():
    right = {"rows": ROWS, "monotone": "yes", "graph": [16, 2.5, 0.5, 0, 0, 0]}
    assert (WALKED.judge(right).outcome, WALKED.judge(right).points) == ("right", 12)
    no = WALKED.judge({**right, "monotone": "no"})
    assert (no.outcome, no.mistakes, no.points) == ("known-mistake", ("monotone.no",), 11)
    assert WALKED.judge({**right, "graph": [6, 3.6, 2.6, 2.3, 2.1, 2]}).mistakes == ("graph.w-plotted",)
    assert WALKED.judge({**right, "graph": [2.56, 0.4, 0, 0, 0, 0]}).mistakes == ("graph.shifted",)
    assert WALKED.judge({**right, "graph": [16, 2.5, None, 0, 0, 0]}).outcome == "not-attempted"
    assert WALKED.judge({**right, "graph": [16, 8, 4, 2, 1, 0]}).outcome == "wrong"
    assert WALKED.judge({"rows": ROWS}).outcome == "not-attempted"
    assert LARGE.judge({"rows": LARGE_ROWS, "monotone": "yes"}).mistakes == ("monotone.yes",)


def test_a_graph_of_ones_own_wrong_table_is_right_from_ones_own():
    rows = go_on([(1.2, 0.64)])
    verdict = WALKED.judge({"rows": rows, "monotone": "yes", "graph": [16, *(x for _, x in rows)]})
    assert verdict.rows[-1].outcome in ("right", "right-from-your-own")
    rows = go_on([(8.4, 40.96)])
    own = WALKED.judge({"rows": rows, "monotone": "yes", "graph": [16, 18, 6.55, 1, 0.2, 0]})
    assert own.rows[-1].outcome == "wrong"
    followed = WALKED.judge({"rows": rows, "monotone": "yes", "graph": [16, *(x for _, x in rows)]})
    assert followed.rows[-1].outcome == "right-from-your-own"
    assert followed.points == 11


def test_the_sentence_is_never_judged_and_the_model_waits_for_right_numbers():
    right = {
        "rows": LARGE_ROWS,
        "monotone": "no",
        "graph": [16, *(x for _, x in LARGE_ROWS)],
        "observation": "It explodes.",
    }
    done = LARGE.judge(right)
    assert (done.outcome, done.points) == ("right", 12)
    assert done.rows[-1].outcome == "to-compare"
    assert "diverges" in done.rows[-1].message
    early = LARGE.judge({**right, "rows": LARGE_ROWS[:2]})
    assert early.rows[-1].outcome == "to-compare"
    assert "diverges" not in str(early)
    assert LARGE.judge({**right, "observation": " "}).outcome == "not-attempted"


def test_every_walk_is_pleasant_and_of_the_intended_regime():
    most = {rate: [_last_digits(2.0, 6.0, rate)] for rate in (0.3, 1.2)}
    for v in walks():
        for rate, classic, wanted in ((v["rate"], 0.3, "monotone"), (v["large_rate"], 1.2, "divergent")):
            here = _last_digits(v["minimum"], v["start"], rate)
            assert all(a <= b for a, b in zip(here, most[classic][0], strict=True)), v
            assert regime(rate, 2.0) == wanted
        assert all(digits(Decimal(str(number)))[1] <= 2 for number in v.values())
        assert v["start"] != v["minimum"] != 0
    assert CLASSIC in walks()
    assert float(curvature(LANDSCAPES["parabola"]).L) == 2


def _last_digits(minimum, start, rate):
    """Count digits and decimals of the last row, walked in exact decimals."""
    m, w, a = (Decimal(str(number)) for number in (minimum, start, rate))
    for _ in range(5):
        w = w - a * 2 * (w - m)
    return [count for number in (w, (w - m) ** 2) for count in digits(number)]
