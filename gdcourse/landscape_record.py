"""What a landscape is: a loss with its derivatives and the facts that a picture or a test needs.

The catalogue writes each loss as a formula of its coordinates, `value(x, y)`; `lift` turns that into a function of
points `(..., d)`, so that one point, a crowd, or a whole grid is answered by the same call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from gdcourse.checks import as_numbers, shorten

Point = tuple[float, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Landscape:
    """A loss L(w) over points w of shape `(..., d)`, with the derivatives written by hand.

    `value` gives `(...)`, `grad` gives `(..., d)`, `hessian` gives `(..., d, d)`; overflow gives inf or NaN, silently.
    """

    name: str
    value: Callable[[Any], Any]
    grad: Callable[[Any], Any]
    hessian: Callable[[Any], Any]
    view: tuple[tuple[float, float], ...]  # (low, high) of each coordinate worth plotting
    start: Point
    minima: tuple[
        Point, ...
    ] = ()  # every local minimum inside the view, lowest first; a few samples where they form a curve
    saddles: tuple[Point, ...] = ()  # every saddle in the view
    source: str = ""
    formula: str = ""

    @property
    def dimension(self) -> int:
        """The number d of coordinates of a point."""
        return len(self.view)

    def curvatures(self, w) -> np.ndarray:
        """Eigenvalues of the Hessian at w, ascending: mu first, L last.

        Args:
            w: Points, shape `(..., d)`.

        Returns:
            Shape `(..., d)`; NaN where the Hessian is not finite.
        """
        hessian = self.hessian(w)
        finite = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
        eigenvalues = np.linalg.eigvalsh(np.where(finite, hessian, 0.0))
        return np.where(finite[..., 0], eigenvalues, np.nan)

    def __repr__(self) -> str:
        """Show the name and the formula, not the functions."""
        return f"<Landscape {self.name}: {self.formula}>"


def as_start(landscape: Landscape, start=None) -> np.ndarray:
    """Check a start (or a crowd of starts) and return it as a float array of shape `(..., d)`.

    Args:
        landscape: Where the descent will run.
        start: A point, an array of points, a bare number if d = 1, or None for the landscape's own start.

    Raises:
        TypeError: If the start is not made of real numbers.
        ValueError: If it has another number of coordinates, or one of them is NaN or infinite.
    """
    if start is None:
        return np.array(landscape.start, dtype=float)
    w = as_numbers(start, "start")
    if w.ndim == 0 and landscape.dimension == 1:
        w = w[np.newaxis]
    if w.shape[-1:] != (landscape.dimension,):
        raise ValueError(
            f"start has shape {w.shape}, but a point of {landscape.name} has {landscape.dimension} coordinate(s) on the"
            f" last axis: pass a point like {landscape.start}"
        )
    if not np.isfinite(w).all():
        raise ValueError(f"start must be finite, but {shorten(start)} came: pass a point like {landscape.start}")
    return w


def as_view(view, dimension: int) -> tuple[tuple[float, float], ...]:
    """Check a view and return it as one (low, high) pair of floats for each coordinate.

    Raises:
        TypeError: If the view is not made of real numbers.
        ValueError: If it has another number of pairs, or a pair whose low is not below its high.
    """
    pairs = as_numbers(view, "view")
    if pairs.shape != (dimension, 2) or not np.isfinite(pairs).all() or not (pairs[:, 0] < pairs[:, 1]).all():
        raise ValueError(
            f"view must be {dimension} pair(s) (low, high) with low < high, but {shorten(view)} came: like ((-2, 2),)"
        )
    return tuple((float(low), float(high)) for low, high in pairs)


def as_points(w, dimension: int) -> np.ndarray:
    """Check points and return them as floats, shape `(..., d)`.

    Raises:
        TypeError: If w is not made of real numbers.
        ValueError: If its last axis has not d entries.
    """
    if not isinstance(w, np.ndarray) or w.dtype != np.float64:
        w = as_numbers(w, "a point")
    if w.shape[-1:] != (dimension,):
        raise ValueError(
            f"a point of this landscape has {dimension} coordinate(s) on its last axis, but an array of shape {w.shape}"
            f" came: pass a list such as {[0.0] * min(dimension, 3)} or an array of shape (..., {dimension})"
        )
    return w


def coordinates(w, dimension: int) -> np.ndarray:
    """Split points `(..., d)` into their d coordinates, each of shape `(...)`; raises as `as_points` does."""
    points = as_points(w, dimension)
    return points.transpose(-1, *range(points.ndim - 1))  # np.moveaxis takes ten times as long, in every step


class Functions(TypedDict):
    """The three functions of points that a landscape is made of."""

    value: Callable[[Any], Any]
    grad: Callable[[Any], Any]
    hessian: Callable[[Any], Any]


def lift(dimension: int, value, partials, second_partials) -> Functions:
    """Turn formulas of d coordinates into `value`, `grad` and `hessian` of points.

    Args:
        dimension: The number d of coordinates.
        value: `value(x, y, ...)`, the loss.
        partials: `partials(x, y, ...)`, the d first derivatives.
        second_partials: The second derivatives xx, xy, ..., yy, ...: the upper triangle, row by row, so that the
            Hessian is symmetric by construction.
    """
    rows, columns = np.triu_indices(dimension)

    def value_at(w):
        parts = coordinates(w, dimension)
        with np.errstate(all="ignore"):
            return value(*parts) + np.zeros(parts.shape[1:])  # a constant formula, too, has a value at every point

    def grad_at(w):
        parts = coordinates(w, dimension)
        gradient = np.empty((*parts.shape[1:], dimension))
        with np.errstate(all="ignore"):
            for i, partial in enumerate(partials(*parts)):
                gradient[..., i] = partial
        return gradient

    def hessian_at(w):
        parts = coordinates(w, dimension)
        hessian = np.empty((*parts.shape[1:], dimension, dimension))
        with np.errstate(all="ignore"):
            for i, j, second in zip(rows, columns, second_partials(*parts), strict=True):
                hessian[..., i, j] = hessian[..., j, i] = second
        return hessian

    return {"value": value_at, "grad": grad_at, "hessian": hessian_at}
