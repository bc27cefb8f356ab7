"""Predictions against what they predict: each formula is compared with a plain simulation, a matrix, or a count."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.landscapes import LANDSCAPES, quadratic

curvatures = st.floats(1e-6, 1e6)
shares = st.floats(0, 1)


# ---- gradient descent


@given(curvatures)
def test_regime_names_the_two_exact_rates(L):
    assert theory.regime(1 / L, L) == "exact"
    assert theory.regime(2 / L, L) == theory.regime(theory.critical_rate(L), L) == "cycling"


@given(st.floats(0.01, 4), curvatures)
def test_regime_is_what_a_walk_does(product, L):
    assume(abs(product - 1) > 1e-9)
    assume(abs(product - 2) > 1e-9)
    error, signs = 1.0, []
    for _ in range(6):
        step = error - product / L * L * error
        signs.append(np.sign(step) * np.sign(error))
        shrinking, error = abs(step) < abs(error), step
    expected = "divergent" if not shrinking else "monotone" if signs[0] > 0 else "overshooting"
    assert theory.regime(product / L, L) == expected


def test_regime_of_arrays_and_next_to_the_edges():
    words = theory.regime([0.3, 0.5, 0.9, 1.0, 1.2], 2)
    assert_array_equal(words, ["monotone", "exact", "overshooting", "cycling", "divergent"])
    assert type(theory.regime(0.3, 2)) is str
    assert theory.regime([[0.1], [0.9]], [1.0, 2.0, 3.0]).shape == (2, 3)
    for edge, below, above in [(1, "monotone", "overshooting"), (2, "overshooting", "divergent")]:
        assert theory.regime(edge * (1 - 1e-13), 1) == below
        assert theory.regime(edge * (1 + 1e-13), 1) == above


@given(st.integers(0, 40), st.floats(-5, 5), st.floats(0.01, 2.5), st.floats(0.1, 1), st.floats(-3, 3))
def test_position_and_loss_after_k_steps(steps, start, rate, eigenvalue, minimum):
    w = start
    for _ in range(steps):
        w = w - rate * eigenvalue * (w - minimum)
    scale = 1 + abs(w)
    assert theory.position_after(steps, start, rate, eigenvalue, minimum) == pytest.approx(w, abs=1e-9 * scale)
    loss = 0.5 * eigenvalue * (w - minimum) ** 2
    left = theory.loss_after(steps, start, rate, eigenvalue, minimum)
    assert left == pytest.approx(loss, rel=1e-6, abs=1e-9)


@given(st.floats(0.01, 10), st.floats(1, 1000))
def test_best_rate_is_best(mu, kappa):
    L = mu * kappa
    best = theory.worst_contraction(theory.best_rate(L, mu), L, mu)
    assert best == pytest.approx(theory.best_contraction(kappa), abs=1e-12)
    assert (theory.worst_contraction(np.linspace(0.01, 2, 500) / L, L, mu) >= best - 1e-12).all()


@given(st.floats(-0.999, 0.999), st.floats(1e-9, 1.5))
def test_steps_to_rounds_up_to_the_first_whole_step(contraction, factor):
    steps = theory.steps_to(factor, contraction)
    first = int(np.ceil(steps))
    assert abs(contraction) ** first <= factor * (1 + 1e-9)
    assert first == 0 or abs(contraction) ** (first - 1) >= factor * (1 - 1e-9)


def test_steps_to_at_the_ends():
    assert_array_equal(theory.steps_to(1e-6, [1.0, -1.0, 1.5, 0.0]), [np.inf, np.inf, np.inf, 1.0])
    assert theory.steps_to(1.0, 1.0) == theory.steps_to(2.0, 0.5) == 0.0


@pytest.mark.parametrize("landscape", [LANDSCAPES["kinked"], quadratic((1, 5, 20), 0.7)], ids=lambda x: x.name)
def test_descent_lemma_bounds_every_step(landscape):
    L = theory.curvature(landscape).L
    w = np.random.default_rng(0).normal(scale=3, size=(400, landscape.dimension))
    gradient = landscape.grad(w)
    for rate in np.linspace(0, 3 / L, 30):
        bound = theory.descent_lemma_bound(landscape.value(w), np.linalg.norm(gradient, axis=-1), rate, L)
        assert (landscape.value(w - rate * gradient) <= bound + 1e-9 * (1 + np.abs(bound))).all()
        if 0 < rate < 2 / L:
            assert (bound < landscape.value(w)).all()


def test_descent_lemma_is_sharp_along_the_steepest_direction():
    ravine = LANDSCAPES["ravine"]
    bound = theory.descent_lemma_bound(ravine.value([0, 2]), 200.0, 0.007, 100)
    assert ravine.value(np.array([0, 2.0]) - 0.007 * ravine.grad([0, 2])) == pytest.approx(bound)


def huber_slope(w):
    """The slope of w²/2 near zero and |w| − ½ beyond 1: convex, L = 1."""
    return np.clip(w, -1, 1)


def test_convex_and_gradient_bounds_hold_and_are_not_far_away():
    w, start, shares_of_bound, least = 50.0, 50.0, [], np.inf
    for k in range(1, 200):
        least = min(least, huber_slope(w) ** 2)
        w = w - huber_slope(w)
        loss = w**2 / 2 if abs(w) < 1 else abs(w) - 0.5
        shares_of_bound.append(loss / theory.convex_bound(start, 1.0, k))
        assert least <= theory.gradient_bound(start - 0.5, 1.0, k)
    assert 0.48 < max(shares_of_bound) < 0.5


@pytest.mark.parametrize("kappa", [1.0, 1.5, 10.0, 1000.0])
def test_largest_angle_is_reached_and_not_passed(kappa):
    landscape = quadratic((1.0, kappa), 0.3)
    turn = np.linspace(0, np.pi, 200001)
    angles = theory.angle_to_minimum(landscape, np.stack([np.cos(turn), np.sin(turn)], axis=-1))
    assert angles.max() == pytest.approx(theory.largest_angle(kappa), abs=1e-6)
    assert theory.largest_angle(kappa) == pytest.approx(np.arccos(2 * np.sqrt(kappa) / (kappa + 1)), abs=1e-7)


def test_angle_to_minimum_by_hand():
    ravine = LANDSCAPES["ravine"]
    assert theory.angle_to_minimum(ravine, [1.0, 0.0]) == 0
    assert theory.angle_to_minimum(ravine, [1.0, 1.0], minimum=(1.0, 2.0)) == pytest.approx(np.pi - np.arctan2(1, 100))
    assert np.isnan(theory.angle_to_minimum(ravine, [0.0, 0.0]))
    with pytest.raises(ValueError, match="horse-saddle lists no minimum"):
        theory.angle_to_minimum(LANDSCAPES["horse-saddle"], [1.0, 1.0])


def test_line_search_contraction_is_the_worst_case():
    L, mu = 20.0, 1.0
    turn = np.linspace(0.001, np.pi, 50000)
    g = np.array([mu, L])[:, None] * np.array([np.cos(turn), np.sin(turn)])
    before = 0.5 * (g**2 / np.array([mu, L])[:, None]).sum(axis=0)
    gain = 0.5 * (g**2).sum(axis=0) ** 2 / (np.array([mu, L])[:, None] * g**2).sum(axis=0)
    assert ((before - gain) / before).max() == pytest.approx(theory.line_search_contraction(L / mu), abs=1e-6)


def test_curvature_of_landscapes():
    assert tuple(theory.curvature(LANDSCAPES["ravine"])) == (100.0, 1.0, 100.0)
    assert theory.curvature(LANDSCAPES["square"], -4).L == 2
    assert theory.curvature(LANDSCAPES["one-neuron"]).kappa == np.inf
    assert np.isnan(theory.curvature(LANDSCAPES["horse-saddle"]).kappa)
    crowd = theory.curvature(LANDSCAPES["two-weights"], [[1.0, 1.0], [4.0, 0.25]])
    assert_allclose(crowd.L, [2, 16.0625])


# ---- momentum


def companion_radius(total, product):
    """The spectral radius of [[total, −product], [1, 0]], whose eigenvalues are the roots of z² − total·z + product."""
    return np.abs(np.linalg.eigvals(np.array([[total, -product], [1.0, 0.0]]))).max()


@given(st.floats(0, 3), shares, st.floats(-2, 2))
def test_momentum_contractions_are_spectral_radii(rate, beta, eigenvalue):
    heavy = companion_radius(1 + beta - rate * eigenvalue, beta)
    assert theory.heavy_ball_contraction(rate, beta, eigenvalue) == pytest.approx(heavy, abs=1e-6)
    shrink = 1 - rate * eigenvalue
    nesterov = companion_radius((1 + beta) * shrink, beta * shrink)
    assert theory.nesterov_contraction(rate, beta, eigenvalue) == pytest.approx(nesterov, abs=1e-6)
    plain = abs(theory.contraction(rate, eigenvalue))
    assert theory.heavy_ball_contraction(rate, 0, eigenvalue) == pytest.approx(plain)


@given(st.floats(0.01, 0.98), st.floats(0.1, 50), st.floats(0.02, 3))
def test_critical_rates_of_momentum_part_stable_from_unstable(beta, L, share):
    assume(abs(share - 1) > 1e-3)
    heavy = theory.heavy_ball_contraction(share * theory.heavy_ball_critical_rate(L, beta), beta, L)
    nesterov = theory.nesterov_contraction(share * theory.nesterov_critical_rate(L, beta), beta, L)
    assert (heavy < 1) == (nesterov < 1) == (share < 1)
    assert theory.heavy_ball_critical_rate(L, 0) == theory.nesterov_critical_rate(L, 0) == theory.critical_rate(L)


@pytest.mark.parametrize("kappa", [2.0, 10.0, 100.0, 1000.0])
def test_best_pairs_have_their_contraction_and_no_pair_is_better(kappa):
    mu, L = 0.5, 0.5 * kappa
    spectrum = np.geomspace(mu, L, 200)
    rates = np.linspace(0.05, 4, 120)[:, None, None] / L
    betas = np.linspace(0, 0.995, 120)[:, None]
    for best, contraction, predicted, tolerance in [
        (theory.heavy_ball_best, theory.heavy_ball_contraction, theory.heavy_ball_best_contraction, 1e-6),
        (theory.nesterov_best, theory.nesterov_contraction, theory.nesterov_best_contraction, 1e-6),
    ]:
        rate, beta = best(L, mu)
        assert contraction(rate, beta, spectrum).max() == pytest.approx(predicted(kappa), abs=tolerance)
        assert contraction(rates, betas, np.array([mu, L])).max(axis=-1).min() >= predicted(kappa) - 1e-9
    rate, beta = theory.nesterov_standard(L, mu)
    standard = theory.nesterov_contraction(rate, beta, spectrum).max()
    assert standard == pytest.approx(theory.nesterov_standard_contraction(kappa), abs=1e-7)


@given(st.floats(0.01, 0.9))
def test_critical_damping_parts_creeping_from_oscillating(product):
    beta = theory.critical_damping(product, 1.0)
    assert (1 + beta - product) ** 2 == pytest.approx(4 * beta, abs=1e-12)
    at = theory.heavy_ball_contraction(product, beta, 1.0)
    assert at == pytest.approx(np.sqrt(beta), abs=1e-7)
    assert theory.heavy_ball_contraction(product, beta * 1.01 + 1e-6, 1.0) > at
    assert theory.heavy_ball_contraction(product, beta * 0.99, 1.0) > at or beta < 1e-9


def test_average_form_repeats_the_heavy_ball():
    rate, beta, curvature = 0.03, 0.9, 2.0
    w = average = 1.0
    v = mean = 0.0
    for _ in range(50):
        v = beta * v - rate * curvature * w
        w += v
        mean = beta * mean + (1 - beta) * curvature * average
        average -= theory.average_form_rate(rate, beta) * mean
    assert average == pytest.approx(w, rel=1e-9)
    limit = theory.average_form_rate(theory.heavy_ball_critical_rate(curvature, beta), beta)
    assert theory.average_form_critical_rate(curvature, beta) == pytest.approx(limit)
