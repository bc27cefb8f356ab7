"""Lesson 4, the heavy ball by hand: three steps on L(w) = w² with a velocity table, and the same without momentum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.table import Column, Table, slip_table
from gdcourse.exercises.variants import Variants, grid

CLASSIC = {"start": 4.0, "rate": 0.1, "beta": 0.8}
STEPS = 3
Row = Mapping[str, float]
Rule = Callable[[dict, Row, Row], float]

COLUMNS = (
    Column("g", lambda v, before, here: 2 * before["w"]),
    Column("v", lambda v, before, here: v["beta"] * before["v"] - v["rate"] * here["g"]),
    Column("w", lambda v, before, here: before["w"] + here["v"]),
)


def start(variant: dict) -> dict[str, float]:
    """Give the ball before the first step: at rest."""
    return {"v": 0.0, "w": variant["start"]}


def _slip(**rules: Rule):
    """Declare a slip by the wrong rules of its columns."""

    def slip(variant: dict, key: str, before: Row, here: Row, right: float) -> Iterator[float]:
        del right
        if key in rules:
            yield rules[key](variant, before, here)

    return slip


SLIPS = {
    "factor-two-forgotten": _slip(g=lambda v, before, here: before["w"]),
    "loss-for-slope": _slip(g=lambda v, before, here: before["w"] ** 2),
    "start-slope-kept": _slip(g=lambda v, before, here: 2 * v["start"]),
    "velocity-forgotten": _slip(v=lambda v, before, here: -v["rate"] * here["g"]),
    "friction-for-kept": _slip(v=lambda v, before, here: (1 - v["beta"]) * before["v"] - v["rate"] * here["g"]),
    "all-kept": _slip(v=lambda v, before, here: before["v"] - v["rate"] * here["g"]),
    "average": _slip(v=lambda v, before, here: v["beta"] * before["v"] - (1 - v["beta"]) * v["rate"] * here["g"]),
    "pull-reversed": _slip(v=lambda v, before, here: v["beta"] * before["v"] + v["rate"] * here["g"]),
    "rate-forgotten": _slip(v=lambda v, before, here: v["beta"] * before["v"] - here["g"]),
    "old-velocity": _slip(w=lambda v, before, here: before["w"] + before["v"]),
    "backwards": _slip(
        v=lambda v, before, here: v["beta"] * before["v"] + v["rate"] * here["g"],
        w=lambda v, before, here: before["w"] - here["v"],
    ),
    "velocity-subtracted": _slip(w=lambda v, before, here: before["w"] - here["v"]),
    "rate-twice": _slip(w=lambda v, before, here: before["w"] + v["rate"] * here["v"]),
}
TABLE = Table(
    COLUMNS, start, STEPS, tuple(slip_table(name, COLUMNS, start, STEPS, slip) for name, slip in SLIPS.items())
)


def plain(variant: dict) -> float:
    """Give where gradient descent stands after as many steps with the same rate: w₀(1 − 2α)³."""
    return variant["start"] * (1 - 2 * variant["rate"]) ** STEPS


def fourth(variant: dict) -> float:
    """Give where the next step of the heavy ball leads."""
    _, v, w = TABLE.answer(variant)[-1]
    return w + variant["beta"] * v - variant["rate"] * 2 * w


def side(variant: dict) -> str:
    """Say whether the fourth step leads past the floor at 0."""
    return "past" if fourth(variant) * TABLE.answer(variant)[-1][-1] < 0 else "same-side"


@cache
def walks() -> tuple[dict, ...]:
    """Give all walks that may be dealt: four decimals are enough for every cell, and the slips can be told apart."""
    starts = [float(s) for s in range(-20, 21) if abs(s) > 1]
    numbers = grid(start=starts, rate=(0.05, 0.1, 0.2, 0.25), beta=(0.4, 0.6, 0.7, 0.8, 0.9))
    return tuple(v for v in numbers if _short(v) and TABLE.told_apart(v) and _questions_apart(v))


def _short(variant: dict) -> bool:
    return all(abs(round(cell, 3) - cell) < 1e-12 for row in TABLE.answer(variant) for cell in row)


def _questions_apart(variant: dict) -> bool:
    numbers = [plain(variant), *(mistake.wrong(variant) for mistake in PLAIN_MISTAKES)]
    gaps = [abs(a - b) for i, a in enumerate(numbers) for b in numbers[:i]]
    return min(gaps) > 2e-3 and abs(fourth(variant)) > 0.01


PLAIN_MISTAKES = (
    Mistake("one-step", lambda v: v["start"] * (1 - 2 * v["rate"])),
    Mistake("start-slope", lambda v: v["start"] * (1 - 2 * v["rate"] * STEPS)),
    Mistake("with-momentum", lambda v: TABLE.answer(v)[-1][-1]),
)


def walk_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the first slope, the plain factor and the fourth place."""
    del number
    return {
        "first_slope": 2 * variant["start"],
        "factor": 1 - 2 * variant["rate"],
        "plain": plain(variant),
        "fourth": fourth(variant),
    }


EXERCISES = (
    Exercise(
        "heavy-ball-walk",
        lesson=4,
        kind="sheet",
        task=Parts(
            (
                Part("rows", TABLE, weight=9),
                Part("plain", Number(plain, PLAIN_MISTAKES), weight=1),
                Part("next", Choice(("past", "same-side"), side), weight=1),
            )
        ),
        variants=Variants(CLASSIC, walks, walk_facts),
        points=11,
    ),
)
