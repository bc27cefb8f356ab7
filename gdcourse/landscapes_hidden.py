"""A landscape of two weights that nobody has seen: a long tilted valley with hollows, drawn from a seed."""

import numpy as np

from gdcourse.checks import drawn_from, quiet
from gdcourse.landscape_record import Functions, Landscape, coordinates

REACH, HOLLOWS = 3.0, 6  # the view goes from −REACH to REACH both ways


def hidden_range(seed: int) -> Landscape:
    """A valley of condition number 5 to 20 with six round hollows.

    L(w) = ½(w − c)ᵀH(w − c) + Σ aᵢ(1 − exp(−‖w − pᵢ‖²/(2sᵢ²))). The draw is repeated until there are at least three
    minima in the view, and the way straight down from the start ends in another one than the lowest.

    Args:
        seed: A whole number, 0 or more; the same seed gives the same landscape.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If it is negative.
    """
    functions, minima, start = _hard(drawn_from(seed))
    return Landscape(
        name=f"hidden-range-{seed}",
        **functions,
        view=((-REACH, REACH),) * 2,
        start=tuple(start.tolist()),
        minima=tuple(tuple(point.tolist()) for point in minima),
        source=f"Drawn from seed {seed}.",
        formula="L(w) = ½(w − c)ᵀH(w − c) + Σ aᵢ(1 − exp(−‖w − pᵢ‖²/(2sᵢ²)))",
    )


def _hard(rng: np.random.Generator) -> tuple[Functions, np.ndarray, np.ndarray]:
    """Draw until it is hard enough: the functions, the minima and the start."""
    while True:
        turn, flat = rng.uniform(0, np.pi), rng.uniform(0.05, 0.15)
        axis = np.array([np.cos(turn), np.sin(turn)])
        hessian = flat * (np.eye(2) + (rng.uniform(5, 20) - 1) * np.outer(axis, axis))
        centre, places = rng.uniform(-1, 1, 2), rng.uniform(-0.85 * REACH, 0.85 * REACH, (HOLLOWS, 2))
        depths, widths = rng.uniform(0.8, 2.5, HOLLOWS), rng.uniform(0.35, 0.75, HOLLOWS)
        functions = _hollowed(hessian, centre, places, depths, widths)
        minima = _minima(functions)
        start = np.round(rng.uniform(0.7, 0.95, 2) * REACH * rng.choice([-1.0, 1.0], 2), 2)
        if len(minima) >= 3 and np.linalg.norm(_bottom_below(start, functions) - minima[0]) > 0.1:
            return functions, minima, start


def _hollowed(hessian, centre, places, depths, widths) -> Functions:
    """The valley with its hollows as three functions of points."""

    def parts(w):
        """The offset from the centre (..., 2), those from the hollows (..., 6, 2), and each one's pull (..., 6)."""
        w = np.moveaxis(coordinates(w, 2), 0, -1)
        away = w[..., np.newaxis, :] - places
        return w - centre, away, depths * np.exp(-(away**2).sum(axis=-1) / (2 * widths**2))

    def value(w):
        offset, _, fill = parts(w)
        return 0.5 * ((offset @ hessian) * offset).sum(axis=-1) + (depths - fill).sum(axis=-1)

    def grad(w):
        offset, away, fill = parts(w)
        return offset @ hessian + ((fill / widths**2)[..., np.newaxis] * away).sum(axis=-2)

    def curvature(w):
        _, away, fill = parts(w)
        outer = away[..., :, np.newaxis] * away[..., np.newaxis, :]
        bends = np.eye(2) - outer / (widths**2)[:, np.newaxis, np.newaxis]
        return hessian + ((fill / widths**2)[..., np.newaxis, np.newaxis] * bends).sum(axis=-3)

    return {"value": quiet(value), "grad": quiet(grad), "hessian": quiet(curvature)}


def _bottom_below(w, functions: Functions) -> np.ndarray:
    """Where many short steps straight down from w come near to."""
    for _ in range(400):
        slope = functions["grad"](w)
        w = w - 0.02 * slope / max(float(np.linalg.norm(slope)), 0.2)
    return w


def _minima(functions: Functions) -> np.ndarray:
    """Every minimum inside the view, lowest first, shape (n, 2): Newton's method from a grid of starts."""
    line = np.linspace(-REACH, REACH, 25)
    w = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    for _ in range(50):
        hessian = functions["hessian"](w)
        values, vectors = np.linalg.eigh(hessian)
        slopes = np.einsum("nij,ni->nj", vectors, functions["grad"](w)) / np.maximum(np.abs(values), 0.05)
        step = np.einsum("nij,nj->ni", vectors, slopes)  # downhill along every curvature, whatever its sign
        length = np.linalg.norm(step, axis=-1, keepdims=True)
        w = w - step * np.minimum(1.0, 0.2 / np.maximum(length, 1e-300))
    found = np.abs(functions["grad"](w)).max(axis=-1) < 1e-10
    found &= (np.linalg.eigvalsh(functions["hessian"](w))[:, 0] > 1e-6) & (np.abs(w) < REACH).all(axis=-1)
    _, first = np.unique(np.round(w[found], 6), axis=0, return_index=True)
    w = w[found][first]
    return w[np.argsort(functions["value"](w))]
