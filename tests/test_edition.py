"""The student edition of the package: it works, and holds no answer to a graded exercise."""

import ast
import os
import re
import subprocess
import sys

import pytest
from classroom import ASSIGNMENTS

from gdcourse.classroom.edition import make_edition, withheld
from gdcourse.classroom.sources import source_mark
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.functions import source_of
from gdcourse.exercises.words import sentences

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

GRADED = [exercise for asked in ASSIGNMENTS.values() for exercise in asked]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The student edition of the package, and its whole text."""
    folder = tmp_path_factory.mktemp("edition")
    package = make_edition(folder, [exercise.key for exercise in GRADED])
    files = [path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".json") and path.is_file()]
    return folder, "\n".join(path.read_text(encoding="utf-8") for path in files)


def in_edition(folder, code):
    """What a fresh interpreter prints that sees the student edition instead of the course."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "GDCOURSE_PROGRESS": "off"}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def functions_in(text):
    """The body of every function in a source, docstring apart, by name."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    return {(node.name, ast.unparse(node.body[ast.get_docstring(node) is not None :])) for node in found}


def test_the_edition_holds_no_solution_of_a_graded_exercise(edition):
    folder, text = edition
    pages = [functions_in(path.read_text()) for path in (folder / "gdcourse" / "exercises").glob("lesson*.py")]
    solutions = [e.task.solution for e in GRADED if hasattr(e.task, "solution")]
    assert len(solutions) > 6
    for solution in solutions:
        (whole,) = [found for found in functions_in(source_of(solution)) if found[0] == solution.__name__]
        assert not any(whole in page for page in pages), whole[0]
    assert text.count("# solution begins") == 2  # in the module that explains the mark


def test_the_edition_holds_no_mistake_and_no_worked_solution_of_a_graded_exercise(edition):
    _, text = edition
    stay = set(EXERCISES) - set(withheld([exercise.key for exercise in GRADED]))
    texts = {path: str(sentence).strip() for path, sentence in sentences("en").items()}
    said_elsewhere = {sentence for path, sentence in texts.items() if path.partition(".")[0] in stay}
    hidden = re.compile(r"mistakes\.|solution|model|bugs\.")
    graded = {exercise.key for exercise in GRADED}
    tried = 0
    for path, sentence in texts.items():
        key, _, rest = path.partition(".")
        if key in graded and hidden.search(rest) and len(sentence) > 40 and sentence not in said_elsewhere:
            assert sentence not in text, path
            tried += 1
    assert tried > 100


def test_the_edition_leaves_out_what_shares_a_truth_with_a_graded_exercise(edition):
    keys = [exercise.key for exercise in GRADED]
    assert "card-best-rate" in withheld(keys)  # it asks what a part of the sheet best-rate asks
    assert "card-step" not in withheld(keys)
    folder, _ = edition
    assert not (folder / "gdcourse" / "exercises" / "lesson1_walk.py").exists()


def test_the_edition_works_and_says_where_the_rest_is(edition):
    folder, _ = edition
    code = """
import gdcourse, gdcourse.labs, gdcourse.exercises as x
print(gdcourse.__file__)
for e in x.EXERCISES.values():
    assert e.judge(e.answer()).outcome == "right", e
    e.statement(), e.worked(), e.mistakes, e.hint(1), e.form()
print(len(x.EXERCISES))
print(x.EXERCISES["parabola-walk"].check([1]).outcome, x.EXERCISES["code-step"].show())
try: x.EXERCISES["nonsense"]
except KeyError as error: print(error)
x.progress(), x.quiz(3), x.LABS if hasattr(x, "LABS") else None
"""
    said = in_edition(folder, code).splitlines()
    assert said[0] == str(folder / "gdcourse" / "__init__.py")
    assert int(said[1]) == len(EXERCISES) - len(withheld([exercise.key for exercise in GRADED]))
    assert said[2].startswith("not-attempted Write one step. This exercise is marked by your teacher")
    assert "no exercise 'nonsense'" in said[3]


def test_an_edition_is_never_written_over_other_files(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="holds other files"):
        make_edition(tmp_path, ["code-step"])
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_mark_of_an_exercise_follows_what_it_needs_and_nothing_else():
    marks = {exercise.key: source_mark(exercise) for exercise in GRADED}
    assert len(set(marks.values())) == len(marks)
    code = (
        "import ast, gdcourse.classroom.sources as s\n"
        "from gdcourse import EXERCISES\n"
        "page = s.page_of('gdcourse.exercises.lesson1_code')\n"
        "page.home['_only_last'].body[0].value = ast.Constant(7)\n"  # a mistake of the walk is mended
        "print(*(s.source_mark(EXERCISES[key]) for key in ('code-step', 'code-walk', 'bug-by-test')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    changed = [
        key for key, mark in zip(("code-step", "code-walk", "bug-by-test"), done, strict=True) if mark != marks[key]
    ]
    assert changed == ["code-walk"]
