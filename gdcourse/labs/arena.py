"""The arena: a ball with momentum on a hill, between two wells, on a plateau, or on a curve that the learner types."""

from functools import lru_cache

import numpy as np

from gdcourse.descent import descend
from gdcourse.labs.arena_ground import CHOICES, arena_ground, height_range, rate_track, wells_of
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import Landscape
from gdcourse.optimizers import Momentum
from gdcourse.trajectory import Trajectory

CALM = 11  # rows at the end in which a ball at rest must not leave its well's floor
NEAR = 0.05  # a ball rests in a well once it never again is further than this from its floor
ODDS = np.round(np.linspace(0, 1, 51), 12)  # the kept shares of the strip

SETTINGS = {
    "landscape": Setting("Landscape", "double-well-right", choices=CHOICES, resets=("start",)),
    "formula": Setting("Your curve L(x)", "x**4/4 - 2*x**2 + x/2", resets=("start",), needs=(("landscape", "own"),)),
    "beta": Setting("Momentum β", 0.9, 0.0, 1.0, tabled=True, hard=True),
    "rate": Setting("Learning rate α", 0.05, 0.01, 0.5, "log", tabled=True),
    "start": Setting("Start", None, tabled=True),
    "ahead": Setting("Path ahead", True),
    "steps": Setting("Steps", 160, 0, 1000, shown=False),
}
STILL = "double-well-right"
PRESETS = {
    "1 Two wells, β = 0": {"landscape": STILL, "start": -2.0, "rate": 0.05, "beta": 0.0},
    "2 Two wells, β = 0.9": {"landscape": STILL, "start": -2.0, "rate": 0.05, "beta": 0.9},
    "3 Two wells, β = 0.85": {"landscape": STILL, "start": -2.0, "rate": 0.05, "beta": 0.85},
    "4 From the right, β = 0.9": {"landscape": STILL, "start": 1.9, "rate": 0.01, "beta": 0.9},
    "5 Plateau, β = 0": {"landscape": "plateau", "start": -5.0, "rate": 0.2, "beta": 0.0},
    "6 Plateau, β = 0.9": {"landscape": "plateau", "start": -5.0, "rate": 0.2, "beta": 0.9},
}
READOUT = "Step {step:d} | Position {w:.2} | Velocity {velocity:.2} | Loss {loss:.2}"
LOST = "Step {step:d} | Beyond all numbers: this ball has flown off. Choose a smaller learning rate."
ARITHMETIC = "w + β·v − α·g = {w:.2} + {beta:r} × {velocity:(.2)} − {rate:r} × {gradient:(.2)} = {next:.2}"
LOWEST, HIGHER = "The lowest there is.", "Not the lowest one."
OUTCOMES = (
    "Not at rest after {steps:d|step|steps}: the ball is at w = {end:.2}, {height:.2} above the lowest well.",
    "Not at rest after {steps:d|step|steps}: the ball is at w = {end:.2}.",  # where no well is known
    "In the valley, {arrived:d|step|steps}.",
    f"Left well, {{arrived:d|step|steps}}. {LOWEST}",
    f"Left well, {{arrived:d|step|steps}}. {HIGHER}",
    f"Right well, {{arrived:d|step|steps}}. {LOWEST}",
    f"Right well, {{arrived:d|step|steps}}. {HIGHER}",
    f"Well at w = {{goal:.2}}, {{arrived:d|step|steps}}. {LOWEST}",
    f"Well at w = {{goal:.2}}, {{arrived:d|step|steps}}. {HIGHER}",
    "It flies off: with this α and β the ball leaves all numbers at step {lost_at:d}.",
    "It stays where it is: no slope and no velocity, so momentum does not move it either.",
    "β = 1 keeps all of the velocity: without any friction the ball never comes to rest.",
)


def draw(landscape, formula, beta, rate, start, ahead, steps) -> Scene:
    """Return the scene of one ball; `beta`, `rate` or `start` may be an array (P,) for a table."""
    ground, notice = arena_ground(landscape, formula)
    start = float(np.round(ground.start[0], 12)) if start is None else start  # 1.8, not 1.8000000000000007
    wells = wells_of(ground)
    columns = _roll(ground, wells, start, rate, beta, steps) | _strip(ground, wells, start, rate, steps)
    single = np.ndim(beta) == np.ndim(rate) == np.ndim(start) == 0
    return Scene(
        title=_title(landscape, ground, notice),
        panels=_panels(ground),
        layers=_layers(ground, ahead),
        texts=(
            Text("readout", (READOUT, LOST), "lost"),
            Text("arithmetic", (ARITHMETIC, ""), "lost"),
            Text("outcome", OUTCOMES, "outcome"),
        ),
        columns=columns,
        frames=steps + 1,
        heads=(
            ("Step", "step", "d"),
            ("Position w", "w", ".4"),
            ("Velocity", "velocity", ".4"),
            ("Loss L(w)", "loss", ".4"),
        ),
        tracks={
            "beta": Track(even(0.0, 1.0)),
            "rate": rate_track(ground, ladder(0.01, 0.5)[::2]),  # every other number of two digits: each costs a strip
            "start": Track(even(*ground.view[0], ground.start[0])),
        },
        found={"start": start},
        facts=_facts(columns) if single else {},
        notice=notice,
    )


def _title(landscape: str, ground: Landscape, notice: str) -> str:
    if landscape == "own" and not notice:
        return f"The ball on your own curve, {ground.formula}."
    return f"The ball on {CHOICES[STILL if notice else landscape]}."


def _roll(ground: Landscape, wells: np.ndarray, start, rate, beta, steps) -> dict[str, np.ndarray]:
    """Let the ball go, and return its columns, frames last."""
    shape = np.broadcast(start, rate, beta).shape
    path = _runs(ground, start, rate, beta, steps)
    parts = (path.points, path.gradients, path.history("velocity"), path.values)
    w, gradient, velocity, loss = (np.moveaxis(part.reshape(steps + 1, *shape), 0, -1) for part in parts)
    rate, beta = (np.asarray(setting, float)[..., None] for setting in (rate, beta))
    with np.errstate(all="ignore"):  # a ball that flies off ends in NaN, and says so in words
        columns = {
            "step": np.arange(steps + 1.0),
            "steps": np.array([float(steps)]),
            "w": w,
            "loss": loss,
            "gradient": gradient,
            "velocity": velocity,
            "next": w + beta * velocity - rate * gradient,
            "rate": rate,
            "beta": beta,
            "lost": 1.0 - np.isfinite(loss),
            "end": w[..., -1:],
        }
        return columns | _outcome(ground, wells, columns)


def _runs(ground: Landscape, start, rate, beta, steps, keep: str | int = "all") -> Trajectory:
    """Run the ball for every pair (rate, beta) and every start: points (rows, pairs, starts, 1, 1).

    Each is an array of its own: NumPy rounds x² of a bare number otherwise than of an array, and then a table would
    not be its single scenes.
    """
    rate, beta = (np.ravel(part) for part in np.broadcast_arrays(np.asarray(rate, float), beta))
    starts = np.reshape(np.asarray(start, float), (-1, 1, 1))
    return descend(ground, Momentum(rate, beta), starts, steps=steps, keep=keep)


def _resting(w: np.ndarray, wells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the well nearest to each run's end (last axis: rows), and whether it rests there.

    Without any well the index is −1.
    """
    if not wells.size:
        nowhere = np.full(w.shape[:-1], -1)
        return nowhere, np.zeros(w.shape[:-1], bool)
    with np.errstate(invalid="ignore"):
        which = np.abs(w[..., -1:] - wells).argmin(-1)
        return which, np.asarray((np.abs(w[..., -CALM:] - wells[which][..., None]) < NEAR).all(-1))


def _outcome(ground: Landscape, wells: np.ndarray, columns) -> dict[str, np.ndarray]:
    """Judge a whole run: the column that picks its words (an index into OUTCOMES) and the numbers in them."""
    w, loss = columns["w"], columns["loss"]
    which, rests = _resting(w, wells)
    goal = wells[which] if wells.size else np.full(which.shape, np.nan)
    lowest = float(np.min(ground.value(wells[:, None]))) if wells.size else np.nan
    far = np.abs(w - goal[..., None]) >= NEAR
    arrived = np.where(far.any(-1), w.shape[-1] - far[..., ::-1].argmax(-1), 0)
    higher = ground.value(goal[..., None]) > lowest + 1e-9
    in_a_well = {1: 2 + 0 * which, 2: 3 + 2 * which + higher}.get(wells.size, 7 + higher)
    lost = ~np.isfinite(loss[..., -1])
    still = (columns["gradient"][..., 0] == 0) & ~rests
    outcome = np.select(
        [lost, still, rests, np.broadcast_to(columns["beta"][..., 0] == 1, rests.shape)],
        [9, 10, in_a_well, 11],
        0 if wells.size else 1,
    )
    return {
        "outcome": outcome[..., None].astype(float),
        "arrived": arrived[..., None].astype(float),
        "goal": goal[..., None],
        "height": loss[..., -1:] - lowest,
        "lost_at": columns["lost"].argmax(-1)[..., None].astype(float),
    }


def _strip(ground: Landscape, wells: np.ndarray, start, rate, steps) -> dict[str, np.ndarray]:
    """Return where the ball ends for every kept share of ODDS, in three columns by what became of it."""
    if np.ndim(start) == np.ndim(rate) == 0:
        return _strip_of(ground, start, rate, steps)
    return _ends(ground, wells, start, rate, steps)


@lru_cache(maxsize=64)  # β moves along the strip and leaves it as it is
def _strip_of(ground: Landscape, start: float, rate: float, steps: int) -> dict[str, np.ndarray]:
    return _ends(ground, wells_of(ground), start, rate, steps)


def _ends(ground: Landscape, wells: np.ndarray, start, rate, steps) -> dict[str, np.ndarray]:
    path = _runs(ground, start, np.reshape(rate, (-1, 1)), ODDS, steps, keep=CALM)
    rows = path.points.reshape(-1, np.size(rate), len(ODDS), np.size(start))
    w = np.moveaxis(rows, 0, -1).swapaxes(1, 2).reshape(*np.broadcast(start, rate).shape, len(ODDS), -1)
    which, rests = _resting(w, wells)
    best = which == (int(np.argmin(ground.value(wells[:, None]))) if wells.size else -1)
    low, high = ground.view[0]
    ends = np.clip(w[..., -1], low, high)  # what has left the picture, or all numbers, lies at its edge
    ends = np.where(np.isnan(ends), high, ends)
    return {
        "odds": ODDS,
        "odds_best": np.where(rests & best, ends, np.nan),
        "odds_other": np.where(rests & ~best, ends, np.nan),
        "odds_nowhere": np.where(rests, np.nan, ends),
    }


def _facts(columns) -> dict[str, object]:
    """Return what a prediction may ask for: the place of the well (NaN if the ball does not rest), the steps to it."""
    rests = 2 <= columns["outcome"][0] <= 8
    return {
        "well": float(columns["goal"][0]) if rests else np.nan,
        "arrived": float(columns["arrived"][0]) if rests else np.inf,
        "end": float(columns["end"][0]),
        "diverged": bool(columns["lost"][-1]),
    }


def _panels(ground: Landscape) -> tuple[Panel, Panel]:
    view = ground.view[0]
    valley = Panel("valley", view, height_range(ground), "w", "L(w)", share=1.35, ground=ground, pointer=("start",))
    return valley, Panel("strip", (-0.02, 1.02), view, "momentum β", "where the ball ends, w", pointer=("beta",))


def _layers(ground: Landscape, ahead: bool) -> tuple[Layer, ...]:
    reach = 0.22 * (ground.view[0][1] - ground.view[0][0])
    future = (
        Layer("line", "valley", "path", "w", "loss", reveal="ahead", size=1.5, faint=True),
        Layer("dots", "valley", "path", "w", "loss", reveal="ahead", size=2.5, faint=True),
    )
    return (
        *(future if ahead else ()),
        Layer(
            "tangent", "valley", "gradient", "w", "loss", slope="gradient", reveal="now", size=reach, name="slope here"
        ),
        Layer("line", "valley", "path", "w", "loss", reveal="past", size=1.5),
        Layer("dots", "valley", "path", "w", "loss", reveal="past", size=3),
        Layer(
            "arrow", "valley", "ink", "w", "loss", "next", "loss", reveal="now", size=2.2, name="next step, β·v − α·g"
        ),
        Layer("dots", "valley", "ink", "w", "loss", reveal="now", size=7, name="ball"),
        Layer("dots", "strip", "minimum", "odds", "odds_best", size=3.5, name="lowest well"),
        Layer("dots", "strip", "second", "odds", "odds_other", size=3.5, name="another well"),
        Layer("dots", "strip", "theory", "odds", "odds_nowhere", size=2.5, name="not at rest"),
        Layer("dots", "strip", "ink", "beta", "end", size=6),
    )


ARENA = Lab("arena", "The descent arena", SETTINGS, draw, PRESETS)
