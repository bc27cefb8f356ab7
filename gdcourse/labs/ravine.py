"""The ravine: gradient descent, momentum and Nesterov on a long valley, beside the plane of all pairs (α, β)."""

from functools import lru_cache
from typing import Any

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting, even
from gdcourse.labs.ravine_plane import (
    MOST_BETA,
    MOST_RATE,
    SMALL,
    limit_of,
    long_run,
    method_of,
    plane_columns,
    plane_layers,
    plane_panel,
)
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import Landscape, quadratic

METHODS = {"momentum": "momentum (heavy ball)", "nesterov": "Nesterov momentum", "gradient-descent": "gradient descent"}
WITH_BETA = (("method", "momentum"), ("method", "nesterov"))
VIEW = (-1.15, 1.15)

SETTINGS = {
    "method": Setting("Method", "momentum", choices=METHODS),
    "rate": Setting("Learning rate α", 1.2, 0.0, MOST_RATE, "log", tabled=True),
    "beta": Setting("Momentum β", 0.7, 0.0, MOST_BETA, tabled=True, hard=True, needs=WITH_BETA),
    "kappa": Setting("Condition κ", 100.0, 1.0, 1000.0, "log", hard=True),
    "angle": Setting("Rotation (°)", 30.0, 0.0, 90.0),
    "others": Setting("The other two methods", True),
    "steps": Setting("Steps", 120, 0, 1000, shown=False),
}
READOUT = "Step {step:d} | Loss {loss:.2} | Distance from the minimum {distance:.2}"
LOST = "Step {step:d} | Beyond all numbers: this run has diverged."
PACE = (
    "In the long run each step leaves {measured:.3} of the distance, as measured; theory says {predicted:.3}.",
    "In the long run each step multiplies the distance by {measured:.3}, as measured; theory says {predicted:.3}.",
    "Theory: in the long run each step multiplies the distance by {predicted:.3}.",
)
OUTCOMES = (
    "Step {arrived:d} is the first that leaves less than a millionth of the distance.",
    "After {steps:d|step|steps} a share of {left:.2} is left;"
    " at this pace a millionth needs about {needed:d|step|steps}.",
    "It diverges: with β = {beta:r} this method needs α below {limit:.3}.",
    "After {steps:d|step|steps} a share of {left:.2} is left.",
    "It diverges: gradient descent needs α below {limit:.3}.",
)
SWINGS = (
    "Across the valley it creeps, along the floor it creeps.",
    "Across the valley it swings, along the floor it creeps.",
    "Across the valley it creeps, along the floor it swings.",
    "Across the valley it swings, along the floor it swings.",
)
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("outcome", OUTCOMES, "outcome"),
    Text("pace", PACE, "pace"),
    Text("swing", SWINGS, "swing"),
)
HEADS = (
    ("Step", "step", "d"),
    ("w₁", "x", ".4"),
    ("w₂", "y", ".4"),
    ("Loss", "loss", ".4"),
    ("Distance", "distance", ".4"),
)


def draw(method, rate, beta, kappa, angle, others, steps) -> Scene:
    """Return the scene of three methods on one valley; `rate` or `beta` may be an array (P,) for a table."""
    ground = valley(kappa, angle)
    columns = _run(ground, method, rate, beta, kappa, steps)
    layers = _layers(method)
    for place, other in enumerate(name for name in METHODS if name != method):
        if others:
            path = _path(ground, other, rate, beta, steps)
            columns |= {f"x{place}": path[..., 0], f"y{place}": path[..., 1]}
            layers = (_faint(place, other), *layers)
    best, valley_panel = theory_pair(method, kappa), Panel("valley", VIEW, VIEW, "w₁", "w₂", ground=ground, equal=True)
    free = ("rate",) if method == "gradient-descent" else ("rate", "beta")
    return Scene(
        title=f"A valley of condition κ = {kappa:.6g}, turned by {angle:.6g}°: {METHODS[method]}.",
        panels=(valley_panel, plane_panel(free)),
        layers=(*layers, *plane_layers()),
        texts=TEXTS,
        columns=columns | plane_columns(method, kappa, best),
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(method, best),
        facts={name: columns[name][..., 0] for name in ("arrived", "measured", "predicted")},
    )


def _tracks(method: str, best: theory.Pair) -> dict[str, Track]:
    """Return the positions of both sliders; the best pair is among them, so that it can be met exactly.

    The zones of the rate are those in which the method converges for every β, for some, and for none.
    """
    rate, beta = float(best.rate), float(best.beta)
    ends = np.unique([0.0, *np.ravel(limit_of(method, np.array([0.0, 1.0]))), MOST_RATE]).tolist()
    roles = ("minimum", "gradient") if method == "gradient-descent" else ("minimum", "theory", "gradient")
    zones = tuple(zip(ends[:-1], ends[1:], roles, strict=False))
    rates = Track(np.unique([*even(0.0, MOST_RATE), *ends, 1.0, rate]), ((rate, "best"), (2.0, "2/L")), zones)
    return {"rate": rates, "beta": Track(np.unique([*even(0.0, MOST_BETA), beta]), ((beta, "best"),))}


@lru_cache(maxsize=64)
def valley(kappa: float, angle: float) -> Landscape:
    """Return the quadratic of curvatures μ = 1/κ and L = 1, turned by the angle in degrees, the start at distance 1."""
    turn = np.radians(angle)
    start = np.array([np.cos(turn) - np.sin(turn), np.sin(turn) + np.cos(turn)]) / np.sqrt(2)
    return quadratic((1 / kappa, 1.0), turn, view=(VIEW, VIEW), start=tuple(start.tolist()), name="valley")


def theory_pair(method: str, kappa: float) -> theory.Pair:
    """Return the fastest (α, β) of a method on curvatures 1/κ and 1."""
    if method == "gradient-descent":
        return theory.Pair(theory.best_rate(1.0, 1 / kappa), np.array(0.0))
    return (theory.nesterov_best if method == "nesterov" else theory.heavy_ball_best)(1.0, 1 / kappa)


def _trajectory(ground: Landscape, method, rate, beta, steps):
    """Run a method; the rate or β may be an array (P,): points (rows, P, 1, 2)."""
    rate, beta = (np.ravel(part) for part in np.broadcast_arrays(np.asarray(rate, float), beta))
    return descend(ground, method_of(method, rate, beta), np.reshape(ground.start, (1, 2)), steps=steps)


def _path(ground: Landscape, method, rate, beta, steps) -> np.ndarray:
    """Return the points of a run, (..., rows, 2); of a single one they are kept for the next scene."""
    if np.ndim(rate) == np.ndim(beta) == 0:
        return _single_path(ground, method, rate, beta, steps)
    points = _trajectory(ground, method, rate, beta, steps).points
    return np.moveaxis(points.reshape(steps + 1, *np.broadcast(rate, beta).shape, 2), 0, -2)


@lru_cache(maxsize=64)
def _single_path(ground: Landscape, method, rate: float, beta: float, steps: int) -> np.ndarray:
    return _trajectory(ground, method, rate, beta, steps).points.reshape(steps + 1, 2)


def _run(ground: Landscape, method, rate, beta, kappa, steps) -> dict[str, np.ndarray]:
    """Return the columns of the run that is looked at, frames last."""
    shape = np.broadcast(rate, beta).shape
    path = _trajectory(ground, method, rate, beta, steps)
    w, g = (np.moveaxis(part.reshape(steps + 1, *shape, 2), 0, -2) for part in (path.points, path.gradients))
    loss = np.moveaxis(path.values.reshape(steps + 1, *shape), 0, -1)
    with np.errstate(all="ignore"):  # a diverging run ends in NaN, and says so in words
        pull = w - np.asarray(rate, float)[..., None, None] * g
        onward = np.concatenate([w[..., 1:, :], np.full_like(w[..., :1, :], np.nan)], -2) + w - pull
        distance = np.hypot(w[..., 0], w[..., 1])
    points = {"": w, "pull_": pull, "carried_": onward}
    columns = {f"{name}{axis}": part[..., i] for name, part in points.items() for i, axis in enumerate("xy")}
    columns |= {"step": np.arange(steps + 1.0), "loss": loss, "distance": distance, "lost": 1.0 - np.isfinite(loss)}
    kept = np.zeros_like(beta) if method == "gradient-descent" else beta  # its place in the plane: the lower edge
    columns |= {"rate": np.asarray(rate, float)[..., None], "beta": np.asarray(kept, float)[..., None]}
    return columns | _judged(method, columns, kappa)


def _judged(method, columns, kappa) -> dict[str, np.ndarray]:
    """Judge a whole run: how fast, how far, whether it swings, each with the column that picks its words."""
    rate, beta, distance = columns["rate"], columns["beta"], columns["distance"]
    steps = distance.shape[-1] - 1.0
    measured = long_run(distance)
    predicted, swing = _predicted(method, rate, beta, kappa)
    near = distance < SMALL
    left = distance[..., -1:]
    with np.errstate(all="ignore"):
        needed = steps + np.log(SMALL / left) / np.log(measured)
    diverges = ~np.isfinite(left) | (predicted > 1)
    known = np.isfinite(measured) & (measured > 0)
    flies_off = 4.0 if method == "gradient-descent" else 2.0
    slow = known & (measured < 1) & (predicted < 1 - 1e-9) & np.isfinite(needed)
    return {
        "steps": np.array([steps]),
        "measured": measured,
        "predicted": predicted,
        "left": left,
        "needed": needed,
        "arrived": np.where(near.any(-1), near.argmax(-1), np.inf)[..., None],
        "limit": np.broadcast_to(limit_of(method, beta), beta.shape).astype(float),
        "outcome": np.select([diverges, near.any(-1)[..., None], slow], [flies_off, 0.0, 1.0], 3.0),
        "pace": np.select([~known, diverges], [2.0, 1.0], 0.0),
        "swing": swing,
    }


def _predicted(method, rate, beta, kappa) -> tuple[np.ndarray, np.ndarray]:
    """Return the long-run factor that theory predicts, and what swings: 1 across the valley, 2 along it, 3 both."""
    curvatures = np.array([1.0, 1 / kappa])
    factor = theory.nesterov_contraction if method == "nesterov" else theory.heavy_ball_contraction
    damping = theory.nesterov_critical_damping if method == "nesterov" else theory.critical_damping
    critical = damping(rate, curvatures)
    swings = ~(beta <= critical + 1e-9) | (rate * curvatures > 1)
    slowest = factor(rate, beta, curvatures).max(-1, keepdims=True)
    return slowest, (swings @ np.array([1.0, 2.0]))[..., None]


def _layers(method: str) -> tuple[Layer, ...]:
    now: Any = {"reveal": "now", "size": 2.2}
    return (
        Layer("line", "valley", "path", "x", "y", reveal="ahead", size=1.2, faint=True),
        Layer("line", "valley", "path", "x", "y", reveal="past", size=2, name=METHODS[method]),
        Layer("dots", "valley", "path", "x", "y", reveal="past", size=2.5),
        Layer("arrow", "valley", "gradient", "x", "y", "pull_x", "pull_y", **now, name="pull, −α∇L"),
        Layer("arrow", "valley", "second", "x", "y", "carried_x", "carried_y", **now, name="velocity kept"),
        Layer("dots", "valley", "ink", "x", "y", reveal="now", size=6),
    )


def _faint(place: int, method: str) -> Layer:
    color, name = ("minimum", "ink")[place], METHODS[method]
    return Layer("line", "valley", color, f"x{place}", f"y{place}", reveal="past", size=1.5, faint=True, name=name)


RAVINE = Lab("ravine", "The ravine", SETTINGS, draw)
