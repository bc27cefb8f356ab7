"""What lesson 2 says about rates, guarantees, schedules and penguins, each computed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent
from gdcourse.samples import linear_fit, penguins, standardise
from gdcourse.schedules import Constant, Cosine, Exponential, InverseTime


def test_c3_descent_lemma_and_convex_bound():
    hill, start = LANDSCAPES["double-well"], np.array([[-1.6]])
    L = float(hill.curvatures(start).max())
    assert np.abs(hill.hessian(np.linspace(-1.6, 1.0, 500)[:, None])).max() == pytest.approx(L)
    rates = np.linspace(0.01, 2 / L, 60)
    after = hill.value(start - rates[:, None] * hill.grad(start))
    bound = theory.descent_lemma_bound(hill.value(start), np.abs(hill.grad(start)[:, 0]), rates, L)
    assert (after <= bound).all()
    assert (after[:-1] < hill.value(start)).all()
    w, shares = 50.0, []  # the Huber loss
    for k in range(1, 120):
        w = w - np.clip(w, -1, 1)
        shares.append((abs(w) - 0.5 if abs(w) > 1 else w**2 / 2) / theory.convex_bound(50.0, 1.0, k))
    assert max(shares) == pytest.approx(0.49)


def test_c19_cosine_and_the_sums_of_robbins_and_monro():
    k, T, low, high = np.arange(101), 100, 0.02, 0.4
    rate = high * Cosine(steps=T, end=low / high)(k)
    assert_allclose(rate, low + (high - low) * (1 + np.cos(np.pi * k / T)) / 2)
    many = np.arange(1_000_000)
    sums = {
        schedule: (schedule(many).sum(), (schedule(many) ** 2).sum())
        for schedule in (Constant(), InverseTime(), Exponential(0.95))
    }
    (constant, inverse, exponential) = sums.values()
    assert_allclose(constant, [1e6, 1e6])
    assert_allclose(inverse, [np.log(1e6) + np.euler_gamma, np.pi**2 / 6], rtol=1e-5)
    assert_allclose(exponential, [1 / 0.05, 1 / (1 - 0.95**2)])


def test_d14_the_full_gradient_diverges_and_may_end_in_a_local_minimum():
    parabola = descend(LANDSCAPES["parabola"], GradientDescent(1.2), steps=30)
    assert (np.diff(parabola.values) > 0).all()
    wells = descend(LANDSCAPES["double-well"], GradientDescent(0.02), [[1.6]], steps=500)
    assert abs(wells.gradients[-1, 0, 0]) < 1e-9
    assert wells.values[-1, 0] > LANDSCAPES["double-well"].value(LANDSCAPES["double-well"].minima[0]) + 0.5


def test_d16_one_rate_is_anything():
    words = theory.regime(0.1, np.array([0.2, 2, 10, 15, 20, 200]))
    assert_array_equal(words, ["monotone", "monotone", "exact", "overshooting", "cycling", "divergent"])
    overshooting = descend(LANDSCAPES["parabola"], GradientDescent(0.9), steps=60)
    away = overshooting.points[:, 0] - 2
    assert (away[1:] * away[:-1] < 0).all()
    assert abs(away[-1]) < 1e-4
    length = penguins()["flipper_length_mm"]
    per_metre, per_millimetre = (linear_fit(x, length, intercept=False).landscape for x in (length / 1000, length))
    along = [float(theory.curvature(ground).L) for ground in (per_metre, per_millimetre)]
    assert along[1] == pytest.approx(1e6 * along[0])  # the curvature goes with the square of the unit of an input
    small = descend(quadratic((200.0,), start=(1.0,)), GradientDescent(0.0001 * 101), steps=200)  # in "0.0001 to 0.1"
    assert small.values[-1] > small.values[0]


def test_d25_three_kinds_of_too_large():
    path = descend(LANDSCAPES["parabola"], GradientDescent(np.array([0.9, 1.0, 1.2])), steps=40)
    away = np.abs(path.points[..., 0] - 2)
    assert (np.diff(away[:, 0]) < 0).all()
    assert_array_equal(away[:, 1], 4.0)
    assert (np.diff(away[:, 2]) > 0).all()


def test_d30_too_small_a_rate_moves_nothing():
    w, g = 1.0, 0.5
    assert [w - rate * g != w for rate in (1e-3, 1e-15, 1e-16, 1e-17)] == [True, True, False, False]
    assert 1e-16 * g < np.spacing(np.nextafter(w, 0)) / 2 <= 1e-15 * g


def test_d33_convex_losses_with_no_minimum_and_with_many():
    w = 0.0
    for _ in range(1000):
        w -= 0.5 * np.exp(w)
    assert w < -6  # still falling, as ln of the number of steps
    flat = quadratic((1.0, 0.0))
    ends = descend(flat, GradientDescent(0.5), [[1.0, 1.0], [1.0, -2.0]], steps=60).points[-1]
    assert_allclose(flat.value(ends), 0, atol=1e-12)
    assert_allclose(ends[:, 1], [1.0, -2.0])  # two different minima


def test_the_penguins_before_and_after_scaling():
    birds = penguins()
    x, mass = birds.matrix("flipper_length_mm", "bill_length_mm"), birds["body_mass_g"] / 1000
    assert_allclose(x.mean(0), [201, 44], atol=0.05)
    raw, scaled = (theory.curvature(linear_fit(z, mass).landscape) for z in (x, standardise(x)))
    assert_allclose([raw.L, raw.mu, raw.kappa / 1e6], [85066, 0.0095, 8.9], rtol=0.01)
    assert theory.steps_to(1e-6, theory.best_contraction(raw.kappa)) / 1e6 == pytest.approx(62, abs=0.5)
    assert 2.3e-5 < theory.critical_rate(raw.L) < 2.4e-5
    assert_allclose([scaled.L, scaled.mu, scaled.kappa], [3.306, 0.694, 4.77], rtol=1e-3)
    assert np.ceil(theory.steps_to(1e-6, theory.best_contraction(scaled.kappa))) == 33
    together = np.corrcoef(x.T)[0, 1]
    assert scaled.kappa == pytest.approx((1 + together) / (1 - together))  # what is left comes from the correlation


@pytest.mark.parametrize(("rate", "tenth", "times"), [(0.01, 0.001, 10.1), (0.4, 0.04, 18.4), (0.9, 0.09, 1.1)])
def test_counted_steps_of_a_tenth_of_the_rate(rate, tenth, times):
    path = descend(LANDSCAPES["parabola"], GradientDescent(np.array([rate, tenth])), steps=7000)
    few, many = (np.abs(path.points[..., 0] - 2) <= 4e-6).argmax(axis=0)
    assert round(many / few, 1) == times


def test_the_range_test_reads_too_high_without_noise_and_less_so_when_longer():
    reads = [LABS["range-test"].scene(noise=0.0, smoothing=0.0, length=length).facts for length in (100, 200, 400)]
    assert [round(float(read["lowest"] / read["last"]), 1) for read in reads] == [3.8, 3.0, 2.1]
