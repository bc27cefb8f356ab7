"""Lesson 2, schedules by hand: the rate at one step under four schedules."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson1_questions import apart
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs.wording import superscript
from gdcourse.schedules import Cosine, Exponential, InverseTime, StepDecay


def _schedule(factor: Callable[[dict], Callable]) -> Callable[[dict], float]:
    """Give the rate at the variant's step under a schedule."""
    return lambda v: v["rate"] * float(factor(v)(v["k"]))


SCHEDULES = {
    "step": (
        _schedule(lambda v: StepDecay(every=v["every"], factor=v["factor"])),
        {
            "rounded-up": lambda v: v["rate"] * v["factor"] ** math.ceil(v["k"] / v["every"]),
            "not-rounded": lambda v: v["rate"] * v["factor"] ** (v["k"] / v["every"]),
            "once-only": lambda v: v["rate"] * v["factor"],
            "every-step": lambda v: v["rate"] * v["factor"] ** v["k"],
        },
    ),
    "exponential": (
        _schedule(lambda v: Exponential(factor=v["each"])),
        {
            "one-step-more": lambda v: v["rate"] * v["each"] ** (v["k"] + 1),
            "straight-line": lambda v: v["rate"] * (1 - v["k"] * (1 - v["each"])),
            "once-only": lambda v: v["rate"] * v["each"],
        },
    ),
    "cosine": (
        _schedule(lambda v: Cosine(steps=v["total"])),
        {
            "half-forgotten": lambda v: v["rate"] * (1 + math.cos(math.pi * v["k"] / v["total"])),
            "one-forgotten": lambda v: v["rate"] * math.cos(math.pi * v["k"] / v["total"]) / 2,
            "degrees": lambda v: v["rate"] * (1 + math.cos(math.radians(math.pi * v["k"] / v["total"]))) / 2,
            "straight-line": lambda v: v["rate"] * (1 - v["k"] / v["total"]),
        },
    ),
    "inverse-time": (
        _schedule(lambda v: InverseTime(decay=v["decay"])),
        {
            "one-forgotten": lambda v: v["rate"] / (v["decay"] * v["k"]),
            "straight-line": lambda v: v["rate"] * (1 - v["decay"] * v["k"]),
            "decay-forgotten": lambda v: v["rate"] / (1 + v["k"]),
        },
    ),
}
NUMBERS = {
    name: Number(truth, tuple(Mistake(slip, wrong) for slip, wrong in slips.items()))
    for name, (truth, slips) in SCHEDULES.items()
}


@cache
def schedules() -> tuple[dict, ...]:
    """Give all settings in which the four schedules and their known mistakes give different rates."""
    numbers = grid(
        rate=(0.4, 0.6, 0.8),
        k=(24, 30),
        every=(10, 13, 14),
        factor=(0.5, 0.2),
        each=(0.96, 0.95),
        decay=(0.1, 0.05),
        part=(2, 3),
    )
    found = []
    for variant in numbers:
        variant["total"] = variant["part"] * variant["k"] if variant["part"] == 3 else 3 * variant["k"] // 2
        del variant["part"]
        if all(apart(number.truth, number.mistakes, variant) for number in NUMBERS.values()):
            found.append(variant)
    return tuple(found)


def schedule_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the four rates, and how often the staircase has gone down."""
    del number
    drops = variant["k"] // variant["every"]
    rates = {f"at_{name.replace('-', '_')}": round(truth(variant), 4) for name, (truth, _) in SCHEDULES.items()}
    return {**rates, "drops": drops, "raised_drops": superscript(drops), "raised_k": superscript(variant["k"])}


EXERCISES = (
    Exercise(
        "schedule-values",
        lesson=2,
        kind="sheet",
        task=Parts(tuple(Part(name, number) for name, number in NUMBERS.items())),
        variants=Variants(
            {"rate": 0.4, "k": 30, "every": 13, "factor": 0.5, "each": 0.95, "decay": 0.05, "total": 90},
            schedules,
            schedule_facts,
        ),
        points=4,
    ),
)
