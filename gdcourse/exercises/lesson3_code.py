"""Lesson 3, functions to be written: dealing mini-batches, one epoch of them, and a test for a batcher."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.hunt import TestWriting
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants


def minibatches(rows, batch, shuffle):
    """Deal one epoch: a list of arrays of sample numbers."""
    # solution begins
    order = shuffle(rows)
    return [order[k : k + batch] for k in range(0, len(rows), batch)]
    # solution ends


def sgd_epoch(w, order, batch, gradient, rate):
    """Give the weights after one epoch of mini-batches, in this order."""
    # solution begins
    for k in range(0, len(order), batch):
        w = w - rate * gradient(w, order[k : k + batch])
    return w
    # solution ends


def _shuffler(seed: int) -> Callable[[np.ndarray], np.ndarray]:
    def shuffle(rows):
        return np.random.default_rng(seed).permutation(rows)

    return shuffle


def deal_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw sizes and batches: some that divide, some that leave a short batch, one for all, one for each."""
    drawn = [(rng.permutation(40)[: rng.integers(5, 30)], int(rng.integers(2, 5)), _shuffler(k)) for k in range(6)]
    plain = [(np.arange(size), batch, _shuffler(size)) for size, batch in ((10, 4), (12, 4), (6, 6), (5, 1))]
    return [*plain, *drawn]


def _deal(order_of: Callable, ends: Callable) -> Callable:
    """Give a batcher from what orders the samples and where its mini-batches begin."""

    def wrong(rows, batch, shuffle):
        order = order_of(rows, shuffle)
        return [order[k : k + batch] for k in ends(len(rows), batch)]

    return wrong


def _in_order(rows, shuffle):
    del shuffle
    return rows


def _shuffled(rows, shuffle):
    return shuffle(rows)


def _all(size, batch):
    return range(0, size, batch)


def _whole_only(size, batch):
    return range(0, size - batch + 1, batch)


def _overlapping(size, batch):
    return range(0, size - batch + 1)


def _wrapped_round(rows, batch, shuffle):
    order = shuffle(rows)
    return [np.take(order, range(k, k + batch), mode="wrap") for k in range(0, len(rows), batch)]


def _shuffled_for_each(rows, batch, shuffle):
    return [shuffle(rows)[: min(batch, len(rows) - k)] for k in range(0, len(rows), batch)]


def _evened_out(rows, batch, shuffle):
    return np.array_split(shuffle(rows), -(-len(rows) // batch))


def _batch_many(rows, batch, shuffle):
    return [np.array(part) for part in np.array_split(shuffle(rows), batch)]


def _mistakes(**wrong) -> tuple[Mistake, ...]:
    return tuple(Mistake(name.replace("_", "-"), lambda variant, f=f: f) for name, f in wrong.items())


DEAL_MISTAKES = _mistakes(
    never_shuffled=_deal(_in_order, _all),
    last_dropped=_deal(_shuffled, _whole_only),
    overlapping=_deal(_shuffled, _overlapping),
    wrapped_round=_wrapped_round,
    shuffled_for_each=_shuffled_for_each,
    batch_many=_batch_many,
    evened_out=_evened_out,
)


def _samples(seed: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Give the mean gradient of squared errors of 12 samples with two features."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(12, 2)), rng.normal(size=12)

    def gradient(w, rows):
        return 2 * (x[rows] @ w - y[rows]) @ x[rows] / len(rows)

    return gradient


def epoch_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw starts, orders, batch sizes and rates, a short last mini-batch among them."""
    sizes = (1, 2, 3, 5, 12, 7)
    return [
        (rng.normal(size=2), rng.permutation(12), batch, _samples(seed), rng.uniform(0.02, 0.2))
        for seed, batch in enumerate(sizes)
    ]


def _epoch(rows_of=lambda order, k, batch: order[k : k + batch], ends=_all, at_start=False, factor=-1.0):
    """Give an epoch with one thing done differently."""

    def wrong(w, order, batch, gradient, rate):
        start = w
        for k in ends(len(order), batch):
            w = w + factor * rate * gradient(start if at_start else w, rows_of(order, k, batch))
        return w

    return wrong


EPOCH_MISTAKES = _mistakes(
    sign_flipped=_epoch(factor=1.0),
    slope_of_start=_epoch(at_start=True),
    all_samples=_epoch(rows_of=lambda order, k, batch: order),
    last_dropped=_epoch(ends=_whole_only),
    one_step_only=lambda w, order, batch, gradient, rate: w - rate * gradient(w, order[:batch]),
    same_batch=_epoch(rows_of=lambda order, k, batch: order[:batch]),
    one_by_one=lambda w, order, batch, gradient, rate: sgd_epoch(w, order, 1, gradient, rate),
    in_file_order=_epoch(rows_of=lambda order, k, batch: np.arange(len(order))[k : k + batch]),
)


def check_minibatches(minibatches):
    """Give True if this batcher seems right, and False if not."""
    # solution begins

    def backwards(rows):
        return rows[::-1].copy()

    dealt = [list(part) for part in minibatches(np.array([5, 8, 2, 9, 4, 7, 1]), 3, backwards)]
    return dealt == [[1, 7, 4], [9, 2, 8], [5]]
    # solution ends


def _right_with_split(rows, batch, shuffle):
    return np.split(np.asarray(shuffle(rows)), range(batch, len(rows), batch))


def _one_twice(rows, batch, shuffle):
    parts = minibatches(rows, batch, shuffle)
    return [np.append(part[:-1], part[0]) if len(part) > 1 else part for part in parts]


PLANTED = {
    "never-shuffled": _deal(_in_order, _all),
    "last-dropped": _deal(_shuffled, _whole_only),
    "overlapping": _deal(_shuffled, _overlapping),
    "wrapped-round": _wrapped_round,
    "one-sample-twice": _one_twice,
}


def _backwards(rows):
    return rows[::-1].copy()


def _counts_only(minibatches):
    return sum(len(part) for part in minibatches(np.arange(7), 3, _backwards)) == 7


def _all_there(minibatches):
    dealt = np.concatenate(minibatches(np.arange(7), 3, _backwards))
    return sorted(dealt.tolist()) == list(range(7))


def _even_only(minibatches):
    dealt = minibatches(np.arange(6), 3, _backwards)
    return bool(np.concatenate(dealt).tolist() == [5, 4, 3, 2, 1, 0] and len(dealt) == 2)


TEST_MISTAKES = tuple(
    Mistake(name, lambda variant, test=test: test)
    for name, test in {
        "accepts-all": lambda minibatches: True,
        "rejects-all": lambda minibatches: False,
        "inverted": lambda minibatches: not check_minibatches(minibatches),
        "counts-only": _counts_only,
        "all-there-only": _all_there,
        "even-only": _even_only,
    }.items()
)

EXERCISES = (
    Exercise(
        "code-minibatches",
        3,
        "code",
        Code(minibatches, deal_cases, DEAL_MISTAKES, ragged=True),
        Variants({}),
        points=3,
    ),
    Exercise("code-sgd-epoch", 3, "code", Code(sgd_epoch, epoch_cases, EPOCH_MISTAKES), Variants({}), points=3),
    Exercise(
        "batcher-by-test",
        3,
        "bug-hunt",
        TestWriting(check_minibatches, (minibatches, _right_with_split), PLANTED, TEST_MISTAKES),
        Variants({}),
        points=3,
    ),
)
