"""The learner's two files in the work folder: what was done, and by whom.

GDCOURSE_PROGRESS names another progress file, or is "off"; the name is kept beside it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROGRESS, NAME = "gdcourse-progress.jsonl", "gdcourse-student.txt"
LONGEST = 80  # letters of a name
AGAIN = ", time "  # stands between a name and how often a card was asked before, so no name may hold it


def progress_file() -> Path | None:
    """Give the place of the progress file; None where it is switched off."""
    chosen = os.environ.get("GDCOURSE_PROGRESS", "")
    return None if chosen == "off" else Path(chosen or PROGRESS)


def is_name(name: str) -> bool:
    """Say whether a text can name a student in a file, a folder's list and a sentence: short, and on one line."""
    return 0 < len(name) <= LONGEST and name.isprintable() and AGAIN not in name


def kept_name() -> str:
    """Read the name that was kept; "" where there is none, or none that makes sense."""
    file = progress_file()
    try:
        name = "" if file is None else file.with_name(NAME).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # a ValueError: what stands there is no text
        return ""
    return name if is_name(name) else ""


def keep_name(name: str) -> str:
    """Keep a name; give the reason where that is not possible, "" where it is."""
    file = progress_file()
    if file is None:
        return "GDCOURSE_PROGRESS=off"
    kept = file.with_name(NAME)
    fresh = kept.with_suffix(".new")  # beside it first: a disk that is full must not cost the old name
    try:
        fresh.write_text(f"{name}\n", encoding="utf-8")
        fresh.replace(kept)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        return error.strerror or "unknown"
    return ""
