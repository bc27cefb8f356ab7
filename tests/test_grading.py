"""`gdcourse grade`: nothing lost, nothing graded twice, a mark with a reason for everybody."""

import argparse
import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classroom import SECRET, answered, content, solved

from gdcourse.classroom import grading, results
from gdcourse.classroom.assignment import asked_in, lessons
from gdcourse.classroom.attempts import find_attempts
from gdcourse.classroom.dealing import personal, read_secret
from gdcourse.classroom.gradebook import table_text
from gdcourse.classroom.grading import _in_shard, _shard, run
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.oracle import Class
from gdcourse.classroom.pool import Bench, Pool
from gdcourse.classroom.release import run as release

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

linux = pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only")
IDS = ("ana", "bo", "cy", "di", "ed")
PROJECT = Path(__file__).parents[1]


def hand_in(course, student, notebook, lesson=4, name="my homework (final).ipynb"):
    place = course / "submitted" / student / f"lesson{lesson}"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(notebook if isinstance(notebook, bytes) else content(notebook))
    return place / name


def right_for(course, student, lesson=4):
    secret = read_secret(course)
    return solved(lesson, [personal(exercise, student, IDS, secret) for exercise in asked_in(lesson)])


@pytest.fixture(autouse=True)
def probed_once(request, monkeypatch):
    """Only the first grading tries its jail out: that takes as long as everything else."""
    if "graded" in request.fixturenames or "course" in request.fixturenames:
        monkeypatch.setattr(grading, "_probed", lambda setting: Isolation(()))


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A course for a class of five in which lesson 4 was handed in by four."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "roster.csv").write_text("id,name\n" + "".join(f"{student},{student.title()}\n" for student in IDS))
    course = folder / "course"
    assert release([str(course), "--roster", str(folder / "roster.csv")]) == 0
    hand_in(course, "ana", right_for(course, "ana"))
    half = answered(right_for(course, "bo"), "code-momentum", "def momentum_step(*a): return 1")
    hand_in(course, "bo", half)
    hand_in(course, "cy", b"<html>")
    hand_in(course, "di", right_for(course, "ana"))
    hand_in(course, "zoe", right_for(course, "ana"))
    return course


@pytest.fixture
def course(released, tmp_path):
    """A copy of that course, nothing graded yet."""
    shutil.copytree(released, tmp_path / "course", ignore=shutil.ignore_patterns("personal", "source", "release"))
    return tmp_path / "course"


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """That course, graded once."""
    folder = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released, folder)
    assert run([str(folder / "submitted"), "--workers", "2"]) == 0
    return folder


def table(course, name):
    text = (course / "grading" / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def files(course):
    """All results, by name and content."""
    return {path.relative_to(course): path.read_bytes() for path in (course / "grading" / "results").rglob("*.json")}


@linux
def test_everybody_gets_a_mark_a_status_and_a_reason(graded):
    marks = {row["student"]: row for row in table(graded, "marks") if row["assignment"] == "lesson4"}
    assert {student: row["status"] for student, row in marks.items()} == {
        "ana": "graded",
        "bo": "graded",
        "cy": "unreadable",
        "di": "not the student's variant",
        "ed": "missing",
        "zoe": "graded",
    }
    assert (marks["ana"]["points"], marks["ana"]["of"]) == ("26.0", "26")
    assert marks["bo"]["points"] == "23.0"
    assert marks["cy"]["reason"] == "the file is a web page, not the notebook itself"
    assert "right for the numbers of ana" in marks["di"]["reason"]
    assert marks["ed"]["reason"] == "nothing handed in"
    (answer,) = [row for row in table(graded, "answers") if row["student"] == "bo" and row["points"] == "0.0"]
    assert (answer["exercise"], answer["outcome"]) == ("code-momentum", "wrong")
    with sqlite3.connect(graded / "grading" / "gradebook.db") as book:
        (count,) = book.execute("select count(*) from marks").fetchone()
    assert count == 6 * len(lessons())


@linux
def test_a_second_run_grades_nothing_and_changes_nothing(graded, capsys):
    before = files(graded)
    assert run([str(graded / "submitted")]) == 0
    assert f"{len(before)} files, {len(before)} of them graded before" in capsys.readouterr().out
    assert files(graded) == before


def test_every_file_is_in_exactly_one_shard(released):
    root = released / "submitted"
    attempts = list(find_attempts(root, {"lesson4"}))
    for count in (1, 2, 7):
        shards = [[a for a in attempts if _in_shard(a, root, (number, count))] for number in range(1, count + 1)]
        assert sorted(a.path for shard in shards for a in shard) == [a.path for a in attempts]
    for text in ("0/2", "3/2", "a/b", "2", "1/0", "-1/2"):
        with pytest.raises(argparse.ArgumentTypeError, match="expected 1/4"):
            _shard(text)


@linux
def test_a_grader_killed_at_any_moment_is_gone_on_with_even_if_files_are_damaged(course, graded, capsys):
    """Kill −9, later and later; then damage what is there; one more run gives what a run left alone gives."""
    command = [sys.executable, "-m", "gdcourse.cli", "grade", str(course / "submitted"), "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    for seconds in (2.0, 7.0, 9.0):
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(seconds)
            process.kill()
        for data in (files(course) if (course / "grading").exists() else {}).values():
            json.loads(data)  # whole, or not there
    for path in list(files(course))[:1]:
        (course / path).write_bytes((course / path).read_bytes()[:100])
    (course / "grading").mkdir(exist_ok=True)
    (course / "grading" / "gradebook.db").write_bytes(b"not a database")
    assert run([str(course / "submitted"), "--workers", "1"]) == 0
    assert files(course) == files(graded)
    with sqlite3.connect(course / "grading" / "gradebook.db") as book:
        assert book.execute("select count(*) from attempts").fetchone() == (5,)


@linux
def test_a_worker_that_is_killed_is_replaced_and_nothing_is_done_twice(course, graded, monkeypatch):
    heard = []
    plain = Pool.run

    def run_and_kill(pool, tasks, count, done):
        def heard_one(status):
            heard.append(status)
            done(status)
            if len(heard) == 2:
                pool.benches[0].process.kill()

        plain(pool, tasks, count, heard_one)

    monkeypatch.setattr(Pool, "run", run_and_kill)
    assert run([str(course / "submitted"), "--workers", "1"]) == 0
    assert len(heard) == 5
    assert files(course) == files(graded)


@linux
def test_a_file_over_which_workers_die_is_told_and_the_rest_is_graded(course, monkeypatch):
    def dies(bench, job):
        if job.student == "bo":
            raise EOFError
        return job.result({"status": "graded", "reason": "", "exercises": {}})

    monkeypatch.setattr(Bench, "_ask", dies)
    assert run([str(course / "submitted")]) == 0
    marks = {row["student"]: row for row in table(course, "marks") if row["assignment"] == "lesson4"}
    assert (marks["bo"]["status"], marks["bo"]["reason"]) == ("crashed", "3 workers died over this file")
    assert marks["ana"]["status"] == "graded"


@linux
def test_a_mended_exercise_touches_only_its_own_answers(graded, tmp_path, monkeypatch, capsys):
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    before = {path: json.loads(data) for path, data in files(course).items()}
    mend = results._mark.__wrapped__

    def mended(exercise, language):
        return mend(exercise, language) + ("!" if exercise.key == "code-momentum" else "")

    monkeypatch.setattr(results, "_mark", mended)
    jobs = []
    monkeypatch.setattr(Pool, "run", lambda self, tasks, count, done: jobs.extend(job for _, job in tasks))
    assert run([str(course / "submitted")]) == 0
    assert len(jobs) == 5  # every submission of lesson 4, none of them as a whole
    by_student = {job.student: job for job in jobs}
    assert set(by_student["ana"].old) == {e.key for e in asked_in(4)} - {"code-momentum"}
    assert all(json.loads((course / path).read_bytes()) == result for path, result in before.items())


def test_the_mark_of_a_result_follows_the_numbers_and_the_exercise():
    known = Class({"lesson4": asked_in(4)}, IDS, SECRET)
    mine, others = (results.marks_of(known, "lesson4", student) for student in ("ana", "bo"))
    assert {key for key in mine if mine[key] == others[key]} == {"code-momentum", "code-nesterov"}
    assert results.marks_of(Class({"lesson4": asked_in(4)}, (*IDS, "new"), SECRET), "lesson4", "ana") == mine


def test_a_course_that_was_not_released_is_told(tmp_path, capsys):
    (tmp_path / "submitted").mkdir()
    assert run([str(tmp_path / "submitted")]) == 1
    assert "expected a course made by `gdcourse release`" in capsys.readouterr().err


@linux
def test_without_isolation_nothing_is_graded_unless_told_so(course, monkeypatch, capsys):
    refused = Isolation((), "unshare: Operation not permitted")
    monkeypatch.setattr(grading, "_probed", lambda setting: refused)
    assert run([str(course / "submitted")]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("NOT isolated (unshare: Operation not permitted): a submission could do what you may")
    assert "--unisolated" in said.err
    assert run([str(course / "submitted"), "--unisolated", "yes"]) == 1
    assert run([str(course / "submitted"), "--unisolated", "I trust every student"]) == 0
    marks = {row["student"]: row["points"] for row in table(course, "marks") if row["assignment"] == "lesson4"}
    assert (marks["ana"], marks["bo"]) == ("26.0", "23.0")


def test_no_cell_of_a_table_is_a_formula():
    text = table_text(["a"], [["=1+1"], ["+1"], ["-x"], ["@x"], [-3.5], ["fine"]]).decode("utf-8-sig")
    assert text.splitlines() == ["a", "'=1+1", "'+1", "'-x", "'@x", "-3.5", "fine"]
