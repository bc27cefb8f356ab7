"""Two weights in a row: the sharpness along a run against the sharpness that its rate can live with."""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import Momentum

GROUND = LANDSCAPES["two-weights"]
RATES = (0.01, 0.3)
SETTLED = 1e-6  # loss below which a run has arrived
RISEN = 1.01  # times the first loss: only then the loss counts as having risen

SETTINGS = {
    "rate": Setting("Learning rate α", 0.15, *RATES, "log", tabled=True),
    "beta": Setting("Momentum β", 0.0, 0.0, 0.9, tabled=True, hard=True),
    "start_u": Setting("Start, u", 4.0, -5.0, 5.0, tabled=True),
    "start_v": Setting("Start, v", 0.1, -5.0, 5.0, tabled=True),
    "steps": Setting("Steps", 150, 0, 1000, shown=False),
}
PRESETS = {
    "1 Below the edge, α = 0.10": {"rate": 0.1},
    "2 Just above it, α = 0.13": {"rate": 0.13},
    "3 Catapult, α = 0.20": {"rate": 0.2},
    "4 A little more, α = 0.22": {"rate": 0.22},
    "5 Too much, α = 0.25": {"rate": 0.25},
}
PRESETS = {words: {**given, "beta": 0.0, "start_u": 4.0, "start_v": 0.1} for words, given in PRESETS.items()}
READOUT = "Step {step:d} | Weights ({u:.2}, {v:.2}) | Loss {loss:.2} | Sharpness {sharpness:.2}, limit {limit:.2}"
LOST = "Step {step:d} | Beyond all numbers: this run has diverged. Choose a smaller learning rate."
OUTCOMES = (
    "It comes to rest at sharpness {end:.2}; the limit of this rate is {limit:.2}.",
    "The loss first rises to {highest:.2}, {times:.1} times the start's; then it comes to rest at sharpness {end:.2}.",
    "It diverges.",
    "After {steps:d|step|steps} the loss is {end_loss:.2} and the sharpness {end:.2}.",
)
WHY = (
    "The imbalance u² − v² went from {imbalance:.2} to {left:.2}; by theory, 1 − 2α²L a step, to {product:.2}.",
    "",
)
SLOW = "Tiny steps would keep the imbalance u² − v² = {imbalance:.2} and end at sharpness {slow:.2}."
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("outcome", OUTCOMES, "outcome"),
    Text("slow", (SLOW,)),
    Text("why", WHY, "why"),
)
HEADS = (
    ("Step", "step", "d"),
    ("u", "u", ".4"),
    ("v", "v", ".4"),
    ("Loss", "loss", ".4"),
    ("Sharpness", "sharpness", ".4"),
)


def draw(rate, beta, start_u, start_v, steps) -> Scene:
    """Return the scene of one run; one of the numbers may be an array (P,) for a table."""
    columns = _run(rate, beta, start_u, start_v, steps)
    columns |= _limits(columns, rate, beta, start_u, start_v)
    columns |= _judged(columns, rate, beta)
    return Scene(
        title="Two weights in a row, L(u, v) = ½(uv − 1)²: each point of the curve uv = 1 is a minimum.",
        panels=_panels(steps),
        layers=LAYERS,
        texts=TEXTS,
        columns=columns | _minima(rate, beta),
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(),
        facts={name: columns[name][..., 0] for name in ("end", "highest", "limit", "slow", "outcome")},
    )


@lru_cache(maxsize=1)
def _tracks() -> dict[str, Track]:
    """Return the positions of the sliders.

    The zones of the rate are those of the usual start: calm below 2/λ, with λ the sharpness where tiny steps end, a
    catapult up to about 4/λ, and divergence beyond.
    """
    u, v = GROUND.start
    slow = float(theory.balanced_sharpness(u**2 - v**2))
    edge, far = 2 / slow, 4 / slow
    ends, roles = (RATES[0], edge, far, RATES[1]), ("minimum", "theory", "gradient")
    zones = tuple((low, high, role) for low, high, role in zip(ends[:-1], ends[1:], roles, strict=True))
    return {
        "rate": Track(ladder(*RATES, edge, far), ((edge, "2/λ"), (far, "4/λ")), zones),
        "beta": Track(even(0.0, 0.9)[::2]),
        "start_u": Track(even(-5.0, 5.0, u)),
        "start_v": Track(even(-5.0, 5.0, v)),
    }


def _run(rate, beta, start_u, start_v, steps) -> dict[str, np.ndarray]:
    """Run the heavy ball, which is gradient descent at β = 0, and return its columns, frames last."""
    shape = np.broadcast(rate, beta, start_u, start_v).shape
    rate, beta = (np.ravel(part) for part in np.broadcast_arrays(np.asarray(rate, float), beta))
    starts = np.stack(np.broadcast_arrays(np.asarray(start_u, float), start_v), -1).reshape(-1, 1, 2)
    path = descend(GROUND, Momentum(rate, beta), starts, steps=steps)
    w = np.moveaxis(path.points.reshape(steps + 1, *shape, 2), 0, -2)
    loss = np.moveaxis(path.values.reshape(steps + 1, *shape), 0, -1)
    return {
        "step": np.arange(steps + 1.0),
        "steps": np.array([float(steps)]),
        "u": w[..., 0],
        "v": w[..., 1],
        "loss": loss,
        "lost": 1.0 - np.isfinite(loss),
        "sharpness": GROUND.curvatures(w)[..., -1],
    }


def _limits(columns, rate, beta, start_u, start_v) -> dict[str, np.ndarray]:
    """Return what theory says: the limit of the rate, and where tiny steps from this start would end."""
    rate, beta, u, v = (np.asarray(part, float)[..., None] for part in (rate, beta, start_u, start_v))
    rate = np.clip(rate, 1e-300, 1e150)
    u, v = np.clip(u, -1e150, 1e150), np.clip(v, -1e150, 1e150)
    imbalance = u**2 - v**2
    with np.errstate(all="ignore"):
        loss = np.where(np.isfinite(columns["loss"]), columns["loss"], 0.0)
        product = imbalance * np.prod(theory.imbalance_factor(rate, loss)[..., :-1], axis=-1, keepdims=True)
    return {
        "limit": np.broadcast_to(theory.sharpness_limit(rate, beta), np.broadcast_shapes(rate.shape, beta.shape)),
        "slow": np.asarray(theory.balanced_sharpness(imbalance)),
        "imbalance": imbalance,
        "left": columns["u"][..., -1:] ** 2 - columns["v"][..., -1:] ** 2,
        "product": product,
        "ends": columns["step"][[0, -1]],
    }


def _judged(columns, rate, beta) -> dict[str, np.ndarray]:
    """Judge a whole run: how it ended, how high it rose, and which words tell it."""
    loss, sharpness = columns["loss"], columns["sharpness"]
    with np.errstate(all="ignore"):
        highest = np.where(np.isfinite(loss), loss, -np.inf).max(-1, keepdims=True)
        times = highest / loss[..., :1]
    end = sharpness[..., -1:]
    plain = np.broadcast_to(np.asarray(beta, float)[..., None] == 0, end.shape)
    lost, rests, risen = ~np.isfinite(loss[..., -1:]), loss[..., -1:] < SETTLED, times > RISEN
    return {
        "highest": highest,
        "times": times,
        "end": end,
        "end_loss": loss[..., -1:],
        "outcome": np.select([lost, rests & risen, rests], [2.0, 1.0, 0.0], 3.0),
        "why": np.where(plain & ~lost, 0.0, 1.0),
    }


def _minima(rate, beta) -> dict[str, np.ndarray]:
    """Return the curve of all minima, uv = 1, and the part of it that is flat enough for this rate: u² + v² ≤ limit."""
    size = np.concatenate([np.geomspace(0.2, 5.0, 61), [np.nan]])
    u = np.concatenate([size, -size])
    rate, beta = (np.asarray(part, float)[..., None] for part in (rate, beta))
    limit = theory.sharpness_limit(np.clip(rate, 1e-300, 1e300), beta)
    flat = np.where(u**2 + 1 / u**2 <= limit, u, np.nan)
    return {"curve_u": u, "curve_v": 1 / u, "flat_u": flat, "flat_v": 1 / flat}


def _panels(steps: int) -> tuple[Panel, ...]:
    across, upwards = GROUND.view
    ends = (0.0, float(max(steps, 1)))
    return (
        Panel("plane", across, upwards, "u", "v", ground=GROUND, equal=True, pointer=("start_u", "start_v")),
        Panel("sharpness", ends, (0.0, 40.0), "step", "sharpness (largest curvature)", share=1.1),
        Panel("losses", ends, (1e-9, 1e3), "step", "loss", y_scale="log", under=True),
    )


LAYERS = (
    Layer("line", "plane", "theory", "curve_u", "curve_v", size=1.5, dashed=True, name="minima, uv = 1"),
    Layer("line", "plane", "minimum", "flat_u", "flat_v", size=4, name="flat enough for this rate"),
    Layer("line", "plane", "path", "u", "v", reveal="ahead", size=1.0, faint=True),
    Layer("line", "plane", "path", "u", "v", reveal="past", size=1.8, name="run"),
    Layer("dots", "plane", "path", "u", "v", reveal="past", size=2.5),
    Layer("dots", "plane", "ink", "u", "v", reveal="now", size=6),
    Layer("line", "sharpness", "gradient", "ends", "limit", size=2, name="limit 2(1 + β)/α"),
    Layer("line", "sharpness", "second", "ends", "slow", size=1.6, dashed=True, name="where tiny steps end"),
    Layer("line", "sharpness", "path", "step", "sharpness", reveal="ahead", size=1.2, faint=True),
    Layer("line", "sharpness", "path", "step", "sharpness", reveal="past", size=2.2),
    Layer("dots", "sharpness", "ink", "step", "sharpness", reveal="now", size=4.5),
    Layer("line", "losses", "path", "step", "loss", reveal="ahead", size=1.2, faint=True),
    Layer("line", "losses", "path", "step", "loss", reveal="past", size=2.2),
    Layer("dots", "losses", "ink", "step", "loss", reveal="now", size=4.5),
)

TWO_WEIGHTS = Lab("two-weights", "The two-weight lab", SETTINGS, draw, PRESETS)
