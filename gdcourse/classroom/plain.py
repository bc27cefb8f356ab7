"""Values as plain JSON, between the process that runs a student's code and the one that judges it.

Writing calls no method of the value's own, so a `float` whose `__float__` lies or an `__eq__` that is always true says
nothing here. Reading takes exact tags and types only and makes nothing but Python's own values and arrays of numbers.

    None, True, 3, 0.5, "text"          as JSON has them
    {"list": [...]} {"tuple": [...]}    in order
    {"set": [...]}  {"dict": [[k, v]]}
    {"array": [dtype, shape, numbers]}  {"scalar": [dtype, number]}
    {"ellipsis": 1}                     what stands for "not answered yet"
    {"function": n}                     one that the other side may call by this number
    {"other": name}                     anything else, by the name of its type
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

LARGEST = 100_000  # numbers in arrays, of one answer
MOST = 20_000  # values in lists and the like, nested ones included; each takes a hundred times as long
DEEPEST = 12
LONGEST_TEXT = 6_000
LONGEST_NAME = 60
DTYPES = tuple(np.dtype(kind).name for kind in "?bhilqBHILQefd")
_SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class Foreign(Exception):
    """What came is not of this form."""


class Other:
    """Stands for a value that is no plain one; `kind` is the name of its type."""

    def __init__(self, kind: str):
        """Keep the name of the type."""
        self.kind = kind

    def __repr__(self) -> str:
        """Name the type."""
        return f"<{self.kind}>"


def write(value: Any, function: Callable[[Any], int] | None = None) -> Any:
    """Turn a value into what JSON can hold; `function` numbers the callables that may be called."""
    return _Writer(function).write(value, DEEPEST)


class _Writer:
    def __init__(self, function: Callable[[Any], int] | None):
        self.function = function
        self.left, self.numbers = MOST, LARGEST

    def write(self, value: Any, depth: int) -> Any:
        kind = type(value)
        self.left -= 1
        if value is None or kind is bool:
            return value
        if value is Ellipsis:
            return {"ellipsis": 1}
        if self.left < 0 or depth < 0:
            return {"other": "too long"}
        if issubclass(kind, np.ndarray | np.generic) and not issubclass(kind, float | str | bytes):
            return self._numpy(value, kind, depth)
        plain_one = issubclass(kind, int | float | str) or kind in (Fraction, Decimal)
        return self._number_or_text(value, kind) if plain_one else self._nest(value, kind, depth)

    def _number_or_text(self, value: Any, kind: type) -> Any:
        # the base classes' own methods: a subclass may have replaced them
        if issubclass(kind, str):
            text = str.__getitem__(value, slice(LONGEST_TEXT + 1))
            return "".join(text)
        if issubclass(kind, float):
            number = float.__add__(value, 0.0)
            return {"scalar": ["float64", number]} if issubclass(kind, np.floating) else number
        if not issubclass(kind, int):
            return _as_float(value, kind)
        number = int.__add__(value, 0)
        return number if int.bit_length(number) <= 1024 else {"other": "int"}

    def _numpy(self, value: Any, kind: type, depth: int) -> Any:
        array = np.ndarray.__array__(value) if issubclass(kind, np.ndarray) else np.asarray(np.generic.__array__(value))
        self.numbers -= array.size
        if array.dtype == np.longdouble:
            array = array.astype(float)
        if array.dtype.kind in "OU" and self.numbers >= 0:  # numbers among texts, or of several kinds
            return self.write(array.tolist(), depth - 1)
        if array.dtype.name not in DTYPES or self.numbers < 0:
            return {"other": "too long" if self.numbers < 0 else array.dtype.name}
        if issubclass(kind, np.generic):
            return {"scalar": [array.dtype.name, array.item()]}
        return {"array": [array.dtype.name, list(array.shape), array.ravel().tolist()]}

    def _nest(self, value: Any, kind: type, depth: int) -> Any:
        held = next((base for base in (*_SEQUENCES.values(), dict) if issubclass(kind, base)), None)
        if held is not None and held.__len__(value) > self.left:
            return {"other": "too long"}
        for name, base in _SEQUENCES.items():
            if held is base:
                items = [self.write(item, depth - 1) for item in _some(base.__iter__(value), self.left)]
                return {"set" if name == "frozenset" else name: items}
        if held is dict:
            pairs = _some(iter(dict.items(value)), self.left)
            return {"dict": [[self.write(key, 0), self.write(item, depth - 1)] for key, item in pairs]}
        if self.function is not None and callable(value):
            return {"function": self.function(value)}
        return {"other": name_of_type(kind)}


def _as_float(value: Any, kind: type) -> Any:
    try:
        return float(value)
    except (OverflowError, ValueError):
        return {"other": name_of_type(kind)}


def name_of_type(kind: type) -> str:
    """Give the name of a type, whatever its metaclass says."""
    return "".join(str.__getitem__(type.__dict__["__name__"].__get__(kind), slice(LONGEST_NAME)))


def _some(items: Any, most: int) -> list:
    found = []
    for item in items:
        if len(found) > most:
            break
        found.append(item)
    return found


def read(data: Any, function: Callable[[int], Callable] | None = None) -> Any:
    """Turn what `write` made back into a value; `function` gives the callable of a number.

    Raises:
        Foreign: it is of another form, or nested without end.
    """
    try:
        return _read(data, function)
    except RecursionError as error:
        raise Foreign("a value nested without end") from error


def _read(data: Any, function: Callable[[int], Callable] | None) -> Any:
    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is not dict or len(data) != 1:
        raise Foreign(f"expected one tag, but got {type(data).__name__}")
    ((tag, inside),) = data.items()
    if tag == "function" and function is not None and type(inside) is int:
        return function(inside)
    reader = _READERS.get(tag)
    if reader is None:
        raise Foreign("an unknown tag")
    return reader(inside, function)


def _sequence(base: Callable) -> Callable:
    def read_one(inside: Any, function: Any) -> Any:
        return base(_read(item, function) for item in _list(inside))

    return read_one


def _set(inside: Any, function: Any) -> set:
    items = [_read(item, function) for item in _list(inside)]
    return {item for item in items if type(item) in (bool, int, float, str)} | {
        Other("item") for item in items if type(item) not in (bool, int, float, str)
    }


def _dict(inside: Any, function: Any) -> dict:
    pairs = [_list(pair, 2) for pair in _list(inside)]
    if any(type(key) not in (str, int, float, bool) for key, _ in pairs):
        return {Other("key"): None}
    return {key: _read(value, function) for key, value in pairs}


def _array(inside: Any, function: Any) -> np.ndarray:
    del function
    dtype, shape, numbers = _list(inside, 3)
    fits = type(shape) is list and len(shape) <= 32 and all(type(side) is int and side >= 0 for side in shape)
    if dtype not in DTYPES or not fits or type(numbers) is not list or len(numbers) > LARGEST:
        raise Foreign("an array of another form")
    try:
        with np.errstate(all="ignore"):  # 1e9 as a float16 is infinite
            return np.array([_plain_number(number) for number in numbers], dtype=dtype).reshape(shape)
    except (ValueError, OverflowError) as error:
        raise Foreign("an array of another form") from error


def _scalar(inside: Any, function: Any) -> Any:
    dtype, number = _list(inside, 2)
    return _array([dtype, [1], [number]], function)[0]


def _plain_number(number: Any) -> Any:
    if type(number) not in (bool, int, float):
        raise Foreign("expected a number")
    return number


def _list(inside: Any, length: int | None = None) -> list:
    if type(inside) is not list or len(inside) > 2 * LARGEST or (length is not None and len(inside) != length):
        raise Foreign("expected a list")
    return inside


def _other(inside: Any, function: Any) -> Other:
    del function
    return Other(inside[:LONGEST_NAME] if type(inside) is str else "other")


_READERS: dict[str, Callable] = {
    "list": _sequence(list),
    "tuple": _sequence(tuple),
    "set": _set,
    "dict": _dict,
    "array": _array,
    "scalar": _scalar,
    "ellipsis": lambda inside, function: ...,
    "other": _other,
}


def dump(message: Any) -> bytes:
    """Write a message as bytes that end in a line feed."""
    return json.dumps(message).encode("ascii") + b"\n"


def load(line: bytes) -> dict:
    """Read a message.

    Raises:
        Foreign: it is no JSON object, or not to be read in this depth.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Foreign("expected JSON") from error
    if type(message) is not dict:
        raise Foreign("expected a JSON object")
    return message
