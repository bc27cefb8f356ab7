"""The whole registry of exercises: right answers pass, wrong ones do not, and nothing that is handed in can hurt."""

import re
import subprocess
import sys
import time
from itertools import product

import numpy as np
import pytest
from exercise_cases import HOSTILE, KEYS, STUDENTS, asked, numbers_in, wrong_values

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.closeness import told
from gdcourse.exercises.coding import Code
from gdcourse.exercises.records import ACCEPTED, KINDS, MARK_OUTCOMES, OUTCOMES
from gdcourse.exercises.words import languages, shown

WITH_CODE = tuple(key for key in KEYS if "code" in {field.kind for field in EXERCISES[key].fields()})
WITHOUT_CODE = tuple(key for key in KEYS if key not in WITH_CODE)
FUNCTIONS = tuple(key for key in WITH_CODE if isinstance(EXERCISES[key].task, Code))


pytestmark = pytest.mark.usefixtures("nothing_written")


def well_formed(verdict):
    """Say whether a verdict is made of what the records promise."""
    marks = [*verdict.rows, *(cell for row in verdict.rows for cell in row.cells)]
    return (
        verdict.outcome in OUTCOMES
        and all(mark.outcome in MARK_OUTCOMES for mark in marks)
        and isinstance(verdict.message, str)
        and 0 < len(verdict.message) < 1500
        and "{" not in verdict.message
    )


def test_every_kind_of_exercise_is_in_use():
    assert {exercise.kind for exercise in EXERCISES.values()} == set(KINDS)


def test_keys_are_lower_case_with_hyphens_and_name_their_exercise():
    for key, exercise in EXERCISES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
        assert exercise.key == key
        assert exercise.points > 0


@pytest.mark.parametrize("key", KEYS)
def test_the_answer_passes_in_both_its_forms(key):
    exercise = EXERCISES[key]
    for student in STUDENTS:
        answer = exercise.judge(exercise.answer(student), student)
        assert (answer.outcome, answer.mistakes) == ("right", ()), student
        assert 0 < answer.points <= exercise.points
        filled = exercise.judge(exercise.gather(exercise.filled(student)), student)
        assert (filled.outcome, filled.points) == ("right", exercise.points), student
        assert well_formed(answer)
        assert well_formed(filled)


@pytest.mark.parametrize("key", KEYS)
def test_blank_answers_and_the_stub_are_not_attempted(key):
    exercise = EXERCISES[key]
    stub = exercise.stub()
    if stub.startswith("def "):
        room = {}
        exec(stub, room)
        stubs = [stub, room[re.match(r"def (\w+)", stub)[1]]]
    else:
        stubs = [eval(stub)]
    blanks = [None, "", "  ", ..., exercise.gather({}), exercise.gather(dict.fromkeys(asked(exercise), "")), *stubs]
    for blank in blanks:
        verdict = exercise.judge(blank)
        assert (verdict.outcome, verdict.points) == ("not-attempted", 0), blank
        assert well_formed(verdict)


@pytest.mark.parametrize("key", KEYS)
def test_every_mistake_is_recognised_and_explained(key):
    exercise = EXERCISES[key]
    assert exercise.mistakes or exercise.kind == "prediction"
    for student, mistake in product(STUDENTS, exercise.mistakes):
        wrong = mistake.wrong(exercise.variant(student))
        if wrong is None:
            continue
        verdict = exercise.judge(wrong, student)
        assert (verdict.outcome, verdict.mistakes) == ("known-mistake", (mistake.name,))
        assert exercise.words(student).explain(mistake.name) in str(verdict)
        assert verdict.points < exercise.points
        assert well_formed(verdict)


@pytest.mark.parametrize("key", KEYS)
def test_no_two_mistakes_are_explained_alike(key):
    explained = {}  # parts that ask alike, such as the curves of a clinic, share their mistakes and the words for them
    for mistake in EXERCISES[key].mistakes:
        explained.setdefault(mistake.explanation, set()).add(mistake.name.rpartition(".")[2])
    assert {text: names for text, names in explained.items() if len(names) > 1} == {}


@pytest.mark.thorough
@pytest.mark.parametrize("key", WITHOUT_CODE)
def test_a_thousand_random_wrong_answers_pass_none(key):
    exercise = EXERCISES[key]
    for number, student in enumerate(STUDENTS):
        for values in wrong_values(exercise, student, 250, seed=number):
            verdict = exercise.judge(exercise.gather(values), student)
            assert verdict.outcome not in ACCEPTED, values
            assert verdict.points < exercise.points, values


@pytest.mark.thorough
@pytest.mark.parametrize("key", FUNCTIONS)
def test_random_wrong_functions_pass_none(key):
    exercise, rng = EXERCISES[key], np.random.default_rng(5)
    solution = exercise.answer()
    for _ in range(150):
        share, shift = rng.choice([0.0, 1e-6, 0.1, 1.0, 2.0], 2) * rng.choice([-1, 1], 2)
        if share == shift == 0:
            continue

        def wrong(*arguments, share=share, shift=shift):
            right = np.asarray(solution(*arguments), dtype=float)
            return right * (1 + share) + shift * (np.arange(right.size).reshape(right.shape) == 0)

        verdict = exercise.judge(wrong)
        assert verdict.outcome in ("wrong", "known-mistake")
        assert verdict.points == 0


@pytest.mark.thorough
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", WITHOUT_CODE)
def test_no_message_and_no_hint_gives_the_answer_away(key, language):
    exercise = EXERCISES[key].translated(language)
    for number, student in enumerate(STUDENTS):
        right = exercise.filled(student)
        numbers = [float(right[name]) for name, field in asked(exercise, student).items() if field.kind == "number"]
        givens = {round(float(given), 4) for given in filter(_numeric, exercise.variant(student).values())}
        # whole numbers also stand in sentences for other reasons, such as "the factor 2"; the givens are no secret
        secrets = {round(number, 4) for number in numbers if abs(number - round(number)) > 1e-3} - givens
        wrongs = [mistake.wrong(exercise.variant(student)) for mistake in exercise.mistakes]
        gathered = [exercise.gather(values) for values in wrong_values(exercise, student, 25, seed=50 + number)]
        said = [str(exercise.judge(wrong, student)) for wrong in [*wrongs, *gathered] if wrong is not None]
        hints = [exercise.hint(level, student) for level in range(1, 6)]
        for text in [*said, *hints]:
            told = {round(number, 4) for number in numbers_in(text)}
            assert not told & secrets, text


def _numeric(value):
    return isinstance(value, int | float)


@pytest.mark.thorough
@pytest.mark.parametrize("key", [key for key in WITHOUT_CODE if EXERCISES[key].kind != "prediction"])
def test_no_message_names_the_right_option(key):
    exercise = EXERCISES[key]
    for student in STUDENTS:
        right = exercise.filled(student)
        choices = {name: field for name, field in asked(exercise, student).items() if field.kind in ("choice", "multi")}
        labels = [
            option.label
            for name, field in choices.items()
            for option in field.options
            if option.key in ([right[name]] if isinstance(right[name], str) else right[name])
        ]
        for values in wrong_values(exercise, student, 40, seed=7):
            said = str(exercise.judge(exercise.gather(values), student))
            assert not [label for label in labels if label in said]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_get_one_sentence(name):
    value = HOSTILE[name]
    for key, exercise in EXERCISES.items():
        field = next(iter(asked(exercise)))
        for answer in (value, [value] * 5, [(value, value)] * 5, exercise.gather({field: value})):
            began = time.perf_counter()
            verdict = exercise.judge(answer)
            assert verdict.outcome not in ACCEPTED, key
            assert verdict.points == 0, key
            assert well_formed(verdict)
            assert len(verdict.message) < 600
            assert not set("<>") & set(verdict.message)
            assert time.perf_counter() - began < 1, key


@pytest.mark.parametrize("level", [None, 0, -1, 99, "1", 1.0, float("nan"), [1], True])
def test_a_hint_that_does_not_exist_gets_a_sentence(level):
    assert EXERCISES["parabola-walk"].hint(level).startswith("There are 3 hints")


@pytest.mark.parametrize("key", KEYS)
def test_solutions_are_worked_with_the_students_own_numbers(key):
    exercise = EXERCISES[key]
    for student in STUDENTS:
        worked, fields = exercise.worked(student), asked(exercise, student)
        right = exercise.filled(student)
        # the cells of a table, and a question that stands alone
        keys = [key for key, f in fields.items() if f.kind == "number" and (f.place is not None or f.key == "answer")]
        assert worked
        assert all(shown(told(float(right[key]))) in worked or shown(float(right[key])) in worked for key in keys)


def test_the_exercise_room_loads_no_heavy_library():
    heavy = ("matplotlib", "IPython", "ipywidgets", "sympy", "nbformat", "anywidget")
    code = f"import sys, gdcourse.exercises; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
