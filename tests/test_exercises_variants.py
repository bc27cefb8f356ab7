"""Personal variants: always the same for one student, pleasant for all, and many."""

import os
import subprocess
import sys
import time

import pytest
from exercise_cases import KEYS

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.variants import chosen, current_student, next_time, owner

STUDENTS = [f"student-{number:05d}" for number in range(10_000)]
PERSONAL = [key for key in KEYS if len(EXERCISES[key].variants.all()) > 1]

pytestmark = pytest.mark.usefixtures("nothing_written")


def frozen(variant):
    """Make a variant comparable."""
    return tuple(sorted(variant.items()))


def test_ten_thousand_students_get_every_variant_and_evenly(capsys):
    began, lines = time.perf_counter(), []
    for key in PERSONAL:
        exercise = EXERCISES[key]
        pool = {frozen(variant) for variant in exercise.variants.all()}
        dealt = [frozen(exercise.variant(student)) for student in STUDENTS]
        assert set(dealt) <= pool
        assert len(pool) == len(exercise.variants.all()), "no variant is in the pool twice"
        expected = len(pool) * (1 - (1 - 1 / len(pool)) ** len(STUDENTS))
        assert len(set(dealt)) > 0.97 * expected - 1
        lines.append(f"{key}: {len(set(dealt))} distinct variants dealt to 10,000 students, of {len(pool)}")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("key", PERSONAL)
def test_the_classic_variant_is_self_studys_and_one_of_the_pool(key):
    variants = EXERCISES[key].variants
    assert EXERCISES[key].variant() == variants.classic
    assert EXERCISES[key].variant("self-study") == variants.classic
    assert variants.classic in variants.all()
    assert all(set(variant) == set(variants.classic) for variant in variants.all())


@pytest.mark.parametrize("key", PERSONAL)
def test_givens_are_pleasant(key):
    for variant in EXERCISES[key].variants.all():
        numbers = [value for value in variant.values() if not isinstance(value, str)]
        # a count, such as a number of steps, may be large
        assert all(abs(number) <= 100 or float(number).is_integer() for number in numbers)
        assert all(abs(number * 100 - round(number * 100)) < 1e-9 for number in numbers), "at most two decimals"


def test_both_walks_of_a_student_begin_at_the_same_place():
    for student in STUDENTS[:50]:
        assert EXERCISES["parabola-walk"].variant(student) == EXERCISES["parabola-walk-large-rate"].variant(student)


def test_a_changed_variant_changes_nothing_for_anybody_else():
    EXERCISES["one-step"].variant("ada")["w"] = 99.0
    EXERCISES["one-step"].variant()["w"] = 99.0
    assert EXERCISES["one-step"].variant("ada")["w"] != 99
    assert EXERCISES["one-step"].variant()["w"] == 3


def test_variants_are_the_same_on_every_python_and_machine():
    assert chosen("parabola-walk", "ada", 1000) == 146
    assert chosen("parabola-walk", "ada", 1000, secret="tea") != 146
    code = "from gdcourse import EXERCISES as E; print([E[k].variant('ada') for k in sorted(E)])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(runs) == 1


def test_students_are_named_by_argument_environment_and_hub(monkeypatch):
    assert current_student() == "self-study"
    monkeypatch.setenv("JUPYTERHUB_USER", "hubert")
    assert current_student() == "hubert"
    monkeypatch.setenv("GDCOURSE_STUDENT", "ada")
    assert current_student() == "ada"
    assert current_student("bob") == "bob"
    assert EXERCISES["one-step"].variant() == EXERCISES["one-step"].variant("ada")


@pytest.mark.parametrize("name", ["", "\ud800", "ä" * 10_000, 'x", "y', "../../etc", 42, None])
def test_odd_names_are_students_too(name):
    assert EXERCISES["parabola-walk"].variant(name) in (*EXERCISES["parabola-walk"].variants.all(),)


def test_being_asked_again_changes_the_numbers_and_not_the_owner():
    cards = {frozen(EXERCISES["card-step"].variant(next_time("self-study", times))) for times in range(20)}
    assert len(cards) > 15
    assert {owner(next_time("ada", times)) for times in range(5)} == {"ada"}
