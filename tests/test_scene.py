"""Scenes and sliders as such: steps, tables of numbers, picked texts, and the positions that a slider has."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.lab import Setting, even, ladder
from gdcourse.labs.scene import Scene, Text

HIKER = LABS["hiker"]


@pytest.mark.parametrize("frame", [51, -1, 1.5, "5", math.nan, True])
def test_a_step_that_is_not_there_gets_a_sentence(frame):
    for call in (HIKER.describe, HIKER.figure):
        with pytest.raises(ValueError, match=r"^frame must be a whole number from 0 to 50, but .* came: "):
            call(frame)


def test_the_table_of_numbers_has_the_first_and_the_last_step():
    scene = HIKER.scene()
    lines = scene.table(rows=4).splitlines()
    assert lines[0] == "| Step | Position w | Loss L(w) | Gradient |"
    assert lines[2] == "| 0 | −4.0000 | 16.0000 | −8.0000 |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["0", "17", "33", "50"]
    assert len(HIKER.scene(steps=0).table().splitlines()) == 3


def test_a_text_can_be_picked_and_a_column_may_be_one_number_for_all_frames():
    columns = {"which": np.array([0.0, 1.0, 0.0]), "rate": np.array([0.5])}
    scene = Scene("", (), (), (Text("t", ("a {rate:r}", "b {which:d}"), "which"),), columns, 3)
    assert [scene.texts_at(k)["t"] for k in range(3)] == ["a 0.50", "b 1", "a 0.50"]


def test_positions_of_a_rate_are_all_numbers_of_two_digits():
    positions = ladder(0.01, 1.5, 1 / 3)
    whole = (
        [round(k / 1000, 3) for k in range(10, 100)]
        + [k / 100 for k in range(10, 100)]
        + [k / 10 for k in range(10, 16)]
    )
    assert_array_equal(positions, np.sort([*whole, 1 / 3]))
    for value in whole:
        assert value in positions  # exactly: 0.29 is 0.29 and not 0.29000000000000004


@pytest.mark.parametrize(("low", "high"), [(-5, 5), (-2.1, 2.1), (0.0, 1e-6), (-7, 1), (-1e9, 3e9), (0.1, 0.7)])
def test_positions_of_a_start_are_about_a_hundred_round_numbers(low, high):
    positions = even(low, high, (low + high) / 2 + (high - low) / 777)
    assert 40 <= len(positions) <= 125
    assert positions[0] == low
    assert positions[-1] == high
    assert (np.diff(positions) > 0).all()


def test_a_setting_without_ends_is_still_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^angle is a finite number; 'x' came: pass one like 0.0$"):
        Setting("Angle", None).check("angle", "x")


def test_the_rate_is_fine_where_things_happen():
    positions = HIKER.scene().tracks["rate"].positions
    middle = positions[(positions >= 0.5) & (positions <= 1.5)]
    assert np.diff(middle).max() < 0.0101
    assert len(positions) <= 240  # each is a scene in a table
    assert {0.01, 0.099, 0.1, 0.29, 0.9, 1.0, 1.07, 1.2, 1.49, 1.5} <= set(positions)
    shares = [np.mean((positions >= low) & (positions < 10 * low)) for low in (0.01, 0.1)]
    assert min(shares) > 0.35  # a log scale: each power of ten has its part of the track
