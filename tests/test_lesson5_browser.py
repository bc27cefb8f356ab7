"""Lesson 5 as a learner meets it: every slider of its labs, racers of all kinds, and its exercises, in JupyterLab."""

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
from stage_page import until

from gdcourse.exercises import EXERCISES
from gdcourse.labs import LABS

LESSON = "notebooks/05_adam.ipynb"
RACE, INSIDE, ROTATION = (f'LABS["{name}"].show(' for name in ("race", "inside-adam", "rotation"))
OWN = "race_with(sign="
SLIDERS = {
    RACE: (
        *("Start, w₁", "Start, w₂", "Gradients each", "All rates ×"),
        *("α of Adam", "β₁ of Adam", "β₂ of Adam", "ε of Adam"),
    ),
    ROTATION: ("Rotation, degrees", "Condition κ", "Learning rate α of Adam"),
}
UNSEEN = ("ε: ten to the power of", "Loss times ten to the power of")  # what Adam does not notice, no picture can show


def outcome(stage, text="outcome"):
    return stage.locator(f'[data-text="{text}"]').inner_text()


def test_lesson_5_from_the_first_division_to_the_last_check(open_lesson):
    lesson = open_lesson()
    the_turned_valley_waits_for_a_prediction(lesson)
    the_race_goes_where_an_epsilon_is_felt(lesson)
    for source in SLIDERS:
        every_slider_moves_the_picture_and_the_words(place(lesson, source, ".gd-stage"), SLIDERS[source])
    inside_adam_shows_what_adam_notices(lesson)
    the_rotation_is_counted(lesson)
    the_experiments_end_as_the_lab_says(lesson)
    a_press_starts_the_race_elsewhere(lesson)
    a_broken_racer_gets_a_sentence_and_a_mended_one_races(lesson)
    the_exercises_answer(lesson)


def test_every_lab_alone_in_the_dark_on_a_narrow_page(open_notebook):
    shown = [f'LABS["{name}"].show()' for name in ("race", "inside-adam", "rotation")]
    for stage in alone_in_the_dark(open_notebook, shown):
        one_step_moves_the_picture(stage)


def the_turned_valley_waits_for_a_prediction(lesson):
    assert not lesson.output(lesson.find_cell(ROTATION)).locator("canvas.gd-moving").is_visible()
    sheet = place(lesson, 'EXERCISES["predict-turned-valley"].show()', ".gd-sheet")
    sheet.get_by_label("Gradient descent.", exact=True).check()
    sheet.get_by_label("rather sure (70 %)").check()
    assert pressed(sheet, "record").startswith("Your prediction is recorded")


def the_race_goes_where_an_epsilon_is_felt(lesson):
    stage = place(lesson, RACE, ".gd-stage")
    stage.get_by_role("button", name="1 Along the axes", exact=True).click()
    until(lambda: "a ravine along the axes" in stage.locator(".gd-title").inner_text())
    typed = stage.get_by_label("ε of Adam, typed")
    assert typed.input_value() == "1e-8"
    seen, said = pixels(stage), words(stage)
    typed.fill("1")
    typed.press("Enter")
    until(lambda: pixels(stage) != seen and words(stage) != said)


def inside_adam_shows_what_adam_notices(lesson):
    stage = place(lesson, INSIDE, ".gd-stage")
    bare = stage.get_by_label("Bias correction", exact=True)
    bare.uncheck()
    until(lambda: outcome(stage).startswith("The largest move of a weight is 6.57·α, move number 12;"))
    bare.check()
    until(lambda: outcome(stage).startswith("The largest move of a weight is 1.00·α, move number 1;"))
    stage.get_by_label("Landscape", exact=True).select_option("turned-ravine")
    until(lambda: "turned by 45 degrees" in stage.locator(".gd-title").inner_text())
    sliders = [slider for slider in stage.locator(".gd-control input[type=range]").all() if slider.is_visible()]
    assert {slider.get_attribute("aria-label") for slider in sliders} >= {*UNSEEN, "Learning rate α", "Start, w₁"}
    for slider in sliders:
        for _ in range(6):  # in the first steps both corrections undo whatever β is
            stage.get_by_role("button", name="Step", exact=True).click()
        label, seen, said = slider.get_attribute("aria-label"), pixels(stage), words(stage)
        slider.press("End" if label == "Learning rate α" else "Home")
        until(lambda said=said: words(stage) != said)
        until(lambda seen=seen, label=label: label in UNSEEN or pixels(stage) != seen)


def the_rotation_is_counted(lesson):
    stage = place(lesson, ROTATION, ".gd-stage")
    for label, value in (("Condition κ", "100"), ("Learning rate α of Adam", "0.05"), ("Rotation, degrees", "45")):
        typed = stage.get_by_label(f"{label}, typed")
        typed.fill(value)
        typed.press("Enter")
        until(lambda typed=typed, value=value: float(typed.input_value()) == float(value))
    until(lambda: outcome(stage).endswith("gradient descent 709 steps, Adam 1364 steps."))


def the_experiments_end_as_the_lab_says(lesson):
    stage = place(lesson, RACE, ".gd-stage")
    stage.get_by_label("Gradients each, typed").fill("150")
    stage.get_by_label("Gradients each, typed").press("Enter")
    factor = stage.get_by_label("All rates ×, typed")
    factor.fill("1")
    factor.press("Enter")
    until(lambda: float(factor.input_value()) == 1)
    stage.get_by_label("Settings of", exact=True).select_option("gradient-descent")
    until(lambda: stage.get_by_label("α of gradient descent", exact=True).is_visible())
    assert not stage.get_by_label("α of Adam", exact=True).is_visible()
    seen = pixels(stage)
    stage.get_by_role("button", name="3 Steps are not the cost", exact=True).click()
    until(lambda: outcome(stage, "place_0").startswith("1. Newton, curvature measured: at a minimum from step 5 on"))
    assert pixels(stage) != seen
    stage.get_by_role("button", name="Play", exact=True).click()
    until(lambda: readout(stage).startswith(("Step 2 ", "Step 3 ", "Step 4 ")))
    stage.get_by_role("button", name="Reset", exact=True).click()
    until(lambda: readout(stage).startswith("Step 0 | "))
    stage.get_by_label("Newton, curvature measured", exact=True).uncheck()
    until(lambda: "Newton" not in words(stage))
    stage.get_by_role("button", name="2 Turned", exact=True).click()
    until(lambda: "turned by 45 degrees" in stage.locator(".gd-title").inner_text())


def a_press_starts_the_race_elsewhere(lesson):
    stage = place(lesson, RACE, ".gd-stage")
    x, y = (stage.get_by_label(f"Start, w{which}, typed") for which in "₁₂")
    canvas, before = stage.locator("canvas.gd-moving"), words(stage)
    width, height = canvas.evaluate("canvas => [canvas.clientWidth, canvas.clientHeight]")
    canvas.click(position={"x": 0.15 * width, "y": 0.7 * height})
    until(lambda: float(x.input_value().replace("−", "-")) < -0.3 and float(y.input_value().replace("−", "-")) < 0)
    until(lambda: words(stage) != before)


def a_broken_racer_gets_a_sentence_and_a_mended_one_races(lesson):
    written, shown = lesson.find_cell("class Sign:"), lesson.find_cell(OWN)
    stage = place(lesson, OWN, ".gd-stage")
    assert "sign" in words(stage)
    head = "class Sign:\n    def __init__(self, rate):\n        pass\n\n"
    broken = f"{head}    def init(self, w):\n        return w.nothing\n"
    lesson.write_cell(written, broken)
    lesson.run_cell(written)
    lesson.run_cell(shown)
    stage = place(lesson, OWN, ".gd-stage")
    assert stage.locator(".gd-notice").inner_text().startswith("sign does not race: ")
    assert "1. " in words(stage)


def the_exercises_answer(lesson):
    sheet = place(lesson, 'EXERCISES["adagrad-walk"].show()', ".gd-sheet")
    for step, row in enumerate([("16", "256", "6"), ("12", "400", "4,8")], start=1):
        for name, value in zip("gsw", row, strict=True):
            sheet.get_by_label(f"Step {step}, {name}", exact=True).fill(value)
    assert pressed(sheet, "check").startswith("All rows are right")

    sheet = place(lesson, 'EXERCISES["first-step-uncorrected"].show()', ".gd-sheet")
    sheet.get_by_label("length of the first step").fill("1")
    slips = {mistake.name: mistake.explanation for mistake in EXERCISES["first-step-uncorrected"].mistakes}
    assert pressed(sheet, "check") == slips["corrected"]

    sheet = place(lesson, 'EXERCISES["adam-bugs"].show()', ".gd-sheet")
    right = EXERCISES["adam-bugs"].filled("self-study")
    for letter in "ABCDE":
        sheet.get_by_label(f"Adam {letter}", exact=True).select_option(right[f"{letter}.answer"])
    assert pressed(sheet, "check").startswith("Everything is right")

    stub, check = lesson.find_cell("def adam_step("), lesson.find_cell('EXERCISES["code-adam"].check(')
    head = "def adam_step(w, gradient, m, v, t, rate, beta1, beta2, eps):\n"
    body = "    m = beta1 * m + (1 - beta1) * gradient\n    v = beta2 * v + (1 - beta2) * gradient**2\n"
    for line, said in (
        ("return w - rate * m / (np.sqrt(v) + eps), m, v", "without their correction"),
        ("return w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v", "Right: your"),
    ):
        lesson.write_cell(stub, f"{head}{body}    {line}\n")
        lesson.run_cell(stub)
        lesson.run_cell(check)
        assert said in lesson.output(check).inner_text()


def test_every_lab_of_the_lesson_is_in_it():
    assert {"race", "inside-adam", "rotation"} <= set(LABS)
