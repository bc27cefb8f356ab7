"""The grounds of the basin map: landscapes whose minima are single points, and the learner's own formula."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from gdcourse.labs.ground import own_ground
from gdcourse.landscapes import LANDSCAPES, Landscape

CHOICES = {
    "himmelblau": "Himmelblau: four minima, equally low",
    "six-hump-camel": "six-hump camel: six minima, two of them lowest",
    "styblinski-tang": "Styblinski and Tang: four minima, one lowest",
    "bounded-saddle": "a saddle between two minima",
    "rastrigin": "Rastrigin: 121 minima",
    "beale": "Beale: one minimum and a plateau",
    "rosenbrock": "Rosenbrock: one minimum in a bent valley",
    "ravine": "a ravine: one minimum, κ = 100",
    "bowl": "a round bowl: one minimum",
    "own": "your own formula",
}
FORMULA = "sin(2*x)*cos(2*y) + (x**2 + y**2)/10"
INSTEAD = "himmelblau"  # shown while the learner's formula cannot be read
GRID, SEARCH = 25, 60  # starts along a side, and steps, when minima are looked for
RING = 1e-3  # of the view's smaller side: a minimum is lower than all around it at this distance
ARRIVED = 1e-6  # of the view's smaller side: a search whose next step would be longer has not arrived
LEVEL = 1e-6  # of the larger curvature: where the smaller one is less, a whole valley floor is equally low


def basin_ground(landscape: str, formula: str) -> tuple[Landscape, str]:
    """Return the landscape to map, and a sentence if the formula is none with a minimum ("" if all is well)."""
    return _own(formula) if landscape == "own" else (LANDSCAPES[landscape], "")


@lru_cache(maxsize=16)
def _own(formula: str) -> tuple[Landscape, str]:
    try:
        ground = own_ground(formula, 2)
        if ground.dimension < 2:
            raise ValueError("formula must have two letters, such as x and y, but one came: a map has two sides")
        minima = minima_in(ground)
        if not minima:
            raise ValueError("formula must have a minimum, a single point, from −3 to 3, but none was found: change it")
        return replace(ground, minima=minima), ""
    except ValueError as error:
        return LANDSCAPES[INSTEAD], f"{error}. Mapped meanwhile: {CHOICES[INSTEAD]}."


def minima_in(ground: Landscape) -> tuple[tuple[float, float], ...]:
    """Return the minima found in the view of a landscape of two weights, the lowest first.

    From every point of a grid Newton's method with the sizes of the curvatures, which goes downhill whatever their
    signs (Dauphin and others 2014), by steps that may be ever shorter. The floor of a valley is no minimum here: no run
    can be told to have come to one point of it.
    """
    side = min(high - low for low, high in ground.view)
    w = np.stack(np.meshgrid(*(np.linspace(*ends, GRID) for ends in ground.view)), -1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        for k in range(SEARCH):
            move = _downhill(ground, w)
            length = np.linalg.norm(move, axis=-1, keepdims=True)
            longest = 0.1 * side * 0.85**k
            w = w + move * np.minimum(1, longest / np.maximum(length, longest))
        w = w[_lowest_around(ground, w, RING * side) & (np.linalg.norm(_downhill(ground, w), axis=-1) < ARRIVED * side)]
        height = ground.value(w)
    found: list[np.ndarray] = []
    for point in w[np.argsort(height, kind="stable")]:
        if all(np.linalg.norm(point - other) > 10 * RING * side for other in found):
            found.append(point)
    return tuple((float(x), float(y)) for x, y in found)


def _downhill(ground: Landscape, w: np.ndarray) -> np.ndarray:
    """Return the step of Newton's method with the sizes of the curvatures; none where a slope is not finite."""
    slope, hessian = ground.grad(w), ground.hessian(w)
    known = np.isfinite(slope).all(-1) & np.isfinite(hessian).all((-2, -1))
    curvatures, axes = np.linalg.eigh(np.where(known[:, None, None], hessian, 0.0))
    along = np.einsum("nij,ni->nj", axes, slope) / np.maximum(np.abs(curvatures), 1e-9)
    return np.where(known[:, None], -np.einsum("nij,nj->ni", axes, along), 0.0)


def _lowest_around(ground: Landscape, w: np.ndarray, radius: float) -> np.ndarray:
    """Say which points lie in the view, are lower than a ring around them, and lie on no level floor."""
    low, high = np.array(ground.view).T
    turn = 2 * np.pi * np.arange(16)[:, None] / 16
    ring = radius * np.stack([np.cos(turn), np.sin(turn)], -1)
    lower = (ground.value(w) < ground.value(w + ring)).all(0)
    flat, steep = np.moveaxis(ground.curvatures(w), -1, 0)
    return ((w > low) & (w < high)).all(-1) & lower & ~(flat < LEVEL * steep)
