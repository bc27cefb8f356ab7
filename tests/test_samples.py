"""The data set, its fits, and their mini-batches: identities between samples, batches and the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import GradientDescent, descend
from gdcourse.samples import BatchGradient, linear_fit, logistic_fit, minibatches, penguins, split_rows, standardise

BIRDS = penguins()
FEATURES = standardise(BIRDS.matrix("flipper_length_mm", "bill_length_mm"))
MASS = BIRDS["body_mass_g"] / 1000
MALE = (BIRDS["sex"] == "male").astype(float)
LINE = linear_fit(FEATURES, MASS - MASS.mean(), intercept=False)
CHANCE = logistic_fit(standardise(BIRDS.matrix("body_mass_g", "bill_depth_mm")), MALE)
FITS = pytest.mark.parametrize("fit", [LINE, linear_fit(FEATURES, MASS), CHANCE], ids=["line", "plane", "chance"])
SIZES = np.array([1, 2, 7, 32, 111, 200, 332, 333])


def crowd(fit, shape=(5, 3)):
    return np.random.default_rng(1).normal(size=(*shape, fit.inputs.shape[1]))


def differences(function, w, width=1e-6):
    steps = width * np.eye(w.shape[-1])
    return np.stack([(function(w + step) - function(w - step)) / (2 * width) for step in steps], axis=-1)


def test_standardised_columns_have_mean_0_and_deviation_1_and_new_ones_use_the_old_measure():
    assert_allclose(FEATURES.mean(axis=0), 0, atol=1e-13)
    assert_allclose(FEATURES.std(axis=0), 1)
    new = standardise([[1.0, 2.0]], like=[[0.0, 0.0], [2.0, 8.0]])
    assert_allclose(new, [[0.0, -0.5]])


@FITS
def test_the_whole_is_the_mean_of_its_samples(fit):
    w = crowd(fit)
    assert_allclose(fit.losses(w).mean(axis=-1), fit.landscape.value(w), rtol=1e-12)
    assert_allclose(fit.gradients(w).mean(axis=-2), fit.landscape.grad(w), rtol=1e-10, atol=1e-12)
    equal = np.full(fit.size, 1 / fit.size)
    assert_allclose(fit.gradient(w, equal), fit.landscape.grad(w), rtol=1e-10, atol=1e-12)


@FITS
def test_derivatives_agree_with_differences_for_each_sample_and_for_all(fit):
    w = crowd(fit, (4,))
    assert_allclose(differences(fit.losses, w), fit.gradients(w), rtol=1e-5, atol=1e-7)
    assert_allclose(differences(fit.landscape.value, w), fit.landscape.grad(w), rtol=1e-5, atol=1e-7)
    assert_allclose(differences(fit.landscape.grad, w), fit.landscape.hessian(w), rtol=1e-5, atol=1e-7)


@FITS
def test_rows_pick_samples_with_any_leading_axes(fit):
    w, rows = crowd(fit, (4,)), np.array([5, 0, 332])
    assert_array_equal(fit.losses(w, rows), fit.losses(w)[..., rows])
    assert_array_equal(fit.gradients(w[0], rows[:, None]), fit.gradients(w[0])[rows][:, None])
    shares = np.bincount(rows, minlength=fit.size) / 3
    assert_allclose(fit.gradient(w, shares), fit.gradients(w, rows).mean(axis=-2), rtol=1e-12)


@FITS
def test_the_minimum_is_exact(fit):
    minimum = np.array(fit.landscape.minima[0])
    assert_allclose(fit.gradients(minimum).mean(axis=0), 0, atol=1e-13)
    assert (fit.landscape.curvatures(minimum) > 0).all()
    low, high = np.transpose(fit.landscape.view)
    assert (low < minimum).all()
    assert (minimum < high).all()


def test_the_line_is_the_one_of_the_textbook():
    fit = linear_fit(BIRDS["flipper_length_mm"], BIRDS["body_mass_g"])
    slope = np.cov(BIRDS["flipper_length_mm"], BIRDS["body_mass_g"])[0, 1] / BIRDS["flipper_length_mm"].var(ddof=1)
    assert_allclose(
        fit.landscape.minima[0], [slope, (BIRDS["body_mass_g"] - slope * BIRDS["flipper_length_mm"]).mean()]
    )
    assert fit.landscape.curvatures(fit.landscape.start)[1] > 8e4  # millimetres, not scaled: a ravine


def test_where_a_line_parts_the_kinds_there_is_no_minimum():
    apart = logistic_fit([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    assert apart.landscape.minima == ()
    assert np.isfinite(apart.landscape.view).all()
    mixed = logistic_fit([-2.0, -1.0, 1.0, 2.0], [0, 1, 0, 1])
    assert len(mixed.landscape.minima) == 1


def test_truth_values_are_targets_too():
    flags = logistic_fit(FEATURES, BIRDS["sex"] == "male")
    assert flags.landscape.minima == logistic_fit(FEATURES, MALE).landscape.minima


def test_a_logistic_loss_is_exact_far_out():
    fit = logistic_fit([1.0, -1.0], [1, 0], intercept=False)
    assert_allclose(fit.losses([800.0]), [0.0, 0.0])
    assert_allclose(fit.losses([-800.0]), [800.0, 800.0])
    assert_allclose(fit.gradients([40.0])[:, 0], [-np.exp(-40.0)] * 2, rtol=1e-12)


def test_many_points_are_answered_as_each_alone():
    w = np.random.default_rng(2).normal(size=(50, 61, 3))
    for answer in (CHANCE.landscape.value, CHANCE.landscape.grad, CHANCE.landscape.hessian):
        assert_allclose(answer(w)[17, 5], answer(w[17, 5]), rtol=1e-12)
    assert CHANCE.landscape.hessian(w).shape == (50, 61, 3, 3)


@given(size=st.integers(1, 90), share=st.floats(0, 1), seed=st.integers(0, 5))
def test_an_epoch_deals_every_sample_once_and_keeps_the_short_batch(size, share, seed):
    batch = max(1, round(share * size))
    dealt = minibatches(size, batch, np.random.default_rng(seed))
    assert len(dealt) == -(-size // batch)
    assert [len(rows) for rows in dealt[:-1]] == [batch] * (len(dealt) - 1)
    assert_array_equal(np.sort(np.concatenate(dealt)), np.arange(size))


def test_orders_differ_from_epoch_to_epoch_and_repeat_with_the_seed():
    rng, again = np.random.default_rng(7), np.random.default_rng(7)
    first, second = np.concatenate(minibatches(100, 10, rng)), np.concatenate(minibatches(100, 10, rng))
    assert (first != second).any()
    assert (first != np.arange(100)).any()
    assert_array_equal(first, np.concatenate(minibatches(100, 10, again)))


def test_drawing_with_replacement_leaves_out_what_theory_says():
    rng = np.random.default_rng(0)
    seen = [len(set(np.concatenate(minibatches(333, 32, rng, replace=True)))) / 333 for _ in range(400)]
    assert abs(np.mean(seen) - (1 - (1 - 1 / 333) ** 333)) < 4 * np.std(seen) / 20


@pytest.mark.parametrize("replace", [False, True])
def test_a_walk_on_mini_batches_is_the_loop_over_them(replace):
    rng, w = np.random.default_rng(5), np.array(LINE.landscape.start)
    path = descend(
        LINE.landscape, GradientDescent(rate=0.1), steps=25, grad=BatchGradient(LINE, 32, replace=replace), rng=5
    )
    walked = [w]
    for _ in range(3):
        for rows in minibatches(LINE.size, 32, rng, replace=replace):
            w = w - 0.1 * LINE.gradients(w, rows).mean(axis=0)
            walked.append(w)
    assert_allclose(path.points, walked[:26], rtol=1e-12)


@pytest.mark.parametrize("replace", [False, True])
@FITS
def test_a_sweep_over_batch_sizes_is_its_single_runs_to_the_last_digit(fit, replace):
    together = BatchGradient(fit, SIZES, replace=replace)
    sweep = descend(fit.landscape, GradientDescent(rate=np.full(len(SIZES), 0.1)), steps=40, grad=together, rng=3)
    for i, batch in enumerate(SIZES):
        alone = BatchGradient(fit, batch, replace=replace)
        path = descend(fit.landscape, GradientDescent(rate=0.1), steps=40, grad=alone, rng=3)
        assert_array_equal(path.points, sweep.points[:, i])
        assert_array_equal(alone.shares, together.shares[i])
        assert alone.shares.sum() == pytest.approx(1)


def test_all_samples_in_one_batch_is_plain_descent():
    plain = descend(LINE.landscape, GradientDescent(rate=0.1), steps=30)
    batch = descend(LINE.landscape, GradientDescent(rate=0.1), steps=30, grad=BatchGradient(LINE, LINE.size))
    assert_allclose(batch.points, plain.points, rtol=1e-12)


def test_one_gradient_can_walk_twice():
    gradient = BatchGradient(LINE, 10)
    first, second = (
        descend(LINE.landscape, GradientDescent(rate=0.1), steps=50, grad=gradient, rng=9) for _ in range(2)
    )
    assert_array_equal(first.points, second.points)


def test_the_batches_of_an_epoch_add_up_to_the_whole_gradient():
    gradient, w = BatchGradient(LINE, 9), np.array([0.3, -0.2])  # 37 batches of 9
    rng = np.random.default_rng(0)
    assert_allclose(np.mean([gradient(w, rng) for _ in range(37)], axis=0), LINE.landscape.grad(w), rtol=1e-12)


def test_a_split_has_every_sample_on_one_side():
    train, held = split_rows(333, 0.2, rng=4)
    assert len(held) == 67
    assert_array_equal(np.sort(np.concatenate([train, held])), np.arange(333))
    assert_array_equal(split_rows(333, 0.2, rng=4)[1], held)
    assert (held != np.arange(67)).any()


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: BIRDS["wings"], ValueError, "one of species, island"),
        (lambda: BIRDS.matrix("species"), ValueError, "species holds text"),
        (lambda: BIRDS.take([0, 333]), ValueError, "positions below 333"),
        (lambda: BIRDS.take([0.5]), ValueError, "rows must be whole"),
        (lambda: standardise([[1.0, 2.0], [1.0, 3.0]]), ValueError, "constant"),
        (lambda: standardise([0.1] * 10), ValueError, "constant"),
        (lambda: standardise([1.0, np.nan]), ValueError, "values must be finite"),
        (lambda: standardise([[1.0], [2.0]], like=[[1.0, 2.0], [3.0, 4.0]]), ValueError, "same columns"),
        (lambda: linear_fit([1.0, 2.0], [1.0]), ValueError, "one row for each target"),
        (lambda: linear_fit([1.0, np.inf], [1.0, 2.0]), ValueError, "inputs must be finite"),
        (lambda: linear_fit(["a", "b"], [1.0, 2.0]), TypeError, "inputs must be a number"),
        (lambda: linear_fit([1.0, 2.0], [1.0, 3.0], start=(0.0,)), ValueError, "2 coordinate"),
        (lambda: linear_fit([1.0, 2.0], [1.0, 3.0], view=((0, 1),)), ValueError, "view must be 2 pair"),
        (lambda: logistic_fit([1.0, 2.0], [1.0, 3.0]), ValueError, "targets must be 0 or 1"),
        (lambda: LINE.losses([1.0, 2.0, 3.0]), ValueError, "2 coordinate"),
        (lambda: minibatches(10, 0, np.random.default_rng(0)), ValueError, "batch must be"),
        (lambda: minibatches(10, 11, np.random.default_rng(0)), ValueError, "batch must be from 1 to 10"),
        (lambda: minibatches(10, 2.5, np.random.default_rng(0)), ValueError, "batch must be"),
        (lambda: minibatches(0, 1, np.random.default_rng(0)), ValueError, "size must be"),
        (lambda: minibatches(10, "2", np.random.default_rng(0)), TypeError, "batch must be a number"),
        (lambda: minibatches(10, 2, 0), TypeError, "default_rng"),
        (lambda: split_rows(10, 0.0), ValueError, "share must leave"),
        (lambda: split_rows(1), ValueError, "size must be"),
        (lambda: BatchGradient(LINE, 334), ValueError, "from 1 to 333"),
        (lambda: BatchGradient(LINE, [0, 5]), ValueError, "batch must be whole"),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


@pytest.mark.parametrize("fit", [LINE, CHANCE], ids=["line", "chance"])
def test_a_rate_that_is_too_large_is_recorded_not_raised(fit):
    path = descend(fit.landscape, GradientDescent(rate=1e150), steps=50, grad=BatchGradient(fit, 3))
    assert np.isfinite(path.points[0]).all()
    assert path.points.shape[0] == 51
    wild = fit.landscape.value(np.full((2, fit.inputs.shape[1]), [[np.nan], [1e300]]))
    assert np.isnan(wild[0])
