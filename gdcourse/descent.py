"""The walk itself: an optimizer on a landscape, from one start, from a crowd of starts, or a sweep over a setting.

    w = start
    for k in range(steps):
        w, state = optimizer.step(w, gradient(w), state)

Everything else in this file writes down what happened, so that it can be scrubbed, tabulated and plotted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gdcourse.landscapes import Landscape, as_start
from gdcourse.optimizer_record import Optimizer, settings_of, spread, sweep_shape, swept
from gdcourse.settings import as_setting, whole_number

LARGEST_RECORD = 2**30  # bytes: more than that is asked for by mistake, and a browser's kernel has no more


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """What happened: one row per step that was kept, the start included.

    A run diverges at the first step whose point, loss or gradient is not finite; from that row on its points, losses
    and gradients are NaN. Runs are the axes between the first (rows) and the last (coordinates, d): none for one
    start, (n,) for a crowd, (P,) for a sweep, (P, n) for both.
    """

    landscape: Landscape
    optimizer: Optimizer  # as it was given
    steps: np.ndarray  # (rows,): the step number of each row; 0 is the start
    points: np.ndarray  # (rows, ..., d)
    values: np.ndarray  # (rows, ...): the landscape's loss, also where `grad` was replaced
    gradients: np.ndarray  # (rows, ..., d): the gradient that the next step uses
    states: tuple  # (rows): the optimizer's state before the next step
    diverged_at: np.ndarray  # (...): number of the first step that is not finite, or −1

    @property
    def diverged(self) -> np.ndarray:
        """Whether each run left the finite numbers, shape (...)."""
        return self.diverged_at >= 0

    def history(self, name: str) -> np.ndarray:
        """Give one part of the state over all rows, such as Adam's "m": shape (rows, ...), NaN after divergence."""
        parts = np.array([getattr(state, name) for state in self.states], dtype=float)
        gone = self.diverged & (self.steps.reshape(-1, *[1] * self.diverged_at.ndim) >= self.diverged_at)
        return np.where(gone[..., None], np.nan, parts) if parts.ndim == self.points.ndim else parts

    def run(self, index: int | tuple[int, ...]) -> "Trajectory":
        """Give one run as a trajectory of its own: the index is 3, or (3, 0) in a sweep of crowds."""
        index = index if isinstance(index, tuple) else (index,)
        shape = self.diverged_at.shape
        if len(index) != len(shape):
            raise ValueError(f"this trajectory has runs of shape {shape}: pass an index with {len(shape)} numbers")
        return replace(
            self,
            optimizer=_member(self.optimizer, index),
            points=self.points[:, *index],
            values=self.values[:, *index],
            gradients=self.gradients[:, *index],
            states=tuple(_part(state, index, self.points.ndim - 1) for state in self.states),
            diverged_at=self.diverged_at[index],
        )

    def rows(self, every: int = 1) -> list[dict[str, float]]:
        """A dict per kept row of a single run: step, coordinates, loss, gradient; every `every`-th row and the last."""
        if self.diverged_at.ndim > 0:
            raise ValueError(f"a table shows one run, but here are {self.diverged_at.size}: choose one with .run(0)")
        every = whole_number("every", every, low=1)
        chosen = [i for i in range(len(self.steps)) if i % every == 0 or i == len(self.steps) - 1]
        return [self._row(i) for i in chosen]

    def _row(self, i: int) -> dict[str, float]:
        names = [""] if self.landscape.dimension == 1 else range(1, self.landscape.dimension + 1)
        point = {f"w{name}": float(x) for name, x in zip(names, self.points[i], strict=True)}
        slope = {f"gradient{name}": float(x) for name, x in zip(names, self.gradients[i], strict=True)}
        return {"step": int(self.steps[i]), **point, "loss": float(self.values[i]), **slope}

    def table(self, every: int = 1) -> str:
        """The rows of a single run as text: one line per step, six digits a number."""
        rows = self.rows(every)
        lines = [list(rows[0])] + [[f"{number:.6g}" for number in row.values()] for row in rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(map(str.rjust, line, widths)) for line in lines)

    def __repr__(self) -> str:
        """Say in one sentence what was done and how it ended."""
        count = self.diverged_at.size
        runs = "" if self.diverged_at.ndim == 0 else f"{count} {'run' if count == 1 else 'runs'} of "
        steps = int(self.steps[-1])
        named = f"{steps} {'step' if steps == 1 else 'steps'} of {_in_words(self.optimizer)}"
        return f"{runs}{named} on {self.landscape.name}: {self._outcome()}"

    def _outcome(self) -> str:
        first, last = self.values[0], self.values[-1]
        if self.diverged_at.ndim == 0:
            start = f"{first:.3g}" if self.steps[0] == 0 else "..."
            return f"diverged at step {self.diverged_at}" if self.diverged else f"loss {start} -> {last:.3g}"
        lost = int(np.sum(self.diverged))
        arrived = last[~self.diverged]
        spread_out = f"loss from {arrived.min():.3g} to {arrived.max():.3g} at the end" if arrived.size else ""
        return ", ".join(filter(None, [spread_out, f"{lost} diverged" if lost or not arrived.size else ""]))


def descend(
    landscape: Landscape,
    optimizer: Optimizer,
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
        landscape: what to walk on.
        optimizer: how to walk. A setting may be an array of shape (P,): P runs, one with each number.
        start: one point (d,), a crowd (n, d), or None for the landscape's own start.
        steps: how many; the start is row 0, so there are steps + 1 rows.
        schedule: step k is taken with the rate optimizer.rate × schedule(k); see `gdcourse.schedules`.
        grad: replaces the landscape's gradient, for noise or minibatches: grad(w, rng) with w of shape (..., d).
        rng: the random generator (or its seed) that `grad` is given. None is seed 0: the same call, the same walk.
        keep: "all" rows, only the "last", or the last k: bounds the memory, the states included.

    Raises:
        ValueError: something cannot be walked with; the sentence says what was expected, what came, what to do.
        Divergence is no error: see `Trajectory`.
    """
    count = whole_number("steps", steps)
    walker, w = spread(optimizer, as_start(landscape, start))
    rates = _rates(walker, schedule, count)
    gradient = landscape.grad if grad is None else _replaced(grad, np.random.default_rng(0 if rng is None else rng))
    record = _Record(count + 1, keep, w.shape)
    with np.errstate(all="ignore"):
        state = walker.init(w)
        for k in range(count + 1):
            w, g = record.write(k, w, landscape.value(w), gradient(w), state)
            if k < count:
                w, state = _at_rate(walker, rates, k).step(w, g, state)
    return record.trajectory(landscape, optimizer)


class _Record:
    """Rows written one after the other into arrays made beforehand; when they are full, the oldest row is replaced."""

    def __init__(self, total: int, keep: str | int, shape: tuple[int, ...]):
        self.total, self.rows = total, _rows_kept(keep, total)
        if 16 * self.rows * max(1, int(np.prod(shape))) > LARGEST_RECORD:
            raise ValueError(f"{self.rows} rows of {np.prod(shape)} numbers do not fit into the memory: pass keep=1000")
        self.points = np.empty((self.rows, *shape))
        self.gradients = np.empty((self.rows, *shape))
        self.values = np.empty((self.rows, *shape[:-1]))
        self.states: list[Any] = [None] * self.rows
        self.diverged_at = np.full(shape[:-1], -1)

    def write(self, k: int, w, value, gradient, state):
        """Write row k, with NaN where a run has diverged; give back the point and the gradient as written."""
        finite = np.isfinite(value) & np.isfinite(w).all(-1) & np.isfinite(gradient).all(-1) & (self.diverged_at < 0)
        if not np.all(finite):
            self.diverged_at = np.where(~finite & (self.diverged_at < 0), k, self.diverged_at)
            value = np.where(finite, value, np.nan)
            w, gradient = (np.where(finite[..., None], part, np.nan) for part in (w, gradient))
        row = k % self.rows
        self.points[row], self.values[row], self.gradients[row], self.states[row] = w, value, gradient, state
        return w, gradient

    def trajectory(self, landscape: Landscape, optimizer: Optimizer) -> Trajectory:
        """The rows in the order of their steps."""
        steps = np.arange(self.total - self.rows, self.total)
        oldest = self.total % self.rows  # the place that the next row would have replaced
        points, values, gradients = (np.roll(a, -oldest, 0) for a in (self.points, self.values, self.gradients))
        states = tuple(self.states[oldest:] + self.states[:oldest])
        return Trajectory(landscape, optimizer, steps, points, values, gradients, states, self.diverged_at[()])


def _rows_kept(keep: str | int, total: int) -> int:
    if isinstance(keep, str) and keep in ("all", "last"):
        return total if keep == "all" else 1
    if isinstance(keep, str):
        raise ValueError(f'keep must be "all", "last" or a number of rows, but is {keep!r}: leave it out to keep all')
    return min(whole_number("keep", keep, low=1), total)


def _replaced(grad: Callable, rng: np.random.Generator) -> Callable:
    """The replacement of the gradient as a function of w alone, its answer checked."""

    def gradient(w):
        g = np.asarray(grad(w.copy(), rng), dtype=float)  # a copy: a replacement's `w -= ...` must not move the walk
        if g.shape != w.shape:
            raise ValueError(f"grad must return one number per coordinate, shape {w.shape}, but gave {g.shape}")
        return g

    return gradient


def _rates(walker, schedule: Callable | None, steps: int):
    """The rate of every step; None when it stays as it is."""
    if schedule is None:
        return None
    if "rate" not in settings_of(walker):
        raise ValueError(
            f"a schedule changes the setting `rate`, but {type(walker).__name__} has none: drop the schedule"
        )
    if not callable(schedule):
        raise ValueError(
            f"schedule must be a function of the step, but is {schedule!r}: pass for example Cosine(steps)"
        )
    return [walker.rate * as_setting("factor", schedule(k)) for k in range(steps)]


def _at_rate(walker, rates, k: int):
    return walker if rates is None else replace(walker, rate=rates[k])


def _member(optimizer, index: tuple[int, ...]):
    """The optimizer with the settings of one run of its sweep."""
    runs = sweep_shape(optimizer)
    chosen = {name: np.broadcast_to(value, runs)[index[: len(runs)]] for name, value in swept(optimizer).items()}
    return replace(optimizer, **chosen) if chosen else optimizer


def _part(state, index: tuple[int, ...], ndim: int):
    """One run's part of a state; what is common to all runs, such as t, stays."""
    if not hasattr(state, "_fields"):
        return state
    return type(state)(*(value[index] if np.ndim(value) == ndim else value for value in state))


def _in_words(optimizer) -> str:
    """Name and rate: "gradient descent (rate 0.1)"."""
    name, rate = getattr(optimizer, "name", type(optimizer).__name__), getattr(optimizer, "rate", None)
    if rate is None:
        return name
    many = np.ndim(rate) > 0 and np.size(rate) > 0
    return f"{name} (rates {np.min(rate):.3g} to {np.max(rate):.3g})" if many else f"{name} (rate {rate:.3g})"
