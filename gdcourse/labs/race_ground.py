"""The grounds of the race: every landscape of the catalogue, the ravine turned, and the learner's own formula."""

from functools import lru_cache

import numpy as np

from gdcourse.labs.arena_ground import height_range
from gdcourse.labs.ground import own_ground, shading
from gdcourse.landscapes import LANDSCAPES, Landscape, quadratic

WORDS = {
    "rosenbrock": "Rosenbrock's bent valley",
    "ravine": "a ravine along the axes, κ = 100",
    "turned-ravine": "a ravine turned by 45 degrees, κ = 100",
    "bowl": "a round bowl",
    "himmelblau": "Himmelblau's four minima",
    "beale": "Beale's plain with a valley",
    "styblinski-tang": "Styblinski and Tang's four minima",
    "six-hump-camel": "the six-hump camel",
    "rastrigin": "Rastrigin's egg box",
    "bounded-saddle": "a saddle between two minima",
    "horse-saddle": "the horse saddle, without a floor",
    "monkey-saddle": "the monkey saddle, without a floor",
    "two-weights": "two weights in a row, uv = 1",
    "one-neuron": "one neuron, w and b",
    "parabola": "a parabola",
    "square": "w²",
    "double-well": "two wells, the left one deeper",
    "double-well-right": "two wells, the right one deeper",
    "plateau": "a plateau and a valley",
    "kinked": "a valley with two kinks in its slope",
    "own": "your own formula",
}
FLAT = tuple(name for name in WORDS if name in LANDSCAPES and LANDSCAPES[name].dimension == 1)
INSTEAD = "rosenbrock"  # raced on while the learner's formula cannot be read
UPRIGHT = (1.2, 0.8)  # a start in the ravine that no racer's first step hits by luck, as it does from (1, 1)
TURNED = quadratic(
    (1.0, 100.0),
    np.pi / 4,
    view=((-1.6, 1.6), (-1.6, 1.6)),
    start=tuple(round(float(side), 4) for side in (np.subtract(*UPRIGHT) / np.sqrt(2), np.sum(UPRIGHT) / np.sqrt(2))),
    name="turned-ravine",
)


def race_ground(landscape: str, formula: str) -> tuple[Landscape, str]:
    """Return the landscape to race on, and a sentence if the formula is none ("" if all is well)."""
    if landscape == "own":
        return _own(formula)
    return TURNED if landscape == TURNED.name else LANDSCAPES[landscape], ""


@lru_cache(maxsize=64)
def _own(formula: str) -> tuple[Landscape, str]:
    try:
        return own_ground(formula, 2), ""
    except ValueError as error:
        return LANDSCAPES[INSTEAD], f"{error}. Raced on meanwhile: {WORDS[INSTEAD]}."


def heights_of(ground: Landscape) -> np.ndarray:
    """Return the heights of the known minima, ascending; empty where none is known."""
    return np.sort(ground.value(np.array(ground.minima, float))) if ground.minima else np.zeros(0)


@lru_cache(maxsize=64)
def loss_range(ground: Landscape) -> tuple[float, float]:
    """Return the losses worth drawing where no minimum is known."""
    if ground.dimension == 1:
        return height_range(ground)
    z = shading(ground).z
    low, high = np.quantile(z[np.isfinite(z)], [0.02, 0.98])
    gap = float(high - low) or 1.0
    return float(low - 0.1 * gap), float(high + 0.1 * gap)
