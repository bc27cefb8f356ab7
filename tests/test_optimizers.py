"""Optimizers against sums, hand-worked steps, identities and each other."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.optimizer_record import spread
from gdcourse.optimizers import OPTIMIZERS, AdaGrad, Adam, AdamW, AMSGrad, GradientDescent, Momentum, Nesterov, RMSProp

EVERY = pytest.mark.parametrize("optimizer", [make() for make in OPTIMIZERS.values()], ids=list(OPTIMIZERS))
ADAPTIVE = pytest.mark.parametrize("make", [AdaGrad, RMSProp, Adam, AMSGrad])
ROOM = np.random.default_rng(7)
GRADIENTS = ROOM.normal(size=(12, 2)) * [1, 30]  # twelve gradients in a row
numbers = st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-3)
shares = st.floats(0, 0.999)


def walk(optimizer, gradients, w=(0.0, 0.0)):
    """Points and states of steps along given gradients."""
    w = np.array(w, dtype=float)
    points, states = [w], [optimizer.init(w)]
    for g in gradients:
        w, state = optimizer.step(points[-1], np.asarray(g), states[-1])
        points.append(w)
        states.append(state)
    return np.array(points), states


def weighted(values, beta):
    """Sum over the past, each value weighted with beta to the power of its age."""
    ages = np.arange(len(values))[::-1]
    return np.sum(np.asarray(values) * beta ** ages[:, None], axis=0)


# Two steps worked by hand: w = 1, g = 2 and then g = -1; the rest of each line is arithmetic.
BY_HAND = [
    (GradientDescent(0.1), [0.8, 0.9]),
    (Momentum(0.1, beta=0.5), [0.8, 0.8 + (0.5 * -0.2 + 0.1)]),
    (Nesterov(0.1, beta=0.5), [1 - 0.5 * 0.2 - 0.2, 0.7 + 0.5 * 0.0 + 0.1]),
    (AdaGrad(0.1, eps=0.5), [1 - 0.2 / 2.5, 0.92 + 0.1 / (5**0.5 + 0.5)]),
    (RMSProp(0.1, beta=0.75, eps=0.5), [1 - 0.2 / 1.5, 1 - 0.2 / 1.5 + 0.1 / (1 + 0.5)]),
    # m: 1, 0 -> m̂: 2, 0;  v: 1, 1 -> v̂: 4, 16/7
    (Adam(0.1, beta1=0.5, beta2=0.75, eps=0.5), [1 - 0.2 / 2.5, 0.92]),
    # m: 0.5, 0.125 -> m̂: 2, 2/7;  v as above
    (Adam(0.1, beta1=0.75, beta2=0.75, eps=0.5), [0.92, 0.92 - 0.1 * (2 / 7) / ((16 / 7) ** 0.5 + 0.5)]),
    # v: 3, 1.5 -> v_max: 3, 3 -> v̂: 3/(1 − 1/4), 3/(1 − 1/16) = 4, 3.2
    (AMSGrad(0.1, beta1=0.75, beta2=0.25, eps=0.5), [0.92, 0.92 - 0.1 * (2 / 7) / (3.2**0.5 + 0.5)]),
    (
        AdamW(0.1, beta1=0.75, beta2=0.75, eps=0.5, weight_decay=0.2),
        [0.98 - 0.08, 0.9 * 0.98 - 0.1 * (2 / 7) / ((16 / 7) ** 0.5 + 0.5)],
    ),
]


@pytest.mark.parametrize(("optimizer", "expected"), BY_HAND, ids=lambda x: getattr(x, "name", ""))
def test_two_steps_worked_by_hand(optimizer, expected):
    points, _ = walk(optimizer, [[2.0], [-1.0]], [1.0])
    assert_allclose(points[1:, 0], expected, rtol=1e-14)


def test_the_sum_behind_each_state():
    """Each running quantity, unrolled, is a sum over the past gradients."""
    g = GRADIENTS
    for k in range(1, len(g) + 1):
        past = g[:k]
        _, states = walk(Momentum(0.1, 0.8), past)
        assert_allclose(states[-1].velocity, -0.1 * weighted(past, 0.8), rtol=1e-12)
        assert_allclose(walk(AdaGrad(), past)[1][-1].total, np.sum(past**2, axis=0), rtol=1e-12)
        assert_allclose(walk(RMSProp(beta=0.7), past)[1][-1].mean_square, 0.3 * weighted(past**2, 0.7), rtol=1e-12)
        state = walk(Adam(beta1=0.6, beta2=0.95), past)[1][-1]
        assert_allclose(state.m, 0.4 * weighted(past, 0.6), rtol=1e-12)
        assert_allclose(state.v, 0.05 * weighted(past**2, 0.95), rtol=1e-12)
        assert state.t == k


@pytest.mark.parametrize("make", [Adam, AMSGrad, AdamW])
def test_corrected_means_are_weighted_means_of_the_past(make):
    """m̂ and v̂ divide the weighted sums by the sums of their weights, so neither leans towards zero."""
    rate, eps, beta1, beta2 = 0.1, 0.5, 0.6, 0.95
    fixed = {"weight_decay": 0} if make is AdamW else {}
    growing = np.sign(GRADIENTS) * 2.0 ** np.arange(12)[:, None]  # so that AMSGrad's maximum is the last v
    points, _ = walk(make(rate, beta1, beta2, eps, **fixed), growing)
    for k in range(1, 13):
        ones = np.ones((k, 1))
        m_hat = weighted(growing[:k], beta1) / weighted(ones, beta1)
        v_hat = weighted(growing[:k] ** 2, beta2) / weighted(ones, beta2)
        assert_allclose(points[k] - points[k - 1], -rate * m_hat / (np.sqrt(v_hat) + eps), rtol=1e-9)


@given(slope=numbers, beta1=shares, beta2=shares, steps=st.integers(1, 40))
def test_adam_walks_at_the_rate_on_a_constant_slope(slope, beta1, beta2, steps):
    """There m̂ = g and v̂ = g² at every t."""
    points, _ = walk(Adam(0.1, beta1, beta2, eps=1e-8), [[slope]] * steps, [0.0])
    assert_allclose(np.diff(points, axis=0), -0.1 * slope / (abs(slope) + 1e-8), rtol=1e-9)


def test_rmsprop_starts_fast_and_adagrad_slows_down_on_a_constant_slope():
    steps = np.diff(walk(AdaGrad(0.1, eps=0), [[-3.0]] * 9, [0.0])[0][:, 0])
    assert_allclose(steps, 0.1 / np.sqrt(np.arange(1, 10)), rtol=1e-12)
    first = walk(RMSProp(0.1, beta=0.9, eps=0), [[-3.0]], [0.0])[0][1, 0]
    assert_allclose(first, 0.1 / np.sqrt(0.1), rtol=1e-12)


@ADAPTIVE
def test_without_eps_the_scale_of_the_loss_does_not_matter(make):
    path, _ = walk(make(eps=0), GRADIENTS)
    assert_array_equal(walk(make(eps=0), 2.0**20 * GRADIENTS)[0], path)
    assert np.abs(walk(make(eps=1.0), 2.0**20 * GRADIENTS)[0] - walk(make(eps=1.0), GRADIENTS)[0]).max() > 1e-3


@EVERY
def test_mirror_shuffle_and_standstill(optimizer):
    points, _ = walk(optimizer, GRADIENTS, [0.3, -2.0])
    assert_array_equal(walk(optimizer, -GRADIENTS, [-0.3, 2.0])[0], -points)
    assert_array_equal(walk(optimizer, GRADIENTS[:, ::-1], [-2.0, 0.3])[0], points[:, ::-1])
    still = dataclasses.replace(optimizer, rate=0)
    assert_array_equal(walk(still, GRADIENTS, [0.3, -2.0])[0], np.tile([0.3, -2.0], (13, 1)))


@EVERY
def test_only_weight_decay_knows_where_the_origin_is(optimizer):
    here, there = (walk(optimizer, GRADIENTS, w)[0] for w in ([0.0, 0.0], [5.0, -7.0]))
    same = np.allclose(there - [5.0, -7.0], here, rtol=0, atol=1e-12)
    assert same == (not isinstance(optimizer, AdamW))


def test_special_cases_are_each_other():
    plain = walk(GradientDescent(0.1), GRADIENTS)[0]
    assert_array_equal(walk(Momentum(0.1, beta=0), GRADIENTS)[0], plain)
    assert_array_equal(walk(Nesterov(0.1, beta=0), GRADIENTS)[0], plain)
    assert_array_equal(walk(AdamW(0.1, weight_decay=0), GRADIENTS)[0], walk(Adam(0.1), GRADIENTS)[0])
    frictionless, _ = walk(Momentum(0.1, beta=1), GRADIENTS)
    assert_allclose(np.diff(frictionless, axis=0), -0.1 * np.cumsum(GRADIENTS, axis=0), rtol=1e-12)


def test_decoupled_decay_shrinks_by_the_same_share_everywhere():
    w, _ = walk(AdamW(0.1, weight_decay=0.5), [[0.0, 0.0]] * 3, [4.0, -1000.0])
    assert_allclose(w[-1], 0.95**3 * np.array([4.0, -1000.0]), rtol=1e-14)


def test_amsgrad_never_forgets_a_large_gradient_and_adam_does():
    gradients = [[100.0]] + [[1.0]] * 60
    amsgrad, states = walk(AMSGrad(0.1, beta1=0, beta2=0.5, eps=0), gradients, [0.0])
    assert_allclose([state.v_max[0] for state in states[1:]], 5000)
    assert_allclose(np.diff(amsgrad[-5:, 0]), -0.1 / np.sqrt(5000))
    adam, _ = walk(Adam(0.1, beta1=0, beta2=0.5, eps=0), gradients, [0.0])
    assert_allclose(np.diff(adam[-5:, 0]), -0.1, rtol=1e-9)


def test_three_conventions_of_momentum_are_one_path_until_the_rate_changes():
    """Course: v ← βv − αg; PyTorch: v ← βv + g, w ← w − αv; average: v ← βv + (1 − β)g with α/(1 − β). On w² from 1."""
    beta = 0.9

    def compare(rates):
        w, torch, average = 1.0, 1.0, 1.0
        state, sums, mean = Momentum(0.1, beta).init(np.zeros(1)), 0.0, 0.0
        for rate in rates:
            w, state = Momentum(rate, beta).step(np.array([w]), np.array([2 * w]), state)
            w = float(w[0])
            sums = beta * sums + 2 * torch
            torch -= rate * sums
            mean = beta * mean + (1 - beta) * 2 * average
            average -= rate / (1 - beta) * mean
        return w, torch, average

    assert_allclose(compare([0.05] * 20), compare([0.05] * 20)[0], rtol=0, atol=1e-14)
    ours, torch, average = compare([0.05] * 5 + [0.005] * 15)
    assert (round(ours, 3), round(torch, 3)) == (-1.223, -0.131)
    assert_allclose(average, torch, rtol=1e-12)


def test_nesterov_looks_ahead_of_the_papers_ball():
    """The paper: v ← βv − α∇L(p + βv), p ← p + v. Ours is w = p + βv at every step."""
    rate, beta, curvatures = 0.02, 0.8, np.array([1.0, 30.0])
    p = w = np.array([3.0, -1.0])
    v, optimizer = np.zeros(2), Nesterov(rate, beta)
    state = optimizer.init(w)
    for _ in range(40):
        v = beta * v - rate * curvatures * (p + beta * v)
        p = p + v
        w, state = optimizer.step(w, curvatures * w, state)
        assert_allclose(w, p + beta * v, rtol=0, atol=1e-14)
        assert_allclose(state.velocity, v, rtol=0, atol=1e-14)


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
def test_only_the_adaptive_ones_depend_on_the_axes(make):
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    turned = walk(make(), GRADIENTS @ turn.T)[0]
    assert np.allclose(turned, walk(make(), GRADIENTS)[0] @ turn.T, atol=1e-9) == (
        make in (GradientDescent, Momentum, Nesterov)
    )


@EVERY
def test_ten_starts_step_together_and_nothing_changes_in_place(optimizer):
    crowd, slopes = ROOM.normal(size=(5, 2, 3)), ROOM.normal(size=(4, 5, 2, 3))
    slopes.setflags(write=False)
    w, state = crowd, optimizer.init(crowd)
    for g in slopes:
        for array in (w, *(part for part in state if isinstance(part, np.ndarray))):
            array.setflags(write=False)
        w, state = optimizer.step(w, g, state)
    assert w.shape == crowd.shape
    assert w.dtype == float
    for index in np.ndindex(5, 2):
        assert_array_equal(w[index], walk(optimizer, slopes[(slice(None), *index)], crowd[index])[0][-1])


@EVERY
def test_a_step_into_the_infinite_is_silent(optimizer):
    w, state = np.array([1e308]), optimizer.init(np.array([1e308]))
    for g in (1e308, -1e308, np.inf, np.nan):
        w, state = dataclasses.replace(optimizer, rate=1e308).step(w, np.array([g]), state)
    assert not np.isfinite(w).any()


def test_a_sweep_meets_runs_and_not_coordinates():
    optimizer, w = spread(Adam(rate=[0.1, 0.2]), np.array([1.0, 2.0]))
    assert np.shape(optimizer.rate) == (2, 1)
    assert_array_equal(w, [[1.0, 2.0], [1.0, 2.0]])
    for make in OPTIMIZERS.values():
        with pytest.raises(ValueError, match=r"^rate must be one number .* descend"):
            make(rate=[0.1, 0.2]).init(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"^a sweep pairs .* rate of shape \(3,\) and beta of shape \(2,\)"):
        spread(Momentum(rate=[1, 2, 3], beta=[0.1, 0.2]), np.zeros(2))
