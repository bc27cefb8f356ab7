"""What mathematics predicts of saddles and sharp minima: escapes, random Hessians, and the edge of stability.

Symbols as in `theory_rate`; δ is the offset from a ridge, σ the deviation of the noise in the gradient. Arrays
broadcast. Two weights: L(u, v) = ½(uv − 1)², whose minima are the curve uv = 1; the largest eigenvalue of the Hessian
there, the sharpness, is u² + v².
"""

import numpy as np
from numpy.typing import ArrayLike

from gdcourse.checks import finite, kept_share, nonnegative, positive, quiet, shorten, whole
from gdcourse.theory_momentum import heavy_ball_contraction, heavy_ball_critical_rate


@quiet
def escape_steps(offset, radius, rate, eigenvalue, beta: ArrayLike = 0.0):
    """How many steps leave a ridge: ln(r/δ)/ln(growth), where the growth of plain descent is 1 + α|λ|.

    With momentum the growth is the larger root of z² − (1 + β + α|λ|)z + β; the first steps are slower than that, so
    a measured run needs a few more.

    Args:
        offset: δ, the distance from the ridge at the start; 0 never leaves.
        radius: r, the distance that counts as out.
        rate: α.
        eigenvalue: λ < 0, the curvature across the ridge.
        beta: The share of the velocity that is kept.

    Returns:
        A real number, 0 if the start is out already, inf if the offset is 0.
    """
    offset, radius = nonnegative(offset, "offset"), positive(radius, "radius")
    growth = heavy_ball_contraction(positive(rate, "rate"), beta, _downward(eigenvalue))
    return np.maximum(np.log(radius / offset) / np.log(growth), 0.0)


@quiet
def ridge_amplitude(offset, rate, eigenvalue, beta: ArrayLike = 0.0, deviation: ArrayLike = 0.0):
    """The c with which the distance from a ridge becomes c·growthᵏ: its root mean square where there is noise.

    With z and y the larger and the smaller root of z² − (1 + β + α|λ|)z + β, a start δ at rest has the share
    (z − β)/(z − y) in the growing root, and noise of deviation σ in every gradient works like an offset of its own,
    σ·√(α/|λ|)·z/(z − y)·√((1 − β/z)/(z + 1)). Without momentum: c² = δ² + σ²α/(|λ|(2 + α|λ|)).

    Args:
        offset: δ, the distance from the ridge at the start.
        rate: α.
        eigenvalue: λ < 0, the curvature across the ridge.
        beta: The share of the velocity that is kept.
        deviation: σ, the standard deviation of the noise in the gradient.

    Returns: c, to be put in place of δ into `escape_steps`.
    """
    offset, rate, steep = nonnegative(offset, "offset"), positive(rate, "rate"), -_downward(eigenvalue)
    beta, deviation = kept_share(beta), nonnegative(deviation, "deviation")
    total = 1 + beta + rate * steep
    apart = np.sqrt(1 - 4 * beta / total**2)  # (z − y)/(z + y)
    grown = total / 2 * (1 + apart)
    lever = (1 / apart + 1) / 2  # z/(z − y)
    share = lever * (1 - beta / grown)
    kicked = deviation * np.sqrt(rate / steep) * lever * np.sqrt((1 - beta / grown) / (grown + 1))
    return np.hypot(share * offset, kicked)


@quiet
def monkey_saddle_turn(offset, start, rate):
    """After how many steps a descent on x³ − 3xy² that comes along the ridge from x = start turns off it.

    Without curvature at the saddle nothing grows exponentially: x falls like start/(1 + 3α·start·k) and y grows like
    δ(1 + 3α·start·k)². They are equal at k = ((start/δ)^⅓ − 1)/(3α·start), for small rates.

    Args:
        offset: δ, the distance from the ridge at the start; 0 never turns.
        start: x at the start, positive.
        rate: α.
    """
    offset, start, rate = nonnegative(offset, "offset"), positive(start, "start"), positive(rate, "rate")
    fall = np.maximum(np.cbrt(start) / np.cbrt(offset) - 1, 0)
    return np.where(fall > 0, fall / (3 * rate * start), 0.0)[()]


@quiet
def chance_of_minimum(dimension: int) -> float:
    """The chance that all eigenvalues of a random symmetric (GOE) Hessian are positive, exact for 1, 2 and 3.

    1/2, (2 − √2)/4, (π − 2√2)/(4π): much smaller than the folk (1/2)ⁿ. A model of a random landscape, not a theorem
    about networks.
    """
    exact = {1: 1 / 2, 2: (2 - np.sqrt(2)) / 4, 3: (np.pi - 2 * np.sqrt(2)) / (4 * np.pi)}
    n = whole(dimension, "dimension", 1)
    if n.ndim or float(n) not in exact:
        raise ValueError(f"dimension must be 1, 2 or 3, but {shorten(dimension)} came: simulate larger ones")
    return float(exact[int(n)])


@quiet
def sharpness_limit(rate, beta: ArrayLike = 0.0):
    """The largest curvature 2(1 + β)/α that a rate can live with: the edge of stability (Cohen et al., 2103.00065)."""
    return heavy_ball_critical_rate(positive(rate, "rate"), beta)  # the limit αL = 2(1 + β), read the other way round


@quiet
def imbalance_factor(rate, loss):
    """What a step of gradient descent on two weights leaves of u² − v²: exactly 1 − 2α²L, L the loss before the step.

    So the imbalance of a slow descent stays, and one that suffers a large loss on the way loses its imbalance.
    """
    return 1 - 2 * positive(rate, "rate") ** 2 * nonnegative(loss, "loss")


@quiet
def balanced_sharpness(imbalance):
    """The sharpness u² + v² of the minimum of two weights with u² − v² = c: √(c² + 4), at least 2."""
    return np.hypot(finite(imbalance, "imbalance"), 2.0)


def _downward(eigenvalue) -> np.ndarray:
    downward = finite(eigenvalue, "eigenvalue")
    if (downward >= 0).any():
        raise ValueError(
            f"eigenvalue must be negative, but {shorten(eigenvalue)} came: pass the curvature across the ridge"
        )
    return downward
