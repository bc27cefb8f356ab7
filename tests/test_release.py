"""What `gdcourse release` makes: assignments that nbgrader accepts, personal numbers, a package without answers."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gdcourse.classroom.answers import name_of, right_answer
from gdcourse.classroom.assignment import asked_in, lessons, source_notebook, student_notebook
from gdcourse.classroom.dealing import personal, read_secret, with_variant
from gdcourse.classroom.edition import make_edition, withheld
from gdcourse.classroom.own import read_own
from gdcourse.classroom.release import Course, release, run, shared_files, stale_files
from gdcourse.classroom.roster import read_roster
from gdcourse.classroom.sources import source_mark
from gdcourse.exercises import EXERCISES, Exercise
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.functions import source_of
from gdcourse.exercises.number import Number
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants
from gdcourse.exercises.words import sentences

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

PROJECT = Path(__file__).parents[1]
ASKED = {lesson: asked_in(lesson) for lesson in lessons()}
GRADED = [exercise for exercises in ASKED.values() for exercise in exercises]
SECRET = "a secret of sixteen letters"
CLASS = tuple(f"student-{number}" for number in range(40))


def run_cells(notebook):
    """Run the code cells of a notebook in one namespace, as a kernel does."""
    room = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and not cell["id"].startswith("picture-"):
            exec(cell["source"], room)
    return room


def test_the_committed_course_is_what_the_records_give():
    assert stale_files(PROJECT / "exercises") == [], "run `gdcourse release`"


def test_a_stale_course_is_told_file_by_file(tmp_path, capsys):
    for path, text in shared_files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert run([str(tmp_path), "--check"]) == 0
    (tmp_path / "source/lesson1/lesson1.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "release/lesson2/lesson2.ipynb").unlink()
    (tmp_path / "source/left-over.txt").write_text("", encoding="utf-8")
    assert run([str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().out
    assert all(name in said for name in ("source/lesson1", "release/lesson2", "left-over.txt"))
    assert said.count(": stale:") == 3


@pytest.mark.parametrize("lesson", ASKED)
def test_the_teachers_notebook_earns_all_points_and_the_blank_one_none_and_no_error(lesson):
    source = source_notebook(lesson, ASKED[lesson])
    full, blank = run_cells(source), run_cells(student_notebook(source))
    for exercise in ASKED[lesson]:
        assert exercise.judge(full[name_of(exercise)]).points == exercise.points
        assert exercise.judge(blank[name_of(exercise)]).outcome == "not-attempted"


@pytest.mark.parametrize("lesson", ASKED)
def test_a_students_notebook_holds_no_answer_and_says_every_option(lesson):
    text = json.dumps(student_notebook(source_notebook(lesson, ASKED[lesson])), ensure_ascii=False)
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    assert "points_of" not in text
    for exercise in ASKED[lesson]:
        assert exercise.statement().split("\n")[0] in text.replace("\\n", "\n").replace('\\"', '"')
        for field in exercise.fields():
            assert all(f"`{option.key}`" in text for option in field.options)


def test_curves_to_look_at_are_drawn_from_plain_numbers():
    notebook = student_notebook(source_notebook(1, ASKED[1]))
    (picture,) = [cell for cell in notebook["cells"] if cell["id"] == "picture-loss-clinic"]
    assert not {"plateau", "too-small", "gdcourse"} & set(re.findall(r"[\w-]+", picture["source"]))
    import matplotlib.pyplot as plt

    room = {"plt": plt}
    exec(picture["source"], room)
    assert len(room["panels"][0].get_lines()[0].get_xdata()) > 30
    plt.close("all")


@pytest.mark.parametrize("exercise", GRADED, ids=lambda exercise: exercise.key)
def test_personal_numbers_have_their_own_right_answer(exercise):
    mine = personal(exercise, "student-7", CLASS, SECRET)
    assert mine.judge(right_answer(mine)).points == exercise.points
    if len(exercise.variants.all()) > 100:
        assert mine.statement() != exercise.statement() or str(mine.shows()) != str(exercise.shows())
    assert with_variant(exercise, exercise.variants.classic).statement() == exercise.statement("self-study")


def test_the_secret_is_made_once_and_only_for_its_owner(tmp_path):
    secret = read_secret(tmp_path)
    path = tmp_path / "private" / "secret"
    assert read_secret(tmp_path) == secret
    assert len(secret) == 64
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    path.write_text("short")
    with pytest.raises(ValueError, match="at least 16 characters"):
        read_secret(tmp_path)


ROSTERS = {
    "name,mail\nAna,a@b\n": "a column named id",
    "id,name\n": "a line for each student",
    "id\nana\nana\n": "line 3 .* 'ana' comes twice",
    "id\n../ana\n": "cannot name a folder",
    "id,name\n,Ana\n": "cannot name a folder",
    "id\n.ana\n": "cannot name a folder",  # folders that begin so are passed over when grading
    'id\n"a\nb"\n': "cannot name a folder",
    "id\nan\u202ea\n": "cannot name a folder",
}


@pytest.mark.parametrize("text", ROSTERS)
def test_a_roster_that_cannot_be_used_is_told(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=ROSTERS[text]):
        read_roster(tmp_path / "roster.csv")


def test_rosters_of_spreadsheets_are_read(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes("\ufeffUsername;First_Name;Last_Name\nana; Ána ;Öz\n".encode())
    (student,) = read_roster(path)
    assert (student.id, student.name) == ("ana", "Ána Öz")
    path.write_bytes("id\nÄna\n".encode("latin-1"))
    with pytest.raises(ValueError, match="in UTF-8"):
        read_roster(path)


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


def test_the_whole_course_for_a_class(tmp_path, capsys):
    (tmp_path / "roster.csv").write_text("id,name\nana,Ana\nbo,Bo\n")
    course = tmp_path / "course"
    assert run([str(course), "--roster", str(tmp_path / "roster.csv")]) == 0
    assert "keep it to yourself" in capsys.readouterr().out
    notebooks = {path.parts[-3]: json.loads(path.read_text()) for path in course.glob("personal/*/lesson1/*.ipynb")}
    assert set(notebooks) == {"ana", "bo"}
    assert notebooks["ana"]["metadata"]["gdcourse"]["student"] == "ana"
    seals = {notebook["metadata"]["gdcourse"]["seal"] for notebook in notebooks.values()}
    assert len(seals) == 2
    assert read_secret(course) not in "".join(path.read_text() for path in course.glob("personal/**/*.ipynb"))
    (course / "nbgrader_config.py").write_text("# mine")
    assert run([str(course), "--roster", str(tmp_path / "roster.csv")]) == 0
    assert (course / "nbgrader_config.py").read_text() == "# mine"
    assert run([str(course), "--roster", str(tmp_path / "no.csv")]) == 1
    assert "no.csv" in capsys.readouterr().err
