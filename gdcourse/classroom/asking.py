"""The oracle's end of the line to the child that runs one submission.

Whatever comes from a child is a student's: it is read as plain values, in time, up to a size, and only under the number
of the question that was asked. Anything else ends the conversation.
"""

from __future__ import annotations

import contextlib
import secrets
import select
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gdcourse.classroom import plain
from gdcourse.classroom.peer import MOST_VALUES, Peer
from gdcourse.guard import Stopped

if TYPE_CHECKING:
    from gdcourse.classroom.running import Runner

LONGEST_LINE = 8 << 20  # bytes of one message
LONGEST_TALK = 64 << 20  # bytes of all messages of a child
GRACE = 1.0  # seconds beyond a limit that a child keeps itself
LEAVE = 3.0  # seconds for a child to end once its line is closed: what it started ends first
OVER = "it was killed when its time was over"


class Ended(Exception):
    """The child is no more, or may say no more: "timed out", "crashed" or "tampered", and why.

    `killed` says that it was killed by something else than the grader, which may have had nothing to do with it.
    """

    def __init__(self, status: str, reason: str, killed: bool = False):
        """Keep all three."""
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.killed = killed


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
            if type(found) is not list or len(found) > MOST_VALUES:
                raise plain.Foreign("expected a few values")
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
            message = plain.load(line)
        except plain.Foreign as error:
            raise self._end("tampered", "something else than an answer was sent") from error
        if {"call", "cell"} & message.keys() and time.monotonic() > self.deadline:  # an answer may be read late
            raise self._end("timed out", OVER)
        return message

    def _more(self) -> None:
        watched = [self.channel, self.runner.control]
        ready, _, _ = select.select(watched, [], [], max(self.deadline - time.monotonic(), 0))
        if not ready:
            raise self._end("timed out", OVER)
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
        ready, _, _ = select.select([self.runner.control], [], [], LEAVE)
        if not ready:
            self.runner.stop_child()
        self.end = self.runner.ended()
        code = self.end["code"]
        if not ready and code == -9:  # it lived until it was stopped
            return self._end("tampered", "it closed the line on which it was to answer")
        if self.end["greedy"]:
            return self._end("out of memory", f"all its processes together took over {self.runner.limits.memory} MB")
        if code == -9:
            return self._end("out of memory", "it was killed by the system, for memory or for computing time", True)
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return self._end("crashed", f"the process ended {how}")

    def _end(self, status: str, reason: str, killed: bool = False) -> Ended:
        self.dead = self.dead or Ended(status, reason, killed)
        return self.dead


def _is_error(item: Any) -> bool:
    return (
        type(item) is list and len(item) == 2 and type(item[0]) is int and type(item[1]) is str and len(item[1]) < 300
    )
