"""Lesson 1, single numbers, choices and flashcards: one step, its length, and what popular pages get wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid, told_apart


def one_step(v: dict) -> float:
    """Give w − α·g."""
    return v["w"] - v["rate"] * v["gradient"]


STEP_MISTAKES = (
    Mistake("sign-flipped", lambda v: v["w"] + v["rate"] * v["gradient"]),
    Mistake("rate-forgotten", lambda v: v["w"] - v["gradient"]),
    Mistake("only-the-change", lambda v: v["rate"] * v["gradient"]),
    Mistake("only-the-change-downhill", lambda v: -v["rate"] * v["gradient"]),
    Mistake("rate-on-w", lambda v: v["rate"] * v["w"] - v["gradient"]),
    Mistake("rate-on-bracket", lambda v: v["rate"] * (v["w"] - v["gradient"])),
    Mistake("divided", lambda v: v["w"] - v["gradient"] / v["rate"]),
)


def apart(truth: Callable[[dict], float], mistakes: tuple[Mistake, ...], variant: dict) -> bool:
    """Say whether the truth and all mistakes give different numbers."""
    return told_apart([[truth(variant)], *([mistake.wrong(variant)] for mistake in mistakes)])


@cache
def single_steps() -> tuple[dict, ...]:
    """Give all single steps that may be dealt: halves for w and the gradient, a rate of one or two decimals."""
    halves = [value / 2 for value in range(-16, 17) if value != 0]
    numbers = grid(w=halves, gradient=halves, rate=(0.05, 0.1, 0.2, 0.3, 0.4))
    return tuple(v for v in numbers if apart(one_step, STEP_MISTAKES, v))


def slope(v: dict) -> float:
    """Give the slope 2(w − m) of (w − m)²."""
    return 2 * (v["w"] - v["minimum"])


SLOPE_MISTAKES = (
    Mistake("factor-two-forgotten", lambda v: v["w"] - v["minimum"]),
    Mistake("shift-forgotten", lambda v: 2 * v["w"]),
    Mistake("loss-for-slope", lambda v: (v["w"] - v["minimum"]) ** 2),
    Mistake("sign-flipped", lambda v: 2 * (v["minimum"] - v["w"])),
)


@cache
def slopes() -> tuple[dict, ...]:
    """Give all places on a parabola whose slope may be asked."""
    numbers = grid(minimum=[float(m) for m in range(-6, 7) if m != 0], w=[half / 2 for half in range(-16, 17)])
    return tuple(v for v in numbers if apart(slope, SLOPE_MISTAKES, v))


def step_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the change and the new place, for the worked solution."""
    del number
    return {"change": variant["rate"] * variant["gradient"], "after": one_step(variant)}


def slope_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the bracket w − m, and the slope for the worked solution."""
    sign = "−" if variant["minimum"] > 0 else "+"
    return {"shifted": f"(w {sign} {number(abs(variant['minimum']))})", "slope": slope(variant)}


def length_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the step and its length, for the worked solution."""
    del number
    return {"change_downhill": -variant["rate"] * variant["gradient"], "distance": length(variant)}


def length(v: dict) -> float:
    """Give the length α·|g| of a step."""
    return v["rate"] * abs(v["gradient"])


LENGTH_MISTAKES = (
    Mistake("rate-alone", lambda v: v["rate"]),
    Mistake("gradient-alone", lambda v: abs(v["gradient"])),
    Mistake("new-place", lambda v: 1.0 - v["rate"] * v["gradient"]),
    Mistake("signed", lambda v: -abs(v["rate"] * v["gradient"])),
)


@cache
def lengths() -> tuple[dict, ...]:
    """Give all steps whose length may be asked."""
    numbers = grid(gradient=[value / 10 for value in range(-40, 41, 4) if value], rate=(0.05, 0.1, 0.2, 0.3, 0.5))
    return tuple(v for v in numbers if apart(length, LENGTH_MISTAKES, v))


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 1 with one right option and no numbers."""
    return Exercise(key, 1, kind, Choice(options, right), Variants({}))


TRUE_OF_A_STEP = frozenset({"longer-where-steep", "rests-at-zero", "all-at-once"})

EXERCISES = (
    Exercise(
        "one-step",
        lesson=1,
        kind="number",
        task=Number(one_step, STEP_MISTAKES),
        variants=Variants({"w": 3.0, "gradient": 2.5, "rate": 0.1}, single_steps, step_facts),
    ),
    choice("why-minus", ("uphill", "error", "positive", "convention"), "uphill"),
    choice("step-length", ("rate-times-slope", "rate-alone", "constant", "direction"), "rate-times-slope"),
    choice("each-time-closer", ("not-always", "always", "small-networks", "never"), "not-always"),
    choice("why-together", ("another-walk", "faster", "same", "crash"), "another-walk"),
    choice("zero-in-one-step", ("matched", "typical", "converged", "overfitted"), "matched"),
    Exercise(
        "true-of-a-step",
        lesson=1,
        kind="choice",
        task=Choice(
            ("longer-where-steep", "towards-minimum", "rests-at-zero", "always-lower", "all-at-once", "finds-best"),
            TRUE_OF_A_STEP,
            multiple=True,
        ),
        variants=Variants({}),
        points=2,
    ),
    Exercise(
        "card-step",
        lesson=1,
        kind="flashcard",
        task=Number(one_step, STEP_MISTAKES),
        variants=Variants({"w": 5.0, "gradient": -3.0, "rate": 0.2}, single_steps, step_facts),
    ),
    Exercise(
        "card-slope",
        lesson=1,
        kind="flashcard",
        task=Number(slope, SLOPE_MISTAKES),
        variants=Variants({"minimum": 2.0, "w": 6.0}, slopes, slope_facts),
    ),
    Exercise(
        "card-length",
        lesson=1,
        kind="flashcard",
        task=Number(length, LENGTH_MISTAKES),
        variants=Variants({"gradient": -2.4, "rate": 0.1}, lengths, length_facts),
    ),
    choice("card-rate-too-high", ("overshoots", "always-diverges", "slower", "stops"), "overshoots", "flashcard"),
    choice("card-rate-too-low", ("slow", "wrong-way", "never-lower", "better"), "slow", "flashcard"),
    choice("card-gradient", ("steepest-rise", "to-minimum", "steepest-fall", "height"), "steepest-rise", "flashcard"),
)
