"""The learning rate as a function of the step: each schedule gives the factor of the optimizer's rate.

The rate itself lives in the optimizer, in one place. Step k, which leads from w_k to w_{k+1} and counts from 0, is
taken with the rate optimizer.rate × schedule(k):

    descend(landscape, Adam(rate=0.1), schedule=Cosine(steps=100), steps=100)

So one schedule serves any optimizer and every rate of a sweep. k may be a number or an array of steps, of any shape:
`Cosine(steps=100)(np.arange(100))` is the curve to plot. Any function of k may stand in for a schedule.
"""
# ruff: noqa: D102 - calling a schedule gives its factor at step k; the formula is in the docstring of the class

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gdcourse.checks import quiet, shorten
from gdcourse.settings import single_number, whole_number

COUNTS = ("every", "steps")  # settings that are whole numbers


class Schedule(ABC):
    """Frozen settings; calling it with the step k gives the factor of the rate.

    Raises:
        TypeError: If a setting is not a real number.
        ValueError: If a setting is out of its range.
    """

    def __post_init__(self):
        """Turn every setting into a number, or say what is wrong with it."""
        for name, value in vars(self).items():
            if name == "then" and (not callable(value) or isinstance(value, type)):
                raise TypeError(f"then must be a schedule, but {shorten(value)} came: pass one like Cosine()")
            if name in COUNTS:
                object.__setattr__(self, name, whole_number(name, value, low=1))
            elif name != "then":
                object.__setattr__(self, name, single_number(name, value))

    @abstractmethod
    def __call__(self, k) -> Any:
        """Give the factor at step k, or an array of factors at an array of steps."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The optimizer's own rate at every step: factor 1."""

    def __call__(self, k):
        return np.ones(np.shape(k))[()]


@dataclass(frozen=True)
class StepDecay(Schedule):
    """A staircase: the rate is multiplied by `factor` after every `every` steps. factor^⌊k/every⌋."""

    every: int = 30
    factor: float = 0.1

    @quiet
    def __call__(self, k):
        return np.power(self.factor, np.floor_divide(k, self.every))


@dataclass(frozen=True)
class Exponential(Schedule):
    """The rate is multiplied by `factor` after every step. factorᵏ."""

    factor: float = 0.95

    @quiet
    def __call__(self, k):
        return np.power(self.factor, k)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 down to `end` over `steps` steps, then flat.

    end + ½(1 − end)(1 + cos(πk/T)), T = steps. Source: Loshchilov and Hutter 2017 (arXiv 1608.03983), without restarts.
    """

    steps: int = 100
    end: float = 0.0  # factor that is reached after `steps` steps

    def __call__(self, k):
        share = np.minimum(k, self.steps) / self.steps
        return self.end + 0.5 * (1 - self.end) * (1 + np.cos(np.pi * share))


@dataclass(frozen=True)
class InverseTime(Schedule):
    """The rate falls like 1/t: (1 + decay·k)^(−power).

    With decay = 1 the first rates are α, α/2, α/3 ...; power = 0.5 gives α/√t. With noisy gradients, convergence to the
    minimum needs Σα_k = ∞ and Σα_k² < ∞, that is ½ < power ≤ 1. Source: Robbins and Monro 1951.
    """

    decay: float = 1.0
    power: float = 1.0

    def __call__(self, k):
        return np.power(1 + self.decay * np.asarray(k, dtype=float), -self.power)


@dataclass(frozen=True)
class WarmUp(Schedule):
    """A straight climb over the first `steps` steps, then another schedule from its beginning.

    Factors 1/T, 2/T ... 1 over T = steps steps (times the first factor of `then`), then then(k − T).
    Source: Goyal et al. 2017 (arXiv 1706.02677), section 2.2.
    """

    steps: int = 5
    then: Callable = field(default_factory=Constant)

    def __call__(self, k):
        climb = np.minimum(np.add(k, 1) / self.steps, 1)
        return climb * self.then(np.maximum(np.subtract(k, self.steps), 0))


SCHEDULES = {
    "constant": Constant,
    "step": StepDecay,
    "exponential": Exponential,
    "cosine": Cosine,
    "inverse-time": InverseTime,
    "warm-up": WarmUp,
}
