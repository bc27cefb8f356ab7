"""Lesson 4, predictions for both labs, questions about what is said of momentum, and flashcards."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson4_pairs import TERMINAL, all_apart, slopes, terminal_facts
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs import LABS
from gdcourse.landscapes import quadratic
from gdcourse.optimizers import Momentum

ARENA = LABS["arena"]
WELLS = ("left", "right", "rolling")
SIDES = ("lower", "same", "higher")


@cache
def _well(start: float, rate: float, beta: float) -> str:
    place = ARENA.scene(landscape="double-well-right", start=start, rate=rate, beta=beta).facts["well"]
    assert isinstance(place, float)
    return "rolling" if math.isnan(place) else "left" if place < 0 else "right"


def well_of(variant: dict) -> str:
    """Name the well that the ball of the arena ends in."""
    return _well(variant["start"], variant["rate"], variant["beta"])


@cache
def rolls() -> tuple[dict, ...]:
    """Give the balls that may be asked about."""
    return tuple(grid(start=(-2.0, -1.8, 1.9), rate=(0.01, 0.05), beta=(0.0, 0.5, 0.8, 0.85, 0.9)))


@cache
def limit_side(beta: float) -> str:
    """Say on which side of gradient descent's limit 2/L the heavy ball's lies, from two runs where L is 1."""
    ground, rates = quadratic((1.0,)), np.array([1.9, 2.1])
    below, above = np.abs(descend(ground, Momentum(rates, beta), [1.0], steps=800).points[-1, :, 0]) < 1
    return "higher" if above else "same" if below else "lower"


def side_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the heavy ball's limit where L is 1."""
    del number
    return {"limit": float(theory.heavy_ball_critical_rate(1.0, variant["beta"]))}


EFFECTIVE = Number(
    lambda v: float(theory.average_form_rate(v["rate"], v["beta"])),
    (
        Mistake("unchanged", lambda v: v["rate"]),
        Mistake("multiplied", lambda v: v["rate"] * (1 - v["beta"])),
        Mistake("kept-for-lost", lambda v: v["rate"] / v["beta"]),
    ),
)
LIMIT = Number(
    lambda v: float(theory.heavy_ball_critical_rate(v["L"], v["beta"])),
    (
        Mistake("gradient-descent", lambda v: 2 / v["L"]),
        Mistake("without-one", lambda v: 2 * v["beta"] / v["L"]),
        Mistake("lowered", lambda v: 2 * (1 - v["beta"]) / v["L"]),
        Mistake("average-form", lambda v: float(theory.average_form_critical_rate(v["L"], v["beta"]))),
    ),
)


@cache
def pairs() -> tuple[dict, ...]:
    """Give the pairs of rate and β whose effective rate may be asked."""
    numbers = grid(rate=(0.01, 0.02, 0.05, 0.1, 0.2), beta=(0.6, 0.75, 0.8, 0.9, 0.95))
    return tuple(v for v in numbers if all_apart(EFFECTIVE, v))


@cache
def limits() -> tuple[dict, ...]:
    """Give the curvatures and β whose critical rate may be asked."""
    numbers = grid(L=(1.0, 2.0, 4.0, 5.0, 8.0, 10.0), beta=(0.4, 0.6, 0.7, 0.8, 0.9))
    return tuple(v for v in numbers if all_apart(LIMIT, v))


def pair_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the friction and the effective rate."""
    del number
    return {"lost": round(1 - variant["beta"], 4), "effective": EFFECTIVE.answer(variant)}


def limit_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the two limits."""
    del number
    return {"plain": 2 / variant["L"], "limit": LIMIT.answer(variant)}


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 4 with one right option and no numbers."""
    return Exercise(key, 4, kind, Choice(options, right), Variants({}))


def card(key: str, task: Number, classic: dict, pool, facts) -> Exercise:
    """Declare a flashcard of lesson 4 that asks for a number."""
    return Exercise(key, 4, "flashcard", task, Variants(classic, pool, facts))


EXERCISES = (
    Exercise(
        "predict-well",
        lesson=4,
        kind="prediction",
        task=Guess(Choice(WELLS, well_of, scale=True)),
        variants=Variants({"start": -2.0, "rate": 0.05, "beta": 0.85}, rolls),
    ),
    Exercise(
        "predict-limit",
        lesson=4,
        kind="prediction",
        task=Guess(Choice(SIDES, lambda variant: limit_side(variant["beta"]), scale=True)),
        variants=Variants({"beta": 0.7}, lambda: tuple(grid(beta=(0.4, 0.5, 0.6, 0.7, 0.8, 0.9))), side_facts),
    ),
    choice("escape-claim", ("tuned", "always", "never", "more-is-safer"), "tuned"),
    choice("momentum-and-noise", ("more", "less", "same", "none"), "more"),
    choice("same-letters", ("convention", "beta-only", "libraries-agree", "rate-only"), "convention"),
    choice("what-it-gains", ("root-kappa", "noise", "minima", "memory"), "root-kappa"),
    card("card-terminal", TERMINAL, {"gradient": 3.0, "rate": 0.1, "beta": 0.8}, slopes, terminal_facts),
    card("card-effective-rate", EFFECTIVE, {"rate": 0.1, "beta": 0.9}, pairs, pair_facts),
    card("card-stability", LIMIT, {"L": 10.0, "beta": 0.9}, limits, limit_facts),
    choice("card-beta", ("kept", "friction", "mass", "rate"), "kept", "flashcard"),
    choice("card-nesterov", ("ahead", "here", "start", "average"), "ahead", "flashcard"),
    choice("card-oscillates", ("above-damping", "never", "above-half", "below-damping"), "above-damping", "flashcard"),
)
