"""Lesson 4, functions to be written: one step of the heavy ball, and one of Nesterov's look-ahead."""

from __future__ import annotations

import numpy as np

from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants


def momentum_step(w, velocity, gradient, rate, beta):
    """Give the new weights and the new velocity, in this order."""
    # solution begins
    velocity = beta * velocity - rate * gradient
    return w + velocity, velocity
    # solution ends


def nesterov_step(w, velocity, slope, rate, beta):
    """Give the new weights and the new velocity; slope(w) is the gradient at w."""
    # solution begins
    ahead = w + beta * velocity
    velocity = beta * velocity - rate * slope(ahead)
    return w + velocity, velocity
    # solution ends


def momentum_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw balls in motion and at rest: numbers, vectors, matrices, no friction, nothing but friction."""
    shapes = [(), (), (2,), (2,), (3,), (7,), (2, 3)]
    drawn = [
        (*(rng.normal(size=shape) * 3 for _ in range(3)), rng.uniform(0.01, 0.5), rng.uniform(0.1, 0.95))
        for shape in shapes
    ]
    u = np.array([1.0, -2.0])
    still = (np.array([4.0]), np.zeros(1), np.array([8.0]), 0.1, 0.8)
    return [still, *drawn, (u, np.array([0.5, 0.25]), u, 0.1, 0.0), (u, np.array([0.5, 0.25]), np.zeros(2), 0.1, 1.0)]


def _long_valley(w):
    return np.array([1.0, 10.0]) * w


def _bent_valley(w):
    u, v = w
    return np.array([2 * u + 2 * u * (u**2 - v), v - u**2])


def nesterov_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw balls in motion on two valleys, and one at rest."""
    drawn = [
        (
            rng.uniform(-1, 1, 2),
            rng.normal(size=2) / 5,
            (_long_valley, _bent_valley)[place % 2],
            0.05,
            rng.uniform(0.3, 0.95),
        )
        for place in range(6)
    ]
    return [(np.array([1.0, 1.0]), np.zeros(2), _long_valley, 0.1, 0.9), *drawn]


def _nesterov(w, velocity, slope, rate, beta, *, at=1.0, keep=1.0, new=True):
    """One step with the gradient at w + at·β·v."""
    moved = keep * beta * velocity - rate * slope(w + at * beta * velocity)
    return w + (moved if new else velocity), moved


def _mistakes(**wrong) -> tuple[Mistake, ...]:
    return tuple(Mistake(name.replace("_", "-"), lambda variant, f=f: f) for name, f in wrong.items())


def _outside(w, velocity, gradient, rate, beta):
    velocity = beta * velocity + gradient
    return w - rate * velocity, velocity


def _moved_by(change):
    """Give a step whose new velocity is `change(velocity, gradient, rate, beta)`."""

    def wrong(w, velocity, gradient, rate, beta):
        velocity = change(velocity, gradient, rate, beta)
        return w + velocity, velocity

    return wrong


def _old_velocity(w, velocity, gradient, rate, beta):
    return w + velocity, beta * velocity - rate * gradient


def _backwards(w, velocity, gradient, rate, beta):
    velocity = beta * velocity + rate * gradient
    return w - velocity, velocity


def _swapped(w, velocity, gradient, rate, beta):
    return momentum_step(w, velocity, gradient, rate, beta)[::-1]


def _only_weights(w, velocity, gradient, rate, beta):
    return momentum_step(w, velocity, gradient, rate, beta)[0]


def _from_the_look_ahead(w, velocity, slope, rate, beta):
    ahead = w + beta * velocity
    moved = beta * velocity - rate * slope(ahead)
    return ahead + moved, moved


MOMENTUM_MISTAKES = _mistakes(
    velocity_forgotten=_moved_by(lambda v, g, rate, beta: -rate * g),
    pull_reversed=_moved_by(lambda v, g, rate, beta: beta * v + rate * g),
    friction_for_kept=_moved_by(lambda v, g, rate, beta: (1 - beta) * v - rate * g),
    average=_moved_by(lambda v, g, rate, beta: beta * v - (1 - beta) * rate * g),
    rate_forgotten=_moved_by(lambda v, g, rate, beta: beta * v - g),
    rate_outside=_outside,
    old_velocity=_old_velocity,
    backwards=_backwards,
    swapped=_swapped,
    only_weights=_only_weights,
)
NESTEROV_MISTAKES = _mistakes(
    gradient_here=lambda *given: _nesterov(*given, at=0.0),
    whole_velocity_ahead=lambda w, velocity, slope, rate, beta: (
        w + beta * velocity - rate * slope(w + velocity),
        beta * velocity - rate * slope(w + velocity),
    ),
    velocity_forgotten=lambda *given: _nesterov(*given, keep=0.0),
    old_velocity=lambda *given: _nesterov(*given, new=False),
    from_the_look_ahead=_from_the_look_ahead,
)

EXERCISES = (
    Exercise(
        "code-momentum", 4, "code", Code(momentum_step, momentum_cases, MOMENTUM_MISTAKES), Variants({}), points=3
    ),
    Exercise(
        "code-nesterov", 4, "code", Code(nesterov_step, nesterov_cases, NESTEROV_MISTAKES), Variants({}), points=3
    ),
)
