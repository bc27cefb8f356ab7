"""Lesson 7, functions to be written: the slopes of a network, early stopping, and a test for a split."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.hunt import TestWriting
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants


def scores_slope(scores, classes):
    """Give the slope of the mean cross-entropy along each score, shaped like scores."""
    # solution begins
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope = powers / powers.sum(axis=1, keepdims=True)
    slope[np.arange(len(classes)), classes] -= 1
    return slope / len(classes)
    # solution ends


def first_layer_slope(x, hidden, slope, W2):
    """Give the slope of the loss along W1, shape (inputs, units)."""
    # solution begins
    below = (slope @ W2.T) * (hidden > 0)
    return x.T @ below
    # solution ends


def stops_after(losses, patience):
    """Give the epoch after which training stops; losses[k] is that after epoch k."""
    # solution begins
    lowest, waited = np.inf, 0
    for epoch, loss in enumerate(losses):
        lowest, waited = (loss, 0) if loss < lowest else (lowest, waited + 1)
        if waited == patience:
            return epoch
    return len(losses) - 1
    # solution ends


def check_split(split):
    """Give True if `split(rows, held, shuffle)` seems right, False if not."""
    # solution begins

    def backwards(rows):
        return rows[::-1].copy()

    train, validation = (list(part) for part in split(np.arange(10), 3, backwards))
    falling = train == sorted(train, reverse=True) and validation == sorted(validation, reverse=True)
    return falling and len(validation) == 3 and sorted(train + validation) == list(range(10))
    # solution ends


def _mistakes(**wrong: Callable) -> tuple[Mistake, ...]:
    return tuple(Mistake(name.replace("_", "-"), lambda variant, f=f: f) for name, f in wrong.items())


def scores_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw scores of several samples and classes, and some so large that eᶻ would overflow."""
    drawn = []
    for samples, classes in ((1, 3), (4, 2), (5, 10), (7, 3)):
        drawn.append((2 * rng.normal(size=(samples, classes)), rng.integers(classes, size=samples)))
    return [*drawn, (np.array([[1000.0, 998.0], [-1000.0, -999.0]]), np.array([0, 1]))]


def _chances(scores, axis: int | None = 1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _ones(scores, classes):
    return (np.asarray(classes)[:, None] == np.arange(scores.shape[1])).astype(float)


def _overflowing(scores, classes):
    powers = np.exp(scores)
    return (powers / powers.sum(axis=1, keepdims=True) - _ones(scores, classes)) / len(classes)


def _whole_columns(slope, classes):
    slope[:, classes] -= 1
    return slope


SCORES_MISTAKES = _mistakes(
    not_divided=lambda scores, classes: _chances(scores) - _ones(scores, classes),
    sign_flipped=lambda scores, classes: (_ones(scores, classes) - _chances(scores)) / len(classes),
    one_forgotten=lambda scores, classes: _chances(scores) / len(classes),
    along_samples=lambda scores, classes: (_chances(scores, 0) - _ones(scores, classes)) / len(classes),
    divided_by_classes=lambda scores, classes: (_chances(scores) - _ones(scores, classes)) / scores.shape[1],
    overflowing=_overflowing,
    whole_columns=lambda scores, classes: _whole_columns(_chances(scores), classes) / len(classes),
    over_everything=lambda scores, classes: (_chances(scores, None) - _ones(scores, classes)) / len(classes),
)


def layer_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw networks of several sizes; about half of the units sleep for a sample."""
    sizes = ((1, 2, 3, 2), (4, 3, 5, 2), (6, 2, 4, 3), (5, 4, 4, 4))
    return [
        (
            rng.normal(size=(samples, inputs)),
            np.maximum(rng.normal(size=(samples, units)), 0),
            rng.normal(size=(samples, classes)) / samples,
            rng.normal(size=(units, classes)),
        )
        for samples, inputs, units, classes in sizes
    ]


LAYER_MISTAKES = _mistakes(
    gate_forgotten=lambda x, hidden, slope, W2: x.T @ (slope @ W2.T),
    gate_by_slope=lambda x, hidden, slope, W2: x.T @ np.maximum(slope @ W2.T, 0),
    times_hidden=lambda x, hidden, slope, W2: x.T @ ((slope @ W2.T) * hidden),
    divided_again=lambda x, hidden, slope, W2: x.T @ ((slope @ W2.T) * (hidden > 0)) / len(x),
    transposed=lambda x, hidden, slope, W2: ((slope @ W2.T) * (hidden > 0)).T @ x,
    slope_of_W2=lambda x, hidden, slope, W2: hidden.T @ slope,
    not_times_x=lambda x, hidden, slope, W2: (slope @ W2.T) * (hidden > 0),
)


def stop_cases(rng: np.random.Generator) -> list[tuple]:
    """Give histories that fall, wobble, stay, or rise, and some drawn by lot."""
    plain = [
        ([5.0, 4.0, 3.0, 2.0, 1.0], 2), ([5.0, 4.0, 4.5, 4.2, 3.0, 2.0], 2), ([5.0, 4.0, 4.5, 3.0, 3.5, 3.2, 2.0], 2),
        ([5.0, 5.0, 5.0, 5.0], 2), ([1.0, 2.0, 1.5, 1.4, 1.3, 1.2, 1.1], 3), ([3.0], 1), ([3.0, 4.0, 2.0], 1),
        ([9.0, 8.0, 8.5, 7.0, 7.5, 6.0, 6.5, 5.0], 2), ([3e5, 2e5, 1e5, 2e4, 3e4, 1e4], 2),
    ]  # fmt: skip
    drawn = [(np.round(rng.uniform(1, 9, size=12), 1), int(rng.integers(1, 5))) for _ in range(8)]
    return [(np.array(losses), patience) for losses, patience in [*plain, *drawn]]


def _stops(better, counted=lambda waited, patience: waited == patience, resets=True):
    """Give early stopping with one thing done differently; `better` sees the losses so far."""

    def wrong(losses, patience):
        waited = 0
        for epoch in range(len(losses)):
            fine = epoch == 0 or better(losses[:epoch], losses[epoch])
            waited = (0 if resets else waited) if fine else waited + 1
            if counted(waited, patience):
                return epoch
        return len(losses) - 1

    return wrong


def _lower(before, loss):
    return loss < np.min(before)


def _before(losses, patience, end):
    return end - patience if end < len(losses) else len(losses) - 1


STOP_MISTAKES = _mistakes(
    last_not_lowest=_stops(lambda before, loss: loss < before[-1]),
    never_resets=_stops(_lower, resets=False),
    one_too_late=_stops(_lower, lambda waited, patience: waited > patience),
    one_too_early=_stops(_lower, lambda waited, patience: waited == max(patience - 1, 1)),
    equal_is_better=_stops(lambda before, loss: loss <= np.min(before)),
    best_epoch=lambda losses, patience: int(np.argmin(losses[: stops_after(losses, patience) + 1])),
    patience_taken_off=lambda losses, patience: _before(losses, patience, stops_after([*losses, -np.inf], patience)),
    one_beyond_the_last=lambda losses, patience: stops_after([*losses, -np.inf], patience),
    first_counted=lambda losses, patience: stops_after([losses[0], *losses], patience) - 1,
)


def split_rows(rows, held, shuffle):
    """Part rows by lot, and hold some of them out."""
    order = shuffle(rows)
    return order[held:], order[:held]


def _held_at_the_end(rows, held, shuffle):
    order = shuffle(rows)
    return order[:-held], order[-held:]


def _split(train: Callable, validation: Callable, shuffled: bool = True) -> Callable:
    def wrong(rows, held, shuffle):
        order = shuffle(rows) if shuffled else rows
        return train(order, held), validation(order, held)

    return wrong


PLANTED = {
    "never-shuffled": _split(lambda order, held: order[held:], lambda order, held: order[:held], shuffled=False),
    "overlapping": _split(lambda order, held: order, lambda order, held: order[:held]),
    "one-lost": _split(lambda order, held: order[held + 1 :], lambda order, held: order[:held]),
    "swapped": _split(lambda order, held: order[:held], lambda order, held: order[held:]),
    "held-twice": _split(lambda order, held: order[held:], lambda order, held: np.repeat(order[:1], held)),
}


def _tried(split):
    return tuple(list(part) for part in split(np.arange(10), 3, lambda rows: rows[::-1].copy()))


def _sizes_only(split):
    train, validation = _tried(split)
    return (len(train), len(validation)) == (7, 3)


def _no_overlap_only(split):
    train, validation = _tried(split)
    return not set(train) & set(validation)


def _all_there_only(split):
    train, validation = _tried(split)
    return sorted(train + validation) == list(range(10))


TEST_MISTAKES = _mistakes(
    accepts_all=lambda split: True,
    rejects_all=lambda split: False,
    inverted=lambda split: not check_split(split),
    sizes_only=_sizes_only,
    no_overlap_only=_no_overlap_only,
    all_there_only=_all_there_only,
)

SPLIT_TESTS = TestWriting(check_split, (split_rows, _held_at_the_end), PLANTED, TEST_MISTAKES)
EXERCISES = (
    Exercise("code-scores-slope", 7, "code", Code(scores_slope, scores_cases, SCORES_MISTAKES), Variants({}), points=3),
    Exercise(
        "code-first-layer", 7, "code", Code(first_layer_slope, layer_cases, LAYER_MISTAKES), Variants({}), points=3
    ),
    Exercise("code-early-stop", 7, "code", Code(stops_after, stop_cases, STOP_MISTAKES), Variants({}), points=3),
    Exercise("split-by-test", 7, "bug-hunt", SPLIT_TESTS, Variants({}), points=3),
)
