"""Lesson 7, worked by hand: forwards and backwards through the smallest network that has a hidden unit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson3_sheets import FromOwn
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid


def unit(v: dict) -> float:
    """Give what the hidden unit puts out, ReLU(w₁x + b₁)."""
    return max(v["w1"] * v["x"] + v["b1"], 0.0)


def output(v: dict) -> float:
    """Give the prediction w₂h + b₂."""
    return v["w2"] * unit(v) + v["b2"]


def slope(v: dict) -> float:
    """Give the slope of (ŷ − y)² along ŷ."""
    return 2 * (output(v) - v["y"])


def along_w2(v: dict) -> float:
    """Give the slope along w₂."""
    return slope(v) * unit(v)


def along_h(v: dict) -> float:
    """Give the slope along h."""
    return slope(v) * v["w2"]


def along_w1(v: dict) -> float:
    """Give the slope along w₁; the unit is awake in every variant."""
    return along_h(v) * v["x"]


def after(v: dict) -> float:
    """Give w₁ after one step."""
    return v["w1"] - v["rate"] * along_w1(v)


def one_after_the_other(v: dict) -> float:
    """Give w₁ after a step that felt its slope through the new w₂."""
    new = v["w2"] - v["rate"] * along_w2(v)
    return v["w1"] - v["rate"] * slope(v) * new * v["x"]


H = Number(unit, (Mistake("offset-forgotten", lambda v: v["w1"] * v["x"]),))
OUTPUT = FromOwn(
    output,
    (
        Mistake("offset-forgotten", lambda v: v["w2"] * unit(v)),
        Mistake("x-for-h", lambda v: v["w2"] * v["x"] + v["b2"]),
    ),
    needs=("h",),
    follow=lambda v, own: v["w2"] * own["h"] + v["b2"],
)
SLOPE = FromOwn(
    slope,
    (
        Mistake("factor-two-forgotten", lambda v: slope(v) / 2),
        Mistake("error-reversed", lambda v: -slope(v)),
        Mistake("loss-for-slope", lambda v: (output(v) - v["y"]) ** 2),
    ),
    needs=("output",),
    follow=lambda v, own: 2 * (own["output"] - v["y"]),
)
ALONG_W2 = FromOwn(
    along_w2,
    (
        Mistake("x-for-h", lambda v: slope(v) * v["x"]),
        Mistake("w2-for-h", lambda v: slope(v) * v["w2"]),
    ),
    needs=("slope", "h"),
    follow=lambda v, own: own["slope"] * own["h"],
)
ALONG_H = FromOwn(
    along_h,
    (
        Mistake("h-for-w2", along_w2),
        Mistake("w1-for-w2", lambda v: slope(v) * v["w1"]),
    ),
    needs=("slope",),
    follow=lambda v, own: own["slope"] * v["w2"],
)
ALONG_W1 = FromOwn(
    along_w1,
    (
        Mistake("w2-skipped", lambda v: slope(v) * v["x"]),
        Mistake("h-for-x", lambda v: along_h(v) * unit(v)),
        Mistake("x-skipped", along_h),
    ),
    needs=("along-h",),
    follow=lambda v, own: own["along-h"] * v["x"],
)
STEP = FromOwn(
    after,
    (
        Mistake("sign-flipped", lambda v: v["w1"] + v["rate"] * along_w1(v)),
        Mistake("rate-forgotten", lambda v: v["w1"] - along_w1(v)),
        Mistake("one-after-the-other", one_after_the_other),
    ),
    needs=("along-w1",),
    follow=lambda v, own: v["w1"] - v["rate"] * own["along-w1"],
)
TASKS: dict[str, Number] = {
    "h": H, "output": OUTPUT, "slope": SLOPE, "along-w2": ALONG_W2,
    "along-h": ALONG_H, "along-w1": ALONG_W1, "step": STEP,
}  # fmt: skip
CLASSIC = {"x": 2.0, "y": 1.5, "w1": 1.0, "b1": 1.0, "w2": 0.5, "b2": 1.5, "rate": 0.1}


def clear(v: dict) -> bool:
    """Say whether the truth and all slips of each part give different numbers, and short ones."""
    for task in TASKS.values():
        numbers = sorted([task.truth(v), *(mistake.wrong(v) for mistake in task.mistakes)])
        if any(b - a < 2e-3 for a, b in pairwise(numbers)):
            return False
    return all(abs(task.truth(v) * 1e4 - round(task.truth(v) * 1e4)) < 1e-6 for task in TASKS.values())


@cache
def passes() -> tuple[dict, ...]:
    """Give all networks that may be dealt: small numbers, an awake unit, an error that no slip hides."""
    numbers = grid(x=(2.0, 3.0, 4.0), w1=(0.5, 1.0, 1.5), b1=(-1.0, 1.0, 2.0), w2=(0.5, 1.5, -1.0, 2.0), b2=(-1.0, 1.5))
    found = []
    for v in numbers:
        if v["w1"] * v["x"] + v["b1"] > 0:
            predicted = max(v["w1"] * v["x"] + v["b1"], 0.0) * v["w2"] + v["b2"]
            found += [{**v, "y": predicted - error, "rate": rate} for error in (1.5, 3.0, -3.0) for rate in (0.1, 0.05)]
    return tuple(v for v in found if clear(v))


def pass_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give every number of the sheet, for the worked solution."""
    del number
    truths = {f"true_{key.replace('-', '_')}": task.truth(variant) for key, task in TASKS.items()}
    return {**truths, "error": output(variant) - variant["y"]}


EXERCISES = (
    Exercise(
        "backwards-by-hand",
        7,
        "sheet",
        Parts(tuple(Part(key, task) for key, task in TASKS.items())),
        Variants(CLASSIC, passes, pass_facts),
        points=7,
    ),
)
