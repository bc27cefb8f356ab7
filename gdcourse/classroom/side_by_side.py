"""Answers of a class that are alike by more than chance, exercise by exercise, put side by side.

Functions are compared by their pieces, all answers by the names and remarks in them, and tables by their numbers, apart
from those that are right for their student or come from a usual mistake: what is left of two students with numbers of
their own should have nothing in common.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gdcourse.classroom import page
from gdcourse.classroom.alike import groups_of
from gdcourse.classroom.answers import blank_source, name_of, right_answer, right_source
from gdcourse.classroom.fingerprints import Prints, prints_of
from gdcourse.classroom.gradebook import Judged
from gdcourse.classroom.oracle import Class
from gdcourse.classroom.submission import Cell, Unreadable, read_submission
from gdcourse.classroom.whose import FEWEST, numbers_in
from gdcourse.exercises import Exercise
from gdcourse.exercises.written import Written

# what two answers must share at least, in features that only two students have: measured, see tests/test_alike.py
ENOUGH = {"pieces": 9.0, "words": 6.0, "numbers": float(FEWEST)}
HOW = {
    "pieces": "the same program but for names, remarks, layout, order and lines put in between",
    "words": "the same names and remarks",
    "numbers": "the same numbers, and not right for everybody",
}
TOLERANCE = 0.005  # of a number that is right but for rounding
MOST_GROUPS, MOST_SIDES, MOST_LINES = 20, 6, 200  # of an exercise, of a group, of an answer, that are shown

Counted = Mapping[tuple[str, str], Judged]  # by student and assignment
Cells = Mapping[str, Sequence[Cell]]  # by student


@dataclass(frozen=True)
class Answer:
    """What a student wrote for an exercise with the student's own numbers."""

    student: str
    exercise: Exercise
    source: str
    prints: Prints

    def bag(self, kind: str) -> frozenset[str]:
        """Give what of it is compared: its "pieces", its "words" or its "numbers"."""
        return frozenset(getattr(self.prints, kind))

    def natural(self) -> frozenset[str]:
        """Give its numbers that are no wonder: given ones, right ones, and those of usual mistakes."""
        variant = self.exercise.variant()
        wrong = [mistake.wrong(variant) for mistake in self.exercise.mistakes]
        fine = [abs(number) for value in (variant, right_answer(self.exercise), *wrong) for number in numbers_in(value)]
        return frozenset(
            text
            for text in self.prints.numbers
            if any(abs(float(text) - number) <= TOLERANCE * (1 + number) for number in fine)
        )


@dataclass(frozen=True)
class Likeness:
    """Answers of students that are alike, and in what: a key of `HOW`, or "" where they are so word for word."""

    title: str
    kind: str
    answers: tuple[Answer, ...]
    given: frozenset[str] = frozenset()  # what is no wonder in any answer

    @property
    def students(self) -> frozenset[str]:
        """Whose they are."""
        return frozenset(answer.student for answer in self.answers)

    def lines(self, answer: Answer) -> frozenset[int]:
        """Give the lines of one of the answers of which a piece stands in another one too, and is not given."""
        held = Counter(piece for one in self.answers for piece in one.bag("pieces") - self.given)
        shared = [lines for piece, lines in answer.prints.pieces.items() if held[piece] > 1]
        return frozenset[int]().union(*shared) if self.kind == "pieces" else frozenset()


def alike_in(known: Class, counted: Counted) -> Iterator[Likeness]:
    """Give the answers that are alike, over all exercises; the most striking of each first."""
    for assignment, exercises in known.assignments.items():
        files = {student: one.attempt.path for (student, name), one in counted.items() if name == assignment}
        cells = {student: _cells(path) for student, path in files.items()}
        for exercise in exercises:
            yield from alike_answers(exercise, _answers(exercise, cells, known))


def alike_answers(exercise: Exercise, answers: Sequence[Answer]) -> Iterator[Likeness]:
    """Give the answers to one exercise that are alike; each group of students once."""
    seen: list[frozenset[str]] = []
    kinds = ("pieces", "words") if isinstance(exercise.task, Written) else ("numbers", "words")
    for kind in kinds:
        bags, given = [answer.bag(kind) for answer in answers], _given(exercise, kind)
        natural = (lambda place: answers[place].natural()) if kind == "numbers" else (lambda place: ())
        for group in groups_of(bags, ENOUGH[kind], given, natural):
            alike = tuple(answers[place] for place in group.places)
            word_for_word = len({" ".join(answer.source.split()) for answer in alike}) == 1
            found = Likeness(exercise.title, "" if word_for_word else kind, alike, given)
            if not any(found.students <= students for students in seen):
                seen.append(found.students)
                yield found


def _given(exercise: Exercise, kind: str) -> frozenset[str]:
    """Give what is no wonder in any answer, because it is in the question or in the course's own solution."""
    sources = [blank_source(exercise)]
    if isinstance(exercise.task, Written):
        sources.append(right_source(exercise))
    return frozenset(feature for source in sources for feature in getattr(prints_of(source), kind))


def _cells(path) -> Sequence[Cell]:
    try:
        return read_submission(path).cells
    except (OSError, Unreadable):
        return ()


def _answers(exercise: Exercise, cells: Cells, known: Class) -> list[Answer]:
    found = []
    for student, theirs in cells.items():
        mine = known.exercise(exercise, student)
        source = _source(mine, theirs)
        if source:
            found.append(Answer(student, mine, source, prints_of(source)))
    return found


def _source(exercise: Exercise, cells: Sequence[Cell]) -> str:
    """Give the last cell that holds an answer and is not blank; "" where there is none."""
    name = name_of(exercise)
    made = re.compile(rf"^(def\s+{name}\b|{name}\s*=)", re.MULTILINE)  # not a cell that only shows it
    blank = blank_source(exercise).strip()
    found = [cell.source for cell in cells if cell.id == exercise.key or made.search(cell.source)]
    return next((source for source in reversed(found) if source.strip() not in ("", blank)), "")


def alike_parts(known: Class, counted: Counted) -> Iterator[page.Markup]:
    """Give the part of the teacher's page on answers that are alike."""
    yield page.tag("p", "Answers that share what few others wrote: a hint for a talk, not a verdict.")
    shown: Counter[str] = Counter()
    for found in alike_in(known, counted):
        shown[found.title] += 1
        if shown[found.title] <= MOST_GROUPS:
            yield from _group(found)
    yield from (
        page.tag("p", f"{title}: {count - MOST_GROUPS} more groups, less striking than these.")
        for title, count in shown.items()
        if count > MOST_GROUPS
    )
    if not shown:
        yield page.tag("p", "Nothing.")


def _group(found: Likeness) -> Iterator[page.Markup]:
    names = ", ".join(answer.student for answer in found.answers)
    yield page.tag("h3", f"{found.title}: {names}")
    yield page.tag("p", f"{HOW.get(found.kind, 'word for word').capitalize()}.")
    yield page.tag("div", *(_side(found, answer) for answer in found.answers[:MOST_SIDES]), class_="side")


def _side(found: Likeness, answer: Answer) -> page.Markup:
    common = found.lines(answer)
    lines = [
        page.tag("mark", line[:MOST_LINES]) if number in common else page.text(line[:MOST_LINES])
        for number, line in enumerate(answer.source.split("\n")[:MOST_LINES], start=1)
    ]
    return page.tag("div", page.tag("strong", answer.student), page.tag("pre", page.Markup("\n".join(lines))))
