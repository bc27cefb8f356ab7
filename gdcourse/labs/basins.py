"""The basin map: where every start ends, coloured by destination and fainter where it takes longer."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.basins_ground import CHOICES, FORMULA, INSTEAD, basin_ground
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import Landscape
from gdcourse.optimizers import OPTIMIZERS

METHODS = {name: kind.name for name, kind in OPTIMIZERS.items()}
KEPT = {  # what β is called where there is one
    **dict.fromkeys(["momentum", "nesterov", "rmsprop"], "beta"),
    **dict.fromkeys(["adam", "amsgrad", "adamw"], "beta1"),
}
WITH_BETA = tuple(("method", method) for method in KEPT)
WITH_LIMIT = ("gradient-descent", "momentum", "nesterov")  # methods that diverge above some rate
RATES = (0.001, 0.5)
PALETTE = ("path", "gradient", "minimum", "second", "theory", "ground")
CALM = 10  # rows at the end in which a run at rest must not leave its minimum
NEAR = 0.03  # share of the view's smaller side within which a run is at a minimum
CHUNK = 2048  # starts that walk together: more would be no faster, and take more memory

SETTINGS = {
    "landscape": Setting("Landscape", INSTEAD, choices=CHOICES, resets=("start_x", "start_y")),
    "formula": Setting("Your formula L(x, y)", FORMULA, resets=("start_x", "start_y"), needs=(("landscape", "own"),)),
    "method": Setting("Method", "momentum", choices=METHODS),
    "rate": Setting("Learning rate α", 0.01, *RATES, "log"),
    "beta": Setting("Kept β (Adam: β₁)", 0.0, 0.0, 0.99, hard=True, needs=WITH_BETA),
    "start_x": Setting("Start, x", None, tabled=True),
    "start_y": Setting("Start, y", None, tabled=True),
    "cells": Setting("Starts along a side", 72, 2, 200, shown=False),
    "steps": Setting("Steps", 150, 0, 1000, shown=False),
}
READOUT = "Step {step:d} | At ({x:.2}, {y:.2}) | Loss {loss:.2}"
LOST = "Step {step:d} | Beyond all numbers: this run has diverged."
OUTCOMES = (
    "This start comes to rest at the minimum ({goal_x:.2}, {goal_y:.2}), from step {arrived:d} on.",
    "This start is not at rest after {steps:d|step|steps}.",
    "This start diverges.",
)
SHARES = (
    "Of {count:d} starts {best:.1} % end as low as it gets, {other:.1} % in a higher minimum, {nowhere:.1} % in none"
    " within {steps:d|step|steps} (left blank)."
)
MOVED = "{moved:.1} % end in another minimum than gradient descent with the same α brings them to."
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("outcome", OUTCOMES, "outcome"),
    Text("shares", (SHARES,)),
    Text("moved", (MOVED,)),
)
HEADS = (("Step", "step", "d"), ("x", "x", ".4"), ("y", "y", ".4"), ("Loss", "loss", ".4"))


class Ends(NamedTuple):
    """Where runs (...) end: the number of the minimum (−1: none), and the step from which they stay there."""

    which: np.ndarray
    arrived: np.ndarray


def draw(landscape, formula, method, rate, beta, start_x, start_y, cells, steps) -> Scene:
    """Return the map and the run from one start; `start_x` or `start_y` may be an array (P,) for a table."""
    ground, notice = basin_ground(landscape, formula)
    start_x = round(ground.start[0], 6) if start_x is None else start_x
    start_y = round(ground.start[1], 6) if start_y is None else start_y
    columns = _run(ground, optimizer_of(method, rate, beta), start_x, start_y, steps)
    counted = _map(ground, method, rate, beta if method in KEPT else 0.0, cells, steps)
    return Scene(
        title=f"Where {METHODS[method]} ends, start by start. {_name(ground)}.",
        panels=_panels(ground),
        layers=_layers(ground, cells),
        texts=TEXTS,
        columns=columns | counted,
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(ground, method),
        found={"start_x": start_x, "start_y": start_y},
        facts={name: float(counted[name][0]) for name in ("best", "other", "nowhere", "moved")},
        notice=notice,
    )


def _name(ground: Landscape) -> str:
    count = len(ground.minima)
    return CHOICES.get(ground.name, f"{ground.formula}: {count} {'minimum' if count == 1 else 'minima'} found")


def _tracks(ground: Landscape, method: str) -> dict[str, Track]:
    """Return the positions of the sliders; on the rate's, gradient descent's limit at the lowest minimum is marked."""
    sharpness = float(ground.curvatures(ground.minima[0])[-1])
    limit = float(theory.critical_rate(sharpness)) if sharpness > 0 else np.inf
    marks = ((limit, "2/L"),) if method in WITH_LIMIT and RATES[0] < limit < RATES[1] else ()
    return {
        "rate": Track(ladder(*RATES, *(at for at, _ in marks)), marks),
        "start_x": Track(even(*ground.view[0], ground.start[0])),
        "start_y": Track(even(*ground.view[1], ground.start[1])),
    }


def optimizer_of(method: str, rate: float, beta: float):
    """Return an optimizer of the catalogue with this rate, and with β as the share it keeps, if it keeps one."""
    kept = {KEPT[method]: beta} if method in KEPT else {}
    return OPTIMIZERS[method](rate=rate, **kept)


def near_of(ground: Landscape) -> float:
    """Return the distance from a minimum within which a run is there."""
    return NEAR * min(high - low for low, high in ground.view)


def ends_of(ground: Landscape, points: np.ndarray) -> Ends:
    """Judge runs by their points (rows, ..., 2): at rest is who has been near one minimum for the last rows."""
    minima = np.array(ground.minima)
    with np.errstate(all="ignore"):
        which = np.linalg.norm(points[-1][..., None, :] - minima, axis=-1).argmin(-1)
        there = ((points - minima[which]) ** 2).sum(-1) < near_of(ground) ** 2
    arrived = len(points) - np.logical_and.accumulate(there[::-1]).sum(0)
    return Ends(np.where(there[-CALM:].all(0), which, -1), arrived)


def walked(ground: Landscape, optimizer, w: np.ndarray, steps: int) -> np.ndarray:
    """Return the points (steps + 1, n, 2) of a crowd: those of `descend`, which keeps more and takes twice as long."""
    points, state = np.empty((steps + 1, *w.shape)), optimizer.init(w)
    with np.errstate(all="ignore"):
        for k in range(steps):
            points[k] = w
            w, state = optimizer.step(w, ground.grad(w), state)
    points[steps] = w
    return points


@lru_cache(maxsize=32)
def basins(ground: Landscape, method: str, rate: float, beta: float, cells: int, steps: int) -> Ends:
    """Walk from the middle of every field of a grid over the view; shapes (cells·cells,), row by row."""
    optimizer = optimizer_of(method, rate, beta)
    sides = [low + (np.arange(cells) + 0.5) * (high - low) / cells for low, high in ground.view]
    starts = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
    crowds = np.split(starts, range(CHUNK, len(starts), CHUNK))
    parts = [ends_of(ground, walked(ground, optimizer, crowd, steps)) for crowd in crowds]
    return Ends(*(np.concatenate(part) for part in zip(*parts, strict=True)))


@lru_cache(maxsize=32)
def _map(ground: Landscape, method: str, rate: float, beta: float, cells: int, steps: int) -> dict[str, np.ndarray]:
    """Return the image, the minima, and how many starts end where."""
    ends = basins(ground, method, rate, beta, cells, steps)
    plain = basins(ground, "gradient-descent", rate, 0.0, cells, steps)
    heights = ground.value(ground.minima)
    lowest = heights < heights.min() + 1e-9
    rests = ends.which >= 0
    shares = {
        "best": rests & lowest[ends.which],
        "other": rests & ~lowest[ends.which],
        "nowhere": ~rests,
        "moved": rests & (plain.which >= 0) & (ends.which != plain.which),
    }
    minima, slowest = np.array(ground.minima), ends.arrived[rests].max(initial=0) + 1.0
    return {
        "field": np.where(rests, ends.which % len(PALETTE) + ends.arrived / slowest, np.nan),
        "minimum_x": minima[:, 0],
        "minimum_y": minima[:, 1],
        "count": np.array([float(rests.size)]),
        **{name: np.round([100.0 * share.mean()], 1) for name, share in shares.items()},
    }


def _run(ground: Landscape, optimizer, start_x, start_y, steps) -> dict[str, np.ndarray]:
    """Return the columns of the run from the chosen start, frames last."""
    shape = np.broadcast(start_x, start_y).shape
    starts = np.stack(np.broadcast_arrays(np.asarray(start_x, float), start_y), -1).reshape(-1, 1, 2)
    path = descend(ground, optimizer, starts, steps=steps)
    w = np.moveaxis(path.points.reshape(steps + 1, *shape, 2), 0, -2)
    loss = np.moveaxis(path.values.reshape(steps + 1, *shape), 0, -1)
    ends = ends_of(ground, path.points.reshape(steps + 1, -1, 2))
    goal = np.array(ground.minima)[ends.which].reshape(*shape, 1, 2)
    lost = ~np.isfinite(loss)
    outcome = np.select([lost[..., -1], ends.which.reshape(shape) >= 0], [2.0, 0.0], 1.0)
    return {
        "step": np.arange(steps + 1.0),
        "steps": np.array([float(steps)]),
        "x": w[..., 0],
        "y": w[..., 1],
        "loss": loss,
        "lost": lost.astype(float),
        "from_x": w[..., :1, 0],
        "from_y": w[..., :1, 1],
        "goal_x": goal[..., 0],
        "goal_y": goal[..., 1],
        "arrived": ends.arrived.reshape(*shape, 1).astype(float),
        "outcome": outcome[..., None],
    }


def _panels(ground: Landscape) -> tuple[Panel, ...]:
    across, upwards = ground.view
    start = ("start_x", "start_y")
    return (
        Panel("map", across, upwards, "x of the start (press to choose)", "y of the start", pointer=start),
        Panel("plane", across, upwards, "x", "y", ground=ground, pointer=start),
    )


def _layers(ground: Landscape, cells: int) -> tuple[Layer, ...]:
    (left, right), (bottom, top) = ground.view
    extent, mark = (left, right, bottom, top), 2.5 if len(ground.minima) < 20 else 1.2
    return (
        Layer("image", "map", z="field", extent=extent, rows=cells, palette=PALETTE),
        Layer("dots", "map", "ink", "minimum_x", "minimum_y", size=mark, name="minima (small)"),
        Layer("dots", "map", "ink", "from_x", "from_y", size=6, name="the chosen start (large)"),
        Layer("line", "plane", "path", "x", "y", reveal="ahead", size=1.2, faint=True),
        Layer("line", "plane", "path", "x", "y", reveal="past", size=2, name="its run"),
        Layer("dots", "plane", "path", "x", "y", reveal="past", size=2.5),
        Layer("dots", "plane", "ink", "x", "y", reveal="now", size=6),
    )


BASINS = Lab("basins", "The basin map", SETTINGS, draw, draft={"cells": 24})
