"""The capstone: landscapes nobody has seen, a budget that holds, and a score without flattery."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.descent import descend
from gdcourse.exercises.capstone import BUDGET, FLOOR, attempt, baselines, landscape_of, score_of
from gdcourse.landscapes_hidden import hidden_range
from gdcourse.optimizers import OPTIMIZERS


def plain(evaluate, start, budget, rate=0.05):
    w = start
    for _ in range(budget):
        w = w - rate * evaluate(w)[1]


@pytest.fixture(scope="module")
def result():
    return attempt(plain, "ada")


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_a_hidden_range_has_true_slopes_minima_and_a_trap(seed):
    land, rng = hidden_range(seed), np.random.default_rng(seed)
    w, h = rng.uniform(-3, 3, (20, 2)), 1e-6
    steps = h * np.eye(2)
    slopes = np.stack([(land.value(w + e) - land.value(w - e)) / (2 * h) for e in steps], axis=-1)
    bends = np.stack([(land.grad(w + e) - land.grad(w - e)) / (2 * h) for e in steps], axis=-1)
    assert_allclose(land.grad(w), slopes, atol=1e-6)
    assert_allclose(land.hessian(w), bends, atol=1e-5)
    minima = np.array(land.minima)
    assert len(minima) >= 3
    assert np.abs(land.grad(minima)).max() < 1e-9
    assert (land.curvatures(minima) > 0).all()
    assert (np.diff(land.value(minima)) >= 0).all()
    everywhere = np.stack(np.meshgrid(*[np.linspace(-3, 3, 301)] * 2), axis=-1)
    assert land.value(everywhere).min() > land.value(minima[0]) - 1e-9
    slow = descend(land, OPTIMIZERS["gradient-descent"](rate=0.01), steps=3000, keep="last").points[-1]
    assert np.linalg.norm(slow - minima[0]) > 0.1


@pytest.mark.parametrize(
    ("seed", "told"), [(-1, "0 or more"), (2.5, "whole number"), ("7", "whole number"), (True, "whole")]
)
def test_a_seed_that_is_none_is_refused(seed, told):
    with pytest.raises((TypeError, ValueError), match=told):
        hidden_range(seed)


def test_everybody_has_a_landscape_of_their_own_always_the_same():
    starts = {landscape_of(name).start for name in ("ada", "ben", "cleo")}
    assert len(starts) == 3
    assert landscape_of("ada", "tea").start != landscape_of("ada").start
    landscape_of.cache_clear()
    assert landscape_of("ada").start in starts


def test_every_evaluation_is_counted_and_told_truly(result):
    land = landscape_of("ada")
    assert len(result.losses) == BUDGET
    assert_array_equal(result.points[0], land.start)
    path = descend(land, OPTIMIZERS["gradient-descent"](rate=0.05), steps=BUDGET - 1)
    assert_allclose(result.points, path.points, rtol=1e-12)
    assert_allclose(result.losses, path.values, rtol=1e-12)
    assert result.loss == path.values.min()
    assert float(land.value(result.best)) == pytest.approx(result.loss)


def test_the_budget_cannot_be_overdrawn():
    asked = []

    def greedy(evaluate, start, budget):
        for k in range(10 * budget):
            try:
                evaluate(start + k / 1000)
                asked.append(k)
            except Exception:
                continue

    assert len(attempt(greedy, "ada").losses) == len(asked) == BUDGET


def test_the_score_runs_from_the_start_to_the_best_baseline_and_beyond():
    land = landscape_of("ada")
    bottom, top = float(land.value(land.minima[0])), float(land.value(land.start))
    best = min(baseline.loss for baseline in baselines("ada"))
    assert score_of(top, "ada") == 0
    assert score_of(best, "ada") == 100
    assert score_of(bottom, "ada") >= 100
    assert score_of(bottom, "ada") == score_of(bottom + 0.5 * FLOOR * (top - bottom), "ada")
    losses = np.geomspace(1e-3, 1, 9) * (top - bottom) + bottom
    scores = [score_of(float(loss), "ada") for loss in losses]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 9


def test_each_baseline_is_the_best_of_its_rates():
    land = landscape_of("ben")
    assert [baseline.optimizer for baseline in baselines("ben")] == list(OPTIMIZERS)
    for baseline in baselines("ben"):
        kind = OPTIMIZERS[baseline.optimizer]
        single = descend(land, kind(rate=baseline.rate), steps=BUDGET - 1)
        assert np.nanmin(single.values) == pytest.approx(baseline.loss, rel=1e-12)
        for rate in (0.01, 0.1, 1.0):
            assert np.nanmin(descend(land, kind(rate=rate), steps=BUDGET - 1).values) >= baseline.loss - 1e-12


def test_a_strategy_that_fails_keeps_what_it_found():
    def fails(evaluate, start, budget):
        evaluate(start)
        evaluate(start / 0 if budget < 0 else start * 0.9)
        raise KeyError("oh")

    found = attempt(fails, "ada")
    assert len(found.losses) == 2
    assert "raised an error" in found.trouble
    assert found.trouble in repr(found)


@pytest.mark.parametrize(
    ("strategy", "kind", "told"),
    [
        (42, TypeError, "strategy must be a function"),
        (lambda evaluate, start, budget: None, ValueError, "call evaluate"),
        (lambda evaluate, start, budget: evaluate([1, 2, 3]), ValueError, "a point of two numbers"),
        (lambda evaluate, start, budget: evaluate("here"), ValueError, "a point of two numbers"),
        (lambda evaluate: None, ValueError, "cannot be called like this"),
        (lambda evaluate, start, budget: evaluate(start * 1e300), ValueError, "no loss"),
    ],
)
def test_what_is_no_strategy_gets_a_sentence(strategy, kind, told):
    with pytest.raises(kind, match=told):
        attempt(strategy, "ada")


def test_a_strategy_may_change_its_own_points():
    def careless(evaluate, start, budget):
        w = start
        for _ in range(5):
            w -= 0.05 * evaluate(w)[1]

    assert_allclose(attempt(careless, "ada").points, attempt(plain, "ada").points[:5])


def test_the_result_tells_itself_and_draws_the_way(result):
    told = repr(result)
    assert told.startswith(
        f"Score {result.score} after {BUDGET} of {BUDGET} evaluations. The landscape is that of ada."
    )
    assert f"lowest loss found: {result.loss:.4f}, at (" in told
    assert result._repr_markdown_().startswith(f"**Score {result.score}**")
    figure = result.figure()
    figure.draw_without_rendering()
    assert figure.alt == told
    assert len(figure.axes[0].get_legend_handles_labels()[1]) == 4
