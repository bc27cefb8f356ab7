"""The work folder: lessons are delivered, and whatever happens nothing that a learner wrote is lost."""

import json
import os
import resource
import subprocess
import sys
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdcourse import workfolder
from gdcourse.workfolder import WorkFolderError, deliver, fingerprint

HIDDEN = {".gdcourse", ".ipynb_checkpoints"}
LESSON = "01_update_rule.ipynb"
NEW, NEW_2 = "01_update_rule.new.ipynb", "01_update_rule.new-2.ipynb"


def notebook(*sources, outputs=()):
    """Text of a notebook with these code cells; `outputs` are those of its first cell."""
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "execution_count": None, "outputs": []}
        for source in sources
    ]
    cells[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text} for text in outputs]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lessons(tmp_path):
    """Folder with two lessons and a picture."""
    folder = tmp_path / "lessons"
    (folder / "pictures").mkdir(parents=True)
    (folder / LESSON).write_text(notebook("version 1"))
    (folder / "02_rate.ipynb").write_text(notebook("rate"))
    (folder / "pictures" / "hill.svg").write_text("<svg/>")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / LESSON).write_text("left behind by Jupyter")
    return folder


@pytest.fixture
def work(tmp_path):
    """Path of a work folder that does not exist yet."""
    return tmp_path / "my-gdcourse"


def contents(folder):
    """Name -> text of every file that a learner sees."""
    names = [path for path in sorted(folder.rglob("*")) if path.is_file() and HIDDEN.isdisjoint(path.parts)]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in names}


def test_a_fresh_folder_gets_every_lesson(lessons, work):
    delivery = deliver(lessons, work)
    assert contents(work) == contents(lessons)
    assert not (work / ".ipynb_checkpoints").exists()
    assert delivery.lessons == (work / LESSON, work / "02_rate.ipynb")
    assert delivery.notes == (f"new: {LESSON}", "new: 02_rate.ipynb", "new: pictures/hill.svg")


def test_a_second_start_touches_nothing_but_what_was_deleted(lessons, work):
    deliver(lessons, work)
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*")}
    assert deliver(lessons, work).notes == ()
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*")} == before
    (work / LESSON).unlink()
    assert deliver(lessons, work).notes == (f"new: {LESSON}",)


def test_an_unchanged_lesson_is_replaced_by_a_newer_one(lessons, work):
    deliver(lessons, work)
    (lessons / LESSON).write_text(notebook("version 2"))
    assert deliver(lessons, work).notes == (f"updated: {LESSON} (you had not changed it)",)
    assert contents(work)[LESSON] == notebook("version 2")
    assert NEW not in contents(work)


def test_a_lesson_that_was_only_run_is_not_the_learners(lessons, work):
    deliver(lessons, work)
    run = notebook("version 1", outputs=["16.0"])
    (work / LESSON).write_text(run)
    assert deliver(lessons, work).notes == ()
    assert contents(work)[LESSON] == run
    (lessons / LESSON).write_text(notebook("version 2"))
    deliver(lessons, work)
    assert contents(work)[LESSON] == notebook("version 2")
    assert NEW not in contents(work)


def test_a_changed_lesson_stays_and_the_newer_one_is_put_beside_it_once(lessons, work):
    deliver(lessons, work)
    mine = notebook("version 1", "my answer")
    (work / LESSON).write_text(mine)
    assert deliver(lessons, work).notes == ()
    (lessons / LESSON).write_text(notebook("version 2"))
    assert deliver(lessons, work).notes == (
        f"{LESSON} is yours and stays as it is; the newer lesson is beside it: {NEW}",
    )
    assert (contents(work)[LESSON], contents(work)[NEW]) == (mine, notebook("version 2"))
    (work / NEW).unlink()
    assert deliver(lessons, work).notes == ()
    assert NEW not in contents(work)


def test_a_newer_lesson_that_the_learner_changed_too_stays_as_well(lessons, work):
    deliver(lessons, work)
    (work / LESSON).write_text(notebook("mine"))
    for version in (2, 3, 4):
        (lessons / LESSON).write_text(notebook(f"version {version}"))
        deliver(lessons, work)
        if version == 2:
            (work / NEW).write_text(notebook("version 2", "mine too"))
    found = contents(work)
    assert found[LESSON] == notebook("mine")
    assert found[NEW] == notebook("version 2", "mine too")
    assert found[NEW_2] == notebook("version 4")  # version 3 was untouched there


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", "null", "[" * 100_000, None])
def test_without_a_record_every_file_is_taken_for_the_learners(lessons, work, damage):
    deliver(lessons, work)
    record = work / workfolder.RECORD
    record.unlink() if damage is None else record.write_text(damage)
    (lessons / LESSON).write_text(notebook("version 2"))
    deliver(lessons, work)
    assert (contents(work)[LESSON], contents(work)[NEW]) == (notebook("version 1"), notebook("version 2"))


def test_a_damaged_notebook_is_the_learners(lessons, work):
    deliver(lessons, work)
    (work / LESSON).write_text("{ half a notebook")
    (lessons / LESSON).write_text(notebook("version 2"))
    deliver(lessons, work)
    assert contents(work)[LESSON] == "{ half a notebook"


def test_a_fingerprint_is_of_what_is_written():
    plain = fingerprint(notebook("a", "b").encode())
    assert fingerprint(notebook("a", "b", outputs=["shown"]).encode()) == plain
    assert fingerprint(notebook("a", ["b"]).encode()) == plain  # Jupyter stores a source as text or as a list of lines
    for other in [notebook("a"), notebook("ab"), notebook("b", "a"), notebook("a", "b ")]:
        assert fingerprint(other.encode()) != plain


ACTIONS = st.one_of(
    st.tuples(st.just("release"), st.integers(1, 3)),
    st.tuples(st.just("edit"), st.sampled_from([LESSON, NEW, NEW_2])),
    st.tuples(st.just("run"), st.sampled_from([LESSON, NEW])),
    st.tuples(st.just("lose record"), st.none()),
    st.tuples(st.just("start"), st.none()),
    st.tuples(st.just("interrupted start"), st.integers(0, 2)),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, max_size=14))
def test_whatever_happens_nothing_that_a_learner_wrote_is_lost(tmp_path_factory, actions):
    lessons, work = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("work")
    (lessons / LESSON).write_text(notebook("version 0"))
    written = set()
    for number, (action, value) in enumerate(actions):
        if action == "release":
            (lessons / LESSON).write_text(notebook(f"version {value}"))
        elif action == "edit" and (work / value).exists():
            text = json.loads((work / value).read_text())["cells"][0]["source"]
            written -= {text}
            written.add(f"{text}, answer {number}")
            (work / value).write_text(notebook(f"{text}, answer {number}"))
        elif action == "run" and (work / value).exists():
            text = json.loads((work / value).read_text())["cells"][0]["source"]
            (work / value).write_text(notebook(text, outputs=["16.0"]))
        elif action == "lose record":
            (work / workfolder.RECORD).unlink(missing_ok=True)
        elif action == "start":
            deliver(lessons, work)
        elif action == "interrupted start":
            interrupt_at(value, lambda: deliver(lessons, work))
    deliver(lessons, work)
    assert written <= {json.loads(text)["cells"][0]["source"] for text in contents(work).values()}


def interrupt_at(call, action):
    """Run `action`, and interrupt it as Ctrl-C does when it is about to move its file number `call` into place."""
    calls, replace = iter(range(100)), os.replace

    def interrupted(source, target):
        if next(calls) == call:
            raise KeyboardInterrupt
        replace(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", interrupted)
        try:
            action()
        except KeyboardInterrupt:
            return True
    return False


@pytest.mark.parametrize("call", [0, 1, 2, 3])
def test_an_interrupted_start_leaves_no_half_file_and_the_next_one_completes_it(lessons, work, call):
    assert interrupt_at(call, lambda: deliver(lessons, work))
    assert contents(work).items() <= contents(lessons).items()
    deliver(lessons, work)
    assert contents(work) == contents(lessons)


def start(lessons, work, **options):
    """Start a process that delivers `lessons` into `work`."""
    code = "import sys, pathlib; from gdcourse.workfolder import deliver; deliver(*map(pathlib.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", code, str(lessons), str(work)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)


def test_several_starts_at_once_do_no_harm(lessons, work):
    for number in range(30):
        (lessons / f"1{number:02}_more.ipynb").write_text(notebook("x = 1\n" * 2000))
    running = [start(lessons, work) for _ in range(4)]
    assert [process.communicate()[1] for process in running] == [""] * 4
    assert contents(work) == contents(lessons)


def test_a_full_disk_is_one_sentence_and_no_half_file(lessons, work):
    (lessons / "02_rate.ipynb").write_text(notebook("x = 1\n" * 2000))
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (4000, 4000))
    process = start(lessons, work, preexec_fn=limit)
    assert "WorkFolderError: no room to write the lessons into" in process.communicate()[1]
    assert contents(work) == {LESSON: notebook("version 1")}


def test_a_folder_in_place_of_a_lesson_is_one_sentence(lessons, work):
    (work / LESSON).mkdir(parents=True)
    with pytest.raises(WorkFolderError, match=f"{LESSON}: Is a directory"):
        deliver(lessons, work)


def test_no_lessons_is_one_sentence(tmp_path, work):
    with pytest.raises(WorkFolderError, match="there are none: install gdcourse again"):
        deliver(tmp_path, work)


def test_the_lessons_own_folder_is_opened_as_it_is(lessons):
    before = contents(lessons)
    assert "changes the course" in deliver(lessons, lessons).notes[0]
    assert contents(lessons) == before
    assert not (lessons / ".gdcourse").exists()
