"""Which definitions an exercise needs: its lesson page, read as source, from the record to the last helper.

Two things are made from that. The student edition keeps only what the exercises that stay in it need; and the version
of an exercise changes with everything that can change its marks, and with nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from gdcourse.exercises import Exercise

REGISTRY = "EXERCISES"
ASIDE = ("__init__", "cli", "doctor", "notebook_build", "workfolder", "plotting")  # they change no mark
Needed = dict[str, set[str]]  # module -> names defined in it


@dataclass(frozen=True, eq=False)
class Page:
    """One lesson page: its statements, and the statement that defines each name."""

    name: str  # of the module
    body: tuple[ast.stmt, ...]
    home: dict[str, ast.stmt]

    def elements(self) -> tuple[ast.expr, ...]:
        """Give the expressions in the tuple EXERCISES, in order."""
        statement = self.home.get(REGISTRY)
        if statement is None:
            return ()
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Tuple) or any(isinstance(item, ast.Starred) for item in value.elts):
            raise ValueError(f"expected {REGISTRY} of {self.name} as a tuple of single records: write it so")
        return tuple(value.elts)


@cache
def page_of(module: str) -> Page:
    """Read the source of a module."""
    body = tuple(ast.parse(inspect.getsource(sys.modules[module])).body)
    return Page(module, body, {name: statement for statement in body for name in _defined(statement)})


def _defined(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def is_lesson_page(module: str) -> bool:
    """Say whether a module is a lesson page of the course: it holds exercises, or what they share."""
    return module.startswith("gdcourse.exercises.lesson")


def lesson_pages() -> tuple[ModuleType, ...]:
    """Give the pages of the course that are loaded, by name."""
    return tuple(module for name, module in sorted(sys.modules.items()) if is_lesson_page(name))


def used_names(node: ast.AST) -> set[str]:
    """Give every name that a piece of source reads."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def needed_by(module: str, names: Iterable[str]) -> Needed:
    """Give everything that these names of a page need, on this page and on the lesson pages it imports from."""
    needed: Needed = defaultdict(set)
    waiting = [(module, name) for name in names]
    while waiting:
        place, name = waiting.pop()
        statement = page_of(place).home.get(name)
        if statement is None or name in needed[place]:
            continue
        needed[place].add(name)
        if isinstance(statement, ast.ImportFrom) and statement.module and is_lesson_page(statement.module):
            waiting += [
                (statement.module, alias.name) for alias in statement.names if name == (alias.asname or alias.name)
            ]
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            waiting += [(place, inner) for inner in used_names(statement)]
    return dict(needed)


@cache
def places() -> dict[str, tuple[str, int]]:
    """Give for each exercise of the course its page and its place there."""
    found = {}
    for module in lesson_pages():
        records = getattr(module, REGISTRY, ())
        if len(page_of(module.__name__).elements()) != len(records):
            raise ValueError(f"expected one expression for each record in {REGISTRY} of {module.__name__}")
        found |= {record.key: (module.__name__, place) for place, record in enumerate(records)}
    return found


def needed_for(exercise: Exercise) -> tuple[str, Needed]:
    """Give the source of a record of the course, and what it needs."""
    module, place = places()[exercise.key]
    element = page_of(module).elements()[place]
    return ast.unparse(element), needed_by(module, used_names(element))


@cache
def engine_mark() -> str:
    """Give a mark of what all exercises share: the forms of answers, the judging, the mathematics under them."""
    package = Path(str(files("gdcourse")))
    rooms = [*package.glob("*.py"), *package.glob("labs/*.py"), *package.glob("exercises/*.py")]
    shared = sorted(path for path in rooms if path.stem not in ASIDE and not path.stem.startswith("lesson"))
    digest = hashlib.sha256()
    for path in shared:
        digest.update(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()


@cache
def package_mark() -> str:
    """Give a mark of the whole package as it is installed: two machines that agree in it grade alike."""
    package = Path(str(files("gdcourse")))
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def source_mark(exercise: Exercise) -> str:
    """Give a mark of a record and of all it needs: spaces and comments do not matter, anything else does."""
    element, needed = needed_for(exercise)
    digest = hashlib.sha256(element.encode())
    for module, names in sorted(needed.items()):
        page = page_of(module)
        kept = {id(page.home[name]) for name in names}
        digest.update("\n".join(ast.unparse(line) for line in page.body if id(line) in kept).encode())
    return digest.hexdigest()
