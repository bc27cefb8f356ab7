"""The hiker in a real JupyterLab: what it says, and how it follows keyboard, mouse, typing and buttons."""

from itertools import pairwise

import pytest
from stage_page import StagePage, until

from gdcourse.labs import LABS

HIKER = LABS["hiker"]
RATE, START, STEPS = "Learning rate α", "Start", "Step number"


@pytest.fixture(scope="module")
def opened(chromium, jupyterlab, tmp_path_factory):
    """One page for the whole file; each test shows the lab anew."""
    page = StagePage.open(chromium, jupyterlab, tmp_path_factory.mktemp("stage"))
    yield page
    page.notebook.close()  # fails if the console was not clean


@pytest.fixture
def hiker(opened):
    """The hiker, shown anew by running its cell again."""
    return opened.show()


def test_it_opens_with_these_words(hiker):
    assert hiker.words() == {
        "readout": "Step 0 | Position −4.00 | Loss 16.00 | Gradient −8.00",
        "arithmetic": "w − α·g = −4.00 − 0.10 × (−8.00) = −3.20",
        "outcome": "",
    }
    said = "The hiker on L(w) = w². " + " ".join(hiker.words().values()).strip()
    until(lambda: hiker.stage.get_by_role("status").inner_text() == said)
    assert hiker.canvas.get_attribute("aria-label") == said
    assert hiker.stage.locator(".gd-legend li").all_inner_texts() == ["slope here", "path", "next step, −α·g", "hiker"]


def test_the_picture_shows_the_hiker_his_slope_and_his_ground(hiker):
    shot = hiker.shot()
    assert shot.shows("valley", -4, 16, "#333333")
    assert shot.shows("valley", -3.5, 16, "#333333")  # the arrow to −3.2
    assert shot.shows("valley", -3.3, 16 - 8 * 0.7, "#d55e00")  # the tangent: slope −8
    assert shot.shows("valley", 3, 9, "#7a7a7a")
    assert shot.shows("losses", 0, 16, "#333333")
    assert not shot.shows("valley", 0, 16, "#333333")


def test_the_keyboard_moves_the_rate_and_jupyterlab_does_not_take_the_key(hiker):
    slider = hiker.slider(RATE)
    where = "() => [jupyterapp.shell.currentWidget.content.activeCellIndex, document.activeElement.ariaLabel]"
    slider.focus()
    before = hiker.page.evaluate(where)
    for key, rate in [
        ("ArrowRight", 0.11),
        ("ArrowUp", 0.12),
        ("ArrowLeft", 0.11),
        ("ArrowDown", 0.1),
        ("ArrowDown", 0.099),
    ]:
        hiker.page.keyboard.press(key)
        hiker.expect(0, rate=rate)
    assert hiker.page.evaluate(where) == before == [before[0], RATE]
    assert slider.get_attribute("aria-valuetext") == "0.099"
    for key, rate in [("End", 1.5), ("ArrowLeft", 1.49), ("Home", 0.01), ("ArrowRight", 0.011)]:
        slider.press(key)
        hiker.expect(0, rate=rate)
    hiker.page.wait_for_timeout(400)
    assert (
        hiker.ask("print(hiker.rate, hiker.scene.facts['arrived'])")
        == f"0.011 {HIKER.scene(rate=0.011).facts['arrived']}"
    )


SEEN = """slider => {
    const stage = slider.closest(".gd-stage");
    window.moves = [];
    slider.addEventListener("input", () => moves.push({
        at: performance.now(), sent: probe.sent, box: slider.closest("label").querySelector("[type=text]").value,
        words: stage.querySelector("[data-text=arithmetic]").textContent,
        drawn: stage.querySelector(".gd-moving").toDataURL(),
    }));
}"""


def test_a_drag_of_the_rate_never_waits_for_the_kernel(hiker):
    track, mouse = hiker.slider(RATE).bounding_box(), hiker.page.mouse
    y, sent = track["y"] + track["height"] / 2, hiker.probe("sent")
    hiker.slider(RATE).evaluate(SEEN)
    mouse.move(track["x"] + 0.3 * track["width"], y)
    mouse.down()
    for share in (0.35, 0.5, 0.62, 0.75, 0.9):
        mouse.move(track["x"] + share * track["width"], y)
    moves = hiker.page.evaluate("moves")
    mouse.up()
    for move in moves:  # at once, in the event itself
        assert move["words"] == HIKER.scene(rate=float(move["box"])).texts_at(0)["arithmetic"]
    quick = [(now, then) for now, then in pairwise(moves) if then["at"] - now["at"] < 140]  # ms: no rest between them
    assert len(quick) > 1
    assert all(now["sent"] == then["sent"] for now, then in quick)  # answered from the table: not one message
    assert len({move["drawn"] for move in moves}) == len({move["box"] for move in moves}) == 6
    until(lambda: hiker.probe("sent") > sent)
    assert hiker.ask("print(hiker.rate)") == str(float(moves[-1]["box"]))
    hiker.expect(0, rate=float(moves[-1]["box"]))


def test_dragging_the_hiker_sets_the_start(hiker):
    mouse = hiker.page.mouse
    hiker.button("Step").click()
    mouse.move(*hiker.place("valley", -4, 16))
    mouse.down()
    for w in (-3.0, -1.0, 2.04):
        mouse.move(*hiker.place("valley", w, 10))
    hiker.expect(0, start=2.0)  # the nearest position of the slider, and the walk begins again
    assert hiker.shot().shows("valley", 2, 4, "#333333")
    mouse.move(*hiker.place("losses", 10, 1))  # beyond the edge: as far as the picture goes
    hiker.expect(0, start=5.0)
    mouse.up()
    hiker.page.wait_for_timeout(300)
    assert hiker.ask("print(hiker.start, hiker.frame)") == "5.0 0"
    assert hiker.stage.get_by_label(f"{START}, typed").input_value() == "5.00"


def test_the_keyboard_moves_the_hiker(hiker):
    hiker.button("Step").click()
    for key, start in [("ArrowRight", -3.9), ("ArrowRight", -3.8), ("Shift+ArrowRight", -2.8), ("ArrowLeft", -2.9)]:
        hiker.canvas.press(key)
        hiker.expect(0, start=start)
    hiker.canvas.press("ArrowUp")  # only one weight: the key is the page's own
    hiker.expect(0, start=-2.9)
    hiker.canvas.press("Tab")
    assert hiker.page.evaluate("() => document.activeElement.textContent") == "Reset"


def test_the_player(hiker):
    assert hiker.button("Back").is_disabled()
    for frame in (1, 2, 3):
        hiker.button("Step").click()
        hiker.expect(frame)
    hiker.button("Back").click()
    hiker.expect(2)
    hiker.slider(STEPS).press("End")
    hiker.expect(50)
    assert hiker.button("Step").is_disabled()
    assert hiker.slider(STEPS).get_attribute("aria-valuetext") == "step 50 of 50"
    hiker.slider(STEPS).press("ArrowLeft")
    hiker.expect(49)
    hiker.button("Reset").click()
    hiker.expect(0)
    sent = hiker.probe("sent")
    hiker.stage.get_by_label("Speed, steps a second").select_option("25")
    hiker.button("Play").click()
    until(lambda: int(hiker.words()["readout"].split()[1]) >= 8)
    assert hiker.probe("sent") < sent + 4  # the player runs in the browser: no message for each of its steps
    hiker.button("Pause").click()
    stopped = hiker.words()
    hiker.page.wait_for_timeout(300)
    assert hiker.words() == stopped
    hiker.slider(STEPS).fill("49")
    hiker.button("Play").click()
    hiker.expect(50)
    assert hiker.button("Play").is_visible()  # it has stopped by itself
    hiker.page.wait_for_timeout(300)
    assert hiker.ask("print(hiker.frame)") == "50"
    hiker.button("Play").click()  # from the end it begins again
    until(lambda: 0 < int(hiker.words()["readout"].split()[1]) < 50)
    hiker.button("Pause").click()


def test_typed_numbers(hiker):
    for name, text, end, settings in [
        (RATE, "0.123", "Enter", {"rate": 0.123}),  # between two positions of the slider
        (RATE, "0,9", "Tab", {"rate": 0.9}),
        (RATE, "7", "Enter", {"rate": 7.0}),  # beyond the slider
        (START, "−1.25", "Enter", {"rate": 7.0, "start": -1.25}),
        (START, "3", "Tab", {"rate": 7.0, "start": 3.0}),
    ]:
        hiker.type(name, text, end)
        hiker.expect(0, **settings)
    for nonsense in ("", "fast", "1/2", "NaN", "Infinity", "1e999"):
        box = hiker.type(RATE, nonsense)
        assert box.input_value() == "7.00"
    hiker.expect(0, rate=7.0, start=3.0)
    assert hiker.ask("print(hiker.rate, hiker.start)") == "7.0 3.0"


def test_a_refused_number_is_explained_and_replaced(hiker):
    hiker.type(RATE, "-0.5")
    alert = hiker.stage.get_by_role("alert")
    told = f"{RATE} is a finite number, 0 or more; -0.5 came: enter one like 0.1. Shown with {RATE} = 0.1."
    until(lambda: alert.inner_text() == told)
    hiker.expect(0)
    assert hiker.stage.get_by_label(f"{RATE}, typed").input_value() == "0.10"
    hiker.slider(RATE).press("ArrowRight")
    until(lambda: alert.count() == 0)  # the next answer of the kernel clears it


def test_another_landscape_brings_its_own_start(hiker):
    hiker.type(START, "1.5")
    hiker.slider(STEPS).press("End")
    hiker.stage.get_by_label("Landscape").select_option("double-well")
    hiker.expect(0, landscape="double-well")
    assert hiker.stage.locator(".gd-title").inner_text() == "The hiker in a double well."
    assert hiker.stage.get_by_label(f"{START}, typed").input_value() == "2.00"
    assert hiker.shot(landscape="double-well").shows("valley", -2, 8.4, "#7a7a7a", reach=3)
    hiker.slider(RATE).press("End")  # from the new table
    hiker.expect(0, landscape="double-well", rate=1.5)


def test_the_valley_is_asked_of_the_kernel_and_the_newest_wins(hiker):
    assert hiker.slider("Valley number").is_hidden()
    hiker.stage.get_by_label("Landscape").select_option("surprise")
    hiker.expect(0, landscape="surprise")
    slider = hiker.slider("Valley number")
    assert slider.get_attribute("aria-valuetext") == "1"
    for _ in range(12):
        slider.press("ArrowRight")
    assert hiker.stage.get_by_label("Valley number, typed").input_value() == "13"
    hiker.expect(0, landscape="surprise", valley=13)
    hiker.page.wait_for_timeout(300)
    assert (
        hiker.ask("print(hiker.valley, hiker.start)")
        == f"13 {HIKER.scene(landscape='surprise', valley=13).found['start']}"
    )
    box = hiker.type("Valley number", "2.5")
    told = "Valley number is a whole number from 1 to 99; 2.5 came"
    until(lambda: told in hiker.stage.get_by_role("alert").inner_text())
    assert box.input_value() == "13"
    hiker.expect(0, landscape="surprise", valley=13)


def test_the_path_ahead_can_be_hidden(hiker):
    ahead = hiker.shot().shows("losses", 20, HIKER.scene().columns["height"][20], "#0072b2", most=110)
    hiker.stage.get_by_label("Path ahead").uncheck()
    until(lambda: hiker.ask("print(hiker.ahead)") == "False")
    hiker.stage.scroll_into_view_if_needed()
    shot = hiker.shot(ahead=False)
    assert ahead
    assert not shot.shows("losses", 20, HIKER.scene().columns["height"][20], "#0072b2", most=110)


def test_every_step_of_the_text_twin_is_on_the_page(opened):
    for settings in ({"rate": 0.9, "steps": 12}, {"landscape": "double-well", "rate": 1.5, "steps": 9}):
        hiker = opened.show(**settings)
        scene = HIKER.scene(**settings)
        for frame in range(scene.frames):
            hiker.expect(frame)
            hiker.slider(STEPS).press("ArrowRight")
