"""The oracle's end: a runner at work, and the line to the child that runs one submission.

Whatever comes from a child is a student's: it is read as plain values, in time, up to a size, and only under the number
of the question that was asked. Anything else ends the conversation.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gdcourse.classroom import jail, plain
from gdcourse.classroom.peer import Peer
from gdcourse.classroom.runner import Plan, plan_of
from gdcourse.guard import Stopped

LONGEST_LINE = 8 << 20  # bytes of one message
LONGEST_TALK = 64 << 20  # bytes of all messages of a child
START = 60.0  # seconds for a runner to warm up
GRACE = 1.0  # seconds beyond a limit that a child keeps itself


class Ended(Exception):
    """The child is no more, or may say no more: "timed out", "crashed" or "tampered", and why."""

    def __init__(self, status: str, reason: str):
        """Keep both."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Runner:
    """A runner process, its jail and its folder; closing it ends them."""

    def __init__(
        self, edition: Path, limits: jail.Limits, place: int = 0, jailed: bool = True, hidden: Sequence[Path] = ()
    ):
        """Start the process and wait until it is warm; `trouble` says why there is no jail, or is empty."""
        self.limits = limits
        self.folder = Path(tempfile.mkdtemp(prefix="gdcourse-runner-"))
        self.folder.chmod(0o755)
        for name in ("root", "scratch"):
            (self.folder / name).mkdir()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # messages stay apart
        plan = self._plan(edition, place, jailed, hidden)
        command = [sys.executable, "-m", "gdcourse.classroom.runner", str(theirs.fileno()), plan_of(plan)]
        environment = self._environment(edition)
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": "/"}
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, **streams)
        theirs.close()
        self.lines = self.control.makefile("rb")
        self.trouble = self._first_word()

    def _plan(self, edition: Path, place: int, jailed: bool, hidden: Sequence[Path]) -> Plan:
        readable = [*jail.paths_of_python(), edition]
        away = [path for path in [*map(Path.resolve, hidden), *courses_in(readable)] if path != edition / "gdcourse"]
        limits = asdict(self.limits)
        root, scratch = str(self.folder / "root"), str(self.folder / "scratch")
        return Plan(
            jailed, [str(path) for path in readable], [str(path) for path in away], root, scratch, place, limits
        )

    def _environment(self, edition: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {
            **kept,
            **threads,
            "PYTHONPATH": str(edition),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GDCOURSE_PROGRESS": "off",
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
        return json.loads(line)["trouble"] if line else "the runner ended while it started"

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
        shutil.rmtree(self.folder, ignore_errors=True)

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
    places = [Path(place) / "gdcourse" for place in sys.path if place]
    return [place for place in places if place.is_dir() and any(path in place.parents for path in readable)]


class Child:
    """The line to one child."""

    def __init__(self, channel: socket.socket, runner: Runner):
        """Begin to count its time."""
        self.channel = channel
        self.runner = runner
        self.end: dict | None = None  # how it ended, once it did
        self.waiting = b""
        self.heard = 0
        self.deadline = time.monotonic() + runner.limits.wall + GRACE
        self.cell: int | None = None  # the one it was last heard to begin
        self.dead: Ended | None = None

    def run(self, cells: list[dict], skip: Sequence[int], calls: bool) -> list[list]:
        """Let it run the cells; gives [number, what happened] of those that ended in an error.

        Raises:
            Ended: it did not come to the end of them.
        """
        self.send({"cells": cells, "skip": list(skip), "calls": calls})
        while True:
            message = self.receive()
            if type(message.get("cell")) is int and set(message) == {"cell"}:
                self.cell = message["cell"]
            elif set(message) == {"ran"} and type(message["ran"]) is list:
                self.cell = None
                return [item for item in message["ran"][:20] if _is_error(item)]
            else:
                raise self._end("tampered", "something was sent before any question was asked")

    def peer(self) -> Peer:
        """Give the end of a line over which functions may be called; a fresh number goes with it."""
        return Peer(self.send, self.receive, nonce=secrets.token_hex(16))

    def values(self, name: str) -> tuple[list[Any], Peer]:
        """Ask for the values that an answer had; functions among them can be called until the next question."""
        peer = self.peer()
        self.deadline = time.monotonic() + self.runner.limits.call + GRACE
        try:
            self.send({"nonce": peer.nonce, "values": name})
            found = peer.wait().get("values")
            if type(found) is not list:
                raise plain.Foreign("expected values")
            return [self._timed(peer.read(value)) for value in found], peer
        except plain.Foreign as error:
            raise self._end("tampered", f"an answer was forged or garbled: {error}") from error

    def _timed(self, value: Any) -> Any:
        """Give each call of a student's function its own time, and turn the end of the child into "no value"."""
        if not callable(value):
            return value

        def function(*arguments: Any, **keywords: Any) -> Any:
            self.deadline = time.monotonic() + self.runner.limits.call + GRACE
            try:
                return value(*arguments, **keywords)
            except plain.Foreign as error:
                self._end("tampered", f"an answer was forged or garbled: {error}")
            except Ended:
                pass
            slow = self.dead is not None and self.dead.status == "timed out"
            return Stopped("too-slow", {"seconds": self.runner.limits.call}) if slow else Stopped("exited")

        function.__name__ = "function"
        return function

    def send(self, message: dict) -> None:
        """Send a message, if the child still listens."""
        if self.dead is not None:
            raise self.dead
        self.channel.settimeout(max(self.deadline - time.monotonic(), 0.01))
        try:
            self.channel.sendall(plain.dump(message))
        except TimeoutError as error:
            raise self._end("timed out", "it did not read what it was asked") from error
        except OSError as error:
            raise self._gone() from error

    def receive(self) -> dict:
        """Wait for a message.

        Raises:
            Ended: none came in time, the child ended, or it said too much.
        """
        if self.dead is not None:
            raise self.dead
        while b"\n" not in self.waiting:
            self._more()
        line, self.waiting = self.waiting.split(b"\n", 1)
        try:
            return plain.load(line)
        except plain.Foreign as error:
            raise self._end("tampered", "something else than an answer was sent") from error

    def _more(self) -> None:
        watched = [self.channel, self.runner.control]
        ready, _, _ = select.select(watched, [], [], max(self.deadline - time.monotonic(), 0))
        if not ready:
            raise self._end("timed out", "it was killed when its time was over")
        data = b""
        if self.channel in ready:
            with contextlib.suppress(OSError):
                data = self.channel.recv(1 << 20)
        if not data:
            raise self._gone()
        self.heard += len(data)
        self.waiting += data
        if self.heard > LONGEST_TALK or len(self.waiting) > LONGEST_LINE:
            raise self._end("tampered", "far more was sent than any answer holds")

    def _gone(self) -> Ended:
        """Say how the child ended by itself, once that is known; one that only fell silent is ended."""
        ready, _, _ = select.select([self.runner.control], [], [], 0.2)
        if not ready:
            self.runner.stop_child()
        self.end = self.runner.ended()
        code = self.end["code"]
        if not ready:
            return self._end("tampered", "it closed the line on which it was to answer")
        if code == -9:
            return self._end("out of memory", "it was killed by the system, for memory or for computing time")
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return self._end("crashed", f"the process ended {how}")

    def _end(self, status: str, reason: str) -> Ended:
        self.dead = self.dead or Ended(status, reason)
        return self.dead


def _is_error(item: Any) -> bool:
    return (
        type(item) is list and len(item) == 2 and type(item[0]) is int and type(item[1]) is str and len(item[1]) < 300
    )
