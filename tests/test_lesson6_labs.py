"""The labs of lesson 6: what they measure is what single runs give, and what they predict is what theory gives.

The basin map has a file of its own.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.dimension import DRAWS, MOST, spectra
from gdcourse.labs.noisy import noisy
from gdcourse.labs.saddle import GROUNDS, METHODS, OUT, method_of
from gdcourse.labs.solid import ELEVATION, projected
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import Adam, GradientDescent, Momentum

SADDLE, BASINS, DIMENSION, TWO = (LABS[name] for name in ("saddle", "basins", "dimension", "two-weights"))


def told(lab, name="outcome", frame=0, **given):
    return lab.scene(**given).texts_at(frame)[name]


# The saddle


@pytest.mark.parametrize(
    ("experiment", "words", "theory_says"),
    [
        ("1 A ten-thousand-millionth off", "Out at step 242: there |y| is 1.00 or more.", "= 241.6 steps"),
        ("2 The same with momentum", "Out at step 86: there |y| is 1.00 or more.", "85.3 steps"),
        ("3 The same with Adam", "Out at step 13: there |y| is 1.00 or more.", "no formula"),
        ("4 Momentum exactly on the ridge", "It never leaves: across the ridge", "stays zero"),
        ("5 On the ridge, with noise", "Out at step ", "88.4 steps for a typical run"),
        ("6 A monkey saddle", "Out at step 58: there |y| is 1.00 or more.", "turns off near step 23."),
    ],
)
def test_the_experiments_at_the_saddle(experiment, words, theory_says):
    given = SADDLE.presets[experiment]
    assert told(SADDLE, **given).startswith(words)
    assert theory_says in told(SADDLE, "theory", **given)
    assert SADDLE.settle(given)[0].items() >= given.items()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("landscape", GROUNDS)
def test_the_lab_walks_as_descend_walks(method, landscape):
    ground, noise = LANDSCAPES[landscape], 1e-4
    path = descend(ground, method_of(method, 0.05, 0.8), [[1.5, 1e-5]], steps=200, grad=noisy(ground, noise, 1), rng=6)
    scene = SADDLE.scene(landscape=landscape, method=method, offset=1e-5, noise=noise, rate=0.05, beta=0.8, steps=200)
    assert_array_equal(scene.columns["x"], path.points[:, 0, 0])
    assert_array_equal(scene.columns["away"], np.abs(path.points[:, 0, 1]))
    beyond = np.flatnonzero(~(np.abs(path.points[:, 0, 1]) < OUT[landscape]))
    assert scene.facts["out"] == (beyond[0] if beyond.size else np.inf)


@pytest.mark.parametrize("offset", [1e-12, 1e-6, 1e-3, 0.1])
@pytest.mark.parametrize(("method", "beta"), [("gradient-descent", 0.0), ("momentum", 0.5), ("momentum", 0.9)])
def test_without_noise_the_formula_is_right_to_a_step(offset, method, beta):
    facts = SADDLE.scene(method=method, beta=beta, offset=offset, rate=0.1).facts
    assert facts["out"] == pytest.approx(np.ceil(facts["predicted"]), abs=1)
    wrong = theory.escape_steps(offset, 1.0, 0.1, -1.0, beta)
    assert facts["amplitude"] == pytest.approx(offset) or wrong < facts["predicted"]


def test_the_predicted_line_lies_on_the_measured_one():
    for given in ({"offset": 1e-8}, {"offset": 1e-8, "method": "momentum"}):
        columns = SADDLE.scene(**given).columns
        at = np.arange(20, int(columns["predicted"][0]))
        line = np.exp(np.interp(at, columns["line_step"], np.log(columns["line_away"])))
        assert_allclose(columns["away"][at], line, rtol=0.02)


def test_noise_works_like_an_offset_in_the_typical_run():
    """Over 400 seeds the median step at which noise carries the hiker off the ridge is near what the lab predicts."""
    ground, predicted = LANDSCAPES["horse-saddle"], SADDLE.scene(offset=0.0, noise=1e-4).facts["predicted"]
    walk = descend(
        ground,
        GradientDescent(0.1),
        np.zeros((400, 2)),
        steps=250,
        grad=lambda w, rng: ground.grad(w) + 1e-4 * rng.normal(size=w.shape),
        rng=1,
    )
    out = (np.abs(walk.points[..., 1]) >= 1).argmax(0)
    assert np.median(out) == pytest.approx(predicted, rel=0.06)
    assert SADDLE.scene(offset=0.0, noise=1e-4).facts["out"] == pytest.approx(predicted, rel=0.25)


def test_turning_the_view_turns_it():
    ground = LANDSCAPES["horse-saddle"]  # its net has the radius 2, and the height 2 on its rim
    points = np.random.default_rng(0).uniform(-1.2, 1.2, (20, 2))
    for degrees in (0.0, 90.0, 200.0):
        turn = np.radians(degrees)
        x, y = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ (points / 2).T
        upwards = y * np.sin(ELEVATION) + ground.value(points) / 2 * np.cos(ELEVATION)
        assert_allclose(projected(ground, points, degrees), np.stack([x, upwards], -1), atol=1e-15)
    assert np.isnan(projected(ground, np.array([[9.0, 0.0]]), 0.0)).all()  # what lies beyond the net is not drawn
    assert_array_equal(SADDLE.scene(azimuth=0.0).columns["away"], SADDLE.scene(azimuth=90.0).columns["away"])


# The dimension lab


@pytest.mark.parametrize("n", range(1, MOST + 1))
def test_the_counts_are_those_of_the_drawn_hessians(n):
    curvatures, columns = spectra(n, 1), DIMENSION.scene(dimension=n).columns
    down = (curvatures < 0).sum(1)
    assert curvatures.shape == (DRAWS, n)
    for frame in (0, 1, 37, 100):
        drawn = down[: int(columns["drawn"][frame])]
        counted = [columns[name][frame] for name in ("minima", "maxima", "saddles")]
        assert counted == [(drawn == 0).sum(), (drawn == n).sum(), ((drawn > 0) & (drawn < n)).sum()]
        assert frame == 0 or columns["index_share"][frame, : n + 1] == pytest.approx(
            np.bincount(drawn, minlength=n + 1) / len(drawn)
        )
    assert np.isnan(columns["index_share"][:, n + 1 :]).all()


def test_before_the_first_hessian_nothing_is_counted():
    assert told(DIMENSION, "counts") == ""
    assert told(DIMENSION, "readout") == "Nothing drawn yet | Press Play"
    assert told(DIMENSION, "counts", frame=1).startswith("Drawn so far: ")


@pytest.mark.parametrize("n", [1, 2, 3])
def test_c14_the_drawn_share_is_the_exact_chance_within_its_luck(n):
    chance = theory.chance_of_minimum(n)
    drawn = sum(DIMENSION.scene(dimension=n, seed=seed).facts["minima"] for seed in range(1, 11))
    assert drawn / (10 * DRAWS) == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / (10 * DRAWS)))
    assert DIMENSION.scene(dimension=n).columns["exact"][0] == chance


def test_d36_the_chance_falls_faster_than_by_coin_tosses():
    for n in range(2, MOST + 1):
        share = np.mean([(spectra(n, seed)[:, 0] > 0).mean() for seed in (1, 2, 3)])
        assert share < 0.8 * 0.5**n
    assert "coin" in told(DIMENSION, "chance", dimension=5)


def test_a_shift_moves_the_line_between_down_and_up():
    high, level, low = (DIMENSION.scene(dimension=5, shift=s).facts for s in (-1.2, 0.0, 1.2))
    assert low["minima"] > 0.9 * DRAWS > 10 > level["minima"]
    assert high["maxima"] > 0.9 * DRAWS
    assert told(DIMENSION, "chance", dimension=2, shift=0.5).startswith("All curvatures are shifted by 0.50")
    columns = DIMENSION.scene(shift=0.5).columns
    assert np.isnan(columns["closed_share"]).all()
    assert np.isnan(columns["toss"]).all()


# Two weights


@pytest.mark.parametrize(
    ("rate", "sharpness", "rises"),
    [(0.1, 16.02, False), (0.13, 14.17, True), (0.15, 9.44, True), (0.2, 2.003, True), (0.22, 5.79, True)],
)
def test_c9_the_two_weight_lab_ends_where_the_facts_say(rate, sharpness, rises):
    scene = TWO.scene(rate=rate)
    assert scene.facts["end"] == pytest.approx(sharpness, abs=0.006)
    assert scene.facts["end"] < scene.facts["limit"] == pytest.approx(2 / rate)
    assert scene.texts_at(0)["outcome"].startswith("The loss first rises" if rises else "It comes to rest")
    assert scene.facts["slow"] == pytest.approx(16.115, abs=1e-3)
    left, product = (float(scene.columns[name][0]) for name in ("left", "product"))
    assert left == pytest.approx(product, rel=1e-9)
    assert told(TWO, rate=0.25) == "It diverges."


def test_c8_the_limit_of_the_heavy_ball_is_higher():
    assert TWO.scene(rate=0.1, beta=0.5).facts["limit"] == pytest.approx(30.0)
    assert told(TWO, "why", beta=0.5) == ""
    plain, ball = (
        descend(LANDSCAPES["two-weights"], m, steps=150) for m in (GradientDescent(0.15), Momentum(0.15, 0.0))
    )
    assert_allclose(plain.points, ball.points, rtol=1e-9)
    assert_allclose(TWO.scene(rate=0.15).columns["u"], plain.points[:, 0], rtol=1e-9)


def test_the_zones_of_the_rate_are_what_the_runs_do():
    zones = TWO.scene().tracks["rate"].zones
    assert [role for _, _, role in zones] == ["minimum", "theory", "gradient"]
    for low, high, role in zones:
        for rate in np.linspace(low, high, 9)[1:-1]:
            outcome = told(TWO, rate=float(rate))
            assert outcome.startswith(
                {"minimum": "It comes", "theory": "The loss first", "gradient": "It diverges"}[role]
            ), rate


def test_the_flat_part_of_the_minima_is_where_the_sharpness_is_below_the_limit():
    columns = TWO.scene(rate=0.2).columns
    u, v = columns["curve_u"], columns["curve_v"]
    seen = np.isfinite(u)
    sharpness = LANDSCAPES["two-weights"].curvatures(np.stack([u, v], -1)[seen])[:, -1]
    assert_array_equal(np.isfinite(columns["flat_u"][seen]), sharpness <= 10 + 1e-9)


def test_zero_steps_and_hard_ends():
    for lab in (SADDLE, BASINS, TWO):
        assert lab.scene(steps=0).frames == 1
    for lab, name, value in [
        (SADDLE, "beta", 1.0),
        (BASINS, "beta", 1.0),
        (DIMENSION, "dimension", 0),
        (TWO, "beta", 0.95),
    ]:
        with pytest.raises(ValueError, match=rf"^{name} is a .* from .* to .*; {value} came: pass one like "):
            lab.scene(**{name: value})


def test_adam_has_no_formula_and_leaves_soon():
    path = descend(LANDSCAPES["horse-saddle"], Adam(0.1), [1.5, 1e-10], steps=20)
    out = (np.abs(path.points[:, 1]) >= 1).argmax()
    assert SADDLE.scene(method="adam", offset=1e-10).facts["out"] == out == 13
    assert np.isnan(SADDLE.scene(method="adam").facts["predicted"])
