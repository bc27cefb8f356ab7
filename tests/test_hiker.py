"""The hiker's lab: its words and numbers in every regime, the walk in the fog, and what it refuses."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES, hidden_valley

HIKER = LABS["hiker"]


def test_the_hiker_opens_with_these_words():
    texts = HIKER.scene().texts_at(0)
    assert texts == {
        "readout": "Step 0 | Position −4.00 | Loss 16.00 | Gradient −8.00",
        "arithmetic": "w − α·g = −4.00 − 0.10 × (−8.00) = −3.20",
        "outcome": "",
    }
    assert HIKER.scene().texts_at(1)["readout"] == "Step 1 | Position −3.20 | Loss 10.24 | Gradient −6.40"


def outcome(frame=-1, **given):
    scene = HIKER.scene(**given)
    return scene.texts_at(range(scene.frames)[frame])["outcome"]


def test_the_outcome_of_each_regime():
    near = "was the first within 0.01 of the lowest point, w = 0.00."
    assert outcome(rate=0.1) == f"Step 27 {near}"
    assert outcome(27, rate=0.1) == f"Step 27 {near}"
    assert outcome(26, rate=0.1) == ""  # the future is not told
    assert outcome(rate=0.5) == f"Step 1 {near}"
    assert outcome(rate=0.9) == f"Step 27 {near}"
    assert outcome(rate=1.0) == "Each step jumps across and back: from −4.00 to 4.00 and again, for ever."
    assert outcome(3, rate=1.0) == "Each step jumps across and back: from 4.00 to −4.00 and again, for ever."
    assert outcome(rate=1.2).endswith("The loss is higher than at the start: this rate is too large here.")
    assert outcome(rate=0.01, steps=1) == "After 1 step the loss is still 15.37 above the lowest point."
    assert outcome(rate=0.01) == "After 50 steps the loss is still 2.12 above the lowest point."


@pytest.mark.parametrize(("rate", "needed"), [(0.1, 27), (0.5, 1), (0.9, 27), (0.01, 297)])
def test_arrival_is_the_first_step_within_a_hundredth(rate, needed):
    facts = HIKER.scene(rate=rate, steps=300).facts
    assert facts["arrived"] == needed  # |w_k| = 4·|1 − 2α|ᵏ < 0.01
    assert 4 * abs(1 - 2 * rate) ** needed < 0.01 <= 4 * abs(1 - 2 * rate) ** (needed - 1)
    assert not facts["diverged"]


def test_fifty_steps_at_a_small_rate_do_not_arrive():
    assert HIKER.scene(rate=0.01).facts["arrived"] == math.inf
    assert HIKER.scene(rate=0.01, steps=297).facts["arrived"] == 297
    assert HIKER.scene(rate=0.01, steps=296).facts["arrived"] == math.inf


def test_the_numbers_of_the_square_are_its_closed_form():
    for rate in (0.03, 0.3, 0.8, 1.1):
        columns = HIKER.scene(rate=rate, start=3.0, steps=20).columns
        w = 3.0 * (1 - 2 * rate) ** np.arange(21)
        np.testing.assert_allclose(columns["w"], w, rtol=1e-12)
        np.testing.assert_allclose(columns["loss"], w**2, rtol=1e-12)
        np.testing.assert_allclose(columns["gradient"], 2 * w, rtol=1e-12)
        assert_array_equal(columns["next"][:-1], columns["w"][1:])


def test_both_wells_of_the_double_well():
    left = outcome(landscape="double-well", start=-1.9, rate=0.02)
    right = outcome(landscape="double-well", start=1.9, rate=0.02)
    assert left.endswith("was the first within 0.01 of the lowest point, w = −1.04.")
    assert right.endswith("was the first within 0.01 of a minimum, w = 0.96, but not of the lowest one.")


def test_a_level_start_stays_and_the_minimum_itself_has_arrived():
    level = "The slope is exactly zero here, so every step has length zero: the hiker stays."
    assert outcome(landscape="plateau", start=-800.0).endswith(level)
    assert outcome(0, landscape="plateau", start=-800.0).endswith(level)
    assert outcome(start=0.0) == "Step 0 was the first within 0.01 of the lowest point, w = 0.00."


def test_a_diverging_descent_says_so():
    scene = HIKER.scene(landscape="double-well", rate=1.5)
    first = int(np.argmax(np.isnan(scene.columns["w"])))
    lost = f"Step {first} | Beyond all numbers: this descent has diverged. Choose a smaller learning rate."
    assert 0 < first < 12
    assert scene.texts_at(first) == {"readout": lost, "arithmetic": "", "outcome": ""}
    assert scene.texts_at(first - 1)["readout"].startswith(f"Step {first - 1} | Position ")
    assert scene.facts["diverged"]
    assert math.isnan(scene.facts["final"])
    assert "| 50 | beyond all numbers | beyond all numbers |" in scene.describe()


def test_a_hiker_beyond_the_edge_is_told_of():
    beyond = "The hiker is beyond the {} edge of the picture: the triangle there points to him."
    view = LANDSCAPES["square"].view[0]
    scene = HIKER.scene(rate=1.2, steps=6)
    for frame, w in enumerate(scene.columns["w"][:-1]):
        side = "left" if w < view[0] else "right" if w > view[1] else ""
        assert scene.texts_at(frame)["outcome"] == (beyond.format(side) if side else "")
        assert bool(side) == (frame > 0)  # each step is 1.4 times as far out, on the other side
    assert scene.texts_at(6)["outcome"].endswith(
        "edge of the picture: the triangle there points to him. The loss is"
        " higher than at the start: this rate is too large here."
    )
    assert outcome(0, start=-9.0) == beyond.format("left")
    assert outcome(start=-5.0, rate=1.0, steps=8).startswith("Each step jumps")


def test_every_landscape_has_a_title_in_plain_english():
    for landscape in HIKER.settings["landscape"].choices:
        title = HIKER.scene(landscape=landscape).title
        assert title.startswith(("The hiker on L(w) = ", "The hiker in a ", "The hiker on a "))
        assert HIKER.scene(landscape=landscape, fog=True).title == f"{title[:-1]}, in the fog."


def test_the_critical_rates_are_positions_and_marks():
    for landscape, sharpest in (("square", 2.0), ("double-well", 12 * LANDSCAPES["double-well"].minima[0][0] ** 2 - 4)):
        track = HIKER.scene(landscape=landscape, marks=True).tracks["rate"]
        assert [words for _, words in track.marks] == ["1/L", "2/L"]
        np.testing.assert_allclose([at for at, _ in track.marks], [1 / sharpest, 2 / sharpest])
        assert {at for at, _ in track.marks} <= set(track.positions)
    assert HIKER.scene().tracks["rate"].marks == ()


# The fog


def test_the_fog_hides_all_but_the_ground_under_the_feet():
    scene = HIKER.scene(fog=True, landscape="double-well", walk=(1.0, 0.5))
    assert all(panel.ground is None for panel in scene.panels)
    assert not set(scene.columns) & {"next", "height", "arrived", "goal", "outcome", "rate"}
    assert scene.facts == {}
    view = LANDSCAPES["double-well"].view[0]
    seen = np.abs(scene.columns["feet_x"] - scene.columns["w"][:, None]).max()
    assert seen <= 0.045 * (view[1] - view[0]) + 1e-12
    np.testing.assert_allclose(
        scene.columns["feet_y"], LANDSCAPES["double-well"].value(scene.columns["feet_x"][..., None])
    )
    assert scene.title == "The hiker in a double well, in the fog."


def test_a_walk_in_the_fog_is_counted_and_felt():
    scene = HIKER.scene(fog=True, walk=(3.0, 0.0))
    assert scene.frames == 3
    assert_array_equal(scene.columns["w"], [-4.0, 3.0, 0.0])
    feet = [scene.texts_at(frame)["feet"] for frame in range(3)]
    assert feet[0] == "The ground falls to the right."
    assert feet[1] == "The ground falls to the left."
    assert feet[2].startswith("The ground is level")
    assert scene.texts_at(2)["readout"] == "Step 2 | Position 0.00 | Loss 0.00 | Gradient 0.00"


@pytest.mark.parametrize("valley", [1, 7, 42])
@pytest.mark.parametrize("walk", [(3.0,), (-6.0, 2.0, 5.0), (0.0, 1.0, 9.0)])
def test_the_lifted_fog_says_what_gradient_descent_needs(valley, walk):
    ground = hidden_valley(valley)
    scene = HIKER.scene(landscape="surprise", valley=valley, walk=walk, rate=0.3)
    lowest = min(float(ground.value(np.array(m))) for m in ground.minima)
    left = min(float(ground.value(np.array([w]))) for w in (*ground.start, *walk)) - lowest
    w, needed = np.array(ground.start), 0
    while needed <= 50 and float(ground.value(w)) - lowest > left:
        w, needed = w - 0.3 * ground.grad(w), needed + 1
    told = scene.texts_at(0)["walk"]
    count = f"{len(walk)} step{'s' if len(walk) > 1 else ''}"
    assert told.startswith(f"Your walk took {count}; its lowest place was ")
    needed_steps = f"{needed} step{'' if needed == 1 else 's'}"
    ending = f"Gradient descent needs {needed_steps} to be as low." if needed <= 50 else "not as low within 50 steps."
    assert told.endswith(ending)
    assert scene.value("left", 0) == pytest.approx(left)


def test_the_lowest_point_on_foot_beats_the_descent():
    told = "Your walk took {}; its lowest place was 0.00 above the lowest point of all. "
    never = "Gradient descent is not as low within 50 steps."
    assert HIKER.scene(walk=(0.0,)).texts_at(0)["walk"] == told.format("1 step") + never
    assert HIKER.scene(walk=(0.0, 4.0)).texts_at(0)["walk"] == told.format("2 steps") + never  # the best place counts


def test_every_valley_is_a_scene():
    for valley in range(1, 100):
        scene = HIKER.scene(landscape="surprise", valley=valley, steps=5)
        assert np.isfinite(scene.columns["loss"]).all()
        assert scene.found["start"] == hidden_valley(valley).start[0]


# What it refuses


def test_what_is_refused():
    refused = {"rate": (math.nan, math.inf, -0.1, "0.1", None, True, 10**400, [0.1], np.array(0.1), 1j)}
    refused["start"] = (math.nan, "−4", True, [1.0])
    refused["steps"] = (-1, 1001, 2.5, 10**400, "5", None, True)
    refused["fog"] = (0, 1, "yes", None)
    refused["landscape"] = ("himmelblau", "", None, 3)
    refused["walk"] = ("", "12", b"ab", ["1"], [True], [math.inf], {}, {1.0}, 3.0, None, (0.0,) * 1001)
    for name, values in refused.items():
        for value in values:
            with pytest.raises(ValueError, match=f"^{name} is .* came: pass "):
                HIKER.scene(**{name: value})


def test_numbers_of_other_kinds_are_taken():
    rate = HIKER.scene(rate=np.float32(0.5)).columns["rate"]
    assert_array_equal(rate, [0.5])
    assert HIKER.scene(steps=np.int64(3)).frames == 4
    assert HIKER.scene(steps=3.0).frames == 4
    assert HIKER.settle({"walk": np.array([1, 2])})[0]["walk"] == (1.0, 2.0)
    assert HIKER.settle({"fog": np.True_})[0]["fog"] is True
    assert HIKER.settle({"start": None})[0]["start"] is None


def test_refused_values_keep_the_others():
    scene = HIKER.show_scene(rate="fast", landscape="parabola", steps=-1)
    assert scene.title == "The hiker on L(w) = (w − 2)²."
    assert scene.frames == 51
    expected = (
        "rate is a finite number, 0 or more; 'fast' came: pass one like 0.1. Shown with rate = 0.1."
        " steps is a whole number from 0 to 1000; -1 came: pass one like 50. Shown with steps = 50."
    )
    assert scene.notice == expected
    assert HIKER.figure(rate="fast", landscape="parabola", steps=-1).alt.startswith(expected)


def test_by_hand_a_refused_value_leaves_the_last_good_one():
    kept = HIKER.settle({"landscape": "surprise", "valley": 13, "walk": (1.0,), "rate": 0.4})[0]
    settled, notice = HIKER.settle({**kept, "valley": 100}, strict=False, kept=kept)
    assert settled == kept
    assert notice == (
        "Valley number is a whole number from 1 to 99; 100 came: enter one like 1. Shown with Valley number = 13."
    )
    settled, notice = HIKER.settle({**kept, "rate": -1, "valley": 2}, strict=False, kept=kept)
    assert (settled["rate"], settled["valley"]) == (0.4, 2)
    assert notice.startswith("Learning rate α is a finite number, 0 or more; -1 came: enter one like 0.1. Shown with")
    assert HIKER.settle({"valley": 100}, strict=False)[1].endswith("pass one like 1. Shown with valley = 1.")


def test_what_a_setting_sets_back():
    moved = {**HIKER.settle({})[0], "landscape": "parabola", "start": 1.0, "walk": (2.0,), "rate": 0.7}
    back = HIKER.change(moved, "landscape")
    assert (back["start"], back["walk"], back["rate"], back["landscape"]) == (None, (), 0.7, "parabola")
    kept = HIKER.change(moved, "landscape", "start")  # moved together: what was set on purpose stays
    assert (kept["start"], kept["walk"]) == (1.0, ())
    assert HIKER.change(moved, "rate") == moved
