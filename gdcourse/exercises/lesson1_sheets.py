"""Lesson 1, the two sheets worked by hand and the numbers they may be set with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.free import Essay
from gdcourse.exercises.lesson1_walk import STEPS, slope, walk_falls, walk_graph, walk_table
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.variants import Variants

CLASSIC = {"minimum": 2.0, "start": 6.0, "rate": 0.3, "large_rate": 1.2}


def digits(number: Decimal) -> tuple[int, int]:
    """Count the significant digits and the decimals of a number."""
    _, figures, exponent = number.normalize().as_tuple()
    return len(figures) + max(int(exponent), 0), max(-int(exponent), 0)


def row(minimum: Decimal, start: Decimal, rate: Decimal, steps: int) -> tuple[Decimal, Decimal]:
    """Give w = m + (w₀ − m)(1 − 2α)ᵏ and L = (w − m)² after k steps, exactly."""
    way = (start - minimum) * (1 - 2 * rate) ** steps
    return minimum + way, way**2


def pleasant(minimum: Decimal, start: Decimal, rate: Decimal, classic_rate: Decimal) -> bool:
    """Say whether the last row needs no more digits than the classic's, and rounding shows by row 2."""
    most = [digits(number) for number in row(Decimal(2), Decimal(6), classic_rate, STEPS)]
    here = [digits(number) for number in row(minimum, start, rate, STEPS)]
    short = all(a <= b for mine, classic in zip(here, most, strict=True) for a, b in zip(mine, classic, strict=True))
    return short and max(digits(number)[1] for number in row(minimum, start, rate, 2)) > 1


@cache
def walks() -> tuple[dict, ...]:
    """Give all walks that may be dealt: L(w) = (w − m)² with a rate below ½ (monotone) and one above 1 (divergent).

    The minimum is a multiple of a half, the start a whole number of units beside it.
    """
    minima = [Decimal(halves) / 2 for halves in range(-19, 20) if halves != 0]
    rates = [Decimal(text) for text in ("0.2", "0.25", "0.3", "0.35", "0.4")]
    large_rates = [Decimal(text) for text in ("1.05", "1.1", "1.15", "1.2", "1.25")]
    ways = [Decimal(way) for way in range(-12, 13) if way != 0]
    found = []
    for minimum in minima:
        for way in ways:
            for place, rate in enumerate(rates):
                large = large_rates[(place + int(way) + 2) % len(large_rates)]  # 1.2 for the classic walk
                start = minimum + way
                if pleasant(minimum, start, rate, Decimal("0.3")) and pleasant(minimum, start, large, Decimal("1.2")):
                    names = ("minimum", "start", "rate", "large_rate")
                    found.append(dict(zip(names, map(float, (minimum, start, rate, large)), strict=True)))
    return tuple(found)


def walk_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the formula and the first slope of a walk."""
    minimum, rate, large = variant["minimum"], variant["rate"], variant["large_rate"]
    sign = "−" if minimum > 0 else "+"
    shifted = f"(w {sign} {number(abs(minimum))})"
    return {
        "shifted": shifted,
        "formula": f"L(w) = {shifted}²",
        "first_slope": slope(variant, variant["start"]),
        "factor": 1 - 2 * rate,
        "ratio": (1 - 2 * rate) ** 2,
        "large_factor": 1 - 2 * large,
        "large_ratio": (1 - 2 * large) ** 2,
    }


WALK, LARGE_WALK = walk_table("rate"), walk_table("large_rate", other_rate="rate")
_VARIANTS = Variants(CLASSIC, walks, walk_facts, family="parabola-walk")

EXERCISES = (
    Exercise(
        "parabola-walk",
        lesson=1,
        kind="sheet",
        task=Parts(
            (
                Part("rows", WALK, weight=10),
                Part("monotone", walk_falls(WALK), weight=1),
                Part("graph", walk_graph(WALK), weight=1),
            )
        ),
        variants=_VARIANTS,
        points=12,
    ),
    Exercise(
        "parabola-walk-large-rate",
        lesson=1,
        kind="sheet",
        task=Parts(
            (
                Part("rows", LARGE_WALK, weight=10),
                Part("monotone", walk_falls(LARGE_WALK), weight=1),
                Part("graph", walk_graph(LARGE_WALK), weight=1),
                Part("observation", Essay(), weight=0),
            )
        ),
        variants=_VARIANTS,
        points=12,
    ),
)
