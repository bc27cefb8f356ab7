"""The exercise room: exercises that know the usual mistakes.

    from gdcourse import EXERCISES
    e = EXERCISES["parabola-walk"]
    e.check([(3.6, 2.56), (2.64, 0.4096), ...])       # a Verdict: what is right, and which slip was made where
    progress(lesson=1)                                # what is done so far in a lesson; progress() in all
    flashcards()                                      # the cards that are due

To add an exercise, write one record and its texts; nothing else changes:

1. In the lesson's file (`lesson1_questions.py`; a new lesson adds a file and one line in `_PAGES` below) put an
   `Exercise(key, lesson, kind, task, variants)` into the tuple EXERCISES.
2. `task` is the form of the answer: `Table`, `Number`, `Choice`, `Code`, `TestWriting`, `Plot`, `Essay`, several as
   `Parts`, or a prediction as `Guess`. Give it the true answer as a function of the variant, and its mistakes: an
   exercise without a `Mistake` is not finished.
3. `Variants(classic, pool, facts)` holds the numbers of the lesson, all numbers that may be dealt, and what else the
   texts mention.
4. In `text/en/*.toml` put a section [key] with title, statement, hints, solution (or, in a part's section, the part's
   own) and [key.mistakes]; then the same in every other language. {name} is filled from the variant and its facts.

The tests go over the whole registry and say what is missing: a text, a mistake that is not recognised, an answer that
a message gives away.
"""

from gdcourse.exercises import cards as _cards
from gdcourse.exercises import (
    lesson1_code,
    lesson1_diagnosis,
    lesson1_neuron,
    lesson1_predictions,
    lesson1_questions,
    lesson1_sheets,
    lesson2_questions,
    lesson2_schedules,
    lesson2_sheets,
    lesson2_tasks,
    lesson3_code,
    lesson3_predictions,
    lesson3_questions,
    lesson3_sheets,
    lesson4_code,
    lesson4_pairs,
    lesson4_questions,
    lesson4_walk,
    lesson5_code,
    lesson5_questions,
    lesson5_walks,
    lesson6_escape,
    lesson6_points,
    lesson6_questions,
    lesson7_code,
    lesson7_predictions,
    lesson7_questions,
    lesson7_sheets,
)
from gdcourse.exercises import report as _report
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.records import Field, Form, Graph, Mark, Mistake, Option, Verdict
from gdcourse.exercises.students import student
from gdcourse.exercises.withheld import Exercises

__all__ = [
    "EXERCISES",
    "Exercise",
    "Field",
    "Form",
    "Graph",
    "Mark",
    "Mistake",
    "Option",
    "Verdict",
    "calibration",
    "flashcards",
    "progress",
    "quiz",
    "show_several",
    "student",
]

_PAGES = (
    lesson1_questions,
    lesson1_predictions,
    lesson1_sheets,
    lesson1_neuron,
    lesson1_code,
    lesson1_diagnosis,
    lesson2_questions,
    lesson2_sheets,
    lesson2_schedules,
    lesson2_tasks,
    lesson3_questions,
    lesson3_sheets,
    lesson3_predictions,
    lesson3_code,
    lesson4_questions,
    lesson4_walk,
    lesson4_pairs,
    lesson4_code,
    lesson5_questions,
    lesson5_walks,
    lesson5_code,
    lesson6_points,
    lesson6_escape,
    lesson6_questions,
    lesson7_questions,
    lesson7_sheets,
    lesson7_predictions,
    lesson7_code,
)

EXERCISES: dict[str, Exercise] = Exercises({exercise.key: exercise for page in _PAGES for exercise in page.EXERCISES})


def progress(student: str | None = None, language: str | None = None, lesson: int | None = None) -> _report.Progress:
    """Give what a student has done so far: over all lessons, or exercise by exercise in one."""
    return _report.progress(EXERCISES, student, language, lesson)


def calibration(student: str | None = None, language: str | None = None) -> _report.Calibration:
    """Give how often a student's predictions came true, by how sure they were."""
    return _report.calibration(EXERCISES, student, language)


def quiz(count: int = 5, lessons=None, student: str | None = None) -> list[_cards.Card]:
    """Deal the flashcards that are due now, with new numbers each time."""
    return _cards.quiz(EXERCISES, count, lessons, student)


def flashcards(count: int = 5, lessons=None, student: str | None = None):
    """Show the flashcards that are due now, one after the other; needs Jupyter. A sentence where none is due."""
    from gdcourse.stage.sheet import show_pages  # the browser's room is loaded only when asked for

    dealt = quiz(count, lessons, student)
    if not dealt:
        return _cards.rest(EXERCISES, lessons, student)
    return show_pages([(card.exercise, card.name) for card in dealt])


def show_several(*keys: str, student: str | None = None):
    """Show several exercises in one sheet, one after the other; needs Jupyter."""
    unknown = [key for key in keys if key not in EXERCISES]
    if unknown or not keys:
        came = f"{unknown[0]!r}" if unknown else "nothing"
        raise ValueError(f"expected keys of exercises, but got {came}: list(EXERCISES) shows them all")
    from gdcourse.stage.sheet import show_pages  # the browser's room is loaded only when asked for

    return show_pages([(EXERCISES[key], student) for key in keys])
