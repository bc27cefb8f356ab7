"""The walk itself: an optimizer on a landscape, from one start, from a crowd of starts, or a sweep over a setting.

    w, state = start, optimizer.init(start)
    for k in range(steps):
        w, state = optimizer.step(w, landscape.grad(w), state)

The rest of this file shapes what comes in, writes down every step, and marks the runs that diverge.
"""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass, replace
from typing import Any

import numpy as np

from gdcourse.checks import as_numbers, shorten
from gdcourse.landscapes import Landscape, as_start
from gdcourse.optimizer_record import spread
from gdcourse.settings import whole_number
from gdcourse.trajectory import Trajectory

__all__ = ["Trajectory", "descend"]
LARGEST_RECORD = 2**30  # bytes: more is asked for by mistake, and a kernel in the browser has no more


def descend(
    landscape: Landscape,
    optimizer,
    start=None,
    *,
    steps: int = 100,
    schedule: Callable | None = None,
    grad: Callable | None = None,
    rng: np.random.Generator | int | None = None,
    keep: str | int = "all",
) -> Trajectory:
    """Walk downhill and write down every step.

    Args:
        landscape: What to walk on.
        optimizer: How to walk. A setting may be an array of shape (P,): P runs, one with each number.
        start: One point (d,), a crowd (n, d), or None for the landscape's own start.
        steps: How many; the start is row 0, so there are steps + 1 rows.
        schedule: Step k, from w_k to w_{k+1}, has the rate optimizer.rate × schedule(k); see `gdcourse.schedules`.
        grad: Walked on in place of the landscape's gradient (noise, minibatches): grad(w, rng), w of shape (..., d).
        rng: The random generator for `grad`, or its seed. None is seed 0: the same call gives the same walk.
        keep: "all" rows, only the "last", or the last k: this bounds the memory, the states included.

    Returns:
        A Trajectory. Divergence is recorded there, not raised.

    Raises:
        TypeError: If something is not of the kind that is needed, such as text for a number.
        ValueError: If a number or a shape is out of range.
    """
    _must_walk(landscape, optimizer)
    total = whole_number("steps", steps) + 1
    walker, w = spread(optimizer, as_start(landscape, start))
    factors = _factors(walker, schedule, total - 1)
    gradient = landscape.grad if grad is None else _replaced(grad, rng)
    record = _Record(total, keep, w.shape)
    with np.errstate(all="ignore"):
        state = walker.init(w)
        for k in range(total):
            w, g = record.write(k, w, landscape.value(w), gradient(w), state)
            if k < total - 1:
                w, state = _step(_at_rate(walker, factors, k), w, g, state)
    return record.trajectory(landscape, optimizer)


class _Record:
    """Rows written one after the other into arrays made beforehand; when they are full, the oldest is replaced."""

    def __init__(self, total: int, keep: str | int, shape: tuple[int, ...]):
        self.total, self.rows = total, _rows_kept(keep, total)
        if 16 * self.rows * int(np.prod(shape)) > LARGEST_RECORD:
            raise ValueError(
                f"a walk must fit into memory, but {self.rows} rows of {int(np.prod(shape))} numbers came:"
                f" pass a smaller keep, or fewer steps"
            )
        self.points = np.empty((self.rows, *shape))
        self.gradients = np.empty((self.rows, *shape))
        self.values = np.empty((self.rows, *shape[:-1]))
        self.states: list[Any] = [None] * self.rows
        self.diverged_at = np.full(shape[:-1], -1)

    def write(self, k: int, w, value, gradient, state):
        """Write row k, NaN where a run has diverged, and give back its point and gradient."""
        finite = np.isfinite(value) & np.isfinite(w).all(-1) & np.isfinite(gradient).all(-1) & (self.diverged_at < 0)
        if not finite.all():
            self.diverged_at = np.where(~finite & (self.diverged_at < 0), k, self.diverged_at)
            value = np.where(finite, value, np.nan)
            w, gradient = (np.where(finite[..., np.newaxis], part, np.nan) for part in (w, gradient))
        row = k % self.rows
        self.points[row], self.values[row], self.gradients[row], self.states[row] = w, value, gradient, state
        return w, gradient

    def trajectory(self, landscape: Landscape, optimizer) -> Trajectory:
        """Put the rows into the order of their steps."""
        steps = np.arange(self.total - self.rows, self.total)
        oldest = self.total % self.rows  # where the next row would have gone
        parts = (self.points, self.values, self.gradients)
        points, values, gradients = (np.roll(part, -oldest, axis=0) if oldest else part for part in parts)
        states = tuple(self.states[oldest:] + self.states[:oldest])
        return Trajectory(landscape, optimizer, steps, points, values, gradients, states, self.diverged_at[()])


def _rows_kept(keep: str | int, total: int) -> int:
    if isinstance(keep, str):
        if keep not in ("all", "last"):
            raise ValueError(f'keep must be "all", "last" or a number of rows, but {shorten(keep)} came: change it')
        return total if keep == "all" else 1
    return min(whole_number("keep", keep, low=1), total)


def _must_walk(landscape, optimizer) -> None:
    """Refuse what has no gradient and what has no step: a key such as "adam", or a class that was not called."""
    if not hasattr(landscape, "grad") or isinstance(landscape, type):
        raise TypeError(
            f'landscape must be one like LANDSCAPES["square"], but {shorten(landscape)} came: pass a record'
        )
    if not hasattr(optimizer, "step") or isinstance(optimizer, type):
        raise TypeError(f"optimizer must be one like Adam(rate=0.1), but {shorten(optimizer)} came: pass a record")


def _must_take(arguments: tuple[str, ...], name: str, function) -> None:
    """Refuse what is no function, or is one of other arguments."""
    takes = " and ".join(arguments)
    if not callable(function):
        raise TypeError(
            f"{name} must be a function of {takes}, but {shorten(function)} came: pass one, or leave it out"
        )
    try:
        signature = inspect.signature(function)
    except ValueError:  # written in C: it has none to look at
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        raise TypeError(f"{name} must take {takes}, but a function of {signature} came: change its arguments") from None


def _replaced(grad: Callable, rng) -> Callable:
    """The replacement of the gradient as a function of w alone, its answer checked."""
    _must_take(("w", "rng"), "grad", grad)
    if not isinstance(rng, np.random.Generator):
        rng = np.random.default_rng(0 if rng is None else whole_number("rng", rng))

    def gradient(w):
        g = as_numbers(grad(w.copy(), rng), "what grad returns")  # a copy: its `w -= ...` must not move the walk
        if g.shape != w.shape:
            raise ValueError(f"grad must return the shape of w, {w.shape}, but {g.shape} came: one slope a coordinate")
        return g

    return gradient


def _factors(walker, schedule: Callable | None, steps: int) -> np.ndarray | None:
    """What the rate of each step is multiplied by, shape (steps,); None where it stays as it is."""
    if schedule is None:
        return None
    if isinstance(schedule, type):
        raise TypeError(f"schedule must be one like Cosine(steps=100), but {shorten(schedule)} came: pass a record")
    _must_take(("k",), "schedule", schedule)
    if not is_dataclass(walker) or not hasattr(walker, "rate"):
        raise TypeError(
            f"a schedule changes a setting `rate`, but {shorten(walker)} came: make it a dataclass with one"
        )
    with np.errstate(all="ignore"):
        factors = [as_numbers(schedule(k), f"schedule({k})") for k in range(steps)]
    for k, factor in enumerate(factors):
        if factor.ndim > 0 or not 0 <= factor < np.inf:
            raise ValueError(f"schedule({k}) must be one number, 0 or more, but {shorten(factor)} came: change it")
    return np.array(factors)


def _at_rate(walker, factors: np.ndarray | None, k: int):
    return walker if factors is None else replace(walker, rate=walker.rate * factors[k])


def _step(walker, w, gradient, state):
    """One step of the optimizer, which may be a learner's own."""
    answer = walker.step(w, gradient, state)
    if not isinstance(answer, tuple) or len(answer) != 2 or np.shape(answer[0]) != w.shape:
        raise ValueError(f"step must return (w, state), w of shape {w.shape}, but {shorten(answer)} came: change it")
    return answer
