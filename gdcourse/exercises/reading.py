"""Read whatever a learner hands in, without trusting any of it.

An answer may be a number, a text with a decimal comma, an array, or an object whose `__eq__` always says True.
Everything is turned into exact built-in values here, or into an `Unreadable` that says what is the matter; nothing
of the learner's own (no `__float__`, `__iter__` or `__eq__`) is ever called.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from gdcourse.checks import excerpt

LARGEST_ARRAY = 100_000
LARGEST = 1e100  # no hand calculation goes there
LONGEST_NUMBER = 60  # characters; more is no number written by hand
_DECIMAL = r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
_NUMBER = re.compile(rf"({_DECIMAL})(?:/({_DECIMAL}))?")
_SIGNS = str.maketrans({"−": "-", "–": "-", "\u2010": "-", "\u2011": "-", "\u2044": "/", "·": "."})
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f\u200b]+")


@dataclass(frozen=True)
class Unreadable:
    """Why an answer could not be read: the name of a sentence in common.toml, and what fills it."""

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


def kind_of(value: Any) -> str:
    """Name the type of a value, for a sentence."""
    return excerpt(type.__dict__["__name__"].__get__(type(value)))


def is_blank(value: Any) -> bool:
    """Say whether a value stands for "not answered yet": None, `...`, an empty or blank text."""
    return value is None or value is Ellipsis or (is_a(value, str) and not plain_text(value).strip())


def is_a(value: Any, *kinds: type) -> bool:
    """Ask for the true type of a value: `isinstance` believes a `__class__` that lies."""
    return issubclass(type(value), kinds)


def plain_text(value: Any) -> str:
    """Copy a text, or a subclass of one, into an exact `str`."""
    return "".join(str.__getitem__(value, slice(None)))


def read_number(value: Any) -> float | Unreadable | None:
    """Read one number: a finite float, None where it is blank, else why it cannot be read.

    Understood are numbers of Python and NumPy, and texts such as "2.64", "2,64", "−3.6", "1e-3" and "66/25".
    A number beyond LARGEST is refused, because its square would leave the range of floating point.
    """
    number = _any_number(value)
    return Unreadable("too-large") if isinstance(number, float) and abs(number) > LARGEST else number


def _any_number(value: Any) -> float | Unreadable | None:
    if is_blank(value):
        return None
    if is_a(value, str):
        return _number_in_text(plain_text(value))
    if is_a(value, np.ndarray, np.generic) and not is_a(value, float):
        return _numpy_number(value)
    number = _python_number(value)
    if isinstance(number, float) and not math.isfinite(number):
        return Unreadable("not-finite")
    return number


def _python_number(value: Any) -> float | Unreadable:
    if is_a(value, bool, np.bool_) or not is_a(value, int, float, Fraction, Decimal):
        return Unreadable("not-a-number", {"came": kind_of(value)})
    try:
        # the base classes' own methods: a subclass may have replaced them
        if is_a(value, float):
            return float.__add__(value, 0.0)
        if is_a(value, int):
            return float(int.__add__(value, 0))
        return float.fromhex("nan") if type(value) not in (Fraction, Decimal) else float(value)
    except (OverflowError, ValueError):
        return Unreadable("not-finite")


def _numpy_number(value: Any) -> float | Unreadable | None:
    # base-class calls again, and an exact array instead of a subclass
    array = np.ndarray.__array__(value) if is_a(value, np.ndarray) else np.asarray(np.generic.__array__(value))
    if array.shape != ():
        return Unreadable("array-for-number", {"shape": str(array.shape)})
    if array.dtype.kind == "O":
        return read_number(array.item())
    if array.dtype.kind not in "iuf":
        return Unreadable("not-a-number", {"came": array.dtype.name[:20]})
    number = float(array.astype(float)[()])
    return number if math.isfinite(number) else Unreadable("not-finite")


def _number_in_text(text: str) -> float | Unreadable:
    tidy = _SPACES.sub("", text[: LONGEST_NUMBER + 1].translate(_SIGNS))
    found = _NUMBER.fullmatch(tidy) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return Unreadable("not-a-number-text", {"came": excerpt(text)})
    above, below = (None if part is None else float(part.replace(",", ".")) for part in found.groups())
    if below == 0:
        return Unreadable("not-finite")
    number = (above or 0.0) / (1.0 if below is None else below)
    return number if math.isfinite(number) else Unreadable("not-finite")


def read_list(value: Any, longest: int) -> list | Unreadable | None:
    """Read a list, tuple or array into an exact list of its items; None where it is blank."""
    if is_blank(value):
        return None
    if is_a(value, np.ndarray):
        array = np.ndarray.__array__(value)
        if array.ndim == 0:
            return Unreadable("not-a-list", {"came": kind_of(array[()])})
        if len(array) > longest:
            return Unreadable("too-long", {"longest": longest, "came": len(array)})
        return list(array)
    base = next((kind for kind in (list, tuple) if is_a(value, kind)), None)
    if base is None:
        return Unreadable("not-a-list", {"came": kind_of(value)})
    if base.__len__(value) > longest:
        return Unreadable("too-long", {"longest": longest, "came": base.__len__(value)})
    return [base.__getitem__(value, place) for place in range(base.__len__(value))]


def read_dict(value: Any, names: tuple[str, ...]) -> dict[str, Any] | Unreadable:
    """Read a dictionary whose keys are among `names`; keys that are missing stay away."""
    if not is_a(value, dict):
        return Unreadable("not-a-dict", {"came": kind_of(value), "names": ", ".join(names)})
    keys = list(dict.keys(value))[: len(names) + 1]
    strange = [key for key in keys if type(key) is not str or key not in names]
    if strange:
        came = excerpt(strange[0]) if type(strange[0]) is str else kind_of(strange[0])
        return Unreadable("strange-name", {"came": came, "names": ", ".join(names)})
    return {key: dict.__getitem__(value, key) for key in keys}


def read_array(value: Any) -> np.ndarray | Unreadable:
    """Read the result of a function: a number, an array or nested lists of numbers become an array of floats."""
    return _array(value, [LARGEST_ARRAY], depth=4)


def _array(value: Any, left: list[int], depth: int) -> np.ndarray | Unreadable:
    # `left` counts down over the whole nest: a list may hold the same huge list many times
    left[0] -= 1
    if left[0] < 0:
        return Unreadable("too-long", {"longest": LARGEST_ARRAY, "came": f"> {LARGEST_ARRAY}"})
    if is_a(value, np.ndarray):
        return _float_array(np.ndarray.__array__(value), left)
    if is_a(value, list, tuple) and depth > 0:
        return _nested(read_list(value, LARGEST_ARRAY), left, depth)
    number = _python_number(value) if not is_a(value, np.generic) or is_a(value, float) else _numpy_number(value)
    if isinstance(number, Unreadable):
        return Unreadable("not-an-array", {"came": kind_of(value)})
    return np.array(number, dtype=float)


def _float_array(array: np.ndarray, left: list[int]) -> np.ndarray | Unreadable:
    left[0] -= array.size
    if array.dtype.kind not in "iuf" or left[0] < 0:
        return Unreadable("not-an-array", {"came": array.dtype.name[:20]})
    return array.astype(float)


def _nested(items: list | Unreadable | None, left: list[int], depth: int) -> np.ndarray | Unreadable:
    rows = []
    for item in items if isinstance(items, list) else []:
        row = _array(item, left, depth - 1)
        if isinstance(row, Unreadable):
            return row
        rows.append(row)
    if isinstance(items, Unreadable) or len({row.shape for row in rows}) > 1:
        return items if isinstance(items, Unreadable) else Unreadable("ragged")
    return np.array(rows, dtype=float)
