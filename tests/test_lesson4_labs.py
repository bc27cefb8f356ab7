"""The arena and the ravine: their experiments, strip and plane are what single runs and theory say."""

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
from gdcourse.labs.ravine import METHODS, theory_pair, valley
from gdcourse.labs.ravine_plane import long_run, method_of, speeds
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import Momentum, Nesterov

ARENA, RAVINE = LABS["arena"], LABS["ravine"]
RIGHT, LEFT = 1.0355787140888537, -0.96014955551910552


def outcome(lab=ARENA, frame=0, **given):
    return lab.scene(**given).texts_at(frame)["outcome"]


# The arena


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
    assert ARENA.scene(steps=0).frames == RAVINE.scene(steps=0).frames == 1
    for lab, name, value in [
        (ARENA, "beta", 1.1),
        (ARENA, "beta", -0.1),
        (RAVINE, "kappa", 0.5),
        (RAVINE, "beta", 2.0),
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


# The ravine


@pytest.mark.parametrize("kappa", [10.0, 100.0])
@pytest.mark.parametrize("method", ["momentum", "nesterov"])
def test_the_plane_is_measured_and_theory_predicts_it(method, kappa):
    rows, across = speeds(method, kappa).shape
    rate, beta = np.meshgrid((np.arange(across) + 0.5) * 4 / across, (np.arange(rows) + 0.5) / rows)
    contraction = theory.nesterov_contraction if method == "nesterov" else theory.heavy_ball_contraction
    predicted = np.maximum(contraction(rate, beta, 1.0), contraction(rate, beta, 1 / kappa))
    assert np.mean(np.abs(speeds(method, kappa) - predicted) < 0.015) > 0.99
    assert np.abs(speeds(method, kappa) - predicted).max() < 0.03
    limit = theory.nesterov_critical_rate if method == "nesterov" else theory.heavy_ball_critical_rate
    shown = np.isfinite(RAVINE.scene(method=method, kappa=kappa).columns["speeds"]).reshape(rows, across)
    clear = np.abs(rate - limit(1.0, beta)) > 0.05
    assert_array_equal(shown[clear], (rate < limit(1.0, beta))[clear])


def test_the_measured_factor_of_known_sequences():
    steps = np.arange(121.0)
    assert_allclose(long_run(0.9**steps), [0.9])
    assert_allclose(long_run(1.3**steps), [1.3])
    assert_allclose(long_run(0.95**steps * np.abs(np.cos(0.7 * steps))), [0.95], atol=0.003)
    assert_array_equal(long_run(np.zeros(121)), [0.0])
    assert np.isnan(long_run(np.array([1.0, 0.5]))).all()


def test_c5_best_pairs_in_the_lab():
    best = theory_pair("momentum", 100.0)
    scene = RAVINE.scene(rate=float(best.rate), beta=float(best.beta))
    assert scene.facts["arrived"] == 93
    assert scene.texts_at(0)["outcome"] == "Step 93 is the first that leaves less than a millionth of the distance."
    plain = RAVINE.scene(method="gradient-descent", rate=float(theory_pair("gradient-descent", 100.0).rate))
    assert plain.texts_at(0)["outcome"].endswith("at this pace a millionth needs about 691 steps.")
    for method in METHODS:
        pair = theory_pair(method, 100.0)
        tracks = RAVINE.scene(method=method).tracks
        assert float(pair.rate) in tracks["rate"].positions
        assert float(pair.beta) in tracks["beta"].positions


@pytest.mark.parametrize("method", ["momentum", "nesterov"])
def test_the_best_heavy_ball_lies_where_both_damping_lines_cross(method):
    pair, columns = theory_pair(method, 100.0), RAVINE.scene(method=method).columns
    assert (columns["best_rate"][0], columns["best_beta"][0]) == (float(pair.rate), float(pair.beta))
    flat = np.interp(float(pair.rate), columns["damping_rate"], columns["damping_flat"])
    assert flat == pytest.approx(float(pair.beta), abs=1e-4)  # along the floor each is critically damped
    if method == "momentum":  # across the valley, too: there the two lines cross
        steep = np.interp(float(pair.rate), columns["damping_rate"], columns["damping_steep"])
        assert steep == pytest.approx(float(pair.beta), abs=1e-4)
    limit = columns["limit_rate"]
    assert (limit[0], limit[-1]) == pytest.approx((2.0, 4.0 if method == "momentum" else 4 / 3))


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0])
def test_turning_the_valley_turns_the_path_and_nothing_else(angle):
    turn = np.radians(angle)
    flat, turned = RAVINE.scene(angle=0.0).columns, RAVINE.scene(angle=angle).columns
    assert_allclose(turned["x"], np.cos(turn) * flat["x"] - np.sin(turn) * flat["y"], atol=1e-12)
    assert_allclose(turned["distance"], flat["distance"], rtol=1e-6)
    assert valley(100.0, angle).curvatures(np.zeros(2)).tolist() == pytest.approx([0.01, 1.0])


@pytest.mark.parametrize("method", METHODS)
def test_both_arrows_together_are_the_step(method):
    columns = RAVINE.scene(method=method).columns
    for axis in "xy":
        w, pull, carried = (columns[name + axis] for name in ("", "pull_", "carried_"))
        assert_allclose((w + (pull - w) + (carried - w))[:-1], w[1:], atol=1e-15)
        assert_allclose(carried[0] - w[0], 0 if method != "nesterov" else 0.7 * (pull[0] - w[0]), atol=1e-15)


def test_the_words_on_swinging_are_what_the_runs_do():
    ground = quadratic((0.01, 1.0))
    for method, rate, beta in [
        ("momentum", 1.2, 0.7),
        ("momentum", 0.3, 0.1),
        ("nesterov", 0.5, 0.95),
        ("momentum", 1.2, 0.99),
    ]:
        path = descend(ground, method_of(method, rate, beta), [0.5, 0.5], steps=400)
        along, across = ((np.diff(np.sign(path.points[:, i])) != 0).sum() > 1 for i in (0, 1))
        told = RAVINE.scene(method=method, rate=rate, beta=beta).texts_at(0)["swing"]
        words = {True: "swings", False: "creeps"}
        assert told == f"Across the valley it {words[across]}, along the floor it {words[along]}."


def test_a_pair_beyond_the_limit_diverges_and_says_which_rate_would_do():
    told = "It diverges: with β = 0.50 this method needs α below "
    assert outcome(RAVINE, rate=3.5, beta=0.5) == told + "3.000."
    assert outcome(RAVINE, method="nesterov", rate=1.9, beta=0.5) == told + "1.500."
    assert outcome(RAVINE, method="gradient-descent", rate=2.1) == "It diverges: gradient descent needs α below 2.000."
    assert RAVINE.scene(method="gradient-descent").columns["beta"] == 0.0  # in the plane it stands on the lower edge
    assert [p.pointer for p in RAVINE.scene().panels] == [(), ("rate", "beta")]
    assert RAVINE.scene(method="gradient-descent").panels[1].pointer == ("rate",)


def test_nesterovs_critical_damping_is_where_its_roots_meet():
    product = np.array([0.01, 0.3, 0.81])
    beta = theory.nesterov_critical_damping(product, 1.0)
    assert_allclose(((1 + beta) * (1 - product)) ** 2, 4 * beta * (1 - product))
    assert_allclose(theory.nesterov_contraction(product, beta, 1.0), np.sqrt(beta * (1 - product)), rtol=1e-6)
    assert np.isnan(theory.nesterov_critical_damping(1.5, 1.0))


def test_nesterov_asks_where_the_ball_will_be():
    ground, rate, beta = valley(10.0, 20.0), 0.3, 0.8
    w, v, ball = np.array(ground.start), np.zeros(2), []
    for _ in range(11):
        ball.append(w)
        v = beta * v - rate * ground.grad(w + beta * v)
        w = w + v
    path = descend(ground, Nesterov(rate, beta), steps=10)
    assert_allclose(path.points - beta * path.history("velocity"), ball, atol=1e-14)
