"""Kill −9 a grading again and again at random moments, go on each time, and compare with one that was left alone.

    uv run --group test python benchmarks/kills.py [KILLS] [SEED]

A small class is graded once undisturbed. Then `gdcourse grade` is started, and at moments drawn at random a worker, a
runner and the grader itself are killed (each once at most: of a file over which several die, that is told); a grader
that was killed is started again, until all is graded; then all begins anew, until there were KILLS (100) kills. After
each run every result there is must be one of the undisturbed run's, to the byte, and no process of it may be alive; at
each end results and tables must be the same, and no file half-written or temporary may be left. Linux only. Nothing
here belongs to the tests.
"""

import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from gdcourse.classroom.assignment import asked_in, assignment_name, lessons, source_notebook, text_of
from gdcourse.classroom.dealing import read_secret

PROJECT = Path(__file__).resolve().parents[1]
STUDENTS = 5
EARLY = 0.2  # of the kills fall before the first result of an undisturbed run, which takes most of the time
PR_SUBREAPER = 36
VICTIMS = {"grader": "gdcourse.cli", "worker": "gdcourse.classroom.worker", "runner": "gdcourse.classroom.runner"}


def make_course(folder: Path) -> Path:
    """Hand in every lesson for a few students, and two odd files."""
    course = folder / "course"
    course.mkdir()
    read_secret(course)  # makes one
    for number in range(STUDENTS):
        for lesson in lessons():
            place = course / "submitted" / f"s{number}" / assignment_name(lesson)
            place.mkdir(parents=True)
            text = text_of(source_notebook(lesson, asked_in(lesson)))
            (place / "a.ipynb").write_text(text.replace("import numpy as np", f"import numpy as np  # {number}", 1))
            if lesson == number + 1:
                (place / "b.ipynb").write_text(
                    text.replace("import numpy as np", "import numpy as np, time\ntime.sleep(0.3)", 1)
                )
    (course / "submitted" / "s0" / "lesson1" / "c.ipynb").write_text("<html>")
    return course


def made(course: Path) -> dict[str, bytes]:
    """Everything a grading made, but for the database and the unfinished."""
    folder = course / "grading"
    found = (path for path in folder.rglob("*") if path.suffix in (".json", ".csv"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def below(pid: int) -> list[int]:
    """Every process below one."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        found = [int(word) for task in tasks for word in task.read_text().split()]
    except FileNotFoundError:
        return []
    return [*found, *(inner for child in found for inner in below(child))]


def start(course: Path, workers: int) -> subprocess.Popen:
    """Start a grading."""
    words = ["-m", "gdcourse.cli", "grade", str(course / "submitted"), "--workers", str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(course.parent / "temporary")}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def kill_one(grader: subprocess.Popen, kind: str, rng: random.Random) -> bool:
    """Kill the grader, or one of its workers or runners; says whether there was one."""
    if kind == "grader":
        grader.kill()
        return True
    for pid in rng.sample(found := below(grader.pid), len(found)):
        try:
            if VICTIMS[kind].encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                return True
        except (FileNotFoundError, ProcessLookupError):
            continue
    return False


def wait_until_alone() -> float:
    """Wait until no process of a grading is alive; seconds that took. Orphans become children of this process."""
    began = time.monotonic()
    while time.monotonic() - began < 10:
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                return time.monotonic() - began
        time.sleep(0.01)
    raise SystemExit(f"FAILED: {[Path(f'/proc/{pid}/cmdline').read_text() for pid in below(os.getpid())]} live on")


def drawn(rng: random.Random, first: float, last: float) -> float:
    """Draw a moment, in seconds from the start."""
    return rng.uniform(0, first) if rng.random() < EARLY else rng.uniform(0.95 * first, last)


def one(course: Path, expected: dict, rng: random.Random, times: tuple[float, float], seen: Counter) -> None:
    """Start a grading, kill something, and look at what is there."""
    grader = start(course, rng.choice((1, 2)))
    killed, now = [], 0.0
    moments = sorted(drawn(rng, *times) for _ in VICTIMS)
    for kind, moment in zip(rng.sample(list(VICTIMS), len(VICTIMS)), moments, strict=True):
        with contextlib.suppress(subprocess.TimeoutExpired):
            grader.wait(moment - now)
        now = moment
        killed += [kind] if grader.returncode is None and kill_one(grader, kind, rng) else []
        if "grader" in killed:
            break
    said = grader.communicate()[1]
    seen.update([*killed, "runs"])
    seen["slowest end, ms"] = max(seen["slowest end, ms"], round(1000 * wait_until_alone()))
    found = made(course)
    seen["results compared"] += len(found)
    seen["half-written files seen"] += len(list(course.rglob("*.part")))
    for name, data in found.items():
        if expected.get(name) != data:
            raise SystemExit(f"FAILED: after {killed} were killed {name} is\n{data!r}\nand not\n{expected.get(name)!r}")
    if grader.returncode == 0:
        finished(course, expected, killed, seen)
    elif "grader" not in killed:
        raise SystemExit(f"FAILED: the grading ended with {grader.returncode} after {killed}: {said[-500:]}")


def finished(course: Path, expected: dict, killed: list[str], seen: Counter) -> None:
    """Look at a grading that came to its end, and begin anew."""
    left = [*course.rglob("*.part"), *(course.parent / "temporary").glob("gdcourse-*")]
    if made(course) != expected or left:
        raise SystemExit(f"FAILED: {'left behind: ' + str(left) if left else 'something is missing'} ({killed})")
    seen["gradings finished and compared"] += 1
    shutil.rmtree(course / "grading")


def main() -> None:
    """Kill as often as asked for."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rng, seen = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0), Counter()
    ctypes.CDLL(None).prctl(PR_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        course = make_course(Path(folder))
        (Path(folder) / "temporary").mkdir()
        began = time.monotonic()
        grader = start(course, 2)
        while not made(course) and grader.poll() is None:
            time.sleep(0.02)
        first = time.monotonic() - began
        if grader.wait():
            raise SystemExit("FAILED: the undisturbed grading")
        times, expected = (first, time.monotonic() - began), made(course)
        print(f"undisturbed: {len(expected)} files, from {times[0]:.1f} to {times[1]:.1f} s", flush=True)
        shutil.rmtree(course / "grading")
        while sum(seen[kind] for kind in VICTIMS) < kills:
            one(course, expected, rng, times, seen)
        while (course / "grading").exists():  # the last one, to its end
            grader = start(course, 2)
            if grader.wait():
                raise SystemExit("FAILED: the last grading")
            finished(course, expected, [], seen)
    print(*(f"{count:6} {what}" for what, count in sorted(seen.items())), sep="\n")


if __name__ == "__main__":
    main()
