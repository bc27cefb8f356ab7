"""`gdcourse doctor`: is everything there that the lessons need, and what is to be done if not.

Each finding is a line: `ok` is well, `MISSING` stops a learner, `note` concerns only those who run the tests.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from gdcourse.workfolder import is_checkout, lessons_folder

OLDEST_PYTHON = (3, 11)
WIDGET_FRONT_ENDS = {"anywidget": "anywidget", "@jupyter-widgets/jupyterlab-manager": "jupyterlab-widgets"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        state: "ok", "MISSING" (a learner needs it) or "note" (only the tests need it).
        subject: what was looked at, and what was found.
        advice: what to do, empty if all is well.
    """

    state: str
    subject: str
    advice: str = ""

    def __str__(self) -> str:
        """The line as it is printed."""
        return f"{self.state:<8}{self.subject}" + (f": {self.advice}" if self.advice else "")


def run(folder: Path) -> int:
    """Print the findings, with `folder` as the work folder; returns 1 if learners miss something, else 0."""
    findings = list(examine(folder))
    print(*findings, sep="\n")
    missing = sum(finding.state == "MISSING" for finding in findings)
    print(f"\n{missing} to put right, see MISSING above" if missing else "\nEverything that the lessons need is there.")
    return 1 if missing else 0


def examine(folder: Path) -> Iterator[Finding]:
    """Look at everything in turn."""
    yield _python()
    yield from _packages()
    yield _lessons()
    yield _work_folder(folder.absolute())
    yield _kernel()
    yield from _widget_front_ends()
    yield _port()
    yield from _test_tools()


def _python() -> Finding:
    found = f"Python {'.'.join(map(str, sys.version_info[:3]))} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding("MISSING", found, f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    return Finding("ok", found)


def _packages() -> Iterator[Finding]:
    """The packages that gdcourse itself says it needs, and whether their versions fit."""
    if find_spec("packaging") is None:
        yield Finding("MISSING", "packaging is not installed", f"run `{sys.executable} -m pip install packaging`")
        return
    from packaging.requirements import Requirement

    try:
        lines = requires("gdcourse") or []
    except PackageNotFoundError:
        yield Finding("MISSING", "gdcourse is run without being installed", "run `pip install .` where its README is")
        return
    yield Finding("ok", f"gdcourse {version('gdcourse')}")
    for needed in map(Requirement, lines):
        if needed.marker is None or needed.marker.evaluate():
            yield _package(needed.name, str(needed.specifier), needed.specifier.contains)


def _package(name: str, wanted: str, fits: Callable[..., bool]) -> Finding:
    advice = f'run `{sys.executable} -m pip install "{name}{wanted}"`'
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding("MISSING", f"{name} is not installed", advice)
    if not fits(found, prereleases=True):
        return Finding("MISSING", f"{name} {found} is installed, but {name}{wanted} is needed", advice)
    return Finding("ok", f"{name} {found}")


def _lessons() -> Finding:
    folder = lessons_folder()
    number = len(list(folder.glob("*.ipynb")))
    if number == 0:
        return Finding("MISSING", f"lessons: none in {folder}", "install gdcourse again")
    return Finding("ok", f"lessons: {number} in {folder} ({'a checkout' if is_checkout() else 'installed'})")


def _work_folder(folder: Path) -> Finding:
    if folder.exists() and not folder.is_dir():
        return Finding("MISSING", f"work folder: {folder} is a file", "choose another name, `gdcourse lab NAME`")
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return Finding("MISSING", f"work folder: {nearest} is not yours to write", "use `gdcourse lab ~/gdcourse`")
    if not folder.exists():
        return Finding("ok", f"work folder: {folder} (`gdcourse lab` will make it)")
    return Finding("ok", f"work folder: {folder} with {len(list(folder.glob('*.ipynb')))} notebooks")


def _kernel() -> Finding:
    """The lessons ask for the kernel `python3`; a stray definition in a user's folder can bend it to another Python."""
    if find_spec("ipykernel") is None or find_spec("jupyter_client") is None:
        return Finding(
            "MISSING", "kernel: ipykernel is not installed", f"run `{sys.executable} -m pip install ipykernel`"
        )
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    program = spec.argv[0]
    same = program.startswith("python") or Path(program).absolute() == Path(sys.executable).absolute()
    if not same:
        return Finding("MISSING", f"kernel: python3 starts {program}, not this Python", f"remove {spec.resource_dir}")
    return Finding("ok", "kernel: python3 starts this Python")


def _widget_front_ends() -> Iterator[Finding]:
    """The part of each widget package that JupyterLab serves to the browser; without it a lab is only text."""
    for name, package in WIDGET_FRONT_ENDS.items():
        advice = f"run `{sys.executable} -m pip install --force-reinstall {package}`"
        places = [folder / name / "package.json" for folder in _labextension_folders()]
        file = next((place for place in places if place.is_file()), None)
        if file is None:
            yield Finding("MISSING", f"widget front end: {name} not found", advice)
        else:
            yield Finding("ok", f"widget front end: {name} {json.loads(file.read_text())['version']}")


def _labextension_folders() -> list[Path]:
    if find_spec("jupyter_core") is None:
        return []
    from jupyter_core.paths import jupyter_path

    return [Path(folder) for folder in jupyter_path("labextensions")]


def _port() -> Finding:
    """Open a port of this machine's own interface and connect to it, as the browser will connect to JupyterLab."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        return Finding("MISSING", f"network: no port of 127.0.0.1 can be opened ({error})", "ask who runs this machine")
    return Finding("ok", "network: a port of 127.0.0.1 can be opened")


def find_chromium() -> str | None:
    """Path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _test_tools() -> Iterator[Finding]:
    browser = find_chromium()
    if browser is None:
        yield Finding(
            "note", "Chromium: not found", "only the browser tests need it; Debian: `apt-get install chromium`"
        )
    else:
        yield Finding("ok", f"Chromium: {browser}")
    if find_spec("playwright") is None:
        yield Finding("note", "Playwright: not installed", "only the browser tests need it; `uv sync --group test`")
    else:
        yield Finding("ok", f"Playwright {version('playwright')}")
