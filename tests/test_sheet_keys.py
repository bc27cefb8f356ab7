"""The sheet in a browser, with the keyboard alone: Enter, Tab, arrows, and where the focus stays."""

import pytest
from sheet_page import message
from stage_page import until
from widget_page import WidgetPage

from gdcourse import EXERCISES

KEYED = "input, select, textarea, button, summary, canvas[tabindex]"


pytestmark = pytest.mark.usefixtures("progress_file")


def test_enter_in_a_field_checks_even_where_the_page_cancels_the_key(open_sheet):
    opened = open_sheet("one-step")
    opened.page.evaluate("() => document.addEventListener('keydown', (event) => event.preventDefault(), true)")
    box = opened.root.get_by_label("w after one step")
    box.fill("2.75")
    box.press("Enter")
    until(lambda: message(opened) == "Right.")
    assert box.evaluate("box => box === document.activeElement")


def test_enter_in_a_text_of_several_lines_is_a_new_line(open_sheet):
    opened = open_sheet("code-step")
    box = opened.root.locator("textarea")
    lines = box.input_value().count("\n")
    box.press("End")
    box.press("Enter")
    opened.settle()
    assert box.input_value().count("\n") == lines + 1
    assert message(opened) == ""


@pytest.mark.parametrize("key", ["parabola-walk", "predict-steps", "code-step"])
def test_jupyterlab_leaves_every_key_to_the_sheet(open_sheet, key):
    kept = open_sheet(key).root.locator(KEYED).evaluate_all("all => all.map((one) => one.dataset.lmSuppressShortcuts)")
    assert kept
    assert set(kept) == {"true"}


def test_a_recorded_prediction_can_be_read_but_not_changed_and_the_focus_stays(open_sheet):
    opened = open_sheet("predict-steps")
    box = opened.root.locator("input[type=text]").first
    opened.root.get_by_label("sure (90 %)", exact=True).check()
    box.fill("30")
    box.press("Enter")
    until(lambda: opened.root.locator('[data-button="compare"]').count() == 1)
    assert box.input_value() == "30"
    assert box.get_attribute("readonly") is not None
    assert opened.page.evaluate("() => document.activeElement.dataset.button") == "compare"
    assert opened.root.locator("input[type=radio]").first.is_disabled()


FOCUSED = """() => {
    const element = document.activeElement, holder = element.closest("[data-field]");
    const group = holder ? [...holder.querySelectorAll("input, select, textarea")] : [];
    return { field: holder?.dataset.field, place: group.indexOf(element), tag: element.tagName, type: element.type,
        value: element.value, of: group.map((one) => one.value), button: element.dataset.button };
}"""


def press_down(keys, times: int) -> None:
    """Go down by so many options."""
    for _ in range(times):
        keys.press("ArrowDown")


def answer_by_keyboard(opened: WidgetPage, values: dict) -> None:
    """Go through a sheet with Tab, fill in what has the focus, and press the main button when it is reached."""
    keys = opened.page.keyboard
    for _ in range(80):
        keys.press("Tab")
        seen = opened.page.evaluate(FOCUSED)
        if seen["button"]:
            keys.press("Space")
            return
        value = values.get(seen["field"])
        if seen["type"] == "radio":
            press_down(keys, seen["of"].index(value))
            if value == seen["of"][0]:
                keys.press("Space")
        elif seen["type"] == "checkbox" and seen["value"] in value:
            keys.press("Space")
        elif seen["tag"] == "SELECT":
            place = "value => [...document.activeElement].findIndex(option => option.value === value)"
            press_down(keys, opened.page.evaluate(place, value))
        elif seen["type"] == "text" and value is not None:
            keys.type(str(value[seen["place"]] if isinstance(value, list) else value))
        elif seen["tag"] == "TEXTAREA":
            keys.press("ControlOrMeta+a")
            opened.page.keyboard.insert_text(value)
    raise AssertionError("the button was not reached")


@pytest.mark.parametrize(
    "key",
    [
        "parabola-walk",
        "one-step",
        "why-minus",
        "true-of-a-step",
        "loss-clinic",
        "bug-from-trajectory",
        "adam-bugs",
        "code-step",
    ],
)
def test_every_kind_of_field_can_be_filled_with_the_keyboard_alone(open_sheet, key):
    opened, exercise = open_sheet(key), EXERCISES[key]
    answer_by_keyboard(opened, exercise.filled())
    until(lambda: opened.root.locator(".gd-message").get_attribute("class").endswith(("gd-is-right", "gd-is-rounded")))
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate(FOCUSED)["button"] in ("hint", "solution")
    keyed = message(opened)
    opened.page.keyboard.press("Space")
    until(lambda: message(opened) != keyed)
