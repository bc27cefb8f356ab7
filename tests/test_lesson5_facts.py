"""What lesson 5 says of Adam against popular explanations, asserted on runs of the package."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import OPTIMIZERS, AdaGrad, Adam, GradientDescent, RMSProp
from gdcourse.schedules import Cosine


def hidden_label(count, rng):
    """Samples whose first feature is their label, with features that no other sample has (Wilson et al. 2017)."""
    y = np.where(rng.random(count) < 0.6, 1.0, -1.0)
    x = np.zeros((count, 3 + 5 * count))
    x[:, 0], x[:, 1:3] = y, 1
    for i, label in enumerate(y):
        x[i, 3 + 5 * i : 3 + 5 * i + (1 if label > 0 else 5)] = 1
    return x, y


@pytest.mark.parametrize(
    ("optimizer", "learns"), [(GradientDescent(0.3), True), (AdaGrad(0.1), False), (Adam(0.01), False)]
)
def test_d18_there_are_problems_that_adam_loses(optimizer, learns):
    x, y = hidden_label(60, np.random.default_rng(5))
    w, state = np.zeros(x.shape[1]), optimizer.init(np.zeros(x.shape[1]))
    for _ in range(2000):
        w, state = optimizer.step(w, x.T @ (x @ w - y) / len(y), state)
    assert np.abs(x @ w - y).max() < 1e-2  # all fit the samples
    unseen = np.array([[label, 1.0, 1.0] for label in (1, -1)]) @ w[:3]
    assert (np.sign(unseen) == [1, -1]).all() == learns
    assert unseen[0] > 0


def test_d19_tiny_slopes_and_noise_move_adam_alike():
    plateau = quadratic((1e-6,), start=(1.0,))  # slopes of a millionth
    moves = np.diff(descend(plateau, Adam(0.01), steps=20).points[:, 0])
    assert_allclose(moves, -0.01, rtol=0.06)

    def scatter(optimizer, noise, schedule=None):
        def noisy(w, rng):
            return w + noise * rng.normal(size=w.shape)

        starts = np.zeros((500, 1))
        runs = descend(quadratic((1.0,)), optimizer, starts, steps=1000, schedule=schedule, grad=noisy, rng=5)
        return runs.points[-1].std()

    assert scatter(Adam(0.1), 1.0) > 3 * scatter(Adam(0.1), 1.0, Cosine(1000, end=0.01))
    quieter = scatter(Adam(0.1), 0.01) / scatter(Adam(0.1), 1.0)
    plain = scatter(GradientDescent(0.1), 0.01) / scatter(GradientDescent(0.1), 1.0)
    assert plain == pytest.approx(0.01)
    assert quieter > 3 * plain  # noise a hundred times smaller quietens Adam much less


def test_rmsprop_hops_for_ever_between_two_points_a_rate_apart():
    a, b = descend(quadratic((1.0,)), RMSProp(0.05), [1.0], steps=600).points[-2:, 0]
    assert_allclose([abs(a), abs(b), abs(a - b)], [0.025, 0.025, 0.05], rtol=1e-5)


def path_of(change, back, start, optimizer=None):
    """The path on a changed Rosenbrock valley, L(back(u)), from the changed start, seen in the old coordinates."""
    ground, optimizer = LANDSCAPES["rosenbrock"], optimizer or Adam(0.02, eps=0.0)

    def grad(u, rng):
        return back.T @ ground.grad(back @ u)

    path = descend(ground, optimizer, change @ start, steps=60, grad=grad)
    return path.points @ back.T


def test_d37_adam_rescales_axes_and_notices_a_turn():
    start, same = np.array([-1.2, 1.0]), np.eye(2)
    turn = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
    units, mirror = np.diag([100.0, 1.0]), np.diag([-1.0, 1.0])
    plain = path_of(same, same, start)
    apart = {
        name: np.abs(path_of(change, np.linalg.inv(change), start) - plain).max()
        for name, change in {"turn": turn, "units": units, "mirror": mirror}.items()
    }
    assert apart["mirror"] < 1e-9
    assert min(apart["turn"], apart["units"]) > 0.1
    ground = LANDSCAPES["rosenbrock"]
    scaled = descend(ground, Adam(0.02, eps=0.0), start, steps=60, grad=lambda w, rng: 1000 * ground.grad(w)).points
    assert_allclose(scaled, plain, atol=1e-9)
    assert EXERCISES["what-changes-the-path"].answer() == {"turn", "units"}
    descent = GradientDescent(0.001)
    turned = path_of(turn, turn.T, start, descent)
    assert_allclose(turned, path_of(same, same, start, descent), atol=1e-9)


def test_the_first_moves_of_the_family_on_an_even_slope():
    slope = np.array([4.0, 0.04])
    for optimizer, factor in ((AdaGrad(0.1), 1.0), (Adam(0.1), 1.0), (RMSProp(0.1, 0.9), theory.rmsprop_step(1, 1))):
        w, _ = optimizer.step(np.zeros(2), slope, optimizer.init(np.zeros(2)))
        assert_allclose(w, -0.1 * factor, rtol=1e-5)


@pytest.mark.parametrize(("key", "kept"), [*zip(OPTIMIZERS, (0, 1, 1, 1, 1, 2, 3, 2), strict=True)])
def test_what_each_optimizer_keeps_for_a_weight(key, kept):
    state = OPTIMIZERS[key]().init(np.zeros(7))
    assert sum(np.shape(part) == (7,) for part in state) == kept
