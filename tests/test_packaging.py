"""The wheel carries the whole course, and `gdcourse lab` works from it far from the checkout."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest
from browser import skip_or_fail
from server import Server, free_port, private_environment

PROJECT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
LESSONS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))


def run(*command, **options):
    """Run a command and return what it printed; if it fails, the test shows both of its streams."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def uv():
    """Command line of uv, as far as it is there: the README starts with it, but a plain venv does without."""
    for command in (["uv"], [sys.executable, "-m", "uv"]):
        if shutil.which(command[0]) and subprocess.run([*command, "--version"], capture_output=True).returncode == 0:
            return command
    skip_or_fail("no uv found: install it with `pip install uv`")


@pytest.fixture(scope="module")
def wheel(uv, tmp_path_factory):
    """Path of a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(*uv, "build", "--wheel", "--python", sys.executable, "--out-dir", folder, PROJECT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(uv, wheel, tmp_path_factory):
    """Folder with the programs of a fresh environment, in which nothing but the wheel and its needs is installed."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(*uv, "venv", "--python", sys.executable, folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    date = SETTINGS["tool"]["uv"]["exclude-newer"]
    run(*uv, "pip", "install", "--python", programs / "python", "--exclude-newer", date, wheel, cwd=folder)
    return programs


def copy_boxes(language):
    """What the boxes of this language in the README hold."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_begins_with_the_two_commands_and_the_second_is_what_is_run_before_a_change_is_taken():
    learn, test, _, *_ = copy_boxes("sh")
    assert (learn, test) == (
        "pip install uv && uv run gdcourse lab\n",
        "pip install uv && uv run --group test pytest\n",
    )
    install, and_run = test.strip().split(" && ")
    last = (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert (last.split(" && ")[0], last.endswith(and_run)) == (install, True)


def test_what_the_readme_shows_in_python_works():
    boxes = copy_boxes("python")
    assert boxes
    for box in boxes:
        run(sys.executable, "-W", "error", "-c", box)


@pytest.fixture
def far(tmp_path):
    """Options of `run` for a place far from the checkout, with settings of its own."""
    environment = private_environment(tmp_path)
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    return {"cwd": tmp_path, "env": environment}


def test_the_wheel_holds_every_file_of_the_package_and_the_lessons_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "gdcourse", "notebooks"]
    files = [name for name in run(*command, cwd=PROJECT).splitlines() if (PROJECT / name).is_file()]
    assert held == {name if name.startswith("gdcourse/") else f"gdcourse/{name}" for name in files}
    assert {"gdcourse/cli.py", "gdcourse/stage/stage.js", "gdcourse/exercises/text/en/common.toml"} <= held
    assert LESSONS
    assert {f"gdcourse/notebooks/{name}" for name in LESSONS} <= held


def test_every_module_can_be_imported_without_the_tools_of_the_tests(installed, far):
    files = [path.relative_to(PROJECT) for path in (PROJECT / "gdcourse").rglob("*.py")]
    names = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    run(installed / "python", "-W", "error", "-c", code, *names, **far)
    assert run(installed / "python", "-c", "import gdcourse; print(gdcourse.__file__)", **far).startswith(
        str(installed.parent)
    )


def test_the_doctor_is_content_with_the_installed_course(installed, far):
    said = run(installed / "gdcourse", "doctor", **far)
    assert f"lessons: {len(LESSONS)} in {installed.parent}" in said
    assert "MISSING" not in said


def test_lab_opens_lesson_1_far_from_the_checkout(installed, far, tmp_path):
    port = free_port()
    command = [str(installed / "gdcourse"), "lab", "my lessons", "--no-browser", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1"]
    with Server(command, port, tmp_path, far["env"]) as server:
        contents = server.request("/api/contents")
        names = [entry["name"] for entry in contents["content"] if entry["type"] == "notebook"]
        assert sorted(names) == LESSONS  # a server lists a folder in any order
        lesson = server.request(f"/api/contents/{LESSONS[0]}")
        assert lesson["path"] == LESSONS[0]
        assert lesson["content"]["cells"]
        assert lesson["writable"]
        with urllib.request.urlopen(f"{server.url}/lab/tree/{LESSONS[0]}", timeout=20) as page:
            assert b"JupyterLab" in page.read()
        told = server.request("/lab/api/settings/@jupyterlab/apputils-extension:notification")["schema"]["properties"]
        assert (told["fetchNews"]["default"], told["checkForUpdates"]["default"]) == ("false", False)
        said = server.log.read_text()
        assert f"Your work folder: {tmp_path / 'my lessons'}\n  new: {LESSONS[0]}" in said
        assert f"/lab/tree/{LESSONS[0]}" in said  # the address that a browser opens
    assert server.process.returncode == 0


def test_lesson_1_runs_from_the_installed_course_and_shows_the_numbers_of_the_checkout(installed, far, tmp_path):
    shutil.copy(PROJECT / "notebooks" / LESSONS[0], tmp_path)
    assert run(installed / "gdcourse", "build", "--check", LESSONS[0], **far) == f"{LESSONS[0]}: up to date\n"


def test_an_installed_course_cannot_be_built(installed, far):
    done = subprocess.run([installed / "gdcourse", "build"], capture_output=True, text=True, **far)
    assert done.returncode == 2
    assert "`gdcourse build` is for a checkout of the course" in done.stderr
