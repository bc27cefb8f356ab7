"""A single number, with the tolerance that the question states and the known ways to miss it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises.closeness import DECIMALS, closeness, cut_off, shortened
from gdcourse.exercises.reading import Unreadable, read_number
from gdcourse.exercises.records import ACCEPTED, Field, Form, Mistake, Task, Verdict
from gdcourse.exercises.words import Words

COARSE = 0.02  # share of the true number that rounding may have cost


@dataclass(frozen=True, eq=False)
class Number(Task):
    """One number; the answer is a float, or a text such as "2,75".

    Args:
        truth: gives the true number from the variant.
        mistakes: wrong procedures; each gives the number it leads to.
        decimals: rounding to so many decimals is accepted as "rounded"; None where nothing is to be rounded.
        within: share of the true number that an answer may be off and still be right, for estimates.
        positive: whether the number counts something, so that 0 and less are refused.
    """

    truth: Callable[[dict], float]
    mistakes: tuple[Mistake, ...] = ()
    decimals: int | None = DECIMALS
    within: float = 0.0
    positive: bool = False

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give the mistakes it was declared with."""
        return self.mistakes

    def answer(self, variant: dict) -> float:
        """Give the true number."""
        return float(self.truth(variant))

    def form(self, words: Words, variant: dict) -> Form:
        """Ask for one number."""
        del variant
        label = words("label") if words.has("label") else words("title")
        return Form((Field("answer", label, "number", note=self.tolerance(words)),))

    def tolerance(self, words: Words) -> str:
        """Say how near the answer must come."""
        if self.within:
            return words.say("number-within", percent=round(100 * self.within, 6))
        if self.decimals is None:
            return words.say("number-exact")
        return words.say("number-rounded", decimals=self.decimals)

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Hand the typed number on."""
        return values.get("answer")

    def filled(self, variant: dict) -> dict[str, Any]:
        """Type the true number."""
        return {"answer": repr(self.answer(variant))}

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Compare with the truth, then with what each known mistake gives."""
        del own
        value = read_number(answer)
        if value is None:
            return Verdict("not-attempted", words.say("number-blank"))
        if self.positive and isinstance(value, float) and value <= 0:
            value = Unreadable("not-positive", {"came": value})
        if isinstance(value, Unreadable):
            return Verdict("unreadable", words.say(value.reason, **value.facts))
        outcome = self.closeness(value, self.answer(variant))
        if outcome in ACCEPTED:
            return Verdict(outcome, words(outcome), 1.0)
        names = tuple(mistake.name for mistake in self.mistakes if self._gives(mistake, variant, value))
        if not names:
            return Verdict("wrong", self._missed(value, self.answer(variant), words))
        explained = [words(f"mistakes.{name}") for name in names]
        several = words.say("several-mistakes", mistakes=" / ".join(explained))
        return Verdict("known-mistake", explained[0] if len(names) == 1 else several, mistakes=names)

    def closeness(self, value: float, true: float) -> str:
        """Compare with the tolerance of this question."""
        return "right" if abs(value - true) <= self.within * abs(true) else closeness(value, true, self.decimals)

    def _missed(self, value: float, true: float, words: Words) -> str:
        """Say what is wrong with a number; how it was shortened only where that cost little."""
        if self.decimals is not None and math.isclose(value, true, rel_tol=COARSE):
            for name, way in (("number-short", shortened), ("number-cut-off", cut_off)):
                if way(value, true, self.decimals):
                    return words.say(name, decimals=self.decimals)
        return words("wrong") if words.has("wrong") else words.say("number-wrong")

    def _gives(self, mistake: Mistake, variant: dict, value: float) -> bool:
        wrong = mistake.wrong(variant)
        if wrong is None:
            return False
        rounded = abs(value - wrong) <= min(self.within, COARSE) * abs(wrong)  # a wrong number, too, may be rounded
        return rounded or closeness(value, wrong, self.decimals) in ACCEPTED
