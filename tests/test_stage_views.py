"""The stage around the hiker: fog, views, Python's hand, themes, narrow pages, fingers, and nothing left behind."""

import math

import pytest
from stage_page import SHOWN, StagePage, until

from gdcourse.labs import LABS
from gdcourse.labs.scene import COLORS

HIKER = LABS["hiker"]
RATE, START, STEPS = "Learning rate α", "Start", "Step number"


@pytest.fixture(scope="module")
def opened(chromium, jupyterlab, tmp_path_factory):
    """One light page for most of the file; each test shows the lab anew."""
    page = StagePage.open(chromium, jupyterlab, tmp_path_factory.mktemp("views"))
    yield page
    page.notebook.close()


@pytest.fixture
def hiker(opened):
    """The hiker, shown anew by running its cell again."""
    return opened.show()


def test_a_walk_in_the_fog_by_mouse_and_by_keyboard_and_the_fog_lifted(hiker):
    fog = {"fog": True}
    hiker.stage.get_by_label("Fog", exact=True).check()
    hiker.expect(0, **fog)
    assert hiker.slider(RATE).is_hidden()
    shot = hiker.shot(**fog)
    assert shot.shows("valley", -3.9, 3.9**2, "#7a7a7a")
    assert not any(shot.shows("valley", w, w * w, "#7a7a7a") for w in (-2, 0, 3, 4.5))
    place = hiker.place("valley", 3, 10, **fog)
    hiker.page.mouse.click(*place)
    until(lambda: hiker.words()["readout"].startswith("Step 1 | Position 3.0"))
    walk = eval(hiker.ask("print(hiker.walk)"))
    assert walk == pytest.approx((3.0,), abs=0.05)
    hiker.expect(1, fog=True, walk=walk)
    shot = hiker.shot(fog=True, walk=walk)
    assert shot.shows("valley", walk[0], walk[0] ** 2, "#333333")
    assert shot.shows("valley", -4, 16, COLORS["second"][0])
    for key in ("Shift+ArrowLeft", "ArrowLeft", "ArrowLeft", "Enter"):  # from the middle: −0.05, then 2 × −0.25
        hiker.canvas.press(key)
    until(lambda: hiker.words()["readout"].startswith("Step 2 | Position −0.55"))
    hiker.button("Back").click()
    hiker.expect(1, fog=True, walk=(*walk, -0.55))
    hiker.stage.get_by_label("Fog", exact=True).uncheck()
    until(lambda: "walk" in hiker.words())
    hiker.expect(0, walk=(*walk, -0.55))
    left = 0.55**2
    needed = math.ceil(math.log(left / 16) / math.log(0.64))  # L falls by (1 − 2α)² = 0.64 a step
    told = "Your walk took 2 steps; its lowest place was 0.30 above the lowest point of all."
    assert hiker.words()["walk"] == f"{told} Gradient descent needs {needed} steps to be as low."
    assert hiker.shot(walk=(*walk, -0.55)).shows("valley", 3, 9, COLORS["second"][0], reach=4)


def test_the_walk_is_taken_back_by_reset(opened):
    hiker = opened.show(fog=True, walk=(3.0, 1.0))
    hiker.expect(2)
    hiker.button("Reset").click()
    hiker.expect(0, walk=())
    assert hiker.ask("print(hiker.walk)") == "()"


def test_another_start_begins_another_walk(opened):
    hiker = opened.show(fog=True, walk=(3.0, 1.0))
    hiker.type(START, "2")
    hiker.expect(0, start=2.0, walk=())


def test_the_table_of_the_steps(hiker):
    hiker.stage.get_by_text("Table of the steps").click()
    rows = hiker.stage.locator(".gd-table tr")
    until(lambda: rows.count() == 52)
    scene = HIKER.scene(rate=0.5)
    assert rows.nth(0).locator("th").all_inner_texts() == [heading for heading, _, _ in scene.heads]
    hiker.type(RATE, "0.5")
    until(lambda: rows.nth(2).inner_text().split("\t") == ["1", "0.0000", "0.0000", "0.0000"])
    assert rows.nth(51).inner_text().startswith("50")


def test_a_diverging_run_says_so_and_points_to_where_the_hiker_went(hiker):
    hiker.type(RATE, "1.2")
    for _ in range(2):
        hiker.button("Step").click()
    hiker.expect(2, rate=1.2)
    w = HIKER.scene(rate=1.2).columns["w"][2]
    assert w < -5  # beyond the left edge
    shot = hiker.shot(rate=1.2)
    box = shot.places["valley"](-5, 0)[0]
    edge = [
        shot.shows("valley", -5 + 10 / 518 * inner, y, "#333333", reach=1)
        for inner in (6, 12)
        for y in (27.0 - 0.7, 20)
    ]
    assert box > 0
    assert edge[0] or edge[2]  # the triangle in the corner he left by
    assert not shot.shows("valley", -4, 16, "#333333")
    hiker.type(RATE, "1e160")
    hiker.slider(STEPS).press("End")
    hiker.expect(50, rate=1e160)
    assert hiker.words()["readout"].startswith("Step 50 | Beyond all numbers: this descent has diverged.")
    hiker.button("Reset").click()
    hiker.expect(0, rate=1e160)


def test_two_views_of_one_lab_show_the_same(hiker):
    hiker.notebook.write_cell(SHOWN, "from IPython.display import display\ndisplay(hiker)\ndisplay(hiker)")
    hiker.notebook.run_cell(SHOWN)
    stages = hiker.page.locator(".gd-stage")
    until(lambda: stages.count() == 2)
    hiker.slider(RATE).press("ArrowRight")
    hiker.expect(0, rate=0.11)
    hiker.expect(0, view=1, rate=0.11)
    stages.nth(1).get_by_role("button", name="Step", exact=True).click()
    hiker.expect(1, view=1, rate=0.11)
    hiker.expect(1, view=0, rate=0.11)
    stages.nth(1).get_by_label("Landscape").select_option("parabola")
    hiker.expect(0, view=0, rate=0.11, landscape="parabola")
    hiker.expect(0, view=1, rate=0.11, landscape="parabola")
    drawn = hiker.page.locator(".gd-moving").evaluate_all("canvases => canvases.map(canvas => canvas.toDataURL())")
    assert drawn[0] == drawn[1]


def test_python_sets_what_the_page_shows(hiker):
    assert hiker.ask("hiker.rate = 0.9\nprint(hiker.scene.facts['arrived'])") == "27.0"
    hiker.expect(0, rate=0.9)
    assert hiker.stage.get_by_label(f"{RATE}, typed").input_value() == "0.90"
    assert hiker.slider(RATE).get_attribute("aria-valuetext") == "0.90"
    hiker.ask("hiker.frame = 7")
    hiker.expect(7, rate=0.9)
    hiker.ask("hiker.rate = float('nan')")
    until(lambda: "nan came" in hiker.stage.locator(".gd-notice").inner_text())
    hiker.expect(7, rate=0.9)
    hiker.ask("hiker.landscape, hiker.start = 'double-well', -1.5")
    hiker.expect(0, landscape="double-well", start=-1.5, rate=0.9)


def test_an_ipywidget_can_be_linked(hiker):
    hiker.ask(
        "import ipywidgets\nslider = ipywidgets.FloatSlider(0.1, min=0.0, max=1.5, step=0.01, description='linked')\n"
        "link = ipywidgets.link((slider, 'value'), (hiker, 'rate'))\ndisplay(slider)"
    )
    linked = hiker.notebook.output(0).get_by_role("slider")
    linked.press("ArrowRight")
    hiker.expect(0, rate=0.11)
    hiker.type(RATE, "0.5")
    until(lambda: hiker.notebook.output(0).locator(".widget-readout").inner_text() == "0.50")


def test_another_theme_is_drawn_at_once(hiker):
    change = "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })"
    try:
        hiker.page.evaluate(change, "JupyterLab Dark")
        until(lambda: hiker.shot().shows("valley", -4, 16, COLORS["ink"][1]))
        shot = hiker.shot()
        assert shot.shows("valley", 3, 9, COLORS["ground"][1])
        assert shot.around("valley", 0.5, 18, 0).max() < 60
        assert hiker.words()["readout"] == HIKER.scene().texts_at(0)["readout"]
    finally:
        hiker.page.evaluate(change, "JupyterLab Light")
    until(lambda: hiker.shot().shows("valley", -4, 16, COLORS["ink"][0]))


def test_nothing_is_left_behind(opened):
    for _ in range(3):
        hiker = opened.show()  # each time the old view is closed
    hiker.button("Step").click()
    assert (hiker.probe("watching"), hiker.probe("listening")) == (2, 1)
    hiker.stage.get_by_label("Speed, steps a second").select_option("25")
    hiker.button("Play").click()
    hiker.slider(RATE).press("ArrowRight")
    hiker.page.evaluate(
        "index => { const panel = jupyterapp.shell.currentWidget.content; panel.activeCellIndex = index; }", SHOWN
    )
    hiker.page.evaluate("() => jupyterapp.commands.execute('notebook:clear-cell-output')")
    until(lambda: hiker.page.locator(".gd-stage").count() == 0)
    hiker.ask("hiker.rate = 0.7\nhiker.landscape = 'parabola'\nhiker.frame = 3")
    hiker.page.wait_for_timeout(300)
    assert (hiker.probe("watching"), hiker.probe("listening"), hiker.probe("afterwards")) == (0, 0, 0)


@pytest.fixture(scope="module")
def phone(chromium, jupyterlab, tmp_path_factory):
    """A dark, narrow page on a sharp screen, touched with a finger, of somebody who wants no motion."""
    options = {"device_scale_factor": 2, "reduced_motion": "reduce", "has_touch": True}
    page = StagePage.open(chromium, jupyterlab, tmp_path_factory.mktemp("phone"), "dark", (420, 900), **options)
    yield page
    page.notebook.close()


def test_a_narrow_dark_sharp_page(phone):
    phone.show(rate=0.3)
    shot = phone.shot()
    for x, y, role in ((-4, 16, "ink"), (3, 9, "ground")):
        assert shot.shows("valley", x, y, COLORS[role][1], reach=3)
    assert shot.shows("losses", 0, 16, COLORS["ink"][1], reach=3)
    width = phone.stage.locator(".gd-picture").bounding_box()["width"]
    assert phone.canvas.evaluate("canvas => canvas.width") == 2 * int(width)
    assert shot.places["losses"](0, 1)[1] > shot.places["valley"](0, 0)[1]  # one under the other
    right = phone.stage.bounding_box()["x"] + phone.stage.bounding_box()["width"]
    for part in phone.stage.locator("button, select, input, .gd-text, .gd-control, canvas").all():
        box = part.bounding_box()
        assert box is None or box["x"] + box["width"] <= right + 1, part


def test_nothing_moves_by_itself(phone):
    phone.show()
    before = phone.drawn()
    phone.page.wait_for_timeout(700)
    assert phone.drawn() == before
    assert phone.stage.evaluate("stage => stage.getAnimations({ subtree: true }).length") == 0
    phone.button("Play").tap()  # asked for, it does
    until(lambda: not phone.words()["readout"].startswith("Step 0 "))
    phone.button("Pause").tap()


def test_a_finger_drags_the_hiker_and_scrolls_elsewhere(phone):
    phone.show()
    x, y = phone.place("valley", -4, 16)
    to = phone.place("valley", 2, 4)
    touch = phone.page.context.new_cdp_session(phone.page)

    def finger(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    finger("touchStart", (x, y))
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        finger("touchMove", (x + share * (to[0] - x), y + share * (to[1] - y)))
        phone.page.wait_for_timeout(20)
    until(lambda: phone.words()["readout"].startswith("Step 0 | Position 2.0"))
    finger("touchEnd")
    phone.page.wait_for_timeout(300)
    assert float(phone.ask("print(hiker.start)")) == pytest.approx(2.0, abs=0.1)
    phone.show()
    x, y = phone.place("losses", 25, 1)
    assert phone.page.evaluate("([x, y]) => document.elementFromPoint(x, y).className", [x, y]) == "gd-moving"
    top = phone.stage.bounding_box()["y"]
    finger("touchStart", (x, y))
    for share in range(1, 11):
        finger("touchMove", (x, y - 20 * share))
        phone.page.wait_for_timeout(16)
    finger("touchEnd")
    until(lambda: phone.stage.bounding_box()["y"] < top - 50)
    assert phone.words()["readout"] == HIKER.scene().texts_at(0)["readout"]
