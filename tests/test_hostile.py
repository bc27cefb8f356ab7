"""Submissions that cheat or do harm: none over-marked, no honest one under-marked, none harms another, none lost."""

import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from classroom import (
    ASSIGNMENTS,
    LESSONS_OWN,
    QUICK,
    answered,
    blank,
    children,
    content,
    open_edition,
    points,
    solved,
    warm_runner,
    with_cell_above,
)
from false_answers import FALSE_ANSWERS
from hostile import ATTACKS, BREAKERS, LEFT_BEHIND

from gdcourse.classroom.isolation import probe
from gdcourse.classroom.judging import without_source
from gdcourse.classroom.oracle import STATUSES, grade
from gdcourse.classroom.plain import Other
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.free import Essay
from gdcourse.exercises.parts import Part, Parts

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only"),
]
TOTAL = sum(exercise.points for exercise in ASSIGNMENTS["lesson1"])


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    return open_edition(tmp_path_factory.mktemp("edition"))


@pytest.fixture(scope="module")
def runner(edition):
    with warm_runner(edition, QUICK) as running:
        yield running


@pytest.fixture
def hurried(runner, monkeypatch):
    """The runner, in a hurry until it first has to end a child: what is run after that has all the time it needs."""
    stop = runner.stop_child

    def stop_and_wait():
        runner.limits = QUICK
        stop()

    monkeypatch.setattr(runner, "limits", replace(QUICK, wall=3.0))
    monkeypatch.setattr(runner, "stop_child", stop_and_wait)
    yield runner
    runner.limits = QUICK


@pytest.fixture(scope="module")
def ear():
    """A port on this machine, and what was heard on it."""
    heard = []

    def listen():
        while True:
            try:
                heard.append(server.accept()[1])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard


@pytest.fixture(scope="module")
def filled(ear):
    """A function that fills in where the test listens, and its process."""
    return lambda text: text.replace("{port}", str(ear[0])).replace("{pid}", str(os.getpid()))


def judged(notebook, runner):
    return grade(content(notebook), "lesson1", "ana", LESSONS_OWN, runner)


def snapshot(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_the_probe_says_in_one_line_that_nothing_can_be_reached(runner, edition):
    said = probe(runner, edition)
    assert said.sound, str(said)
    assert str(said).startswith("Isolated:")
    assert "\n" not in str(said)


def test_an_ordinary_user_is_as_well_isolated_as_root(edition):
    """The same as someone without privileges, who makes a user name space."""
    code = (
        "from pathlib import Path; from gdcourse.classroom import jail\n"
        "from gdcourse.classroom.isolation import probe; from gdcourse.classroom.running import Runner\n"
        f"with Runner(Path({str(edition)!r}), jail.Limits()) as runner: print(probe(runner, Path({str(edition)!r})))"
    )
    ordinary = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    done = subprocess.run([*ordinary, sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith("Isolated:"), done.stdout + done.stderr


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_and_harms_nobody(name, hurried, edition, filled, ear):
    before = snapshot(edition)
    result = judged(with_cell_above(blank(), filled(ATTACKS[name])), hurried)
    assert points(result) == 0, result
    assert result["status"] in STATUSES
    assert set(result["exercises"]) == {exercise.key for exercise in ASSIGNMENTS["lesson1"]}
    assert "found" not in result["reason"], result["reason"]
    assert "<" not in result["reason"]
    assert snapshot(edition) == before
    assert ear[1] == []
    hurried.limits = QUICK
    assert points(judged(solved(), hurried)) == TOTAL  # the next one in the line


@pytest.mark.parametrize("name", FALSE_ANSWERS)
def test_a_false_answer_earns_no_more_than_it_may_and_costs_nothing_else(name, runner):
    key, text, most = FALSE_ANSWERS[name]
    result = judged(answered(solved(), key, text), runner)
    exercises = result["exercises"]
    assert exercises[key]["points"] <= most, exercises[key]
    others = {other: found["points"] == found["of"] for other, found in exercises.items() if other != key}
    if result["status"] != "tampered":
        assert all(others.values()), (others, result["reason"])
    assert exercises[key]["message"] or result["reason"]


def test_a_text_in_the_place_of_a_function_is_run_nowhere():
    """Nor where a teacher's own exercise asks for a function beside other things."""
    text, whole = "def step(*a): pass", Parts((Part("code", EXERCISES["code-step"].task), Part("why", Essay())))
    found = without_source(whole, {"code": text, "why": text, "more": text})
    assert (type(found["code"]), found["why"], found["more"]) == (Other, text, text)
    assert type(without_source(whole, text)) is Other
    assert without_source(whole, {"code": " "}) == {"code": " "}


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_a_submission_finds_nothing_of_another(name, runner):
    left, sought = LEFT_BEHIND[name]
    judged(with_cell_above(blank(), left), runner)
    assert "nothing" in judged(with_cell_above(blank(), sought), runner)["reason"]


@pytest.mark.parametrize("name", BREAKERS)
def test_a_cell_that_breaks_its_process_costs_only_itself(name, request):
    text, status = BREAKERS[name]
    runner = request.getfixturevalue("hurried" if status == "timed out" else "runner")
    result = judged(with_cell_above(solved(), text), runner)
    assert points(result) == TOTAL, result
    assert result["status"] == status
    assert "cell 2" in result["reason"]


def test_the_same_submission_gives_the_same_result_again(runner):
    notebook = answered(solved(), "code-walk", "def walk(start, gradient, rate, steps): return [start]")
    assert judged(notebook, runner) == judged(notebook, runner)


def test_nothing_is_left_of_all_this(runner):
    """No process of any submission is alive: below the runner there is only the first process of its space."""
    assert len(children(runner.process.pid)) == 1
