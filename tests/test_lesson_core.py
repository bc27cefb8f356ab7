"""Whoever leaves out what is marked *deeper*, the cards and the quiz can still run every other cell."""

import ast
import builtins

import pytest
from lesson_text import NOTEBOOKS, Lesson

PATHS = sorted(NOTEBOOKS.glob("0*.ipynb"))


def names(tree, context):
    """The names that a cell reads (ast.Load) or sets (ast.Store)."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def named(tree):
    """All names that a cell gives a meaning to: set, imported, defined, or arguments of its functions."""
    nodes = list(ast.walk(tree))
    imported = {
        a.asname or a.name.split(".")[0] for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names
    }
    defined = {n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    arguments = {n.arg for n in nodes if isinstance(n, ast.arg)}
    return names(tree, ast.Store) | imported | defined | arguments


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_cell_of_the_core_needs_one_that_may_be_left_out(path):
    known = set(dir(builtins))
    for cell in Lesson(path).code:
        if not cell.optional:
            tree = ast.parse(cell.source)
            known |= named(tree)
            assert not names(tree, ast.Load) - known, cell.source
