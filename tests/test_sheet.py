"""The sheet without a browser: any exercise as a form, its buttons, its marks, and the draft that is never lost."""

import json
import math
import re

import numpy as np
import pytest

from gdcourse import EXERCISES
from gdcourse.exercises import journal
from gdcourse.exercises.records import MARK_OUTCOMES
from gdcourse.exercises.words import languages
from gdcourse.stage.sheet import Sheet, show_pages

WALK = EXERCISES["parabola-walk"]


pytestmark = pytest.mark.usefixtures("progress_file")


@pytest.fixture(params=EXERCISES.values(), ids=EXERCISES)
def exercise(request):
    """Each exercise of the registry."""
    return request.param


def press(sheet: Sheet, button: str) -> dict:
    """Press a button, as the browser does, and return the reply."""
    count = sheet.press.get("count", 0) + 1
    sheet.press = {"button": button, "count": count}
    if button != "next":
        assert (sheet.reply["button"], sheet.reply["count"]) == (button, count)
    return sheet.reply


def test_every_exercise_is_a_form_in_plain_types(exercise):
    sheet = exercise.show()
    content = json.loads(json.dumps(sheet.content, allow_nan=False))
    assert (content["key"], content["title"]) == (exercise.key, exercise.title)
    assert content["statement"] == exercise.statement()
    fields = {field["key"]: field for field in content["fields"]}
    assert list(fields) == [field.key for field in exercise.fields()]
    for field in fields.values():
        assert field["label"]
        if field["place"]:
            row, column = field["place"]
            assert row < len(content["rows"])
            assert column < len(content["columns"])
        if field["kind"] in ("choice", "multi"):
            assert len(field["options"]) > 1
    assert all(content["words"].values())
    main = "record" if exercise.kind == "prediction" else "check"
    assert (sheet.values, sheet.reply, sheet.verdict) == ({}, {"message": "", "count": 0, "main": main}, None)


def test_a_prediction_is_recorded_before_it_is_compared():
    exercise = EXERCISES["predict-steps"]
    sheet = exercise.show()
    assert press(sheet, "record")["main"] == "record"  # nothing was typed: nothing is on record
    sheet.values = {"answer": "400", "confidence": "90"}
    reply = press(sheet, "record")
    assert (reply["main"], "outcome" in reply) == ("compare", False)
    assert exercise.worked() not in reply["message"]
    sheet.values = {"answer": "27", "confidence": "90"}  # the first prediction counts
    reply = press(sheet, "compare")
    assert reply["outcome"] == "wrong"
    assert reply["message"].endswith(exercise.worked())
    assert exercise.show().reply["main"] == "compare"


def test_the_right_answer_is_right_and_every_field_gets_its_mark(exercise):
    sheet = exercise.show()
    sheet.values = exercise.filled()
    reply = press(sheet, "check")
    assert (reply["outcome"], reply["message"]) == ("right", sheet.verdict.message)
    assert sheet.verdict.points == exercise.points
    fields = {field.key for field in exercise.fields() if field.kind != "given"}
    assert set(reply["marks"]) == fields - {"confidence"}
    assert {mark["outcome"] for mark in reply["marks"].values()} <= {"right", "rounded", "to-compare"}
    for row in reply["rows"]:
        assert row["outcome"] in MARK_OUTCOMES
        assert row["keys"]
    json.dumps(reply, allow_nan=False)


def test_a_blank_form_is_not_attempted(exercise):
    reply = press(exercise.show(), "check")
    assert reply["outcome"] == "not-attempted"
    assert reply["message"]
    assert not {mark["outcome"] for mark in reply["marks"].values()} & {"wrong", "right"}


def test_rubbish_gets_a_sentence(exercise):
    sheet = exercise.show()
    for rubbish in ("seventeen", "1e999", "−", "💥" * 300, [None], {"a": 1}, [[1], [2, 3]], -1e308, True, math.inf):
        sheet.values = {**{field.key: rubbish for field in exercise.fields() if field.kind != "given"}, "no": rubbish}
        reply = press(sheet, "check")
        assert reply["outcome"] in ("wrong", "known-mistake", "unreadable", "not-attempted")
        assert reply["message"]
        assert "Traceback" not in reply["message"]


def test_hints_come_in_levels_and_begin_again(exercise):
    sheet = exercise.show()
    levels = len(exercise.words().listed("hints"))
    assert sheet.content["hints"] == (levels > 0)
    told = [press(sheet, "hint")["message"] for _ in range(levels + 1)]
    for said, hint in zip(told, [*exercise.hints(), exercise.hints()[0]], strict=True):
        assert said.startswith(hint)
    assert ["again for more" in said for said in told] == [*[True] * (levels - 1), False, levels > 1]


def test_the_solution_waits_for_an_attempt_or_for_insistence(exercise):
    sheet = exercise.show()
    reply = press(sheet, "solution")
    assert reply["locked"]
    assert reply["message"] != exercise.worked()
    assert press(sheet, "anyway")["message"] == exercise.worked()
    assert press(sheet, "solution")["locked"]  # looking is not an attempt
    sheet.values = exercise.filled()
    press(sheet, "check")
    reply = press(sheet, "solution")
    assert not reply["locked"]
    assert reply["message"] == exercise.worked()


@pytest.mark.parametrize("language", languages())
def test_the_widget_speaks_of_its_buttons_and_not_of_python(exercise, language):
    sheet = exercise.translated(language).show()
    said = [press(sheet, "hint")["message"] for _ in sheet.exercise.hints()]
    said += [press(sheet, button)["message"] for button in ("solution", sheet.reply["main"])]
    sheet.values = exercise.filled()
    if exercise.kind == "prediction":
        said += [press(sheet, button)["message"] for button in ("record", "record")]
    said.append(press(sheet, "check")["message"])
    calls = ("hint", "solution", "check", "record", "show", "insist")
    assert not [text for text in said if re.search(rf"\b({'|'.join(calls)})\(|insist=", text)]
    assert all(text.strip() for text in said)


def test_what_was_typed_is_there_again(exercise):
    typed = exercise.filled()
    exercise.show().values = typed
    again = exercise.show()
    assert again.values == typed
    assert again.reply["message"] == exercise.words().say("sheet-restored")
    assert press(again, "check")["outcome"] == "right"


def test_a_slip_is_named_and_the_rows_after_it_are_judged_by_the_learners_own_number():
    sheet = WALK.show()
    w, typed = 6.0, {}
    for k in range(1, 6):
        w = w + 0.3 * 2 * (w - 2) if k == 1 else w - 0.3 * 2 * (w - 2)  # the sign is lost once
        typed |= {f"rows.{k}.w": str(w), f"rows.{k}.L": str((w - 2) ** 2)}
    sheet.values = typed
    reply = press(sheet, "check")
    assert reply["marks"]["rows.1.w"]["outcome"] == "known-mistake"
    assert {reply["marks"][f"rows.{k}.w"]["outcome"] for k in range(2, 6)} == {"right-from-your-own"}
    assert reply["rows"][0]["keys"] == ["rows.1.w", "rows.1.L"]
    sheet.values = WALK.filled()
    assert press(sheet, "check")["outcome"] == "right"


def test_drafts_of_two_students_and_two_exercises_stay_apart():
    WALK.show("ada").values = {"rows.1.w": "1"}
    WALK.show("carl").values = {"rows.1.w": "2"}
    EXERCISES["one-step"].show("ada").values = {"answer": "3"}
    assert WALK.show("ada").values == {"rows.1.w": "1"}
    assert WALK.show("carl").values == {"rows.1.w": "2"}
    assert EXERCISES["one-step"].show("ada").values == {"answer": "3"}
    assert WALK.show().values == {}
    assert WALK.show("ada").content["statement"] == WALK.statement("ada")


def test_the_same_draft_is_kept_once(progress_file):
    sheet = WALK.show()
    sheet.values = {"rows.1.w": "1"}
    for _ in range(3):
        press(sheet, "hint")
    assert progress_file.read_text().count('"typed"') == 1
    sheet.values = {}
    assert WALK.show().values == {}


def test_without_a_progress_file_the_sheet_works_and_says_nothing(monkeypatch):
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    sheet = WALK.show()
    sheet.values = WALK.filled()
    assert press(sheet, "check")["outcome"] == "right"
    assert not press(sheet, "solution")["locked"]
    assert WALK.show().values == {}
    prediction = EXERCISES["predict-steps"]
    assert "nothing is recorded" in prediction.record(27)
    guess = prediction.show()
    guess.values = prediction.filled()
    assert press(guess, "check")["main"] == "check"
    assert guess.verdict.outcome == "right"


def test_a_draft_that_is_no_draft_is_left_alone():
    for values in ("text", ["a"], None):
        journal.note("typed", WALK.key, "self-study", values=values)
        assert WALK.show().values == {}


def test_several_exercises_stand_one_after_the_other():
    first, second = EXERCISES["one-step"], EXERCISES["why-minus"]
    sheet = show_pages([(first, None), (second, "ada")])
    assert (sheet.content["key"], sheet.content["page"], sheet.content["pages"]) == (first.key, 0, 2)
    sheet.values = first.filled()
    assert press(sheet, "check")["outcome"] == "right"
    press(sheet, "next")
    assert (sheet.content["key"], sheet.content["page"], sheet.verdict) == (second.key, 1, None)
    assert (sheet.values, sheet.student) == ({}, "ada")
    sheet.values = second.filled("ada")
    assert press(sheet, "check")["outcome"] == "right"
    press(sheet, "next")
    assert sheet.values == first.filled()  # the first again, with what was typed
    assert press(sheet, "check")["outcome"] == "right"


def test_curves_and_tables_to_look_at_are_plain_numbers():
    for exercise in EXERCISES.values():
        exhibit, content = exercise.shows(), exercise.show().content["exhibit"]
        assert (exhibit is None) == (content is None)
        for curve, sent in zip(exhibit.curves if exhibit else (), content["curves"] if content else (), strict=True):
            for line, name in zip(curve.lines, ("y", "beside"), strict=False):
                drawn = [math.nan if y is None else y for y in sent[name]]
                np.testing.assert_array_equal(drawn, np.where(np.abs(line) < 1e200, line, np.nan))
            assert ("beside" in sent) == (len(curve.lines) == 2)
            assert sent["x"] == curve.x.tolist()
