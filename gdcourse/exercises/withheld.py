"""Stand-ins for exercises that a class is marked on: the student edition of the course does not hold them.

In the course itself there are none. In the student edition `withheld.json` names them, so that a lesson that shows
one says where it is to be found and goes on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gdcourse.exercises.records import Verdict
from gdcourse.exercises.words import Words, current_language

FILE = "withheld.json"


@dataclass(frozen=True)
class Withheld:
    """An exercise that is handed in: whatever is asked of it, the answer is where it can be found."""

    key: str
    lesson: int
    title: str
    kind: str = "withheld"
    language: str | None = None

    def __str__(self) -> str:
        """Say where the exercise is to be found."""
        words = Words(current_language(self.language), "common")
        return f"{self.title}. {words.say('class-sealed', lesson=self.lesson)}"

    def _repr_markdown_(self) -> str:
        return f"**{self.title}**{str(self).removeprefix(self.title)}"

    def statement(self, student: str | None = None) -> str:
        """Say where the exercise is to be found."""
        del student
        return str(self)

    def show(self, student: str | None = None) -> Withheld:
        """Give the record itself; Jupyter shows its sentence."""
        del student
        return self

    def check(self, answer: Any = None, student: str | None = None) -> Verdict:
        """Judge nothing."""
        del answer, student
        return Verdict("not-attempted", str(self))

    judge = check


class Exercises(dict[str, Any]):
    """The registry of exercises: one that is missing because a class is marked on it gives its stand-in."""

    def __missing__(self, key: str) -> Withheld:
        """Give the stand-in of an exercise that this edition does not hold."""
        facts = _named().get(key)
        if facts is None:
            raise KeyError(f"no exercise {key!r}: list(EXERCISES) names all there are")
        return Withheld(key, facts["lesson"], facts["title"])


@cache
def _named() -> dict[str, dict]:
    file = files("gdcourse.exercises") / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
