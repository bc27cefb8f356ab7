"""Learners' formulas: what they mean, their derivatives, and that no text is ever run."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from landscape_cases import difference
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.formula import landscape_from
from gdcourse.formula_text import FUNCTIONS, read, variables_of
from gdcourse.landscapes import LANDSCAPES

SAME = {
    "square": "w**2",
    "plateau": "(1 - exp(w))**2",
    "rosenbrock": "(1 - x)**2 + 100*(y - x**2)**2",
    "himmelblau": "(x² + y − 11)² + (x + y² − 7)²",
    "rastrigin": "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    "styblinski-tang": "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
    "six-hump-camel": "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2",
    "beale": "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    "two-weights": "0.5*(u*v - 1)**2",
    "one-neuron": "(w*2 + b - 4)**2",
    "monkey-saddle": "x³ − 3·x·y²",
}


@pytest.mark.parametrize("key", SAME)
def test_formula_agrees_with_the_catalogue(key):
    landscape, typed = LANDSCAPES[key], landscape_from(SAME[key])
    low, high = np.transpose(landscape.view)
    w = np.random.default_rng(0).uniform(low, high, (3, 40, landscape.dimension))
    for part in ("value", "grad", "hessian"):
        expected = getattr(landscape, part)(w)
        assert_allclose(getattr(typed, part)(w), expected, rtol=1e-10, atol=1e-12 * np.abs(expected).max())


def test_landscape_from_describes_itself():
    landscape = landscape_from("  x**2 +\t10*y**2 ")
    assert landscape.name == "x**2 + 10*y**2"
    assert landscape.formula == "L(x, y) = x**2 + 10*y**2"
    assert (landscape.dimension, landscape.minima, landscape.saddles) == (2, (), ())
    low, high = np.transpose(landscape.view)
    assert ((low < landscape.start) & (landscape.start < high)).all()
    assert np.abs(landscape.grad(landscape.start)).min() > 0
    mine = landscape_from("y**2", variables=("x", "y"), name="valley", view=((0, 1), (-1, 1)), start=(0.5, 1))
    assert (mine.name, mine.view, mine.start) == ("valley", ((0.0, 1.0), (-1.0, 1.0)), (0.5, 1.0))
    assert_array_equal(mine.hessian([3, 4]), [[0, 0], [0, 2]])
    assert landscape_from("x**2", start=-2).start == (-2.0,)


@pytest.mark.parametrize(
    ("formula", "order"),
    [
        ("y*x", "x y"),
        ("b*w", "w b"),
        ("v - u", "u v"),
        ("b + a", "a b"),
        ("x10 + x2 + x1", "x1 x2 x10"),
        ("w2*w1 + b", "w1 w2 b"),
        ("e*pi*z", "z"),
    ],
)
def test_variables_stand_in_the_spoken_order(formula, order):
    assert " ".join(variables_of(read(formula))) == order


@pytest.mark.parametrize(
    ("formula", "x", "value"),
    [
        ("2**3**2*x", 1, 512),
        ("-x**2", 3, -9),
        ("(-x)**2", 3, 9),
        ("2**-x", 2, 0.25),
        ("1 - 2 - x", 3, -4),
        ("8/4/x", 2, 1),
        ("x - (1 - 2)", 0, 1),
        ("+x - -x", 1, 2),
        ("e**x", 1, np.e),
        ("log(e)*x", 2, 2),
        ("x**0.5 + sqrt(x)", 4, 4),
        ("x**x", 3, 27),
        ("abs(x) + abs(-2)", -3, 5),
        ("1_000*x + 1e3", 1, 2000),
        ("tan(pi/4)*x", 1, 1),
        ("sinh(x)**2 - cosh(x)**2 + tanh(0)", 0.7, -1),
    ],
)
def test_arithmetic_is_pythons(formula, x, value):
    assert landscape_from(formula).value([x]) == pytest.approx(value, rel=1e-13)


# ---- derivatives of any formula

leaves = st.one_of(st.sampled_from(["x", "y"]), st.integers(1, 9).map(str), st.floats(0.1, 3).map(lambda v: f"{v:.3f}"))


def grown(part):
    """A larger formula from smaller ones."""
    two = st.tuples(part, st.sampled_from("+-*/"), part).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    power = st.tuples(part, st.sampled_from(["2", "3", "-1", "0.5", "x"])).map(lambda t: f"({t[0]})**{t[1]}")
    call = st.tuples(st.sampled_from(FUNCTIONS), part).map(lambda t: f"{t[0]}({t[1]})")
    return st.one_of(two, power, call, part.map(lambda p: f"-{p}"))


formulas = st.recursive(leaves, grown, max_leaves=8)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(formulas)
def test_derivatives_of_any_formula_agree_with_differences(formula):
    try:
        landscape = landscape_from(formula, variables=("x", "y"))
    except ValueError as refusal:
        assume("came: " not in str(refusal))
    w = np.random.default_rng(0).uniform(0.3, 2, (60, 2))
    with np.errstate(all="ignore"):
        slope, turn = difference(landscape.value, w, 1e-5), difference(landscape.grad, w, 1e-5)
        wide, wider = difference(landscape.value, w, 4e-5), difference(landscape.grad, w, 4e-5)
    for exact, near, far in [(landscape.grad(w), slope, wide), (landscape.hessian(w), turn, wider)]:
        size = 1 + np.abs(near)
        # where two widths agree, differences can be trusted: no pole, kink, or overflow near by
        trusted = (np.abs(near - far) < 1e-6 * size) & (size < 1e4) & np.isfinite(exact)
        assert (np.abs(exact - near)[trusted] < 1e-4 * size[trusted]).all()


def test_poles_and_domains_are_silent():
    pole = landscape_from("1/x")
    assert pole.value([0.0]) == np.inf
    assert_array_equal(pole.grad([[0.0], [2.0]]), [[-np.inf], [-0.25]])
    assert np.isnan(landscape_from("log(x)").value([-1.0]))
    assert np.isnan(landscape_from("sqrt(x)").grad([-1.0])).all()
    assert np.isnan(landscape_from("x/(y - y)").value([1.0, 1.0]))
    assert landscape_from("exp(x)").value([1e4]) == np.inf
    assert np.isnan(landscape_from("x*y").value([np.inf, 0.0]))
    assert landscape_from("abs(x)").grad([0.0]) == 0
    assert_array_equal(landscape_from("0*x + 3").value(np.zeros((4, 1))), np.full(4, 3.0))
    assert_array_equal(landscape_from("0*x + 3").hessian(np.zeros((4, 1))), np.zeros((4, 1, 1)))


def test_sympy_is_loaded_by_a_formula_and_not_before():
    code = (
        "import sys, gdcourse, gdcourse.landscapes, gdcourse.theory, gdcourse.formula;"
        "from gdcourse import landscape_from;"
        "assert not {'sympy', 'matplotlib', 'IPython', 'ipywidgets', 'nbformat'} & set(sys.modules);"
        "landscape_from('x**2');"
        "assert 'sympy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_text_is_ever_run(monkeypatch):
    def forbidden(*args, **kwargs):
        raise AssertionError("text was run")

    landscape_from("x")  # loads sympy, whose own modules may do what they like
    import builtins

    import sympy

    for owner, name in [(builtins, "eval"), (builtins, "exec"), (sympy, "sympify"), (sympy, "lambdify")]:
        monkeypatch.setattr(owner, name, forbidden)
    landscape = landscape_from("x**2.5 + sin(y)*exp(-x)/3 + abs(y)**x")
    assert np.isfinite(landscape.hessian([1.0, 2.0])).all()
