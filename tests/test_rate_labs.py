"""The rate lab and the many-rates view: words of every regime, theory lines on the measurement, what is refused."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.labs import LABS

RATE, RATES = LABS["rate"], LABS["rates"]


# The rate lab


@pytest.mark.parametrize(
    ("rate", "words", "needed"),
    [
        (0.05, "Monotone: α is below 1/L = 0.1000, and no direction overshoots.", 270),
        (0.1, "Exact: α is 1/L = 0.1000, and the steep direction is done in one step.", 132),
        (2 / 11, "Overshooting: α is between 1/L = 0.1000 and 2/L = 0.2000;", 69),
        (0.199, "Overshooting: ", 1375),
        (0.2, "Cycling: α is 2/L = 0.2000, and the steep direction jumps to and fro for ever.", math.inf),
        (0.21, "Divergent: α is above 2/L = 0.2000, and the steep direction grows in every step.", math.inf),
    ],
)
def test_every_regime_has_its_words_and_its_steps(rate, words, needed):
    scene = RATE.scene(rate=rate)
    assert scene.texts_at(0)["regime"].startswith(words)
    assert scene.facts["needed"] == needed


def test_the_loss_is_the_sum_of_the_two_predicted_lines():
    for rate in (0.03, 0.1, 0.19, 0.2, 0.22):
        columns = RATE.scene(rate=rate).columns
        k, ends = columns["step"], [columns["loss_along"], columns["loss_across"]]
        with np.errstate(all="ignore"):
            lines = [start * (end / start) ** (k / k[-1]) for start, end in ends]
        assert_allclose(sum(lines), columns["loss"], rtol=1e-6, atol=1e-15)


@pytest.mark.parametrize("condition", [1.0, 3.0, 10.0, 100.0])
def test_measured_steps_never_exceed_the_predicted_ones(condition):
    columns = RATE.scene(condition=condition).columns
    worst = theory.worst_contraction(columns["tried"], condition, 1.0)
    predicted = np.ceil(theory.steps_to(1e-6, worst))
    there = np.isfinite(columns["tried_steps"])
    assert there.any() == (predicted <= 300).any()
    # a walk that is over at once, as at α = 1/L, is one rounding longer than predicted
    assert (columns["tried_steps"][there] <= predicted[there] + 1).all()
    assert (
        columns["tried_steps"][there] >= predicted[there] - 12
    ).all()  # the slow direction has nearly all of the way


def test_the_bottom_of_the_u_is_the_best_rate():
    columns = RATE.scene(condition=20.0).columns
    bottom = columns["map_rate"][columns["map_steps"].argmin()]
    assert bottom == pytest.approx(float(theory.best_rate(20.0, 1.0)), rel=0.02)


def test_the_descent_turns_with_the_valley_and_needs_as_many_steps():
    flat = RATE.scene(angle=0.0, start_x=1.0, start_y=0.5).columns
    turned = RATE.scene(angle=90.0, start_x=-0.5, start_y=1.0).columns
    assert_allclose(turned["x"], -flat["y"], atol=1e-12)
    assert_allclose(turned["y"], flat["x"], atol=1e-12)
    assert_allclose(turned["loss"], flat["loss"], rtol=1e-9)


def test_marks_and_zones_of_the_rate_move_with_the_condition():
    for condition in (1.0, 10.0, 100.0):
        track = RATE.scene(condition=condition).tracks["rate"]
        marked = {words: at for at, words in track.marks}
        assert_allclose(
            [marked["1/L"], marked["best"], marked["2/L"]], [1 / condition, 2 / (1 + condition), 2 / condition]
        )
        assert set(marked.values()) <= set(track.positions)
        assert [role for _, _, role in track.zones] == ["minimum", "theory", "gradient"]
        (low, first, _), (_, last, _), (_, high, _) = track.zones
        assert_allclose([low, first, last, high], [0.002, 1 / condition, 2 / condition, 2.5])
    assert RATE.scene(condition=1000.0).tracks["rate"].marks == (
        (0.002, "2/L"),
    )  # the rest lies to the left of the track


def test_the_angle_to_the_minimum_is_told_and_the_minimum_has_none():
    worst = RATE.scene(condition=100.0, angle=0.0, start_x=2.0, start_y=0.2)
    assert "79° off the way to the minimum" in worst.texts_at(0)["readout"]
    still = RATE.scene(start_x=0.0, start_y=0.0)
    assert still.texts_at(5) == {
        "readout": "Step 5 | Weights (0.00, 0.00) | Loss 0.00",
        "factors": still.texts_at(0)["factors"],
        "regime": still.texts_at(0)["regime"],
        "outcome": "Nothing of the starting distance is left to go: the start is the minimum.",
    }


def test_a_diverging_rate_says_so_and_where_it_lies():
    scene = RATE.scene(rate=1e100)
    assert scene.texts_at(80)["readout"].startswith("Step 80 | Beyond all numbers")
    assert scene.texts_at(80)["outcome"] == "This descent never arrives."


@pytest.mark.parametrize("condition", [0.0, 0.5, 1e7])
def test_a_condition_below_one_or_beyond_reason_is_refused(condition):
    with pytest.raises(ValueError, match=r"^condition is a number from 1 to 1000000, .* came: pass one like 10.0$"):
        RATE.scene(condition=condition)


def test_a_turned_valley_says_how_far_it_is_turned():
    assert RATE.scene(angle=45.0).title == "A valley of condition κ = 10, turned by 45°."


# Many rates at once


def test_twenty_rates_are_the_closed_form():
    columns = RATES.scene().columns
    k, rates = columns["step"][:, None], columns["alphas"][0]
    assert_allclose(columns["loss"], 16 * (1 - 2 * rates) ** (2 * k), rtol=1e-7, atol=1e-20)
    assert RATES.scene().facts == {"arrived": 10, "open": 6, "lost": 4}


def test_the_same_rates_on_a_steeper_hill_diverge():
    counts = [int(RATES.scene(curvature=c).facts["lost"]) for c in (0.5, 2.0, 8.0, 20.0)]
    rates = np.array(RATES.scene().columns["alphas"][0])
    assert counts == [int((rates * c >= 2 - 1e-12).sum()) for c in (0.5, 2.0, 8.0, 20.0)]


def test_chosen_rates_are_labelled_and_tabulated():
    scene = RATES.scene(rates=(0.9, 0.3))
    assert [heading for heading, _, _ in scene.heads] == ["Step", "Loss at α = 0.3", "Loss at α = 0.9"]
    assert "α = 0.9" in [layer.text for layer in scene.layers]
    assert scene.texts_at(3)["readout"] == "Step 3 | The lowest loss, 0.07, belongs to α = 0.30"


@pytest.mark.parametrize("rates", [(0.0,), (-1.0, 0.5), tuple(0.01 * k for k in range(1, 30))])
def test_rates_out_of_range_are_refused(rates):
    with pytest.raises(ValueError, match=r"^rates is a list of at most 20 numbers above 0; .* came: pass one like"):
        RATES.scene(rates=rates)


def test_diverging_rates_on_the_double_well_leave_words_and_a_picture():
    scene = RATES.scene(landscape="double-well", start=2.0)
    assert scene.facts["lost"] > 5
    scene_text = scene.describe()
    assert "belongs to α" in scene_text


def test_the_critical_rate_stands_among_the_rates_where_there_is_one():
    for curvature in (0.5, 2.0, 20.0):
        scene = RATES.scene(curvature=curvature)
        assert_allclose(scene.columns["edge"], 2 / curvature)
        (edge,) = (layer for layer in scene.layers if layer.name == "2/L")
        assert (edge.panel, edge.x) == ("rates", "edge")
    assert not [layer for layer in RATES.scene(landscape="double-well").layers if layer.name == "2/L"]


def test_at_step_0_no_rate_is_better_than_another():
    scene = RATES.scene(start=5.0)
    assert scene.texts_at(0)["readout"] == "Step 0 | All begin at the same loss, 9.00"
    assert "belongs to α" in scene.texts_at(1)["readout"]
