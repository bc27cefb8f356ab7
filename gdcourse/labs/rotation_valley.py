"""A valley turned by many angles at once, and how many steps each method needs in it."""

import math
from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.checks import quiet
from gdcourse.landscapes import Landscape
from gdcourse.optimizers import Adam, GradientDescent

SMALL = 1e-6  # the distance from the minimum at which a run has arrived
MOST = 1500  # steps that are counted; who needs more is not counted to the end
PAUSE = 25  # steps after which is asked whether all have arrived
ANGLES = tuple(sorted([*np.arange(0.0, 91.0, 2.0).tolist(), 45.0]))  # degrees


def turned(kappa: float, angles) -> Landscape:
    """Return the quadratics of curvatures 1 and κ, one for each angle in degrees: points of shape (angles, ..., 2).

    They stand side by side, so that one walk of a crowd is a walk in each of them.
    """
    cos, sin = turns(angles)
    xx, xy, yy = cos**2 + kappa * sin**2, (1 - kappa) * cos * sin, sin**2 + kappa * cos**2

    @quiet
    def grad(w):
        slopes, x, y = np.empty(w.shape), w[..., 0], w[..., 1]
        slopes[..., 0], slopes[..., 1] = xx * x + xy * y, xy * x + yy * y
        return slopes

    @quiet
    def value(w):
        return 0.5 * (w * grad(w)).sum(-1)

    def hessian(w):
        rows = np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)
        return np.broadcast_to(rows, (*np.shape(w), 2))

    view = ((-2.0, 2.0), (-2.0, 2.0))
    return Landscape("turned valleys", value, grad, hessian, view, (1.0, 1.0), minima=((0.0, 0.0),))


def turns(angles) -> tuple[np.ndarray, np.ndarray]:
    """Return cosine and sine of angles in degrees, each alone: in an array NumPy may round them otherwise."""
    radians = [math.radians(angle) for angle in np.ravel(angles)]
    return np.array([math.cos(r) for r in radians]), np.array([math.sin(r) for r in radians])


def turned_start(start, angles) -> np.ndarray:
    """Return a start turned together with its valley, (angles, 2)."""
    cos, sin = turns(angles)
    return np.stack([cos * start[0] - sin * start[1], sin * start[0] + cos * start[1]], -1)


def method_of(name: str, rate: float, kappa: float):
    """Return the optimizer of a method; gradient descent has its best rate, 2/(μ + L), whatever Adam's is."""
    return Adam(rate) if name == "adam" else GradientDescent(float(theory.best_rate(kappa, 1.0)))


@lru_cache(maxsize=64)
def counts(name: str, rate: float, kappa: float, start: tuple[float, float], angles: tuple[float, ...]) -> np.ndarray:
    """Count the steps of a method until ‖w‖ < SMALL, one number for each angle; inf where MOST are too few."""
    ground, optimizer, w = turned(kappa, angles), method_of(name, rate, kappa), turned_start(start, angles)
    state, near = optimizer.init(w), np.zeros((MOST + 1, len(angles)), bool)
    for k in range(MOST + 1):
        near[k] = np.hypot(w[:, 0], w[:, 1]) < SMALL
        if k % PAUSE == 0 and near.any(0).all():
            break
        w, state = optimizer.step(w, ground.grad(w), state)
    return np.where(near.any(0), near.argmax(0), np.inf)
