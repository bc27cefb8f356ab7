"""The training lab: its runs are those of the loop, and a rate moved while it runs changes only what comes after."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.training import SETTINGS, carry
from gdcourse.labs.training_picture import tiling
from gdcourse.labs.training_runs import FRAMES, STEPS, Case, Leg, network_of, parts, split_of, training_of
from gdcourse.optimizers import OPTIMIZERS
from gdcourse.stage.stage import pack

LAB = LABS["training"]
DIGITS = {"data": "digits", "samples": 1000, "hidden": 16, "batch": 32}
CASE = Case("moons", "adam", 12, 200, 0, 1)


def outcome(**given):
    return LAB.scene(**given).texts_at(FRAMES)["outcome"]


def test_the_lab_opens_with_these_words():
    texts = LAB.scene().texts_at(0)
    assert texts["readout"].startswith("Step 0 | Loss: training 0.4")
    assert texts["force"] == (
        "The next step is taken at rate 0.02 with mini-batches of 16; each of the 200 training samples was used 0.0"
        " times so far."
    )
    assert texts["went"].startswith("Move rate or batch while it runs")
    assert texts["outcome"] == ""


@pytest.mark.parametrize("given", [{}, {"data": "penguins", "optimizer": "momentum", "wrong": 10}, DIGITS])
def test_the_run_is_the_loops_own(given):
    scene = LAB.scene(**given)
    full = {**LAB.settle(given)[0], **scene.found}
    case = Case(*(full[name] for name in Case._fields))
    training = training_of(case, Leg(FRAMES, full["rate"], full["batch"]))
    at = training.begin(1)
    for frame in range(0, FRAMES + 1, 8):
        report = training.report(0, at)
        assert scene.value("train", frame) == report.train_loss
        assert scene.value("validation_right", frame) == 100 * report.validation_right
        at = training.advance(at, 8 * STEPS)


def test_every_sample_used_is_counted():
    """200 samples in mini-batches of 16: an epoch is twelve of them and a short one of 8."""
    used = 200 * LAB.scene().columns["epochs"]
    assert_allclose(used[:3], [0, 160, 200 + 7 * 16])
    assert_allclose(used[-1], 30 * 200 + 10 * 16)  # 400 steps are 30 epochs of 13 and ten steps more


def test_a_rate_moved_while_it_runs_changes_only_what_comes_after():
    plain = LAB.scene()
    changed = LAB.scene(rate=0.2, batch=64, past=(15, 0.02, 16))
    assert_array_equal(changed.columns["train"][:16], plain.columns["train"][:16])
    assert_array_equal(changed.columns["picture"][:16], plain.columns["picture"][:16])
    assert (changed.columns["train"][16:] != plain.columns["train"][16:]).all()
    assert list(changed.columns["rate"][[0, 14, 15, 40]]) == [0.02, 0.02, 0.2, 0.2]  # of the step that comes next
    assert list(changed.columns["batch"][[0, 14, 15, 40]]) == [16, 16, 64, 64]
    training = training_of(CASE, Leg(FRAMES, 0.02, 16))
    at = training.advance(training.begin(1), 15 * STEPS)
    after = replace(training, optimizer=OPTIMIZERS["adam"](rate=0.2), batch=64).advance(at, 25 * STEPS)
    assert changed.columns["train"][-1] == training.report(0, after).train_loss
    assert changed.texts_at(3)["went"] == "Rate or batch was changed once on the way (pink mark)."
    assert_array_equal(changed.columns["change_step"], [150.0])


def test_what_was_moved_is_written_into_the_past():
    given = {name: setting.default for name, setting in SETTINGS.items()} | {"rate": 0.02}
    first = {**given, "rate": 0.1}
    assert carry(given, first, 10) == {"past": (10, 0.02, 16)}
    one = {**first, "past": (10.0, 0.02, 16.0)}
    assert carry(one, {**one, "rate": 0.3}, 10) == {"past": (10, 0.02, 16)}  # the hand is still moving
    assert carry(one, {**one, "batch": 4}, 25) == {"past": (10, 0.02, 16, 25, 0.1, 16)}
    two = {**one, "batch": 4, "past": (10.0, 0.02, 16.0, 25.0, 0.1, 16.0)}
    assert carry(two, {**two, "rate": 0.5}, 20) == {"past": (10, 0.02, 16, 20, 0.1, 16)}  # went back and chose anew
    assert carry(two, {**two, "rate": 0.5}, 5) == {"past": (5, 0.02, 16)}
    for frame in (0, FRAMES):
        assert carry(two, {**two, "rate": 0.5}, frame) == {"past": ()}
    assert carry(two, two, 7) == {}


def test_the_lab_keeps_the_past_only_of_the_same_run():
    before, _ = LAB.fit({})
    moved = LAB.change({**before, "rate": 0.3}, "rate", before=before, frame=12)
    assert moved["past"] == (12, before["rate"], 16)
    other = LAB.change({**moved, "hidden": 4}, "hidden", before=moved, frame=20)
    assert (other["past"], other["rate"]) == ((), 0.3)
    fresh = LAB.change({**moved, "data": "digits"}, "data", before=moved, frame=20)
    assert (fresh["past"], fresh["rate"], fresh["samples"]) == ((), None, 200)
    chosen = LAB.change(
        {**moved, **LAB.presets["Rate too large"]}, *LAB.presets["Rate too large"], before=moved, frame=20
    )
    assert chosen["past"] == ()
    assert LAB.change({**before, "rate": 0.3}, "rate") == {**before, "rate": 0.3}  # by a call, not by hand


@pytest.mark.parametrize(
    "past", [(1.0,), (10.0, 0.1), (0.0, 0.1, 16.0), (40.0, 0.1, 16.0), (20.0, 0.1, 16.0, 10.0, 0.1, 16.0),
             (10.5, 0.1, 16.0), (10.0, -0.1, 16.0), (10.0, 0.1, 0.0), (10.0, 0.1, 2.5)],
)  # fmt: skip
def test_a_past_that_cannot_have_been_is_refused(past):
    with pytest.raises(ValueError, match=r"^past is a list of frame, rate and batch.* came: pass one like"):
        LAB.scene(past=past)
    assert LAB.show_scene(past=past).notice.endswith("Shown with the lab's defaults.")


def test_the_map_is_the_networks_own_answer():
    scene = LAB.scene(past=(5, 0.02, 16), rate=0.01)
    training = training_of(CASE, Leg(FRAMES, 0.02, 16))
    w = training.advance(training.begin(1), 5 * STEPS).w
    image = scene.columns["picture"][5].reshape(45, 45)
    (left, right), (low, high) = scene.panels[0].x, scene.panels[0].y
    for row, column in ((0, 0), (3, 40), (22, 22), (44, 10)):
        place = [left + (column + 0.5) / 45 * (right - left), low + (row + 0.5) / 45 * (high - low)]
        assert_allclose(image[row, column], network_of(CASE).chances(w, [place])[0, 0], rtol=1e-12)
    assert scene.layers[0].z_range == (0, 1)


def test_all_training_samples_are_drawn_once_in_their_class():
    scene = LAB.scene(samples=40, wrong=20)
    split, true = split_of("moons", 40, 20, 1), parts("moons")
    for k in (0, 1):
        assert_array_equal(scene.columns[f"x{k}"], split.train.x[split.train.y == k, 0])
    assert len(scene.columns["x"]) == 40
    off = split.train.y != true.train.y[:40]
    assert off.sum() == 8
    assert_array_equal(np.isfinite(scene.columns["wrong_x"]), off)
    assert_array_equal(split.validation.y, true.validation.y)  # validated with the true classes


@pytest.mark.parametrize(("hidden", "rows", "across"), [(1, 1, 1), (2, 1, 2), (16, 4, 4), (24, 5, 5), (64, 8, 8)])
def test_the_weights_of_every_unit_have_a_tile(hidden, rows, across):
    assert tiling(hidden) == (rows, across)
    scene = LAB.scene(**{**DIGITS, "hidden": hidden})
    case = Case("digits", "adam", hidden, 1000, 0, 1)
    training = training_of(case, Leg(FRAMES, 0.02, 32))
    weights = training.network.layers(training.begin(1).w)[0][0]
    sheet = scene.columns["picture"][0].reshape(9 * rows, 9 * across)[::-1]  # the first row at the top
    tile = sheet[1:9, :8]
    assert_allclose(np.corrcoef(tile.ravel(), weights[:, 0])[0, 1], 1)
    assert np.isfinite(sheet).sum() == 64 * hidden
    assert scene.layers[0].rows == 9 * rows


def test_the_outcome_of_each_experiment():
    assert outcome().startswith("The validation loss was lowest at step ")
    assert outcome(**LAB.presets["Overfits"]).startswith("Overfitted: validation loss lowest at step ")
    assert outcome(**LAB.presets["Rate too large"]).startswith("The loss jumps up and down")
    assert outcome(rate=1e-4, optimizer="gradient-descent").startswith(("Hardly anything", "The validation loss was"))
    assert outcome(rate=0.0, seed=2).startswith("Hardly anything learned")
    assert "has not clearly risen since" in outcome(**LAB.presets["Reads digits"])


def test_noise_alone_is_not_called_overfitting():
    noisy = LAB.scene(data="penguins", rate=0.05, past=(10.0, 0.02, 16.0))
    assert noisy.facts["validation"] > 1.1 * noisy.facts["best_loss"]
    assert "has not clearly risen since" in noisy.texts_at(FRAMES)["outcome"]


def test_the_picture_says_how_it_is_read():
    scene = LAB.scene()
    assert scene.title.endswith("Pale: taken for the upper moon, dark: for the lower moon.")
    one, other = (scene.columns["picture"][-1][np.ravel_multi_index(at, (45, 45))] for at in ((35, 10), (8, 35)))
    assert one > 0.9  # the upper moon's side is pale: its chance is drawn
    assert other < 0.1
    rings = [layer.name for layer in LAB.scene(wrong=10).layers + scene.layers]
    assert rings.count("given a wrong class") == 1


def test_overfitting_on_demand_learns_wrong_classes_by_heart():
    few, many = (LAB.scene(**{**LAB.presets["Overfits"], "samples": samples}).facts for samples in (20, 200))
    assert few["train_right"] == 100
    assert few["validation"] > 2 * few["best_loss"]
    assert few["best_step"] < 100
    assert many["validation_right"] > few["validation_right"] + 5


def test_too_small_a_network_stays_worse_on_both_parts():
    small, large = LAB.scene(hidden=1).facts, LAB.scene().facts
    assert small["train"] > 2 * large["train"]
    assert small["validation"] > 1.5 * large["validation"]


def test_fewer_samples_than_asked_for_are_told():
    scene = LAB.scene(samples=1000, batch=1000)
    assert (scene.found["samples"], scene.found["batch"]) == (200, 200)
    assert LAB.scene(data="penguins").found["rate"] == 0.02


def test_a_diverging_run_says_so():
    scene = LAB.scene(optimizer="gradient-descent", rate=1e30)
    assert "diverged" in scene.texts_at(FRAMES)["readout"]
    assert scene.texts_at(FRAMES)["outcome"] == ""
    figure = LAB.figure(**DIGITS, optimizer="gradient-descent", rate=1e30)
    figure.draw_without_rendering()
    assert "nan" not in figure.alt


@pytest.mark.parametrize(
    ("name", "value"), [("rate", math.nan), ("batch", 0), ("batch", 2.5), ("hidden", 65), ("wrong", -1)]
)
def test_what_is_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name} is "):
        LAB.scene(**{name: value})


def test_answers_are_small_and_a_change_on_the_way_is_quick():
    before, scene = LAB.fit({})
    assert len(pack(scene.columns)["data"]) < 1e6
    begun = time.perf_counter()
    LAB.scene(**{**before, "rate": 0.05, "past": (30.0, before["rate"], 16.0)})
    assert time.perf_counter() - begun < 0.4  # about 0.03 on an idle machine


def test_a_page_without_a_kernel_still_plays_its_steps(tmp_path):
    page = LAB.freeze(tmp_path / "training.html")
    assert page.stat().st_size < 2e6
