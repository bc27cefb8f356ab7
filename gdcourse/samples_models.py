"""The two models of the course, fitted to any samples: a line and a chance."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gdcourse.checks import finite, quiet, shorten
from gdcourse.landscape_record import Functions, Landscape, as_start, as_view, coordinates
from gdcourse.samples_fit import LOGISTIC, SQUARED, Fit, scores

BLOCK = 2048  # points of a grid answered at once: a grid times all samples would not fit into a browser's memory


def linear_fit(inputs, targets, *, intercept=True, view=None, start=None, name="linear-fit") -> Fit:
    """Fit ŷ = w·x + b by the mean squared error L(w) = mean (w·xᵢ − yᵢ)², without a factor ½.

    Args:
        inputs: Shape (N,) or (N, features).
        targets: Shape (N,).
        intercept: Whether the last weight is the intercept b, which multiplies a column of ones.
        view: One (low, high) per weight; None shows the start and the minimum.
        start: The first weights; None is all zero.
        name: A name for pictures.

    Returns:
        A Fit; its minimum is the exact one of `numpy.linalg.lstsq`, the shortest if a direction is flat.

    Raises:
        TypeError: If inputs or targets are not numbers.
        ValueError: If they do not belong together, or are not finite.
    """
    x, y = _together(inputs, targets, intercept)
    minimum = np.linalg.lstsq(x, y)[0]
    lowest, hessian = float(np.mean((x @ minimum - y) ** 2)), 2 * x.T @ x / len(y)
    weights = _letters(x.shape[1], intercept)

    @quiet
    def offset(w):
        return np.moveaxis(coordinates(w, x.shape[1]), 0, -1) - minimum

    @quiet
    def grad(w):  # added up weight by weight, as `scores` does it and for the same reason
        return np.stack([(offset(w) * row).sum(axis=-1) for row in hessian], axis=-1)

    @quiet
    def value(w):  # exact algebra for a parabola, which a picture asks for at thousands of points
        return lowest + 0.5 * (offset(w) * grad(w)).sum(axis=-1)

    functions: Functions = {
        "value": value,
        "grad": grad,
        "hessian": lambda w: np.zeros((*offset(w).shape, 1)) + hessian,
    }
    landscape = _landscape(name, functions, (minimum,), view, start, f"L(w) = mean ({weights} − y)²", x.shape[1])
    return Fit(x, y, SQUARED, landscape)


def logistic_fit(inputs, targets, *, intercept=True, view=None, start=None, name="logistic-fit") -> Fit:
    """Fit the chance 1/(1 + e⁻ᶻ), z = w·x + b, of a yes, by the mean of the cross-entropy ln(1 + e⁻ᶻ) or ln(1 + eᶻ).

    Args as in `linear_fit`; targets are 0 or False for no and 1 or True for yes.

    Returns:
        A Fit; its minimum is found by Newton's method to machine precision. If a line separates the two kinds, the
        loss falls for ever and there is none: `landscape.minima` is empty.

    Raises:
        TypeError: If inputs or targets are not numbers.
        ValueError: If they do not belong together, are not finite, or a target is neither 0 nor 1.
    """
    flags = np.asarray(targets)
    x, y = _together(inputs, flags.astype(float) if flags.dtype == bool else targets, intercept)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"targets must be 0 or 1, but {shorten(targets)} came: write 1 for yes and 0 for no")
    functions: Functions = {
        "value": _in_blocks(x, lambda z: LOGISTIC.loss(z, y).mean(axis=-1)),
        "grad": _in_blocks(x, lambda z: LOGISTIC.slope(z, y) @ x / len(y)),
        "hessian": _in_blocks(x, lambda z: np.einsum("pn,ni,nj->pij", LOGISTIC.curvature(z, y), x, x) / len(y)),
    }
    formula = f"L(w) = mean ln(1 + exp(∓z)), z = {_letters(x.shape[1], intercept)}"
    minima = _newton(functions, x.shape[1])
    return Fit(x, y, LOGISTIC, _landscape(name, functions, minima, view, start, formula, x.shape[1]))


def _together(inputs, targets, intercept: bool) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets as read-only arrays (N, d) and (N,) that belong together."""
    x, y = finite(inputs, "inputs"), finite(targets, "targets")
    x = x[:, np.newaxis] if x.ndim == 1 else x
    if y.ndim != 1 or x.ndim != 2 or len(x) != len(y):
        raise ValueError(
            f"inputs must have one row for each target, but shapes {x.shape} and {y.shape} came:"
            f" pass (N, features) and (N,)"
        )
    x = np.column_stack([x, np.ones(len(x))]) if intercept else x
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


def _landscape(name, functions: Functions, minima, view, start, formula: str, dimension: int) -> Landscape:
    """The record of the whole data set."""
    points = tuple(tuple(map(float, minimum)) for minimum in minima)
    anywhere = ((-1.0, 1.0),) * dimension
    landscape = Landscape(name, **functions, view=anywhere, start=(0.0,) * dimension, minima=points, formula=formula)
    start = as_start(landscape, start)
    view = as_view(_valley(landscape, start) if view is None else view, dimension)
    return replace(landscape, start=tuple(map(float, start)), view=view)


def _valley(landscape: Landscape, start) -> np.ndarray:
    """A view with room for the valley up to the height of the start.

    On a parabola of Hessian H the level ΔL above the minimum reaches √(2ΔL·(H⁻¹)ⱼⱼ) along weight j.
    """
    if not landscape.minima:
        reach = np.maximum(1.4 * np.abs(start), 1.0)
        return np.stack([-reach, reach], axis=-1)
    minimum = np.array(landscape.minima[0])
    height = max(float(landscape.value(start) - landscape.value(minimum)), 0.0)
    inverse = np.linalg.pinv(landscape.hessian(minimum), hermitian=True)
    reach = 1.15 * np.maximum(np.sqrt(2 * height * np.diag(inverse)), np.abs(start - minimum))
    reach = np.where(reach > 0, reach, 1.0)
    return np.stack([minimum - reach, minimum + reach], axis=-1)


def _newton(functions: Functions, dimension: int) -> tuple[np.ndarray, ...]:
    """The minimum of a convex loss as a tuple of one point; empty if there is none to be found."""
    value, grad, hessian = functions["value"], functions["grad"], functions["hessian"]
    w = np.zeros(dimension)
    for _ in range(100):
        step = np.linalg.lstsq(hessian(w), grad(w))[0]
        for _ in range(50):  # halved where it climbs: so far out the parabola of this place does not hold
            if value(w - step) <= value(w):
                break
            step = step / 2
        w = w - step
    # where a line parts the two kinds, the curvature fades on the way to infinity as the gradient does
    found = np.abs(grad(w)).max() < 1e-12 * max(1.0, len(w)) and np.linalg.eigvalsh(hessian(w))[-1] > 1e-9
    return (w,) if found else ()


def _in_blocks(x, answer: Callable) -> Callable:
    """The function of points (..., d) that answers from the scores of all samples, block after block."""

    @quiet
    def function(w):
        w = np.moveaxis(coordinates(w, x.shape[1]), 0, -1)
        points = w.reshape(-1, x.shape[1])
        parts = [answer(scores(x, points[k : k + BLOCK])) for k in range(0, max(len(points), 1), BLOCK)]
        together = np.concatenate(parts)
        return together.reshape(w.shape[:-1] + together.shape[1:])[()]

    return function


def _letters(dimension: int, intercept) -> str:
    """The score in letters: "w₁x₁ + w₂x₂ + b"."""
    features = dimension - bool(intercept)
    marks = [""] if features == 1 else [chr(ord("₁") + j) if j < 9 else f"[{j + 1}]" for j in range(features)]
    return " + ".join([*(f"w{mark}x{mark}" for mark in marks), *(["b"] if intercept else [])])
