"""What is left of an answer when its looks are changed: its pieces, its words and its numbers.

A program is parsed, never run. Its pieces are its expressions and statements in a normal form: names of one's own are
told apart only as arguments and others, `w -= x` is `w = w - x`, sums and products have no order, a number is its
value. Pieces form a set, so the order of lines does not count, and a line put in between adds pieces but takes none
away. This follows MOSS (Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003) in comparing fingerprints of small
pieces and in leaving out what was handed out; subtrees take the place of its k-grams, because an answer here has ten
lines and not a thousand. Its other thought, to keep only some of them, is `MOST_PIECES`.
"""

from __future__ import annotations

import ast
import hashlib
import io
import re
import tokenize
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

LONGEST = 20_000  # characters; a longer answer is compared as a whole only
MOST_PIECES = 2_000  # those with the smallest hashes, so that of two copies the same ones are kept
_SHORTEST = 6  # characters of a piece in its normal form; shorter ones say nothing
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError)
_LEFT_OUT = ("ctx", "annotation", "returns", "type_comment", "kind", "decorator_list", "type_params")
_SWAPPED = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}


@dataclass(frozen=True)
class Prints:
    """What is compared of an answer: `pieces` with the lines on which each stands, words, and written numbers."""

    pieces: Mapping[str, frozenset[int]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def prints_of(source: str) -> Prints:
    """Read an answer; one that is no Python, too long or too deep is a single piece."""
    whole = " ".join(source.split())
    if not whole:
        return Prints()
    if len(source) > LONGEST:
        return Prints({_digest(whole): frozenset()})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's "\d" is no concern of the teacher's
            tree = ast.parse(source)
            reader = _Reader(tree)
            reader.body(tree.body, "")
        words = frozenset(_words(source, reader.own))
    except _UNREADABLE:
        return Prints({_digest(whole): frozenset()})
    kept = reader.found if len(reader.found) <= MOST_PIECES else sorted(reader.found, key=_digest)[:MOST_PIECES]
    return Prints({piece: frozenset(reader.found[piece]) for piece in kept}, words, frozenset(_numbers(tree)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


class _Reader:
    """Collects the pieces of a program, each with the lines on which it stands."""

    def __init__(self, tree: ast.Module):
        self.found: dict[str, set[int]] = defaultdict(set)
        self.own = set(_names(tree))
        asked = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        self.places = {arg.arg: f"p{place}" for one in asked for place, arg in enumerate(one.args.args)}

    def body(self, statements: Collection[ast.stmt], within: str) -> None:
        """Collect the pieces of statements that stand within another."""
        for statement in statements:
            if isinstance(statement, ast.Pass) or _is_remark(statement):
                continue
            inside = {name: value for name, value in ast.iter_fields(statement) if _holds_statements(value)}
            head = self.note(_plainly(statement), tuple(inside))
            self.found[f"{within}>{head}"].add(getattr(statement, "lineno", 0))
            for name, value in inside.items():
                self.body(value, f"{type(statement).__name__}.{name}")

    def note(self, node: ast.AST, left_out: Collection[str] = ()) -> str:
        """Give the normal form of a node, and collect those of all in it that are more than a name or a number."""
        if isinstance(node, ast.Name):
            return self.places.get(node.id, "v") if node.id in self.own else node.id
        if isinstance(node, ast.Constant):
            return _constant(node.value)
        form = self._form(node, left_out)
        form = form if len(form) < 80 else _digest(form)
        if len(form) >= _SHORTEST and isinstance(node, ast.expr | ast.stmt | ast.comprehension):
            self.found[form].add(getattr(node, "lineno", 0))
        return form

    def _form(self, node: ast.AST, left_out: Collection[str]) -> str:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
            terms = sorted(self.note(term) for term in _terms(node, type(node.op)))
            return f"{type(node.op).__name__}({','.join(terms)})"
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _SWAPPED:
            swapped = _SWAPPED[type(node.ops[0])]()
            return self._form(ast.Compare(node.comparators[0], [swapped], [node.left]), left_out)
        parts = [
            self._part(value)
            for name, value in ast.iter_fields(node)
            if name not in left_out and name not in _LEFT_OUT and value is not None
        ]
        return f"{type(node).__name__}({','.join(parts)})"

    def _part(self, value: object) -> str:
        if isinstance(value, ast.AST):
            return self.note(value)
        if isinstance(value, list):
            return f"[{','.join(self._part(item) for item in value)}]"
        return "v" if value in self.own else str(value)


def _names(tree: ast.Module) -> Iterator[str]:
    """Give the names that a program makes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def _holds_statements(value: object) -> bool:
    return (
        isinstance(value, list) and bool(value) and isinstance(value[0], ast.stmt | ast.excepthandler | ast.match_case)
    )


def _plainly(statement: ast.stmt) -> ast.stmt:
    """Write `w -= x` and `w: float = x` as plain assignments."""
    if isinstance(statement, ast.AugAssign):
        value: ast.expr = ast.BinOp(statement.target, statement.op, statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        value = statement.value
    else:
        return statement
    return ast.copy_location(ast.Assign([statement.target], value), statement)


def _terms(node: ast.expr, kind: type) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
        yield from _terms(node.left, kind)
        yield from _terms(node.right, kind)
    else:
        yield node


def _is_remark(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _constant(value: object) -> str:
    """Write a number as its value: 2, 2.0 and 20e-1 are the same."""
    return f"{value:.12g}" if isinstance(value, int | float) and abs(value) < 1e300 else repr(value)[:60]


def _words(source: str, own: Collection[str]) -> Iterator[str]:
    """Give the names of one's own and the words of remarks; a single letter is nobody's own."""
    yield from (f"name {name}" for name in own if len(name) > 1)
    for token in tokenize.generate_tokens(io.StringIO(source).readline) if "#" in source else ():
        if token.type == tokenize.COMMENT:
            yield from (f"remark {word}" for word in re.findall(r"\w\w+", token.string.lower()))


def _numbers(tree: ast.Module) -> Iterator[str]:
    """Give the written numbers without their signs, which are operators of their own."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
            yield _constant(abs(value))
