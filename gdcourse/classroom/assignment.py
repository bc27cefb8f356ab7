"""Assignments in nbgrader's source format, one per lesson, from the exercise records.

An assignment asks for what is handed in once: sheets, functions, bug hunts and clinics. Questions, predictions and
flashcards answer at once and are for learning, so they carry no marks. A record of a teacher's own is always asked.

The cells of one exercise: the question (locked), a picture where there is one, the answer (nbgrader's "solution" cell)
and the check (nbgrader's "grade" cell, with the points). The blank answer stands above the solution region, so a
student who changes nothing gets no error. Notebooks are plain dictionaries here: nbformat takes seconds to import.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gdcourse.classroom.answers import blank_source, name_of, right_source, what_to_write
from gdcourse.classroom.own import OWN_MODULE, read_own
from gdcourse.classroom.pictures import picture_source
from gdcourse.exercises import EXERCISES, Exercise

KINDS = ("sheet", "code", "bug-hunt", "clinic")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
Cell = dict[str, Any]
Notebook = dict[str, Any]


def asked_in(lesson: int, own: Iterable[Exercise] = ()) -> tuple[Exercise, ...]:
    """Give the exercises of a lesson's assignment, in the order of the lesson, a teacher's own last."""
    course = [exercise for exercise in EXERCISES.values() if exercise.kind in KINDS]
    asked = tuple(exercise for exercise in (*course, *own) if exercise.lesson == lesson)
    for said in ("key", "name"):
        names = [exercise.key if said == "key" else name_of(exercise) for exercise in asked]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two exercises of lesson {lesson} have the {said} {', '.join(twice)}: rename one")
    return asked


def lessons(own: Iterable[Exercise] = ()) -> tuple[int, ...]:
    """Give the lessons that have an assignment."""
    return tuple(sorted({e.lesson for e in (*EXERCISES.values(), *own) if e in own or e.kind in KINDS}))


def assignment_name(lesson: int) -> str:
    """Name the assignment of a lesson, as its folder and its notebook are named."""
    return f"lesson{lesson}"


def source_notebook(lesson: int, exercises: Iterable[Exercise]) -> Notebook:
    """Give the teacher's notebook: right answers in solution regions, checks in hidden-test regions."""
    cells = [_locked("introduction", _introduction(lesson, exercises)), _imports()]
    for exercise in exercises:
        cells += [_locked(exercise.key, _question(exercise)), *_picture(exercise), _answer(exercise), _check(exercise)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        "gdcourse": {"assignment": f"lesson{lesson}"},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def student_notebook(source: Notebook, **about: str) -> Notebook:
    """Give the student's version of a source notebook, as nbgrader makes it; `about` goes into its metadata."""
    cells = []
    for cell in source["cells"]:
        text = without_region(without_region(cell["source"], BEGIN, END, [""]), BEGIN_HIDDEN, END_HIDDEN, [])
        locks = {"deletable": False, **({} if cell["metadata"]["nbgrader"]["solution"] else {"editable": False})}
        cells.append({**cell, "source": text, "metadata": {**cell["metadata"], **locks}})
    metadata = {**source["metadata"], "gdcourse": {**source["metadata"]["gdcourse"], **about}}
    return {**source, "cells": cells, "metadata": metadata}


def without_region(text: str, begin: str, end: str, stub: list[str]) -> str:
    """Put `stub` in the place of the lines between two marks."""
    kept: list[str] = []
    hidden = False
    for line in text.split("\n"):
        if line.strip() == begin:
            hidden = True
            kept += stub
        elif line.strip() == end:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def text_of(notebook: Notebook) -> str:
    """Write a notebook as Jupyter stores it, with sources as lists of lines."""
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _cell(kind: str, name: str, text: str, **more: Any) -> Cell:
    grading = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3, "solution": False, "task": False}
    grading |= more
    cell: Cell = {"cell_type": kind, "id": name, "metadata": {"nbgrader": grading}, "source": text}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _locked(name: str, text: str) -> Cell:
    return _cell("markdown", f"question-{name}", text)


def _introduction(lesson: int, exercises: Iterable[Exercise]) -> str:
    first, points = next(iter(exercises)), sum(exercise.points for exercise in exercises)
    return first.words().say("class-introduction", lesson=lesson, points=points)


def _imports() -> Cell:
    return _cell("code", "imports", "import matplotlib.pyplot as plt\nimport numpy as np")


def _question(exercise: Exercise) -> str:
    points = exercise.words().say("class-points", points=exercise.points)
    shown = exercise.shows()
    table = [] if shown is None else [shown.describe()]
    heading = f"## {exercise.title} ({points})"
    return "\n\n".join([heading, exercise.statement(), *table, what_to_write(exercise)])


def _picture(exercise: Exercise) -> list[Cell]:
    shown = exercise.shows()
    return (
        [] if shown is None or not shown.curves else [_cell("code", f"picture-{exercise.key}", picture_source(shown))]
    )


def _answer(exercise: Exercise) -> Cell:
    text = "\n".join([blank_source(exercise), BEGIN, right_source(exercise), END])
    return _cell("code", exercise.key, text, solution=True, locked=False)


def _check(exercise: Exercise) -> Cell:
    name = name_of(exercise)
    home = "" if exercise.key in EXERCISES else f", {module_file(exercise)!r}"
    asked = f'points_of("{exercise.key}", {name}{home})'
    hidden = ["from gdcourse.classroom.assignment import points_of", "", asked]
    text = "\n".join([f"{name}  # what you hand in; it is judged later", BEGIN_HIDDEN, *hidden, END_HIDDEN])
    return _cell("code", f"check-{exercise.key}", text, grade=True, points=exercise.points)


def module_file(exercise: Exercise) -> str:
    """Give the file of the teacher's module that a record of the teacher's own comes from."""
    found = (module for name, module in sys.modules.items() if name.startswith(OWN_MODULE))
    return next(str(module.__file__) for module in found if exercise in module.EXERCISES)


def points_of(key: str, answer: Any, module: str = "") -> float:
    """Judge an answer with the lesson's own numbers, for nbgrader's autograder; `module` is the file of own records."""
    records = {exercise.key: exercise for exercise in read_own(Path(module))} if module else EXERCISES
    return records[key].judge(answer, "self-study").points
