"""Lesson 2 as a learner meets it: every slider of its labs, one exercise of each new kind, in the real JupyterLab."""

from lesson_page import (
    alone_in_the_dark,
    every_slider_moves_the_picture_and_the_words,
    one_step_moves_the_picture,
    place,
    pressed,
    words,
)
from stage_page import until

from gdcourse.exercises import EXERCISES

RATE = 'LABS["rate"].show(after=("predict-valley", "predict-first"))'
RATES = 'LABS["rates"].show(after="predict-ten-times")'
SCHEDULE = 'LABS["schedule"].show(after="predict-schedule")'
LESSON = "notebooks/02_learning_rate.ipynb"
LABS_SHOWN = {  # cell: its sliders
    RATE: ("Learning rate α", "Condition κ", "Rotation (°)"),
    RATES: ("Curvature L", "Start"),
    'LABS["range-test"].show()': (
        "Condition κ",
        "Steps of the test",
        "Noise σ",
        "Smoothing",
        "Shuffle number",
    ),
    SCHEDULE: (
        "Learning rate α",
        "Handle: step",
        "Handle: share",
        "Noise σ",
        "Shuffle number",
    ),
}


def test_lesson_2_from_the_first_slider_to_the_last_check(open_lesson):
    lesson = open_lesson()
    for source, sliders in LABS_SHOWN.items():
        every_slider_moves_the_picture_and_the_words(place(lesson, source, ".gd-stage"), sliders)
    a_press_on_the_map_chooses_the_rate(lesson)
    a_drag_of_the_handle_shapes_the_schedule(lesson)
    the_exercises_answer(lesson)


def test_every_lab_alone_in_the_dark_on_a_narrow_page(open_notebook):
    for stage in alone_in_the_dark(open_notebook, LABS_SHOWN):
        one_step_moves_the_picture(stage)


def at_share(stage, across, upwards):
    """A point of the picture, in shares of its width and height."""
    box = stage.locator("canvas.gd-moving").bounding_box()
    return box["x"] + across * box["width"], box["y"] + upwards * box["height"]


def a_press_on_the_map_chooses_the_rate(lesson):
    stage = place(lesson, RATE, ".gd-stage")
    typed = stage.get_by_label("Learning rate α, typed")
    before = float(typed.input_value())
    lesson.page.mouse.click(*at_share(stage, 0.93, 0.4))  # near the right end of the map, on the right
    until(lambda: float(typed.input_value()) > 5 * before)
    until(lambda: "Divergent" in words(stage))
    assert stage.locator(".gd-zones span").count() == 3


def a_drag_of_the_handle_shapes_the_schedule(lesson):
    stage = place(lesson, SCHEDULE, ".gd-stage")
    step, share = (stage.get_by_label(f"Handle: {name}, typed") for name in ("step", "share"))
    lesson.page.mouse.move(*at_share(stage, 0.6, 0.1))
    lesson.page.mouse.down()
    lesson.page.mouse.move(*at_share(stage, 0.7, 0.2), steps=6)
    lesson.page.mouse.up()
    until(lambda: 20 < float(step.input_value()) < 140 and float(share.input_value()) > 0.3)
    until(lambda: f"over {step.input_value()} steps" in words(stage))


def the_exercises_answer(lesson):
    a_single_number_names_its_slip(lesson)
    the_valley_is_walked_by_hand(lesson)
    a_prediction_is_kept(lesson)
    a_schedule_is_written(lesson)


def a_single_number_names_its_slip(lesson):
    sheet = place(lesson, 'EXERCISES["critical-rate"].show()', ".gd-sheet")
    sheet.get_by_label("critical rate").fill("0.2")
    slip = {mistake.name: mistake.explanation for mistake in EXERCISES["critical-rate"].mistakes}["exact-rate"]
    assert pressed(sheet, "check") == slip
    sheet.get_by_label("critical rate").fill("0.4")
    assert pressed(sheet, "check") == "Right."


def the_valley_is_walked_by_hand(lesson):
    sheet = place(lesson, 'EXERCISES["valley-step"].show()', ".gd-sheet")
    for step, row in enumerate([("8", "10", "2.8", "-0.5"), ("5.6", "-5", "1.96", "0.25")], start=1):
        for name, value in zip(("∂L/∂u", "∂L/∂v", "new u", "new v"), row, strict=True):
            sheet.get_by_label(f"Step {step}, {name}", exact=True).fill(value)
    sheet.get_by_label("over the floor of the valley to its other side, a little downstream").check()
    sheet.get_by_label("the critical rate of this valley").fill("0,2")
    assert pressed(sheet, "check").startswith("Everything is right")


def a_prediction_is_kept(lesson):
    sheet = place(lesson, 'EXERCISES["predict-first"].show()', ".gd-sheet")
    sheet.get_by_label("α = 0.18: it overshoots in every step.").check()
    sheet.get_by_label("sure (90 %)", exact=True).check()
    assert pressed(sheet, "record").startswith("Your prediction is recorded")
    assert pressed(sheet, "compare").startswith("Right.")


def a_schedule_is_written(lesson):
    stub, check = lesson.find_cell("def cosine("), lesson.find_cell('EXERCISES["code-cosine"].check(cosine)')
    head = "def cosine(k, rate, steps, end):\n    share = np.minimum(k, steps) / steps\n"
    lesson.write_cell(stub, head + "    return end + 0.5 * (rate - end) * (1 - np.cos(np.pi * share))\n")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    assert "rises from end to rate" in lesson.output(check).inner_text()
    lesson.write_cell(stub, head + "    return end + 0.5 * (rate - end) * (1 + np.cos(np.pi * share))\n")
    lesson.run_cell(stub)
    lesson.run_cell(check)
    assert "Right: your function" in lesson.output(check).inner_text()
