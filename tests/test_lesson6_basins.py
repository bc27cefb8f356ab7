"""The basin map of lesson 6: every field is a run of its own, and the learner's formula has a map too."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.basins import basins, ends_of, near_of, optimizer_of, walked
from gdcourse.labs.basins_ground import CHOICES, FORMULA, basin_ground, minima_in
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import OPTIMIZERS, Momentum

BASINS = LABS["basins"]


def told(name="outcome", **given):
    return BASINS.scene(**given).texts_at(0)[name]


@pytest.mark.parametrize("landscape", CHOICES)
def test_a_field_of_the_map_is_a_run_of_its_own(landscape):
    ground, optimizer = basin_ground(landscape, FORMULA)[0], Momentum(0.01, 0.9)
    ends = basins(ground, "momentum", 0.01, 0.9, 9, 150)
    (left, right), (low, high) = ground.view
    for place in (0, 4, 13, 40, 62, 80):
        start = [left + (place % 9 + 0.5) * (right - left) / 9, low + (place // 9 + 0.5) * (high - low) / 9]
        path = descend(ground, optimizer, start, steps=150)
        scene = BASINS.scene(landscape=landscape, beta=0.9, start_x=start[0], start_y=start[1])
        if ends.which[place] < 0:
            assert told(landscape=landscape, beta=0.9, start_x=start[0], start_y=start[1]).startswith(
                ("This start is not at rest", "This start diverges")
            )
            continue
        goal = np.array(ground.minima[ends.which[place]])
        away = np.linalg.norm(path.points - goal, axis=1)
        assert (away[ends.arrived[place] :] < near_of(ground)).all()
        assert ends.arrived[place] == 0 or away[ends.arrived[place] - 1] >= near_of(ground)
        assert scene.columns["goal_x"][0] == goal[0]


@pytest.mark.parametrize("method", ["momentum", "nesterov", "adam", "rmsprop"])
def test_the_crowds_walk_as_descend_walks(method):
    ground, optimizer = LANDSCAPES["beale"], optimizer_of(method, 0.02, 0.8)  # from its corners momentum diverges
    starts = np.array([[x, y] for x in (-4.5, 0.3, 4.0) for y in (-4.0, 0.5, 4.4)])
    path = descend(ground, optimizer, starts, steps=40)
    crowd = walked(ground, optimizer, starts, 40)
    kept = np.isfinite(path.points).all(-1)
    assert_array_equal(crowd[kept], path.points[kept])
    assert_array_equal(ends_of(ground, crowd).which, ends_of(ground, path.points).which)


@pytest.mark.parametrize("landscape", [name for name in CHOICES if name != "own"])
def test_the_minima_of_a_formula_are_found_as_those_of_the_catalogue(landscape):
    ground = LANDSCAPES[landscape]
    found = np.array(minima_in(ground))
    assert len(found) == len(ground.minima)
    apart = np.linalg.norm(found[:, None] - np.array(ground.minima), axis=-1)
    assert apart.min(0).max() < 1e-9
    assert (np.diff(ground.value(found)) > -1e-9).all()  # the lowest first


@pytest.mark.parametrize(
    ("formula", "minima", "said"),
    [
        ("(x**2 - 1)**2 + y**2", 2, ""),
        ("x**4 + y**4", 1, ""),
        ("x**2 - y**2", 4, "formula must have a minimum, a single point, from −3 to 3"),
        ("(x*y - 1)**2", 4, "formula must have a minimum"),  # its minima are a curve
        ("x**2", 4, "formula must have two letters"),
        ("x +", 4, "formula"),
        ("log(x*y)", 4, "formula must have a minimum"),
    ],
)
def test_a_learners_formula_is_mapped_or_a_sentence_says_why_not(formula, minima, said):
    scene = BASINS.show_scene(landscape="own", formula=formula, cells=8, steps=30)
    assert scene.columns["minimum_x"].size == minima
    assert scene.notice.startswith(said)
    assert bool(scene.notice) == bool(said)
    assert "Mapped meanwhile: Himmelblau" in scene.notice or not said
    assert scene.columns["field"].size == 64


def test_the_shares_count_the_fields():
    scene = BASINS.scene(landscape="styblinski-tang", beta=0.9, cells=20)
    field = scene.columns["field"]
    assert (np.floor(field[np.isfinite(field)]) < 4).all()
    best = np.floor(field) == 0  # the lowest minimum comes first
    assert scene.facts["best"] == pytest.approx(100 * best.mean(), abs=0.051)
    assert sum(scene.facts[name] for name in ("best", "other", "nowhere")) == pytest.approx(100, abs=0.11)
    assert scene.layers[0].rows == 20
    assert field.size == 400


def test_without_momentum_nothing_is_moved_and_with_it_much():
    for method in ("gradient-descent", "momentum", "nesterov"):
        assert BASINS.scene(method=method, beta=0.0, cells=12).facts["moved"] == 0
    assert BASINS.scene(beta=0.9, cells=24).facts["moved"] > 10


def test_momentum_does_not_bring_more_starts_to_the_lowest_minimum_in_any_order():
    """On Styblinski and Tang's landscape the share goes up and down with β."""
    shares = [
        BASINS.scene(landscape="styblinski-tang", beta=b, cells=36).facts["best"] for b in (0.0, 0.5, 0.8, 0.9, 0.95)
    ]
    assert not (np.diff(shares) > 0).all()
    assert not (np.diff(shares) < 0).all()


def test_passing_by_is_not_resting():
    ground = LANDSCAPES["himmelblau"]
    passing = np.linspace([0.0, 2.0], [5.0, 2.0], 31)[:, None]  # straight through the minimum (3, 2)
    arrives = np.linspace([0.0, 2.0], [3.0, 2.0], 31)[:, None]  # is there in the last rows only
    stays = np.concatenate([passing[:19], np.full((12, 1, 2), [3.0, 2.0])])
    assert ends_of(ground, passing).which.tolist() == [-1]
    assert ends_of(ground, arrives).which.tolist() == [-1]
    assert (ends_of(ground, stays).which.tolist(), ends_of(ground, stays).arrived.tolist()) == ([0], [17])


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_every_optimizer_has_its_map(method):
    optimizer = optimizer_of(method, 0.02, 0.6)
    assert (optimizer.rate, optimizer.name) == (0.02, OPTIMIZERS[method].name)
    kept = [getattr(optimizer, name) for name in ("beta", "beta1") if hasattr(optimizer, name)]
    assert kept == ([] if method in ("gradient-descent", "adagrad") else [0.6])
    assert BASINS.scene(method=method, cells=6).columns["field"].size == 36


def test_the_map_is_coarse_while_the_hand_moves_and_fine_when_it_rests():
    shown = BASINS.show()
    assert rows_of(shown) == 72
    shown.hand = "rate"
    shown.rate = 0.012
    assert (rows_of(shown), shown.cells, shown.scene.columns["field"].size) == (24, 72, 24 * 24)
    shown.rate = 0.013
    assert rows_of(shown) == 24
    shown.hand = ""
    assert (rows_of(shown), shown.cells, shown.rate) == (72, 72, 0.013)
    assert shown.table_start_x["fixed"]["rate"] == 0.013
    settled, scene = BASINS.fit({"beta": 0.3}, moving=True)
    assert (settled["cells"], scene.layers[0].rows) == (72, 24)


def rows_of(shown):
    """Give the rows of the image that the browser is told of."""
    return next(layer["rows"] for layer in shown.structure["layers"] if layer["kind"] == "image")
