"""How a table is marked: holes are bridged, rounding has two names, and a walk that grows is allowed its rounding."""

import numpy as np
import pytest

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.closeness import cut_off, shortened

WALKED, LARGE = EXERCISES["parabola-walk"], EXERCISES["parabola-walk-large-rate"]
ROWS = [tuple(row) for row in WALKED.answer()]


pytestmark = pytest.mark.usefixtures("nothing_written")


def outcomes(verdict):
    """Give the outcomes of the cells, row by row."""
    return [tuple(cell.outcome for cell in row.cells) for row in verdict.rows]


def walk(first, moves, minimum=2.0):
    """Give the rows of a walk that makes these moves from a first w."""
    places = [first]
    for move in moves:
        places.append(move(places[-1]))
    return [(w, (w - minimum) ** 2) for w in places]


def downhill(w, rate=0.3, minimum=2.0):
    """Take a right step."""
    return w - rate * 2 * (w - minimum)


def uphill(w, rate=0.3, minimum=2.0):
    """Take a step with the sign flipped."""
    return w + rate * 2 * (w - minimum)


@pytest.mark.parametrize("hole", [(None, None), ("", None), ("2,6,4", "?"), (None, 6.5536)])
def test_a_hole_is_bridged_by_the_learners_own_numbers(hole):
    rows = walk(8.4, [downhill] * 4)  # the sign is lost in the first step only
    verdict = WALKED.judge([rows[0], hole, *rows[2:]])
    assert verdict.rows[0].outcome == "known-mistake"
    assert outcomes(verdict)[2:] == [("right-from-your-own",) * 2] * 3
    assert verdict.mistakes == (("sign-flipped",) if verdict.outcome == "known-mistake" else ())
    assert verdict.message.startswith("Step 1: The sign is flipped")


def test_a_hole_hides_no_slip_before_or_after_it():
    flipped = walk(8.4, [uphill] * 4)
    whole = WALKED.judge([flipped[0], (None, None), *flipped[2:]])
    assert whole.mistakes == ("sign-flipped",)
    assert outcomes(whole)[3][0] == "known-mistake"
    later = walk(3.6, [downhill, uphill, downhill, downhill])
    once = WALKED.judge([later[0], (None, None), *later[2:]])
    assert outcomes(once) == [
        ("right", "right"), ("not-attempted",) * 2, ("known-mistake", "right-from-your-own"),
        *[("right-from-your-own",) * 2] * 2,
    ]  # fmt: skip
    assert WALKED.judge([(None, None), flipped[1]]).mistakes == ("sign-flipped",)


def test_the_message_begins_at_the_first_slip():
    rows = walk(3.7, [downhill] * 4)
    verdict = WALKED.judge([*rows[:3], ("?", 0.1), rows[4]])
    assert verdict.outcome == "unreadable"
    assert verdict.message.startswith("Step 1: w does not follow")
    first = WALKED.judge([(3.6, 2.56), (2.7, 0.49), (1.9, 0.01)])
    assert first.message.startswith("Step 2")


@pytest.mark.parametrize(
    ("value", "number", "short"),
    [
        (2.26, 2.256, True), (2.25, 2.256, True), (2.3, 2.256, True), (2.2, 2.256, True), (2.0, 2.256, True),
        (2.24, 2.256, False), (2.27, 2.256, False), (2.4, 2.256, False), (-0.29, -0.2949, True), (0.29, 0.29, True),
        (2.255, 2.25549, True), (2.2555, 2.25549, False), (0.0, 0.0017, True), (-2.25, -2.256, True),
        (1e15, 1e15, False), (2.0, float("inf"), False), (2.0, float("nan"), False), (3.0, 2.5, True),
    ],
)  # fmt: skip
def test_what_has_fewer_decimals_was_rounded_or_cut_off(value, number, short):
    assert shortened(value, number) is short


@pytest.mark.parametrize("shorten", [lambda x: round(x, 2), lambda x: np.trunc(x * 100 + 1e-9) / 100])
def test_rounding_on_paper_is_named_whether_one_goes_on_from_it_or_not(shorten):
    displayed = [(float(shorten(w)), x) for w, x in ROWS]  # the calculator has kept all decimals
    verdict = WALKED.judge(displayed)
    assert verdict.mistakes == ("rounded-too-early",)
    places = [3.6]
    while len(places) < 5:
        places.append(float(shorten(downhill(places[-1]))))
    assert WALKED.judge([(w, (w - 2) ** 2) for w in places]).mistakes == ("rounded-too-early",)


def test_what_is_cut_off_after_four_decimals_is_not_said_to_break_the_rule():
    verdict = WALKED.judge([(w, np.trunc(x * 10**4) / 10**4) for w, x in ROWS])  # 0.0104 for 0.010485...
    assert verdict.mistakes == ("cut-off",)
    assert verdict.message.startswith("Step 4: You cut the number off after four decimals")
    assert "follow from your numbers" not in str(verdict)
    assert EXERCISES["first-loss"].judge(2.3025).message.startswith("You cut the number off after 4 decimals")
    assert EXERCISES["first-loss"].judge(2.3024).message == EXERCISES["first-loss"].judge(2.4).message
    two = EXERCISES["first-step-uncorrected"]  # asks for two decimals; gus has √12.5 = 3.5355
    assert two.judge(3.53, "gus").message.startswith("You cut the number off after 2 decimals")


@pytest.mark.parametrize(
    ("value", "number", "decimals", "cut"),
    [
        (0.0104, 0.01048, 4, True), (0.0105, 0.01048, 4, False), (-0.0104, -0.01048, 4, True), (3.16, 3.162, 2, True),
        (3.1, 3.162, 2, False), (8.2, 8.2, 4, True), (0.0103, 0.01048, 4, False), (1e15, 1e15, 4, False),
        (2.0, float("nan"), 4, False),
    ],
)  # fmt: skip
def test_cut_off_is_what_keeps_the_decimals_asked_for_and_drops_the_rest(value, number, decimals, cut):
    assert cut_off(value, number, decimals) is cut


def test_a_table_written_flat_is_told_of_its_rows():
    flat = [number for row in ROWS for number in row]
    assert WALKED.judge(flat).message == "A table of 5 rows is expected here, each a tuple (w, L), but 10 entries came."
    assert WALKED.judge([*ROWS, (2, 0)]).message.endswith("each a tuple (w, L), but 6 entries came.")


def test_the_rounded_truth_is_known_where_it_does_not_follow_from_the_rounded_row_above():
    v, truth = LARGE.variant("s2"), LARGE.answer("s2")
    displayed = [(round(w, 1), x) for w, x in truth]
    followed = downhill(displayed[3][0], v["large_rate"], v["minimum"])
    assert not shortened(displayed[4][0], followed)
    verdict = LARGE.judge(displayed, "s2")
    assert verdict.mistakes == ("rounded-too-early",)
    assert outcomes(verdict)[4] == ("known-mistake", "right")


def test_two_decimals_of_the_loss_spoil_nothing_and_no_reason_is_made_up():
    verdict = WALKED.judge([(w, round(x, 2)) for w, x in ROWS])
    assert verdict.mistakes == ("too-few-decimals",)
    assert "because" not in str(verdict)
    assert [row.cells[0].outcome for row in verdict.rows] == ["right"] * 5
    early = WALKED.judge([(3.6, 2.56), (2.64, 0.4096), (2.26, 0.0676)])
    assert "because later numbers are computed from this one" in early.message


def test_the_right_number_with_too_few_decimals_is_told_so_and_a_wrong_one_is_not():
    first, loss = EXERCISES["first-step-uncorrected"], EXERCISES["first-loss"]  # √10 and ln 10
    assert first.judge(3.16).outcome == "rounded"
    assert (first.judge(3.2).outcome, first.judge(3.2).points) == ("wrong", 0)
    assert first.judge("3,1").message == "This has too few decimals: give at least 2."
    assert loss.judge(2.3).message == "This has too few decimals: give at least 4."
    assert {loss.judge(number).message for number in (2, 0, 2.4)}.isdisjoint({loss.judge(2.3).message})


def test_numbers_that_grow_are_allowed_the_rounding_of_the_number_before():
    places = [6.0]
    while len(places) < 6:
        places.append(uphill(places[-1], rate=1.2))  # kept in the calculator, written down with four decimals
    rows = [(round(w, 4), round((w - 2) ** 2, 4)) for w in places[1:]]
    assert abs(rows[-1][1] - (rows[-1][0] - 2) ** 2) > 0.01, "the loss does not follow from the w written down"
    verdict = LARGE.judge(rows)
    assert verdict.mistakes == ("sign-flipped",)
    assert {w for _, w in outcomes(verdict)} == {"right-from-your-own"}
    spoilt = LARGE.judge([*rows[:-1], (rows[-1][0], rows[-1][1] * 1.001)])
    assert outcomes(spoilt)[-1][1] == "wrong"


def test_the_rate_of_the_first_walk_is_known_in_the_second():
    rows = walk(downhill(6.0), [lambda w: downhill(w)] * 4)
    assert LARGE.judge(rows).mistakes == ("other-rate",)
    assert "0.3" in LARGE.judge(rows).message
    assert "other-rate" not in [mistake.name for mistake in WALKED.mistakes]


def test_the_square_of_w_is_known_in_the_loss():
    assert WALKED.judge([(w, w**2) for w, _ in ROWS]).mistakes == ("shift-forgotten-in-loss",)


def test_a_slope_of_b_felt_after_w_has_moved_is_known():
    (prediction, loss, slope_w, _, w, _), _ = EXERCISES["neuron-step"].answer()
    slope_b = 2 * (w * 2 + 0 - 4)
    verdict = EXERCISES["neuron-step"].judge([(prediction, loss, slope_w, slope_b, w, -0.1 * slope_b)])
    assert verdict.mistakes == ("one-after-the-other",)
    assert [cell.outcome for cell in verdict.rows[0].cells][3:] == ["known-mistake", "right", "right-from-your-own"]


def test_a_slip_made_in_many_rows_is_explained_once_with_the_rows_it_was_made_in():
    verdict = WALKED.judge(walk(uphill(6.0), [uphill] * 4))
    explained = next(m.explanation for m in WALKED.mistakes if m.name == "sign-flipped")
    assert str(verdict).count(explained) == 1
    assert verdict.message.startswith(f"Step 1: {explained} (Also in Step 2, Step 3, Step 4, Step 5.)")
    assert [row.message for row in verdict.rows[1:]] == [f"Step {row}: The same as in Step 1." for row in range(2, 6)]
    assert all(row.cells[0].message == explained for row in verdict.rows)


def test_a_new_slip_below_a_repeated_one_is_still_explained():
    verdict = WALKED.judge([(3.6, 2.56), (2.64, 0.41), (2.26, 0.07), (2.1, 0.01), (2.04, 0)])
    assert verdict.rows[2].message.startswith("Step 3: You rounded too early")
    assert verdict.rows[2].message.endswith("(Also in Step 4.) The same as in Step 2.")
    unknown = WALKED.judge([(3.7, 2.89), (1.1, 0.81), (3.3, 1.69)])
    assert str(unknown).count("w does not follow") == 1
