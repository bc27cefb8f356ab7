"""The walk against closed forms, crowds against their members, sweeps against single runs, divergence, memory."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum
from gdcourse.schedules import Cosine, Exponential, StepDecay

PARABOLA, SQUARE, RAVINE, HIMMELBLAU = (LANDSCAPES[key] for key in ("parabola", "square", "ravine", "himmelblau"))
EVERY = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
CROWD = np.array([[1.0, 0.5], [-0.3, 0.2], [2.0, -1.0]])


def assert_same_run(run, single):
    """One run of many equals the walk made by itself, to the last digit, states included.

    Only the loss may differ in its last digit: NumPy squares a single number and an array by different routines.
    """
    for name in ("steps", "points", "gradients", "diverged_at"):
        assert_array_equal(getattr(run, name), getattr(single, name), err_msg=name)
    assert_allclose(run.values, single.values, rtol=1e-15)
    for mine, other in zip(run.states, single.states, strict=True):
        assert type(mine) is type(other)
        for a, b in zip(mine, other, strict=True):
            assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("rate", "points", "losses"),
    [
        (0.3, [6, 3.6, 2.64, 2.256, 2.1024, 2.04096], [16, 2.56, 0.4096, 0.065536, 0.01048576, 0.0016777216]),
        (1.2, [6, -3.6, 9.84, -8.976, 17.3664, -19.51296], [16, 31.36, 61.4656, 120.472576, 236.12625, 462.80745]),
        (0.5, [6, 2, 2, 2, 2, 2], [16, 0, 0, 0, 0, 0]),
        (0.9, [6, -1.2, 4.56, -0.048, 3.6384, 0.68928], None),
        (1.0, [6, -2, 6, -2, 6, -2], [16] * 6),
    ],
)
def test_parabola_walk(rate, points, losses):
    path = descend(PARABOLA, GradientDescent(rate), steps=5)
    assert_allclose(path.points[:, 0], points, rtol=1e-7)
    assert_allclose(path.values, (np.array(points) - 2) ** 2 if losses is None else losses, rtol=1e-7)
    assert_allclose(path.gradients, 2 * (path.points - 2), rtol=1e-15)
    assert not path.diverged


def test_steps_to_a_millionth_have_their_best_rate_between_too_small_and_too_large():
    """Curvatures 1 and 10: ln 10⁻⁶ / ln max|1 − αλ| steps, rounded up; 2/(1 + 10) is best, 0.2 = 2/L only swings."""
    rates = np.array([0.01, 0.05, 0.1, 2 / 11, 0.19, 0.199, 0.2])
    path = descend(quadratic((1, 10)), GradientDescent(rates), (1, 1), steps=1400)
    near = np.abs(path.points).max(axis=-1) < 1e-6
    assert near.argmax(axis=0).tolist() == [1375, 270, 132, 69, 132, 1375, 0]
    assert not near[:, -1].any()


@given(
    curvatures=st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)),
    share=st.floats(0.01, 2.2),
    angle=st.floats(0, 3),
    k=st.integers(0, 30),
)
def test_each_eigendirection_shrinks_by_its_own_factor(curvatures, share, angle, k):
    """w_k = Q (1 − αΛ)^k Qᵀ w₀ on a quadratic, for rates on both sides of 2/L; the loss only falls below 2/L."""
    rate, start = share / max(curvatures), np.array([1.0, -2.0])
    path = descend(quadratic(curvatures, angle), GradientDescent(rate), start, steps=k)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    expected = turn @ ((1 - rate * np.array(curvatures)) ** k * (turn.T @ start))
    assert_allclose(path.points[-1], expected, rtol=1e-9, atol=1e-9)
    if share < 2:
        assert np.all(np.diff(path.values) <= 1e-12)


@EVERY
def test_every_row_follows_from_the_one_before(make):
    optimizer = make(rate=0.01)
    path = descend(HIMMELBLAU, optimizer, (0.5, -1.5), steps=30)
    assert_array_equal(path.values, HIMMELBLAU.value(path.points))
    assert_allclose(path.gradients, HIMMELBLAU.grad(path.points), rtol=1e-12, atol=1e-10)
    for k in range(30):
        w, state = optimizer.step(path.points[k], path.gradients[k], path.states[k])
        assert_array_equal(w, path.points[k + 1])
        for a, b in zip(state, path.states[k + 1], strict=True):
            assert_array_equal(a, b)
    assert len(path.states) == len(path.points) == 31


@EVERY
def test_a_crowd_is_its_members(make):
    crowd = descend(RAVINE, make(), CROWD, steps=20)
    assert crowd.points.shape == crowd.gradients.shape == (21, 3, 2)
    assert crowd.values.shape == (21, 3)
    for i, start in enumerate(CROWD):
        assert_same_run(crowd.run(i), descend(RAVINE, make(), start, steps=20))
    grid = descend(RAVINE, make(), np.stack([CROWD, -CROWD]), steps=3)
    assert_same_run(grid.run((1, 2)), descend(RAVINE, make(), -CROWD[2], steps=3))


@EVERY
def test_a_sweep_over_any_setting_is_its_single_runs(make):
    """Two runs, two coordinates, two starts: nothing but the shapes keeps them apart."""
    for field in dataclasses.fields(make):
        both = np.array([0.5, 0.75]) * getattr(make(), field.name)
        sweep = descend(RAVINE, make(**{field.name: both}), steps=25)
        pairs = descend(RAVINE, make(**{field.name: both}), CROWD[:2], steps=25)
        assert sweep.points.shape == (26, 2, 2)
        assert pairs.points.shape == (26, 2, 2, 2)
        for i, value in enumerate(both):
            single = make(**{field.name: value})
            assert_same_run(sweep.run(i), descend(RAVINE, single, steps=25))
            assert getattr(sweep.run(i).optimizer, field.name) == value
            for j in range(2):
                assert_same_run(pairs.run((i, j)), descend(RAVINE, single, CROWD[j], steps=25))


def test_two_settings_are_swept_in_pairs_or_over_a_grid():
    rates, betas = np.array([0.001, 0.002]), np.array([0.5, 0.9])
    pairs = descend(RAVINE, Momentum(rates, betas), steps=9)
    grid = descend(RAVINE, Momentum(rates[:, None], betas), steps=9)
    assert pairs.points.shape == (10, 2, 2)
    assert grid.points.shape == (10, 2, 2, 2)
    for i, j in np.ndindex(2, 2):
        single = descend(RAVINE, Momentum(rates[i], betas[j]), steps=9)
        assert_same_run(grid.run((i, j)), single)
        if i == j:
            assert_same_run(pairs.run(i), single)


@EVERY
def test_a_schedule_multiplies_the_rate_of_every_step(make):
    schedule, optimizer = Exponential(0.8), make(rate=0.01)
    path = descend(RAVINE, optimizer, steps=12, schedule=schedule)
    w, state = np.array(RAVINE.start), optimizer.init(np.array(RAVINE.start))
    for k in range(12):
        now = dataclasses.replace(optimizer, rate=0.01 * 0.8**k)
        w, state = now.step(w, RAVINE.grad(w), state)
        assert_allclose(path.points[k + 1], w, rtol=1e-12)
    assert path.optimizer is optimizer
    sweep = descend(RAVINE, make(rate=[0.005, 0.01]), CROWD, steps=12, schedule=schedule)
    assert_same_run(sweep.run((1, 2)), descend(RAVINE, optimizer, CROWD[2], steps=12, schedule=schedule))


def test_any_function_of_the_step_is_a_schedule():
    steps = []
    path = descend(SQUARE, GradientDescent(0.25), steps=3, schedule=lambda k: steps.append(k) or [1, 0, 2][k])
    assert steps == [0, 1, 2]
    assert_array_equal(path.points[:, 0], [-4, -2, -2, 0])
    same = descend(SQUARE, GradientDescent(0.25), steps=3, schedule=StepDecay(every=5))
    assert_array_equal(same.points, descend(SQUARE, GradientDescent(0.25), steps=3).points)


def test_another_gradient_can_be_walked_on():
    def noisy(w, rng):
        return RAVINE.grad(w) + rng.normal(size=w.shape)

    paths = [descend(RAVINE, GradientDescent(0.01), steps=20, grad=noisy, rng=rng) for rng in (5, 5, 6)]
    assert_array_equal(paths[0].points, paths[1].points)
    assert np.all(paths[0].points[1:] != paths[2].points[1:])
    generator = np.random.default_rng(5)
    given_one = descend(RAVINE, GradientDescent(0.01), steps=20, grad=noisy, rng=generator)
    assert_array_equal(given_one.points, paths[0].points)
    assert_array_equal(
        descend(RAVINE, GradientDescent(0.01), steps=20, grad=noisy).points,
        descend(RAVINE, GradientDescent(0.01), steps=20, grad=noisy, rng=0).points,
    )
    path = paths[0]
    assert_array_equal(path.points[1:], path.points[:-1] - 0.01 * path.gradients[:-1])
    assert_array_equal(path.values, RAVINE.value(path.points))
    assert np.abs(path.gradients - RAVINE.grad(path.points)).min() > 0


def test_a_gradient_that_spoils_its_argument_does_not_move_the_walk():
    def spoils(w, rng):
        w *= 2
        return w

    assert_array_equal(
        descend(SQUARE, GradientDescent(0.1), steps=5, grad=spoils).points,
        descend(SQUARE, GradientDescent(0.1), steps=5).points,
    )


@EVERY
def test_divergence_is_marked_per_run_and_leaves_the_others_alone(make):
    """Pytest turns warnings into errors, so this also shows that nothing warns."""
    starts = np.array([[1.0, 1.0], [1e200, 1.0], [0.5, -2.0]])  # the loss of the second overflows at once
    path = descend(HIMMELBLAU, make(rate=1e-4), starts, steps=10)
    assert path.diverged.tolist() == [False, True, False]
    assert path.diverged_at.tolist() == [-1, 0, -1]
    assert np.isnan(path.points[:, 1]).all()
    for i in (0, 2):
        assert np.isfinite(path.points[:, i]).all()
        assert_allclose(path.points[:, i], descend(HIMMELBLAU, make(rate=1e-4), starts[i], steps=10).points, rtol=1e-12)


def test_a_rate_too_large_diverges_at_the_step_where_the_loss_overflows():
    path = descend(PARABOLA, GradientDescent([0.3, 1.2, 1e10, 1e308]), steps=2000)
    ratios = 2 * (np.log(4) + np.arange(2001)[:, None] * np.log([1.4, 2e10 - 1]))  # ln of L_k = 16(1 − 2α)^2k
    overflow = (ratios > np.log(np.finfo(float).max)).argmax(axis=0)
    assert path.diverged_at.tolist() == [-1, *overflow, 1]
    before = np.arange(2001)[:, None] < np.where(path.diverged, path.diverged_at, 2001)
    for part in (path.points[..., 0], path.values, path.gradients[..., 0]):
        assert_array_equal(np.isfinite(part), before)
        assert_array_equal(np.isnan(part), ~before)


def test_a_run_that_only_grows_has_not_diverged_yet():
    path = descend(PARABOLA, GradientDescent(1.2), steps=5)
    assert path.values[-1] > path.values[0]
    assert not path.diverged


@EVERY
@pytest.mark.parametrize("keep", ["last", 1, 2, 7, 20, 21, 99])
def test_what_is_kept_is_the_tail_of_all(make, keep):
    crowd = [[0.5, -1.5], [1e200, 0.0], [1e75, 0.0]]
    optimizer, schedule = make(rate=0.01), Cosine(20)
    everything = descend(HIMMELBLAU, optimizer, crowd, steps=20, schedule=schedule)
    path = descend(HIMMELBLAU, optimizer, crowd, steps=20, schedule=schedule, keep=keep)
    rows = 1 if keep == "last" else min(keep, 21)
    assert len(path.points) == len(path.states) == rows
    for name in ("steps", "points", "values", "gradients"):
        assert_array_equal(getattr(path, name), getattr(everything, name)[-rows:], err_msg=name)
    for state, other in zip(path.states, everything.states[-rows:], strict=True):
        for a, b in zip(state, other, strict=True):
            assert_array_equal(a, b)
    assert_array_equal(path.diverged_at, everything.diverged_at)


def test_no_steps_is_the_start():
    start = np.array([3.0, 4.0])
    path = descend(HIMMELBLAU, Adam(), start, steps=0, schedule=Cosine())
    assert_array_equal(path.points, [start])
    assert_array_equal(path.values, [HIMMELBLAU.value(start)])
    assert_array_equal(path.gradients, [HIMMELBLAU.grad(start)])
    assert path.steps.tolist() == [0]
    path.points[:] = 7
    assert_array_equal(start, [3.0, 4.0])


def test_a_long_walk_that_keeps_little_stays_small():
    path = descend(SQUARE, Adam(rate=[0.1] * 50), steps=2000, keep=3)
    assert path.points.shape == (3, 50, 1)
    assert path.points.base is None or path.points.base.size <= 150
    assert path.steps.tolist() == [1998, 1999, 2000]
