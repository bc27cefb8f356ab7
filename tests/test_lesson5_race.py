"""The race: its runs are single descents, its order is theirs, and its budget is fair."""

import math
from dataclasses import fields

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.race_field import FIELD, RATES, best_rate
from gdcourse.labs.race_ground import FLAT, TURNED, UPRIGHT, WORDS, race_ground
from gdcourse.labs.race_order import LOST, LOWEST, OTHER, UNDER_WAY, judge, ranking
from gdcourse.labs.race_own import MeasuredNewton
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import OPTIMIZERS
from gdcourse.schedules import Cosine

RACE = LABS["race"]
NOBODY = {racer.switch: False for racer in FIELD}
EVERYBODY = {racer.switch: True for racer in FIELD} | {"newton": True}


def alone(switch="gradient_descent", **settings):
    """The settings of a race with one racer."""
    return {**NOBODY, switch: True, **settings}


def sentences(**settings):
    texts = RACE.scene(**settings).texts_at(0)
    return [texts[name] for name in texts if name.startswith("place_")]


@pytest.mark.parametrize("racer", FIELD, ids=lambda racer: racer.key)
@pytest.mark.parametrize("falling", [False, True])
def test_a_lane_is_the_descent_of_its_optimizer(racer, falling):
    settings = {racer.setting("rate"): 0.01, "factor": 1.5, "x": 0.5, "y": -0.5, "budget": 40, "falling": falling}
    columns = RACE.scene(**alone(racer.switch, landscape="ravine", **settings)).columns
    walker = OPTIMIZERS[racer.key](rate=np.array([0.015]))
    schedule = Cosine(40) if falling else None
    path = descend(LANDSCAPES["ravine"], walker, [[0.5, -0.5]], steps=40, schedule=schedule)
    assert_array_equal(np.stack([columns["x_0"], columns["y_0"]], -1), path.points[:, 0, 0])
    assert_array_equal(columns["height_0"], path.values[:, 0, 0])


@pytest.mark.parametrize("racer", FIELD, ids=lambda racer: racer.key)
def test_every_racer_of_the_course_has_all_the_settings_of_its_optimizer(racer):
    names = [field.name for field in fields(OPTIMIZERS[racer.key])]
    assert {racer.setting(name) for name in names} == {
        name for name in RACE.settings if name.startswith(f"{racer.switch}_")
    }
    given = dict(zip(names, (0.01, 0.5, 0.75, 0.125, 0.25), strict=False))
    base = alone(racer.switch, landscape="ravine", budget=40, x=0.5, y=-0.5)
    columns = RACE.scene(**base, **{racer.setting(name): value for name, value in given.items()}).columns
    path = descend(LANDSCAPES["ravine"], OPTIMIZERS[racer.key](**given), [0.5, -0.5], steps=40)
    assert_allclose(np.stack([columns["x_0"], columns["y_0"]], -1), path.points, rtol=1e-9, atol=1e-15)
    for name in names[1:]:
        others = {racer.setting(other): value for other, value in given.items() if other != name}
        assert not np.array_equal(RACE.scene(**base, **others).columns["x_0"], columns["x_0"]), name


@pytest.mark.parametrize("racer", FIELD, ids=lambda racer: racer.key)
def test_a_slider_of_a_racer_has_a_position_for_its_default(racer):
    tracks, default = RACE.scene().tracks, OPTIMIZERS[racer.key]()
    assert len(tracks[racer.setting("rate")].positions) == 61
    if hasattr(default, "eps"):
        track = tracks[racer.setting("eps")].positions
        assert_array_equal([track[0], track[-1]], RACE.settings[racer.setting("eps")].ends)
        assert default.eps in track


@pytest.mark.parametrize("landscape", ["rosenbrock", "double-well"])
@pytest.mark.parametrize("racer", [FIELD[0], FIELD[3]], ids=lambda racer: racer.key)
def test_a_rate_that_is_not_set_is_the_best_that_stays_in_the_picture(landscape, racer):
    ground, _ = race_ground(landscape, "")
    found = RACE.scene(**alone(racer.switch, landscape=landscape)).found[racer.setting("rate")]
    assert len(RATES) == 61
    assert found == best_rate(racer, (), ground, ground.start, 150, False)
    low, high = np.array(ground.view).T
    ends = {}
    for rate in RATES:
        path = descend(ground, OPTIMIZERS[racer.key](rate), steps=150)
        if ((low <= path.points) & (path.points <= high)).all():
            finish = judge(ground, path.values, np.isfinite(path.points).all(-1))
            ends[float(rate)] = (int(finish.kind), float(finish.arrived), float(finish.end))
    assert ends[found] == pytest.approx(min(ends.values()))


def test_the_order_is_lowest_minimum_first_then_by_cost_then_by_loss():
    ground = LANDSCAPES["double-well"]
    left, right = ground.value(np.array(ground.minima))
    runs = np.full((6, 11), 0.5)
    runs[0, 5:] = left  # at the lowest from step 5 on
    runs[0, 1] = left  # where it passed by before
    runs[1, 3:] = right  # sooner, but at the other one
    runs[2, 2:] = left
    runs[3, 4:8] = left  # passes by
    runs[4, 6:] = np.nan
    runs[5, -1] = 0.4
    finish = judge(ground, runs, np.isfinite(runs))
    assert finish.kind.tolist() == [LOWEST, OTHER, LOWEST, UNDER_WAY, LOST, UNDER_WAY]
    assert finish.arrived.tolist() == [5, 3, 2, math.inf, math.inf, math.inf]
    assert finish.lost_at.tolist() == [0, 0, 0, 0, 6, 0]
    assert ranking(finish, finish.arrived).tolist() == [2, 0, 1, 5, 3, 4]
    assert ranking(finish, np.array([1.0, 3, 9, math.inf, math.inf, math.inf])).tolist() == [0, 2, 1, 5, 3, 4]
    assert_allclose(finish.above[[0, 1]], [0, right - left])


def test_the_finishing_order_in_words():
    told = sentences(landscape="ravine", x=UPRIGHT[0], y=UPRIGHT[1], newton=True)
    assert told[0] == "1. Newton, curvature measured: at a minimum from step 1 on, which cost 3 gradients."
    assert [text[:2] for text in told] == [f"{place}." for place in range(1, 7)]
    facts = RACE.scene(landscape="ravine", x=UPRIGHT[0], y=UPRIGHT[1], newton=True).facts
    assert [text[3:].partition(":")[0] for text in told] == list(facts["order"])
    for text in told:
        name, _, said = text[3:].partition(": ")
        arrived = facts["arrived"][name]
        assert said.startswith(
            f"at a minimum from step {arrived:.0f} on" if np.isfinite(arrived) else "not at a minimum"
        )
    assert sentences(**alone(gradient_descent_rate=0.1))[0].startswith("1. gradient descent: beyond all numbers at")
    assert sentences(**alone(landscape="horse-saddle"))[0].startswith("1. gradient descent: ends at the loss −")
    wrong_well = sentences(**alone(landscape="double-well", gradient_descent_rate=0.02))
    assert wrong_well[0].endswith("but this minimum is not the lowest.")


def test_who_is_in_front_is_told_at_each_step():
    scene = RACE.scene(landscape="ravine", newton=True)
    losses = np.array([scene.columns[f"height_{i}"] for i in range(6)])
    assert scene.texts_at(0)["readout"] == f"Step 0 | All at the start, loss {losses[0, 0]:.2f}"
    for frame in (1, 20, 49):
        assert scene.value("least", frame) == np.nanmin(losses[:, frame])
    assert scene.texts_at(3)["readout"].startswith("Step 3 | In front: Newton, curvature measured, loss ")


def test_newton_takes_one_step_on_a_quadratic_and_climbs_where_the_ground_bends_down():
    ground, newton = TURNED, MeasuredNewton()
    w = np.array(ground.start)
    there, _ = newton.step(w, ground.grad(w), (), slope=ground.grad)
    assert_allclose(there, 0, atol=1e-4)
    hill = LANDSCAPES["himmelblau"]
    top, _ = newton.step(np.zeros(2), hill.grad(np.zeros(2)), (), slope=hill.grad)
    assert hill.value(top) > hill.value(np.zeros(2))


def test_the_budget_is_gradients_and_the_same_for_all():
    scene = RACE.scene(**EVERYBODY, budget=90)
    assert scene.frames == 91
    names = [layer.name for layer in scene.layers if layer.name]
    for i, name in enumerate(names):
        spent, height = scene.columns[f"spent_{i}"], scene.columns[f"height_{i}"]
        per_step = 3 if name.startswith("Newton") else 1
        moved = int(np.isfinite(height).sum()) - 1
        assert spent.max() == 90
        assert moved == 90 // per_step
        assert_array_equal(spent[: moved + 1], per_step * np.arange(moved + 1))
        assert (np.diff(scene.columns[f"x_{i}"][moved:]) == 0).all()


@pytest.mark.parametrize("landscape", WORDS)
def test_any_landscape_is_raced_on_from_a_start_that_is_chosen(landscape):
    ground, notice = race_ground(landscape, RACE.settings["formula"].default)
    assert notice == ""
    low, high = np.array(ground.view).T
    start = dict(zip("xy", (low + 0.4 * (high - low)).tolist(), strict=False))
    scene = RACE.scene(landscape=landscape, budget=20, **start)
    assert (scene.columns["x_0"][0], scene.notice) == (start["x"], "")
    assert scene.panels[0].pointer == ("x", "y")[: ground.dimension]
    assert (landscape in FLAT) == (ground.dimension == 1)
    if ground.dimension == 2:
        assert scene.columns["y_0"][0] == start["y"]
    assert len(scene.texts_at(20)) == 6


def test_a_formula_of_ones_own_and_what_is_none():
    own = RACE.scene(landscape="own", formula="x**2 + 20*y**2", x=1.0, y=0.5, **alone(gradient_descent_rate=0.02))
    assert_allclose(own.columns["y_0"][1], 0.5 - 0.02 * 20)
    assert own.title == "The race on L(x, y) = x**2 + 20*y**2: 150 gradients each."
    assert RACE.scene(landscape="own", formula="(x-1)**2").panels[0].pointer == ("x",)
    for formula in ("x +", "x*y*z", "sqrt(-1 - x**2 - y**2)"):
        scene = RACE.scene(landscape="own", formula=formula)
        assert scene.notice.startswith("formula must "), formula
        assert scene.notice.endswith("Raced on meanwhile: Rosenbrock's bent valley.")
        assert scene.title.startswith("The race on Rosenbrock's bent valley")
    for formula in ("1/(x - y)", "0*x + 0*y", "exp(exp(9*x)) + y", "log(x*y)"):
        scene = RACE.scene(landscape="own", formula=formula, budget=20)
        assert "nan" not in scene.describe()
        RACE.figure(landscape="own", formula=formula, budget=20).draw_without_rendering()


def test_the_experiments_end_as_the_lesson_says():
    facts = {name[0]: RACE.scene(**given).facts for name, given in RACE.presets.items()}
    assert facts["1"]["order"][0] == facts["2"]["order"][-1] == "AdaGrad"
    assert facts["1"]["arrived"]["AdaGrad"] == 5
    assert facts["1"]["arrived"]["momentum"] == facts["2"]["arrived"]["momentum"]
    plain = [RACE.scene(**RACE.presets[name]).columns["height_0"] for name in ("1 Along the axes", "2 Turned")]
    assert_allclose(plain[0], plain[1], rtol=2e-4)  # gradient descent; the turned start has four decimals
    rates = [RACE.scene(**RACE.presets[name]).found["adam_rate"] for name in ("1 Along the axes", "2 Turned")]
    assert rates[1] / rates[0] == pytest.approx(20, rel=0.05)
    assert facts["2"]["arrived"]["Adam"] == pytest.approx(facts["1"]["arrived"]["Adam"], rel=0.1)
    assert facts["3"]["order"][0] == facts["4"]["order"][-1] == "Newton, curvature measured"
    assert facts["3"]["arrived"]["Newton, curvature measured"] == 5
