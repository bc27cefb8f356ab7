"""Lesson 3, worked by hand: the gradients of four samples, of two mini-batches, and of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Any

from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.reading import read_number
from gdcourse.exercises.records import ACCEPTED, Mistake, Verdict
from gdcourse.exercises.variants import Variants
from gdcourse.exercises.words import Words

POINTS = "ABCD"
FIRST, SECOND = "AC", "BD"  # the two mini-batches


@dataclass(frozen=True, eq=False)
class FromOwn(Number):
    """A number that follows from earlier parts; one that follows from the learner's own earlier numbers counts too.

    Args:
        needs: the earlier parts it is computed from.
        follow: gives the number from the variant and those parts' numbers.
    """

    needs: tuple[str, ...] = ()
    follow: Callable[[dict, dict[str, float]], float] | None = None

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Compare with the truth, then with what follows from the learner's own numbers, then with the mistakes."""
        verdict = super().judge(answer, variant, words, {})
        earlier = {key: read_number(own[key].answer) for key in self.needs if key in own}
        numbers = {key: number for key, number in earlier.items() if isinstance(number, float)}
        value = read_number(answer)
        if verdict.outcome in ACCEPTED or len(numbers) < len(self.needs) or not isinstance(value, float):
            return verdict
        if self.follow is not None and self.closeness(value, self.follow(variant, numbers)) in ACCEPTED:
            return Verdict("right-from-your-own", words.say("row-right-from-your-own"), 1.0)
        return verdict


def slope(v: dict, point: str) -> float:
    """Give the gradient 2(w·x − y)·x of one point's loss (w·x − y)²."""
    return 2 * error(v, point) * v[f"x{point}"]


def error(v: dict, point: str) -> float:
    """Give w·x − y."""
    return v["w"] * v[f"x{point}"] - v[f"y{point}"]


def mean(v: dict, points: str) -> float:
    """Give the mean gradient of several points."""
    return sum(slope(v, point) for point in points) / len(points)


def after(v: dict) -> float:
    """Give w after one step by the first mini-batch."""
    return v["w"] - v["rate"] * mean(v, FIRST)


def _of_point(point: str) -> Number:
    return Number(
        lambda v: slope(v, point),
        (
            Mistake("factor-two-forgotten", lambda v: error(v, point) * v[f"x{point}"]),
            Mistake("x-forgotten", lambda v: 2 * error(v, point)),
            Mistake("error-reversed", lambda v: -slope(v, point)),
            Mistake("loss-for-slope", lambda v: error(v, point) ** 2),
        ),
    )


def _at_mean_point(v: dict, points: str) -> float:
    x, y = (sum(v[f"{axis}{point}"] for point in points) / len(points) for axis in "xy")
    return 2 * (v["w"] * x - y) * x


def _of_batch(points: str) -> FromOwn:
    return FromOwn(
        lambda v: mean(v, points),
        (
            Mistake("not-divided", lambda v: mean(v, points) * len(points)),
            Mistake("divided-by-all", lambda v: mean(v, points) * len(points) / len(POINTS)),
            Mistake("mean-point", lambda v: _at_mean_point(v, points)),
        ),
        needs=tuple(points),
        follow=lambda v, own: sum(own.values()) / len(own),
    )


ALL = FromOwn(
    lambda v: mean(v, POINTS),
    (
        Mistake("not-divided", lambda v: mean(v, POINTS) * len(POINTS)),
        Mistake("mean-point", lambda v: _at_mean_point(v, POINTS)),
        Mistake("only-the-first", lambda v: mean(v, FIRST)),
    ),
    needs=tuple(POINTS),
    follow=lambda v, own: sum(own.values()) / len(own),
)
STEP = FromOwn(
    after,
    (
        Mistake("sign-flipped", lambda v: v["w"] + v["rate"] * mean(v, FIRST)),
        Mistake("rate-forgotten", lambda v: v["w"] - mean(v, FIRST)),
        Mistake("all-used", lambda v: v["w"] - v["rate"] * mean(v, POINTS)),
        Mistake("sum-used", lambda v: v["w"] - v["rate"] * 2 * mean(v, FIRST)),
        Mistake("only-the-change", lambda v: -v["rate"] * mean(v, FIRST)),
    ),
    needs=("first",),
    follow=lambda v, own: v["w"] - v["rate"] * own["first"],
)
PARTS = Parts(
    (
        *(Part(point, _of_point(point)) for point in POINTS),
        Part("first", _of_batch(FIRST), weight=2),
        Part("second", _of_batch(SECOND), weight=2),
        Part("all", ALL, weight=2),
        Part("step", STEP, weight=2),
    )
)
CLASSIC = {
    **dict(zip(("xA", "xB", "xC", "xD"), (3.0, 4.0, 5.0, 6.0), strict=True)),
    **dict(zip(("yA", "yB", "yC", "yD"), (5.0, 7.0, 8.0, 3.0), strict=True)),
    "w": 1.0,
    "rate": 0.05,
}


def clear(v: dict) -> bool:
    """Say whether the truth and all slips of each part give different numbers."""
    return all(_apart(part.task, v) for part in PARTS.parts if isinstance(part.task, Number))


def _apart(task: Number, v: dict) -> bool:
    numbers = sorted([task.truth(v), *(mistake.wrong(v) for mistake in task.mistakes)])
    return all(b - a > 2e-3 for a, b in pairwise(numbers))


@cache
def fours() -> tuple[dict, ...]:
    """Give all sets of four points that may be dealt: small whole numbers, and mini-batches that disagree."""
    places = ((3, 4, 5, 6), (4, 3, 6, 5), (5, 4, 3, 6), (6, 3, 4, 5), (3, 6, 5, 4), (4, 5, 3, 6))
    found = []
    for x, errors, w, rate in product(places, product((-3, -2, -1, 1, 3), repeat=4), (1, 2), (0.01, 0.05)):
        slopes = [2 * e * a for e, a in zip(errors, x, strict=True)]
        y = [w * a - e for e, a in zip(errors, x, strict=True)]
        if (slopes[0] + slopes[2]) * (slopes[1] + slopes[3]) >= 0 or min(y) < 1 or max(y) > 9:
            continue
        named = {f"{axis}{p}": float(n) for axis, ns in (("x", x), ("y", y)) for p, n in zip(POINTS, ns, strict=True)}
        variant = {**named, "w": float(w), "rate": rate}
        if clear(variant):
            found.append(variant)
    return tuple(found)


def four_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give every number of the sheet, for the worked solution."""
    del number
    slopes = {f"g{point}": slope(variant, point) for point in POINTS}
    errors = {f"e{point}": error(variant, point) for point in POINTS}
    means = {"first": mean(variant, FIRST), "second": mean(variant, SECOND), "all_mean": mean(variant, POINTS)}
    return {**slopes, **errors, **means, "after": after(variant)}


EXERCISES = (Exercise("batch-by-hand", 3, "sheet", PARTS, Variants(CLASSIC, fours, four_facts), points=12),)
