"""Lesson 7, predictions for a trained network and for the training lab, and four runs to diagnose."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Curve, Exhibit
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.variants import Variants, grid
from gdcourse.exercises.words import Words
from gdcourse.labs import LABS
from gdcourse.optimizers import Adam
from gdcourse.samples import Network
from gdcourse.samples_split import digit_split
from gdcourse.training import Training, collect
from gdcourse.training_file import best_of

LAB = LABS["training"]
SHIFTS = {"to the right": (0, 1), "to the left": (0, -1), "down": (1, 0), "up": (-1, 0)}
SHARES = ("above-90", "60-to-90", "below-60")
WHEN = ("early", "middle", "end")


def moved(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Give 8 × 8 images, shape (N, 64), moved by whole pixels; paper comes in at the edge that is left behind."""
    paper = images.min()
    sheets = np.pad(images.reshape(-1, 8, 8), ((0, 0), (8, 8), (8, 8)), constant_values=paper)
    return sheets[:, 8 - down : 16 - down, 8 - right : 16 - right].reshape(-1, 64)


@cache
def _shares() -> dict[str, float]:
    """Give the share of right answers on the test digits, plain and moved by a pixel, of the network of the lesson."""
    split = digit_split(0)
    training = Training(Network((64, 32, 10)), split, Adam(0.003), batch=32)
    w = best_of(collect(training.epochs(20))).checkpoint
    assert w is not None
    plain = training.network.right(w.w, *split.test)
    shifted = {name: training.network.right(w.w, moved(split.test.x, *by), split.test.y) for name, by in SHIFTS.items()}
    return {"plain": float(plain), **{name: float(share) for name, share in shifted.items()}}


def share_of(variant: dict) -> str:
    """Name the range in which the share of right answers lies once the digits are moved."""
    share = _shares()[variant["side"]]
    return "above-90" if share > 0.9 else "60-to-90" if share > 0.6 else "below-60"


def shift_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give both shares in percent, for the worked solution."""
    shares = _shares()
    return {key: number(round(100 * shares[name])) for key, name in (("plain", "plain"), ("moved", variant["side"]))}


def lowest(variant: dict) -> str:
    """Name the part of the lab's run in which the validation loss is lowest."""
    step = _best(int(variant["samples"]), int(variant["hidden"]), int(variant["wrong"]))
    return "early" if step < 100 else "middle" if step < 250 else "end"


@cache
def _best(samples: int, hidden: int, wrong: int) -> float:
    return float(LAB.scene(samples=samples, hidden=hidden, wrong=wrong).facts["best_step"])


@cache
def runs() -> tuple[dict, ...]:
    """Give the runs that may be asked about: those whose answer is not a close call."""
    found = grid(samples=(20.0, 200.0), hidden=(12.0, 64.0), wrong=(0.0, 20.0))
    return tuple(v for v in found if not 80 <= _best(*(int(v[k]) for k in ("samples", "hidden", "wrong"))) < 270)


def run_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the step of the lowest validation loss, for the worked solution."""
    return {"best": number(_best(*(int(variant[k]) for k in ("samples", "hidden", "wrong"))))}


RUNS = {
    "learns": LAB.presets["Learns"],
    "overfits": LAB.presets["Overfits"],
    "too-small": LAB.presets["Too small a network"],
    "rate-too-large": LAB.presets["Rate too large"],
}
DIAGNOSES = (*RUNS, "rate-too-small", "diverges")


@cache
def clinics() -> tuple[dict, ...]:
    """Give all orders in which the four runs may stand."""
    return tuple(dict(zip("ABCD", order, strict=True)) for order in permutations(RUNS))


@cache
def _losses(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = LAB.scene(**RUNS[name]).columns
    return columns["step"], columns["train"], columns["validation"]


def clinic_curves(variant: dict, words: Words) -> Exhibit:
    """Show the four runs without their names, the training loss solid and the validation loss dashed."""
    curves = []
    for letter in "ABCD":
        steps, train, validation = _losses(variant[letter])
        curves.append(Curve(words.part(letter)("label"), steps, train, validation))
    names = words("training"), words("validation")
    return Exhibit(tuple(curves), words("step"), words("loss"), log_y=True, language=words.language, names=names)


EXERCISES = (
    Exercise(
        "predict-shift",
        lesson=7,
        kind="prediction",
        task=Guess(Choice(SHARES, share_of)),
        variants=Variants({"side": "to the right"}, lambda: tuple(grid(side=tuple(SHIFTS))), shift_facts),
    ),
    Exercise(
        "predict-lowest",
        lesson=7,
        kind="prediction",
        task=Guess(Choice(WHEN, lowest)),
        variants=Variants({"samples": 20.0, "hidden": 64.0, "wrong": 20.0}, runs, run_facts),
    ),
    Exercise(
        "training-clinic",
        lesson=7,
        kind="clinic",
        task=Parts(tuple(Part(letter, Choice(DIAGNOSES, lambda v, letter=letter: v[letter])) for letter in "ABCD")),
        variants=Variants({"A": "too-small", "B": "overfits", "C": "learns", "D": "rate-too-large"}, clinics),
        points=4,
        exhibit=clinic_curves,
    ),
)
