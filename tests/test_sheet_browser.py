"""The sheet in a browser: looks beside a stage, marks and messages, on wide and on narrow pages."""

import pytest
from sheet_page import check, message
from stage_page import until

from gdcourse.stage.stage import read

pytestmark = pytest.mark.usefixtures("progress_file")


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
    for (let place = one.parentElement; place !== sheet; place = place.parentElement)
        if (getComputedStyle(place).overflowX === "auto") return false; // it scrolls
    return box.width > 2 && box.right > frame.right + 1 && !one.closest("details"); // which scrolls, too
}).map((one) => one.tagName + "." + one.className)"""


@pytest.mark.parametrize("key", [
    "parabola-walk", "three-rates", "valley-step", "neuron-step", "loss-clinic", "true-of-a-step", "code-step",
    "batch-by-hand", "adam-bugs",
])  # fmt: skip
def test_nothing_is_cut_off_on_a_narrow_page(open_sheet, key):
    opened = open_sheet(key, viewport={"width": 360, "height": 900})  # what a notebook leaves of 480 pixels
    opened.root.locator(".gd-main").click()
    opened.settle()
    assert opened.root.evaluate(OVERFLOWING) == []
    boxes = opened.root.locator("input[type=text], select, textarea").all()
    assert all(box.bounding_box()["width"] > 60 for box in boxes)


TAKEN_OFF_AND_PUT_BACK = """async (sheet) => {
    const place = sheet.parentNode, frames = () => new Promise((done) => setTimeout(done, 100));
    sheet.remove();
    await frames();
    document.body.className = "another-theme";
    await frames();
    place.append(sheet);
    document.documentElement.style.setProperty("--jp-ui-font-color1", "white");
    document.body.className = "a-dark-one";
    await frames();
}"""


def test_a_sheet_that_is_off_the_page_for_a_while_looks_right_when_it_is_back(open_sheet):
    opened = open_sheet("parabola-walk")  # whose page must stay clean
    opened.root.evaluate(TAKEN_OFF_AND_PUT_BACK)
    assert "gd-dark" in opened.root.get_attribute("class")


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
