"""Whose numbers an answer was worked out with: a wrong answer may be the right one to a classmate's question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from gdcourse.classroom.answers import right_answer
from gdcourse.classroom.dealing import with_variant
from gdcourse.exercises import Exercise
from gdcourse.exercises.variants import deal

FEWEST = 4  # numbers; fewer may agree by chance
CLOSE = 1e-4
LESSON = "the lesson"  # where nobody's numbers are used, but those worked out in front of everybody


def numbers_in(value: Any) -> list[float]:
    """Give all numbers in an answer, in order."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [float(value)] if abs(value) < 1e300 else []
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value, key=str)]
    return [number for item in value for number in numbers_in(item)] if isinstance(value, list | tuple) else []


def owner_of(exercise: Exercise, answer: Any, student: str, roster: Sequence[str], secret: str) -> str | None:
    """Give the classmate for whose numbers this answer is right; None where there is none, or it may be chance."""
    numbers = np.array(numbers_in(answer))
    if len(numbers) < FEWEST or exercise.variants.pool is None:
        return None
    names, table = _right_numbers(exercise, tuple(roster), secret)
    if table.shape[1] != len(numbers):
        return None
    with np.errstate(all="ignore"):
        fits = (np.abs(table - numbers) <= CLOSE * (1 + np.abs(table))).all(axis=1)
    mine = names.index(student) if student in names else -1
    alike = (np.abs(table - table[mine]) <= CLOSE).all(axis=1) if mine >= 0 else np.zeros(len(names), bool)
    found = np.flatnonzero(fits & ~alike)
    return names[found[0]] if len(found) else None


@lru_cache(maxsize=64)
def _right_numbers(exercise: Exercise, roster: tuple[str, ...], secret: str) -> tuple[tuple[str, ...], np.ndarray]:
    dealt = {**deal(exercise, roster, secret), LESSON: exercise.variants.classic}
    table = [numbers_in(right_answer(with_variant(exercise, variant))) for variant in dealt.values()]
    return tuple(dealt), np.array(table, dtype=float)
