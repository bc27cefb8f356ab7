"""Lesson 1, one training step of a one-neuron network by hand, and why it hits the target at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.table import Column, Table, slip_table
from gdcourse.exercises.variants import Variants, grid

CLASSIC = {"x": 2.0, "y": 4.0, "w": 1.0, "b": 0.0, "rate": 0.1}
STEPS = 2
Row = Mapping[str, float]
Rule = Callable[[dict, Row, Row], float]


def error(variant: dict, w: float, b: float) -> float:
    """Give ŷ − y = w·x + b − y."""
    return w * variant["x"] + b - variant["y"]


def exact_rate(x: float) -> float:
    """Give the rate that brings (wx + b − y)² to 0 in one step: 1/(2(x² + 1)), the inverse of its only curvature."""
    return 1 / (2 * (x**2 + 1))


COLUMNS = (
    Column("prediction", lambda v, before, here: before["w"] * v["x"] + before["b"]),
    Column("loss", lambda v, before, here: (here["prediction"] - v["y"]) ** 2, carried=False),
    Column("slope_w", lambda v, before, here: 2 * (here["prediction"] - v["y"]) * v["x"]),
    Column("slope_b", lambda v, before, here: 2 * (here["prediction"] - v["y"])),
    Column("w", lambda v, before, here: before["w"] - v["rate"] * here["slope_w"]),
    Column("b", lambda v, before, here: before["b"] - v["rate"] * here["slope_b"]),
)


def start(variant: dict) -> dict[str, float]:
    """Give the weights before training."""
    return {"w": variant["w"], "b": variant["b"]}


def _slip(**wrong: Rule):
    """Declare a slip by the wrong rules of its columns."""

    def slip(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
        del right
        if column in wrong:
            yield wrong[column](variant, before, here)

    return slip


def _slope_b_after_w(v: dict, before: Row, here: Row) -> float:
    return 2 * error(v, before["w"] - v["rate"] * here["slope_w"], before["b"])


def _b_after_w(v: dict, before: Row, here: Row) -> float:
    return before["b"] - v["rate"] * 2 * error(v, here["w"], before["b"])


SLIPS = {
    "bias-forgotten": _slip(prediction=lambda v, before, here: before["w"] * v["x"]),
    "bias-times-x": _slip(prediction=lambda v, before, here: (before["w"] + before["b"]) * v["x"]),
    "square-forgotten": _slip(loss=lambda v, before, here: here["prediction"] - v["y"]),
    "loss-halved": _slip(loss=lambda v, before, here: (here["prediction"] - v["y"]) ** 2 / 2),
    "error-reversed": _slip(
        slope_w=lambda v, before, here: 2 * (v["y"] - here["prediction"]) * v["x"],
        slope_b=lambda v, before, here: 2 * (v["y"] - here["prediction"]),
    ),
    "factor-two-forgotten": _slip(
        slope_w=lambda v, before, here: (here["prediction"] - v["y"]) * v["x"],
        slope_b=lambda v, before, here: here["prediction"] - v["y"],
    ),
    "x-forgotten": _slip(slope_w=lambda v, before, here: 2 * (here["prediction"] - v["y"])),
    "x-in-bias": _slip(slope_b=lambda v, before, here: 2 * (here["prediction"] - v["y"]) * v["x"]),
    "sign-flipped": _slip(
        w=lambda v, before, here: before["w"] + v["rate"] * here["slope_w"],
        b=lambda v, before, here: before["b"] + v["rate"] * here["slope_b"],
    ),
    "rate-forgotten": _slip(
        w=lambda v, before, here: before["w"] - here["slope_w"],
        b=lambda v, before, here: before["b"] - here["slope_b"],
    ),
    "one-after-the-other": _slip(slope_b=_slope_b_after_w, b=_b_after_w),
}
TABLE = Table(
    COLUMNS, start, STEPS, tuple(slip_table(name, COLUMNS, start, STEPS, slip) for name, slip in SLIPS.items())
)


def loss_at(variant: dict, factor: float) -> float:
    """Give the loss after one step with `factor` times the rate."""
    w, b, rate = variant["w"], variant["b"], factor * variant["rate"]
    slope = 2 * error(variant, w, b)
    return error(variant, w - rate * slope * variant["x"], b - rate * slope) ** 2


@cache
def neurons() -> tuple[dict, ...]:
    """Give all neurons that may be dealt: small whole numbers, the exact rate, and mistakes that can be told apart."""
    numbers = grid(x=(-3.0, -2.0, -1.0, 1.0, 2.0, 3.0), y=range(-8, 9), w=(-3, -2, -1, 1, 2, 3), b=(-2, -1, 0, 1, 2))
    found = []
    for values in numbers:
        variant = {name: float(value) for name, value in values.items()} | {"rate": exact_rate(values["x"])}
        if 2 <= abs(error(variant, variant["w"], variant["b"])) <= 5 and TABLE.told_apart(variant):
            found.append(variant)
    return tuple(found)


def neuron_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the doubled rate and the curvature."""
    del number
    return {"double_rate": 2 * variant["rate"], "curvature": 2 * (variant["x"] ** 2 + 1)}


DOUBLED = Number(
    lambda variant: loss_at(variant, 2),
    mistakes=(
        Mistake("zero-again", lambda variant: 0.0),
        Mistake("doubled", lambda variant: 2 * loss_at(variant, 0)),
        Mistake("halved", lambda variant: loss_at(variant, 0) / 2),
    ),
)

EXERCISES = (
    Exercise(
        "neuron-step",
        lesson=1,
        kind="sheet",
        task=Parts(
            (
                Part("rows", TABLE, weight=6),
                Part("doubled", DOUBLED, weight=1),
                Part("luck", Choice(("curvature", "always", "small", "deep"), "curvature"), weight=1),
            )
        ),
        variants=Variants(CLASSIC, neurons, neuron_facts),
        points=8,
    ),
)
