"""How much memory all processes of a submission take together: a limit of the system binds each by itself only.

The runner looks from outside while a child lives. First cheaply, by what each process holds, which counts a page that
several share once for each; only where that is too much, exactly, each page shared out among those who hold it. An
ordinary user may not see the exact figure of processes that let nobody look into them; there the first one decides.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

LOOK = 0.04  # seconds between two looks
EASE = 1.25  # a single process meets its own limit first, as an error that it can tell
HELD = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+)", re.MULTILINE)
SHARED_OUT = re.compile(rb"^Pss_(?:Anon|Shmem):\s+(\d+)", re.MULTILINE)


class Watch:
    """The processes below this one, seen through a `/proc` that was opened before the jail."""

    def __init__(self) -> None:
        """Keep `/proc` in reach, for this process alone."""
        self.proc = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
        self.mine = os.readlink("self", dir_fd=self.proc)

    def exceeds(self, limit: int) -> bool:
        """Say whether they take more than so many MB, beyond what this process holds itself."""
        below = list(self._below(self.mine))
        most = limit * 1024 * EASE + self._kilobytes(self.mine, "status", HELD)
        if sum(self._kilobytes(pid, "status", HELD) for pid in below) <= most:
            return False
        try:
            return sum(self._kilobytes(pid, "smaps_rollup", SHARED_OUT) for pid in below) > most
        except PermissionError:
            return True

    def _below(self, pid: str) -> Iterator[str]:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in self._names(f"{pid}/task"):
                for child in self._read(f"{pid}/task/{task}/children").split():
                    yield child.decode()
                    yield from self._below(child.decode())

    def _kilobytes(self, pid: str, file: str, lines: re.Pattern[bytes]) -> int:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            return sum(map(int, lines.findall(self._read(f"{pid}/{file}"))))
        return 0

    def _names(self, folder: str) -> list[str]:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.proc)
        try:
            return os.listdir(handle)
        finally:
            os.close(handle)

    def _read(self, path: str) -> bytes:
        with open(os.open(path, os.O_RDONLY, dir_fd=self.proc), "rb") as file:
            return file.read()

    def close(self) -> None:
        """Let go of `/proc`: to be done in a child before a student's code runs."""
        os.close(self.proc)
