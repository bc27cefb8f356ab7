"""The ground of a panel as numbers: a curve in one dimension, shading and contour levels in two."""

from typing import NamedTuple

import numpy as np

from gdcourse.landscapes import Landscape

SAMPLES = 401  # points of a curve: one a pixel or two
GRID = 121  # rows and columns of a shading


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
