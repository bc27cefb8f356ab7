"""Random Hessians by dimension: how many of their directions go down, and how seldom none does."""

import math
from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.labs.lab import Lab, Setting, even
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track

MOST = 7  # dimensions
DRAWS, AT_ONCE = 2000, 20  # Hessians drawn for each dimension, and from one frame to the next
FRAMES = DRAWS // AT_ONCE + 1
SPAN, BINS = (-2.4, 2.4), 32  # of the histogram of all curvatures
EXACT = (1, 2, 3)  # dimensions whose chance of a minimum has a closed form

SETTINGS = {
    "dimension": Setting("Dimension n", 2, 1, MOST, tabled=True),
    "shift": Setting("Shift of all curvatures", 0.0, -1.5, 1.5, tabled=True),
    "seed": Setting("Another draw", 1, 1, 50),
}
READOUTS = (
    "Hessian {drawn:d} | No direction of {n:d} goes down: a minimum",
    "Hessian {drawn:d} | {down:d} of {n:d} directions go down: a saddle",
    "Hessian {drawn:d} | All {n:d} directions go down: a maximum",
    "Nothing drawn yet | Press Play",
)
COUNTS = (
    "Drawn so far: {minima:d|minimum|minima}, {saddles:d|saddle|saddles}, {maxima:d|maximum|maxima}."
    " Share of minima: {share:.4}",
    "",  # before the first Hessian the readout says all there is to say
)
CHANCES = (
    "Exact chance of a minimum: {exact:.4}. If each direction tossed a coin, it would be {folk:.4}.",
    "If each direction tossed a coin, the chance of a minimum would be {folk:.4}; it is much smaller.",
    "All curvatures are shifted by {shift:r} of the spectrum's radius: as low in the landscape (+) or high (−).",
)
TEXTS = (
    Text("readout", READOUTS, "kind"),
    Text("counts", COUNTS, "blank"),
    Text("chance", CHANCES, "told"),
)
HEADS = (
    ("Hessians drawn", "drawn", "d"),
    ("Minima", "minima", "d"),
    ("Saddles", "saddles", "d"),
    ("Maxima", "maxima", "d"),
    ("Share of minima", "share", ".4"),
)


def draw(dimension, shift, seed) -> Scene:
    """Return the scene of one dimension; `dimension` or `shift` may be an array (P,) for a table."""
    if np.ndim(dimension) == 0:
        columns = _columns(int(dimension), shift, seed)
    else:
        rows = [_columns(int(n), shift, seed) for n in dimension]
        columns = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return Scene(
        title="Random Hessians: symmetric matrices with normal entries.",
        panels=PANELS,
        layers=LAYERS,
        texts=TEXTS,
        columns=columns | _by_dimension(shift, seed),
        frames=FRAMES,
        heads=HEADS,
        tracks={"dimension": Track(np.arange(1.0, MOST + 1)), "shift": Track(even(-1.5, 1.5, 0.0)[::2])},
        facts={name: columns[name][..., -1] for name in ("share", "minima", "saddles", "maxima")},
    )


@lru_cache(maxsize=4 * MOST)
def spectra(n: int, seed: int) -> np.ndarray:
    """Return the curvatures of DRAWS random Hessians, shape (DRAWS, n), each row ascending, in units of √(2n).

    H = (G + Gᵀ)/2 with independent standard normal entries in G: no direction of space is special to it. For large n
    its curvatures fill the half circle of radius √(2n).
    """
    entries = np.random.default_rng((seed, n)).normal(size=(DRAWS, n, n))
    return np.linalg.eigvalsh((entries + np.swapaxes(entries, -1, -2)) / 2) / math.sqrt(2 * n)


def _columns(n: int, shift, seed: int) -> dict[str, np.ndarray]:
    """Return the columns of one dimension, frames before the places inside a frame."""
    shift = np.asarray(shift, float)
    curvatures = spectra(n, seed) + shift[..., None, None]
    level = shift[..., None] == 0  # where nothing is shifted, theory has something to say
    return {
        **_shown(n, curvatures),
        **_drawn_so_far(n, (curvatures < 0).sum(-1), level),
        **_density(n, shift, seed),
        "n": np.array([float(n)]),
        "shift": shift[..., None],
        "folk": np.array([0.5**n]),
        "exact": np.array([theory.chance_of_minimum(n) if n in EXACT else np.nan]),
        "told": np.where(level, 0.0 if n in EXACT else 1.0, 2.0),
    }


def _shown(n: int, curvatures: np.ndarray) -> dict[str, np.ndarray]:
    """Return the Hessian that each frame shows, the last one drawn, and what kind of point it makes."""
    last = np.maximum(np.arange(FRAMES) * AT_ONCE - 1, 0)
    row = np.full((*curvatures.shape[:-2], FRAMES, MOST), np.nan)
    row[..., 1:, :n] = curvatures[..., last[1:], :]  # at the first frame nothing is drawn yet
    down = (curvatures[..., last, :] < 0).sum(-1)
    kind = np.select([down == 0, down == n], [0.0, 2.0], 1.0)
    return {
        "falls": np.where(row < 0, row, np.nan),
        "rises": np.where(row >= 0, row, np.nan),
        "height": np.full((FRAMES, MOST), 0.06),
        "down": down.astype(float),
        "kind": np.where(np.arange(FRAMES) > 0, kind, 3.0),
    }


def _drawn_so_far(n: int, down: np.ndarray, level: np.ndarray) -> dict[str, np.ndarray]:
    """Return how many of the Hessians drawn until each frame have so many falling directions, and coin tosses."""
    drawn, places, counts = np.arange(FRAMES) * AT_ONCE, np.arange(MOST + 1.0), _counted(down)
    shares = counts / np.where(drawn > 0, drawn, np.nan)[:, None]  # nothing drawn yet: no share
    tosses = np.array([math.comb(n, k) / 2**n if k <= n else np.nan for k in range(MOST + 1)])
    return {
        "drawn": drawn.astype(float),
        "blank": (drawn == 0).astype(float),
        "minima": counts[..., 0],
        "maxima": counts[..., n],
        "saddles": counts.sum(-1) - counts[..., 0] - counts[..., n],
        "share": shares[..., 0],
        "index": np.tile(places, (FRAMES, 1)),
        "index_share": np.where(places <= n, shares, np.nan),
        "places": places,
        "toss": np.where(level, tosses, np.nan),
    }


def _density(n: int, shift: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return how densely all curvatures lie, and the upright line between going down and going up."""
    heights, edges = np.histogram(spectra(n, seed), bins=BINS, range=SPAN, density=True)
    at = (edges[:-1] + edges[1:]) / 2 + shift[..., None]
    return {"density": heights, "density_at": at, "zero": np.zeros(2), "upright": np.array([0.0, 1.0])}


def _counted(down: np.ndarray) -> np.ndarray:
    """Count the Hessians drawn until each frame by their number of falling directions, (..., FRAMES, MOST + 1)."""
    each = down[..., None] == np.arange(MOST + 1)
    batches = each.reshape(*down.shape[:-1], FRAMES - 1, AT_ONCE, MOST + 1).sum(-2)
    none = np.zeros((*down.shape[:-1], 1, MOST + 1))
    return np.concatenate([none, batches.cumsum(-2)], -2)


def _by_dimension(shift, seed: int) -> dict[str, np.ndarray]:
    """Return the chance of a minimum against the dimension: all draws, exact, and by tossing coins."""
    shift, all_of_them = np.asarray(shift, float)[..., None], np.arange(1, MOST + 1)
    shares = [(spectra(n, seed)[:, 0] + shift > 0).mean(-1) for n in all_of_them]
    share = np.stack(shares, -1)
    even_handed = shift == 0
    return {
        "dimensions": all_of_them.astype(float),
        "drawn_share": np.where(share > 0, share, np.nan),
        "folk_share": np.where(even_handed, 0.5**all_of_them, np.nan),
        "closed": np.array(EXACT, float),
        "closed_share": np.where(even_handed, [theory.chance_of_minimum(n) for n in EXACT], np.nan),
    }


PANELS = (
    Panel("spectrum", (-2.6, 2.6), (0.0, 1.0), "curvature (radius of the spectrum = 1)", "density"),
    Panel("index", (-0.4, MOST + 0.4), (0.0, 1.0), "directions that go down", "share of the Hessians"),
    Panel("chance", (0.6, MOST + 0.4), (2e-4, 1.5), "dimension n", "chance of a minimum", y_scale="log"),
)
LAYERS = (
    Layer("line", "spectrum", "ground", "density_at", "density", size=1.8, name="all curvatures"),
    Layer("line", "spectrum", "ink", "zero", "upright", size=1.0),
    Layer("dots", "spectrum", "gradient", "falls", "height", reveal="now", size=6, name="goes down"),
    Layer("dots", "spectrum", "minimum", "rises", "height", reveal="now", size=6, name="goes up"),
    Layer("line", "index", "theory", "places", "toss", size=1.6, dashed=True, name="coin tosses"),
    Layer("line", "index", "path", "index", "index_share", reveal="now", size=2),
    Layer("dots", "index", "path", "index", "index_share", reveal="now", size=4.5, name="drawn"),
    Layer("line", "chance", "theory", "dimensions", "folk_share", size=1.6, dashed=True),
    Layer("dots", "chance", "path", "dimensions", "drawn_share", size=4),
    Layer("dots", "chance", "ink", "n", "share", reveal="now", size=6, name="this dimension so far"),
    Layer("dots", "chance", "second", "closed", "closed_share", size=2.5, name="exact"),
)

DIMENSION = Lab("dimension", "The dimension lab", SETTINGS, draw)
