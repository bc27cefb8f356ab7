"""A page for a student: what is right, which mistake was made and what it is about, the marks and why.

Nothing of the checks is told: what a page says is what self-study says to the same answer. The worked solution, with
the student's own numbers, is there only if the teacher allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gdcourse.classroom import page
from gdcourse.classroom.oracle import Class
from gdcourse.classroom.rules import Mark
from gdcourse.exercises import Exercise
from gdcourse.exercises.words import Words, current_language

OTHERS_NUMBERS = "not the student's variant"


def feedback_page(name: str, mark: Mark, result: Mapping[str, Any] | None, known: Class, solutions: bool) -> bytes:
    """Give the page on one assignment of one student; `result` is None where nothing was handed in."""
    words = Words(current_language(), "common")
    title = f"{mark.assignment}: {name}"
    points = words.say("feedback-points", points=mark.points, of=mark.of)
    parts = [
        page.tag("p", page.tag("strong", points)),
        page.tag("p", words.say("feedback-status", status=_said(mark, words))),
    ]
    reason = _reason(mark, result)
    if reason:
        parts.append(page.tag("p", words.say("feedback-reason", reason=reason)))
    for exercise in known.assignments[mark.assignment]:
        found = (result or {"exercises": {}})["exercises"].get(exercise.key)
        parts.append(_section(known.exercise(exercise, mark.student), found, words, solutions))
    return page.page(title, *parts, language=words.language)


def _reason(mark: Mark, result: Mapping[str, Any] | None) -> str:
    """Give the reason of a mark, but not whose numbers those of somebody else are: that is for the teacher."""
    if result is None or mark.status != OTHERS_NUMBERS:
        return mark.reason
    return mark.reason.removeprefix(result["reason"]).removeprefix("; ")


def _said(mark: Mark, words: Words) -> str:
    return words.say("status-" + mark.status.replace(" ", "-").replace("'", ""))


def _section(exercise: Exercise, found: Mapping[str, Any] | None, words: Words, solutions: bool) -> page.Markup:
    earned = 0.0 if found is None else found["points"]
    heading = f"{exercise.title}: {page.number(earned)} / {page.number(exercise.points)}"
    message = words.say("feedback-not-judged") if found is None or not found["message"] else found["message"]
    rows = [] if found is None else [row["message"] for row in found["rows"] if row["message"] not in ("", message)]
    parts = [page.tag("h2", heading), page.tag("p", message)]
    if rows:
        parts.append(page.tag("ul", *(page.tag("li", row) for row in rows)))
    if solutions:
        solved = page.tag(
            "details", page.tag("summary", words.say("feedback-solution")), page.tag("pre", exercise.worked())
        )
        parts.append(solved)
    return page.tag("section", *parts)
