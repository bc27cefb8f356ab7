"""A teacher's own exercises join the assignments, and stay out of the student's package."""

import sys

import pytest
from classroom import run_cells

from gdcourse.classroom.assignment import asked_in, source_notebook
from gdcourse.classroom.own import read_own
from gdcourse.classroom.release import Course, release
from gdcourse.exercises import Exercise
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.number import Number
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants
from gdcourse.exercises.words import sentences

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

OWN = '''
from gdcourse.exercises import Exercise, Mistake
from gdcourse.exercises.coding import Code
from gdcourse.exercises.number import Number
from gdcourse.exercises.variants import Variants, deal

def halve(x):
    """Give half of x."""
    # solution begins
    return x / 2
    # solution ends

HALVES = Code(halve, lambda rng: [(rng.normal(),) for _ in range(4)], (Mistake("doubled", lambda v: lambda x: 2 * x),))
SUM = Number(lambda v: v["a"] + 1, (Mistake("forgot", lambda v: v["a"]),))
EXERCISES = (
    Exercise("own-sum", 1, "number", SUM, Variants({"a": 2.0}), points=5),
    Exercise("own-code", 9, "code", HALVES, Variants({}), points=3),
)
'''
OWN_TEXTS = """
[own-sum]
title = "My sum"
statement = "What is {a} + 1?"
right = "Yes."
rounded = "Yes."
hints = ["Count."]
solution = "Count."
[own-sum.mistakes]
forgot = "One more."
[own-code]
title = "Half"
statement = "Write halve."
hints = ["/"]
solution = "/"
[own-code.mistakes]
doubled = "Half, not double."
"""


@pytest.fixture
def own_module(tmp_path):
    """A teacher's module; its texts are taken out of the course again."""
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    path.with_suffix(".toml").write_text(OWN_TEXTS)
    yield path
    for name in [name for name in sentences("en") if name.startswith("own-")]:
        del sentences("en")[name]
    sys.modules.pop("gdcourse_own_mine", None)


def test_a_teachers_own_exercises_join_the_assignments_and_stay_out_of_the_package(own_module, tmp_path):
    own = read_own(own_module)
    assert [exercise.key for exercise in asked_in(1, own)][-1] == "own-sum"
    assert [exercise.key for exercise in asked_in(9, own)] == ["own-code"]
    release(Course(tmp_path / "course", own))
    text = (tmp_path / "course/source/lesson9/lesson9.ipynb").read_text()
    assert "return x / 2" in text
    assert "return x / 2" not in (tmp_path / "course/release/lesson9/lesson9.ipynb").read_text()
    package = "".join(path.read_text() for path in (tmp_path / "course/student-edition").rglob("*.py"))
    assert "def halve" not in package
    room = run_cells(source_notebook(9, own[1:]))
    assert own[1].judge(room["halve"]).points == 3


def test_own_exercises_that_cannot_be_used_are_told(own_module):
    with pytest.raises(ValueError, match=r"but .* is none"):
        read_own(own_module.with_name("missing.py"))
    own_module.write_text("EXERCISES = ()")
    with pytest.raises(ValueError, match="no tuple EXERCISES"):
        read_own(own_module)
    own_module.write_text("from gdcourse import EXERCISES as E\nEXERCISES = (E['code-step'],)")
    with pytest.raises(ValueError, match="has code-step already"):
        read_own(own_module)


def test_two_answers_of_one_name_are_refused():
    twin = Exercise("parabola_walk", 1, "number", Number(lambda v: 1.0, (Mistake("x", lambda v: 2.0),)), Variants({}))
    with pytest.raises(ValueError, match="the name parabola_walk"):
        asked_in(1, [twin])
    same = Exercise("code-step", 1, "choice", Choice(("a", "b"), "a"), Variants({}))
    with pytest.raises(ValueError, match="the key code-step"):
        asked_in(1, [same])
