"""Lesson 2, worked by hand: three rates side by side, and two steps in a valley."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson1_questions import apart
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.table import Column, Table, slip_table
from gdcourse.exercises.variants import Variants, grid
from gdcourse.theory import loss_after

Row = Mapping[str, float]
RATES = ("small", "edge", "large")  # columns of the three walks, and the variant's names of their rates
THREE_STEPS, VALLEY_STEPS = 3, 2


def _walks(step: Callable[[dict, float, float], float]):
    """Give the slip of a wrong step in every column, from the variant, the rate and the old w."""

    def slip(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
        del here, right
        yield step(variant, variant[column], before[column])

    return slip


def three_starts(variant: dict) -> dict[str, float]:
    """Give the start, the same for all three walks."""
    return dict.fromkeys(RATES, variant["start"])


THREE_COLUMNS = tuple(
    Column(name, lambda v, before, here, name=name: before[name] - v[name] * 2 * (before[name] - v["minimum"]))
    for name in RATES
)
THREE_SLIPS = {
    "sign-flipped": _walks(lambda v, a, w: w + a * 2 * (w - v["minimum"])),
    "factor-two-forgotten": _walks(lambda v, a, w: w - a * (w - v["minimum"])),
    "shift-forgotten": _walks(lambda v, a, w: w - a * 2 * w),
    "start-slope-kept": _walks(lambda v, a, w: w - a * 2 * (v["start"] - v["minimum"])),
    "rate-forgotten": _walks(lambda v, a, w: w - 2 * (w - v["minimum"])),
}
THREE = Table(
    THREE_COLUMNS, three_starts, THREE_STEPS,
    tuple(slip_table(name, THREE_COLUMNS, three_starts, THREE_STEPS, slip) for name, slip in THREE_SLIPS.items()),
)  # fmt: skip


def after_ten(v: dict) -> float:
    """Give the loss (w − m)² of the walk with the small rate after ten steps, by the closed form."""
    return float(loss_after(10, v["start"], v["small"], 2.0, v["minimum"]))


TEN_MISTAKES = (
    Mistake("distance", lambda v: abs(v["start"] - v["minimum"]) * abs(1 - 2 * v["small"]) ** 10),
    Mistake("factor-not-squared", lambda v: (v["start"] - v["minimum"]) ** 2 * abs(1 - 2 * v["small"]) ** 10),
    Mistake("one-step-more", lambda v: (v["start"] - v["minimum"]) ** 2 * (1 - 2 * v["small"]) ** 22),
    Mistake("ten-times-one-step", lambda v: (v["start"] - v["minimum"]) ** 2 * (1 - 2 * v["small"]) ** 2 / 10),
)


@cache
def three_walks() -> tuple[dict, ...]:
    """Give all walks that may be dealt: one that overshoots and converges, one at the edge, one that diverges."""
    minima = [float(m) for m in range(-5, 6) if m != 0]
    ways = [float(way) for way in (-6, -5, -4, 4, 5, 6)]
    found = []
    for numbers in grid(minimum=minima, way=ways, small=(0.9, 0.8), edge=(1.0,), large=(1.2, 1.1)):
        variant = {"start": numbers["minimum"] + numbers.pop("way"), **numbers}
        if THREE.told_apart(variant) and apart(after_ten, TEN_MISTAKES, variant):
            found.append(variant)
    return tuple(found)


def three_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the formula, the factors and the loss after ten steps."""
    sign = "−" if variant["minimum"] > 0 else "+"
    shifted = f"(w {sign} {number(abs(variant['minimum']))})"
    factors = {f"factor_{name}": 1 - 2 * variant[name] for name in RATES}
    way = variant["start"] - variant["minimum"]
    ten = round(after_ten(variant), 4)
    return {"formula": f"L(w) = {shifted}²", "shifted": shifted, **factors, "way": way, "ten": ten}


def valley_slip(**wrong: Callable[[dict, Row, Row], float]):
    """Declare a slip by the wrong rules of its columns."""

    def slip(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
        del right
        if column in wrong:
            yield wrong[column](variant, before, here)

    return slip


VALLEY_COLUMNS = (
    Column("slope_u", lambda v, before, here: v["a"] * before["u"]),
    Column("slope_v", lambda v, before, here: v["b"] * before["v"]),
    Column("u", lambda v, before, here: before["u"] - v["rate"] * here["slope_u"]),
    Column("v", lambda v, before, here: before["v"] - v["rate"] * here["slope_v"]),
)
VALLEY_SLIPS = {
    "half-kept": valley_slip(
        slope_u=lambda v, before, here: v["a"] * before["u"] / 2,
        slope_v=lambda v, before, here: v["b"] * before["v"] / 2,
    ),
    "curvatures-swapped": valley_slip(
        slope_u=lambda v, before, here: v["b"] * before["u"], slope_v=lambda v, before, here: v["a"] * before["v"]
    ),
    "curvature-forgotten": valley_slip(
        slope_u=lambda v, before, here: before["u"], slope_v=lambda v, before, here: before["v"]
    ),
    "sign-flipped": valley_slip(
        u=lambda v, before, here: before["u"] + v["rate"] * here["slope_u"],
        v=lambda v, before, here: before["v"] + v["rate"] * here["slope_v"],
    ),
    "start-slope-kept": valley_slip(
        slope_u=lambda v, before, here: v["a"] * v["u"], slope_v=lambda v, before, here: v["b"] * v["v"]
    ),
    "rate-forgotten": valley_slip(
        u=lambda v, before, here: before["u"] - here["slope_u"], v=lambda v, before, here: before["v"] - here["slope_v"]
    ),
}


def valley_start(variant: dict) -> dict[str, float]:
    """Give the start; the slopes are asked for."""
    return {"u": variant["u"], "v": variant["v"]}


VALLEY = Table(
    VALLEY_COLUMNS, valley_start, VALLEY_STEPS,
    tuple(slip_table(name, VALLEY_COLUMNS, valley_start, VALLEY_STEPS, slip) for name, slip in VALLEY_SLIPS.items()),
)  # fmt: skip
VALLEY_LIMIT_MISTAKES = (
    Mistake("flat-direction", lambda v: 2 / v["a"]),
    Mistake("exact-rate", lambda v: 1 / v["b"]),
    Mistake("best-rate", lambda v: 2 / (v["a"] + v["b"])),
)


@cache
def valley_walks() -> tuple[dict, ...]:
    """Give all valleys in which the walk overshoots across, and only there, with at most four decimals."""
    places = {"u": (-6.0, -4.0, -2.0, 2.0, 4.0, 6.0), "v": (-2.0, -1.0, 1.0, 2.0)}
    found = []
    for variant in grid(a=(0.5, 1.0, 2.0), b=(8.0, 10.0), **places, rate=(0.14, 0.15, 0.16, 0.18, 0.2)):
        overshoots = 1 < variant["b"] * variant["rate"] < 2 and variant["a"] * variant["rate"] < 1
        short = all(round(cell, 4) == round(cell, 9) for row in VALLEY.answer(variant) for cell in row)
        if overshoots and short and VALLEY.told_apart(variant):
            found.append(variant)
    return tuple(found)


def valley_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the loss, the factors and the critical rate."""
    a, b, rate = variant["a"], variant["b"], variant["rate"]
    formula = f"L(u, v) = ½({number(a)}u² + {number(b)}v²)"
    return {"formula": formula, "factor_u": 1 - a * rate, "factor_v": 1 - b * rate, "limit": 2 / b}


EXERCISES = (
    Exercise(
        "three-rates",
        lesson=2,
        kind="sheet",
        task=Parts(
            (
                Part("rows", THREE, weight=9),
                Part("settles", Choice(("none", "small-only", "small-and-edge", "all"), "small-only", scale=True)),
                Part("ten", Number(after_ten, TEN_MISTAKES)),
            )
        ),
        variants=Variants(
            {"start": 4.0, "minimum": -1.0, "small": 0.9, "edge": 1.0, "large": 1.2}, three_walks, three_facts
        ),
        points=11,
    ),
    Exercise(
        "valley-step",
        lesson=2,
        kind="sheet",
        task=Parts(
            (
                Part("rows", VALLEY, weight=8),
                Part("direction", Choice(("across", "minimum", "along"), "across")),
                Part("limit", Number(lambda v: 2 / v["b"], VALLEY_LIMIT_MISTAKES)),
            )
        ),
        variants=Variants({"a": 2.0, "b": 10.0, "u": 4.0, "v": 1.0, "rate": 0.15}, valley_walks, valley_facts),
        points=10,
    ),
)
