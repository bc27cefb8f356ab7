"""A worker: an oracle with a runner beside it, told over its input what to grade.

It reads its setting and says what it is like, then reads JSON lines, one `Job` each, and for each says the result. It
reads and writes no file of the course: where it stands, there need be none.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from gdcourse import guard
from gdcourse.classroom import jail
from gdcourse.classroom.assignment import asked_in, assignment_name, lessons
from gdcourse.classroom.edition import graded_keys, make_edition
from gdcourse.classroom.folders import OwnFolder
from gdcourse.classroom.isolation import Isolation, probe
from gdcourse.classroom.oracle import Class, grade
from gdcourse.classroom.own import read_own
from gdcourse.classroom.running import Runner, RunnerGone

PATIENCE = 6.0  # seconds for one question to a student's function, and what is answered meanwhile
ROOM = 3 << 30  # bytes of memory for the oracle itself: a student's function may ask the course's for something huge


@dataclass(frozen=True)
class Setting:
    """What every worker of a grading is told, as JSON.

    Args:
        edition: folder of the student edition; "" where the worker is to make one.
        own: file of the teacher's own exercises, or "".
        roster: ids of the class whose numbers were dealt; empty for the lesson's own.
        secret: of the course.
        hidden: folders that no student's code may see.
        jailed: whether to run in a jail.
        limits: see `jail.Limits`.
        language: in which the findings are told.
    """

    edition: str
    own: str
    roster: list[str] = field(repr=False)
    secret: str = field(repr=False)  # not in the log of whoever prints what it was given
    hidden: list[str]
    jailed: bool
    limits: dict
    language: str

    def known(self) -> Class:
        """Give the class."""
        own = read_own(Path(self.own)) if self.own else ()
        assignments = {assignment_name(lesson): asked_in(lesson, own) for lesson in lessons(own)}
        return Class(assignments, tuple(self.roster), self.secret)

    def runner(self) -> Runner:
        """Start a runner; another one if it was killed while it started."""
        hidden = [Path(path) for path in self.hidden]
        what = Path(self.edition), jail.Limits(**self.limits), self.jailed, hidden
        try:
            return Runner(*what)
        except RunnerGone:
            return Runner(*what)


@dataclass(frozen=True)
class Job:
    """One file to be graded.

    Args:
        content: of the file, in base 64.
        submission: its hash.
        student: whose it is.
        assignment: of which it is.
        marks: of each exercise's checker.
        old: verdicts that are known already, by key.
    """

    content: str
    submission: str
    student: str
    assignment: str
    marks: dict[str, str]
    old: dict[str, dict]

    def result(self, verdict: dict) -> dict:
        """Give the result that is kept."""
        facts = {"submission": self.submission, "student": self.student, "assignment": self.assignment}
        return {**facts, "checker": self.marks, **verdict}

    def crashed(self, reason: str) -> dict:
        """Give the result where nothing can be found out."""
        return self.result({"status": "crashed", "reason": reason, "exercises": {}})


@contextlib.contextmanager
def furnished(setting: Setting) -> Iterator[Setting]:
    """Make the student edition in a folder that is there for a while; gives the setting with it."""
    with OwnFolder("edition") as folder:
        asked = setting.known().assignments.values()
        edition = folder / "edition"  # a folder of its own: what is made here is removed first, and the lock with it
        make_edition(edition, graded_keys(exercise for exercises in asked for exercise in exercises))
        edition.chmod(0o755)
        yield replace(setting, edition=str(edition))


class Grader:
    """An oracle and its runner; a runner that is lost is replaced."""

    def __init__(self, setting: Setting):
        """Start a runner."""
        self.setting = setting
        self.known = setting.known()
        self.runner = setting.runner()

    def graded(self, job: Job) -> dict:
        """Grade one file; gives the result."""
        who = base64.b64decode(job.content), job.assignment, job.student
        return job.result(self._surely(lambda: grade(*who, self.known, self.runner, job.old)))

    def _surely(self, call: Callable[[], dict]) -> dict:
        """Grade; twice if the runner is lost on the way."""
        for _ in range(2):
            try:
                return call()
            except RunnerGone:
                self.runner.close()
                self.runner = self.setting.runner()
        return {"status": "crashed", "reason": "the process that ran it was lost twice", "exercises": {}}

    def close(self) -> None:
        """End the runner."""
        self.runner.close()


def main() -> None:
    """Grade what is asked until the input ends."""
    jail.die_with_parent()  # this process holds the secret: no other may look into it
    setting = Setting(**json.loads(sys.stdin.readline()))
    os.environ["GDCOURSE_LANGUAGE"] = setting.language
    guard.LIMIT = PATIENCE
    with contextlib.nullcontext(setting) if setting.edition else furnished(setting) as here:
        grader = Grader(here)
        try:
            _serve(grader, alone=here is not setting)
        finally:
            grader.close()


def _serve(grader: Grader, alone: bool) -> None:
    """Say what the jail is like, tried out where nobody else has, and grade."""
    isolation = Isolation((), grader.runner.trouble)
    if alone and not isolation.trouble:
        isolation = probe(grader.runner, Path(grader.setting.edition))
    print(json.dumps(asdict(isolation)), flush=True)
    import resource  # is there on Linux, where this runs; the report imports this module anywhere

    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    for line in sys.stdin:
        print(json.dumps(grader.graded(Job(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
