"""Functions as answers: stubs, random cases, known mistakes, and code that does not want to come back."""

import signal
import sys
import threading
import time

import numpy as np
import pytest

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES, guard
from gdcourse.exercises.functions import source_of, stub_of
from gdcourse.exercises.guard import Stopped, guarded
from gdcourse.exercises.lesson1_code import step, step_cases, walk
from gdcourse.exercises.lesson1_diagnosis import PLANTED, RUNS, buggy_walk, bugs, check_step, clinics
from gdcourse.exercises.variants import told_apart
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent

STEP, WALK, TEST = EXERCISES["code-step"], EXERCISES["code-walk"], EXERCISES["bug-by-test"]


@pytest.fixture(autouse=True)
def short_limit(monkeypatch):
    """Endless loops are stopped soon, and nothing is written."""
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    monkeypatch.setattr(guard, "LIMIT", 0.15)


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
    time.sleep(60)


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


@pytest.mark.parametrize("run", [directly, on_a_thread])
@pytest.mark.parametrize("loop", [endless, endless_and_swallowing])
def test_endless_loops_are_stopped_and_the_kernel_lives(run, loop):
    handler, tracer = signal.getsignal(signal.SIGALRM), sys.gettrace()
    began = time.perf_counter()
    stopped = run(lambda: guarded(loop))
    assert (stopped.reason, time.perf_counter() - began < 3) == ("too-slow", True)
    assert run(lambda: guarded(lambda: 42)) == 42
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == (handler, tracer)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    time.sleep(0.12)  # no blow comes late


def test_sleep_is_stopped_on_the_main_thread():
    assert guarded(sleeping).reason == "too-slow"


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


def test_stubs_are_made_from_the_solutions():
    for exercise, solution in ((STEP, step), (WALK, walk), (TEST, check_step)):
        stub, source = exercise.stub(), source_of(solution)
        assert stub.splitlines()[0] == source.splitlines()[0]
        assert "return ..." in stub
        assert "solution" not in stub + source
        hidden = [line for line in source.splitlines() if line not in stub.splitlines()]
        assert hidden
        assert exercise.judge(source).outcome == "right"
    with pytest.raises(ValueError, match="solution begins"):
        stub_of(quadratic)


def test_solutions_are_the_packages_own_step_and_walk():
    for w, gradient, rate in step_cases(np.random.default_rng(3)):
        expected, _ = GradientDescent(rate=rate).step(np.asarray(w), np.asarray(gradient), None)
        np.testing.assert_array_equal(step(w, gradient, rate), expected)
    bowl = quadratic((1.0, 10.0), angle=0.4)
    path = descend(bowl, GradientDescent(rate=0.1), (2.0, -1.0), steps=12)
    np.testing.assert_allclose(walk(np.array([2.0, -1.0]), bowl.grad, 0.1, 12), path.points, rtol=1e-12)


@pytest.mark.parametrize(
    "answer",
    [
        step,
        lambda w, g, a: w - a * g,
        lambda w, g, a: np.subtract(w, np.multiply(a, g)),
        lambda w, g, a: (np.asarray(w) - a * np.asarray(g)).tolist(),
        lambda w, g, a: w - (1 + 1e-13) * a * g,
        "def step(w, gradient, rate):\n    return w - gradient * rate\n",
        "import numpy\nclass step:\n    def __new__(cls, w, g, a):\n        return numpy.array(w) - a * g\n",
    ],
)
def test_every_right_way_to_write_it_passes(answer):
    assert STEP.judge(answer).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "outcome", "part"),
    [
        (3, "unreadable", "function"),
        ("def step(w:\n  return", "unreadable", "line 1"),
        ("x = 3", "unreadable", "step"),
        ("def step(w, gradient, rate): return ...", "not-attempted", "not written"),
        ("import sys; sys.exit()", "unreadable", "end Python"),
        ("while True: pass", "unreadable", "stopped"),
        ("\x00", "unreadable", "read"),
        ("(" * 5000, "unreadable", "read"),
        ("x" * 30_000, "unreadable", "20000"),
        (lambda: 1, "wrong", "cannot be called"),
        (lambda w, g, a: "w", "wrong", "number"),
        (lambda w, g, a: None if np.ndim(w) else w - a * g, "wrong", "nothing"),
        (lambda w, g, a: [w - a * g], "wrong", "shape"),
        (lambda w, g, a: w - a * g + 1e-6, "wrong", "is right"),
        (lambda w, g, a: w * np.nan, "wrong", "is right"),
        (lambda w, g, a: w - a * g + 0j, "wrong", "real numbers"),
        (lambda w, g, a: [1, [2, 3]], "wrong", "lengths"),
    ],
)
def test_what_is_not_right_gets_a_sentence(answer, outcome, part):
    verdict = STEP.judge(answer)
    assert verdict.outcome == outcome
    assert part in verdict.message
    assert "\n" not in verdict.message


def test_an_error_is_told_with_the_learners_own_line():
    source = "def step(w, gradient, rate):\n    a = 1\n    return w - gradient / (a - 1)\n"
    verdict = STEP.judge(source.replace("gradient / (a - 1)", "gradient[0][9]"))
    assert "line 3" in verdict.message
    assert "w = 3, gradient = 2.5, rate = 0.1" in verdict.message


def test_a_changed_argument_is_named_and_spoils_no_other_case():
    def careless(w, gradient, rate):
        w -= rate * gradient
        return w

    assert STEP.judge(careless).mistakes == ("argument-changed",)
    assert WALK.judge(lambda start, gradient, rate, steps: walk(start, gradient, rate, steps)).outcome == "right"


def test_a_thousand_random_wrong_functions_pass_none():
    rng = np.random.default_rng(11)
    for _ in range(1000):
        a, b, c, d = rng.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0], 4)
        if (a, b, c, d) == (1, -1, 0, 0):
            continue
        verdict = STEP.judge(lambda w, g, r, k=(a, b, c, d): k[0] * w + k[1] * r * g + k[2] * g + k[3] * r * w)
        assert verdict.outcome in ("wrong", "known-mistake")
        assert verdict.points == 0


def test_random_wrong_walks_pass_none():
    rng = np.random.default_rng(12)
    for _ in range(100):
        a, b = rng.choice([-1.0, 0.5, 0.9, 1.0, 1.1], 2)
        if a == b == 1:
            continue
        wrong = walk if a == 1 else (lambda s, g, r, n, a=a: a * walk(s, g, r, n))
        verdict = WALK.judge(lambda s, g, r, n, b=b, wrong=wrong: wrong(s, g, b * r, n))
        assert verdict.outcome in ("wrong", "known-mistake")


def test_random_wrong_tests_pass_none():
    rng = np.random.default_rng(13)
    wanted = [True, True] + [False] * len(PLANTED)
    for _ in range(200):
        says = rng.random(len(wanted)) < 0.5
        if list(says) == wanted:
            continue
        stream = iter(says)
        assert TEST.judge(lambda step, stream=stream: bool(next(stream, False))).outcome in ("wrong", "known-mistake")


@pytest.mark.parametrize("missed", PLANTED)
def test_a_test_that_misses_one_bug_is_told_which(missed):
    verdict = TEST.judge(lambda step: step is PLANTED[missed] or check_step(step))
    assert verdict.outcome == ("known-mistake" if missed == "argument-changed" else "wrong")
    told = TEST.words()("mistakes.result-only" if missed == "argument-changed" else f"bugs.{missed}")
    assert told in verdict.message


def test_tests_may_use_assert_and_must_say_true_or_false():
    def asserting(step):
        w = np.array([3.0, -1.0])
        assert np.allclose(step(w, np.array([2.5, 4.0]), 0.2), [2.5, -1.8])
        assert np.array_equal(w, [3.0, -1.0])
        return True

    assert TEST.judge(asserting).outcome == "right"
    assert "True or False" in TEST.judge(lambda step: 1).message
    assert "gives no answer" in TEST.judge(raising(ValueError("x"))).message
    strict = TEST.judge(lambda step: step is PLANTED["rate-fixed"])
    assert (strict.outcome, "a function that is right" in strict.message) == ("wrong", True)


def test_planted_trajectories_are_told_apart_by_the_table():
    seen = {}
    for variant in bugs():
        key = (variant["u"], variant["v"], variant["rate"])
        seen.setdefault(key, []).append(np.round(buggy_walk(variant), 4).ravel())
    assert all(len(tables) == 7 and told_apart(tables) for tables in seen.values())


def test_the_trajectory_without_a_bug_is_the_packages_own():
    bowl = quadratic((3.0, 1.0), angle=np.pi / 4)  # Hessian [[2, 1], [1, 2]]
    np.testing.assert_allclose(bowl.hessian(np.zeros(2)), [[2, 1], [1, 2]], atol=1e-12)
    path = descend(bowl, GradientDescent(rate=0.1), (4.0, -3.0), steps=4)
    table = buggy_walk({"u": 4.0, "v": -3.0, "rate": 0.1, "bug": "none"})
    np.testing.assert_allclose(table, path.points, atol=1e-12)


def test_the_runs_of_the_clinic_do_what_their_diagnosis_says():
    curves = EXERCISES["loss-clinic"].shows()
    order = EXERCISES["loss-clinic"].variant()
    values = {order[curve.name[-1]]: curve.y for curve in curves.curves}
    small, well, large, plateau = (values[name] for name in RUNS)
    assert small[-1] > 0.01 * small[0] > well[-1]
    assert np.all(np.diff(large) > 0)
    assert well[-1] < 1e-6 * well[0]
    assert plateau[15] > 0.7 * plateau[0]
    assert plateau[-1] < 1e-6 * plateau[0]
    assert len(clinics()) == 24
    assert LANDSCAPES["plateau"].dimension == 1
