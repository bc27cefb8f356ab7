"""The stage in a bare page with its real Python half behind it: keys, answers that come late, and what it says."""

import pytest
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
