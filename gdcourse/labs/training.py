"""The training lab: a small network learns before your eyes, and its rate and batch may be changed while it runs.

On points of a plane the picture is the map of its decisions, on the digits the weights of its hidden units as images.
Few samples, many hidden units and wrong classes make it overfit on demand. `past` holds what was in force before the
present rate and batch: triples (frame until which it was, rate, batch), so a run with changes is still a pure function
of its settings.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from gdcourse.checks import shorten
from gdcourse.labs.lab import Lab, Setting, ladder
from gdcourse.labs.scene import Scene, Track
from gdcourse.labs.training_picture import GRID, HEADS, PLANES, TEXTS, layers, panels, tiling, title
from gdcourse.labs.training_runs import FRAMES, RATES, STEPS, Case, Leg, Walk, network_of, parts, split_of, walk
from gdcourse.optimizers import OPTIMIZERS

NEW = ("past",)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 200, 500, 1000)
SAMPLES = (10, 20, 30, 40, 60, 100, 150, 200, 500, 1000)
HIDDEN = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
DATA = {
    "moons": "two moons (points of a plane)",
    "penguins": "penguins (mass and bill: female or male?)",
    "digits": "handwritten digits (8 × 8 pixels)",
}

SETTINGS = {
    "data": Setting("Data", "moons", choices=DATA, resets=("rate", "batch", "samples", *NEW)),
    "optimizer": Setting(
        "Optimizer", "adam", choices={key: kind.name for key, kind in OPTIMIZERS.items()}, resets=("rate", *NEW)
    ),
    "rate": Setting("Learning rate α", None, 1e-4, 3.0, "log"),
    "batch": Setting("Batch size b", 16, 1, 1000),
    "hidden": Setting("Hidden units", 12, 1, 64, resets=NEW),
    "samples": Setting("Training samples", 200, 10, 1000, resets=NEW),
    "wrong": Setting("Wrong classes (%)", 0, 0, 40, resets=NEW),
    "seed": Setting("Run number", 1, 1, 99, resets=NEW),
    "past": Setting("Earlier rates and batches", (), shown=False),
}
PLAIN = {
    "data": "moons", "optimizer": "adam", "rate": 0.02, "batch": 16,
    "hidden": 12, "samples": 200, "wrong": 0, "seed": 1,
}  # fmt: skip
PRESETS = {
    "Learns": PLAIN,
    "Overfits": {**PLAIN, "samples": 20, "hidden": 64, "wrong": 20},
    "Too small a network": {**PLAIN, "hidden": 1},
    "Rate too large": {**PLAIN, "optimizer": "gradient-descent", "rate": 3.0, "batch": 4},
    "Reads digits": {**PLAIN, "data": "digits", "samples": 1000, "hidden": 16, "batch": 32},
}


def draw(data, optimizer, rate, batch, hidden, samples, wrong, seed, past) -> Scene:
    """Return the scene of one run."""
    size = min(samples, len(parts(data).train.y))
    rate, batch = RATES[optimizer] if rate is None else rate, min(batch, size)
    case, legs = Case(data, optimizer, hidden, size, wrong, seed), (*_legs(past, size), Leg(FRAMES, rate, batch))
    run = walk(case, legs)
    columns = {**_numbers(run, legs, size), **_changes(run, legs), **_picture(case, run)}
    columns |= _outcome(columns, case)
    return Scene(
        title=title(data, hidden, DATA[data]),
        panels=panels(data, hidden),
        layers=layers(data, hidden, wrong),
        texts=TEXTS,
        columns=columns,
        frames=FRAMES + 1,
        heads=HEADS,
        tracks=_tracks(data, size, rate, batch),
        facts={name: columns[name][-1] for name in ("train", "validation", "train_right", "validation_right")}
        | {name: columns[name][0] for name in ("best_step", "best_loss", "changes")},
        found={"rate": rate, "batch": batch, "samples": size},
    )


def _legs(past, size: int) -> list[Leg]:
    """Read the settings that were in force before the present ones."""
    triples = [past[k : k + 3] for k in range(0, len(past), 3)]
    frames = [0, *(triple[0] for triple in triples), FRAMES]
    rising = all(a < b for a, b in pairwise(frames))
    if len(past) % 3 or not rising or not all(map(_can_be, triples)):
        raise ValueError(
            f"past is a list of frame, rate and batch, again and again, the frames rising from 1 to {FRAMES - 1};"
            f" {shorten(past)} came: pass one like (10, 0.1, 16)"
        )
    return [Leg(int(frame), rate, min(int(batch), size)) for frame, rate, batch in triples]


def _can_be(triple) -> bool:
    frame, rate, batch = triple
    return frame == int(frame) and rate >= 0 and batch == int(batch) and batch >= 1


def carry(before: Mapping, after: Mapping, frame: int) -> Mapping:
    """Return the past after a rate or batch was moved at a frame: what was in force until then stays as it was."""
    moved = any(before[name] != after[name] for name in ("rate", "batch"))
    kept = all(before[name] == after[name] for name in SETTINGS if name not in ("rate", "batch", "past"))
    if not (moved and kept and 0 < frame < FRAMES):
        return {"past": ()} if moved else {}
    triples = [before["past"][k : k + 3] for k in range(0, len(before["past"]), 3)]
    ended = [triple for triple in triples if triple[0] < frame]
    running = next((triple for triple in triples if triple[0] >= frame), (frame, before["rate"], before["batch"]))
    return {"past": tuple(float(n) for triple in [*ended, (frame, *running[1:])] for n in triple)}


def _numbers(run: Walk, legs, size: int) -> dict[str, np.ndarray]:
    """Give the columns of the curves, and the rate and batch of the step that comes next at every frame."""
    frames = np.arange(FRAMES + 1.0)
    leg = np.minimum(np.searchsorted([leg.until for leg in legs], frames, side="right"), len(legs) - 1)
    train, validation, train_right, validation_right = run.numbers.T
    return {
        "step": frames * STEPS,
        "train": train,
        "validation": validation,
        "train_right": 100 * train_right,
        "validation_right": 100 * validation_right,
        "rate": np.array([leg.rate for leg in legs])[leg],
        "batch": np.array([float(leg.batch) for leg in legs])[leg],
        "epochs": run.seen / size,
        "samples": np.array([float(size)]),
    }


def _changes(run: Walk, legs) -> dict[str, np.ndarray]:
    """Give where the rate or the batch was changed, and where the validation loss was lowest."""
    validation = np.where(np.isfinite(run.numbers[:, 1]), run.numbers[:, 1], np.inf)
    best = int(np.argmin(validation))
    at = np.array([leg.until for leg in legs[:-1]], int)
    none = np.array([np.nan])
    return {
        "best_step": np.array([float(best * STEPS)]),
        "best_loss": run.numbers[best : best + 1, 1],
        "change_step": at * float(STEPS) if at.size else none,
        "change_loss": run.numbers[at, 1] if at.size else none,
        "changes": np.array([float(at.size)]),
        "changed": np.array([float(min(at.size, 2))]),
    }


def _picture(case: Case, run: Walk) -> dict[str, np.ndarray]:
    """Give the image of every frame: the chance of the first class over the plane, or the weights of the units."""
    network = network_of(case)
    if case.data not in PLANES:
        return {"picture": _tiles(run.w[:, : 64 * case.hidden].reshape(-1, 8, 8, case.hidden))}
    (left, right), (low, high) = PLANES[case.data][2:]
    edges = (np.arange(GRID) + 0.5) / GRID
    places = np.stack(np.meshgrid(left + edges * (right - left), low + edges * (high - low)), axis=-1).reshape(-1, 2)
    chances = np.array([network.chances(w, places)[:, 0] for w in run.w])  # one by one: all at once leave the cache
    train, true = split_of(*case[:1], *case[3:]).train, parts(case.data).train
    x, y = train.x.T
    off = train.y != true.y[: len(train.y)]
    points = {f"{axis}{k}": place[train.y == k] for k in (0, 1) for axis, place in (("x", x), ("y", y))}
    marks = {"x": x, "y": y, "wrong_x": np.where(off, x, np.nan), "wrong_y": np.where(off, y, np.nan)}
    return {"picture": chances, **points, **marks}


def _tiles(weights: np.ndarray) -> np.ndarray:
    """Lay the images (frames, 8, 8, units) out in rows, a seam around each; scaled to −1 ... 1."""
    frames, units = weights.shape[0], weights.shape[-1]
    rows, across = tiling(units)
    sheet = np.full((frames, 9 * rows, 9 * across), np.nan)
    finite = np.abs(weights[np.isfinite(weights)])
    scale = max(np.quantile(finite, 0.99), 1e-12) if finite.size else 1.0
    for unit in range(units):
        row, column = divmod(unit, across)
        top = 9 * (rows - row)  # images are drawn from the bottom up
        tile = weights[..., unit][:, ::-1] / scale
        sheet[:, top - 9 : top - 1, 9 * column : 9 * column + 8] = tile
    return sheet.reshape(frames, -1)


def _outcome(columns, case: Case) -> dict[str, np.ndarray]:
    """Judge every frame: the column that picks its words (an index into training_picture.OUTCOMES)."""
    last = columns["step"] == columns["step"][-1]
    lost = ~np.isfinite(columns["train"] + columns["validation"])
    usual = 100 * np.bincount(parts(case.data).validation.y).max() / len(parts(case.data).validation.y)
    with np.errstate(all="ignore"):
        late = columns["train"][-15:]
        jumps = (np.abs(np.diff(np.log(late))).mean() > 0.25) & (late[-1] > 0.1)
        best = int(columns["best_step"][0]) // STEPS
        risen = np.median(columns["validation"][-5:]) > 1.1 * columns["best_loss"]
        gap = columns["validation"] / columns["train"]
        opened = np.median(gap[-5:]) > 1.5 * gap[best]  # noise alone moves both losses alike
        idle = columns["train_right"] < usual + 3
        fell = columns["train"] < columns["train"][best]
    overfitted = (columns["validation"] > columns["best_loss"]) & fell & risen & opened
    outcome = np.select([~last | lost, idle, np.full(last.shape, jumps), overfitted], [0, 2, 4, 1], 3)
    return {"outcome": outcome.astype(float), "lost": lost.astype(float), "usual": np.array([usual])}


def _tracks(data: str, size: int, rate: float, batch: int) -> dict[str, Track]:
    """Give the sliders that have more than even steps."""
    most = len(parts(data).train.y)
    return {
        "rate": Track(ladder(1e-4, 3.0, *([rate] if 1e-4 <= rate <= 3 else []))),
        "batch": Track(np.unique([*(b for b in BATCHES if b < size), batch, size]).astype(float)),
        "samples": Track(np.unique([*(n for n in SAMPLES if n <= most), size, most]).astype(float)),
        "hidden": Track(np.array(HIDDEN, float)),
    }


TRAINING = Lab("training", "Training a network", SETTINGS, draw, PRESETS, carry)
