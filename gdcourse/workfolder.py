"""The learner's work folder: lessons are delivered into it, and what the learner changed stays as it is.

A lesson is compared by what a learner writes, the sources of its cells: running a notebook changes its outputs,
and that alone does not make it the learner's. What was delivered is remembered in `.gdcourse/delivered.json`:

    the file is missing                                   -> the lesson is copied
    it has the lesson's sources                           -> it stays
    it has the sources that were delivered last time      -> the newer lesson takes its place
    it is the learner's, and the lesson is no newer       -> it stays
    it is the learner's, and the lesson is newer          -> the lesson is put beside it, as NAME.new.ipynb
"""

import contextlib
import errno
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

RECORD = Path(".gdcourse") / "delivered.json"


class WorkFolderError(Exception):
    """A work folder that cannot be used; the message is one sentence for the learner."""


@dataclass(frozen=True)
class Delivery:
    """What `deliver` did.

    Attributes:
        folder: the work folder, absolute.
        lessons: the lessons in it, in the order of their numbers.
        notes: one sentence for each file that was copied, replaced or put beside the learner's.
    """

    folder: Path
    lessons: tuple[Path, ...]
    notes: tuple[str, ...]


def lessons_folder() -> Path:
    """Folder of the lessons of this package: inside it when it was installed, beside it in a checkout."""
    package = Path(str(files("gdcourse")))
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def is_checkout() -> bool:
    """Whether this package is imported from a checkout of the project, where the lessons themselves can be changed."""
    package = Path(str(files("gdcourse")))
    return not (package / "notebooks").is_dir() and (package.parent / "pyproject.toml").is_file()


def deliver(lessons: Path, folder: Path) -> Delivery:
    """Copy every file below `lessons` into `folder`, and keep what the learner changed.

    Raises:
        WorkFolderError: the folder is a file, may not be written or is full, or there are no lessons.
    """
    folder = folder.absolute()
    names = _lesson_files(lessons)
    first = tuple(folder / name for name in names if name.suffix == ".ipynb")
    if not first:
        raise WorkFolderError(f"expected lessons in {lessons}, but there are none: install gdcourse again")
    if folder.resolve() == lessons.resolve():
        return Delivery(folder, first, ("these are the lessons' own files: what you change here changes the course",))
    try:
        return Delivery(folder, first, tuple(_deliver_all(lessons, folder, names)))
    except OSError as error:
        raise WorkFolderError(_sentence(error, folder)) from error


def _lesson_files(lessons: Path) -> list[Path]:
    """Names of the files below `lessons`, without hidden files and what Python or Jupyter leave behind."""
    found = (path.relative_to(lessons) for path in sorted(lessons.rglob("*")) if path.is_file())
    return [name for name in found if not any(part.startswith((".", "__")) for part in name.parts)]


def _deliver_all(lessons: Path, folder: Path, names: list[Path]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    before = _read_record(folder)
    record, notes = dict(before), []
    for name in names:
        notes += _deliver_one((lessons / name).read_bytes(), folder, name, record)
    if record != before:
        write_whole(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return notes


def _deliver_one(lesson: bytes, folder: Path, name: Path, record: dict[str, str]) -> list[str]:
    """Deliver one file as the table at the top says, and note it in `record`; returns the sentences to show."""
    target, key, new = folder / name, name.as_posix(), fingerprint(lesson)
    last, record[key] = record.get(key), new
    found = _fingerprint_of(target)
    if found is None:
        write_whole(target, lesson)
        return [f"new: {name}"]
    if new in (found, last):
        return []
    if found == last:
        write_whole(target, lesson)
        return [f"updated: {name} (you had not changed it)"]
    beside = _put_beside(lesson, folder, name, record)
    return [f"{name} is yours and stays as it is; the newer lesson is beside it: {beside}"]


def _put_beside(lesson: bytes, folder: Path, name: Path, record: dict[str, str], number: int = 1) -> Path:
    """Write NAME.new.ipynb, or NAME.new-2.ipynb where that one is the learner's by now, and so on."""
    beside = name.with_name(f"{name.stem}.new{f'-{number}' if number > 1 else ''}{name.suffix}")
    new, found = record[name.as_posix()], _fingerprint_of(folder / beside)
    if found not in (None, new, record.get(beside.as_posix())):
        return _put_beside(lesson, folder, name, record, number + 1)
    if found != new:
        write_whole(folder / beside, lesson)
    record[beside.as_posix()] = new
    return beside


def _fingerprint_of(path: Path) -> str | None:
    """Fingerprint of a file, or None if there is no such file."""
    return fingerprint(path.read_bytes()) if path.exists() else None


def fingerprint(content: bytes) -> str:
    """SHA-256 of what a learner writes in a file: the cells of a notebook without outputs, else all of it."""
    try:
        cells = json.loads(content)["cells"]
        written = [[cell["cell_type"], "".join(cell["source"]), cell.get("attachments")] for cell in cells]
        content = json.dumps(written, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # no notebook, or one that was damaged: then every byte counts
    return hashlib.sha256(content).hexdigest()


def _read_record(folder: Path) -> dict[str, str]:
    """What was delivered before. A damaged record counts as none: then every file is taken for the learner's."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
        return {str(name): str(mark) for name, mark in record.items()}
    except (FileNotFoundError, ValueError, AttributeError, RecursionError):
        return {}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: under another name first, then moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # where the caller wanted to write
        raise


def _sentence(error: OSError, folder: Path) -> str:
    """One sentence for the learner: what stands in the way, and what to do."""
    place = error.filename or folder
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"expected a folder for the lessons, but {place} is a file: choose another name, `gdcourse lab NAME`"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"no room to write the lessons into {folder}: free some space or choose another folder"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} may not be read or written by you: choose a folder of your own, `gdcourse lab ~/gdcourse`"
    reason = error.strerror or type(error).__name__
    return f"the lessons could not be written into {folder} ({place}: {reason}): choose another folder"
