"""One or several of several: each wrong option is a known mistake with its own explanation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises.reading import Unreadable, excerpt, is_a, is_blank, kind_of, plain_text, read_list
from gdcourse.exercises.records import Field, Form, Mistake, Option, Task, Verdict
from gdcourse.exercises.variants import shuffled
from gdcourse.exercises.words import Words


@dataclass(frozen=True, eq=False)
class Choice(Task):
    """Pick one option, or all that are true.

    The answer is an option's key (its label is understood too), or a set or list of keys where `multiple`.
    Texts: options.<key> is the label, mistakes.<key> says why the option is wrong.

    Args:
        options: the keys; every student is shown them in an order of their own, so that no place tells anything.
        right: the right key, or the frozenset of right keys where `multiple`; a function of the variant
            where it varies.
        multiple: whether several options may be chosen.
        scale: whether the options have an order by nature (yes and no, regimes, numbers), in which they are shown.
    """

    options: tuple[str, ...]
    right: str | frozenset[str] | Callable[[dict], str]
    multiple: bool = False
    scale: bool = False

    def shown(self, words: Words) -> tuple[str, ...]:
        """Give the keys in the order in which this student sees them."""
        return self.options if self.scale else shuffled(words.exercise, words.student, self.options)

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Every option that may be wrong."""
        never = () if callable(self.right) else self._right_keys({})
        return tuple(Mistake(option, self._with(option)) for option in self.options if option not in never)

    def _with(self, option: str) -> Callable[[dict], Any]:
        def wrong(variant: dict) -> Any:
            right = self._right_keys(variant)
            if option in right:
                return None
            return {*right, option} if self.multiple else option

        return wrong

    def _right_keys(self, variant: dict) -> frozenset[str]:
        right = self.right(variant) if callable(self.right) else self.right
        return frozenset([right]) if isinstance(right, str) else right

    def answer(self, variant: dict) -> Any:
        """Give the right key, or the set of right keys."""
        right = self._right_keys(variant)
        return set(right) if self.multiple else next(iter(right))

    def form(self, words: Words, variant: dict) -> Form:
        """Offer the options."""
        del variant
        options = tuple(Option(key, words(f"options.{key}")) for key in self.shown(words))
        label = words("label") if words.has("label") else words("title")
        return Form((Field("answer", label, "multi" if self.multiple else "choice", options=options),))

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Hand the chosen keys on."""
        return values.get("answer")

    def filled(self, variant: dict) -> dict[str, Any]:
        """Choose rightly."""
        right = sorted(self._right_keys(variant))
        return {"answer": right if self.multiple else right[0]}

    def worked(self, variant: dict, words: Words) -> str:
        """Explain the right choice; its label and the reason for it (reasons.<key>) may stand in the text."""
        right = [key for key in self.options if key in self._right_keys(variant)]
        reasons = [words(f"reasons.{key}") for key in right if words.has(f"reasons.{key}")]
        labels = " ".join(words(f"options.{key}") for key in right)
        return words("solution", right=labels, reason=" ".join(reasons))

    def read(self, answer: Any, words: Words) -> frozenset[str] | Unreadable:
        """Read the chosen keys; empty where nothing is chosen."""
        if is_blank(answer):
            return frozenset()
        if is_a(answer, str):
            text = plain_text(answer)
            items = text.split(",") if self.multiple and self._key(text, words) is None else [text]
        else:
            base = next((kind for kind in (set, frozenset) if is_a(answer, kind)), None)
            items = read_list(answer if base is None else list(base.__iter__(answer))[:100], 100)
        if isinstance(items, Unreadable) or (not self.multiple and len(items or ()) > 1):
            return Unreadable("not-an-option", {"came": kind_of(answer), "options": ", ".join(self.shown(words))})
        keys = []
        for item in items or ():
            key = self._key(plain_text(item), words) if is_a(item, str) else None
            if key is None:
                came = excerpt(plain_text(item)) if is_a(item, str) else kind_of(item)
                return Unreadable("not-an-option", {"came": came, "options": ", ".join(self.shown(words))})
            keys.append(key)
        return frozenset(keys)

    def _key(self, text: str, words: Words) -> str | None:
        wanted = text.strip().casefold()[:1000]
        names = ((key, (key, words(f"options.{key}").casefold())) for key in self.options)
        return next((key for key, known in names if wanted in known), None)

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Explain the wrong options that were chosen; of missing ones say only that some are missing."""
        del own
        chosen = self.read(answer, words)
        if isinstance(chosen, Unreadable):
            return Verdict("unreadable", words.say(chosen.reason, **chosen.facts))
        if not chosen:
            return Verdict("not-attempted", words.say("choice-blank"))
        right = self._right_keys(variant)
        if chosen == right:
            return Verdict("right", words("right"), 1.0)
        false = [option for option in self.options if option in chosen - right]
        if not false:
            return Verdict("wrong", words.say("choice-missing"))
        return Verdict(
            "known-mistake", " ".join(words(f"mistakes.{option}") for option in false), mistakes=tuple(false)
        )
