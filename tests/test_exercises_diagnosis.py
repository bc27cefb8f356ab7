"""Bug hunts and the clinic: what is planted can be found, and the runs do what their diagnosis says."""

from math import perm

import numpy as np
import pytest

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES, lesson6_questions
from gdcourse.exercises.clinic_runs import RUNS
from gdcourse.exercises.lesson1_diagnosis import SHOWN, buggy_walk, bugs
from gdcourse.exercises.variants import told_apart
from gdcourse.exercises.words import languages
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent


def test_planted_trajectories_are_told_apart_by_the_table():
    seen = {}
    for variant in bugs():
        key = (variant["u"], variant["v"], variant["rate"])
        seen.setdefault(key, []).append(np.round(buggy_walk(variant), 4).ravel())
    assert all(len(tables) == 7 and told_apart(tables) for tables in seen.values())


def test_the_trajectory_without_a_bug_is_the_packages_own():
    bowl = quadratic((3.0, 1.0), angle=np.pi / 4)  # Hessian [[2, 1], [1, 2]]
    np.testing.assert_allclose(bowl.hessian(np.zeros(2)), [[2, 1], [1, 2]], atol=1e-12)
    path = descend(bowl, GradientDescent(rate=0.1), (4.0, -3.0), steps=4)
    table = buggy_walk({"u": 4.0, "v": -3.0, "rate": 0.1, "bug": "none"})
    np.testing.assert_allclose(table, path.points, atol=1e-12)


CLINICS = [exercise for exercise in EXERCISES.values() if exercise.kind == "clinic"]


def test_the_runs_of_the_clinics_do_what_their_diagnosis_says():
    runs = {name: run() for name, run in RUNS.items()}
    small, well, large, plateau, sign = (runs[name] for name in SHOWN)
    assert small[-1] > 0.01 * small[0] > well[-1]
    assert np.all(np.diff(large) > 0)
    np.testing.assert_allclose(large[1:] / large[:-1], large[1] / large[0])
    assert well[-1] < 1e-6 * well[0]
    assert plateau[15] > 0.7 * plateau[0]
    assert plateau[-1] < 1e-6 * plateau[0]
    assert np.all(np.diff(sign) > 0)
    assert sign[-1] < 1.1 * sign[-10]
    assert sign[-1] > 100 * sign[0]
    assert LANDSCAPES["plateau"].dimension == 1


def test_by_a_saddle_the_loss_falls_stands_still_and_falls_again():
    loss = RUNS["saddle"]()
    height = 0.25  # of the saddle above the two minima
    level = np.abs(loss - height) < 0.02 * height
    assert level.sum() > 15
    first, last = np.flatnonzero(level)[[0, -1]]
    assert level[first : last + 1].all()
    assert loss[0] > 100 * height
    assert loss[-1] < 1e-3 * height
    assert np.all(np.diff(loss) < 0)


def test_each_curve_beside_the_saddle_shows_what_sets_it_apart():
    loss = {name: run() for name, run in lesson6_questions.SHOWN.items()}
    left_out = {name: np.isnan(run) for name, run in loss.items()}
    assert {name: bool(out[-1]) for name, out in left_out.items()} == {
        "saddle": True,  # arrives, after a stretch: the test above
        "plateau": True,
        "stuck": False,
        "catapult": True,
    }
    assert all((np.diff(run[np.isfinite(run)]) < 0).all() for name, run in loss.items() if name != "catapult")
    assert (loss["plateau"][:20] > 0.9 * loss["plateau"][0]).all()  # level from the first step
    assert loss["stuck"][30] < 0.1 * loss["stuck"][0]
    np.testing.assert_allclose(loss["stuck"][30:], loss["stuck"][-1], rtol=0.05)  # and to the last
    assert loss["catapult"][:4].max() > 50 * loss["catapult"][0]
    assert np.nanargmax(loss["catapult"]) < 5
    assert not left_out["saddle"][:50].any()
    assert max(np.nanmax(run) for run in loss.values()) < 1e3  # one scale shows all of them


def test_the_gradient_tells_a_saddle_from_a_plateau():
    growth = {}
    for name, start, rate in (("bounded-saddle", (8.0, 1e-4), 0.2), ("plateau", (-3.6,), 0.4)):
        path = descend(LANDSCAPES[name], GradientDescent(rate), start, steps=60)
        size = np.linalg.norm(path.gradients, axis=-1)
        growth[name] = size[1:] / size[:-1]
    off_the_saddle = growth["bounded-saddle"][31:42]
    assert off_the_saddle.min() > 1.17
    assert off_the_saddle.max() <= 1.2
    assert growth["plateau"][:30].max() < 1.05


@pytest.mark.parametrize("clinic", CLINICS, ids=lambda clinic: clinic.key)
def test_a_clinic_shows_different_runs_in_every_order(clinic):
    (*_, first), pool = clinic.task.parts, clinic.variants.all()
    count, options = len(clinic.task.parts), first.task.options
    runs = {name for variant in pool for name in variant.values()}
    assert len(pool) == perm(len(runs), count)
    assert all(len(set(variant.values())) == count for variant in pool)
    assert runs < set(options), "a diagnosis that no curve has keeps the last one from being left over"
    for student in (None, "ada"):
        curves, variant = clinic.shows(student).curves, clinic.variant(student)
        assert [curve.name[-1] for curve in curves] == list(variant)
        assert len({curve.y.tobytes() for curve in curves}) == count
    one, other = pool[0], next(v for v in pool if v["A"] == pool[0]["B"])
    words = clinic.words()
    np.testing.assert_array_equal(clinic.exhibit(one, words).curves[1].y, clinic.exhibit(other, words).curves[0].y)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("clinic", CLINICS, ids=lambda clinic: clinic.key)
def test_the_clinic_says_which_curve_it_means_and_why(clinic, language):
    clinic = clinic.translated(language)
    runs = {name for variant in clinic.variants.all() for name in variant.values()}
    words, worked = clinic.words(), clinic.worked()
    for letter, diagnosis in clinic.variant().items():
        reason = words(f"reasons.{diagnosis}")
        assert f"{words(f'options.{diagnosis}')} {reason}" in worked
        wrong = next(name for name in sorted(runs) if name != diagnosis)
        verdict = clinic.judge({letter: wrong})
        label = words.part(letter)("label")
        assert label in verdict.message.partition(":")[0]
        assert words(f"mistakes.{wrong}") in verdict.message
        assert reason not in str(verdict)
