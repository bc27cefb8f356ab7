"""How panels share the page, and what a slider's track shows, in the browser and in matplotlib."""

import numpy as np
import pytest
from pixels import BOXES

from gdcourse import plotting
from gdcourse.labs.lab import Lab, Setting, ladder
from gdcourse.labs.scene import COLORS, Panel, Scene, Track

PANELS = (
    Panel("plane", (-2, 2), (-1, 1), "across", "up", share=1.5, equal=True),
    Panel("above", (0, 1), (0, 1), "across", "up"),
    Panel("below", (0, 1), (0, 1), "across", "up", under=True),
)
ZONES = ((0.01, 0.1, "minimum"), (0.1, 0.2, "theory"), (0.2, 1.0, "gradient"))
MARKS = ((0.1, "first"), (0.19, "close"), (0.2, "closer"))


def draw(rate) -> Scene:
    columns = {"rate": np.asarray(rate, float)[..., None]}
    return Scene("Three panels.", PANELS, (), (), columns, 1, tracks={"rate": Track(ladder(0.01, 1.0), MARKS, ZONES)})


LAB = Lab("panels", "Panels", {"rate": Setting("Rate", 0.1, 0.01, 1.0, "log", tabled=True)}, draw)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """The lab as a frozen page: the same scripts as the live stage, and no kernel."""
    return LAB.freeze(tmp_path_factory.mktemp("panels") / "panels.html")


def open_page(chromium, page_file, width):
    page = chromium.new_context(viewport={"width": width, "height": 1200}).new_page()
    page.goto(page_file.as_uri())
    return page


def boxes_of(page):
    return page.locator(".gd-picture").evaluate(BOXES, LAB.scene().structure()["panels"])


def test_panels_stand_under_one_another_and_units_are_equal(chromium, page_file):
    page = open_page(chromium, page_file, 1100)
    plane, above, below = boxes_of(page)
    assert plane["width"] / plane["height"] == pytest.approx(2)  # 4 units across and 2 upwards
    assert above["left"] == below["left"] > plane["left"] + plane["width"]
    assert below["top"] > above["top"] + above["height"]
    assert below["width"] == above["width"]
    assert page.locator("canvas.gd-moving").bounding_box()["height"] >= below["top"] + below["height"]
    page.context.close()


def test_on_a_narrow_page_every_panel_has_the_whole_width(chromium, page_file):
    page = open_page(chromium, page_file, 420)
    plane, above, below = boxes_of(page)
    assert plane["left"] == above["left"] == below["left"]
    assert plane["top"] + plane["height"] < above["top"] < above["top"] + above["height"] < below["top"]
    assert plane["width"] / plane["height"] == pytest.approx(2)
    page.context.close()


def test_zones_lie_between_their_marks_in_the_colours_of_their_roles(chromium, page_file):
    page = open_page(chromium, page_file, 700)
    zones, marks = page.locator(".gd-zones span"), page.locator(".gd-marks span")
    assert zones.count() == 3
    ends = [zones.nth(i).bounding_box() for i in range(3)]
    first, close, last = (marks.nth(i).bounding_box() for i in range(3))
    assert ends[0]["x"] + ends[0]["width"] == pytest.approx(ends[1]["x"], abs=1)
    assert ends[1]["x"] == pytest.approx(first["x"] + first["width"], abs=1)  # its words end at its tick
    assert ends[2]["x"] == pytest.approx(last["x"], abs=1)  # its words begin at its tick
    colour = zones.nth(2).evaluate("zone => getComputedStyle(zone).backgroundColor")
    assert colour == "rgb({}, {}, {})".format(*bytes.fromhex(COLORS["gradient"][0][1:]))
    assert close["y"] > first["y"] == last["y"]  # "close" lies between the two, and would cover both: a row lower
    page.context.close()


def test_matplotlib_places_the_same_panels_alike():
    figure = plotting.draw(LAB.scene())
    figure.draw_without_rendering()
    plane, above, below = (ax.get_window_extent() for ax in figure.axes)
    assert plane.width / plane.height == pytest.approx(2, rel=0.01)
    assert above.x0 == pytest.approx(below.x0, abs=2)
    assert above.y0 > below.y1
    assert above.x0 > plane.x1
