"""The child that runs one submission: its cells first, then the oracle's questions.

It is given the cells over the channel, runs them one after the other in an IPython shell without a screen, and says
when it begins each. Then it answers questions: "value of parabola_walk", "call step with these". Every question bears a
number used once; every answer repeats it. Whatever a student's code does in here, it can only change what is answered,
and an answer is judged elsewhere.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import warnings
from dataclasses import dataclass, field
from typing import Any

from gdcourse.classroom import hiding, plain
from gdcourse.classroom.jail import Limits
from gdcourse.classroom.peer import MOST_VALUES, StudentPeer
from gdcourse.exercises.reading import excerpt

RING_AGAIN = 0.02  # seconds from one alarm to the next, until a cell has ended
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
        sys.path.insert(0, "")  # as in Jupyter: what a cell has written can be imported
        _shell.run_cell("import numpy as np\n%matplotlib inline\nfigure = plt = None", store_history=False)
        _shell.reset(new_session=False)
        _shell.push({"np": sys.modules["numpy"]})  # a first cell may break off above its imports


def _quiet(shell: Any) -> None:
    """Show nothing: what a notebook prints, draws and displays is not marked, and costs time."""
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror", "_showtraceback"):
        setattr(shell, name, lambda *arguments, **keywords: None)
    shell.display_pub.publish = lambda *arguments, **keywords: None
    shell.displayhook.__class__.__call__ = lambda self, result=None: None
    shell.enable_matplotlib = lambda gui=None: ("agg", "agg")
    shell.enable_gui = lambda gui=None: None
    shell.system = shell.system_raw  # for `!pip install` and the like; the other way needs a terminal


@dataclass
class Room:
    """What the cells leave behind."""

    names: dict[str, Any]
    kept: dict[str, list[Any]] = field(default_factory=dict)  # values of answers, after each cell that holds one
    errors: list[list[Any]] = field(default_factory=list)  # [number of the cell, what happened]

    def candidates(self, name: str) -> list[Any]:
        """Give the different values an answer had, the last one last."""
        found = self.kept.get(name, [])
        if name in self.names and not any(value is self.names[name] for value in found[-1:]):
            found = [*found, self.names[name]]
        return found[-MOST_VALUES:]


def serve(channel: socket.socket, limits: Limits) -> None:
    """Run the cells that come over the channel, then answer until it is closed."""
    lines = channel.makefile("rb")
    work = plain.load(lines.readline())
    room, hide = Room(_shell.user_ns), hiding.prepared()
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the rest of this process
    for number, cell in enumerate(work["cells"]):
        if number not in work["skip"]:
            channel.sendall(plain.dump({"cell": number}))
            _run(cell, number, room, limits.cell)
    channel.sendall(plain.dump({"ran": room.errors[:20]}))
    if work["calls"]:
        hide()
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
    signal.signal(signal.SIGALRM, _ring)
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


def _ring(signum: int, frame: Any) -> None:
    """End the cell; a ring while this very file is at work, perhaps at a ring already, would end the child."""
    if frame is None or frame.f_code.co_filename not in (__file__, hiding.__file__):
        hiding.end_others()  # what the cell started would slow down all that follows, as a fork bomb does
        raise _OutOfTime


def _told(error: BaseException, seconds: float) -> str:
    if isinstance(error, _OutOfTime):
        return f"stopped after {seconds:g} seconds"
    try:
        return excerpt(f"{type(error).__name__}: {error}", 120)
    except Exception:  # the student's own exception may fail to describe itself
        return excerpt(plain.name_of_type(type(error)))
