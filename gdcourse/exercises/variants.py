"""Personal numbers: the same exercise with other givens for every student, always the same for one student.

An exercise declares *all* its variants as a pool, so that tests can prove every one pleasant and a teacher can deal
them without repetition. The classic numbers are what self-study gets.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from gdcourse.exercises.name_file import AGAIN, kept_name

if TYPE_CHECKING:
    from gdcourse.exercises.exercise import Exercise

SELF_STUDY = "self-study"


def no_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """No placeholders beyond the variant's own numbers."""
    del variant, number
    return {}


@dataclass(frozen=True, eq=False)
class Variants:
    """The numbers an exercise may be set with.

    Args:
        classic: the numbers of the lesson's text, for self-study.
        pool: gives all variants that may be dealt, the classic one among them; None where the numbers never change.
        facts: further placeholders for the texts, from the variant and a function that writes a number.
        family: exercises of one family deal a student the same variant; the exercise's own key where it is empty.
    """

    classic: dict
    pool: Callable[[], tuple[dict, ...]] | None = None
    facts: Callable[[dict, Callable[[float], str]], dict] = no_facts
    family: str = ""

    def all(self) -> tuple[dict, ...]:
        """All variants that may be dealt."""
        return (self.classic,) if self.pool is None else self.pool()

    def dealt(self, key: str, student: str) -> dict:
        """Give a student's variant: the same in every session, on every machine and Python."""
        if student == SELF_STUDY or self.pool is None:
            return dict(self.classic)
        pool = self.pool()
        return dict(pool[chosen(self.family or key, student, len(pool))])


def chosen(key: str, student: str, size: int, secret: str = "") -> int:
    """Choose one of `size` variants from the student's name; `secret` keeps others from computing it."""
    text = "\n".join((secret, key, student)).encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") % size


def deal(exercise: Exercise, roster: Iterable[str], secret: str) -> dict[str, dict]:
    """Deal every student of a roster a variant, none twice before all are dealt; by the secret nobody can foresee it.

    The numbers of the lesson are worked out in front of everybody: they are dealt only where there are no others.
    Who comes to a variant that is taken goes on to the next that is free. So a newcomer at the end of the roster
    changes nobody's numbers, and those already handed out stay good as long as nobody is taken off it.
    """
    classic, key = exercise.variants.classic, exercise.variants.family or exercise.key
    pool = [variant for variant in exercise.variants.all() if variant != classic] or [classic]
    names = list(dict.fromkeys(roster))
    free: list[int] = []
    dealt: dict[str, dict] = {}
    for name in names:
        free = free or list(range(len(pool)))
        at = bisect_left(free, chosen(key, name, len(pool), secret)) % len(free)
        dealt[name] = dict(pool[free.pop(at)])
    return dealt


def shuffled(key: str, student: str, items: Sequence[str]) -> tuple[str, ...]:
    """Put items in an order that looks random, and is always the same for one student."""
    return tuple(sorted(items, key=lambda item: chosen(f"{key}: {item}", student, 2**64)))


def grid(**ranges: Sequence) -> Iterator[dict]:
    """Give every combination of the numbers, as dictionaries."""
    for numbers in product(*ranges.values()):
        yield dict(zip(ranges, numbers, strict=True))


def told_apart(answers: Sequence[Sequence[float]]) -> bool:
    """Say whether no two answers would be taken for each other, rounding included."""
    table = np.array(answers, dtype=float)
    gaps = np.abs(table[:, None, :] - table[None, :, :]).max(axis=-1)
    return bool(np.all(gaps[np.triu_indices(len(table), 1)] > 2e-3))


def current_student(student: str | None = None) -> str:
    """Name the student: as given, else GDCOURSE_STUDENT, else JupyterHub's user, else as kept, else "self-study"."""
    if student is not None:
        return str(student)
    return os.environ.get("GDCOURSE_STUDENT") or os.environ.get("JUPYTERHUB_USER") or kept_name() or SELF_STUDY


def next_time(student: str, times: int) -> str:
    """Name a student who is asked again after so many times: the name chooses other numbers, the owner is the same."""
    return student if times == 0 else f"{student}{AGAIN}{times}"


def owner(name: str) -> str:
    """Give the student whom a name of `next_time` belongs to."""
    return name.partition(AGAIN)[0]
