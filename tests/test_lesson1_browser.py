"""Lesson 1 as a learner meets it: in the real JupyterLab, from the first click to the last check, in both themes."""

import pytest
from lesson_page import pixels, place, pressed, readout

from gdcourse.exercises import EXERCISES

LESSON = "notebooks/01_update_rule.ipynb"
FLIPPED = [("8.4", "40.96"), ("12.24", "104.8576")]  # the walk up the hill, by hand
RIGHT = [("3.6", "2.56"), ("2.64", "0.4096"), ("2.256", "0,0655"), ("2.1024", "0.0105"), ("2.041", "0.0017")]
GRAPH = ("16", "2.6", "0.4", "0", "0", "0")


def fill(sheet, rows):
    for step, (w, loss) in enumerate(rows, start=1):
        sheet.get_by_label(f"Step {step}, w", exact=True).fill(w)
        sheet.get_by_label(f"Step {step}, L(w)", exact=True).fill(loss)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lesson_1_from_the_first_click_to_the_last_check(open_lesson, theme):
    lesson = open_lesson(theme=theme)
    the_hiker_follows_the_hand(lesson)
    the_parabola_walk_names_the_slip_and_sees_it_mended(lesson)


def the_hiker_follows_the_hand(lesson):
    stage = place(lesson, 'LABS["hiker"].show(after', ".gd-stage")
    assert readout(stage) == "Step 0 | Position −4.00 | Loss 16.00 | Gradient −8.00"
    before = pixels(stage)

    rate = stage.get_by_label("Learning rate α", exact=True)
    rate.press("ArrowRight")
    assert stage.locator('[data-text="arithmetic"]').inner_text() == "w − α·g = −4.00 − 0.11 × (−8.00) = −3.12"
    by_key = pixels(stage)
    assert by_key != before

    box = rate.bounding_box()
    mouse, height = lesson.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 2, height)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 1, height, steps=8)
    mouse.up()
    assert "− 1.50 × (−8.00) = 8.00" in stage.locator('[data-text="arithmetic"]').inner_text()
    assert pixels(stage) != by_key

    stage.get_by_role("button", name="Step", exact=True).click()
    assert readout(stage) == "Step 1 | Position 8.00 | Loss 64.00 | Gradient 16.00"
    stage.get_by_role("button", name="Back", exact=True).click()
    assert readout(stage).startswith("Step 0 | Position −4.00")


def the_parabola_walk_names_the_slip_and_sees_it_mended(lesson):
    sheet = place(lesson, 'EXERCISES["parabola-walk"].show()', ".gd-sheet")
    assert pressed(sheet, "check").startswith("Nothing is filled in yet.")

    fill(sheet, FLIPPED)
    told = pressed(sheet, "check")
    explanation = {mistake.name: mistake.explanation for mistake in EXERCISES["parabola-walk"].mistakes}["sign-flipped"]
    assert told.startswith(f"Step 1: {explanation}")
    assert sheet.locator('[data-field="rows.1.w"] .gd-mark').get_attribute("aria-label") == "a known slip"
    assert sheet.get_by_label("Step 1, w", exact=True).get_attribute("aria-invalid") == "true"
    assert "3.6" not in told

    fill(sheet, RIGHT)
    sheet.get_by_label("yes, in every step").check()
    for step, height in enumerate(GRAPH):
        sheet.get_by_label(f"Graph of L against the step: step {step}").fill(height)
    assert pressed(sheet, "check").startswith("Everything is right")
    marks = sheet.locator('.gd-mark[aria-label^="right"]')
    assert marks.count() == 12  # ten cells, the question and the graph


def test_code_is_judged_and_what_was_typed_outlives_the_kernel(open_lesson):
    lesson = open_lesson()
    code_written_in_a_cell_is_judged(lesson)
    what_was_typed_is_there_again_after_the_kernel_was_restarted(lesson)


def code_written_in_a_cell_is_judged(lesson):
    stub, check = lesson.find_cell("def step("), lesson.find_cell('EXERCISES["code-step"].check(step)')
    lesson.write_cell(stub, "def step(w, gradient, rate):\n    return w + rate * gradient\n")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    flipped = next(m for m in EXERCISES["code-step"].mistakes if m.name == "sign-flipped")
    assert flipped.explanation in lesson.output(check).inner_text()
    lesson.write_cell(stub, "def step(w, gradient, rate):\n    return w - rate * gradient\n")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    assert "Right: your function" in lesson.output(check).inner_text()


def what_was_typed_is_there_again_after_the_kernel_was_restarted(lesson):
    source = 'EXERCISES["one-step"].show()'
    sheet = place(lesson, source, ".gd-sheet")
    sheet.get_by_label("w after one step").fill("2,75")
    assert pressed(sheet, "check") == "Right."
    lesson.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    lesson.wait_idle()
    lesson.run_all()
    again = place(lesson, source, ".gd-sheet")
    assert again.get_by_label("w after one step").input_value() == "2,75"
