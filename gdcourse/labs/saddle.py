"""The saddle: a descent that starts beside the ridge, how long it takes to leave, and how long theory says."""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.noisy import noisy
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.labs.solid import SOLID_LAYERS, net_columns, projected, solid_panel
from gdcourse.landscapes import LANDSCAPES, Landscape
from gdcourse.optimizers import Adam, GradientDescent, Momentum

GROUNDS = {
    "horse-saddle": "horse saddle, ½x² − ½y²",
    "bounded-saddle": "saddle with a floor, ½x² − ½y² + ¼y⁴",
    "monkey-saddle": "monkey saddle, x³ − 3xy²",
}
METHODS = {"gradient-descent": "gradient descent", "momentum": "momentum (heavy ball)", "adam": "Adam"}
OUT = {"horse-saddle": 1.0, "bounded-saddle": 0.5, "monkey-saddle": 1.0}  # |y| from which a descent counts as out
SMALLEST = 1e-12
LINE = 60  # points of the predicted line

SETTINGS = {
    "landscape": Setting("Landscape", "horse-saddle", choices=GROUNDS),
    "method": Setting("Method", "gradient-descent", choices=METHODS),
    "offset": Setting("Start offset δ", 1e-3, 0.0, 1.0, "log", tabled=True),
    "noise": Setting("Noise σ", 0.0, 0.0, 1.0, "log", tabled=True),
    "rate": Setting("Learning rate α", 0.1, 0.01, 0.5, "log", tabled=True),
    "beta": Setting("Momentum β", 0.9, 0.0, 0.99, hard=True, needs=(("method", "momentum"),)),
    "azimuth": Setting("Turn, degrees", 125.0, 0.0, 360.0, tabled=True),
    "steps": Setting("Steps", 300, 0, 1000, shown=False),
}
PRESETS = {
    "1 A ten-thousand-millionth off": {"landscape": "horse-saddle", "method": "gradient-descent", "offset": 1e-10},
    "2 The same with momentum": {"landscape": "horse-saddle", "method": "momentum", "offset": 1e-10},
    "3 The same with Adam": {"landscape": "horse-saddle", "method": "adam", "offset": 1e-10},
    "4 Momentum exactly on the ridge": {"landscape": "horse-saddle", "method": "momentum", "offset": 0.0},
    "5 On the ridge, with noise": {"landscape": "horse-saddle", "method": "gradient-descent", "offset": 0.0},
    "6 A monkey saddle": {"landscape": "monkey-saddle", "method": "gradient-descent", "offset": 1e-3},
}
STILL = {"noise": 0.0, "rate": 0.1, "beta": 0.9}
PRESETS = {words: {**STILL, **given} for words, given in PRESETS.items()}
PRESETS["5 On the ridge, with noise"]["noise"] = 1e-3

READOUT = "Step {step:d} | x = {x:.2}, y = {y:.2} | Loss {loss:.2}"
LOST = "Step {step:d} | Beyond all numbers: this descent has run off downhill without end."
OUTCOMES = (
    "Out at step {out:d}: there |y| is {radius:r} or more.",
    "Not out after {steps:d|step|steps}: |y| is {end:.2}, and it would have to be {radius:r}.",
    "It never leaves: across the ridge the slope is exactly zero, so every step keeps y = 0.",
    "Out from the start: |y| is {radius:r} or more already.",
)
THEORY = (
    "Theory: ln(r/δ)/ln(1 + α|λ|) = {predicted:.1} steps, with λ = −1 the curvature across the ridge.",
    "Theory: {predicted:.1} steps. In the long run a step multiplies y by z = {growth:.4}; a start at rest counts as"
    " {amplitude:.2}.",
    "Theory: {predicted:.1} steps for a typical run. The noise works like a start offset: together {amplitude:.2}.",
    "Theory: no formula. Adam divides by the size of the slope, so its first steps hardly shrink with δ.",
    "Theory: λ = 0, so no factor; y grows like the square of the steps, the path turns off near step {predicted:d}.",
    "Theory: λ = 0 at this saddle, so no factor; there is no formula here for this method, or with noise.",
    "Theory: zero times any factor stays zero.",
)
TEXTS = (
    Text("readout", (READOUT, LOST), "lost"),
    Text("outcome", OUTCOMES, "outcome"),
    Text("theory", THEORY, "theory"),
    Text("view", ("The view is turned by {azimuth:.1}°.",)),
)
HEADS = (("Step", "step", "d"), ("x", "x", ".4"), ("y", "y", ".4"), ("Loss", "loss", ".4"))


def draw(landscape, method, offset, noise, rate, beta, azimuth, steps) -> Scene:
    """Return the scene of one descent; one of the numbers may be an array (P,) for a table."""
    ground, radius = LANDSCAPES[landscape], OUT[landscape]
    columns = _run(ground, method, offset, noise, rate, beta, azimuth, steps)
    columns |= _predicted(landscape, method, offset, noise, rate, beta)
    columns |= _judged(columns, np.asarray(offset, float), np.asarray(noise, float), radius)
    return Scene(
        title=f"A {GROUNDS[landscape]}: {METHODS[method]}.",
        panels=_panels(ground, steps),
        layers=(*_layers(method), *SOLID_LAYERS),
        texts=TEXTS,
        columns=columns | net_columns(ground, azimuth) | {"azimuth": np.asarray(azimuth, float)[..., None]},
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(),
        facts={name: columns[name][..., 0] for name in ("out", "predicted", "amplitude")},
    )


@lru_cache(maxsize=1)
def _tracks() -> dict[str, Track]:
    """Return the positions of the sliders; offset and noise begin with none at all."""
    powers = [float(f"{digit}e{power}") for power in range(-12, 0) for digit in (1, 2, 5)]
    return {
        "offset": Track(np.array([0.0, *powers, 1.0]), ((0.0, "on the ridge"),)),
        "noise": Track(np.array([0.0, *powers, 1.0]), ((0.0, "none"),)),
        "rate": Track(ladder(0.01, 0.5)[::2]),
        "beta": Track(even(0.0, 0.99, 0.9)[::2]),
        "azimuth": Track(even(0.0, 360.0)),
    }


def method_of(method: str, rate, beta):
    """Return the optimizer of a method; only momentum has a use for β."""
    return Momentum(rate, beta) if method == "momentum" else {"adam": Adam}.get(method, GradientDescent)(rate)


def _run(ground: Landscape, method, offset, noise, rate, beta, azimuth, steps) -> dict[str, np.ndarray]:
    """Run the descent and return its columns, frames last."""
    shape = np.broadcast(offset, noise, rate, beta).shape
    rate, beta = (np.ravel(part) for part in np.broadcast_arrays(np.asarray(rate, float), beta))
    offset, noise = (np.reshape(part, (-1, 1)) for part in np.broadcast_arrays(np.asarray(offset, float), noise))
    starts = np.stack([np.full_like(offset, ground.start[0]), offset], -1)
    felt = noisy(ground, noise[..., None], 1)  # whatever is swept feels the same noise
    path = descend(ground, method_of(method, rate, beta), starts, steps=steps, grad=felt, rng=6)
    w = np.moveaxis(path.points.reshape(steps + 1, *shape, 2), 0, -2)
    seen = projected(ground, w, azimuth)
    loss = np.moveaxis(path.values.reshape(steps + 1, *shape), 0, -1)
    return {
        "step": np.arange(steps + 1.0),
        "steps": np.array([float(steps)]),
        "x": w[..., 0],
        "y": w[..., 1],
        "away": np.abs(w[..., 1]),
        "loss": loss,
        "lost": 1.0 - np.isfinite(loss),
        "seen_u": seen[..., 0],
        "seen_v": seen[..., 1],
    }


def _predicted(landscape, method, offset, noise, rate, beta) -> dict[str, np.ndarray]:
    """Return what theory says: the steps, the growth, the amplitude, which words, and a line of predicted distances."""
    offset, noise, rate, beta = (np.asarray(part, float)[..., None] for part in (offset, noise, rate, beta))
    rate = np.clip(rate, 1e-300, 1e300)
    beta = beta if method == "momentum" else np.zeros_like(beta)
    flat = landscape == "monkey-saddle"
    if flat:
        told = _like_a_square(offset, noise, rate, method, LANDSCAPES[landscape].start[0])
    else:
        told = _like_a_power(offset, noise, rate, beta, method, OUT[landscape])
    still = (offset == 0) & (noise == 0)
    shape = np.broadcast_shapes(*(np.shape(part) for part in (offset, noise, rate, beta)))
    named = {name: np.broadcast_to(told[name], shape).astype(float) for name in ("predicted", "growth", "amplitude")}
    words = np.where(still, 6.0, np.broadcast_to(told["words"], shape))
    return {**named, "theory": words, "line_step": told["line_step"], "line_away": told["line_away"]}


def _like_a_power(offset, noise, rate, beta, method, radius) -> dict:
    """Away from a ridge of curvature −1 the distance is c·growthᵏ; for Adam nothing is said."""
    growth = theory.heavy_ball_contraction(rate, beta, -1.0)
    amplitude = theory.ridge_amplitude(offset, rate, -1.0, beta, noise)
    steps = theory.escape_steps(amplitude, radius, rate, -1.0, beta)
    if method == "adam":
        steps = amplitude = np.full_like(steps, np.nan)
    with np.errstate(all="ignore"):
        line = np.linspace(0, 1, LINE) * np.minimum(steps, 1e4)
        away = np.where(amplitude > 0, amplitude * growth**line, np.nan)
    words = 3.0 if method == "adam" else np.where(noise > 0, 2.0, 1.0 if method == "momentum" else 0.0)
    return {
        "predicted": steps, "growth": growth, "amplitude": amplitude, "words": words,
        "line_step": np.where(np.isfinite(away), line, np.nan), "line_away": away,
    }  # fmt: skip


def _like_a_square(offset, noise, rate, method, start) -> dict:
    """On the monkey saddle the distance is δ(1 + 3α·start·k)², until the path turns off; only for plain descent."""
    known = (method == "gradient-descent") & (noise == 0)
    steps = np.where(known, theory.monkey_saddle_turn(offset, start, rate), np.nan)
    with np.errstate(all="ignore"):
        line = np.linspace(0, 1, LINE) * np.minimum(steps, 1e4)
        away = np.where(offset > 0, offset * (1 + 3 * rate * start * line) ** 2, np.nan)
    return {
        "predicted": steps, "growth": np.nan, "amplitude": np.where(known, offset, np.nan),
        "words": np.where(known, 4.0, 5.0), "line_step": np.where(np.isfinite(away), line, np.nan), "line_away": away,
    }  # fmt: skip


def _judged(columns, offset, noise, radius) -> dict[str, np.ndarray]:
    """Say when a run was out for the first time, and which words tell it."""
    beyond = ~(columns["away"] < radius)
    out = np.where(beyond.any(-1), beyond.argmax(-1), np.inf)[..., None]
    still = np.broadcast_to(((offset == 0) & (noise == 0))[..., None], out.shape)
    return {
        "out": out,
        "radius": np.array([radius]),
        "end": columns["away"][..., -1:],
        "outcome": np.select([out == 0, still, np.isfinite(out)], [3.0, 2.0, 0.0], 1.0),
    }


def _panels(ground: Landscape, steps: int) -> tuple[Panel, ...]:
    ends = (0.0, float(max(steps, 1)))
    return (
        Panel("plane", ground.view[0], ground.view[1], "x", "y", ground=ground, equal=True),
        solid_panel("azimuth"),
        Panel("distance", ends, (SMALLEST / 10, 10.0), "step", "distance from the ridge, |y|", y_scale="log"),
    )


def _layers(method: str) -> tuple[Layer, ...]:
    return (
        Layer("line", "plane", "path", "x", "y", reveal="ahead", size=1.2, faint=True),
        Layer("line", "plane", "path", "x", "y", reveal="past", size=2.2, name=METHODS[method]),
        Layer("dots", "plane", "path", "x", "y", reveal="past", size=2.5),
        Layer("dots", "plane", "ink", "x", "y", reveal="now", size=6),
        Layer("line", "distance", "path", "step", "away", reveal="ahead", size=1.2, faint=True),
        Layer("line", "distance", "path", "step", "away", reveal="past", size=3),
        Layer("line", "distance", "theory", "line_step", "line_away", size=1.6, dashed=True, name="predicted"),
        Layer("dots", "distance", "ink", "step", "away", reveal="now", size=4.5),
    )


SADDLE = Lab("saddle", "The saddle", SETTINGS, draw, PRESETS)
