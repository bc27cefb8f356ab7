"""A model on samples: the loss and the gradient of each sample, and of the whole data set as a Landscape.

Both models compare a score z = w·x with a target y, sample by sample, so one record holds them:

    Lᵢ(w) = c(w·xᵢ, yᵢ)        ∇Lᵢ = (dc/dz) xᵢ        L(w) = mean Lᵢ(w)        ∇L = mean ∇Lᵢ

A linear fit compares by c = (z − y)²; a logistic fit by c = ln(1 + e⁻ᶻ) for a yes and ln(1 + eᶻ) for a no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gdcourse.checks import quiet
from gdcourse.landscape_record import Landscape, coordinates


class Comparison(NamedTuple):
    """A loss of score and target, with its first and second derivative in the score."""

    loss: Callable
    slope: Callable
    curvature: Callable


def _against(z, y):
    """How strongly the score speaks against the target, −z for a yes and z for a no."""
    return z * (1 - 2 * y)


def _chance(z):
    """1/(1 + e⁻ᶻ), to full precision on both sides."""
    return np.exp(-np.logaddexp(0, -z))


SQUARED = Comparison(
    loss=lambda z, y: (z - y) ** 2,
    slope=lambda z, y: 2 * (z - y),
    curvature=lambda z, y: 2 * np.ones_like(z - y),
)
LOGISTIC = Comparison(
    loss=lambda z, y: np.logaddexp(0, _against(z, y)),
    slope=lambda z, y: _against(1.0, y) * _chance(_against(z, y)),
    curvature=lambda z, y: _chance(z) * _chance(-z) + 0 * y,
)


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A model on N samples: inputs x of shape (N, d), targets y of shape (N,), and the loss over weights w."""

    inputs: np.ndarray  # (N, d), a last column of ones if there is an intercept
    targets: np.ndarray  # (N,)
    comparison: Comparison
    landscape: Landscape  # of the whole data set

    @property
    def size(self) -> int:
        """The number N of samples."""
        return len(self.targets)

    @quiet
    def losses(self, w, rows=None) -> np.ndarray:
        """The loss of each sample.

        Args:
            w: Weights, shape `(..., d)`.
            rows: Positions of samples, shape `(..., b)`, or None for all; leading axes broadcast with those of w.

        Returns:
            Shape `(..., N)`, or `(..., b)` for given rows.
        """
        x, y = self._at(rows)
        return self.comparison.loss(scores(x, self._weights(w)), y)

    @quiet
    def gradients(self, w, rows=None) -> np.ndarray:
        """The gradient of each sample's loss, shape `(..., N, d)`; w and rows as in `losses`."""
        x, y = self._at(rows)
        return self.comparison.slope(scores(x, self._weights(w)), y)[..., np.newaxis] * x

    @quiet
    def gradient(self, w, shares) -> np.ndarray:
        """The gradient Σᵢ sᵢ∇ℓᵢ of a weighted loss: a mini-batch has the share 1/b in b places and 0 elsewhere.

        Args:
            w: Weights, shape `(..., d)`.
            shares: What each sample counts, shape `(..., N)`; leading axes broadcast with those of w.

        Returns:
            Shape `(..., d)`. A run among others gives the same numbers, to the last digit, as the run alone.
        """
        slopes = self.comparison.slope(scores(self.inputs, self._weights(w)), self.targets) * shares
        return np.stack([(slopes * column).sum(axis=-1) for column in self.inputs.T], axis=-1)

    def _weights(self, w) -> np.ndarray:
        return np.moveaxis(coordinates(w, self.inputs.shape[1]), 0, -1)

    def _at(self, rows) -> tuple[np.ndarray, np.ndarray]:
        return (self.inputs, self.targets) if rows is None else (self.inputs[rows], self.targets[rows])

    def __repr__(self) -> str:
        """Show the model and its size."""
        return f"<Fit of {self.size} samples: {self.landscape.formula}>"


def scores(x, w) -> np.ndarray:
    """Scores w·x of all samples, shape (..., N): added up feature by feature, the same for one run as for many."""
    return np.asarray(sum(w[..., j, np.newaxis] * x[..., j] for j in range(x.shape[-1])))
