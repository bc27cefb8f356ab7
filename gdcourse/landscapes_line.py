"""Landscapes over a line: one weight, so that the loss can be drawn as a curve.

Each is three formulas of one coordinate, in the order of its derivatives.
"""

import numpy as np

from gdcourse.checks import drawn_from
from gdcourse.landscape_record import Landscape, lift


def on_line(value, slope, curvature, **facts) -> Landscape:
    """Make the landscape of a loss f(w), its slope df/dw and its curvature d²f/dw²."""
    return Landscape(**lift(1, value, lambda w: (slope(w),), lambda w: (curvature(w),)), **facts)


PARABOLA = on_line(
    lambda w: (w - 2) ** 2,
    lambda w: 2 * (w - 2),
    lambda w: 2.0,
    name="parabola",
    formula="L(w) = (w − 2)²",
    view=((-4.0, 8.0),),
    start=(6.0,),
    minima=((2.0,),),
    source="The parabola walked by hand in lesson 1: w_k = 2 + (w₀ − 2)(1 − 2α)ᵏ.",
)

SQUARE = on_line(
    lambda w: w**2,
    lambda w: 2 * w,
    lambda w: 2.0,
    name="square",
    formula="L(w) = w²",
    view=((-5.0, 5.0),),
    start=(-4.0,),
    minima=((0.0,),),
    source="The first valley of the hiker.",
)


def double_well(tilt: float, **facts) -> Landscape:
    """Two valleys: f(w) = (w² − 1)² + tilt·w; a positive tilt lowers the left one."""
    return on_line(
        lambda w: (w**2 - 1) ** 2 + tilt * w,
        lambda w: 4 * w * (w**2 - 1) + tilt,
        lambda w: 12 * w**2 - 4,
        view=((-2.1, 2.1),),
        source="Quartic double-well potential with a linear tilt.",
        **facts,
    )


DOUBLE_WELL = double_well(
    0.3,
    name="double-well",
    formula="L(w) = (w² − 1)² + 0.3w",
    start=(2.0,),
    minima=((-1.0355787140888537,), (0.96014955551910552,)),
)

DOUBLE_WELL_RIGHT = double_well(
    -0.3,
    name="double-well-right",
    formula="L(w) = (w² − 1)² − 0.3w",
    start=(-2.0,),
    minima=((1.0355787140888537,), (-0.96014955551910552,)),
)

PLATEAU = on_line(
    lambda w: (1 - np.exp(w)) ** 2,
    lambda w: 2 * np.exp(w) * (np.exp(w) - 1),
    lambda w: 2 * np.exp(w) * (2 * np.exp(w) - 1),
    name="plateau",
    formula="L(w) = (1 − eʷ)²",
    view=((-7.0, 1.0),),
    start=(-5.0,),
    minima=((0.0,),),
    source="Morse potential (P. M. Morse, Physical Review 34, 1929), mirrored: flat, then a valley, then a wall.",
)

KINKED = on_line(
    lambda w: np.select([w < 1, w < 2], [12.5 * w**2, 0.5 * w**2 + 24 * w - 12], 12.5 * w**2 - 24 * w + 36),
    lambda w: np.select([w < 1, w < 2], [25 * w, w + 24], 25 * w - 24),
    lambda w: np.select([w < 1, w < 2], [25.0, 1.0], np.where(np.isnan(w), np.nan, 25.0)),
    name="kinked",
    formula="dL/dw = 25w below 1, w + 24 from 1 to 2, 25w − 24 above",
    view=((-3.0, 4.0),),
    start=(3.3,),
    minima=((0.0,),),
    source="L. Lessard, B. Recht, A. Packard, SIAM J. Optim. 26 (2016), section 4.6: convex, yet heavy ball can cycle.",
)


def hidden_valley(seed: int) -> Landscape:
    """A smooth valley nobody has seen: f(w) = w²/20 + Σ aᵢ cos(ωᵢ w + φᵢ), four waves drawn from the seed.

    The amplitudes satisfy Σ aᵢωᵢ = 1, so the slope is not zero wherever |w| > 10, and every minimum lies in the view
    (−10, 10). The draw is repeated until there are at least three.

    Args:
        seed: A whole number, 0 or more; the same seed gives the same valley.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If it is negative.
    """
    rng = drawn_from(seed)
    while True:
        waves, phases, shares = rng.uniform(1.0, 3.0, 4), rng.uniform(0.0, 2 * np.pi, 4), rng.dirichlet(np.ones(4))
        value, slope, curvature = _waves(shares / waves, waves, phases)
        floors = _valley_floors(slope)
        if len(floors) >= 3:
            break
    return on_line(
        value,
        slope,
        curvature,
        name=f"hidden-valley-{seed}",
        formula="L(w) = w²/20 + Σ aᵢ cos(ωᵢ w + φᵢ)",
        view=((-10.0, 10.0),),
        start=(float(rng.choice([-1.0, 1.0])) * round(rng.uniform(6.0, 9.0), 1),),
        minima=tuple((float(w),) for w in sorted(floors, key=value)),
        source=f"Drawn from seed {seed}.",
    )


def _waves(heights, waves, phases):
    """The parabola w²/20 with waves, and its two derivatives."""

    def turn(w):
        return np.multiply.outer(w, waves) + phases

    return (
        lambda w: w**2 / 20 + np.cos(turn(w)) @ heights,
        lambda w: w / 10 - np.sin(turn(w)) @ (heights * waves),
        lambda w: 0.1 - np.cos(turn(w)) @ (heights * waves**2),
    )


def _valley_floors(slope) -> np.ndarray:
    """Where the slope changes from falling to rising, bisected until neighbouring floats bracket it."""
    grid = np.linspace(-10.5, 10.5, 4201)
    falling = slope(grid) < 0
    first = np.flatnonzero(falling[:-1] & ~falling[1:])
    low, high = grid[first], grid[first + 1]
    for _ in range(60):
        middle = (low + high) / 2
        falls = slope(middle) < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    return high
