"""Lesson 5's exercises: their answers are what the package's own runs give, and the lesson shows their stubs."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.lesson5_code import BUGS, LETTERS, SLOPES, WRONG, adam_step, moves
from gdcourse.exercises.lesson5_questions import kept
from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizer_uncorrected import UncorrectedAdam
from gdcourse.optimizers import OPTIMIZERS, AdaGrad, Adam, RMSProp

STUDENTS = ("self-study", "ada", "bob", "0042")
LESSON = nbformat.read(Path(__file__).parents[1] / "notebooks" / "05_adam.ipynb", 4)
SQUARE = LANDSCAPES["square"]
SETTINGS = {"α": "rate", "β": "beta", "β₁": "beta1", "β₂": "beta2", "λ": "weight_decay"}


pytestmark = pytest.mark.usefixtures("nothing_written")


@pytest.mark.parametrize("student", STUDENTS)
def test_the_walks_are_the_packages_own(student):
    for key, make, name in (("adagrad-walk", AdaGrad, "total"), ("rmsprop-walk", RMSProp, "mean_square")):
        v = EXERCISES[key].variant(student)
        settings = {setting: v[setting] for setting in ("rate", "beta") if setting in v}
        path = descend(SQUARE, make(**settings, eps=0.0), v["start"], steps=2)
        rows = np.array(EXERCISES[key].answer(student))
        assert_allclose(rows[:, 0], path.gradients[:2, 0])
        assert_allclose(rows[:, 1], path.history(name)[1:, 0])
        assert_allclose(rows[:, 2], path.points[1:, 0])
    v = EXERCISES["adam-walk"].variant(student)
    path = descend(SQUARE, Adam(v["rate"], v["beta1"], v["beta2"], 0.0), v["start"], steps=2)
    rows = np.array(EXERCISES["adam-walk"].answer(student))
    assert_allclose(rows[:, 0], path.gradients[:2, 0])
    for place, name, beta in ((1, "m", v["beta1"]), (2, "v", v["beta2"])):
        assert_allclose(rows[:, place], path.history(name)[1:, 0])
        assert_allclose(rows[:, place + 2], path.history(name)[1:, 0] / (1 - beta ** np.array([1, 2])))
    assert_allclose(rows[:, 5], path.points[1:, 0])


def test_the_classic_walks_by_hand():
    assert EXERCISES["adagrad-walk"].judge([(16, 256, 6), (12, 400, 4.8)]).outcome == "right"
    rows = [(8, 0.8, 0.64, 8, 64, 3.5), (7, 1.42, 1.1236, 7.4737, 56.4623, 3.0027)]
    verdict = EXERCISES["adam-walk"].judge({"rows": rows, "scaled": "same"})
    assert (verdict.outcome, verdict.points) == ("rounded", 9)
    bare = [(8, 0.8, 0.64, 0.8, 0.64, 3.5), (7, 1.42, 1.1236, 1.42, 1.1236, 2.8302)]
    assert "uncorrected" in EXERCISES["adam-walk"].judge(bare).mistakes
    same_t = [(8, 0.8, 0.64, 8, 64, 3.5), (7, 1.42, 1.1236, 14.2, 112.36, 2.8302)]
    assert "same-t" in EXERCISES["adam-walk"].judge(same_t).mistakes


@pytest.mark.parametrize("row", [(0, 0, 0), (-1, -4, 1), (1e308, -1e308, 0)])
def test_strange_numbers_of_ones_own_are_judged_in_words(row):
    for key, extra in (("adagrad-walk", ()), ("rmsprop-walk", ()), ("adam-walk", row)):
        verdict = EXERCISES[key].judge([(*row, *extra)] * 2)
        assert verdict.outcome in ("wrong", "known-mistake", "unreadable")


@pytest.mark.parametrize("student", STUDENTS)
def test_the_first_step_without_correction_is_what_the_optimizer_does(student):
    e = EXERCISES["first-step-uncorrected"]
    bare = UncorrectedAdam(1.0, *kept(e.variant(student)), 0.0)
    for slope in (3.0, -0.01):
        w, _ = bare.step(np.zeros(1), np.array([slope]), bare.init(np.zeros(1)))
        assert abs(w[0]) == pytest.approx(e.answer(student))
    assert kept(e.variant()) == pytest.approx((0.9, 0.999))
    assert "β₁ = 0.9 and β₂ = 0.999" in e.statement()


def test_the_predicted_first_move_is_what_the_optimizer_does():
    e = EXERCISES["predict-uncorrected"]
    lengths = {}
    for v in e.variants.all():
        bare = UncorrectedAdam(1.0, *kept(v), 0.0)
        w, _ = bare.step(np.zeros(1), np.array([-0.3]), bare.init(np.zeros(1)))
        expected = "same" if np.isclose(w[0], 1) else "longer" if w[0] > 1 else "shorter"
        assert e.task.answer(v) == expected
        lengths.setdefault(expected, v)
    assert set(lengths) == {"longer", "same", "shorter"}
    assert e.answer("self-study") == "longer"
    assert kept(e.variant()) == pytest.approx((0.8, 0.99))
    assert "β₁ = 0.8 and β₂ = 0.99" in e.statement()
    assert "the move is 2 times α long" in e.worked()


def test_the_lab_has_a_position_for_every_pair_that_is_predicted_and_tells_its_first_move():
    tracks = LABS["inside-adam"].scene().tracks
    for v in EXERCISES["predict-uncorrected"].variants.all():
        betas = dict(zip(("beta1", "beta2"), kept(v), strict=True))
        assert all(np.abs(tracks[name].positions - beta).min() < 1e-9 for name, beta in betas.items())
        told = LABS["inside-adam"].scene(corrected=False, **betas).texts_at(0)["arithmetic"]
        assert told.endswith(f" = −{theory.adam_uncorrected_factor(1, *betas.values()):.2f}·α")


@pytest.mark.parametrize("student", STUDENTS)
def test_the_cards_are_what_the_optimizers_do(student):
    v = EXERCISES["card-adam-first"].variant(student)
    w, _ = Adam(v["rate"]).step(np.zeros(1), np.array([v["gradient"]]), Adam().init(np.zeros(1)))
    assert EXERCISES["card-adam-first"].answer(student) == pytest.approx(w[0], rel=1e-5)
    v = EXERCISES["card-adagrad-later"].variant(student)
    slope = quadratic((0.0,))
    path = descend(slope, AdaGrad(v["rate"]), steps=v["step"], grad=lambda w, rng: 0 * w + v["gradient"])
    step = -np.diff(path.points[-2:, 0])[0]
    assert EXERCISES["card-adagrad-later"].answer(student) == pytest.approx(step, rel=1e-6)


def test_the_prediction_is_what_the_lab_counts():
    e = EXERCISES["predict-turned-valley"]
    answers = {}
    for v in e.variants.all():
        facts = LABS["rotation"].scene(**v).facts
        adam, plain = facts["adam"], facts["gradient-descent"]
        said = answers.setdefault(e.task.answer(v), v) and e.task.answer(v)
        assert said == ("close" if max(adam, plain) < 1.1 * min(adam, plain) else min(facts, key=facts.get))
    assert set(answers) == {"adam", "gradient-descent", "close"}
    assert e.answer("self-study") == "gradient-descent"


def test_the_code_is_the_packages_own():
    rng = np.random.default_rng(5)
    w = package = rng.normal(size=(2, 3))
    m, v, walker = np.zeros((2, 3)), np.zeros((2, 3)), Adam(0.05, 0.8, 0.95, 0.01)
    state = walker.init(w)
    for t in range(1, 11):
        gradient = rng.normal(size=(2, 3))
        w, m, v = adam_step(w, gradient, m, v, t, 0.05, 0.8, 0.95, 0.01)
        package, state = walker.step(package, gradient, state)
        assert_allclose(w, package, rtol=1e-12)
        assert_allclose(m, state.m, rtol=1e-12)


def test_a_step_in_place_is_told_so_although_both_means_begin_as_one_array_of_zeros():
    def in_place(w, gradient, m, v, t, rate, beta1, beta2, eps):
        m *= beta1
        m += (1 - beta1) * gradient
        v *= beta2
        v += (1 - beta2) * gradient**2
        return w - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v

    assert EXERCISES["code-adam"].judge(in_place).mistakes == ("argument-changed",)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_table_of_the_hunt_shows_the_bugs_it_names(student):
    e = EXERCISES["adam-bugs"]
    rows = [[cell.replace("−", "-") for cell in row] for row in e.shows(student).rows]
    table = np.array(rows, float)
    assert_allclose(table[:, 1], SLOPES)
    assert_allclose(table[:, 2], moves(adam_step), atol=5.1e-4)
    for place, letter in enumerate(LETTERS, start=3):
        assert_allclose(table[:, place], moves(WRONG[e.variant(student)[letter]]), atol=5.1e-4)
    assert len(set(e.variant(student).values())) == 5


def test_all_bugs_show_in_the_rounded_table():
    shown = {tuple(np.round(moves(step), 3)) for step in (adam_step, *(WRONG[name] for name in BUGS))}
    assert len(shown) == len(BUGS) + 1


def test_the_lesson_shows_the_stub_and_asks_every_exercise():
    sources = [cell.source for cell in LESSON.cells if cell.cell_type == "code"]
    assert EXERCISES["code-adam"].stub().strip() in [source.strip() for source in sources]
    asked = {key for key, e in EXERCISES.items() if e.lesson == 5 and e.kind != "flashcard"}
    assert {key for key in asked if f'"{key}"' not in "\n".join(sources)} == set()
    assert {
        lab for lab in ("race", "inside-adam", "rotation") if f'LABS["{lab}"].show(' not in "".join(sources)
    } == set()


def printed(text):
    return "".join(o.text for cell in LESSON.cells if text in cell.source for o in cell.get("outputs", []))


def test_c17_what_the_lesson_prints():
    told = printed("theory.best_rate(100, 1)").splitlines()
    assert told[0] == "gradient descent from (1, 1): [709, 709]"
    assert told[1] == "Adam, rate 0.05 from (1, 1): [212, 1364]"
    assert told[3] == "Adam, rate 0.5 from (1, 1): [206, 277]"  # a third more
    assert told[4] == "Adam, rate 0.05 from (100, 1): [6440, 5262]"
    moves = [line.split()[-2] for line in printed("corrected=False").splitlines()]
    assert moves == ["3.16", "6.57", "3.24", "1.26", "0.32"]


def test_the_family_table_says_what_the_records_hold():
    (table,) = [cell.source for cell in LESSON.cells if "| optimizer, and its key idea |" in cell.source]
    names = {"gradient-descent": "gradient descent", "momentum": "momentum, Nesterov", "adagrad": "AdaGrad"}
    names |= {"rmsprop": "RMSProp", "adam": "Adam", "amsgrad": "AMSGrad", "adamw": "AdamW"}
    for key, name in names.items():
        (row,) = [line for line in table.splitlines() if line.startswith(f"| **{name}**: ")]
        state = OPTIMIZERS[key]().init(np.zeros(7))
        held = sum(np.shape(part) == (7,) for part in state)
        assert row.split(" | ")[1].startswith(str(held) if held else "nothing")
        stated = dict(re.findall(r"(α|β₁|β₂|β|λ) = ([\d.]+)", row))
        assert all(getattr(OPTIMIZERS[key](), SETTINGS[sign]) == float(number) for sign, number in stated.items())
        assert stated or key in ("gradient-descent", "amsgrad")


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("cures a slow start", "prevents steps that are up to 6.57 times too large"),
        ("for almost everything", "problems where it loses"),
        ("help on plateaus", "keeps Adam from settling"),
        ("complex landscapes", "not invariant to rotation"),
    ],
)
def test_what_popular_explanations_say_stands_beside_what_is_true(said, true):
    rows = [
        line for cell in LESSON.cells for line in cell.source.splitlines() if line.startswith('| "') and said in line
    ]
    assert len(rows) == 1
    assert true in rows[0]
