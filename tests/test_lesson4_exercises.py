"""Lesson 4's exercises: their answers are what the package's own runs give, and the lesson shows their stubs."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson4_code import momentum_step, nesterov_step
from gdcourse.exercises.lesson4_questions import limit_side
from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent, Momentum, Nesterov

STUDENTS = ("self-study", "ada", "bob", "0042")
LESSON = nbformat.read(Path(__file__).parents[1] / "notebooks" / "04_momentum.ipynb", 4)


pytestmark = pytest.mark.usefixtures("nothing_written")


@pytest.mark.parametrize("student", STUDENTS)
def test_the_heavy_ball_walk_is_the_packages_own(student):
    e = EXERCISES["heavy-ball-walk"]
    v = e.variant(student)
    path = descend(LANDSCAPES["square"], Momentum(v["rate"], v["beta"]), v["start"], steps=4)
    rows = np.array(e.answer(student))
    assert_allclose(rows[:, 0], path.gradients[:3, 0])
    assert_allclose(rows[:, 1], path.history("velocity")[1:4, 0])
    assert_allclose(rows[:, 2], path.points[1:4, 0])
    filled = e.filled(student)
    plain = descend(LANDSCAPES["square"], GradientDescent(v["rate"]), v["start"], steps=3).points[-1, 0]
    assert float(filled["plain.answer"]) == pytest.approx(plain)
    assert filled["next.answer"] == ("past" if path.points[4, 0] * path.points[3, 0] < 0 else "same-side")


def test_a_larger_rate_than_without_momentum_is_allowed_as_two_runs_show():
    for variant in EXERCISES["predict-limit"].variants.all():
        assert EXERCISES["predict-limit"].task.answer(variant) == "higher"
        assert theory.heavy_ball_critical_rate(1.0, variant["beta"]) > 2.1
    assert limit_side(0.0) == "same"


def test_the_classic_walk_by_hand():
    rows = [(8.0, -0.8, 3.2), (6.4, -1.28, 1.92), (3.84, -1.408, 0.512)]
    verdict = EXERCISES["heavy-ball-walk"].judge({"rows": rows, "plain": 2.048, "next": "past"})
    assert (verdict.outcome, verdict.points) == ("right", 11)
    friction = [(8.0, -0.8, 3.2), (6.4, 0.2 * -0.8 - 0.64, 2.4), (4.8, 0.2 * -0.8 - 0.48, 1.76)]
    verdict = EXERCISES["heavy-ball-walk"].judge(friction)
    assert "friction-for-kept" in verdict.mistakes


def test_terminal_velocity_is_approached():
    for student in STUDENTS:
        e = EXERCISES["terminal-velocity"]
        given, v = e.variant(student), 0.0
        for _ in range(800):
            v = given["beta"] * v - given["rate"] * given["gradient"]
        assert e.answer(student) == pytest.approx(v)


@pytest.mark.parametrize("student", STUDENTS)
def test_no_pair_of_a_grid_is_faster_than_the_best_pair(student):
    e = EXERCISES["best-pair"]
    given, filled = e.variant(student), e.filled(student)
    rate, beta = float(filled["rate.answer"]), float(filled["beta.answer"])
    curvatures = np.array([given["mu"], given["L"]])
    best = theory.heavy_ball_contraction(rate, beta, curvatures).max()
    rates, betas = np.meshgrid(rate * np.linspace(0.5, 1.5, 41), np.linspace(0, 0.999, 81))
    others = theory.heavy_ball_contraction(rates[..., None], betas[..., None], curvatures).max(-1)
    assert best <= others.min() + 1e-6
    assert float(filled["ball.answer"]) == np.ceil(
        np.log(1e-6) / np.log(theory.heavy_ball_best_contraction(given["L"] / given["mu"]))
    )
    path = descend(quadratic(curvatures), Momentum(rate, beta), np.sqrt([0.5, 0.5]), steps=400)
    needed = (np.linalg.norm(path.points, axis=1) < 1e-6).argmax()
    assert needed > float(filled["ball.answer"])  # the double root: what the last question asks
    assert EXERCISES["best-pair"].variant() == {"mu": 1.0, "L": 100.0}


@pytest.mark.parametrize("student", STUDENTS)
def test_the_conventions_are_three_runs_that_part_at_the_drop(student):
    e = EXERCISES["conventions"]
    given, answer = e.variant(student), e.answer(student)
    rng = np.random.default_rng(4)
    slopes, v, u, mean = rng.normal(size=30), 0.0, 0.0, 0.0
    rate, beta = given["rate"], given["beta"]
    # the last slope is such that the velocity is the given one
    for g in slopes:
        v, u, mean = beta * v - rate * g, beta * u + g, beta * mean + (1 - beta) * g
    last = (beta * v - given["velocity"]) / rate
    v, u, mean = beta * v - rate * last, beta * u + last, beta * mean + (1 - beta) * last
    assert v == pytest.approx(given["velocity"])
    assert answer["other"] == pytest.approx(u)
    assert -answer["average"] * mean == pytest.approx(v)
    assert answer["ours"] == pytest.approx(beta * v - given["dropped"] * given["gradient"])
    assert answer["theirs"] == pytest.approx(-given["dropped"] * (beta * u + given["gradient"]))


def test_the_prediction_is_what_the_arena_does():
    e = EXERCISES["predict-well"]
    ends = {"left": -0.96, "right": 1.04}
    for v in e.variants.all()[::4]:
        told = e.task.answer(v)
        facts = LABS["arena"].scene(landscape="double-well-right", **v).facts
        assert told == "rolling" if np.isnan(facts["well"]) else facts["well"] == pytest.approx(ends[told], abs=0.01)
    answers = {e.task.answer(v) for v in e.variants.all()}
    assert answers >= {"left", "right"}
    assert e.answer("self-study") == "left"


def test_the_code_is_the_packages_own():
    ground, rng = quadratic((1.0, 10.0), 0.3), np.random.default_rng(4)
    w, v, state = rng.normal(size=2), np.zeros(2), None
    u, nu, package = w, np.zeros(2), w
    ball, look = Momentum(0.05, 0.8), Nesterov(0.05, 0.8)
    state, ahead = ball.init(w), look.init(w)
    for _ in range(10):
        package, state = ball.step(package, ground.grad(package), state)
        w, v = momentum_step(w, v, ground.grad(w), 0.05, 0.8)
        assert_allclose(w, package, rtol=1e-12)
    p, point = u, u
    for _ in range(10):
        p, nu = nesterov_step(p, nu, ground.grad, 0.05, 0.8)
        point, ahead = look.step(point, ground.grad(point), ahead)
        assert_allclose(p, point - 0.8 * ahead.velocity, rtol=1e-9)


def test_the_lesson_shows_the_stubs_and_asks_every_exercise():
    sources = [cell.source for cell in LESSON.cells if cell.cell_type == "code"]
    for key in ("code-momentum", "code-nesterov"):
        assert EXERCISES[key].stub().strip() in [source.strip() for source in sources]
    everything = "\n".join(sources)
    asked = {key for key, e in EXERCISES.items() if e.lesson == 4 and e.kind != "flashcard"}
    assert {key for key in asked if f'"{key}"' not in everything} == set()
    assert "flashcards(lessons=[4])" in everything


def test_c6_the_cycle_that_the_lesson_prints():
    printed = "".join(o.text for cell in LESSON.cells if "kinked" in cell.source for o in cell.get("outputs", []))
    for place in (792, -2208, 2592):
        assert f"{place / 1225:.4f}" in printed


def test_d3_beta_is_kept_and_raising_it_lowers_the_friction():
    level = quadratic((0.0,))  # no slope anywhere
    for beta in (0.5, 0.9, 1.0):
        ball = Momentum(0.1, beta)
        w, state = ball.step(np.zeros(1), np.array([-10.0]), ball.init(np.zeros(1)))  # one push, to the velocity 1
        for _ in range(10):
            w, state = ball.step(w, level.grad(w), state)
        assert_allclose(state.velocity, beta**10)
    assert "friction" in {option.key for option in EXERCISES["card-beta"].fields()[0].options}
    assert EXERCISES["card-beta"].answer() == "kept"


def test_c10_the_scatter_that_the_lesson_prints():
    printed = "".join(o.text for cell in LESSON.cells if "def noisy" in cell.source for o in cell.get("outputs", []))
    predicted = [theory.noise_variance(rate, 1, beta=beta) for rate, beta in ((0.1, 0.0), (0.1, 0.9), (0.01, 0.9))]
    assert [line.partition("predicted ")[2][:4] for line in printed.splitlines()] == [f"{p:.2f}" for p in predicted]
    assert predicted[1] / predicted[0] == pytest.approx(10, rel=0.03)  # 1/(1 − β)


def test_c16_the_two_forms_part_when_the_rate_drops():
    printed = "".join(o.text for cell in LESSON.cells if "drop_after" in cell.source for o in cell.get("outputs", []))
    same, parted = printed.splitlines()
    assert same.split()[-3] == same.split()[-1]
    assert ("inside -1.223" in parted, "outside -0.131" in parted) == (True, True)


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("β is the friction", "Raising β lowers"),
        ("straight through local minima", "thrown out of the best well"),
        ("a mass obeying Newton", "effective rate α/(1 − β)"),
        ("when gradients are noisy", "multiplies the noise by 1/(1 − β)"),
        ("without a formula", "three formulas"),
    ],
)
def test_what_popular_explanations_say_stands_beside_what_is_true(said, true):
    rows = [
        line for cell in LESSON.cells for line in cell.source.splitlines() if line.startswith("| ") and said in line
    ]
    assert len(rows) == 1
    assert true in rows[0]
