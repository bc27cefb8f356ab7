"""The course's own answers to what is asked, made unusable while a student's functions are tried.

What the cells did to modules and built-in functions by then does not matter here: all that is needed was taken hold of
before them. Whoever rebuilds the interpreter from inside can still undo it, and gains no more than by copying the text
of an optimizer into a cell; that is a function of the student's then.
"""

from __future__ import annotations

import builtins
import signal
from collections.abc import Callable, Iterable, Iterator
from gc import get_objects
from os import getpid, kill
from pathlib import Path
from sys import addaudithook, modules
from types import FunctionType
from typing import Any

import gdcourse

NOT_TO_BE_HAD = ("optimizer", "descent", "schedules", "samples", "theory", "training")  # how such modules begin
STARTS_A_PROCESS = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen")
THEIRS = tuple(f"gdcourse.{name}" for name in NOT_TO_BE_HAD)
PLACES = tuple(str(Path(gdcourse.__file__).with_name(name)) for name in NOT_TO_BE_HAD)


def prepared() -> Callable[[], None]:
    """Take hold of all that is needed; gives the function that hides the course's own, to be called after the cells."""
    room: dict[str, Any] = {**globals(), "__builtins__": dict(vars(builtins))}
    for name, value in globals().items():
        if type(value) is FunctionType:
            room[name] = FunctionType(value.__code__, room, name, value.__defaults__)
    held = list(room["_functions"]())
    return lambda: room["_hide"](held)


def end_others() -> None:
    """Kill all processes of this submission but this one, where they have a process space of their own."""
    if getpid() == 1:
        try:  # noqa: SIM105 - the code of `suppress` is in another file, so the alarm of a cell would strike it
            kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _hide(held: Iterable[Any]) -> None:
    end_others()  # a forked helper could still use them
    for function in [*held, *_functions()]:
        _disarm(function)
    for value in get_objects():  # those of another copy of a module, too
        if type(value) is FunctionType and value.__code__.co_filename.startswith(PLACES):
            _disarm(value)
    addaudithook(_refuse)


def _functions() -> Iterator[Any]:
    """Find the functions and methods of those modules, as far as they are loaded."""
    for module in [module for name, module in modules.items() if name.startswith(THEIRS)]:
        for owner in [module, *vars(module).values()]:
            for value in list(vars(owner).values()) if owner is module or isinstance(owner, type) else ():
                if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                    yield value


def _not_here(*arguments: Any, **keywords: Any) -> None:
    raise RuntimeError("the course's own functions are not to be had while yours are tried")


def _disarm(function: Any) -> None:
    """Make a function unusable, and those that it wraps: a copy of the wrapper would call them."""
    while type(function) is FunctionType:
        function.__code__ = _not_here.__code__.replace(co_freevars=function.__code__.co_freevars)
        function = vars(function).get("__wrapped__")


def _refuse(event: str, arguments: tuple) -> None:
    """Refuse to import those modules again, to read their files, and to start a process that could."""
    named = str(arguments[0]) if arguments else ""
    again = event == "import" and named.startswith(THEIRS)
    read = event == "open" and named.replace("__pycache__/", "").startswith(PLACES)
    if again or read or event in STARTS_A_PROCESS:
        _not_here()
