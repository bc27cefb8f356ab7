"""The landscapes of the course, by name, and the families that make new ones.

    LANDSCAPES["himmelblau"].grad([3.0, 2.0])
    quadratic(curvatures=(1, 100), angle=0.4)
    hidden_valley(seed=7)

The formulas are in `landscapes_line` (one weight), `landscapes_plane` and `landscapes_saddles` (two weights).
"""

import numpy as np

from gdcourse import landscapes_line as line
from gdcourse import landscapes_plane as plane
from gdcourse import landscapes_saddles as saddles
from gdcourse.checks import finite, shorten
from gdcourse.landscape_record import Functions, Landscape, as_points, as_start, as_view
from gdcourse.landscapes_line import hidden_valley

__all__ = ["LANDSCAPES", "Landscape", "as_start", "hidden_valley", "quadratic"]


def quadratic(curvatures=(1.0, 100.0), angle: float = 0.0, *, centre=None, start=None, view=None, name="quadratic"):
    """Make the quadratic L(w) = ½(w − c)ᵀ H (w − c) whose Hessian H has the given eigenvalues.

    Args:
        curvatures: The d eigenvalues of H. Zero gives a flat direction, a negative one a saddle.
        angle: Radians by which the first two eigenvectors are turned from the first two axes; needs d ≥ 2.
        centre: The point c; the origin if None.
        start: Where a descent begins; c + (1, ..., 1) if None.
        view: (low, high) of each coordinate; two units around c if None.
        name: The landscape's name.

    Raises:
        TypeError: If a setting is not made of real numbers.
        ValueError: If a setting is not finite or has the wrong number of entries.
    """
    eigenvalues = _vector(curvatures, "curvatures")
    d = eigenvalues.size
    turn = float(_vector(angle, "angle", 1)[0])
    if d == 1 and turn:
        raise ValueError(f"angle must be 0 for one curvature, but {shorten(angle)} came: a line cannot be turned")
    c = np.zeros(d) if centre is None else _vector(centre, "centre", d)
    hessian = _turned(eigenvalues, turn)
    view = tuple((float(x) - 2, float(x) + 2) for x in c) if view is None else as_view(view, d)
    return Landscape(
        name=name,
        **_quadratic_form(hessian, c),
        view=view,
        start=tuple((c + 1.0).tolist()) if start is None else tuple(_vector(start, "start", d).tolist()),
        minima=(tuple(c.tolist()),) if eigenvalues.min() >= 0 else (),
        saddles=(tuple(c.tolist()),) if eigenvalues.min() < 0 < eigenvalues.max() else (),
        source=f"Quadratic form, curvatures {', '.join(f'{x:g}' for x in eigenvalues)}, turned by {turn:g} radians.",
        formula="L(w) = ½(w − c)ᵀ H (w − c)",
    )


def _quadratic_form(hessian: np.ndarray, centre: np.ndarray) -> Functions:
    """The value, gradient and Hessian of ½(w − c)ᵀ H (w − c)."""

    def offset(w):
        return as_points(w, centre.size) - centre

    def value(w):
        with np.errstate(all="ignore"):
            away = offset(w)
            return 0.5 * ((away @ hessian) * away).sum(axis=-1)

    def grad(w):
        with np.errstate(all="ignore"):
            return offset(w) @ hessian

    return {"value": value, "grad": grad, "hessian": lambda w: np.zeros((*offset(w).shape, 1)) + hessian}


def _turned(eigenvalues: np.ndarray, angle: float) -> np.ndarray:
    """Q diag(λ) Qᵀ, where Q turns the first two axes by the angle."""
    turn = np.eye(eigenvalues.size)
    if eigenvalues.size > 1:
        turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    hessian = (turn * eigenvalues) @ turn.T
    return (hessian + hessian.T) / 2  # rounding must not make it unsymmetric


def _vector(thing, what: str, size: int | None = None) -> np.ndarray:
    """The thing as a finite float vector, of the given size if one is given."""
    vector = np.atleast_1d(finite(thing, what))
    if vector.ndim != 1 or (size is not None and vector.size != size):
        expected = "a flat list of numbers" if size is None else f"{size} number(s)"
        raise ValueError(f"{what} must be {expected}, but an array of shape {vector.shape} came: check its length")
    return vector


LANDSCAPES: dict[str, Landscape] = {
    landscape.name: landscape
    for landscape in (
        line.SQUARE,
        line.PARABOLA,
        line.DOUBLE_WELL,
        line.DOUBLE_WELL_RIGHT,
        line.PLATEAU,
        line.KINKED,
        plane.BOWL,
        plane.RAVINE,
        plane.ROSENBROCK,
        plane.HIMMELBLAU,
        plane.BEALE,
        plane.RASTRIGIN,
        plane.STYBLINSKI_TANG,
        plane.SIX_HUMP_CAMEL,
        saddles.HORSE_SADDLE,
        saddles.BOUNDED_SADDLE,
        saddles.MONKEY_SADDLE,
        saddles.TWO_WEIGHTS,
        saddles.ONE_NEURON,
    )
}
