"""Many rates at once: twenty descents from one start, each with a rate of its own."""

from functools import lru_cache

import numpy as np

from gdcourse import theory
from gdcourse.checks import shorten
from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track
from gdcourse.landscapes import LANDSCAPES, Landscape, quadratic
from gdcourse.optimizers import GradientDescent

TWENTY = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2)
MOST = 20
LABELLED = 6  # at most so many curves are told apart by words; more would cover one another
NEAR = 0.01  # a run has arrived once it is this near a minimum
ROLES = ("minimum", "path", "gradient")
WORDS = ("arrived", "still under way", "no lower")

CHOICES = {"parabola": "a parabola", "double-well": "the double well", "plateau": "a plateau and a valley"}

SETTINGS = {
    "landscape": Setting(
        "Landscape",
        "parabola",
        choices=CHOICES,
        resets=("start",),
    ),
    "curvature": Setting("Curvature L", 2.0, 0.2, 20.0, "log", needs=(("landscape", "parabola"),), resets=("start",)),
    "start": Setting("Start", None, tabled=True),
    "rates": Setting("Rates", (), shown=False),
    "steps": Setting("Steps", 30, 0, 200, shown=False),
}
EDGE = Layer("line", "rates", "theory", "edge", "upright", size=1.8, dashed=True, name="2/L")
READOUT = "Step {step:d} | The lowest loss, {least:.2}, belongs to α = {leader:r}"
BEGUN = "Step {step:d} | All begin at the same loss, {least:.2}"
COUNTS = (
    "Of {count:d} rates {arrived:d} arrived within 0.01 of a minimum, {open:d} are still under way,"
    " {lost:d} ended no lower than they began."
)


def draw(landscape, curvature, start, rates, steps) -> Scene:
    """Return the scene of all the descents; `start` may be an array (P,) for a table."""
    alphas = np.array(_checked(rates))
    ground = _parabola(_positive(curvature)) if landscape == "parabola" else LANDSCAPES[landscape]
    start = ground.start[0] if start is None else start
    columns = _run(ground, start, alphas, steps)
    if landscape == "parabola":
        columns["edge"] = np.full(2, float(theory.critical_rate(curvature)))
    return Scene(
        title=f"{len(alphas)} learning rates on {CHOICES[landscape]}.",
        panels=_panels(ground, steps),
        layers=(*_layers(alphas), *([EDGE] if "edge" in columns else [])),
        texts=(Text("readout", (BEGUN, READOUT), "under_way"), Text("counts", (COUNTS,))),
        columns=columns,
        frames=steps + 1,
        heads=(("Step", "step", "d"), *((f"Loss at α = {alphas[i]:g}", f"loss_{i}", ".4") for i in _named(alphas))),
        tracks={"start": Track(np.unique([*np.linspace(*ground.view[0], 31), ground.start[0]]))},
        found={"start": start},
        facts={name: columns[name][..., 0] for name in ("arrived", "open", "lost")},
    )


def _checked(rates) -> tuple[float, ...]:
    if not rates:
        return TWENTY
    if len(rates) > MOST or min(rates) <= 0:
        expected = f"a list of at most {MOST} numbers above 0"
        raise ValueError(f"rates is {expected}; {shorten(rates)} came: pass one like (0.3, 0.9)")
    return tuple(sorted(set(rates)))


def _positive(curvature: float) -> float:
    if not 1e-6 <= curvature <= 1e6:
        expected = "a number from 0.000001 to 1000000"
        raise ValueError(f"curvature is {expected}; {shorten(curvature)} came: pass one like 2.0")
    return curvature


@lru_cache(maxsize=64)
def _parabola(curvature: float) -> Landscape:
    return quadratic((curvature,), centre=(2.0,), start=(6.0,), view=((-3.0, 7.0),), name="parabola")


def _run(ground: Landscape, start, alphas: np.ndarray, steps: int) -> dict[str, np.ndarray]:
    """Run every rate from every start and return the columns, frames and then rates last."""
    # the crowd of starts stands in axis 2, in arrays of its own: a table must be its single scenes to the last digit
    crowd = np.reshape(np.asarray(start, float), (-1, 1))
    path = descend(ground, GradientDescent(alphas), crowd, steps=steps)
    shape = (*np.shape(start), steps + 1, len(alphas))
    w, loss = (np.moveaxis(a, 2, 0).reshape(shape) for a in (path.points[..., 0], path.values))
    with np.errstate(all="ignore"):
        height = loss - _lowest(ground)
    # a loss that has risen by rounding alone, as at the critical rate, is no lower either
    kind = np.where((height[..., -1, :] < height[..., 0, :] * (1 - 1e-9)), 1, 2)
    near = np.abs(w[..., None] - np.array(ground.minima)[:, 0]).min(-1) < NEAR
    kind = np.where(near.any(-2), 0, kind)
    best = np.argmin(np.where(np.isfinite(loss), loss, np.inf), axis=-1)
    return {
        "step": np.arange(steps + 1.0),
        "under_way": np.minimum(np.arange(steps + 1.0), 1.0),
        "loss": loss,
        "height": height,
        "alphas": np.broadcast_to(alphas, shape[-2:]).copy(),
        "least": np.take_along_axis(loss, best[..., None], -1)[..., 0],
        "leader": alphas[best],
        **_coloured(w, height, kind),
        **{f"loss_{i}": loss[..., i] for i in _named(alphas)},
        **(_labels(height, _scale(ground)) if len(alphas) <= LABELLED else {}),
        "count": np.array([float(len(alphas))]),
        "upright": np.array([1e-30, 1e30]),
        **{name: (kind == i).sum(-1, keepdims=True) * 1.0 for i, name in enumerate(("arrived", "open", "lost"))},
    }


def _coloured(w, height, kind) -> dict[str, np.ndarray]:
    """Return the places of the runs of each kind, and their curves end to end with a gap after each."""
    frames, columns = height.shape[-2], {}
    pad = [(0, 0)] * (height.ndim - 1) + [(0, 1)]
    count = height.shape[-1]
    columns["curve_x"] = np.pad(np.tile(np.arange(frames * 1.0), (count, 1)), [(0, 0), (0, 1)]).ravel()
    curves = np.pad(np.swapaxes(height, -1, -2), pad, constant_values=np.nan)
    for i, role in enumerate(ROLES):
        columns[f"w_{role}"] = np.where((kind == i)[..., None, :], w, np.nan)
        curve = np.where((kind == i)[..., None], curves, np.nan)
        columns[f"curve_{role}"] = curve.reshape(*curve.shape[:-2], -1)
    return columns


def _labels(height: np.ndarray, scale: float) -> dict[str, np.ndarray]:
    """Return where the words of each curve stand: later for a larger rate, and where the curve still is."""
    count, columns = height.shape[-1], {}
    for i in range(count):
        curve = height[..., i]
        seen = (curve > 3e-9 * scale) & (curve < 1e2 * scale)
        last = seen.shape[-1] - 1 - np.argmax(seen[..., ::-1], axis=-1)  # the last step in the picture
        at = np.minimum(last, round((0.25 + 0.6 * i / count) * last.max()))[..., None]
        columns[f"at_{i}"] = at + np.where(at > 0, 0.05, 0.09) * (curve.shape[-1] - 1)  # a little beside the curve
        # a curve that leaves the picture at once has its words on its way down, or up
        gone = np.where(curve[..., -1:] < curve[..., :1], 1e-6 * scale, 1e2 * scale)
        columns[f"label_{i}"] = np.where(at > 0, np.take_along_axis(curve, at, -1), gone)
    return columns


def _scale(ground: Landscape) -> float:
    """Return the height of the view, as a power of ten."""
    values = ground.value(np.linspace(*ground.view[0], 201)[:, None])
    return float(10.0 ** np.round(np.log10(values.max() - values.min())))


def _lowest(ground: Landscape) -> float:
    return float(np.min(ground.value(np.array(ground.minima, float))))


def _named(alphas: np.ndarray) -> range:
    """Return the places of the rates that have a column of their own in the table of numbers."""
    return range(0, len(alphas), -(-len(alphas) // LABELLED))


def _panels(ground: Landscape, steps: int) -> tuple[Panel, ...]:
    values = ground.value(np.linspace(*ground.view[0], 201)[:, None])
    gap = values.max() - values.min()
    scale = _scale(ground)
    heights = (values.min() - 0.08 * gap, values.max() + 0.08 * gap)
    losses = (1e-9 * scale, 1e3 * scale)
    return (
        Panel("valley", ground.view[0], heights, "w", "L(w)", ground=ground, pointer=("start",)),
        Panel("losses", (0.0, max(steps, 1.0)), losses, "step", "L(w) − lowest L", y_scale="log"),
        Panel("rates", (0.008, 1.6), losses, "learning rate α", "L(w) − lowest L, now", "log", "log"),
    )


def _layers(alphas: np.ndarray) -> tuple[Layer, ...]:
    curves = [
        Layer("line", "losses", role, "curve_x", f"curve_{role}", size=1.6, faint=len(alphas) > LABELLED, name=words)
        for role, words in zip(ROLES, WORDS, strict=True)
    ]
    dots = [Layer("dots", "valley", role, f"w_{role}", "loss", reveal="now", size=5) for role in ROLES]
    told = range(len(alphas)) if len(alphas) <= LABELLED else ()
    labels = [Layer("label", "losses", "ink", f"at_{i}", f"label_{i}", text=f"α = {alphas[i]:g}") for i in told]
    now = [
        Layer("line", "rates", "path", "alphas", "height", reveal="now", size=1.6),
        Layer("dots", "rates", "ink", "alphas", "height", reveal="now", size=4),
    ]
    return (*curves, *dots, *labels, *now)


RATES = Lab("rates", "Many learning rates at once", SETTINGS, draw)
