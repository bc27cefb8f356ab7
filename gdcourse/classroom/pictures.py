"""What an exercise shows, drawn by a cell of plain numbers: it does not tell where they come from."""

from __future__ import annotations

import math

from gdcourse.exercises.exhibits import Exhibit

_DRAWING = """size = {{"figsize": ({width}, 2.6), "layout": "constrained"}}
figure, panels = plt.subplots(1, {count}, sharex=True, sharey=True, **size)
for panel, (name, (x, y)) in zip(panels, curves.items()):
    panel.plot(x, y, marker=".")
    panel.set(title=name, xlabel={x_label!r}, yscale={scale!r})
panels[0].set_ylabel({y_label!r});"""


def picture_source(shown: Exhibit) -> str:
    """Give the source of a cell that draws the curves side by side."""
    lines = ["curves = {"]
    for curve in shown.curves:
        seen = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y) and abs(y) < 1e12]
        xs, ys = (", ".join(f"{number:.5g}" for number in numbers) for numbers in zip(*seen, strict=True))
        lines += [f"    {curve.name!r}: (", f"        [{xs}],", f"        [{ys}],", "    ),"]
    count = len(shown.curves)
    scale = "log" if shown.log_y else "linear"
    facts = {"count": count, "width": f"{3.2 * count:g}", "x_label": shown.x_label, "y_label": shown.y_label}
    return "\n".join([*lines, "}", _DRAWING.format(scale=scale, **facts)])
