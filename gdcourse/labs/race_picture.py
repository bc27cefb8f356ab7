"""What the race shows: a lane for each racer, its columns, layers and words."""

from dataclasses import dataclass

import numpy as np

from gdcourse.labs.race_ground import heights_of, loss_range
from gdcourse.labs.race_order import UNDER_WAY, WORDS, Finish, judge, ranking, templates
from gdcourse.labs.scene import Layer, Panel, Text
from gdcourse.landscapes import Landscape

LEADS = "Step {{step:d}} | In front: {name}, loss {{least:.2}}"
ALL_LOST = "Step {step:d} | All racers are beyond all numbers."
AT_THE_START = "Step {step:d} | All at the start, loss {least:.2}"


@dataclass(frozen=True, eq=False)
class Lane:
    """One racer on its way; after its last row it stays where it is, because its gradients are spent."""

    name: str
    color: str
    dashed: bool
    points: np.ndarray  # (..., rows, d)
    values: np.ndarray  # (..., rows)
    cost: np.ndarray  # (rows,): gradients taken so far
    last: int

    @property
    def costly(self) -> bool:
        """Whether a step costs more than one gradient."""
        return self.last < len(self.cost) - 1


def panels(ground: Landscape, start, budget: int) -> tuple[Panel, ...]:
    """Return the axes: the ground, the loss against the steps, and under it against the gradients."""
    view, free = ground.view, ("x", "y")[: ground.dimension]
    if ground.dimension == 1:
        field = Panel("valley", view[0], loss_range(ground), "w", "L(w)", share=1.1, ground=ground, pointer=free)
    else:
        field = Panel("valley", view[0], view[1], "w₁", "w₂", share=1.1, ground=ground, pointer=free)
    height, scale, label = _heights(ground, start)
    ends = (0.0, float(max(budget, 1)))
    return (
        field,
        Panel("steps", ends, height, "step", label, y_scale=scale),
        Panel("gradients", ends, height, "gradients taken", label, y_scale=scale, under=True),
    )


def _heights(ground: Landscape, start):
    """Return what is drawn upwards: the height above the lowest minimum, or where none is known the bare loss."""
    heights = heights_of(ground)
    if not heights.size:
        return loss_range(ground), "linear", "loss"
    above = float(ground.value(np.array(start))) - heights[0]
    top = 10.0 ** np.ceil(np.log10(above)) if 1e-290 < above < 1e290 else 1.0
    return (1e-9 * top, 10 * top), "log", "loss − lowest"


def columns(lanes: list[Lane], ground: Landscape) -> dict[str, np.ndarray]:
    """Return the columns of all lanes, and of the order they finish in."""
    heights, rows = heights_of(ground), np.arange(len(lanes[0].cost) if lanes else 1)
    lowest = heights[0] if heights.size else 0.0
    shown = {"step": rows.astype(float)}
    for i, lane in enumerate(lanes):
        moves = rows <= lane.last
        with np.errstate(all="ignore"):
            height = np.where(moves, lane.values - lowest, np.nan)
        shown |= {
            f"x_{i}": lane.points[..., 0],
            f"y_{i}": lane.points[..., 1] if ground.dimension == 2 else lane.values,
            f"loss_{i}": np.where(moves, lane.values, np.nan),
            f"height_{i}": height,
            f"spent_{i}": lane.cost,
        }
    return shown | _order(lanes, ground)


def _order(lanes: list[Lane], ground: Landscape) -> dict[str, np.ndarray]:
    """Return who is in front at each step, and the racers in their places with the numbers of their sentences."""
    if not lanes:
        return {"leader": np.zeros(1), "least": np.full(1, np.nan)}
    finishes = [judge(ground, lane.values, np.asarray(np.isfinite(lane.points).all(-1))) for lane in lanes]
    costs = [_cost_at(lane, finish.arrived) for lane, finish in zip(lanes, finishes, strict=True)]
    together = Finish(*(np.stack(np.broadcast_arrays(*part), -1) for part in zip(*finishes, strict=True)))
    places = ranking(together, np.stack(np.broadcast_arrays(*costs), -1))
    known = bool(heights_of(ground).size)
    kind = np.where((together.kind == UNDER_WAY) & (not known), len(WORDS) - 1, together.kind)
    pick = places * len(WORDS) + np.take_along_axis(kind, places, -1)
    shown = {f"place_{p}": pick[..., p : p + 1].astype(float) for p in range(len(lanes))}
    for i, (finish, cost) in enumerate(zip(finishes, costs, strict=True)):
        numbers = {"arrived": finish.arrived, "lost_at": finish.lost_at, "end": finish.end, "above": finish.above}
        shown |= {f"{name}_{i}": np.asarray(n, float)[..., None] for name, n in {**numbers, "cost": cost}.items()}
    losses = np.stack(np.broadcast_arrays(*(lane.values for lane in lanes)))
    losses = np.where(np.isfinite(losses), losses, np.inf)
    leader = np.where(np.isinf(losses.min(0)), len(lanes), losses.argmin(0))
    leader[..., 0] = np.where(leader[..., 0] == len(lanes), len(lanes), len(lanes) + 1)  # nobody is in front yet
    return shown | {"leader": leader.astype(float), "least": losses.min(0)}


def _cost_at(lane: Lane, arrived: np.ndarray) -> np.ndarray:
    """Return how many gradients a lane had taken when it arrived; inf if it did not."""
    here = np.isfinite(arrived)
    return np.where(here, lane.cost[np.where(here, arrived, 0).astype(int)], np.inf)


def texts(lanes: list[Lane]) -> tuple[Text, ...]:
    """Return the words: who is in front, and a sentence for each place."""
    if not lanes:
        return (Text("readout", ("Nobody races: let at least one optimizer start.",)),)
    names, costly = [lane.name for lane in lanes], [lane.costly for lane in lanes]
    leads = tuple(LEADS.format(name=name) for name in names)
    places = (Text(f"place_{p}", templates(p + 1, names, costly), f"place_{p}") for p in range(len(lanes)))
    return (Text("readout", (*leads, ALL_LOST, AT_THE_START), "leader"), *places)


def layers(lanes: list[Lane]) -> tuple[Layer, ...]:
    """Return the lines of all lanes, and the dots where they are now."""
    lines, dots = [], []
    for i, lane in enumerate(lanes):
        look = {"color": lane.color, "dashed": lane.dashed}
        lines.append(Layer("line", "valley", x=f"x_{i}", y=f"y_{i}", reveal="past", size=1.8, name=lane.name, **look))
        dots.append(Layer("dots", "valley", lane.color, f"x_{i}", f"y_{i}", reveal="now", size=5))
        for panel, across in (("steps", "step"), ("gradients", f"spent_{i}")):
            lines.append(Layer("line", panel, x=across, y=f"height_{i}", size=1.6, **look))
            dots.append(Layer("dots", panel, lane.color, across, f"height_{i}", reveal="now", size=4))
    return (*lines, *dots)
