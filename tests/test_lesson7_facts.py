"""Facts of lesson 7: what its text says of large models, of where runs end, and of what a loss does not contain."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson7_predictions import moved
from gdcourse.labs import LABS
from gdcourse.optimizers import OPTIMIZERS, Adam, GradientDescent
from gdcourse.samples import Network, digits
from gdcourse.samples_split import Samples, Split, digit_split
from gdcourse.schedules import Cosine
from gdcourse.training import Training, collect, stop_early
from gdcourse.training_file import best_of

TRAINING = Training(Network((64, 32, 10)), digit_split(0), Adam(0.02), batch=32)


pytestmark = pytest.mark.usefixtures("nothing_written")


@cache
def learned():
    return best_of(collect(stop_early(TRAINING.epochs(40), 5)))


def test_c21_the_steps_and_the_work_of_a_large_model():
    assert EXERCISES["model-steps"].answer() == 300e9 / 3.2e6 == 93_750
    weights, tokens = 175e9, 300e9
    assert 6 * weights * tokens == pytest.approx(3.15e23)
    assert 3 * 4 * weights == 2.1e12


def test_c21_six_operations_for_each_weight_and_sample():
    """Forwards a product and a sum; backwards the same for the slope of the weight, and again for what lies below."""
    sizes = (512, 512, 512, 512)
    forwards = sum(2 * a * b for a, b in pairwise(sizes))
    backwards = sum(2 * a * b * (1 if place == 0 else 2) for place, (a, b) in enumerate(pairwise(sizes)))
    whole = 6 * sum(a * b for a, b in pairwise(sizes))
    assert 0.85 * whole < forwards + backwards <= whole  # nothing lies below the first layer


def test_d1_a_hundred_thousand_steps_and_not_millions():
    steps = EXERCISES["model-steps"].answer()
    assert 0.9e5 < steps < 1.1e5
    right = EXERCISES["what-trained-it"].answer()
    assert "10⁵ steps of an Adam-like method" in EXERCISES["what-trained-it"].words()(f"options.{right}")


def test_d28_where_a_run_ends_matters_little_with_weights_to_spare_and_much_without():
    ends = {}
    for hidden in (32, 2):
        run = replace(TRAINING, network=Network((64, hidden, 10)), optimizer=Adam(0.01), batch=50)
        ends[hidden] = [collect(run.epochs(15, seed))[-1].validation_right for seed in range(5)]
    assert min(ends[32]) > 0.95
    assert np.ptp(ends[32]) < 0.03
    assert np.ptp(ends[2]) > 0.2


def test_a_page_of_numpy_reads_nineteen_digits_of_twenty():
    plain = replace(TRAINING, optimizer=GradientDescent(0.1))
    assert collect(plain.epochs(15))[-1].validation_right > 0.94


def test_the_network_reads_the_test_digits_but_not_moved_by_a_pixel():
    x, y = TRAINING.split.test
    w, network = learned().checkpoint.w, TRAINING.network
    assert network.right(w, x, y) > 0.96
    assert all(network.right(w, moved(x, *by), y) < 0.6 for by in ((0, 1), (0, -1), (1, 0), (-1, 0)))
    assert moved(moved(x, 0, 1), 0, -1).shape == x.shape
    assert EXERCISES["predict-shift"].answer() == "below-60"


def test_a_moved_image_is_the_image_elsewhere():
    image = np.zeros((8, 8))
    image[3, 4] = 5.0
    assert moved(image.reshape(1, 64), 1, 0).reshape(8, 8)[4, 4] == 5
    assert moved(image.reshape(1, 64), 0, -1).reshape(8, 8)[3, 3] == 5
    assert moved(image.reshape(1, 64), -3, 3).reshape(8, 8)[0, 7] == 5


def test_people_whose_hand_is_not_in_the_data_are_read_worse():
    data, errors = digits(), {}
    lots = np.random.default_rng(0).permutation(1797)
    for name, order in (("lot", lots), ("writer", np.arange(1797))):
        rows = np.split(order, [1000, 1397])
        x = (data["image"] - data["image"][rows[0]].mean()) / data["image"][rows[0]].std()
        split = Split(*(Samples(x[r], data["digit"][r].astype(int)) for r in rows))
        run = replace(TRAINING, split=split)
        ends = [best_of(collect(run.epochs(15, seed))).checkpoint.w for seed in range(3)]
        errors[name] = 1 - np.mean([run.network.right(w, *split.test) for w in ends])
    assert 3.3 < errors["writer"] / errors["lot"] < 5


def test_scrambled_images_are_named_with_some_certainty():
    scrambled = TRAINING.split.test.x[:, np.random.default_rng(1).permutation(64)]
    sure = TRAINING.network.chances(learned().checkpoint.w, scrambled).max(axis=1).mean()
    assert 0.4 < sure < 0.8  # 0.1 would be: I do not know


def test_samples_cure_overfitting_best():
    lab = LABS["training"]
    changes = {"overfits": {}, "samples": {"samples": 200}, "units": {"hidden": 4}, "classes": {"wrong": 0}}
    runs = {
        name: [lab.scene(**{**lab.presets["Overfits"], **change, "seed": k}).facts for k in (1, 2, 3)]
        for name, change in changes.items()
    }
    last = {name: np.mean([run["validation"] for run in three]) for name, three in runs.items()}
    assert last["samples"] < 0.6 * last["units"] < 0.6 * last["classes"] < 0.6 * last["overfits"]
    lowest = {name: np.mean([run["best_loss"] for run in three]) for name, three in runs.items()}
    assert lowest.pop("samples") < 0.7 * min(lowest.values())


def test_the_spreads_of_all_optimizers_overlap_and_other_seeds_change_their_order():
    """The rates are those that the lesson's cell chooses; its comparison has seeds 1 to 5."""
    small = Training(Network((64, 16, 10)), digit_split(0), Adam(), batch=50)
    rates = {"gradient-descent": 0.3, "rmsprop": 0.03, "adam": 0.01, "amsgrad": 0.01, "adamw": 0.01}
    ends = {}
    for key, kind in OPTIMIZERS.items():
        run = replace(small, optimizer=kind(rate=rates.get(key, 0.1)))
        ends[key] = np.array([collect(run.epochs(8, k))[-1].validation_loss for k in range(1, 11)])
    first = {key: losses[:5] for key, losses in ends.items()}
    assert max(losses.min() for losses in first.values()) < min(losses.max() for losses in first.values())
    orders = [sorted(ends, key=lambda key, half=half: np.median(ends[key][half])) for half in (slice(5), slice(5, 10))]
    assert sum(one != other for one, other in zip(*orders, strict=True)) > 4


def test_a_rate_that_fades_lets_adam_settle_at_a_rate_that_is_too_large():
    ends = {}
    for name, schedule in (("steady", None), ("fading", Cosine(steps=320))):
        run = replace(TRAINING, optimizer=Adam(0.05), schedule=schedule)
        ends[name] = [collect(run.epochs(10, seed))[-1].validation_loss for seed in range(3)]
    assert 2 * max(ends["fading"]) < max(ends["steady"])
    assert max(ends["fading"]) < 0.6 * min(ends["steady"])


def test_early_stopping_ends_the_run_of_the_lesson_before_its_last_epoch():
    reports = collect(stop_early(TRAINING.epochs(40), 5))
    assert reports[-1].epoch < 30
    assert reports[-1].epoch == best_of(reports).epoch + 5
    assert reports[-1].validation_loss > best_of(reports).validation_loss


def test_from_weights_of_0_only_the_last_offsets_learn():
    network, (x, y) = TRAINING.network, TRAINING.split.train
    (first, first_offset), (second, second_offset) = network.layers(network.gradient(np.zeros(network.dimension), x, y))
    assert not first.any()
    assert not first_offset.any()
    assert not second.any()
    assert second_offset.any()


def test_neighbours_in_the_file_look_alike():
    """The most similar image of the same digit is near in the file far more often than one drawn by lot."""
    data = digits()
    x, y, place = data["image"], data["digit"], np.arange(1797)
    near = []
    for digit in range(10):
        own = place[y == digit]
        apart = ((x[own, np.newaxis] - x[own]) ** 2).sum(axis=-1)
        np.fill_diagonal(apart, np.inf)
        near.append(np.abs(own[apart.argmin(axis=1)] - own) < 140)  # about the images of one writer
    by_lot = np.mean(np.abs(np.subtract.outer(place, place)) < 140)
    assert np.concatenate(near).mean() > 3 * by_lot


def test_smaller_batches_at_the_beginning_add_some_thousand_steps():
    """Batches that grow with the tokens from 32 thousand to 3.2 million, over the first 4 to 12 billion of them."""
    low, high = 32e3, 3.2e6
    for growth in (4e9, 12e9):
        added = growth / (high - low) * np.log(high / low) - growth / high
        assert 4e3 < added < 15e3
