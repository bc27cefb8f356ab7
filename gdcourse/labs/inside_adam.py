"""Inside Adam: its two running means, what corrects them, and the rate that is left for each weight, step by step."""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs.inside_adam_picture import HEADS, layers, panels, texts
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.noisy import noisy
from gdcourse.labs.race_ground import TURNED
from gdcourse.labs.scene import Scene, Track
from gdcourse.landscapes import LANDSCAPES, Landscape
from gdcourse.landscapes_plane import on_plane
from gdcourse.optimizer_uncorrected import UncorrectedAdam
from gdcourse.optimizers import Adam
from gdcourse.schedules import Cosine
from gdcourse.trajectory import Trajectory

CHOICES = {
    "even-slope": "an even slope, 4 along w₁ and 0.04 along w₂",
    "ravine": "a ravine along the axes, κ = 100",
    "turned-ravine": "a ravine turned by 45 degrees, κ = 100",
    "rosenbrock": "Rosenbrock's bent valley",
    "noisy-bowl": "a round bowl with a noisy gradient",
}
EVEN = on_plane(
    lambda x, y: 4 * x + 0.04 * y,
    lambda x, y: (4.0, 0.04),
    lambda x, y: (0.0, 0.0, 0.0),
    name="even-slope",
    formula="L(x, y) = 4x + 0.04y",
    view=((-10.0, 10.0), (-10.0, 10.0)),
    start=(9.0, 9.0),
)
NOISE = 2.0  # standard deviation in each direction of the noisy bowl
ARROW = 0.2  # of the picture's smaller side
LATE = 20  # steps at the end that say whether it settles
KEPT = np.unique(np.round([*np.arange(0, 0.9, 0.05), *(1 - ladder(1e-4, 0.1)[::5]), 0.9, 0.99, 0.999], 6))

SETTINGS = {
    "landscape": Setting("Landscape", "even-slope", choices=CHOICES, resets=("x", "y")),
    "corrected": Setting("Bias correction", True),
    "rate": Setting("Learning rate α", 0.1, 0.001, 1.0, "log", tabled=True),
    "beta1": Setting("β₁, kept of the mean gradient", 0.9, 0.0, 0.99, tabled=True, hard=True),
    "beta2": Setting("β₂, kept of the mean square", 0.999, 0.0, 0.9999, tabled=True, hard=True),
    "eps_power": Setting("ε: ten to the power of", -8, -14, 0),
    "power": Setting("Loss times ten to the power of", 0, -10, 3),
    "weight": Setting("Look at", "1", choices={"1": "the weight w₁", "2": "the weight w₂"}),
    "falling": Setting("Rate falls to zero (cosine)", False),
    "x": Setting("Start, w₁", None),
    "y": Setting("Start, w₂", None),
    "steps": Setting("Steps", 120, 0, 1000, shown=False),
}


def draw(landscape, corrected, rate, beta1, beta2, eps_power, power, weight, falling, x, y, steps) -> Scene:
    """Return the scene of one run; `rate`, `beta1` or `beta2` may be an array (P,) for a table."""
    ground = _ground(landscape)
    start = tuple(float(own if here is None else here) for here, own in zip((x, y), ground.start, strict=True))
    shape = np.broadcast_shapes(*map(np.shape, (rate, beta1, beta2)))
    settings = tuple(np.ravel(part) for part in np.broadcast_arrays(np.asarray(rate, float), beta1, beta2))
    eps = 10.0**eps_power
    path = _walk(ground, (*settings, eps), corrected, 10.0**power, start, falling, steps)
    columns = _columns(path, settings, eps, corrected, falling, int(weight) - 1)
    columns = {name: part if part.ndim == 1 else part.reshape(*shape, -1) for name, part in columns.items()}
    slopes = 10.0**power * np.abs(ground.grad(np.array(start)))
    return Scene(
        title=f"Adam{'' if corrected else ' without bias correction'} on {CHOICES[landscape]}.",
        panels=panels(ground, slopes, weight, corrected, steps),
        layers=layers(corrected),
        texts=texts(weight, corrected, bool(ground.minima)),
        columns=columns,
        frames=steps + 1,
        heads=HEADS,
        tracks=_tracks(ground),
        found={"x": start[0], "y": start[1]},
        facts={name: columns[name] for name in ("move_1", "move_2", "peak", "late")} if not shape else {},
    )


@lru_cache(maxsize=8)
def _ground(landscape: str) -> Landscape:
    known = {"even-slope": EVEN, "turned-ravine": TURNED, "noisy-bowl": LANDSCAPES["bowl"]}
    return known.get(landscape) or LANDSCAPES[landscape]


def _walk(ground: Landscape, settings, corrected, scale, start, falling, steps) -> Trajectory:
    """Run one step more than is shown, because a frame shows the means that its own next step uses."""
    slope = noisy(ground, NOISE, 1) if ground.name == "bowl" else lambda w, rng: ground.grad(w)
    return descend(
        ground,
        (Adam if corrected else UncorrectedAdam)(*settings),
        np.reshape(start, (1, 2)),
        steps=steps + 1,
        schedule=Cosine(steps + 1) if falling else None,
        grad=lambda w, rng: scale * slope(w, rng),
        rng=5,
    )


def _columns(path: Trajectory, settings, eps, corrected, falling, seen: int) -> dict[str, np.ndarray]:
    """Return the columns of P runs, each (frames,) or (P, frames), as the next step of each frame sees them."""
    w, g = (np.moveaxis(part[:, :, 0], 0, -1) for part in (path.points, path.gradients))  # (P, 2, rows)
    m, v = (np.moveaxis(path.history(name)[1:, :, 0], 0, -1) for name in "mv")  # after the gradient of the frame
    steps = m.shape[-1]
    rate, beta1, beta2 = (part[:, None] for part in settings)
    share = Cosine(steps)(np.arange(steps)) if falling else np.ones(steps)
    t = np.arange(1.0, steps + 1)
    with np.errstate(all="ignore"):  # a diverging run ends in NaN, and says so in words
        moves = np.where(rate[:, None] > 0, np.diff(w) / rate[:, None], 0.0)
        kept = (np.power(beta1, t), np.power(beta2, t)) if corrected else (np.zeros((len(rate), steps)),) * 2
        m_used, root = m / (1 - kept[0][:, None]), np.sqrt(v / (1 - kept[1][:, None]))
        effective = share / (root + eps)
        factor = theory.adam_uncorrected_factor(t, beta1, beta2) if not corrected else np.ones((len(rate), steps))
    shown = {"g": g[..., :-1], "m": m, "m_used": m_used, "root": np.sqrt(v), "root_used": root, "effective": effective}
    columns = {name: part[:, seen] for name, part in shown.items()}
    columns |= {f"effective_{i + 1}": effective[:, i] for i in (0, 1)} | {f"move_{i + 1}": moves[:, i] for i in (0, 1)}
    columns |= {"x": w[:, 0, :-1], "y": w[:, 1, :-1], "to_x": w[:, 0, 1:], "to_y": w[:, 1, 1:], "now": rate * share}
    loss = path.values[:-1, :, 0].T
    columns |= {"loss": loss, "lost": 1.0 - np.isfinite(loss), "rate": rate}
    columns |= {"theory": factor * share, "minus_theory": -factor * share, "eps": np.array([eps])}
    ground = path.landscape
    return columns | _arrows(columns, g[..., :-1], ground) | _judged(columns, ground)


def _arrows(columns, g, ground: Landscape) -> dict[str, np.ndarray]:
    """Return the tips of two arrows of one length, along Adam's move and against the gradient: for directions only."""
    reach = ARROW * min(high - low for low, high in ground.view)
    along = columns["to_x"] - columns["x"], columns["to_y"] - columns["y"]
    tips = {}
    with np.errstate(all="ignore"):  # what does not move has no direction: NaN
        for name, (x, y) in {"along": along, "against": (-g[:, 0], -g[:, 1])}.items():
            length = np.hypot(x, y)
            tips |= {f"{name}_x": columns["x"] + reach * x / length, f"{name}_y": columns["y"] + reach * y / length}
    return tips


def _judged(columns, ground: Landscape) -> dict[str, np.ndarray]:
    """Return the largest move of all, how long the last moves are, and where it ends, each (P, 1)."""
    sizes = np.maximum(np.abs(columns["move_1"]), np.abs(columns["move_2"]))
    sizes = np.where(np.isfinite(sizes), sizes, 0.0)
    end = np.stack([columns["x"][:, -1:], columns["y"][:, -1:]], -1)
    with np.errstate(all="ignore"):
        away = np.sqrt(((end[..., None, :] - np.array(ground.minima or [(0.0, 0.0)])) ** 2).sum(-1)).min(-1)
    return {
        "step": np.arange(sizes.shape[-1] + 0.0),
        "steps": np.array([sizes.shape[-1] - 1.0]),
        "peak": sizes.max(-1, keepdims=True),
        "peak_at": sizes.argmax(-1)[:, None] + 1.0,  # moves are counted from 1, as Adam's t
        "late": np.ascontiguousarray(sizes[:, -LATE:]).mean(-1, keepdims=True),  # the order of memory rounds a mean
        "away": away,
        "outcome": columns["lost"][:, -1:],
    }


def _tracks(ground: Landscape) -> dict[str, Track]:
    beta = Track(KEPT[KEPT <= 0.99], ((0.0, "0"), (0.9, "0.9")))
    square = Track(KEPT, ((0.0, "0"), (0.9, "0.9"), (0.99, "0.99"), (0.999, "0.999")))
    places = {name: Track(even(*view, at)) for name, view, at in zip("xy", ground.view, ground.start, strict=True)}
    return {"rate": Track(ladder(0.001, 1.0)[::6]), "beta1": beta, "beta2": square, **places}


INSIDE_ADAM = Lab("inside-adam", "Inside Adam", SETTINGS, draw)
