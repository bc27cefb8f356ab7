"""A valley with noise: the gradient that a descent feels is the true one plus a random push, as from a mini-batch."""

from collections.abc import Callable

import numpy as np

from gdcourse.landscapes import Landscape, quadratic

VIEW = (-2.2, 2.2)
START = (-1.8, 0.7)


def valley(condition: float) -> Landscape:
    """Return the quadratic of curvatures μ = 1 and L = κ, turned by 30 degrees."""
    return quadratic((1.0, condition), np.pi / 6, view=(VIEW, VIEW), start=START, name="noisy valley")


def noisy(landscape: Landscape, deviation: float | np.ndarray, runs: int) -> Callable:
    """Return a gradient with normal noise of this standard deviation in every direction.

    Each of the runs feels a noise of its own. Whatever is swept beside them feels the same noise, so that a sweep over
    rates shows the rate and not the luck, and a table of scenes is its single scenes.

    Args:
        landscape: Whose gradient is disturbed.
        deviation: σ; an array of shape (m, 1, 1) for as many crowds, each with its own.
        runs: n, the size of the crowd; points have shape (..., n, d).
    """

    def gradient(w, rng: np.random.Generator):
        return landscape.grad(w) + deviation * rng.normal(size=(runs, w.shape[-1]))

    return gradient
