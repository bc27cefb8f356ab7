"""Somebody does every exercise of every lesson, with each known mistake and then rightly: see fill_notebooks.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdcourse.exercises import EXERCISES

pytestmark = pytest.mark.thorough
PROJECT = Path(__file__).parents[1]
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """What every check said, and the progress page at the end."""
    work = tmp_path_factory.mktemp("work")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("GDCOURSE_", "JUPYTERHUB_"))}
    command = [sys.executable, PROJECT / "tests" / "fill_notebooks.py", *LESSONS]
    run = subprocess.run(
        command, cwd=work, env={**bare, "MPLBACKEND": "agg"}, capture_output=True, text=True, timeout=900
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    assert not list(work.glob("*damaged*"))
    return json.loads(run.stdout)


def test_all_right_answers_in_all_lessons_give_a_fully_right_progress_page(course):
    assert [said for said in course["said"] if said["mistake"] is None and said["outcome"] != "right"] == []
    assert {key for key, *_ in course["lines"]} == set(EXERCISES)
    assert [line for line in course["lines"] if line[1] != "done" or line[2] != line[3]] == []


def test_each_mistake_in_all_lessons_gets_its_message(course):
    made = [said for said in course["said"] if said["mistake"] is not None]
    assert [said for said in made if said["mistake"] not in said["mistakes"]] == []
    assert [said for said in made if said["points"] == said["of"]] == []
    known = {
        (key, mistake.name)
        for key, exercise in EXERCISES.items()
        for mistake in exercise.mistakes
        if exercise.kind != "prediction" and mistake.wrong(exercise.variant("self-study")) is not None
    }
    assert known == {(said["exercise"], said["mistake"]) for said in made}


def test_each_mistake_is_told_in_words_of_its_own(course):
    told = {}
    for said in course["said"]:
        if said["mistake"] is not None:
            slip = said["mistake"].split(".")[-1]  # the same slip in another part of a sheet may be told alike
            told.setdefault((said["exercise"], said["message"]), set()).add(slip)
    assert {key: mistakes for key, mistakes in told.items() if len(mistakes) > 1} == {}
