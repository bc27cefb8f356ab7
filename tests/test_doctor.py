"""`gdcourse doctor`: it finds each thing that a learner can lack, and says what to do."""

import json
import os
import socket
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from gdcourse import cli, doctor


@pytest.fixture(autouse=True)
def lessons(tmp_path, monkeypatch):
    """A course of one lesson, so that these tests do not depend on the real ones."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01_update_rule.ipynb").write_text("{}")
    monkeypatch.setattr(doctor, "lessons_folder", lambda: folder)
    return folder


def report(capsys, *arguments):
    """Exit code and printed lines of `gdcourse doctor`."""
    code = cli.main(["doctor", *map(str, arguments)])
    return code, capsys.readouterr().out.splitlines()


def only_missing(lines):
    """The single line that says MISSING."""
    found = [line for line in lines if line.startswith("MISSING")]
    assert len(found) == 1, lines
    return found[0]


def test_where_all_is_well_every_line_says_so(capsys, tmp_path):
    code, lines = report(capsys, tmp_path / "work")
    assert code == 0
    assert lines[-1] == "Everything that the lessons need is there."
    assert all(line.startswith(("ok ", "note ")) for line in lines[:-2])
    for part in [
        "Python 3.",
        "jupyterlab 4",
        "lessons: 1 in",
        "work folder:",
        "kernel:",
        "front end: anywidget",
        "127.0.0.1",
    ]:
        assert any(part in line for line in lines), part
    assert not (tmp_path / "work").exists()


def test_an_old_python_is_named(capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    code, lines = report(capsys)
    assert code == 1
    assert only_missing(lines).endswith("install Python 3.11 or newer")
    assert lines[-1] == "1 to put right, see MISSING above"


def test_a_missing_package_is_named_with_the_command_that_installs_it(capsys, monkeypatch):
    def version(name):
        if name == "sympy":
            raise PackageNotFoundError(name)
        return real(name)

    real = doctor.version
    monkeypatch.setattr(doctor, "version", version)
    code, lines = report(capsys)
    assert code == 1
    assert only_missing(lines).startswith("MISSING sympy is not installed: run `")
    assert '-m pip install "sympy>=' in only_missing(lines)


def test_a_package_that_is_too_old_is_named(capsys, monkeypatch):
    real = doctor.version
    monkeypatch.setattr(doctor, "version", lambda name: "1.2.3" if name == "jupyterlab" else real(name))
    code, lines = report(capsys)
    assert code == 1
    assert "jupyterlab 1.2.3 is installed, but jupyterlab>=" in only_missing(lines)


def test_a_wheel_without_lessons_is_named(capsys, lessons):
    (lessons / "01_update_rule.ipynb").unlink()
    code, lines = report(capsys)
    assert (code, only_missing(lines)) == (1, f"MISSING lessons: none in {lessons}: install gdcourse again")


def test_a_file_in_place_of_the_work_folder_is_named(capsys, tmp_path):
    (tmp_path / "notes.txt").touch()
    code, lines = report(capsys, tmp_path / "notes.txt")
    assert code == 1
    assert only_missing(lines).endswith("notes.txt is a file: choose another name, `gdcourse lab NAME`")


def test_a_work_folder_that_may_not_be_written_is_named(capsys, tmp_path, monkeypatch):
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and access(path, mode))
    code, lines = report(capsys, tmp_path / "new" / "work")
    assert code == 1
    assert f"{tmp_path} is not yours to write: use `gdcourse lab ~/gdcourse`" in only_missing(lines)


def test_a_kernel_of_another_python_is_named(capsys, tmp_path, monkeypatch):
    stray = tmp_path / "data" / "kernels" / "python3"
    stray.mkdir(parents=True)
    spec = {"argv": ["/opt/other/python", "-m", "ipykernel_launcher"], "display_name": "Python 3", "language": "python"}
    (stray / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    code, lines = report(capsys)
    assert code == 1
    assert f"python3 starts /opt/other/python, not this Python: remove {stray}" in only_missing(lines)


def test_a_missing_widget_front_end_is_named(capsys, tmp_path, monkeypatch):
    folder = tmp_path / "labextensions" / "anywidget"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"version": "9.9"}')
    monkeypatch.setattr(doctor, "_labextension_folders", lambda: [Path(tmp_path / "labextensions")])
    code, lines = report(capsys)
    assert code == 1
    assert "@jupyter-widgets/jupyterlab-manager not found" in only_missing(lines)
    assert only_missing(lines).endswith("pip install --force-reinstall jupyterlab-widgets`")
    assert any("anywidget 9.9" in line for line in lines)


def test_a_closed_network_is_named(capsys, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    code, lines = report(capsys)
    assert code == 1
    assert "no port of 127.0.0.1 can be opened" in only_missing(lines)


def test_what_only_the_tests_need_stops_nobody(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "find_chromium", lambda: None)
    code, lines = report(capsys)
    assert code == 0
    assert any(line.startswith("note    Chromium: not found: only the browser tests need it") for line in lines)
