"""The capstone: an unseen landscape drawn from the learner's name, and a budget of evaluations to search it with.

    def strategy(evaluate, start, budget):
        w = start
        for _ in range(budget):
            loss, gradient = evaluate(w)
            w = w - 0.05 * gradient

    attempt(strategy, "ada")

The course's own optimizers walk the same landscape from the same start with the same budget, and they may do so at
eleven rates each and show only the best: tuned with hindsight, which the learner is not. The score says where between
the start and the best of them an attempt came to lie, on a scale of powers of ten.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np

from gdcourse.checks import excerpt, shorten
from gdcourse.descent import descend
from gdcourse.exercises.name_file import LONGEST, is_name
from gdcourse.exercises.reading import read_array
from gdcourse.exercises.variants import SELF_STUDY, chosen, current_student
from gdcourse.exercises.words import Words, current_language
from gdcourse.guard import Stopped, guarded
from gdcourse.landscapes import Landscape
from gdcourse.landscapes_hidden import hidden_range
from gdcourse.optimizers import OPTIMIZERS

BUDGET = 80  # evaluations of loss and gradient
RATES = np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0])
FLOOR = 1e-4  # of the start's height: as good as arrived
SECONDS = 10.0
TWINS = str.maketrans({"|": "/", "$": "S"})  # what a table and formulas are made of


class BudgetSpent(Exception):
    """Raised by `evaluate` once the budget is spent: the attempt is over, and what was found counts."""


@dataclass(frozen=True)
class Baseline:
    """The best run of one optimizer, over all rates."""

    optimizer: str  # key
    rate: float
    loss: float  # the lowest on its way


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a strategy found."""

    student: str
    word: str
    points: np.ndarray  # (evaluations, 2): every place that was evaluated
    losses: np.ndarray  # (evaluations,)
    trouble: str = ""  # why the strategy ended before its budget, in a sentence

    @property
    def best(self) -> tuple[float, float]:
        """The lowest place that was evaluated."""
        x, y = self.points[int(np.nanargmin(self.losses))]
        return float(x), float(y)

    @property
    def loss(self) -> float:
        """The loss there."""
        return float(np.nanmin(self.losses))

    @property
    def score(self) -> int:
        """0 at the start, 100 level with the best tuned baseline; more than that is better still."""
        return score_of(self.loss, self.student, self.word)

    def _repr_markdown_(self) -> str:
        land, best = (
            landscape_of(self.student, self.word),
            min(baselines(self.student, self.word), key=lambda b: b.loss),
        )
        x, y = self.best
        whose = f"{plain(self.student)}{self.word and f', word {plain(self.word)}'}"
        hint = ' (`attempt(strategy, "your name")` gives you one of your own)' if self.student == SELF_STUDY else ""
        lines = [
            f"**Score {self.score}** after {len(self.losses)} of {BUDGET} evaluations."
            f" The landscape is that of {whose}{hint}.",
            f"- lowest loss found: {self.loss:.4f}, at ({x:.2f}, {y:.2f})",
            f"- 0 is the start: {float(land.value(land.start)):.4f}",
            f"- 100 is the best tuned baseline: {best.loss:.4f},"
            f" by {OPTIMIZERS[best.optimizer].name} at rate {best.rate:g}",
            f"- the lowest point there is: {float(land.value(land.minima[0])):.4f}",
            *([f"\n{self.trouble}"] if self.trouble else []),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Tell the same as plain text."""
        return self._repr_markdown_().replace("**", "").replace("`", "")

    def figure(self):
        """Draw the landscape with the way that was taken, now that it may be seen; needs matplotlib."""
        from gdcourse.plotting import Picture, plot_landscape  # only a picture needs them
        from gdcourse.plotting_colors import LINE

        figure = Picture(figsize=(5.4, 4.8), layout="constrained")
        ax = plot_landscape(landscape_of(self.student, self.word), figure.subplots())
        ax.set_ylim(landscape_of(self.student, self.word).view[1])
        ax.plot(*self.points.T, ".-", color="#0072b2", linewidth=1, label="evaluated")
        ax.plot(*self.points[0], "s", color="#333333", label="start")
        ax.plot(*self.best, "*", color="#d55e00", markersize=14, label="lowest found")
        ax.plot([], [], "x", color=LINE["minimum"], label="minima")  # drawn with the landscape
        ax.set(xlabel="first weight", ylabel="second weight")
        ax.legend(fontsize="small")
        figure.alt = repr(self)
        return figure


def known_as(student: str) -> str:
    """Write a name as it stands on the board: the same on every keyboard, whatever the spaces.

    Raises:
        ValueError: If it is no name: empty, too long, or with letters that cannot be printed.
    """
    name = written(student)
    if not is_name(name):
        raise ValueError(f"a name must be 1 to {LONGEST} letters, but {shorten(student)} came: pass your own")
    return name


def written(text) -> str:
    """Write a text as every keyboard would: é is one letter, and spaces stand between words only."""
    return " ".join(unicodedata.normalize("NFC", str(text)).split())


def agreed(word) -> str:
    """Write a class's word so that everybody who heard it means the same."""
    return written(word).casefold()


def plain(name: str) -> str:
    """Show a name so that it can neither break a table nor become a link or a formula."""
    return excerpt(name, LONGEST).translate(TWINS)


@cache
def landscape_of(student: str, word: str = "") -> Landscape:
    """Give the landscape of a student; a class's word gives everybody another one."""
    return hidden_range(chosen("capstone", student, 2**31, secret=word))


@cache
def baselines(student: str, word: str = "") -> tuple[Baseline, ...]:
    """Give what each optimizer of the course reaches with the budget at its best rate."""
    land, found = landscape_of(student, word), []
    for key, kind in OPTIMIZERS.items():
        lowest = np.nanmin(descend(land, kind(rate=RATES), steps=BUDGET - 1).values, axis=0)
        best = int(np.argmin(lowest))
        found.append(Baseline(key, float(RATES[best]), float(lowest[best])))
    return tuple(found)


def score_of(loss: float, student: str, word: str = "") -> int:
    """Give the score of a loss: powers of ten gained over the start, the best baseline's gain being 100."""
    land = landscape_of(student, word)
    bottom, top = float(land.value(land.minima[0])), float(land.value(land.start))
    best = min(baseline.loss for baseline in baselines(student, word))

    def gain(value: float) -> float:
        return -log(max((value - bottom) / (top - bottom), FLOOR))

    return round(100 * gain(loss) / gain(best))


def attempt(strategy: Callable, student: str | None = None, word: str = "") -> Attempt:
    """Let a strategy search; every place that it evaluates counts, and the lowest one is its result.

    Args:
        strategy: A function of (evaluate, start, budget); evaluate(w) gives the loss and the gradient at w, and costs
            one of the budget. What it returns does not matter.
        student: Whose landscape; None for the current student.
        word: A word that a class agrees on, so that nobody has seen the landscape before; capitals do not matter.

    Raises:
        TypeError: If the strategy is no function.
        ValueError: If it evaluates nothing, or the name is none.
    """
    if not callable(strategy):
        raise TypeError(f"strategy must be a function, but {shorten(strategy)} came: pass it without brackets")
    student, word = known_as(current_student(student)), agreed(word)
    points, losses = [], []
    stopped = guarded(lambda: _searched(strategy, landscape_of(student, word), points, losses), SECONDS)
    words = Words(current_language(), "capstone")
    trouble = words.say(stopped.reason, **stopped.facts) if isinstance(stopped, Stopped) else ""
    if not np.isfinite(losses).any():
        raise ValueError(
            f"strategy must evaluate at least one place, but it found no loss: call evaluate(w). {trouble}"
        )
    return Attempt(student, word, np.array(points), np.array(losses), trouble[:1].upper() + trouble[1:])


def _searched(strategy: Callable, land: Landscape, points: list, losses: list) -> None:
    """Call the strategy with an `evaluate` that writes down every place, until the budget is spent."""

    def evaluate(w):
        if len(points) == BUDGET:
            raise BudgetSpent
        place = read_array(w)
        if not isinstance(place, np.ndarray) or place.shape != (2,):
            raise ValueError(f"evaluate must be given a point of two numbers, but {shorten(w)} came: pass an array")
        points.append(place.astype(float))
        value, slope = float(land.value(place)), land.grad(place)
        losses.append(value if np.isfinite(value) else np.nan)
        return value, slope

    try:
        with np.errstate(all="ignore"):
            strategy(evaluate, np.array(land.start), BUDGET)
    except BudgetSpent:
        pass
