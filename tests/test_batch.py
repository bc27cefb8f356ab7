"""The batch lab: its walks are the walks of descend, its windows the mini-batches, its predictions what is measured."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import GradientDescent, descend
from gdcourse.labs import LABS
from gdcourse.labs.batch_ground import birds, noise
from gdcourse.samples import BatchGradient, minibatches
from gdcourse.stage.stage import table

BATCH = LABS["batch"]
FIT = birds()
SIZES = [1, 8, 32, 200, 333]


def shown(scene, frame):
    """The flipper lengths and masses of the penguins that are shown at a frame."""
    since, until = (int(scene.value(end, frame)) for end in ("since", "until"))
    return scene.columns["deck_length"][since:until], scene.columns["deck_mass"][since:until]


def test_the_lab_opens_with_these_words():
    texts = BATCH.scene().texts_at(0)
    assert texts["readout"].startswith(
        "Step 0 | w 1.70 kg per cm, c 2.90 kg | Loss of all 3.277 kg², of this mini-batch"
    )
    assert texts["dealt"] == "Epoch 1, mini-batch 1 of 84, of size 4."
    assert texts["outcome"] == ""


@pytest.mark.parametrize("batch", SIZES)
@pytest.mark.parametrize("drawn", ["shuffled", "independent"])
def test_the_walk_is_descends_own(batch, drawn):
    scene = BATCH.scene(batch=batch, draw=drawn, seed=7)
    gradient = BatchGradient(FIT, batch, replace=drawn == "independent")
    path = descend(FIT.landscape, GradientDescent(0.05), steps=50, grad=gradient, rng=7)
    assert_allclose(scene.columns["w"], path.points[:, 0], rtol=1e-12)
    assert_allclose(scene.columns["c"], path.points[:, 1], rtol=1e-12)
    assert_allclose(scene.columns["loss"], path.values, rtol=1e-12)


@pytest.mark.parametrize("batch", SIZES)
@pytest.mark.parametrize("drawn", ["shuffled", "independent"])
def test_the_penguins_shown_are_those_of_the_step(batch, drawn):
    scene = BATCH.scene(batch=batch, draw=drawn)
    for frame in (0, 1, 17, 50):
        length, mass = shown(scene, frame)
        x = np.column_stack([length - 19.0, np.ones(len(length))])
        w = np.array([scene.value("w", frame), scene.value("c", frame)])
        slope = 2 * ((x @ w - mass) @ x) / len(mass)
        tip = w - 0.15 * slope
        assert len(mass) == scene.value("count", frame)
        assert_allclose(np.mean((x @ w - mass) ** 2), scene.value("batch_loss", frame), rtol=1e-10)
        assert_allclose([scene.columns["tip_w"][frame, 0], scene.columns["tip_c"][frame, 0]], tip, rtol=1e-9)
        assert_allclose([scene.value("picked_w", frame), scene.value("picked_c", frame)], tip, rtol=1e-9)


@pytest.mark.parametrize("pick", [1, 5, 20])
@pytest.mark.parametrize("batch", SIZES)
def test_another_arrow_shows_its_own_penguins(pick, batch):
    scene = BATCH.scene(pick=pick, batch=batch)
    assert scene.texts_at(3)["shown"].startswith(f"Picked: mini-batch {pick} of 20 others")
    length, mass = shown(scene, 3)
    x, w = np.column_stack([length - 19.0, np.ones(batch)]), np.array([scene.value("w", 3), scene.value("c", 3)])
    tip = w - 0.15 * 2 * ((x @ w - mass) @ x) / batch
    assert_allclose([scene.columns["tip_w"][3, pick], scene.columns["tip_c"][3, pick]], tip, rtol=1e-9)
    assert_allclose([scene.value("picked_w", 3), scene.value("picked_c", 3)], tip, rtol=1e-9)


def test_an_epoch_deals_every_penguin_once():
    scene = BATCH.scene(batch=40, steps=20)
    assert scene.value("turns", 0) == 9
    seen = [shown(scene, frame) for frame in range(9)]
    assert [len(mass) for _, mass in seen] == [40] * 8 + [13]
    dealt = sorted(zip(*(np.concatenate(part) for part in zip(*seen, strict=True)), strict=True))
    assert dealt == sorted(zip(FIT.inputs[:, 0] + 19.0, FIT.targets, strict=True))
    assert [int(scene.value("epoch", frame)) for frame in (8, 9, 18)] == [1, 2, 3]


def test_a_larger_mini_batch_holds_the_penguins_of_a_smaller_one():
    small, large = (shown(BATCH.scene(batch=batch, pick=2), 0)[0] for batch in (8, 64))
    assert_array_equal(small, large[:8])
    assert (np.sort(small) != small).any()


def test_the_same_seed_replays_the_same_run_and_another_does_not():
    first, again, other = (BATCH.scene(seed=seed).columns["w"] for seed in (3, 3, 4))
    assert_array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("drawn", ["shuffled", "independent"])
def test_the_predicted_spread_is_the_one_of_many_mini_batches(drawn):
    scene = BATCH.scene(batch=100, draw=drawn)
    w, rng = np.array([scene.value("w", 9), scene.value("c", 9)]), np.random.default_rng(0)
    dealt = [minibatches(333, 333, rng, replace=drawn == "independent")[0][:100] for _ in range(4000)]
    slopes = FIT.gradients(w, np.array(dealt)).mean(axis=1)
    measured = np.sqrt(((slopes - FIT.landscape.grad(w)) ** 2).sum(axis=-1).mean())
    assert scene.value("predicted", 9) == pytest.approx(measured, rel=0.03)
    assert scene.value("single", 9) == pytest.approx(np.sqrt(FIT.gradients(w).var(axis=0).sum()))


def test_the_spread_shrinks_like_one_over_the_root_of_b():
    spread = {batch: BATCH.scene(batch=batch, draw="independent").value("predicted", 0) for batch in (4, 64)}
    assert spread[4] / spread[64] == pytest.approx(4.0)
    assert BATCH.scene(batch=333).value("spread", 5) == 0.0
    measured = [np.mean(BATCH.scene(batch=b, draw="independent").columns["spread"]) for b in (4, 64)]
    assert measured[0] / measured[1] == pytest.approx(4.0, rel=0.3)


def test_the_noise_floor_is_where_the_walk_settles():
    """Over many runs, drawn anew in each step: all the formula knows is the noise of one penguin at the minimum."""
    scene = BATCH.scene(batch=16, rate=0.03, draw="independent")
    gradient, excess = BatchGradient(FIT, 16, replace=True), []
    for seed in range(12):
        path = descend(
            FIT.landscape, GradientDescent(0.03), FIT.landscape.minima[0], steps=700, grad=gradient, rng=seed
        )
        excess.append(path.values[200:].mean() - noise().lowest)
    assert scene.value("floor", 0) == pytest.approx(np.mean(excess), rel=0.06)
    assert math.isinf(BATCH.scene(rate=0.3).value("floor", 0))
    assert BATCH.scene(batch=333).value("floor", 0) == 0.0


def test_the_outcome_of_each_regime():
    def outcome(**given):
        return BATCH.scene(**given).texts_at(50)["outcome"]

    assert outcome(batch=32).startswith("After 50 steps the loss is 0.00")
    assert outcome(batch=333).startswith("All penguins in every step: no noise.")
    assert outcome(rate=0.3).startswith("This rate is not below 2/L = 0.276")
    assert outcome(batch=1, rate=0.2).startswith("The loss is higher than at the start")


def test_a_diverging_walk_says_so():
    scene = BATCH.scene(rate=1e100)
    assert "diverged" in scene.texts_at(50)["readout"]
    assert scene.texts_at(50)["spread"] == ""


@pytest.mark.parametrize("given", [{"steps": 0}, {"batch": 333, "rate": 0.0}, {"start_w": 1e200}, {"rate": 1e308}])
def test_hostile_settings_give_a_picture_and_words(given):
    figure = BATCH.figure(**given)
    figure.draw_without_rendering()
    assert figure.alt == BATCH.describe(**given)
    assert "nan" not in figure.alt


@pytest.mark.parametrize(("name", "value"), [("start_w", math.nan), ("batch", 334), ("batch", 0), ("batch", 2.5)])
def test_what_is_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name} is "):
        BATCH.scene(**{name: value})


def test_tables_are_small():
    scene = BATCH.scene()
    for name in ("batch", "rate", "pick"):
        packed = table(BATCH, scene, name, BATCH.settle({})[0])
        assert len(packed["data"]) < 1.5e6


def test_a_page_without_a_kernel_keeps_its_three_sliders(tmp_path):
    page = BATCH.freeze(tmp_path / "batch.html")
    assert page.stat().st_size < 12e6
