"""The one-neuron sheet: true gradients, an exact rate, and the mistake of moving the weights in turn."""

import numpy as np

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson1_neuron import exact_rate, loss_at


def test_the_neuron_is_trained_by_its_true_gradient():
    for student in ("self-study", "ada", "bob"):
        v = EXERCISES["neuron-step"].variant(student)
        (prediction, loss, slope_w, slope_b, w, b), second = EXERCISES["neuron-step"].answer(student)
        small = 1e-6

        def height(dw, db, v=v):
            return ((v["w"] + dw) * v["x"] + v["b"] + db - v["y"]) ** 2

        assert np.isclose(loss, height(0, 0))
        assert np.isclose(slope_w, (height(small, 0) - height(-small, 0)) / (2 * small))
        assert np.isclose(slope_b, (height(0, small) - height(0, -small)) / (2 * small))
        assert np.isclose(prediction, v["w"] * v["x"] + v["b"])
        assert np.allclose((w, b), (v["w"] - v["rate"] * slope_w, v["b"] - v["rate"] * slope_b))
        assert second[1] < 1e-20, "the rate is exact: nothing is left after one step"
        assert np.isclose(loss_at(v, 2), loss)
        assert 0.2 < loss_at(v, 0.5) / loss < 0.3
        assert exact_rate(v["x"]) == v["rate"]


def test_moving_the_weights_one_after_the_other_is_named():
    rows = EXERCISES["neuron-step"].answer()
    (prediction, loss, slope_w, slope_b, w, _), second = rows
    verdict = EXERCISES["neuron-step"].judge([(prediction, loss, slope_w, slope_b, w, 0.08), second])
    assert verdict.mistakes == ("one-after-the-other",)
