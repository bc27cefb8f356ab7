"""The exercises of lesson 2: their truths are what walks do, and every variant stays pleasant by hand."""

import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.clinic_runs import RUNS
from gdcourse.exercises.lesson2_tasks import cosine, counted
from gdcourse.landscapes import quadratic
from gdcourse.optimizers import GradientDescent
from gdcourse.schedules import Cosine

LESSON = [exercise for exercise in EXERCISES.values() if exercise.lesson == 2]
DRAWN = [(exercise.key, exercise.variants.all()) for exercise in LESSON if exercise.variants.pool is not None]


pytestmark = pytest.mark.usefixtures("nothing_written")


def pool(key):
    return EXERCISES[key].variants.all()


def decimals(number):
    return max(0, -Decimal(repr(round(float(number), 10))).normalize().as_tuple().exponent)


@pytest.mark.parametrize(("key", "variants"), DRAWN, ids=[key for key, _ in DRAWN])
def test_the_classic_is_dealt_too_and_no_variant_twice(key, variants):
    assert EXERCISES[key].variants.classic in variants
    assert len({tuple(sorted(variant.items())) for variant in variants}) == len(variants)
    for variant in variants:
        assert all(decimals(given) <= 2 for given in variant.values() if not isinstance(given, str))


def test_just_below_the_critical_rate_a_walk_converges_and_just_above_it_diverges():
    for key, curvature in (("critical-rate", lambda v: 2 * v["c"]), ("card-critical-rate", lambda v: v["L"])):
        for variant in pool(key):
            truth = EXERCISES[key].task.answer(variant)
            assert decimals(truth) <= 4
            hill = quadratic((curvature(variant),))
            ends = descend(hill, GradientDescent(truth * np.array([0.9, 1.1])), 1.0, steps=60, keep="last").values[-1]
            assert ends[0] < 1e-6 < 1e6 < ends[1]


def test_no_rate_shrinks_a_valley_faster_than_the_best():
    for variant in pool("best-rate"):
        answer = EXERCISES["best-rate"].task.answer(variant)
        factors = [abs(1 - answer["best"] * variant[name]) for name in ("mu", "L")]
        assert_allclose(factors, answer["kept"])
        assert_allclose(answer["condition"], variant["L"] / variant["mu"])
        for near in (0.99, 1.01):
            assert max(abs(1 - near * answer["best"] * variant[name]) for name in ("mu", "L")) > answer["kept"]


def test_the_three_walks_are_the_packages_own():
    for variant in pool("three-rates"):
        rows = EXERCISES["three-rates"].task.parts[0].task.answer(variant)
        rates = np.array([variant[name] for name in ("small", "edge", "large")])
        hill = quadratic((2.0,), centre=(variant["minimum"],))
        path = descend(hill, GradientDescent(rates), variant["start"], steps=10)
        assert_allclose(rows, path.points[1:4, :, 0], atol=1e-9)
        assert_allclose(EXERCISES["three-rates"].task.parts[2].task.answer(variant), path.values[10, 0], rtol=1e-7)
        assert [abs(1 - 2 * rate) < 1 for rate in rates] == [True, False, False]
        assert max(decimals(cell) for row in rows for cell in row) <= 3


def test_the_steps_in_the_valley_are_the_packages_own_and_overshoot_across_only():
    for variant in pool("valley-step"):
        rows = EXERCISES["valley-step"].task.parts[0].task.answer(variant)
        hill = quadratic((variant["a"], variant["b"]), start=(variant["u"], variant["v"]))
        path = descend(hill, GradientDescent(variant["rate"]), steps=2)
        assert_allclose(rows, np.hstack([path.gradients[:2], path.points[1:]]), atol=1e-12)
        assert path.points[1, 1] * variant["v"] < 0 < path.points[1, 0] * variant["u"]
        assert max(decimals(cell) for row in rows for cell in row) <= 4


def test_slopes_of_the_start_that_are_used_again_are_named():
    for second in ((8, 10, 1.6, -2.0), (8, -5, 1.6, 0.25), (5.6, 10, 1.96, -2.0)):  # both, or one of the two
        verdict = EXERCISES["valley-step"].judge([(8, 10, 2.8, -0.5), second])
        assert verdict.mistakes == ("start-slope-kept",)


def test_schedules_at_one_step():
    for variant in pool("schedule-values"):
        k, rate = variant["k"], variant["rate"]
        assert k % variant["every"] != 0  # else counting stairs up or down would be the same
        expected = {
            "step": rate * variant["factor"] ** (k // variant["every"]),
            "exponential": rate * variant["each"] ** k,
            "cosine": rate * (1 + math.cos(math.pi * k / variant["total"])) / 2,
            "inverse-time": rate / (1 + variant["decay"] * k),
        }
        assert EXERCISES["schedule-values"].task.answer(variant) == pytest.approx(expected)


def test_the_cosine_to_be_written_is_the_packages_own():
    k = np.arange(120)
    assert_allclose(cosine(k, 0.4, 80, 0.02), 0.4 * Cosine(steps=80, end=0.05)(k))


def test_predictions_are_what_is_counted():
    assert [counted(rate) for rate in (0.4, 0.04, 0.9, 0.09)] == [9, 166, 62, 70]
    assert EXERCISES["predict-ten-times"].answer() == pytest.approx(166 / 9, abs=0.05)
    assert EXERCISES["predict-first"].answer() == "best"
    assert EXERCISES["predict-schedule"].answer() == "late"
    told = {(v["L"], v["rate"]): EXERCISES["predict-valley"].task.answer(v) for v in pool("predict-valley")}
    assert (told[10.0, 0.15], told[10.0, 0.1], told[10.0, 0.2]) == ("overshooting", "exact", "cycling")
    assert set(told.values()) == {"monotone", "exact", "overshooting", "cycling", "divergent"}


def test_the_runs_of_the_clinic_do_what_their_diagnosis_says():
    well, large, floor, lowered = (
        RUNS[name]() for name in ("valley", "a-little-too-large", "noise-floor", "rate-lowered")
    )
    assert (np.diff(well) < 0).all()
    assert large.argmin() > 10  # it falls at first
    assert large[-1] > 100 * large.min()
    assert floor[-30:].mean() == pytest.approx(floor[20:50].mean(), rel=0.6)
    assert np.abs(np.diff(floor[-30:])).max() > 20 * np.abs(np.diff(lowered[-30:])).max()
    assert (floor[:41] == lowered[:41]).all()
    assert lowered[-30:].max() < floor[20:40].mean()


def test_the_exercises_of_the_lesson_are_all_in_its_notebook_or_its_cards():
    text = (Path(__file__).parents[1] / "notebooks" / "02_learning_rate.ipynb").read_text(encoding="utf-8")
    sources = " ".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert [e.key for e in LESSON if e.kind != "flashcard" and f'"{e.key}"' not in sources] == []
