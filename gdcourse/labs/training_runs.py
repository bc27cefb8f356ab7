"""The runs of the training lab: legs of one rate and one batch, each going on from the checkpoint of the one before.

A run that was walked is kept for a while, so that a rate moved in the middle of it costs only what comes after.
"""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from gdcourse.optimizers import OPTIMIZERS
from gdcourse.samples import Network
from gdcourse.samples_split import Samples, Split, digit_split, moons_split, penguin_split
from gdcourse.training import Checkpoint, Training

FRAMES, STEPS = 40, 10  # frames after the first, and training steps from one to the next
SPLITS = {"penguins": penguin_split, "moons": moons_split, "digits": digit_split}
RATES = {
    "gradient-descent": 0.3, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.1,
    "rmsprop": 0.01, "adam": 0.02, "amsgrad": 0.02, "adamw": 0.02,
}  # fmt: skip


class Case(NamedTuple):
    """What stays the same in a run."""

    data: str
    optimizer: str
    hidden: int  # units of the hidden layer
    samples: int  # to train on
    wrong: int  # percent of the training samples that get a wrong class
    seed: int


class Leg(NamedTuple):
    """A part of a run: up to this frame, at this rate, with this batch."""

    until: int
    rate: float
    batch: int


class Walk(NamedTuple):
    """A run from its start to the last frame, an entry a frame."""

    at: tuple[Checkpoint, ...]
    numbers: np.ndarray  # (frames, 4): training and validation loss, shares of right answers
    seen: np.ndarray  # (frames,): samples used so far

    @property
    def w(self) -> np.ndarray:
        """The weights, shape (frames, d)."""
        return np.array([at.w for at in self.at])


@cache
def parts(data: str) -> Split:
    """The samples, in the same lots for every run."""
    return SPLITS[data](1)


@lru_cache(maxsize=8)
def split_of(data: str, samples: int, wrong: int, seed: int) -> Split:
    """The samples of a run: fewer to train on, and some of those with a wrong class."""
    whole, rng = parts(data), np.random.default_rng([seed, 7])
    train = whole.train.take(slice(samples))
    classes = int(whole.train.y.max()) + 1
    count = round(len(train.y) * wrong / 100)
    chosen, y = rng.permutation(len(train.y))[:count], train.y.copy()
    y[chosen] = (y[chosen] + rng.integers(1, classes, size=count)) % classes
    return whole._replace(train=Samples(train.x, y))


def network_of(case: Case) -> Network:
    """One hidden layer between the inputs and the classes."""
    train = parts(case.data).train
    return Network((train.x.shape[1], case.hidden, int(train.y.max()) + 1))


def training_of(case: Case, leg: Leg) -> Training:
    """The training of a leg."""
    split = split_of(case.data, case.samples, case.wrong, case.seed)
    return Training(network_of(case), split, OPTIMIZERS[case.optimizer](rate=leg.rate), leg.batch)


@lru_cache(maxsize=8)
def walk(case: Case, legs: tuple[Leg, ...]) -> Walk:
    """Walk all legs; the last one goes on to the last frame from where those before it ended."""
    training = training_of(case, legs[-1])
    if len(legs) > 1:
        before = walk(case, (*legs[:-2], legs[-2]._replace(until=FRAMES)))  # most likely walked already
        done = legs[-2].until + 1
        checkpoints, numbers, seen = (list(part[:done]) for part in before)
    else:
        start = training.begin(case.seed)
        checkpoints, numbers, seen = [start], [_measured(training, start)], [0.0]
    while len(checkpoints) <= FRAMES:
        at, used = _to_the_next_frame(training, checkpoints[-1])
        checkpoints.append(at)
        numbers.append(_measured(training, at))
        seen.append(seen[-1] + used)
    return Walk(tuple(checkpoints), np.array(numbers), np.array(seen))


def _to_the_next_frame(training: Training, at: Checkpoint) -> tuple[Checkpoint, int]:
    """Take the steps of a frame; give where they lead, and how many samples they used."""
    used = 0
    for _ in range(STEPS):
        after = training.following(at)
        used += after.dealt - at.dealt % len(at.deck)  # a deck that is used up counts from 0 again
        at = after
    return at, used


def _measured(training: Training, at: Checkpoint) -> np.ndarray:
    report = training.report(0, at)
    return np.array(report[2:6])
