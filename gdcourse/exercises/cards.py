"""Flashcards and quizzes: the same questions with new numbers each time, asked again when they are due.

A card that is answered rightly moves up one box and comes back later; one that is missed starts again in the first
box (S. Leitner, So lernt man lernen, 1972). Everything is read from the progress file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gdcourse.exercises import journal
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.records import ACCEPTED, Field, Verdict
from gdcourse.exercises.variants import current_student, next_time
from gdcourse.exercises.words import Words, current_language

DAYS = (0, 1, 3, 7, 16, 35)  # until a card in box 0, 1, 2 ... is due again


@dataclass(frozen=True, eq=False)
class Card:
    """A flashcard in a student's hand; each time it is dealt its numbers are new.

    `name` stands in for the student wherever an exercise asks for one, and so chooses the numbers; the first time the
    numbers are those of the lesson.
    """

    exercise: Exercise
    student: str
    times: int = 0  # answered before
    box: int = 0
    due: datetime | None = None  # None: never answered

    @property
    def name(self) -> str:
        """The name that chooses the numbers."""
        return next_time(self.student, self.times)

    def statement(self) -> str:
        """Give the question."""
        return self.exercise.statement(self.name)

    def fields(self) -> tuple[Field, ...]:
        """List the inputs, for a widget."""
        return self.exercise.fields(self.name)

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Turn what was typed into an answer."""
        return self.exercise.gather(values)

    def check(self, answer: Any) -> Verdict:
        """Judge an answer, and note it so that the card comes back in time."""
        return self.exercise.check(answer, self.name)

    def show(self):
        """Show the card as a widget; needs Jupyter."""
        return self.exercise.show(self.name)

    def _repr_markdown_(self) -> str:
        return self.statement()


@dataclass(frozen=True, eq=False)
class Rest:
    """What is dealt when no card is due: a sentence that says when the next one is."""

    next_due: datetime | None  # None: there are no cards at all

    def __str__(self) -> str:
        """Say when to come back."""
        words = Words(current_language(None), "common")
        if self.next_due is None:
            return words.say("no-cards")
        return words.say("no-card-due", day=self.next_due.astimezone().date().isoformat())

    def _repr_markdown_(self) -> str:
        return str(self)


def hand(exercises: Iterable[Exercise], student: str | None = None) -> list[Card]:
    """Give all flashcards among the exercises as a student stands with them: times answered, box, when due."""
    name = current_student(student)
    history: dict[str, list[dict]] = {}
    for entry in journal.of(name):
        if entry["event"] == "card":
            history.setdefault(entry["exercise"], []).append(entry)
    cards = (exercise for exercise in exercises if exercise.kind == "flashcard")
    return [_card(exercise, name, history.get(exercise.key, [])) for exercise in cards]


def _card(exercise: Exercise, student: str, entries: list[dict]) -> Card:
    box, due = 0, None
    for entry in entries:
        box = min(box + 1, len(DAYS) - 1) if entry["outcome"] in ACCEPTED else 0
        due = _later(entry["at"], DAYS[box])
    return Card(exercise, student, len(entries), box, due)


def _later(text: str, days: int) -> datetime:
    """Give a time so many days after the one written down; the distant past where none can be read."""
    try:
        time = datetime.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def lessons_done(exercises: Mapping[str, Exercise], student: str | None = None) -> set[int]:
    """Give the lessons in which this student has answered anything."""
    known = (exercises.get(entry["exercise"]) for entry in journal.of(current_student(student)))
    return {exercise.lesson for exercise in known if exercise is not None}


def quiz(
    exercises: Mapping[str, Exercise],
    count: int = 5,
    lessons: int | Iterable[int] | None = None,
    student: str | None = None,
    now: datetime | None = None,
) -> list[Card]:
    """Deal the cards to be asked now: those that are due, the longest due first, then new ones.

    Args:
        exercises: the registry.
        count: at most so many.
        lessons: the number of the lesson to deal from, or several; None for all lessons begun so far, or lesson 1.
        student: the current one if None.
        now: a time with a zone; the present if None.
    """
    now = datetime.now(UTC) if now is None else now
    cards = _of_lessons(exercises, lessons, student)
    due = sorted((card for card in cards if card.due is not None and card.due <= now), key=lambda card: card.due or now)
    return [*due, *(card for card in cards if card.due is None)][: max(int(count), 0)]


def rest(
    exercises: Mapping[str, Exercise], lessons: int | Iterable[int] | None = None, student: str | None = None
) -> Rest:
    """Say when the next card of these lessons is due, where `quiz` deals none."""
    return Rest(min((card.due for card in _of_lessons(exercises, lessons, student) if card.due), default=None))


def _of_lessons(
    exercises: Mapping[str, Exercise], lessons: int | Iterable[int] | None, student: str | None
) -> list[Card]:
    if isinstance(lessons, int):
        lessons = [lessons]
    chosen = set(lessons) if lessons is not None else lessons_done(exercises, student) or {1}
    return [card for card in hand(exercises.values(), student) if card.exercise.lesson in chosen]
