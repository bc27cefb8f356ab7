"""The real nbgrader on the committed course: it validates, generates, autogrades, and shows it in its formgrader."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from gdcourse.classroom.assignment import asked_in

pytestmark = pytest.mark.thorough

PROJECT = Path(__file__).parents[1]


def nbgrader(course, *words):
    """Run nbgrader in a course; return what it said on both streams."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GDCOURSE_")},
        "JUPYTER_CONFIG_DIR": str(course / ".jupyter"),
        "JUPYTER_DATA_DIR": str(course / ".data"),
        "IPYTHONDIR": str(course / ".ipython"),
        "GDCOURSE_PROGRESS": "off",
        "PYTHONPATH": str(PROJECT),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),  # it calls alembic by name
    }
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the committed course, with what nbgrader makes of the sources beside what we made."""
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(PROJECT / "exercises", folder)
    shutil.move(folder / "release", folder / "ours")
    nbgrader(folder, "generate_assignment", "lesson1")
    nbgrader(folder, "generate_assignment", "lesson4")
    return folder


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def without_checksums(notebook):
    """What is to be the same in both student versions, cell by cell."""
    cells = []
    for cell in notebook["cells"]:
        metadata = json.loads(json.dumps(cell["metadata"]))
        for name in ("checksum", "cell_type"):
            metadata["nbgrader"].pop(name, None)
        cells.append((cell["id"], cell["cell_type"], "".join(cell["source"]), metadata))
    return cells


@pytest.mark.parametrize("lesson", ["lesson1", "lesson4"])
def test_our_student_version_is_nbgraders(course, lesson):
    ours, theirs = (read(course / place / lesson / f"{lesson}.ipynb") for place in ("ours", "release"))
    assert without_checksums(ours) == without_checksums(theirs)


def test_the_teachers_and_the_students_notebooks_validate(course):
    for place in ("source", "ours"):
        said = nbgrader(course, "validate", str(course / place / "lesson4" / "lesson4.ipynb"))
        assert "Success" in said, said


def scores(course, assignment):
    """Points by student and exercise, from nbgrader's gradebook."""
    with sqlite3.connect(course / "gradebook.db") as book:
        query = """
            select student.id, base_cell.name, grade.auto_score, grade_cells.max_score
            from grade join base_cell on grade.cell_id = base_cell.id
            join grade_cells on grade_cells.id = base_cell.id
            join submitted_notebook on grade.notebook_id = submitted_notebook.id
            join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
            join student on submitted_assignment.student_id = student.id
            join notebook on submitted_notebook.notebook_id = notebook.id
            join assignment on notebook.assignment_id = assignment.id where assignment.name = ?
        """
        return {(student, cell): (score, most) for student, cell, score, most in book.execute(query, [assignment])}


def test_nbgraders_autograder_gives_full_marks_part_marks_and_none(course):
    source, blank = (read(course / place / "lesson4" / "lesson4.ipynb") for place in ("source", "release"))
    right = {cell["id"]: "".join(cell["source"]) for cell in source["cells"]}
    half = json.loads(json.dumps(blank))
    for cell in half["cells"]:
        if cell["id"] == "code-momentum":
            cell["source"] = right["code-momentum"]
        if cell["id"] == "best-pair":
            cell["source"] = right["best-pair"] + '\nbest_pair["beta"] = 0.123'
    for student, notebook in {"full": source, "blank": blank, "half": half}.items():
        place = course / "submitted" / student / "lesson4"
        place.mkdir(parents=True)
        (place / "lesson4.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(course, "autograde", "lesson4")
    found = scores(course, "lesson4")
    asked = asked_in(4)
    assert {cell: score for (student, cell), score in found.items() if student == "full"} == {
        f"check-{exercise.key}": (exercise.points, exercise.points) for exercise in asked
    }
    assert sum(score for (student, _), (score, _) in found.items() if student == "blank") == 0
    given = {cell: score for (student, cell), (score, _) in found.items() if student == "half" and score}
    assert given == {"check-code-momentum": 3, "check-best-pair": 4}
