"""Text that is no formula, or too large a one, gets one sentence, and quickly."""

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdcourse.formula import landscape_from
from gdcourse.formula_text import LONGEST

REFUSED = {
    "x^2": r"use \*\* for powers",
    "2x": r"write \* between factors",
    "2 x": r"write \* between factors",
    "x y": r"write \* between factors",
    "3(x + 1)": r"write \* before a bracket",
    "x(2)": r"write \* before a bracket",
    "(x + 1)(x - 1)": r"write \* before a bracket",
    "y = x**2": "right of =",
    "L(w) = w**2": "right of =",
    "x == 2": "only numbers, variables",
    "": "type a formula",
    " \n ": "type a formula",
    "((x)": "check its brackets",
    "x +": "check its brackets",
    "sin": r"sin needs brackets, as in sin\(x\)",
    "sin x": "between factors",
    "sin()": "takes one argument",
    "log(x, 2)": "takes one argument",
    "sin(*x)": "only numbers, variables|takes one argument",
    "sin(x=1)": "right of =|takes one argument",
    "arcsin(x)": "the functions are sin, cos",
    "foo": "'foo' is not known",
    "X**2": "'X' is not known",
    "E": "'E' is not known",
    "x_1": "'x_1' is not known",
    "x001": "'x001' is not known",
    "x1**2 # and <b>more</b>": "leave out the #",
    "x/0": "divides by 0",
    "x/(1 - 1)": "divides by 0",
    "log(-1)*x": "larger than 1e.100 or has no real value",
    "1e999*x": "larger than",
    "9" * 120 + "*x": "larger than",
    "9**9**9**9": "larger than",
    "x + 10**10**10": "larger than",
    "x**9**9**9": "larger than|degree",
    "x**100000": "degree is more than",
    "((x**9)**9)**9": "degree is more than",
    "(((9*x)**5)**5)**5": "degree is more than",
    "exp(x**9)**9": "degree is more than",
    "x" + "*(x + 1)" * 31: "degree is more than",
    "-" * 60 + "x": "at most 16 operations may stand inside one another",
    "sin(" * 40 + "x" + ")" * 40: "inside one another",
    "(" * 240: "check its brackets",
    "1 + 2": "1 to 6 variables, but 0 came",
    "a + b + c + d + f + g + h": "1 to 6 variables, but 7 came",
    "x + " * 100 + "x": f"at most {LONGEST} characters",
    "x" * 10**6: f"at most {LONGEST} characters",
}
NOT_ARITHMETIC = """
x.real  x[0]  lambda: x  x if y else z  [x]  {x}  (x, y)  x, y  'x'  b'x'  f'{x}'  1j*x  True*x  None  ...  x and y
not x  ~x  x < y  x in y  x // 2  x % 2  x @ y  x << 2  x | y  x & y  (x := 3)  [x for x in y]  await x  yield x  *x
**x  x;y  import os  x\\  x!  x?  $x  `x`  @x  0777*x  1__0*x  x..y  "x  '''x  <b>  __import__('os').system('true')
().__class__.__bases__[0]  (lambda: 0)()  exec('x')  sin.__globals__  print(x)  open('x')  eval('x')  x.__class__
"""
STRANGE = ["x\0", "\ud800", "x\u202e", "x\u200b", "\N{GREEK SMALL LETTER ALPHA}", "x\N{SUPERSCRIPT FIVE}", "x\u20e0"]


@pytest.mark.parametrize(("text", "hint"), REFUSED.items(), ids=lambda text: text[:20])
def test_refused_with_a_hint(text, hint):
    with pytest.raises(ValueError, match=hint) as caught:
        landscape_from(text)
    assert str(caught.value).startswith("formula must ")
    assert len(str(caught.value)) < 260
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [*re.split("  |\n", NOT_ARITHMETIC.strip()), *STRANGE])
def test_what_is_not_arithmetic_is_refused(text):
    with pytest.raises(ValueError, match=r"^formula must be arithmetic .* came: .*[a-z]"):
        landscape_from(text)


@pytest.mark.parametrize("thing", [None, 3, b"x**2", ["x"], object(), np.array("x"), lambda x: x])
def test_what_is_no_text_is_refused(thing):
    with pytest.raises(TypeError, match=r"^formula must be text .* came: put it in quotes$"):
        landscape_from(thing)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"variables": ("x",)}, "variables must contain all of the formula's, but y is missing"),
        ({"variables": ("x", "x")}, "variables must be different names"),
        ({"variables": ("x", "sin")}, "variables must be different names"),
        ({"variables": 2}, "variables must be different names"),
        ({"view": ((-1, 1),)}, "view must be 2 pair"),
        ({"start": (1, 2, 3)}, "start has shape"),
        ({"start": (np.nan, 1)}, "start must be finite"),
    ],
)
def test_settings_are_refused_with_a_sentence(bad, match):
    with pytest.raises(ValueError, match=f"^{match}"):
        landscape_from("x + y", **bad)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="xyze0123456789.+-*/()^ sincoexpltqrab_,=\"'#[]{}:", max_size=40))
def test_any_text_is_a_landscape_or_one_sentence(text):
    try:
        landscape = landscape_from(text)
    except ValueError as refusal:
        assert str(refusal).startswith("formula must ")  # noqa: PT017 - either outcome is right
    else:
        landscape.hessian(np.zeros((2, landscape.dimension)))


WORST = [  # the slowest that the limits let through
    "*".join(f"sin(x+{i})" for i in range(25)),
    "*".join(f"(x{i % 6}+{i}.5)" for i in range(26)),
    "x**" * 15 + "x",
    "x**(y**(" * 7 + "x" + "))" * 7,
    "(x+1)**(y+" * 7 + "x" + ")" * 7,
    "sin(x)*tan(y+" * 5 + "x" + ")" * 5,
    "sqrt(x1/x2+x3*" * 5 + "x4" + ")" * 5,
]


@pytest.mark.thorough
@pytest.mark.parametrize("text", WORST, ids=lambda text: text[:20])
def test_the_slowest_formula_takes_seconds_at_most(text):
    start = time.process_time()
    landscape = landscape_from(text)
    landscape.hessian(np.full(landscape.dimension, 0.3))
    assert time.process_time() - start < 8  # about 1.5 where it was measured
