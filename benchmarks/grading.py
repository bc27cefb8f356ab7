"""Measure how fast a class is graded, and real nbgrader on some of the same submissions.

    uv run --group test python benchmarks/grading.py [STUDENTS] [FOR_NBGRADER]

Makes a class (1000 students by default) in which every student hands in every assignment that there is, half of the
answers right, and grades it with as many workers as there are cores. Then nbgrader's autograder gets what FOR_NBGRADER
(10) of them handed in; its time is extrapolated, and said to be. The start of both is not in the rate. A figure is
worth what the machine's load allows, so the load is printed too. Nothing here belongs to the tests.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gdcourse.classroom.assignment import asked_in, assignment_name, lessons, source_notebook
from gdcourse.classroom.dealing import personal, read_secret
from gdcourse.classroom.release import run as release

PROJECT = Path(__file__).resolve().parents[1]


def make_class(folder: Path, students: int) -> Path:
    """Release a course and hand in for everybody."""
    ids = tuple(f"s{number:05}" for number in range(students))
    (folder / "roster.csv").write_text("id\n" + "\n".join(ids) + "\n")
    course = folder / "course"
    if release([str(course), "--roster", str(folder / "roster.csv")]):
        raise SystemExit("the course could not be made")
    secret = read_secret(course)
    for number, student in enumerate(ids):
        for lesson in lessons():
            hand_in(course, ids, student, secret, lesson, number)
    return course


def hand_in(course: Path, ids: tuple[str, ...], student: str, secret: str, lesson: int, number: int) -> None:
    """Fill every second answer in rightly."""
    name = assignment_name(lesson)
    notebook = json.loads((course / "personal" / student / name / f"{name}.ipynb").read_text())
    teachers = source_notebook(lesson, [personal(exercise, student, ids, secret) for exercise in asked_in(lesson)])
    right = {cell["id"]: cell["source"] for cell in teachers["cells"]}
    answers = [cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["solution"]]
    for cell in answers[number % 2 :: 2]:
        cell["source"] = right[cell["id"]]
    place = course / "submitted" / student / name
    place.mkdir(parents=True)
    (place / f"{name}.ipynb").write_text(json.dumps(notebook))


def ours(course: Path) -> float:
    """Grade everything; gives submissions a second, the start left out, and prints what it took."""
    command = [sys.executable, "-m", "gdcourse.cli", "grade", str(course / "submitted")]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = process.communicate()[0]
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(said)
    stamps = sorted(path.stat().st_mtime for path in (course / "grading" / "results").rglob("*.json"))
    rate = (len(stamps) - 1) / (stamps[-1] - stamps[0])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"gdcourse grade: {len(stamps)} submissions in {seconds:.1f} s in all, {rate:.1f} a second once it runs")
    print(f"    the largest of its processes took {peak} MB")
    return rate


def nbgraders(course: Path, students: int) -> float:
    """Let nbgrader grade everything of some students; gives submissions a second, its start left out."""
    folder = course.parent / "nbgrader"
    shutil.copytree(PROJECT / "exercises", folder, ignore=shutil.ignore_patterns("release"))
    names = sorted(path.name for path in (course / "submitted").iterdir())[:students]
    for name in names:
        for place in (course / "submitted" / name).iterdir():
            shutil.copytree(place, folder / "submitted" / name / place.name)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "GDCOURSE_PROGRESS": "off", "PYTHONPATH": str(PROJECT)}
    seconds = count = 0
    for lesson in map(assignment_name, lessons()):
        for verb in ("generate_assignment", "autograde"):
            command = [sys.executable, "-m", "nbgrader", verb, lesson]
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        stamps = sorted(path.stat().st_mtime for path in (folder / "autograded").glob(f"*/{lesson}/{lesson}.ipynb"))
        seconds, count = seconds + stamps[-1] - stamps[0], count + len(stamps) - 1
    print(f"nbgrader autograde: {count} of the same submissions, {count / seconds:.2f} a second (extrapolated to all)")
    return count / seconds


def main() -> None:
    """Measure both in one run."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    few = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="gdcourse-benchmark-") as folder:
        course = make_class(Path(folder), students)
        rate = ours(course)
        theirs = nbgraders(course, few)
    print(f"ratio {rate / theirs:.0f}; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
