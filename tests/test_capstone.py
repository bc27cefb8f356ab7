"""The capstone: landscapes nobody has seen, a budget that holds, a score without flattery, and a board that merges."""

import json
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.descent import descend
from gdcourse.exercises.capstone import BUDGET, FLOOR, Attempt, attempt, baselines, landscape_of, score_of
from gdcourse.exercises.capstone_board import board, enter, merge
from gdcourse.exercises.variants import SELF_STUDY
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


def found(student, share, word=""):
    """An attempt that came a share of the way from the start to the lowest point."""
    land = landscape_of(student, word)
    place = np.array(land.start) + share * (np.array(land.minima[0]) - land.start)
    return Attempt(student, word, place[np.newaxis], np.array([land.value(place)]))


def test_boards_are_merged_and_the_best_of_each_counts(tmp_path):
    mine, theirs = tmp_path / "mine.jsonl", tmp_path / "theirs.jsonl"
    enter(found("ada", 0.2), mine)
    enter(found("ada", 0.999), mine)
    assert [entry.student for entry in enter(found("ben", 1.0), theirs).entries] == ["ben"]
    together = merge(tmp_path / "class.jsonl", mine, theirs, mine)
    assert {entry.student for entry in together.entries} == {"ada", "ben"}
    assert together.attempts == {"ada": 2, "ben": 1}
    assert [entry.score for entry in together.entries] == sorted((e.score for e in together.entries), reverse=True)
    (ada,) = (entry for entry in together.entries if entry.student == "ada")
    assert ada.score == found("ada", 0.999).score
    assert (tmp_path / "class.jsonl").read_text().count("\n") == 3
    assert "| 1 | " in together._repr_markdown_()


def test_a_line_that_claims_more_than_its_place_is_worth_is_not_believed(tmp_path):
    path = tmp_path / "board.jsonl"
    enter(found("ada", 0.2), path)
    honest = json.loads(path.read_text())
    forged = [{**honest, "score": 500}, {**honest, "loss": -1}, {**honest, "evaluations": BUDGET + 1}]
    odd = [
        {**honest, "x": float("nan")},
        {**honest, "x": "0"},
        {**honest, "student": 5},
        {**honest, "x": 1e300},
        [1],
        None,
    ]
    path.write_text("\n".join(map(json.dumps, [honest, *forged, *odd])) + "\nnot json\n\n{" + "[" * 5000)
    read = board(path)
    assert [(entry.student, entry.score) for entry in read.entries] == [("ada", found("ada", 0.2).score)]
    assert read.unread == len(forged) + len(odd) + 2
    assert "left out" in repr(read)


@pytest.mark.parametrize("name", ["a|b<script>`", "[x](javascript:1)", "$a$ *b* _c_", "李雷 🙂", "x" * 80])
def test_a_name_cannot_break_the_table_and_is_read_again(name, tmp_path):
    entered = enter(attempt(plain, name), tmp_path / "board.jsonl")
    assert [entry.student for entry in entered.entries] == [name]
    told = repr(entered)
    assert told.splitlines()[2].count("|") == 6
    assert not re.search(r"[<`$*]|\]\(|\b_|_\b", told.splitlines()[2])
    assert not re.search(r"<|\$|\]\(", repr(attempt(plain, name)))


def test_one_name_is_one_student_on_every_keyboard(tmp_path):
    names = ("Jos\u00e9 Diaz", "Jose\u0301  Diaz ", "Jos\u00e9\nDiaz")
    results = [attempt(plain, name, word) for name, word in zip(names, ("Tea", "tea ", "TEA"), strict=True)]
    for result in results:
        board_now = enter(result, tmp_path / "board.jsonl")
    assert board_now.attempts == {names[0]: 1}
    assert len({result.loss for result in results}) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\u202eb", "\ud800"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match=r"^a name must be 1 to 80 letters"):
        attempt(plain, name)


def test_a_board_does_not_take_those_without_a_name_for_one(monkeypatch, tmp_path):
    monkeypatch.setattr("gdcourse.exercises.capstone.current_student", lambda student: student or SELF_STUDY)
    nameless = attempt(plain)
    assert 'attempt(strategy, "your name")' in repr(nameless)
    assert 'attempt(strategy, "your name")' not in repr(attempt(plain, "ada"))
    with pytest.raises(ValueError, match="an entry needs a name"):
        enter(nameless, tmp_path / "board.jsonl")
    assert not (tmp_path / "board.jsonl").exists()


def test_a_class_counts_only_the_landscapes_of_its_word(tmp_path):
    enter(found("ada", 1.0), tmp_path / "ada.jsonl")
    enter(found("ada", 0.2, "tea"), tmp_path / "ada.jsonl")
    enter(found("ben", 0.5, "tea"), tmp_path / "ben.jsonl")
    files = tmp_path / "ada.jsonl", tmp_path / "ben.jsonl"
    together = merge(tmp_path / "class.jsonl", *files, word=" Tea")
    assert {entry.word for entry in together.entries} == {"tea"}
    assert together.attempts == {"ada": 1, "ben": 1}
    assert "1 attempt with another word is left out" in repr(together)
    assert "Nobody has entered with this word" in repr(board(*files, word="te"))
    assert "3 attempts with another word are left out" in repr(board(*files, word="te"))
    assert {entry.word for entry in board(tmp_path / "class.jsonl").entries} == {"", "tea"}


def test_a_merge_adds_to_what_is_there_and_misses_no_file(tmp_path):
    mine, theirs, whole = (tmp_path / f"{name}.jsonl" for name in ("mine", "theirs", "whole"))
    enter(found("ada", 0.2), mine)
    enter(found("ben", 0.2), theirs)
    theirs.write_text(theirs.read_text() + "not json\n")
    merge(whole, mine)
    assert "1 line that is no entry is left out" in repr(merge(whole, theirs))
    assert {entry.student for entry in board(whole).entries} == {"ada", "ben"}
    with pytest.raises(FileNotFoundError, match=r"must be a file.* check the names"):
        merge(whole, mine, tmp_path / "their.jsonl")
    assert {entry.student for entry in board(whole).entries} == {"ada", "ben"}


def test_a_board_that_is_not_there_is_empty(tmp_path):
    assert board(tmp_path / "nothing.jsonl").entries == ()
    assert "Nobody has entered yet" in repr(board(tmp_path / "nothing.jsonl"))
    (tmp_path / "odd.jsonl").write_text("not json\n")
    assert "1 line that is no entry is left out" in repr(board(tmp_path / "odd.jsonl"))
