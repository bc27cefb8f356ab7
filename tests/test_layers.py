"""Every kind of layer, every reveal and both kinds of ground, looked for in the browser's picture and matplotlib's."""

import numpy as np
import pytest
from card import BOWL, CARD, MARKS, SHOWN
from pixels import rgb, shot_of, shot_of_figure

from gdcourse import plotting
from gdcourse.labs.ground import shading
from gdcourse.labs.scene import COLORS

NAMES = [panel.name for panel in CARD.scene().panels]
LOW, HIGH = {0: "#b4cde2", 1: "#080c14"}, {0: "#f8f7f3", 1: "#365468"}  # of a ground, on a light and on a dark page
DEEPEST, PALEST = {0: "#26547c", 1: "#080c14"}, {0: "#f6f4ee", 1: "#54809e"}  # of an image
SCREENS = {
    "wide and light": ("light", 1100, 1),
    "narrow and dark": ("dark", 420, 2),
    "narrow and light": ("light", 420, 1),
}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """The card as a frozen page: the same scripts as the live stage, and no kernel."""
    return CARD.freeze(tmp_path_factory.mktemp("card") / "card.html")


@pytest.fixture(scope="module", params=SCREENS, ids=lambda name: name.replace(" ", "-"))
def browser_shot(request, chromium, page_file):
    """The card at frame 2 in the browser, and which colours the page has (0 light, 1 dark)."""
    theme, width, scale = SCREENS[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": 2200}, color_scheme=theme, device_scale_factor=scale
    )
    page = context.new_page()
    page.goto(page_file.as_uri())
    for _ in range(SHOWN):
        page.get_by_role("button", name="Step", exact=True).click()
    page.mouse.move(0, 0)
    yield shot_of(page.locator(".gd-stage"), CARD.scene().structure()), int(theme == "dark")
    context.close()


@pytest.fixture(scope="module")
def figure_shot():
    """The card at frame 2 by matplotlib, whose page is always light."""
    return shot_of_figure(plotting.draw(CARD.scene(), SHOWN), NAMES), 0


@pytest.fixture(params=["figure_shot", "browser_shot"])
def shot(request):
    """The card by both hands: every test below is about what any hand must draw."""
    return request.getfixturevalue(request.param)


def check_marks(shot, dark):
    wrong = [m for m in MARKS if shot.shows(m.panel, m.x, m.y, COLORS[m.role][dark]) != m.seen]
    assert not wrong


def check_blends(shot, dark):
    """A faint line and a band are mixed from their colour and the page's."""
    for x, y, seen in [(7, 7, True), (3, 7, False), (7.7, 1.5, True), (9.5, 1.5, False)]:
        page, ink = shot.around("kinds", 9.5, 9.5, 0)[0], rgb(COLORS["path"][dark])
        pixel = min(shot.around("kinds", x, y, 1), key=lambda p: np.abs(p - ink).max())
        share = np.dot(pixel - page, ink - page) / np.dot(ink - page, ink - page)
        assert (0.15 < share < 0.8) == seen, (x, y, share)
        assert not seen or np.abs(page + share * (ink - page) - pixel).max() < 8


def check_ground(shot, dark):
    assert shot.shows("plane", 6.2, 4.2, LOW[dark], most=20)
    assert shot.shows("plane", 0.2, 9.8, HIGH[dark], most=20)
    row = np.array([shot.around("plane", x, 4, 0)[0] for x in np.linspace(0.2, 5.4, 1200)])  # out to the left
    rise = np.abs(np.diff(row[np.append(True, (np.diff(row, axis=0) != 0).any(-1))], axis=0)).max(-1)
    levels = shading(BOWL).levels
    crossed = (np.sqrt(2 * levels) > 0.6) & (np.sqrt(2 * levels) < 5.8)  # L = ½(x − 6)² on the way
    assert (rise > 12).sum() >= crossed.sum()


def check_images(shot, dark):
    fields = {(1, 5.8): 0, (4.5, 5.8): 1 / 3, (8.4, 5.8): 2 / 3, (1, 9.2): 1, (8.4, 9.2): 1}  # rows go up, dark is low
    fields |= {(1.8, 1.1): 1, (6.2, 1.1): 0, (1.8, 3.1): 0, (6.2, 3.1): 1}
    fields |= {(8.75, 2.9): 1 / 4, (9.25, 2.9): 1, (9.7, 2.9): 0}  # a range of its own
    low, high = rgb(DEEPEST[dark]), rgb(PALEST[dark])
    for (x, y), share in fields.items():
        pixel = shot.around("image", x, y, 0)[0]
        assert np.abs(low + share * (high - low) - pixel).max() < 12, (x, y)
    paper = shot.around("image", 9.5, 8.2, 0)[0]
    assert np.abs(shot.around("image", 4.5, 8.2, 0)[0] - paper).max() < 12  # NaN is left out


def check_palettes(shot, dark):
    page = rgb(("#ffffff", "#111111")[dark])
    fields = {(1, 2): ("path", 0), (4.5, 2): ("minimum", 0), (8, 2): ("gradient", 0.4), (1, 8): ("path", 0.4)}
    fields[8, 8] = ("minimum", 0)  # the fifth of three colours is the second
    for (x, y), (role, pale) in fields.items():
        ink = rgb(COLORS[role][dark])
        assert np.abs(ink + pale * (page - ink) - shot.around("bare", x, y, 0)[0]).max() < 12, (x, y)
    empty = shot.around("bare", 9.6, 8, 0)[0]
    assert np.abs(shot.around("bare", 4.5, 8, 0)[0] - empty).max() < 12  # NaN is left out


def check_bare(shot, dark):
    """No numbers under a bare panel; under one with axes there are some."""
    ink = rgb(COLORS["ink"][dark])

    def written(panel):
        under = [shot.around(panel, x, -0.4, 4) for x in np.linspace(0, 10, 60)]
        return min(np.abs(pixels - ink).max(-1).min() for pixels in under)

    assert written("image") < 100 < written("bare")


def check_label(shot, dark):
    ink = rgb(COLORS["ink"][dark])
    near = np.abs(shot.around("kinds", 5, 6.25, 9) - ink).max(-1)
    far = np.abs(shot.around("kinds", 1.5, 6.4, 9) - ink).max(-1)
    assert near.min() < 120 < far.min()  # the words stand above the point of frame 2, not of frame 0


CHECKS = [check_marks, check_blends, check_ground, check_images, check_palettes, check_bare, check_label]


@pytest.mark.parametrize("check", CHECKS)
def test_browser(browser_shot, check):
    check(*browser_shot)


@pytest.mark.parametrize("check", CHECKS)
def test_matplotlib(figure_shot, check):
    check(*figure_shot)
