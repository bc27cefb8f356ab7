"""Lesson 1, functions to be written: one step, and a whole walk in which all weights move at once."""

from __future__ import annotations

import numpy as np

from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants


def step(w, gradient, rate):
    """Give the weights after one step; w and gradient are of the same shape."""
    # solution begins
    return w - rate * gradient
    # solution ends


def walk(start, gradient, rate, steps):
    """Give all points of a walk as an array of steps + 1 rows, the start first.

    gradient(w) is the slope at w.
    """
    # solution begins
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        w = points[-1]
        points.append(w - rate * gradient(w))
    return np.array(points)
    # solution ends


def step_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw weights and gradients: single numbers, vectors, matrices, and a place where the gradient is zero."""
    shapes = [(), (), (2,), (2,), (3,), (7,), (2, 3), (1,)]
    drawn = [(rng.normal(size=shape) * 3, rng.normal(size=shape) * 3, rng.uniform(0.01, 1.5)) for shape in shapes]
    return [(3.0, 2.5, 0.1), (5.0, -3.0, 0.2), *drawn, (np.array([1.0, -2.0]), np.zeros(2), 0.3)]


def _tilted_bowl(w):
    u, v = w
    return np.array([2 * u + v, u + 4 * v])


def _long_valley(w):
    return np.array([1.0, 10.0]) * w


def _bent_valley(w):
    u, v = w
    return np.array([2 * u + 2 * u * (u**2 - v), v - u**2])


def walk_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw starts, rates and numbers of steps on three landscapes, no step among them."""
    valleys = [_tilted_bowl, _long_valley, _bent_valley]
    drawn = [(rng.uniform(-1, 1, 2), valleys[place % 3], rng.uniform(0.02, 0.15), 2 + place) for place in range(6)]
    return [(np.array([1.0, 1.0]), _tilted_bowl, 0.1, 3), *drawn, (np.array([2.0, -1.0]), _long_valley, 0.1, 0)]


def _walk_with(move):
    """Give a walk whose step is `move(w, gradient, rate, start)`."""

    def wrong(start, gradient, rate, steps):
        points = [np.array(start, dtype=float)]
        for _ in range(steps):
            points.append(move(points[-1], gradient, rate, start))
        return np.array(points)

    return wrong


def _one_after_the_other(w, gradient, rate, start):
    del start
    w = w.copy()
    for place in range(len(w)):
        w[place] = w[place] - rate * gradient(w)[place]
    return w


def _same_array(start, gradient, rate, steps):
    w = np.array(start, dtype=float)
    points = [w]
    for _ in range(steps):
        w -= rate * gradient(w)
        points.append(w)
    return np.array(points)


def _without_start(start, gradient, rate, steps):
    return walk(start, gradient, rate, steps)[1:]


def _only_last(start, gradient, rate, steps):
    return walk(start, gradient, rate, steps)[-1]


def _one_step_short(start, gradient, rate, steps):
    return walk(start, gradient, rate, max(steps - 1, 0))


def _one_step_too_many(start, gradient, rate, steps):
    return walk(start, gradient, rate, steps + 1)


def _one_step_late(start, gradient, rate, steps):
    return walk(start, gradient, rate, steps + 1)[1:]


def _mistakes(**wrong) -> tuple[Mistake, ...]:
    return tuple(Mistake(name.replace("_", "-"), lambda variant, f=f: f) for name, f in wrong.items())


STEP_MISTAKES = _mistakes(
    sign_flipped=lambda w, gradient, rate: w + rate * gradient,
    rate_forgotten=lambda w, gradient, rate: w - gradient,
    rate_on_bracket=lambda w, gradient, rate: rate * (w - gradient),
    only_the_change=lambda w, gradient, rate: -rate * gradient,
    only_the_change_uphill=lambda w, gradient, rate: rate * gradient,
    only_the_sign=lambda w, gradient, rate: w - rate * np.sign(gradient),
    divided=lambda w, gradient, rate: w - gradient / rate,
)
WALK_MISTAKES = _mistakes(
    sign_flipped=_walk_with(lambda w, gradient, rate, start: w + rate * gradient(w)),
    slope_of_start=_walk_with(lambda w, gradient, rate, start: w - rate * gradient(start)),
    one_after_the_other=_walk_with(_one_after_the_other),
    rate_forgotten=_walk_with(lambda w, gradient, rate, start: w - gradient(w)),
    same_array=_same_array,
    without_start=_without_start,
    only_last=_only_last,
    one_step_short=_one_step_short,
    one_step_too_many=_one_step_too_many,
    one_step_late=_one_step_late,
)

EXERCISES = (
    Exercise("code-step", 1, "code", Code(step, step_cases, STEP_MISTAKES), Variants({}), points=2),
    Exercise("code-walk", 1, "code", Code(walk, walk_cases, WALK_MISTAKES), Variants({}), points=4),
)
