"""Lesson 7 as a learner meets it: a network that learns while its rate is moved, exercises, and a run interrupted."""

import re

from lesson_page import (
    alone_in_the_dark,
    every_slider_moves_the_picture_and_the_words,
    one_step_moves_the_picture,
    pixels,
    place,
    pressed,
    readout,
)
from stage_page import until

from gdcourse.exercises import EXERCISES
from gdcourse.labs import LABS

LESSON, LAB = "notebooks/07_training_loop.ipynb", 'LABS["training"].show(after="predict-lowest")'
SLIDERS = ("Learning rate α", "Batch size b", "Hidden units", "Training samples", "Wrong classes (%)", "Run number")
BY_HAND = {
    "h": "3", "ŷ": "3", "slope along ŷ": "3", "slope along w₂": "9",
    "slope along h": "1,5", "slope along w₁": "3", "w₁ after one step": "0.7",
}  # fmt: skip
ORANGE = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let seen = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] > 180 && data[i + 2] < 60 && data[i + 3] > 200) seen++;
    return seen;
}"""  # pixels of the dashed line


def text(stage, name):
    return stage.locator(f'[data-text="{name}"]').inner_text()


def test_lesson_7_from_the_first_digit_to_the_last_check(open_lesson):
    lesson = open_lesson()
    every_slider_changes_the_run(lesson)
    a_rate_moved_while_it_runs_leaves_what_was(lesson)
    the_experiments_end_as_the_lesson_says(lesson)
    the_digits_show_their_weights(lesson)
    the_way_back_by_hand_names_the_slip_and_sees_it_mended(lesson)
    the_clinic_shows_two_lines_a_run(lesson)
    a_network_written_in_a_cell_is_judged(lesson)
    an_interrupt_keeps_what_was_learned(lesson)


def test_the_lab_in_the_dark_and_on_a_narrow_page(open_notebook):
    (stage,) = alone_in_the_dark(open_notebook, [LAB], viewport=(420, 900))
    one_step_moves_the_picture(stage, 10)


def every_slider_changes_the_run(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    every_slider_moves_the_picture_and_the_words(stage, SLIDERS)
    for label, choice in (("Optimizer", "momentum"), ("Data", "penguins"), ("Data", "moons")):
        seen = pixels(stage)
        stage.get_by_label(label, exact=True).select_option(choice)
        until(lambda seen=seen: pixels(stage) != seen)


def a_rate_moved_while_it_runs_leaves_what_was(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    stage.get_by_role("button", name="Learns", exact=True).click()
    lesson.wait_idle()
    until(lambda: text(stage, "went").startswith("Move rate or batch while it runs"))
    stage.get_by_role("button", name="Play", exact=True).click()
    until(lambda: int(re.match(r"Step (\d+)", readout(stage))[1]) >= 30)
    rate = stage.get_by_label("Learning rate α, typed", exact=True)
    rate.fill("0.3")
    rate.press("Enter")
    until(lambda: text(stage, "went").startswith("Rate or batch was changed once"))
    stage.get_by_role("button", name="Pause", exact=True).click()
    first = readout(stage)
    until(lambda: "at rate 0.30 with" in text(stage, "force"))
    stage.get_by_role("slider", name="Step number").press("Home")
    until(lambda: "at rate 0.02 with" in text(stage, "force"))
    assert readout(stage) == LABS["training"].scene().texts_at(0)["readout"]
    stage.get_by_role("slider", name="Step number").press("End")
    until(lambda: "at rate 0.30 with" in text(stage, "force"))
    assert readout(stage) != first
    assert readout(stage) != LABS["training"].scene().texts_at(40)["readout"]


def the_experiments_end_as_the_lesson_says(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    for name, given in LABS["training"].presets.items():
        if given["data"] == "moons":
            stage.get_by_role("button", name=name, exact=True).click()
            lesson.wait_idle()
            stage.get_by_role("slider", name="Step number").press("End")
            told = LABS["training"].scene(**given).texts_at(40)
            until(lambda told=told: readout(stage) == told["readout"])
            assert text(stage, "outcome") == told["outcome"]


def the_digits_show_their_weights(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    stage.get_by_role("button", name="Reads digits", exact=True).click()
    until(lambda: "handwritten digits" in stage.locator(".gd-title").inner_text())
    lesson.wait_idle()
    stage.get_by_role("slider", name="Step number").press("End")
    until(lambda: "validation 9" in readout(stage))
    assert stage.locator("li", has_text="given a wrong class").count() == 0


def the_way_back_by_hand_names_the_slip_and_sees_it_mended(lesson):
    sheet = place(lesson, 'EXERCISES["backwards-by-hand"].show()', ".gd-sheet")
    for label, number in {**BY_HAND, "slope along w₁": "6"}.items():
        sheet.get_by_label(label, exact=True).fill(number)
    assert "You skipped the second layer" in pressed(sheet, "check")
    sheet.get_by_label("slope along w₁", exact=True).fill("3")
    assert pressed(sheet, "check").startswith("Everything is right")


def the_clinic_shows_two_lines_a_run(lesson):
    sheet = place(lesson, 'EXERCISES["training-clinic"].show()', ".gd-sheet")
    assert sheet.locator(".gd-exhibit canvas").count() == 4
    assert "Run A, validation" in sheet.locator("details").first.inner_html()
    until(lambda: sheet.locator(".gd-exhibit canvas").first.evaluate(ORANGE) > 50)


def a_network_written_in_a_cell_is_judged(lesson):
    stub, check = lesson.find_cell("def first_layer_slope("), lesson.find_cell('EXERCISES["code-first-layer"].check(')
    explained = {mistake.name: mistake.explanation for mistake in EXERCISES["code-first-layer"].mistakes}
    head = "def first_layer_slope(x, hidden, slope, W2):\n    return "
    lesson.write_cell(stub, f"{head}x.T @ (slope @ W2.T)")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    until(lambda: explained["gate-forgotten"] in lesson.output(check).inner_text())
    lesson.write_cell(stub, f"{head}x.T @ ((slope @ W2.T) * (hidden > 0))")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    until(lambda: "agrees with the course's" in lesson.output(check).inner_text())


def an_interrupt_keeps_what_was_learned(lesson):
    cell = lesson.find_cell("reports = collect(watch(")
    source = lesson.page.evaluate(
        "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.getSource()", cell
    )
    lesson.write_cell(cell, source.replace("EPOCHS, PATIENCE = 40, 5", "EPOCHS, PATIENCE = 20000, 20000"))
    lesson.page.evaluate(
        "index => { const list = window.jupyterapp.shell.currentWidget.content; list.activeCellIndex = index;"
        " list.deselectAll(); window.jupyterapp.commands.execute('notebook:run-cell'); }",
        cell,
    )
    until(lambda: re.search(r"epoch \d\d of 20000.* left", lesson.output(cell).inner_text()))
    lesson.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    lesson.wait_idle()
    assert "Traceback" not in lesson.output(cell).inner_text()
    after = lesson.find_cell("best was epoch {best.epoch}")
    lesson.run_cell(after)
    until(lambda: re.search(r"stopped after epoch \d+, best was epoch \d+", lesson.output(after).inner_text()))
