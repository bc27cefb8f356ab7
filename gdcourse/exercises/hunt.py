"""Bug hunt: the learner writes a test that a right function passes and every planted bug fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcourse.exercises.functions import read_function
from gdcourse.exercises.reading import Unreadable, is_a, kind_of
from gdcourse.exercises.records import Mistake, Verdict
from gdcourse.exercises.words import Words
from gdcourse.exercises.written import Written
from gdcourse.guard import Stopped, guarded


@dataclass(frozen=True, eq=False)
class TestWriting(Written):
    """A test to be written: it takes a function and returns True (it seems right) or False; an assert may fail.

    Args:
        solution: a real test, with its secret lines marked; see `functions`.
        right: the functions that must pass.
        planted: the functions that must fail, by the name of their bug (texts: bugs.<name>).
        mistakes: tests that are too weak or too strict.
    """

    __test__ = False  # pytest: this is not one of ours

    right: tuple[Callable, ...]
    planted: Mapping[str, Callable]
    mistakes: tuple[Mistake, ...] = ()

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give the tests it was declared with."""
        return self.mistakes

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Run the test on the right functions and on the planted bugs."""
        del own
        test = read_function(answer, self.solution.__name__)
        if test is None:
            return Verdict("not-attempted", words.say("code-blank"))
        if isinstance(test, Unreadable):
            return Verdict("unreadable", words.say(test.reason, **test.facts))
        findings = self._findings(test)
        if findings == [Ellipsis]:
            return Verdict("not-attempted", words.say("code-blank"))
        trouble = next((finding for finding in findings if isinstance(finding, Stopped | Unreadable)), None)
        if trouble is not None:
            return Verdict("wrong", words.say("test-stopped", said=words.say(trouble.reason, **trouble.facts)))
        if findings == self._expected():
            return Verdict("right", words.say("test-right", bugs=len(self.planted)), 1.0)
        known = (m.name for m in self.mistakes if self._findings(m.wrong(variant)) == findings)
        name = next(known, None)
        if name is not None:
            return Verdict("known-mistake", words(f"mistakes.{name}"), mistakes=(name,))
        return self._missed(findings, words)

    def _expected(self) -> list[bool]:
        return [True] * len(self.right) + [False] * len(self.planted)

    def _findings(self, test: Callable) -> list[Any]:
        """Give what the test says of every function; the list ends where it says nothing that can be used."""
        findings: list[Any] = []
        for function in (*self.right, *self.planted.values()):
            finding = _finding(test, function)
            # a bug that makes the test fall over is found
            fallen = isinstance(finding, Stopped) and finding.reason in ("raised", "not-to-be-called")
            findings.append(False if fallen and len(findings) >= len(self.right) else finding)
            if type(findings[-1]) is not bool:
                break
        return findings

    def _missed(self, findings: list[Any], words: Words) -> Verdict:
        if not all(findings[: len(self.right)]):
            return Verdict("wrong", words.say("test-too-strict"))
        missed = [name for name, passed in zip(self.planted, findings[len(self.right) :], strict=True) if passed]
        return Verdict("wrong", words.say("test-too-weak", missed=len(missed), bug=words(f"bugs.{missed[0]}")))


def _finding(test: Callable, function: Callable) -> Any:
    def call() -> Any:
        try:
            with np.errstate(all="ignore"):
                return test(function)
        except AssertionError:
            return False

    value = guarded(call)
    if is_a(value, np.bool_, bool):
        return bool(value)
    if isinstance(value, Stopped) or value is Ellipsis:
        return value
    return Unreadable("test-not-a-bool", {"came": kind_of(value)})
