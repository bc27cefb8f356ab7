"""The command line: `gdcourse lab` and `doctor`; for authors `build`; for teachers `release`, `grade` and `report`.

What a command needs is imported when it runs, so that `gdcourse --help` answers at once.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from gdcourse import __version__

USAGE = """Gradient descent understood: lessons in JupyterLab.

gdcourse lab [DIR] [JupyterLab arguments...]
    Copy the lessons into the folder DIR (my-gdcourse if none is named) and open JupyterLab there at lesson 1.
    What you have changed in DIR is never overwritten. Everything else goes to JupyterLab, for example
    --no-browser or --port=8890.
gdcourse doctor [DIR]
    Say whether everything that the lessons need is there, and what to do if not.
gdcourse build [--check] [NOTEBOOK...]
    For authors, in a checkout: execute the lessons and put them into the form in which they are kept.
    --check changes nothing, names the lessons that are stale, and ends with 1 if there are any.
gdcourse release [COURSE] [--roster FILE] [--exercises FILE] [--check]
    For teachers: make assignments in the folder COURSE, a notebook for each student of the roster with numbers of
    their own, and the package without the answers. In a checkout without COURSE: make `exercises/` anew.
gdcourse grade SUBMISSIONS [--course COURSE] [--roster FILE] [--shard 1/4] [--workers N] [--scheduler ADDRESS]
    For teachers, on Linux: judge what was handed in (STUDENT/ASSIGNMENT/*.ipynb) without trusting any of it, and
    write the marks to COURSE/grading. A run that was broken off is gone on with. --scheduler: on a Dask cluster.
gdcourse report COURSE [--solutions]
    For teachers: a page on the class, and a page for each student, from what was graded.
    `gdcourse release --help`, `grade --help` and `report --help` name all options of these three.
gdcourse --version
"""
WORK_FOLDER = "my-gdcourse"
TELL_MORE = ("release", "grade", "report")  # with --help: these have more options than the text above names
# JupyterLab's options that stand alone: the word after any other `--option` is that option's value, not DIR
JUPYTERLAB_FLAGS = {
    *("allow-root", "autoreload", "collaborative", "core-mode", "custom-css", "debug", "dev-mode", "generate-config"),
    *("expose-app-in-browser", "extensions-in-dev-mode", "help", "help-all", "no-browser", "no-script", "script"),
    *("show-config", "show-config-json", "skip-dev-build", "splice-source", "version", "watch"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (those of the process by default); returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    asked = words[1:2] in (["-h"], ["--help"]) and words[0] not in TELL_MORE
    if not words or words[0] in ("-h", "--help", "help") or asked:
        print(USAGE, end="")
        return 0
    if words[0] == "--version":
        print(f"gdcourse {__version__}")
        return 0
    if words[0] not in COMMANDS:
        return _refuse(
            f"expected one of the commands {', '.join(COMMANDS)}, but got {words[0]!r}: see `gdcourse --help`"
        )
    return COMMANDS[words[0]](words[1:])


def _refuse(sentence: str) -> int:
    """Say on the error stream what is wrong, and give the exit code for it."""
    print(f"gdcourse: {sentence}", file=sys.stderr)
    return 2


def lab(arguments: list[str]) -> int:
    """Deliver the lessons into the work folder, and become JupyterLab there."""
    from gdcourse.workfolder import WorkFolderError, deliver, lessons_folder

    folder, passed_on = split_lab_arguments(arguments)
    if find_spec("jupyterlab") is None:
        return _refuse(f"JupyterLab is not installed for {sys.executable}: install it with `pip install jupyterlab`")
    try:
        delivery = deliver(lessons_folder(), Path(folder))
    except WorkFolderError as error:
        return _refuse(str(error))
    print(f"Your work folder: {delivery.folder}", *delivery.notes, sep="\n  ")
    if _is_root() and "--allow-root" not in passed_on:
        print("You are root: JupyterLab is started with --allow-root, and listens to this machine only.")
        passed_on = ["--allow-root", *passed_on]
    return _become(jupyterlab_command(delivery.lessons[0], delivery.folder, passed_on))


def split_lab_arguments(arguments: list[str]) -> tuple[str, list[str]]:
    """Split what follows `gdcourse lab` into DIR and JupyterLab's arguments.

    DIR is the first word that is neither an option nor the value of one: in `--port 8890 mine` it is `mine`.
    """
    awaits_value = False
    for index, word in enumerate(arguments):
        if not word.startswith("-") and not awaits_value:
            return word or WORK_FOLDER, arguments[:index] + arguments[index + 1 :]
        awaits_value = word.startswith("--") and "=" not in word and word[2:] not in JUPYTERLAB_FLAGS
    return WORK_FOLDER, arguments


def jupyterlab_command(lesson: Path, folder: Path, passed_on: list[str]) -> list[str]:
    """Command line of JupyterLab with `folder` as its root and `lesson` as its first page, also where it prints it."""
    page = "/lab/tree/" + quote(lesson.relative_to(folder).as_posix())
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={page}"]
    return [*command, *passed_on]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _environment() -> dict[str, str]:
    """The environment, with this package's defaults for JupyterLab: no questions about news over the first lesson."""
    defaults = str(Path(__file__).parent / "jupyter")
    paths = [path for path in (os.environ.get("JUPYTER_CONFIG_PATH"), defaults) if path]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def _become(command: list[str]) -> int:
    """Replace this process by `command`, so that its process id, Ctrl-C and exit code are the command's own."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, _environment())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows cannot replace a process; JupyterLab answers Ctrl-C itself
    return subprocess.call(command, env=_environment())


def build(arguments: list[str]) -> int:
    """Execute the lessons and keep them in their stored form, or say which are stale."""
    from gdcourse.notebook_build import run

    return run(arguments)


def doctor(arguments: list[str]) -> int:
    """Say what is there and what is missing."""
    from gdcourse.doctor import run

    return run(Path(arguments[0] if arguments else WORK_FOLDER))


def release(arguments: list[str]) -> int:
    """Make the files of a course from the exercise records."""
    from gdcourse.classroom.release import run

    return run(arguments)


def grade(arguments: list[str]) -> int:
    """Judge what was handed in."""
    from gdcourse.classroom.grading import run

    return run(arguments)


def report(arguments: list[str]) -> int:
    """Make the pages on what was graded."""
    from gdcourse.classroom.report import run

    return run(arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "lab": lab,
    "build": build,
    "release": release,
    "grade": grade,
    "report": report,
    "doctor": doctor,
}

if __name__ == "__main__":
    sys.exit(main())
