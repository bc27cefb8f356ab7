"""Numbers and templates in words: one rule for the readout, the text twin and the picture.

`stage/wording.js` is the same rule in the browser; `tests/test_stage.py` compares the two over hostile numbers.

A template is text with columns in braces, each with a form: `"Step {step:d} | Loss {loss:.2}"`.

    d       a whole number                                  21
    .2      two decimals, or scientific where two decimals would hide the number   −3.20   4.1 × 10⁻⁴
    (.2)    the same, in brackets if negative, for use inside arithmetic           (−8.00)
    r       a setting: all its digits, at least two decimals                       0.10   0.025
    d|step|steps   any form with what is counted, for one and for others           1 step   21 steps
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "−"
NOT_A_NUMBER = "beyond all numbers"
LARGEST_FIXED = 1e6
_EXACT = Context(prec=1200)
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COLUMN = re.compile(r"\{(\w+):([^}]*)\}")


def write(number: float, form: str) -> str:
    """Write a number in a form of this module's table; halves are rounded away from zero, as at school."""
    if "|" in form:
        form, one, others = form.split("|")
        text = write(number, form)
        return f"{text} {one if text == '1' else others}"
    if form.startswith("("):
        text = write(number, form[1:-1])
        return f"({text})" if text.startswith(MINUS) else text
    if number != number:
        return NOT_A_NUMBER
    sign = MINUS if number < 0 else ""
    size = abs(float(number))
    if size == float("inf"):
        return sign + "∞"
    if form == "d":
        return _signed(sign, _fixed(size, 0))
    if form == "r":
        return sign + _all_digits(size)
    decimals = int(form[1:])
    if size == 0 or 10.0**-decimals <= size < LARGEST_FIXED:
        return _signed(sign, _fixed(size, decimals))
    return sign + _scientific(size, decimals)


def fill(template: str, value: Callable[[str], float]) -> str:
    """Put numbers into a template; `value` gives the number of a column."""
    return _COLUMN.sub(lambda hole: write(value(hole[1]), hole[2]), template)


def columns_of(template: str) -> list[str]:
    """Names of the columns that a template asks for."""
    return [name for name, _ in _COLUMN.findall(template)]


def superscript(power: int) -> str:
    """A whole number in raised digits: −4 gives "⁻⁴"."""
    return str(power).translate(_SUPERSCRIPT)


def _signed(sign: str, digits: str) -> str:
    return sign + digits if digits.strip("0.") else digits  # no minus before a zero


def _fixed(size: float, decimals: int) -> str:
    return str(Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT))


def _all_digits(size: float) -> str:
    text = format(Decimal(repr(size)), "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


def _scientific(size: float, decimals: int) -> str:
    exact = Decimal(size)
    power = exact.adjusted()
    digits = (exact.scaleb(-power, _EXACT)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)
    if digits >= 10:  # 9.996 rounds up to the next power of ten
        digits, power = digits.scaleb(-1).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT), power + 1
    return f"{digits} × 10{superscript(power)}"
