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
def adam_largest_move(rate, beta1: ArrayLike = 0.9, beta2: ArrayLike = 0.999):
    """The bound on any move of a weight by Adam: α·(1 − β₁)/√(1 − β₂), or α where that is more (Kingma and Ba, 2.1).

    The bound is met by a gradient that comes after nothing but zeros: 3.16α with the defaults.
    """
    beta1, beta2 = kept_share(beta1, "beta1"), kept_share(beta2, "beta2")
    return positive(rate, "rate") * np.maximum(1.0, (1 - beta1) / np.sqrt(1 - beta2))


@quiet
def adamw_left(rate, weight_decay, steps):
    """The share of a weight that AdamW's decay alone leaves after t steps, (1 − αλ)ᵗ, whatever its gradients were."""
    shrink = positive(rate, "rate") * nonnegative(weight_decay, "weight_decay")
    return (1 - shrink) ** whole(steps, "steps")
