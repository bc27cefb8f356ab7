# ruff: noqa: E501 - what a student writes is kept on its line
"""Honest submissions in every shape, and files that are none: full points, or a reason, never a bare 0."""

import gzip
import json
import os
import signal
import sys

import pytest
from classroom import (
    ASSIGNMENTS,
    LESSONS_OWN,
    PATIENT,
    SECRET,
    answered,
    blank,
    children,
    code_cell,
    content,
    open_edition,
    points,
    solved,
    warm_runner,
)
from honest import FULL, HONEST

from gdcourse.classroom.asking import Child
from gdcourse.classroom.dealing import personal, seal
from gdcourse.classroom.oracle import Class, grade
from gdcourse.classroom.submission import Unreadable, parse_submission

pytestmark = pytest.mark.thorough

linux = pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only")
TOTAL = {name: sum(exercise.points for exercise in asked) for name, asked in ASSIGNMENTS.items()}


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with warm_runner(open_edition(tmp_path_factory.mktemp("edition")), PATIENT) as running:
        yield running


@linux
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_earns_everything(name, runner):
    result = grade(content(HONEST[name]()), "lesson1", "ana", LESSONS_OWN, runner)
    lost = {key: found for key, found in result["exercises"].items() if found["points"] < found["of"]}
    assert not lost, (lost, result["reason"])
    assert result["status"] == "graded"


@linux
def test_a_kill_from_outside_is_chance_once_and_told_the_second_time(runner, monkeypatch):
    submission = content(FULL), "lesson1", "ana", LESSONS_OWN, runner
    undisturbed, receive, kills = grade(*submission), Child.receive, []

    def receive_and_kill(child):
        """Kill the child as it begins a cell: it cannot end meanwhile, because nobody has asked it anything yet."""
        message = receive(child)
        if message.get("cell") == 2 and kills:
            os.kill(children(runner.process.pid)[-1], kills.pop())
        return message

    monkeypatch.setattr(Child, "receive", receive_and_kill)
    kills[:] = [signal.SIGKILL]
    assert grade(*submission) == undisturbed
    kills[:] = [signal.SIGKILL] * 2
    told = grade(*submission)
    assert kills == []
    assert told["status"] == "out of memory"
    assert "killed by the system" in told["reason"]


@linux
@pytest.mark.parametrize("lesson", range(1, 1 + len(ASSIGNMENTS)))
def test_every_lesson_can_be_done_and_left_blank(lesson, runner):
    name = f"lesson{lesson}"
    full = grade(content(solved(lesson)), name, "ana", LESSONS_OWN, runner)
    assert (points(full), full["status"], full["reason"]) == (TOTAL[name], "graded", "")
    empty = grade(content(blank(lesson)), name, "ana", LESSONS_OWN, runner)
    assert {found["outcome"] for found in empty["exercises"].values()} == {"not-attempted"}


@linux
@pytest.mark.parametrize("name", ["parabola-walk", "code-step", "code-walk", "bug-by-test", "loss-clinic"])
def test_a_known_mistake_is_named_as_in_self_study(name, runner):
    (exercise,) = [exercise for exercise in ASSIGNMENTS["lesson1"] if exercise.key == name]
    texts = {
        "parabola-walk": "parabola_walk = {'rows': "
        + repr(exercise.mistakes[0].wrong(exercise.variant("self-study")))
        + "}",
        "code-step": "def step(w, gradient, rate): return w + rate * gradient",
        "code-walk": "def walk(s, g, r, n):\n    p = [s]\n    for _ in range(n): p.append(p[-1] + r * g(p[-1]))\n    return np.array(p)",
        "bug-by-test": "def check_step(step): return True",
        "loss-clinic": "loss_clinic = {'A': 'too-small'}",
    }
    wanted = {"bug-by-test": "accepts-all", "loss-clinic": "too-small"}.get(name, "sign-flipped")
    result = grade(content(answered(FULL, name, texts[name])), "lesson1", "ana", LESSONS_OWN, runner)
    assert result["exercises"][name]["mistakes"] == [wanted]
    assert result["exercises"][name]["outcome"] == "known-mistake"


BROKEN = {
    "empty": (b"", "the file is empty"),
    "zeros": (b"\0" * 4000, "the file is empty"),
    "broken-off": (content(FULL)[:5000], "damaged"),
    "web-page": (b"\n<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
    "archive": (b"PK\x03\x04" + bytes(100), "an archive"),
    "compressed": (gzip.compress(content(FULL)), "damaged"),
    "conflict": (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> mine", "conflict marks"),
    "python": (b"def step(w): return w", "damaged"),
    "list": (b"[1, 2]", "no notebook"),
    "null": (b"null", "no notebook"),
    "no-cells": (b'{"nbformat": 4, "cells": []}', "no cells"),
    "cells-are-text": (b'{"cells": "all of them"}', "no cells"),
    "only-text-cells": (b'{"cells": [{"cell_type": "markdown", "source": "x"}, 7, null]}', "no code cells"),
    "deep": (b'{"cells": ' + b"[" * 100_000, "damaged"),
    "monstrous-source": (json.dumps({"cells": [code_cell("#" * 2_000_000)]}).encode(), "a million characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_notebook_gets_its_reason(name):
    data, reason = BROKEN[name]
    with pytest.raises(Unreadable, match=reason):
        parse_submission(data)
    result = grade(data, "lesson1", "ana", LESSONS_OWN, None)
    assert result["status"] == "unreadable"
    assert reason in result["reason"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    notebook = json.dumps({"cells": [code_cell("name = 'Zoë'")]}, ensure_ascii=False)
    found = parse_submission(notebook.encode(encoding))
    assert found.cells[0].source == "name = 'Zoë'"


def test_odd_parts_of_a_notebook_are_passed_over():
    cells = [code_cell(["a = 1\n", 7, "b = 2"]), code_cell(None), {"cell_type": "code"}, code_cell("\ud800")]
    notebook = {"cells": cells, "metadata": {"gdcourse": {"student": "x" * 999, "seal": 7}}}
    found = parse_submission(json.dumps(notebook).encode())
    assert [cell.source for cell in found.cells] == ["a = 1\nb = 2", "", "", "?"]
    assert found.about == {"student": "x" * 200}


def test_nbformat_is_kept_off_the_path_of_grading():
    import subprocess

    code = "import sys, gdcourse.classroom.grading\nprint('nbformat' in sys.modules, 'IPython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False False\n"


IDS = ("ana", "bo", "cy")
DEALT = Class(ASSIGNMENTS, IDS, SECRET)


def personal_notebook(student, sealed=None, name="lesson1"):
    """Everything right for the numbers of a student, sealed as the release seals it."""
    notebook = solved(1, [personal(exercise, student, IDS, SECRET) for exercise in ASSIGNMENTS["lesson1"]])
    mark = seal(SECRET, "notebook", name, student).hex() if sealed is None else sealed
    notebook["metadata"]["gdcourse"] = {"assignment": name, "student": student, "seal": mark}
    return notebook


@linux
def test_own_numbers_earn_everything_and_a_classmates_are_reported(runner):
    mine = grade(content(personal_notebook("ana")), "lesson1", "ana", DEALT, runner)
    assert (points(mine), mine["status"], mine["reason"]) == (TOTAL["lesson1"], "graded", "")
    copied = grade(content(personal_notebook("bo")), "lesson1", "ana", DEALT, runner)
    assert copied["status"] == "not the student's variant"
    assert "made for bo" in copied["reason"]
    assert points(copied) < TOTAL["lesson1"] - 20


@linux
def test_a_classmates_answers_are_known_without_the_seal(runner):
    notebook = personal_notebook("bo")
    del notebook["metadata"]["gdcourse"]
    result = grade(content(notebook), "lesson1", "ana", DEALT, runner)
    assert result["status"] == "not the student's variant"
    assert "The parabola walk: right for the numbers of bo" in result["reason"]
    lessons_own = grade(content(FULL), "lesson1", "ana", DEALT, runner)
    assert "right for the numbers of the lesson" in lessons_own["reason"]


@linux
def test_a_seal_that_is_not_the_teachers_is_tampering(runner):
    for forged in (
        personal_notebook("bo", seal(SECRET, "notebook", "lesson1", "ana").hex()),
        personal_notebook("bo", "0"),
    ):
        result = grade(content(forged), "lesson1", "bo", DEALT, runner)
        assert result["status"] == "tampered"
        assert "the seal on that is not the teacher's" in result["reason"]
