"""What the view into Adam shows: its panels, layers and words."""

from collections.abc import Iterator

import numpy as np

from gdcourse.labs.scene import Layer, Panel, Text
from gdcourse.landscapes import Landscape

READOUT = "Step {step:d} | w₁ = {x:.2} | w₂ = {y:.2} | Loss {loss:.2}"
LOST = "Step {step:d} | Beyond all numbers: this run has diverged."
NEXT = (
    "Next move of w{sub}: −α·{mean}/({root} + ε) = −{{now:.4}} × {{m_used:(.2)}} / ({{root_used:.2}} + {{eps:.2}})"
    " = {{move_{weight}:.2}}·α"
)
FIRST = "The largest move of a weight is {peak:.2}·α, move number {peak_at:d}; the last 20 are {late:.2}·α on average"
ENDS = (
    f"{FIRST}; after {{steps:d|step|steps}} the point is {{away:.2}} from the nearest minimum.",
    "This run leaves all numbers: its rate is too large, or its loss too steep.",
)
WEIGHTS = (  # name, colour, size of line and dot: the first is broad, so that both are seen where they agree
    ("w₁", "minimum", 4.2, 5.5),
    ("w₂", "second", 1.6, 3.0),
)
HEADS = (
    ("Step", "step", "d"),
    ("w₁", "x", ".4"),
    ("w₂", "y", ".4"),
    ("gradient", "g", ".4"),
    ("mean m", "m", ".4"),
    ("m used", "m_used", ".4"),
    ("√v", "root", ".4"),
    ("√v used", "root_used", ".4"),
    ("move of w₁ / α", "move_1", ".4"),
    ("move of w₂ / α", "move_2", ".4"),
)


def panels(ground: Landscape, slopes: np.ndarray, weight: str, corrected: bool, steps: int) -> tuple[Panel, ...]:
    """Return the axes; slopes (2,) are the sizes of the gradient at the start, from which the scales are taken."""
    ends, name = (0.0, float(max(steps, 1))), "₁₂"[int(weight) - 1]
    own, sizes = float(slopes[int(weight) - 1]), slopes[slopes > 0]
    most = 1.3 * own if own > 0 else 1.0
    low, high = (0.1 / sizes.max(), 1e3 / sizes.min()) if sizes.size else (0.1, 1e3)
    return (
        Panel("valley", ground.view[0], ground.view[1], "w₁", "w₂", ground=ground, pointer=("x", "y")),
        Panel("means", ends, (-most, most), "", f"along w{name}: gradient, mean"),
        Panel("roots", ends, (0.0, most), "step", f"along w{name}: √v", under=True),
        Panel("rates", ends, (low, high), "", "rate of a weight / α", y_scale="log"),
        Panel("moves", ends, (-2.2, 2.2) if corrected else (-7.5, 7.5), "step", "move of a weight / α", under=True),
    )


def layers(corrected: bool) -> tuple[Layer, ...]:
    """Return what is drawn: the path, both means bare and as they are used, and what each weight is left with."""
    raw = (
        Layer("line", "means", "ground", "step", "m", dashed=True, size=1.6, name="m, √v before correction"),
        Layer("line", "roots", "ground", "step", "root", dashed=True, size=1.6),
    )
    return (
        Layer("line", "valley", "ink", "x", "y", reveal="past", size=1.8),
        Layer("dots", "valley", "ink", "x", "y", reveal="past", size=2),
        _arrow("gradient", "against", "−gradient"),
        _arrow("path", "along", "Adam"),
        Layer("dots", "valley", "ink", "x", "y", reveal="now", size=6),
        Layer("line", "means", "gradient", "step", "g", size=1.2, faint=True, name="gradient"),
        *(raw if corrected else ()),
        Layer("line", "means", "path", "step", "m_used", size=2, name="m̂, √v̂" if corrected else "m, √v"),
        Layer("line", "roots", "path", "step", "root_used", size=2),
        Layer("line", "moves", "theory", "step", "theory", dashed=True, size=1.6, name="moves on an even slope"),
        Layer("line", "moves", "theory", "step", "minus_theory", dashed=True, size=1.6),
        Layer("dots", "means", "path", "step", "m_used", reveal="now", size=4.5),
        Layer("dots", "roots", "path", "step", "root_used", reveal="now", size=4.5),
        *_weights(),
    )


def _arrow(color: str, tip: str, name: str) -> Layer:
    return Layer("arrow", "valley", color, "x", "y", f"{tip}_x", f"{tip}_y", reveal="now", size=2.4, name=name)


def _weights() -> Iterator[Layer]:
    """Yield the lines of both weights and the dots on them; the legend names each weight once."""
    for panel, column in (("rates", "effective"), ("moves", "move")):
        for number, (name, color, width, dot) in enumerate(WEIGHTS, start=1):
            named = name if panel == "rates" else ""
            yield Layer("line", panel, color, "step", f"{column}_{number}", size=width, name=named)
            yield Layer("dots", panel, color, "step", f"{column}_{number}", reveal="now", size=dot)


def texts(weight: str, corrected: bool, ends: bool) -> tuple[Text, ...]:
    """Return the words: the readout, the next move with its numbers, and what came of it all."""
    mean, root = ("m̂", "√v̂") if corrected else ("m", "√v")
    move = NEXT.format(sub="₁₂"[int(weight) - 1], weight=weight, mean=mean, root=root)
    outcome = ENDS if ends else (f"{FIRST}.", ENDS[1])
    return (
        Text("readout", (READOUT, LOST), "lost"),
        Text("arithmetic", (move, ""), "lost"),
        Text("outcome", outcome, "outcome"),
    )
