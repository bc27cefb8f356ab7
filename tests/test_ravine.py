"""The ravine: its plane, its paths and its words are what single runs and theory say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.ravine import METHODS, theory_pair, valley
from gdcourse.labs.ravine_plane import long_run, method_of, speeds
from gdcourse.landscapes import quadratic
from gdcourse.optimizers import Nesterov

RAVINE = LABS["ravine"]


def outcome(**given):
    return RAVINE.scene(**given).texts_at(0)["outcome"]


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


@pytest.mark.parametrize("method", METHODS)
def test_the_zones_of_the_ravines_rate_are_where_it_converges_for_every_beta_for_some_and_for_none(method):
    zones = RAVINE.scene(method=method).tracks["rate"].zones
    assert (zones[0][0], zones[-1][1]) == (0.0, 4.0)
    for low, high, role in zones:
        rate = (low + high) / 2
        runs = [
            RAVINE.scene(method=method, rate=rate, beta=beta, kappa=10.0, steps=400).columns["distance"][-1] < 1
            for beta in (0.0, 0.3, 0.6, 0.9)
        ]
        assert role == ("minimum" if all(runs) else "theory" if any(runs) else "gradient")


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
    assert outcome(rate=3.5, beta=0.5) == told + "3.000."
    assert outcome(method="nesterov", rate=1.9, beta=0.5) == told + "1.500."
    assert outcome(method="gradient-descent", rate=2.1) == "It diverges: gradient descent needs α below 2.000."
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
