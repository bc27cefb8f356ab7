"""What a picture shows: colours looked for at places of a panel, in a screenshot or in a matplotlib figure."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from playwright.sync_api import Locator

from gdcourse.stage.stage import read

BOXES = (
    f"""(picture, panels) => {{ {read("wording.js", "axes.js")}; return layOut(panels, picture.clientWidth).boxes; }}"""
)


def rgb(colour: str) -> np.ndarray:
    """Red, green and blue of "#rrggbb"."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


@dataclass
class Shot:
    """A picture of panels: pixels of shape (rows, columns, 3), and what gives the pixel of a point of a panel."""

    pixels: np.ndarray
    places: dict  # panel -> function (x, y) -> (column, row)

    def around(self, panel: str, x: float, y: float, reach: int = 2) -> np.ndarray:
        """The pixels within `reach` of a point, shape (n, 3)."""
        column, row = (round(float(v)) for v in self.places[panel](x, y))
        rows, columns = slice(max(row - reach, 0), row + reach + 1), slice(max(column - reach, 0), column + reach + 1)
        return self.pixels[rows, columns].reshape(-1, 3)

    def shows(self, panel: str, x: float, y: float, colour: str, most: float = 14, reach: int = 2) -> bool:
        """Say whether a colour is seen at a point of a panel, or within `reach` pixels of it."""
        return bool((np.abs(self.around(panel, x, y, reach) - rgb(colour)).max(-1) <= most).any())


def shot_of(stage: Locator, structure: dict) -> Shot:
    """A screenshot of a stage's picture; the panels are placed by their labels' numbers, linear or log."""
    picture = stage.locator(".gd-picture")
    pixels = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("RGB"), float)
    scale = pixels.shape[1] / picture.evaluate("element => element.getBoundingClientRect().width")
    boxes = picture.evaluate(BOXES, structure["panels"])
    places = {panel["name"]: place_in(panel, box, scale) for panel, box in zip(structure["panels"], boxes, strict=True)}
    return Shot(pixels, places)


def place_in(panel: dict, box: dict, scale: float = 1.0):
    """Give the function from a point of a panel to its pixel."""

    def share(kind, ends, value):
        (low, high), v = (np.log10(ends), np.log10(value)) if kind == "log" else (ends, value)
        return (v - low) / (high - low)

    def place(x, y):
        across, up = share(panel["x_scale"], panel["x"], x), share(panel["y_scale"], panel["y"], y)
        return scale * (box["left"] + across * box["width"]), scale * (box["top"] + (1 - up) * box["height"])

    return place


def shot_of_figure(figure, names: list[str]) -> Shot:
    """The pixels of a matplotlib figure whose axes are the panels of these names."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3].astype(float)

    def place_on(ax):
        def place(x, y):
            column, up = ax.transData.transform((x, y))
            return column, len(pixels) - up

        return place

    return Shot(pixels, {name: place_on(ax) for name, ax in zip(names, figure.axes, strict=True)})
