"""The learner's progress file: one line of JSON for each thing that happened, only ever added to.

A line is added with a single write to the end of the file, under a lock where the system has one, so a crash costs that
line at most and two open notebooks cannot overwrite each other. A line that cannot be read makes the file "damaged": it
is set aside under another name, nothing in it is changed, and its readable lines still count.

Lines that cannot be written are remembered as long as Python runs, and written with the next line that can be.

The file is `gdcourse-progress.jsonl` in the work folder; GDCOURSE_PROGRESS names another, or is "off".
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import fcntl
except ImportError:  # Windows, whose writes to the end of a file stay whole without it
    fcntl = None

from gdcourse.exercises.name_file import PROGRESS, progress_file
from gdcourse.exercises.records import Verdict
from gdcourse.exercises.variants import owner

if TYPE_CHECKING:
    from gdcourse.exercises.exercise import Exercise
    from gdcourse.exercises.words import Words

NAME = PROGRESS
_unsaved: dict[Path, list[bytes]] = {}  # by file; what could not be written yet
_NEEDED = {"at": str, "student": str, "exercise": str, "event": str, "outcome": str}


def note(event: str, exercise: str, student: str, outcome: str = "", **more: Any) -> OSError | None:
    """Add one line to the progress file; hand back the error where that fails, and raise none."""
    file = progress_file()
    if file is None:
        return None
    at = datetime.now(UTC).isoformat()
    entry = {"at": at, "student": student, "exercise": exercise, "event": event, "outcome": outcome, **more}
    try:
        line = json.dumps(entry, allow_nan=False).encode("ascii")
    except (TypeError, ValueError):
        return OSError(errno.EINVAL, "it holds something that cannot be written down")
    lines = [*_unsaved.pop(file.absolute(), []), line]
    try:
        # what is being typed comes often and matters little: it need not reach the disk before the next key
        _append(file, b"\n".join(lines), at_once=event != "typed")
    except OSError as error:
        _unsaved[file.absolute()] = lines
        return error
    return None


def _append(file: Path, line: bytes, at_once: bool) -> None:
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        _lock(handle)
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = size > 0 and _last_byte(handle, size) != b"\n"
        # a line torn by a crash is ended first, so that it spoils itself alone
        line = (b"\n" if torn else b"") + line + b"\n"
        if os.write(handle, line) < len(line):
            os.ftruncate(handle, size)  # a part of a line is worth nothing
            raise OSError(errno.ENOSPC, "the disk is full")
        if at_once:
            os.fsync(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    """Take the file for this writer until it is closed; without that, a line half seen looks torn by a crash."""
    if fcntl is None:
        return
    for _ in range(100):  # a second in all: a writer that hangs must not stop this one
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:  # a file system without locks
            return


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def entries() -> tuple[list[dict], str]:
    """Read all lines, those of files set aside too; give them in order of time, and the names of files set aside."""
    file = progress_file()
    if file is None:
        return [], ""
    found, damaged = _read(file)
    unsaved = [entry for entry in map(_entry, _unsaved.get(file.absolute(), [])) if entry]
    if damaged and _set_aside(file):
        found = []  # what is readable in it is read below
    aside = sorted(file.parent.glob(f"{file.stem}-damaged-*{file.suffix}"))
    for old in aside:
        found += _read(old)[0]
    return sorted(found + unsaved, key=lambda entry: entry["at"]), ", ".join(old.name for old in aside)


def _read(file: Path) -> tuple[list[dict], bool]:
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return [], False
    last = lines.pop()  # empty, or a line that another notebook is just writing
    whole = [_entry(line) for line in lines if line.strip()]
    if last.strip():
        whole.append(_entry(last) or {})
    return [entry for entry in whole if entry], None in whole


def _entry(line: bytes) -> dict | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(entry, dict) and all(isinstance(entry.get(name), kind) for name, kind in _NEEDED.items())
    return entry if sound else None


def _set_aside(file: Path) -> bool:
    """Rename a damaged file to a name not yet taken; say whether that could be done."""
    for number in range(1, 10_000):
        aside = file.with_name(f"{file.stem}-damaged-{number}{file.suffix}")
        if not aside.exists():
            try:
                file.rename(aside)
            except OSError:
                return False
            return True
    return False


def of(student: str) -> Iterator[dict]:
    """Give one student's lines."""
    return (entry for entry in entries()[0] if entry["student"] == student)


def once(event: str, exercise: str, student: str) -> bool:
    """Note an event that happens once, and say whether it happened now; never where nothing can be kept."""
    happened = any(entry["exercise"] == exercise and entry["event"] == event for entry in of(student))
    return progress_file() is not None and not happened and note(event, exercise, student) is None


def attempted(key: str, student: str) -> bool:
    """Say whether this student has handed in anything that was judged; True where no file is kept."""
    if progress_file() is None:
        return True
    return any(entry["exercise"] == key and entry["event"] in ("check", "card") for entry in of(owner(student)))


def note_check(exercise: Exercise, verdict: Verdict, student: str) -> str:
    """Note a check; give a sentence where the file cannot be written."""
    if not verdict.attempted:
        return ""
    event = "card" if exercise.kind == "flashcard" else "check"
    more = {"points": verdict.points, "mistakes": list(verdict.mistakes)}
    return told(note(event, exercise.key, owner(student), verdict.outcome, **more), exercise.words(student))


def told(error: OSError | None, words: Words) -> str:
    """Say that nothing could be saved, and why; nothing at all where all went well."""
    return "" if error is None else words.say("not-saved", reason=error.strerror or "unknown")


def prediction(key: str, student: str) -> dict | None:
    """Give the first prediction this student recorded: {"prediction", "confidence", "outcome", "at", ...}."""
    return next((e for e in of(student) if e["exercise"] == key and e["event"] == "predict"), None)
