"""The range test and the schedule lab: readings and schedules held to runs, and what they refuse."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.schedule import shaped

RANGE_TEST, SCHEDULE = LABS["range-test"], LABS["schedule"]


# The range test


def test_without_smoothing_the_smoothed_loss_is_the_loss():
    columns = RANGE_TEST.scene(smoothing=0.0).columns
    assert_array_equal(columns["smooth"], columns["loss"])
    assert columns["lowest"][0] == columns["rate"][np.nanargmin(columns["loss"])]
    assert columns["tenth"] == columns["lowest"] / 10


def test_the_smoothed_loss_is_a_weighted_mean_of_the_losses_so_far():
    beta, columns = 0.8, RANGE_TEST.scene(smoothing=0.8).columns
    weights = beta ** np.arange(21)[::-1]
    assert columns["smooth"][20] == pytest.approx((weights * columns["loss"][:21]).sum() / weights.sum())


def test_constant_rates_above_the_critical_one_are_seen_to_diverge():
    columns = RANGE_TEST.scene(condition=20.0).columns
    above = columns["constant"] > 1.1 * columns["last"]
    with np.errstate(all="ignore"):
        assert not (columns["ends"][above] < 1e3).any()
    assert (columns["ends"][columns["constant"] < 0.9 * columns["last"]] < 10).all()


def test_what_is_said_of_the_reading_depends_on_its_side_of_the_critical_rate():
    above, below = RANGE_TEST.scene(noise=0.0), RANGE_TEST.scene(noise=4.0, smoothing=0.9)
    assert above.facts["lowest"] > above.facts["last"]
    assert above.texts_at(0)["truth"].endswith("too large a rate needs some steps to show.")
    assert below.facts["lowest"] < below.facts["last"]
    assert below.texts_at(0)["truth"].endswith("times that.")


def test_the_steepest_fall_is_looked_for_before_the_lowest_point():
    for given in ({"noise": 0.0, "smoothing": 0.0}, {}, {"condition": 1.0}):
        columns = RANGE_TEST.scene(**given).columns
        with np.errstate(all="ignore"):
            smooth = np.log(columns["smooth"])
        lowest = int(np.nanargmin(np.where(np.isfinite(smooth), smooth, np.nan)))
        steepest = min(range(lowest), key=lambda k: smooth[k + 1] - smooth[k])
        assert (columns["steepest"], columns["lowest"]) == (columns["rate"][steepest], columns["rate"][lowest])


def test_the_same_shuffle_is_the_same_test_and_another_is_not():
    losses = [RANGE_TEST.scene(shuffle=n).columns["loss"] for n in (1, 1, 2)]
    assert_array_equal(losses[0], losses[1])
    assert not np.allclose(losses[0], losses[2], equal_nan=True)


# Schedules


@pytest.mark.parametrize("name", ["step", "exponential", "cosine", "inverse-time"])
@pytest.mark.parametrize(("handle", "share"), [(1, 0.01), (60, 0.3), (200, 0.9), (150, 1.0)])
def test_a_schedule_goes_through_its_handle(name, handle, share):
    schedule = shaped(name, handle, share)
    assert schedule(handle) == pytest.approx(share)
    assert (schedule(0), SCHEDULE.scene(schedule=name, handle=handle, share=share).columns["knob"][0]) == (
        pytest.approx(1), pytest.approx(share),
    )  # fmt: skip


def test_warm_up_is_at_the_top_at_its_handle_and_at_the_share_at_the_end():
    schedule = shaped("warm-up", 40, 0.1)
    assert (schedule(40), schedule(200)) == (pytest.approx(1), pytest.approx(0.1))
    assert (np.diff(schedule(np.arange(41))) >= 0).all()


def test_the_drawn_rate_is_the_rate_that_is_walked():
    scene = SCHEDULE.scene(schedule="cosine", noise=0.0, rate=0.05, handle=120, share=0.2)
    factor, x, y = (scene.columns[name] for name in ("factor", "x", "y"))
    w = np.stack([x, y], -1)
    ground = scene.panels[0].ground
    assert_allclose(np.diff(w, axis=0), -0.05 * factor[:-1, None] * ground.grad(w)[:-1], atol=1e-12)


def test_the_end_of_a_schedule_is_the_mean_of_its_last_20_steps():
    columns = SCHEDULE.scene(schedule="step", handle=60, share=0.2).columns
    assert columns["end"] == pytest.approx(columns["loss"][181:].mean())
    assert columns["end"] < columns["loss"][:20].mean() / 5


def test_a_constant_rate_settles_at_its_floor():
    for rate in (0.02, 0.1, 0.15):
        ends = [SCHEDULE.scene(schedule="constant", rate=rate, shuffle=n).columns for n in range(1, 9)]
        settled = ends[0]["settled"].item()
        assert np.mean([columns["loss"][-60:].mean() for columns in ends]) == pytest.approx(settled, rel=0.2)
        assert_allclose(ends[0]["floor"], settled)


def test_the_noise_is_the_same_for_all_rates_of_a_sweep():
    positions = np.array([0.02, 0.1])
    swept = SCHEDULE.table("rate", positions).columns
    alone = SCHEDULE.scene(rate=0.1).columns
    assert_array_equal(swept["single"][1], alone["single"])


@pytest.mark.parametrize("share", [0.0, -0.1, 1.5])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match=r"^share is a number above 0 and at most 1; .* came: pass one like 0.1$"):
        SCHEDULE.scene(share=share)


def test_words_of_a_schedule_that_diverges():
    scene = SCHEDULE.scene(schedule="constant", rate=5.0)
    assert scene.texts_at(200)["readout"].endswith("this descent has diverged. Choose a smaller learning rate.")
    assert scene.texts_at(200)["outcome"] == "This descent has no end: the rate is too large for too long."
    late = SCHEDULE.scene(schedule="cosine", rate=0.21, handle=60)
    assert late.texts_at(0)["outcome"].endswith("a constant α would diverge.")


@pytest.mark.parametrize("name", ["rate", "rates", "range-test", "schedule"])
def test_tables_are_small(name):
    lab = LABS[name]
    for over in (name for name, setting in lab.settings.items() if setting.tabled):
        columns = lab.table(over, lab.scene().tracks[over].positions).columns
        assert sum(numbers.nbytes for numbers in columns.values()) < 1.5e6
