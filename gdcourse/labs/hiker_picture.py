"""The hiker's picture and words: panels, layers, templates."""

import numpy as np

from gdcourse.labs.scene import Layer, Panel, Text
from gdcourse.landscapes import Landscape

HEADS = (("Step", "step", "d"), ("Position w", "w", ".4"), ("Loss L(w)", "loss", ".4"), ("Gradient", "gradient", ".4"))
READOUT = "Step {step:d} | Position {w:.2} | Loss {loss:.2} | Gradient {gradient:.2}"
LOST = "Step {step:d} | Beyond all numbers: this descent has diverged. Choose a smaller learning rate."
ARITHMETIC = "w − α·g = {w:.2} − {rate:r} × {gradient:(.2)} = {next:.2}"
ENDS = (
    "",
    "Step {arrived:d} was the first within 0.01 of the lowest point, w = {goal:.2}.",
    "Step {arrived:d} was the first within 0.01 of a minimum, w = {goal:.2}, but not of the lowest one.",
    "Each step jumps across and back: from {w:.2} to {next:.2} and again, for ever.",
    "The slope is exactly zero here, so every step has length zero: the hiker stays.",
    "The loss is higher than at the start: this rate is too large here.",
    "After {step:d|step|steps} the loss is still {height:.2} above the lowest point.",
)
OUT = "The hiker is beyond the {edge} edge of the picture: the triangle there points to him."
OUTCOMES = (*ENDS, *(f"{OUT.format(edge=edge)} {end}".strip() for edge in ("left", "right") for end in ENDS))
FEET = (
    "The ground falls to the right.",
    "The ground falls to the left.",
    "The ground is level: the lowest point, a low point or a summit? The fog does not say.",
)
YOURS = "Your walk took {taken:d|step|steps}; its lowest place was {left:.2} above the lowest point of all. "
WALKS = (
    YOURS + "Gradient descent needs {needed:d|step|steps} to be as low.",
    YOURS + "Gradient descent is not as low within {steps:d|step|steps}.",
)


def panels_of(ground: Landscape, frames: int, fog: bool) -> tuple[Panel, Panel]:
    """Return the valley and beside it the losses; in the fog neither the ground nor the heights to come are drawn."""
    values = ground.value(np.linspace(*ground.view[0], 201)[:, None])
    gap = values.max() - values.min()
    heights = (values.min() - 0.08 * gap, values.max() + 0.08 * gap)
    valley = Panel(
        "valley", ground.view[0], heights, "w", "L(w)", share=1.35, ground=None if fog else ground,
        pointer=("walk",) if fog else ("start",), pointer_adds=fog,
    )  # fmt: skip
    steps = (0.0, max(frames - 1.0, 5.0 if fog else 1.0))
    if fog:
        return valley, Panel("losses", steps, heights, "your steps", "L(w)")
    scale = 10.0 ** np.round(np.log10(gap))
    return valley, Panel("losses", steps, (1e-9 * scale, 1e3 * scale), "step", "L(w) − lowest L", y_scale="log")


def layers_of(ground: Landscape, ahead: bool, walked: bool) -> tuple[Layer, ...]:
    """Return what moves in the clear: the path, the slope, the next step, and a walk made in the fog before."""
    reach = 0.22 * (ground.view[0][1] - ground.view[0][0])
    future = [
        Layer("line", "valley", "path", "w", "loss", reveal="ahead", size=1.5, faint=True),
        Layer("dots", "valley", "path", "w", "loss", reveal="ahead", size=2.5, faint=True),
        Layer("line", "losses", "path", "step", "height", reveal="ahead", size=1.5, faint=True),
    ]
    walk = [
        Layer("line", "valley", "second", "walk_w", "walk_loss", size=1.5, dashed=True, name="your walk"),
        Layer("dots", "valley", "second", "walk_w", "walk_loss", size=3.5),
    ]
    return (
        *(future if ahead else []),
        *(walk if walked else []),
        Layer(
            "tangent", "valley", "gradient", "w", "loss", slope="gradient", reveal="now", size=reach, name="slope here"
        ),
        Layer("line", "valley", "path", "w", "loss", reveal="past", size=1.5, name="path"),
        Layer("dots", "valley", "path", "w", "loss", reveal="past", size=3),
        Layer("arrow", "valley", "ink", "w", "loss", "next", "loss", reveal="now", size=2.2, name="next step, −α·g"),
        Layer("dots", "valley", "ink", "w", "loss", reveal="now", size=7, name="hiker"),
        Layer("line", "losses", "path", "step", "height", reveal="past", size=2),
        Layer("dots", "losses", "ink", "step", "height", reveal="now", size=4.5),
    )


def fog_layers() -> tuple[Layer, ...]:
    """Return what can be seen in the fog: the ground under the feet, and where one has been."""
    return (
        Layer("line", "valley", "ground", "feet_x", "feet_y", reveal="now", size=3, name="the ground under your feet"),
        Layer("dots", "valley", "second", "w", "loss", reveal="past", size=3.5, name="where you were"),
        Layer("dots", "valley", "ink", "w", "loss", reveal="now", size=7, name="hiker"),
        Layer("line", "losses", "second", "step", "loss", reveal="past", size=2),
        Layer("dots", "losses", "ink", "step", "loss", reveal="now", size=4.5),
    )


def texts_of(fog: bool, walked: bool) -> tuple[Text, ...]:
    """Return the words under the picture."""
    if fog:
        how = "Press on the picture, or use the arrow keys and Enter on it, to take a step of your own."
        return Text("readout", (READOUT,)), Text("feet", FEET, "falls"), Text("how", (how,))
    return (
        Text("readout", (READOUT, LOST), "lost"),
        Text("arithmetic", (ARITHMETIC, ""), "lost"),
        Text("outcome", OUTCOMES, "outcome"),
        *([Text("walk", WALKS, "beaten")] if walked else []),
    )
