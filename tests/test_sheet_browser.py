"""The sheet in a browser: keys, looks beside a stage, marks and messages, on wide and on narrow pages."""

import pytest
from stage_page import until
from widget_page import WidgetPage

from gdcourse import EXERCISES
from gdcourse.stage.stage import read

KEYED = "input, select, textarea, button, summary, canvas[tabindex]"


@pytest.fixture(autouse=True)
def progress(tmp_path, monkeypatch):
    """A progress file of its own for each test, and no student's name."""
    for name in ("GDCOURSE_STUDENT", "GDCOURSE_LANGUAGE", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(tmp_path / "progress.jsonl"))


@pytest.fixture
def open_sheet(chromium):
    """Function that shows an exercise as a sheet in a bare page; its console must stay clean."""
    opened = []

    def open_one(key: str, **options) -> WidgetPage:
        opened.append(WidgetPage.open(chromium, EXERCISES[key].show(), **options))
        return opened[-1]

    yield open_one
    for page in opened:
        page.close()


def message(opened: WidgetPage) -> str:
    """What the sheet says under its buttons."""
    return opened.root.locator(".gd-message").inner_text()


LOOKS = """sheet => [sheet, ...sheet.querySelectorAll("*")].map((element) => {
    const look = getComputedStyle(element);
    const told = ["borderTopColor", "backgroundColor", "paddingLeft", "minHeight", "fontSize", "fontFamily", "display",
        "textAlign", "maxWidth", "whiteSpace"];
    return [element.tagName, ...told.map((name) => look[name])].join(" ");
})"""


@pytest.mark.parametrize("key", ["parabola-walk", "code-step"])
def test_a_stage_on_the_same_page_does_not_change_the_look_of_a_sheet(open_sheet, key):
    opened = open_sheet(key)
    opened.root.locator('[data-button="check"]').click()
    until(lambda: message(opened) != "")
    boxes = opened.root.locator("input[type=text], textarea")
    boxes.evaluate_all("boxes => boxes.forEach((box) => box.setAttribute('aria-invalid', 'true'))")
    alone = opened.root.evaluate(LOOKS)
    opened.page.add_style_tag(content=read("stage.css"))
    assert opened.root.evaluate(LOOKS) == alone


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
