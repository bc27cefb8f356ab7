"""How close is right: floating point is forgiven, rounding to four decimals is accepted and named."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

RELATIVE = 1e-9  # forgives floating point: 0.6000000000000001 is 0.6
ABSOLUTE = 1e-12
DECIMALS = 4  # rounding to so many decimals is accepted
HALF_A_UNIT = 0.5 * 10.0**-DECIMALS
# rounding in every row grows along a walk that diverges, and with it the numbers: so it is allowed for by their size
SHARE = 1e-5
LARGEST_SHORTENED = 1e12  # beyond, decimals are no question of rounding


def closeness(value: float, true: float, decimals: int | None = DECIMALS) -> str:
    """Compare a number with the true one: "right", "rounded" (to `decimals`) or "wrong"."""
    if not (math.isfinite(value) and math.isfinite(true)):
        return "wrong"
    if math.isclose(value, true, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
        return "right"
    half_a_unit = 0.5 * 10.0 ** -(DECIMALS if decimals is None else decimals)
    # the second term forgives a tie that floating point sends to the other side
    if decimals is not None and abs(value - true) <= half_a_unit * (1 + 1e-6):
        return "rounded"
    return "wrong"


def told(number: float) -> float:
    """Give a number as a solution tells it: where its decimals do not end, to the four that are asked for."""
    return number if abs(number - round(number, 10)) < 1e-13 else round(number, DECIMALS)


def near(value: float, number: float) -> bool:
    """Say whether a number comes from a procedure that gives `number`, where every row was rounded to four decimals."""
    return closeness(value, number) != "wrong" or math.isclose(value, number, rel_tol=SHARE)


def shortened(value: float, number: float, decimals: int = DECIMALS) -> bool:
    """Say whether `value` is `number` rounded to, or cut off after, fewer decimals than are asked for."""
    ways = (ROUND_HALF_UP, ROUND_DOWN)
    return any(_written_as(value, number, fewer, way) for fewer in range(decimals) for way in ways)


def cut_off(value: float, number: float, decimals: int = DECIMALS) -> bool:
    """Say whether `value` is `number` cut off after the decimals that are asked for, instead of rounded."""
    return _written_as(value, number, decimals, ROUND_DOWN)


def _written_as(value: float, number: float, decimals: int, way: str) -> bool:
    return abs(number) < LARGEST_SHORTENED and closeness(value, written(number, decimals, way), None) == "right"


def written(number: float, decimals: int, way: str = ROUND_DOWN) -> float:
    """Give a number as it is written down with so many decimals; one that is too large for that stays as it is."""
    if not abs(number) < LARGEST_SHORTENED:
        return number
    return float(Decimal(format(number, ".12g")).quantize(Decimal(1).scaleb(-decimals), way))
