"""Lesson 5, a step of Adam to be written, and five broken Adams to be told apart by what they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, permutations

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Exhibit
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants
from gdcourse.exercises.words import Words


def adam_step(w, gradient, m, v, t, rate, beta1, beta2, eps):
    """Give the new w, m and v, in this order; t counts the steps from 1."""
    # solution begins
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + eps), m, v
    # solution ends


def adam_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw states in the middle of a run and at its first step: vectors, matrices, a slope of zero, a large ε."""
    shapes = [(2,), (3,), (7,), (2, 3), (2,), (1,)]
    drawn = [
        (
            rng.normal(size=shape) * 3,
            rng.normal(size=shape) * 5,
            rng.normal(size=shape),
            rng.uniform(0.5, 9, size=shape),
            int(t),
            *(rng.uniform(0.01, 0.5), rng.uniform(0.5, 0.95), rng.uniform(0.9, 0.999), eps),
        )
        for shape, t, eps in zip(shapes, (2, 3, 10, 50, 1000, 4), (1e-8, 0.1, 1e-8, 0.5, 1e-8, 0.2), strict=True)
    ]
    none = np.zeros(2)
    first = (np.array([4.0, 1.0]), np.array([8.0, -0.5]), none, none, 1, 0.1, 0.9, 0.999, 1e-8)
    level = (np.array([4.0, 1.0]), np.array([3.0, 0.0]), none, none, 1, 0.1, 0.9, 0.999, 1e-8)
    return [first, level, *drawn]


def _step(mean=None, square=None, hats=(1, 1), power=None, move=None, gives=None) -> Callable:
    """Give a step of Adam with one thing done differently: a mean, a correction, the move, or what is returned."""

    def wrong(w, gradient, m, v, t, rate, beta1, beta2, eps):
        m = (mean or (lambda m, g, a, b: a * m + (1 - a) * g))(m, gradient, beta1, beta2)
        v = (square or (lambda v, g, a, b: b * v + (1 - b) * g**2))(v, gradient, beta1, beta2)
        m_hat, v_hat = (
            x / (1 - beta ** (power or t)) if hat else x
            for x, beta, hat in zip((m, v), (beta1, beta2), hats, strict=True)
        )
        change = (move or (lambda g, a, b, e: a / (np.sqrt(b) + e)))(gradient, m_hat, v_hat, eps)
        answer = (w - rate * change, m, v)
        return answer if gives is None else gives(answer, m_hat, v_hat)

    return wrong


def _of_the_mean(w, gradient, m, v, t, rate, beta1, beta2, eps):
    """Average the squares of the mean, not those of the slopes."""
    new, _ = adam_step(w, gradient, m, v, t, rate, beta1, beta2, eps)[1:]
    square = _step(square=lambda v, g, a, b: b * v + (1 - b) * new**2)
    return square(w, gradient, m, v, t, rate, beta1, beta2, eps)


WRONG = {
    "uncorrected": _step(hats=(0, 0)),
    "mean-uncorrected": _step(hats=(0, 1)),
    "square-uncorrected": _step(hats=(1, 0)),
    "power-forgotten": _step(power=1),
    "mean-squared": _of_the_mean,
    "betas-swapped": lambda w, g, m, v, t, rate, beta1, beta2, eps: adam_step(w, g, m, v, t, rate, beta2, beta1, eps),
    "shares-swapped": _step(
        mean=lambda m, g, a, b: (1 - a) * m + a * g, square=lambda v, g, a, b: (1 - b) * v + b * g**2
    ),
    "not-squared": _step(square=lambda v, g, a, b: b * v + (1 - b) * np.abs(g)),
    "square-of-mean": _step(square=lambda v, g, a, b: b * v + (1 - b) * ((1 - a) * g) ** 2),
    "root-forgotten": _step(move=lambda g, m, v, e: m / (v + e)),
    "eps-inside": _step(move=lambda g, m, v, e: m / np.sqrt(v + e)),
    "eps-forgotten": _step(move=lambda g, m, v, e: m / np.sqrt(v)),
    "gradient-for-mean": _step(move=lambda g, m, v, e: g / (np.sqrt(v) + e)),
    "uphill": _step(move=lambda g, m, v, e: -m / (np.sqrt(v) + e)),
    "corrected-kept": _step(gives=lambda answer, m_hat, v_hat: (answer[0], m_hat, v_hat)),
    "swapped": _step(gives=lambda answer, m_hat, v_hat: (*answer[1:], answer[0])),
    "only-weights": _step(gives=lambda answer, m_hat, v_hat: answer[0]),
}
MISTAKES = tuple(Mistake(name, lambda variant, step=step: step) for name, step in WRONG.items())


# Five broken Adams

SLOPES = (4.0, 4.0, 4.0, -2.0, 8.0)
BUGS = (
    "uncorrected",
    "square-uncorrected",
    "betas-swapped",
    "not-squared",
    "root-forgotten",
    "gradient-for-mean",
    "uphill",
)
LETTERS = "ABCDE"


def moves(step: Callable) -> list[float]:
    """Give the moves of a weight, in units of α, that a step makes on SLOPES with the default settings."""
    w, m, v, made = np.zeros(1), np.zeros(1), np.zeros(1), []
    for t, slope in enumerate(SLOPES, start=1):
        after, m, v = step(w, np.array([slope]), m, v, t, 1.0, 0.9, 0.999, 1e-8)
        made.append(float((after - w)[0]))
        w = after
    return made


CLASSIC = ("square-uncorrected", "root-forgotten", "uphill", "uncorrected", "betas-swapped")


@cache
def bug_hunts() -> tuple[dict, ...]:
    """Give many ways in which five of the bugs may stand under the letters."""
    orders = [order for five in combinations(BUGS, 5) for order in list(permutations(five))[::7]]
    return tuple(dict(zip(LETTERS, order, strict=True)) for order in dict.fromkeys((CLASSIC, *orders)))


def bug_table(variant: dict, words: Words) -> Exhibit:
    """Show the moves of a right Adam and of the five broken ones, in units of α."""
    columns = [SLOPES, moves(adam_step), *(moves(WRONG[variant[letter]]) for letter in LETTERS)]
    rows = [
        (str(t), *(words.number(round(number, 3)) for number in row))
        for t, row in enumerate(zip(*columns, strict=True), start=1)
    ]
    return Exhibit(heads=(words("step"), words("slope"), words("sound"), *LETTERS), rows=tuple(rows))


EXERCISES = (
    Exercise("code-adam", 5, "code", Code(adam_step, adam_cases, MISTAKES), Variants({}), points=4),
    Exercise(
        "adam-bugs",
        lesson=5,
        kind="bug-hunt",
        task=Parts(tuple(Part(letter, Choice(BUGS, lambda v, letter=letter: v[letter])) for letter in LETTERS)),
        variants=Variants(dict(zip(LETTERS, CLASSIC, strict=True)), bug_hunts),
        points=5,
        exhibit=bug_table,
    ),
)
