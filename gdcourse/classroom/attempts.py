"""What was handed in, found in its folders: STUDENT/ASSIGNMENT/*.ipynb, as nbgrader collects it, or STUDENT/*.ipynb.

A file's own name says nothing. Each file is one attempt; when it was handed in is told by `timestamp.txt` beside it,
as nbgrader writes it, or by the time of the file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

STAMP = "timestamp.txt"


@dataclass(frozen=True)
class Attempt:
    """One file that was handed in.

    Args:
        student: the name of the folder.
        assignment: its name; "" where neither the folder nor the file tells it.
        path: of the file.
        at: when it was handed in, in UTC.
        trouble: why it cannot be read, or "".
    """

    student: str
    assignment: str
    path: Path
    at: datetime
    trouble: str = ""


def find_attempts(folder: Path, assignments: Collection[str]) -> Iterator[Attempt]:
    """Give every attempt below a folder, students and files in order.

    Raises:
        ValueError: there is no such folder.
    """
    if not folder.is_dir():
        raise ValueError(f"expected a folder with a folder for each student, but {folder} is none")
    for student in sorted(place for place in folder.iterdir() if place.is_dir() and not place.name.startswith(".")):
        for place in sorted(_folders(student)):
            for path in _notebooks(place):
                named = next((part for part in reversed(place.relative_to(student).parts) if part in assignments), "")
                yield _attempt(student.name, named, path, assignments)


def _folders(student: Path) -> Iterator[Path]:
    for place, folders, _ in os.walk(student):  # links to folders are not followed
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        yield Path(place)


def _notebooks(place: Path) -> list[Path]:
    """Give the notebooks in a folder; where there are none, whatever else was handed in."""
    files = [path for path in sorted(place.iterdir()) if (path.is_file() or path.is_symlink()) and _counts(path)]
    return [path for path in files if path.suffix == ".ipynb"] or files


def _counts(path: Path) -> bool:
    return not path.is_dir() and not path.name.startswith((".", "~")) and path.name != STAMP


def _attempt(student: str, named: str, path: Path, assignments: Collection[str]) -> Attempt:
    trouble = ""
    if path.is_symlink():
        trouble = "the file is a link to another place"
    elif not os.access(path, os.R_OK):
        trouble = "the file may not be read"
    at = _time(path)
    return Attempt(student, named or ("" if trouble else _told_inside(path, assignments)), path, at, trouble)


def _told_inside(path: Path, assignments: Collection[str]) -> str:
    """Give the assignment that a file outside an assignment's folder says it is."""
    try:
        about = json.loads(path.read_bytes())["metadata"]["gdcourse"]["assignment"]
        return about if about in assignments else ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _time(path: Path) -> datetime:
    stamp = path.with_name(STAMP)
    try:
        return read_time(stamp.read_text(encoding="utf-8")[:100])
    except (OSError, ValueError):
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def read_time(text: str) -> datetime:
    """Read a time as nbgrader or a person writes it; without a zone it is UTC.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(re.sub(r"\s*(UTC|Z)$", "+00:00", text.strip()).replace(" ", "T", 1))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
