"""Lesson 2, single numbers, choices and flashcards: the critical rate, the best rate, what a rate means without L."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson1_questions import apart
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.theory import best_contraction, best_rate, critical_rate


def critical(v: dict) -> float:
    """Give the critical rate 2/L of c(w − m)², whose curvature is L = 2c."""
    return float(critical_rate(2 * v["c"]))


CRITICAL_MISTAKES = (
    Mistake("exact-rate", lambda v: 1 / (2 * v["c"])),
    Mistake("factor-two-forgotten", lambda v: 2 / v["c"]),
    Mistake("the-curvature-itself", lambda v: 2 * v["c"]),
    Mistake("always-one", lambda v: 1.0),
    Mistake("upside-down", lambda v: v["c"]),
)


@cache
def parabolas() -> tuple[dict, ...]:
    """Give all parabolas c(w − m)² whose critical rate 1/c has at most three decimals."""
    minima = [float(m) for m in range(-6, 7) if m != 0]
    numbers = grid(c=(0.25, 0.4, 0.8, 1.25, 1.6, 2.5, 3.2, 4.0, 5.0, 8.0, 10.0), m=minima)
    return tuple(v for v in numbers if apart(critical, CRITICAL_MISTAKES, v))


def parabola_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the bracket, the curvature and the critical rate."""
    sign = "−" if variant["m"] > 0 else "+"
    shifted = f"(w {sign} {number(abs(variant['m']))})"
    return {"shifted": shifted, "curvature": 2 * variant["c"], "critical": critical(variant)}


def limit(v: dict) -> float:
    """Give the critical rate 2/L."""
    return float(critical_rate(v["L"]))


LIMIT_MISTAKES = (
    Mistake("exact-rate", lambda v: 1 / v["L"]),
    Mistake("upside-down", lambda v: v["L"] / 2),
    Mistake("doubled", lambda v: 2 * v["L"]),
    Mistake("always-one", lambda v: 1.0),
)


@cache
def curvatures() -> tuple[dict, ...]:
    """Give all curvatures whose critical rate has at most three decimals."""
    numbers = grid(L=(0.4, 0.5, 0.8, 1.25, 1.6, 2.5, 4.0, 5.0, 8.0, 10.0, 16.0, 20.0, 25.0, 40.0, 50.0))
    return tuple(v for v in numbers if apart(limit, LIMIT_MISTAKES, v))


def limit_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the critical rate, for the worked solution."""
    del number
    return {"critical": limit(variant)}


def condition(v: dict) -> float:
    """Give κ = L/μ."""
    return v["L"] / v["mu"]


def best(v: dict) -> float:
    """Give the best rate 2/(μ + L) of ½(μu² + Lv²)."""
    return float(best_rate(v["L"], v["mu"]))


def kept(v: dict) -> float:
    """Give the size of the factor that the best rate leaves of the error: (κ − 1)/(κ + 1)."""
    return float(best_contraction(v["L"] / v["mu"]))


BEST_MISTAKES = (
    Mistake("critical-rate", lambda v: 2 / v["L"]),
    Mistake("safe-rate", lambda v: 1 / v["L"]),
    Mistake("two-forgotten", lambda v: 1 / (v["mu"] + v["L"])),
    Mistake("mean-curvature", lambda v: (v["mu"] + v["L"]) / 2),
    Mistake("flat-direction", lambda v: 1 / v["mu"]),
)
CONDITION_MISTAKES = (
    Mistake("upside-down", lambda v: v["mu"] / v["L"]),
    Mistake("difference", lambda v: v["L"] - v["mu"]),
    Mistake("sum", lambda v: v["L"] + v["mu"]),
)
KEPT_MISTAKES = (
    Mistake("signed", lambda v: -kept(v)),
    Mistake("safe-rate", lambda v: 1 - v["mu"] / v["L"]),
    Mistake("what-goes", lambda v: 1 - kept(v)),
)


@cache
def valleys() -> tuple[dict, ...]:
    """Give all valleys whose condition is whole, and whose best rate and its factor have at most four decimals."""
    asked = ((best, BEST_MISTAKES), (condition, CONDITION_MISTAKES), (kept, KEPT_MISTAKES))
    numbers = grid(mu=(0.25, 0.5, 1.0, 2.0, 2.5, 4.0, 5.0), kappa=(3.0, 4.0, 7.0, 9.0, 15.0, 19.0, 24.0, 39.0, 49.0))
    found = [{"mu": v["mu"], "L": v["mu"] * v["kappa"]} for v in numbers]
    short = (v for v in found if round(best(v), 4) == best(v))
    return tuple(v for v in short if all(apart(truth, mistakes, v) for truth, mistakes in asked))


def valley_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the answers, for the worked solution."""
    del number
    total = variant["mu"] + variant["L"]
    return {"total": total, "kappa": variant["L"] / variant["mu"], "best": best(variant), "kept": kept(variant)}


VALLEYS = Variants({"mu": 1.0, "L": 15.0}, valleys, valley_facts)


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 2 with one right option and no numbers."""
    return Exercise(key, 2, kind, Choice(options, right), Variants({}))


EXERCISES = (
    Exercise(
        "critical-rate",
        lesson=2,
        kind="number",
        task=Number(critical, CRITICAL_MISTAKES),
        variants=Variants({"c": 2.5, "m": 3.0}, parabolas, parabola_facts),
    ),
    Exercise(
        "best-rate",
        lesson=2,
        kind="sheet",
        task=Parts(
            (
                Part("condition", Number(condition, CONDITION_MISTAKES)),
                Part("best", Number(best, BEST_MISTAKES)),
                Part("kept", Number(kept, KEPT_MISTAKES)),
            )
        ),
        variants=VALLEYS,
        points=3,
    ),
    choice("small-rate", ("depends", "small", "large", "typical"), "depends"),
    choice("ten-times-smaller", ("depends", "ten", "always-more", "hundred"), "depends"),
    choice("long-valley", ("across", "minimum", "along", "uphill"), "across"),
    choice("scaling-cure", ("condition", "smaller-loss", "faster-arithmetic", "other-model"), "condition"),
    choice("range-test-reading", ("well-below", "lowest", "highest", "steepest-rise"), "well-below"),
    Exercise(
        "true-of-convex",
        lesson=2,
        kind="choice",
        task=Choice(
            ("global", "one-minimum", "has-minimum", "any-rate", "strictly", "below-critical"),
            frozenset({"global", "strictly", "below-critical"}),
            multiple=True,
        ),
        variants=Variants({}),
        points=2,
    ),
    Exercise(
        "card-critical-rate",
        lesson=2,
        kind="flashcard",
        task=Number(limit, LIMIT_MISTAKES),
        variants=Variants({"L": 8.0}, curvatures, limit_facts),
    ),
    Exercise(
        "card-best-rate",
        lesson=2,
        kind="flashcard",
        task=Number(best, BEST_MISTAKES),
        variants=VALLEYS,
    ),
    choice("card-at-the-edge", ("for-ever", "diverges", "slowly", "at-once"), "for-ever", "flashcard"),
    choice("card-overshoot", ("between", "above", "below", "never"), "between", "flashcard"),
    choice("card-noise-and-rate", ("lower", "nothing", "sooner", "direction"), "lower", "flashcard"),
)
