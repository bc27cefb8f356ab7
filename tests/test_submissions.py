# ruff: noqa: E501 - what a student writes is kept on its line
"""Honest submissions in every shape they come in, and files that are none: full points, or a reason, never a bare 0."""

import gzip
import json
import os
import signal
import sys
import threading
import time
from copy import deepcopy

import pytest
from classroom import (
    ASSIGNMENTS,
    LESSONS_OWN,
    SECRET,
    answered,
    blank,
    children,
    code_cell,
    content,
    open_edition,
    points,
    solved,
    warm_runner,
    with_cell_above,
)

from gdcourse.classroom.dealing import personal, seal
from gdcourse.classroom.oracle import Class, grade
from gdcourse.classroom.submission import Unreadable, parse_submission

pytestmark = pytest.mark.thorough

linux = pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only")
TOTAL = {name: sum(exercise.points for exercise in asked) for name, asked in ASSIGNMENTS.items()}
FULL = solved()


def with_cells(change):
    """The full notebook with its list of cells changed."""
    notebook = deepcopy(FULL)
    notebook["cells"] = change(notebook["cells"])
    return notebook


def with_each(change):
    """The full notebook with every cell changed."""
    return with_cells(lambda cells: [change(cell) for cell in cells])


def without_metadata(cell):
    return {**cell, "metadata": {}}


def format_3():
    sheet = [{**cell, "input": cell.pop("source"), "language": "python"} for cell in deepcopy(FULL)["cells"]]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"}, "worksheets": [{"cells": sheet}]}


def no_ids(cell):
    return {name: value for name, value in cell.items() if name != "id"} | {"metadata": {}}


def imports_first(cells):
    return [cells[1], *reversed(cells[2:]), cells[0]]


def moved_into_a_new_cell(cells):
    """The answer to code-step written in a cell of one's own at the end; the blank one is still there."""
    empty = {cell["id"]: cell for cell in blank()["cells"]}
    (answer,) = [cell for cell in cells if cell["id"] == "code-step"]
    return [empty[cell["id"]] if cell is answer else cell for cell in cells] + [code_cell(answer["source"])]


def blank_copy_below(cells):
    """The answer cells once more, blank, as if a cell had been pasted by mistake."""
    empty = [{**cell, "id": cell["id"] + "-1"} for cell in blank()["cells"] if cell["metadata"]["nbgrader"]["solution"]]
    return [*cells, *empty]


def printing(cell):
    if cell["cell_type"] == "code":
        return {
            **cell,
            "source": f"import sys\nprint('here')\nprint('careful', file=sys.stderr)\n{''.join(cell['source'])}",
        }
    return cell


HONEST = {
    "as-it-is": lambda: FULL,
    "cells-in-reverse": lambda: with_cells(imports_first),
    "no-metadata": lambda: with_each(without_metadata),
    "no-ids-at-all": lambda: with_each(no_ids),
    "retagged": lambda: with_each(
        lambda cell: {**cell, "id": f"x{id(cell)}", "metadata": {"tags": ["skip-execution"]}}
    ),
    "cells-doubled": lambda: with_cells(lambda cells: [cell for cell in cells for _ in range(2)]),
    "blank-copy-below": lambda: with_cells(blank_copy_below),
    "answer-in-a-new-cell": lambda: with_cells(moved_into_a_new_cell),
    "checks-and-questions-deleted": lambda: with_cells(
        lambda cells: [cell for cell in cells if cell["id"] in {e.key for e in ASSIGNMENTS["lesson1"]} | {"imports"}]
    ),
    "format-3": format_3,
    "wrong-kernel": lambda: {**FULL, "metadata": {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}},
    "no-notebook-metadata": lambda: {"cells": FULL["cells"], "nbformat": 4},
    "prints-and-warns": lambda: with_each(printing),
    "warnings": lambda: with_cell_above(
        FULL, "import warnings\nwarnings.warn('old')\nimport logging\nlogging.error('x')"
    ),
    "a-plot": lambda: with_cell_above(FULL, "%matplotlib inline\nplt.plot([1, 2]); plt.show(); plt.savefig('x.png')"),
    "magics": lambda: with_cell_above(FULL, "%timeit -n1 -r1 1 + 1\n!ls\n%config InlineBackend.figure_format = 'svg'"),
    "cell-magic": lambda: with_cell_above(FULL, "%%bash\necho hello"),
    "unknown-magic": lambda: with_cell_above(FULL, "%load_ext nonsense\n%nonsense"),
    "widgets": lambda: with_cell_above(
        FULL, "import ipywidgets as w\nfrom IPython.display import display\ndisplay(w.IntSlider())"
    ),
    "a-lab": lambda: with_cell_above(FULL, "from gdcourse import LABS\nLABS['hiker'].show()\nLABS['hiker'].figure()"),
    "a-lesson-cell": lambda: with_cell_above(
        FULL, "from gdcourse import EXERCISES\nEXERCISES['parabola-walk'].check([1])"
    ),
    "await": lambda: with_cell_above(FULL, "import asyncio\nawait asyncio.sleep(0)"),
    "a-class-and-a-file": lambda: with_cell_above(
        FULL, "import pickle\nclass A: pass\nopen('a', 'wb').write(pickle.dumps(A()))"
    ),
    "own-float": lambda: with_cell_above(FULL, "sum = 3\nmax = print = type = None\nplain = child = 1"),
    "name-used-again": lambda: with_cells(lambda cells: [*cells, code_cell("step = 0.1\nwalk = 'a long one'")]),
    "numbers-as-text": lambda: answered(
        FULL,
        "neuron-step",
        next(c["source"] for c in FULL["cells"] if c["id"] == "neuron-step")
        + "\nneuron_step['rows'] = [[str(x).replace('.', ',') for x in row] for row in neuron_step['rows']]",
    ),
    "rows-as-an-array": lambda: answered(
        FULL,
        "parabola-walk",
        next(c["source"] for c in FULL["cells"] if c["id"] == "parabola-walk")
        + "\nparabola_walk['rows'] = np.array(parabola_walk['rows'], dtype=np.float32)",
    ),
    "helpers-in-other-cells": lambda: answered(
        with_cell_above(FULL, "def downhill(w, g, rate): return w - rate * g"),
        "code-step",
        "def step(w, gradient, rate):\n    return downhill(w, gradient, rate)",
    ),
    "function-as-lambda": lambda: answered(FULL, "code-step", "step = lambda w, gradient, rate: w - rate * gradient"),
    "walk-in-lists": lambda: answered(
        FULL,
        "code-walk",
        "def walk(start, gradient, rate, steps):\n    points = [list(start)]\n    for _ in range(steps):\n"
        "        g = gradient(np.array(points[-1]))\n        points.append([w - rate * s for w, s in zip(points[-1], g)])\n"
        "    return points",
    ),
    "test-with-asserts-and-keywords": lambda: answered(
        FULL,
        "bug-by-test",
        "def check_step(step):\n    w, g = np.array([3.0, -1.0]), np.array([2.5, 4.0])\n"
        "    first = step(w=w, gradient=g, rate=0.1)\n    assert np.array_equal(w, [3.0, -1.0])\n"
        "    assert np.allclose(first, [2.75, -1.4])\n    assert np.allclose(step(w, g, 0.2), [2.5, -1.8])\n    return True",
    ),
    "carriage-returns": lambda: with_each(
        lambda cell: {**cell, "source": "".join(cell["source"]).replace("\n", "\r\n")}
    ),
    "outputs-of-all-kinds": lambda: with_each(
        lambda cell: {**cell, "outputs": [{"output_type": "display_data", "data": {"text/html": "<script>" * 1000}}]}
    ),
}


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with warm_runner(open_edition(tmp_path_factory.mktemp("edition"))) as running:
        yield running


@linux
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_earns_everything(name, runner):
    result = grade(content(HONEST[name]()), "lesson1", "ana", LESSONS_OWN, runner)
    lost = {key: found for key, found in result["exercises"].items() if found["points"] < found["of"]}
    assert not lost, (lost, result["reason"])
    assert result["status"] == "graded"


@linux
def test_a_kill_from_outside_is_chance_once_and_told_the_second_time(runner):
    submission = content(with_cell_above(FULL, "import time\ntime.sleep(0.4)")), "lesson1", "ana", LESSONS_OWN, runner
    undisturbed, before = grade(*submission), set(children(runner.process.pid))

    def kill(times):
        seen = set(before)
        while len(seen) < len(before) + times:
            for pid in set(children(runner.process.pid)) - seen:
                time.sleep(0.1)
                os.kill(pid, signal.SIGKILL)
                seen.add(pid)

    results = []
    for times in (1, 2):
        threading.Thread(target=kill, args=(times,), daemon=True).start()
        results.append(grade(*submission))
    assert results[0] == undisturbed
    assert results[1]["status"] == "out of memory"
    assert "killed by the system" in results[1]["reason"]


@linux
@pytest.mark.parametrize("lesson", range(1, 1 + len(ASSIGNMENTS)))
def test_every_lesson_can_be_done_and_left_blank(lesson, runner):
    name = f"lesson{lesson}"
    full = grade(content(solved(lesson)), name, "ana", LESSONS_OWN, runner)
    assert (points(full), full["status"], full["reason"]) == (TOTAL[name], "graded", "")
    empty = grade(content(blank(lesson)), name, "ana", LESSONS_OWN, runner)
    assert {found["outcome"] for found in empty["exercises"].values()} == {"not-attempted"}


@linux
@pytest.mark.parametrize("name", ["parabola-walk", "code-step", "code-walk", "bug-by-test", "loss-clinic"])
def test_a_known_mistake_is_named_as_in_self_study(name, runner):
    (exercise,) = [exercise for exercise in ASSIGNMENTS["lesson1"] if exercise.key == name]
    texts = {
        "parabola-walk": "parabola_walk = {'rows': "
        + repr(exercise.mistakes[0].wrong(exercise.variant("self-study")))
        + "}",
        "code-step": "def step(w, gradient, rate): return w + rate * gradient",
        "code-walk": "def walk(s, g, r, n):\n    p = [s]\n    for _ in range(n): p.append(p[-1] + r * g(p[-1]))\n    return np.array(p)",
        "bug-by-test": "def check_step(step): return True",
        "loss-clinic": "loss_clinic = {'A': 'too-small'}",
    }
    wanted = {"bug-by-test": "accepts-all", "loss-clinic": "too-small"}.get(name, "sign-flipped")
    result = grade(content(answered(FULL, name, texts[name])), "lesson1", "ana", LESSONS_OWN, runner)
    assert result["exercises"][name]["mistakes"] == [wanted]
    assert result["exercises"][name]["outcome"] == "known-mistake"


BROKEN = {
    "empty": (b"", "the file is empty"),
    "zeros": (b"\0" * 4000, "the file is empty"),
    "broken-off": (content(FULL)[:5000], "damaged"),
    "web-page": (b"\n<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
    "archive": (b"PK\x03\x04" + bytes(100), "an archive"),
    "compressed": (gzip.compress(content(FULL)), "damaged"),
    "conflict": (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> mine", "conflict marks"),
    "python": (b"def step(w): return w", "damaged"),
    "list": (b"[1, 2]", "no notebook"),
    "null": (b"null", "no notebook"),
    "no-cells": (b'{"nbformat": 4, "cells": []}', "no cells"),
    "cells-are-text": (b'{"cells": "all of them"}', "no cells"),
    "only-text-cells": (b'{"cells": [{"cell_type": "markdown", "source": "x"}, 7, null]}', "no code cells"),
    "deep": (b'{"cells": ' + b"[" * 100_000, "damaged"),
    "monstrous-source": (json.dumps({"cells": [code_cell("#" * 2_000_000)]}).encode(), "a million characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_notebook_gets_its_reason(name):
    data, reason = BROKEN[name]
    with pytest.raises(Unreadable, match=reason):
        parse_submission(data)
    result = grade(data, "lesson1", "ana", LESSONS_OWN, None)
    assert result["status"] == "unreadable"
    assert reason in result["reason"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    notebook = json.dumps({"cells": [code_cell("name = 'Zoë'")]}, ensure_ascii=False)
    found = parse_submission(notebook.encode(encoding))
    assert found.cells[0].source == "name = 'Zoë'"


def test_odd_parts_of_a_notebook_are_passed_over():
    cells = [code_cell(["a = 1\n", 7, "b = 2"]), code_cell(None), {"cell_type": "code"}, code_cell("\ud800")]
    notebook = {"cells": cells, "metadata": {"gdcourse": {"student": "x" * 999, "seal": 7}}}
    found = parse_submission(json.dumps(notebook).encode())
    assert [cell.source for cell in found.cells] == ["a = 1\nb = 2", "", "", "?"]
    assert found.about == {"student": "x" * 200}


def test_nbformat_is_kept_off_the_path_of_grading():
    import subprocess

    code = "import sys, gdcourse.classroom.grading\nprint('nbformat' in sys.modules, 'IPython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False False\n"


IDS = ("ana", "bo", "cy")
DEALT = Class(ASSIGNMENTS, IDS, SECRET)


def personal_notebook(student, sealed=None, name="lesson1"):
    """Everything right for the numbers of a student, sealed as the release seals it."""
    notebook = solved(1, [personal(exercise, student, IDS, SECRET) for exercise in ASSIGNMENTS["lesson1"]])
    mark = seal(SECRET, "notebook", name, student).hex() if sealed is None else sealed
    notebook["metadata"]["gdcourse"] = {"assignment": name, "student": student, "seal": mark}
    return notebook


@linux
def test_own_numbers_earn_everything_and_a_classmates_are_reported(runner):
    mine = grade(content(personal_notebook("ana")), "lesson1", "ana", DEALT, runner)
    assert (points(mine), mine["status"], mine["reason"]) == (TOTAL["lesson1"], "graded", "")
    copied = grade(content(personal_notebook("bo")), "lesson1", "ana", DEALT, runner)
    assert copied["status"] == "not the student's variant"
    assert "made for bo" in copied["reason"]
    assert points(copied) < TOTAL["lesson1"] - 20


@linux
def test_a_classmates_answers_are_known_without_the_seal(runner):
    notebook = personal_notebook("bo")
    del notebook["metadata"]["gdcourse"]
    result = grade(content(notebook), "lesson1", "ana", DEALT, runner)
    assert result["status"] == "not the student's variant"
    assert "The parabola walk: right for the numbers of bo" in result["reason"]
    lessons_own = grade(content(FULL), "lesson1", "ana", DEALT, runner)
    assert "right for the numbers of the lesson" in lessons_own["reason"]


@linux
def test_a_seal_that_is_not_the_teachers_is_tampering(runner):
    for forged in (
        personal_notebook("bo", seal(SECRET, "notebook", "lesson1", "ana").hex()),
        personal_notebook("bo", "0"),
    ):
        result = grade(content(forged), "lesson1", "bo", DEALT, runner)
        assert result["status"] == "tampered"
        assert "the seal on that is not the teacher's" in result["reason"]
