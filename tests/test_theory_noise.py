"""Predictions about chance, saddles, Adam and rounding, against exact enumeration and simulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gdcourse import theory


@given(st.floats(0.01, 5), st.floats(0.1, 4), st.floats(0, 0.95), st.floats(0.01, 0.95), st.integers(1, 64))
def test_noise_variance_solves_the_covariance_equation(variance, eigenvalue, beta, share, batch):
    # (w, v) ← A (w, v) + noise, v ← βv − α(λw + noise), w ← w + v: the covariance C solves C = A C Aᵀ + Q
    rate = share * theory.heavy_ball_critical_rate(eigenvalue, beta)
    a = np.array([[1 - rate * eigenvalue, beta], [-rate * eigenvalue, beta]])
    q = np.full((2, 2), rate**2 * variance / batch)
    covariance = np.linalg.solve(np.eye(4) - np.kron(a, a), q.ravel())
    predicted = theory.noise_variance(rate, eigenvalue, variance, beta=beta, batch=batch)
    assert predicted == pytest.approx(covariance[0], rel=1e-6)
    floor = theory.noise_floor(rate, eigenvalue, variance, beta=beta, batch=batch)
    assert floor == pytest.approx(eigenvalue * covariance[0] / 2, rel=1e-6)


def test_noise_never_settles_at_a_critical_rate():
    assert theory.noise_variance(2.0, 1.0) == theory.noise_variance(3.0, 1.0) == np.inf
    assert theory.noise_variance(3.0, 1.0, beta=0.9) < np.inf
    assert theory.noise_variance(0.1, 1.0, beta=1.0) == np.inf


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_batch_variance_counts_every_batch(batch):
    samples = np.array([1.0, 4.0, -2.0, 7.5, 0.0])
    alone = np.mean([np.mean(c) ** 2 for c in itertools.combinations(samples - samples.mean(), batch)])
    assert theory.batch_variance(samples.var(), batch, 5) == pytest.approx(alone, abs=1e-14)
    again = np.mean([np.mean(c) ** 2 for c in itertools.product(samples - samples.mean(), repeat=batch)])
    assert theory.batch_variance(samples.var(), batch) == pytest.approx(again)


def test_batch_of_everything_has_no_noise_and_no_batch_is_larger():
    assert theory.batch_variance(3.0, 5, 5) == theory.batch_variance(3.0, 1, 1) == 0
    with pytest.raises(ValueError, match="batch must not exceed population"):
        theory.batch_variance(3.0, 6, 5)


@pytest.mark.parametrize("population", [1, 2, 3, 4])
def test_seen_shares_count_every_sequence_of_draws(population):
    draws = list(itertools.product(range(population), repeat=population))
    assert theory.unseen_share(population) == pytest.approx(np.mean([0 not in draw for draw in draws]))
    assert theory.seen_once_share(population) == pytest.approx(np.mean([draw.count(0) == 1 for draw in draws]))


def test_noise_scale_and_linear_scaling():
    assert theory.noise_scale(0.1, 10, 1000) == pytest.approx(9.9)
    assert theory.noise_scale(0.1, 1000, 1000) == 0
    assert theory.linear_scaling(0.1, 256, 8192) == pytest.approx(3.2)
    scaled = theory.linear_scaling(0.1, 10, 40)
    assert theory.noise_scale(scaled, 40, 10**6) == pytest.approx(theory.noise_scale(0.1, 10, 10**6), rel=1e-4)


@given(
    st.integers(1, 300), st.floats(0, 0.99), st.floats(0.5, 0.9999), st.floats(-1e3, 1e3).filter(lambda g: abs(g) > 1)
)
def test_adam_uncorrected_factor_is_what_the_two_means_give(step, beta1, beta2, gradient):
    m = v = 0.0
    for _ in range(step):
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
    expected = abs(m) / np.sqrt(v)
    assert theory.adam_uncorrected_factor(step, beta1, beta2) == pytest.approx(expected, rel=1e-6)


def test_adam_first_step_has_the_length_of_the_rate():
    gradients = np.array([-1e3, -1.0, 1e-3, 1.0, 1e3])
    assert_allclose(theory.adam_first_step(0.1, gradients), -0.1 * np.sign(gradients), rtol=2e-5)
    assert theory.adam_first_step(0.1, 0.0) == 0
    assert theory.adam_first_step(0.1, 1e-8) == pytest.approx(-0.05)


def test_central_difference_model_follows_the_error_and_finds_its_least():
    x = np.linspace(0, 2 * np.pi, 2000)  # |sin| and |cos| reach 1 somewhere, so the model's worst case is met
    for width in 10.0 ** np.arange(-9, 0):
        error = np.abs((np.sin(x + width) - np.sin(x - width)) / (2 * width) - np.cos(x)).max()
        model = theory.central_difference_error(width, 1.0, 1.0)
        assert model / 10 < error < model * 5  # the rounding of x ± width is not in the model
    widths = np.geomspace(1e-8, 1e-2, 4000)
    least = widths[np.argmin(theory.central_difference_error(widths, 0.84, 0.54))]
    assert theory.central_difference_best_width(0.84, 0.54) == pytest.approx(least, rel=0.01)
    assert theory.central_difference_best_width(1.0, 0.0) == np.inf
