"""Lesson 3, numbers, choices and flashcards: updates, epochs, the spread of gradients, the noise floor."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil, sqrt

from gdcourse import theory
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.number import Number
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid, told_apart


def updates(v: dict) -> float:
    """Give the number of updates in several epochs, the short last mini-batch of each among them."""
    return v["epochs"] * ceil(v["size"] / v["batch"])


UPDATE_MISTAKES = (
    Mistake("last-dropped", lambda v: v["epochs"] * (v["size"] // v["batch"])),
    Mistake("rounded-at-the-end", lambda v: float(ceil(v["epochs"] * v["size"] / v["batch"]))),
    Mistake("not-rounded", lambda v: v["epochs"] * v["size"] / v["batch"]),
    Mistake("one-epoch", lambda v: float(ceil(v["size"] / v["batch"]))),
    Mistake("samples-counted", lambda v: float(v["epochs"] * v["size"])),
)


def clear(truth: Callable[[dict], float], mistakes: tuple[Mistake, ...], variant: dict) -> bool:
    """Say whether the truth and all mistakes give different numbers."""
    return told_apart([[truth(variant)], *([mistake.wrong(variant)] for mistake in mistakes)])


@cache
def trainings() -> tuple[dict, ...]:
    """Give all trainings whose updates may be asked."""
    sizes = (110.0, 150.0, 200.0, 250.0, 333.0, 500.0, 700.0, 1000.0, 1200.0, 1500.0, 2000.0, 5000.0, 60000.0)
    numbers = grid(size=sizes, batch=(8.0, 16.0, 32.0, 64.0, 128.0), epochs=(3.0, 4.0, 5.0, 6.0, 8.0, 10.0))
    return tuple(v for v in numbers if clear(updates, UPDATE_MISTAKES, v))


def update_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the updates of an epoch and of all, for the worked solution."""
    del number
    return {"each": ceil(variant["size"] / variant["batch"]), "updates": updates(variant)}


def spread(batch: str) -> Number:
    """Ask for the spread of a mini-batch gradient, σ/√b; `batch` names the variant's b."""
    return Number(
        lambda v: v["sigma"] / sqrt(v[batch]),
        (
            Mistake("divided-by-b", lambda v: v["sigma"] / v[batch]),
            Mistake("unchanged", lambda v: v["sigma"]),
            Mistake("multiplied", lambda v: v["sigma"] * sqrt(v[batch])),
            Mistake("variance", lambda v: v["sigma"] ** 2 / v[batch]),
        ),
    )


SMALL, LARGE = spread("small"), spread("large")


@cache
def spreads() -> tuple[dict, ...]:
    """Give all spreads that may be asked: squares for the batch sizes."""
    numbers = grid(
        sigma=(1.6, 2.4, 3.2, 4.8, 5.6, 6.4, 8.0, 9.6, 12.0), small=(4.0, 16.0), large=(64.0, 100.0, 25.0, 400.0)
    )
    tasks = (SMALL, LARGE)
    return tuple(v for v in numbers if all(clear(task.truth, task.mistakes, v) for task in tasks))


def spread_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give both spreads, for the worked solution."""
    del number
    roots = {f"root_{name}": sqrt(variant[name]) for name in ("small", "large")}
    return {**roots, "spread_small": SMALL.answer(variant), "spread_large": LARGE.answer(variant)}


def floor(v: dict) -> float:
    """Give the noise floor ασ²/(2b(2 − αλ))."""
    return float(theory.noise_floor(v["rate"], v["curvature"], v["variance"], batch=v["batch"]))


FLOOR_MISTAKES = (
    Mistake("batch-forgotten", lambda v: floor(v) * v["batch"]),
    Mistake("brake-forgotten", lambda v: v["rate"] * v["variance"] / (4 * v["batch"])),
    Mistake("half-forgotten", lambda v: 2 * floor(v)),
    Mistake("root-of-batch", lambda v: floor(v) * sqrt(v["batch"])),
)


@cache
def floors() -> tuple[dict, ...]:
    """Give all noise floors that may be asked: α·λ is ½, 1 or 1.5, so that little is left to divide by."""
    numbers = grid(
        rate=(0.05, 0.1, 0.25, 0.5),
        turn=(0.4, 1.0, 1.5, 1.6),
        variance=(4.0, 8.0, 12.0),
        batch=(10.0, 16.0, 20.0, 25.0),
    )
    chosen = ({**v, "curvature": round(v["turn"] / v["rate"], 6)} for v in numbers)
    return tuple(v for v in ({k: n for k, n in c.items() if k != "turn"} for c in chosen) if _short(v))


def _short(v: dict) -> bool:
    return clear(floor, FLOOR_MISTAKES, v) and abs(floor(v) * 1e4 - round(floor(v) * 1e4)) < 1e-6


def floor_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give what the formula is made of, for the worked solution."""
    del number
    product = round(variant["rate"] * variant["curvature"], 9)
    return {"floor": floor(variant), "product": product, "brake": 2 - product}


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 3 with one right option and no numbers."""
    return Exercise(key, 3, kind, Choice(options, right), Variants({}))


EXERCISES = (
    Exercise(
        "updates-per-epoch",
        lesson=3,
        kind="number",
        task=Number(updates, UPDATE_MISTAKES, decimals=None),
        variants=Variants({"size": 333.0, "batch": 32.0, "epochs": 5.0}, trainings, update_facts),
    ),
    Exercise(
        "gradient-spread",
        lesson=3,
        kind="number",
        task=Parts((Part("small", SMALL), Part("large", LARGE))),
        variants=Variants({"sigma": 6.4, "small": 4.0, "large": 64.0}, spreads, spread_facts),
        points=2,
    ),
    Exercise(
        "noise-floor",
        lesson=3,
        kind="number",
        task=Number(floor, FLOOR_MISTAKES),
        variants=Variants({"rate": 0.1, "curvature": 10.0, "variance": 8.0, "batch": 16.0}, floors, floor_facts),
    ),
    choice("full-gradient", ("of-the-sample", "perfect", "true-one", "to-the-minimum"), "of-the-sample"),
    choice("sgd-settles", ("to-a-floor", "never-converges", "to-the-minimum", "stops-early"), "to-a-floor"),
    choice("which-is-faster", ("depends-on-axis", "single-always", "full-always", "same"), "depends-on-axis"),
    choice("larger-batch-noise", ("less-noise", "explores-better", "same-noise", "finds-flat"), "less-noise"),
    choice("flat-minima", ("hypothesis", "proven", "refuted", "definition"), "hypothesis"),
    Exercise(
        "card-updates",
        lesson=3,
        kind="flashcard",
        task=Number(updates, UPDATE_MISTAKES, decimals=None),
        variants=Variants({"size": 1000.0, "batch": 64.0, "epochs": 3.0}, trainings, update_facts),
    ),
    Exercise(
        "card-spread",
        lesson=3,
        kind="flashcard",
        task=SMALL,
        variants=Variants({"sigma": 4.8, "small": 16.0, "large": 64.0}, spreads, spread_facts),
    ),
    choice(
        "card-unbiased",
        ("right-on-average", "right-each-time", "too-small", "unknown"),
        "right-on-average",
        "flashcard",
    ),
    choice("card-epoch", ("all-once", "one-update", "until-converged", "same-order"), "all-once", "flashcard"),
    choice(
        "card-replacement", ("third-missed", "none-missed", "half-missed", "one-missed"), "third-missed", "flashcard"
    ),
    choice("card-noise-ratio", ("ratio", "rate-alone", "batch-alone", "product"), "ratio", "flashcard"),
)
