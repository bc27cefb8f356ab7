"""What the training lab looks like and says: its panels, layers and sentences."""

import math

from gdcourse.labs.scene import Layer, Panel, Text
from gdcourse.labs.training_runs import FRAMES, STEPS

LOSSES, GRID = (1e-3, 10.0), 45  # heights of the loss panel; fields of the map, each way
PLANES = {  # what the axes of a plane are, and how far it reaches
    "penguins": ("body mass (standardised)", "bill depth (standardised)", (-2.4, 2.9), (-2.6, 2.6)),
    "moons": ("x (standardised)", "y (standardised)", (-2.4, 2.4), (-2.6, 2.6)),
}
CLASSES = {"penguins": ("female bird", "male bird"), "moons": ("upper moon", "lower moon")}

READOUT = (
    "Step {step:d} | Loss: training {train:.3}, validation {validation:.3}"
    " | Right: training {train_right:.1} %, validation {validation_right:.1} %"
)
LOST = "Step {step:d} | Beyond all numbers: this run has diverged. Choose a smaller learning rate."
FORCE = (
    "The next step is taken at rate {rate:r} with mini-batches of {batch:d}; each of the {samples:d} training samples"
    " was used {epochs:.1} times so far."
)
WENT = (
    "Move rate or batch while it runs, and it goes on from the step shown; at step 0 or at the end it begins anew.",
    "Rate or batch was changed once on the way (pink mark).",
    "Rate or batch was changed {changes:d|time|times} on the way (pink marks).",
)
OUTCOMES = (
    "",
    "Overfitted: validation loss lowest at step {best_step:d} ({best_loss:.3}), now {validation:.3}, though the"
    " training loss fell on.",
    "Hardly anything learned: no better than always naming the most frequent class ({usual:.1} %).",
    "The validation loss was lowest at step {best_step:d} ({best_loss:.3}), and has not clearly risen since.",
    "The loss jumps up and down: the rate is too large, or the mini-batches are too small for it.",
)
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("force", (FORCE,)),
    Text("went", WENT, "changed"),
    Text("outcome", OUTCOMES, "outcome"),
)
HEADS = (
    ("Step", "step", "d"),
    ("Rate", "rate", "r"),
    ("Batch", "batch", "d"),
    ("Training loss", "train", ".3"),
    ("Validation loss", "validation", ".3"),
    ("Training right (%)", "train_right", ".1"),
    ("Validation right (%)", "validation_right", ".1"),
)
CURVES = (
    Layer("line", "losses", "path", "step", "train", reveal="ahead", size=1.0, faint=True),
    Layer("line", "losses", "gradient", "step", "validation", reveal="ahead", size=1.0, faint=True),
    Layer("line", "losses", "path", "step", "train", reveal="past", size=2.0, name="training"),
    Layer("line", "losses", "gradient", "step", "validation", reveal="past", size=2.0, name="validation"),
    Layer("dots", "losses", "minimum", "best_step", "best_loss", size=5.0, name="lowest validation loss"),
    Layer("dots", "losses", "second", "change_step", "change_loss", size=4.0, name="rate or batch changed"),
    Layer("dots", "losses", "path", "step", "train", reveal="now", size=4.0),
    Layer("dots", "losses", "gradient", "step", "validation", reveal="now", size=4.0),
    Layer("line", "rights", "path", "step", "train_right", reveal="ahead", size=1.0, faint=True),
    Layer("line", "rights", "gradient", "step", "validation_right", reveal="ahead", size=1.0, faint=True),
    Layer("line", "rights", "path", "step", "train_right", reveal="past", size=2.0),
    Layer("line", "rights", "gradient", "step", "validation_right", reveal="past", size=2.0),
    Layer("dots", "rights", "path", "step", "train_right", reveal="now", size=4.0),
    Layer("dots", "rights", "gradient", "step", "validation_right", reveal="now", size=4.0),
)


def tiling(units: int) -> tuple[int, int]:
    """Give the rows and the images in a row that hold so many images, about as many down as across."""
    across = math.ceil(math.sqrt(units))
    return -(-units // across), across


def panels(data: str, hidden: int) -> tuple[Panel, ...]:
    """Give the map of the plane, or the weights as images; then the losses, and the right answers under them."""
    steps = (0.0, float(FRAMES * STEPS))
    if data in PLANES:
        x_label, y_label, across, upwards = PLANES[data]
        first = Panel("map", across, upwards, x_label, y_label)
    else:
        rows, across = tiling(hidden)
        label = "weights of the hidden units"
        first = Panel("weights", (0.0, float(across)), (0.0, float(rows)), label, equal=True, bare=True)
    return (
        first,
        Panel("losses", steps, LOSSES, "step", "loss", y_scale="log"),
        Panel("rights", steps, (0.0, 101.0), "step", "right (%)", under=True),
    )


def title(data: str, hidden: int, told: str) -> str:
    """Say what learns what, and how its picture is to be read."""
    if data in PLANES:
        key = "Pale: taken for the {}, dark: for the {}.".format(*CLASSES[data])
    else:
        key = "An image each: pale weights are positive."
    return f"A network of {hidden} hidden {'unit' if hidden == 1 else 'units'} learns: {told}. {key}"


def layers(data: str, hidden: int, wrong: int) -> tuple[Layer, ...]:
    """Give the picture of the plane or of the weights, and the curves; rings where a percentage has a wrong class."""
    if data not in PLANES:
        rows, across = tiling(hidden)
        extent = (0.0, float(across), 0.0, float(rows))
        image = Layer("image", "weights", z="picture", reveal="now", rows=9 * rows, extent=extent, z_range=(-1.0, 1.0))
        return (image, *CURVES)
    (left, right), (low, high) = PLANES[data][2:]
    extent, names = (left, right, low, high), CLASSES[data]
    rings = Layer("dots", "map", "second", "wrong_x", "wrong_y", size=5.6, name="given a wrong class")
    marks = [*([rings] if wrong else []), Layer("dots", "map", "ink", "x", "y", size=3.6)]
    for color, name, number in (("path", names[0], 0), ("gradient", names[1], 1)):
        marks.append(Layer("dots", "map", color, f"x{number}", f"y{number}", size=3, name=name))
    image = Layer("image", "map", z="picture", reveal="now", rows=GRID, extent=extent, z_range=(0.0, 1.0))
    return (image, *marks, *CURVES)
