"""The plane of all pairs (α, β) on a valley of curvatures 1/κ and 1: measured speed as colour, theory drawn over it."""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.scene import Layer, Panel
from gdcourse.landscapes import quadratic
from gdcourse.optimizers import GradientDescent, Momentum, Nesterov

MOST_RATE, MOST_BETA = 4.0, 1.0  # nothing converges beyond: the heavy ball's limit is 2(1 + β)/L
ACROSS, ROWS = 80, 50  # fields of the plane
STEPS, SPAN = 160, 50  # steps of each field's run, and rows over which a swinging distance is smoothed
SMALL = 1e-6  # the share of the distance at which a run has arrived
SLOWEST = 5.0  # powers of ten of steps that the shading tells apart


def method_of(name: str, rate, beta):
    """Return the optimizer of a method; gradient descent has no use for β."""
    if name == "gradient-descent":
        return GradientDescent(rate)
    return (Nesterov if name == "nesterov" else Momentum)(rate, beta)


def limit_of(method: str, beta):
    """Return the rate above which a method diverges where the largest curvature is 1."""
    if method == "gradient-descent":
        return theory.critical_rate(1.0)
    return (theory.nesterov_critical_rate if method == "nesterov" else theory.heavy_ball_critical_rate)(1.0, beta)


def long_run(distance: np.ndarray) -> np.ndarray:
    """Measure the factor of one step from distances (..., rows): the largest of the last rows against earlier ones.

    Shape (..., 1), because NumPy rounds the power of a bare number otherwise; NaN where there are too few rows, or the
    run has left all numbers.
    """
    gap = (distance.shape[-1] - 1) // 2
    span = min(SPAN, gap)
    if span < 1:
        return np.full((*distance.shape[:-1], 1), np.nan)
    with np.errstate(all="ignore"):
        early = distance[..., -gap - span : -gap].max(-1, keepdims=True)
        late = distance[..., -span:].max(-1, keepdims=True)
        return np.where(early > 0, (late / early) ** (1 / gap), np.where(late == 0, 0.0, np.nan))


@lru_cache(maxsize=64)
def speeds(method: str, kappa: float) -> np.ndarray:
    """Measure the long-run factor in every field of the plane, shape (ROWS, ACROSS).

    All runs start half-way between the steep and the flat direction.
    """
    method = "momentum" if method == "gradient-descent" else method  # gradient descent is its lower edge, β = 0
    return long_run(np.hypot(_along(method, 1.0), _along(method, 1 / kappa)))[..., 0]


@lru_cache(maxsize=6)
def _along(method: str, curvature: float) -> np.ndarray:
    """Run every pair of the plane, (ROWS, ACROSS, STEPS + 1); one direction at a time."""
    rate, beta = np.meshgrid((np.arange(ACROSS) + 0.5) * MOST_RATE / ACROSS, (np.arange(ROWS) + 0.5) * MOST_BETA / ROWS)
    walker = method_of(method, rate.ravel(), beta.ravel())
    path = descend(quadratic((curvature,)), walker, np.full((1, 1), np.sqrt(0.5)), steps=STEPS)
    return np.moveaxis(path.points.reshape(STEPS + 1, ROWS, ACROSS), 0, -1)


def plane_columns(method: str, kappa: float, best: theory.Pair) -> dict[str, np.ndarray]:
    """Return the image (steps to a millionth, as a power of ten; NaN where it diverges) and the lines of the theory."""
    factor = speeds(method, kappa)
    with np.errstate(all="ignore"):
        needed = np.log10(np.maximum(np.log(SMALL) / np.log(factor), 1.0))
    z = np.where(factor < 1, np.minimum(np.where(factor > 0, needed, 0.0), SLOWEST), np.nan)
    beta, rate = np.linspace(0, MOST_BETA, 51), np.linspace(0, MOST_RATE, 401)
    damping = theory.nesterov_critical_damping if method == "nesterov" else theory.critical_damping
    limit = limit_of("momentum" if method == "gradient-descent" else method, beta)
    return {
        "speeds": z.ravel(),
        "limit_rate": limit,
        "limit_beta": beta,
        "damping_rate": rate,
        "damping_steep": _inside(damping(rate, 1.0)),
        "damping_flat": _inside(damping(rate, 1 / kappa)),
        "best_rate": np.array([float(best.rate)]),
        "best_beta": np.array([float(best.beta)]),
    }


def _inside(beta: np.ndarray) -> np.ndarray:
    return np.where((beta >= 0) & (beta <= MOST_BETA), beta, np.nan)


def plane_panel(pointer: tuple[str, ...]) -> Panel:
    """Return the axes of the plane."""
    ends = (0.0, MOST_RATE), (0.0, MOST_BETA)
    return Panel("plane", *ends, "learning rate α", "momentum β", share=1.15, pointer=pointer)


def plane_layers() -> tuple[Layer, ...]:
    """Return what is drawn on the plane: measured speed, the regions of the theory, the best pair, the present pair."""
    extent = (0.0, MOST_RATE, 0.0, MOST_BETA)
    return (
        Layer("image", "plane", z="speeds", extent=extent, rows=ROWS),
        Layer("line", "plane", "gradient", "limit_rate", "limit_beta", size=2.5, name="stability limit"),
        Layer("line", "plane", "theory", "damping_rate", "damping_steep", size=2, name="critical damping, across"),
        Layer("line", "plane", "theory", "damping_rate", "damping_flat", dashed=True, name="critical damping, along"),
        Layer("dots", "plane", "minimum", "best_rate", "best_beta", size=6, name="best pair"),
        Layer("dots", "plane", "ink", "rate", "beta", reveal="now", size=5, name="your pair"),
    )
