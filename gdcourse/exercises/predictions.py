"""Predictions: recorded before the lab shows what happens, compared with it afterwards, and never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.reading import Unreadable, is_a, is_blank, plain_text, read_dict, read_number
from gdcourse.exercises.records import Field, Form, Mistake, Option, Task, Verdict
from gdcourse.exercises.words import Words

LEVELS = ("50", "70", "90", "99")  # how sure, in percent


@dataclass(frozen=True, eq=False)
class Guess(Task):
    """A question about what will happen, and how sure the learner is.

    The answer is that of the question inside, or {"prediction": answer, "confidence": "70"}; confidence may be left
    out, is one of `LEVELS`, and is never judged: it goes to the calibration page.
    """

    question: Task

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give those of the question."""
        return self.question.known_mistakes()

    def answer(self, variant: dict) -> Any:
        """Give what really happens."""
        return self.question.answer(variant)

    def form(self, words: Words, variant: dict) -> Form:
        """Ask the question, and how sure the learner is."""
        levels = tuple(Option(level, words(f"confidence-levels.{level}")) for level in LEVELS)
        form = self.question.form(words, variant)
        return replace(form, fields=(*form.fields, Field("confidence", words("confidence"), "choice", options=levels)))

    def gather(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the prediction and the confidence together."""
        return {"prediction": self.question.gather(values), "confidence": values.get("confidence")}

    def filled(self, variant: dict) -> dict[str, Any]:
        """Predict rightly, and be fairly sure."""
        return {**self.question.filled(variant), "confidence": LEVELS[1]}

    def worked(self, variant: dict, words: Words) -> str:
        """Work the question through."""
        return self.question.worked(variant, words)

    def apart(self, answer: Any) -> tuple[Any, int | None] | Unreadable:
        """Take the prediction and the confidence (in percent, or None) apart."""
        if not is_a(answer, dict):
            return answer, None
        both = read_dict(answer, ("prediction", "confidence"))
        if isinstance(both, Unreadable):
            return both
        level = both.get("confidence")
        if is_blank(level):
            return both.get("prediction"), None
        text = plain_text(level).strip(" %") if is_a(level, str) else str(level) if type(level) is int else ""
        if text not in LEVELS:
            return Unreadable("strange-confidence", {"levels": ", ".join(LEVELS)})
        return both.get("prediction"), int(text)

    def entry(self, answer: Any) -> dict[str, Any]:
        """Write a readable answer as plain values for the progress file."""
        value, confidence = self.prediction(answer), None
        if not isinstance(both := self.apart(answer), Unreadable):
            confidence = both[1]
        number = read_number(value)
        # the key of an option may look like a number ("16"), and has to be read back as a key
        if isinstance(number, float) and not isinstance(self.question, Choice):
            return {"prediction": number, "confidence": confidence}
        return {"prediction": plain_text(value)[:200] if is_a(value, str) else None, "confidence": confidence}

    def prediction(self, answer: Any) -> Any:
        """Give the prediction alone; None where it is blank or unreadable."""
        both = self.apart(answer)
        return None if isinstance(both, Unreadable) or is_blank(both[0]) else both[0]

    def marked(self, verdict: Verdict, variant: dict) -> Verdict:
        """Mark the fields of the question; how sure the learner was is neither right nor wrong."""
        return self.question.marked(verdict, variant)

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Compare a prediction with what happens; how sure the learner was plays no part."""
        both = self.apart(answer)
        if isinstance(both, Unreadable):
            return Verdict("unreadable", words.say(both.reason, **both.facts))
        return self.question.judge(both[0], variant, words, own)
