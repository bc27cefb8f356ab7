"""Numbers in words: the rule in Python held to exact fractions, and the browser's half held to the rule."""

import math
import random
import struct
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdcourse.labs.wording import columns_of, fill, superscript, write
from gdcourse.stage.stage import read

FORMS = ("d", "d|step|steps", "r", ".1", ".2", ".3", ".4", ".6", "(.2)", "(.4)", "(r)", "(d)")
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (21.0, "d", "21"),
        (-3.0, "d", "−3"),
        (1e21, "d", "1000000000000000000000"),
        (-3.2, ".2", "−3.20"),
        (0.125, ".2", "0.13"),  # an exact half: away from zero, as at school
        (-0.125, ".2", "−0.13"),
        (2.5, "d", "3"),
        (1.005, ".2", "1.00"),  # the float is a little below the half
        (0.00041, ".2", "4.10 × 10⁻⁴"),
        (-0.0099, ".2", "−9.90 × 10⁻³"),
        (0.01, ".2", "0.01"),
        (0.009999, ".2", "1.00 × 10⁻²"),
        (0.0, ".2", "0.00"),
        (-0.0, ".2", "0.00"),
        (999999.994, ".2", "999999.99"),
        (999999.996, ".2", "1000000.00"),
        (1e6, ".2", "1.00 × 10⁶"),
        (9.996e7, ".2", "1.00 × 10⁸"),
        (5e-324, ".2", "4.94 × 10⁻³²⁴"),
        (1.7976931348623157e308, ".2", "1.80 × 10³⁰⁸"),
        (0.1, "r", "0.10"),
        (0.025, "r", "0.025"),
        (1.0, "r", "1.00"),
        (1e-7, "r", "0.0000001"),
        (1e16, "r", "10000000000000000.00"),
        (-8.0, "(.2)", "(−8.00)"),
        (8.0, "(.2)", "8.00"),
        (-0.0, "(.2)", "0.00"),
        (-0.3, "(r)", "(−0.30)"),
        (-0.4, "d", "0"),  # no minus before a zero
        (math.nan, ".2", "beyond all numbers"),
        (math.nan, "(r)", "beyond all numbers"),
        (math.inf, "d", "∞"),
        (-math.inf, "(.2)", "(−∞)"),
        (1.0, "d|step|steps", "1 step"),
        (0.0, "d|step|steps", "0 steps"),
        (21.0, "d|step|steps", "21 steps"),
        (-1.0, "d|step|steps", "−1 steps"),
        (math.inf, "d|step|steps", "∞ steps"),
        (1.0, "r|metre|metres", "1.00 metres"),
    ],
)
def test_examples(number, form, text):
    assert write(number, form) == text


def read_back(text: str) -> tuple[Fraction, int]:
    """The digits and the power of ten that a reader takes from the words."""
    digits, _, power = text.replace("−", "-").replace(" ", "").partition("×10")
    small = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return Fraction(Decimal(digits)), int(small or 0)


@given(FINITE, st.integers(1, 6))
def test_decimals_are_nearest_and_never_hide_the_number(number, decimals):
    text = write(number, f".{decimals}")
    digits, power = read_back(text)
    unit = Fraction(10) ** power
    assert abs(digits * unit - Fraction(number)) <= unit / 10**decimals / 2
    assert len(text.partition("×")[0].strip().partition(".")[2]) == decimals
    assert "×" not in text or 1 <= abs(digits) < 10
    assert (digits == 0) == (number == 0)
    assert text.startswith("−") == (number < 0)


@given(FINITE)
def test_a_setting_is_told_with_all_its_digits(number):
    text = write(number, "r")
    assert float(read_back(text)[0]) == number
    assert len(text.partition(".")[2]) >= 2
    assert not set("e+") & set(text)


@given(st.floats(-1e25, 1e25))
def test_whole_numbers_are_nearest(number):
    text = write(number, "d")
    assert abs(Fraction(int(text.replace("−", "-"))) - Fraction(number)) <= Fraction(1, 2)
    assert text != "−0"


@given(FINITE, st.sampled_from(["d", "r", ".2", ".4"]))
def test_brackets_stand_around_what_begins_with_a_minus(number, form):
    bare = write(number, form)
    assert write(number, f"({form})") == (f"({bare})" if bare.startswith("−") else bare)


def test_templates_are_filled_and_name_their_columns():
    template = "w − α·g = {w:.2} − {rate:r} × {g:(.2)}; step {k:d}"
    assert columns_of(template) == ["w", "rate", "g", "k"]
    assert fill(template, {"w": -4.0, "rate": 0.1, "g": -8.0, "k": 3}.get) == "w − α·g = −4.00 − 0.10 × (−8.00); step 3"
    assert fill("no number {} here {x}", {}.get) == "no number {} here {x}"
    assert superscript(-1204) == "⁻¹²⁰⁴"


def hostile_numbers(count: int = 3000) -> list[float]:
    """Numbers that rounding and formatting trip over: halves, powers of ten and their neighbours, any bit pattern."""
    rng = random.Random(3)
    edges = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 2.0**53, 2.0**53 + 2, 1e21, 1e22]
    powers = [10.0**k for k in range(-30, 31)] + [float(f"9.995e{k}") for k in range(-12, 12)]
    near = [math.nextafter(p, to) for p in powers for to in (0.0, math.inf)]
    halves = [k / 2**m for k in range(-9, 10) for m in range(1, 8)]
    rates = [k / 1000 for k in range(1, 1500, 7)]
    patterns = [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(count)]
    usual = [rng.uniform(-1, 1) * 10 ** rng.uniform(-9, 23) for _ in range(count)]
    return [*edges, *powers, *near, *halves, *rates, *patterns, *usual]


def test_the_browser_writes_every_number_as_python_does(chromium):
    numbers = hostile_numbers()
    patterns = [struct.unpack("<Q", struct.pack("<d", number))[0] for number in numbers]  # JSON has no NaN and no ∞
    page = chromium.new_page()
    page.add_script_tag(content=read("wording.js") + "\nwindow.wording = { writeNumber, fill, superscript };")
    written = page.evaluate(
        """([patterns, forms]) => {
            const numbers = new Float64Array(new BigUint64Array(patterns.map(BigInt)).buffer);
            return forms.map((form) => Array.from(numbers, (number) => wording.writeNumber(number, form)));
        }""",
        [[str(pattern) for pattern in patterns], FORMS],
    )
    for form, texts in zip(FORMS, written, strict=True):
        expected = [write(number, form) for number in numbers]
        wrong = [(n, e, t) for n, e, t in zip(numbers, expected, texts, strict=True) if e != t]
        assert not wrong, f"form {form}: (number, Python, browser) {wrong[:3]}"
    template = "{a:.2} − {b:r} × {c:(.2)} and {} {x} {a:d}"
    values = {"a": -2.5, "b": 0.1, "c": -0.004}
    filled = page.evaluate("([template, values]) => wording.fill(template, (name) => values[name])", [template, values])
    assert filled == fill(template, values.get)
    page.close()
