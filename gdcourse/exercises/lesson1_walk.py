"""Lesson 1, the parabola walk by hand: L(w) = (w − m)², five steps, with a good rate and with one too large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.free import Plot
from gdcourse.exercises.reading import Unreadable
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.table import Column, Table, slip_table

STEPS = 5
Row = Mapping[str, float]


def slope(variant: dict, w: float) -> float:
    """Give the slope 2(w − m)."""
    return 2 * (w - variant["minimum"])


def loss(variant: dict, w: float) -> float:
    """Give L(w) = (w − m)²."""
    return (w - variant["minimum"]) ** 2


def walk_table(rate: str, other_rate: str = "") -> Table:
    """Declare the table of a walk; `rate` names the variant's rate, `other_rate` one that may be taken by mistake."""

    def start(variant: dict) -> dict[str, float]:
        return {"w": variant["start"], "L": loss(variant, variant["start"])}

    def next_w(variant: dict, before: Row, here: Row) -> float:
        del here
        return before["w"] - variant[rate] * slope(variant, before["w"])

    columns = (
        Column("w", next_w),
        Column("L", lambda variant, before, here: loss(variant, here["w"]), carried=False),
    )
    slips = {**_slips_of_w(rate, other_rate), **SLIPS_OF_L}
    mistakes = tuple(slip_table(name, columns, start, STEPS, slip) for name, slip in slips.items())
    return Table(columns, start, STEPS, (*mistakes, row_late(columns, start)))


def _slips_of_w(rate: str, other_rate: str) -> dict[str, Callable]:
    """Give the known slips of a step, each as the wrong new w from the variant, the rate α and the old w."""
    wrong_steps: dict[str, Callable[[dict, float, float], float]] = {
        "sign-flipped": lambda v, a, w: w + a * slope(v, w),
        "factor-two-forgotten": lambda v, a, w: w - a * (w - v["minimum"]),
        "shift-forgotten": lambda v, a, w: w - a * 2 * w,
        "start-slope-kept": lambda v, a, w: w - a * slope(v, v["start"]),
        "loss-for-slope": lambda v, a, w: w - a * loss(v, w),
        "rate-on-bracket": lambda v, a, w: a * (w - slope(v, w)),
        "rate-on-w": lambda v, a, w: a * w - slope(v, w),
        "rate-forgotten": lambda v, a, w: w - slope(v, w),
    }
    if other_rate:
        wrong_steps["other-rate"] = lambda v, a, w: w - v[other_rate] * slope(v, w)

    def slip(step: Callable[[dict, float, float], float]):
        def wrong(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
            del here, right
            if column == "w":
                yield step(variant, variant[rate], before["w"])

        return wrong

    return {name: slip(step) for name, step in wrong_steps.items()}


def _loss_of_row_above(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
    del here, right
    if column == "L":
        yield loss(variant, before["w"])


def _square_forgotten(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
    del before, right
    if column == "L":
        yield here["w"] - variant["minimum"]
        yield variant["minimum"] - here["w"]


def _square_of_w(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
    del variant, before, right
    if column == "L":
        yield here["w"] ** 2


SLIPS_OF_L = {
    "loss-of-row-above": _loss_of_row_above,
    "square-forgotten": _square_forgotten,
    "shift-forgotten-in-loss": _square_of_w,
}


def row_late(columns: tuple[Column, ...], start: Callable[[dict], dict[str, float]]) -> Mistake:
    """Declare the table that begins with the given row once more, so that every row is one late."""

    def wrong(variant: dict) -> list[tuple[float, ...]]:
        truth = Table(columns, start, STEPS).answer(variant)
        return [tuple(start(variant).values()), *truth[:-1]]

    def slip(variant: dict, column: str, before: Row, here: Row, right: float) -> Iterator[float]:
        del variant, here, right
        yield before[column]

    return Mistake("row-late", wrong, slip)


def _losses(table: Table) -> Callable[[dict], list[float]]:
    return lambda variant: [table.start(variant)["L"], *(row[1] for row in table.answer(variant))]


def _own_losses(table: Table):
    """Give the losses of the learner's own table, where it is complete."""

    def follow(variant: dict, own: Mapping) -> list[float] | None:
        rows = table.read(own["rows"].answer, variant) if "rows" in own else Unreadable("")
        if isinstance(rows, Unreadable) or not all(isinstance(row[1], float) for row in rows):
            return None
        return [table.start(variant)["L"], *(row[1] for row in rows)]

    return follow


def walk_graph(table: Table) -> Plot:
    """Declare the rough graph of L against the step."""

    def places(variant: dict) -> list[float]:
        return [table.start(variant)["w"], *(row[0] for row in table.answer(variant))]

    losses = _losses(table)
    mistakes = (
        Mistake("w-plotted", places),
        Mistake("shifted", lambda variant: [*losses(variant)[1:], losses(variant)[-1]]),
    )
    return Plot(tuple(float(step) for step in range(STEPS + 1)), losses, _own_losses(table), mistakes)


def walk_falls(table: Table) -> Choice:
    """Declare the question whether L falls in every step, answered from the true table."""

    def falls(variant: dict) -> str:
        losses = _losses(table)(variant)
        return "yes" if all(later < earlier for earlier, later in pairwise(losses)) else "no"

    return Choice(("yes", "no"), falls, scale=True)
