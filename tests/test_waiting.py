"""A lab that waits for a prediction: its note, what opens it, and that it stands in nobody's way."""

import re

import pytest
from stage_page import until
from widget_page import WidgetPage, words

from gdcourse import EXERCISES
from gdcourse.labs import LABS

HIKER = LABS["hiker"]
NOTE = "Predict first (above): {}. The lab opens once your answer is recorded."


pytestmark = pytest.mark.usefixtures("progress_file")


def titled(*keys: str) -> str:
    """The note for these predictions."""
    return NOTE.format(", ".join(f"“{EXERCISES[key].title}”" for key in keys))


def test_a_lab_waits_until_every_prediction_is_recorded():
    shown = HIKER.show(after=("predict-steps", "predict-loss"), rate=0.3)
    assert shown.waits["note"] == titled("predict-steps", "predict-loss")
    for key, left in (("predict-loss", ("predict-steps",)), ("predict-steps", ())):
        sheet = EXERCISES[key].show()
        sheet.press = {"button": "record", "count": 1}  # nothing was typed: nothing is on record
        assert shown.waits["note"] == titled(*sorted({key, *left}, reverse=True))
        sheet.values = {"answer": "30", "confidence": "70"}
        sheet.press = {"button": "record", "count": 2}
        assert shown.waits.get("note", "") == (titled(*left) if left else "")
    assert HIKER.show(after=["predict-steps"]).waits == {}  # shown again, it is open at once
    assert shown.scene.facts == HIKER.scene(rate=0.3).facts


def test_a_lab_that_was_opened_stays_open():
    shown, other = HIKER.show(after="predict-steps"), HIKER.show(after="predict-loss")
    shown.set_state({"waits": {}})
    shown.looks = 1
    EXERCISES["predict-loss"].show().press = {"button": "record", "count": 1}
    assert shown.waits == {}
    assert other.waits["note"] == titled("predict-loss")


def test_a_prediction_recorded_in_a_cell_is_noticed_when_the_hand_comes_near():
    shown = HIKER.show(after="predict-steps")
    EXERCISES["predict-steps"].record({"prediction": 30, "confidence": 70})
    shown.set_state({"looks": 1})
    assert shown.waits == {}


def test_without_a_progress_file_no_lab_waits(monkeypatch):
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    assert HIKER.show(after="predict-steps").waits == {}


def test_a_lab_that_waits_for_nothing_does_not_wait():
    assert HIKER.show().waits == {}
    assert not any("after" in lab.settings for lab in LABS.values())


@pytest.mark.parametrize("after", ["no-such", "one-step", 3, True, ["predict-steps", None], {"a": 1}])
def test_what_is_no_prediction_gets_a_sentence(after):
    told = "after is the key of a prediction, or several in a list; .* came: pass one like 'predict-regime'"
    with pytest.raises(ValueError, match=f"^{told}$") as error:
        HIKER.show(after=after)
    assert not re.search("\n", str(error.value))


@pytest.fixture
def closed(chromium):
    """The hiker in a page, waiting for a prediction."""
    opened = WidgetPage.open(chromium, HIKER.show(after="predict-steps"))
    yield opened
    opened.close()


def test_a_closed_lab_shows_its_note_and_nothing_else(closed):
    assert closed.root.inner_text().split("\n\n") == [titled("predict-steps"), "Open the lab without a prediction"]
    assert not closed.root.get_by_role("slider").first.is_visible()
    assert closed.root.locator("canvas").first.is_hidden()


def test_it_opens_by_itself_once_the_prediction_is_recorded(closed):
    sheet = EXERCISES["predict-steps"].show()
    sheet.values = {"answer": "30", "confidence": "70"}
    sheet.press = {"button": "record", "count": 1}
    closed.say()
    until(lambda: words(closed).get("readout") == HIKER.scene().texts_at(0)["readout"])
    assert closed.root.locator(".gd-gate").is_hidden()
    assert closed.root.locator("canvas").first.bounding_box()["height"] > 200


def test_it_opens_when_the_hand_comes_near_after_a_record_in_a_cell(closed):
    EXERCISES["predict-steps"].record({"prediction": 30, "confidence": 70})
    closed.root.locator(".gd-gate").hover()
    until(lambda: closed.root.locator("canvas").first.is_visible())


def test_it_can_be_opened_without_a_prediction_and_keeps_the_focus(closed):
    closed.root.get_by_role("button", name="Open the lab without a prediction").focus()
    closed.page.keyboard.press("Enter")
    until(lambda: words(closed).get("readout") == HIKER.scene().texts_at(0)["readout"])
    assert closed.page.evaluate("() => document.activeElement.textContent") == "Reset"
    closed.settle()
    assert closed.widget.waits == {}
