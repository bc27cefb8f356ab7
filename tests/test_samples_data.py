"""The penguins: whole, credited, and not to be changed by their readers."""

import csv
from importlib.resources import files

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.samples import penguins

BIRDS = penguins()


def test_every_bird_without_a_gap_is_there_and_the_others_are_counted():
    text = files("gdcourse").joinpath("data/penguins.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    whole = [row for row in rows if "NA" not in row]
    assert (len(rows), BIRDS.size, BIRDS.dropped) == (344, 333, 11)
    for i, name in enumerate(BIRDS.columns):
        assert_array_equal(BIRDS[name].astype(str), np.array([row[i] for row in whole], BIRDS[name].dtype).astype(str))
    assert {name for name, column in BIRDS.columns.items() if column.dtype.kind != "f"} == {"species", "island", "sex"}


def test_the_birds_are_credited_and_free():
    credit = files("gdcourse").joinpath("data/CREDITS.md").read_text(encoding="utf-8")
    for word in ("Horst", "Hill", "Gorman", "CC0"):
        assert word in credit
        assert word in BIRDS.source + BIRDS.licence


def test_a_data_set_cannot_be_changed_by_its_readers():
    with pytest.raises(ValueError, match="read-only"):
        BIRDS["body_mass_g"][0] = 0
    with pytest.raises(TypeError):
        BIRDS.columns["body_mass_g"] = np.zeros(333)


def test_taken_samples_stay_together():
    gentoo = BIRDS.take(BIRDS["species"] == "Gentoo")
    assert gentoo.size == 119
    assert gentoo["body_mass_g"].mean() > BIRDS["body_mass_g"].mean()
    assert_array_equal(BIRDS.take([3, 3, 0])["bill_length_mm"], BIRDS["bill_length_mm"][[3, 3, 0]])
