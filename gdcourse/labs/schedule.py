"""The schedule lab: a rate that changes from step to step, on a valley whose gradient is noisy.

One handle shapes every schedule: press or drag in the picture of the rate, and the schedule goes through that point, or
comes to rest at it. The loss is the mean over a crowd of runs; below it lies the noise floor that the rate of that step
would settle at.
"""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.checks import shorten
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.noisy import START, noisy, valley
from gdcourse.labs.rate import LARGEST, rate_track
from gdcourse.labs.scene import Layer, Panel, Scene, Text
from gdcourse.optimizers import GradientDescent
from gdcourse.schedules import Constant, Cosine, Exponential, InverseTime, Schedule, StepDecay, WarmUp

CURVATURES = (1.0, 10.0)
RUNS = 16  # in the crowd
STEPS = 200
LAST = 20  # steps at the end over which a loss is averaged
CHOICES = {
    "constant": "constant",
    "step": "step: a staircase",
    "exponential": "exponential",
    "cosine": "cosine",
    "inverse-time": "1/t",
    "warm-up": "warm-up, then cosine",
}
SETTINGS = {
    "schedule": Setting("Schedule", "cosine", choices=CHOICES),
    "rate": Setting("Learning rate α", 0.15, 0.01, 0.25, "log", tabled=True),
    "handle": Setting("Handle: step", 150, 1, STEPS),
    "share": Setting("Handle: share", 0.05, 0.01, 1.0),
    "noise": Setting("Noise σ", 1.0, 0.0, 4.0),
    "shuffle": Setting("Shuffle number", 1, 1, 99),
}
READOUT = "Step {step:d} | Rate {now:.4} = {factor:.2}·α | Mean loss {loss:.4} | Noise floor of this rate {floor:.4}"
LOST = "Step {step:d} | Rate {now:.4} | Beyond all numbers: this descent has diverged. Choose a smaller learning rate."
HOW = {
    "constant": "The rate stays α at every step.",
    "step": "The rate is multiplied by {share:r} after every {handle:d|step|steps}.",
    "exponential": "The rate is multiplied by {each:.4} after every step: {share:r}·α is left after {handle:d}.",
    "cosine": "Half a cosine from α down to {share:r}·α over {handle:d|step|steps}, then flat.",
    "inverse-time": "α/(1 + {each:.4}·k) at step k: {share:r}·α is left after {handle:d|step|steps}.",
    "warm-up": "A straight climb over {handle:d|step|steps}, then half a cosine down to {share:r}·α at the end.",
}
OUTCOMES = (
    "Over the last 20 steps the mean loss was {end:.4}; with a constant α theory says {settled:.4}.",
    "Over the last 20 steps the mean loss was {end:.4}; a constant α would diverge.",
    "This descent has no end: the rate is too large for too long.",
)


def draw(schedule, rate, handle, share, noise, shuffle) -> Scene:
    """Return the scene of one schedule; `rate` may be an array (P,) for a table."""
    if not 0 < share <= 1:
        raise ValueError(f"share is a number above 0 and at most 1; {shorten(share)} came: pass one like 0.1")
    if not 0 <= noise <= 1e6:
        raise ValueError(f"noise is a number from 0 to 1000000; {shorten(noise)} came: pass one like 1.0")
    shape = shaped(schedule, handle, share)
    columns = _run(shape, rate, noise, shuffle) | {
        "handle": np.array([float(handle)]),
        "knob": np.array([float(shape(handle))]),
        "share": np.array([share]),
        "each": np.array([_each(schedule, handle, share)]),
    }
    return Scene(
        title=f"A schedule on a noisy valley: {CHOICES[schedule]}.",
        panels=_panels(),
        layers=LAYERS,
        texts=(
            Text("readout", (READOUT, LOST), "lost"),
            Text("how", (HOW[schedule],)),
            Text("outcome", OUTCOMES, "outcome"),
        ),
        columns=columns,
        frames=STEPS + 1,
        heads=HEADS,
        tracks={"rate": rate_track(max(CURVATURES), min(CURVATURES), 0.01, 0.25)},
        facts={name: columns[name][..., 0] for name in ("end", "settled")},
    )


def shaped(schedule: str, handle: int, share: float) -> Schedule:
    """Return the schedule of this name that the handle (step, share of α) shapes."""
    if schedule == "step":
        return StepDecay(every=handle, factor=share)
    if schedule == "exponential":
        return Exponential(factor=_each(schedule, handle, share))
    if schedule == "cosine":
        return Cosine(steps=handle, end=share)
    if schedule == "inverse-time":
        return InverseTime(decay=_each(schedule, handle, share))
    if schedule == "warm-up":
        return WarmUp(steps=handle, then=Cosine(steps=max(STEPS - handle, 1), end=share))
    return Constant()


def _each(schedule: str, handle: int, share: float) -> float:
    """Return the setting with which an exponential or 1/t schedule goes through the handle."""
    return (1 / share - 1) / handle if schedule == "inverse-time" else share ** (1 / handle)


@lru_cache(maxsize=1)
def _ground():
    return valley(max(CURVATURES))


def _run(shape: Schedule, rate, noise: float, shuffle: int) -> dict[str, np.ndarray]:
    """Run the crowd and return its columns, frames last."""
    crowd = np.tile(START, (RUNS, 1))
    pushed = noisy(_ground(), noise, RUNS)
    path = descend(
        _ground(), GradientDescent(np.atleast_1d(rate)), crowd, steps=STEPS, schedule=shape, grad=pushed, rng=shuffle
    )

    def column(numbers):
        # contiguous: NumPy adds other layouts up in another order, and a table is its single scenes to the digit
        return np.ascontiguousarray(np.moveaxis(numbers.reshape(STEPS + 1, *np.shape(rate)), 0, -1))

    step = np.arange(STEPS + 1.0)
    now = np.asarray(rate, float)[..., None] * shape(step)
    with np.errstate(all="ignore"):
        loss = column(path.values.mean(-1))
        end = loss[..., -LAST:].mean(-1, keepdims=True)
    settled = _floor(np.asarray(rate, float)[..., None], noise)
    told = np.select([np.isfinite(end) & np.isfinite(settled), np.isfinite(end)], [0.0, 1.0], 2.0)
    return {
        "step": step,
        "factor": shape(step),
        "now": now,
        "loss": loss,
        "single": column(path.values[..., 0]),
        "x": column(path.points[..., 0, 0]),
        "y": column(path.points[..., 0, 1]),
        "floor": _floor(now, noise),
        "lost": 1.0 - np.isfinite(loss),
        "end": end,
        "settled": settled,
        "outcome": told,
    }


def _floor(rate, noise: float) -> np.ndarray:
    """Return the loss that a constant rate settles at: its noise floor, summed over both directions."""
    rate = np.clip(rate, 1 / LARGEST, LARGEST)
    return np.sum([theory.noise_floor(rate, curvature, noise**2) for curvature in CURVATURES], axis=0)


def _panels() -> tuple[Panel, ...]:
    view = _ground().view
    rates = ("step (press or drag to shape)", "rate, as a share of α")
    return (
        Panel("valley", view[0], view[1], "first weight", "second weight", share=0.9, ground=_ground(), equal=True),
        Panel("rates", (0.0, STEPS), (0.0, 1.08), *rates, pointer=("handle", "share")),
        Panel("losses", (0.0, STEPS), (1e-4, 1e2), "step", "loss", y_scale="log", under=True),
    )


LAYERS = (
    Layer("line", "valley", "path", "x", "y", reveal="ahead", size=1.0, faint=True),
    Layer("line", "valley", "path", "x", "y", reveal="past", size=1.4, name="one run"),
    Layer("dots", "valley", "ink", "x", "y", reveal="now", size=6),
    Layer("line", "rates", "second", "step", "factor", size=2.2, name="rate"),
    Layer("dots", "rates", "second", "handle", "knob", size=7, name="handle"),
    Layer("dots", "rates", "ink", "step", "factor", reveal="now", size=4.5),
    Layer("line", "losses", "path", "step", "single", size=1.0, faint=True),
    Layer("line", "losses", "ink", "step", "loss", size=2.0, name=f"mean of {RUNS} runs"),
    Layer("line", "losses", "theory", "step", "floor", size=1.8, dashed=True, name="noise floor of the rate"),
    Layer("dots", "losses", "ink", "step", "loss", reveal="now", size=4.5),
)
HEADS = (
    ("Step", "step", "d"),
    ("Rate", "now", ".4"),
    ("Mean loss", "loss", ".4"),
    ("Noise floor of this rate", "floor", ".4"),
)

SCHEDULE = Lab("schedule", "A schedule for the learning rate", SETTINGS, draw)
