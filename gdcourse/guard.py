"""Call a learner's function without letting it take the kernel down: exceptions, endless loops and `sys.exit`.

The time limit is an alarm signal on the main thread, a watchdog thread elsewhere (widgets call back on threads of
their own), and a trace function where there are neither threads nor signals (a kernel in the browser). What they cannot
end is a single call into compiled code that never returns, and loops in loops that each catch everything.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gdcourse.checks import excerpt

LIMIT = 2.0  # seconds
_OURS = str(Path(__file__).parent)
# Code that catches everything is left only when a blow falls between its `try` and the next: the blows come thick.
AGAIN = 0.0003  # seconds until the next blow


class _OutOfTime(BaseException):
    """Raised inside the learner's code; no Exception, so that `except Exception` does not catch it."""


@dataclass(frozen=True)
class Stopped:
    """Why a call gave no value: the name of a sentence in common.toml, and what fills it."""

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


def guarded(call: Callable[[], Any], seconds: float | None = None) -> Any:
    """Call and give the value, or Stopped where there is none."""
    seconds = LIMIT if seconds is None else seconds
    guard, value, trouble = _guard(seconds), None, None
    try:
        guard.start()
        with _Doors():
            value = call()
    except BaseException as error:
        trouble = error
    while True:
        try:
            guard.stop()
            break
        except _OutOfTime as late:  # the last blow fell just now
            trouble = late
    return value if trouble is None else _reason(trouble, seconds)


class _Doors:
    """Makes `exit` and `quit` of a notebook raise SystemExit; IPython's own end the kernel after the cell instead."""

    def __init__(self):
        # IPython is not imported unless the learner is in it
        self.shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()

    def __enter__(self) -> None:
        if self.shell is not None:
            self.old = vars(self.shell).get("ask_exit")
            self.shell.ask_exit = sys.exit

    def __exit__(self, *error: object) -> None:
        if self.shell is None:
            return
        if self.old is None:
            del self.shell.ask_exit  # the class's own is there again
        else:
            self.shell.ask_exit = self.old


def _reason(error: BaseException, seconds: float) -> Stopped:
    """Give the reason of whatever ended the learner's code."""
    if isinstance(error, _OutOfTime):
        return Stopped("too-slow", {"seconds": seconds})
    plain = {KeyboardInterrupt: "interrupted", MemoryError: "no-memory", RecursionError: "too-deep"}
    for kind, reason in {**plain, SystemExit: "exited", GeneratorExit: "exited"}.items():
        if isinstance(error, kind):
            return Stopped(reason)
    line = _line(error)
    return Stopped("raised" if line else "not-to-be-called", {"error": _told(error), "line": line})


def _told(error: BaseException) -> str:
    try:
        said = f"{type(error).__name__}: {error}".rstrip(".: ")
        return excerpt(said, 160)  # NumPy tells the sizes that do not fit at the end
    except Exception:  # the learner's own exception may fail to describe itself
        return excerpt(type(error).__name__)


def _line(error: BaseException) -> int:
    """Give the line of the innermost frame that is the learner's own; 0 where there is none."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "site-packages" not in file and not file.startswith(_OURS):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _guard(seconds: float) -> _Alarm | _Watchdog | _Tracer:
    if sys.platform == "emscripten" or not hasattr(ctypes, "pythonapi"):
        return _Tracer(seconds)
    on_main = threading.current_thread() is threading.main_thread()
    return _Alarm(seconds) if on_main and hasattr(signal, "setitimer") else _Watchdog(seconds)


class _Alarm:
    """A timer of the operating system; signals reach the main thread only."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.old = signal.getsignal(signal.SIGALRM)
        self.left, self.again = signal.getitimer(signal.ITIMER_REAL)  # of a timer that somebody else has set
        self.begun = time.monotonic()

    def start(self) -> None:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.old)
        if self.left:
            left = self.left - (time.monotonic() - self.begun)
            signal.setitimer(signal.ITIMER_REAL, max(left, AGAIN), self.again)


def _ring(number: int, frame: Any) -> None:
    """Strike the learner's code; in this file a blow would hit the guard itself."""
    if frame is not None and frame.f_code.co_filename != __file__:
        raise _OutOfTime


class _Watchdog:
    """A thread that throws an exception into the watched one, again and again until it gives up."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.watched = threading.get_ident()
        self.over = threading.Event()
        self.interval = sys.getswitchinterval()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        if self.thread.ident is not None:
            self.thread.join()
        sys.setswitchinterval(self.interval)
        for _ in range(10):  # a blow not yet felt falls here; taking it back instead would hang a traced Python 3.11
            pass

    def _watch(self) -> None:
        wait = self.seconds
        while not self.over.wait(wait):
            sys.setswitchinterval(AGAIN)  # or this thread would get its turn too seldom
            frame = sys._current_frames().get(self.watched)
            if frame is not None and frame.f_code.co_filename not in (__file__, threading.__file__):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.watched), ctypes.py_object(_OutOfTime))
            wait = AGAIN


class _Tracer:
    """A trace function that looks at the clock before every instruction; needs neither threads nor signals."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.old = sys.gettrace()

    def start(self) -> None:
        self.end = time.monotonic() + self.seconds
        sys.settrace(self._look)

    def stop(self) -> None:
        sys.settrace(self.old)

    def _look(self, frame: Any, event: str, arg: Any) -> Callable:
        if time.monotonic() > self.end:
            raise _OutOfTime
        frame.f_trace_opcodes = True  # an empty loop never comes to a new line
        return self._look
