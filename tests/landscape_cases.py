"""The landscapes that the tests run over, and the two things they do with each."""

import numpy as np
import pytest

from gdcourse.landscapes import LANDSCAPES, Landscape, hidden_valley, quadratic

FAMILIES = [
    quadratic(),
    quadratic((3.0,)),
    quadratic((1, 10, 100), angle=0.4, centre=(1.0, -2.0, 0.5)),
    quadratic((2.0, -1.0), angle=1.1),
    hidden_valley(0),
    hidden_valley(7),
]
ALL = [*LANDSCAPES.values(), *FAMILIES]
every_landscape = pytest.mark.parametrize("landscape", ALL, ids=lambda landscape: landscape.name)


def points_in(landscape: Landscape, count: int, seed: int = 0) -> np.ndarray:
    """Random points of the view, shape (count, d)."""
    low, high = np.transpose(landscape.view)
    return np.random.default_rng(seed).uniform(low, high, (count, landscape.dimension))


def difference(function, w, width=1e-5):
    """Central differences of a function of points, the derivative on a new last axis."""
    axes = np.eye(w.shape[-1])
    return np.stack([(function(w + width * e) - function(w - width * e)) / (2 * width) for e in axes], axis=-1)
