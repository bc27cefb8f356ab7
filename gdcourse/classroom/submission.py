"""What was handed in, whatever it is: a tolerant reader with plain `json`.

Answers are found by nbgrader's grade id, by the id of their cell, or by their name, so cells may have been moved,
copied or tagged anew. Old formats are understood. Nothing that a notebook says about itself counts but the sources of
its cells: checks that a student carried along are cells like any other. nbformat is not used: importing it takes longer
than grading a submission.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST_FILE = 20 << 20  # bytes; outputs count, and are not looked at
LARGEST_SOURCE = 1 << 20  # characters of all cells together
MOST_CELLS = 1000


class Unreadable(Exception):
    """The file is no notebook; the message says what it is."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and the id under which an answer may be looked for in it."""

    source: str
    id: str = ""


@dataclass(frozen=True)
class Submission:
    """A notebook as it was handed in.

    Args:
        mark: SHA-256 of the file.
        cells: its code cells, in order.
        about: what its metadata says of the assignment and the student; only strings.
        notes: what was odd about the file.
    """

    mark: str
    cells: tuple[Cell, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_submission(path: Path) -> Submission:
    """Read a file.

    Raises:
        Unreadable: it is too large, damaged, or no notebook; the message is a sentence for the marks.
        OSError: it cannot be read at all.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Unreadable(f"the file is larger than {LARGEST_FILE >> 20} MB")
    return parse_submission(path.read_bytes())


def mark_of(content: bytes) -> str:
    """Give the mark by which a file is known."""
    return hashlib.sha256(content).hexdigest()


def parse_submission(content: bytes) -> Submission:
    """Read the content of a file; see `read_submission`."""
    notebook, notes = _parsed(content)
    found = _raw_cells(notebook)
    cells = tuple(cell for cell in map(_cell, found[:MOST_CELLS]) if cell is not None)
    if len(found) > MOST_CELLS:
        notes += (f"only the first {MOST_CELLS} cells were read",)
    if sum(len(cell.source) for cell in cells) > LARGEST_SOURCE:
        raise Unreadable("the cells hold more than a million characters")
    if not cells:
        raise Unreadable("the notebook has no code cells")
    return Submission(mark_of(content), cells, _about(notebook), notes)


def _parsed(content: bytes) -> tuple[dict, tuple[str, ...]]:
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable("the file is empty")
    try:
        text, notes = content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        text, notes = (
            content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace"),
            ("the file is not in UTF-8",),
        )
    try:
        notebook = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_what_else(text, error)) from error
    if not isinstance(notebook, dict):
        raise Unreadable("the file holds JSON, but no notebook")
    return notebook, notes


def _what_else(text: str, error: Exception) -> str:
    start = text.lstrip()[:300].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        return "the file is a web page, not the notebook itself"
    if start.startswith("pk\x03\x04"):
        return "the file is an archive, not the notebook itself"
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return "the file holds the conflict marks of a version control system"
    place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"the file is damaged: its JSON breaks off or is not valid{place}"


def _raw_cells(notebook: dict) -> list:
    """Give the cells, of format 4 or of the formats 2 and 3, which keep them in worksheets."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        lists = [sheet.get("cells") for sheet in sheets]
        cells = [cell for found in lists if isinstance(found, list) for cell in found]
    if not cells:
        raise Unreadable("the file is JSON, but has no cells")
    return cells


def _cell(raw: Any) -> Cell | None:
    """Read one cell; None where it is no code cell."""
    if not isinstance(raw, dict) or raw.get("cell_type") != "code":
        return None
    metadata = raw.get("metadata")
    grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grading = grading if isinstance(grading, dict) else {}
    names = [name for name in (grading.get("grade_id"), raw.get("id")) if isinstance(name, str)]
    return Cell(_text(raw.get("source", raw.get("input", ""))), names[0] if names else "")


def _text(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()


def _about(notebook: dict) -> dict[str, str]:
    metadata = notebook.get("metadata")
    about = metadata.get("gdcourse") if isinstance(metadata, dict) else None
    pairs = about.items() if isinstance(about, dict) else ()
    return {name: value[:200] for name, value in pairs if isinstance(value, str)}
