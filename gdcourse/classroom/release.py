"""`gdcourse release`: the files of a course, made from the exercise records.

    COURSE/nbgrader_config.py             made where there is none
    COURSE/source/lesson1/lesson1.ipynb   for the teacher, with answers and hidden tests
    COURSE/release/lesson1/lesson1.ipynb  for students, with the numbers of the lesson
    COURSE/personal/ID/lesson1/...        for each student of the roster, with numbers of their own
    COURSE/student-edition/               the package without the answers
    COURSE/private/                       the secret; nobody else may have it

In a checkout of the project, `gdcourse release` without a folder makes the course in `exercises/` anew.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from gdcourse.classroom.assignment import (
    asked_in,
    assignment_name,
    lessons,
    source_notebook,
    student_notebook,
    text_of,
)
from gdcourse.classroom.dealing import personal, read_secret, seal
from gdcourse.classroom.edition import graded_keys, make_edition
from gdcourse.classroom.gradebook import table_text
from gdcourse.classroom.options import parser_of, read_options
from gdcourse.classroom.own import read_own
from gdcourse.classroom.roster import Student, read_roster
from gdcourse.exercises import Exercise
from gdcourse.workfolder import is_checkout, write_whole

CONFIG = """# Made by `gdcourse release`.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "gdcourse"
c.ClearSolutions.code_stub = {"python": ""}  # the blank answer stands above the solution already
"""


DEALT = Path("private") / "roster.csv"  # to whom numbers were dealt


@dataclass(frozen=True)
class Course:
    """What a course is made of: its folder, a teacher's own exercises, and the class."""

    folder: Path
    own: tuple[Exercise, ...] = ()
    roster: tuple[Student, ...] = ()

    @property
    def assignments(self) -> dict[str, tuple[Exercise, ...]]:
        """The exercises of each assignment, by its name."""
        return {assignment_name(lesson): asked_in(lesson, self.own) for lesson in lessons(self.own)}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the class, in the order of the roster."""
        return tuple(student.id for student in self.roster)


def shared_files(own: Sequence[Exercise] = ()) -> Iterator[tuple[Path, str]]:
    """Give the files of the nbgrader course that are the same for everybody, by their place in it."""
    yield Path("nbgrader_config.py"), CONFIG
    for lesson in lessons(own):
        name = assignment_name(lesson)
        source = source_notebook(lesson, asked_in(lesson, own))
        yield Path("source", name, f"{name}.ipynb"), text_of(source)
        yield Path("release", name, f"{name}.ipynb"), text_of(student_notebook(source))


def personal_files(course: Course, secret: str) -> Iterator[tuple[Path, str]]:
    """Give every student's notebooks, sealed with their name."""
    for lesson in lessons(course.own):
        name = assignment_name(lesson)
        exercises = asked_in(lesson, course.own)
        for student in course.ids:
            dealt = [personal(exercise, student, course.ids, secret) for exercise in exercises]
            about = {"student": student, "seal": seal(secret, "notebook", name, student).hex()}
            notebook = student_notebook(source_notebook(lesson, dealt), **about)
            yield Path("personal", student, name, f"{name}.ipynb"), text_of(notebook)


def stale_files(folder: Path) -> list[Path]:
    """Give the files of the committed course that are not what the records give."""
    wanted = dict(shared_files())
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    changed = [path for path, text in wanted.items() if path in found and (folder / path).read_text("utf-8") != text]
    return sorted({*changed, *(set(wanted) ^ found)})


def run(arguments: Sequence[str]) -> int:
    """Run `gdcourse release`; returns 1 if something is stale or cannot be made, else 0."""
    options = _options(arguments)
    folder = options.course or _own_course()
    if folder is None:
        return _say("expected a folder for the course: `gdcourse release COURSE`")
    try:
        if options.check:
            return _checked(folder)
        own = read_own(options.exercises) if options.exercises else ()
        release(Course(folder, own, _class(options.roster, folder)), everything=options.course is not None)
    except (ValueError, OSError) as error:
        return _say(str(error))
    return 0


def release(course: Course, everything: bool = True) -> None:
    """Make the files of a course; what is for one class (secret, personal notebooks, edition) only if wanted."""
    config = course.folder / "nbgrader_config.py"
    written = _write(course.folder, ((path, text) for path, text in shared_files(course.own) if _wanted(config, path)))
    print(f"{course.folder}: {written} files of the nbgrader course")
    if not everything:
        return
    asked = [exercise for exercises in course.assignments.values() for exercise in exercises]
    secret = read_secret(course.folder)
    if course.roster:
        table = [student.columns for student in course.roster]
        write_whole(course.folder / DEALT, table_text(list(table[0]), [list(row.values()) for row in table]))
        shutil.rmtree(course.folder / "personal", ignore_errors=True)
        personally = _write(course.folder, personal_files(course, secret))
        print(f"{course.folder / 'personal'}: {personally} notebooks for {len(course.roster)} students")
    make_edition(course.folder / "student-edition", graded_keys(asked))
    print(f"{course.folder / 'student-edition'}: the package without the answers; hand this one out")
    print(f"{course.folder / 'private'}: the secret of this course; keep it to yourself, and keep a copy of it")


def _class(roster: Path | None, folder: Path) -> tuple[Student, ...]:
    """Read the roster that is named, else the one to which numbers were dealt before."""
    path = roster or folder / DEALT
    return read_roster(path) if roster or path.is_file() else ()


def _wanted(config: Path, path: Path) -> bool:
    """A teacher's own settings for nbgrader are never overwritten."""
    return path.name != config.name or not config.exists()


def _write(folder: Path, texts: Iterable[tuple[Path, str]]) -> int:
    count = 0
    for path, text in texts:
        write_whole(folder / path, text.encode())
        count += 1
    return count


def _checked(folder: Path) -> int:
    stale = stale_files(folder)
    print(*[f"{folder / path}: stale: run `gdcourse release`" for path in stale] or [f"{folder}: up to date"], sep="\n")
    return 1 if stale else 0


def _own_course() -> Path | None:
    return Path(str(files("gdcourse"))).parent / "exercises" if is_checkout() else None


def _say(sentence: str) -> int:
    print(f"gdcourse: {sentence}", file=sys.stderr)
    return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = parser_of("release", __doc__)
    parser.add_argument("course", nargs="?", type=Path, help="folder of the course")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    return read_options(parser, arguments)
