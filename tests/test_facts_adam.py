"""The numbers that the lessons show about momentum's conventions, Adam, schedules and differences."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import Adam, AMSGrad, GradientDescent, Momentum
from gdcourse.schedules import Cosine, InverseTime

# ---- C-16 to C-18: conventions and Adam


def heavy_ball_inside(rates):
    """The walk v ← βv − αg, w ← w + v on w² from 1."""
    w, v = 1.0, 0.0
    for rate in rates:
        v = 0.9 * v - rate * 2 * w
        w += v
    return w


def heavy_ball_outside(rates):
    """The walk v ← βv + g, w ← w − αv on w² from 1."""
    w, v = 1.0, 0.0
    for rate in rates:
        v = 0.9 * v + 2 * w
        w -= rate * v
    return w


def test_c16_conventions_agree_until_the_rate_changes():
    constant, dropped = [0.05] * 20, [0.05] * 5 + [0.005] * 15
    path = descend(LANDSCAPES["square"], Momentum(rate=0.05, beta=0.9), 1, steps=20)
    assert heavy_ball_inside(constant) == pytest.approx(heavy_ball_outside(constant), abs=1e-14)
    assert path.points[-1, 0] == pytest.approx(heavy_ball_inside(constant), abs=1e-14)
    assert heavy_ball_inside(dropped) == pytest.approx(-1.223, abs=5e-4)
    assert heavy_ball_outside(dropped) == pytest.approx(-0.131, abs=5e-4)
    drop = descend(
        LANDSCAPES["square"],
        Momentum(rate=0.05, beta=0.9),
        1,
        steps=20,
        schedule=lambda k: 1.0 if k < 5 else 0.1,
    )
    assert drop.points[-1, 0] == pytest.approx(-1.223, abs=5e-4)


def test_c17_adams_first_step_is_the_rate():
    slopes = np.array([1e-3, 1.0, 1e3, 1e-6])
    adam = Adam(rate=0.1)
    w, _ = adam.step(np.zeros(4), slopes, adam.init(np.zeros(4)))
    assert_allclose(w, theory.adam_first_step(0.1, slopes), rtol=1e-9)
    assert_allclose(w[:3], -0.1, rtol=1e-4)
    assert w[3] == pytest.approx(-0.0990, abs=5e-5)


def test_c17_without_bias_correction_early_steps_are_too_large():
    factor = theory.adam_uncorrected_factor(np.arange(1, 1001))
    assert_allclose(factor[[0, 11, 999]], [3.162, 6.57, 1.26], atol=5e-3)
    assert factor.argmax() == 11


def test_c17_adam_ignores_the_scale_of_the_loss_until_eps():
    rosenbrock = LANDSCAPES["rosenbrock"]
    paths = [
        descend(rosenbrock, Adam(rate=0.01), steps=100, grad=lambda w, rng, s=scale: s * rosenbrock.grad(w)).points
        for scale in (1, 1e3, 1e-3, 1e-9)
    ]
    assert_allclose(paths[1], paths[0], rtol=1e-5)
    assert_allclose(paths[2], paths[0], rtol=1e-4)
    assert np.abs(paths[3] - paths[0]).max() > 1e-3


@pytest.mark.parametrize(
    ("optimizer", "start", "steps", "turned_steps"),
    [
        (GradientDescent(rate=2 / 101), (1, 1), 709, 709),
        (Adam(rate=0.05), (1, 1), 212, 1364),
        (Adam(rate=0.01), (1, 1), 351, 4449),
        (Adam(rate=0.05), (100, 1), 6440, 5262),
    ],
)
def test_c17_adam_is_not_rotation_invariant(optimizer, start, steps, turned_steps):
    for angle, expected in [(0.0, steps), (np.pi / 4, turned_steps)]:
        ravine = quadratic((1, 100), angle)
        w = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ start
        state, count = optimizer.init(w), 0
        while np.hypot(*w) >= 1e-6:
            w, state = optimizer.step(w, ravine.grad(w), state)
            count += 1
        assert count == expected


def online(optimizer, slope, steps):
    """Online descent on [−1, 1] from 0 with rates α/√t; the mean position over the last tenth."""
    w, late, decay = np.zeros(1), [], InverseTime(power=0.5)
    state = optimizer.init(w)
    for k in range(steps):
        now = replace(optimizer, rate=optimizer.rate * decay(k))
        w, state = now.step(w, np.array([slope(k)]), state)
        w = np.clip(w, -1, 1)
        late.append(w[0])
    return np.mean(late[-steps // 10 :])


@pytest.mark.parametrize("steep", [3.0, 5.0])
def test_c18_adam_converges_to_the_worst_point(steep):
    forgetful = {"rate": 0.5, "beta1": 0.0, "beta2": 1 / (1 + steep**2)}

    def slope(k):
        return steep if k % 3 == 0 else -1.0

    assert online(Adam(**forgetful), slope, 1500) > 0.98
    assert online(GradientDescent(rate=0.5), slope, 1500) < -0.98
    assert online(AMSGrad(**forgetful), slope, 1500) < -0.98


def test_c18_the_rare_large_gradient():
    def slope(k):
        return 1010.0 if k % 101 == 1 else -10.0

    settings = {"rate": 2.0, "beta1": 0.9, "beta2": 0.99}
    assert online(Adam(**settings), slope, 6000) > 0.9
    assert online(AMSGrad(**settings), slope, 6000) < -0.5  # on its slow way to −1


# ---- C-19, C-20: schedules and differences


def test_c19_cosine_and_robbins_monro():
    t = np.arange(101)
    lowest, highest = 0.01, 0.2
    expected = lowest + (highest - lowest) * (1 + np.cos(np.pi * t / 100)) / 2
    assert_allclose(highest * Cosine(steps=100, end=lowest / highest)(t), expected)
    rates = InverseTime()(np.arange(10**6))
    assert rates.sum() > 14
    assert (rates**2).sum() < np.pi**2 / 6


@pytest.mark.parametrize(
    ("width", "error"), [(1e-1, 9e-4), (1e-3, 9e-8), (1e-5, 1e-11), (1e-8, 2.6e-9), (1e-12, 1.2e-5)]
)
def test_c20_central_difference_of_the_sine(width, error):
    measured = abs((np.sin(1 + width) - np.sin(1 - width)) / (2 * width) - np.cos(1))
    assert measured == pytest.approx(error, rel=0.25)
    assert measured <= theory.central_difference_error(width, np.sin(1), np.cos(1)) * 1.5


def test_c20_best_widths():
    best = theory.central_difference_best_width(np.sin(1), np.cos(1))
    assert best / np.finfo(float).eps ** (1 / 3) == pytest.approx(1, abs=1)
    widths = np.geomspace(1e-12, 1e-2, 2000)
    forward = np.abs((np.sin(1 + widths) - np.sin(1)) / widths - np.cos(1))
    central = np.abs((np.sin(1 + widths) - np.sin(1 - widths)) / (2 * widths) - np.cos(1))
    smooth = np.ones(200) / 200  # errors jump by rounding; the mean over a fifth of a decade does not
    assert 3e-9 < widths[np.convolve(forward, smooth, "same")[100:-100].argmin() + 100] < 3e-8
    assert 1e-6 < widths[np.convolve(central, smooth, "same")[100:-100].argmin() + 100] < 2e-5
