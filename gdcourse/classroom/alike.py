"""Answers that are the same, or the same but for names and remarks: a hint for a talk, not a verdict."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SMALLEST = 30  # nodes of the syntax tree: shorter answers are alike by themselves


@dataclass(frozen=True)
class Alike:
    """Students whose answers to an exercise are alike, and what each wrote."""

    exercise: str
    sources: tuple[tuple[str, str], ...]  # (student, source)
    exactly: bool


def find_alike(exercise: str, sources: Iterable[tuple[str, str]], blank: str) -> list[Alike]:
    """Group the answers to an exercise that are alike; the blank one and short ones are left out."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for student, source in sources:
        shape = shape_of(source)
        if shape and shape != shape_of(blank):
            groups[shape].append((student, source))
    found = [tuple(group) for group in groups.values() if len({student for student, _ in group}) > 1]
    return [Alike(exercise, group, len({source.strip() for _, source in group}) == 1) for group in found]


def shape_of(source: str) -> str:
    """Give the shape of a program: its syntax with names numbered in order, without remarks; "" where it is short."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names: dict[str, str] = {}
    count = 0
    for node in ast.walk(tree):
        count += 1
        for field in ("id", "arg", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                setattr(node, field, names.setdefault(name, f"n{len(names)}"))
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_remark(body[0]):
            del body[0]
    return ast.dump(tree) if count >= SMALLEST else ""


def _is_remark(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
