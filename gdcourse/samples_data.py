"""Data sets that travel with the course, as frozen records of columns."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from gdcourse.checks import shorten, whole

MISSING = "NA"
INK = 16  # of a pixel that is all ink


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Named columns with one entry per sample: text, or numbers in the unit that ends the column's name."""

    name: str
    columns: Mapping[str, np.ndarray]  # each of shape (N,), or (N, pixels) for images; read-only
    dropped: int  # rows of the file that were left out because a value was missing
    source: str
    licence: str

    @property
    def size(self) -> int:
        """The number N of samples."""
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> np.ndarray:
        """Give one column, shape (N,); images have one row each, shape (N, pixels).

        Raises:
            ValueError: If there is no such column.
        """
        if name not in self.columns:
            raise ValueError(
                f"a column of {self.name} is one of {', '.join(self.columns)}, but {shorten(name)} came: choose one"
            )
        return self.columns[name]

    def matrix(self, *names: str) -> np.ndarray:
        """Give columns of numbers side by side, shape (N, number of names).

        Raises:
            ValueError: If a column does not exist or holds text.
        """
        columns = [self[name] for name in names]
        for name, column in zip(names, columns, strict=True):
            if column.dtype.kind != "f":
                raise ValueError(f"a matrix holds numbers, but {name} holds text: compare it with a word first")
        return np.stack(columns, axis=-1) if columns else np.empty((self.size, 0))

    def take(self, rows) -> "DataSet":
        """Give the samples at these positions, in this order: a truth value for each sample, or an index array.

        Raises:
            ValueError: If a position is not one of 0 to N − 1.
        """
        rows = np.asarray(rows)
        if rows.dtype == bool and rows.shape == (self.size,):
            rows = np.flatnonzero(rows)
        rows = whole(rows, "rows").astype(int)
        if rows.ndim != 1 or (rows >= self.size).any():
            raise ValueError(f"rows must be a list of positions below {self.size}, but {shorten(rows)} came: change it")
        return replace(self, columns=_frozen({name: column[rows] for name, column in self.columns.items()}))

    def __repr__(self) -> str:
        """Show the size and the names of the columns."""
        return f"<DataSet {self.name}: {self.size} samples of {', '.join(self.columns)}>"


@cache
def penguins() -> DataSet:
    """The Palmer penguins: 333 birds whose species, island, sex, year and four measurements are all known.

    Columns: species, island, sex (text), bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g, year. The file
    has 344 rows; the 11 with a missing value are left out and counted in `dropped`.
    Source: Horst, Hill and Gorman, https://allisonhorst.github.io/palmerpenguins/, given to the public domain (CC0).
    """
    text = files("gdcourse").joinpath("data", "penguins.csv").read_text(encoding="utf-8")
    every = list(csv.DictReader(text.splitlines()))
    known = [row for row in every if MISSING not in row.values()]
    columns = {name: _column([row[name] for row in known]) for name in every[0]}
    return DataSet(
        name="penguins",
        columns=_frozen(columns),
        dropped=len(every) - len(known),
        source="Palmer penguins by Allison Horst, Alison Hill and Kristen Gorman",
        licence="CC0 1.0 (public domain)",
    )


@cache
def digits() -> DataSet:
    """Handwritten digits: 1,797 images of 8 × 8 pixels, by 13 people.

    Columns: digit (0 to 9) and image (64 pixels, row by row from the top left, 0 for paper to 16 for ink). The people
    follow each other in the file: neighbours are often by one hand.
    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
    https://doi.org/10.24432/C50P49, under CC BY 4.0.
    """
    lines = files("gdcourse").joinpath("data", "digits.txt").read_text(encoding="utf-8").splitlines()
    columns = {
        "digit": np.array([int(line[0]) for line in lines], dtype=float),
        "image": np.array([[int(mark, INK + 1) for mark in line[2:]] for line in lines], dtype=float),
    }
    return DataSet(
        name="digits",
        columns=_frozen(columns),
        dropped=0,
        source="Optical Recognition of Handwritten Digits by Ethem Alpaydin and Cenk Kaynak",
        licence="CC BY 4.0",
    )


def _column(entries: list[str]) -> np.ndarray:
    """The entries as floats where all of them are numbers, else as text."""
    try:
        return np.array(entries, dtype=float)
    except ValueError:
        return np.array(entries)


def _frozen(columns: dict[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    for column in columns.values():
        column.setflags(write=False)
    return MappingProxyType(columns)
