"""Whose numbers are whose: variants dealt to a roster with a secret, without repetition as far as they reach.

Nobody can compute a classmate's variant, or his own under another name, without the secret. A student's numbers stay
the same while the secret and the roster's earlier lines do: append newcomers at the end, and leave in whoever leaves.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from gdcourse.exercises import Exercise
from gdcourse.exercises.variants import SELF_STUDY, Variants

SECRET_FILE = Path("private") / "secret"


def deal(exercise: Exercise, roster: Sequence[str], secret: str) -> dict[str, dict]:
    """Give every student of the roster a variant; the lesson's own numbers are dealt only where there are no others."""
    pool = personal_pool(exercise.variants)
    return {student: dict(pool[place]) for student, place in _places_of(exercise, roster, secret).items()}


@lru_cache(maxsize=256)
def personal_pool(variants: Variants) -> tuple[dict, ...]:
    """Give the variants that may be dealt: the numbers of the lesson are worked out in front of everybody."""
    pool = variants.all()
    return tuple(variant for variant in pool if variant != variants.classic) or pool


def _places_of(exercise: Exercise, roster: Sequence[str], secret: str) -> dict[str, int]:
    family = exercise.variants.family or exercise.key
    return _places(family, len(personal_pool(exercise.variants)), tuple(roster), secret)


@lru_cache(maxsize=64)
def _places(family: str, size: int, roster: tuple[str, ...], secret: str) -> dict[str, int]:
    """Give each student a place in the pool; a taken one gives way to the next that is free."""
    taken: set[int] = set()
    places = {}
    for student in roster:
        if len(taken) == size:
            taken.clear()
        place = int.from_bytes(seal(secret, "deal", family, student)[:8], "big") % size
        while place in taken:
            place = (place + 1) % size
        taken.add(place)
        places[student] = place
    return places


def with_variant(exercise: Exercise, variant: dict) -> Exercise:
    """Give the exercise with these numbers for everybody."""
    fixed = Variants(dict(variant), None, exercise.variants.facts, exercise.variants.family)
    return replace(exercise, variants=fixed)


def personal(exercise: Exercise, student: str, roster: Sequence[str], secret: str) -> Exercise:
    """Give the exercise with the numbers of one student; those of the lesson for "self-study"."""
    if student == SELF_STUDY or exercise.variants.pool is None:
        return with_variant(exercise, exercise.variants.classic)
    place = _places_of(exercise, roster, secret)[student]
    return with_variant(exercise, personal_pool(exercise.variants)[place])


def seal(secret: str, *words: str) -> bytes:
    """Give what only someone with the secret can compute from these words (HMAC-SHA-256)."""
    text = "\0".join(words).encode("utf-8", "backslashreplace")
    return hmac.new(secret.encode(), text, hashlib.sha256).digest()


def read_secret(course: Path) -> str:
    """Read the secret of a course; make one, readable to its owner alone, where there is none yet.

    Raises:
        ValueError: the file is there, but too short to be a secret.
    """
    path = course / SECRET_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    secret = path.read_text(encoding="utf-8").strip()
    if len(secret) < 16:
        raise ValueError(f"expected a secret of at least 16 characters in {path}, but it has {len(secret)}: restore it")
    return secret
