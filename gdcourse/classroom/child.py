"""The child that runs one submission: its cells first, then the oracle's questions.

It is given the cells over the channel, runs them one after the other in an IPython shell without a screen, and says
when it begins each. Then it answers questions: "value of parabola_walk", "call step with these". Every question bears a
number used once; every answer repeats it. Whatever a student's code does in here, it can only change what is answered,
and an answer is judged elsewhere.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

import gdcourse
from gdcourse.classroom import plain
from gdcourse.classroom.jail import Limits
from gdcourse.classroom.peer import StudentPeer
from gdcourse.exercises.reading import excerpt

NOT_TO_BE_HAD = ("optimizer", "descent", "schedules", "samples", "theory", "training")  # how such modules begin
STARTS_A_PROCESS = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen")
RING_AGAIN = 0.02  # seconds from one alarm to the next, until a cell has ended
MOST_KEPT = 8  # values of one name, from copies of its cell
_shell: Any = None


class _OutOfTime(BaseException):
    """Raised in a cell that takes too long; no Exception, so that `except Exception` does not catch it."""


def warm_up() -> None:
    """Load what notebooks use, once, before any child is forked."""
    global _shell
    os.environ.setdefault("MPLBACKEND", "agg")
    os.environ["MPLCONFIGDIR"] = os.environ["IPYTHONDIR"] = os.environ["HOME"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ipywidgets  # noqa: F401
        import matplotlib.pyplot as plt
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        import gdcourse.labs
        import gdcourse.stage  # noqa: F401

        plt.close(plt.figure())
        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.cache_size = 0
        _shell = InteractiveShell.instance(config=settings)
        _quiet(_shell)
        _shell.run_cell("import numpy as np\n%matplotlib inline\nfigure = plt = None", store_history=False)
        _shell.reset(new_session=False)


def _quiet(shell: Any) -> None:
    """Show nothing: what a notebook prints, draws and displays is not marked, and costs time."""
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror", "_showtraceback"):
        setattr(shell, name, lambda *arguments, **keywords: None)
    shell.display_pub.publish = lambda *arguments, **keywords: None
    shell.displayhook.__class__.__call__ = lambda self, result=None: None
    shell.enable_matplotlib = lambda gui=None: ("agg", "agg")
    shell.enable_gui = lambda gui=None: None


@dataclass
class Room:
    """What the cells leave behind."""

    names: dict[str, Any]
    kept: dict[str, list[Any]] = field(default_factory=dict)  # values of answers, after each cell that holds one
    errors: list[list[Any]] = field(default_factory=list)  # [number of the cell, what happened]

    def candidates(self, name: str) -> list[Any]:
        """Give the different values an answer had, the last one last."""
        found = self.kept.get(name, [])[-MOST_KEPT:]
        if name in self.names and not any(value is self.names[name] for value in found[-1:]):
            found = [*found, self.names[name]]
        return found


def serve(channel: socket.socket, limits: Limits) -> None:
    """Run the cells that come over the channel, then answer until it is closed."""
    lines = channel.makefile("rb")
    work = plain.load(lines.readline())
    room = Room(_shell.user_ns)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the rest of this process
    for number, cell in enumerate(work["cells"]):
        if number not in work["skip"]:
            channel.sendall(plain.dump({"cell": number}))
            _run(cell, number, room, limits.cell)
    channel.sendall(plain.dump({"ran": room.errors[:20]}))
    if work["calls"]:
        _hide_optimizers()
    peer = StudentPeer(lambda message: channel.sendall(plain.dump(message)), lambda: plain.load(lines.readline()))
    peer.seconds = limits.call
    for line in lines:
        question = plain.load(line)
        peer.nonce = question["nonce"]
        if "call" in question:
            peer.answer(question)
        else:
            peer.send(
                {"nonce": peer.nonce, "values": [peer.write(value) for value in room.candidates(question["values"])]}
            )


def _run(cell: dict, number: int, room: Room, seconds: float) -> None:
    mine = sys._getframe()

    def ring(signum: int, frame: Any) -> None:
        _end_others()  # what the cell started would slow down all that follows, as a fork bomb does
        if frame is not mine:
            raise _OutOfTime

    signal.signal(signal.SIGALRM, ring)
    trouble: BaseException | None = None
    try:
        # again and again: an exception that is raised while Python forks or cleans up is lost
        signal.setitimer(signal.ITIMER_REAL, seconds, RING_AGAIN)
        result = _shell.run_cell(cell["source"], store_history=False)
        trouble = result.error_before_exec or result.error_in_exec
    except BaseException as error:
        trouble = error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if trouble is not None:
        room.errors.append([number, _told(trouble, seconds)])
    for name in cell["keeps"]:
        if name in room.names:
            room.kept.setdefault(name, []).append(room.names[name])


def _end_others() -> None:
    """Kill all processes of this submission but this one, where they have a process space of their own."""
    if os.getpid() == 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)


def _told(error: BaseException, seconds: float) -> str:
    if isinstance(error, _OutOfTime):
        return f"stopped after {seconds:g} seconds"
    try:
        return excerpt(f"{type(error).__name__}: {error}", 120)
    except Exception:  # the student's own exception may fail to describe itself
        return excerpt(plain.name_of_type(type(error)))


def _hide_optimizers() -> None:
    """Make the course's own answers to what is asked unusable, wherever a reference to them was put away.

    Nothing keeps a student from copying their text into a cell; that is a function of the student's then.
    """
    theirs = tuple(f"gdcourse.{name}" for name in NOT_TO_BE_HAD)
    places = tuple(str(Path(gdcourse.__file__).with_name(name)) for name in NOT_TO_BE_HAD)
    _end_others()  # a forked helper could still use them
    for module in [module for name, module in sys.modules.items() if name.startswith(theirs)]:
        for owner in [module, *vars(module).values()]:
            for value in list(vars(owner).values()) if owner is module or isinstance(owner, type) else ():
                if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                    _disarm(value)
    for value in gc.get_objects():  # those of another copy of a module, too
        if type(value) is FunctionType and value.__code__.co_filename.startswith(places):
            _disarm(value)
    sys.addaudithook(lambda event, arguments: _refuse_theirs(event, arguments, theirs, places))


def _not_here(*arguments: Any, **keywords: Any) -> None:
    raise RuntimeError("the course's own functions are not to be had while yours are tried")


def _disarm(function: Any) -> None:
    """Make a function unusable, and those that it wraps: a copy of the wrapper would call them."""
    while type(function) is FunctionType:
        function.__code__ = _not_here.__code__.replace(co_freevars=function.__code__.co_freevars)
        function = vars(function).get("__wrapped__")


def _refuse_theirs(event: str, arguments: tuple, theirs: tuple[str, ...], places: tuple[str, ...]) -> None:
    """Refuse to import those modules again, to read their files, and to start a process that could."""
    named = str(arguments[0]) if arguments else ""
    again = event == "import" and named.startswith(theirs)
    read = event == "open" and named.replace("__pycache__/", "").startswith(places)
    if again or read or event in STARTS_A_PROCESS:
        _not_here()
