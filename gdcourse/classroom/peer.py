"""Two processes that call each other's functions by number, with plain values; the same for both sides.

    {"nonce": n, "call": 3, "arguments": [...], "keywords": {...}}
    {"nonce": n, "value": ..., "changed": [...]}               what came out, and what arrays and lists hold now
    {"nonce": n, "stopped": [reason, facts]}                   no value: why, as `gdcourse.guard` says it

While one side waits for a value the other may call back: a student's `walk` calls the gradient it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gdcourse.classroom import plain
from gdcourse.exercises.reading import excerpt
from gdcourse.guard import Stopped, guarded

DEEPEST = 20  # calls within calls
MOST_VALUES = 9  # of one name, from copies of its cell


@dataclass(eq=False)
class Peer:
    """One end of the line.

    Args:
        send: sends a message.
        receive: waits for the next message.
        seconds: for a call of this side's functions that is not within another; None for no limit.
        nonce: of the question that is being answered; every message bears it.
    """

    send: Callable[[dict], None]
    receive: Callable[[], dict]
    seconds: float | None = None
    nonce: str = ""
    functions: list[Callable] = field(default_factory=list)
    depth: int = 0

    def number(self, function: Callable) -> int:
        """Give the number by which the other side may call a function."""
        self.functions.append(function)
        return len(self.functions) - 1

    def write(self, value: Any) -> Any:
        """Write a value; functions in it may be called."""
        return plain.write(value, self.number)

    def read(self, data: Any) -> Any:
        """Read a value; functions in it call the other side."""
        return plain.read(data, self.theirs)

    def theirs(self, number: int) -> Callable:
        """Give a function of the other side's."""

        def function(*arguments: Any, **keywords: Any) -> Any:
            asked = {"arguments": self.write(list(arguments)), "keywords": self.write(keywords)}
            self.send({"nonce": self.nonce, "call": number, **asked})
            return self._taken_over(self.wait(), (*arguments, *keywords.values()))

        return function

    def wait(self) -> dict:
        """Wait for the reply, and answer what is asked meanwhile."""
        while True:
            message = self.receive()
            if message.get("nonce") != self.nonce:
                raise plain.Foreign("a message without the number of the question")
            if "call" not in message:
                return message
            self.answer(message)

    def answer(self, message: dict) -> None:
        """Call one of this side's functions, and send what came out."""
        function = self._found(message.get("call"))
        arguments, keywords = self.read(message.get("arguments")), self.read(message.get("keywords"))
        if type(arguments) is not list or type(keywords) is not dict:
            raise plain.Foreign("expected a list of arguments")
        self.depth += 1
        value = self._value(lambda: function(*arguments, **keywords))
        self.depth -= 1
        if isinstance(value, Stopped):
            self.send({"nonce": self.nonce, "stopped": [value.reason, plain.write(value.facts)]})
            return
        given = (*arguments, *keywords.values())
        changed = [plain.write(item) if type(item) in (np.ndarray, list) else None for item in given]
        self.send({"nonce": self.nonce, "value": self.write(value), "changed": changed})

    def _found(self, number: Any) -> Callable:
        if type(number) is not int or not 0 <= number < len(self.functions) or self.depth >= DEEPEST:
            raise plain.Foreign("a call of no function there is")
        return self.functions[number]

    def _value(self, call: Callable[[], Any]) -> Any:
        def quietly() -> Any:
            with np.errstate(all="ignore"):
                return call()

        if self.depth == 1 and self.seconds is not None:
            return guarded(quietly, self.seconds)
        try:
            return quietly()
        except Exception as error:
            return Stopped("raised", {"error": excerpt(f"{type(error).__name__}: {error}", 120), "line": 0})

    def _taken_over(self, reply: dict, arguments: tuple) -> Any:
        if "stopped" in reply:
            return self.no_value(*read_stopped(reply["stopped"]))
        changed = reply.get("changed")
        if type(changed) is not list or len(changed) != len(arguments):
            raise plain.Foreign("expected as many arguments as were sent")
        for mine, theirs in zip(arguments, changed, strict=True):
            new = plain.read(theirs)
            if isinstance(mine, np.ndarray) and isinstance(new, np.ndarray) and new.size == mine.size:
                mine[...] = new.reshape(mine.shape)
            elif type(mine) is list and type(new) is list:
                mine[:] = new
        return self.read(reply.get("value"))

    def no_value(self, reason: str, facts: dict) -> Any:
        """Tell the caller that the other side's function gave no value."""
        return Stopped(reason, facts)


class StudentPeer(Peer):
    """The student's end: a function of the oracle's that fails raises, as any function would."""

    def no_value(self, reason: str, facts: dict) -> Any:
        """Raise what the function raised."""
        raise ValueError(facts.get("error", reason))


REASONS = ("too-slow", "interrupted", "no-memory", "too-deep", "exited", "raised", "not-to-be-called")


def read_stopped(data: Any) -> tuple[str, dict]:
    """Read why a call gave no value; texts are cut and stripped of what would upset a page."""
    reason, facts = data if type(data) is list and len(data) == 2 else ("", None)
    found = plain.read(facts)
    if reason not in REASONS or type(found) is not dict:
        raise plain.Foreign("expected a reason")
    clean = {"seconds": found.get("seconds"), "error": found.get("error"), "line": found.get("line")}
    kinds = {"seconds": (int, float), "error": (str,), "line": (int,)}
    clean = {name: value for name, value in clean.items() if type(value) in kinds[name]}
    if "error" in clean:
        clean["error"] = excerpt(str(clean["error"]), 120)
    return reason, {"seconds": 0, "error": "", "line": 0, **clean}
