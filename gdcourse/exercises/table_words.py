"""What a check says about a table: which rows are right, where the first slip is, and which one it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from gdcourse.exercises.records import ACCEPTED, Mark, Verdict
from gdcourse.exercises.words import Words

if TYPE_CHECKING:
    from gdcourse.exercises.table_cells import Cell

TROUBLES = ("unreadable", "known-mistake", "wrong")  # what needs the learner's attention
WORST_FIRST = ("unreadable", "known-mistake", "wrong", "not-attempted", "right-from-your-own", "rounded", "right")


def worst(outcomes: Sequence[str]) -> str:
    """Give the outcome that needs attention first."""
    return next(outcome for outcome in WORST_FIRST if outcome in outcomes)


def table_verdict(cells: Sequence[Cell], words: Words) -> Verdict:
    """Sum the cells up: a mark for each row, one message for the table, the share of cells that earn points."""
    common = _common_suspects(cells)
    rows = [[cell for cell in cells if cell.row == row] for row in sorted({cell.row for cell in cells})]
    sentences = {cell: _cell_sentence(cell, common, words) for cell in cells}
    marks = tuple(_row_mark(row, sentences, words) for row in rows)
    outcomes = [cell.outcome for cell in cells]
    share = sum(outcome in ACCEPTED for outcome in outcomes) / len(outcomes)
    if set(outcomes) == {"not-attempted"}:
        return Verdict("not-attempted", words.say("table-blank"), 0.0, marks)
    outcome = worst(outcomes)
    names = tuple(dict.fromkeys(name for cell in cells for name in _suspects(cell, common)))
    begun = not set(outcomes) <= {"not-attempted", "unreadable"}
    message = _message(outcome, marks, words)
    return Verdict(outcome, message, share, marks, names if outcome == "known-mistake" else (), begun)


def _common_suspects(cells: Sequence[Cell]) -> set[str]:
    """Give the mistakes that explain every slip of the table; empty where no single one does."""
    sets = [set(cell.suspects) for cell in cells if cell.outcome == "known-mistake"]
    return reduce(set.intersection, sets) if sets else set()


def _suspects(cell: Cell, common: set[str]) -> list[str]:
    """Give the mistakes that explain this cell, of those that explain all slips if there are such."""
    return [name for name in cell.suspects if name in common] or list(cell.suspects)


def _row_mark(row: Sequence[Cell], sentences: Mapping[Cell, str], words: Words) -> Mark:
    outcome = worst([cell.outcome for cell in row])
    said = _row_sentence(row, sentences, words)
    if not said and outcome != "not-attempted":
        said = words.say(f"row-{outcome}")
    cells = tuple(Mark(f"{cell.row}.{cell.column}", cell.outcome, sentences[cell]) for cell in row)
    return Mark(str(row[0].row), outcome, f"{words('row', row=row[0].row)}: {said}" if said else "", cells)


def _row_sentence(row: Sequence[Cell], sentences: Mapping[Cell, str], words: Words) -> str:
    """Say what is the matter with a row; a sentence that other rows need too is said once, in the first of them."""
    new, before = [], set()
    for sentence in dict.fromkeys(sentences[cell] for cell in row if sentences[cell]):
        first, *others = sorted({cell.row for cell, said in sentences.items() if said == sentence})
        if first < row[0].row:
            before.add(first)
        else:
            new.append(f"{sentence} {words.say('also-in', rows=_rows(others, words))}" if others else sentence)
    return " ".join([*new, *([words.say("same-as-in", rows=_rows(sorted(before), words))] if before else [])])


def _rows(rows: Sequence[int], words: Words) -> str:
    return ", ".join(words("row", row=row) for row in rows)


def _cell_sentence(cell: Cell, common: set[str], words: Words) -> str:
    column = words(f"columns.{cell.column}")
    if cell.trouble is not None:
        return f"{column}: {words.say(cell.trouble.reason, **cell.trouble.facts)}"
    if cell.outcome == "wrong":
        return words.say("cell-wrong", column=column)
    if cell.outcome != "known-mistake":
        return ""
    explained = [words(f"mistakes.{name}") for name in _suspects(cell, common)]
    return explained[0] if len(explained) == 1 else words.say("several-mistakes", mistakes=" / ".join(explained))


def _message(outcome: str, marks: Sequence[Mark], words: Words) -> str:
    """Name the first row that needs attention, and say that what follows from it is right where it is."""
    if outcome in ("right", "rounded"):
        return words.say(f"table-{outcome}")
    first = next((mark for mark in marks if mark.outcome in TROUBLES), None)
    if first is None:
        right = sum(mark.outcome in ACCEPTED for mark in marks)
        return words.say("table-so-far", right=right, rows=len(marks))
    later = marks[marks.index(first) + 1 :]
    own = any(cell.outcome == "right-from-your-own" for mark in later for cell in mark.cells)
    return f"{first.message} {words.say('carried-on')}" if own else first.message
