"""The ground of a panel: the learner's own, and any as numbers: a curve in one dimension, a shading in two."""

from typing import NamedTuple

import numpy as np

from gdcourse.landscapes import Landscape

SAMPLES = 401  # points of a curve: one a pixel or two
GRID = 121  # rows and columns of a shading
LETTERS = {  # that a formula may have at most: in words, and why no more
    1: ("one letter, such as x", "a curve lies over a line"),
    2: ("one or two letters", "more cannot be drawn"),
}


class Shading(NamedTuple):
    """A landscape of two weights over its view."""

    x: np.ndarray  # (GRID,)
    y: np.ndarray  # (GRID,)
    z: np.ndarray  # (GRID, GRID), rows along y
    levels: np.ndarray  # heights of the contour lines
    shade: np.ndarray  # (GRID, GRID), from 0 (lowest) to 1: the rank of a height, so that no level hides the others


def curve(landscape: Landscape) -> tuple[np.ndarray, np.ndarray]:
    """Return x and L(x) of a landscape of one weight over its view, each of shape (SAMPLES,)."""
    x = np.linspace(*landscape.view[0], SAMPLES)
    return x, landscape.value(x[:, None])


def shading(landscape: Landscape) -> Shading:
    """Return a landscape of two weights as a grid of heights with contour levels that share the area evenly."""
    x, y = (np.linspace(low, high, GRID) for low, high in landscape.view)
    z = landscape.value(np.stack(np.meshgrid(x, y), -1))
    ranks = np.linspace(0, 1, 65)
    heights = np.quantile(z[np.isfinite(z)], ranks)
    levels = np.unique(np.quantile(z[np.isfinite(z)], np.linspace(0.015, 0.97, 14)))
    return Shading(x, y, z, levels, np.interp(z, heights, ranks))


def own_ground(formula: str, most: int) -> Landscape:
    """Return the landscape of a learner's formula that has at most so many letters.

    Raises:
        ValueError: With one sentence for the learner, where the formula cannot be read, has more letters, or has no
            values to draw.
    """
    from gdcourse.formula import landscape_from  # sympy is loaded only when a formula is typed

    ground = landscape_from(formula)
    if ground.dimension > most:
        allowed, why = LETTERS[most]
        raise ValueError(f"formula must have {allowed}, but {ground.dimension} came: {why}")
    count = SAMPLES if ground.dimension == 1 else GRID
    drawn = np.stack(np.meshgrid(*(np.linspace(*ends, count) for ends in ground.view)), -1)
    if not np.isfinite(ground.value(drawn)).any():
        raise ValueError("formula must have values between −3 and 3, but none came: change it")
    return ground
