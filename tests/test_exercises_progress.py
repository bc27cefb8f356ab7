"""The progress file, the cards that come back, predictions and what is shown of them."""

import json
import os
import subprocess
import sys

import pytest

from gdcourse.exercises import EXERCISES, calibration, journal, progress, quiz

WALK = EXERCISES["parabola-walk"]
CARD = EXERCISES["card-step"]
PREDICTION = EXERCISES["predict-regime"]


pytestmark = pytest.mark.usefixtures("progress_file")


def lines(file):
    """Give the lines of the file as dictionaries."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def state(key):
    """Give how far an exercise is."""
    return next(line for line in progress().lines if line.key == key)


def test_a_check_is_noted_and_a_blank_one_is_not(progress_file):
    WALK.check(None)
    WALK.check("scribble")
    WALK.judge(WALK.answer())
    assert not progress_file.exists()
    WALK.check([(8.4, 40.96)])
    entry = lines(progress_file)[0]
    assert (entry["exercise"], entry["outcome"], entry["points"]) == ("parabola-walk", "known-mistake", 1)
    assert entry["mistakes"] == ["sign-flipped"]
    assert entry["student"] == "self-study"


def test_the_file_lies_in_the_work_folder_unless_said_otherwise(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GDCOURSE_PROGRESS")
    WALK.check(WALK.answer())
    assert len(lines(tmp_path / "gdcourse-progress.jsonl")) == 1
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    WALK.check(WALK.answer())
    assert len(lines(tmp_path / "gdcourse-progress.jsonl")) == 1
    assert state("parabola-walk").state == "open"


def test_the_solution_opens_after_an_attempt_or_on_insistence():
    assert "Try first" in WALK.solution()
    assert "2.04096" in WALK.solution(insist=True)
    WALK.check(None)
    assert "Try first" in WALK.solution()
    WALK.check([(1, 2)])
    assert "2.04096" in WALK.solution()
    assert "Try first" in WALK.solution("ada")
    CARD.check(1.0)
    assert "5.6" in CARD.solution()


def test_progress_counts_the_best_attempt():
    assert (state("parabola-walk").state, progress().points) == ("open", 0)
    WALK.check([(8.4, 40.96)])
    assert (state("parabola-walk").state, state("parabola-walk").points) == ("begun", 1)
    WALK.check(WALK.gather(WALK.filled()))
    WALK.check([(8.4, 40.96)])
    line = state("parabola-walk")
    assert (line.state, line.points, line.of, line.attempts) == ("done", 12, 12, 3)
    page = progress()
    assert page.points == 12
    assert f"1 of {len(EXERCISES)}" in str(page)
    assert progress("ada").points == 0
    assert "12 von" in str(progress(language="de"))


def test_the_page_of_the_course_has_a_line_for_each_lesson_and_that_of_a_lesson_one_for_each_exercise():
    WALK.check(WALK.gather(WALK.filled()))
    lessons = {exercise.lesson for exercise in EXERCISES.values()}
    course, first, second = progress(), progress(lesson=1), progress(lesson=2)
    mine = [exercise for exercise in EXERCISES.values() if exercise.lesson == 1]
    assert len(str(course).splitlines()) == len(lessons) + 2
    assert f"Lesson 1: 1 of {len(mine)} exercises are done; 12 of" in str(course)
    assert "Lesson 2: 0 of" in str(course)
    assert course._repr_markdown_().count("\n|") == len(lessons) + 2
    assert len(str(first).splitlines()) == len(mine) + 1
    assert "Lesson 1, The parabola walk: done, 12 of 12" in str(first)
    assert first._repr_markdown_().count("\n|") == len(mine) + 2
    assert (first.points, second.points, {line.lesson for line in second.lines}) == (12, 0, {2})
    assert "Erledigt" in progress(language="de")._repr_markdown_()
    picture = first.figure()
    assert len(picture.axes[0].patches) == len(mine)
    assert [key.get_text() for key in picture.legends[0].get_texts()] == ["done", "begun", "not begun"]
    assert picture._repr_mimebundle_()[0]["text/plain"] == str(first)  # Jupyter shows it, and reads this out
    assert "progress().figure()" in str(course)


@pytest.mark.parametrize("lesson", [0, 99, "1", 1.5, [1]])
def test_a_lesson_that_does_not_exist_gets_a_sentence(lesson):
    with pytest.raises(ValueError, match=r"expected one of the lessons 1, 2.*, but got"):
        progress(lesson=lesson)


def test_all_right_answers_give_a_fully_right_page():
    for exercise in EXERCISES.values():
        exercise.check(exercise.gather(exercise.filled()))
    page = progress()
    assert {line.state for line in page.lines} == {"done"}
    assert page.points == sum(exercise.points for exercise in EXERCISES.values())
    assert len(page.figure().axes[0].patches) == len(EXERCISES)


def test_two_notebooks_at_once_lose_nothing(progress_file):
    code = (
        "import sys; from gdcourse.exercises import journal\n"
        "for number in range(150): journal.note('check', 'one-step', sys.argv[1], 'wrong', points=0.0, number=number)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("ada", "bob", "cleo")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    entries = lines(progress_file)
    assert len(entries) == 450
    for name in ("ada", "bob", "cleo"):
        assert [e["number"] for e in entries if e["student"] == name] == list(range(150))


def test_a_line_torn_by_a_crash_costs_that_line_only(progress_file):
    WALK.check(WALK.answer())
    whole = progress_file.read_bytes()
    progress_file.write_bytes(whole + whole[: len(whole) // 2])
    assert state("parabola-walk").attempts == 1
    assert not list(progress_file.parent.glob("*damaged*")), "another notebook may just be writing that line"
    CARD.check(5.6)
    assert state("parabola-walk").attempts == 1
    assert state("card-step").state == "done"


@pytest.mark.parametrize(
    "junk",
    [
        b"not json\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b'{"at": 3}\n',
        b"null\n",
        b"[" * 5000 + b"\n",
        b"\x00" * 1000 + b"\n",
    ],
)
def test_a_damaged_file_is_set_aside_unchanged_and_still_counts(progress_file, junk):
    WALK.check(WALK.answer())
    damaged = junk + progress_file.read_bytes() + junk
    progress_file.write_bytes(damaged)
    page = progress()
    aside = progress_file.with_name("progress-damaged-1.jsonl")
    assert aside.read_bytes() == damaged
    assert not progress_file.exists()
    assert "progress-damaged-1.jsonl" in page.message
    assert state("parabola-walk").points == 10
    CARD.check(5.6)
    progress_file.write_bytes(junk + progress_file.read_bytes())
    assert state("card-step").state == "done"
    assert aside.read_bytes() == damaged
    assert progress_file.with_name("progress-damaged-2.jsonl").exists()


def test_values_that_make_no_sense_do_no_harm(progress_file):
    sound = {"at": "9999-12-31T23:59:59+00:00", "student": "self-study", "outcome": "right", "event": "card"}
    odd = [
        {**sound, "exercise": "card-step", "points": 1e300},
        {**sound, "exercise": "card-step", "points": "many", "at": "yesterday"},
        {**sound, "exercise": "no-such-exercise", "points": 1},
        {**sound, "exercise": "predict-regime", "event": "predict", "confidence": [1]},
        {**sound, "exercise": "one-step", "event": "predict", "confidence": 50},
    ]
    progress_file.write_text("".join(json.dumps(entry) + "\n" for entry in odd) + '{"x": NaN}\n')
    assert progress().points == 0
    assert calibration().levels[-1].count == 0
    assert isinstance(quiz(), list)


def test_where_nothing_can_be_written_the_check_still_answers(progress_file, monkeypatch):
    progress_file.mkdir()
    verdict = WALK.check(WALK.answer())
    assert verdict.outcome == "right"
    assert "could not be saved" in verdict.message
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(progress_file / "missing" / "progress.jsonl"))
    assert "could not be saved" in WALK.check(WALK.answer()).message


def test_what_cannot_be_written_is_remembered_and_written_as_soon_as_it_can_be(progress_file):
    progress_file.mkdir()
    told = PREDICTION.record({"prediction": "exact", "confidence": 50})
    assert "remembered only until this notebook is closed" in told
    assert PREDICTION.recorded()["prediction"] == "exact"
    assert "the first prediction counts" in PREDICTION.record("cycling")
    WALK.check([(8.4, 40.96)])
    assert "2.04096" in WALK.solution()
    assert state("parabola-walk").state == "begun"
    progress_file.rmdir()
    assert "could not be saved" not in CARD.check(5.6).message
    assert [entry["exercise"] for entry in lines(progress_file)] == [PREDICTION.key, WALK.key, CARD.key]
    assert [state(key).attempts for key in (WALK.key, CARD.key)] == [1, 1]


def test_a_full_disk_is_told_and_tears_no_line(monkeypatch, progress_file):
    WALK.check([(8.4, 40.96)])
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, line: write(handle, line[: len(line) // 2]))
        assert "the disk is full" in CARD.check(5.6).message
    assert len(lines(progress_file)) == 1
    CARD.check(5.6)
    assert [entry["exercise"] for entry in lines(progress_file)] == [WALK.key, CARD.key, CARD.key]


def test_what_was_typed_can_be_noted_and_nonsense_is_refused_softly():
    assert journal.note("typed", "one-step", "ada", values={"answer": "2"}) is None
    assert isinstance(journal.note("typed", "one-step", "ada", values={"answer": float("nan")}), OSError)
    assert isinstance(journal.note("typed", "one-step", "ada", values={"answer": object()}), OSError)
    assert len(list(journal.of("ada"))) == 1
