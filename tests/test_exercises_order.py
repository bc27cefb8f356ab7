"""The order of the options: nobody learns where the right one stands, and a natural order is kept."""

from collections import Counter

import pytest

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.parts import Parts
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.variants import shuffled

CROWD = [f"student-{number}" for number in range(240)]


pytestmark = pytest.mark.usefixtures("nothing_written")


def choices(task, key="answer"):
    """Give the choices of a task, by the key of their field."""
    if isinstance(task, Parts):
        return {f"{part.key}.{key}": c for part in task.parts for key, c in choices(part.task).items()}
    if isinstance(task, Guess):
        return choices(task.question)
    return {key: task} if isinstance(task, Choice) else {}


ALL = [(exercise, key, choice) for exercise in EXERCISES.values() for key, choice in choices(exercise.task).items()]
SHUFFLED = [(exercise, key, choice) for exercise, key, choice in ALL if not choice.scale]


def offered(exercise, key, student=None):
    """Give the keys of the options in the order of the form."""
    return [option.key for option in next(f for f in exercise.fields(student) if f.key == key).options]


def place(exercise, key, student=None):
    """Say at which place the right option stands, from 0; of several right ones the first."""
    right = exercise.filled(student)[key]
    return min(offered(exercise, key, student).index(one) for one in ([right] if isinstance(right, str) else right))


def test_the_right_option_is_not_predominantly_first():
    """One right option of n stands first in one case of n, for the reader of the lesson as for a class."""
    single = [(e, key, c) for e, key, c in SHUFFLED if not c.multiple]
    assert len(single) > 30
    for student in (None, "ada", "0042"):
        first = sum(place(exercise, key, student) == 0 for exercise, key, _ in single)
        expected = sum(1 / len(choice.options) for _, _, choice in single)
        assert abs(first - expected) < 3 * expected**0.5, f"{first} of {len(single)} right options are first"


@pytest.mark.thorough
@pytest.mark.parametrize(("exercise", "key", "choice"), SHUFFLED, ids=lambda value: getattr(value, "key", ""))
def test_every_place_is_taken_by_every_option_in_some_class(exercise, key, choice):
    """Over a class each option stands first about equally often."""
    first = Counter(offered(exercise, key, student)[0] for student in CROWD)
    expected = len(CROWD) / len(choice.options)
    assert set(first) == set(choice.options)
    assert max(first.values()) < expected + 5 * expected**0.5


def test_a_student_always_sees_the_same_order_and_languages_agree():
    for exercise, key, _ in ALL:
        for student in (None, "ada"):
            assert offered(exercise, key, student) == offered(exercise, key, student)
            assert offered(exercise, key, student) == offered(exercise.translated("de"), key, student)
    assert shuffled("why-minus", "ada", "abcd") != shuffled("why-minus", "bob", "abcd")


def test_what_has_an_order_by_nature_keeps_it():
    scales = {exercise.key: choice.options for exercise, _, choice in ALL if choice.scale}
    assert scales["predict-regime"] == ("monotone", "exact", "overshooting", "cycling", "divergent")
    assert scales["parabola-walk"] == ("yes", "no")
    for exercise, key, choice in ALL:
        if choice.scale:
            assert all(tuple(offered(exercise, key, student)) == choice.options for student in CROWD[:20])
    confidence = EXERCISES["predict-steps"].fields("ada")[-1]
    assert [option.key for option in confidence.options] == ["50", "70", "90", "99"]


def test_the_curves_of_a_clinic_share_one_order():
    clinic = EXERCISES["loss-clinic"]
    assert len({tuple(offered(clinic, f"{letter}.answer", "ada")) for letter in "ABCD"}) == 1


def test_the_plain_text_shows_the_options_in_the_same_order(monkeypatch):
    for student in ("self-study", "ada"):
        monkeypatch.setenv("GDCOURSE_STUDENT", student)
        for exercise, key, choice in ALL:
            keys, text = offered(exercise, key), str(exercise)
            places = [text.index(f"\n- {option}: ") for option in keys]
            assert places == sorted(places)
            if not choice.multiple and key == "answer":
                assert ", ".join(keys) in exercise.judge("sideways").message
    assert str(EXERCISES["loss-clinic"]).count("- plateau: ") == 1
