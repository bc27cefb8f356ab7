"""The capstone's board: a file that a class can merge, and in which nothing has to be believed."""

import json
import re

import numpy as np
import pytest

from gdcourse.exercises.capstone import BUDGET, Attempt, attempt, landscape_of
from gdcourse.exercises.capstone_board import board, enter, merge
from gdcourse.exercises.variants import SELF_STUDY


def plain(evaluate, start, budget):
    w = start
    for _ in range(budget):
        w = w - 0.05 * evaluate(w)[1]


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
