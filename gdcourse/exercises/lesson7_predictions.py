"""Lesson 7, predictions for a trained network and for the training lab, and four runs to diagnose."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.clinic import clinic
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Curve
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.variants import Variants, grid
from gdcourse.labs import LABS
from gdcourse.optimizers import Adam
from gdcourse.samples import Network
from gdcourse.samples_split import digit_split
from gdcourse.training import Training, collect, stop_early
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
    training = Training(Network((64, 32, 10)), split, Adam(0.02), batch=32)
    w = best_of(collect(stop_early(training.epochs(40), 5))).checkpoint
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
    return LAB.scene(samples=samples, hidden=hidden, wrong=wrong).value("best_step", 0)


@cache
def runs() -> tuple[dict, ...]:
    """Give the runs that may be asked about: those whose answer is not a close call."""
    found = grid(samples=(20.0, 200.0), hidden=(12.0, 64.0), wrong=(0.0, 20.0))
    return tuple(v for v in found if not 80 <= _best(*(int(v[k]) for k in ("samples", "hidden", "wrong"))) < 270)


def run_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the step of the lowest validation loss, for the worked solution."""
    return {"best": number(_best(*(int(variant[k]) for k in ("samples", "hidden", "wrong"))))}


def _run(preset: str) -> Curve:
    columns = LAB.scene(**LAB.presets[preset]).columns
    return Curve(preset, columns["step"], columns["train"], columns["validation"])


RUNS = {
    "learns": lambda: _run("Learns"),
    "overfits": lambda: _run("Overfits"),
    "too-small": lambda: _run("Too small a network"),
    "rate-too-large": lambda: _run("Rate too large"),
}
CLASSIC = ("too-small", "overfits", "learns", "rate-too-large")


EXERCISES = (
    Exercise(
        "predict-shift",
        lesson=7,
        kind="prediction",
        task=Guess(Choice(SHARES, share_of, scale=True)),
        variants=Variants({"side": "to the right"}, lambda: tuple(grid(side=tuple(SHIFTS))), shift_facts),
    ),
    Exercise(
        "predict-lowest",
        lesson=7,
        kind="prediction",
        task=Guess(Choice(WHEN, lowest, scale=True)),
        variants=Variants({"samples": 20.0, "hidden": 64.0, "wrong": 20.0}, runs, run_facts),
    ),
    clinic("training-clinic", 7, RUNS, CLASSIC, ("rate-too-small", "diverges")),
)
