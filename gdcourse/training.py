"""A whole training loop: shuffle, deal, forwards, backwards, step, measure, again.

    training = Training(Network((64, 32, 10)), digit_split(), Adam(rate=0.003), batch=32)
    reports = collect(watch(stop_early(training.epochs(30), patience=5), 30))
    best = min(reports, key=lambda report: report.validation_loss)

Each part does one thing and hands reports on: `epochs` trains, `stop_early` ends a run that no longer gets better,
`watch` writes a bar with the time left, `collect` keeps what was learned when the run is interrupted.

A run is a chain of checkpoints. A checkpoint holds all that the next step depends on, the state of the optimizer, the
rest of the shuffled deck and the state of the random generator included, so a run that was saved and taken up again
(`training_file`) goes on bit for bit as if nothing had happened; and a rate or a batch changed while it runs is another
`Training` that goes on from the same checkpoint.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from gdcourse.checks import shorten
from gdcourse.samples_network import Network, cross_entropy, share_right
from gdcourse.samples_split import Samples, Split
from gdcourse.settings import whole_number

BLOCK = 100  # samples measured at once: larger products are shared by threads, which on a busy machine wait in turn


class Checkpoint(NamedTuple):
    """Where a run stands, and all that its next step depends on."""

    step: int  # steps taken
    w: np.ndarray  # (d,)
    state: Any  # of the optimizer
    deck: np.ndarray  # (N,): the training samples in the order of this epoch
    dealt: int  # how many of them have been used in this epoch
    luck: Mapping  # the state of the random generator

    def __repr__(self) -> str:
        """Name it: its numbers would fill pages."""
        return f"<checkpoint after {self.step} steps>"


class Report(NamedTuple):
    """What a run is like after an epoch; report 0 is made before the first step."""

    epoch: int
    rate: float  # of the step that comes next
    train_loss: float
    validation_loss: float
    train_right: float  # share of the samples, from 0 to 1
    validation_right: float
    checkpoint: Checkpoint | None  # None where a file kept the numbers only


@dataclass(frozen=True, eq=False)
class Training:
    """What is trained, on which samples, and how.

    Args:
        network: The model.
        split: The samples; the test part is never looked at here.
        optimizer: Takes the steps.
        batch: Samples a step, at most; the last mini-batch of an epoch is short if it does not divide their number.
        schedule: Step k is taken with the rate optimizer.rate × schedule(k); see `gdcourse.schedules`.

    Raises:
        ValueError: If the batch is no whole number from 1 to the number of training samples, or the samples do not fit
            the network.
    """

    network: Network
    split: Split
    optimizer: Any
    batch: int = 32
    schedule: Callable | None = None

    def __post_init__(self):
        """Check what can be checked before the first step."""
        size, features = self.split.train.x.shape
        if not 1 <= whole_number("batch", self.batch, low=1) <= size:
            raise ValueError(f"batch must be from 1 to {size}, but {shorten(self.batch)} came: change it")
        classes = 1 + max(int(part.y.max()) for part in self.split)
        if features != self.network.sizes[0] or classes > self.network.sizes[-1]:
            raise ValueError(
                f"a network for these samples begins with {features} inputs and ends with {classes} classes, but"
                f" {self.network.sizes} came: change its sizes"
            )

    def begin(self, seed: int = 0) -> Checkpoint:
        """Draw the first weights and shuffle the first deck."""
        rng = np.random.default_rng(whole_number("seed", seed))
        w = self.network.start(rng)
        deck = rng.permutation(len(self.split.train.y))
        return Checkpoint(0, w, self.optimizer.init(w), deck, 0, rng.bit_generator.state)

    def advance(self, at: Checkpoint, steps: int) -> Checkpoint:
        """Take steps from a checkpoint and give the one they lead to."""
        for _ in range(whole_number("steps", steps)):
            at = self.following(at)
        return at

    def following(self, at: Checkpoint) -> Checkpoint:
        """Deal the next mini-batch, from a new deck where the old one is used up, and take one step."""
        at = at if at.dealt < len(at.deck) else _reshuffled(at)
        dealt = min(at.dealt + self.batch, len(at.deck))
        x, y = self.split.train.take(at.deck[at.dealt : dealt])
        gradient = self.network.gradient(at.w, x, y)
        w, state = self._at_rate(at.step).step(at.w, gradient, at.state)
        return at._replace(step=at.step + 1, w=w, state=state, dealt=dealt)

    def _at_rate(self, step: int):
        """The optimizer with the rate of a step."""
        if self.schedule is None:
            return self.optimizer
        return replace(self.optimizer, rate=self.optimizer.rate * float(self.schedule(step)))

    def report(self, epoch: int, at: Checkpoint) -> Report:
        """Measure a checkpoint on all training samples and on all validation samples."""
        train, validation = (self._measured(at.w, part) for part in self.split[:2])
        rate = float(self._at_rate(at.step).rate)
        return Report(epoch, rate, train[0], validation[0], train[1], validation[1], at)

    def _measured(self, w, part: Samples) -> tuple[float, float]:
        blocks = [part.x[k : k + BLOCK] for k in range(0, len(part.x), BLOCK)]
        scores = np.concatenate([self.network.scores(w, block) for block in blocks])
        return float(cross_entropy(scores, part.y)), float(share_right(scores, part.y))

    def epochs(self, count: int, seed: int = 0, after: Report | None = None) -> Iterator[Report]:
        """Train up to epoch `count`, and hand out a report after each.

        Args:
            count: The number of the last epoch.
            seed: Draws the first weights and all shuffles.
            after: A report to go on from; None begins a new run, with a report of its start.
        """
        if after is None:
            after = self.report(0, self.begin(seed))
            yield after
        at = after.checkpoint
        if at is None:
            raise ValueError(f"after must be a report with its checkpoint, but epoch {after.epoch} has none: the last")
        for epoch in range(after.epoch + 1, whole_number("count", count) + 1):
            left = len(at.deck) - at.dealt or len(at.deck)
            at = self.advance(at, -(-left // self.batch))
            yield self.report(epoch, at)


def _reshuffled(at: Checkpoint) -> Checkpoint:
    """The same place with a new deck, drawn where the random generator stood."""
    rng = np.random.default_rng()
    rng.bit_generator.state = at.luck
    return at._replace(deck=rng.permutation(len(at.deck)), dealt=0, luck=rng.bit_generator.state)


def stop_early(reports: Iterable[Report], patience: int) -> Iterator[Report]:
    """Hand reports on until the validation loss has not been lower than ever for `patience` epochs in a row."""
    patience, lowest, waited = whole_number("patience", patience, low=1), np.inf, 0
    for report in reports:
        yield report
        better = report.validation_loss < lowest  # NaN, of a run that has diverged, is never better
        lowest, waited = (report.validation_loss, 0) if better else (lowest, waited + 1)
        if waited >= patience:
            return


def collect(reports: Iterable[Report]) -> list[Report]:
    """Collect reports; an interrupt (the stop button, Ctrl+C) ends the run and keeps what came before it."""
    kept = []
    try:
        for report in reports:
            kept.append(report)
    except KeyboardInterrupt:
        if not kept:
            raise
    return kept


def watch(
    reports: Iterable[Report], epochs: int, write: Callable | None = None, clock: Callable = time.monotonic
) -> Iterator[Report]:
    """Hand reports on, and write one line that is overwritten: a bar, the losses, and how much time is left.

    The time left is a guess: the epochs to come, each as long as those since the first report took on average.
    """
    tell, begun, first = sys.stdout.write if write is None else write, 0.0, None
    try:
        for report in reports:
            if first is None:
                begun, first = clock(), report.epoch
            done, took = report.epoch - first, clock() - begun
            left = f", about {took / done * max(epochs - report.epoch, 0):.0f} s left" if done else ""
            bar = "#" * min(round(20 * report.epoch / max(epochs, 1)), 20)
            losses = f"loss {report.train_loss:.4f}, validation {report.validation_loss:.4f}"
            tell(f"\r[{bar:.<20}] epoch {report.epoch} of {epochs}, {losses}, {took:.0f} s{left}   ")
            yield report
    finally:  # whatever is told after an interrupt stands on a line of its own
        tell("\n")
