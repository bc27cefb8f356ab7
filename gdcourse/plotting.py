"""Pictures with matplotlib: a whole Scene as a Figure, or one thing on an Axes.

    draw(scene, frame)             the static twin of a lab
    plot_landscape(landscape, ax)  a curve in one dimension, shading and contours in two
    plot_path(path, ax)            a descent on its landscape
    plot_losses(path, ax)          its loss against the step

Each takes an Axes (or makes one) and returns it; nothing sets global state, and pyplot is not used.
"""

import base64
import html
import io
import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from gdcourse.descent import Trajectory
from gdcourse.labs.ground import curve, shading
from gdcourse.labs.scene import Panel, Scene
from gdcourse.landscapes import Landscape
from gdcourse.plotting_colors import GROUND, LINE
from gdcourse.plotting_layers import draw_layer

SHARPNESS = 2  # pixels of the file for one on the page
MARGIN = 0.02  # of a figure's width, beside the words

# The alt text is read aloud in place of the picture; Jupyter shows the HTML, exports take the PNG, a console the text.


class Picture(Figure):
    """A matplotlib Figure that shows itself in Jupyter with its text twin as alternative text."""

    alt: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        del include, exclude
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=SHARPNESS * self.dpi)
        data = base64.b64encode(file.getvalue()).decode("ascii")
        width = round(self.get_figwidth() * self.dpi)
        style = f'width="{width}" style="max-width: 100%"'
        image = f'<img alt="{html.escape(self.alt)}" {style} src="data:image/png;base64,{data}">'
        return {"text/html": image, "image/png": data, "text/plain": self.alt}, {"image/png": {"width": width}}


def draw(scene: Scene, frame: int | None = None) -> Picture:
    """Draw a scene at a frame (the last if not given): its panels, its layers, and its words below.

    The figure's `alt` attribute is the text twin: the words and a table of numbers.
    """
    frame = scene.at(frame)
    columns = _columns_of(scene.panels)
    rows, width = max(map(len, columns)), 4.4 * len(columns) + 0.6
    title = _fitted(scene.title, width)
    words = [line for text in [scene.notice, *scene.texts_at(frame).values()] for line in _fitted(text, width)]
    height = 3.9 + 0.9 * (rows - 1) + 0.24 * (len(words) + len(title) - 1)
    figure = Picture(figsize=(width, height), layout="constrained")
    grid = figure.add_gridspec(rows, len(columns), width_ratios=[column[0].share for column in columns])
    axes = {}
    for place, column in enumerate(columns):
        for row, panel in enumerate(column):  # the last one in a column takes all that is left of it
            last = rows if row == len(column) - 1 else row + 1
            axes[panel.name] = draw_panel(panel, figure.add_subplot(grid[row:last, place]))
    for layer in scene.layers:
        draw_layer(scene, layer, frame, axes[layer.panel])
    plain = {"fontsize": "medium", "x": MARGIN, "ha": "left", "parse_math": False}  # a $ of the learner's is a $
    figure.suptitle("\n".join(title), **plain)
    figure.supxlabel("\n".join(words), **plain)
    figure.set_figheight(figure.get_figheight() + 0.16 * max(map(_legend_above, axes.values())))
    figure.alt = scene.describe(frame)
    return figure


def _fitted(text: str, width: float) -> list[str]:
    """Break a text into lines that a figure so many inches wide has room for; no line for no text."""
    room, longest = 72 * width * (1 - 2 * MARGIN), len(text)
    lines = [text] if text else []
    while (widest := max(map(_points, lines), default=0.0)) > room:
        longest = int(longest * room / widest)
        lines = textwrap.wrap(text, longest, break_on_hyphens=False)
    return lines


def _points(line: str) -> float:
    """Return how wide a line is in points, as it is printed below a picture."""
    return text_to_path.get_text_width_height_descent(line, FontProperties(size="medium"), ismath=False)[0]


def _legend_above(ax: Axes) -> int:
    """List the named layers of a panel above it, and return the rows that takes."""
    names = ax.get_legend_handles_labels()[1]
    if not names:
        return 0
    rows = -(-len(names) // 2) if len(names) > 3 else 1
    legend = ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=-(-len(names) // rows), fontsize="small", frameon=False,
        borderpad=0, borderaxespad=0.3, columnspacing=1.2, labelspacing=0.2,
    )  # fmt: skip
    legend.set_in_layout(False)  # a wide one would squeeze the axes; an empty title keeps the room for it
    ax.set_title("\n" * (rows - 1) + " ", fontsize="small")
    return rows


def _columns_of(panels: tuple[Panel, ...]) -> list[list[Panel]]:
    """Group panels into columns: those side by side, each with the ones under it."""
    columns: list[list[Panel]] = []
    for panel in panels:
        if panel.under and columns:
            columns[-1].append(panel)
        else:
            columns.append([panel])
    return columns


def draw_panel(panel: Panel, ax: Axes | None = None) -> Axes:
    """Draw a panel's axes and its ground."""
    ax = _axes(ax)
    ax.set(xlabel=panel.x_label, ylabel=panel.y_label, xscale=panel.x_scale, yscale=panel.y_scale)
    if panel.bare:
        ax.set(xticks=[], yticks=[])
    else:
        ax.grid(alpha=0.25)
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "linear" and not panel.bare:
            axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))  # never 2.5, 5, 7.5: steps are whole
    if panel.ground is not None:
        plot_landscape(panel.ground, ax)
    ax.set(xlim=panel.x, ylim=panel.y, aspect="equal" if panel.equal else "auto")
    return ax


def plot_landscape(landscape: Landscape, ax: Axes | None = None) -> Axes:
    """Draw a landscape over its view: the curve of one weight, or shading, contour lines and minima of two.

    Raises:
        ValueError: If it has more than two weights.
    """
    ax = _axes(ax)
    if landscape.dimension == 1:
        ax.plot(*curve(landscape), color=LINE["ground"], linewidth=2)
    elif landscape.dimension == 2:
        shades = shading(landscape)
        ax.pcolormesh(shades.x, shades.y, shades.shade, cmap=GROUND, shading="gouraud", rasterized=True)
        ax.contour(shades.x, shades.y, shades.z, levels=shades.levels, colors=LINE["ground"], linewidths=0.7)
        minima = np.transpose(np.reshape(landscape.minima, (-1, 2)))
        ax.plot(*minima, "x", color="white", markersize=10, markeredgewidth=4)
        ax.plot(*minima, "x", color=LINE["minimum"], markersize=8, markeredgewidth=2)
    else:
        raise ValueError(
            f"a picture needs 1 or 2 weights, but {landscape.name} has {landscape.dimension}: plot its losses instead"
        )
    ax.set(xlim=landscape.view[0])
    return ax


def plot_path(path: Trajectory, ax: Axes | None = None) -> Axes:
    """Draw a descent (or a crowd of them) over its landscape."""
    ax = plot_landscape(path.landscape, ax)
    limits = ax.get_xlim(), ax.get_ylim()
    runs = path.points.reshape(len(path.points), -1, path.landscape.dimension)
    heights = path.values.reshape(len(path.values), -1)
    for i in range(runs.shape[1]):
        x = runs[:, i, 0]
        y = heights[:, i] if path.landscape.dimension == 1 else runs[:, i, 1]
        ax.plot(_drawable(x), _drawable(y), "o-", markersize=3, linewidth=1.2, color=LINE["path"])
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def plot_losses(path: Trajectory, ax: Axes | None = None) -> Axes:
    """Draw the loss of a descent (or a crowd of them) against the step, on a log axis if every loss is above zero."""
    ax = _axes(ax)
    heights = _drawable(path.values.reshape(len(path.values), -1))
    ax.plot(np.arange(len(heights)), heights, linewidth=1.6)
    finite = heights[np.isfinite(heights)]
    ax.set(xlabel="step", ylabel="loss", yscale="log" if finite.size and finite.min() > 0 else "linear")
    ax.grid(alpha=0.25)
    return ax


def _drawable(numbers: np.ndarray) -> np.ndarray:
    """Return numbers as they are, but NaN where they are too large for a picture."""
    return np.where(np.abs(numbers) < 1e200, numbers, np.nan)


def _axes(ax: Axes | None) -> Axes:
    return Picture(figsize=(5, 3.6), layout="constrained").subplots() if ax is None else ax
