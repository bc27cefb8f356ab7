"""Corrections that lesson 1 tells in words, as computations."""

import numpy as np
from numpy.testing import assert_allclose

from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import GradientDescent


def test_d34_steps_shrink_with_the_slope_at_one_rate():
    path = descend(LANDSCAPES["square"], GradientDescent(0.1), steps=30)
    lengths = np.abs(np.diff(path.points[:, 0]))
    assert_allclose(lengths, 0.1 * np.abs(path.gradients[:-1, 0]))
    assert_allclose(lengths[1:] / lengths[:-1], 0.8)  # |1 − 2α|, with the same α in every step


def test_d39_one_after_the_other_is_another_walk():
    def slopes(u, v):  # of u² + u·v + 3v²
        return np.array([2 * u + v, u + 6 * v])

    u, v = 4.0, -2.0
    at_once = np.array([u, v]) - 0.1 * slopes(u, v)
    u = u - 0.1 * slopes(u, v)[0]
    v = v - 0.1 * slopes(u, v)[1]
    assert_allclose(at_once, [3.4, -1.2])
    assert_allclose([u, v], [3.4, -1.14])
