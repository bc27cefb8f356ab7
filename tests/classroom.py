"""A class for the tests: its records, notebooks blank and right, a runner that is warmed up once."""

import json
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from browser import skip_or_fail

from gdcourse.classroom import jail
from gdcourse.classroom.assignment import asked_in, assignment_name, lessons, source_notebook, student_notebook, text_of
from gdcourse.classroom.edition import make_edition
from gdcourse.classroom.oracle import Class
from gdcourse.classroom.running import Runner

SECRET = "a secret of sixteen letters"
PATIENT = jail.Limits(cell=60.0, wall=300.0, call=60.0, cpu=600, memory=512, processes=16, disk=32)
QUICK = replace(PATIENT, cell=1.0, call=0.7)  # for what never ends by itself
ASSIGNMENTS = {assignment_name(lesson): asked_in(lesson) for lesson in lessons()}
LESSONS_OWN = Class(ASSIGNMENTS, (), SECRET)  # everybody has the numbers of the lesson


def source(lesson=1, exercises=None):
    """The teacher's notebook."""
    return source_notebook(lesson, asked_in(lesson) if exercises is None else exercises)


def blank(lesson=1):
    """A student's notebook with nothing in it."""
    return json.loads(text_of(student_notebook(source(lesson))))


def solved(lesson=1, exercises=None):
    """A student's notebook with everything right, and the hidden checks not in it."""
    teachers = source(lesson, exercises)
    right = {cell["id"]: cell["source"] for cell in teachers["cells"]}
    notebook = json.loads(text_of(student_notebook(teachers)))
    for cell in notebook["cells"]:
        if cell["metadata"]["nbgrader"]["solution"]:
            cell["source"] = right[cell["id"]]
    return notebook


def code_cell(text, name="scratch", **grading):
    """A cell of a student's own."""
    metadata = {"nbgrader": grading} if grading else {}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": text,
        "outputs": [],
        "execution_count": None,
    }


def with_cell_above(notebook, text):
    """The notebook with one more cell, below the imports and above everything else."""
    return {**notebook, "cells": [*notebook["cells"][:2], code_cell(text), *notebook["cells"][2:]]}


def answered(notebook, key, text):
    """The notebook with this in the answer cell of an exercise."""
    cells = [{**cell, "source": text} if cell["id"] == key else cell for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def content(notebook):
    """What is in the file."""
    return json.dumps(notebook).encode()


def points(result):
    """All points of a result."""
    return sum(found["points"] for found in result["exercises"].values())


def run_cells(notebook):
    """Run the code cells of a notebook in one namespace, as a kernel does."""
    room = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and not cell["id"].startswith("picture-"):
            exec(cell["source"], room)
    return room


def open_edition(folder):
    """A student edition in a folder that everybody may read; gives the folder."""
    make_edition(folder, [exercise.key for asked in ASSIGNMENTS.values() for exercise in asked])
    for place in (folder, *list(folder.parents)[:2]):
        place.chmod(0o755)
    return folder


@contextmanager
def warm_runner(edition, limits):
    """A runner; the test is skipped where there is no jail to run it in."""
    with Runner(edition, limits) as running:
        if running.trouble:
            skip_or_fail(f"no name spaces here: {running.trouble}")
        yield running


def children(pid):
    """Every process below one, as far as they live while they are looked at."""
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(word) for word in (task / "children").read_text().split()]
    return [*found, *(inner for child in found for inner in children(child))]
