"""Samples to learn from: inputs with their classes, parted into training, validation and test.

The training samples are learned from; the validation samples choose between runs and say when to stop; the test
samples are looked at once, at the very end. Whatever is measured to prepare the inputs is measured on the training
samples alone, so that nothing of the others leaks in.
"""

from typing import NamedTuple

import numpy as np

from gdcourse.checks import finite, shorten, whole
from gdcourse.samples import standardise
from gdcourse.samples_data import digits, penguins
from gdcourse.settings import whole_number


class Samples(NamedTuple):
    """Inputs and their right classes."""

    x: np.ndarray  # (N, features)
    y: np.ndarray  # (N,), whole numbers from 0

    def take(self, rows) -> "Samples":
        """Give the samples at these positions."""
        return Samples(self.x[rows], self.y[rows])


class Split(NamedTuple):
    """The three parts of a data set."""

    train: Samples
    validation: Samples
    test: Samples


def split_samples(x, y, counts: tuple[int, int], rng: np.random.Generator | int = 0, *, alike: bool = False) -> Split:
    """Part samples by lot, and shift and scale all inputs by what the training inputs are like.

    Args:
        x: Inputs, shape (N, features).
        y: Classes, shape (N,).
        counts: How many to train on and how many to validate with; the rest is for the test.
        rng: The random generator that draws the lots, or its seed.
        alike: Whether all columns share one mean and one deviation, as the pixels of an image do.

    Raises:
        ValueError: If inputs and classes do not belong together, or a part would be empty.
    """
    x, y = finite(x, "x"), whole(y, "y").astype(int)
    trained, validated = (whole_number("a count", count, low=1) for count in counts)
    if x.ndim != 2 or y.shape != x.shape[:1] or trained + validated >= len(y):
        raise ValueError(
            f"counts must leave samples for the test, one class for each row, but {shorten(counts)} of {x.shape} and"
            f" {y.shape} came: pass fewer, or other samples"
        )
    rng = rng if isinstance(rng, np.random.Generator) else np.random.default_rng(whole_number("rng", rng))
    rows = np.split(rng.permutation(len(y)), [trained, trained + validated])
    shape = (-1, 1) if alike else (-1, x.shape[1])
    inputs = standardise(x.reshape(shape), x[rows[0]].reshape(shape)).reshape(x.shape)
    return Split(*(Samples(inputs[part], y[part]) for part in rows))


def digit_split(rng: np.random.Generator | int = 0) -> Split:
    """Part the digits by lot: 1,000 to train on, 397 to validate with, 400 for the test; ten classes."""
    data = digits()
    return split_samples(data["image"], data["digit"], (1000, 397), rng, alike=True)


def penguin_split(rng: np.random.Generator | int = 0) -> Split:
    """Part the penguins by lot, 200, 67 and 66: body mass and bill depth, and whether the bird is male (1)."""
    birds = penguins()
    x = birds.matrix("body_mass_g", "bill_depth_mm")
    return split_samples(x, (birds["sex"] == "male").astype(float), (200, 67), rng)


def moons_split(rng: np.random.Generator | int = 0) -> Split:
    """Part two half moons that reach into each other, 200, 200 and 200: points of a plane in two classes."""
    draw = np.random.default_rng(7)  # the same points for everybody; only the lots differ
    y = np.repeat([0, 1], 300)
    turn = draw.uniform(0, np.pi, y.size)
    across, up = np.where(y == 0, [np.cos(turn), np.sin(turn)], [1 - np.cos(turn), 0.5 - np.sin(turn)])
    points = np.column_stack([across, up]) + draw.normal(scale=0.2, size=(y.size, 2))
    return split_samples(points, y, (200, 200), rng)
