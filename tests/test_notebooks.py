"""The lessons are stored as `gdcourse build` stores them, and the numbers that they show cannot rot.

nbval executes every lesson in the same pytest run (see `addopts`) and compares what the marked cells print; here the
form in which the lessons are kept is tested, and that nbval and the build notice what they are there to notice.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gdcourse import cli, notebook_build
from gdcourse.notebook_build import CHECKED, BuildError, build, read, stable_ids, stored_form, text_of

pytestmark = pytest.mark.thorough

PROJECT = Path(__file__).parents[1]
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def test_there_are_lessons():
    assert LESSONS, "expected lessons in notebooks/, but there are none: write one"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_stored_as_it_is_built(path):
    stale = f"{path.name} is stale: run `gdcourse build notebooks/{path.name}`"
    assert path.read_text(encoding="utf-8") == text_of(stored_form(read(path))), stale


def checked(source, **options):
    """A code cell whose output nbval compares."""
    return new_code_cell(source, metadata={"tags": [CHECKED]}, **options)


def write(path, *cells):
    """Store a notebook of these cells as it is, without building it."""
    nbformat.write(new_notebook(cells=list(cells), metadata={"kernelspec": notebook_build.KERNEL}), path)
    return path


LESSON = [
    new_markdown_cell("# The loop\nThree lines."),
    new_code_cell("w = 3.0\nprint('not compared')"),
    checked("w - 0.1 * 2.5"),
    new_markdown_cell("## The loop\nagain"),
    new_code_cell(""),
    checked("import sys\nprint('one'); sys.stdout.flush(); print('two')\n'three'"),
    new_code_cell(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nfrom ipywidgets import IntSlider\nIntSlider()"
    ),
]


@pytest.fixture(scope="module")
def built():
    """The lesson above, built once."""
    return build(new_notebook(cells=[nbformat.from_dict(cell) for cell in LESSON], metadata={"widgets": {"state": 1}}))


def test_a_built_lesson_keeps_what_is_compared_and_nothing_else(built):
    assert [cell.get("execution_count") for cell in built.cells] == [None, None, 2, None, None, 3, None]
    assert [len(cell.get("outputs", [])) for cell in built.cells] == [0, 0, 1, 0, 0, 2, 0]
    result, (printed, shown) = built.cells[2].outputs[0], built.cells[5].outputs
    assert (result.data["text/plain"], result.execution_count) == ("2.75", 2)
    assert (printed.text, shown.data["text/plain"]) == ("one\ntwo\n", "'three'")
    assert built.metadata == {"kernelspec": notebook_build.KERNEL, "language_info": {"name": "python"}}
    assert all(set(cell.metadata) <= {"tags"} for cell in built.cells)
    nbformat.validate(built)


def test_a_built_lesson_is_built_for_good(built, tmp_path):
    (tmp_path / "lesson.ipynb").write_text(text_of(built))
    assert text_of(stored_form(read(tmp_path / "lesson.ipynb"))) == text_of(built)
    assert text_of(build(read(tmp_path / "lesson.ipynb"))) == text_of(built)


def test_cell_ids_come_from_the_headings_and_are_unique():
    headings = [
        "",
        "# The loop",
        "",
        "## The loop 2",
        "# The loop",
        "text",
        "# α × β",
        "# The loop__2",
        "```\n# no\n```\n# Yes",
    ]
    notebook = new_notebook(cells=[new_markdown_cell(heading) for heading in headings])
    ids = list(stable_ids(notebook))
    assert ids[:6] == ["start", "the-loop", "the-loop_2", "the-loop-2", "the-loop__2", "the-loop__2_2"]
    assert ids[6:] == ["heading", "the-loop-2__2", "yes"]
    assert len(set(ids)) == len(ids)


def test_a_new_cell_changes_no_id_of_another_section():
    def ids(*sources):
        return list(stable_ids(new_notebook(cells=[new_markdown_cell(source) for source in sources])))

    assert set(ids("# One", "a", "# Two", "b")) < set(ids("# One", "new", "a", "# Two", "b"))


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ([{"image/png": "", "text/plain": "<Figure>"}], "shows image/png: show that in a cell of its own"),
        ([{"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider"}], "widget-view"),
        ([], "cell start is tagged nbval-check-output, but has no output: print a number"),
    ],
)
def test_what_nbval_cannot_compare_is_refused(outputs, told):
    cell = checked("show()", outputs=[new_output("display_data", data) for data in outputs])
    with pytest.raises(BuildError, match=told):
        stored_form(new_notebook(cells=[cell]))


def test_of_two_runs_the_same_is_kept():
    def stored(*outputs):
        return stored_form(new_notebook(cells=[checked("run()", outputs=list(outputs))])).cells[0].outputs

    one, two, both = (new_output("stream", name="stdout", text=text) for text in ("one\n", "two\n", "one\ntwo\n"))
    assert stored(one, two) == stored(both)
    failed = new_output("error", ename="ValueError", evalue="no", traceback=["/home/somebody/lesson.py"])
    assert stored(failed)[0] == failed | {"traceback": []}


def test_build_and_check_say_what_is_stale_and_change_only_what_is(tmp_path, capsys):
    good, stale = tmp_path / "good.ipynb", tmp_path / "stale.ipynb"
    for path, number in ((good, "0.64"), (stale, "0.46")):
        shown = new_output("stream", name="stdout", text=f"{number}\n")
        path.write_text(text_of(stored_form(new_notebook(cells=[checked("print(4 * 0.16)", outputs=[shown])]))))
    before = good.read_bytes(), stale.read_bytes()
    assert cli.main(["build", "--check", str(good), str(stale)]) == 1
    said = capsys.readouterr().out
    assert f"{good}: up to date\n" in said
    assert f"{stale}: stale in the outputs of cell start: run `gdcourse build {stale}`\n" in said
    assert (good.read_bytes(), stale.read_bytes()) == before
    assert cli.main(["build", str(stale)]) == 0
    assert stale.read_bytes() == good.read_bytes()


def test_a_lesson_is_built_for_a_learner_without_a_name_or_a_past(monkeypatch, tmp_path):
    monkeypatch.setenv("GDCOURSE_STUDENT", "Ada")
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    source = "import os; print(os.listdir(), [name for name in os.environ if name.startswith('GDCOURSE')])"
    built = build(new_notebook(cells=[checked(source)]))
    assert built.cells[0].outputs[0].text == "[] []\n"


def test_a_lesson_that_fails_stays_as_it_is(tmp_path, capsys):
    failing = write(tmp_path / "failing.ipynb", new_code_cell("rate = 0.1"), new_code_cell("raet"))
    before = failing.read_bytes()
    assert cli.main(["build", str(failing)]) == 1
    assert "cell 2 (start_2) ended in NameError: name 'raet' is not defined" in capsys.readouterr().err
    assert failing.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": []}', '{"nbformat": 3, "nbformat_minor": 0}'])
def test_what_is_no_notebook_is_one_sentence(tmp_path, capsys, text):
    (tmp_path / "no.ipynb").write_text(text)
    assert cli.main(["build", str(tmp_path / "no.ipynb")]) == 1
    said = capsys.readouterr().err
    assert "expected a notebook of format 4, but it cannot be read" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--chekc"], "expected the option --check or none, but got --chekc"),
        (["no.ipynb"], "expected notebooks, but there is no file no.ipynb"),
    ],
)
def test_a_misused_build_is_one_sentence(capsys, arguments, told):
    assert cli.main(["build", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_an_installed_course_says_that_build_is_for_a_checkout(capsys, monkeypatch):
    monkeypatch.setattr(notebook_build, "is_checkout", lambda: False)
    assert cli.main(["build"]) == 2
    assert "is for a checkout of the course, but this gdcourse is installed in" in capsys.readouterr().err


def test_nbval_notices_a_wrong_number_and_a_failing_cell(tmp_path):
    right, wrong = (new_output("stream", name="stdout", text=text) for text in ("0.64\n", "0.46\n"))
    cells = [checked("print(4 * 0.16)", outputs=[shown], execution_count=1) for shown in (right, wrong)]
    write(tmp_path / "lesson.ipynb", *cells, new_code_cell("1 / 0"))
    command = [sys.executable, "-m", "pytest", "-c", PROJECT / "pyproject.toml", "--rootdir", tmp_path, "-n0", tmp_path]
    run = subprocess.run([*command, "-q", "-p", "no:cacheprovider"], capture_output=True, text=True, env=os.environ)
    assert "2 failed, 1 passed" in run.stdout, run.stdout + run.stderr
    assert "Cell outputs differ" in run.stdout
    assert "ZeroDivisionError" in run.stdout
