"""What mathematics predicts where chance and rounding come in: noise floors, mini-batches, Adam, differences.

Symbols as in `theory_rate`; σ² is the variance of one sample's gradient. Arrays broadcast.
"""

import numpy as np
from numpy.typing import ArrayLike

from gdcourse.checks import finite, kept_share, nonnegative, positive, quiet, whole


@quiet
def noise_variance(rate, eigenvalue, variance: ArrayLike = 1.0, *, beta: ArrayLike = 0.0, batch: ArrayLike = 1):
    """The variance of w in which noisy descent settles on a quadratic of curvature λ.

    Var(w) = α(σ²/b)(1 + β)/((1 − β)λ(2(1 + β) − αλ)); without momentum α(σ²/b)/(λ(2 − αλ)).

    Args:
        rate: α.
        eigenvalue: λ, positive.
        variance: σ², the variance of one sample's gradient.
        beta: The share of the velocity that is kept.
        batch: b, the number of independent samples averaged in a step.

    Returns:
        The variance, inf where the rate is critical or above.
    """
    floor = noise_floor(rate, eigenvalue, variance, beta=beta, batch=batch)
    return 2 * floor / positive(eigenvalue, "eigenvalue")


@quiet
def noise_floor(rate, eigenvalue, variance: ArrayLike = 1.0, *, beta: ArrayLike = 0.0, batch: ArrayLike = 1):
    """The mean excess loss ½λ·Var(w) below which noisy descent does not come: ασ²/(2b(2 − αλ)) without momentum."""
    rate, eigenvalue, beta = positive(rate, "rate"), positive(eigenvalue, "eigenvalue"), kept_share(beta)
    noise = nonnegative(variance, "variance") / whole(batch, "batch", 1)
    room = 2 * (1 + beta) - rate * eigenvalue
    settled = rate * noise * (1 + beta) / (2 * (1 - beta) * room)
    return np.where((room > 0) & (beta < 1), settled, np.inf)[()]


@quiet
def batch_variance(variance, batch, population: ArrayLike | None = None):
    """The variance of a mini-batch mean: σ²/b with replacement, (σ²/b)(N − b)/(N − 1) without.

    Args:
        variance: σ² over the whole data set (divided by N, not N − 1).
        batch: b.
        population: N if the batch is drawn without replacement, else None.

    Raises:
        ValueError: If a batch is larger than the population it is drawn from.
    """
    variance, batch = nonnegative(variance, "variance"), whole(batch, "batch", 1)
    if population is None:
        return variance / batch
    population = whole(population, "population", 1)
    if (batch > population).any():
        raise ValueError(f"batch must not exceed population, but {batch} of {population} came: draw fewer samples")
    # N = 1 leaves only b = N, where the variance is 0
    return variance / batch * (population - batch) / np.maximum(population - 1, 1)


@quiet
def unseen_share(population):
    """The share of samples that N draws with replacement never meet, (1 − 1/N)ᴺ: towards 1/e = 36.8 %."""
    population = whole(population, "population", 1)
    return (1 - 1 / population) ** population


@quiet
def seen_once_share(population):
    """The share of samples that N draws with replacement meet exactly once, (1 − 1/N)ᴺ⁻¹."""
    population = whole(population, "population", 1)
    return (1 - 1 / population) ** (population - 1)


@quiet
def noise_scale(rate, batch, population):
    """The noise scale α(N/b − 1), about αN/b: runs that share it explore alike (Smith and Le, arXiv 1710.06451)."""
    return positive(rate, "rate") * (whole(population, "population", 1) / whole(batch, "batch", 1) - 1)


@quiet
def linear_scaling(rate, batch, new_batch):
    """The rate for another batch size by the linear scaling rule, α·(new batch)/b (Goyal et al., arXiv 1706.02677)."""
    return positive(rate, "rate") * whole(new_batch, "new_batch", 1) / whole(batch, "batch", 1)


@quiet
def adam_uncorrected_factor(step, beta1: ArrayLike = 0.9, beta2: ArrayLike = 0.999):
    """How many times α Adam would step at step t on a constant slope *without* bias correction.

    (1 − β₁ᵗ)/√(1 − β₂ᵗ): 3.16 at the first step, so that the correction prevents steps that are too large.
    """
    step, beta1, beta2 = whole(step, "step", 1), kept_share(beta1, "beta1"), kept_share(beta2, "beta2")
    return (1 - beta1**step) / np.sqrt(1 - beta2**step)


@quiet
def adam_first_step(rate, gradient, eps: ArrayLike = 1e-8):
    """Adam's first move, and every move on a constant slope: −αg/(|g| + ε), which hardly depends on |g|."""
    gradient = finite(gradient, "gradient")
    return -positive(rate, "rate") * gradient / (np.abs(gradient) + positive(eps, "eps"))


@quiet
def central_difference_error(width, value, third_derivative):
    """The size of the error of (f(x + h) − f(x − h))/2h: truncation h²|f‴|/6 plus rounding ε|f|/h at most."""
    width = positive(width, "width")
    rounding = np.finfo(float).eps * np.abs(finite(value, "value")) / width
    return width**2 * np.abs(finite(third_derivative, "third_derivative")) / 6 + rounding


@quiet
def central_difference_best_width(value, third_derivative):
    """The width h = (3ε|f|/|f‴|)^⅓ at which `central_difference_error` is smallest; inf if f‴ = 0."""
    ratio = np.abs(finite(value, "value")) / np.abs(finite(third_derivative, "third_derivative"))
    return np.cbrt(3 * np.finfo(float).eps * ratio)
