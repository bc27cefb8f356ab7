"""The grounds of the arena: landscapes of the catalogue, and the learner's own curve, whose wells are looked for."""

from functools import lru_cache

import numpy as np

from gdcourse.labs.ground import SAMPLES, own_ground
from gdcourse.labs.scene import Track
from gdcourse.landscapes import LANDSCAPES, Landscape

CHOICES = {
    "double-well-right": "two wells, the right one deeper",
    "double-well": "two wells, the left one deeper",
    "plateau": "plateau and valley",
    "square": "a simple hill, w²",
    "own": "your own curve",
}
INSTEAD = "double-well-right"  # shown while the learner's formula cannot be read
LONGEST = 2000  # points looked at for wells


def arena_ground(landscape: str, formula: str) -> tuple[Landscape, str]:
    """Return the landscape to roll on, and a sentence if the formula is no curve ("" if all is well)."""
    if landscape != "own":
        return LANDSCAPES[landscape], ""
    return _own(formula)


@lru_cache(maxsize=64)
def _own(formula: str) -> tuple[Landscape, str]:
    try:
        return own_ground(formula, 1), ""
    except ValueError as error:
        return LANDSCAPES[INSTEAD], f"{error}. Shown meanwhile: {CHOICES[INSTEAD]}."


@lru_cache(maxsize=64)
def wells_of(ground: Landscape) -> np.ndarray:
    """Return the floors of a curve's wells from left to right: as listed, else where its slope turns from − to +."""
    if ground.minima:
        return np.sort(np.array(ground.minima, float)[:, 0])
    grid = np.linspace(*ground.view[0], LONGEST)
    slope = ground.grad(grid[:, None])[:, 0]
    turns = np.flatnonzero((slope[:-1] < 0) & (slope[1:] >= 0))
    low, high = grid[turns], grid[turns + 1]
    for _ in range(50):
        middle = (low + high) / 2
        falls = ground.grad(middle[:, None])[:, 0] < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    tame = np.abs(ground.grad(high[:, None])[:, 0]) <= 2 * np.maximum(np.abs(slope[turns]), np.abs(slope[turns + 1]))
    return high[tame]  # at a pole the slope turns, too, but there it is endless


def rate_track(ground: Landscape, positions: np.ndarray) -> Track:
    """Return a rate's slider with its zones: in the lowest well the ball can stay for every β, for some, or for none.

    The heavy ball's limit 2(1 + β)/L, with L the curvature of that well, lies between 2/L (β = 0) and 4/L (β = 1).
    """
    low, high = float(positions[0]), float(positions[-1])
    wells = wells_of(ground)
    curvature = float(ground.curvatures(wells[[np.argmin(ground.value(wells[:, None]))]])[0]) if wells.size else np.nan
    if not curvature > 0:
        return Track(positions)
    ends = [low, *np.clip([2 / curvature, 4 / curvature], low, high).tolist(), high]
    zones = zip(ends[:-1], ends[1:], ("minimum", "theory", "gradient"), strict=True)
    marks = tuple((at, words) for at, words in zip(ends[1:3], ("2/L", "4/L"), strict=True) if low < at < high)
    return Track(np.union1d(positions, ends), marks, tuple(zone for zone in zones if zone[0] < zone[1]))


def height_range(ground: Landscape) -> tuple[float, float]:
    """Return the heights worth drawing; of a curve without listed wells not the wall beside a pole."""
    heights = ground.value(np.linspace(*ground.view[0], SAMPLES)[:, None])
    heights = heights[np.isfinite(heights)]
    low, high = heights.min(), heights.max()
    if not ground.minima:
        middle = np.quantile(heights, [0.1, 0.9])
        reach = 3 * (middle[1] - middle[0]) + 1e-9 * (1 + abs(middle[0]))
        low, high = max(low, middle[0] - reach), min(high, middle[1] + reach)
    gap = (high - low) or 1.0
    return float(low - 0.08 * gap), float(high + 0.08 * gap)
