"""`gdcourse report COURSE`: pages from what grading found; nothing is graded here.

COURSE/grading/report.html                    for the teacher: marks, success, mistakes, what needs a look
COURSE/grading/feedback/STUDENT/lesson1.html  for each student
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gdcourse.classroom import page
from gdcourse.classroom.feedback import feedback_page
from gdcourse.classroom.gradebook import Judged, marks
from gdcourse.classroom.grading import Place, judged_files, place_of, totals_of
from gdcourse.classroom.options import parser_of, read_options
from gdcourse.classroom.rules import Mark, begun, read_rules
from gdcourse.classroom.side_by_side import alike_parts
from gdcourse.exercises import Exercise
from gdcourse.workfolder import write_whole

FINE = ("graded", "missing")


@dataclass(frozen=True)
class Survey:
    """All that the pages are made of: the marks, and the attempt behind each of them."""

    place: Place
    marks: tuple[Mark, ...]
    counted: Mapping[tuple[str, str], Judged]  # by student and assignment

    @cached_property
    def shown(self) -> set[str]:
        """The assignments that there are marks to."""
        return begun(self.marks)

    def verdicts(self, assignment: str, key: str) -> list[dict]:
        """Give what was found of one exercise, over the class."""
        chosen = (one.result["exercises"].get(key) for (_, name), one in self.counted.items() if name == assignment)
        return [found for found in chosen if found is not None]


def run(arguments: Sequence[str]) -> int:
    """Run `gdcourse report`; returns 1 if it could not be done, else 0."""
    options = _options(arguments)
    submissions = options.submissions or options.course / "submitted"
    try:
        place = place_of(submissions, options.course, options.roster, options.exercises)
        survey = _survey(place)
        write_whole(place.folder / "report.html", report_page(survey))
        count = _write_feedback(survey, options.solutions)
    except (ValueError, OSError) as error:
        print(f"gdcourse: {error}", file=sys.stderr)
        return 1
    print(f"{place.folder / 'report.html'}: for you\n{place.folder / 'feedback'}: {count} pages for students")
    return 0


def _survey(place: Place) -> Survey:
    judged = [one for one in judged_files(place) if one.attempt.assignment]
    totals = totals_of(place.known)
    found = tuple(marks(judged, place.roster, totals, read_rules(place.course / "rules.toml", totals)))
    by_path = {str(one.attempt.path): one for one in judged}
    return Survey(place, found, {(m.student, m.assignment): by_path[m.path] for m in found if m.path})


def _write_feedback(survey: Survey, solutions: bool) -> int:
    names = {student.id: student.name for student in survey.place.roster}
    wanted = [mark for mark in survey.marks if mark.assignment in survey.shown]
    for mark in wanted:
        counted = survey.counted.get((mark.student, mark.assignment))
        result = None if counted is None else counted.result
        name = names.get(mark.student, mark.student)
        content = feedback_page(name, mark, result, survey.place.known, solutions)
        write_whole(survey.place.folder / "feedback" / mark.student / f"{mark.assignment}.html", content)
    return len(wanted)


def report_page(survey: Survey) -> bytes:
    """Give the teacher's page."""
    assignments = survey.place.known.assignments
    parts = [page.tag("h2", "Marks"), _marks_table(survey)]
    for name, exercises in assignments.items():
        if name in survey.shown:
            handed_in = sum(assignment == name for _, assignment in survey.counted)
            parts += [page.tag("h2", f"{name}: {handed_in} handed in"), _success(survey, name, exercises)]
            parts += list(_mistakes(survey, name, exercises))
    parts += [page.tag("h2", "To be looked at"), _look_at(survey)]
    parts += [page.tag("h2", "Alike"), *alike_parts(survey.place.known, survey.counted)]
    return page.page("The class", *parts)


def _marks_table(survey: Survey) -> page.Markup:
    totals = {name: of for name, of in totals_of(survey.place.known).items() if name in survey.shown}
    rows = defaultdict(list)
    for mark in (mark for mark in survey.marks if mark.assignment in survey.shown):
        rows[mark.student].append(mark.points if mark.status != "missing" or mark.points else "missing")
    names = {student.id: student.name for student in survey.place.roster}
    heads = ["Student", "Name", *(f"{name} (of {page.number(of)})" for name, of in totals.items())]
    return page.table(
        heads, [[student, names.get(student, "not on the roster"), *row] for student, row in rows.items()]
    )


def _success(survey: Survey, assignment: str, exercises: Iterable[Exercise]) -> page.Markup:
    rows = []
    for exercise in exercises:
        found = survey.verdicts(assignment, exercise.key)
        tried = [one for one in found if one["outcome"] not in ("not-attempted", "not-judged")]
        full = sum(one["points"] >= one["of"] for one in tried)
        share = sum(one["points"] / one["of"] for one in tried) / len(tried) if tried else 0.0
        rows.append([exercise.title, len(tried), full, page.bar(share, f"{share:.0%}"), f"{share:.0%}"])
    return page.table(["Exercise", "Tried", "Full marks", "Points earned by those who tried", ""], rows)


def _mistakes(survey: Survey, assignment: str, exercises: Iterable[Exercise]) -> Iterator[page.Markup]:
    for exercise in exercises:
        counts = Counter(name for one in survey.verdicts(assignment, exercise.key) for name in set(one["mistakes"]))
        if counts:
            most = max(counts.values())
            said = {mistake.name: mistake.explanation for mistake in exercise.mistakes}
            rows = [[said.get(n, n), count, page.bar(count / most, str(count))] for n, count in counts.most_common()]
            yield page.tag("h3", f"Mistakes in {exercise.title}")
            yield page.table(["Mistake", "Students", ""], rows)


def _look_at(survey: Survey) -> page.Markup:
    rows = [[m.student, m.assignment, m.status, m.points, m.reason] for m in survey.marks if m.status not in FINE]
    return page.table(["Student", "Assignment", "Status", "Points", "Why"], rows) if rows else page.tag("p", "Nothing.")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = parser_of("report", __doc__)
    parser.add_argument("course", type=Path, help="folder of the course")
    parser.add_argument("--submissions", type=Path, help="folder that was graded; COURSE/submitted if not named")
    parser.add_argument("--solutions", action="store_true", help="show each student the worked solution, own numbers")
    return read_options(parser, arguments)
