"""Lessons 2 to 4 as texts: the order of their parts, the time they state, and where their numbers come from."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from lesson_text import NOTEBOOKS, Lesson, numbers_in

from gdcourse.exercises import EXERCISES

TESTS = Path(__file__).parent
NUMBERS = tomllib.loads((TESTS / "lesson_numbers.toml").read_text(encoding="utf-8"))
STATED = re.compile(r"about (\d+) minutes for the core.*\ssecond\ssitting of about (\d+) minutes", re.DOTALL)
SMALL = frozenset(map(float, range(11)))  # counts, exponents, parts of formulas
PARTS = (  # in this order in every lesson
    *("**After this lesson you can**", "## The idea", ".figure(", "**Predict", "**Run", "**Explain"),
    *("## What popular", "## Cards and quiz", "flashcards(lessons=", "show_several(", "## Summary"),
    *("progress(", "calibration()", "## Sources"),
)


@pytest.fixture(params=sorted(NUMBERS))
def lesson(request):
    """Each lesson in turn."""
    (path,) = NOTEBOOKS.glob(f"0{request.param[-1]}_*.ipynb")
    return Lesson(path)


def test_the_parts_stand_in_the_order_of_every_lesson(lesson):
    places = [lesson.where(part) for part in PARTS if part != "flashcards(lessons="]
    assert places == sorted(places)
    first, last = lesson.cells[0].source, lesson.cells[-1].source
    assert "**You need**" in first
    assert "**Time**" in first
    assert "**Next**: lesson" in last


def test_the_time_stated_is_the_time_it_takes(lesson):
    core = sum(cell.minutes for cell in lesson.cells if not cell.optional)
    rest = sum(cell.minutes for cell in lesson.cells if cell.optional)
    stated = STATED.search(lesson.cells[0].source)
    assert stated, "the first cell says: about N minutes for the core ... a second sitting of about M minutes"
    assert core == pytest.approx(float(stated[1]), abs=6)
    assert rest == pytest.approx(float(stated[2]), abs=6)
    assert core < 55


def test_what_is_tagged_as_deeper_says_so_and_the_other_way_round(lesson):
    for before, cell in zip([None, *lesson.cells], lesson.cells, strict=False):
        says = cell.kind == "markdown" and cell.source.startswith(("*Deeper", "## Deeper", "### Deeper"))
        assert cell.deeper or not says, cell.source[:60]
        assert says or not cell.deeper or (before is not None and before.deeper), cell.source[:60]


def test_every_exercise_of_the_lesson_is_in_it_once(lesson):
    number = int(lesson.path.name[:2])
    shown = [key for cell in lesson.code for key in cell.exercises]
    expected = [e.key for e in EXERCISES.values() if e.lesson == number and e.kind != "flashcard"]
    assert sorted(shown) == sorted(expected)


def test_code_cells_are_short(lesson):
    for cell in lesson.code:
        lines = cell.source.splitlines()
        assert len(lines) <= 12, cell.source
        assert max(map(len, lines)) <= 90, cell.source


def answers_of(key):
    """The numbers that an exercise asks for, as self-study is dealt it."""
    exercise = EXERCISES[key]
    right = exercise.filled("self-study")
    numbers = [float(right[field.key]) for field in exercise.fields("self-study") if field.kind == "number"]
    return {round(abs(number), 3) for number in numbers}


def givens_of(key):
    return {abs(given) for given in EXERCISES[key].variants.classic.values() if isinstance(given, (int, float))}


def test_no_exercise_is_answered_above_it(lesson):
    above, asked = [], []
    for cell in lesson.code:
        for key in cell.exercises:
            givens, answers = givens_of(key), answers_of(key)
            for earlier in above:
                used = numbers_in(earlier.source)
                told = answers & {round(number, 3) for number in numbers_in(earlier.printed)}
                half = 0.5 * len(answers)
                assert len(told - used - SMALL) < max(2, half), f"{key}: {told} are printed above it"
                assert not (givens and givens <= used and len(told) >= half > 0), f"{key} is computed above it"
            alike = [other for other in asked if len(givens) > 1 and givens <= givens_of(other)]
            assert not alike, f"{key} asks with numbers that {alike} has used already"
            asked.append(key)
        above.append(cell)


def test_every_number_in_the_text_is_computed_or_asserted(lesson):
    table = NUMBERS[f"lesson{int(lesson.path.name[:2])}"]
    computed = set().union(*(numbers_in(cell.source + cell.printed) for cell in lesson.code))
    rounded = {round(number, decimals) for number in computed for decimals in range(4)}
    accounted = computed | rounded | set(map(float, table["asserted"])) | set(table["quoted"])
    for cell in lesson.prose[1:]:  # the first states the time
        assert not numbers_in(cell.source) - accounted - SMALL, cell.source


@pytest.mark.parametrize(("number", "test"), [pair for table in NUMBERS.values() for pair in table["asserted"].items()])
def test_the_test_that_asserts_a_number_exists(number, test):
    file, _, name = test.partition("::")
    functions = ast.parse((TESTS / file).read_text(encoding="utf-8")).body
    assert name in {node.name for node in functions if isinstance(node, ast.FunctionDef)}, number
