"""A frozen lab: what its file holds, and its page opened in a browser."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from pixels import Shot, shot_of
from playwright.sync_api import Page


def traits_in(path: Path) -> dict:
    """What the page's stand-in for the kernel holds."""
    found = re.search(r'<script id="frozen" type="application/json">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    return json.loads(found[1])


@dataclass
class Opened:
    """A page opened from its file in a browser without a network."""

    page: Page
    trouble: list[str] = field(default_factory=list)

    def words(self, name: str = "readout") -> str:
        """A text under the picture."""
        return self.page.locator(f'[data-text="{name}"]').inner_text()

    def shot(self) -> Shot:
        """What the picture shows."""
        structure = self.page.evaluate("() => frozen.structure")
        return shot_of(self.page.locator(".gd-stage"), structure)

    def place(self, panel: str, x: float, y: float) -> tuple[float, float]:
        """Where a point of a panel is on the page."""
        left, top = self.shot().places[panel](x, y)
        box = self.page.locator(".gd-picture").bounding_box()
        return box["x"] + float(left), box["y"] + float(top)
