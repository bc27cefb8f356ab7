"""Data sets, models and their mini-batches: what a gradient is made of.

birds = penguins()
x = standardise(birds.matrix("flipper_length_mm", "bill_length_mm"))
fit = linear_fit(x, birds["body_mass_g"] / 1000)
descend(fit.landscape, GradientDescent(rate=0.1))                               # every step sees all samples
descend(fit.landscape, GradientDescent(rate=0.1), grad=BatchGradient(fit, 32))  # every step sees 32
"""

import numpy as np

from gdcourse.checks import finite, shorten, whole
from gdcourse.samples_data import DataSet, digits, penguins
from gdcourse.samples_fit import Fit
from gdcourse.samples_models import linear_fit, logistic_fit
from gdcourse.samples_network import Network
from gdcourse.settings import whole_number

__all__ = [
    "BatchGradient",
    "DataSet",
    "Fit",
    "Network",
    "digits",
    "linear_fit",
    "logistic_fit",
    "minibatches",
    "penguins",
    "split_rows",
    "standardise",
]


def standardise(values, like=None) -> np.ndarray:
    """Shift and scale columns to mean 0 and standard deviation 1: z = (x − mean)/deviation.

    Args:
        values: Shape (N,) or (N, features).
        like: The samples whose mean and deviation are used; None is `values` themselves. New samples, such as a
            validation set, are measured by the mean and deviation of the training set.

    Returns:
        The shape of `values`; the deviation is divided by N, not N − 1.

    Raises:
        TypeError: If they are not numbers.
        ValueError: If they are not finite, or a column of `like` is constant.
    """
    x, reference = finite(values, "values"), finite(values if like is None else like, "like")
    if reference.ndim == 0 or x.shape[1:] != reference.shape[1:]:
        raise ValueError(f"values must be columns like {reference.shape}, but {x.shape} came: pass the same columns")
    deviation = reference.std(axis=0)
    # the mean of equal numbers may be off by one rounding, and the deviation then is not quite 0
    if not (deviation > 1e-12 * np.abs(reference).max(axis=0)).all():
        raise ValueError("each column must vary, but a constant one came, which cannot be scaled: leave it out")
    return (x - reference.mean(axis=0)) / deviation


def minibatches(size: int, batch: int, rng: np.random.Generator, *, replace: bool = False) -> list[np.ndarray]:
    """Deal one epoch: ⌈N/b⌉ arrays of positions; the last one is short if b does not divide N.

    Args:
        size: N, the number of samples.
        batch: b.
        rng: The random generator that shuffles.
        replace: False deals every sample exactly once, in a new order; True draws each of the N positions anew, so
            that some samples come twice and others, about 37 %, not at all.

    Raises:
        TypeError: If a number is no number, or rng no generator.
        ValueError: If it is not whole and at least 1, or a batch is larger than the data set.
    """
    size = whole_number("size", size, low=1)
    batch = int(_batches_of(whole_number("batch", batch, low=1), size))
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a random generator, but {shorten(rng)} came: pass np.random.default_rng(0)")
    order = rng.integers(size, size=size) if replace else rng.permutation(size)
    return [order[k : k + batch] for k in range(0, size, batch)]


def split_rows(size: int, share: float = 0.2, rng: np.random.Generator | int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Part the samples by lot: positions to train on, and the given share of them to validate with.

    Raises:
        ValueError: If one of the two would be empty.
    """
    size = whole_number("size", size, low=2)
    held = int(np.round(finite(share, "share") * size))
    if not 0 < held < size:
        raise ValueError(f"share must leave samples on both sides, but {shorten(share)} of {size} came: pass 0.2")
    rng = rng if isinstance(rng, np.random.Generator) else np.random.default_rng(whole_number("rng", rng))
    order = rng.permutation(size)
    return np.sort(order[held:]), np.sort(order[:held])


class BatchGradient:
    """The mean gradient of a fresh mini-batch at each call, as `descend(..., grad=...)` takes it.

    All runs of a crowd or a sweep see the same shuffles. The batch may be an array of shape (P,), for a sweep over it:
    run p then takes the mini-batches of its own size out of the common order, exactly as it would alone.

    Args:
        fit: The model and its samples.
        batch: b, or one for each run.
        replace: As in `minibatches`.

    Raises:
        TypeError: If the batch is not made of numbers.
        ValueError: If a batch is not whole, below 1, or larger than the data set.
    """

    def __init__(self, fit: Fit, batch, *, replace: bool = False):
        """Keep what to draw from; nothing is drawn before the first call."""
        self.fit, self.replace = fit, replace
        self.batch = _batches_of(batch, fit.size)
        self._rng: np.random.Generator | None = None
        self.shares = np.zeros((*self.batch.shape, fit.size))  # what each sample counted in the last call

    def __call__(self, w, rng: np.random.Generator) -> np.ndarray:
        """Draw the next mini-batch; a generator that is not the one of the last call begins a new walk."""
        if rng is not self._rng:
            self._rng, self._step, self._orders = rng, 0, np.empty((0, self.fit.size), dtype=int)
        self.shares = self._drawn(self._step)
        self._step += 1
        return self.fit.gradient(w, self.shares)

    def _drawn(self, step: int) -> np.ndarray:
        """What each sample counts in a step, 1/b in a mini-batch; shape (N,) or (P, N)."""
        size, batch = self.fit.size, self.batch.ravel()[:, np.newaxis]
        epoch, k = np.divmod(step, -(-size // batch))
        places = np.arange(size) // batch == k  # in the order of the epoch
        drawn = self._dealt(epoch[:, 0]) + size * np.arange(len(batch))[:, np.newaxis]
        counts = np.bincount(drawn[places], minlength=size * len(batch))
        return (counts.reshape(places.shape) / places.sum(axis=1, keepdims=True)).reshape(*self.batch.shape, size)

    def _dealt(self, epochs: np.ndarray) -> np.ndarray:
        """The orders of these epochs, one row each, drawn the first time they are asked for."""
        for _ in range(len(self._orders), epochs.max() + 1):
            assert self._rng is not None
            order = np.concatenate(minibatches(self.fit.size, self.fit.size, self._rng, replace=self.replace))
            self._orders = np.vstack([self._orders, order])
        return self._orders[epochs]


def _batches_of(batch, size: int) -> np.ndarray:
    """The batch sizes as whole numbers from 1 to N, shape () or (P,)."""
    batches = whole(batch, "batch", 1)
    if (batches > size).any() or batches.ndim > 1:
        raise ValueError(f"batch must be from 1 to {size}, the number of samples, but {shorten(batch)} came: change it")
    return batches.astype(int)
