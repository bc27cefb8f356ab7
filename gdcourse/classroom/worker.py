"""A worker: an oracle with a runner beside it, told over its input which files to grade.

It reads JSON lines {"path", "assignment", "student", "target", "marks", "old"} and, for each, writes the result into
the target file and then one line {"target", "status"} to its output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gdcourse import guard
from gdcourse.classroom import jail, results
from gdcourse.classroom.assignment import asked_in, assignment_name, lessons
from gdcourse.classroom.oracle import Class, grade
from gdcourse.classroom.own import read_own
from gdcourse.classroom.running import Runner, RunnerGone
from gdcourse.classroom.submission import mark_of

PATIENCE = 6.0  # seconds for one question to a student's function, and what is answered meanwhile
ROOM = 3 << 30  # bytes of memory for the oracle itself: a student's function may ask the course's for something huge


@dataclass(frozen=True)
class Setting:
    """What every worker of a grading is told, as JSON.

    Args:
        edition: folder of the student edition.
        own: file of the teacher's own exercises, or "".
        roster: ids of the class whose numbers were dealt; empty for the lesson's own.
        secret: of the course.
        hidden: folders that no student's code may see.
        jailed: whether to run in a jail.
        limits: see `jail.Limits`.
    """

    edition: str
    own: str
    roster: list[str]
    secret: str
    hidden: list[str]
    jailed: bool
    limits: dict

    def known(self) -> Class:
        """Give the class."""
        own = read_own(Path(self.own)) if self.own else ()
        assignments = {assignment_name(lesson): asked_in(lesson, own) for lesson in lessons(own)}
        return Class(assignments, tuple(self.roster), self.secret)

    def runner(self, place: int) -> Runner:
        """Start a runner."""
        hidden = [Path(path) for path in self.hidden]
        return Runner(Path(self.edition), jail.Limits(**self.limits), place, self.jailed, hidden)


class Grader:
    """An oracle and its runner; a runner that is lost is replaced."""

    def __init__(self, setting: Setting, place: int = 0):
        """Start a runner; `place` is its number."""
        self.setting = setting
        self.place = place
        self.known = setting.known()
        self.runner = setting.runner(place)

    def graded(self, job: dict) -> str:
        """Grade one file and keep the result; gives its status."""
        content = Path(job["path"]).read_bytes()
        result = {
            "submission": mark_of(content),
            "student": job["student"],
            "assignment": job["assignment"],
            "checker": job["marks"],
            **self._surely(lambda: grade(content, *self._who(job), self.known, self.runner, job["old"])),
        }
        results.keep(Path(job["target"]), result)
        return str(result["status"])

    @staticmethod
    def _who(job: dict) -> tuple[str, str]:
        return job["assignment"], job["student"]

    def _surely(self, call: Callable[[], dict]) -> dict:
        """Grade; twice if the runner is lost on the way."""
        for _ in range(2):
            try:
                return call()
            except RunnerGone:
                self.runner.close()
                self.runner = self.setting.runner(self.place)
        return {"status": "crashed", "reason": "the process that ran it was lost twice", "exercises": {}}

    def close(self) -> None:
        """End the runner."""
        self.runner.close()


def main() -> None:
    """Grade what is asked until the input ends."""
    jail.die_with_parent()  # this process holds the secret: no other may look into it
    setting = Setting(**json.loads(sys.stdin.readline()))
    guard.LIMIT = PATIENCE
    grader = Grader(setting, int(sys.argv[1]))
    import resource  # is there on Linux, where this runs; the report imports this module anywhere

    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    print(json.dumps({"trouble": grader.runner.trouble}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(_told(grader, job)), flush=True)
    grader.close()


def _told(grader: Grader, job: dict) -> dict:
    try:
        return {"target": job["target"], "status": grader.graded(job)}
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return {"error": f"no result could be written for {job['path']} ({reason}): make room, then run it again"}


if __name__ == "__main__":
    main()
