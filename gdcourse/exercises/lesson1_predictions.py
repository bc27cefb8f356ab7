"""Lesson 1, predictions for the hiker lab; what really happens is asked of the walk itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse.descent import descend
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import GradientDescent
from gdcourse.theory import curvature, regime

REGIMES = ("monotone", "exact", "overshooting", "cycling", "divergent")
RATES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.05, 1.1, 1.2, 1.5)
SQUARE = LANDSCAPES["square"]
NEAR = 0.01


def regime_of(variant: dict) -> str:
    """Name what the rate does on L(w) = w², by its curvature."""
    return str(regime(variant["rate"], float(curvature(SQUARE).L)))


@cache
def _steps(start: float, rate: float) -> float:
    path = descend(SQUARE, GradientDescent(rate=rate), (start,), steps=2000)
    return float(np.argmax(np.abs(path.points[:, 0]) < NEAR))


def steps_of(variant: dict) -> float:
    """Count the steps until |w| < 0.01 on L(w) = w²."""
    return _steps(variant["start"], variant["rate"])


@cache
def _loss_after_ten(start: float, rate: float) -> float:
    return float(descend(SQUARE, GradientDescent(rate=rate), (start,), steps=10).values[-1])


def loss_after_ten(variant: dict) -> float:
    """Give the loss after ten steps on L(w) = w²."""
    return _loss_after_ten(variant["start"], variant["rate"])


LOSS_MISTAKES = (
    Mistake("arrived", lambda _: 0.0),
    Mistake("place-for-loss", lambda variant: abs(variant["start"])),
)


@cache
def rates() -> tuple[dict, ...]:
    """Give the rates whose regime may be asked."""
    return tuple(grid(rate=RATES))


@cache
def slow_walks() -> tuple[dict, ...]:
    """Give the walks whose steps may be asked: monotone ones, and ones that overshoot and converge."""
    return tuple(grid(start=(-8.0, -6.0, -5.0, -4.0, -3.0, 3.0, 4.0, 6.0), rate=(0.02, 0.05, 0.1, 0.2, 0.8, 0.9)))


@cache
def cycles() -> tuple[dict, ...]:
    """Give the starts from which the rate 1 is asked about."""
    return tuple(grid(start=[float(start) for start in range(-6, 7) if start not in (0, 1, -1)], rate=(1.0,)))


def regime_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give what one step multiplies w by."""
    del number
    return {"factor": 1 - 2 * variant["rate"]}


def steps_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the shrinking of the distance, for the worked solution."""
    del number
    size, distance = abs(1 - 2 * variant["rate"]), abs(variant["start"])
    return {"size": size, "distance": distance, "steps": steps_of(variant)}


def loss_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the loss, for the worked solution."""
    del number
    return {"loss": loss_after_ten(variant)}


EXERCISES = (
    Exercise(
        "predict-regime",
        lesson=1,
        kind="prediction",
        task=Guess(Choice(REGIMES, regime_of, scale=True)),
        variants=Variants({"rate": 0.9}, rates, regime_facts),
    ),
    Exercise(
        "predict-steps",
        lesson=1,
        kind="prediction",
        task=Guess(Number(steps_of, decimals=None, within=0.2, positive=True)),
        variants=Variants({"start": -4.0, "rate": 0.1}, slow_walks, steps_facts),
    ),
    Exercise(
        "predict-loss",
        lesson=1,
        kind="prediction",
        task=Guess(Number(loss_after_ten, LOSS_MISTAKES)),
        variants=Variants({"start": -4.0, "rate": 1.0}, cycles, loss_facts),
    ),
)
