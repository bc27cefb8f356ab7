"""Values between two processes: exact plain types, whatever was there before, and calls that go both ways."""

import contextlib
import math
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdcourse.classroom import plain
from gdcourse.classroom.peer import Peer, StudentPeer
from gdcourse.guard import Stopped

SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["list", "array", "scalar", "dict", "set", "other", "function", "x"]), inner, max_size=2
        )
    ),
    max_leaves=12,
)


def there_and_back(value):
    return plain.read(plain.load(plain.dump({"v": plain.write(value)}))["v"])


@given(VALUES)
def test_plain_values_arrive_as_they_were(value):
    assert there_and_back(value) == value
    assert type(there_and_back(value)) is type(value)


@given(JSON)
def test_whatever_comes_is_a_plain_value_or_foreign(data):
    try:
        value = plain.read(data)
    except plain.Foreign:
        return
    assert type(value) in (
        type(None),
        bool,
        int,
        float,
        str,
        list,
        tuple,
        dict,
        set,
        np.ndarray,
        plain.Other,
        type(...),
    ) or (isinstance(value, np.generic))


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "uint64", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3), (2, 0, 1)])
def test_arrays_keep_their_type_and_shape(dtype, shape):
    array = np.arange(math.prod(shape)).astype(dtype).reshape(shape)
    back = there_and_back(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert np.array_equal(back, array)


def test_special_values_arrive():
    assert there_and_back(...) is ...
    assert there_and_back({"a", "b"}) == {"a", "b"}
    assert math.isnan(there_and_back(math.nan))
    assert there_and_back(-math.inf) == -math.inf
    assert type(there_and_back(np.float64(0.1))) is np.float64
    assert there_and_back(np.float64(0.1)) == 0.1


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (Fraction(66, 25), 2.64),
        (Decimal("2.64"), 2.64),
        (np.longdouble(2.5), 2.5),
        (np.array([[2.5, "no"]]), [["2.5", "no"]]),
        (np.array([2.5, None]), [2.5, None]),
    ],
)
def test_what_self_study_can_read_arrives(value, arrives):
    assert there_and_back(value) == arrives


@pytest.mark.parametrize("value", [Fraction(10) ** 999, Decimal("sNaN")])
def test_a_number_that_is_no_float_is_named(value):
    assert there_and_back(value).kind == type(value).__name__


class Liar(float):
    def __float__(self):
        return 1.0

    def __add__(self, other):
        return 1.0

    def __eq__(self, other):
        return True

    __hash__ = None


class LyingList(list):
    def __iter__(self):
        return iter([1, 2, 3])

    def __len__(self):
        return 3


class LyingArray(np.ndarray):
    def tolist(self):
        return [1.0]

    def __array__(self, *arguments, **keywords):
        return np.ones(1)


def test_what_a_value_says_of_itself_does_not_count():
    assert there_and_back(Liar(7.5)) == 7.5
    assert there_and_back(LyingList([9])) == [9]
    assert there_and_back(np.array([7.0]).view(LyingArray)).tolist() == [7.0]
    other = there_and_back(type("<b>", (), {"__class__": float})())
    assert (type(other), other.kind) == (plain.Other, "<b>")


@pytest.mark.parametrize(
    "value", [10**400, [0] * 200_000, np.zeros(200_000), object, b"x", np.array([b"x"]), {1j: 2}, open]
)
def test_what_is_too_large_or_no_plain_value_is_named(value):
    back = there_and_back(value)
    held = back if not isinstance(back, list | dict) else list(back)[-1]
    assert type(held) is plain.Other


def test_a_nest_without_end_has_one():
    nest = []
    nest.append(nest)
    assert "too long" in repr(there_and_back(nest))


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 99_999])
def test_what_is_no_message_is_foreign(line):
    with pytest.raises(plain.Foreign):
        plain.load(line)


class Line:
    """Two peers in two threads, and every message that went over the line."""

    def __init__(self):
        import queue

        self.queues = queue.Queue(), queue.Queue()
        self.oracle = Peer(
            lambda m: self.queues[1].put(plain.dump(m)), lambda: plain.load(self.queues[0].get(timeout=5)), nonce="n"
        )
        self.student = StudentPeer(
            lambda m: self.queues[0].put(plain.dump(m)), lambda: plain.load(self.queues[1].get(timeout=5)), nonce="n"
        )

    def serve(self, calls):
        def answer():
            for _ in range(calls):
                self.student.answer(self.student.receive())

        threading.Thread(target=answer, daemon=True).start()


def test_functions_are_called_both_ways_and_arrays_change_in_place():
    line = Line()

    def walk(start, gradient, steps):
        points = [start.copy()]
        for _ in range(steps):
            points.append(points[-1] - 0.1 * gradient(points[-1]))
        start *= 0
        return np.array(points)

    theirs = line.oracle.theirs(line.student.number(walk))
    line.serve(1)
    start = np.array([1.0, 2.0])
    assert np.allclose(theirs(start, lambda w: 2 * w, steps=2), [[1, 2], [0.8, 1.6], [0.64, 1.28]])
    assert start.tolist() == [0, 0]


def test_a_function_given_to_a_function_given_comes_back():
    line = Line()
    theirs = line.oracle.theirs(line.student.number(lambda deal: deal([3, 1, 2], lambda rows: sorted(rows))))
    line.serve(1)
    assert theirs(lambda rows, order: order(rows)) == [1, 2, 3]


def test_an_error_is_told_to_the_student_and_a_reason_to_the_oracle():
    line = Line()

    def fails(function):
        try:
            function(0)
        except ValueError as error:
            return str(error)
        return 1 / 0

    theirs = line.oracle.theirs(line.student.number(fails))
    line.serve(2)
    assert theirs(lambda x: 1 / x) == "ZeroDivisionError: division by zero"
    stopped = theirs(lambda x: x)
    assert isinstance(stopped, Stopped)
    assert stopped.facts["error"].startswith("ZeroDivisionError")


FORGED = [
    {"value": 1, "changed": []},
    {"nonce": "m", "value": 1, "changed": []},
    {"nonce": "n", "value": 1},
    {"nonce": "n", "value": {"list": 3}, "changed": []},
    {"nonce": "n", "stopped": ["nonsense", {}]},
    {"nonce": "n", "stopped": ["raised", [1]]},
    {"nonce": "n", "call": 99, "arguments": {"list": []}, "keywords": {"dict": []}},
    {"nonce": "n", "call": "x", "arguments": {"list": []}, "keywords": {"dict": []}},
]


@pytest.mark.parametrize("message", FORGED)
def test_a_forged_message_is_foreign(message):
    line = Line()
    line.queues[0].put(plain.dump(message))
    with pytest.raises(plain.Foreign):
        line.oracle.theirs(0)()


@pytest.mark.parametrize("depth", [300, 450, 490])
def test_a_value_nested_deeper_than_can_be_read_is_foreign_and_no_end(depth):
    line = '{"value": ' + '{"list": [' * depth + "1" + "]}" * depth + "}"
    with contextlib.suppress(plain.Foreign):  # what else is raised would end the judge
        plain.read(plain.load(line.encode())["value"])
