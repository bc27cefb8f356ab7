"""The judge of a class: holds numbers, answers and points, and asks a child that holds a student's code.

Every submission ends in a result with a status and a reason, whatever was handed in. A cell that ends or hangs the
process is left out and the rest is run again, so that one bad line does not cost the whole notebook.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gdcourse.classroom.answers import name_of
from gdcourse.classroom.asking import Child, Ended
from gdcourse.classroom.dealing import personal, seal
from gdcourse.classroom.judging import BLANK, judge_last
from gdcourse.classroom.pictures import picture_source
from gdcourse.classroom.running import Runner
from gdcourse.classroom.submission import Submission, Unreadable, parse_submission
from gdcourse.classroom.whose import owner_of
from gdcourse.exercises import Exercise, Verdict
from gdcourse.exercises.written import Written

# from the best to the worst: of several that apply, the last one is told
STATUSES = ("graded", "crashed", "out of memory", "timed out", "not the student's variant", "tampered")
OTHER_STATUSES = ("unreadable", "missing")
NOT_JUDGED = {"outcome": "not-judged", "message": "", "points": 0.0, "rows": [], "mistakes": []}
MOST_RUNS = 4  # of one submission, each without the cell or the function that ended the one before


@dataclass(frozen=True)
class Class:
    """What the oracle knows of a class.

    Args:
        assignments: the exercises of each assignment.
        roster: ids, in order; empty where everybody has the numbers of the lesson.
        secret: deals the numbers and draws the cases.
    """

    assignments: dict[str, tuple[Exercise, ...]]
    roster: tuple[str, ...]
    secret: str

    def exercise(self, exercise: Exercise, student: str) -> Exercise:
        """Give an exercise with the numbers of a student; those of the lesson for someone who is not on the roster."""
        known = student if student in self.roster else "self-study"
        return personal(exercise, known, self.roster, self.secret)


@dataclass
class Findings:
    """What is found out about one submission, step by step."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=lambda: {"graded"})
    reasons: list[str] = field(default_factory=list)
    skip: set[int] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)  # exercises that were asked for in vain: they come last from now on
    doubted: bool = False  # whether a child that was killed was once put down to chance

    def note(self, status: str, reason: str) -> None:
        """Note what happened; each reason once."""
        self.statuses.add(status)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def doubtful(self, ended: Ended | None) -> bool:
        """Say whether an end may be chance: the first kill from outside, as where a machine runs out of memory."""
        return ended is not None and ended.killed and not self.doubted

    @property
    def status(self) -> str:
        """The worst that happened."""
        return max(self.statuses, key=STATUSES.index)


def grade(content: bytes, assignment: str, student: str, known: Class, runner: Runner, old: dict | None = None) -> dict:
    """Grade the content of a file; gives a result as plain data, the same for the same input.

    Args:
        content: of the file.
        assignment: its name.
        student: the id.
        known: the class.
        runner: to run the code in.
        old: verdicts, by key, that are known already and need not be found again.
    """
    try:
        submission = parse_submission(content)
    except Unreadable as error:
        return {"status": "unreadable", "reason": str(error), "exercises": {}}
    findings = Findings(reasons=list(submission.notes))
    if known.roster and student not in known.roster:
        findings.note("graded", "not on the roster: judged with the numbers of the lesson")
    _look_at_seal(submission, assignment, student, known, findings)
    asked = [known.exercise(exercise, student) for exercise in known.assignments[assignment]]
    wanted = [exercise for exercise in asked if exercise.key not in (old or {})]
    for _ in range(MOST_RUNS):
        missing = [exercise for exercise in wanted if exercise.key not in findings.verdicts]
        if not missing or "tampered" in findings.statuses:
            break
        _one_run(submission, missing, student, known, runner, findings)
    return _result(findings, asked, old or {})


def _look_at_seal(submission: Submission, assignment: str, student: str, known: Class, findings: Findings) -> None:
    """Compare the name that a notebook was sealed with, where it bears one."""
    named, sealed = submission.about.get("student"), submission.about.get("seal", "")
    if named is None or not known.roster:
        return
    if seal(known.secret, "notebook", submission.about.get("assignment", ""), named).hex() != sealed:
        findings.note("tampered", "the notebook says whose it is, but the seal on that is not the teacher's")
    elif named != student:
        findings.note("not the student's variant", f"the notebook was made for {named}, with other numbers")
    elif submission.about.get("assignment") != assignment:
        findings.note("graded", f"the notebook is that of {submission.about.get('assignment')}")


def _one_run(
    submission: Submission, wanted: Sequence[Exercise], student: str, known: Class, runner: Runner, findings: Findings
) -> None:
    """Run the cells once and ask for what is wanted, values before functions, until something ends the child.

    Once in a submission, a child that was killed from outside is no finding, and all is run again.
    """
    functions = [exercise for exercise in wanted if isinstance(exercise.task, Written)]
    cells, pictures = _to_run(submission, wanted)
    again, silent = False, set(findings.silent)
    with runner.child() as child:
        try:
            for number, told in child.run(cells, sorted(findings.skip | pictures), bool(functions)):
                findings.note("graded", f"cell {number + 1}: {told}")
            for exercise in sorted(wanted, key=lambda e: (e.key in findings.silent, e in functions)):
                _ask(exercise, child, student, submission.mark, known, findings)
        except Ended as ended:
            again = findings.doubtful(ended)
            if not again:
                _note_end(ended, child.cell, findings)
    if again:
        findings.doubted, findings.silent = True, silent
        _one_run(submission, wanted, student, known, runner, findings)


def _to_run(submission: Submission, wanted: Sequence[Exercise]) -> tuple[list[dict], set[int]]:
    """Give the cells, each with the names whose values are to be kept after it, and the numbers of those left out.

    The course's own pictures take longer to draw than all the rest to run, and nobody looks at them here.
    """
    names = {name_of(exercise): exercise.key for exercise in wanted}
    pictures = {_picture(exercise) for exercise in wanted if exercise.exhibit is not None}
    cells = [
        {"source": cell.source, "keeps": [name for name, key in names.items() if cell.id == key or name in cell.source]}
        for cell in submission.cells
    ]
    return cells, {number for number, cell in enumerate(submission.cells) if cell.source in pictures}


def _note_end(ended: Ended, cell: int | None, findings: Findings) -> None:
    """Note what ended the child; the cell that did is left out from now on."""
    findings.note(ended.status, ("" if cell is None else f"cell {cell + 1}: ") + ended.reason)
    if cell is not None:
        findings.skip.add(cell)


_PICTURES: dict[tuple[str, str], str] = {}  # a few for each exercise: as many as it has variants


def _picture(exercise: Exercise) -> str:
    """Give the source of the cell that draws what an exercise shows."""
    place = exercise.key, json.dumps(exercise.variant(), default=str)
    if place not in _PICTURES:
        shown = exercise.shows()
        _PICTURES[place] = picture_source(shown) if shown is not None and shown.curves else "none"
    return _PICTURES[place]


def _ask(exercise: Exercise, child: Child, student: str, mark: str, known: Class, findings: Findings) -> None:
    findings.silent.add(exercise.key)
    values, _ = child.values(name_of(exercise))
    findings.silent.discard(exercise.key)
    verdict = judge_last(exercise, values, seal(known.secret, "cases", mark, exercise.key))
    if child.dead is None or not (child.dead.status == "tampered" or findings.doubtful(child.dead)):
        findings.verdicts[exercise.key] = verdict
    if child.dead is not None:
        raise Ended(child.dead.status, f"{name_of(exercise)}: {child.dead.reason}", child.dead.killed)
    if verdict.outcome not in ("right", "rounded", *BLANK) and student in known.roster:
        dealt = next(e for asked in known.assignments.values() for e in asked if e.key == exercise.key)
        owners = (owner_of(dealt, value, student, known.roster, known.secret) for value in values)
        for owner in filter(None, owners):
            findings.note("not the student's variant", f"{exercise.title}: right for the numbers of {owner}")


def _result(findings: Findings, asked: Sequence[Exercise], old: dict) -> dict:
    exercises = {}
    for exercise in asked:
        verdict = findings.verdicts.get(exercise.key)
        found = old.get(exercise.key) or (plain_verdict(verdict) if verdict is not None else dict(NOT_JUDGED))
        exercises[exercise.key] = {**found, "of": exercise.points}
    return {"status": findings.status, "reason": "; ".join(findings.reasons), "exercises": exercises}


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """Write a verdict as plain values."""
    rows = [{"key": row.key, "outcome": row.outcome, "message": row.message} for row in verdict.rows]
    return {**asdict(verdict), "rows": rows, "mistakes": list(verdict.mistakes)}
