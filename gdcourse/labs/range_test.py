"""The range test: one short run whose rate grows from step to step, and what can be read from its loss.

L. N. Smith, arXiv 1506.01186. On a noisy valley of known curvature the reading can be held against the truth: the
critical rate 2/L, and what a constant rate of each size really does.
"""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.checks import shorten
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.noisy import START, noisy, valley
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import Landscape
from gdcourse.optimizers import GradientDescent

LOW, HIGH = 1e-3, 3.0
CONSTANT_STEPS = 100  # of the runs at a constant rate that the reading is held against
SMOOTHINGS = np.round(np.arange(0, 0.99, 0.02), 2)
SETTINGS = {
    "condition": Setting("Condition κ", 10.0, 1.0, 100.0, "log"),
    "length": Setting("Steps of the test", 100, 10, 400),
    "noise": Setting("Noise σ", 0.5, 0.0, 4.0),
    "smoothing": Setting("Smoothing", 0.8, 0.0, 0.98, tabled=True),
    "shuffle": Setting("Shuffle number", 1, 1, 99),
}
READOUT = "Step {step:d} | Rate {rate:.4} | Loss {loss:.4} | Smoothed {smooth:.4}"
LOST = "Step {step:d} | Rate {rate:.4} | Beyond all numbers: the rate is far above the critical one."
READING = (
    "The smoothed loss is lowest at α = {lowest:.4}; a tenth of that is {tenth:.4}."
    " It falls most steeply at {steepest:.4}."
)
TRUTH = (
    "The critical rate is 2/L = {last:.4}. The lowest loss stands at {times:.2} times that:"
    " too large a rate needs some steps to show.",
    "The critical rate is 2/L = {last:.4}. The lowest loss stands at {times:.2} times that.",
)


def draw(condition, length, noise, smoothing, shuffle) -> Scene:
    """Return the scene of one test; `smoothing` may be an array (P,) for a table."""
    for name, value, low, high, example in (
        ("condition", condition, 1, 1e6, 10.0), ("noise", noise, 0, 1e6, 1.0),
        ("smoothing", np.max(smoothing), 0, 0.999, 0.8),
    ):  # fmt: skip
        if not low <= value <= high:
            expected = f"a number from {low} to {high:g}"
            raise ValueError(f"{name} is {expected}; {shorten(float(value))} came: pass one like {example}")
    rates, losses = _tested(condition, length, noise, shuffle)
    columns = {"step": np.arange(length + 1.0), "rate": rates, "loss": losses, "lost": 1.0 - np.isfinite(losses)}
    columns |= _read(rates, losses, np.asarray(smoothing, float)) | _constant(condition, noise, shuffle)
    last = float(theory.critical_rate(condition))
    with np.errstate(all="ignore"):
        columns |= {
            "last": np.array([last]),
            "times": columns["lowest"] / last,
            "below": (columns["lowest"] <= last) * 1.0,
        }
    columns |= _uprights(columns)
    return Scene(
        title=f"A range test on a noisy valley of condition κ = {condition:.6g}.",
        panels=_panels(condition),
        layers=LAYERS,
        texts=(Text("readout", (READOUT, LOST), "lost"), Text("reading", (READING,)), Text("truth", TRUTH, "below")),
        columns=columns,
        frames=length + 1,
        heads=(
            ("Step", "step", "d"),
            ("Rate", "rate", ".4"),
            ("Loss", "loss", ".4"),
            ("Smoothed loss", "smooth", ".4"),
        ),
        tracks={"smoothing": Track(SMOOTHINGS)},
        facts={name: columns[name][..., 0] for name in ("lowest", "tenth", "steepest", "last")},
    )


@lru_cache(maxsize=16)
def _ground(condition: float) -> Landscape:
    return valley(condition)


@lru_cache(maxsize=16)
def _tested(condition: float, length: int, noise: float, shuffle: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of the test, each `(HIGH/LOW)^(1/steps)` times the one before, and the loss before each step."""
    ground, growth = _ground(condition), (HIGH / LOW) ** (1 / length)
    path = descend(
        ground, GradientDescent(LOW), np.array([START]), steps=length,
        schedule=lambda k: growth**k, grad=noisy(ground, noise, 1), rng=shuffle,
    )  # fmt: skip
    return LOW * growth ** np.arange(length + 1.0), path.values[:, 0]


def _read(rates: np.ndarray, losses: np.ndarray, smoothing: np.ndarray) -> dict[str, np.ndarray]:
    """Return the smoothed loss and what is read from it; s ← βs + (1 − β)L, divided by 1 − βᵏ as in Adam."""
    beta, total, smooth = smoothing[..., None], np.zeros((*smoothing.shape, 1)), []
    with np.errstate(all="ignore"):
        for k, loss in enumerate(losses):
            total = beta * total + (1 - beta) * loss
            smooth.append(total / (1 - np.power(beta, k + 1)))
        smooth = np.concatenate(smooth, axis=-1)
        fall = np.diff(np.log(smooth), axis=-1)
    seen = np.where(np.isfinite(smooth), smooth, np.inf)
    lowest = seen.argmin(-1)[..., None]
    # the steepest fall is looked for before the lowest point; a test that never falls has it at its beginning
    before = np.arange(fall.shape[-1]) < lowest
    steepest = np.where(before & np.isfinite(fall), fall, np.inf).argmin(-1)[..., None]
    return {
        "smooth": smooth,
        "lowest": rates[lowest],
        "tenth": rates[lowest] / 10,
        "steepest": rates[steepest],
    }


@lru_cache(maxsize=16)
def _constant(condition: float, noise: float, shuffle: int) -> dict[str, np.ndarray]:
    """Return the loss that constant rates end at: the mean over the last tenth of a run."""
    ground, rates = _ground(condition), np.geomspace(LOW, HIGH, 90)
    path = descend(
        ground,
        GradientDescent(rates),
        np.array([START]),
        steps=CONSTANT_STEPS,
        grad=noisy(ground, noise, 1),
        rng=shuffle,
    )
    with np.errstate(all="ignore"):
        ends = path.values[-CONSTANT_STEPS // 10 :, :, 0].mean(0)
    return {"constant": rates, "ends": ends}


def _uprights(columns) -> dict[str, np.ndarray]:
    """Return vertical lines as columns: both ends have the same x."""
    ends = {f"{name}_x": np.concatenate([columns[name]] * 2, axis=-1) for name in ("last", "tenth", "lowest")}
    return {**ends, "upright": np.array([1e-12, 1e12])}


def _panels(condition: float) -> tuple[Panel, ...]:
    start = float(_ground(condition).value(np.array(START)))
    heights = (10 ** np.floor(np.log10(start) - 5), 10 ** np.ceil(np.log10(start) + 1))
    words = "loss after a constant rate"
    return (
        Panel("test", (LOW, HIGH), heights, "rate of the step", "loss", "log", "log", share=1.2),
        Panel("truth", (LOW, HIGH), heights, f"constant rate, {CONSTANT_STEPS} steps", words, "log", "log"),
    )


LAYERS = (
    Layer("line", "test", "path", "rate", "loss", size=1.2, faint=True, name="loss"),
    Layer("line", "test", "ink", "rate", "smooth", size=2.2, name="smoothed"),
    Layer("dots", "test", "ink", "rate", "smooth", reveal="now", size=5),
    *(
        Layer("line", panel, role, f"{name}_x", "upright", size=1.8, dashed=True, name=words if panel == "test" else "")
        for panel in ("test", "truth")
        for name, role, words in (
            ("last", "theory", "2/L"), ("lowest", "gradient", "lowest"), ("tenth", "minimum", "a tenth of it")
        )
    ),
    Layer("line", "truth", "path", "constant", "ends", size=1.4),
    Layer("dots", "truth", "path", "constant", "ends", size=2.4),
)  # fmt: skip

RANGE_TEST = Lab("range-test", "A range test for the learning rate", SETTINGS, draw)
