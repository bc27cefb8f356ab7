"""Lesson 4 as a learner meets it: every slider of both labs, the plane, and an exercise of each kind, in JupyterLab."""

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

LESSON = "notebooks/04_momentum.ipynb"
ARENA = 'LABS["arena"].show(after="predict-well")'
RAVINE = 'LABS["ravine"].show(after="predict-limit")'
SLIDERS = {
    ARENA: ("Momentum β", "Learning rate α", "Start"),
    RAVINE: ("Learning rate α", "Momentum β", "Condition κ", "Rotation (°)"),
}


def outcome(stage):
    return stage.locator('[data-text="outcome"]').inner_text()


def box_of(stage):
    return stage.locator("canvas.gd-moving").bounding_box()


def test_lesson_4_from_the_first_ball_to_the_last_check(open_lesson):
    lesson = open_lesson()
    for source in SLIDERS:
        every_slider_moves_the_picture_and_the_words(place(lesson, source, ".gd-stage"), SLIDERS[source])
    the_experiments_end_as_the_lesson_says(lesson)
    a_curve_is_typed(lesson)
    a_press_on_the_strip_chooses_beta(lesson)
    a_drag_in_the_plane_takes_the_path_along(lesson)
    the_exercises_answer(lesson)


def test_both_labs_alone_in_the_dark_on_a_narrow_page(open_notebook):
    for stage in alone_in_the_dark(open_notebook, SLIDERS):
        one_step_moves_the_picture(stage)


def the_experiments_end_as_the_lesson_says(lesson):
    stage = place(lesson, ARENA, ".gd-stage")
    for name, given in LABS["arena"].presets.items():
        stage.get_by_role("button", name=name, exact=True).click()
        told = LABS["arena"].scene(**given).texts_at(0)["outcome"]
        until(lambda told=told: outcome(stage) == told)
        assert readout(stage).startswith("Step 0 | ")
    stage.get_by_role("button", name="2 Two wells, β = 0.9", exact=True).click()
    until(lambda: outcome(stage) == "Right well, 63 steps. The lowest there is.")
    seen = pixels(stage)
    stage.get_by_role("button", name="Play", exact=True).click()
    until(lambda: readout(stage).startswith(("Step 2 ", "Step 3 ", "Step 4 ")))
    stage.get_by_role("button", name="Reset", exact=True).click()
    until(lambda: pixels(stage) == seen)


def a_curve_is_typed(lesson):
    stage = place(lesson, ARENA, ".gd-stage")
    stage.get_by_label("Landscape", exact=True).select_option("own")
    curve = stage.get_by_label("Your curve L(x)", exact=True)
    curve.fill("x**2 +")
    curve.press("Enter")
    until(lambda: "formula must be arithmetic" in stage.locator(".gd-notice").inner_text())
    assert curve.input_value() == "x**2 +"
    curve.fill("x**2 + sin(4*x)")
    curve.press("Enter")
    until(lambda: stage.locator(".gd-title").inner_text() == "The ball on your own curve, L(x) = x**2 + sin(4*x).")
    assert stage.locator(".gd-notice").inner_text() == ""
    stage.get_by_role("button", name="2 Two wells, β = 0.9", exact=True).click()
    until(lambda: outcome(stage).startswith("Right well"))


def a_press_on_the_strip_chooses_beta(lesson):
    stage = place(lesson, ARENA, ".gd-stage")
    typed, box = stage.get_by_label("Momentum β, typed"), box_of(stage)
    lesson.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    until(lambda: 0.1 < float(typed.input_value()) < 0.5)
    told = LABS["arena"].scene(beta=float(typed.input_value())).texts_at(0)["outcome"]
    until(lambda: outcome(stage) == told)


def a_drag_in_the_plane_takes_the_path_along(lesson):
    stage = place(lesson, RAVINE, ".gd-stage")
    rate, beta = (stage.get_by_label(f"{name}, typed") for name in ("Learning rate α", "Momentum β"))
    seen, box = pixels(stage), box_of(stage)
    lesson.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
    lesson.page.mouse.up()
    until(lambda: float(rate.input_value()) > 3 and float(beta.input_value()) < 0.4)
    until(lambda: outcome(stage).startswith("It diverges: with β = "))
    assert pixels(stage) != seen
    stage.get_by_label("Method", exact=True).select_option("gradient-descent")
    until(lambda: "gradient descent" in stage.locator(".gd-title").inner_text())
    assert not stage.get_by_label("Momentum β", exact=True).is_visible()


def the_exercises_answer(lesson):
    sheet = place(lesson, 'EXERCISES["heavy-ball-walk"].show()', ".gd-sheet")
    rows = [("8", "-0,8", "3.2"), ("6.4", "-1.28", "1.92"), ("3.84", "-1.408", "0.512")]
    for step, row in enumerate(rows, start=1):
        for name, value in zip("gvw", row, strict=True):
            sheet.get_by_label(f"Step {step}, {name}", exact=True).fill(value)
    sheet.get_by_label("Where would gradient descent stand after three steps").fill("2.048")
    sheet.get_by_label("Across w = 0 to the other side.").check()
    assert pressed(sheet, "check").startswith("Everything is right")

    sheet = place(lesson, 'EXERCISES["terminal-velocity"].show()', ".gd-sheet")
    sheet.get_by_label("terminal velocity").fill("-0.3")
    slips = {mistake.name: mistake.explanation for mistake in EXERCISES["terminal-velocity"].mistakes}
    assert pressed(sheet, "check") == slips["one-push"]

    stub, check = lesson.find_cell("def momentum_step("), lesson.find_cell('EXERCISES["code-momentum"].check(')
    head = "def momentum_step(w, velocity, gradient, rate, beta):\n    moved = beta * velocity - rate * gradient\n"
    for line, said in (
        ("return w + velocity, moved", "by the old velocity"),
        ("return w + moved, moved", "Right: your"),
    ):
        lesson.write_cell(stub, f"{head}    {line}\n")
        lesson.run_cell(stub)
        lesson.run_cell(check)
        assert said in lesson.output(check).inner_text()
