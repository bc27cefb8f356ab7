"""What lesson 3 says about directions, speed, noise floors and data sets, each computed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import GradientDescent, descend, theory
from gdcourse.labs.batch_ground import birds, noise
from gdcourse.samples import BatchGradient, linear_fit, minibatches
from gdcourse.schedules import InverseTime

FIT = birds()
BEST = np.array(FIT.landscape.minima[0])


def settled(rate, batch, walkers=300, updates=1000):
    """The mean excess loss of a crowd of walkers that began at the minimum, each with mini-batches of its own."""
    rng, w = np.random.default_rng(0), np.tile(BEST, (walkers, 1))
    for _ in range(updates):
        w = w - rate * FIT.gradients(w, rng.integers(333, size=(walkers, batch))).mean(axis=1)
    return FIT.landscape.value(w).mean() - noise().lowest


def test_c11_on_the_penguins_too_only_rate_over_batch_counts():
    same = [settled(*pair) for pair in ((0.002, 1), (0.008, 4), (0.032, 16))]
    assert max(same) / min(same) < 1.25
    assert settled(0.008, 1) / same[1] == pytest.approx(4, rel=0.15)
    assert settled(0.008, 16) / same[1] == pytest.approx(1 / 4, rel=0.15)


def test_c13_the_scaled_rate_passes_two_over_l():
    critical = float(theory.critical_rate(noise().curvatures[-1]))
    assert theory.linear_scaling(0.005, 1, 16) < critical < theory.linear_scaling(0.005, 1, 64)


def test_d6_the_full_gradient_does_not_aim_at_the_minimum():
    w = np.array(FIT.landscape.start)
    downhill, way = -FIT.landscape.grad(w), BEST - w
    cosine = downhill @ way / np.linalg.norm(downhill) / np.linalg.norm(way)
    assert np.degrees(np.arccos(cosine)) > 15
    path = descend(FIT.landscape, GradientDescent(0.05), steps=40).points
    steps = np.diff(path, axis=0)
    turned = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    assert np.ptp(turned) > 60  # the path bends


def test_d7_few_updates_or_few_penguins_are_not_the_same():
    """After 20 updates all penguins lead; after 333 penguins looked at, mini-batches of 16 do."""
    whole = descend(FIT.landscape, GradientDescent(0.05), steps=20).values - noise().lowest
    rng, w = np.random.default_rng(0), np.tile(FIT.landscape.start, (200, 1))
    some = []
    for _ in range(21):
        w = w - 0.05 * FIT.gradients(w, rng.integers(333, size=(200, 16))).mean(axis=1)
        some.append(FIT.landscape.value(w).mean() - noise().lowest)
    assert whole[20] < some[19]  # as many updates
    assert some[20] < whole[1] / 5  # 21 updates of 16 are one epoch, which is one update of all


def test_a_tenth_of_the_penguins_carry_more_than_half_of_the_variance():
    each = FIT.gradients(np.array(FIT.landscape.start))
    squares = np.sort(((each - each.mean(axis=0)) ** 2).sum(axis=1))[::-1]
    assert 0.5 < squares[:33].sum() / squares.sum() < 0.6


def test_d12_larger_batches_are_quieter():
    spread = []
    for batch in (1, 8, 64):
        rng = np.random.default_rng(1)
        dealt = np.array([minibatches(333, batch, rng)[0] for _ in range(600)])
        spread.append(FIT.gradients(BEST, dealt).mean(axis=1).std())
    assert_allclose(np.array(spread[:2]) / spread[1:], np.sqrt(8), rtol=0.2)


def test_d15_a_fading_rate_or_no_noise_at_the_minimum_converges():
    def left(fit, rate, **more):
        grad = BatchGradient(fit, 1, replace=True)
        path = descend(fit.landscape, GradientDescent(rate), BEST + 0.3, steps=2500, grad=grad, rng=2, keep=500, **more)
        return path.values.mean() - fit.landscape.value(BEST)

    constant, fading = left(FIT, 0.03), left(FIT, 0.03, schedule=InverseTime(decay=0.05))
    assert constant > 0.005
    assert fading < constant / 10
    exact = linear_fit(FIT.inputs[:, 0], FIT.inputs @ BEST)
    assert left(exact, 0.03) < 1e-12


def test_d27_another_half_of_the_data_has_another_gradient():
    order = np.random.default_rng(5).permutation(333)
    halves = [FIT.gradients(BEST, rows).mean(axis=0) for rows in (order[:166], order[166:])]
    assert np.linalg.norm(halves[0]) > 0.05  # zero for all, and not for a half
    assert_allclose(166 * halves[0] + 167 * halves[1], 0, atol=1e-11)


def test_d29_a_constant_rate_settles_on_the_floor_not_below():
    _, curvatures, variances, _ = noise()
    floor = theory.noise_floor(0.008, curvatures, variances, batch=4).sum()
    assert settled(0.008, 4) == pytest.approx(floor, rel=0.1)
