"""The numbers that the lessons show about noise, saddles and wells."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import Adam, GradientDescent, Momentum
from gdcourse.schedules import WarmUp

WELL, WELL_RIGHT = LANDSCAPES["double-well"], LANDSCAPES["double-well-right"]

# ---- C-10 to C-13: noise


@pytest.mark.parametrize(("rate", "beta", "variance"), [(0.1, 0.0, 0.0526), (0.5, 0.0, 0.3333), (0.1, 0.9, 0.5135)])
def test_c10_noise_floor(rate, beta, variance):
    assert theory.noise_variance(rate, 1.0, beta=beta) == pytest.approx(variance, abs=5e-5)
    assert theory.noise_floor(rate, 1.0, beta=beta) == pytest.approx(variance / 2, abs=5e-5)
    crowd = np.zeros((20_000, 1))
    walk = descend(
        quadratic((1.0,)),
        Momentum(rate=rate, beta=beta),
        crowd,
        steps=250,
        grad=lambda w, rng: w + rng.normal(size=w.shape),
        rng=1,
        keep="last",
    )
    assert walk.points.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / len(crowd)))


def test_c10_momentum_multiplies_the_noise_unless_the_rate_is_cut():
    plain = theory.noise_variance(0.1, 1.0)
    assert theory.noise_variance(0.1, 1.0, beta=0.9) / plain == pytest.approx(10, rel=0.03)
    assert theory.noise_variance(0.01, 1.0, beta=0.9) / plain == pytest.approx(1, rel=0.05)


def test_c11_the_same_rate_over_batch_has_the_same_floor():
    rates, batches = np.array([0.02, 0.08, 0.32]), np.array([1, 4, 16])
    same = theory.noise_floor(rates, 1.0, batch=batches)
    assert same.max() / same.min() < 1.2
    falling = theory.noise_floor(0.02, 1.0, batch=batches)
    assert_allclose(falling[0] / falling, [1, 4, 16])
    assert_allclose(np.array([0.0099, 0.0022, 0.0006]) / 0.0099, falling / falling[0], atol=0.03)
    assert theory.noise_scale(0.02, 1, 512) == pytest.approx(theory.noise_scale(0.08, 4, 512), rel=0.01)


def test_c12_mini_batch_variance_and_what_is_never_seen():
    samples = np.random.default_rng(0).normal(size=40)
    rng = np.random.default_rng(1)
    alone = [rng.choice(samples, 10, replace=False).mean() for _ in range(20_000)]
    again = rng.choice(samples, (20_000, 10)).mean(axis=1)
    assert np.var(alone) == pytest.approx(theory.batch_variance(samples.var(), 10, 40), rel=0.05)
    assert np.var(again) == pytest.approx(theory.batch_variance(samples.var(), 10), rel=0.05)
    assert theory.batch_variance(samples.var(), 40, 40) == 0
    assert theory.unseen_share(10**6) == pytest.approx(0.368, abs=5e-4)
    assert 1 - theory.unseen_share(100) == pytest.approx(0.634, abs=5e-4)
    assert theory.seen_once_share(100) == pytest.approx(0.370, abs=5e-4)


def test_c13_linear_scaling():
    assert theory.linear_scaling(0.1, 256, 8192) == pytest.approx(3.2)
    climb = WarmUp(steps=5)(np.arange(7))
    assert_allclose(climb, [0.2, 0.4, 0.6, 0.8, 1, 1, 1])


# ---- C-14, C-15: saddles and wells


@pytest.mark.parametrize(("n", "chance"), [(1, 0.5), (2, 0.1464), (3, 0.0249)])
def test_c14_a_random_critical_point_is_seldom_a_minimum(n, chance):
    assert theory.chance_of_minimum(n) == pytest.approx(chance, abs=5e-5)


@pytest.mark.parametrize(
    ("optimizer", "steps"), [(GradientDescent(rate=0.1), 242), (Momentum(rate=0.1, beta=0.9), 86), (Adam(rate=0.1), 13)]
)
def test_c14_steps_to_leave_a_ridge(optimizer, steps):
    path = descend(LANDSCAPES["horse-saddle"], optimizer, [0, 1e-10], steps=steps)
    assert_array_equal(np.abs(path.points[[-2, -1], 1]) >= 1, [False, True])


def test_c14_predictions():
    assert theory.escape_steps(1e-10, 1, 0.1, -1) == pytest.approx(241.6, abs=0.05)
    assert round(theory.escape_steps(1e-10, 1, 0.1, -1, 0.9)) == 84
    assert theory.heavy_ball_contraction(0.1, 0.9, -1) == pytest.approx(1.3162, abs=5e-5)


def test_c14_exactly_on_the_ridge_nothing_leaves():
    for optimizer in (GradientDescent(rate=0.1), Momentum(rate=0.1, beta=0.9), Adam(rate=0.1)):
        path = descend(LANDSCAPES["horse-saddle"], optimizer, [1, 0], steps=1000, keep="last")
        assert path.points[-1, 1] == 0.0


def test_c14_bounded_saddle():
    path = descend(LANDSCAPES["bounded-saddle"], GradientDescent(rate=0.1), [0, 1e-10], steps=300)
    y = path.points[:, 1]
    assert ((y > 0.5).argmax(), (y > 0.99).argmax()) == (236, 260)


def test_c15_the_wells():
    (deep,), (shallow,) = WELL.minima
    assert_allclose([deep, shallow], [-1.036, 0.960], atol=5e-4)
    assert_allclose(WELL.value(WELL.minima), [-0.305, 0.294], atol=5e-4)
    hill = np.array([0.07542915856974822])
    assert WELL.grad(hill) == pytest.approx(0, abs=1e-15)
    assert WELL.hessian(hill) < 0


@pytest.mark.parametrize(
    ("well", "start", "rate", "betas", "deep"),
    [
        (WELL, 2.0, 0.05, [0, 0.8, 0.85, 0.9], [False, True, False, True]),
        (WELL, -1.9, 0.01, [0, 0.9], [True, False]),  # thrown out of the deeper well
        (WELL_RIGHT, -2.0, 0.05, [0, 0.8, 0.85, 0.9], [False, True, False, True]),
    ],
)
def test_c15_momentum_may_leave_either_well(well, start, rate, betas, deep):
    path = descend(well, Momentum(rate=rate, beta=np.array(betas, float)), start, steps=2500, keep="last")
    wells = np.where(deep, well.minima[0], well.minima[1])
    assert_allclose(path.points[-1, :, 0], wells, atol=1e-9)


@pytest.mark.parametrize(
    ("rate", "betas", "percent"), [(0.01, [0, 0.9], [51.9, 56.0]), (0.1, [0, 0.9, 0.95], [53.8, 50.8, 48.6])]
)
def test_c15_shares_of_2001_even_starts(rate, betas, percent):
    starts = np.linspace(-2, 2, 2001)[:, None]
    path = descend(WELL, Momentum(rate=rate, beta=np.array(betas, float)), starts, steps=800, keep="last")
    deep = np.abs(path.points[-1, ..., 0] - WELL.minima[0]) < 0.5
    assert_allclose(100 * deep.mean(axis=1), percent, atol=0.05)
