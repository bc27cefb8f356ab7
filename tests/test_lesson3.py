"""The exercises of lesson 3: their numbers worked out another way, and their verdicts on what learners hand in."""

import numpy as np
import pytest

from gdcourse import EXERCISES
from gdcourse.exercises import lesson3_sheets as sheets
from gdcourse.labs.batch_ground import birds
from gdcourse.samples import minibatches

pytestmark = pytest.mark.usefixtures("nothing_written")


@pytest.mark.parametrize("student", ["self-study", "ada", "0042"])
def test_the_sheet_agrees_with_arrays(student):
    v = EXERCISES["batch-by-hand"].variant(student)
    x, y = (np.array([v[axis + point] for point in "ABCD"]) for axis in "xy")
    slopes = 2 * (v["w"] * x - y) * x
    answer = EXERCISES["batch-by-hand"].answer(student)
    means = slopes[[0, 2]].mean(), slopes[[1, 3]].mean(), slopes.mean()
    assert list(answer.values()) == pytest.approx([*slopes, *means, v["w"] - v["rate"] * means[0]])
    assert (means[0] + means[1]) / 2 == pytest.approx(means[2])  # on average the mini-batches are right
    assert means[0] * means[1] < 0


def test_what_follows_from_ones_own_numbers_counts():
    e = EXERCISES["batch-by-hand"]
    own = {**e.answer(), "A": -11.0, "first": (-11.0 - 30.0) / 2, "all": (-11.0 - 24.0 - 30.0 + 36.0) / 4}
    own["step"] = 1.0 + 0.05 * 20.5
    marks = {row.key: row.outcome for row in e.judge(own).rows}
    assert marks["A"] == "wrong"
    assert [marks[key] for key in ("first", "all", "step")] == ["right-from-your-own"] * 3
    assert marks["second"] == "right"


def test_every_four_is_whole_and_disagrees():
    for v in sheets.fours():
        assert all(v[axis + point] == int(v[axis + point]) for axis in "xy" for point in "ABCD")
        assert sheets.mean(v, "AC") * sheets.mean(v, "BD") < 0


@pytest.mark.parametrize("student", ["self-study", "ada", "0042"])
@pytest.mark.parametrize("key", ["updates-per-epoch", "card-updates"])
def test_updates_are_counted_by_dealing(key, student):
    v, rng = EXERCISES[key].variant(student), np.random.default_rng(0)
    dealt = [len(minibatches(int(v["size"]), int(v["batch"]), rng)) for _ in range(int(v["epochs"]))]
    assert EXERCISES[key].answer(student) == sum(dealt)


@pytest.mark.parametrize("student", ["self-study", "ada", "0042"])
def test_the_floor_and_the_spread_are_their_formulas(student):
    v = EXERCISES["noise-floor"].variant(student)
    a, lam, s2, b = (v[name] for name in ("rate", "curvature", "variance", "batch"))
    assert EXERCISES["noise-floor"].answer(student) == pytest.approx(a * s2 / (2 * b * (2 - a * lam)))
    v = EXERCISES["gradient-spread"].variant(student)
    spread = EXERCISES["gradient-spread"].answer(student)
    assert spread["small"] ** 2 * v["small"] == pytest.approx(v["sigma"] ** 2)
    assert spread["large"] ** 2 * v["large"] == pytest.approx(v["sigma"] ** 2)


def test_the_race_is_won_by_the_noisy_first_and_by_the_middle_later():
    from gdcourse.exercises.lesson3_predictions import winner

    assert [winner({"epochs": epochs}) for epochs in (1.0, 2.0, 5.0)] == ["1", "16", "16"]


def test_the_clinic_shows_what_it_says():
    from gdcourse.exercises.lesson3_predictions import RUNS

    runs = {name: run() for name, run in RUNS.items()}
    seen = runs["full"][np.isfinite(runs["full"])]
    assert (np.diff(seen) < 0).all()
    assert len(seen) < 100
    late = {name: np.nanmean(run[150:]) for name, run in runs.items() if name != "full"}
    assert late["single"] > 4 * late["medium"]
    assert late["single"] > 4 * late["dropped"]
    np.testing.assert_array_equal(runs["single"][:61], runs["dropped"][:61])


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda rows, batch, shuffle: np.array_split(shuffle(rows), range(batch, len(rows), batch)), "right"),
        (
            lambda rows, batch, shuffle: [tuple(shuffle(rows)[k : k + batch]) for k in range(0, len(rows), batch)],
            "right",
        ),
        (lambda rows, batch, shuffle: shuffle(rows), "wrong"),
        (lambda rows, batch, shuffle: [[[1]]] * 3, "wrong"),
        (lambda rows, batch, shuffle: [np.zeros(900), *[np.zeros(1)] * 900], "wrong"),
        (lambda rows, batch, shuffle: ["a", [1]], "wrong"),
        (lambda rows, batch, shuffle: [], "wrong"),
    ],
)
def test_batchers_of_every_kind_are_judged(answer, outcome):
    verdict = EXERCISES["code-minibatches"].judge(answer)
    assert verdict.outcome == outcome
    assert len(verdict.message) < 1500


def test_the_learners_functions_fit_the_penguins_together():
    deal, epoch = EXERCISES["code-minibatches"].answer(), EXERCISES["code-sgd-epoch"].answer()
    fit, rng = birds(), np.random.default_rng(0)

    def gradient(w, rows):
        return fit.gradients(w, rows).mean(axis=0)

    w = np.array(fit.landscape.start)
    for _ in range(10):
        order = np.concatenate(deal(np.arange(fit.size), 32, rng.permutation))
        w = epoch(w, order, 32, gradient, 0.05)
    np.testing.assert_allclose(w, fit.landscape.minima[0], atol=0.1)
