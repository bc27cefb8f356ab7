"""The sentences of the exercises, kept apart from the code in `text/<language>/*.toml`.

A text is looked up by language and path ("parabola-walk.mistakes.sign-flipped") and its placeholders are filled with
the variant's numbers, written as the language writes them: 0.3 in English, 0,3 in German. A text that a language
lacks is given in English.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

ENGLISH = "en"
DECIMAL_COMMA = ("de", "es", "fr", "it")


def current_language(language: str | None = None) -> str:
    """Give the language of the texts: as asked, else GDCOURSE_LANGUAGE, else English; always one that exists."""
    wanted = (language or os.environ.get("GDCOURSE_LANGUAGE") or ENGLISH).lower()[:2]
    return wanted if wanted in languages() else ENGLISH


def language_of(exercise: str, language: str) -> str:
    """Give the language in which an exercise is written: English where it has no title in the other one.

    A sheet of two languages would be read in neither, and an English sentence has no decimal comma.
    """
    return language if f"{exercise}.title" in sentences(language) else ENGLISH


@cache
def languages() -> tuple[str, ...]:
    """List the languages there are texts for."""
    return tuple(sorted(folder.name for folder in _texts().iterdir() if folder.is_dir()))


def _texts():
    return files("gdcourse.exercises") / "text"


@cache
def sentences(language: str) -> dict[str, Any]:
    """Read all texts of a language into one flat dictionary: dotted path -> text or list of texts."""
    flat: dict[str, Any] = {}
    for page in sorted((_texts() / language).iterdir(), key=lambda page: page.name):
        if page.name.endswith(".toml"):
            flat.update(_flatten(tomllib.loads(page.read_text(encoding="utf-8"))))
    return flat


def add_texts(language: str, tree: Mapping[str, Any]) -> None:
    """Add the texts of exercises that stand outside the package, a teacher's own."""
    sentences(language).update(_flatten(tree))


def _flatten(tree: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    flat = {}
    for name, value in tree.items():
        flat.update(_flatten(value, f"{path}{name}.") if isinstance(value, Mapping) else {path + name: value})
    return flat


def shown(value: Any, language: str = ENGLISH) -> str:
    """Write a number as a person of this language writes it: 2.64 or 2,64, with a true minus sign."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    size = abs(value)
    text = format(value, ".12g") if size >= 1e15 or 0 < size < 1e-12 else f"{Decimal(format(value, '.12g')):f}"
    text = text.replace("-", "−")
    return text.replace(".", ",") if language in DECIMAL_COMMA else text


class _Placeholders(dict):
    """Facts that are written out only when a text mentions them."""

    def __init__(self, facts: Mapping[str, Any], language: str):
        super().__init__(facts)
        self.language = language

    def __getitem__(self, name: str) -> str:
        return shown(super().__getitem__(name), self.language)


@dataclass(frozen=True)
class Words:
    """The texts of one exercise (or one part of it) in one language, with its facts filled in, for one student."""

    language: str
    path: str  # "parabola-walk" or "parabola-walk.graph"
    facts: Mapping[str, Any] = field(default_factory=dict)
    student: str = ""

    def __call__(self, name: str, /, **more: Any) -> str:
        """Give the text `name` of this exercise, with its placeholders filled."""
        return self._filled(self._found(name), f"{self.path}.{name}", more)

    def say(self, name: str, /, **more: Any) -> str:
        """Give a sentence that all exercises share, such as "This is still blank"."""
        path = f"common.{name}"
        return self._filled(sentences(self.language).get(path, sentences(ENGLISH).get(path)), path, more)

    def listed(self, name: str) -> tuple[str, ...]:
        """Give a list of texts, such as the hints; empty where there is none."""
        texts = self._found(name)
        return tuple(text.format_map(self._placeholders({})).strip() for text in texts or ())

    def has(self, name: str) -> bool:
        """Say whether there is a text `name`."""
        return self._found(name) is not None

    def has_own(self, name: str) -> bool:
        """Say whether this very part has a text `name`, not only the exercise around it."""
        return f"{self.path}.{name}" in sentences(ENGLISH)

    @property
    def exercise(self) -> str:
        """The key of the exercise that the texts belong to."""
        return self.path.partition(".")[0]

    def part(self, key: str) -> Words:
        """Give the texts of one part of the exercise."""
        return replace(self, path=f"{self.path}.{key}")

    def number(self, value: Any) -> str:
        """Write a number as this language writes it."""
        return shown(value, self.language)

    def explain(self, mistake: str) -> str:
        """Give the explanation of a mistake; "graph.shifted" is one of the part "graph"."""
        part, _, name = mistake.rpartition(".")
        return (self.part(part) if part else self)(f"mistakes.{name}")

    def _found(self, name: str) -> Any:
        """Look in the part's own texts, the exercise around it, the exercise it is like, and what all share."""
        own, english = sentences(self.language), sentences(ENGLISH)
        exercise, *parts = self.path.split(".")
        for root in (exercise, english.get(f"{exercise}.like")):
            for end in range(len(parts), -1, -1):
                path = ".".join([str(root), *parts[:end], name])
                if path in english:
                    return own.get(path, english[path])
        shared = f"common.{name}"
        return own.get(shared, english.get(shared))

    def _placeholders(self, more: Mapping[str, Any]) -> _Placeholders:
        return _Placeholders({**self.facts, **more}, self.language)

    def _filled(self, text: str | None, path: str, more: Mapping[str, Any]) -> str:
        if text is None:
            raise KeyError(f"no text {path!r} in text/{ENGLISH}: add it to the lesson's toml file")
        return text.format_map(self._placeholders(more)).strip()
