"""Marks follow from rules: lateness, extensions, best or last attempt, adjustments with their reason."""

from datetime import UTC, datetime, timedelta

import pytest

from gdcourse.classroom.rules import Adjustment, Graded, Rules, mark, read_rules

DUE = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATE = Rules(due={"lesson1": DUE}, percent_per_day=10, most_percent=50, grace=timedelta(minutes=15))


def attempt(hours, points, path="a.ipynb"):
    return Graded(DUE + timedelta(hours=hours), path, "graded", "", points)


@pytest.mark.parametrize(
    ("hours", "days", "points"), [(-1, 0, 40), (0.25, 0, 40), (0.26, 1, 36), (24, 1, 36), (24.1, 2, 32), (999, 42, 20)]
)
def test_lateness_costs_as_the_rules_say(hours, days, points):
    found = mark("ana", "lesson1", 47, [attempt(hours, 40)], LATE)
    assert (found.days_late, found.points, found.earned) == (days, points, 40)
    assert mark("ana", "lesson2", 47, [attempt(hours, 40)], LATE).points == 40  # nothing is due there


def test_an_extension_moves_the_day_for_one_student():
    rules = Rules(due={"lesson1": DUE}, percent_per_day=10, extensions={("ana", "lesson1"): DUE + timedelta(days=3)})
    assert mark("ana", "lesson1", 47, [attempt(60, 40)], rules).points == 40
    assert mark("bo", "lesson1", 47, [attempt(60, 40)], rules).points == 28


def test_best_and_last_attempts():
    tries = [attempt(-5, 30, "first"), attempt(-2, 40, "second"), attempt(30, 41, "third")]
    best = mark("ana", "lesson1", 47, tries, LATE)
    assert (best.points, best.path, best.attempts) == (40, "second", 3)  # 41 two days late are 32.8
    last = mark("ana", "lesson1", 47, tries, Rules("last", due=LATE.due, percent_per_day=10))
    assert (last.points, last.path, last.days_late) == (32.8, "third", 2)


def test_adjustments_come_with_their_reason_and_go_with_their_line():
    rules = Rules(
        adjustments=(Adjustment("ana", "lesson1", 1.5, "unclear"), Adjustment("ana", "lesson1", -50, "copied"))
    )
    found = mark("ana", "lesson1", 47, [attempt(0, 40)], rules)
    assert (found.points, found.adjusted) == (0, -48.5)
    assert found.reason == "adjusted by +1.5: unclear; adjusted by -50: copied"
    given = mark("ana", "lesson1", 47, [], Rules(adjustments=(Adjustment("ana", "lesson1", 5, "was ill"),)))
    assert (given.status, given.points) == ("missing", 5)


RULES = """
attempt = "last"
[due]
lesson1 = 2026-11-02T13:00:00+01:00
[late]
percent_per_day = 10
grace_minutes = 15
[[extension]]
student = "ana"
assignment = "lesson1"
due = 2026-11-05T12:00:00Z
[[adjustment]]
student = "ana"
assignment = "lesson1"
points = 1.5
reason = "unclear"
"""
WRONG_RULES = {
    "attempt = 'first'": "attempt is 'first', not one of best, last",
    "[due]\nlesson9 = 2026-11-02T13:00:00Z": r"\[due\] names lesson9",
    "[due]\nlesson1 = 'tomorrow'": "'tomorrow' is no time",
    "[late]\npercent_per_day = 200": "200 is no number from 0 to 100",
    "[late]\nper_day = 1": r"\[late\] names per_day",
    "[[adjustment]]\nstudent = 'a'\nassignment = 'lesson1'\npoints = 1": "reason is missing",
    "[[extension]]\nstudent = 'a'\nassignment = 'x'\ndue = 2026-11-02T13:00:00Z": "names x",
    "nonsense": "Expected",
}


def test_rules_are_read(tmp_path):
    (tmp_path / "rules.toml").write_text(RULES)
    rules = read_rules(tmp_path / "rules.toml", ["lesson1"])
    assert rules.due == {"lesson1": DUE}
    assert rules.extensions == {("ana", "lesson1"): DUE + timedelta(days=3)}
    assert rules.adjustments == (Adjustment("ana", "lesson1", 1.5, "unclear"),)
    assert (rules.attempt, rules.percent_per_day, rules.grace) == ("last", 10, timedelta(minutes=15))
    assert read_rules(tmp_path / "none.toml", []) == Rules()


@pytest.mark.parametrize("text", WRONG_RULES)
def test_rules_that_are_not_understood_are_told(tmp_path, text):
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(ValueError, match=WRONG_RULES[text]):
        read_rules(tmp_path / "rules.toml", ["lesson1"])
