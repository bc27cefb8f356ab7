"""The numbers that the lessons show about descent and momentum, each computed twice: predicted and walked."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent, Momentum, Nesterov

PARABOLA, SQUARE = LANDSCAPES["parabola"], LANDSCAPES["square"]


def first_step_below(path, radius):
    """The first row whose point is nearer to the origin than the radius, for every run."""
    near = np.linalg.norm(path.points, axis=-1) < radius
    assert near[-1].all(), "some run never came near"
    return near.argmax(axis=0)


# ---- C-1: the parabola walk


@pytest.mark.parametrize(
    ("rate", "w", "loss", "ratio"),
    [
        (0.3, [3.6, 2.64, 2.256, 2.1024, 2.04096], [2.56, 0.4096, 0.065536, 0.01048576, 0.0016777216], 0.16),
        (
            1.2,
            [-3.6, 9.84, -8.976, 17.3664, -19.51296],
            [31.36, 61.4656, 120.472576, 236.12624896, 462.8074479616],
            1.96,
        ),
    ],
)
def test_c1_the_parabola_walk(rate, w, loss, ratio):
    path = descend(PARABOLA, GradientDescent(rate=rate), steps=5)
    assert_allclose(path.points[:, 0], [6, *w], rtol=1e-13)
    assert_allclose(path.values, [16, *loss], rtol=1e-11)
    assert_allclose(path.values[1:] / path.values[:-1], ratio)
    assert_allclose(theory.position_after(np.arange(6), 6, rate, 2, 2), path.points[:, 0], rtol=1e-13)
    assert_allclose(theory.loss_after(np.arange(6), 6, rate, 2, 2), path.values, rtol=1e-12)
    assert theory.contraction(rate, 2) ** 2 == pytest.approx(ratio)


def test_c1_regimes_of_the_parabola():
    L = theory.curvature(PARABOLA).L
    assert (L, theory.critical_rate(L)) == (2, 1)
    words = ["monotone", "exact", "overshooting", "cycling", "divergent"]
    assert_array_equal(theory.regime([0.3, 0.5, 0.9, 1.0, 1.2], L), words)
    path = descend(PARABOLA, GradientDescent(rate=np.array([0.5, 0.9, 1.0])), steps=4)
    assert_allclose(path.points[1:4, 1, 0], [-1.2, 4.56, -0.048], atol=1e-12)
    assert_array_equal(path.points[:, 0, 0], [6, 2, 2, 2, 2])
    assert_array_equal(path.points[:, 2, 0], [6, -2, 6, -2, 6])


@pytest.mark.parametrize(("rate", "times"), [(0.3, 14.8), (0.45, 24.4), (0.9, 1.12)])
def test_c1_a_rate_ten_times_smaller_does_not_take_ten_times_as_long(rate, times):
    steps = theory.steps_to(1e-6, theory.contraction(np.array([rate, rate / 10]), 2))
    assert round(steps[1] / steps[0], 2 if times < 2 else 1) == times


@pytest.mark.parametrize(("rate", "steps"), [(0.01, 297), (0.1, 27), (0.5, 1), (0.0001, 29955)])
def test_c1_steps_from_minus_four_to_a_hundredth(rate, steps):
    assert np.ceil(theory.steps_to(0.01 / 4, theory.contraction(rate, 2))) == steps
    if steps < 1000:
        path = descend(SQUARE, GradientDescent(rate=rate), -4, steps=steps)
        assert first_step_below(path, 0.01) == steps


def test_c1_the_rate_of_one_goes_to_and_fro_for_ever():
    path = descend(SQUARE, GradientDescent(rate=1.0), -4, steps=1000)
    assert_array_equal(path.points[:4, 0], [-4, 4, -4, 4])
    assert set(path.values) == {16.0}


def test_one_step_by_hand():
    w, _ = GradientDescent(rate=0.1).step(np.array([3.0]), np.array([2.5]), ())
    assert_array_equal(w, [2.75])


def test_one_neuron():
    neuron = LANDSCAPES["one-neuron"]
    path = descend(neuron, GradientDescent(rate=np.array([0.05, 0.1, 0.15, 0.2, 0.25])), [1, 0], steps=40)
    assert_allclose(path.values[0], 4)
    assert_allclose(path.values[1], [1, 0, 1, 4, 9], atol=1e-12)
    assert_allclose(path.values[:, 3], 4)
    assert (np.diff(path.values[:, 4]) > 0).all()
    L = theory.curvature(neuron).L
    words = ["monotone", "exact", "overshooting", "cycling", "divergent"]
    assert_array_equal(theory.regime([0.05, 0.1, 0.15, 0.2, 0.25], L), words)
    # with ½ in the loss the curvature is 5, and the error of 2 stands 2/√5 away along it: loss 2 -> ½
    assert_allclose(theory.loss_after([0, 1], 2 / np.sqrt(5), 0.1, 5), [2, 0.5])


# ---- C-2, C-3, C-4: rates


@pytest.mark.parametrize(
    ("rate", "steps"), [(0.01, 1375), (0.05, 269), (0.1, 131), (2 / 11, 69), (0.19, 131), (0.199, 1375), (0.2, np.inf)]
)
def test_c2_larger_is_not_faster_near_the_edge(rate, steps):
    predicted = theory.steps_to(1e-6, theory.worst_contraction(rate, 10, 1))
    assert np.round(predicted) == steps
    if np.isfinite(predicted):
        path = descend(quadratic((1, 10)), GradientDescent(rate=rate), [[1, 0], [0, 1]], steps=int(predicted) + 2)
        assert first_step_below(path, 1e-6).max() == np.ceil(predicted)


def test_c2_best_rate_and_the_safe_rate():
    assert theory.best_rate(10, 1) == pytest.approx(2 / 11)
    assert theory.best_contraction(10) == pytest.approx(9 / 11)
    assert theory.worst_contraction(1 / 10, 10, 1) == pytest.approx(1 - 1 / 10)


def test_c3_the_bound_is_best_at_one_over_l():
    rates = np.linspace(0, 0.5, 501)
    bound = theory.descent_lemma_bound(1.0, 1.0, rates, 4.0)
    assert rates[bound.argmin()] == pytest.approx(1 / 4)
    assert_allclose(bound[[0, 500]], 1)


def test_c4_the_house_prices_by_one_eigenvalue():
    largest, kappa = 2.18245e6, 5.86e7
    assert theory.critical_rate(largest) == pytest.approx(9.1640e-7, rel=1e-5)
    assert theory.regime(9e-7, largest) == "overshooting"
    assert theory.regime(9.9e-7, largest) == "divergent"
    slowest = theory.worst_contraction(9e-7, largest, largest / kappa)
    assert theory.steps_to(1e-6, slowest) == pytest.approx(4.1e8, rel=0.01)
    assert theory.critical_rate(2.1043) == pytest.approx(0.950, abs=5e-4)
    best = theory.best_rate(2.1043, 0.3347)
    assert theory.worst_contraction(best, 2.1043, 0.3347) == pytest.approx(theory.best_contraction(6.29), abs=5e-4)
    assert round(theory.steps_to(1e-6, theory.worst_contraction(0.9, 2.1043, 0.3347))) == 123


def test_c4_two_houses():
    x = np.array([1.0, 2.0])
    hessian = np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
    mu, L = np.linalg.eigvalsh(hessian)
    assert_allclose([mu, L], [0.0729, 3.4271], atol=5e-5)
    assert L / mu == pytest.approx(46.98, abs=5e-3)
    assert theory.critical_rate(L) == pytest.approx(0.5836, abs=5e-5)
    assert theory.best_rate(L, mu) == pytest.approx(0.5714, abs=5e-5)
    assert theory.regime(0.8, L) == "divergent"


# ---- C-5, C-6: heavy ball


@pytest.mark.parametrize(("kappa", "plain", "ball"), [(10, 69, 21), (100, 691, 69), (1000, 6908, 218)])
def test_c5_asymptotic_steps(kappa, plain, ball):
    assert round(theory.steps_to(1e-6, theory.best_contraction(kappa))) == plain
    assert round(theory.steps_to(1e-6, theory.heavy_ball_best_contraction(kappa))) == ball


def test_c5_heavy_ball_steps_measured():
    ravine, starts = LANDSCAPES["ravine"], [[1, 0], [np.sqrt(0.5), np.sqrt(0.5)], [0, 1]]
    rate, beta = map(float, theory.heavy_ball_best(100, 1))
    ball = descend(ravine, Momentum(rate=rate, beta=beta), starts, steps=120)
    assert_array_equal(first_step_below(ball, 1e-6), [83, 93, 95])  # the double root costs 14 to 26 steps over 69
    plain = descend(ravine, GradientDescent(rate=theory.best_rate(100, 1)), starts, steps=700)
    assert_array_equal(first_step_below(plain, 1e-6), [691, 691, 691])


def test_c5_pairs_and_limits():
    assert_allclose(theory.heavy_ball_best(100, 1), [(2 / 11) ** 2, (9 / 11) ** 2])
    assert_allclose(theory.nesterov_standard(100, 1), [1 / 100, 9 / 11])
    assert theory.heavy_ball_critical_rate(1, 0.9) == pytest.approx(3.8)
    assert theory.average_form_critical_rate(1, 0.9) == pytest.approx(38)
    assert theory.nesterov_critical_rate(1, 0.9) == pytest.approx(3.8 / 2.8)
    assert theory.heavy_ball_contraction(0.5, 0.81, 1) == pytest.approx(0.9)  # √β, not 2√β
    assert theory.critical_damping(0.25, 1) == 0.25


@pytest.mark.parametrize("optimizer", [Momentum, Nesterov])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_c5_optimizers_diverge_just_above_their_critical_rate(optimizer, beta):
    limit = theory.heavy_ball_critical_rate if optimizer is Momentum else theory.nesterov_critical_rate
    rates = limit(2.0, beta) * np.array([0.97, 1.03])
    size = np.abs(descend(SQUARE, optimizer(rate=rates, beta=beta), 1, steps=1500, keep="last").points[-1, :, 0])
    assert size[0] < 1e-3
    assert not size[1] < 1e3


def test_c6_heavy_ball_cycles_on_a_convex_function():
    kinked, (rate, beta) = LANDSCAPES["kinked"], theory.heavy_ball_best(25, 1)
    assert_allclose([rate, beta], [1 / 9, 4 / 9])
    ball = descend(kinked, Momentum(rate=1 / 9, beta=4 / 9), [[3.3], [3.0], [5.0]], steps=3000, keep=3)
    cycle = np.array([792, -2208, 2592]) / 1225
    assert_allclose(np.sort(ball.points[:, 0, 0]), np.sort(cycle), rtol=1e-9)
    assert_allclose(cycle, [0.6465, -1.8024, 2.1159], atol=5e-5)
    assert_allclose(ball.points[:, 1:], 0, atol=1e-12)
    plain = descend(kinked, GradientDescent(rate=theory.best_rate(25, 1)), 3.3, steps=500, keep="last")
    assert_allclose(plain.points, 0, atol=1e-12)


# ---- C-7, C-8, C-9: directions and edges


@pytest.mark.parametrize(("kappa", "degrees"), [(10, 54.9), (100, 78.6), (1000, 86.4)])
def test_c7_downhill_is_not_towards_the_minimum(kappa, degrees):
    assert np.degrees(theory.largest_angle(kappa)) == pytest.approx(degrees, abs=0.05)
    worst = np.array([1.0, 1 / np.sqrt(kappa)])
    assert np.degrees(theory.angle_to_minimum(quadratic((1, kappa)), worst)) == pytest.approx(degrees, abs=0.05)


def test_c7_exact_line_search_zigzags():
    ravine, w = LANDSCAPES["ravine"], np.array([100.0, 1.0])
    for _ in range(10):
        g, before = ravine.grad(w), ravine.value(w)
        w = w - (g @ g) / (g @ ravine.hessian(w) @ g) * g
        assert ravine.value(w) / before == pytest.approx(0.960788, abs=5e-7)
    assert theory.line_search_contraction(100) == pytest.approx(0.960788, abs=5e-7)


def test_c8_sharpness_at_the_edge_of_stability():
    rate = 0.02  # the critical rate of L is the critical curvature of the rate
    assert theory.critical_rate(rate) == pytest.approx(2 / rate)
    assert theory.heavy_ball_critical_rate(rate, 0.9) == pytest.approx((2 + 2 * 0.9) / rate)
    assert theory.nesterov_critical_rate(rate, 0.9) == pytest.approx((2 + 2 * 0.9) / (rate * (1 + 2 * 0.9)))
    assert theory.average_form_critical_rate(rate, 0.9) == pytest.approx(38 / rate)


def test_c9_a_large_rate_chooses_a_flatter_minimum():
    rates = np.array([0.1, 0.12, 0.125, 0.13, 0.14, 0.15, 0.17, 0.2, 0.22, 0.25])
    weights = LANDSCAPES["two-weights"]
    path = descend(weights, GradientDescent(rate=rates), [4, 0.1], steps=3000)
    assert_array_equal(path.diverged, rates == 0.25)
    sharpness = weights.curvatures(path.points[-1, :-1])[:, -1]
    assert_allclose(sharpness, [16.02, 15.65, 15.12, 14.17, 11.86, 9.44, 4.81, 2.003, 5.79], atol=0.006)
    assert (sharpness < theory.critical_rate(rates[:-1])).all()
    assert_allclose(path.values[-1, :-1], 0, atol=1e-20)
    catapult = path.values[:, 7]
    assert (catapult[0], catapult.max()) == (pytest.approx(0.18), pytest.approx(13.5, abs=0.05))
