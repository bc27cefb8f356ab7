"""A learner's own formula as a landscape: `landscape_from("x**2 + 10*y**2")`.

`formula_text` reads the text into a tree of whitelisted operations, sympy differentiates it, and NumPy evaluates the
derivatives. `sympy.lambdify` could do the last step by writing Python source and running it; a list of NumPy calls is
as short, runs no generated code, and works out each repeated part once.
"""

from dataclasses import replace
from functools import cache, reduce

import numpy as np

from gdcourse.checks import shorten
from gdcourse.formula_text import Tree, is_variable, read, variables_of
from gdcourse.landscape_record import Landscape, as_start, as_view, lift

MOST_VARIABLES = 6
MOST_PARTS = 3000  # distinct parts of the value, or of all first or second derivatives: more would crawl

# What NumPy does for each kind of node, by the name of its sympy class.
_CALLS = {
    "Add": lambda *terms: reduce(np.add, terms),
    "Mul": lambda *factors: reduce(np.multiply, factors),
    "Pow": lambda base, exponent: base**exponent,
} | {name: getattr(np, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "sign")}
_CALLS |= {name: getattr(np, name) for name in ("tanh", "sinh", "cosh")}


def landscape_from(formula: str, *, variables=None, name: str | None = None, view=None, start=None) -> Landscape:
    """Make a landscape of a formula, with exact derivatives.

    Args:
        formula: Arithmetic in one to six variables: + - * / **, brackets, pi, e, and sin cos tan exp log sqrt abs tanh
            sinh cosh. Variables are single letters or letters with a number (x, w, x1); "²", "·" and "−" are read too.
        variables: The coordinates in their order, such as ("x", "y"); if None, those that occur, w, u, v, x, y, z
            first and then a, b, c ...
        name: The landscape's name; the formula if None.
        view: (low, high) of each coordinate; (−3, 3) if None.
        start: Where a descent begins; 80 % of the way from low to high in each coordinate if None.

    Returns:
        A landscape without listed minima and saddles. Outside its domain and at a pole it gives NaN or inf, silently.

    Raises:
        TypeError: If the formula is not text, or another argument is of the wrong kind.
        ValueError: If the text is not such a formula, or too large a one; the sentence says why.
    """
    tree = read(formula)
    symbols = _coordinates(tree, variables)
    d, text = len(symbols), " ".join(formula.split())
    view = ((-3.0, 3.0),) * d if view is None else as_view(view, d)
    landscape = Landscape(
        name=text if name is None else str(name),
        **lift(d, *_derivatives(tree, symbols)),
        view=view,
        start=tuple(low + 0.8 * (high - low) for low, high in view),
        source="A formula typed by hand.",
        formula=f"L({', '.join(symbols)}) = {text}",
    )
    return landscape if start is None else replace(landscape, start=tuple(as_start(landscape, start).tolist()))


def _coordinates(tree: Tree, variables) -> tuple[str, ...]:
    """The variables in their order as coordinates."""
    found = variables_of(tree)
    symbols = found if variables is None else tuple(variables) if isinstance(variables, list | tuple) else ("",)
    named = all(isinstance(symbol, str) and is_variable(symbol) for symbol in symbols)
    if not named or len(set(symbols)) < len(symbols):
        raise ValueError(f'variables must be different names, but {shorten(variables)} came: pass some like ("x", "y")')
    if missing := sorted(set(found) - set(symbols)):
        raise ValueError(f"variables must contain all of the formula's, but {', '.join(missing)} is missing: add it")
    if not 1 <= len(symbols) <= MOST_VARIABLES:
        raise ValueError(f"formula must have 1 to {MOST_VARIABLES} variables, but {len(symbols)} came: use x and y")
    return symbols


def _derivatives(tree: Tree, symbols: tuple[str, ...]):
    """Functions of d coordinates: the value, the d partial derivatives, the upper triangle of the second ones."""
    builders = _builders()
    unknowns = [builders["unknown"](symbol) for symbol in symbols]
    value = _to_sympy(tree, builders, dict(zip(symbols, unknowns, strict=True)))
    partials = [value.diff(x) for x in unknowns]
    second = [partials[i].diff(unknowns[j]) for i, j in zip(*np.triu_indices(len(symbols)), strict=True)]
    value_alone = _program([value], unknowns)
    return lambda *coordinates: value_alone(*coordinates)[0], _program(partials, unknowns), _program(second, unknowns)


@cache
def _builders() -> dict:
    """What makes a sympy expression of each operation.

    The functions know their derivative and nothing else. Sympy's own would simplify, and exp(50·log x) inside itself
    a few times would become a power with more digits than fit into the memory.
    """
    import sympy  # only when a formula is typed: it takes a second to load

    def opaque(name, derivative):
        return type(name, (sympy.Function,), {"fdiff": lambda self, argindex=1: derivative(self.args[0])})

    f = {}
    f["sin"] = opaque("sin", lambda x: f["cos"](x))
    f["cos"] = opaque("cos", lambda x: -f["sin"](x))
    f["tan"] = opaque("tan", lambda x: 1 + f["tan"](x) ** 2)
    f["exp"] = opaque("exp", lambda x: f["exp"](x))
    f["log"] = opaque("log", lambda x: 1 / x)
    f["sqrt"] = opaque("sqrt", lambda x: 1 / (2 * f["sqrt"](x)))
    f["sinh"] = opaque("sinh", lambda x: f["cosh"](x))
    f["cosh"] = opaque("cosh", lambda x: f["sinh"](x))
    f["tanh"] = opaque("tanh", lambda x: 1 - f["tanh"](x) ** 2)
    f["abs"] = opaque("abs", lambda x: f["sign"](x))
    f["sign"] = opaque("sign", lambda x: sympy.Integer(0))
    f |= {"+": sympy.Add, "*": sympy.Mul, "-": lambda a, b: a - b, "/": lambda a, b: a / b, "negative": lambda a: -a}
    # d(aᵇ) needs log a, and the opaque one where b is not a number
    f["**"] = lambda a, b: a**b if b.is_Number else f["exp"](b * f["log"](a))
    f["unknown"] = sympy.Symbol
    f["number"] = lambda x: sympy.Integer(int(x)) if x == int(x) and abs(x) < 2**53 else sympy.Float(x)
    return f


def _to_sympy(tree: Tree, builders: dict, unknowns: dict):
    if isinstance(tree, tuple):
        operation, *parts = tree
        return builders[operation](*(_to_sympy(part, builders, unknowns) for part in parts))
    return unknowns[tree] if isinstance(tree, str) else builders["number"](tree)


def _program(expressions, unknowns):
    """A function that evaluates the expressions at given coordinates, each distinct part once."""
    places = {unknown: i for i, unknown in enumerate(unknowns)}
    calls = []  # (function, places of its arguments) in an order in which arguments come first

    def place(expression) -> int:
        if expression not in places:
            arguments = [place(part) for part in expression.args]
            function = _CALLS[type(expression).__name__] if arguments else _constant(_as_float(expression))
            if len(calls) >= MOST_PARTS:
                raise ValueError(f"formula must have derivatives of at most {MOST_PARTS} parts: make it simpler")
            calls.append((function, arguments))
            places[expression] = len(unknowns) + len(calls) - 1
        return places[expression]

    wanted = [place(expression) for expression in expressions]

    def evaluate(*coordinates):
        results = list(coordinates)
        for function, arguments in calls:
            results.append(function(*[results[i] for i in arguments]))
        return [results[i] for i in wanted]

    return evaluate


def _constant(number):
    return lambda: number


def _as_float(number):
    """A sympy number for NumPy: small integers stay so (x**2 is exact and fast), what is not real becomes NaN."""
    if number.is_Integer and abs(number) < 2**53:
        return int(number)
    try:
        return np.float64(float(number))
    except OverflowError:
        return np.float64(np.inf) * (1 if number > 0 else -1)
    except TypeError:  # zoo, as in x/(y − y)
        return np.float64(np.nan)
