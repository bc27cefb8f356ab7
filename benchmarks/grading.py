"""Measure how fast a class is graded, and real nbgrader on some of the same submissions.

    uv run --group test python benchmarks/grading.py [--students 1000] [--nbgrader 50]

Makes a class in which every student hands in every assignment that there is, half of the answers right, and grades it
with as many workers as there are cores, while the memory of oracles and runners is looked at as the class grows. Then
nbgrader's autograder gets so many of the same submissions; its time for all of them is extrapolated, and said to be.
The start of both is not in the rate. A figure is worth what the machine's load allows, so the load is printed too.
Nothing here belongs to the tests. It ends with 1 if nbgrader's rate is not beaten fifty times.
"""

import argparse
import contextlib
import json
import os
import re
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
AHEAD = 50  # times nbgrader's rate
PARTS = {"oracle": "worker", "runner": "runner"}


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


def held(pid: int) -> dict[str, int]:
    """MB that the oracles and the runners below a process hold, shared pages shared out, the largest of each kind."""
    most: dict[str, int] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_text()
            for kind, module in PARTS.items():
                if f"gdcourse.classroom.{module}" in words:
                    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{child}/smaps_rollup").read_text(), re.MULTILINE)
                    most[kind] = max(most.get(kind, 0), int(found[1]) // 1024 if found else 0)
            for kind, size in held(int(child)).items():
                most[kind] = max(most.get(kind, 0), size)
    return most


def watched(process: subprocess.Popen, results: Path, total: int) -> list[tuple[int, dict[str, int]]]:
    """Look at the memory of a grading each time that another tenth is done; give (done, MB)."""
    seen: list[tuple[int, dict[str, int]]] = []
    while process.poll() is None:
        time.sleep(0.5 if total > 1000 else 0.05)
        done = sum(len(files) for _, _, files in os.walk(results))
        if done >= (len(seen) + 1) * total / 10:
            with contextlib.suppress(OSError):  # a process ended while it was looked at
                seen.append((done, held(process.pid)))
    return seen


def ours(course: Path, total: int) -> float:
    """Grade everything; gives submissions a second, the start left out, and prints what it took."""
    command = [sys.executable, "-m", "gdcourse.cli", "grade", str(course / "submitted")]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        sizes = watched(process, course / "grading" / "results", total)
    seconds = time.perf_counter() - began
    stamps = sorted(path.stat().st_mtime for path in (course / "grading" / "results").rglob("*.json"))
    if process.returncode or len(stamps) != total:
        raise SystemExit(f"FAILED: {len(stamps)} of {total} results, exit code {process.returncode}")
    rate = (len(stamps) - 1) / (stamps[-1] - stamps[0])
    print(f"gdcourse grade: {total} submissions in {seconds:.1f} s in all, {rate:.1f} a second once it runs")
    for done, parts in sizes:
        print(f"    after {done:5} submissions: " + ", ".join(f"{kind} {size} MB" for kind, size in parts.items()))
    return rate


def shares(number: int) -> list[int]:
    """Share so many submissions out to the assignments, two at least to each that gets any: the first is its start."""
    used = max(1, min(len(lessons()), number // 2))
    return [number // used + (place < number % used) for place in range(used)]


def nbgraders(course: Path, number: int, total: int) -> float:
    """Let nbgrader grade so many of the submissions; gives submissions a second, its start left out."""
    folder = course.parent / "nbgrader"
    shutil.copytree(PROJECT / "exercises", folder, ignore=shutil.ignore_patterns("release"))
    students = sorted(path.name for path in (course / "submitted").iterdir())
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "GDCOURSE_PROGRESS": "off", "PYTHONPATH": str(PROJECT)}
    seconds = count = 0
    for lesson, share in zip(map(assignment_name, lessons()), shares(number), strict=False):
        for name in students[:share]:
            shutil.copytree(course / "submitted" / name / lesson, folder / "submitted" / name / lesson)
        for verb in ("generate_assignment", "autograde"):
            command = [sys.executable, "-m", "nbgrader", verb, lesson]
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        stamps = sorted(path.stat().st_mtime for path in (folder / "autograded").glob(f"*/{lesson}/{lesson}.ipynb"))
        seconds, count = seconds + stamps[-1] - stamps[0], count + len(stamps) - 1
    rate = count / seconds
    print(f"nbgrader autograde: {number} of the same submissions, {rate:.2f} a second without its starts")
    print(f"    extrapolated, not measured: {total / rate / 3600:.1f} hours for all {total}")
    return rate


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1000, help="in the class")
    parser.add_argument("--nbgrader", type=int, default=50, help="submissions that nbgrader gets; 2 at least")
    return parser.parse_args()


def main() -> None:
    """Measure both in one run."""
    asked = options()
    total = asked.students * len(lessons())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gdcourse-benchmark-") as folder:
        began = time.perf_counter()
        course = make_class(Path(folder), asked.students)
        print(f"a class of {asked.students} was made in {time.perf_counter() - began:.0f} s", flush=True)
        rate = ours(course, total)
        theirs = nbgraders(course, asked.nbgrader, total)
    print(f"ratio {rate / theirs:.0f}; load {os.getloadavg()[0]:.1f}")
    raise SystemExit(rate < AHEAD * theirs)


if __name__ == "__main__":
    main()
