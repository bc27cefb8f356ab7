"""What grading found: one file for each submission and version of its checker, written whole and never changed.

    grading/results/lesson1/STUDENT/KEY.json

The key is made of the submission, the student, and a mark for each exercise that changes with everything its points
can depend on. So a grader that was killed goes on where it was, and when an exercise is mended, only answers to that
exercise are judged anew; the rest is taken over. Nothing in a file depends on when or where it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gdcourse.classroom.oracle import Class
from gdcourse.classroom.sources import engine_mark, source_mark
from gdcourse.exercises import EXERCISES, Exercise
from gdcourse.exercises.words import ENGLISH, current_language, sentences
from gdcourse.workfolder import write_whole

DIGEST = "digest"  # of all the rest of a result: what is damaged or was edited is no result
CHECKER = 2  # to be raised when a change of the classroom itself changes what results say


def marks_of(known: Class, assignment: str, student: str) -> dict[str, str]:
    """Give, for each exercise of an assignment, the mark of all that this student's points depend on."""
    exercises = {exercise.key: exercise for exercise in known.assignments[assignment]}
    numbers = {key: known.exercise(exercise, student).variant() for key, exercise in exercises.items()}
    return {
        key: _digest(_mark(exercise, current_language()), json.dumps(numbers[key], sort_keys=True, default=str))
        for key, exercise in exercises.items()
    }


@lru_cache(maxsize=1024)
def _mark(exercise: Exercise, language: str) -> str:
    own = "" if exercise.key in EXERCISES else _own_source(exercise)
    source = source_mark(exercise) if exercise.key in EXERCISES else own
    like = sentences(ENGLISH).get(f"{exercise.key}.like", exercise.key)
    texts = {p: t for p, t in sentences(language).items() if p.partition(".")[0] in (exercise.key, like, "common")}
    return _digest(str(CHECKER), engine_mark(), source, json.dumps(texts, sort_keys=True), str(exercise.points))


def _own_source(exercise: Exercise) -> str:
    from gdcourse.classroom.assignment import module_file

    return Path(module_file(exercise)).read_text(encoding="utf-8")


def _digest(*parts: str | bytes) -> str:
    encoded = (part.encode("utf-8", "backslashreplace") if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(b"\0".join(encoded)).hexdigest()[:32]


def place_of(folder: Path, assignment: str, student: str, submission: str, marks: Mapping[str, str]) -> Path:
    """Give the file of a result."""
    key = _digest(submission, student, assignment, json.dumps(marks, sort_keys=True))
    return folder / assignment / student / f"{key}.json"


def text_of(result: Mapping[str, Any]) -> bytes:
    """Write a result with a digest of itself; the same result gives the same bytes."""
    return _plain_text({**result, DIGEST: _digest(_plain_text(result))})


def _plain_text(result: Mapping[str, Any]) -> bytes:
    return json.dumps(result, indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def keep(path: Path, result: Mapping[str, Any]) -> None:
    """Write a result; whole or not at all."""
    write_whole(path, text_of(result))


def read(path: Path) -> dict | None:
    """Read a result; None where it is missing or damaged, so that it is made anew.

    Raises:
        OSError: it is there, but may not be read.
    """
    try:
        result = json.loads(path.read_bytes())
        digest = result.pop(DIGEST)
        named = (result[name] for name in ("assignment", "student", "submission", "checker"))
        whole = digest == _digest(_plain_text(result)) and path == place_of(path.parents[2], *named)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return result if whole else None


def taken_over(place: Path, submission: str, marks: Mapping[str, str]) -> dict[str, dict]:
    """Give what is known of a submission from earlier versions of its checker: exercises that did not change since."""
    known: dict[str, dict] = {}
    for old in _earlier(place, submission):
        same = {key for key, mark in marks.items() if old["checker"].get(key) == mark}
        found = {key: verdict for key, verdict in old["exercises"].items() if key in same}
        known |= found if old["status"] == "graded" else {}
    return known


def _earlier(place: Path, submission: str) -> Iterator[dict]:
    for path in sorted(place.parent.glob("*.json")):
        old = read(path) if path != place else None
        if old is not None and old.get("submission") == submission:
            yield old
