"""What happened on a walk: a record that can be scrubbed backwards, tabulated and plotted."""

from dataclasses import dataclass, replace

import numpy as np

from gdcourse.checks import shorten
from gdcourse.landscapes import Landscape
from gdcourse.optimizer_record import Optimizer, sweep_shape, swept
from gdcourse.settings import whole_number


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """One row per step that was kept, the start included.

    Runs are the axes between the first (rows) and the last (coordinates, d): none for one start, (n,) for a crowd,
    (P,) for a sweep, (P, n) for both.

    A run has diverged when its point, loss or gradient is no longer a finite number; from that row on all three are
    NaN. A run that only grows, and has not yet overflowed, has not diverged yet.
    """

    landscape: Landscape
    optimizer: Optimizer  # as it was given
    steps: np.ndarray  # (rows,): the step number of each row; 0 is the start
    points: np.ndarray  # (rows, ..., d)
    values: np.ndarray  # (rows, ...): the landscape's loss, also where another gradient was walked on
    gradients: np.ndarray  # (rows, ..., d): what the next step uses
    states: tuple  # (rows): the optimizer's state before the next step
    diverged_at: np.ndarray  # (...): number of the first step that is not finite, or −1

    @property
    def diverged(self) -> np.ndarray:
        """Whether each run has left the finite numbers, shape (...)."""
        return self.diverged_at >= 0

    def history(self, name: str) -> np.ndarray:
        """Give one part of the state over all rows, such as Adam's "m".

        Returns:
            Shape (rows, ..., d), NaN where the run has diverged; shape (rows,) for a part such as Adam's "t".

        Raises:
            ValueError: If the state has no such part.
        """
        parts = getattr(self.states[0], "_fields", ())
        if name not in parts:
            known = ", ".join(parts) or "nothing"
            raise ValueError(f"the state must have a part {shorten(name)}, but it holds {known}: choose one of these")
        history = np.array([getattr(state, name) for state in self.states], dtype=float)
        if history.ndim < self.points.ndim:
            return history
        return np.where(np.isnan(self.points), np.nan, history)

    def run(self, index: int | tuple[int, ...]) -> "Trajectory":
        """Give one run of a crowd or a sweep as a trajectory of its own.

        Args:
            index: 3 for the fourth run; (3, 0) for the first start under the fourth setting in a sweep of crowds.

        Raises:
            IndexError: If there is no such run.
        """
        index = index if isinstance(index, tuple) else (index,)
        shape = self.diverged_at.shape
        if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            raise IndexError(f"run must be an index into runs of shape {shape}, but {index} came: count from 0")
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
        """Give the rows of a single run as dicts: step, coordinates, loss, gradient.

        Args:
            every: Every so many rows; the last one is always there.

        Raises:
            ValueError: If there are many runs, or `every` is not a whole number from 1 on.
        """
        if self.diverged_at.ndim > 0:
            raise ValueError(f"a table shows one run, but there are {self.diverged_at.size}: choose one with .run(0)")
        every, last = whole_number("every", every, low=1), len(self.steps) - 1
        return [self._row(i) for i in range(last + 1) if i % every == 0 or i == last]

    def _row(self, i: int) -> dict[str, float]:
        numbers = [""] if self.points.shape[-1] == 1 else range(1, self.points.shape[-1] + 1)
        point = {f"w{number}": float(x) for number, x in zip(numbers, self.points[i], strict=True)}
        slope = {f"gradient{number}": float(x) for number, x in zip(numbers, self.gradients[i], strict=True)}
        return {"step": int(self.steps[i]), **point, "loss": float(self.values[i]), **slope}

    def table(self, every: int = 1) -> str:
        """Give the rows of a single run as text, six digits a number; a last line says where it diverged."""
        rows = self.rows(every)
        lines = [list(rows[0])] + [[f"{number:.6g}" for number in row.values()] for row in rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = "\n".join("  ".join(map(str.rjust, line, widths)) for line in lines)
        return f"{text}\ndiverged at step {self.diverged_at}: the numbers overflowed" if self.diverged else text

    def __repr__(self) -> str:
        """Say in one sentence what was done and how it ended."""
        steps, runs = int(self.steps[-1]), self.diverged_at.size
        walk = f"{steps} {'step' if steps == 1 else 'steps'} of {_in_words(self.optimizer)} on {self.landscape.name}"
        if self.diverged_at.ndim == 0:
            return f"{walk}: {self._outcome()}"
        return f"{runs} {'run' if runs == 1 else 'runs'} of {walk}: {self._outcomes()}"

    def _outcome(self) -> str:
        if self.diverged:
            return f"diverged at step {self.diverged_at}"
        start = f"{self.values[0]:.3g}" if self.steps[0] == 0 else "..."  # the start was not kept
        return f"loss {start} -> {self.values[-1]:.3g}"

    def _outcomes(self) -> str:
        arrived = self.values[-1][~self.diverged]
        if arrived.size == 0:
            return "all diverged"
        lost = f", {int(self.diverged.sum())} diverged" if self.diverged.any() else ""
        return f"last loss from {arrived.min():.3g} to {arrived.max():.3g}{lost}"


def _member(optimizer, index: tuple[int, ...]):
    """The optimizer with the settings of one run of its sweep."""
    runs = sweep_shape(optimizer)
    chosen = {name: np.broadcast_to(value, runs)[index[: len(runs)]] for name, value in swept(optimizer).items()}
    return replace(optimizer, **chosen) if chosen else optimizer


def _part(state, index: tuple[int, ...], ndim: int):
    """One run's part of a state; what all runs have in common, such as t, stays."""
    if not hasattr(state, "_fields"):
        return state
    return type(state)(*(value[index] if np.ndim(value) == ndim else value for value in state))


def _in_words(optimizer) -> str:
    """Name, rate and what is swept, for example "momentum (rate 0.1, beta 0 to 0.99)"."""
    name, rate = getattr(optimizer, "name", type(optimizer).__name__), getattr(optimizer, "rate", None)
    settings = {"rate": f"{rate:.3g}"} if isinstance(rate, float) else {}
    settings |= {key: f"{value.min():.3g} to {value.max():.3g}" for key, value in swept(optimizer).items()}
    shown = ", ".join(f"{key} {text}" for key, text in settings.items())
    return f"{name} ({shown})" if shown else name
