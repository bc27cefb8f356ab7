"""Lesson 6, leaving a saddle: the steps by hand, and a descent that is kicked where the ground is level."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse import theory
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid, told_apart
from gdcourse.labs.wording import superscript

CLOSER = 100  # times nearer to the ridge, in the third question


def growth(v: dict) -> float:
    """Give the factor of one step across the ridge, 1 + α|λ|."""
    return 1 + v["rate"] * v["steep"]


def steps(v: dict, closer: float = 1.0) -> float:
    """Give the steps from 10^−power (or as many times closer) to a distance of 1, before rounding up."""
    return float(theory.escape_steps(10.0 ** -v["power"] / closer, 1.0, v["rate"], -v["steep"]))


GROWTH = Number(
    growth,
    (
        Mistake("shrinks", lambda v: 1 - v["rate"] * v["steep"]),
        Mistake("one-forgotten", lambda v: v["rate"] * v["steep"]),
        Mistake("curvature-forgotten", lambda v: 1 + v["rate"]),
        Mistake("rate-forgotten", lambda v: 1 + v["steep"]),
    ),
)
STEPS = Number(
    lambda v: float(math.ceil(steps(v))),
    (
        Mistake("small-rate", lambda v: v["power"] * math.log(10) / (v["rate"] * v["steep"])),
        Mistake("straight", lambda v: 1 / (v["rate"] * v["steep"])),
        Mistake("logarithms-mixed", lambda v: v["power"] / math.log(growth(v))),
        Mistake("logarithms-mixed-up", lambda v: v["power"] * math.log(10) / math.log10(growth(v))),
        Mistake("turned-round", lambda v: -steps(v)),
        Mistake("only-digits", lambda v: v["power"]),
        Mistake("curvature-forgotten", lambda v: steps({**v, "steep": 1.0})),
    ),
    within=0.02,  # so that the number before rounding up is right as well
)
MORE = Number(
    lambda v: float(math.ceil(steps(v, CLOSER) - steps(v))),
    (
        Mistake("in-all", lambda v: float(math.ceil(steps(v, CLOSER)))),
        Mistake("times-as-long", lambda v: CLOSER * math.ceil(steps(v))),
        Mistake("twice", lambda v: 2.0 * math.ceil(steps(v))),
        Mistake("logarithms-mixed", lambda v: 2 / math.log(growth(v))),
        Mistake("only-digits", lambda v: math.log10(CLOSER)),
        Mistake("curvature-forgotten", lambda v: math.log(CLOSER) / math.log(1 + v["rate"])),
    ),
    within=0.045,
)


@cache
def ridges() -> tuple[dict, ...]:
    """Give all ridges that may be dealt; no mistake comes near the truth, and no truth is a matter of rounding."""
    numbers = grid(power=(4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 12.0), rate=(0.05, 0.1, 0.2), steep=(0.5, 1.0, 2.0, 3.0, 4.0))
    return tuple(
        v
        for v in numbers
        if growth(v) <= 1.5 and steps(v) >= 50 and all(_apart(part, v) for part in (GROWTH, STEPS, MORE))
    )


def _apart(number: Number, v: dict) -> bool:
    true, wrong = number.answer(v), [mistake.wrong(v) for mistake in number.mistakes]
    near = number.within * true * 1.5
    return told_apart([[x] for x in (true, *wrong)]) and all(abs(x - true) > near for x in wrong)


def ridge_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the offset, and the numbers of the worked solution."""
    del number
    power = int(variant["power"])
    return {
        "offset": f"10{superscript(-power)}",
        "closer": f"10{superscript(-power - 2)}",
        "times": CLOSER,
        "steepness": -variant["steep"],
        "product": round(variant["rate"] * variant["steep"], 6),
        "growth": round(growth(variant), 6),
        "log_way": round(power * math.log(10), 3),
        "log_growth": round(math.log(growth(variant)), 5),
        "exact": round(steps(variant), 1),
        "steps": STEPS.answer(variant),
        "log_closer": round(math.log(CLOSER), 3),
        "more": MORE.answer(variant),
    }


def perturbed_descent(w, slope, rate, kicks, threshold):
    """Give the last w; slope(w) is the gradient at w; kicks has one row a step."""
    # solution begins
    for kick in kicks:
        if np.linalg.norm(slope(w)) < threshold:
            w = w + kick
        w = w - rate * slope(w)
    return w
    # solution ends


def _horse(w):
    return np.array([1.0, -1.0]) * w


def _monkey(w):
    x, y = w
    return np.array([3 * x**2 - 3 * y**2, -6 * x * y])


def _bounded(w):
    x, y = w
    return np.array([x, y**3 - y])


def perturbed_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw walks on three saddles: exactly on a saddle, on its ridge, beside it, on a steep slope."""
    starts = [(_horse, [0.0, 0.0]), (_horse, [1.0, 0.0]), (_bounded, [0.5, 0.0]), (_bounded, [1.0, 0.3])]
    starts += [(_horse, [0.04, 0.04])]  # no component is longer than the threshold, but the gradient is
    starts += [(_monkey, [0.0, 0.0]), (_monkey, [0.4, 0.1]), (_horse, [3.0, -3.0]), (_bounded, [-2.0, 1e-3])]
    return [(np.array(w), slope, 0.1, rng.normal(size=(12, 2)) / 50, 0.05) for slope, w in starts]


def _walk(step):
    def wrong(w, slope, rate, kicks, threshold):
        for kick in kicks:
            w = step(slope, w, rate, kick, threshold)
        return w

    return wrong


def _level(slope, w, threshold) -> bool:
    return bool(np.linalg.norm(slope(w)) < threshold)


def _old_slope(slope, w, rate, kick, threshold):
    g = slope(w)
    return w + (kick if np.linalg.norm(g) < threshold else 0.0) - rate * g


def _in_place_of_the_step(slope, w, rate, kick, threshold):
    return w + kick if _level(slope, w, threshold) else w - rate * slope(w)


def _plain(slope, w, rate):
    return w - rate * slope(w)


PERTURBED_MISTAKES = {
    "never-kicked": _walk(lambda slope, w, rate, kick, threshold: _plain(slope, w, rate)),
    "always-kicked": _walk(lambda slope, w, rate, kick, threshold: _plain(slope, w + kick, rate)),
    "kicked-when-steep": _walk(
        lambda slope, w, rate, kick, threshold: _plain(slope, w if _level(slope, w, threshold) else w + kick, rate)
    ),
    "old-slope": _walk(_old_slope),
    "in-place-of-the-step": _walk(_in_place_of_the_step),
    "sum-for-length": _walk(
        lambda slope, w, rate, kick, threshold: _plain(slope, w + (kick if np.sum(slope(w)) < threshold else 0.0), rate)
    ),
    "largest-for-length": _walk(
        lambda slope, w, rate, kick, threshold: _plain(
            slope, w + (kick if np.abs(slope(w)).max() < threshold else 0.0), rate
        )
    ),
    "kick-scaled": _walk(
        lambda slope, w, rate, kick, threshold: _plain(
            slope, w + (rate * kick if _level(slope, w, threshold) else 0.0), rate
        )
    ),
    "one-step": lambda w, slope, rate, kicks, threshold: perturbed_descent(w, slope, rate, kicks[:1], threshold),
}

EXERCISES = (
    Exercise(
        "escape-steps",
        lesson=6,
        kind="sheet",
        task=Parts(
            (
                Part("growth", GROWTH),
                Part("steps", STEPS, weight=2),
                Part("more", MORE),
                Part("ridge", Choice(("never", "rounding", "very-long", "momentum"), "never")),
            )
        ),
        variants=Variants({"power": 6.0, "rate": 0.05, "steep": 4.0}, ridges, ridge_facts),
        points=5,
    ),
    Exercise(
        "code-perturbed",
        lesson=6,
        kind="code",
        task=Code(
            perturbed_descent,
            perturbed_cases,
            tuple(Mistake(name, lambda variant, f=f: f) for name, f in PERTURBED_MISTAKES.items()),
        ),
        variants=Variants({}),
        points=3,
    ),
)
