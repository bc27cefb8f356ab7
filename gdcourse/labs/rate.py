"""The rate lab: one descent down a tilted valley, its loss against theory, and the steps that every rate needs.

The valley has the curvatures μ = 1 along it and L = κ across it, so the condition κ alone moves 1/L, the best rate
2/(μ + L) and the critical rate 2/L along the slider.
"""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.checks import shorten
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import Landscape, quadratic
from gdcourse.optimizers import GradientDescent

LEFT = 1e-6  # share of the starting distance at which a run has arrived
LONGEST = 300  # steps of the measured runs on the map
STEEPEST = 1e6  # the largest condition
LARGEST = 1e300  # a rate beyond it is taken for this one where theory is asked
RATES = (0.002, 2.5)
VIEW = (-2.2, 2.2)
REGIMES = ("monotone", "exact", "overshooting", "cycling", "divergent")

SETTINGS = {
    "rate": Setting("Learning rate α", 0.05, *RATES, "log", tabled=True),
    "condition": Setting("Condition κ", 10.0, 1.0, 100.0, "log"),
    "angle": Setting("Rotation (°)", 30.0, 0.0, 90.0),
    "start_x": Setting("Start, first weight", -1.7, -2.0, 2.0, shown=False),
    "start_y": Setting("Start, second weight", 0.6, -2.0, 2.0, shown=False),
    "steps": Setting("Steps", 80, 0, 300, shown=False),
}
READOUT = "Step {step:d} | Weights ({x:.2}, {y:.2}) | Loss {loss:.2} | {turn:d}° off the way to the minimum"
FLOOR = "Step {step:d} | Weights ({x:.2}, {y:.2}) | Loss {loss:.2}"
LOST = "Step {step:d} | Beyond all numbers: this descent has diverged. Choose a smaller learning rate."
FACTORS = "A step multiplies what is left along the valley by 1 − αμ = {flat:.3}, across it by 1 − αL = {steep:.3}."
REGIME = (
    "Monotone: α is below 1/L = {first:.4}, and no direction overshoots.",
    "Exact: α is 1/L = {first:.4}, and the steep direction is done in one step.",
    "Overshooting: α is between 1/L = {first:.4} and 2/L = {last:.4}; each step crosses the valley, and it converges.",
    "Cycling: α is 2/L = {last:.4}, and the steep direction jumps to and fro for ever.",
    "Divergent: α is above 2/L = {last:.4}, and the steep direction grows in every step.",
)
OUTCOMES = (
    "At step {arrived:d} the distance was a millionth of that at the start; theory says {needed:d|step|steps} at most.",
    "After {steps:d|step|steps} the distance is {left:.2} of that at the start;"
    " a millionth takes {needed:d|step|steps} at most.",
    "After {steps:d|step|steps} the distance is {left:.2} of that at the start; it will never be a millionth.",
    "Nothing of the starting distance is left to go: the start is the minimum.",
    "This descent never arrives.",
)


def draw(rate, condition, angle, start_x, start_y, steps) -> Scene:
    """Return the scene of one descent; `rate` may be an array (P,) for a table."""
    if not 1 <= condition <= STEEPEST:
        expected = f"a number from 1 to {STEEPEST:.0f}, because L is the larger curvature"
        raise ValueError(f"condition is {expected}; {shorten(condition)} came: pass one like 10.0")
    ground, start = _valley(condition, angle), (start_x, start_y)
    columns = _run(ground, rate, start, steps)
    columns |= _predicted(condition, np.radians(angle), rate, start, steps)
    columns |= _map(condition, angle, start)
    columns["outcome"] = _outcome(columns)
    return Scene(
        title=f"A valley of condition κ = {condition:.6g}, turned by {angle:.6g}°.",
        panels=_panels(ground, start, steps),
        layers=LAYERS,
        texts=TEXTS,
        columns=columns,
        frames=steps + 1,
        heads=HEADS,
        tracks={
            "rate": rate_track(condition, 1.0, *RATES),
            **{name: Track(even(-2.0, 2.0)) for name in ("start_x", "start_y")},
        },
        facts={name: columns[name][..., 0] for name in ("regime", "arrived", "needed", "left")},
    )


@lru_cache(maxsize=64)
def _valley(condition: float, angle: float) -> Landscape:
    return quadratic((1.0, condition), np.radians(angle), view=(VIEW, VIEW), name="valley")


def rate_track(L: float, mu: float, low: float, high: float, *extra: float) -> Track:
    """Return a rate's slider with the regimes shaded and 1/L, 2/L and the best rate marked, where they lie on it."""
    first, last = 1 / L, float(theory.critical_rate(L))
    marks = ((first, "1/L"), (float(theory.best_rate(L, mu)), "best"), (last, "2/L"))
    ends = np.clip([low, first, last, high], low, high).tolist()
    zones = zip(ends[:-1], ends[1:], ("minimum", "theory", "gradient"), strict=True)
    seen = tuple((at, words) for at, words in marks if low <= at <= high)
    positions = ladder(low, high, *extra, *(at for at, _ in seen))
    return Track(positions, seen, tuple(zone for zone in zones if zone[0] < zone[1]))


def _run(ground: Landscape, rate, start, steps) -> dict[str, np.ndarray]:
    """Run gradient descent and return its columns, frames last."""
    path = descend(ground, GradientDescent(np.atleast_1d(rate)), np.array([start]), steps=steps)
    with np.errstate(all="ignore"):  # a diverging run ends in NaN, and says so in words
        after = path.points - np.reshape(rate, (-1, 1, 1)) * path.gradients
        left = np.linalg.norm(path.points, axis=-1)
        turn = np.degrees(theory.angle_to_minimum(ground, np.where(np.isfinite(path.points), path.points, 0.0)))

    def column(numbers):
        return np.moveaxis(numbers.reshape(steps + 1, *np.shape(rate)), 0, -1)

    return {
        "step": np.arange(steps + 1.0),
        **{name: column(path.points[..., i]) for i, name in enumerate(("x", "y"))},
        **{name: column(after[..., i]) for i, name in enumerate(("next_x", "next_y"))},
        "loss": column(path.values),
        "turn": column(turn),
        "state": column(np.select([~np.isfinite(path.values), ~np.isfinite(turn)], [2.0, 1.0], 0.0)),
        **_arrival(column(left)),
    }


def _arrival(left: np.ndarray) -> dict[str, np.ndarray]:
    """Return when a millionth of the starting distance was left (inf if never), and the share left at the end."""
    with np.errstate(all="ignore"):
        share = left / left[..., :1]
    near = share <= LEFT
    arrived = np.where(near.any(-1), near.argmax(-1), np.inf)
    return {"arrived": arrived[..., None], "left": share[..., -1:]}


def _predicted(L: float, angle: float, rate, start, steps) -> dict[str, np.ndarray]:
    """Return what theory says: the factor of a step in both directions, the loss left in each, and the steps needed."""
    rate = np.clip(np.asarray(rate, float)[..., None], 1 / LARGEST, LARGEST)
    along = start[0] * np.cos(angle) + start[1] * np.sin(angle)
    across = start[1] * np.cos(angle) - start[0] * np.sin(angle)
    ends = np.array([0, steps])
    needed = theory.steps_to(LEFT, theory.worst_contraction(rate, L, 1.0))
    return {
        "ends": ends.astype(float),
        "loss_along": theory.loss_after(ends, along, rate, 1.0),
        "loss_across": theory.loss_after(ends, across, rate, L),
        "flat": theory.contraction(rate, 1.0),
        "steep": theory.contraction(rate, L),
        "regime": _places(theory.regime(rate, L), REGIMES),
        "needed": np.ceil(needed),
        "rate": rate,
        "first": np.array([1 / L]),
        "last": np.array([float(theory.critical_rate(L))]),
        "origin": np.zeros(1),
        "steps": np.array([float(steps)]),
    }


def _places(words, order: tuple[str, ...]) -> np.ndarray:
    """Return the place of each word in the order, as a column of floats."""
    return np.select([np.equal(words, word) for word in order], np.arange(float(len(order))), 0.0)


def _outcome(columns) -> np.ndarray:
    """Return which of OUTCOMES tells the end of a run."""
    there, possible = np.isfinite(columns["arrived"]), np.isfinite(columns["needed"])
    measured = np.isfinite(columns["left"])
    return np.select([there, measured & possible, measured, columns["loss"][..., :1] == 0], [0.0, 1.0, 2.0, 3.0], 4.0)


@lru_cache(maxsize=64)
def _map(condition: float, angle: float, start: tuple[float, float]) -> dict[str, np.ndarray]:
    """Return the steps that rates below 2/L need: predicted for the slowest direction, and measured from this start."""
    last = float(theory.critical_rate(condition))
    rates = np.unique(np.concatenate([np.geomspace(RATES[0], 2.0, 200), last * (1 - np.geomspace(1e-5, 0.9, 120))]))
    rates = rates[rates < last]
    tried = rates[:: max(1, len(rates) // 60)]
    path = descend(_valley(condition, angle), GradientDescent(tried), start, steps=LONGEST)
    measured = _arrival(np.linalg.norm(path.points, axis=-1).T)["arrived"][:, 0]
    return {
        "map_rate": rates,
        "map_steps": theory.steps_to(LEFT, theory.worst_contraction(rates, condition, 1.0)),
        "tried": tried,
        "tried_steps": np.where(measured > 0, measured, np.nan),
    }


def _panels(ground: Landscape, start, steps: int) -> tuple[Panel, ...]:
    height = float(ground.value(np.array(start)))
    scale = 10.0 ** np.clip(np.round(np.log10(height)), -250, 250) if height > 0 else 1.0
    return (
        Panel(
            "valley", ground.view[0], ground.view[1], "first weight", "second weight",
            share=1.3, ground=ground, equal=True, pointer=("start_x", "start_y"),
        ),
        Panel("losses", (0.0, max(steps, 1.0)), (1e-9 * scale, 1e3 * scale), "step", "loss", y_scale="log"),
        Panel(
            "map", RATES, (1.0, 1e4), "learning rate α (press to choose)", "steps until 10⁻⁶ of the way is left",
            x_scale="log", y_scale="log", pointer=("rate",),
        ),
    )  # fmt: skip


LAYERS = (
    Layer(
        "arrow",
        "valley",
        "second",
        "x",
        "y",
        "origin",
        "origin",
        reveal="now",
        size=1.2,
        dashed=True,
        name="straight to the minimum",
    ),
    Layer("line", "valley", "path", "x", "y", reveal="ahead", size=1.2, faint=True),
    Layer("line", "valley", "path", "x", "y", reveal="past", size=1.8, name="descent"),
    Layer("dots", "valley", "path", "x", "y", reveal="past", size=3),
    Layer("arrow", "valley", "gradient", "x", "y", "next_x", "next_y", reveal="now", size=2.2, name="next step, −α·∇L"),
    Layer("dots", "valley", "ink", "x", "y", reveal="now", size=6),
    Layer("line", "losses", "path", "step", "loss", reveal="ahead", size=2, faint=True),
    Layer("line", "losses", "path", "step", "loss", reveal="past", size=2.4),
    Layer(
        "line",
        "losses",
        "theory",
        "ends",
        "loss_along",
        size=1.6,
        dashed=True,
        name="predicted, along and across",
    ),
    Layer("line", "losses", "theory", "ends", "loss_across", size=1.6, dashed=True),
    Layer("dots", "losses", "ink", "step", "loss", reveal="now", size=4.5),
    Layer("dots", "map", "path", "tried", "tried_steps", size=2.6, name="measured"),
    Layer("line", "map", "theory", "map_rate", "map_steps", size=1.8, dashed=True),
    Layer("dots", "map", "ink", "rate", "needed", reveal="now", size=6, name="this rate"),
)
TEXTS = (
    Text("readout", (READOUT, FLOOR, LOST), "state"),
    Text("factors", (FACTORS,)),
    Text("regime", REGIME, "regime"),
    Text("outcome", OUTCOMES, "outcome"),
)
HEADS = (
    ("Step", "step", "d"), ("First weight", "x", ".4"), ("Second weight", "y", ".4"), ("Loss", "loss", ".4"),
    ("Degrees off the minimum", "turn", ".1"),
)  # fmt: skip

RATE = Lab("rate", "The learning rate", SETTINGS, draw)
