"""From a learner's text to a tree of whitelisted operations, with Python's own parser and nothing else.

The text is parsed, never run: `ast.parse` builds a syntax tree, and only the kinds of node listed here go further.
A tree is a number (float), a variable (str), or a tuple (operation, tree, ...). Operations on numbers alone are worked
out at once, so that what remains is small; whatever is long, deep or huge is refused before anything expensive starts.
"""

import ast
import re
import warnings

import numpy as np

from gdcourse.checks import quiet, shorten

Tree = float | str | tuple

CHAINS = {ast.Add: "sum", ast.Sub: "sum", ast.Mult: "product", ast.Div: "product"}
OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh", "sinh", "cosh")
CONSTANTS = {"pi": np.pi, "e": np.e}
# w before b, x before y, u before v, as they are spoken; e is the constant
LETTERS = "wuvxyzabcdfghijklmnopqrst"
TYPOGRAPHY = str.maketrans({"−": "-", "·": "*", "×": "*", "²": "**2", "³": "**3"})  # as the course itself writes

# Limits that keep the second derivatives within a second or two, whatever is typed.
LONGEST = 250  # characters
DEEPEST = 16  # operations inside one another
LARGEST = 1e100  # number
STEEPEST = 30  # degree: exponents of exponents multiply, and (9*x)**9**9**9 has more digits than the world has atoms

_ARITHMETIC = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.float_power,
    "negative": np.negative,
} | {name: getattr(np, name) for name in FUNCTIONS}


def read(text: str) -> Tree:
    """Read a formula such as "x**2 + 10*y**2" into a tree.

    Raises:
        TypeError: If it is not text.
        ValueError: If it is not a formula, or too long, too deep, or has a number or an exponent that is too large.
    """
    if not isinstance(text, str):
        raise TypeError(f'formula must be text such as "x**2 + 10*y**2", but {shorten(text)} came: put it in quotes')
    if "#" in text:  # a comment would pass the parser and carry anything at all into titles
        raise _refused(text, "leave out the # and what follows")
    if len(text) > LONGEST:
        raise ValueError(f"formula must have at most {LONGEST} characters, but {len(text)} came: shorten it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser comments on odd syntax; the learner gets our sentence instead
            parsed = ast.parse(text.translate(TYPOGRAPHY).strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _refused(text, _syntax_hint(text)) from None
    return _read(parsed, text, 1)


def variables_of(tree: Tree) -> tuple[str, ...]:
    """The variables of a tree in their order as coordinates: w, u, v, x, y, z, then a, b, c ...; x1 before x2."""
    return tuple(sorted(set(_leaves(tree)), key=lambda name: (LETTERS.index(name[0]), int(name[1:] or 0))))


def is_variable(name: str) -> bool:
    """Whether a name may be a variable: one letter other than e, perhaps with a number: x, w, x1, x2."""
    return re.fullmatch(f"[{LETTERS}][0-9]{{0,2}}", name) is not None


def _leaves(tree: Tree) -> list[str]:
    if isinstance(tree, tuple):
        return [leaf for part in tree[1:] for leaf in _leaves(part)]
    return [tree] if isinstance(tree, str) else []


def _read(node: ast.AST, text: str, depth: int) -> Tree:
    """One node of Python's syntax tree and all below it."""
    if depth > DEEPEST:
        raise _refused(text, f"at most {DEEPEST} operations may stand inside one another")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _number(number, text)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.Name(id=name) if is_variable(name):
            return name
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _read(operand, text, depth + 1)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _operation("negative", [_read(operand, text, depth + 1)], text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            first = _read(left, text, depth if _continues(op, left) else depth + 1)
            return _operation(OPERATIONS[type(op)], [first, _read(right, text, depth + 1)], text)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return _operation(name, [_read(argument, text, depth + 1)], text)
    raise _refused(text, _node_hint(node))


def _continues(op: ast.operator, left: ast.AST) -> bool:
    """Whether the left part is the beginning of the same sum or product: a long one is not a deep one."""
    return isinstance(left, ast.BinOp) and type(op) in CHAINS and CHAINS[type(op)] == CHAINS.get(type(left.op))


@quiet
def _operation(name: str, parts: list[Tree], text: str) -> Tree:
    """The operation as a tree, or its result if all its parts are numbers."""
    if name == "/" and parts[1] == 0:
        raise _refused(text, "it divides by 0")
    if all(isinstance(part, float) for part in parts):
        return _number(float(_ARITHMETIC[name](*parts)), text)
    tree = (name, *parts)
    if _degree(tree) > STEEPEST:
        raise _refused(text, f"its degree is more than {STEEPEST} (exponents of exponents multiply, factors add)")
    return tree


def _degree(tree: Tree) -> float:
    """A bound on the degree in the variables, and on how often a product repeats its factors."""
    if not isinstance(tree, tuple):
        return 1.0
    operation, *parts = tree
    degrees = [_degree(part) for part in parts]
    if operation == "**" and isinstance(parts[1], float):
        return degrees[0] * max(1.0, abs(parts[1]))
    return sum(degrees) if operation in ("*", "/") else max(degrees)


def _number(number: float, text: str) -> float:
    if not abs(number) <= LARGEST:  # also NaN: log(-1), and big integers before they are floats
        raise _refused(text, f"a number in it is larger than {LARGEST:g} or has no real value")
    return float(number)


def _refused(text: str, hint: str) -> ValueError:
    return ValueError(f'formula must be arithmetic such as "x**2 + 10*y**2", but {shorten(text)} came: {hint}')


def _syntax_hint(text: str) -> str:
    if not text.strip():
        return "type a formula"
    if "=" in text:
        return "write only what stands to the right of ="
    if re.search(r"\d\s*[a-zA-Z(]", text) or re.search(r"[\w)]\s+\w", text):
        return "write * between factors, as in 2*x"
    return "check its brackets and operators"


def _node_hint(node: ast.AST) -> str:
    match node:
        case ast.BinOp(op=ast.BitXor()):
            return "use ** for powers, as in x**2"
        case ast.Name(id=name) if name in FUNCTIONS:
            return f"{name} needs brackets, as in {name}(x)"
        case ast.Name(id=name):
            return f"{shorten(name)} is not known: variables are letters such as x, y or x1, constants are pi and e"
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return f"{name} takes one argument, as in {name}(x)"
        case ast.Call(func=ast.Name(id=name)) if is_variable(name) or name in CONSTANTS:
            return f"write * before a bracket, as in {name}*(...)"
        case ast.Call(func=ast.Constant() | ast.BinOp()):
            return "write * before a bracket, as in 2*(...)"
        case ast.Call():
            return f"the functions are {', '.join(FUNCTIONS)}"
    return "only numbers, variables, + - * / ** and functions such as sin(x) may stand in it"
