"""The command line: what is typed goes where it belongs, and what is wrong is one sentence."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdcourse import cli, workfolder

LESSON = "01_update_rule.ipynb"


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Path of a work folder that does not exist yet, for a course with two lessons."""
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    for name in (LESSON, "02_rate.ipynb"):
        (lessons / name).write_text('{"cells": []}')
    monkeypatch.setattr(workfolder, "lessons_folder", lambda: lessons)
    return tmp_path / "my-gdcourse"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, "may not be read or written by you: choose a folder of your own"),
        (errno.EROFS, "may not be read or written by you: choose a folder of your own"),
        (errno.ENOSPC, "no room to write the lessons into"),
        (errno.EIO, "Input/output error): choose another folder"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence(work, monkeypatch, capsys, number, told):
    def refuse(path, *_, **__):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert cli.main(["lab", str(work)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["notes.txt", "notes.txt/lessons"])
@pytest.mark.usefixtures("work")
def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path, capsys, name):
    (tmp_path / "notes.txt").write_text("mine")
    assert cli.main(["lab", str(tmp_path / name)]) == 2
    assert "is a file: choose another name, `gdcourse lab NAME`" in capsys.readouterr().err
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("typed", "folder", "passed_on"),
    [
        ("", "my-gdcourse", ""),
        ("mine", "mine", ""),
        ("mine --no-browser", "mine", "--no-browser"),
        ("--no-browser mine --port=8890", "mine", "--no-browser --port=8890"),
        ("--no-browser", "my-gdcourse", "--no-browser"),
        ("--port 8890", "my-gdcourse", "--port 8890"),
        ("--port 8890 mine --debug", "mine", "--port 8890 --debug"),
        ("-y mine", "mine", "-y"),
    ],
)
def test_the_folder_is_told_from_what_goes_to_jupyterlab(typed, folder, passed_on):
    assert cli.split_lab_arguments(typed.split()) == (folder, passed_on.split())


def test_the_options_of_jupyterlab_that_stand_alone_are_those_that_it_has():
    code = "from jupyterlab.labapp import LabApp; print(*LabApp.flags)"
    known = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert cli.JUPYTERLAB_FLAGS - {"help", "help-all", "version"} == {name for name in known if len(name) > 1}


@pytest.mark.parametrize("user", [0, 1000])
def test_lab_becomes_jupyterlab_at_lesson_1(work, monkeypatch, capsys, user):
    became = []
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "execve", lambda _, command, environment: became.append(command))
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 0)
    cli.main(["lab", str(work), "--no-browser", "--port", "8890"])
    root = ["--allow-root"] if user == 0 else []
    expected = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={work}",
        f"--LabApp.default_url=/lab/tree/{LESSON}",
    ]
    assert became == [[*expected, *root, "--no-browser", "--port", "8890"]]
    said = capsys.readouterr().out
    assert f"Your work folder: {work}\n  new: {LESSON}\n" in said
    assert ("You are root" in said) == (user == 0)


def test_a_missing_jupyterlab_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert cli.main(["lab"]) == 2
    assert "JupyterLab is not installed" in capsys.readouterr().err


@pytest.mark.parametrize("typed", [[], ["--help"], ["-h"], ["help"], ["lab", "--help"], ["build", "-h"]])
def test_help_names_every_command(capsys, typed):
    assert cli.main(typed) == 0
    said = capsys.readouterr().out
    assert all(f"gdcourse {command}" in said for command in cli.COMMANDS)


def test_an_unknown_command_is_one_sentence_with_the_commands(capsys):
    assert cli.main(["lba"]) == 2
    commands = "lab, build, release, grade, report, doctor"
    told = f"gdcourse: expected one of the commands {commands}, but got 'lba': see `gdcourse --help`\n"
    assert capsys.readouterr().err == told


def test_help_loads_nothing_that_takes_time():
    code = "import sys; from gdcourse.cli import main; main(['--help']); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {"numpy", "matplotlib", "jupyterlab", "nbformat", "nbclient", "traitlets", "IPython", "asyncio", "sympy"}
    assert heavy.isdisjoint(said.splitlines()[-1].split())


WITHOUT_LINUX = """
import shutil, subprocess, sys, tempfile  # Python's own look at the platform, too
sys.platform = {platform!r}
for name in ("resource", "fcntl", "pwd", "grp", "termios") if sys.platform == "win32" else ():
    sys.modules[name] = None  # Windows has none of them
from gdcourse.cli import main
sys.exit(main({words!r}))
"""


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_than_on_linux_nothing_is_graded_and_one_sentence_says_so(platform, tmp_path):
    for words, told in (
        (["grade", str(tmp_path)], "grading needs Linux"),
        (["report", str(tmp_path)], "a course made by"),
    ):
        code = WITHOUT_LINUX.format(platform=platform, words=[*words])
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1, done.stderr
        assert told in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["release", "grade", "report"])
def test_a_teachers_command_tells_all_its_options(command, capsys):
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert all(option in said for option in ("--roster", "--exercises", "--language"))
