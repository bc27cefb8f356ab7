"""Reading numbers, lists and choices as people write them, and refusing the rest with a reason."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from exercise_cases import Agreeable, Endless, Liar, ShoutingText, selfish

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.closeness import closeness
from gdcourse.exercises.reading import Unreadable, excerpt, read_array, read_dict, read_list, read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2.64", 2.64),
        ("2,64", 2.64),
        ("−3.6", -3.6),
        ("– 3,6", -3.6),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1E−3", 0.001),
        ("66/25", 2.64),
        ("-1 / 4", -0.25),
        (" 1 000 ", 1000.0),
        ("\u00a02.5\u202f", 2.5),
        (3, 3.0),
        (np.float32(0.5), 0.5),
        (np.int8(-7), -7.0),
        (np.array(2.5), 2.5),
        (np.longdouble(0.25), 0.25),
        (Decimal("2.64"), 2.64),
        (Fraction(66, 25), 2.64),
        (Liar(-3.5), -3.5),
        (True + 1, 2.0),
    ],
)
def test_numbers_as_people_write_them(typed, number):
    value = read_number(typed)
    assert type(value) is float
    assert value == number


@pytest.mark.parametrize("blank", [None, ..., "", "   ", "\t\n", np.str_("")])
def test_blanks(blank):
    assert read_number(blank) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,234.5", "not-a-number-text"),
        ("1.234,5", "not-a-number-text"),
        ("2.6.4", "not-a-number-text"),
        ("w = 3", "not-a-number-text"),
        ("nan", "not-a-number-text"),
        ("inf", "not-a-number-text"),
        ("0x10", "not-a-number-text"),
        ("1_000", "not-a-number-text"),
        ("٣", "not-a-number-text"),
        ("1" * 61, "not-a-number-text"),
        ("1/0", "not-finite"),
        ("1e999", "not-finite"),
        ("-1e308", "too-large"),
        (2e100, "too-large"),
        (np.float64(-1e200), "too-large"),
        (float("nan"), "not-finite"),
        (np.inf, "not-finite"),
        (10**400, "not-finite"),
        (Decimal("NaN"), "not-finite"),
        (Decimal("sNaN"), "not-finite"),
        (np.float32("nan"), "not-finite"),
        (True, "not-a-number"),
        (np.True_, "not-a-number"),
        (1j, "not-a-number"),
        (np.complex64(1), "not-a-number"),
        (b"2", "not-a-number"),
        (np.zeros(1), "array-for-number"),
        (np.array("2"), "not-a-number"),
    ],
)
def test_what_is_no_number_has_a_reason(typed, reason):
    value = read_number(typed)
    assert isinstance(value, Unreadable)
    assert value.reason == reason


def test_nothing_of_the_learners_own_is_called():
    assert read_number(ShoutingText("2.5")) == 2.5
    assert read_list(Endless([1, 2]), 5) == [1, 2]
    assert read_number(Agreeable()).reason == "not-a-number"
    assert isinstance(read_list(Agreeable(), 5), Unreadable)
    assert isinstance(read_dict(Agreeable(), ("a",)), Unreadable)


def test_arrays_of_results():
    np.testing.assert_array_equal(read_array([[1, 2.5], (3, np.float32(4))]), [[1, 2.5], [3, 4]])
    assert read_array(np.arange(3)).dtype == float
    assert read_array(2).shape == ()
    assert type(read_array(np.ma.masked_array([[1, 2]]))) is np.ndarray
    assert np.isnan(read_array(float("nan")))
    for bad in ([1, [2]], [[1], [2, 3]], ["a"], None, 1j, [None], selfish(), np.array(["x"]), {1}, [10**400]):
        assert isinstance(read_array(bad), Unreadable)


def test_a_list_that_holds_one_huge_list_many_times_is_refused_at_once():
    huge = [0.0] * 90_000
    assert read_array([huge] * 90_000).reason == "too-long"


def test_excerpts_are_harmless_and_short():
    assert excerpt("<b>`x`</b>\n*y*") == "\u2039b\u203a'x'\u2039/b\u203a \u2217y\u2217"
    assert excerpt("[page](http://x)") == "[page] (http://x)"
    assert len(excerpt("x" * 1000)) == 31


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("can't multiply with *: 'int' and 'list'", "with \u2217: 'int'"),
        ("name 'learning_rate' is not defined", "'learning_rate'"),
        ("'<' not supported between 'str' and 'int'", "'\u2039' not supported"),
        ("list index [3] out of range", "[3]"),
        ("no attribute '__add__'", "\u02cd\u02cdadd\u02cd\u02cd"),
    ],
)
def test_excerpts_lose_nothing_that_python_says(said, kept):
    assert kept in excerpt(said, 80)
    assert len(excerpt(said, 80)) == len(said)


@pytest.mark.parametrize("answer", ["uphill", " Uphill ", ["uphill"], {"uphill"}, np.array(["uphill"])])
def test_choices_are_read_in_several_forms(answer):
    assert EXERCISES["why-minus"].judge(answer).outcome == "right"


def test_choices_may_be_given_by_their_label_and_several_in_one_text():
    exercise = EXERCISES["why-minus"]
    labels = {option.key: option.label for option in exercise.fields()[0].options}
    assert exercise.judge(labels["uphill"]).outcome == "right"
    several = EXERCISES["true-of-a-step"]
    assert several.judge("longer-where-steep, rests-at-zero, all-at-once").outcome == "right"
    assert several.judge({"rests-at-zero"}).outcome == "wrong"
    assert "missing" in several.judge({"rests-at-zero"}).message
    assert several.judge({"rests-at-zero", "always-lower", "finds-best"}).mistakes == ("always-lower", "finds-best")
    for unknown in ("sideways", 3, ["uphill", "error"], {"uphill": True}, [["uphill"]]):
        assert exercise.judge(unknown).outcome == "unreadable"


def test_closeness_at_its_edges():
    assert closeness(0.1 + 0.2, 0.3) == "right"
    assert closeness(462.8074479616 * (1 + 1e-11), 462.8074479616) == "right"
    assert closeness(0.00005, 0.0) == "rounded"
    assert closeness(0.00006, 0.0) == "wrong"
    assert closeness(0.12345, 0.1234) == "rounded"
    assert closeness(27.0, 26.9999, decimals=None) == "wrong"
    assert closeness(float("nan"), float("nan")) == "wrong"
