"""A scene: everything a lab shows for given settings, as data that any hand can draw.

    Scene = panels (axes and the ground under them)
          + layers (what moves, told by the names of columns)
          + texts  (templates filled from columns)
          + columns (the numbers)

A *frame* is one step of the descent. A column holds one number a frame, or a single number for all of them,
or any other length if only a layer that shows everything at once reads it. The browser, matplotlib, the text twin
and the tests read the same columns, so nothing is computed twice.

A *table* is the same scene for every position of one slider: each column has one more axis in front.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

import numpy as np

from gdcourse.checks import shorten
from gdcourse.labs.wording import columns_of, fill
from gdcourse.landscapes import Landscape

Reveal = Literal["all", "past", "now", "ahead"]

# One colour a role, from the palette of Okabe and Ito, which colour-blind readers can tell apart; lighter if dark.
COLORS = {  # role: (on a light page, on a dark page)
    "ink": ("#333333", "#dddddd"),
    "ground": ("#7a7a7a", "#a8a8a8"),
    "path": ("#0072b2", "#56b4e9"),
    "second": ("#cc5c9c", "#e28fc1"),
    "gradient": ("#d55e00", "#ff8c42"),
    "theory": ("#9a6b00", "#f0c040"),
    "minimum": ("#008a63", "#2fd3a3"),
}


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes. `ground` is the landscape drawn under the layers: a curve in one dimension, contours in two."""

    name: str
    x: tuple[float, float]
    y: tuple[float, float]
    x_label: str = ""
    y_label: str = ""
    x_scale: Literal["linear", "log"] = "linear"
    y_scale: Literal["linear", "log"] = "linear"
    share: float = 1.0  # of the width, beside the other panels
    ground: Landscape | None = None
    pointer: tuple[str, ...] = ()  # settings that a press at (x, y) gives: one name (x alone) or two
    pointer_adds: bool = False  # a press is appended to the setting instead of replacing it
    equal: bool = False  # one unit is as long across as upwards, so that angles are true
    under: bool = False  # stands under the panel before it, and not beside it
    bare: bool = False  # no numbers along the axes: a view of something that has directions of its own
    pointer_spans: bool = False  # a press gives the setting by its share of the width: from its lowest to its highest


@dataclass(frozen=True)
class Layer:
    """One thing drawn on a panel; the other fields name columns.

    Kinds and the columns they read:
        line      x, y              a path or a curve
        dots      x, y              round marks
        arrow     x, y, to_x, to_y  from a point to another
        tangent   x, y, slope       a straight piece of the given slope, `size` wide in x
        band      x, y, to_y        the area between y and to_y
        image     z                 numbers (rows, columns) over `extent`, dark is low; with a `palette` of roles, the
                                    whole part of a number is the place of its colour and the rest says how pale it is
        label     x, y              the words of `text` at the current frame

    `reveal` says which frames are drawn: all of them, those past (up to the current), now (the current alone; a column
    with two axes gives a whole row of numbers a frame), or those ahead (from the current on). With `since` and `until`
    only the entries from one number to before the other are drawn at a frame, whatever `reveal` says: a window that
    moves over long columns.
    """

    kind: Literal["line", "dots", "arrow", "tangent", "band", "image", "label"]
    panel: str
    color: str = "path"
    x: str = ""
    y: str = ""
    to_x: str = ""
    to_y: str = ""
    slope: str = ""
    z: str = ""
    reveal: Reveal = "all"
    size: float = 2.0
    faint: bool = False
    dashed: bool = False
    name: str = ""  # in the legend; a layer without one is not listed
    text: str = ""
    extent: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 1.0)  # left, right, bottom, top
    rows: int = 1  # of an image
    z_range: tuple[float, float] | None = None  # numbers drawn darkest and palest; None: the ends of each image
    palette: tuple[str, ...] = ()  # of an image: roles of COLORS
    since: str = ""
    until: str = ""
    pick: str = ""  # the setting that a press near a mark of this layer gives that mark's number, counted from 0

    @property
    def columns(self) -> list[str]:
        """Names of the columns that this layer reads."""
        named = [self.x, self.y, self.to_x, self.to_y, self.slope, self.z, self.since, self.until]
        return [name for name in named if name] + columns_of(self.text)


@dataclass(frozen=True)
class Text:
    """Words under the picture: one template, or several with a column that picks one by its index at each frame."""

    name: str
    templates: tuple[str, ...]
    pick: str = ""


@dataclass(frozen=True, eq=False)
class Track:
    """The positions of a slider, what is marked beside them, and zones (from, to, role of COLORS) shaded along it."""

    positions: np.ndarray
    marks: tuple[tuple[float, str], ...] = ()
    zones: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Scene:
    """What a lab shows for its settings. `heads` are the columns of the table of numbers: (heading, column, form)."""

    title: str
    panels: tuple[Panel, ...]
    layers: tuple[Layer, ...]
    texts: tuple[Text, ...]
    columns: Mapping[str, np.ndarray]
    frames: int
    heads: tuple[tuple[str, str, str], ...] = ()
    tracks: Mapping[str, Track] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    found: Mapping[str, object] = field(default_factory=dict)  # settings that came as None, as the lab found them
    notice: str = ""

    def at(self, frame: int | None) -> int:
        """Return the frame itself, the last one for None; ValueError with one sentence where there is no such frame."""
        if frame is None:
            return self.frames - 1
        if isinstance(frame, (int, np.integer)) and not isinstance(frame, bool) and 0 <= frame < self.frames:
            return int(frame)
        last = self.frames - 1
        raise ValueError(
            f"frame must be a whole number from 0 to {last}, but {shorten(frame)} came: pass one like {last}"
        )

    def value(self, column: str, frame: int) -> float:
        """Return a column's number at a frame; a column of length one has the same number at all of them."""
        numbers = self.columns[column]
        return float(numbers[..., frame if numbers.shape[-1] > 1 else 0])

    def texts_at(self, frame: int) -> dict[str, str]:
        """Give every text at a frame, in words."""
        written = {}
        for text in self.texts:
            index = int(self.value(text.pick, frame)) if text.pick else 0
            written[text.name] = fill(text.templates[index], lambda name: self.value(name, frame))
        return written

    def describe(self, frame: int | None = None, *, rows: int = 11) -> str:
        """Tell the scene in words and numbers: the text twin of the picture.

        Args:
            frame: the step that the words tell of; the last if not given.
            rows: how many rows the table may have; the first and the last step are always among them.
        """
        frame = self.at(frame)
        words = [self.notice, self.title, *self.texts_at(frame).values()]
        table = self.table(rows)
        return "\n\n".join([" ".join(word.strip() for word in words if word.strip()), *([table] if table else [])])

    def table(self, rows: int = 11) -> str:
        """Return the numbers of evenly chosen steps as a Markdown table."""
        if not self.heads:
            return ""
        chosen = np.unique(np.linspace(0, self.frames - 1, min(rows, self.frames)).round().astype(int))
        lines = [
            "| " + " | ".join(heading for heading, _, _ in self.heads) + " |",
            "|" + " ---: |" * len(self.heads),
        ]
        for frame in chosen:
            cells = [
                fill(f"{{{column}:{form}}}", lambda name, at=frame: self.value(name, at))
                for _, column, form in self.heads
            ]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines)

    def structure(self) -> dict:
        """Return what is neither a number column nor a landscape as plain JSON types."""
        return {
            "title": self.title,
            "panels": [
                {name: value for name, value in vars(panel).items() if name != "ground"} for panel in self.panels
            ],
            "layers": [asdict(layer) for layer in self.layers],
            "texts": [asdict(text) for text in self.texts],
            "frames": self.frames,
            "heads": self.heads,
        }
