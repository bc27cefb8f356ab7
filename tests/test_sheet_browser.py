"""The sheet in a browser: keys, looks beside a stage, marks and messages, on wide and on narrow pages."""

import pytest
from stage_page import until
from widget_page import WidgetPage

from gdcourse import EXERCISES
from gdcourse.stage.stage import read

KEYED = "input, select, textarea, button, summary, canvas[tabindex]"


pytestmark = pytest.mark.usefixtures("progress_file")


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


def check(opened: WidgetPage, **typed: str) -> None:
    """Type into fields by their keys, check, and wait for the verdict."""
    for key, text in typed.items():
        field = opened.root.locator(f'[data-field="{key}"]')
        field.locator("input[type=text], textarea").fill(text)
    opened.root.locator(".gd-main").click()
    opened.settle()


@pytest.mark.parametrize(("key", "field", "wrong", "right"), [
    ("one-step", "answer", "3.25", "2.75"),
    ("card-step", "answer", "1", "5.6"),
    ("code-step", "code", "def step(w, gradient, rate):\n    return w + rate * gradient",
     "def step(w, gradient, rate):\n    return w - rate * gradient"),
])  # fmt: skip
def test_a_single_answer_is_marked_and_praise_goes_with_the_next_key(open_sheet, key, field, wrong, right):
    opened = open_sheet(key)
    mark, box = opened.root.locator(".gd-mark").first, opened.root.locator("input[type=text], textarea").first
    check(opened, **{field: wrong})
    assert mark.inner_text() == "✗"
    assert box.get_attribute("aria-invalid") == "true"
    explained = message(opened)
    box.press("End")
    box.press("Backspace")
    assert (mark.inner_text(), box.get_attribute("aria-invalid")) == ("", None)
    assert message(opened) == explained  # it is still worth reading, and judges no more
    assert opened.root.locator(".gd-message").get_attribute("class") == "gd-message"
    check(opened, **{field: right})
    assert mark.inner_text() == "✓"
    assert message(opened).startswith("Right")
    box.press("End")
    box.press("Backspace")
    assert (mark.inner_text(), message(opened)) == ("", "")


def test_a_choice_is_marked_as_a_group(open_sheet):
    opened = open_sheet("why-minus")
    group = opened.root.get_by_role("radiogroup")
    for option in group.get_by_role("radio").all():
        option.check()
        opened.root.locator(".gd-main").click()
        opened.settle()
        right = message(opened) == "Right."
        assert opened.root.locator(".gd-mark").inner_text() == ("✓" if right else "✗")
        assert group.get_attribute("aria-invalid") == (None if right else "true")


DESCRIBED = """field => field.getAttribute("aria-describedby").split(" ")
    .map((id) => document.getElementById(id).innerText).join(" ").trim()"""


def test_a_field_points_to_what_is_said_of_it(open_sheet):
    opened = open_sheet("parabola-walk")
    check(opened, **{"rows.1.w": "8.4", "rows.1.L": "40.96", "rows.2.w": "3", "rows.2.L": "1"})
    told = [opened.root.get_by_label(f"Step {k}, w", exact=True).evaluate(DESCRIBED) for k in (1, 2, 3)]
    assert told[0].startswith("Step 1: The sign is flipped")
    assert told[1].startswith("Step 2: ")
    assert told[2] == ""
    single = open_sheet("one-step")
    check(single, answer="3.25")
    assert (
        single.root.get_by_label("w after one step").evaluate(DESCRIBED) == f"4 decimals are enough {message(single)}"
    )
    ids = single.page.evaluate("() => [...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(set(ids)) == len(ids)


def test_what_is_said_of_a_row_stands_below_it_in_full_width(open_sheet):
    opened = open_sheet("parabola-walk", viewport={"width": 480, "height": 900})
    check(opened, **{"rows.1.w": "8.4", "rows.1.L": "40.96"})
    said = opened.root.locator(".gd-row-message:visible").first.bounding_box()
    box = opened.root.get_by_label("Step 1, L(w)").bounding_box()
    assert said["y"] >= box["y"] + box["height"]
    assert said["width"] > 0.85 * opened.root.bounding_box()["width"]
    empty = opened.root.locator(".gd-under").nth(4)
    assert empty.is_hidden()


OVERFLOWING = """sheet => [...sheet.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect(), frame = sheet.getBoundingClientRect();
    return box.width > 2 && box.right > frame.right + 1 && !one.closest("details"); // which scrolls
}).map((one) => one.tagName + "." + one.className)"""


@pytest.mark.parametrize("key", ["neuron-step", "loss-clinic", "true-of-a-step", "code-step", "batch-by-hand"])
def test_nothing_is_cut_off_on_a_narrow_page(open_sheet, key):
    opened = open_sheet(key, viewport={"width": 480, "height": 900})
    opened.root.locator(".gd-main").click()
    opened.settle()
    assert opened.root.evaluate(OVERFLOWING) == []
    boxes = opened.root.locator("input[type=text], select, textarea").all()
    assert all(box.bounding_box()["width"] > 60 for box in boxes)


def test_curves_to_compare_are_drawn_in_one_size(open_sheet):
    root = open_sheet("loss-clinic").root
    assert root.locator("summary").inner_text() == "The curves as a table (step, loss)"
    boxes = [figure.bounding_box() for figure in root.locator("figure").all()]
    assert len(boxes) == 4
    assert len({round(box["width"]) for box in boxes}) == 1


# The colour of an element (as painted on what lies below it) beside the colour of the page.
CONTRAST = """([element, part]) => {
    const ctx = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    const paint = (...colours) => {
        for (const colour of colours) { ctx.fillStyle = colour; ctx.fillRect(0, 0, 1, 1); }
        const [r, g, b] = [...ctx.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const page = getComputedStyle(document.body).backgroundColor;
    const [a, b] = [paint(page), paint(page, getComputedStyle(element)[part])].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""
JUPYTERLAB = {
    "light": "--jp-ui-font-color1: rgba(0, 0, 0, .87); --jp-layout-color1: white; --jp-layout-color2: #eee",
    "dark": "--jp-ui-font-color1: rgba(255, 255, 255, .87); --jp-layout-color1: #111; --jp-layout-color2: #212121",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("jupyterlab", [True, False])
def test_borders_and_marks_stand_out(open_sheet, theme, jupyterlab):
    page = {"light": "white", "dark": "#111"}[theme]
    head = (
        f"<style>:root {{ {JUPYTERLAB[theme]} }} body {{ background: {page} !important }}</style>" if jupyterlab else ""
    )
    opened = open_sheet("parabola-walk", head=head, color_scheme=theme)
    check(opened, **{"rows.1.w": "3.6", "rows.1.L": "2.56", "rows.2.w": "5", "rows.2.L": "9"})
    seen = {mark.inner_text() for mark in opened.root.locator(".gd-mark").all()}
    assert seen >= {"✗", "(✓)", "✓"}
    for mark in opened.root.locator(".gd-mark:not(:empty)").all():
        assert opened.page.evaluate(CONTRAST, [mark.element_handle(), "color"]) >= 4.5
        assert mark.evaluate("mark => getComputedStyle(mark).opacity") == "1"
    for field in opened.root.locator("input[type=text], button").all():
        assert opened.page.evaluate(CONTRAST, [field.element_handle(), "borderTopColor"]) >= 3


FOCUSED = """() => {
    const element = document.activeElement, holder = element.closest("[data-field]");
    const group = holder ? [...holder.querySelectorAll("input, select, textarea")] : [];
    return { field: holder?.dataset.field, place: group.indexOf(element), tag: element.tagName, type: element.type,
        value: element.value, of: group.map((one) => one.value), button: element.dataset.button };
}"""


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
            for _ in range(seen["of"].index(value)):
                keys.press("ArrowDown")
            if value == seen["of"][0]:
                keys.press("Space")
        elif seen["type"] == "checkbox" and seen["value"] in value:
            keys.press("Space")
        elif seen["tag"] == "SELECT":
            for _ in range(
                opened.page.evaluate("value => [...document.activeElement].findIndex(o => o.value === value)", value)
            ):
                keys.press("ArrowDown")
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
