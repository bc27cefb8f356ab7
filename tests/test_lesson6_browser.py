"""Lesson 6 as a learner meets it: every slider of its labs, the turning view, the map, and its exercises."""

from lesson_page import alone_in_the_dark, every_slider_moves_the_picture_and_the_words, pixels, place, pressed, readout
from stage_page import until

from gdcourse.exercises import EXERCISES
from gdcourse.labs import LABS

LESSON = "notebooks/06_saddle_points.ipynb"
BASINS, DIMENSION = 'LABS["basins"].show()', 'LABS["dimension"].show()'
SADDLE = 'LABS["saddle"].show(after="predict-noise")'
TWO = 'LABS["two-weights"].show(after="predict-sharpness")'
SLIDERS = {
    SADDLE: ("Start offset δ", "Noise σ", "Learning rate α", "Turn, degrees"),
    DIMENSION: ("Dimension n", "Shift of all curvatures", "Another draw"),
    TWO: ("Learning rate α", "Momentum β", "Start, u", "Start, v"),
    BASINS: ("Learning rate α", "Kept β (Adam: β₁)", "Start, x", "Start, y"),
}


def outcome(stage, name="outcome"):
    return stage.locator(f'[data-text="{name}"]').inner_text()


def box_of(stage):
    return stage.locator("canvas.gd-moving").bounding_box()


def test_lesson_6_from_the_first_saddle_to_the_last_check(open_lesson):
    lesson = open_lesson()
    two_labs_wait_for_their_predictions(lesson)
    saddle = place(lesson, SADDLE, ".gd-stage")
    typed = saddle.get_by_label("Noise σ, typed")  # from none at all, three positions on are not seen yet
    typed.fill("0.001")
    typed.press("Enter")
    until(lambda: "The noise works like a start offset" in outcome(saddle, "theory"))
    for source in SLIDERS:
        every_slider_moves_the_picture_and_the_words(place(lesson, source, ".gd-stage"), SLIDERS[source])
    the_experiments_end_as_the_lesson_says(lesson)
    a_drag_across_turns_the_saddle(lesson)
    the_map_is_coarse_under_the_hand(lesson)
    a_press_on_the_map_chooses_a_start(lesson)
    the_exercises_answer(lesson)


def test_every_lab_alone_in_the_dark_on_a_narrow_page(open_notebook):
    shown = [f'LABS["{name}"].show()' for name in ("saddle", "basins", "dimension", "two-weights")]
    for stage in alone_in_the_dark(open_notebook, shown):
        seen, said = pixels(stage), readout(stage)
        stage.get_by_role("button", name="Step", exact=True).click()
        until(lambda stage=stage, seen=seen: pixels(stage) != seen)
        assert readout(stage) != said


def two_labs_wait_for_their_predictions(lesson):
    answers = {"predict-noise": (SADDLE, "After 50 to 150 steps."), "predict-sharpness": (TWO, "It diverges.")}
    for key, (source, option) in answers.items():
        assert not lesson.output(lesson.find_cell(source)).locator("canvas.gd-moving").is_visible()
        sheet = place(lesson, f'EXERCISES["{key}"].show()', ".gd-sheet")
        sheet.get_by_label(option, exact=True).check()
        assert pressed(sheet, "record").startswith("How sure are you?")
        assert pressed(sheet, "record").startswith("Your prediction is recorded")


def the_experiments_end_as_the_lesson_says(lesson):
    for source, name in ((SADDLE, "saddle"), (TWO, "two-weights")):
        stage = place(lesson, source, ".gd-stage")
        for words, given in LABS[name].presets.items():
            stage.get_by_role("button", name=words, exact=True).click()
            told = LABS[name].scene(**given).texts_at(0)["outcome"]
            until(lambda told=told, stage=stage: outcome(stage) == told)
            assert readout(stage).startswith("Step 0 | ")
    saddle = place(lesson, SADDLE, ".gd-stage")
    saddle.get_by_role("button", name="1 A ten-thousand-millionth off", exact=True).click()
    until(lambda: saddle.get_by_label("Start offset δ, typed").input_value() == "1e-10")  # short enough for its box
    saddle.get_by_label("Method", exact=True).select_option("momentum")
    until(lambda: saddle.get_by_label("Momentum β", exact=True).is_visible())
    seen, slider = pixels(saddle), saddle.get_by_label("Momentum β", exact=True)
    slider.press("ArrowLeft")
    until(lambda: pixels(saddle) != seen)


def a_drag_across_turns_the_saddle(lesson):
    stage = place(lesson, SADDLE, ".gd-stage")
    for _ in range(3):
        stage.get_by_role("button", name="Step", exact=True).click()
    turn, box = stage.get_by_label("Turn, degrees, typed"), box_of(stage)
    mouse, y = lesson.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 0.5 * box["width"], y)
    mouse.down()
    until(lambda: 120 < float(turn.input_value()) < 240)
    seen, said = pixels(stage), readout(stage)
    mouse.move(box["x"] + 0.6 * box["width"], y, steps=4)
    mouse.up()
    until(lambda: float(turn.input_value()) > 240 and pixels(stage) != seen)
    assert readout(stage) == said  # a view that is turned stays at its step
    assert outcome(stage, "view").startswith("The view is turned by ")


def the_map_is_coarse_under_the_hand(lesson):
    stage = place(lesson, BASINS, ".gd-stage")
    slider = stage.get_by_label("Kept β (Adam: β₁)", exact=True)
    until(lambda: outcome(stage, "shares").startswith("Of 5184 starts"))
    for _ in range(25):
        slider.press("ArrowRight")
        if outcome(stage, "shares").startswith("Of 576 starts"):
            break
    else:
        raise AssertionError("no coarse map was seen while the hand moved")
    until(lambda: outcome(stage, "shares").startswith("Of 5184 starts"))


def a_press_on_the_map_chooses_a_start(lesson):
    stage = place(lesson, BASINS, ".gd-stage")
    x, y = (stage.get_by_label(f"Start, {axis}, typed") for axis in "xy")
    box = box_of(stage)
    lesson.page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.25 * box["height"])
    until(lambda: float(x.input_value().replace("−", "-")) < 0 < float(y.input_value().replace("−", "-")))
    until(lambda: outcome(stage).startswith("This start "))
    stage.get_by_label("Landscape", exact=True).select_option("styblinski-tang")
    until(lambda: "Styblinski and Tang" in stage.locator(".gd-title").inner_text())


def the_exercises_answer(lesson):
    sheet = place(lesson, 'EXERCISES["classify-points"].show()', ".gd-sheet")
    for name, kind in EXERCISES["classify-points"].answer().items():
        sheet.get_by_label(f"What is point {name.upper()}?", exact=True).select_option(kind)
    assert pressed(sheet, "check").startswith("Everything is right")

    sheet = place(lesson, 'EXERCISES["escape-steps"].show()', ".gd-sheet")
    sheet.get_by_label("how many steps until it is out").fill("69.0776")
    assert EXERCISES["escape-steps"].words().explain("steps.small-rate") in pressed_marks(sheet)

    stub, check = lesson.find_cell("def classify("), lesson.find_cell('EXERCISES["code-classify"].check(')
    head = "def classify(gradient, hessian, tolerance):\n    signs = "
    tail = (
        "\n    up, down = signs > tolerance, signs < -tolerance"
        "\n    if np.linalg.norm(gradient) > tolerance: return np.nan"
        "\n    if up.any() and down.any(): return 0.0"
        "\n    return 1.0 if up.all() else -1.0 if down.all() else np.nan\n"
    )
    for line, said in (
        ("np.diagonal(hessian)", "looks at the diagonal"),
        ("np.linalg.eigvalsh(hessian)", "Right: your"),
    ):
        lesson.write_cell(stub, head + line + tail)
        lesson.run_cell(stub)
        lesson.run_cell(check)
        assert said in lesson.output(check).inner_text()


def pressed_marks(sheet):
    """All that a sheet says after Check was pressed."""
    pressed(sheet, "check")
    return sheet.inner_text()
