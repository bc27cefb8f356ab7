"""What became of each cell of a table: right, right from the learner's own numbers, or wrong in a known way.

Each cell is compared with the truth and with what follows from the learner's own numbers. A cell that is neither is
compared with the known mistakes, made from the learner's own previous row; where several mistakes give the same
number, the rows after it decide between them. A cell that is blank or cannot be read is bridged by the number that
follows rightly from the learner's own, so that one hole in a sheet changes nothing for the rows below it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gdcourse.exercises.closeness import HALF_A_UNIT, closeness, cut_off, near, shortened
from gdcourse.exercises.reading import Unreadable
from gdcourse.exercises.records import ACCEPTED, Mistake

if TYPE_CHECKING:
    from gdcourse.exercises.table import Table

Row = dict[str, float]
# known in every table
ROUNDED_EARLY, TOO_FEW, CUT_OFF = "rounded-too-early", "too-few-decimals", "cut-off"


@dataclass(frozen=True, eq=False)
class Column:
    """One column: `rule(variant, before, here)` is the number that belongs in it.

    `before` is the row above and `here` what this row already holds, both by column key. `carried` says that other
    numbers are computed from this one.
    """

    key: str
    rule: Callable[[dict, Mapping[str, float], Mapping[str, float]], float]
    carried: bool = True


@dataclass(frozen=True, eq=False)
class Cell:
    """What became of one cell: its outcome and the mistakes that would explain it."""

    row: int
    column: str
    outcome: str
    value: float = math.nan  # NaN where nothing could be read
    suspects: tuple[str, ...] = ()
    trouble: Unreadable | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """Where a cell stands: the true number there, and the learner's own numbers above it and to its left."""

    row: int
    column: Column
    true: float
    variant: dict
    before: Row
    here: Row

    def right(self, before: Row | None = None, here: Row | None = None) -> float:
        """Give the number that follows rightly; NaN where it leaves the range of floating point."""
        try:
            return self.column.rule(
                self.variant, self.before if before is None else before, self.here if here is None else here
            )
        except OverflowError:
            return math.nan

    def slack(self) -> float:
        """Give how far the cell may move where each number it is computed from was rounded to four decimals."""
        right = self.right()
        above = [self.right(before={**self.before, key: x + HALF_A_UNIT}) for key, x in self.before.items()]
        beside = [self.right(here={**self.here, key: x + HALF_A_UNIT}) for key, x in self.here.items()]
        return sum(abs(moved - right) for moved in (*above, *beside))


def judged(table: Table, typed: list[list[Any]], variant: dict) -> Iterator[Cell]:
    """Judge the cells row by row; `typed` holds floats, None for blank and Unreadable."""
    before, slipped = table.start(variant), False
    consistent = {mistake.name: mistake.wrong(variant) for mistake in table.mistakes}
    for row, (values, truth) in enumerate(zip(typed, table.answer(variant), strict=True), start=1):
        here: Row = {}
        consistent = {name: rows for name, rows in consistent.items() if _agree(values, rows[row - 1])}
        for column, value, true in zip(table.columns, values, truth, strict=True):
            place = Place(row, column, true, variant, before, here)
            cell = _judged(value, place, slipped)
            if cell.outcome == "wrong":
                cell = _suspected(cell, place, table.mistakes, tuple(consistent))
                slipped = True
            yield cell
            here = {**here, column.key: _carried(cell, place)}
        before = here


def _judged(value: Any, place: Place, slipped: bool) -> Cell:
    key = place.column.key
    if value is None:
        return Cell(place.row, key, "not-attempted")
    if isinstance(value, Unreadable):
        return Cell(place.row, key, "unreadable", trouble=value)
    outcome = closeness(value, place.true)
    return Cell(place.row, key, outcome if outcome in ACCEPTED else _followed(value, place, slipped), value)


def _followed(value: float, place: Place, slipped: bool) -> str:
    """Compare with what follows from the learner's own numbers; without a slip these are the true ones, rounded."""
    right = place.right()
    if not slipped:
        return "rounded" if closeness(value, right) in ACCEPTED else "wrong"
    # it may have been computed from numbers that were only then rounded to be written down
    return "right-from-your-own" if abs(value - right) <= HALF_A_UNIT + place.slack() else "wrong"


def _carried(cell: Cell, place: Place) -> float:
    """Give the number that the rows below are judged by: the learner's own, or what follows rightly from it."""
    if math.isfinite(cell.value):
        return cell.value
    right = place.right()
    return right if math.isfinite(right) else place.true


def _suspected(cell: Cell, place: Place, mistakes: tuple[Mistake, ...], consistent: tuple[str, ...]) -> Cell:
    right = place.right()

    def slipped(mistake: Mistake) -> bool:
        if mistake.slip is None:
            return False
        numbers = mistake.slip(place.variant, place.column.key, place.before, place.here, right)
        return any(near(cell.value, number) for number in numbers)

    # a mistake that explains the whole table so far is likelier than one that explains this cell only
    names = consistent or (*(mistake.name for mistake in mistakes if slipped(mistake)), *_rounded(cell, place, right))
    return replace(cell, outcome="known-mistake" if names else "wrong", suspects=names)


def _rounded(cell: Cell, place: Place, right: float) -> Iterator[str]:
    """Name the ways of rounding that would give this number."""
    if any(shortened(cell.value, number) for number in (right, place.true)):
        yield ROUNDED_EARLY if place.column.carried else TOO_FEW
    if any(cut_off(cell.value, number) for number in (right, place.true)):
        yield CUT_OFF


def _agree(values: list[Any], wrong: tuple[float, ...]) -> bool:
    """Say whether a row holds what a mistake leads to; a cell that is blank or cannot be read says nothing against."""
    return all(near(a, b) for a, b in zip(values, wrong, strict=True) if isinstance(a, float))
