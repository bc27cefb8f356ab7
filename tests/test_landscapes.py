"""The catalogue: values by hand, derivatives against differences, stationary points found again."""

import re

import numpy as np
import pytest
from landscape_cases import ALL, difference, every_landscape, points_in
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.formula import landscape_from
from gdcourse.landscapes import LANDSCAPES, Landscape

CURVES = ("two-weights", "one-neuron")  # their minima form a curve, of which only some are listed

# ---- what the design promises


def test_registry_holds_what_the_design_names():
    promised = (
        "parabola square double-well plateau bowl ravine rosenbrock himmelblau beale rastrigin styblinski-tang "
        "six-hump-camel horse-saddle bounded-saddle monkey-saddle two-weights kinked double-well-right one-neuron"
    )
    assert set(promised.split()) <= set(LANDSCAPES)
    assert all(key == landscape.name for key, landscape in LANDSCAPES.items())


VALUES = [  # by hand, or from the literature
    ("parabola", (6,), 16.0),
    ("square", (-4,), 16.0),
    ("double-well", (2,), 9.6),
    ("double-well-right", (2,), 8.4),
    ("double-well", (-1,), -0.3),
    ("plateau", (np.log(3),), 4.0),
    ("kinked", (0.5,), 3.125),
    ("kinked", (1.5,), 25.125),
    ("kinked", (3,), 76.5),
    ("bowl", (3, 4), 25.0),
    ("ravine", (2, 3), 452.0),
    ("rosenbrock", (-1.2, 1), 24.2),
    ("himmelblau", (0, 0), 170.0),
    ("himmelblau", (1, 1), 106.0),
    ("beale", (0, 0), 14.203125),
    ("beale", (1, 2), 126.453125),
    ("rastrigin", (1, 1), 2.0),
    ("rastrigin", (0.5, 0), 20.25),
    ("styblinski-tang", (1, -1), -15.0),
    ("styblinski-tang", (-2.903534027771177, -2.903534027771177), -78.33233140754282),
    ("six-hump-camel", (0.08984201310031806, -0.7126564030207396), -1.0316284534898774),
    ("six-hump-camel", (1, 1), 2.9 + 1 / 3),
    ("horse-saddle", (2, 3), -2.5),
    ("bounded-saddle", (2, 2), 4.0),
    ("monkey-saddle", (2, 1), 2.0),
    ("two-weights", (4, 0.1), 0.18),
    ("one-neuron", (1, 0), 4.0),
]


@pytest.mark.parametrize(("key", "point", "value"), VALUES)
def test_value_by_hand(key, point, value):
    assert LANDSCAPES[key].value(point) == pytest.approx(value, rel=1e-13)


def test_every_landscape_has_a_value_by_hand():
    assert {key for key, *_ in VALUES} == set(LANDSCAPES)


def typed(formula: str) -> str:
    """The formula as Python would have it: "L(x) = ½x² + cos 2πx" -> "0.5*x**2+cos(2*pi*x)"."""
    text = formula.split(" = ")[1].replace("½", "0.5 ").replace("¼", "0.25 ").replace("π", " pi ").replace("−", "-")
    text = re.sub("[²³⁴ʷ]", lambda m: f"**{dict(zip('²³⁴ʷ', '234w', strict=True))[m[0]]} ", text)
    text = re.sub(r"cos ([\d pi]+[xy])", r"cos(\1)", text)
    tokens = re.findall(r"cos|pi|\d+\.?\d*|\*\*|[-+/*()a-z]", text)
    factor = re.compile(r"cos|pi|[\da-z(]")
    glued = []
    for left, right in zip(["", *tokens], tokens, strict=False):
        ends = re.fullmatch(r"pi|[\d.]+|[a-z)]", left)
        glued.append("*" + right if ends and factor.match(right) else right)
    return "".join(glued)


@pytest.mark.parametrize("key", sorted(set(LANDSCAPES) - {"kinked"}))  # its formula is a sentence
def test_formula_shown_is_the_value_computed(key):
    landscape = LANDSCAPES[key]
    shown = landscape_from(typed(landscape.formula))
    assert landscape.formula.startswith(shown.formula.split(" = ")[0])
    w = points_in(landscape, 50)
    assert_allclose(shown.value(w), landscape.value(w), rtol=1e-12, atol=1e-12 * np.abs(landscape.value(w)).max())


# ---- derivatives


@every_landscape
def test_gradient_is_the_slope_of_the_value(landscape):
    w = points_in(landscape, 300)
    slope, gradient = difference(landscape.value, w), landscape.grad(w)
    scale = 1 + np.abs(gradient).max()
    assert_allclose(gradient / scale, slope / scale, rtol=0, atol=1e-8)


@every_landscape
def test_hessian_is_the_slope_of_the_gradient(landscape):
    w = points_in(landscape, 300, seed=1)
    slope, hessian = difference(landscape.grad, w), landscape.hessian(w)
    scale = 1 + np.abs(hessian).max()
    assert_allclose(hessian / scale, slope / scale, rtol=0, atol=1e-7)
    assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))


@every_landscape
def test_curvatures_are_the_eigenvalues_of_the_hessian(landscape):
    w = points_in(landscape, 40)
    curvatures = landscape.curvatures(w)
    assert curvatures.shape == w.shape
    assert (np.diff(curvatures, axis=-1) >= 0).all()
    hessian = landscape.hessian(w)
    assert_allclose(curvatures.sum(axis=-1), np.trace(hessian, axis1=-2, axis2=-1), rtol=1e-9, atol=1e-9)
    smallest = 1e-7 * np.abs(curvatures).max() ** 2
    assert_allclose(curvatures.prod(axis=-1), np.linalg.det(hessian), rtol=1e-7, atol=smallest)


# ---- stationary points


@every_landscape
def test_minima_are_minima(landscape):
    for minimum in np.array(landscape.minima).reshape(-1, landscape.dimension):
        curvatures = landscape.curvatures(minimum)
        assert curvatures[0] >= -1e-9 * curvatures[-1]
        rounding = 4 * np.finfo(float).eps * curvatures[-1] * max(1, np.abs(minimum).max())
        assert np.abs(landscape.grad(minimum)).max() <= rounding
        around = minimum + np.random.default_rng(2).normal(scale=1e-3, size=(200, landscape.dimension))
        assert (landscape.value(around) >= landscape.value(minimum) - 1e-12).all()


@every_landscape
def test_minima_stand_lowest_first(landscape):
    if landscape.minima:
        heights = landscape.value(landscape.minima)
        assert (np.diff(heights) >= -1e-12 * (1 + np.abs(heights).max())).all()


@every_landscape
def test_saddles_go_up_and_down(landscape):
    for saddle in np.array(landscape.saddles).reshape(-1, landscape.dimension):
        curvatures = landscape.curvatures(saddle)
        assert np.abs(landscape.grad(saddle)).max() <= 1e-12 * max(1, np.abs(curvatures).max())
        turn = np.linspace(0, 2 * np.pi, 60)
        ring = landscape.value(saddle + 1e-2 * np.stack([np.cos(turn), np.sin(turn)], axis=-1))
        assert ring.min() < landscape.value(saddle) < ring.max()
        assert curvatures[0] < 0 < curvatures[-1] or landscape.name == "monkey-saddle"


def stationary_points(landscape: Landscape) -> np.ndarray:
    """Newton's method from many starts; only what converged inside the view, without repetition."""
    w = points_in(landscape, 3000, seed=3)
    for _ in range(60):
        hessian = landscape.hessian(w)
        w = w[np.abs(np.linalg.det(hessian)) > 1e-12]
        w = w - np.linalg.solve(landscape.hessian(w), landscape.grad(w)[..., None])[..., 0]
        w = w[(np.abs(w) < 1e3).all(axis=-1)]
    low, high = np.transpose(landscape.view)
    converged = np.abs(landscape.grad(w)).max(axis=-1) < 1e-8
    return np.unique(w[converged & ((low <= w) & (w <= high)).all(axis=-1)].round(6), axis=0)


@pytest.mark.parametrize(
    "landscape", [x for x in ALL if x.name not in (*CURVES, "monkey-saddle", "plateau")], ids=lambda x: x.name
)
def test_no_minimum_and_no_saddle_in_the_view_is_missing(landscape):
    found = stationary_points(landscape)
    curvatures = landscape.curvatures(found)
    for listed, kind in [
        (landscape.minima, curvatures[:, 0] > 0),
        (landscape.saddles, (curvatures[:, 0] < 0) & (curvatures[:, -1] > 0)),
    ]:
        expected = np.array(listed).reshape(-1, landscape.dimension)
        for point in found[kind]:
            assert np.abs(expected - point).max(axis=-1).min() < 1e-5, f"{point} is not listed"


def test_minima_that_form_a_curve():
    neuron, weights = LANDSCAPES["one-neuron"], LANDSCAPES["two-weights"]
    (nearest,) = np.array(neuron.minima)
    along = np.array([1.0, -2.0])  # the direction of the line 2w + b = 4
    assert_allclose(neuron.grad(nearest + 3 * along), 0, atol=1e-14)
    assert (nearest - neuron.start) @ along == pytest.approx(0, abs=1e-15)
    u = np.linspace(0.2, 5, 100)
    curve = np.stack([u, 1 / u], axis=-1)
    assert_allclose(weights.grad(curve), 0, atol=1e-14)
    assert (weights.curvatures(curve)[:, -1] >= weights.curvatures(weights.minima[0])[-1]).all()


def test_kinked_is_smooth_once_and_convex():
    kinked = LANDSCAPES["kinked"]
    for kink in (1.0, 2.0):
        below, above = np.array([np.nextafter(kink, 0)]), np.array([kink])
        assert kinked.value(below) == pytest.approx(kinked.value(above), rel=1e-14)
        assert_allclose(kinked.grad(below), kinked.grad(above), rtol=1e-14)
    w = np.linspace(-3, 4, 2001)[:, None]
    assert (np.diff(kinked.grad(w)[:, 0]) > 0).all()
    assert set(kinked.hessian(w).ravel()) == {1.0, 25.0}


def test_plateau_is_flat_then_steep():
    plateau = LANDSCAPES["plateau"]
    assert 0 < abs(plateau.grad(plateau.start)[0]) < 0.02
    assert plateau.value([-5.0]) < 1 < plateau.value([1.0])
