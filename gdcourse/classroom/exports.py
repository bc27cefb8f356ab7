"""Marks as other systems import them, with the roster's ids.

    grading/plain.csv     one line for each student, one column for each assignment
    grading/moodle.csv    for Moodle's "Import grades": by user name, and by email address where the roster has one
    grading/canvas.csv    for Canvas' "Import grades": Canvas' own columns, with the line of the points possible

An assignment that nobody has handed in yet has no column: imported, it would be a nought for everybody. There is no LTI
here: a mark reaches another system when a person imports a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gdcourse.classroom.gradebook import table_text
from gdcourse.classroom.roster import Student
from gdcourse.classroom.rules import Mark, begun
from gdcourse.workfolder import write_whole

Row = list[Any]


def write_exports(folder: Path, marks: Sequence[Mark], class_: Sequence[Student], totals: Mapping[str, float]) -> None:
    """Write the three tables; who is not on the roster is in the plain one alone."""
    shown = begun(marks)
    totals = {assignment: of for assignment, of in totals.items() if assignment in shown}
    points = {(mark.student, mark.assignment): mark.points for mark in marks}
    known = {student.id for student in class_}
    others = [Student(name) for name in sorted({student for student, _ in points} - known)]
    plain = [[s.id, s.name, *_points(s, points, totals)] for s in (*class_, *others)]
    write_whole(folder / "plain.csv", table_text(["id", "name", *totals], plain))
    write_whole(folder / "moodle.csv", table_text(*_moodle(class_, points, totals)))
    write_whole(folder / "canvas.csv", table_text(*_canvas(class_, points, totals)))


def _points(student: Student, points: Mapping, totals: Mapping[str, float]) -> Row:
    return [points.get((student.id, assignment), 0.0) for assignment in totals]


def _moodle(class_: Sequence[Student], points: Mapping, totals: Mapping[str, float]) -> tuple[Row, list[Row]]:
    rows = [[s.id, s.columns.get("email", ""), *_points(s, points, totals)] for s in class_]
    return ["Username", "Email address", *totals], rows


def _canvas(class_: Sequence[Student], points: Mapping, totals: Mapping[str, float]) -> tuple[Row, list[Row]]:
    heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *totals]
    possible = ["    Points Possible", "", "", "", "", *totals.values()]
    asked = ("canvas_id", "sis_user_id")
    rows = [
        [
            s.name,
            *(s.columns.get(name, "") for name in asked),
            s.id,
            s.columns.get("section", ""),
            *_points(s, points, totals),
        ]
        for s in class_
    ]
    return heads, [possible, *rows]
