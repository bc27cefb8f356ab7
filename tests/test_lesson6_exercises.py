"""Lesson 6's exercises: their answers are what the package's own runs give, and the lesson shows their stubs."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson6_escape import perturbed_descent
from gdcourse.exercises.lesson6_points import KINDS, classify, deals, points
from gdcourse.exercises.lesson6_questions import SPANS
from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent

STUDENTS = ("self-study", "ada", "bob", "0042")
LESSON = nbformat.read(Path(__file__).parents[1] / "notebooks" / "06_saddle_points.ipynb", 4)
CODES = {"minimum": 1.0, "maximum": -1.0, "saddle": 0.0}


pytestmark = pytest.mark.usefixtures("nothing_written")


def test_every_dealt_point_is_what_its_eigenvalues_say():
    for variant in deals():
        dealt = points(variant["deal"])
        assert {point.kind for point in dealt} == set(KINDS)
        for point in dealt:
            hessian = np.array([[point.xx, point.xy], [point.xy, point.yy]], float)
            low, high = np.linalg.eigvalsh(hessian)
            if point.kind == "not-critical":
                assert np.any(point.gradient)
                continue
            assert not np.any(point.gradient)
            kind = "undecided" if min(abs(low), abs(high)) < 1e-9 else {1.0: "minimum", -1.0: "maximum", 0.0: "saddle"}
            told = kind if isinstance(kind, str) else kind[classify(np.zeros(2), hessian, 1e-9)]
            assert point.kind == told
            assert point.kind != "saddle" or (point.xx > 0 and point.yy > 0)  # the diagonal misleads


def test_the_classification_knows_the_points_of_the_catalogue():
    for ground in LANDSCAPES.values():
        for kind, places in (("minimum", ground.minima), ("saddle", ground.saddles)):
            for w in places:
                code = classify(ground.grad(w), ground.hessian(w), 1e-6)
                flat = np.abs(ground.curvatures(w)).min() <= 1e-6
                assert np.isnan(code) if flat else code == CODES[kind], (ground.name, w)
    assert np.isnan(classify(np.array([0.1]), np.array([[1.0]]), 1e-6))


@pytest.mark.parametrize("student", STUDENTS)
def test_the_steps_by_hand_are_those_of_a_walk(student):
    e = EXERCISES["escape-steps"]
    v, filled = e.variant(student), e.filled(student)
    ground = quadratic((1.0, -v["steep"]))
    walks = {}
    for closer in (1.0, 100.0):
        start = [0.0, 10.0 ** -v["power"] / closer]
        path = descend(ground, GradientDescent(v["rate"]), start, steps=1200)
        walks[closer] = int(np.argmax(~(np.abs(path.points[:, 1]) < 1 - 1e-9)))
        assert path.points[1, 1] / path.points[0, 1] == pytest.approx(float(filled["growth.answer"]))
    assert float(filled["steps.answer"]) == walks[1.0]
    assert float(filled["more.answer"]) == pytest.approx(walks[100.0] - walks[1.0], abs=1)
    assert filled["ridge.answer"] == "never"


def test_the_unrounded_number_of_steps_is_right_too():
    e = EXERCISES["escape-steps"]
    exact = np.log(1e6) / np.log(1.2)
    verdict = e.judge({"growth": 1.2, "steps": exact, "more": np.log(100) / np.log(1.2), "ridge": "never"})
    assert verdict.outcome == "right"
    linear = e.judge({"growth": 1.2, "steps": np.log(1e6) / 0.2, "more": 26, "ridge": "never"})
    assert "steps.small-rate" in linear.mistakes
    assert "steps.small-rate" in e.judge({"growth": 1.2, "steps": 70, "more": 26, "ridge": "never"}).mistakes


def test_who_decides_by_the_determinant_or_calls_the_rest_a_saddle_is_told_so():
    e = EXERCISES["code-classify"]

    def by_determinant(gradient, hessian, tolerance):
        product = np.linalg.det(hessian)
        if np.linalg.norm(gradient) > tolerance or abs(product) <= tolerance:
            return np.nan
        return 0.0 if product < 0 else np.sign(hessian[0, 0])

    def else_a_saddle(gradient, hessian, tolerance):
        if np.linalg.norm(gradient) > tolerance:
            return np.nan
        low, *_, high = np.linalg.eigvalsh(hessian) if len(hessian) > 1 else [hessian[0, 0]] * 2
        return 1.0 if low > tolerance else -1.0 if high < -tolerance else 0.0

    assert e.judge(by_determinant).mistakes == ("determinant",)
    assert e.judge(else_a_saddle).mistakes == ("rest-is-saddle",)


def test_the_predictions_are_what_the_labs_do():
    noise, sharp = EXERCISES["predict-noise"], EXERCISES["predict-sharpness"]
    answers = set()
    for v in noise.variants.all():
        told = noise.task.answer(v)
        answers.add(told)
        out = LABS["saddle"].scene(offset=0.0, noise=10.0 ** -v["power"], rate=v["rate"]).facts["out"]
        spans = [0.0, *SPANS.values()]
        place = list(SPANS).index(told)
        assert spans[place] < out <= spans[place + 1]
    assert answers == set(SPANS)
    ends = {v["rate"]: sharp.task.answer(v) for v in sharp.variants.all()}
    assert set(ends.values()) == {"sharp", "flat", "diverges"}
    for rate, told in ends.items():
        facts = LABS["two-weights"].scene(rate=rate).facts
        assert told == ("diverges" if np.isnan(facts["end"]) else "sharp" if facts["end"] > 14 else "flat")


def test_kicks_free_a_descent_from_the_ridge_and_leave_steep_ground_alone():
    ground, rng = LANDSCAPES["bounded-saddle"], np.random.default_rng(6)
    kicks = rng.normal(size=(300, 2)) * 1e-3
    start = np.array([0.5, 0.0])
    assert perturbed_descent(start, ground.grad, 0.1, np.zeros((300, 2)), 1e-3)[1] == 0
    freed = perturbed_descent(start, ground.grad, 0.1, kicks, 1e-3)
    assert abs(freed[1]) == pytest.approx(1, abs=0.01)
    steep = descend(ground, GradientDescent(0.1), [1.5, 0.8], steps=5).points[-1]
    assert_allclose(perturbed_descent(np.array([1.5, 0.8]), ground.grad, 0.1, kicks[:5], 1e-3), steep)


def test_the_questions_ask_about_what_runs_do():
    path = descend(LANDSCAPES["horse-saddle"], GradientDescent(0.1), [1.0, 1e-300], steps=7300)
    assert np.argmax(np.abs(path.points[:, 1]) >= 1) == 7248
    worked = EXERCISES["saddle-or-plateau"].worked()
    grown = {}
    for name, low, high in (("A", -2.0, 30.0), ("B", -0.0002, 0.0001)):
        ground = quadratic((high, low))
        path = descend(ground, GradientDescent(0.01), [0.0, 0.0002 / low], steps=233)
        size = np.linalg.norm(path.gradients, axis=1)
        assert size[0] == pytest.approx(0.0002)
        grown[name] = size / size[0]
        assert f"{size[1] / size[0]:.7g} " in worked
    assert grown["A"][-2] < 100 < grown["A"][-1]
    assert grown["B"][-1] < 1.001


def test_the_card_on_the_limit_is_theorys():
    e = EXERCISES["card-sharpness"]
    for student in STUDENTS:
        v = e.variant(student)
        assert e.answer(student) == pytest.approx(theory.sharpness_limit(v["rate"], v["beta"]))
    assert EXERCISES["card-minima"].answer() == "seventh"
    assert theory.chance_of_minimum(2) == pytest.approx(1 / 7, abs=0.005)


def test_the_lesson_shows_the_stubs():
    sources = [cell.source.strip() for cell in LESSON.cells if cell.cell_type == "code"]
    for key in ("code-classify", "code-perturbed"):
        assert EXERCISES[key].stub().strip() in sources
