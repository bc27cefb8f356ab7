"""Marks as a rule over results: lateness, extensions, adjustments, which attempt counts. Nothing here changes a result.

The teacher's `rules.toml`, all of it optional:

    attempt = "best"                                    # or "last"

    [due]
    lesson1 = 2026-11-02T23:59:00+01:00

    [late]
    percent_per_day = 10
    most_percent = 50
    grace_minutes = 15

    [[extension]]
    student = "ana"
    assignment = "lesson1"
    due = 2026-11-05T23:59:00+01:00

    [[adjustment]]
    student = "ana"
    assignment = "lesson1"
    points = 1.5
    reason = "the question was unclear"
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ATTEMPTS = ("best", "last")


@dataclass(frozen=True)
class Adjustment:
    """Points that a person gave or took, and why."""

    student: str
    assignment: str
    points: float
    reason: str


@dataclass(frozen=True)
class Rules:
    """How marks follow from results; see the top of this module."""

    attempt: str = "best"
    due: dict[str, datetime] = field(default_factory=dict)
    percent_per_day: float = 0.0
    most_percent: float = 100.0
    grace: timedelta = timedelta()
    extensions: dict[tuple[str, str], datetime] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()

    def days_late(self, student: str, assignment: str, at: datetime) -> int:
        """Give by how many days, begun ones counted, something came too late."""
        due = self.extensions.get((student, assignment), self.due.get(assignment))
        if due is None or at <= due + self.grace:
            return 0
        return math.ceil((at - due) / timedelta(days=1))

    def share_left(self, days: int) -> float:
        """Give the share of the points that is left after so many days."""
        return 1 - min(self.percent_per_day * days, self.most_percent) / 100


@dataclass(frozen=True)
class Graded:
    """One attempt with its result: what the rules need of it."""

    at: datetime
    path: str
    status: str
    reason: str
    points: float


@dataclass(frozen=True)
class Mark:
    """What one student gets for one assignment, and how it came about."""

    student: str
    assignment: str
    status: str
    points: float
    of: float
    earned: float = 0.0  # before lateness and adjustments
    days_late: int = 0
    adjusted: float = 0.0
    reason: str = ""
    attempts: int = 0
    path: str = ""


def mark(student: str, assignment: str, of: float, graded: Sequence[Graded], rules: Rules) -> Mark:
    """Apply the rules to all attempts of a student at an assignment."""
    adjustments = [a for a in rules.adjustments if (a.student, a.assignment) == (student, assignment)]
    extra, said = sum(a.points for a in adjustments), [f"adjusted by {a.points:+g}: {a.reason}" for a in adjustments]
    if not graded:
        points = max(extra, 0.0)
        return Mark(student, assignment, "missing", points, of, 0.0, 0, extra, "; ".join(["nothing handed in", *said]))

    def counted(one: Graded) -> float:
        return one.points * rules.share_left(rules.days_late(student, assignment, one.at))

    if rules.attempt == "best":
        chosen = max(graded, key=lambda one: (counted(one), one.at, one.path))
    else:
        chosen = max(graded, key=lambda one: (one.at, one.path))
    days = rules.days_late(student, assignment, chosen.at)
    late = [f"{days} days late: {rules.share_left(days):.0%} of the points"] if days else []
    reason = "; ".join(part for part in (chosen.reason, *late, *said) if part)
    points = round(max(counted(chosen) + extra, 0.0), 4)
    facts = {"earned": round(chosen.points, 4), "days_late": days, "adjusted": extra, "reason": reason}
    return Mark(student, assignment, chosen.status, points, of, attempts=len(graded), path=chosen.path, **facts)


def begun(marks: Iterable[Mark]) -> set[str]:
    """Give the assignments that anybody handed in or was given points for: to others there are no marks yet."""
    return {mark.assignment for mark in marks if mark.attempts or mark.points}


def read_rules(path: Path, assignments: Iterable[str]) -> Rules:
    """Read the rules; the plain ones where there is no file.

    Raises:
        ValueError: something in it is not understood.
    """
    if not path.exists():
        return Rules()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _rules(data, set(assignments))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        problem = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"expected the rules as the guide shows them, but in {path}: {problem}") from error


def _rules(data: dict[str, Any], assignments: set[str]) -> Rules:
    _only(data, {"attempt", "due", "late", "extension", "adjustment"}, "the file")
    late, attempt = data.get("late", {}), data.get("attempt", "best")
    _only(late, {"percent_per_day", "most_percent", "grace_minutes"}, "[late]")
    _only(data.get("due", {}), assignments, "[due]")
    if attempt not in ATTEMPTS:
        raise ValueError(f"attempt is {attempt!r}, not one of {', '.join(ATTEMPTS)}")
    extensions, adjustments = data.get("extension", []), data.get("adjustment", [])
    for entry in (*extensions, *adjustments):
        _only({entry["assignment"]: 0}, assignments, "an assignment")
    return Rules(
        attempt,
        {name: _time(value) for name, value in data.get("due", {}).items()},
        _number(late.get("percent_per_day", 0), 0, 100),
        _number(late.get("most_percent", 100), 0, 100),
        timedelta(minutes=_number(late.get("grace_minutes", 0), 0, 1e6)),
        {(entry["student"], entry["assignment"]): _time(entry["due"]) for entry in extensions},
        tuple(Adjustment(e["student"], e["assignment"], float(e["points"]), str(e["reason"])) for e in adjustments),
    )


def _only(found: dict, known: set[str], where: str) -> None:
    strange = sorted(set(found) - known)
    if strange:
        raise ValueError(f"{where} names {', '.join(strange)}, not one of {', '.join(sorted(known))}")


def _time(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is no time such as 2026-11-02T23:59:00+01:00")
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _number(value: Any, low: float, high: float) -> float:
    if type(value) not in (int, float) or not low <= value <= high:
        raise ValueError(f"{value!r} is no number from {low:g} to {high:g}")
    return float(value)
