"""What mathematics predicts of plain gradient descent: which rates converge, how fast, and where the bounds lie.

On a quadratic with Hessian eigenvalues λ the error along each eigenvector is multiplied by 1 − αλ in every step, and
all the rest follows. L is the largest eigenvalue, mu (μ) the smallest, kappa (κ) = L/μ, the rate is α.
Every argument may be an array; arrays broadcast. Sources are named where a result is not elementary.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gdcourse.checks import condition, finite, nonnegative, ordered, positive, quiet, whole
from gdcourse.landscape_record import Landscape, as_start

_ULP = np.finfo(float).eps


class Curvature(NamedTuple):
    """The extreme curvatures of a landscape at a point."""

    L: np.ndarray  # largest eigenvalue of the Hessian
    mu: np.ndarray  # smallest
    kappa: np.ndarray  # L / mu; inf if mu is 0, NaN if it is negative


@quiet
def curvature(landscape: Landscape, w=None) -> Curvature:
    """Curvatures L, μ and κ = L/μ from the Hessian at w.

    Args:
        landscape: The landscape.
        w: Points, shape `(..., d)`; the lowest known minimum if None (the start if there is none).

    Raises:
        TypeError, ValueError: If w is not made of finite points of this landscape.
    """
    if w is None:
        w = landscape.minima[0] if landscape.minima else landscape.start
    eigenvalues = landscape.curvatures(as_start(landscape, w))
    L, mu = eigenvalues[..., -1][()], eigenvalues[..., 0][()]
    flat = np.abs(mu) <= 8 * _ULP * np.abs(eigenvalues).max(axis=-1)  # an eigenvalue 0 comes out as ±1e-16 L
    kappa = np.select([flat, mu > 0], [np.inf, L / mu], np.nan)[()]
    return Curvature(L, mu, kappa)


@quiet
def critical_rate(L):
    """The rate 2/L above which gradient descent diverges; inf on flat ground."""
    return 2 / nonnegative(L, "L")


@quiet
def best_rate(L, mu):
    """The rate 2/(μ + L), which makes the worst contraction as small as possible."""
    L, mu = ordered(L, mu)
    return 2 / (mu + L)


@quiet
def best_contraction(kappa):
    """The worst contraction at the best rate: (κ − 1)/(κ + 1)."""
    return 1 - 2 / (condition(kappa) + 1)


@quiet
def contraction(rate, eigenvalue):
    """The signed factor 1 − αλ by which one step multiplies the error along an eigenvector.

    Negative: the step overshoots. Larger than 1 in size: it diverges.
    """
    return 1 - finite(rate, "rate") * finite(eigenvalue, "eigenvalue")


@quiet
def worst_contraction(rate, L, mu):
    """The slowest factor over all directions: max(|1 − αμ|, |1 − αL|)."""
    L, mu = ordered(L, mu)
    return np.maximum(np.abs(contraction(rate, mu)), np.abs(contraction(rate, L)))


@quiet
def regime(rate, L):
    """What a rate does on a quadratic of curvature L.

    Returns:
        "monotone" (α < 1/L), "exact" (= 1/L, one step), "overshooting" (< 2/L: crosses the minimum at every step and
        still converges), "cycling" (= 2/L, for ever) or "divergent" (> 2/L); an array of these words for arrays.
        The equalities allow for four roundings, because 2/0.3·0.3 need not be 2.
    """
    product = positive(rate, "rate") * positive(L, "L")
    exact = np.abs(product - 1) <= 4 * _ULP
    cycling = np.abs(product - 2) <= 8 * _ULP
    words = np.select(
        [exact, cycling, product < 1, product < 2], ["exact", "cycling", "monotone", "overshooting"], "divergent"
    )
    return words if words.ndim else str(words)


@quiet
def position_after(steps, start, rate, eigenvalue, minimum: ArrayLike = 0.0):
    """Where gradient descent is after k steps along an eigenvector: w* + (1 − αλ)ᵏ (w₀ − w*)."""
    start, minimum = finite(start, "start"), finite(minimum, "minimum")
    return minimum + contraction(rate, eigenvalue) ** whole(steps, "steps") * (start - minimum)


@quiet
def loss_after(steps, start, rate, eigenvalue, minimum: ArrayLike = 0.0):
    """What is left of the loss along an eigenvector after k steps: ½λ(1 − αλ)²ᵏ (w₀ − w*)²."""
    offset = position_after(steps, start, rate, eigenvalue, minimum) - finite(minimum, "minimum")
    return 0.5 * finite(eigenvalue, "eigenvalue") * offset**2


@quiet
def steps_to(factor, contraction):
    """How many steps shrink an error by a factor: ln(factor)/ln|contraction|.

    Args:
        factor: What should be left, such as 1e-6.
        contraction: What one step leaves.

    Returns:
        A real number; its ceiling is the first whole step that is small enough. One step if the contraction is 0,
        none if the factor is 1 or more, inf if nothing shrinks.
    """
    factor, left = np.broadcast_arrays(positive(factor, "factor"), np.abs(finite(contraction, "contraction")))
    steps = np.log(factor) / np.log(left)
    return np.select([factor >= 1, left >= 1, left == 0], [0.0, np.inf, 1.0], steps)[()]


@quiet
def descent_lemma_bound(value, gradient_norm, rate, L):
    """The most that f can be after one step: f − α(1 − αL/2)‖∇f‖², wherever no curvature exceeds L.

    A decrease is certain for α < 2/L; the bound is lowest at α = 1/L.
    """
    rate, L = nonnegative(rate, "rate"), nonnegative(L, "L")
    return finite(value, "value") - rate * (1 - rate * L / 2) * nonnegative(gradient_norm, "gradient_norm") ** 2


@quiet
def convex_bound(distance, rate, steps):
    """The most that f(w_k) − f* can be on a convex f with α ≤ 1/L: ‖w₀ − w*‖²/(2αk)."""
    return nonnegative(distance, "distance") ** 2 / (2 * positive(rate, "rate") * whole(steps, "steps", 1))


@quiet
def gradient_bound(drop, L, steps):
    """The most that the least ‖∇f‖² of k steps can be, convex or not, at α = 1/L: 2L(f₀ − f*)/k."""
    return 2 * positive(L, "L") * nonnegative(drop, "drop") / whole(steps, "steps", 1)


@quiet
def line_search_contraction(kappa):
    """The most of the loss that a step with exact line search leaves: ((κ − 1)/(κ + 1))² (Kantorovich)."""
    return best_contraction(kappa) ** 2


@quiet
def largest_angle(kappa):
    """The largest angle, in radians, between −∇f and the way to the minimum of a quadratic: arccos(2√κ/(κ + 1))."""
    root = np.sqrt(condition(kappa))
    return np.arctan((root - 1 / root) / 2)  # the same angle; the arccosine would lose digits near κ = 1


@quiet
def angle_to_minimum(landscape: Landscape, w, minimum=None):
    """The angle, in radians, between −∇f at w and the way from w to a minimum.

    Args:
        landscape: The landscape.
        w: Points, shape `(..., d)`.
        minimum: A point; the lowest known minimum if None.

    Returns:
        Shape `(...)`; NaN where the gradient or the way is zero.
    """
    if minimum is None and not landscape.minima:
        raise ValueError(f"minimum must be a point, because {landscape.name} lists no minimum: pass one")
    w = as_start(landscape, w)
    way = as_start(landscape, landscape.minima[0] if minimum is None else minimum) - w
    downhill = -landscape.grad(w)
    lengths = np.linalg.norm(way, axis=-1) * np.linalg.norm(downhill, axis=-1)
    return np.arccos(np.clip((way * downhill).sum(axis=-1) / lengths, -1, 1))
