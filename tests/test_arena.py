"""The arena: its experiments, its strip and the learner's own curves are what single runs say."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.formula import landscape_from
from gdcourse.labs import LABS
from gdcourse.labs.arena import ODDS
from gdcourse.labs.arena_ground import wells_of
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import Momentum

ARENA = LABS["arena"]
RIGHT, LEFT = 1.0355787140888537, -0.96014955551910552


def outcome(frame=0, **given):
    return ARENA.scene(**given).texts_at(frame)["outcome"]


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        ("1 Two wells, β = 0", "Left well, 5 steps. Not the lowest one."),
        ("2 Two wells, β = 0.9", "Right well, 63 steps. The lowest there is."),
        ("3 Two wells, β = 0.85", "Left well, 40 steps. Not the lowest one."),
        ("4 From the right, β = 0.9", "Left well, 49 steps. Not the lowest one."),
        ("5 Plateau, β = 0", "Not at rest after 160 steps: the ball is at w = −4.44, 0.98 above the lowest well."),
        ("6 Plateau, β = 0.9", "In the valley, 111 steps."),
    ],
)
def test_the_six_experiments(experiment, words):
    assert list(ARENA.presets).index(experiment) == int(experiment[0]) - 1
    assert outcome(**ARENA.presets[experiment]) == words
    assert float(experiment.rpartition(" ")[2]) == ARENA.presets[experiment]["beta"]


def test_the_ball_is_thrown_out_of_the_deepest_well_only_with_momentum():
    given = ARENA.presets["4 From the right, β = 0.9"]
    assert ARENA.scene(**given).facts["well"] == LEFT
    assert ARENA.scene(**{**given, "beta": 0.0}).facts["well"] == RIGHT


def test_the_steps_are_those_until_the_ball_stays_near_its_floor():
    path = descend(LANDSCAPES["double-well-right"], Momentum(0.05, 0.9), -2.0, steps=160)
    far = np.flatnonzero(np.abs(path.points[:, 0] - RIGHT) >= 0.05)
    facts = ARENA.scene().facts
    assert (facts["well"], facts["arrived"]) == (RIGHT, far[-1] + 1)
    assert_array_equal(ARENA.scene().columns["w"], path.points[:, 0])
    assert_allclose(ARENA.scene().columns["next"][:-1], path.points[1:, 0], rtol=1e-12)


@pytest.mark.parametrize("given", [{}, {"landscape": "plateau", "rate": 0.2}, {"start": 1.9, "rate": 0.01}])
def test_the_strip_is_every_ball_by_itself(given):
    columns = ARENA.scene(**given).columns
    strip = np.array([columns[f"odds_{kind}"] for kind in ("best", "other", "nowhere")])
    assert (np.isfinite(strip).sum(axis=0) == 1).all()
    lowest = LANDSCAPES[given.get("landscape", "double-well-right")].minima[0][0]
    for place in (0, 7, 25, 40, 42, 45, 49):
        single = ARENA.scene(**given, beta=float(ODDS[place]))
        kind = int(np.flatnonzero(np.isfinite(strip[:, place]))[0])
        well = single.facts["well"]
        assert kind == (2 if math.isnan(well) else 0 if well == lowest else 1)
        assert strip[kind, place] == np.clip(single.facts["end"], *single.panels[0].x)


@pytest.mark.thorough
def test_who_never_rests_is_told_why():
    free = "β = 1 keeps all of the velocity: without any friction the ball never comes to rest."
    assert outcome(beta=1.0, rate=0.01) == free
    assert outcome(landscape="own", formula="3 + 0*x").startswith("It stays where it is: no slope and no velocity")
    flown = ARENA.scene(rate=0.5)
    first = int(np.argmax(~np.isfinite(flown.columns["loss"])))
    assert flown.texts_at(0)["outcome"].endswith(f"the ball leaves all numbers at step {first}.")
    assert flown.texts_at(first)["readout"].startswith(f"Step {first} | Beyond all numbers")
    assert outcome(landscape="own", formula="x").startswith("Not at rest after 160 steps: the ball is at w = −")


def test_a_curve_of_ones_own_rolls_like_the_landscape_it_is():
    own = ARENA.scene(landscape="own", formula="(x**2 - 1)**2 - 0.3*x", start=-2.0)
    known = ARENA.scene(start=-2.0)
    assert own.title == "The ball on your own curve, L(x) = (x**2 - 1)**2 - 0.3*x."
    assert own.texts_at(0)["outcome"] == known.texts_at(0)["outcome"]
    assert_allclose(own.columns["w"], known.columns["w"], rtol=1e-6)


def test_wells_are_found_by_looking_and_a_pole_is_none():
    assert_allclose(wells_of(landscape_from("(x**2 - 1)**2 - 0.3*x")), [LEFT, RIGHT], atol=1e-9)
    assert_allclose(wells_of(landscape_from("cos(3*x) + 0.1*x")).size, 2)
    assert_allclose(wells_of(landscape_from("abs(x - 1/3)")), [1 / 3])
    for formula in ("1/x**2", "-1/x**2", "tan(x)", "1/x", "x", "x**3"):
        assert wells_of(landscape_from(formula)).size == 0, formula


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("x +", "formula must be arithmetic such as"),
        ("x*y", "formula must have one letter, such as x, but 2 came"),
        ("sqrt(-1 - x**2)", "formula must have values between −3 and 3, but none came"),
        ("__import__('os')", "formula must"),
        ("", "formula must"),
    ],
)
def test_a_wrong_formula_gets_a_sentence_and_stays_typed(formula, told):
    settled, scene = ARENA.fit({"landscape": "own", "formula": formula})
    assert scene.notice.startswith(told)
    assert scene.notice.endswith("Shown meanwhile: two wells, the right one deeper.")
    assert scene.notice.count("\n") == 0
    assert (settled["landscape"], settled["formula"]) == ("own", formula)
    assert scene.describe().startswith(told)


@pytest.mark.parametrize(
    "formula", ["1/x", "log(x)", "tan(x)", "exp(exp(9*x))", "x**99", "1/(x-2.4)", "0*x", "sqrt(x)"]
)
def test_a_formula_with_a_pole_or_a_wall_gives_a_picture_and_a_sentence(formula):
    scene = ARENA.scene(landscape="own", formula=formula)
    low, high = scene.panels[0].y
    assert -np.inf < low < high < np.inf
    assert scene.texts_at(0)["outcome"]
    assert "nan" not in scene.describe()
    ARENA.figure(landscape="own", formula=formula).draw_without_rendering()


def test_zero_steps_and_hard_ends():
    ravine = LABS["ravine"]
    assert ARENA.scene(steps=0).frames == ravine.scene(steps=0).frames == 1
    for lab, name, value in [
        (ARENA, "beta", 1.1),
        (ARENA, "beta", -0.1),
        (ravine, "kappa", 0.5),
        (ravine, "beta", 2.0),
    ]:
        with pytest.raises(ValueError, match=rf"^{name} is a number from .* to .*; {value} came: pass one like "):
            lab.scene(**{name: value})
    with pytest.raises(ValueError, match=r"^formula is a text of at most 200 characters; .* came: pass one like "):
        ARENA.scene(formula="x" * 201)


@pytest.mark.parametrize("lab", LABS.values(), ids=LABS)
def test_presets_are_settings_of_their_lab(lab):
    for given in lab.presets.values():
        assert lab.settle(given)[0].items() >= given.items()
        assert lab.show_scene(**given).notice == ""


@pytest.mark.parametrize("landscape", ["double-well-right", "double-well"])
def test_the_zones_of_the_arenas_rate_are_the_heavy_balls_limits_in_the_lowest_well(landscape):
    ground = LANDSCAPES[landscape]
    curvature = float(ground.curvatures(np.array(ground.minima[0]))[0])
    limits = [float(theory.heavy_ball_critical_rate(curvature, beta)) for beta in (0.0, 1.0)]
    track = ARENA.scene(landscape=landscape).tracks["rate"]
    assert track.marks == ((pytest.approx(limits[0]), "2/L"), (pytest.approx(limits[1]), "4/L"))
    assert [role for _, _, role in track.zones] == ["minimum", "theory", "gradient"]
    assert [end for _, end, _ in track.zones] == pytest.approx([*limits, 0.5])
    well = ground.minima[0][0]
    for rate, beta, stays in ((0.98, 0.0, True), (1.02, 0.0, False), (1.5, 0.6, True), (2.02, 0.99, False)):
        path = descend(ground, Momentum(rate * limits[0], beta), well + 1e-6, steps=200)
        assert (np.abs(path.points[:, 0] - well) < 1e-4).all() == stays
    for formula in ("x", "abs(x)", "log(x)"):
        assert ARENA.scene(landscape="own", formula=formula).tracks["rate"].zones == ()
