"""The course's own runs that a clinic may show: the loss at every step, each with what is the matter with it."""

from __future__ import annotations

import numpy as np

from gdcourse.descent import descend
from gdcourse.labs.noisy import noisy
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent
from gdcourse.schedules import Schedule, StepDecay

LEAST = 1e-4  # the lowest loss that a clinic shows, where it says so


def line_run(name: str, rate: float, start: float, sign: float = 1.0) -> np.ndarray:
    """Give the loss of 40 steps on a landscape of one weight; `sign` −1 is the bug that goes up the slope."""
    ground = LANDSCAPES[name]
    path = descend(ground, GradientDescent(rate), (start,), steps=40, grad=lambda w, rng: sign * ground.grad(w))
    return path.values


def valley_run(rate: float, start: tuple, noise: float = 0.0, schedule: Schedule | None = None) -> np.ndarray:
    """Give the loss of 80 steps in the valley of curvatures 1 and 10, with noise of this spread on the gradient."""
    ground = quadratic((1.0, 10.0))
    pushed = noisy(ground, noise, 1) if noise else None
    return descend(ground, GradientDescent(rate), [start], steps=80, schedule=schedule, grad=pushed, rng=5).values[:, 0]


def run_above_the_lowest(name: str, rate: float, start: tuple) -> np.ndarray:
    """Give the loss of 60 steps above that of the landscape's lowest minimum."""
    ground = LANDSCAPES[name]
    path = descend(ground, GradientDescent(rate), start, steps=60)
    return path.values - ground.value(np.array(ground.minima)).min()


def seen(loss: np.ndarray) -> np.ndarray:
    """Leave out what is below LEAST: on a logarithmic axis a run that arrives would press the others flat."""
    return np.where(loss < LEAST, np.nan, loss)


RUNS = {
    "too-small": lambda: line_run("square", 0.01, -4.0),
    "well-chosen": lambda: line_run("square", 0.2, -4.0),
    "too-large": lambda: line_run("square", 1.05, -4.0),
    "plateau": lambda: line_run("plateau", 0.4, -3.0),
    "sign-bug": lambda: line_run("plateau", 0.3, -0.02, sign=-1.0),
    "valley": lambda: valley_run(0.15, (2.0, 0.5)),
    "a-little-too-large": lambda: valley_run(0.205, (2.0, 0.01)),
    "noise-floor": lambda: valley_run(0.15, (2.0, 0.5), noise=0.5),
    "rate-lowered": lambda: valley_run(0.15, (2.0, 0.5), noise=0.5, schedule=StepDecay(every=40, factor=0.02)),
    "saddle": lambda: run_above_the_lowest("bounded-saddle", 0.2, (8.0, 1e-4)),
    "long-plateau": lambda: run_above_the_lowest("plateau", 0.4, (-3.6,)),
    "stuck": lambda: run_above_the_lowest("double-well", 0.01, (2.0,)),
    "catapult": lambda: run_above_the_lowest("two-weights", 0.2, (4.0, 0.1)),
}
