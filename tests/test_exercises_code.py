"""Functions as answers: stubs, random cases, known mistakes, and code that does not want to come back."""

import numpy as np
import pytest

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.functions import source_of, stub_of
from gdcourse.exercises.lesson1_code import step, step_cases, walk
from gdcourse.exercises.lesson1_diagnosis import PLANTED, check_step
from gdcourse.landscapes import quadratic
from gdcourse.optimizers import GradientDescent

STEP, WALK, TEST = EXERCISES["code-step"], EXERCISES["code-walk"], EXERCISES["bug-by-test"]


pytestmark = pytest.mark.usefixtures("short_limit")


def raising(error):
    """Give a function that raises."""

    def call(*arguments):
        raise error

    return call


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
    assert "Line 3 of your code" in verdict.message
    assert "w = 3, gradient = 2.5, rate = 0.1" in verdict.message


def test_a_changed_argument_is_named_and_spoils_no_other_case():
    def careless(w, gradient, rate):
        w -= rate * gradient
        return w

    assert STEP.judge(careless).mistakes == ("argument-changed",)
    assert WALK.judge(lambda start, gradient, rate, steps: walk(start, gradient, rate, steps)).outcome == "right"


@pytest.mark.thorough
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

    def never(step):
        assert step is None

    assert TEST.judge(asserting).outcome == "right"
    assert TEST.judge(never).mistakes == ("rejects-all",)
    assert "True or False" in TEST.judge(lambda step: 1).message
    assert "gives no answer" in TEST.judge(raising(ValueError("x"))).message
    strict = TEST.judge(lambda step: step is PLANTED["rate-fixed"])
    assert (strict.outcome, "a function that is right" in strict.message) == ("wrong", True)


def test_a_reason_is_a_sentence_of_its_own():
    stopped = STEP.judge("def step(w, gradient, rate):\n    return 1 / 0\n").message
    reason = "Line 2 of your code raised an error: ZeroDivisionError: division by zero."
    assert stopped.endswith(f"there is no number to compare. {reason}")
    assert STEP.judge("import sys\nsys.exit()").message.startswith("Your code tried to end Python")
    assert STEP.judge("def step(*three):\n    raise ValueError('Stop.')").message.endswith("error: ValueError: Stop.")
    assert STEP.judge("#" * 20_001).message.startswith("A text of at most 20000 characters is expected")


def test_shapes_are_told_in_words():
    assert "gives a single number, but an array of shape (4, 2) is right" in WALK.judge(lambda *four: 1.0).message
    assert "gives an array of shape (1, 2), but a single number is right" in STEP.judge(lambda *three: [[1, 2]]).message


def walking(first, times):
    """Write a walk as a learner would: a list that begins with `first`, and a loop over `times`."""
    return (
        "def walk(start, gradient, rate, steps):\n"
        f"    w = np.array(start, dtype=float)\n    points = {first}\n"
        f"    for _ in range({times}):\n"
        "        w = w - rate * gradient(w)\n"
        "        points.append(w)\n"
        "    return np.array(points)\n"
    )


@pytest.mark.parametrize(
    ("first", "times", "mistakes"),
    [
        ("[w]", "steps", ()),
        ("[]", "steps", ("without-start",)),
        ("[w]", "steps + 1", ("one-step-too-many",)),
        ("[]", "steps + 1", ("one-step-late",)),
        ("[w]", "steps - 1", ("one-step-short",)),
    ],
)
def test_a_walk_with_a_row_too_few_or_too_many_is_named_as_learners_write_it(first, times, mistakes):
    assert WALK.judge(walking(first, times)).mistakes == mistakes


def test_a_test_may_try_plain_numbers_first():
    def check(step):
        if not np.isclose(step(3.0, 2.5, 0.1), 2.75):
            return False
        return check_step(step)

    assert TEST.judge(check).outcome == "right"


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_takes_whatever_a_right_step_takes(name):
    for w, gradient in ((3.0, 2.5), (np.array([3.0]), np.array([2.5])), (np.ones((2, 3)), np.ones((2, 3)))):
        assert np.shape(PLANTED[name](w, gradient, 0.1)) == np.shape(step(w, gradient, 0.1))
