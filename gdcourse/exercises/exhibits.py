"""What an exercise shows: curves to diagnose or a table to read, as data, as text and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdcourse.exercises.words import shown

STYLES = ({"marker": ".", "color": "#0072B2"}, {"linestyle": "--", "color": "#D55E00"})  # of a line, and one beside it


@dataclass(frozen=True, eq=False)
class Curve:
    """A line to look at; y may leave the range of floating point, and is then cut off."""

    name: str
    x: np.ndarray
    y: np.ndarray
    beside: np.ndarray | None = None  # a dashed second line over the same x, such as the validation loss

    @property
    def lines(self) -> tuple[np.ndarray, ...]:
        """The line, and the dashed one if there is one."""
        return (self.y,) if self.beside is None else (self.y, self.beside)


@dataclass(frozen=True, eq=False)
class Exhibit:
    """Curves over common axes, or a table of numbers.

    Args:
        curves: drawn in this order, each in a panel of its own, all to the same scale.
        x_label: what is counted along the x axis.
        y_label: what is drawn upwards.
        log_y: whether the y axis is logarithmic.
        heads: headings of the table.
        rows: the table, already written as text.
        language: of the numbers in `describe`.
        names: of the solid and the dashed line, where the curves have both.
    """

    curves: tuple[Curve, ...] = ()
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    language: str = "en"
    names: tuple[str, str] = ("", "")

    def describe(self) -> str:
        """Write the table, or a dozen steps and those where a curve is highest, as Markdown: for a screen reader."""
        if self.rows:
            return _markdown_table(self.heads, self.rows)
        steps = self.curves[0].x
        lines = [y for curve in self.curves for y in curve.lines]
        evenly = np.linspace(0, len(steps) - 1, 12).round().astype(int)
        chosen = np.union1d(evenly, [np.nanargmax(y) for y in lines])
        rows = [(f"{steps[place]:g}", *(_short(float(y[place]), self.language) for y in lines)) for place in chosen]
        named = ((curve.name, line) for curve in self.curves for line, _ in zip(self.names, curve.lines, strict=False))
        return _markdown_table((self.x_label, *(f"{curve}, {line}".removesuffix(", ") for curve, line in named)), rows)

    def figure(self):
        """Draw each curve in a panel of its own, all to the same scale; None for a table. Needs matplotlib."""
        if not self.curves:
            return None
        from gdcourse.plotting import Picture  # only a picture needs it, and matplotlib

        figure = Picture(figsize=(3.2 * len(self.curves), 2.6), layout="constrained")
        panels = figure.subplots(1, len(self.curves), sharex=True, sharey=True, squeeze=False)[0]
        for axes, curve in zip(panels, self.curves, strict=True):
            for y, style in zip(curve.lines, STYLES, strict=False):
                seen = np.isfinite(y) & (np.abs(y) < 1e12)
                axes.plot(curve.x[seen], y[seen], **style)
            axes.set(title=curve.name, xlabel=self.x_label, yscale="log" if self.log_y else "linear")
        panels[0].set_ylabel(self.y_label)
        figure.alt = self.describe()
        return figure

    def _repr_markdown_(self) -> str:
        return self.describe()


def _short(value: float, language: str) -> str:
    if not np.isfinite(value):
        return "∞" if value > 0 else "–"  # NaN is what the picture leaves out
    return shown(float(f"{value:.4g}"), language)


def _markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
