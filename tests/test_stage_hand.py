"""The stage under the hand, in a bare page: keys, focus, the pointer, the player and the walk in the fog."""

from dataclasses import replace

import pytest
from pixels import shot_of
from stage_page import until
from widget_page import WidgetPage, button, typed, words

from gdcourse.labs import LABS

RATE, START, STEPS = "Learning rate α", "Start", "Step number"


def test_jupyterlab_leaves_every_key_to_the_stage(open_stage):
    keyed = open_stage("arena").root.locator("input, select, textarea, button, summary, canvas[tabindex]")
    kept = keyed.evaluate_all("all => all.map((one) => one.dataset.lmSuppressShortcuts)")
    assert len(kept) > 10
    assert set(kept) == {"true"}


def test_the_focus_stays_on_a_button_that_has_nothing_left_to_do(open_stage):
    opened = open_stage(steps=2)
    for name, presses, reached in (("Step", 3, "Step 2 "), ("Back", 3, "Step 0 ")):
        button(opened, name).focus()
        for _ in range(presses):
            opened.page.keyboard.press("Enter")
        assert words(opened)["readout"].startswith(reached)
        assert opened.page.evaluate("() => document.activeElement.textContent") == name
        assert button(opened, name).get_attribute("aria-disabled") == "true"
    button(opened, "Step").press("Enter")
    assert button(opened, "Back").get_attribute("aria-disabled") == "false"


def place_in_valley(opened: WidgetPage, w: float) -> tuple[float, float]:
    """Where a weight is on the page, in the middle of the valley's picture."""
    left, top = shot_of(opened.root, opened.widget.scene.structure()).places["valley"](w, 10)
    box = opened.root.locator(".gd-picture").bounding_box()
    return box["x"] + float(left), box["y"] + float(top)


def step(opened: WidgetPage) -> int:
    """The step that is shown."""
    return int(words(opened)["readout"].split()[1])


def test_who_takes_the_hiker_in_hand_stops_the_player(open_stage):
    opened = open_stage()
    opened.root.get_by_label("Speed, steps a second").select_option("25")
    for take in (
        lambda: opened.page.mouse.click(*place_in_valley(opened, 2.0)),
        lambda: opened.root.locator(".gd-moving").press("ArrowLeft"),
        lambda: opened.root.get_by_label("Landscape").select_option("parabola"),
    ):
        button(opened, "Play").click()
        until(lambda: step(opened) > 2)
        take()
        assert button(opened, "Play").is_visible()
        opened.page.wait_for_timeout(120)
        assert step(opened) == 0


def test_another_valley_begins_at_its_first_step(open_stage):
    opened = open_stage(landscape="surprise")
    for press in ("End", "End"):
        opened.root.get_by_role("slider", name=STEPS).press(press)
        assert step(opened) == 50
        opened.root.get_by_role("slider", name="Valley number").press("ArrowRight")
        opened.settle()
        assert step(opened) == 0
    opened.root.get_by_role("slider", name=STEPS).press("End")
    opened.root.get_by_role("slider", name=RATE).press("ArrowRight")  # the same valley: the step stays
    assert step(opened) == 50


def test_a_step_in_the_fog_after_going_back_goes_on_from_there(open_stage):
    opened = open_stage(fog=True, walk=(3.0, 1.0, 2.0))
    for _ in range(2):
        button(opened, "Back").click()
    opened.page.mouse.click(*place_in_valley(opened, -1.0))
    opened.settle()
    assert opened.widget.walk == (3.0, pytest.approx(-1.0, abs=0.05))
    assert step(opened) == 2
    opened.slow(150)
    for w in (0.0, 1.0, 2.0):  # faster than the kernel answers: all of them count
        opened.page.mouse.click(*place_in_valley(opened, w))
    opened.settle()
    assert opened.widget.walk[2:] == (
        pytest.approx(0.0, abs=0.05),
        pytest.approx(1.0, abs=0.05),
        pytest.approx(2.0, abs=0.05),
    )


def test_a_valley_that_does_not_exist_leaves_the_walk_alone(open_stage):
    opened = open_stage(landscape="surprise", valley=13, fog=True, walk=(0.5,))
    typed(opened, "Valley number").fill("100")
    typed(opened, "Valley number").press("Enter")
    opened.settle()
    told = "Valley number is a whole number from 1 to 99; 100 came: enter one like 1. Shown with Valley number = 13."
    assert opened.root.get_by_role("alert").inner_text() == told
    assert typed(opened, "Valley number").input_value() == "13"
    assert (opened.widget.valley, opened.widget.walk) == (13, (0.5,))


@pytest.mark.parametrize(
    ("lab", "settings", "told"),
    [
        ("hiker", {}, "The arrow keys ← and → move “Start”, with Shift in larger steps."),
        ("hiker", {"fog": True}, "The arrow keys ← and → choose a place, Enter steps there."),
        ("schedule", {}, "The arrow keys move “{handle}” and “{share}”, with Shift in larger steps."),
    ],
)
def test_the_picture_says_which_keys_it_takes(open_stage, lab, settings, told):
    opened = open_stage(lab, **settings)
    canvas = opened.root.get_by_role("application")
    assert canvas.evaluate(
        "c => document.getElementById(c.getAttribute('aria-describedby')).textContent"
    ) == told.format(**{name: setting.label for name, setting in LABS[lab].settings.items()})
    hint = opened.root.locator(".gd-keys")
    assert hint.evaluate("hint => getComputedStyle(hint).opacity") == "0"
    button(opened, "Reset").focus()
    opened.page.keyboard.press("Shift+Tab")
    assert canvas.evaluate("canvas => canvas === document.activeElement")
    assert hint.evaluate("hint => getComputedStyle(hint).opacity") == "1"


def test_a_picture_without_keys_is_no_stop_for_them(chromium):
    def still(**given):
        scene = LABS["hiker"].draw(**given)
        return replace(scene, panels=tuple(replace(panel, pointer=()) for panel in scene.panels))

    opened = WidgetPage.open(chromium, replace(LABS["hiker"], draw=still).show())
    canvas = opened.root.locator(".gd-moving")
    assert (canvas.get_attribute("role"), canvas.get_attribute("tabindex")) == ("img", None)
    opened.close()


def test_on_a_narrow_page_the_steps_have_a_line_of_their_own(open_stage):
    opened = open_stage(options={"viewport": {"width": 480, "height": 900}})
    speed = opened.root.get_by_label("Speed, steps a second").bounding_box()
    step_button, steps = (
        button(opened, "Step").bounding_box(),
        opened.root.get_by_role("slider", name=STEPS).bounding_box(),
    )
    assert abs(speed["y"] - step_button["y"]) < 4
    assert steps["y"] > speed["y"] + speed["height"]
    assert steps["width"] > 400
