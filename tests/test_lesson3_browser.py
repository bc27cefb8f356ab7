"""Lesson 3 as a learner meets it: sliders of the batch lab, a press on an arrow, and exercises, in JupyterLab."""

import numpy as np
from lesson_page import (
    alone_in_the_dark,
    every_slider_moves_the_picture_and_the_words,
    one_step_moves_the_picture,
    pixels,
    place,
    pressed,
    readout,
    words,
)
from pixels import shot_of
from stage_page import until

from gdcourse.exercises import EXERCISES
from gdcourse.labs import LABS

LESSON, LAB = "notebooks/03_batch_and_sgd.ipynb", 'LABS["batch"].show(after="predict-spread")'
SLIDERS = ("Batch size b", "Learning rate α", "Shuffle number", "Arrow picked")
BY_HAND = {
    "gradient of A": "-12", "gradient of B": "-24", "gradient of C": "-30", "gradient of D": "36",
    "mini-batch of A and C": "-21", "mini-batch of B and D": "6", "full gradient (all four)": "-7,5",
    "w after one step by the first mini-batch": "2.05",
}  # fmt: skip


def test_lesson_3_from_the_first_vote_to_the_last_check(open_lesson):
    lesson = open_lesson()
    every_slider_up_to_all_penguins(lesson)
    a_press_on_an_arrow_shows_its_penguins(lesson)
    other_mini_batches_are_drawn_and_the_same_seed_replays_the_run(lesson)
    the_sheet_names_the_slip_and_sees_it_mended(lesson)
    a_batcher_that_never_shuffles_is_named(lesson)


def test_the_lab_in_the_dark(open_notebook):
    (stage,) = alone_in_the_dark(open_notebook, [LAB], viewport=(1280, 800))
    one_step_moves_the_picture(stage)


def every_slider_up_to_all_penguins(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    every_slider_moves_the_picture_and_the_words(stage, SLIDERS)
    stage.get_by_label("Batch size b", exact=True).press("End")
    until(lambda: "mini-batch 1 of 1, of size 333" in words(stage))


def a_press_on_an_arrow_shows_its_penguins(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    for label, value in (("Batch size b", "4"), ("Shuffle number", "1"), ("Learning rate α", "0.05")):
        typed = stage.get_by_label(f"{label}, typed", exact=True)
        typed.fill(value)
        typed.press("Enter")
    until(lambda: "of size 4." in words(stage))
    stage.get_by_label("Arrow picked", exact=True).press("Home")
    until(lambda: "Picked: the mini-batch of this step." in words(stage))
    stage.get_by_role("button", name="Reset", exact=True).click()
    until(lambda: readout(stage).startswith("Step 0"))
    scene, seen = LABS["batch"].scene(), pixels(stage)
    tips = np.stack([scene.columns["tip_w"][0], scene.columns["tip_c"][0]], axis=-1)
    apart = np.linalg.norm(tips[:, None] - tips, axis=-1) + 9 * np.eye(len(tips))
    (left, right), (low, high) = scene.panels[0].x, scene.panels[0].y
    inside = (tips > (left, low)).all(axis=-1) & (tips < (right, high)).all(axis=-1) & (np.arange(len(tips)) > 0)
    furthest = int(np.argmax(apart.min(axis=1) * inside))  # from any other arrow, so that a press can mean no other
    tip = tips[furthest]
    across, down = shot_of(stage, scene.structure()).places["valley"](*tip)
    stage.locator(".gd-picture").scroll_into_view_if_needed()  # the sliders lie below it
    box = stage.locator("canvas.gd-moving").bounding_box()
    lesson.page.mouse.click(box["x"] + across, box["y"] + down)
    until(lambda: f"Picked: mini-batch {furthest} of 20 others" in words(stage))
    until(lambda: pixels(stage) != seen)
    assert stage.get_by_label("Arrow picked", exact=True).input_value() == str(furthest)


def other_mini_batches_are_drawn_and_the_same_seed_replays_the_run(lesson):
    stage = place(lesson, LAB, ".gd-stage")
    shuffle, before = stage.get_by_label("Shuffle number", exact=True), readout(stage)
    shuffle.press("ArrowRight")
    until(lambda: readout(stage) != before)
    shuffle.press("ArrowLeft")
    until(lambda: readout(stage) == before)
    stage.get_by_label("Mini-batches", exact=True).select_option("independent")
    until(lambda: readout(stage) != before)


def the_sheet_names_the_slip_and_sees_it_mended(lesson):
    sheet = place(lesson, 'EXERCISES["batch-by-hand"].show()', ".gd-sheet")
    for label, number in {**BY_HAND, "mini-batch of A and C": "-42"}.items():
        sheet.get_by_label(label, exact=True).fill(number)
    told = pressed(sheet, "check")
    assert "This is the sum." in told
    sheet.get_by_label("mini-batch of A and C", exact=True).fill("-21")
    assert pressed(sheet, "check").startswith("Everything is right")


def a_batcher_that_never_shuffles_is_named(lesson):
    stub, check = lesson.find_cell("def minibatches("), lesson.find_cell('EXERCISES["code-minibatches"].check(')
    body = "return [{}[k : k + batch] for k in range(0, len(rows), batch)]"
    for order, told in (("rows", "never shuffles"), ("order", "Right: your function")):
        lesson.write_cell(
            stub, f"def minibatches(rows, batch, shuffle):\n    order = shuffle(rows)\n    {body.format(order)}\n"
        )
        lesson.run_cell(stub)
        lesson.run_cell(check)
        assert told in lesson.output(check).inner_text()
    assert any(mistake.name == "never-shuffled" for mistake in EXERCISES["code-minibatches"].mistakes)
