"""The gradebook and the tables: derived from the results each time, so that losing them loses nothing.

grading/gradebook.db     SQLite: marks, attempts, answers
grading/marks.csv        a line for each student and assignment
grading/answers.csv      a line for each answer that was judged
grading/attempts.csv     a line for each file that was handed in
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from gdcourse.classroom.attempts import Attempt
from gdcourse.classroom.roster import Student
from gdcourse.classroom.rules import Graded, Mark, Rules, mark
from gdcourse.workfolder import write_whole

TABLES = {
    "marks": tuple(field.name for field in fields(Mark)),
    "answers": ("student", "assignment", "path", "exercise", "outcome", "points", "of", "mistakes", "message"),
    "attempts": ("student", "assignment", "path", "at", "status", "points", "reason"),
}
DATABASE = "gradebook.db"
RISKY = ("=", "+", "-", "@", "\t", "\r")  # begin a formula in a spreadsheet


@dataclass(frozen=True)
class Judged:
    """An attempt and its result."""

    attempt: Attempt
    result: Mapping[str, Any]

    @property
    def points(self) -> float:
        """The points of all its answers."""
        return sum(found["points"] for found in self.result["exercises"].values())

    @property
    def graded(self) -> Graded:
        """What the rules need."""
        at, path = self.attempt.at, str(self.attempt.path)
        return Graded(at, path, self.result["status"], self.result["reason"], self.points)


def marks(
    judged: Iterable[Judged], class_: Sequence[Student], totals: Mapping[str, float], rules: Rules
) -> Iterator[Mark]:
    """Give the marks of everybody on the roster or with a folder, for every assignment."""
    found: dict[tuple[str, str], list[Graded]] = defaultdict(list)
    for one in judged:
        found[one.attempt.student, one.attempt.assignment].append(one.graded)
    listed = [student.id for student in class_]
    others = sorted({student for student, _ in found} - set(listed))
    for student in (*listed, *others):
        for assignment, of in totals.items():
            yield mark(student, assignment, of, found.get((student, assignment), ()), rules)


def write_gradebook(folder: Path, judged: Sequence[Judged], all_marks: Sequence[Mark]) -> None:
    """Write the database and the tables, each whole or not at all."""
    rows = {
        "marks": [astuple(one) for one in all_marks],
        "answers": list(_answers(judged)),
        "attempts": list(_attempts(judged)),
    }
    for name, columns in TABLES.items():
        write_whole(folder / f"{name}.csv", table_text(columns, rows[name]))
    for ending in ("journal", "wal", "shm"):  # what a broken program left of an older one would be played into this
        (folder / f"{DATABASE}-{ending}").unlink(missing_ok=True)
    write_whole(folder / DATABASE, _database(rows))


def _database(rows: Mapping[str, Sequence[tuple]]) -> bytes:
    """Make the database in memory: no program that has the older one open is waited for, or sees half of this."""
    with closing(sqlite3.connect(":memory:")) as book:
        with book:
            for name, columns in TABLES.items():
                book.execute(f"create table {name} ({', '.join(columns)})")
                tidy = ([_encodable(value) for value in row] for row in rows[name])
                book.executemany(f"insert into {name} values ({', '.join('?' * len(columns))})", tidy)
        return book.serialize()


def _answers(judged: Iterable[Judged]) -> Iterator[tuple]:
    for one in judged:
        who = (one.attempt.student, one.attempt.assignment, str(one.attempt.path))
        for key, found in one.result["exercises"].items():
            facts = (found["outcome"], found["points"], found["of"], " ".join(found["mistakes"]), found["message"])
            yield (*who, key, *facts)


def _attempts(judged: Iterable[Judged]) -> Iterator[tuple]:
    for one in judged:
        attempt, result = one.attempt, one.result
        at = attempt.at.isoformat(timespec="seconds")
        yield attempt.student, attempt.assignment, str(attempt.path), at, result["status"], one.points, result["reason"]


def _encodable(value: Any) -> Any:
    """Replace what is in no alphabet: the name of a file may hold bytes that are not UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def table_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table for spreadsheets: what a student wrote can be no formula in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
