"""Lesson 5, by hand on L(w) = w²: two steps of Adam, of AdaGrad and of RMSProp."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.table import Column, Table, slip_table
from gdcourse.exercises.variants import Variants, grid

ROWS = 2
Row = Mapping[str, float]
Rule = Callable[[dict, Row, Row], float]


def root(number: float) -> float:
    """Give the root; NaN where a learner's own number is negative."""
    return math.sqrt(number) if number >= 0 else math.nan


def over(number: float, divisor: float) -> float:
    """Give the quotient; NaN where a learner's own divisor is 0."""
    return number / divisor if divisor else math.nan


def slope(variant: dict, before: Row, here: Row) -> float:
    """Give the slope 2w where the step begins."""
    del variant, here
    return 2 * before["w"]


def step_number(before: Row) -> int:
    """Give t: only the given row has no slope."""
    return 2 if "g" in before else 1


def _slips(**rules: Mapping[str, Rule]):
    """Declare slips, each by the columns it spoils and their wrong rules."""

    def slip_by(columns: Mapping[str, Rule]):
        def slip(variant: dict, key: str, before: Row, here: Row, right: float) -> Iterator[float]:
            del right
            if key in columns:
                yield columns[key](variant, before, here)

        return slip

    return {name.replace("_", "-"): slip_by(columns) for name, columns in rules.items()}


SLOPE_SLIPS = {
    "factor_two_forgotten": {"g": lambda v, before, here: before["w"]},
    "loss_for_slope": {"g": lambda v, before, here: before["w"] ** 2},
    "start_slope_kept": {"g": lambda v, before, here: 2 * v["start"]},
}


def _table(columns: tuple[Column, ...], start: Callable[[dict], dict[str, float]], slips) -> Table:
    """Make a table of ROWS steps with its slips."""
    mistakes = (slip_table(name, columns, start, ROWS, slip) for name, slip in _slips(**SLOPE_SLIPS, **slips).items())
    return Table(columns, start, ROWS, tuple(mistakes))


def _short(table: Table, variant: dict, keys: tuple[str, ...]) -> bool:
    """Say whether these columns need no more than four decimals."""
    places = [table.keys.index(key) for key in keys]
    return all(abs(round(row[place], 4) - row[place]) < 1e-12 for row in table.answer(variant) for place in places)


# Adam


def _mean(name: str, beta: str, new: Callable[[Row], float]) -> Rule:
    """Give the rule of a running mean."""
    return lambda v, before, here: v[beta] * before[name] + (1 - v[beta]) * new(here)


def _hat(name: str, beta: str) -> Rule:
    """Give the rule of a corrected mean."""
    return lambda v, before, here: here[name] / (1 - v[beta] ** step_number(before))


def _adam_move(v: dict, before: Row, here: Row) -> float:
    return before["w"] - v["rate"] * over(here["m_hat"], root(here["v_hat"]))


ADAM_COLUMNS = (
    Column("g", slope),
    Column("m", _mean("m", "beta1", lambda here: here["g"])),
    Column("v", _mean("v", "beta2", lambda here: here["g"] ** 2)),
    Column("m_hat", _hat("m", "beta1")),
    Column("v_hat", _hat("v", "beta2")),
    Column("w", _adam_move),
)
ADAM_SLIPS = {
    "shares_swapped": {
        "m": lambda v, before, here: (1 - v["beta1"]) * before["m"] + v["beta1"] * here["g"],
        "v": lambda v, before, here: (1 - v["beta2"]) * before["v"] + v["beta2"] * here["g"] ** 2,
    },
    "betas_swapped": {
        "m": _mean("m", "beta2", lambda here: here["g"]),
        "v": _mean("v", "beta1", lambda here: here["g"] ** 2),
    },
    "summed": {"m": lambda v, before, here: v["beta1"] * before["m"] + here["g"]},
    "not_squared": {"v": _mean("v", "beta2", lambda here: abs(here["g"]))},
    "square_of_mean": {"v": lambda v, before, here: here["m"] ** 2},
    "old_mean_forgotten": {
        "m": lambda v, before, here: (1 - v["beta1"]) * here["g"],
        "v": lambda v, before, here: (1 - v["beta2"]) * here["g"] ** 2,
    },
    "corrected_kept": {
        "m": lambda v, before, here: v["beta1"] * before.get("m_hat", 0.0) + (1 - v["beta1"]) * here["g"],
        "v": lambda v, before, here: v["beta2"] * before.get("v_hat", 0.0) + (1 - v["beta2"]) * here["g"] ** 2,
    },
    "uncorrected": {"m_hat": lambda v, before, here: here["m"], "v_hat": lambda v, before, here: here["v"]},
    "multiplied": {
        "m_hat": lambda v, before, here: here["m"] * (1 - v["beta1"] ** step_number(before)),
        "v_hat": lambda v, before, here: here["v"] * (1 - v["beta2"] ** step_number(before)),
    },
    "same_t": {
        "m_hat": lambda v, before, here: here["m"] / (1 - v["beta1"]),
        "v_hat": lambda v, before, here: here["v"] / (1 - v["beta2"]),
    },
    "root_forgotten": {"w": lambda v, before, here: before["w"] - v["rate"] * over(here["m_hat"], here["v_hat"])},
    "uphill": {"w": lambda v, before, here: before["w"] + v["rate"] * over(here["m_hat"], root(here["v_hat"]))},
    "bare_means": {"w": lambda v, before, here: before["w"] - v["rate"] * over(here["m"], root(here["v"]))},
    "gradient_for_mean": {"w": lambda v, before, here: before["w"] - v["rate"] * over(here["g"], root(here["v_hat"]))},
    "rate_forgotten": {"w": lambda v, before, here: before["w"] - over(here["m_hat"], root(here["v_hat"]))},
}
ADAM = _table(ADAM_COLUMNS, lambda v: {"m": 0.0, "v": 0.0, "w": v["start"]}, ADAM_SLIPS)


@cache
def adam_walks() -> tuple[dict, ...]:
    """Give all walks of Adam that may be dealt: both means are short numbers, and the slips can be told apart."""
    starts = [float(s) for s in range(-9, 10) if abs(s) > 1]
    betas = [(0.9, 0.99), (0.8, 0.99), (0.9, 0.9), (0.8, 0.96), (0.5, 0.75)]
    numbers = ({**v, "beta1": a, "beta2": b} for v in grid(start=starts, rate=(0.1, 0.2, 0.5)) for a, b in betas)
    return tuple(v for v in numbers if _short(ADAM, v, ("g", "m", "v")) and ADAM.told_apart(v))


# AdaGrad and RMSProp


def _divided(v: dict, before: Row, here: Row) -> float:
    return before["w"] - v["rate"] * over(here["g"], root(here["s"]))


DIVISION_SLIPS = {
    "root_forgotten": {"w": lambda v, before, here: before["w"] - v["rate"] * over(here["g"], here["s"])},
    "uphill": {"w": lambda v, before, here: before["w"] + v["rate"] * over(here["g"], root(here["s"]))},
    "not_divided": {"w": lambda v, before, here: before["w"] - v["rate"] * here["g"]},
    "slope_forgotten": {"w": lambda v, before, here: before["w"] - over(v["rate"], root(here["s"]))},
    "rate_forgotten": {"w": lambda v, before, here: before["w"] - over(here["g"], root(here["s"]))},
    "latest_only": {"s": lambda v, before, here: here["g"] ** 2},
}
ADAGRAD = _table(
    (
        Column("g", slope),
        Column("s", lambda v, before, here: before["s"] + here["g"] ** 2),
        Column("w", _divided),
    ),
    lambda v: {"s": 0.0, "w": v["start"]},
    {**DIVISION_SLIPS, "not_squared": {"s": lambda v, before, here: before["s"] + abs(here["g"])}},
)
RMSPROP = _table(
    (
        Column("g", slope),
        Column("s", lambda v, before, here: v["beta"] * before["s"] + (1 - v["beta"]) * here["g"] ** 2),
        Column("w", _divided),
    ),
    lambda v: {"s": 0.0, "w": v["start"]},
    {
        **DIVISION_SLIPS,
        "not_squared": {"s": lambda v, before, here: v["beta"] * before["s"] + (1 - v["beta"]) * abs(here["g"])},
        "shares_swapped": {"s": lambda v, before, here: (1 - v["beta"]) * before["s"] + v["beta"] * here["g"] ** 2},
        "summed": {"s": lambda v, before, here: before["s"] + here["g"] ** 2},
        "old_mean_forgotten": {"s": lambda v, before, here: (1 - v["beta"]) * here["g"] ** 2},
    },
)


@cache
def adagrad_walks() -> tuple[dict, ...]:
    """Give all walks of AdaGrad that may be dealt: both slopes and the root of their squares are short numbers."""
    pairs = ((4.0, 1.0), (10.5, 0.5), (6.0, 3.5), (7.5, 3.5), (12.0, 5.0))  # start, rate: 2w gives a right triangle
    sizes = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
    numbers = [{"start": sign * a * k, "rate": b * k} for a, b in pairs for k in sizes for sign in (1, -1)]
    return tuple(v for v in numbers if _short(ADAGRAD, v, ("g", "s")) and ADAGRAD.told_apart(v))


@cache
def rmsprop_walks() -> tuple[dict, ...]:
    """Give all walks of RMSProp that may be dealt: the first step is a short number of rates."""
    starts = [float(s) for s in range(-9, 10) if abs(s) > 1]
    numbers = grid(start=starts, rate=(0.1, 0.2, 0.5), beta=(0.75, 0.84, 0.91, 0.96, 0.99))
    return tuple(v for v in numbers if _short(RMSPROP, v, ("g", "s")) and RMSPROP.told_apart(v))


def walk_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the first slope."""
    del number
    return {"first_slope": 2 * variant["start"]}


EXERCISES = (
    Exercise(
        "adagrad-walk",
        lesson=5,
        kind="sheet",
        task=ADAGRAD,
        variants=Variants({"start": 8.0, "rate": 2.0}, adagrad_walks, walk_facts),
        points=3,
    ),
    Exercise(
        "rmsprop-walk",
        lesson=5,
        kind="sheet",
        task=RMSPROP,
        variants=Variants({"start": 4.0, "rate": 0.5, "beta": 0.75}, rmsprop_walks, walk_facts),
        points=3,
    ),
    Exercise(
        "adam-walk",
        lesson=5,
        kind="sheet",
        task=Parts(
            (
                Part("rows", ADAM, weight=8),
                Part("scaled", Choice(("same", "longer", "shorter", "first-only"), "same"), weight=1),
            )
        ),
        variants=Variants({"start": 4.0, "rate": 0.5, "beta1": 0.9, "beta2": 0.99}, adam_walks, walk_facts),
        points=9,
    ),
)
