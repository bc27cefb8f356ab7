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
from gdcourse.exercises.variants import SELF_STUDY, Variants, deal

SECRET_FILE = Path("private") / "secret"


@lru_cache(maxsize=256)
def _dealt(exercise: Exercise, roster: tuple[str, ...], secret: str) -> dict[str, dict]:
    return deal(exercise, roster, secret)


def with_variant(exercise: Exercise, variant: dict) -> Exercise:
    """Give the exercise with these numbers for everybody."""
    fixed = Variants(dict(variant), None, exercise.variants.facts, exercise.variants.family)
    return replace(exercise, variants=fixed)


def personal(exercise: Exercise, student: str, roster: Sequence[str], secret: str) -> Exercise:
    """Give the exercise with the numbers of one student; those of the lesson for "self-study"."""
    if student == SELF_STUDY or exercise.variants.pool is None:
        return with_variant(exercise, exercise.variants.classic)
    return with_variant(exercise, _dealt(exercise, tuple(roster), secret)[student])


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
