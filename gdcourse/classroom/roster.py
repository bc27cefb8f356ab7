"""The roster: who is in the class, from a CSV file with a column `id` and any others."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ID_COLUMNS = ("id", "student_id", "student", "username", "sis login id", "id number")


@dataclass(frozen=True)
class Student:
    """One line of the roster: the id is the name of the student's folder, the rest is kept for the exports."""

    id: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The student's name as far as the roster tells it."""
        parts = (self.columns.get(column, "") for column in ("first_name", "last_name"))
        return self.columns.get("name") or " ".join(part for part in parts if part) or self.id


def read_roster(path: Path) -> tuple[Student, ...]:
    """Read a roster, in the order of its lines.

    Raises:
        ValueError: no column of ids, a line without one, or one that no folder can be named after or that comes twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected the roster {path} in UTF-8, but byte {error.start} is none: save it so") from error
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    heads = {head.strip().lower(): head for head in (rows[0] if rows else {}) if head}
    column = next((heads[name] for name in ID_COLUMNS if name in heads), None)
    if column is None:
        raise ValueError(f"expected a column named id and a line for each student in {path}: add them")
    students = [_student(row, column) for row in rows]
    _check(students, path)
    return tuple(students)


def _student(row: Mapping[str | None, str | None], column: str) -> Student:
    columns = {head.strip().lower(): (value or "").strip() for head, value in row.items() if isinstance(head, str)}
    return Student((row[column] or "").strip(), columns)


def _check(students: list[Student], path: Path) -> None:
    seen: set[str] = set()
    for line, student in enumerate(students, start=2):
        bad = not student.id or student.id.startswith(".") or any(sign in student.id for sign in "/\\")
        bad |= not student.id.isprintable()  # line ends, and marks that make it look like another id
        if bad or student.id in seen:
            problem = "comes twice" if student.id in seen else "cannot name a folder"
            raise ValueError(f"line {line} of {path}: the id {student.id!r} {problem}: mend the roster")
        seen.add(student.id)
