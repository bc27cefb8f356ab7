"""What `gdcourse release` makes: assignments that nbgrader accepts, and personal numbers."""

import json
import os
import re
from pathlib import Path

import pytest
from classroom import SECRET, run_cells

from gdcourse.classroom.answers import name_of, right_answer
from gdcourse.classroom.assignment import asked_in, lessons, source_notebook, student_notebook
from gdcourse.classroom.dealing import personal, read_secret, with_variant
from gdcourse.classroom.release import run, shared_files, stale_files
from gdcourse.classroom.roster import read_roster

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

PROJECT = Path(__file__).parents[1]
ASKED = {lesson: asked_in(lesson) for lesson in lessons()}
GRADED = [exercise for exercises in ASKED.values() for exercise in exercises]
CLASS = tuple(f"student-{number}" for number in range(40))


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
