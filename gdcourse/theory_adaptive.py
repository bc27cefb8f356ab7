"""What mathematics predicts of methods that divide each weight's step by the size of its past gradients.

The predictions are for an even slope, where every gradient is g: there each method's step can be written down. Adam's
own are in `theory_noise`. Sources: J. Duchi, E. Hazan, Y. Singer 2011; D. Kingma, J. Ba 2015 (arXiv 1412.6980).
"""

import numpy as np
from numpy.typing import ArrayLike

from gdcourse.checks import kept_share, nonnegative, positive, quiet, whole


@quiet
def adagrad_step(rate, step):
    """AdaGrad's step number t on an even slope, α/√t: t gradients of the same size have the length |g|√t."""
    return positive(rate, "rate") / np.sqrt(whole(step, "step", 1))


@quiet
def rmsprop_step(rate, step, beta: ArrayLike = 0.9):
    """RMSProp's step number t on an even slope, α/√(1 − βᵗ): the first is α/√(1 − β), 3.16α at β = 0.9."""
    return positive(rate, "rate") / np.sqrt(1 - kept_share(beta) ** whole(step, "step", 1))


@quiet
def adam_largest_move(rate, step, beta1: ArrayLike = 0.9, beta2: ArrayLike = 0.999):
    """The bound on Adam's move number t of a weight, whatever its gradients were; α at t = 1, 7.27α in the long run.

    α · (1 − β₁)/(1 − β₁ᵗ) · √((1 − β₂ᵗ)/(1 − β₂)) · √(1 + r + ... + rᵗ⁻¹), r = β₁²/β₂, by the inequality of Cauchy and
    Schwarz; gradients that grow by β₂/β₁ a step meet it. The paper's section 2.1 names α·(1 − β₁)/√(1 − β₂), 3.16α:
    that is the move after nothing but zeros, and several large gradients in a row go beyond it.
    """
    t, beta1, beta2 = whole(step, "step", 1), kept_share(beta1, "beta1"), kept_share(beta2, "beta2")
    r = np.where(beta1 == 0, 0.0, beta1**2 / beta2)
    terms = np.where(r == 1, t, (1 - r**t) / (1 - r))
    terms = np.where((t == 1) | (r == 0), 1.0, np.where(np.isnan(terms), np.inf, terms))
    means = [np.where(beta == 1, 1 / t, (1 - beta) / (1 - beta**t)) for beta in (beta1, beta2)]
    return positive(rate, "rate") * means[0] * np.sqrt(terms / means[1])


@quiet
def adamw_left(rate, weight_decay, steps):
    """The share of a weight that AdamW's decay alone leaves after t steps, (1 − αλ)ᵗ, whatever its gradients were."""
    shrink = positive(rate, "rate") * nonnegative(weight_decay, "weight_decay")
    return (1 - shrink) ** whole(steps, "steps")
