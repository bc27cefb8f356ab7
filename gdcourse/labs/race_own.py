"""Racers that are no optimizer of the course: the learner's own class, whatever it does, and Newton's method.

A racer has `init(w)` and `step(w, grad, state)`. If its step also takes `slope`, it may ask for further gradients:
slope(w) is the gradient at w, and every question is counted, because gradients are what a race costs.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from gdcourse.descent import descend
from gdcourse.guard import Stopped, guarded
from gdcourse.landscapes import Landscape

SECONDS = 1.0  # that a learner's racer may take for one race
TOLD = {
    "raised": "line {line} of its code stopped with {error}",
    "not-to-be-called": "{error}",
    "too-slow": "it was still running after {seconds:g} seconds: look for a loop that never ends",
    "exited": "it tried to end Python",
    "interrupted": "it was interrupted",
    "no-memory": "it asked for more memory than there is",
    "too-deep": "it called itself without end",
}


class Course(NamedTuple):
    """What a racer did; once its gradients are spent it stays where it is."""

    points: np.ndarray  # (rows, d)
    values: np.ndarray  # (rows,)
    cost: np.ndarray  # (rows,): gradients that it had taken to get there
    last: int  # the row in which it moved last


@dataclass(frozen=True, eq=False)
class Own:
    """A learner's racer under the name it races with; it may be anything at all, so nothing is asked of it here."""

    name: str
    optimizer: Any


class Counted:
    """A racer whose step asks for further gradients, as an optimizer that `descend` can walk with."""

    def __init__(self, racer, slope: Callable):
        """Take the racer, and the gradient of its landscape."""
        self.racer, self.gradient = racer, slope
        self.asked, self.costs = 0, [0]

    def init(self, w):
        """Give the racer's state before the first step."""
        return self.racer.init(w)

    def slope(self, w):
        """Give a gradient, and count it."""
        self.asked += 1
        return self.gradient(w)

    def step(self, w, grad, state):
        """Take the racer's step, and note what it has cost so far."""
        self.asked += 1
        answer = self.racer.step(w, grad, state, slope=self.slope)
        self.costs.append(self.asked)
        return answer


class MeasuredNewton:
    """Newton's method, w ← w − H⁻¹g, its Hessian H measured column by column: 1 + d gradients a step.

    On a quadratic it arrives in one step. Where the curvature is negative it climbs, and it stops at saddles, too.
    """

    width = 1e-6  # of the difference, times 1 + |w|

    def init(self, w):
        """Remember nothing."""
        return ()

    def step(self, w, grad, state, slope):
        """Solve for the point where the gradient would be zero."""
        h = self.width * (1 + np.abs(w))
        hessian = np.stack([(slope(w + h * axis) - grad) / h[i] for i, axis in enumerate(np.eye(len(w)))], axis=-1)
        if not np.isfinite(hessian).all():
            return np.full_like(w, np.nan), state
        return w - np.linalg.pinv(hessian) @ grad, state


@lru_cache(maxsize=64)
def race_alone(own: Own, ground: Landscape, start: tuple[float, ...], budget: int) -> Course | str:
    """Let a racer run until its gradients are spent; a sentence where it does not get there, whatever it does."""
    answer = guarded(lambda: _course(own.optimizer, ground, start, budget), SECONDS)
    if isinstance(answer, Stopped):
        return f"{own.name} does not race: {TOLD[answer.reason].format(**answer.facts)}."
    return answer


def _course(racer, ground: Landscape, start: tuple[float, ...], budget: int) -> Course:
    step = None if isinstance(racer, type) else getattr(racer, "step", None)
    asks = callable(step) and "slope" in inspect.signature(step).parameters
    walker = Counted(racer, ground.grad) if asks else racer
    path = descend(ground, walker, start, steps=budget)
    if path.points.ndim > 2:
        raise ValueError("one number is needed for each setting, but a list came: race one of them at a time")
    cost = np.array(walker.costs) if isinstance(walker, Counted) else path.steps
    last = int((cost <= budget).sum()) - 1
    held = np.minimum(path.steps, last)
    return Course(path.points[held], path.values[held], cost[held].astype(float), last)
