"""The stage in a bare page with its real Python half behind it: keys, answers that come late, and what it says."""

import pytest
from pixels import shot_of
from stage_page import until
from widget_page import WidgetPage

from gdcourse.labs import LABS

HIKER = LABS["hiker"]
RATE, START, STEPS = "Learning rate α", "Start", "Step number"


@pytest.fixture
def open_stage(chromium):
    """Function that shows a lab in a bare page; its console must stay clean."""
    opened = []

    def open_one(lab="hiker", options=None, **settings) -> WidgetPage:
        opened.append(WidgetPage.open(chromium, LABS[lab].show(**settings), **(options or {})))
        return opened[-1]

    yield open_one
    for page in opened:
        page.close()


def words(opened: WidgetPage) -> dict[str, str]:
    """The texts under the picture, by name."""
    read = "nodes => nodes.map(node => [node.dataset.text, node.textContent.trim()])"
    return dict(opened.root.locator(".gd-text").evaluate_all(read))


def button(opened: WidgetPage, name: str):
    """A button of the player."""
    return opened.root.get_by_role("button", name=name, exact=True)


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


# Answers that come late


def typed(opened: WidgetPage, label: str):
    """The box of a setting."""
    return opened.root.get_by_label(f"{label}, typed", exact=True)


def test_values_typed_in_a_row_all_count_however_late_the_answers_are(open_stage):
    opened = open_stage("batch")
    opened.slow(120)
    given = {
        "Batch size b": ("6", "batch", 6),
        "Learning rate α": ("0.1", "rate", 0.1),
        "Shuffle number": ("7", "seed", 7),
    }
    for label, (text, _, _) in given.items():
        typed(opened, label).fill(text)
        typed(opened, label).press("Enter")
    opened.settle()
    for label, (text, name, value) in given.items():
        assert getattr(opened.widget, name) == value
        assert float(typed(opened, label).input_value()) == value, text
    assert words(opened) == {k: v.strip() for k, v in opened.widget.scene.texts_at(0).items()}


def test_an_older_answer_never_shows_over_a_newer_value(open_stage):
    opened = open_stage()
    opened.slow(150)
    opened.root.get_by_label("Landscape").select_option("double-well")  # whose answer brings a start of its own
    typed(opened, START).fill("1.5")
    typed(opened, START).press("Enter")
    shown = []
    for _ in range(12):
        shown.append(typed(opened, START).input_value())
        opened.page.wait_for_timeout(60)
    assert set(shown) == {"1.50"}
    assert (opened.widget.start, opened.widget.landscape) == (1.5, "double-well")


def test_what_is_being_typed_is_not_overwritten_by_an_answer(open_stage):
    opened = open_stage()
    opened.slow(150)
    opened.root.get_by_label("Landscape").select_option("parabola")
    typed(opened, RATE).fill("0.7")
    opened.page.wait_for_timeout(700)
    assert typed(opened, RATE).input_value() == "0.7"
    typed(opened, RATE).press("Enter")
    opened.settle()
    assert opened.widget.rate == 0.7
    assert typed(opened, RATE).input_value() == "0.70"


def test_what_the_pointer_sets_shows_on_its_slider_at_once(open_stage):
    opened = open_stage()
    opened.slow(400)
    slider = opened.root.get_by_role("slider", name=START)
    before = slider.input_value()
    for _ in range(3):
        opened.root.locator(".gd-moving").press("ArrowRight")
    assert int(slider.input_value()) == int(before) + 3
    opened.page.wait_for_timeout(300)  # told, and not answered yet
    assert int(slider.input_value()) == int(before) + 3


def test_a_refused_value_is_not_held_on_to(open_stage):
    opened = open_stage()
    opened.slow(60)
    typed(opened, RATE).fill("-1")
    typed(opened, RATE).press("Enter")
    opened.settle()
    assert typed(opened, RATE).input_value() == "0.10"
    opened.widget.rate = 0.4
    opened.say()
    assert typed(opened, RATE).input_value() == "0.40"
    assert words(opened)["arithmetic"] == HIKER.scene(rate=0.4).texts_at(0)["arithmetic"]


def test_a_change_and_back_shows_one_picture_or_the_other_and_no_mixture(open_stage):
    opened = open_stage(walk=(1.0,))
    opened.slow(90)
    known = [
        {k: v.strip() for k, v in HIKER.scene(fog=fog, walk=(1.0,)).texts_at(k).items()}
        for fog in (True, False)
        for k in (0, 1)
    ]
    for _ in range(2):
        opened.root.get_by_label("Fog", exact=True).check()
        opened.root.get_by_label("Fog", exact=True).uncheck()
        for _ in range(14):
            assert words(opened) in known
            opened.page.wait_for_timeout(25)
    opened.settle()
    assert words(opened) == known[2]


TEAR = """name => {
    const whole = model.take.bind(model);
    let left = 1;
    model.take = (answer) => {
        const packed = answer[name] && (answer[name].data ? answer[name] : Object.values(answer[name])[0]);
        if (packed && left-- > 0) packed.data = { base64: packed.data.base64.slice(0, 400) }; // 300 bytes
        whole(answer);
    };
}"""


@pytest.mark.parametrize("part", ["now", "grounds", "table_rate"])
def test_a_torn_answer_is_asked_for_again(open_stage, part):
    opened = open_stage()
    opened.page.evaluate(TEAR, part)
    opened.root.get_by_label("Landscape").select_option("parabola")
    opened.settle()
    opened.root.get_by_role("slider", name=RATE).press("ArrowRight")
    opened.settle()
    assert words(opened) == {k: v.strip() for k, v in HIKER.scene(landscape="parabola", rate=0.11).texts_at(0).items()}
    drawn = opened.root.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())")
    fresh = open_stage(landscape="parabola", rate=0.11)
    assert fresh.root.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())") == drawn


# The hand, the player and the walk


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
