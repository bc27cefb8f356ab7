"""Landscapes at the boundary: shapes, far and hostile points, and the families that make new landscapes."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landscape_cases import every_landscape, points_in
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.landscapes import LANDSCAPES, as_start, hidden_valley, quadratic

# ---- shapes


@every_landscape
def test_batch_is_its_members(landscape):
    crowd = points_in(landscape, 24).reshape(2, 3, 4, landscape.dimension)
    d = landscape.dimension
    for function, tail in [(landscape.value, ()), (landscape.grad, (d,)), (landscape.hessian, (d, d))]:
        together = function(crowd)
        assert together.shape == (2, 3, 4, *tail)
        alone = np.array([function(w) for w in crowd.reshape(-1, d)]).reshape(together.shape)
        assert_allclose(together, alone, rtol=1e-12, atol=1e-12)  # NumPy's vector loops may round differently
        assert function(np.empty((0, d))).shape == (0, *tail)
        assert np.shape(function(crowd[0, 0, 0])) == tail


@every_landscape
def test_points_are_not_changed_and_lists_are_points(landscape):
    w = points_in(landscape, 5)
    before = w.copy()
    for function in (landscape.value, landscape.grad, landscape.hessian, landscape.curvatures):
        assert_array_equal(function(w.tolist()), function(w))
    assert_array_equal(w, before)
    integers = [1] * landscape.dimension
    assert landscape.grad(integers).dtype == float


@every_landscape
def test_view_and_start_are_sane(landscape):
    low, high = np.transpose(landscape.view)
    assert (low < high).all()
    for point in (landscape.start, *landscape.minima, *landscape.saddles):
        assert all(type(x) is float for x in point)
        assert ((low <= point) & (point <= high)).all()
    assert np.abs(landscape.grad(landscape.start)).max() > 0
    assert landscape.source
    assert landscape.formula


@every_landscape
def test_far_away_is_silent(landscape):
    for far in (1e80, 1e200, np.inf, -np.inf, np.nan):
        w = np.full((3, landscape.dimension), far)
        for function in (landscape.value, landscape.grad, landscape.hessian, landscape.curvatures):
            assert function(w).shape[0] == 3
    nowhere = np.full(landscape.dimension, np.nan)
    assert np.isnan(landscape.value(nowhere))
    assert np.isnan(landscape.grad(nowhere)).any()


def test_nan_hessian_has_nan_curvatures_and_spares_the_others():
    curvatures = LANDSCAPES["rosenbrock"].curvatures([[np.nan, 1.0], [1.0, 1.0]])
    assert np.isnan(curvatures[0]).all()
    assert np.isfinite(curvatures[1]).all()


def test_landscape_is_frozen_compares_by_identity_and_shows_its_formula():
    bowl = LANDSCAPES["bowl"]
    with pytest.raises(FrozenInstanceError):
        bowl.start = (1.0, 1.0)
    assert replace(bowl) != bowl
    assert bowl in {bowl}
    assert repr(bowl) == "<Landscape bowl: L(x, y) = x² + y²>"


# ---- families

curvature_lists = st.lists(st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3), min_size=2, max_size=5)


@settings(deadline=None)
@given(curvature_lists, st.floats(-7, 7), st.integers(0, 1000))
def test_quadratic_has_the_curvatures_and_the_turn(curvatures, angle, seed):
    d = len(curvatures)
    centre, offset = np.random.default_rng(seed).normal(size=(2, d))
    landscape = quadratic(curvatures, angle, centre=centre)
    assert_allclose(landscape.curvatures(centre), np.sort(curvatures), rtol=1e-9, atol=1e-9)
    first = np.zeros(d)
    first[:2] = np.cos(angle), np.sin(angle)
    assert_allclose(landscape.hessian(centre) @ first, curvatures[0] * first, atol=1e-9)
    in_eigenvectors = offset.copy()
    in_eigenvectors[0] = np.cos(angle) * offset[0] + np.sin(angle) * offset[1]
    in_eigenvectors[1] = np.cos(angle) * offset[1] - np.sin(angle) * offset[0]
    expected = 0.5 * (np.array(curvatures) * in_eigenvectors**2).sum()
    assert landscape.value(centre + offset) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert (len(landscape.minima), len(landscape.saddles)) == (
        (1, 0) if min(curvatures) > 0 else (0, 1) if max(curvatures) > 0 else (0, 0)
    )


def test_quadratic_defaults_and_settings():
    ravine = quadratic(name="mine", start=(1, 2), view=((-1, 1), (-3, 3)))
    assert (ravine.name, ravine.start, ravine.view) == ("mine", (1.0, 2.0), ((-1.0, 1.0), (-3.0, 3.0)))
    assert ravine.value([1, 1]) == 50.5
    moved = quadratic((1, 4), centre=(3, 4))
    assert (moved.minima, moved.start, moved.view) == (((3.0, 4.0),), (4.0, 5.0), ((1.0, 5.0), (2.0, 6.0)))


@pytest.mark.parametrize(
    "bad",
    [
        {"curvatures": ()},
        {"curvatures": "steep"},
        {"curvatures": (1, np.nan)},
        {"curvatures": (1, np.inf)},
        {"curvatures": ((1, 2), (3, 4))},
        {"curvatures": None},
        {"curvatures": (2.0,), "angle": 0.5},
        {"angle": "45°"},
        {"angle": (0.1, 0.2)},
        {"angle": np.nan},
        {"centre": (1, 2, 3)},
        {"start": (1,)},
        {"start": (np.inf, 0)},
        {"view": (-1, 1)},
        {"view": ((1, -1), (0, 1))},
        {"view": ((0, np.nan), (0, 1))},
        {"view": "wide"},
    ],
)
def test_quadratic_refuses_with_a_sentence(bad):
    with pytest.raises((ValueError, TypeError), match=r"^[a-z]+ must .* but .* came: .*$"):
        quadratic(**bad)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_hidden_valley_lists_every_valley(seed):
    valley = hidden_valley(seed)
    assert len(valley.minima) >= 3
    grid = np.linspace(-12, 12, 20001)
    slope = valley.grad(grid[:, None])[:, 0]
    assert ((slope[:-1] < 0) & (slope[1:] >= 0)).sum() == len(valley.minima)
    assert (slope[grid < -10] < 0).all()
    assert (slope[grid > 10] > 0).all()
    floors = np.sort(np.ravel(valley.minima))
    between = np.searchsorted(grid, floors)
    assert ((slope[between - 1] < 0) & (slope[between] >= 0)).all()


def test_hidden_valley_is_the_same_for_the_same_seed_only():
    w = np.linspace(-5, 5, 11)[:, None]
    assert_array_equal(hidden_valley(5).value(w), hidden_valley(np.int64(5)).value(w))
    assert hidden_valley(5).start == hidden_valley(5).start
    assert len({float(hidden_valley(seed).value([1.0])) for seed in range(30)}) == 30


@pytest.mark.parametrize("seed", [None, "x", 1.5, -1, True, [1], np.nan, 2 + 1j])
def test_hidden_valley_refuses_what_is_no_seed(seed):
    with pytest.raises((ValueError, TypeError), match=r"^seed must .* came: pass one like 7$"):
        hidden_valley(seed)


# ---- the boundary

BOWL, SQUARE = LANDSCAPES["bowl"], LANDSCAPES["square"]


class Agreeable:
    """Equal to everything, of no length, with a repr that fails."""

    def __eq__(self, other):
        """Agree."""
        return True

    __hash__ = None

    def __repr__(self):
        """Fail."""
        raise RuntimeError("no")


HOSTILE = [
    "abc",
    "3",
    b"3",
    ["1", "2"],
    [1, "2"],
    [1, None],
    [[1, 2], [3]],
    [],
    {},
    {1, 2},
    object(),
    Agreeable(),
    1j,
    [1j, 2],
    True,
    [True, False],
    [10**400, 1],
    np.array(["1", "2"], dtype=object),
    np.array([None, None]),
    np.array(["2020-01-01"], dtype="datetime64[D]"),
    lambda: 1,
]


@pytest.mark.parametrize("thing", HOSTILE, ids=lambda thing: type(thing).__name__)
def test_what_is_no_number_is_refused_in_one_sentence(thing):
    for call in (lambda: as_start(BOWL, thing), lambda: BOWL.value(thing), lambda: BOWL.hessian(thing)):
        with pytest.raises(TypeError, match=r"^(start|a point) must be a number .* came: pass floats$") as caught:
            call()
        assert len(str(caught.value)) < 200
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("thing", [3.0, [1.0], [1, 2, 3], [[1], [2]], np.zeros((2, 3))], ids=str)
def test_wrong_dimension_is_refused_in_one_sentence(thing):
    for call, match in [
        (lambda: as_start(BOWL, thing), r"^start has shape .* 2 coordinate.* pass a point like \(-3.0, 2.0\)$"),
        (lambda: BOWL.value(thing), r"^a point of this landscape has 2 coordinate.* pass a list such as \[0.0, 0.0\]"),
        (lambda: BOWL.grad(thing), r"^a point of this landscape has 2 coordinate"),
        (lambda: quadratic().grad(thing), r"^a point of this landscape has 2 coordinate"),
    ]:
        with pytest.raises(ValueError, match=match):
            call()


@pytest.mark.parametrize("thing", [[np.nan, 0], [0, np.inf], [[0, 0], [-np.inf, 0]]])
def test_start_must_be_finite(thing):
    with pytest.raises(ValueError, match=r"^start must be finite, but .* came: pass a point like"):
        as_start(BOWL, thing)


def test_start_as_it_may_be_given():
    assert_array_equal(as_start(BOWL), BOWL.start)
    assert_array_equal(as_start(BOWL, [0, 0]), [0.0, 0.0])  # the origin is a start, too
    assert as_start(BOWL, [1, 2]).dtype == float
    assert as_start(BOWL, np.ones((5, 4, 2))).shape == (5, 4, 2)
    assert_array_equal(as_start(SQUARE, -4), [-4.0])
    assert_array_equal(as_start(SQUARE, np.float32(0.5)), [0.5])
    assert as_start(SQUARE, [[1], [2]]).shape == (2, 1)
    with pytest.raises(ValueError, match="start has shape"):
        as_start(SQUARE, [1.0, 2.0])
    mine = np.array([1.0, 2.0])
    as_start(BOWL, mine)[0] = 9.0
    assert mine[0] == 1.0
