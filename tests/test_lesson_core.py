"""A lesson as it is read in part, and as it is shown: no cell of the core needs a deeper one, no table loses a cell."""

import ast
import builtins
import re

import pytest
from lesson_text import NOTEBOOKS, Lesson

IMPORTS, DEFINITIONS = (ast.Import, ast.ImportFrom), (ast.FunctionDef, ast.ClassDef)


@pytest.fixture(params=sorted(NOTEBOOKS.glob("0*.ipynb")), ids=lambda path: path.stem)
def lesson(request):
    """Each lesson in turn."""
    return Lesson(request.param)


def names(nodes, context):
    """The names that are read (ast.Load) or set (ast.Store)."""
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def given_meaning(nodes):
    """The names that are set, imported, defined, or arguments of a function."""
    imported = {a.asname or a.name.split(".")[0] for node in nodes if isinstance(node, IMPORTS) for a in node.names}
    defined = {node.name for node in nodes if isinstance(node, DEFINITIONS)}
    return names(nodes, ast.Store) | imported | defined | {node.arg for node in nodes if isinstance(node, ast.arg)}


def left_behind(tree):
    """The names that a cell leaves for later ones: not those inside its functions."""
    return given_meaning([node for s in tree.body for node in ([s] if isinstance(s, DEFINITIONS) else ast.walk(s))])


def test_no_cell_of_the_core_needs_one_that_may_be_left_out(lesson):
    known = set(dir(builtins))
    for cell in lesson.code:
        if not cell.optional:
            tree = ast.parse(cell.source)
            nodes = list(ast.walk(tree))
            assert not names(nodes, ast.Load) - known - given_meaning(nodes), cell.source
            known |= left_behind(tree)


def test_every_row_of_a_table_has_as_many_cells_as_its_head(lesson):
    for cell in lesson.prose:  # a bar in a formula, |λ|, would end a cell
        for table in re.findall(r"(?:^\|.*\n?)+", cell.source, re.MULTILINE):
            counts = {len(re.split(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(counts) == 1, table
