"""Lesson 3, predictions for the batch lab, and four loss curves to diagnose; all from the course's own runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse.descent import descend
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.clinic import clinic
from gdcourse.exercises.clinic_runs import seen
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs import LABS
from gdcourse.labs.batch_ground import birds, noise
from gdcourse.optimizers import GradientDescent
from gdcourse.samples import BatchGradient
from gdcourse.schedules import SCHEDULES

RATE = 0.05
RACERS = ("1", "16", "333")


@cache
def _spread(batch: float) -> float:
    scene = LABS["batch"].scene(batch=int(batch), draw="independent", steps=0)
    return float(scene.columns["predicted"][0])


def shrinking(variant: dict) -> float:
    """Give how many times shorter the spread of the arrows is at the larger batch."""
    return _spread(variant["small"]) / _spread(variant["large"])


SHRINKING_MISTAKES = (
    Mistake("as-the-batch", lambda v: v["large"] / v["small"]),
    Mistake("unchanged", lambda v: 1.0),
    Mistake("squared", lambda v: (v["large"] / v["small"]) ** 2),
)


@cache
def pairs() -> tuple[dict, ...]:
    """Give the pairs of the lab's batch sizes that may be compared: a factor of 16 or 64."""
    numbers = grid(small=(1.0, 2.0, 3.0, 4.0, 6.0, 8.0), large=(32.0, 48.0, 64.0, 96.0, 128.0, 192.0, 256.0))
    return tuple(v for v in numbers if v["large"] / v["small"] in (16, 64))


def pair_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the factor between the batch sizes and its root."""
    del number
    return {"factor": variant["large"] / variant["small"], "shrinks": round(shrinking(variant), 6)}


@cache
def _left(batch: int, epochs: int) -> float:
    """The excess loss after so many epochs at the rate 0.05: mean over three shuffles and the last half of an epoch."""
    fit, left = birds(), []
    turns = -(-fit.size // batch)
    for seed in range(3):
        gradient, optimizer = BatchGradient(fit, batch), GradientDescent(RATE)
        path = descend(fit.landscape, optimizer, steps=epochs * turns, grad=gradient, rng=seed, keep=-(-turns // 2))
        left.append(path.values.mean() - noise().lowest)
    return float(np.mean(left))


def winner(variant: dict) -> str:
    """Name the batch size that has the lowest loss after the same number of penguins."""
    return min(RACERS, key=lambda batch: _left(int(batch), int(variant["epochs"])))


@cache
def races() -> tuple[dict, ...]:
    """Give the lengths of training that may be asked about."""
    return tuple(grid(epochs=(1.0, 2.0, 5.0)))


def race_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give what is left at each batch size, for the worked solution."""
    epochs = int(variant["epochs"])
    left = {f"left_{batch}": number(float(f"{_left(int(batch), epochs):.2g}")) for batch in RACERS}
    turns = {f"turns_{batch}": epochs * -(-birds().size // int(batch)) for batch in RACERS}
    return {**left, **turns, "rate": RATE, "penguins": epochs * birds().size}


STEPS = 200


def _run(batch: int | None, rate: float, **more) -> np.ndarray:
    fit = birds()
    gradient = None if batch is None else BatchGradient(fit, batch)
    path = descend(fit.landscape, GradientDescent(rate), steps=STEPS, grad=gradient, rng=2, **more)
    return seen(path.values - noise().lowest)


RUNS = {
    "full": lambda: _run(None, 0.05),
    "medium": lambda: _run(32, 0.05),
    "single": lambda: _run(1, 0.05),
    "dropped": lambda: _run(1, 0.05, schedule=SCHEDULES["step"](every=60, factor=0.15)),
}
EXERCISES = (
    Exercise(
        "predict-spread",
        lesson=3,
        kind="prediction",
        task=Guess(Number(shrinking, SHRINKING_MISTAKES, decimals=None, within=0.15, positive=True)),
        variants=Variants({"small": 2.0, "large": 128.0}, pairs, pair_facts),
    ),
    Exercise(
        "predict-race",
        lesson=3,
        kind="prediction",
        task=Guess(Choice(RACERS, winner, scale=True)),
        variants=Variants({"epochs": 5.0}, races, race_facts),
    ),
    clinic("noise-clinic", 3, RUNS, ("medium", "dropped", "full", "single"), ("too-large", "stopped")),
)
