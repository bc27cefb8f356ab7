"""The batch lab: a line through the penguins, fitted by gradients of all of them, of some, or of a single one.

The loss is the mean squared error of ŷ = w·x + c, where ŷ is a body mass in kilograms and x the flipper length in
centimetres beyond 19: two weights, so that the whole loss can be seen. All batch sizes of a table go through the same
shuffles, so a larger batch holds the penguins of a smaller one, and what changes under the hand is b alone.
"""

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.batch_ground import SHORTEST, birds, noise, predicted
from gdcourse.labs.batch_picture import ARROWS, HEADS, LAYERS, LENGTH, LENGTHS, TEXTS, panels
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.scene import Scene, Track
from gdcourse.optimizers import GradientDescent
from gdcourse.samples import BatchGradient, Fit, minibatches

SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256)
RATES = (
    *(0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.18),
    *(0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.35, 0.4),
)
DRAWS = {
    "shuffled": "shuffle, then deal all penguins out",
    "independent": "draw each penguin anew from all",
}


SETTINGS = {
    "batch": Setting("Batch size b", 4, 1, birds().size, tabled=True),
    "rate": Setting("Learning rate α", 0.05, RATES[0], RATES[-1], "log", tabled=True),
    "seed": Setting("Shuffle number", 1, 1, 99),
    "draw": Setting("Mini-batches", "shuffled", choices=DRAWS),
    "pick": Setting("Arrow picked", 0, 0, ARROWS, tabled=True),
    "start_w": Setting("Start, slope w", 1.7, -0.3, 1.9, shown=False),
    "start_c": Setting("Start, offset c", 2.9, 2.2, 5.0, shown=False),
    "steps": Setting("Steps", 50, 0, 200, shown=False),
}


def draw(batch, rate, seed, draw, pick, start_w, start_c, steps) -> Scene:
    """Return the scene of one run; `batch`, `rate` or `pick` may be an array (P,) for a table."""
    fit, start = birds(), (start_w, start_c)
    epochs, others = _decks(fit.size, seed, draw, steps)
    columns = {**_data(fit, epochs, others), **_walk(fit, batch, rate, seed, draw, start, steps)}
    columns |= _cloud(fit, others, columns, batch, pick)
    columns |= _window(fit.size, batch, pick, steps)
    columns |= predicted(columns, batch, rate, fit.size if draw == "shuffled" else None)
    columns |= {**_lines(fit, columns), **_outcome(columns, fit.size)}
    return Scene(
        title=f"The mass of {fit.size} penguins, fitted by mini-batches.",
        panels=panels(fit, steps),
        layers=LAYERS,
        texts=TEXTS,
        columns=columns,
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(fit),
        facts={
            "excess": columns["excess"][..., -1],
            **{name: columns[name][..., 0] for name in ("floor", "turns", "spread", "predicted", "critical")},
        },
    )


def _decks(size: int, seed: int, draw: str, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the orders (epochs, N) that the walk deals from, and those (ARROWS, N) that the other arrows are made of."""

    def orders(count, rng):
        dealt = [minibatches(size, size, rng, replace=draw == "independent") for _ in range(count)]
        return np.reshape(dealt, (count, size))

    return orders(steps + 1, np.random.default_rng(seed)), orders(ARROWS, np.random.default_rng([seed, ARROWS]))


def _data(fit: Fit, epochs, others) -> dict[str, np.ndarray]:
    """Give the penguins, and all decks in one: its windows are the mini-batches."""
    length, mass = fit.inputs[:, 0] + SHORTEST, fit.targets
    deck = np.concatenate([epochs.ravel(), others.ravel()])
    return {"length": length, "mass": mass, "deck_length": length[deck], "deck_mass": mass[deck]}


def _walk(fit: Fit, batch, rate, seed, draw, start, steps) -> dict[str, np.ndarray]:
    """Run the mini-batches and the whole data set side by side, and give their columns, frames last."""
    shape = np.broadcast_shapes(np.shape(batch), np.shape(rate))
    deal, losses = BatchGradient(fit, np.atleast_1d(batch), replace=draw == "independent"), []

    def gradient(w, rng):
        slope = deal(w, rng)
        with np.errstate(all="ignore"):
            losses.append((fit.losses(w) * deal.shares).sum(axis=-1))
        return slope

    rates = np.broadcast_to(np.asarray(rate, float), shape or (1,))
    path = descend(fit.landscape, GradientDescent(rates), start, steps=steps, grad=gradient, rng=seed)
    whole = descend(fit.landscape, GradientDescent(np.atleast_1d(rate)), start, steps=steps)

    def column(numbers, runs=shape):
        return np.moveaxis(numbers.reshape(steps + 1, *runs), 0, -1)

    with np.errstate(all="ignore"):  # a diverging run ends in NaN, and says so in words
        after = path.points - rates[:, np.newaxis] * path.gradients
    weights = {"": path.points, "next_": after, "slope_": path.gradients}
    return {
        "step": np.arange(steps + 1.0),
        **{
            f"{name}{axis}": column(numbers[..., i]) for name, numbers in weights.items() for i, axis in enumerate("wc")
        },
        "loss": column(path.values),
        "batch_loss": column(np.array(losses)),
        **{f"whole_{axis}": column(whole.points[..., i], np.shape(rate)) for i, axis in enumerate("wc")},
        "whole_loss": column(whole.values, np.shape(rate)),
    }


def _cloud(fit: Fit, others, columns, batch, pick) -> dict[str, np.ndarray]:
    """Give the mini-batch gradients at every place of the walk as arrows: the one of the step first, then the others.

    On a linear fit the gradient of a mini-batch is an affine function of the weights, so three places tell it
    everywhere; the sums over the first b of an order serve all batch sizes at once.
    """
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    gradients = np.cumsum(fit.gradients(corners[:, np.newaxis], others), axis=2)  # (3, ARROWS, N, 2)
    flat, along_w, along_c = gradients[:, :, np.asarray(batch, int) - 1] / np.asarray(batch, float)[..., np.newaxis]
    flat, along_w, along_c = (np.moveaxis(part, 0, -2)[..., np.newaxis, :, :] for part in (flat, along_w, along_c))
    w, c = (columns[name][..., np.newaxis, np.newaxis] for name in ("w", "c"))
    with np.errstate(all="ignore"):
        slopes = flat + w * (along_w - flat) + c * (along_c - flat)  # (..., frames, ARROWS, 2)
    own = np.stack([columns["slope_w"], columns["slope_c"]], axis=-1)[..., np.newaxis, :]
    return _arrows(columns, np.concatenate([own, slopes], axis=-2), np.asarray(pick, int))


def _arrows(columns, slopes, pick) -> dict[str, np.ndarray]:
    """Give arrows from the place of each frame against the slopes (..., frames, 1 + ARROWS, 2), and how they spread."""
    place = np.stack([columns["w"], columns["c"]], axis=-1)
    whole = birds().landscape.grad(place)
    with np.errstate(all="ignore"):
        tips = place[..., np.newaxis, :] - LENGTH * slopes
        apart = ((slopes[..., 1:, :] - whole[..., np.newaxis, :]) ** 2).sum(axis=-1)
        against = place - LENGTH * whole
    picked = np.moveaxis(tips[..., pick, :], -2, 0) if pick.ndim else tips[..., pick, :]
    origin = np.broadcast_to(place[..., np.newaxis, :], tips.shape)
    return {
        **{f"from_{axis}": origin[..., i].copy() for i, axis in enumerate("wc")},
        **{f"tip_{axis}": tips[..., i] for i, axis in enumerate("wc")},
        **{f"picked_{axis}": picked[..., i] for i, axis in enumerate("wc")},
        **{f"against_{axis}": against[..., i] for i, axis in enumerate("wc")},
        "spread": np.sqrt(apart.mean(axis=-1)),
    }


def _window(size: int, batch, pick, steps) -> dict[str, np.ndarray]:
    """Give where in the deck the mini-batch lies whose penguins are shown: that of the step, or of another arrow."""
    step, b, picked = np.arange(steps + 1), np.asarray(batch, int)[..., None], np.asarray(pick, int)[..., None]
    turns = -(-size // b)
    epoch, turn = np.divmod(step, turns)
    own = epoch * size + turn * b
    other = (steps + picked) * size + 0 * step
    since = np.where(picked == 0, own, other)
    count = np.where(picked == 0, np.minimum(b, size - turn * b), b)
    return {
        name: numbers.astype(float)
        for name, numbers in {
            "since": since, "until": since + count, "count": np.minimum(b, size - turn * b),
            "epoch": epoch + 1, "turn": turn + 1, "turns": turns, "b": b, "pick": picked, "other": picked > 0,
        }.items()
    }  # fmt: skip


def _lines(fit: Fit, columns) -> dict[str, np.ndarray]:
    """Give the line of every frame and the best one, each by its two ends in the picture of the penguins."""
    ends = np.array(LENGTHS)
    best_w, best_c = fit.landscape.minima[0]
    with np.errstate(all="ignore"):
        line = columns["w"][..., np.newaxis] * (ends - SHORTEST) + columns["c"][..., np.newaxis]
    return {
        "ends": columns["step"][[0, -1]],
        "line_x": np.tile(ends, (columns["step"].size, 1)),
        "line_y": line,
        "best_x": ends,
        "best_y": best_w * (ends - SHORTEST) + best_c,
    }


def _outcome(columns, size: int) -> dict[str, np.ndarray]:
    """Judge every frame: the column that picks its words (an index into batch_picture.OUTCOMES)."""
    lost = ~np.isfinite(columns["loss"])
    last = columns["step"] == columns["step"][-1]
    with np.errstate(all="ignore"):
        higher = columns["loss"] > columns["loss"][..., :1]
    beyond = columns["rate"] >= columns["critical"]
    outcome = np.select(
        [~last | lost, beyond, higher, (columns["b"] == size) & (columns["floor"] == 0)],
        [0, 3, 4, 2],
        1,
    )
    return {"outcome": outcome.astype(float), "lost": lost.astype(float)}


def _tracks(fit: Fit) -> dict[str, Track]:
    """Give the sliders that have more than even steps: batch sizes, and rates with the regimes of the whole loss."""
    critical = float(theory.critical_rate(noise().curvatures[-1]))
    marks = ((critical / 2, "1/L"), (critical, "2/L"))
    zones = ((RATES[0], critical / 2, "minimum"), (critical / 2, critical, "theory"), (critical, RATES[-1], "gradient"))
    return {
        "batch": Track(np.array([*SIZES, fit.size], float), ((1.0, "1"), (32.0, "32"), (float(fit.size), "all"))),
        "rate": Track(np.unique([*RATES, critical / 2, critical]), marks, zones),
        "pick": Track(np.arange(ARROWS + 1.0)),
    }


BATCH = Lab("batch", "Mini-batches", SETTINGS, draw)
