"""Functions as answers: the stub made from a real solution, and the learner's function read from text or taken as is.

A solution marks the lines that the learner has to write:

    def step(w, gradient, rate):
        '''One step of gradient descent.'''
        # solution begins
        return w - rate * gradient
        # solution ends

The stub has `return ...` in their place; a function that returns `...` is not attempted yet.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from gdcourse.exercises.reading import Unreadable, excerpt, is_a, is_blank, kind_of, plain_text
from gdcourse.guard import Stopped, guarded

BEGINS, ENDS = "# solution begins", "# solution ends"
LONGEST_SOURCE = 20_000


@cache
def source_of(solution: Callable) -> str:
    """Give the source of a solution, without the marks."""
    return "\n".join(line for line in _lines(solution) if line.strip() not in (BEGINS, ENDS)) + "\n"


@cache
def stub_of(solution: Callable) -> str:
    """Give the source of a solution with `return ...` in place of the marked lines."""
    stub, hidden = [], False
    for line in _lines(solution):
        if line.strip() == BEGINS:
            hidden = True
            stub.append(line.replace(BEGINS, "return ...  # your lines go here"))
        elif line.strip() == ENDS:
            hidden = False
        elif not hidden:
            stub.append(line)
    return "\n".join(stub) + "\n"


def public_name(function: Callable) -> str:
    """Give the name by which a learner is told of a function."""
    return function.__name__.lstrip("_")


@cache
def written_out(function: Callable) -> str:
    """Write a function of a few plain lines as one line that can be copied and called; "" where that cannot be done."""
    if not inspect.isfunction(function) or function.__closure__ or function.__name__ == "<lambda>":
        return ""  # what it closes over would be missing
    head, *body = textwrap.dedent(inspect.getsource(function)).splitlines()
    if any(not line.startswith("    ") or line[4].isspace() for line in body):
        return ""  # a loop or a branch does not fit into one line
    lines = "; ".join(line.strip() for line in body)
    return f"{head.replace(function.__name__, public_name(function), 1)} {lines}"


def _lines(solution: Callable) -> list[str]:
    lines = textwrap.dedent(inspect.getsource(solution)).splitlines()
    marks = [line.strip() for line in lines if line.strip() in (BEGINS, ENDS)]
    if marks != [BEGINS, ENDS]:
        raise ValueError(f"{solution.__name__} must hold the lines {BEGINS!r} and {ENDS!r} once each: add them")
    return lines


def read_function(answer: Any, name: str) -> Callable | Unreadable | None:
    """Read a function, or the source text of one called `name`; None where it is blank."""
    if is_blank(answer):
        return None
    if is_a(answer, str):
        return _from_source(plain_text(answer), name)
    return answer if callable(answer) else Unreadable("not-a-function", {"came": kind_of(answer), "name": name})


def _from_source(source: str, name: str) -> Callable | Unreadable:
    if len(source) > LONGEST_SOURCE:
        return Unreadable("text-too-long", {"longest": LONGEST_SOURCE, "came": len(source)})
    try:
        code = compile(source, "<your answer>", "exec")
    except SyntaxError as error:
        return Unreadable("no-syntax", {"error": excerpt(error.msg or "", 80), "line": error.lineno or 1})
    except (ValueError, MemoryError, RecursionError) as error:
        return Unreadable("no-syntax", {"error": excerpt(str(error), 80), "line": 1})
    room: dict[str, Any] = {"np": np, "__name__": "answer"}
    stopped = guarded(lambda: exec(code, room))
    if isinstance(stopped, Stopped):
        return Unreadable(stopped.reason, stopped.facts)
    function = room.get(name)
    return function if callable(function) else Unreadable("no-such-function", {"name": name})
