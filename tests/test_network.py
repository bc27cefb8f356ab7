"""The network and its samples: every slope against differences, closed forms, and parts that do not leak."""

import re
from importlib.resources import files

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.samples import Network, digits, logistic_fit
from gdcourse.samples_network import cross_entropy, share_right, softmax
from gdcourse.samples_split import digit_split, moons_split, penguin_split, split_samples

SIZES = [(3, 4), (3, 5, 2), (4, 6, 5, 3), (2, 1, 1, 2)]


def some(sizes, samples=7, seed=0):
    rng = np.random.default_rng(seed)
    network = Network(sizes)
    x, y = rng.normal(size=(samples, sizes[0])), rng.integers(sizes[-1], size=samples)
    w = network.start(rng) + 0.1 * rng.normal(size=network.dimension)  # offsets that are not 0
    return network, w, x, y


@pytest.mark.parametrize("sizes", SIZES)
def test_every_slope_agrees_with_differences(sizes):
    network, w, x, y = some(sizes)
    h, axes = 1e-6, np.eye(network.dimension)
    measured = (network.loss(w + h * axes, x, y) - network.loss(w - h * axes, x, y)) / (2 * h)
    assert_allclose(network.gradient(w, x, y), measured, atol=1e-8)
    assert np.abs(measured).max() > 0.01


@pytest.mark.parametrize("sizes", SIZES)
def test_networks_side_by_side_are_single_networks(sizes):
    network, w, x, y = some(sizes)
    crowd = w * np.array([[1.0], [-0.5], [2.0]])
    for i, single in enumerate(crowd):
        assert_allclose(network.loss(crowd, x, y)[i], network.loss(single, x, y), rtol=1e-13)
        assert_allclose(network.gradient(crowd, x, y)[i], network.gradient(single, x, y), atol=1e-14)
    several, theirs = np.stack([x, 2 * x, -x]), np.stack([y, y[::-1], y])
    assert_allclose(network.gradient(crowd, several, theirs)[1], network.gradient(crowd[1], 2 * x, y[::-1]), atol=1e-14)


def test_without_a_hidden_layer_and_with_two_classes_it_is_the_logistic_fit():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, 2)), rng.integers(2, size=20)
    fit, network = logistic_fit(x, y), Network((2, 2))
    a, b, c = w = np.array([0.7, -1.1, 0.3])
    both = np.array([0.0, a, 0.0, b, 0.0, c])  # the score of class 0 is 0, that of class 1 is w·x
    assert network.loss(both, x, y) == pytest.approx(fit.landscape.value(w), rel=1e-13)
    assert_allclose(network.gradient(both, x, y)[[1, 3, 5]], fit.landscape.grad(w), rtol=1e-12)


def test_a_network_that_knows_nothing_has_the_loss_ln_of_the_classes():
    network, _, x, y = some((3, 5, 10))
    assert network.loss(np.zeros(network.dimension), x, y) == pytest.approx(np.log(10), rel=1e-14)


def test_a_sample_alone_and_the_mean_over_samples():
    network, w, x, y = some((3, 5, 4))
    each = [network.gradient(w, x[i : i + 1], y[i : i + 1]) for i in range(len(y))]
    assert_allclose(network.gradient(w, x, y), np.mean(each, axis=0), atol=1e-14)


def test_layers_are_cut_from_one_vector_and_cover_it():
    network = Network((3, 5, 2))
    assert network.dimension == 4 * 5 + 6 * 2
    (first, b), (second, c) = network.layers(np.arange(32.0))
    assert_array_equal(first[0], [0, 1, 2, 3, 4])  # a row of W₁ belongs to an input
    assert_array_equal(np.concatenate([part.ravel() for part in (first, b, second, c)]), np.arange(32.0))


def test_first_weights_keep_the_size_of_the_signals():
    network, rng = Network((64, 400, 400, 10)), np.random.default_rng(0)
    w = network.start(rng)
    _, first, second, scores = network.outputs(w, rng.normal(size=(200, 64)))
    assert (first**2).mean() == pytest.approx((second**2).mean(), rel=0.15)
    assert (scores**2).mean() == pytest.approx(2 * (second**2).mean(), rel=0.3)  # no ReLU halves them
    assert all((offset == 0).all() for _, offset in network.layers(w))


def test_huge_scores_do_not_overflow_and_infinite_ones_are_not_right():
    huge = np.array([[1e4, 0.0, -1e4], [800.0, 801.0, 0.0]])
    assert_allclose(softmax(huge).sum(axis=-1), 1)
    assert cross_entropy(huge, [0, 0]) == pytest.approx((0 + np.log1p(np.e)) / 2)
    assert cross_entropy(huge, [2, 1]) == pytest.approx((2e4 + np.log1p(np.exp(-1))) / 2)
    assert share_right(np.array([[1.0, 2.0], [np.nan, 1.0], [np.inf, 1.0]]), np.array([1, 0, 0])) == pytest.approx(
        1 / 3
    )
    network, w, x, y = some((3, 5, 2))
    assert not np.isfinite(network.loss(1e200 * w, x, y))
    assert network.gradient(np.full_like(w, np.inf), x, y).shape == w.shape


@pytest.mark.parametrize("sizes", [(), (3,), "64", 64, (3, 0), (3, 2.5, 2), (3, "4"), (3, None), (3, -1)])
def test_sizes_that_are_none_are_refused_in_one_sentence(sizes):
    with pytest.raises((ValueError, TypeError), match="came"):
        Network(sizes)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match="must end in 32 weights"):
        Network((3, 5, 2)).layers(np.zeros(31))


def test_the_digits_are_all_there_and_look_like_themselves():
    data = digits()
    assert data.size == 1797
    assert_array_equal(np.bincount(data["digit"].astype(int)), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    assert data["image"].shape == (1797, 64)
    assert (data["image"].min(), data["image"].max()) == (0, 16)
    assert data["image"].sum() == 561718  # of the file as scikit-learn ships it
    zero = data["image"][0].reshape(8, 8)
    assert zero[3, 3] + zero[4, 3] + zero[3, 4] + zero[4, 4] == 0  # the hole of the first 0
    assert not data["image"].flags.writeable
    assert data.take([5, 3])["image"].shape == (2, 64)


def test_the_digits_are_credited():
    credits = files("gdcourse").joinpath("data", "CREDITS.md").read_text(encoding="utf-8")
    assert re.search(r"digits\.txt.*Alpaydin.*CC BY 4\.0.*10\.24432/C50P49.*Changed: the form only", credits, re.DOTALL)
    assert digits().licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("split", "counts", "features", "classes"),
    [
        (digit_split, (1000, 397, 400), 64, 10),
        (penguin_split, (200, 67, 66), 2, 2),
        (moons_split, (200, 200, 200), 2, 2),
    ],
)
def test_splits_part_everything_and_standardise_by_the_training_samples(split, counts, features, classes):
    parts = split(4)
    assert tuple(len(part.y) for part in parts) == counts
    assert all(part.x.shape == (len(part.y), features) for part in parts)
    assert set(np.concatenate([part.y for part in parts])) == set(range(classes))
    alike = features == 64
    assert_allclose(parts.train.x.mean(axis=None if alike else 0), 0, atol=1e-12)
    assert_allclose(parts.train.x.std(axis=None if alike else 0), 1)
    assert abs(parts.test.x.mean()) > 1e-9  # measured by the others' mean
    together = np.sort(np.concatenate([part.x for part in parts]).sum(axis=1))
    other = np.sort(np.concatenate([part.x for part in split(5)]).sum(axis=1))
    assert len(together) == len(other)
    assert not np.array_equal(parts.train.y, split(5).train.y)
    assert_array_equal(parts.train.x, split(4).train.x)


def test_no_sample_is_in_two_parts():
    x = np.arange(50.0)[:, np.newaxis]
    parts = split_samples(x, np.zeros(50), (30, 10), 1)
    where = np.concatenate([np.round(part.x[:, 0], 9) for part in parts])
    assert len(set(where)) == 50


def test_one_scale_for_all_pixels_keeps_what_is_never_inked():
    x = np.column_stack([np.zeros(20), np.arange(20.0)])
    assert split_samples(x, np.zeros(20), (10, 5), alike=True).train.x.shape == (10, 2)
    with pytest.raises(ValueError, match="each column must vary"):
        split_samples(x, np.zeros(20), (10, 5))


@pytest.mark.parametrize(
    ("x", "y", "counts"),
    [
        (np.zeros((5, 2)), np.zeros(4), (2, 1)),
        (np.zeros(5), np.zeros(5), (2, 1)),
        (np.arange(10.0).reshape(5, 2), np.zeros(5), (3, 2)),
        (np.arange(10.0).reshape(5, 2), np.zeros(5), (0, 2)),
        (np.arange(10.0).reshape(5, 2), np.array([0, 1, 0.5, 1, 0]), (2, 1)),
        (np.full((5, 2), np.nan), np.zeros(5), (2, 1)),
        ("abc", np.zeros(5), (2, 1)),
    ],
)
def test_samples_that_do_not_fit_are_refused_in_one_sentence(x, y, counts):
    with pytest.raises((ValueError, TypeError), match="came"):
        split_samples(x, y, counts)
