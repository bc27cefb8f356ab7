"""What theory says of saddles and sharp minima, held to walks, to random matrices and to exact conservation laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent, Momentum


@given(st.floats(-12, -1), st.floats(0.01, 0.5), st.floats(-3, -0.1), st.sampled_from([0.0, 0.5, 0.9]))
def test_escape_steps_are_those_of_a_walk(exponent, rate, eigenvalue, beta):
    offset, v, steps = 10.0**exponent, 0.0, 0
    y = offset
    while y < 1:
        v = beta * v - rate * eigenvalue * y
        y, steps = y + v, steps + 1
    predicted = theory.escape_steps(offset, 1.0, rate, eigenvalue, beta)
    if beta == 0:
        assert abs(steps - np.ceil(predicted)) <= 1
        assert predicted <= steps + 1e-9
    else:  # the ball starts at rest, so the growing root has only a share of the offset
        assert predicted <= steps + 1e-9
        growth = theory.heavy_ball_contraction(rate, beta, eigenvalue)
        share = (growth - beta) / (growth - beta / growth)
        assert abs(steps - np.log(1 / (share * offset)) / np.log(growth)) <= 1.5


def test_escape_steps_at_the_ends():
    assert theory.escape_steps(0.0, 1.0, 0.1, -1.0) == np.inf
    assert theory.escape_steps(2.0, 1.0, 0.1, -1.0) == 0.0
    with pytest.raises(ValueError, match="eigenvalue must be negative"):
        theory.escape_steps(1e-3, 1.0, 0.1, 1.0)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_chance_of_minimum_is_what_random_matrices_have(dimension):
    n = 200_000
    entries = np.random.default_rng(0).normal(size=(n, dimension, dimension))
    share = (np.linalg.eigvalsh(entries + np.swapaxes(entries, -1, -2))[:, 0] > 0).mean()
    p = theory.chance_of_minimum(dimension)
    assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / n)
    assert dimension == 1 or p < 0.5**dimension


@pytest.mark.parametrize("dimension", [0, 4, 1.5, "2", np.nan, [1, 2], None, True])
def test_chance_of_minimum_refuses_with_a_sentence(dimension):
    with pytest.raises((ValueError, TypeError), match=r"^dimension must .* came: "):
        theory.chance_of_minimum(dimension)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("offset", "deviation"), [(1e-6, 0.0), (0.0, 1e-6), (1e-6, 1e-6), (1e-9, 1e-5)])
def test_ridge_amplitude_is_the_size_of_a_crowd(beta, offset, deviation):
    crowd, steps = np.full((4000, 1), offset), 60
    walk = descend(
        quadratic((-1.0,)),
        Momentum(0.1, beta),
        crowd,
        steps=steps,
        grad=lambda w, rng: -w + deviation * rng.normal(size=w.shape),
        rng=6,
        keep="last",
    )
    growth = theory.heavy_ball_contraction(0.1, beta, -1.0)
    measured = np.sqrt((walk.points**2).mean()) / growth**steps
    assert measured == pytest.approx(theory.ridge_amplitude(offset, 0.1, -1.0, beta, deviation), rel=0.04)


def test_ridge_amplitude_without_momentum_in_one_formula():
    c = theory.ridge_amplitude(3e-4, 0.1, -2.0, 0.0, 1e-3)
    assert c == pytest.approx(np.sqrt(9e-8 + 1e-6 * 0.1 / (2 * 2.2)))
    assert theory.ridge_amplitude(0.0, 0.1, -1.0) == 0
    assert theory.ridge_amplitude(0.25, 0.1, -1.0) == 0.25


@pytest.mark.parametrize(("offset", "rate"), [(1e-3, 0.01), (1e-6, 0.01), (1e-4, 0.003)])
def test_a_monkey_saddle_is_left_like_a_power_and_no_exponential(offset, rate):
    turn = theory.monkey_saddle_turn(offset, 1.5, rate)
    walk = descend(LANDSCAPES["monkey-saddle"], GradientDescent(rate), [1.5, offset], steps=int(1.5 * turn))
    x, y = walk.points.T
    assert (y > x).argmax() == pytest.approx(turn, rel=0.1)
    early = np.arange(int(turn / 4))
    growth = 1 + 3 * rate * 1.5 * early
    assert_allclose(y[early], offset * growth**2, rtol=0.15)
    assert theory.monkey_saddle_turn(0.0, 1.5, rate) == np.inf
    assert theory.monkey_saddle_turn(2.0, 1.5, rate) == 0


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.001, 0.5))
def test_the_imbalance_of_two_weights_changes_by_its_factor(u, v, rate):
    two = LANDSCAPES["two-weights"]
    w = np.array([u, v])
    new_u, new_v = w - rate * two.grad(w)
    factor = theory.imbalance_factor(rate, two.value(w))
    assert new_u**2 - new_v**2 == pytest.approx((u**2 - v**2) * factor, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("imbalance", [-15.99, -1.0, 0.0, 3.0])
def test_balanced_sharpness_is_the_hessians(imbalance):
    u = np.sqrt((imbalance + np.hypot(imbalance, 2)) / 2)  # u² − 1/u² = c
    assert LANDSCAPES["two-weights"].curvatures([u, 1 / u])[-1] == pytest.approx(theory.balanced_sharpness(imbalance))


def test_the_sharpness_limit_is_the_critical_rate_read_backwards():
    for beta in (0.0, 0.9):
        limit = theory.sharpness_limit(0.02, beta)
        assert theory.heavy_ball_critical_rate(limit, beta) == pytest.approx(0.02)
        for curvature, grows in ((0.99 * limit, False), (1.01 * limit, True)):
            path = descend(quadratic((curvature,)), Momentum(0.02, beta), 1.0, steps=3000, keep="last")
            assert bool(np.abs(path.points[-1, 0]) > 1 or path.diverged) is grows
