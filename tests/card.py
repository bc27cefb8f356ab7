"""A test card: a lab whose one scene has every kind of layer, every reveal, a ground of two weights and a log axis.

`MARKS` says where, at frame 2, a role's colour must be seen and where it must not; the browser and matplotlib are held
to the same list.
"""

from typing import NamedTuple

import numpy as np

from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import quadratic

FRAMES, SHOWN = 5, 2
BOWL = quadratic((1.0, 4.0), centre=(6.0, 4.0), view=((0, 10), (0, 10)), start=(2.0, 8.0), name="bowl of the card")
SETTINGS = {
    "x": Setting("x", 2.0, 0.0, 10.0, tabled=True),
    "y": Setting("y", 8.0, 0.0, 10.0, tabled=True),
    "which": Setting("Which", 1, 0, 3, tabled=True),
}


def draw(x, y, which) -> Scene:
    """Return the card; only the point (x, y) on the plane and the ring around a mark follow the settings."""
    across = np.linspace(1.0, 9.0, FRAMES)
    single = {f"at{height}": np.array([float(height)]) for height in range(1, 10)}
    return Scene(
        title="A test card </script><b>&amp;",
        panels=PANELS,
        layers=LAYERS,
        texts=(Text("readout", ("Step {step:d} | x {x:.2} | y {y:.2} | mark {which:d} | {big:.2}",)),),
        columns={
            "step": np.arange(FRAMES * 1.0),
            "across": across,
            "square": across**2,
            "row_x": across[:, None] + np.array([-0.5, 0.0, 0.5]),
            "row_y": np.full((FRAMES, 3), 6.0),
            "to": across + 1.5,
            "slope": np.full(FRAMES, 0.5),
            "falling": 10.0 ** np.array([3.0, 1.0, -1.0, -300.0, np.nan]),
            "lost": np.array([np.inf, np.nan, 1e300, -np.inf, 4.0]),
            "pixels": np.array([0.0, 1.0, 2.0, 3.0, np.nan, 3.0]),
            "ranged": np.array([1.0, 5.0, -3.0]),  # of 0 to 4: a quarter, and beyond both ends
            "tiles": np.array([0.0, 1.0, 2.5, 0.5, np.nan, 4.0]),  # of a palette of three
            "films": np.repeat(np.arange(FRAMES * 1.0), 4).reshape(FRAMES, 4) * [1, 0, 0, 1],
            "top": np.array([9.6]),
            "big": np.array([-1.5e300]),
            "long": np.linspace(0.25, 9.75, 20),
            "first": 4.0 * np.arange(FRAMES),
            "beyond": 4.0 * np.arange(FRAMES) + 4,
            "choices": np.array([1.0, 4.0, 6.0, 9.0]),
            "which": np.asarray(which, float)[..., None],
            "chosen": np.array([1.0, 4.0, 6.0, 9.0])[np.asarray(which, int)][..., None],
            "x": np.asarray(x, float)[..., None],
            "y": np.asarray(y, float)[..., None],
            **single,
        },
        frames=FRAMES,
        heads=(("Step", "step", "d"), ("Across", "across", ".2")),
        tracks={
            "x": Track(
                np.arange(11.0), ((5.0, "middle"), (6.0, "beside")), ((2.0, 5.0, "minimum"), (5.0, 9.0, "gradient"))
            ),
            "y": Track(np.arange(11.0)),
            "which": Track(np.arange(4.0)),
        },
    )


PANELS = (
    Panel("plane", (0, 10), (0, 10), "first weight", "second weight", ground=BOWL, pointer=("x", "y"), equal=True),
    Panel("kinds", (0, 10), (0, 10), "across", "kinds"),
    Panel("log", (0, 10), (1e-3, 1e3), "across", "falling", y_scale="log"),
    Panel("below", (0, 10), (0, 2), "choose one", "", under=True),
    Panel("image", (0, 10), (0, 10), "", "", share=0.8),
    Panel("bare", (0, 10), (0, 10), "", "", share=0.6, bare=True, pointer=("x",), pointer_spans=True),
)
LAYERS = (
    Layer("dots", "plane", "ink", "x", "y", size=6, name="the point"),
    Layer("line", "kinds", "path", "across", "at9", name="a line, one height"),
    Layer("line", "kinds", "second", "across", "at8", reveal="past", dashed=True, name="past, dashed"),
    Layer("line", "kinds", "path", "across", "at7", reveal="ahead", faint=True, size=3, name="ahead, faint"),
    Layer("line", "kinds", "theory", "row_x", "row_y", reveal="now", size=3, name="a row of now"),
    Layer("dots", "kinds", "second", "across", "at5", reveal="past", size=5),
    Layer("dots", "kinds", "minimum", "across", "at5", reveal="ahead", size=3),
    Layer("dots", "kinds", "gradient", "across", "at4", reveal="now", size=5, name="now"),
    Layer("arrow", "kinds", "gradient", "across", "at3", "to", "at3", reveal="now", name="an arrow"),
    Layer("arrow", "kinds", "minimum", "across", "at2", "to", "at2", name="arrows, all"),
    Layer("tangent", "kinds", "theory", "across", "at4", slope="slope", reveal="past", size=1.6, name="tangents"),
    Layer("band", "kinds", "path", "across", "at1", to_y="at2", name="a band"),
    Layer("dots", "kinds", "ink", "lost", "at1", size=3),
    Layer("label", "kinds", "ink", "across", "at6", text="k = {step:d}"),
    Layer("dots", "kinds", "gradient", "long", "top", since="first", until="beyond", size=3),
    Layer("dots", "below", "second", "choices", "at1", size=5, pick="which"),
    Layer("dots", "below", "ink", "chosen", "at1", size=3),
    Layer("line", "log", "path", "across", "falling"),
    Layer("dots", "log", "ink", "across", "falling", reveal="now", size=5),
    Layer("dots", "log", "gradient", "lost", "square", reveal="now", size=5),
    Layer("image", "image", z="pixels", rows=2, extent=(0, 9, 5, 10)),
    Layer("image", "image", z="films", rows=2, extent=(0, 8, 0, 4), reveal="now"),
    Layer("image", "image", z="ranged", rows=1, extent=(8.5, 10, 0, 4), z_range=(0.0, 4.0)),
    Layer("image", "bare", z="tiles", rows=2, extent=(0, 9, 0, 10), palette=("path", "minimum", "gradient")),
)
CARD = Lab("card", "A test card </title><script>alert(1)</script>", SETTINGS, draw)


class Mark(NamedTuple):
    """At (x, y) of a panel the colour of a role is seen, or it is not."""

    panel: str
    x: float
    y: float
    role: str
    seen: bool = True


MARKS = (
    Mark("plane", 2, 8, "ink"),
    Mark("plane", 8, 2, "ink", False),
    Mark("plane", 6, 4, "minimum"),
    Mark("kinds", 4, 9, "path"),
    Mark("kinds", 9.5, 9, "path", False),
    Mark("kinds", 1.2, 8, "second"),
    Mark("kinds", 7, 8, "second", False),
    Mark("kinds", 5.3, 6, "theory"),
    Mark("kinds", 3.4, 6, "theory", False),
    Mark("kinds", 6.6, 6, "theory", False),
    Mark("kinds", 1, 5, "second"),
    Mark("kinds", 3, 5, "second"),
    Mark("kinds", 7, 5, "second", False),
    Mark("kinds", 3, 5, "minimum", False),
    Mark("kinds", 5, 5, "minimum"),
    Mark("kinds", 9, 5, "minimum"),
    Mark("kinds", 5, 4, "gradient"),
    Mark("kinds", 3, 4, "gradient", False),
    Mark("kinds", 7, 4, "gradient", False),
    Mark("kinds", 5.4, 3, "gradient"),
    Mark("kinds", 3.4, 3, "gradient", False),
    Mark("kinds", 1.5, 2, "minimum"),
    Mark("kinds", 9.5, 2, "minimum"),
    Mark("kinds", 0.5, 2, "minimum", False),
    Mark("kinds", 1.7, 4.35, "theory"),
    Mark("kinds", 3.7, 4.35, "theory"),
    Mark("kinds", 5.7, 4.35, "theory"),
    Mark("kinds", 7.7, 4.35, "theory", False),
    Mark("kinds", 4, 1, "ink"),
    Mark("kinds", 4.75, 9.6, "gradient"),
    Mark("kinds", 3.75, 9.6, "gradient", False),
    Mark("kinds", 6.25, 9.6, "gradient", False),
    Mark("below", 9, 1, "second"),
    Mark("below", 4, 1, "ink"),
    Mark("below", 6, 1, "ink", False),
    Mark("log", 1, 900, "path"),
    Mark("log", 3, 10, "path"),
    Mark("log", 4, 1, "path"),
    Mark("log", 5, 0.1, "ink"),
    Mark("log", 3, 10, "ink", False),
)
