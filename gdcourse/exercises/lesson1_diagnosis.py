"""Lesson 1, what went wrong here? A trajectory with a planted bug, a test to be written, and loss curves."""

from __future__ import annotations

from functools import cache

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.clinic import clinic
from gdcourse.exercises.clinic_runs import RUNS
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Exhibit
from gdcourse.exercises.hunt import TestWriting
from gdcourse.exercises.lesson1_code import step
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.exercises.words import Words

ROWS = 4


def bowl_slope(w: np.ndarray) -> np.ndarray:
    """Give the gradient (2u + v, u + 2v) of L(u, v) = u² + u·v + v²."""
    u, v = w
    return np.array([2 * u + v, u + 2 * v])


def _one_after_the_other(w, rate, start):
    del start
    u = w[0] - rate * bowl_slope(w)[0]
    return np.array([u, w[1] - rate * bowl_slope(np.array([u, w[1]]))[1]])


BUGS = {
    "none": lambda w, rate, start: w - rate * bowl_slope(w),
    "sign-flipped": lambda w, rate, start: w + rate * bowl_slope(w),
    "slope-of-start": lambda w, rate, start: w - rate * bowl_slope(start),
    "one-after-the-other": _one_after_the_other,
    "coordinates-swapped": lambda w, rate, start: w - rate * bowl_slope(w)[::-1],
    "only-the-first": lambda w, rate, start: w - rate * bowl_slope(w) * np.array([1.0, 0.0]),
    "rate-grows": None,  # needs the count of the step, see `buggy_walk`
}


def buggy_walk(variant: dict) -> np.ndarray:
    """Give the points (ROWS + 1, 2) of the optimizer with the variant's bug."""
    start = np.array([variant["u"], variant["v"]])
    points = [start]
    for count in range(1, ROWS + 1):
        move = BUGS[variant["bug"]]
        w, rate = points[-1], variant["rate"]
        points.append(w - count * rate * bowl_slope(w) if move is None else move(w, rate, start))
    return np.array(points)


def bug_table(variant: dict, words: Words) -> Exhibit:
    """Show the trajectory as a table, rounded to four decimals."""
    points = buggy_walk(variant)
    loss = (points**2).sum(axis=1) + points.prod(axis=1)
    rows = [
        (str(row), *(words.number(round(float(x), 4)) for x in (*point, value)))
        for row, (point, value) in enumerate(zip(points, loss, strict=True))
    ]
    return Exhibit(heads=(words("step"), "u", "v", "L"), rows=tuple(rows))


@cache
def bugs() -> tuple[dict, ...]:
    """Give all planted bugs with starts and rates at which the table shows them apart."""
    starts = [float(value) for value in range(-6, 7) if value != 0]
    numbers = grid(u=starts, v=starts, rate=(0.1, 0.2), bug=tuple(BUGS))
    # on the axes of symmetry a swap of the coordinates is not to be seen; slopes of 0 hide the other bugs
    return tuple(n for n in numbers if abs(n["u"]) != abs(n["v"]) and 0 not in bowl_slope(np.array([n["u"], n["v"]])))


def check_step(step):
    """Give True if `step(w, gradient, rate)` seems right, False if not.

    Try it on numbers that you have worked out.
    """
    # solution begins
    w, gradient = np.array([3.0, -1.0]), np.array([2.5, 4.0])
    first, second = step(w, gradient, 0.1), step(w, gradient, 0.2)
    kept = np.array_equal(w, [3.0, -1.0])
    return bool(kept and np.allclose(first, [2.75, -1.4]) and np.allclose(second, [2.5, -1.8]))
    # solution ends


def _right_in_other_words(w, gradient, rate):
    return np.add(w, np.multiply(-rate, gradient))


def _changing(w, gradient, rate):
    w -= rate * gradient
    return w


def _only_the_first(w, gradient, rate):
    return w - rate * gradient * (np.arange(np.size(w)) == 0).reshape(np.shape(w))


# each takes plain numbers too: a bug that a test with a single weight cannot see must not give itself away by an error
PLANTED = {
    "sign-flipped": lambda w, gradient, rate: w + rate * gradient,
    "rate-fixed": lambda w, gradient, rate: w - 0.1 * gradient,
    "only-the-first": _only_the_first,
    "only-the-sign": lambda w, gradient, rate: w - rate * np.sign(gradient),
    "first-slope-for-all": lambda w, gradient, rate: w - rate * np.ravel(gradient)[0],
    "argument-changed": _changing,
}


def _one_weight_only(step):
    return bool(np.allclose(step(np.array([3.0]), np.array([2.5]), 0.1), [2.75]))


def _result_only(step):
    w, gradient = np.array([3.0, -1.0]), np.array([2.5, 4.0])
    return bool(np.allclose(step(w.copy(), gradient, 0.2), w - 0.2 * gradient))


TEST_MISTAKES = tuple(
    Mistake(name, lambda variant, test=test: test)
    for name, test in {
        "accepts-all": lambda step: True,
        "rejects-all": lambda step: False,
        "inverted": lambda step: not check_step(step),
        "one-weight-only": _one_weight_only,
        "result-only": _result_only,
    }.items()
)


SHOWN = {name: RUNS[name] for name in ("too-small", "well-chosen", "too-large", "plateau", "sign-bug")}
NEVER = ("cycling", "stuck")

EXERCISES = (
    Exercise(
        "bug-from-trajectory",
        lesson=1,
        kind="bug-hunt",
        task=Choice(tuple(BUGS), lambda variant: variant["bug"]),
        variants=Variants({"u": 4.0, "v": -3.0, "rate": 0.1, "bug": "one-after-the-other"}, bugs),
        points=2,
        exhibit=bug_table,
    ),
    Exercise(
        "bug-by-test",
        lesson=1,
        kind="bug-hunt",
        task=TestWriting(check_step, (step, _right_in_other_words), PLANTED, TEST_MISTAKES),
        variants=Variants({}),
        points=3,
    ),
    clinic("loss-clinic", 1, SHOWN, ("plateau", "well-chosen", "too-large", "too-small"), NEVER),
)
