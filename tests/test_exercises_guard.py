"""Code that does not want to come back: endless loops, exceptions, exits; the kernel has to live."""

import signal
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from gdcourse import guard
from gdcourse.exercises import EXERCISES
from gdcourse.guard import Stopped, guarded

STEP = EXERCISES["code-step"]


pytestmark = pytest.mark.usefixtures("short_limit")


def endless():
    while True:
        pass


def endless_and_swallowing():
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722 - a learner may write exactly this
            continue


def sleeping():
    time.sleep(20)


def on_a_thread(call):
    """Run a call on a thread of its own, as a widget does."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join(10)
    return found[0]


def directly(call):
    """Run a call here."""
    return call()


@pytest.fixture
def handler():
    """Somebody else's handler of the alarm, which has to be there again afterwards."""

    def somebody_elses(number, frame):
        raise AssertionError("no alarm is left behind")

    before = signal.signal(signal.SIGALRM, somebody_elses)
    yield somebody_elses
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("run", [directly, on_a_thread])
@pytest.mark.parametrize("loop", [endless, endless_and_swallowing])
def test_endless_loops_are_stopped_and_the_kernel_lives(run, loop, handler):
    tracer = sys.gettrace()
    began = time.perf_counter()
    stopped = run(lambda: guarded(loop))
    assert (stopped.reason, time.perf_counter() - began < 3) == ("too-slow", True)
    assert run(lambda: guarded(lambda: 42)) == 42
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == (handler, tracer)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    time.sleep(0.12)  # no blow comes late


def test_somebody_elses_timer_goes_on_and_one_that_was_due_meanwhile_rings():
    rung = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 1000, 5)
        assert guarded(endless).reason == "too-slow"
        left, again = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 1000 - guard.LIMIT
        assert again == 5
        assert not rung.is_set()
        signal.setitimer(signal.ITIMER_REAL, guard.LIMIT / 2)
        assert guarded(endless).reason == "too-slow"
        assert rung.wait(20)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_sleep_is_stopped_on_the_main_thread():
    began = time.perf_counter()
    assert guarded(sleeping).reason == "too-slow"
    assert time.perf_counter() - began < 5


def test_without_threads_and_signals_a_trace_function_watches(monkeypatch):
    tracer = sys.gettrace()
    monkeypatch.setattr(guard, "_guard", guard._Tracer)
    assert guarded(endless).reason == "too-slow"
    assert guarded(lambda: "done") == "done"
    assert sys.gettrace() is tracer


class Rude(Exception):
    """An exception that cannot even be printed."""

    def __str__(self):
        raise RuntimeError("no")


def raising(error):
    """Give a function that raises."""

    def call(*arguments):
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("<b>boom</b>"), "raised"),
        (Rude(), "raised"),
        (SystemExit(3), "exited"),
        (KeyboardInterrupt(), "interrupted"),
        (MemoryError(), "no-memory"),
        (GeneratorExit(), "exited"),
        (BaseException("bare"), "raised"),
    ],
)
def test_whatever_is_raised_becomes_a_reason(error, reason):
    stopped = guarded(raising(error))
    assert isinstance(stopped, Stopped)
    assert stopped.reason == reason
    verdict = STEP.judge(raising(error))
    assert verdict.outcome == "wrong"
    assert "<" not in verdict.message


def test_recursion_without_end_is_told():
    def deeper(*arguments):
        return deeper(*arguments)

    assert "without end" in STEP.judge(deeper).message


@pytest.mark.parametrize("function", [endless, sys.exit, lambda w, gradient, rate: quit()])
def test_code_that_does_not_come_back_gets_a_sentence(function):
    began = time.perf_counter()
    verdict = STEP.judge(lambda w, gradient, rate: function()) if function is endless else STEP.judge(function)
    assert verdict.outcome == "wrong"
    assert "Your" in verdict.message or "your" in verdict.message
    assert time.perf_counter() - began < 3


class Shell:
    """Stands for IPython's shell, whose `exit` and `quit` call this."""

    left = False

    def ask_exit(self):
        self.left = True


def test_exit_and_quit_of_a_notebook_leave_the_kernel_alive(monkeypatch):
    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert guarded(lambda: shell.ask_exit()) == Stopped("exited")
    nested = guarded(lambda: (guarded(lambda: shell.ask_exit()), shell.ask_exit()))
    assert (nested, shell.left) == (Stopped("exited"), False)
    assert guarded(lambda: endless() if not shell.left else None).reason == "too-slow"
    shell.ask_exit()
    assert shell.left, "outside a check the learner may leave"
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert guarded(lambda: 3) == 3
