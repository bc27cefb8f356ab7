"""The Exercise: one declaration for self-study, class, tests and the answer key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gdcourse.exercises import journal
from gdcourse.exercises.exhibits import Exhibit
from gdcourse.exercises.name_file import progress_file
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Field, Form, Mistake, Task, Verdict
from gdcourse.exercises.variants import Variants, current_student
from gdcourse.exercises.words import Words, current_language, language_of


@dataclass(frozen=True, eq=False, repr=False)
class Exercise:
    """A question with its numbers, its true answer by function, and the mistakes it knows.

    Everything that depends on the numbers takes `student`; without one it is the current student (see
    `variants.current_student`), and "self-study" gets the numbers of the lesson.

    Args:
        key: unique, lower case with hyphens; also the heading of its texts.
        lesson: number of the lesson it belongs to.
        kind: one of `records.KINDS`.
        task: form of the answer, and its judge.
        variants: the numbers it may be set with.
        points: what a right answer earns.
        exhibit: gives curves or a table to look at, from the variant; None where there is nothing to show.
        language: of all its texts; None for the current language.
    """

    key: str
    lesson: int
    kind: str
    task: Task
    variants: Variants
    points: float = 1.0
    exhibit: Callable[[dict, Words], Exhibit] | None = None
    language: str | None = None

    def translated(self, language: str) -> Exercise:
        """Give the same exercise with its texts in another language: "en" or "de"."""
        return replace(self, language=language)

    def variant(self, student: str | None = None) -> dict:
        """Give the numbers this student works with."""
        return self.variants.dealt(self.key, current_student(student))

    def words(self, student: str | None = None) -> Words:
        """Give the texts, with this student's numbers in them."""
        language, name = language_of(self.key, current_language(self.language)), current_student(student)
        bare = Words(language, self.key, student=name)
        variant = self.variant(name)
        return replace(bare, facts={**variant, **self.variants.facts(variant, bare.number)})

    @property
    def title(self) -> str:
        """The name of the exercise, as a heading."""
        return self.words()("title")

    def statement(self, student: str | None = None) -> str:
        """Give the question as Markdown text."""
        return self.words(student)("statement")

    def answer(self, student: str | None = None) -> Any:
        """Give the true answer, computed from the student's numbers."""
        return self.task.answer(self.variant(student))

    def hints(self, student: str | None = None) -> tuple[str, ...]:
        """Give the hints of all levels, for whoever has a way of its own to ask for the next, such as a button."""
        return self.words(student).listed("hints")

    def hint(self, level: int = 1, student: str | None = None) -> str:
        """Give the hint of a level, from 1; each says how to get the next."""
        words, hints = self.words(student), self.hints(student)
        if type(level) is not int or not 1 <= level <= len(hints):
            return words.say("no-such-hint", count=len(hints))
        more = words.say("next-hint", level=level + 1) if level < len(hints) else words.say("last-hint")
        return f"{hints[level - 1]} {more}"

    def solution(self, student: str | None = None, insist: bool = False) -> str:
        """Give the worked solution once an attempt is on record, or to someone who insists."""
        name = current_student(student)
        if not insist and not journal.attempted(self.key, name):
            return self.words(student).say("try-first")
        return self.worked(student)

    def worked(self, student: str | None = None) -> str:
        """Give the worked solution with the student's own numbers, unconditionally (for teachers and tests)."""
        return self.task.worked(self.variant(student), self.words(student))

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The known mistakes, each with its explanation."""
        words = self.words()
        return tuple(
            replace(mistake, explanation=words.explain(mistake.name)) for mistake in self.task.known_mistakes()
        )

    def form(self, student: str | None = None) -> Form:
        """Describe the inputs, for a widget."""
        return self.task.form(self.words(student), self.variant(student))

    def fields(self, student: str | None = None) -> tuple[Field, ...]:
        """List the inputs, for a widget."""
        return self.form(student).fields

    def stub(self, student: str | None = None) -> str:
        """Give the blank answer as Python text: a function without its secret lines, or dots to be replaced."""
        return self.task.stub(self.variant(student))

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Turn what was typed into the fields, by field key, into an answer."""
        return self.task.gather(values)

    def filled(self, student: str | None = None) -> dict[str, Any]:
        """Give the values of all fields of a fully right answer, by field key."""
        return self.task.filled(self.variant(student))

    def shows(self, student: str | None = None) -> Exhibit | None:
        """Give the curves or the table to look at, if there are any."""
        return None if self.exhibit is None else self.exhibit(self.variant(student), self.words(student))

    def judge(self, answer: Any, student: str | None = None) -> Verdict:
        """Judge an answer and write nothing down."""
        variant = self.variant(student)
        verdict = self.task.marked(self.task.judge(answer, variant, self.words(student), {}), variant)
        return replace(verdict, points=round(self.points * verdict.points, 4))

    def check(self, answer: Any = None, student: str | None = None) -> Verdict:
        """Judge an answer and note the outcome in the learner's progress file.

        Of a prediction, the one on record may be left out; one that is not on record yet is recorded first.
        """
        guess = self.task if isinstance(self.task, Guess) else None
        entry = self.recorded(student) if guess else None
        if guess and entry and guess.prediction(answer) is None:
            answer = entry.get("prediction")
        verdict = self.judge(answer, student)
        if guess and entry is None and verdict.attempted:
            self._put_on_record(guess, answer, verdict, student)
        trouble = journal.note_check(self, verdict, current_student(student))
        return replace(verdict, message=f"{verdict.message} {trouble}") if trouble else verdict

    def record(self, answer: Any, student: str | None = None) -> str:
        """Record a prediction before it is compared with what happens; the first one stays. Gives a sentence.

        The prediction goes to the progress file; `recorded` reads it back, `check` compares. One that comes without a
        word on how sure the learner is asks for that, once.
        """
        words, name = self.words(student), current_student(student)
        if not isinstance(self.task, Guess):
            return words.say("no-prediction")
        if progress_file() is None:
            return words.say("nothing-kept")
        verdict = self.judge(answer, student)
        if verdict.outcome in ("not-attempted", "unreadable"):
            return verdict.message
        if journal.prediction(self.key, name) is not None:
            return words.say("recorded-before")
        if self.task.entry(answer)["confidence"] is None and journal.once("asked", self.key, name):
            return words.say("how-sure")
        return f"{words.say('recorded')} {self._put_on_record(self.task, answer, verdict, name)}".strip()

    def _put_on_record(self, guess: Guess, answer: Any, verdict: Verdict, student: str | None) -> str:
        """Note a prediction for good; give a sentence where that could not be saved."""
        name = current_student(student)
        error = journal.note("predict", self.key, name, verdict.outcome, **guess.entry(answer))
        return journal.told(error, self.words(name))

    def recorded(self, student: str | None = None) -> dict | None:
        """Give the prediction on record, a dictionary with "prediction" and "confidence"; None before there is one."""
        return journal.prediction(self.key, current_student(student))

    def show(self, student: str | None = None):
        """Show the exercise as a widget; needs Jupyter."""
        from gdcourse.stage.sheet import show_exercise  # the browser's room is loaded only when asked for

        return show_exercise(self, student)

    def __repr__(self) -> str:
        """Name the exercise in one line."""
        return f"<exercise {self.key} of lesson {self.lesson}: {self.kind}>"

    def __str__(self) -> str:
        """Give title, question, what there is to look at and what may be chosen, as plain text."""
        shown = self.shows()
        pictures = [] if shown is None else [shown.describe()]
        return "\n\n".join([self.title, self.statement(), *pictures, *self.form().choices(self.title)])

    def _repr_markdown_(self) -> str:
        return f"**{self.title}**{str(self).removeprefix(self.title)}"
