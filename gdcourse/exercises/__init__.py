"""The exercise room: exercises that know the usual mistakes.

from gdcourse import EXERCISES
e = EXERCISES["parabola-walk"]
e.check([(3.6, 2.56), (2.64, 0.4096), ...])       # a Verdict: what is right, and which slip was made where
"""

from gdcourse.exercises import (
    lesson1_code,
    lesson1_diagnosis,
    lesson1_neuron,
    lesson1_predictions,
    lesson1_questions,
    lesson1_sheets,
)
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.records import Field, Form, Graph, Mark, Mistake, Option, Verdict

__all__ = ["EXERCISES", "Exercise", "Field", "Form", "Graph", "Mark", "Mistake", "Option", "Verdict"]

_PAGES = (
    lesson1_questions,
    lesson1_predictions,
    lesson1_sheets,
    lesson1_neuron,
    lesson1_code,
    lesson1_diagnosis,
)

EXERCISES: dict[str, Exercise] = {exercise.key: exercise for page in _PAGES for exercise in page.EXERCISES}
