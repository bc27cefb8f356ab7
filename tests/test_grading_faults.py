"""Disks that are full, folders that may not be written, files that are damaged: nothing lost, one clear sentence."""

import json
import os
import resource
import sqlite3
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from classroom import content, source

from gdcourse.classroom import folders, grading, jail, results
from gdcourse.classroom.dealing import read_secret
from gdcourse.classroom.folders import OwnFolder, at_work_in
from gdcourse.classroom.gradebook import DATABASE
from gdcourse.classroom.grading import run
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.pool import Bench

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only"),
]
IDS = ("ana", "bo", "cy", "di")
ROOT = sys.platform == "linux" and os.geteuid() == 0
root_only = pytest.mark.skipif(not ROOT, reason="only root mounts a file system")


@pytest.fixture
def jobs(monkeypatch, tmp_path):
    """The students whose files were graded; their code is not run, and the folders of the grading are here."""
    seen = []

    def graded(bench, job):
        seen.append(job.student)
        verdict = {"outcome": "right", "message": "x" * 3000, "points": 1.0, "of": 2.0, "rows": [], "mistakes": []}
        return job.result({"status": "graded", "reason": "", "exercises": dict.fromkeys(job.marks, verdict)})

    monkeypatch.setattr(Bench, "result", graded)
    monkeypatch.setattr(grading, "_probed", lambda setting: Isolation(()))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path / "temporary"))
    return seen


@pytest.fixture
def course(tmp_path):
    """A course in which four students handed in."""
    place = tmp_path / "course"
    place.mkdir()
    read_secret(place)
    for student in IDS:
        folder = place / "submitted" / student / "lesson4"
        folder.mkdir(parents=True)
        (folder / "a.ipynb").write_bytes(content({**source(4), "student": student}))
    return place


def grade(course):
    return run([str(course / "submitted"), "--workers", "1"])


def files(course):
    """All that a grading makes, but for the database."""
    found = (path for path in (course / "grading").rglob("*") if path.suffix in (".json", ".csv"))
    return {path.relative_to(course): path.read_bytes() for path in found}


@pytest.fixture
def whole(course, jobs):
    """What a grading makes that is not disturbed; then all is as before."""
    assert grade(course) == 0
    made = files(course)
    folders.shutil.rmtree(course / "grading")
    jobs.clear()
    return made


@contextmanager
def mounted(folder, size):
    """A file system of its own in a folder; gives a function that changes it."""
    folder.mkdir(exist_ok=True)
    jail.mount("tmpfs", folder, "tmpfs", data=f"size={size}")
    try:
        yield lambda flags, data="": jail.mount("tmpfs", folder, flags=jail.MS_REMOUNT | flags, data=data)
    finally:
        jail.call("umount2", os.fsencode(folder), jail.DETACH)


@root_only
@pytest.mark.parametrize("size", ["4k", "100k", "200k"])  # no result has room; some have; all, but not the tables
def test_a_full_disk_is_told_and_gone_on_from(size, course, whole, jobs, capsys):
    with mounted(course / "grading", size) as change:
        assert grade(course) == 1
        said = capsys.readouterr().err
        assert "gdcourse: expected room to write" in said
        assert said.count("\n") == len(said.splitlines()) == said.count("graded\n") + 1, said  # one, but for the tally
        kept = files(course)
        assert all(whole[name] == data for name, data in kept.items())
        assert not list(course.rglob("*.part"))
        change(0, "size=10m")
        before = len(jobs)
        assert grade(course) == 0
        assert files(course) == whole
        assert len(jobs) - before == len(IDS) - sum(name.suffix == ".json" for name in kept)


def test_a_limit_on_the_size_of_files_is_told(course, whole, jobs, capsys, monkeypatch):
    keep, hard = results.keep, resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def limited(*arguments):
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            keep(*arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    with monkeypatch.context() as patch:
        patch.setattr(results, "keep", limited)
        assert grade(course) == 1
    assert "expected room to write" in capsys.readouterr().err
    assert files(course) == {}
    assert grade(course) == 0
    assert files(course) == whole


@root_only
def test_a_folder_that_may_only_be_read_is_told(course, whole, jobs, capsys):
    with mounted(course / "grading", "10m") as change:
        assert grade(course) == 0
        (victim, *_) = (course / "grading").rglob("*.json")
        victim.unlink()
        change(jail.MS_RDONLY)
        assert grade(course) == 1
        said = capsys.readouterr().err
        assert "may be read and written by you, but it may not (Read-only file system): allow it" in said
        change(0)
        assert grade(course) == 0
        assert files(course) == whole


@pytest.mark.parametrize("number", [13, 30])
def test_a_result_that_may_not_be_written_is_told(number, course, whole, capsys, monkeypatch):
    """Permissions do not bind root, under whom tests may run: the error is a made-up one."""

    def refused(path, result):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(results, "keep", refused)
    assert grade(course) == 1
    assert f"but it may not ({os.strerror(number)}): allow it, then run it again" in capsys.readouterr().err


def edited(path):
    result = json.loads(path.read_bytes())
    next(iter(result["exercises"].values()))["points"] = 40.0
    path.write_text(json.dumps(result))


def of_another(path):
    (other,) = (path.parents[1] / "di").glob("*.json")
    path.write_bytes(other.read_bytes())


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "garbage": lambda path: path.write_bytes(os.urandom(5000)),
    "another-json": lambda path: path.write_text('{"status": "graded", "exercises": {}, "checker": {}}'),
    "a-list": lambda path: path.write_text("[1]"),
    "edited": edited,
    "of-another": of_another,
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_result_is_made_again_and_no_other(damage, course, whole, jobs):
    assert grade(course) == 0
    jobs.clear()
    (path,) = (course / "grading" / "results" / "lesson4" / "bo").glob("*.json")
    DAMAGES[damage](path)
    assert grade(course) == 0
    assert jobs == ["bo"]
    assert files(course) == whole


@pytest.mark.parametrize("place", ["grading", "grading/results", "grading/marks.csv"])
def test_what_stands_in_the_way_is_named(place, course, whole, capsys):
    if place.endswith("csv"):
        (course / place).mkdir(parents=True)
    else:
        (course / place).parent.mkdir(exist_ok=True)
        (course / place).write_text("mine")
    assert grade(course) == 1
    said = capsys.readouterr().err
    assert "expected another kind of file at" in said
    assert str(course / place) in said
    (course / place).rmdir() if place.endswith("csv") else (course / place).unlink()
    assert grade(course) == 0
    assert files(course) == whole


def test_a_name_that_is_no_text_stops_nobody(course, whole, jobs):
    """As a program of another system packs it, in bytes that are not UTF-8."""
    place = os.fsencode(course) + b"/submitted/zo\xeb/lesson4"
    os.makedirs(place)
    with open(place + b"/L\xf6sung\n.ipynb", "wb") as file:
        file.write(content(source(4)))
    assert grade(course) == 0
    assert len(jobs) == attempts_in(course) == len(IDS) + 1
    assert "zo?,lesson4,graded" in (course / "grading" / "marks.csv").read_text(encoding="utf-8-sig")


def older_schema(path):
    with closing(sqlite3.connect(path)) as book, book:
        book.executescript("create table marks (student, mark); insert into marks values ('ana', 1)")


def broken_off(path):
    """A program that changed the database died in the middle: its journal would undo what it finds."""
    journal = path.with_name(f"{DATABASE}-journal")
    with closing(sqlite3.connect(path, isolation_level=None)) as book:
        book.execute("create table marks (student)")
        book.executemany("insert into marks values (?)", [("x" * 1000,)] * 200)
        book.executescript("pragma cache_size=5; begin; update marks set student = 'y'")
        half = journal.read_bytes()
        book.execute("rollback")
    journal.write_bytes(half)


@pytest.mark.parametrize("damage", [older_schema, broken_off, lambda path: path.write_bytes(b"not a database" * 500)])
def test_a_damaged_gradebook_is_made_anew(damage, course, whole, jobs):
    (course / "grading").mkdir()
    damage(course / "grading" / DATABASE)
    assert grade(course) == 0
    assert attempts_in(course) == len(IDS)


def attempts_in(course):
    with closing(sqlite3.connect(course / "grading" / DATABASE)) as book:
        assert book.execute("pragma integrity_check").fetchone() == ("ok",)
        return book.execute("select count(*) from attempts").fetchone()[0]


def test_a_gradebook_that_another_program_has_locked_is_not_waited_for(course, whole, jobs):
    assert grade(course) == 0
    with closing(sqlite3.connect(course / "grading" / DATABASE, isolation_level=None)) as other:
        other.execute("begin exclusive")
        other.execute("delete from attempts")
        assert grade(course) == 0
    assert attempts_in(course) == len(IDS)


def test_what_a_killed_grading_left_behind_is_cleared_away_but_not_what_another_needs(course, whole, jobs, tmp_path):
    left = course / "grading" / "results" / "lesson4" / "ana" / ".half.json.12.part"
    left.parent.mkdir(parents=True)
    left.write_text("{")
    orphan = tmp_path / "temporary" / f"{folders.BEGINS}runner-of-one-that-was-killed"
    orphan.mkdir()
    with OwnFolder("needed") as needed, at_work_in(course / "grading"):
        assert grade(course) == 0
        assert left.exists()
        assert needed.exists()
        assert not orphan.exists()
    assert grade(course) == 0
    assert not left.exists()
    assert list(Path(tmp_path / "temporary").iterdir()) == []
    assert files(course) == whole
