"""What mathematics predicts of momentum: stability, speed and the best settings on a quadratic.

Heavy ball: v ← βv − α∇L, w ← w + v. Along an eigenvector of curvature λ the error obeys a linear recurrence of two
terms, so that the larger root of its quadratic decides. L, mu (μ) and kappa (κ) as in `theory_rate`; arrays broadcast.
Sources: G. Goh, Why Momentum Really Works, Distill 2017; L. Lessard, B. Recht, A. Packard, SIAM J. Optim. 26 (2016).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gdcourse.checks import condition, finite, kept_share, nonnegative, ordered, quiet


class Pair(NamedTuple):
    """A rate and a kept share that go together."""

    rate: np.ndarray
    beta: np.ndarray


@quiet
def heavy_ball_best(L, mu) -> Pair:
    """The fastest heavy ball: α = (2/(√μ + √L))², β = ((√κ − 1)/(√κ + 1))²."""
    L, mu = ordered(L, mu)
    return Pair((2 / (np.sqrt(mu) + np.sqrt(L))) ** 2, heavy_ball_best_contraction(L / mu) ** 2)


@quiet
def heavy_ball_best_contraction(kappa):
    """The contraction of the fastest heavy ball, in the long run: (√κ − 1)/(√κ + 1).

    Its root is double, so the error falls like k·ρᵏ and a measured run needs more steps than ρᵏ alone predicts.
    """
    return 1 - 2 / (np.sqrt(condition(kappa)) + 1)


@quiet
def heavy_ball_critical_rate(L, beta: ArrayLike = 0.0):
    """The rate 2(1 + β)/L above which the heavy ball diverges; 2/L if β = 0, inf on flat ground."""
    return 2 * (1 + kept_share(beta)) / nonnegative(L, "L")


@quiet
def heavy_ball_contraction(rate, beta, eigenvalue):
    """The larger root modulus of z² − (1 + β − αλ)z + β, the long-run factor of one heavy-ball step.

    √β where the roots are complex (the ball oscillates); above 1 where it diverges. A negative λ gives the growth
    with which a ball leaves a ridge.
    """
    rate, beta, eigenvalue = finite(rate, "rate"), finite(beta, "beta"), finite(eigenvalue, "eigenvalue")
    return _root_modulus(1 + beta - rate * eigenvalue, beta)


@quiet
def critical_damping(rate, eigenvalue):
    """The β = (1 − √(αλ))² at which the roots meet: below it the ball creeps, above it it oscillates."""
    return (1 - np.sqrt(nonnegative(rate, "rate") * nonnegative(eigenvalue, "eigenvalue"))) ** 2


@quiet
def nesterov_standard(L, mu) -> Pair:
    """Nesterov's textbook pair: α = 1/L, β = (√κ − 1)/(√κ + 1); its contraction is 1 − 1/√κ on a quadratic."""
    L, mu = ordered(L, mu)
    return Pair(1 / L, heavy_ball_best_contraction(L / mu))


@quiet
def nesterov_best(L, mu) -> Pair:
    """The fastest Nesterov on quadratics: α = 4/(3L + μ), β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2).

    Its contraction is 1 − 2/√(3κ + 1).
    """
    L, mu = ordered(L, mu)
    return Pair(4 / (3 * L + mu), 1 - 4 / (np.sqrt(3 * (L / mu) + 1) + 2))


@quiet
def nesterov_standard_contraction(kappa):
    """The contraction of `nesterov_standard` on a quadratic: 1 − 1/√κ."""
    return 1 - 1 / np.sqrt(condition(kappa))


@quiet
def nesterov_best_contraction(kappa):
    """The contraction of `nesterov_best`: 1 − 2/√(3κ + 1)."""
    return 1 - 2 / np.sqrt(3 * condition(kappa) + 1)


@quiet
def nesterov_critical_rate(L, beta: ArrayLike = 0.0):
    """The rate (2 + 2β)/((1 + 2β)L) above which Nesterov's method diverges: *lower* than without momentum."""
    beta = kept_share(beta)
    return (2 + 2 * beta) / (1 + 2 * beta) / nonnegative(L, "L")


@quiet
def nesterov_contraction(rate, beta, eigenvalue):
    """The larger root modulus of z² − (1 + β)(1 − αλ)z + β(1 − αλ), the long-run factor of one Nesterov step."""
    shrink = 1 - finite(rate, "rate") * finite(eigenvalue, "eigenvalue")
    beta = finite(beta, "beta")
    return _root_modulus((1 + beta) * shrink, beta * shrink)


@quiet
def nesterov_critical_damping(rate, eigenvalue):
    """The β = (1 − √(αλ))/(1 + √(αλ)) at which Nesterov's roots meet; NaN where αλ > 1: there every β overshoots."""
    root = np.sqrt(nonnegative(rate, "rate") * nonnegative(eigenvalue, "eigenvalue"))
    return np.where(root <= 1, (1 - root) / (1 + root), np.nan)[()]


@quiet
def average_form_rate(rate, beta):
    """The rate α/(1 − β) with which momentum as a running mean of gradients repeats the heavy ball of rate α."""
    return finite(rate, "rate") / (1 - kept_share(beta))


@quiet
def average_form_critical_rate(L, beta: ArrayLike = 0.0):
    """The critical rate 2(1 + β)/((1 − β)L) of momentum as a running mean: 38/L at β = 0.9."""
    return heavy_ball_critical_rate(L, beta) / (1 - kept_share(beta))


def _root_modulus(total, product) -> np.ndarray:
    """The larger modulus of the roots of z² − total·z + product, for real coefficients."""
    discriminant = total**2 - 4 * product
    real = (np.abs(total) + np.sqrt(np.maximum(discriminant, 0))) / 2
    real = np.where(np.isfinite(discriminant), real, np.abs(total))  # beside a huge total the product hardly counts
    return np.where(discriminant < 0, np.sqrt(np.maximum(product, 0)), real)[()]
