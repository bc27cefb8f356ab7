"""Lesson 5, predictions for both labs, questions about what is said of Adam, and flashcards."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from gdcourse import theory
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.closeness import told
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson4_pairs import all_apart
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs import LABS

INSIDE, ROTATION = LABS["inside-adam"], LABS["rotation"]
LENGTHS = ("longer", "same", "shorter")
RUNNERS = ("adam", "gradient-descent", "close")
CLOSE = 1.1  # whose step counts differ by less than a tenth are told to be close


@cache
def _first(angle: float, kappa: float, rate: float) -> str:
    counts = ROTATION.scene(angle=angle, kappa=kappa, rate=rate).facts
    adam, descent = counts["adam"], counts["gradient-descent"]
    assert isinstance(adam, float)
    assert isinstance(descent, float)
    if max(adam, descent) < CLOSE * min(adam, descent):
        return "close"
    return "adam" if adam < descent else "gradient-descent"


def first_of(variant: dict) -> str:
    """Name who needs fewer steps in the turned valley."""
    return _first(variant["angle"], variant["kappa"], variant["rate"])


@cache
def valleys() -> tuple[dict, ...]:
    """Give the turned valleys that may be asked about."""
    return tuple(grid(angle=(0.0, 2.0, 10.0, 20.0, 30.0, 45.0, 60.0), kappa=(30.0, 100.0), rate=(0.05, 0.2)))


@cache
def _first_move(beta1: float, beta2: float) -> str:
    scene = INSIDE.scene(corrected=False, beta1=beta1, beta2=beta2, steps=1)
    length = abs(scene.columns["move_1"][0])
    return "same" if abs(length - 1) < 0.01 else "longer" if length > 1 else "shorter"


def kept(variant: dict) -> tuple[float, float]:
    """Give β₁ and β₂; a variant holds over how many steps each mean reaches, 1/(1 − β)."""
    return 1 - 1 / variant["reach1"], 1 - 1 / variant["reach2"]


def length_of(variant: dict) -> str:
    """Compare the first move without correction with α."""
    return _first_move(*kept(variant))


@cache
def uncorrected() -> tuple[dict, ...]:
    """Give the pairs of β₁ and β₂ whose first move without correction may be predicted."""
    return tuple(grid(reach1=(2, 5, 10), reach2=(10, 25, 100, 1000)))


UNCORRECTED = Number(
    lambda v: float(theory.adam_uncorrected_factor(1, *kept(v))),
    (
        Mistake("corrected", lambda v: 1.0),
        Mistake("upside-down", lambda v: v["reach1"] / math.sqrt(v["reach2"])),
        Mistake("root-forgotten", lambda v: v["reach2"] / v["reach1"]),
        Mistake("kept-for-new", lambda v: kept(v)[0] / math.sqrt(kept(v)[1])),
        Mistake("mean-only", lambda v: 1 / v["reach1"]),
        Mistake("square-only", lambda v: math.sqrt(v["reach2"])),
    ),
    decimals=2,
)
FIRST = Number(
    lambda v: -math.copysign(v["rate"], v["gradient"]),
    (
        Mistake("times-slope", lambda v: -v["rate"] * v["gradient"]),
        Mistake("uphill", lambda v: math.copysign(v["rate"], v["gradient"])),
        Mistake("uncorrected", lambda v: -math.copysign(v["rate"] * theory.adam_uncorrected_factor(1), v["gradient"])),
        Mistake("mean-only", lambda v: -0.1 * math.copysign(v["rate"], v["gradient"])),
    ),
)
LATER = Number(
    lambda v: float(theory.adagrad_step(v["rate"], v["step"])),
    (
        Mistake("unchanged", lambda v: v["rate"]),
        Mistake("root-forgotten", lambda v: v["rate"] / v["step"]),
        Mistake("growing", lambda v: v["rate"] * math.sqrt(v["step"])),
        Mistake("with-slope", lambda v: v["rate"] * v["gradient"] / math.sqrt(v["step"])),
    ),
)


@cache
def betas() -> tuple[dict, ...]:
    """Give the pairs of β₁ and β₂ that may be asked."""
    numbers = grid(reach1=(2, 4, 5, 10, 20), reach2=(25, 50, 100, 200, 400, 1000, 10000))
    return tuple(v for v in numbers if all_apart(UNCORRECTED, v))


@cache
def first_slopes() -> tuple[dict, ...]:
    """Give the slopes and rates of a first step of Adam."""
    numbers = grid(gradient=(-40.0, -6.0, -3.0, -0.02, 0.05, 0.25, 5.0, 8.0, 60.0), rate=(0.01, 0.02, 0.05, 0.1))
    return tuple(v for v in numbers if all_apart(FIRST, v))


@cache
def later_steps() -> tuple[dict, ...]:
    """Give the steps of AdaGrad on an even slope that may be asked."""
    numbers = grid(rate=(0.1, 0.2, 0.5, 1.0), step=(4, 9, 16, 25, 100), gradient=(3.0, 5.0, 8.0))
    return tuple(v for v in numbers if all_apart(LATER, v))


def beta_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give both β, what is new in both means, the root, and their quotient."""
    del number
    new1, new2 = 1 / variant["reach1"], 1 / variant["reach2"]
    return {
        "beta1": round(1 - new1, 6),
        "beta2": round(1 - new2, 6),
        "new1": round(new1, 6),
        "new2": round(new2, 6),
        "root": told(math.sqrt(new2)),
        "factor": told(UNCORRECTED.answer(variant)),
    }


def later_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the root of the number of steps, and the step."""
    del number
    return {"root": math.sqrt(variant["step"]), "later": LATER.answer(variant)}


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 5 with one right option and no numbers."""
    return Exercise(key, 5, kind, Choice(options, right), Variants({}))


EXERCISES = (
    Exercise(
        "predict-uncorrected",
        lesson=5,
        kind="prediction",
        task=Guess(Choice(LENGTHS, length_of, scale=True)),
        variants=Variants({"reach1": 5, "reach2": 100}, uncorrected, beta_facts),
    ),
    Exercise(
        "predict-turned-valley",
        lesson=5,
        kind="prediction",
        task=Guess(Choice(RUNNERS, first_of)),
        variants=Variants({"angle": 45.0, "kappa": 100.0, "rate": 0.05}, valleys),
    ),
    Exercise(
        "first-step-uncorrected",
        lesson=5,
        kind="number",
        task=UNCORRECTED,
        variants=Variants({"reach1": 10, "reach2": 1000}, betas, beta_facts),
    ),
    choice("plateau-claim", ("both", "help-only", "no-help", "curvature"), "both"),
    Exercise(
        "what-changes-the-path",
        lesson=5,
        kind="choice",
        task=Choice(("scale-loss", "turn", "units", "mirror", "shift"), frozenset(("turn", "units")), multiple=True),
        variants=Variants({}),
    ),
    choice("worst-point", ("rare-large", "rate", "noise", "momentum"), "rare-large"),
    choice("everything-claim", ("depends", "always", "never", "images-only"), "depends"),
    choice("race-claim", ("little", "fair", "gradients", "valleys"), "little"),
    choice("restless-cure", ("lower-rate", "longer", "scale-loss", "no-correction"), "lower-rate"),
    Exercise(
        "card-adam-first",
        5,
        "flashcard",
        FIRST,
        Variants({"gradient": -6.0, "rate": 0.02}, first_slopes, lambda v, number: {"first": FIRST.answer(v)}),
    ),
    Exercise(
        "card-adagrad-later",
        5,
        "flashcard",
        LATER,
        Variants({"rate": 0.5, "step": 25, "gradient": 3.0}, later_steps, later_facts),
    ),
    choice("card-memory", ("two", "one", "none", "all"), "two", "flashcard"),
    choice("card-rmsprop", ("forgets", "averages-slopes", "corrects", "decays-weights"), "forgets", "flashcard"),
    choice("card-adamw", ("beside", "in-gradient", "larger-rate", "maximum"), "beside", "flashcard"),
    choice("card-eps", ("small-gradients", "always", "large-gradients", "never"), "small-gradients", "flashcard"),
    choice("card-designed-for", ("scales", "valleys", "minima", "plateaus"), "scales", "flashcard"),
)
