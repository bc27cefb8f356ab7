"""What each optimizer remembers from one step to the next."""

from typing import NamedTuple

import numpy as np


class NoState(NamedTuple):
    """Gradient descent remembers nothing."""


class MomentumState(NamedTuple):
    """What momentum and Nesterov's momentum remember."""

    velocity: np.ndarray  # (..., d): the last velocity, the rate included


class AdaGradState(NamedTuple):
    """What AdaGrad remembers."""

    total: np.ndarray  # (..., d): the sum of all squared gradients


class RMSPropState(NamedTuple):
    """What RMSProp remembers."""

    mean_square: np.ndarray  # (..., d): the running mean of squared gradients


class AdamState(NamedTuple):
    """What Adam and AdamW remember."""

    m: np.ndarray  # (..., d): the running mean of gradients
    v: np.ndarray  # (..., d): the running mean of squared gradients
    t: int  # steps taken


class AMSGradState(NamedTuple):
    """What AMSGrad remembers."""

    m: np.ndarray  # (..., d): the running mean of gradients
    v: np.ndarray  # (..., d): the running mean of squared gradients
    v_max: np.ndarray  # (..., d): the largest v so far
    t: int  # steps taken
