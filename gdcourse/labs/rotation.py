"""Rotation: Adam and gradient descent in a long valley that is turned, start and all, with their step counts."""

import numpy as np

from gdcourse.descent import descend
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.rotation_valley import ANGLES, MOST, counts, method_of, turned, turned_start, turns
from gdcourse.labs.scene import Layer, Panel, Scene, Text, Track

VIEW = (-1.6, 1.6)
WALL, FLOOR = (1.0, 1.0), (1.0, 0.01)  # starts in the valley that is not turned
REACHES = 0.5 * 2.0 ** np.arange(6)  # of the contour lines along the floor
ROUND = 73  # points of a contour line

SETTINGS = {
    "angle": Setting("Rotation, degrees", 0.0, 0.0, 90.0, tabled=True),
    "kappa": Setting("Condition κ", 100.0, 1.0, 1000.0, "log", hard=True),
    "rate": Setting("Learning rate α of Adam", 0.05, 0.005, 1.0, "log"),
    "wall": Setting("Start high on the wall, not near the floor", True),
    "steps": Setting("Steps", 150, 0, 1000, shown=False),
}
READOUT = (
    "Step {step:d} | Distance from the minimum: gradient descent {gradient_descent_far:.2}, Adam {adam_far:.2}",
    "Step {step:d} | Beyond all numbers: Adam has diverged.",
)
OUTCOMES = (
    "Turned by {angle:r} degrees, until a millionth is left: gradient descent {gradient_descent_now:d|step|steps},"
    " Adam {adam_now:d|step|steps}.",
    f"Turned by {{angle:r}} degrees, until a millionth is left: gradient descent {{gradient_descent_now:d|step|steps}},"
    f" Adam more than {MOST}.",
    f"Turned by {{angle:r}} degrees, until a millionth is left: gradient descent more than {MOST} steps,"
    " Adam {adam_now:d}.",
    f"Turned by {{angle:r}} degrees, until a millionth is left, both need more than {MOST} steps.",
)
COMPARED = (
    "Not turned, Adam needs {upright:d|step|steps}: the rotation costs it {times:.2} times as many.",
    "Not turned, Adam needs {upright:d|step|steps}: here the rotation makes it faster.",
    "Not turned, Adam needs {upright:d|step|steps}: the rotation makes no difference.",
    "Not turned, Adam needs {upright:d|step|steps}.",
    f"Not turned, Adam needs more than {MOST} steps.",
    "This valley is not turned: its floor lies along the first axis.",
)
TEXTS = (Text("readout", READOUT, "lost"), Text("outcome", OUTCOMES, "outcome"), Text("compared", COMPARED, "compared"))
HEADS = (
    ("Step", "step", "d"),
    ("Gradient descent, w₁", "gradient_descent_x", ".4"),
    ("Gradient descent, w₂", "gradient_descent_y", ".4"),
    ("Adam, w₁", "adam_x", ".4"),
    ("Adam, w₂", "adam_y", ".4"),
)
METHODS = {"gradient-descent": ("gradient descent", "ink"), "adam": ("Adam", "gradient")}
PANELS = (
    Panel("valley", VIEW, VIEW, "w₁", "w₂", equal=True),
    Panel(
        "counts", (-2.0, 92.0), (10.0, 2.0 * MOST), "rotation in degrees", "steps to a millionth",
        y_scale="log", share=1.15, pointer=("angle",),
    ),
)  # fmt: skip


def draw(angle, kappa, rate, wall, steps) -> Scene:
    """Return the scene of both methods in one valley; `angle` may be an array (P,) for a table."""
    angles = np.ravel(np.asarray(angle, float))
    columns = _contours(kappa, angles)
    for name in METHODS:
        columns |= _run(name, rate, kappa, WALL if wall else FLOOR, angles, steps)
    columns |= {"angle": angles[:, None], "lost": 1.0 - np.isfinite(columns["adam_far"])}
    columns |= _judged(columns)
    columns = {name: part if part.ndim == 1 else part.reshape(*np.shape(angle), -1) for name, part in columns.items()}
    single = np.ndim(angle) == 0
    return Scene(
        title=f"A valley of condition κ = {kappa:g}: gradient descent at its best rate, Adam at α = {rate:g}.",
        panels=PANELS,
        layers=_layers(),
        texts=TEXTS,
        columns={"step": np.arange(steps + 1.0), "middle": np.zeros(1), **columns},
        frames=steps + 1,
        heads=HEADS,
        tracks={"angle": Track(np.array(ANGLES), ((0.0, "0°"), (45.0, "45°"), (90.0, "90°")))},
        facts={name: float(columns[f"{_column(name)}_now"][0]) for name in METHODS} if single else {},
    )


def _column(method: str) -> str:
    return method.replace("-", "_")


def _contours(kappa: float, angles: np.ndarray) -> dict[str, np.ndarray]:
    """Return the contour lines, ellipses end to end with a gap after each: the valley turns under the hand."""
    cos, sin = (part[:, None] for part in turns(angles))
    around = np.linspace(0, 2 * np.pi, ROUND)
    along = np.append(np.outer(REACHES, np.cos(around)), np.full((len(REACHES), 1), np.nan), 1).ravel()
    across = np.append(np.outer(REACHES, np.sin(around)), np.full((len(REACHES), 1), np.nan), 1).ravel()
    across = across / np.sqrt(kappa)
    return {"contour_x": cos * along - sin * across, "contour_y": sin * along + cos * across}


def _run(name: str, rate, kappa, start, angles: np.ndarray, steps: int) -> dict[str, np.ndarray]:
    """Return the path of a method in each of the turned valleys, and its step counts over all angles."""
    walker = method_of(name, rate, kappa)
    path = descend(turned(kappa, angles), walker, turned_start(start, angles), steps=steps)
    x, y = (path.points[..., i].T for i in (0, 1))
    curve = counts(name, rate, kappa, start, ANGLES)
    known = dict(zip(ANGLES, curve, strict=True))
    others = tuple(angle for angle in angles.tolist() if angle not in known)  # typed, or beyond the slider
    known |= dict(zip(others, counts(name, rate, kappa, start, others), strict=True)) if others else {}
    with np.errstate(all="ignore"):
        shown = {"x": x, "y": y, "far": np.hypot(x, y)}
    shown |= {"now": np.array([[known[angle]] for angle in angles.tolist()]), "counts": np.minimum(curve, MOST)}
    shown |= {"mark": np.minimum(shown["now"], MOST)}
    return {f"{_column(name)}_{key}": part for key, part in shown.items()} | {"angles": np.array(ANGLES)}


def _judged(columns) -> dict[str, np.ndarray]:
    """Return the columns that pick the words, and the numbers in them."""
    adam, descent = columns["adam_now"], columns["gradient_descent_now"]
    upright = np.full_like(adam, columns["adam_counts"][0] if columns["adam_counts"][0] < MOST else np.inf)
    with np.errstate(all="ignore"):
        times = adam / upright
    compared = np.select(
        [columns["angle"] == 0, np.isinf(upright), np.isinf(adam), times > 1.02, times < 0.98],
        [5.0, 4.0, 3.0, 0.0, 1.0],
        2.0,
    )
    return {
        "outcome": 1.0 * np.isinf(adam) + 2.0 * np.isinf(descent),
        "compared": compared,
        "upright": upright,
        "times": times,
    }


def _layers() -> tuple[Layer, ...]:
    lines = [Layer("line", "valley", "ground", "contour_x", "contour_y", size=1, name="contour lines")]
    dots = [Layer("dots", "valley", "minimum", "middle", "middle", size=5, name="minimum")]
    for method, (name, color) in METHODS.items():
        x, y, curve, mark = (f"{_column(method)}_{part}" for part in ("x", "y", "counts", "mark"))
        lines.append(Layer("line", "valley", color, x, y, reveal="ahead", size=1.2, faint=True))
        lines.append(Layer("line", "valley", color, x, y, reveal="past", size=1.4, name=name))
        lines.append(Layer("line", "counts", color, "angles", curve, size=2))
        dots.append(Layer("dots", "valley", color, x, y, reveal="now", size=6))
        dots.append(Layer("dots", "counts", color, "angle", mark, size=6))
    return (*lines, *dots)


ROTATION = Lab("rotation", "Rotation", SETTINGS, draw)
