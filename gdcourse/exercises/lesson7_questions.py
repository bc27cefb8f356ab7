"""Lesson 7, numbers, choices and flashcards: the first loss, the steps of a large model, what each part is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import log, log2, log10

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson3_questions import clear
from gdcourse.exercises.number import Number
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid

FIRST_LOSS = Number(
    lambda v: log(v["classes"]),
    (
        Mistake("log-ten", lambda v: log10(v["classes"])),
        Mistake("log-two", lambda v: log2(v["classes"])),
        Mistake("chance", lambda v: 1 / v["classes"]),
        Mistake("share-wrong", lambda v: 1 - 1 / v["classes"]),
        Mistake("minus-forgotten", lambda v: -log(v["classes"])),
    ),
)


@cache
def classes() -> tuple[dict, ...]:
    """Give the numbers of classes that may be asked about."""
    found = grid(classes=(3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0, 26.0, 50.0, 62.0, 100.0, 200.0, 365.0, 1000.0))
    return tuple(v for v in found if clear(FIRST_LOSS.truth, FIRST_LOSS.mistakes, v))


def loss_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the first loss, for the worked solution."""
    del number
    return {"first": log(variant["classes"])}


MODEL_STEPS = Number(
    lambda v: 1000 * v["tokens"] / v["batch"],
    (
        Mistake("units-dropped", lambda v: v["tokens"] / v["batch"]),
        Mistake("units-squared", lambda v: 1e6 * v["tokens"] / v["batch"]),
        Mistake("multiplied", lambda v: 1000 * v["tokens"] * v["batch"]),
        Mistake("tokens-counted", lambda v: 1e9 * v["tokens"]),
    ),
    decimals=None,
    within=0.01,
)


@cache
def models() -> tuple[dict, ...]:
    """Give the amounts of text, in billions of tokens, and of a batch, in millions, that may be asked about."""
    return tuple(grid(tokens=(200.0, 300.0, 400.0, 500.0, 1000.0, 1400.0, 2000.0), batch=(0.5, 1.6, 2.0, 3.2, 4.0)))


def model_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the steps, for the worked solution."""
    del number
    return {"steps": MODEL_STEPS.answer(variant)}


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice") -> Exercise:
    """Declare a question of lesson 7 with one right option and no numbers."""
    return Exercise(key, 7, kind, Choice(options, right), Variants({}))


EXERCISES = (
    Exercise("first-loss", 7, "number", FIRST_LOSS, Variants({"classes": 10.0}, classes, loss_facts)),
    Exercise("model-steps", 7, "number", MODEL_STEPS, Variants({"tokens": 300.0, "batch": 3.2}, models, model_facts)),
    choice("three-parts", ("choose-and-stop", "learn-more", "final-exam", "shuffle"), "choose-and-stop"),
    choice("scaled-before-split", ("leaks", "harmless", "needed", "no-effect"), "leaks"),
    choice("one-lucky-curve", ("next-to-nothing", "the-better", "better-here", "worse-tuned"), "next-to-nothing"),
    choice("by-heart", ("stop-or-more-data", "train-longer", "larger-network", "smaller-rate"), "stop-or-more-data"),
    choice("one-pixel-aside", ("never-asked", "overfitted", "bug", "rate-too-large"), "never-asked"),
    choice("same-loss-again", ("for-this-one", "all-minima", "global-found", "convex"), "for-this-one"),
    choice("what-trained-it", ("adam-and-more", "plain-descent", "millions-of-passes", "no-descent"), "adam-and-more"),
    Exercise(
        "what-to-save",
        7,
        "choice",
        Choice(
            ("weights", "optimizer", "generator", "deck", "test-samples", "seconds"),
            frozenset({"weights", "optimizer", "generator", "deck"}),
            multiple=True,
        ),
        Variants({}),
        points=2,
    ),
    Exercise("card-first-loss", 7, "flashcard", FIRST_LOSS, Variants({"classes": 100.0}, classes, loss_facts)),
    Exercise(
        "card-model-steps", 7, "flashcard", MODEL_STEPS, Variants({"tokens": 1000.0, "batch": 4.0}, models, model_facts)
    ),
    choice(
        "card-scores-slope",
        ("chance-minus-one", "one-minus-chance", "minus-log", "score"),
        "chance-minus-one",
        "flashcard",
    ),
    choice("card-sleeping-unit", ("nothing", "as-usual", "double", "negative"), "nothing", "flashcard"),
    choice(
        "card-which-weights",
        ("lowest-validation", "last", "lowest-training", "lowest-test"),
        "lowest-validation",
        "flashcard",
    ),
    choice("card-test-part", ("once", "every-epoch", "never", "to-choose"), "once", "flashcard"),
)
