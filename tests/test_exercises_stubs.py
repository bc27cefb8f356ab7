"""The stubs that learners fill in, as the lessons show them, and the functions that a message tells them of."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from exercise_cases import KEYS

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.coding import Code
from gdcourse.exercises.functions import public_name, written_out

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
STUBS = {key: EXERCISES[key].stub() for key in KEYS if EXERCISES[key].stub().startswith("def ")}
WIDTH = 88  # columns of a notebook's cell that are seen without scrolling


pytestmark = pytest.mark.usefixtures("nothing_written")


@pytest.mark.parametrize("key", STUBS)
def test_a_stub_fits_into_a_cell(key):
    assert [line for line in STUBS[key].splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_stub_in_a_lesson_is_the_records(path):
    cells = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    shown = [source for source in cells if "# your lines go here" in source]
    assert shown
    assert set(shown) <= {stub.strip() for stub in STUBS.values()}


@pytest.mark.parametrize("key", [key for key in KEYS if isinstance(EXERCISES[key].task, Code)])
def test_a_message_speaks_of_functions_by_names_that_can_be_called(key):
    exercise = EXERCISES[key]
    right = exercise.answer()
    said = exercise.judge(lambda *arguments: np.asarray(right(*arguments), dtype=float) + 1e-3).message
    assert not re.search(r"\b_[a-z]", said)
    for name in re.findall(r"`def (\w+)", said):
        assert f" = {name}, " in said


@pytest.mark.parametrize("key", ["code-walk", "code-nesterov"])
def test_a_function_written_out_in_a_message_can_be_copied(key):
    rng, written = np.random.default_rng(4), 0
    for case in EXERCISES[key].task.cases(np.random.default_rng(20)):
        for function in filter(callable, case):
            room = {"np": np}
            exec(written_out(function), room)
            w = rng.normal(size=2)
            np.testing.assert_array_equal(room[public_name(function)](w), function(w))
            written += 1
    assert written
    assert "To try it yourself: `def tilted_bowl(w): u, v = w; return" in EXERCISES["code-walk"].judge(np.zeros).message


def test_what_does_not_fit_into_a_line_is_not_written_out():
    def closing_over(w, share=2.0):
        return w * share * len(KEYS)

    def looping(w):
        for _ in range(3):
            w = w + 1
        return w

    key = "local"

    def closed(w):
        return w, key

    assert written_out(closed) == written_out(looping) == written_out(lambda w: w) == written_out(np.sin) == ""
    assert written_out(closing_over).startswith("def closing_over(w, share=2.0): return w")
