"""`gdcourse grade SUBMISSIONS`: every file judged, nothing trusted, nothing lost.

COURSE/grading/results/     one file for each submission and version of its checker; never changed
COURSE/grading/*.csv, gradebook.db     derived from them, made anew each time
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from gdcourse.classroom import jail, results
from gdcourse.classroom.attempts import Attempt, find_attempts
from gdcourse.classroom.cluster import Cluster
from gdcourse.classroom.dealing import SECRET_FILE, read_secret
from gdcourse.classroom.exports import write_exports
from gdcourse.classroom.faults import not_done
from gdcourse.classroom.folders import at_work_in, clear_away, clear_parts
from gdcourse.classroom.gradebook import Judged, marks, write_gradebook
from gdcourse.classroom.isolation import Isolation, probe
from gdcourse.classroom.options import parser_of, read_options
from gdcourse.classroom.oracle import Class
from gdcourse.classroom.pool import Pool, Stop, Task
from gdcourse.classroom.release import DEALT
from gdcourse.classroom.roster import Student, read_roster
from gdcourse.classroom.rules import read_rules
from gdcourse.classroom.running import RunnerGone
from gdcourse.classroom.submission import LARGEST_FILE, mark_of
from gdcourse.classroom.tally import Tally
from gdcourse.classroom.worker import Job, Setting, furnished
from gdcourse.exercises.words import current_language

ACCEPT = "I trust every student"
LINUX = "grading needs Linux (or Docker, or WSL on Windows): nothing else here keeps students' code apart"


@dataclass(frozen=True)
class Place:
    """Where a grading happens: the course, what was handed in, and who is in the class."""

    course: Path
    submissions: Path
    roster: tuple[Student, ...]
    setting: Setting

    @cached_property
    def known(self) -> Class:
        """What the oracle knows of the class."""
        return self.setting.known()

    @property
    def folder(self) -> Path:
        """Where everything that grading makes is kept."""
        return self.course / "grading"


def run(arguments: Sequence[str]) -> int:
    """Run `gdcourse grade`; returns 1 if it could not be done, else 0."""
    options = _options(arguments)
    if sys.platform != "linux" and not options.scheduler:
        return _say(LINUX)
    try:
        place = place_of(options.submissions, options.course, options.roster, options.exercises)
        with _hands(place.setting, options) as (isolation, hands):
            print(isolation)
            if hands is None:
                return _say(f'nothing was graded. If you accept that, say so: --unisolated "{ACCEPT}"')
            return _grade(place, hands, options.shard)
    except (ValueError, Stop) as error:
        return _say(str(error))
    except OSError as error:
        return _say(not_done(error))
    except KeyboardInterrupt:
        return _say("stopped; what is graded is kept, and the next run goes on from here")
    finally:
        clear_away()


@contextlib.contextmanager
def _hands(setting: Setting, options: argparse.Namespace) -> Iterator[tuple[Isolation, Pool | Cluster | None]]:
    """Give how well students' code is kept apart, and who is to grade: nobody if it is not, unless that is accepted."""
    if options.scheduler:
        with Cluster(options.scheduler, setting) as cluster:
            yield cluster.isolation, cluster
        return
    with furnished(setting) as here:
        isolation = _probed(here)
        accepted = isolation.sound or options.unisolated == ACCEPT
        here = replace(here, jailed=not isolation.trouble)
        yield isolation, Pool(here, options.workers) if accepted else None


def _probed(setting: Setting) -> Isolation:
    for _ in range(2):
        with contextlib.suppress(RunnerGone), setting.runner() as runner:
            return probe(runner, Path(setting.edition))
    return Isolation((), "the process that was to try it out was lost twice")


def place_of(submissions: Path, course: Path | None, roster: Path | None, own: Path | None) -> Place:
    """Find out where everything is.

    Raises:
        ValueError: there is no course there.
    """
    submissions = submissions.resolve()
    course = (course or submissions.parent).resolve()
    if not (course / SECRET_FILE).is_file():
        sentence = f"expected a course made by `gdcourse release`, but {course} has no {SECRET_FILE}"
        raise ValueError(f"{sentence}: name the course with --course")
    dealt = read_roster(course / DEALT) if (course / DEALT).is_file() else ()
    class_ = read_roster(roster) if roster else dealt
    mine, hidden, ids = str(own.resolve()) if own else "", [str(course), str(submissions)], [s.id for s in dealt]
    setting = Setting("", mine, ids, read_secret(course), hidden, True, asdict(jail.Limits()), current_language())
    return Place(course, submissions, class_, setting)


def totals_of(known: Class) -> dict[str, float]:
    """Give the points of each assignment."""
    return {name: sum(exercise.points for exercise in asked) for name, asked in known.assignments.items()}


def judged_files(place: Place) -> Iterator[Judged]:
    """Give every file that was handed in, with the result of its grading as far as there is one."""
    for attempt in find_attempts(place.submissions, place.known.assignments):
        yield Judged(attempt, _result(attempt, place))


def _grade(place: Place, hands: Pool | Cluster, shard: tuple[int, int]) -> int:
    place.folder.mkdir(exist_ok=True)
    clear_parts(place.folder)
    with at_work_in(place.folder):
        return _grade_all(place, hands, shard)


def _grade_all(place: Place, hands: Pool | Cluster, shard: tuple[int, int]) -> int:
    known = place.known
    rules = read_rules(place.course / "rules.toml", known.assignments)
    attempts = list(find_attempts(place.submissions, known.assignments))
    mine = [attempt for attempt in attempts if _in_shard(attempt, place.submissions, shard)]
    todo = [attempt for attempt in mine if not _is_done(attempt, place)]
    print(f"{len(mine)} files, {len(mine) - len(todo)} of them graded before")
    tally = Tally(len(todo))
    if todo:
        hands.run(_tasks(todo, place), len(todo), tally.add)
    if shard[1] > 1:
        print(f"shard {shard[0]} of {shard[1]} is done; when all are, run it once more without --shard for the marks")
        return 0
    judged, totals = list(judged_files(place)), totals_of(known)
    all_marks = list(marks(judged, place.roster, totals, rules))
    write_gradebook(place.folder, judged, all_marks)
    write_exports(place.folder, all_marks, place.roster, totals)
    print(f"{place.folder / 'marks.csv'}: the marks; answers.csv, attempts.csv and gradebook.db are beside it")
    return 0


def _in_shard(attempt: Attempt, root: Path, shard: tuple[int, int]) -> bool:
    name = str(attempt.path.relative_to(root)).encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big") % shard[1] == shard[0] - 1


def _plain_trouble(attempt: Attempt) -> dict | None:
    """Give the result of a file that is not to be opened, or that belongs to no assignment."""
    reason = attempt.trouble
    if not reason and attempt.path.stat().st_size > LARGEST_FILE:
        reason = f"the file is larger than {LARGEST_FILE >> 20} MB"
    if not reason and not attempt.assignment:
        reason = "which assignment this is can be told neither from its folder nor from the file"
    return {"status": "unreadable", "reason": reason, "exercises": {}} if reason else None


def _target(attempt: Attempt, place: Place, content: bytes) -> tuple[Path, str, dict[str, str]]:
    submission = mark_of(content)
    marks_now = results.marks_of(place.known, attempt.assignment, attempt.student)
    folder = place.folder / "results"
    return results.place_of(folder, attempt.assignment, attempt.student, submission, marks_now), submission, marks_now


def _is_done(attempt: Attempt, place: Place) -> bool:
    return _plain_trouble(attempt) is not None or _kept_result(attempt, place) is not None


def _kept_result(attempt: Attempt, place: Place) -> dict | None:
    return results.read(_target(attempt, place, attempt.path.read_bytes())[0])


def _tasks(todo: Iterable[Attempt], place: Place) -> Iterator[Task]:
    for attempt in todo:
        content = attempt.path.read_bytes()
        target, submission, marks_now = _target(attempt, place, content)
        old = results.taken_over(target, submission, marks_now)
        text = base64.b64encode(content).decode()
        yield target, Job(text, submission, attempt.student, attempt.assignment, marks_now, old)


def _result(attempt: Attempt, place: Place) -> dict:
    trouble = _plain_trouble(attempt)
    found = None if trouble is not None else _kept_result(attempt, place)
    return (
        trouble
        or found
        or {
            "status": "crashed",
            "reason": "it is not graded yet, or has changed since: run `gdcourse grade`",
            "exercises": {},
        }
    )


def _say(sentence: str) -> int:
    print(f"gdcourse: {sentence}", file=sys.stderr)
    return 1


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"expected 1/4, 2/4 and so on, but got {text!r}")
    return int(number), int(count)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = parser_of("grade", __doc__)
    parser.add_argument("submissions", type=Path, help="folder with a folder for each student")
    parser.add_argument("--course", type=Path, help="folder of the course; the one around SUBMISSIONS if not named")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that grade side by side")
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), help="1/4: only every fourth file, for several machines"
    )
    parser.add_argument("--scheduler", default="", help="address of a Dask cluster to grade on, tcp://HOST:8786")
    parser.add_argument("--unisolated", default="", help=f'must be "{ACCEPT}" where the code cannot be kept apart')
    return read_options(parser, arguments)
