"""What the batch lab looks like and says: its panels, layers and sentences."""

from gdcourse.labs.scene import Layer, Panel, Text
from gdcourse.samples import Fit

ARROWS = 20  # mini-batches in the cloud, beside the one of the step
LENGTH = 0.15  # of an arrow, for a gradient of length 1
LENGTHS = (17.0, 23.4)  # centimetres of flipper in the picture of the penguins

READOUT = (
    "Step {step:d} | w {w:.2} kg per cm, c {c:.2} kg"
    " | Loss of all {loss:.3} kg², of this mini-batch {batch_loss:.3} kg²"
)
LOST = "Step {step:d} | Beyond all numbers: this descent has diverged. Choose a smaller learning rate."
DEALT = "Epoch {epoch:d}, mini-batch {turn:d} of {turns:d}, of size {count:d}."
SPREAD = (
    "The arrows spread by {spread:.2} around the full gradient;"
    " predicted {predicted:.2} (single penguins: {single:.2})."
)
SHOWN = (
    "Picked: the mini-batch of this step. Press on another arrow to see its penguins.",
    "Picked: mini-batch {pick:d} of 20 others that could have been drawn.",
)
OUTCOMES = (
    "",
    "After {step:d|step|steps} the loss is {excess:.4} kg² above the lowest possible; the noise floor is {floor:.4}.",
    "All penguins in every step: no noise."
    " After {step:d|step|steps} the loss is {excess:.4} kg² above the lowest possible.",
    "This rate is not below 2/L = {critical:.3}: even with all penguins in every step the walk would not settle.",
    "The loss is higher than at the start: too large a rate for this mini-batch, though below 2/L = {critical:.3}.",
)
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("dealt", (DEALT, ""), "lost"),
    Text("shown", SHOWN, "other"),
    Text("spread", (SPREAD, ""), "lost"),
    Text("outcome", OUTCOMES, "outcome"),
)
HEADS = (
    ("Step", "step", "d"),
    ("Slope w (kg per cm)", "w", ".3"),
    ("Offset c (kg)", "c", ".3"),
    ("Loss of all (kg²)", "loss", ".3"),
    ("Loss of the mini-batch (kg²)", "batch_loss", ".3"),
)


def panels(fit: Fit, steps: int) -> tuple[Panel, ...]:
    """Give the valley, the penguins, and the losses under them."""
    across, upwards = fit.landscape.view
    return (
        Panel("valley", across, upwards, "slope w (kg per cm)", "offset c (kg)", share=1.15, ground=fit.landscape),
        Panel("penguins", LENGTHS, (2.4, 6.6), "flipper length (cm)", "body mass (kg)"),
        Panel("losses", (0.0, max(steps, 1.0)), (0.05, 5.0), "step", "loss (kg²)", y_scale="log", under=True),
    )


LAYERS = (
    Layer("line", "valley", "theory", "whole_w", "whole_c", size=1.5, dashed=True, name="all penguins in every step"),
    Layer("line", "valley", "path", "w", "c", reveal="ahead", size=1.0, faint=True),
    Layer("line", "valley", "path", "w", "c", reveal="past", size=1.5, name="mini-batches"),
    Layer("dots", "valley", "path", "w", "c", reveal="past", size=2.5),
    Layer(
        "arrow", "valley", "gradient", "from_w", "from_c", "tip_w", "tip_c",
        reveal="now", size=0.8, faint=True, pick="pick", name="against mini-batch gradients",
    ),
    Layer(
        "arrow", "valley", "theory", "w", "c", "against_w", "against_c",
        reveal="now", size=2.2, name="against the full gradient",
    ),
    Layer(
        "arrow", "valley", "second", "w", "c", "picked_w", "picked_c",
        reveal="now", size=2.2, name="the picked mini-batch",
    ),
    Layer("dots", "valley", "ink", "w", "c", reveal="now", size=5),
    Layer("dots", "penguins", "ground", "length", "mass", size=1.8),
    Layer("dots", "penguins", "second", "deck_length", "deck_mass", since="since", until="until", size=3.2),
    Layer("line", "penguins", "minimum", "best_x", "best_y", size=1.5, dashed=True, name="line of the lowest loss"),
    Layer("line", "penguins", "path", "line_x", "line_y", reveal="now", size=2.2),
    Layer("line", "losses", "theory", "step", "whole_loss", size=1.5, dashed=True),
    Layer("dots", "losses", "second", "step", "batch_loss", reveal="past", size=2.2, name="loss of the mini-batch"),
    Layer("line", "losses", "path", "step", "loss", reveal="ahead", size=1.0, faint=True),
    Layer("line", "losses", "path", "step", "loss", reveal="past", size=2.0),
    Layer("line", "losses", "minimum", "ends", "lowest", size=1.2),
    Layer("line", "losses", "ink", "ends", "floor_loss", size=1.2, dashed=True, name="predicted noise floor"),
    Layer("dots", "losses", "ink", "step", "loss", reveal="now", size=4.5),
)  # fmt: skip
