"""Marks that a press picks, and layers that show a moving window of long columns: in the browser and in matplotlib."""

import numpy as np
import pytest
from pixels import shot_of, shot_of_figure

from gdcourse import plotting
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.scene import COLORS, Layer, Panel, Scene, Text, Track

FRAMES = 3


def draw(picked) -> Scene:
    """Three arrows at each frame; the dots of a deck of nine, three at each frame, from where the picked arrow says."""
    frames, arrows = np.arange(FRAMES * 1.0), np.arange(3.0)
    since = (frames + np.asarray(picked, float)[..., None]) * 2.0
    return Scene(
        title="",
        panels=(
            Panel("arrows", (0, 10), (0, 10)),
            Panel("deck", (-1, 10), (0, 10)),
        ),
        layers=(
            Layer("arrow", "arrows", "gradient", "x", "y", "to_x", "to_y", reveal="now", pick="picked"),
            Layer("dots", "deck", "path", "deck", "high", since="since", until="until", size=4),
        ),
        texts=(Text("readout", ("Picked {picked:d}, cards {since:d} to {until:d}",)),),
        columns={
            "x": frames[:, None] * 2 + 1 + 0 * arrows,
            "y": np.full((FRAMES, 3), 5.0),
            "to_x": frames[:, None] * 2 + 3 + 0 * arrows,
            "to_y": np.full((FRAMES, 1), 2.0) + 3 * arrows,
            "deck": np.arange(10.0),
            "high": np.array([5.0]),
            "since": since,
            "until": since + 2.0,
            "picked": np.asarray(picked, float)[..., None],
        },
        frames=FRAMES,
        tracks={"picked": Track(np.arange(3.0))},
    )


DECK = Lab("deck", "A deck", {"picked": Setting("Picked", 0, 0, 2, tabled=True)}, draw)


@pytest.fixture
def page(chromium, tmp_path):
    """The deck as a frozen page."""
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    opened = context.new_page()
    opened.goto(DECK.freeze(tmp_path / "deck.html").as_uri())
    yield opened
    context.close()


def assert_window(shot, first):
    seen = [shot.shows("deck", card, 5, COLORS["path"][0]) for card in range(10)]
    assert seen == [first <= card < first + 2 for card in range(10)]


def press(page, x, y):
    """Press at a point of the arrows' panel."""
    shot = shot_of(page.locator(".gd-stage"), DECK.scene().structure())
    box = page.locator(".gd-picture").bounding_box()
    across, down = shot.places["arrows"](x, y)
    page.mouse.click(box["x"] + across, box["y"] + down)


def told(page):
    return page.locator('[data-text="readout"]').inner_text()


def test_a_press_near_the_tip_of_an_arrow_picks_it_and_keeps_the_frame(page):
    assert told(page) == "Picked 0, cards 0 to 2"
    page.get_by_role("button", name="Step", exact=True).click()
    press(page, 5.1, 7.9)
    assert told(page) == "Picked 2, cards 6 to 8"
    assert page.get_by_label("Picked", exact=True).input_value() == "2"
    assert_window(shot_of(page.locator(".gd-stage"), DECK.scene().structure()), 6)
    press(page, 5.0, 5.2)
    assert told(page) == "Picked 1, cards 4 to 6"


def test_a_press_far_from_every_tip_picks_nothing(page):
    press(page, 9.0, 9.5)
    press(page, 3.0, 3.5)
    assert told(page) == "Picked 0, cards 0 to 2"


@pytest.mark.parametrize("frame", range(FRAMES))
@pytest.mark.parametrize("picked", range(3))
def test_matplotlib_shows_the_same_window(picked, frame):
    figure = plotting.draw(DECK.scene(picked=picked), frame)
    assert_window(shot_of_figure(figure, ["arrows", "deck"]), 2 * (picked + frame))


def test_the_columns_of_a_window_are_among_those_that_a_layer_reads():
    assert {"since", "until"} <= set(DECK.scene().layers[1].columns)
