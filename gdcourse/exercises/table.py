"""A table worked by hand, judged row by row as a good teacher marks: a slip costs once, not in every row after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises.closeness import DECIMALS, near, told, written
from gdcourse.exercises.reading import Unreadable, is_blank, read_dict, read_list, read_number
from gdcourse.exercises.records import Field, Form, Mistake, Task, Verdict
from gdcourse.exercises.table_cells import CUT_OFF, ROUNDED_EARLY, TOO_FEW, Column, Row, judged
from gdcourse.exercises.table_words import table_verdict
from gdcourse.exercises.variants import told_apart
from gdcourse.exercises.words import Words


def slip_table(name: str, columns: tuple[Column, ...], start: Callable[[dict], Row], rows: int, slip) -> Mistake:
    """Declare a mistake by its slip: `slip(variant, column, before, here, right)` yields the wrong numbers of a cell.

    The whole table follows by making the slip in every row (the first of its numbers, where there are several).
    """

    def wrong(variant: dict) -> list[tuple[float, ...]]:
        before, table = start(variant), []
        for _ in range(rows):
            here: Row = {}
            for column in columns:
                right = column.rule(variant, before, here)
                here[column.key] = next(iter(slip(variant, column.key, before, here, right)), right)
            table.append(tuple(here.values()))
            before = here
        return table

    return Mistake(name, wrong, slip)


@dataclass(frozen=True, eq=False)
class Table(Task):
    """A grid of numbers, answered as a list of rows: tuples in the order of the columns, or dicts by column key.

    Where there is one column only, a row may be a bare number. The given first row may lead the list.

    Args:
        columns: from left to right, each with its rule.
        start: the given row, from the variant; it may leave columns blank.
        rows: how many rows are asked for.
        mistakes: wrong procedures over the whole table; see `slip_table`.
    """

    columns: tuple[Column, ...]
    start: Callable[[dict], Row]
    rows: int
    mistakes: tuple[Mistake, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The column keys."""
        return tuple(column.key for column in self.columns)

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Give the mistakes it was declared with, and those of rounding that any table may hold."""
        rounding = (Mistake(name, self._rounding(name)) for name in (ROUNDED_EARLY, TOO_FEW, CUT_OFF))
        return (*self.mistakes, *rounding)

    def _rounding(self, name: str) -> Callable[[dict], list[tuple[float, ...]] | None]:
        """Give the table in which all is cut off, or the columns that are carried, or the others, lose decimals."""

        def slip(variant: dict, column: str, before: Row, here: Row, right: float) -> list[float]:
            del variant, before, here
            if name == CUT_OFF:
                return [written(right, DECIMALS)]
            return [round(right, 1)] if (column in carried) == (name == ROUNDED_EARLY) else []

        def wrong(variant: dict) -> list[tuple[float, ...]] | None:
            table = rounded.wrong(variant)
            pairs = zip(table, self.answer(variant), strict=True)
            return None if all(near(a, b) for row, true in pairs for a, b in zip(row, true, strict=True)) else table

        carried = {column.key for column in self.columns if column.carried}
        rounded = slip_table(name, self.columns, self.start, self.rows, slip)
        return wrong

    def label(self, words: Words) -> str:
        """Call it the table: its rows bear names of their own."""
        return words.say("the-table")

    def answer(self, variant: dict) -> list[tuple[float, ...]]:
        """Give the true rows."""
        before, table = self.start(variant), []
        for _ in range(self.rows):
            here: Row = {}
            for column in self.columns:
                here[column.key] = float(column.rule(variant, before, here))
            table.append(tuple(here.values()))
            before = here
        return table

    def form(self, words: Words, variant: dict) -> Form:
        """Lay the given row and the blank cells out in a table."""
        heads = {key: words(f"columns.{key}") for key in self.keys}
        rows = tuple(words("row", row=row) for row in range(self.rows + 1))
        given = self.start(variant)
        fields = []
        for row, row_head in enumerate(rows):
            for place, (key, head) in enumerate(heads.items()):
                kind, value = ("number", "") if row else ("given", words.number(given.get(key, "")))
                fields.append(Field(f"{row}.{key}", f"{row_head}, {head}", kind, (row, place), value=value))
        return Form(tuple(fields), rows, tuple(heads.values()))

    def stub(self, variant: dict) -> str:
        """Give a list of rows of dots."""
        del variant
        row = f"({', '.join('...' for _ in self.columns)}{',' if len(self.columns) == 1 else ''})"
        return "[\n" + "".join(f"    {row},  # {number}\n" for number in range(1, self.rows + 1)) + "]"

    def gather(self, values: Mapping[str, Any]) -> list[tuple]:
        """Put the typed cells back into rows."""
        return [tuple(values.get(f"{row}.{key}") for key in self.keys) for row in range(1, self.rows + 1)]

    def filled(self, variant: dict) -> dict[str, Any]:
        """Fill in every cell rightly."""
        table = enumerate(self.answer(variant), start=1)
        return {f"{row}.{key}": repr(value) for row, here in table for key, value in zip(self.keys, here, strict=True)}

    def worked(self, variant: dict, words: Words) -> str:
        """Explain each row with the learner's own numbers."""
        before = {f"{key}_before": value for key, value in self.start(variant).items()}
        lines = [words("solution", **before)]
        for row, values in enumerate(self.answer(variant), start=1):
            here = {key: told(value) for key, value in zip(self.keys, values, strict=True)}
            lines.append(words("solution-row", row=row, row_before=row - 1, **here, **before))
            before = {f"{key}_before": value for key, value in here.items()}
        return "\n".join(lines)

    def read(self, answer: Any, variant: dict) -> list[list[Any]] | Unreadable:
        """Read the rows into lists of float, None (blank) or Unreadable; the given row, if repeated, is dropped."""
        rows = read_list(answer, self.rows + 1)
        if isinstance(rows, Unreadable):
            return self._too_many(rows.facts["came"]) if rows.reason == "too-long" else rows
        read = [self._read_row(row) for row in rows or ()]
        trouble = next((row for row in read if isinstance(row, Unreadable)), None)
        if trouble is not None:
            return trouble
        table = [row for row in read if isinstance(row, list)]
        if len(table) > self.rows:
            if table[0] != list(self.start(variant).values()):
                return self._too_many(len(table))
            table = table[1:]
        return table + [[None] * len(self.columns)] * (self.rows - len(table))

    def _too_many(self, came: int) -> Unreadable:
        return Unreadable("too-many-rows", {"rows": self.rows, "columns": ", ".join(self.keys), "came": came})

    def _read_row(self, row: Any) -> list[Any] | Unreadable:
        if is_blank(row):
            return [None] * len(self.columns)
        if isinstance(row, dict):
            named = read_dict(row, self.keys)
            return named if isinstance(named, Unreadable) else [read_number(named.get(key)) for key in self.keys]
        cells = read_list(row, len(self.columns))
        if isinstance(cells, Unreadable):
            if len(self.columns) > 1:
                return Unreadable("row-not-a-row", {"columns": ", ".join(self.keys)})
            cells = [row]
        if cells is None or len(cells) != len(self.columns):
            return Unreadable("row-not-a-row", {"columns": ", ".join(self.keys)})
        return [read_number(cell) for cell in cells]

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Judge every cell against the truth, the learner's own row above, and the known mistakes."""
        del own
        table = self.read(answer, variant)
        if isinstance(table, Unreadable):
            return Verdict("unreadable", words.say(table.reason, **table.facts))
        return table_verdict(list(judged(self, table, variant)), words)

    def told_apart(self, variant: dict, rows: int = 2) -> bool:
        """Say whether the first rows tell the truth and all mistakes apart."""
        tables = [self.answer(variant), *(mistake.wrong(variant) for mistake in self.mistakes)]
        return told_apart([[cell for row in table[:rows] for cell in row] for table in tables])
