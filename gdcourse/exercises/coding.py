"""The learner writes a function of bare arrays; the check runs it on random cases and compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gdcourse.exercises.functions import public_name, read_function, written_out
from gdcourse.exercises.reading import LARGEST_ARRAY, Unreadable, read_array, read_list
from gdcourse.exercises.records import Mistake, Verdict
from gdcourse.exercises.words import Words
from gdcourse.exercises.written import Written
from gdcourse.guard import Stopped, guarded

RELATIVE, ABSOLUTE = 1e-9, 1e-12  # forgives floating point, and nothing else
MOST_ROWS = 1000  # of a ragged result
Case = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Run:
    """What a function did with one case."""

    case: Case
    value: Any  # an array of floats, None, `...`, Unreadable or Stopped
    changed: bool = False  # whether an argument was changed in place


@dataclass(frozen=True, eq=False)
class Code(Written):
    """A function to be written, handed in as such or as source text.

    Args:
        solution: the real function, with its secret lines marked; see `functions`.
        cases: gives the cases, each a tuple of arguments, from a random generator.
        mistakes: wrong functions; `wrong(variant)` gives the function.
        names: of the arguments, for the message.
        ragged: whether the result is a list of rows of different lengths; short ones are filled up with NaN.
    """

    cases: Callable[[np.random.Generator], list[Case]]
    mistakes: tuple[Mistake, ...] = ()
    names: tuple[str, ...] = field(default=())
    ragged: bool = False

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give the declared mistakes, and the two that any function may make."""

        def changing(*arguments: Any) -> Any:
            value = self.solution(*arguments)
            if isinstance(arguments[0], np.ndarray):
                arguments[0][...] = 0.5
            return value

        nothing = Mistake("returned-nothing", lambda variant: lambda *arguments: None)
        return (*self.mistakes, Mistake("argument-changed", lambda variant: changing), nothing)

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Run the function on every case, then name a known mistake or show the first case that differs."""
        del own
        function = read_function(answer, self.solution.__name__)
        if function is None:
            return Verdict("not-attempted", words.say("code-blank"))
        if isinstance(function, Unreadable):
            return Verdict("unreadable", words.say(function.reason, **function.facts))
        cases = self.cases(np.random.default_rng(20))
        runs = self._runs(function, cases)
        if all(run.value is Ellipsis for run in runs):
            return Verdict("not-attempted", words.say("code-blank"))
        wrong = [run for run in runs if not _same(run.value, self._truth(run.case))]
        if not wrong:
            changed = any(run.changed for run in runs)
            return _named("argument-changed", words) if changed else Verdict("right", words.say("code-right"), 1.0)
        name = self._recognised(runs, variant)
        return self._differs(wrong[0], words) if name is None else _named(name, words)

    def _truth(self, case: Case) -> np.ndarray:
        value = self.solution(*deepcopy(case))
        return np.asarray(padded(value) if self.ragged else value, dtype=float)

    def _runs(self, function: Callable, cases: list[Case]) -> list[Run]:
        runs = []
        for case in cases:
            runs.append(run_on(function, case, self.ragged))
            if isinstance(runs[-1].value, Stopped):
                break  # one endless loop is enough
        return runs

    def _recognised(self, runs: list[Run], variant: dict) -> str | None:
        """Name the mistake that gives the same values in every case."""
        if all(run.value is None for run in runs):
            return "returned-nothing"
        for mistake in self.mistakes:
            wrong = mistake.wrong(variant)
            if all(_same(run.value, run_on(wrong, run.case, self.ragged).value) for run in runs):
                return mistake.name
        return None

    def _differs(self, run: Run, words: Words) -> Verdict:
        names = self.names or self.solution.__code__.co_varnames[: len(run.case)]
        arguments = ", ".join(f"{name} = {shown_array(value)}" for name, value in zip(names, run.case, strict=True))
        written = [f"`{text}`" for text in map(written_out, filter(callable, run.case)) if text]
        verdict = self._told(run, arguments, words)
        more = words.say("code-try", functions=" ".join(written)) if written else ""
        return replace(verdict, message=f"{verdict.message} {more}".strip())

    def _told(self, run: Run, arguments: str, words: Words) -> Verdict:
        """Say what is the matter with the result of a case."""
        expected = self._truth(run.case)
        facts = {"arguments": arguments, "expected": shown_array(expected)}
        if isinstance(run.value, Stopped | Unreadable):
            said = words.say(run.value.reason, **run.value.facts)
            return Verdict("wrong", words.say("code-stopped", said=said, **facts))
        if run.value is None or run.value is Ellipsis:
            return Verdict("wrong", words.say("code-nothing", **facts))
        if np.shape(run.value) != np.shape(expected):
            came, right = (_shape_told(np.shape(value), words) for value in (run.value, expected))
            return Verdict("wrong", words.say("code-shape", came=came, right=right, **facts))
        return Verdict("wrong", words.say("code-differs", came=shown_array(run.value), **facts))


def _shape_told(shape: tuple[int, ...], words: Words) -> str:
    return words.say("an-array", shape=str(shape)) if shape else words.say("a-number")


def padded(value: Any) -> Any:
    """Fill rows of different lengths up with NaN, where a result is a list of such rows."""
    listed = read_list(value, MOST_ROWS)
    read = [read_array(row) for row in listed] if isinstance(listed, list) else []
    rows = [row for row in read if isinstance(row, np.ndarray) and row.ndim == 1]
    longest = max(map(len, rows), default=0)
    if len(rows) < len(read) or not 0 < len(rows) * longest <= LARGEST_ARRAY:
        return value
    table = np.full((len(rows), longest), np.nan)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


def run_on(function: Callable, case: Case, ragged: bool = False) -> Run:
    """Call a function on a copy of a case, so that a learner's `w -= ...` does not spoil the next call."""
    arguments = [deepcopy(argument) for argument in case]  # one array passed twice becomes two

    def call() -> Any:
        with np.errstate(all="ignore"):
            return function(*arguments)

    value = guarded(call)
    if not isinstance(value, Stopped) and value is not None and value is not Ellipsis:
        value = read_array(padded(value) if ragged else value)
    changed = any(
        not _same(read_array(mine), read_array(old))
        for mine, old in zip(arguments, case, strict=True)
        if not callable(old)
    )
    return Run(case, value, changed)


def _same(value: Any, other: Any) -> bool:
    if not (isinstance(value, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    if value.size == other.size == 0:
        return True  # np.array([]) has forgotten how wide its rows would have been
    if value.shape != other.shape:
        return False
    with np.errstate(all="ignore"):
        close = np.abs(value - other) <= ABSOLUTE + RELATIVE * np.abs(other)
    # infinite or not a number in both is the same too
    return bool((close | (value == other) | (np.isnan(value) & np.isnan(other))).all())


def _named(name: str, words: Words) -> Verdict:
    return Verdict("known-mistake", words(f"mistakes.{name}"), mistakes=(name,))


def shown_array(value: Any) -> str:
    """Write an argument or a result on one line, briefly."""
    if callable(value):
        return public_name(value)
    if np.ndim(value) == 0:
        return f"{float(value):.8g}"
    return np.array2string(np.asarray(value), precision=6, separator=", ", threshold=12).replace("\n", "")
