"""The records of the exercise room: what an exercise is, what it asks for, and what a check answers.

An `Exercise` is declared once and knows no widget. Its `task` is the form of the answer (a table, a number, a choice,
a function ...) and judges it; its `variants` deal the numbers; its sentences live in `text/<language>/`.

A widget needs four calls and nothing else:

    form = e.form(student)                 # Form: the fields to draw, with labels for screen readers
    answer = e.gather(values)              # values: {field.key: what was typed}; missing or "" is blank
    verdict = e.check(answer, student)     # Verdict: .outcome .message .points .rows
    for row in verdict.rows:               # Mark: .key .outcome .message .cells
        for cell in row.cells:             # Mark: .key is the field's key, .outcome colours the field
            ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gdcourse.exercises.words import Words

KINDS = ("sheet", "number", "choice", "code", "prediction", "bug-hunt", "clinic", "flashcard")
OUTCOMES = ("right", "rounded", "known-mistake", "wrong", "not-attempted", "unreadable")
MARK_OUTCOMES = (*OUTCOMES, "right-from-your-own", "to-compare")  # rows and cells may also be these
ACCEPTED = ("right", "rounded", "right-from-your-own")  # outcomes that earn the points
FIELD_KINDS = ("given", "number", "text", "essay", "choice", "multi", "code", "graph")


@dataclass(frozen=True)
class Option:
    """One of the answers offered by a choice: `key` goes into the answer, `label` is shown."""

    key: str
    label: str


@dataclass(frozen=True)
class Graph:
    """The empty axes of a point-by-point graph: the learner places one y above each x.

    The value of the field is a list of y, one for each x, None where nothing was placed yet. Each y may be off by
    `tolerance`, in units of the y axis.
    """

    x: tuple[float, ...]
    view: tuple[float, float]  # lowest and highest y on the axis
    x_label: str
    y_label: str
    tolerance: float


@dataclass(frozen=True)
class Field:
    """One input of a form, as data.

    Kinds and the value a widget hands back: "given" (shown, not asked, no value), "number" (the typed text, or a
    number), "text" and "essay" (text), "choice" (an option's key), "multi" (a list of keys), "code" (source text),
    "graph" (a list of y). None and "" are blank for all kinds.
    """

    key: str  # unique in the form
    label: str  # complete without the table around it: "Step 1, w"
    kind: str
    place: tuple[int, int] | None = None  # (row, column) in the form's table, counted from 0; None: below the table
    options: tuple[Option, ...] = ()
    note: str = ""  # shown behind the input: how near a number must come
    graph: Graph | None = None
    value: str = ""  # what is shown at the start: a given number, the stub of a code exercise


@dataclass(frozen=True)
class Form:
    """All inputs of an exercise; those with a `place` stand in a table with these headings."""

    fields: tuple[Field, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def choices(self, title: str = "") -> list[str]:
        """Write out what may be chosen, as keys with their labels, and how near each number must come.

        Questions with the same options share a list; one that bears the `title` of the whole form is not named again.
        """
        questions: dict[tuple[Option, ...], list[str]] = {}
        for field in self.fields:
            if field.options:
                questions.setdefault(field.options, []).append(field.label)
        lists = [
            (
                ", ".join(label for label in labels if label != title),
                "\n".join(f"- {o.key}: {o.label}" for o in options),
            )
            for options, labels in questions.items()
        ]
        notes = "\n".join(f"- {field.label}: {field.note}" for field in self.fields if field.note)
        return ["\n\n".join(filter(None, pieces)) for pieces in lists] + ([notes] if notes else [])


@dataclass(frozen=True)
class Mark:
    """The judgement of one row, one question or one cell; `key` of a cell is the key of its field."""

    key: str
    outcome: str  # one of MARK_OUTCOMES
    message: str = ""
    cells: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a check answers: plain text, never an exception, never the answer itself.

    `points` are earned points (inside a task: the share from 0 to 1); `mistakes` are the names of the known mistakes
    that explain the answer, more than one where they give the same numbers so far. `begun` says that some of it was
    filled in and read, though the whole is still open or cannot be read.
    """

    outcome: str  # one of OUTCOMES
    message: str
    points: float = 0.0
    rows: tuple[Mark, ...] = ()
    mistakes: tuple[str, ...] = ()
    begun: bool = False

    @property
    def attempted(self) -> bool:
        """Whether the learner has tried: a sheet filled in partly is an attempt, one blank or unreadable is none."""
        return self.begun or self.outcome not in ("not-attempted", "unreadable")

    def __str__(self) -> str:
        """Write the message, and under it what is said of each row."""
        lines = [
            self.message,
            *(f"  {row.message}" for row in self.rows if row.message and not self.message.startswith(row.message)),
        ]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        return str(self).replace("\n  ", "\n- ").replace("\n- ", "\n\n- ", 1)


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong procedure that learners really follow, run on the same variant as the right one.

    `wrong(variant)` gives the answer this mistake leads to, in the exercise's answer format; None where, on this
    variant, the mistake happens to give the right answer or makes no sense. In a table, `slip` is the same mistake
    made in one cell: it yields the numbers the mistake may lead to there.
    """

    name: str  # text key: mistakes.<name>
    wrong: Callable[[dict], Any]
    slip: Callable[..., Any] | None = None
    explanation: str = ""  # filled in by Exercise.mistakes, in its language


class Task(ABC):
    """The form of an answer and how it is judged: final records are Table, Number, Choice, Code and the like.

    Answers come from a learner and may be anything at all: `judge` turns every one into a Verdict whose points are
    the share from 0 to 1. `own` holds what the learner answered to earlier parts of the same exercise.
    """

    @abstractmethod
    def known_mistakes(self) -> tuple[Mistake, ...]:
        """The wrong procedures this task can name."""

    @abstractmethod
    def form(self, words: Words, variant: dict) -> Form:
        """The inputs this task asks for."""

    def label(self, words: Words) -> str:
        """Name the question among others, as a sentence names it: “Curve A”."""
        return words.say("part-label", label=words("label") if words.has("label") else words("title"))

    @abstractmethod
    def answer(self, variant: dict) -> Any:
        """The true answer, computed."""

    @abstractmethod
    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Judge an answer, whatever it is."""

    def marked(self, verdict: Verdict, variant: dict) -> Verdict:
        """Give a verdict on a single question one row, so that its fields are marked as those of a table are."""
        if verdict.rows:
            return verdict
        cells = tuple(Mark(key, verdict.outcome) for key in self.filled(variant))
        return replace(verdict, rows=(Mark("answer", verdict.outcome, verdict.message, cells),))

    @abstractmethod
    def gather(self, values: Mapping[str, Any]) -> Any:
        """Turn what was typed into the fields, by field key, into an answer."""

    @abstractmethod
    def filled(self, variant: dict) -> dict[str, Any]:
        """Give the values of all fields of a right answer, by field key."""

    def stub(self, variant: dict) -> str:
        """Give the blank answer as Python text; `...` stands for what the learner has to write."""
        del variant
        return "..."

    def worked(self, variant: dict, words: Words) -> str:
        """Give the worked solution with the learner's own numbers."""
        del variant
        return words("solution")
