"""Pictures with matplotlib: each kind of layer, drawn from its columns; labs/scene.py says what the kinds mean."""

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from gdcourse.labs.scene import Layer, Scene
from gdcourse.labs.wording import fill
from gdcourse.plotting_colors import LINE, SHADES, painted

RINGED = 3.0  # as in stage/layers.js: a mark of this size is seen on whatever lies below; smaller ones are beads


def draw_layer(scene: Scene, layer: Layer, frame: int, ax: Axes) -> Axes:
    """Draw one layer of a scene at a frame."""
    style = {"color": LINE[layer.color], "alpha": 0.45 if layer.faint else 1.0, "label": layer.name or None}
    layer = replace(layer, reveal="now") if layer.kind == "label" else layer
    columns = {name: _shown(scene, layer, name, frame) for name in layer.columns}
    DRAW[layer.kind](ax, layer, columns, style)
    if layer.kind == "dots" and layer.reveal == "now":
        _outside(ax, layer, columns, style)
    return ax


def _shown(scene: Scene, layer: Layer, name: str, frame: int) -> np.ndarray:
    """Return the numbers of a column that a layer shows at a frame, those too large to draw as NaN."""
    numbers = np.where(np.abs(scene.columns[name]) < 1e200, scene.columns[name], np.nan)
    if layer.since and numbers.shape[-1] > 1:
        return numbers[slice(*(int(scene.value(end, frame)) for end in (layer.since, layer.until)))]
    if numbers.ndim == 2 and layer.reveal == "now" and layer.kind != "image":
        return numbers[frame]
    if numbers.shape[-1] == 1 or layer.reveal == "all":
        return numbers
    return numbers[
        {"past": slice(None, frame + 1), "now": slice(frame, frame + 1), "ahead": slice(frame, None)}[layer.reveal]
    ]


def _line(ax, layer, columns, style):
    x, y = np.broadcast_arrays(columns[layer.x], columns[layer.y])
    ax.plot(x, y, linewidth=layer.size, linestyle="--" if layer.dashed else "-", **style)


def _dots(ax, layer, columns, style):
    x, y = np.broadcast_arrays(columns[layer.x], columns[layer.y])
    ring = 0.8 if layer.size >= RINGED else 0.0
    edge = {"markeredgecolor": "white" if ring else style["color"], "markeredgewidth": ring}
    ax.plot(x, y, "o", markersize=1.3 * layer.size + ring, linestyle="none", zorder=3, **edge, **style)


def _outside(ax, layer, columns, style):
    """Show a mark that has left the picture by a triangle at the edge, pointing to where it is."""
    x, y = (float(columns[name].flat[0]) for name in (layer.x, layer.y))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    edge = np.clip(x, left, right), np.clip(y, low, high)
    if edge == (x, y) or not np.isfinite(x + y):
        return
    with np.errstate(all="ignore"):  # on a log axis 0 lies nowhere: it is taken to be just below
        across, up = ax.transData.transform((x, max(y, low / 10) if ax.get_yscale() == "log" else y))
    start = ax.transData.transform(edge)
    turn = np.degrees(np.arctan2(up - start[1], across - start[0])) - 90
    ax.plot(*edge, marker=(3, 0, turn), markersize=1.7 * layer.size, clip_on=False, zorder=3, color=style["color"])


def _arrow(ax, layer, columns, style):
    x, y, to_x, to_y = np.broadcast_arrays(*(columns[name] for name in (layer.x, layer.y, layer.to_x, layer.to_y)))
    finite = np.isfinite(x + y + to_x + to_y)
    x, y, to_x, to_y = x[finite], y[finite], to_x[finite], to_y[finite]
    ax.quiver(
        x, y, to_x - x, to_y - y, angles="xy", scale_units="xy", scale=1, width=0.0026 * layer.size,
        color=style["color"], alpha=style["alpha"], label=style["label"], zorder=2.5,
    )  # fmt: skip


def _tangent(ax, layer, columns, style):
    reach = layer.size / 2
    for x, y, slope in np.nditer([columns[layer.x], columns[layer.y], columns[layer.slope]]):
        ax.plot([x - reach, x + reach], [y - slope * reach, y + slope * reach], **style)
        style = {**style, "label": None}  # several tangents have one line in the legend


def _band(ax, layer, columns, style):
    ax.fill_between(columns[layer.x], columns[layer.y], columns[layer.to_y], **{**style, "alpha": 0.22, "linewidth": 0})


def _image(ax, layer, columns, style):
    del style
    z, (low, high) = np.reshape(columns[layer.z], (layer.rows, -1)), layer.z_range or (None, None)
    z = painted(z, layer.palette) if layer.palette else z
    look = {"cmap": SHADES, "interpolation": "nearest", "vmin": low, "vmax": high}
    ax.imshow(z, extent=layer.extent, origin="lower", aspect=ax.get_aspect(), **look)


def _label(ax, layer, columns, style):
    text = fill(layer.text, lambda name: float(columns[name].flat[0]))
    x, y = (float(columns[name].flat[0]) for name in (layer.x, layer.y))
    ax.text(x, y, text, color=style["color"], ha="center", va="bottom")


DRAW = {
    "line": _line,
    "dots": _dots,
    "arrow": _arrow,
    "tangent": _tangent,
    "band": _band,
    "image": _image,
    "label": _label,
}
