"""Bug hunts and the clinic: what is planted can be found, and the runs do what their diagnosis says."""

import numpy as np
import pytest

from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson1_diagnosis import RUNS, buggy_walk, bugs, clinics
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


def test_the_runs_of_the_clinic_do_what_their_diagnosis_says():
    curves = EXERCISES["loss-clinic"].shows()
    order = EXERCISES["loss-clinic"].variant()
    values = {order[curve.name[-1]]: curve.y for curve in curves.curves}
    small, well, large, plateau = (values[name] for name in RUNS)
    assert small[-1] > 0.01 * small[0] > well[-1]
    assert np.all(np.diff(large) > 0)
    assert well[-1] < 1e-6 * well[0]
    assert plateau[15] > 0.7 * plateau[0]
    assert plateau[-1] < 1e-6 * plateau[0]
    assert len(clinics()) == 24
    assert LANDSCAPES["plateau"].dimension == 1


@pytest.mark.parametrize("language", languages())
def test_the_clinic_says_which_curve_it_means_and_why(language):
    clinic = EXERCISES["loss-clinic"].translated(language)
    words, worked = clinic.words(), clinic.worked()
    for letter, diagnosis in clinic.variant().items():
        reason = words(f"reasons.{diagnosis}")
        assert f"{words(f'options.{diagnosis}')} {reason}" in worked
        wrong = next(name for name in RUNS if name != diagnosis)
        verdict = clinic.judge({letter: wrong})
        label = words.part(letter)("label")
        assert label in verdict.message.partition(":")[0]
        assert words(f"mistakes.{wrong}") in verdict.message
        assert reason not in str(verdict)
