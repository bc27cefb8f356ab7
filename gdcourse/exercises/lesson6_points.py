"""Lesson 6, critical points: five of them to be classified by hand, and a function that does it for any."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.coding import Code
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants

KINDS = ("minimum", "maximum", "saddle", "undecided", "not-critical")
NAMES = ("a", "b", "c", "d", "e")
DEALS = 300


class Point(NamedTuple):
    """A point of a landscape of two weights: what it is, its gradient, and its Hessian [[xx, xy], [xy, yy]]."""

    kind: str
    gradient: tuple[float, float]
    xx: int
    xy: int
    yy: int

    @property
    def determinant(self) -> int:
        """The product of the two eigenvalues."""
        return self.xx * self.yy - self.xy**2


def _hessian(rng: np.random.Generator, kind: str) -> tuple[int, int, int]:
    """Draw a Hessian of whole numbers of a kind; the diagonal of a saddle is positive, so that it misleads."""
    while True:
        xx, yy = (int(n) for n in rng.integers(1, 10, 2))
        xy = int(rng.integers(1, 7)) * int(rng.choice([-1, 1]))
        determinant = xx * yy - xy**2
        if kind == "undecided" and determinant == 0 and xx != yy:
            return xx, xy, yy
        if kind == "saddle" and determinant < 0:
            return xx, xy, yy
        if kind in ("minimum", "not-critical") and determinant > 0:
            return xx, xy, yy
        if kind == "maximum" and determinant > 0:
            return -xx, xy, -yy


@cache
def points(deal: float) -> tuple[Point, ...]:
    """Deal one point of each kind, in some order."""
    rng = np.random.default_rng(int(deal))
    kinds = [KINDS[i] for i in rng.permutation(len(KINDS))]
    slopes = {"not-critical": (0.01 * int(rng.integers(1, 6)), 0.0)}
    return tuple(Point(kind, slopes.get(kind, (0.0, 0.0)), *_hessian(rng, kind)) for kind in kinds)


def _kind_of(place: int) -> Callable[[dict], str]:
    return lambda variant: points(variant["deal"])[place].kind


@cache
def deals() -> tuple[dict, ...]:
    """Give all deals in which no point comes twice."""
    kept, seen = [], set()
    for deal in range(DEALS):
        numbers = frozenset((p.xx, p.xy, p.yy) for p in points(deal))
        if len(numbers) == len(KINDS) and points(deal) not in seen:
            seen.add(points(deal))
            kept.append({"deal": deal})
    return tuple(kept)


def _why(point: Point, number: Callable[[float], str]) -> str:
    if point.kind == "not-critical":
        return f"the gradient is ({number(point.gradient[0])}, 0), small but not zero, so the Hessian does not matter"
    product, total = number(point.determinant), number(point.xx + point.yy)
    signs = {
        "minimum": "both eigenvalues are positive",
        "maximum": "both eigenvalues are negative",
        "saddle": "one eigenvalue is positive and one negative, whatever the diagonal looks like",
        "undecided": "one eigenvalue is zero, and along it the Hessian knows nothing",
    }
    return f"the product of the eigenvalues is {product} and their sum {total}: {signs[point.kind]}"


def point_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the five points and what is to be said of each."""
    facts = {}
    for name, point in zip(NAMES, points(variant["deal"]), strict=True):
        xx, xy, yy = (number(n) for n in (point.xx, point.xy, point.yy))
        facts[f"gradient_{name}"] = f"({number(point.gradient[0])}, {number(point.gradient[1])})"
        facts[f"hessian_{name}"] = f"[[{xx}, {xy}], [{xy}, {yy}]]"
        facts[f"why_{name}"] = _why(point, number)
    return facts


def classify(gradient, hessian, tolerance):
    """Give 1.0 for a minimum, -1.0 for a maximum, 0.0 for a saddle, else nan."""
    # solution begins
    curvatures = np.linalg.eigvalsh(hessian)
    up, down = curvatures > tolerance, curvatures < -tolerance
    if np.linalg.norm(gradient) > tolerance:
        return np.nan
    if up.any() and down.any():
        return 0.0
    return 1.0 if up.all() else -1.0 if down.all() else np.nan
    # solution ends


def _turned(rng: np.random.Generator, curvatures) -> np.ndarray:
    """Give a Hessian with these curvatures, along directions that are no axes."""
    turn = np.linalg.qr(rng.normal(size=(len(curvatures), len(curvatures))))[0]
    hessian = (turn * np.array(curvatures, float)) @ turn.T
    return (hessian + hessian.T) / 2


def classify_cases(rng: np.random.Generator) -> list[tuple]:
    """Draw minima, maxima, saddles, flat directions, slopes, in one to six dimensions."""
    spectra = [
        *([2.0], [-2.0], [0.0], [1.0, 3.0], [-1.0, -4.0], [5.0, -0.5], [0.5, -5.0]),
        *([2.0, 0.0], [-2.0, 0.0], [0.0, 0.0]),
        *([3.0, -1.0, 0.0], [1.0, 2.0, 3.0], [-1.0, -2.0, -3.0], [4.0, 5.0, -1.0], [-4.0, -5.0, 1.0]),
        *(rng.uniform(0.1, 3, 6), -rng.uniform(0.1, 3, 6), rng.choice([-1.0, 1.0], 6) * [1, 2, 3, 4, 5, -1]),
    ]
    cases = [(np.zeros(len(spectrum)), _turned(rng, spectrum), 1e-6) for spectrum in spectra]
    misleading = (np.zeros(2), np.array([[1.0, 3.0], [3.0, 2.0]]), 1e-6)
    steep = [(np.full(2, 0.1), _turned(rng, s), 1e-6) for s in ([1.0, 2.0], [-1.0, -2.0], [1.0, -2.0])]
    slopes_cancel = (np.array([0.1, -0.1]), _turned(rng, [1.0, 2.0]), 1e-6)
    just_too_long = (np.full(3, 0.8e-2), _turned(rng, [1.0, 2.0, 3.0]), 1e-2)  # though no component is
    nearly = [(np.full(2, 1e-4), _turned(rng, s), 1e-2) for s in ([1.0, 2.0], [1.0, 1e-3], [1.0, -1e-3], [-1.0, 1e-3])]
    return [misleading, *cases, *steep, slopes_cancel, *nearly, just_too_long]


def _by_signs(up: np.ndarray, down: np.ndarray) -> float:
    if up.any() and down.any():
        return 0.0
    return 1.0 if up.all() else -1.0 if down.all() else np.nan


def _wrong(signs_of, ignore_gradient: bool = False, decide=_by_signs):
    """Give a classification by other signs, or without a look at the gradient."""

    def wrong(gradient, hessian, tolerance):
        if np.linalg.norm(gradient) > tolerance and not ignore_gradient:
            return np.nan
        numbers = signs_of(hessian)
        return decide(numbers > tolerance, numbers < -tolerance)

    return wrong


def _zero_is_positive(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return np.nan
    down = np.linalg.eigvalsh(hessian) < -tolerance
    return -1.0 if down.all() else 0.0 if down.any() else 1.0


def _rest_is_saddle(gradient, hessian, tolerance):
    if np.linalg.norm(gradient) > tolerance:
        return np.nan
    curvatures = np.linalg.eigvalsh(hessian)
    return 1.0 if (curvatures > tolerance).all() else -1.0 if (curvatures < -tolerance).all() else 0.0


def _by_determinant(gradient, hessian, tolerance):
    determinant = np.linalg.det(hessian)
    if np.linalg.norm(gradient) > tolerance or abs(determinant) <= tolerance:
        return np.nan
    return 0.0 if determinant < 0 else 1.0 if hessian[0, 0] > 0 else -1.0


def _without_tolerance(gradient, hessian, tolerance):
    curvatures = np.linalg.eigvalsh(hessian)
    return np.nan if np.any(gradient != 0) else _by_signs(curvatures > 0, curvatures < 0)


def _sum_for_length(gradient, hessian, tolerance):
    return classify(np.array([np.sum(gradient)]), hessian, tolerance)


def _largest_for_length(gradient, hessian, tolerance):
    return classify(np.array([np.abs(gradient).max()]), hessian, tolerance)


def _flat_never_saddle(up: np.ndarray, down: np.ndarray) -> float:
    return np.nan if not (up | down).all() else _by_signs(up, down)


CLASSIFY_MISTAKES = {
    "gradient-ignored": _wrong(np.linalg.eigvalsh, ignore_gradient=True),
    "diagonal": _wrong(np.diagonal),
    "signs-swapped": _wrong(lambda hessian: -np.linalg.eigvalsh(hessian)),
    "zero-is-positive": _zero_is_positive,
    "rest-is-saddle": _rest_is_saddle,
    "determinant": _by_determinant,
    "without-tolerance": _without_tolerance,
    "sum-for-length": _sum_for_length,
    "largest-for-length": _largest_for_length,
    "flat-never-saddle": _wrong(np.linalg.eigvalsh, decide=_flat_never_saddle),
}

EXERCISES = (
    Exercise(
        "classify-points",
        lesson=6,
        kind="sheet",
        task=Parts(tuple(Part(name, Choice(KINDS, _kind_of(place))) for place, name in enumerate(NAMES))),
        variants=Variants({"deal": 0}, deals, point_facts),
        points=5,
    ),
    Exercise(
        "code-classify",
        lesson=6,
        kind="code",
        task=Code(
            classify,
            classify_cases,
            tuple(Mistake(name, lambda variant, f=f: f) for name, f in CLASSIFY_MISTAKES.items()),
        ),
        variants=Variants({}),
        points=3,
    ),
)
