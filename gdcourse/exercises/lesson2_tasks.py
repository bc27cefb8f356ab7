"""Lesson 2, predictions, a schedule to be written, and a clinic of four loss curves; the truth is asked of the runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse.descent import descend
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.clinic import clinic
from gdcourse.exercises.clinic_runs import RUNS
from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson1_predictions import REGIMES
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs.schedule import SCHEDULE
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent
from gdcourse.theory import regime

MILLIONTH = 1e-6


@cache
def counted(rate: float) -> int:
    """Count the steps on the parabola until a millionth of the distance is left."""
    path = descend(LANDSCAPES["parabola"], GradientDescent(rate), steps=3000)
    distance = np.abs(path.points[:, 0] - 2.0)
    return int(np.argmax(distance <= MILLIONTH * distance[0]))


def times_longer(variant: dict) -> float:
    """Give how many times as many steps a tenth of the rate takes, to one decimal."""
    return round(counted(round(variant["rate"] / 10, 6)) / counted(variant["rate"]), 1)


TIMES_MISTAKES = (
    Mistake("ten", lambda v: 10.0 if abs(times_longer(v) - 10) > 0.2 * times_longer(v) else None),
    Mistake("a-tenth", lambda v: 0.1),
    Mistake("hundred", lambda v: 100.0),
)


def valley_regime(variant: dict) -> str:
    """Name what the rate does in a valley of curvatures 1 and L."""
    return str(regime(variant["rate"], variant["L"]))


CONTEST = {"half-way": 0.05, "one-over-l": 0.1, "best": 2 / 11, "near-edge": 0.199}  # rates in the valley of κ = 10


@cache
def first_to_arrive() -> str:
    """Name the rate with which a descent in the valley of κ = 10 arrives first."""
    ground = quadratic((1.0, 10.0))
    path = descend(ground, GradientDescent(np.array([*CONTEST.values()])), [1.0, 1.0], steps=1500)
    near = np.linalg.norm(path.points, axis=-1) <= MILLIONTH * np.sqrt(2)
    return tuple(CONTEST)[int(near.argmax(axis=0).argmin())]


PLANS = {  # three plans for 200 steps at α = 0.15, as settings of the schedule lab
    "constant": {"schedule": "constant"},
    "late": {"schedule": "cosine", "handle": 200, "share": 0.02},
    "at-once": {"schedule": "step", "handle": 3, "share": 0.1},
}


@cache
def lowest_plan() -> str:
    """Name the plan with the lowest mean loss at the end, as the schedule lab finds it."""
    ends = {name: SCHEDULE.scene(**plan).columns["end"].item() for name, plan in PLANS.items()}
    return min(ends, key=lambda name: ends[name])


@cache
def divided_rates() -> tuple[dict, ...]:
    """Give the rates that may be divided by ten."""
    return tuple(grid(rate=(0.3, 0.35, 0.4, 0.6, 0.7, 0.8, 0.9)))


@cache
def valley_rates() -> tuple[dict, ...]:
    """Give the valleys and rates whose regime may be asked."""
    return tuple(
        grid(L=(4.0, 5.0, 8.0, 10.0, 20.0, 25.0), rate=(0.01, 0.04, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.4, 0.5))
    )


def divided_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the two counts."""
    del number
    tenth = round(variant["rate"] / 10, 6)
    return {"tenth": tenth, "many": counted(tenth), "few": counted(variant["rate"]), "times": times_longer(variant)}


def regime_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the factor across the valley and the critical rate."""
    del number
    return {"factor": 1 - variant["rate"] * variant["L"], "limit": 2 / variant["L"]}


def cosine(k, rate, steps, end):
    """Give the rate at step k: half a cosine from `rate` down to `end`, then flat."""
    # solution begins
    share = np.minimum(k, steps) / steps
    return end + 0.5 * (rate - end) * (1 + np.cos(np.pi * share))
    # solution ends


def cosine_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw steps before, at and behind the end, single ones and whole arrays of them."""
    drawn = [
        (int(rng.integers(0, 90)), rng.uniform(0.1, 1), int(rng.integers(20, 80)), rng.uniform(0, 0.1))
        for _ in range(8)
    ]
    edges = [(0, 0.4, 50, 0.01), (50, 0.4, 50, 0.01), (25, 0.4, 50, 0.0), (120, 0.4, 50, 0.01)]
    return [*edges, *drawn, (np.arange(60.0), 0.3, 40, 0.02), (np.array([5.0, 10.0, 400.0]), 0.8, 30, 0.1)]


def _not_flat(k, rate, steps, end):
    return end + 0.5 * (rate - end) * (1 + np.cos(np.pi * np.asarray(k) / steps))


def _bent(turn: Callable) -> Callable:
    """Give a schedule whose share of the way is turned wrongly into a share of the rate."""

    def wrong(k, rate, steps, end):
        return end + (rate - end) * turn(np.minimum(k, steps) / steps)

    return wrong


CODE_MISTAKES = tuple(
    Mistake(name, lambda variant, f=f: f)
    for name, f in {
        "not-flat-afterwards": _not_flat,
        "half-forgotten": _bent(lambda share: 1 + np.cos(np.pi * share)),
        "rising": _bent(lambda share: 0.5 * (1 - np.cos(np.pi * share))),
        "pi-forgotten": _bent(lambda share: 0.5 * (1 + np.cos(share))),
        "whole-turn": _bent(lambda share: 0.5 * (1 + np.cos(2 * np.pi * share))),
        "straight-line": _bent(lambda share: 1 - share),
        "end-forgotten": lambda k, rate, steps, end: cosine(k, rate, steps, 0.0),
        "end-on-top": lambda k, rate, steps, end: end + cosine(k, rate, steps, 0.0),
    }.items()
)


SHOWN = {
    "well-chosen": RUNS["valley"],
    **{name: RUNS[name] for name in ("a-little-too-large", "noise-floor", "rate-lowered")},
}
NEVER = ("too-small", "cycling")

EXERCISES = (
    Exercise(
        "predict-ten-times",
        lesson=2,
        kind="prediction",
        task=Guess(Number(times_longer, TIMES_MISTAKES, decimals=None, within=0.2, positive=True)),
        variants=Variants({"rate": 0.4}, divided_rates, divided_facts),
    ),
    Exercise(
        "predict-valley",
        lesson=2,
        kind="prediction",
        task=Guess(Choice(REGIMES, valley_regime, scale=True)),
        variants=Variants({"L": 20.0, "rate": 0.1}, valley_rates, regime_facts),
    ),
    Exercise(
        "predict-first",
        lesson=2,
        kind="prediction",
        task=Guess(Choice(tuple(CONTEST), lambda variant: first_to_arrive(), scale=True)),
        variants=Variants({}),
    ),
    Exercise(
        "predict-schedule",
        lesson=2,
        kind="prediction",
        task=Guess(Choice(tuple(PLANS), lambda variant: lowest_plan())),
        variants=Variants({}),
    ),
    Exercise("code-cosine", 2, "code", Code(cosine, cosine_cases, CODE_MISTAKES), Variants({}), points=3),
    clinic("rate-clinic", 2, SHOWN, ("rate-lowered", "a-little-too-large", "well-chosen", "noise-floor"), NEVER),
)  # fmt: skip
