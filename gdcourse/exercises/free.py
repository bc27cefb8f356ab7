"""Answers placed or written freely: a graph point by point, and a sentence to compare with a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcourse.exercises.reading import Unreadable, is_a, is_blank, kind_of, plain_text, read_list, read_number
from gdcourse.exercises.records import ACCEPTED, Field, Form, Graph, Mistake, Task, Verdict
from gdcourse.exercises.words import Words


@dataclass(frozen=True, eq=False)
class Plot(Task):
    """A rough graph: the learner places one point above each x; the answer is the list of their heights.

    Args:
        x: where the points stand.
        truth: gives the true heights from the variant.
        follow: gives the heights that follow from the learner's own earlier answers, or None.
        mistakes: wrong procedures; each gives the heights it leads to.
        tolerance: share of the height of the axis by which a point may be off.
    """

    x: tuple[float, ...]
    truth: Callable[[dict], list[float]]
    follow: Callable[[dict, Mapping[str, Any]], list[float] | None] = lambda variant, own: None
    mistakes: tuple[Mistake, ...] = ()
    tolerance: float = 0.06

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give the mistakes it was declared with."""
        return self.mistakes

    def view(self, variant: dict) -> tuple[float, float]:
        """Give the lowest and the highest y of the empty axes; the highest is a round number."""
        top = 1.1 * max(self.truth(variant))
        unit = 10.0 ** np.floor(np.log10(top))
        return 0.0, float(np.ceil(2 * top / unit) * unit / 2)

    def answer(self, variant: dict) -> list[float]:
        """Give the true heights."""
        return [float(y) for y in self.truth(variant)]

    def form(self, words: Words, variant: dict) -> Form:
        """Lay out the empty axes."""
        low, high = self.view(variant)
        graph = Graph(self.x, (low, high), words("x-label"), words("y-label"), self.tolerance * (high - low))
        return Form((Field("points", words("label"), "graph", graph=graph),))

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Hand the heights on; nothing at all where no point is placed."""
        points = values.get("points")
        nothing = isinstance(points, list | tuple) and all(is_blank(point) for point in points)
        return None if nothing else points

    def filled(self, variant: dict) -> dict[str, Any]:
        """Place every point rightly."""
        return {"points": self.answer(variant)}

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Compare with the truth, with what follows from the learner's own numbers, and with the known mistakes."""
        heights = self._read(answer)
        if isinstance(heights, Unreadable):
            return Verdict("unreadable", words.say(heights.reason, **heights.facts))
        if all(height is None for height in heights):
            return Verdict("not-attempted", words.say("graph-blank"))
        if self._fits(heights, self.truth(variant), variant):
            return Verdict("right", words.say("graph-right"), 1.0)
        if None in heights:
            so_far = words.say("graph-so-far", missing=heights.count(None))
            return Verdict("not-attempted", so_far, begun=True)
        if self._fits(heights, self.follow(variant, own), variant):
            return Verdict("right-from-your-own", words.say("graph-right-from-your-own"), 1.0)
        fitting = (m.name for m in self.mistakes if self._fits(heights, m.wrong(variant), variant))
        name = next(fitting, None)
        if name is not None:
            return Verdict("known-mistake", words(f"mistakes.{name}"), mistakes=(name,))
        return Verdict("wrong", words.say("graph-wrong", share=round(100 * self.tolerance)))

    def _read(self, answer: Any) -> list[Any] | Unreadable:
        items = read_list(answer, len(self.x))
        if isinstance(items, Unreadable):
            return items
        heights = [read_number(item) for item in items or [None] * len(self.x)]
        trouble = next((height for height in heights if isinstance(height, Unreadable)), None)
        if trouble is not None:
            return trouble
        return heights + [None] * (len(self.x) - len(heights))

    def _fits(self, heights: list[Any], curve: list[float] | None, variant: dict) -> bool:
        low, high = self.view(variant)
        if curve is None or None in heights:
            return False
        return bool(np.all(np.abs(np.subtract(heights, curve)) <= self.tolerance * (high - low) * (1 + 1e-9)))


@dataclass(frozen=True, eq=False)
class Essay(Task):
    """A sentence of the learner's own, never judged by a program.

    Once the parts before it are right, the check shows a model answer to compare with (text `model`); in class a
    person marks it.
    """

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """None: no program judges a sentence."""
        return ()

    def answer(self, variant: dict) -> str:
        """Give no text: the model answer is among the texts."""
        del variant
        return "…"

    def form(self, words: Words, variant: dict) -> Form:
        """Ask for a sentence."""
        del variant
        return Form((Field("text", words("label"), "essay"),))

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Hand the text on."""
        return values.get("text")

    def filled(self, variant: dict) -> dict[str, Any]:
        """Write something."""
        return {"text": self.answer(variant)}

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Ask for a sentence, or show the model beside it."""
        del variant
        if is_blank(answer):
            return Verdict("not-attempted", words.say("essay-blank"))
        if not is_a(answer, str):
            return Verdict("unreadable", words.say("not-a-text", came=kind_of(answer)))
        if len(plain_text(answer)) > 5000:
            return Verdict("unreadable", words.say("text-too-long", longest=5000, came=len(plain_text(answer))))
        if all(earlier.verdict.outcome in ACCEPTED for earlier in own.values()):
            return Verdict("to-compare", words.say("compare", model=words("model")))
        return Verdict("to-compare", words.say("compare-later"))
