"""Folders for a while: each belongs to a process, and whoever comes next clears away those whose owner was killed.

The owner holds a lock on its folder (flock), which the system takes back however the owner ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl  # the report imports this module anywhere; grading needs Linux, or a cluster and a Unix

BEGINS = "gdcourse-grading-"  # the name of every such folder
PART = ".*.part"  # what `write_whole` calls a file that is not whole yet


class OwnFolder:
    """A folder that is there until it is closed."""

    def __init__(self, purpose: str, mode: int = 0o755):
        """Make it, for everybody to read if nothing else is said; folders whose owners are no more go away first."""
        clear_away()
        while True:  # until nobody took it for an orphan before it was locked
            self.path = Path(tempfile.mkdtemp(prefix=f"{BEGINS}{purpose}-"))
            with contextlib.suppress(FileNotFoundError):
                self.lock = os.open(self.path, os.O_RDONLY)
                fcntl.flock(self.lock, fcntl.LOCK_EX)
                if self.path.exists():
                    break
                os.close(self.lock)
        self.path.chmod(mode)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)

    def __enter__(self) -> Path:
        """Give its path."""
        return self.path

    def __exit__(self, *error: object) -> None:
        """Remove it."""
        self.close()


def clear_away() -> None:
    """Remove the folders whose owners are no more."""
    for path in Path(tempfile.gettempdir()).glob(f"{BEGINS}*"):
        with contextlib.suppress(OSError), _locked(path):
            shutil.rmtree(path, ignore_errors=True)


def clear_parts(folder: Path) -> None:
    """Remove the half-written files of gradings that were killed, unless another one is at work in this folder."""
    with contextlib.suppress(OSError), _locked(folder):
        for path in folder.rglob(PART):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def at_work_in(folder: Path) -> Iterator[None]:
    """Say that a grading is at work in a folder; several may be. Where there are no locks, nothing is said."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.enter_context(_locked(folder, fcntl.LOCK_SH))
        yield


@contextlib.contextmanager
def _locked(folder: Path, kind: int | None = None) -> Iterator[None]:
    """Hold a folder's lock; OSError where there are no locks, or where someone else holds it and we are not to wait."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if kind is None else kind)
        yield
    finally:
        os.close(handle)
