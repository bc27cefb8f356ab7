"""How close is right: floating point is forgiven, rounding to four decimals is accepted and named."""

from __future__ import annotations

import math

RELATIVE = 1e-9  # forgives floating point: 0.6000000000000001 is 0.6
ABSOLUTE = 1e-12
DECIMALS = 4  # rounding to so many decimals is accepted


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
