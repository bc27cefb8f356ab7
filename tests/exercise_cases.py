"""What the exercise tests share: hostile answers, the numbers in a text, and random wrong answers."""

import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from gdcourse.exercises import EXERCISES, Exercise

STUDENTS = ("self-study", "ada", "Émilie du Châtelet", "0042")
KEYS = tuple(EXERCISES)


class Agreeable:
    """An object that is equal to everything, true, endless, and whatever else it is asked to be."""

    __hash__ = None

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True

    def __iter__(self):
        while True:
            yield self

    def __len__(self):
        return 5

    def __getitem__(self, place):
        return self

    def __float__(self):
        raise RuntimeError("nobody asks")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("nobody asks")

    def __repr__(self):
        raise RuntimeError("nobody asks")

    @property
    def __class__(self):
        return float


class Liar(float):
    """A float that is close to everything, and holds a wrong number."""

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    def __rsub__(self, other):
        return 0.0

    def __abs__(self):
        return 0.0

    def __float__(self):
        raise RuntimeError("nobody asks")

    __hash__ = float.__hash__


class Endless(list):
    """A list that never ends, and claims to be short."""

    def __iter__(self):
        while True:
            yield 1.0

    def __len__(self):
        return 5

    def __getitem__(self, place):
        return 1.0


class ShoutingText(str):
    """A text whose methods all fail."""

    def strip(self, *args):
        raise RuntimeError("nobody asks")

    __str__ = __len__ = casefold = encode = translate = strip


def nested(depth: int) -> list:
    """Make a list in a list in a list."""
    inside: list = []
    for _ in range(depth):
        inside = [inside]
    return inside


def selfish() -> list:
    """Make a list that holds itself."""
    loop: list = []
    loop.append(loop)
    return loop


HOSTILE = {
    "nan": float("nan"),
    "infinity": float("inf"),
    "minus infinity": -np.inf,
    "huge integer": 10**400,
    "complex": 1 + 2j,
    "true": True,
    "text": "six",
    "markup": "<img src=x onerror=alert(1)>",
    "long text": "9" * 100_000,
    "null byte": "1\x002",
    "surrogate": "\ud800",
    "division by zero": "1/0",
    "huge power": "1e9999",
    "bytes": b"2.64",
    "object": object(),
    "agreeable": Agreeable(),
    "list of agreeable": [Agreeable()] * 5,
    "liar": Liar(-77.125),
    "endless": Endless(),
    "shouting": ShoutingText("-77.125"),
    "ragged": [[1.0, 2.0], [3.0]],
    "huge list": [0.0] * 1_000_000,
    "deep list": nested(900),
    "list in itself": selfish(),
    "wrong shape": np.zeros((3, 4, 5)),
    "huge array": np.zeros(1_000_000),
    "complex array": np.ones((5, 2), dtype=complex),
    "text array": np.array([["a", "b"]] * 5),
    "object array": np.frompyfunc(lambda place: Agreeable(), 1, 1)(np.arange(5)),
    "nan array": np.full((5, 2), np.nan),
    "records": np.zeros(5, dtype=[("w", float), ("L", float)]),
    "dates": np.datetime64("2020-01-01"),
    "set": {1, 2},
    "dict": {1: 2, None: 3},
    "dict of lies": {"rows": Agreeable(), "graph": Agreeable()},
    "module": np,
    "class": int,
    "generator": (x for x in ()),
    "fraction": Fraction(-617, 8),
}


def numbers_in(text: str) -> set[float]:
    """Give the numbers written in a text of either language; counts of rows and levels are left out."""
    without_labels = re.sub(r"(Step|Schritt|hint\(|lesson|Lektion) ?\d+", "", text)
    found = re.findall(r"[−-]?\d+(?:[.,]\d+)?(?:e[−+-]?\d+)?", without_labels)
    return {float(number.replace("−", "-").replace(",", ".")) for number in found}


def asked(exercise: Exercise, student: str | None = None) -> dict:
    """Give the fields that ask for something, by key."""
    return {field.key: field for field in exercise.fields(student) if field.kind != "given"}


def spoilt(field, value, rng: np.random.Generator):
    """Give a wrong value for a field whose right value is known."""
    if field.kind == "number":
        off = float(value) + rng.choice([-1, 1]) * (1e-3 + 0.3 * abs(float(value)) + rng.exponential(2.0))
        return f"{off:.10f}"
    if field.kind in ("choice", "multi"):
        keys = [option.key for option in field.options]
        if field.kind == "choice":
            return str(rng.choice([key for key in keys if key != value]))
        chosen = [key for key in keys if rng.random() < 0.5]
        return chosen if set(chosen) != set(value) and chosen else [keys[1]]
    if field.kind == "graph":
        heights = list(value)
        heights[rng.integers(len(heights))] += rng.choice([-1, 1]) * field.graph.tolerance * (1.1 + rng.exponential())
        return heights
    raise ValueError(f"no way to spoil a field of kind {field.kind}")


def wrong_values(exercise: Exercise, student: str, count: int, seed: int) -> Iterator[dict]:
    """Give values of all fields of which at least one is wrong."""
    rng = np.random.default_rng(seed)
    right, fields = exercise.filled(student), asked(exercise, student)
    fields = {key: field for key, field in fields.items() if field.kind != "essay" and key != "confidence"}
    for _ in range(count):
        share = rng.random()
        chosen = [key for key in fields if rng.random() < share] or [str(rng.choice(list(fields)))]
        yield {**right, **{key: spoilt(fields[key], right[key], rng) for key in chosen}}
