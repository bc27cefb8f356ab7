"""Every fact and every correction has one lesson that owns it, a test that asserts it, and a place where it is told."""

import ast
import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
OWNERSHIP = tomllib.loads((TESTS / "ownership.toml").read_text(encoding="utf-8"))
EXPECTED = {f"C-{n}" for n in range(1, 22)} | {f"D-{n}" for n in range(1, 40)}
PARTS = {"C-10-momentum"}  # what a lesson tells of a fact that another one owns
LESSONS = {f"lesson{n}" for n in range(1, 8)}
KEYS = [(lesson, key) for lesson, table in OWNERSHIP.items() for key in table["keys"]]


@cache
def text_of(notebook: str) -> str:
    cells = json.loads((TESTS.parent / notebook).read_text(encoding="utf-8"))["cells"]
    prose = [" ".join("".join(cell["source"]).split()) for cell in cells if cell["cell_type"] == "markdown"]
    return "\n".join(prose)


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_of_the_sixty_has_exactly_one_lesson():
    counted = Counter(key for _, key in KEYS)
    assert set(counted) == EXPECTED | PARTS
    assert [key for key, times in counted.items() if times != 1] == []
    assert set(OWNERSHIP) == LESSONS


@pytest.mark.parametrize(("lesson", "key"), KEYS)
def test_the_named_test_exists(lesson, key):
    file, _, name = OWNERSHIP[lesson]["keys"][key]["test"].partition("::")
    assert name in names_in(file), f"{key} is asserted nowhere: there is no {name} in {file}"


@pytest.mark.parametrize(("lesson", "key"), KEYS)
def test_the_lesson_tells_it(lesson, key):
    told = OWNERSHIP[lesson]["keys"][key]["told"]
    assert told
    missing = [phrase for phrase in told if phrase not in text_of(OWNERSHIP[lesson]["notebook"])]
    assert not missing, f"{lesson} should tell {key}, but does not say {missing}"
