"""A runner at work: its process, its jail and its folder, and the children it forks for us."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from gdcourse.classroom import jail
from gdcourse.classroom.asking import Child
from gdcourse.classroom.folders import OwnFolder
from gdcourse.classroom.runner import Plan, plan_of

START = 60.0  # seconds for a runner to warm up
OTHERS = "lib*/python3*/*-packages/gdcourse"


class Runner:
    """A runner process, its jail and its folder; closing it ends them."""

    def __init__(self, edition: Path, limits: jail.Limits, jailed: bool = True, hidden: Sequence[Path] = ()):
        """Start the process and wait until it is warm; `trouble` says why there is no jail, or is empty.

        Raises:
            RunnerGone: it ended while it started.
        """
        self.limits = limits
        self.folder = OwnFolder("runner")
        for name in ("root", "scratch"):
            (self.folder.path / name).mkdir()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # messages stay apart
        plan = self._plan(edition, jailed, hidden)
        command = [sys.executable, "-m", "gdcourse.classroom.runner", str(theirs.fileno()), plan_of(plan)]
        environment = self._environment(edition)
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": "/"}
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, **streams)
        theirs.close()
        self.lines = self.control.makefile("rb")
        self.trouble = self._first_word()

    def _plan(self, edition: Path, jailed: bool, hidden: Sequence[Path]) -> Plan:
        readable = [*jail.paths_of_python(), edition]
        away = [path for path in [*map(Path.resolve, hidden), *courses_in(readable)] if path != edition / "gdcourse"]
        limits = asdict(self.limits)
        root, scratch = str(self.folder.path / "root"), str(self.folder.path / "scratch")
        return Plan(jailed, [str(path) for path in readable], [str(path) for path in away], root, scratch, limits)

    def _environment(self, edition: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {
            **kept,
            **threads,
            "PYTHONPATH": str(edition),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GDCOURSE_PROGRESS": "off",
            "PIP_NO_INDEX": "1",  # there is no network: `!pip install` is to say so at once
        }

    def _first_word(self) -> str:
        """Wait for the runner's word on its jail; "" where all is well."""
        self.control.settimeout(START)
        try:
            line = self.lines.readline()
        except TimeoutError:
            return f"the runner did not start within {START:g} seconds"
        finally:
            self.control.settimeout(None)
        if not line:
            self.close()
            raise RunnerGone("the runner ended while it started")
        return json.loads(line)["trouble"]

    @contextlib.contextmanager
    def child(self) -> Iterator[Child]:
        """Fork a child; however the block ends, the child is no more and its end is known."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            socket.send_fds(self.control, [b"run"], [theirs.fileno()])
        except OSError as error:
            raise RunnerGone("the runner process ended") from error
        finally:
            theirs.close()
        child = Child(ours, self)
        try:
            yield child
        finally:
            ours.close()
            if child.end is None:
                self.stop_child()
                child.end = self.ended()

    def stop_child(self) -> None:
        """Ask for the child to be killed; a word to a runner that is gone is heard when its reply is waited for."""
        with contextlib.suppress(OSError):
            self.control.sendall(b"end")

    def ended(self) -> dict:
        """Wait for the word on how the child ended."""
        try:
            line = self.lines.readline()
        except OSError:
            line = b""
        if not line:
            raise RunnerGone("the runner process ended")
        return json.loads(line)["ended"]

    def close(self) -> None:
        """End the runner, and remove its folder."""
        self.lines.close()
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.close()

    def __enter__(self) -> Runner:
        """Give the runner itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()


class RunnerGone(Exception):
    """The runner itself is no more: a fresh one is needed."""


def courses_in(readable: Sequence[Path]) -> list[Path]:
    """Give the folders among these in which this very course is installed: they hold the answers."""
    places = {Path(place) / "gdcourse" for place in sys.path if place}
    for path in readable:  # another Python's, too
        places |= {*path.glob(OTHERS), *path.glob(f"local/{OTHERS}")}
    return [place for place in sorted(places) if place.is_dir() and any(path in place.parents for path in readable)]
