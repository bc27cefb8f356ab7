"""Schedules against hand-worked factors, their formulas and what they promise."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.schedules import SCHEDULES, Constant, Cosine, Exponential, InverseTime, StepDecay, WarmUp

BY_HAND = [
    (Constant(), [1, 1, 1, 1, 1, 1]),
    (StepDecay(every=2, factor=0.5), [1, 1, 0.5, 0.5, 0.25, 0.25]),
    (Exponential(0.5), [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]),
    (Cosine(4), [1, (2 + math.sqrt(2)) / 4, 0.5, (2 - math.sqrt(2)) / 4, 0, 0]),
    (Cosine(2, end=0.2), [1, 0.6, 0.2, 0.2, 0.2, 0.2]),
    (InverseTime(), [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6]),
    (InverseTime(decay=3, power=0.5), [1, 1 / 2, 1 / math.sqrt(7), 1 / math.sqrt(10), 1 / math.sqrt(13), 1 / 4]),
    (InverseTime(decay=0), [1, 1, 1, 1, 1, 1]),
    (WarmUp(4), [0.25, 0.5, 0.75, 1, 1, 1]),
    (WarmUp(2, then=Exponential(0.5)), [0.5, 1, 1, 0.5, 0.25, 0.125]),
    (WarmUp(1, then=Cosine(2)), [1, 1, 0.5, 0, 0, 0]),
    (WarmUp(2, then=WarmUp(2)), [0.25, 0.5, 0.5, 1, 1, 1]),
    (WarmUp(2, then=lambda k: 1 / (k + 1)), [0.5, 1, 1, 1 / 2, 1 / 3, 1 / 4]),
]
EVERY = pytest.mark.parametrize("schedule", [make() for make in SCHEDULES.values()], ids=list(SCHEDULES))


@pytest.mark.parametrize(("schedule", "factors"), BY_HAND, ids=lambda x: repr(x)[:40])
def test_factors_worked_by_hand(schedule, factors):
    assert_allclose(schedule(np.arange(6)), factors, rtol=1e-14, atol=1e-16)
    assert_allclose([schedule(k) for k in range(6)], factors, rtol=1e-14, atol=1e-16)


@EVERY
def test_an_array_of_steps_is_answered_like_each_step(schedule):
    k = np.arange(12).reshape(3, 4)
    assert schedule(k).shape == (3, 4)
    assert_array_equal(schedule(k).ravel(), [schedule(int(i)) for i in k.ravel()])
    assert np.ndim(schedule(5)) == 0
    assert_array_equal(schedule(list(range(12))), schedule(np.arange(12)))


@EVERY
def test_no_schedule_raises_the_rate_above_the_optimizers_own(schedule):
    factors = schedule(np.arange(500))
    assert factors.max() == 1
    assert factors.min() >= 0


@given(steps=st.integers(1, 1000), end=st.floats(0, 1), share=st.floats(0, 1))
def test_cosine_falls_from_one_to_its_end_and_stays_there(steps, end, share):
    cosine = Cosine(steps, end)
    factors = cosine(np.arange(steps + 3))
    assert factors[0] == 1
    assert np.all(np.diff(factors) <= 1e-15)
    assert_allclose(factors[steps:], end, atol=1e-15)
    k = share * steps  # point symmetry about the middle
    assert_allclose(cosine(k) + cosine(steps - k), 1 + end, atol=1e-12)


@given(factor=st.floats(0.01, 1), k=st.integers(0, 50), more=st.integers(0, 50))
def test_exponential_multiplies(factor, k, more):
    schedule = Exponential(factor)
    assert_allclose(schedule(k + more), schedule(k) * schedule(more), rtol=1e-12)
    assert_allclose(StepDecay(every=1, factor=factor)(k), schedule(k), rtol=1e-12)


@given(power=st.floats(0.55, 1), decay=st.floats(0.1, 2))
def test_inverse_time_meets_robbins_and_monro(power, decay):
    """Σα diverges: over k in (n, 2n] it stays large. Σα² converges: there it falls as n grows."""
    schedule = InverseTime(decay, power)
    sums, squares = [], []
    for n in (10**3, 10**4, 10**5):
        factors = schedule(np.arange(n, 2 * n))
        sums.append(factors.sum())
        squares.append((factors**2).sum())
    assert sums[2] >= 0.99 * sums[0]
    assert squares[0] > squares[1] > squares[2]


@given(steps=st.integers(1, 50))
def test_warm_up_climbs_by_equal_amounts_and_hands_over_from_the_beginning(steps):
    schedule = WarmUp(steps, then=Cosine(30))
    assert_allclose(np.diff(schedule(np.arange(steps)), prepend=0), 1 / steps, rtol=1e-9)
    assert_array_equal(schedule(np.arange(steps, steps + 40)), Cosine(30)(np.arange(40)))


def test_growing_schedules_overflow_in_silence():
    assert Exponential(10)(400) == np.inf
    assert StepDecay(every=1, factor=1e10)(np.arange(100))[-1] == np.inf


def test_schedules_are_records():
    assert list(SCHEDULES) == ["constant", "step", "exponential", "cosine", "inverse-time", "warm-up"]
    assert repr(WarmUp(3, Cosine(7))) == "WarmUp(steps=3, then=Cosine(steps=7, end=0.0))"
    with pytest.raises(AttributeError):
        Cosine().steps = 5
