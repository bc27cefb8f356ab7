"""Lesson 4, numbers of momentum: terminal velocity, the best pair and what it gains, and the three conventions."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from gdcourse import theory
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid, told_apart

MILLIONTH = 1e-6


def all_apart(number: Number, variant: dict) -> bool:
    """Say whether the truth and all mistakes of a number differ, and none is lost in rounding."""
    given = [number.answer(variant), *(mistake.wrong(variant) for mistake in number.mistakes)]
    return told_apart([[value] for value in given])


# The terminal velocity


def terminal(v: dict) -> float:
    """Give the velocity −αg/(1 − β) at which what friction takes equals what the slope adds."""
    return -v["rate"] * v["gradient"] / (1 - v["beta"])


TERMINAL = Number(
    terminal,
    (
        Mistake("one-push", lambda v: -v["rate"] * v["gradient"]),
        Mistake("sign-flipped", lambda v: v["rate"] * v["gradient"] / (1 - v["beta"])),
        Mistake("kept-for-lost", lambda v: -v["rate"] * v["gradient"] / v["beta"]),
        Mistake("multiplied", lambda v: -v["rate"] * v["gradient"] * (1 - v["beta"])),
        Mistake("added", lambda v: -v["rate"] * v["gradient"] / (1 + v["beta"])),
    ),
)


@cache
def slopes() -> tuple[dict, ...]:
    """Give all slopes that may be asked."""
    gradients = [quarter / 4 for quarter in range(-24, 25) if abs(quarter) > 3]
    numbers = grid(gradient=gradients, rate=(0.02, 0.05, 0.1, 0.2), beta=(0.6, 0.75, 0.8, 0.9, 0.95))
    return tuple(v for v in numbers if all_apart(TERMINAL, v) and abs(round(terminal(v), 4) - terminal(v)) < 1e-9)


def terminal_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the push of one step, the friction, and what comes out."""
    del number
    push, lost = -variant["rate"] * variant["gradient"], 1 - variant["beta"]
    return {"push": push, "lost": round(lost, 4), "terminal": terminal(variant), "times": round(1 / lost, 4)}


# The best pair


def best(v: dict) -> theory.Pair:
    """Give the fastest heavy ball between the curvatures μ and L."""
    return theory.heavy_ball_best(v["L"], v["mu"])


def needed(contraction: float) -> float:
    """Give the steps, rounded up, until a millionth of the distance is left."""
    return float(math.ceil(theory.steps_to(MILLIONTH, contraction)))


def plain_steps(v: dict) -> float:
    """Give the steps of gradient descent at its best rate, in the long run."""
    return needed(float(theory.best_contraction(v["L"] / v["mu"])))


def ball_steps(v: dict) -> float:
    """Give the steps of the fastest heavy ball, in the long run."""
    return needed(float(theory.heavy_ball_best_contraction(v["L"] / v["mu"])))


RATE = Number(
    lambda v: float(best(v).rate),
    (
        Mistake("square-forgotten", lambda v: math.sqrt(best(v).rate)),
        Mistake("gradient-descent", lambda v: float(theory.best_rate(v["L"], v["mu"]))),
        Mistake("roots-forgotten", lambda v: float(theory.best_rate(v["L"], v["mu"])) ** 2),
        Mistake("only-steepest", lambda v: 1 / v["L"]),
    ),
)
BETA = Number(
    lambda v: float(best(v).beta),
    (
        Mistake("square-forgotten", lambda v: math.sqrt(best(v).beta)),
        Mistake("roots-forgotten", lambda v: float(theory.best_contraction(v["L"] / v["mu"])) ** 2),
        Mistake("neither", lambda v: float(theory.best_contraction(v["L"] / v["mu"]))),
    ),
)
PLAIN = Number(
    plain_steps, (Mistake("of-the-ball", ball_steps), Mistake("only-kappa", lambda v: v["L"] / v["mu"])), within=0.02
)
BALL = Number(
    ball_steps,
    (Mistake("of-gradient-descent", plain_steps), Mistake("only-root", lambda v: math.sqrt(v["L"] / v["mu"]))),
    within=0.02,
)


@cache
def valleys() -> tuple[dict, ...]:
    """Give all valleys that may be dealt: curvatures with whole or half roots, and a condition from 9 to 400."""
    roots = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    numbers = [{"mu": a**2, "L": b**2} for a in roots[:4] for b in roots if 3 <= b / a <= 50]
    return tuple(v for v in numbers if all(all_apart(part, v) for part in (RATE, BETA, PLAIN, BALL)))


def valley_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give κ, its root, and the factors of one step."""
    del number
    kappa = variant["L"] / variant["mu"]
    return {
        "kappa": round(kappa, 6),
        "root": round(math.sqrt(kappa), 6),
        "root_mu": math.sqrt(variant["mu"]),
        "root_L": math.sqrt(variant["L"]),
        "rate": round(float(best(variant).rate), 4),
        "beta": round(float(best(variant).beta), 4),
        "plain_factor": round(float(theory.best_contraction(kappa)), 6),
        "ball_factor": round(float(theory.heavy_ball_best_contraction(kappa)), 6),
        "plain": plain_steps(variant),
        "ball": ball_steps(variant),
    }


# The conventions


def outside(v: dict) -> float:
    """Give the velocity u of the form u ← βu + g, w ← w − αu that goes with the course's velocity v = −αu."""
    return -v["velocity"] / v["rate"]


def after_drop(v: dict) -> float:
    """Give the course's next change of w after the rate has dropped: βv − αg with the new α."""
    return v["beta"] * v["velocity"] - v["dropped"] * v["gradient"]


def after_drop_outside(v: dict) -> float:
    """Give the other form's next change of w after the rate has dropped: −α(βu + g) with the new α."""
    return -v["dropped"] * (v["beta"] * outside(v) + v["gradient"])


CONVENTIONS = {
    "other": Number(
        outside,
        (
            Mistake("sign-kept", lambda v: v["velocity"] / v["rate"]),
            Mistake("multiplied", lambda v: -v["velocity"] * v["rate"]),
            Mistake("unchanged", lambda v: v["velocity"]),
        ),
    ),
    "ours": Number(
        after_drop,
        (
            Mistake("old-rate", lambda v: v["beta"] * v["velocity"] - v["rate"] * v["gradient"]),
            Mistake("velocity-rescaled", after_drop_outside),
            Mistake("pull-reversed", lambda v: v["beta"] * v["velocity"] + v["dropped"] * v["gradient"]),
            Mistake("all-kept", lambda v: v["velocity"] - v["dropped"] * v["gradient"]),
        ),
    ),
    "theirs": Number(
        after_drop_outside,
        (
            Mistake("old-rate", lambda v: -v["rate"] * (v["beta"] * outside(v) + v["gradient"])),
            Mistake("velocity-not-rescaled", after_drop),
            Mistake("uphill", lambda v: -after_drop_outside(v)),
        ),
    ),
    "average": Number(
        lambda v: float(theory.average_form_rate(v["rate"], v["beta"])),
        (
            Mistake("multiplied", lambda v: v["rate"] * (1 - v["beta"])),
            Mistake("unchanged", lambda v: v["rate"]),
            Mistake("kept-for-lost", lambda v: v["rate"] / v["beta"]),
        ),
    ),
}


@cache
def drops() -> tuple[dict, ...]:
    """Give all drops of the rate that may be dealt."""
    numbers = grid(
        velocity=[tenth / 10 for tenth in (-12, -9, -8, -6, -4, -3, 3, 4, 6, 8, 9, 12)],
        gradient=[float(g) for g in (-5, -4, -3, -2, 2, 3, 4, 5)],
        rate=(0.1, 0.2),
        beta=(0.6, 0.75, 0.8, 0.9),
    )
    dropped = ({**v, "dropped": v["rate"] / 10} for v in numbers)
    return tuple(v for v in dropped if all(all_apart(part, v) for part in CONVENTIONS.values()))


def drop_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give all four answers, for the worked solution."""
    del number
    answers = {name: part.answer(variant) for name, part in CONVENTIONS.items()}
    return {**answers, "lost": round(1 - variant["beta"], 4)}


EXERCISES = (
    Exercise(
        "terminal-velocity",
        lesson=4,
        kind="number",
        task=TERMINAL,
        variants=Variants({"gradient": 3.0, "rate": 0.1, "beta": 0.75}, slopes, terminal_facts),
    ),
    Exercise(
        "best-pair",
        lesson=4,
        kind="sheet",
        task=Parts(
            (
                Part("rate", RATE),
                Part("beta", BETA),
                Part("plain", PLAIN),
                Part("ball", BALL),
                Part("measured", Choice(("double-root", "noise", "wrong-pair", "rounding"), "double-root")),
            )
        ),
        variants=Variants({"mu": 1.0, "L": 100.0}, valleys, valley_facts),
        points=5,
    ),
    Exercise(
        "conventions",
        lesson=4,
        kind="sheet",
        task=Parts(tuple(Part(name, task) for name, task in CONVENTIONS.items())),
        variants=Variants(
            {"velocity": -0.6, "gradient": 2.0, "rate": 0.1, "beta": 0.9, "dropped": 0.01}, drops, drop_facts
        ),
        points=4,
    ),
)
