"""Plants known faults into a copy of the package and shows whether the tests catch them.

    python tests/planted_faults.py                 all faults
    python tests/planted_faults.py adam keep       only those whose name holds one of the words

A fault is a table in a file planted/*.toml:

    [adam-sign]                                    its name
    file = "gdcourse/optimizers.py"
    after = "class Adam(Optimizer)"                optional: look for the text only behind this one
    old = "return w - self.rate * m_hat"           must be there, once (behind `after`: the first time)
    new = "return w + self.rate * m_hat"
    tests = ["tests/test_optimizers.py"]           the fast tests that should catch it
    endless = true                                 optional: a loop without end, caught when the time is over

Exit code 1 if a fault is missed, if its old text is gone, or if a test fails without any fault. A fault that keeps the
tests from being collected counts as missed: it shows nothing about them. The tests run without plug-ins. More
faults: add a table, or a file of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
WORKERS = min(2, os.cpu_count() or 1)
PATIENCE = 60  # seconds for one fault


class Fault(NamedTuple):
    """One change of one file, and the tests that should notice it."""

    name: str
    file: str
    old: str
    new: str
    tests: list[str]
    after: str = ""
    endless: bool = False

    def planted_in(self, text: str) -> str | None:
        """The text with the fault, or None if the old text is not there, or there more than once."""
        start = text.find(self.after)
        place = text.find(self.old, start) if start >= 0 else -1
        if place < 0 or (not self.after and text.count(self.old) > 1) or self.old == self.new:
            return None
        return text[:place] + self.new + text[place + len(self.old) :]


def read_faults(folder: Path = ROOT / "tests" / "planted") -> list[Fault]:
    """Every fault of every file, in order."""
    return [
        Fault(name, **table)
        for path in sorted(folder.glob("*.toml"))
        for name, table in tomllib.loads(path.read_text()).items()
    ]


def run_tests(copy: Path, tests: list[str], patience: float) -> str:
    """Run tests in a copy of the project: "passed", "caught", "broken" when they could not run, or "endless"."""
    plugins = ["-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0"]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-o", "addopts=", *plugins, *tests]
    switches = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # start-up is half the time
    environment = {**os.environ, **switches, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return "endless"
    return {0: "passed", 1: "caught"}.get(done.returncode, "broken")


def judge(fault: Fault, copy: Path) -> str:
    """Plant the fault, run its tests, restore the file: "caught", "MISSED", "BROKEN", "TOO LONG" or "NOT FOUND"."""
    path = copy / fault.file
    sound = path.read_text() if path.exists() else ""
    planted = fault.planted_in(sound)
    if planted is None:
        return "NOT FOUND"
    path.write_text(planted)
    try:
        told = {"passed": "MISSED", "broken": "BROKEN", "endless": "caught" if fault.endless else "TOO LONG"}
        return told.get(outcome := run_tests(copy, fault.tests, PATIENCE), outcome)
    finally:
        path.write_text(sound)


def copy_project(folder: Path) -> Path:
    """Copy what the tests need."""
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for part in ("gdcourse", "tests", "notebooks"):
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def judge_all(faults: list[Fault]) -> list[str]:
    """The outcome of every fault; a last outcome says whether the tests pass without any."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        copies: Queue[Path] = Queue()
        for i in range(WORKERS):
            copies.put(copy_project(Path(folder) / str(i)))

        def in_a_free_copy(work):
            copy = copies.get()
            try:
                return work(copy)
            finally:
                copies.put(copy)

        tests = sorted({test for fault in faults for test in fault.tests})
        sound = pool.submit(in_a_free_copy, lambda copy: run_tests(copy, tests, PATIENCE * len(tests)))
        outcomes = list(pool.map(lambda fault: in_a_free_copy(lambda copy: judge(fault, copy)), faults))
        return [*outcomes, sound.result()]


def main(words: list[str], faults: list[Fault] | None = None) -> int:
    """Print a line per fault and a summary; 0 if all are caught."""
    known = read_faults() if faults is None else faults
    chosen = [fault for fault in known if not words or any(word in fault.name for word in words)]
    *outcomes, sound = judge_all(chosen)
    for fault, outcome in zip(chosen, outcomes, strict=True):
        print(f"{outcome:10} {fault.name:42} {fault.file}")
    caught = outcomes.count("caught")
    print(
        f"{caught} of {len(chosen)} faults caught; without a fault the tests {'pass' if sound == 'passed' else 'FAIL'}"
    )
    return 0 if chosen and caught == len(chosen) and sound == "passed" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
