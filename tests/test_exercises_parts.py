"""Several questions in one sheet: what is right is said, what is open too, and half a sheet is an attempt."""

import pytest

from gdcourse.exercises import EXERCISES, progress

WALK = EXERCISES["parabola-walk"]
CLINIC = EXERCISES["loss-clinic"]
GRAPH, FALLS = "“Graph of L against the step”", "“Does L fall in every step?”"


pytestmark = pytest.mark.usefixtures("progress_file")


def answered(**values):
    """What the sheet says to some fields of the walk: "rows.1.w" is written rows_1_w."""
    return WALK.judge(WALK.gather({name.replace("_", "."): value for name, value in values.items()}))


def line(exercise):
    """How far the exercise is on the progress page."""
    return next(line for line in progress().lines if line.key == exercise.key)


def test_only_a_wholly_blank_sheet_is_called_blank():
    assert answered().message == "Nothing is filled in yet."
    assert answered(rows_1_w=" ", monotone_answer="").message == "Nothing is filled in yet."
    for values in (
        {"rows_1_w": "3.6"},
        {"rows_5_L": "0.0017"},
        {"monotone_answer": "yes"},
        {"graph_points": [16, None, None, None, None, None]},
    ):
        verdict = answered(**values)
        assert (verdict.outcome, verdict.begun) == ("not-attempted", True)
        assert "Nothing is filled in" not in str(verdict)


def test_what_is_right_so_far_and_what_is_open_is_said_by_name():
    rows = {"rows_1_w": "3.6", "rows_1_L": "2.56", "rows_2_w": "2.64", "rows_2_L": "0.4096"}
    first = answered(**rows, monotone_answer="yes").message
    assert first == f"Rows filled in and right so far: 2 of 5. Go on. Right so far: {FALLS}. Still open: {GRAPH}."
    second = answered(monotone_answer="yes", graph_points=[16, 2.5, 0.5, None, None, None]).message
    assert second == f"Points not placed yet: 3. Right so far: {FALLS}. Still open: the table."
    german = WALK.translated("de").judge({"monotone": "yes"}).message
    assert german.startswith("Bis jetzt richtig: „Sinkt L")
    assert "Noch offen: die Tabelle, „" in german


def test_a_slip_is_said_first_and_bears_the_name_of_its_question():
    verdict = CLINIC.judge({"A": "plateau", "B": "too-large"})
    assert verdict.message.startswith("“Curve B”: A walk that diverges would rise")
    assert verdict.message.endswith("Still open: “Curve C”, “Curve D”.")
    assert [row.message.partition(":")[0] for row in verdict.rows if row.outcome != "not-attempted"] == [
        "“Curve A”", "“Curve B”",
    ]  # fmt: skip
    assert answered(rows_1_w="8.4", monotone_answer="no").message.startswith("Step 1: The sign is flipped")


def test_half_a_sheet_is_an_attempt_and_a_blank_one_is_none(progress_file):
    for nothing in (None, {}, WALK.gather({}), {"rows": "scribble"}, [("?", "?")]):
        WALK.check(nothing)
    assert not progress_file.exists()
    WALK.check([(3.6, 2.56), (2.64, 0.4096)])
    assert (line(WALK).state, line(WALK).points, line(WALK).attempts) == ("begun", 4, 1)
    assert "2.04096" in WALK.solution()


@pytest.mark.parametrize(
    "values", [{"rows.1.w": "3.6", "rows.2.w": "2,6,4"}, {"monotone.answer": "yes"}, {"monotone.answer": "no"}]
)
def test_one_judged_cell_opens_the_solution(values):
    assert "Try first" in WALK.solution()
    WALK.check(WALK.gather(values))
    assert "2.04096" in WALK.solution()
    assert line(WALK).state == "begun"


def test_several_values_for_several_numbers_are_asked_for_by_name():
    said = EXERCISES["best-rate"].check([1, 2]).message
    assert said.startswith("A dictionary with the names condition, best, kept is expected here")
    assert said.endswith("give one value for each name.")
