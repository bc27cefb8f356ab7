"""The hiker: one descent on a landscape of one weight, with the arithmetic written out, and a walk in the fog."""

from functools import lru_cache

import numpy as np

from gdcourse.descent import descend
from gdcourse.labs.hiker_picture import HEADS, OUTCOMES, fog_layers, layers_of, panels_of, texts_of
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import Scene, Track
from gdcourse.landscapes import LANDSCAPES, Landscape, hidden_valley
from gdcourse.optimizers import GradientDescent

CHOICES = {
    "square": "L(w) = w²",
    "parabola": "L(w) = (w − 2)²",
    "double-well": "double well",
    "plateau": "plateau and valley",
    "surprise": "a valley nobody has seen",
}
TITLES = {
    "square": "The hiker on L(w) = w²",
    "parabola": "The hiker on L(w) = (w − 2)²",
    "double-well": "The hiker in a double well",
    "plateau": "The hiker on a plateau beside a valley",
    "surprise": "The hiker in a valley nobody has seen",
}
FINEST = 0.01  # no two positions of the rate's slider are further apart: what happens, happens between 0.5 and 1.5
NEAR = 0.01  # a run has arrived once it is this near a minimum
LEVEL = 0.01  # a slope below this feels level under the feet

SETTINGS = {
    "landscape": Setting("Landscape", "square", choices=CHOICES, resets=("start", "walk")),
    "valley": Setting("Valley number", 1, 1, 99, resets=("start", "walk"), needs=(("landscape", "surprise"),)),
    "rate": Setting(
        "Learning rate α", 0.1, 0.01, 1.5, "log", tabled=True, needs=(("fog", False),), ticks=(0.1, 0.5, 0.9, 1.0, 1.2)
    ),
    "start": Setting("Start", None, tabled=True, resets=("walk",)),
    "ahead": Setting("Path ahead", True, needs=(("fog", False),)),
    "fog": Setting("Fog", False),
    "marks": Setting("Mark 1/L and 2/L", False, shown=False),
    "steps": Setting("Steps", 50, 0, 1000, shown=False),
    "walk": Setting("Your own walk in the fog", (), shown=False),
}


def draw(landscape, valley, rate, start, ahead, fog, marks, steps, walk) -> Scene:
    """Return the scene of one descent, or of a walk in the fog; `rate` or `start` may be an array (P,) for a table."""
    ground = _unseen(valley) if landscape == "surprise" else LANDSCAPES[landscape]
    start = ground.start[0] if start is None else start
    tracks = {"rate": _rate_track(ground, marks), "start": Track(even(*ground.view[0], ground.start[0]))}
    columns = _walk(ground, start, walk) if fog else _descent(ground, start, rate, steps)
    if not fog and walk:
        columns |= _comparison(ground, start, walk, columns)
    return Scene(
        title=f"{TITLES[landscape]}{', in the fog' if fog else ''}.",
        panels=panels_of(ground, columns["step"].shape[-1], fog),
        layers=fog_layers() if fog else layers_of(ground, ahead, bool(walk)),
        texts=texts_of(fog, bool(walk)),
        columns=columns,
        frames=columns["step"].shape[-1],
        heads=HEADS,
        tracks=tracks,
        found={"start": start},
        facts={} if fog else _facts(columns),
    )


_unseen = lru_cache(maxsize=100)(hidden_valley)


def _descent(ground: Landscape, start, rate, steps) -> dict[str, np.ndarray]:
    """Run gradient descent and return its columns, frames last."""
    # Each run in arrays of its own, (P, 1, 1): NumPy rounds x² of a bare number, or a whole crowd's product, otherwise,
    # and then a table would not be its single scenes to the last digit.
    starts = np.reshape(np.asarray(start, float), (-1, 1, 1))
    path = descend(ground, GradientDescent(rate), starts, steps=steps)
    shape = (steps + 1, *np.broadcast(start, rate).shape)
    w, gradient, loss = (np.moveaxis(a.reshape(shape), 0, -1) for a in (path.points, path.gradients, path.values))
    rate = np.asarray(rate, float)[..., None]
    with np.errstate(all="ignore"):  # a diverging run ends in NaN, and says so in words
        columns = {
            "step": np.arange(steps + 1.0),
            "w": w,
            "loss": loss,
            "gradient": gradient,
            "next": w - rate * gradient,
            "height": loss - _lowest(ground),
            "rate": rate,
        }
        return columns | _outcome(ground, columns)


def _outcome(ground: Landscape, columns) -> dict[str, np.ndarray]:
    """Judge every frame of a run: the columns that pick its words (an index into OUTCOMES; later rows win)."""
    w, gradient, loss, height = (columns[name] for name in ("w", "gradient", "loss", "height"))
    minima = np.array(ground.minima, float)[:, 0]
    gap = np.abs(w[..., None] - minima)
    near = gap.min(-1) < NEAR
    arrived = np.where(near.any(-1), near.argmax(-1), np.inf)[..., None]
    goal = np.take_along_axis(minima[gap.argmin(-1)], np.where(np.isfinite(arrived), arrived, 0).astype(int), -1)
    value = ground.value(goal[..., None])
    after = columns["step"] >= arrived
    back = np.abs(columns["next"] - np.roll(w, 1, -1)) < 1e-9
    cycle = back & (np.abs(columns["next"] - w) > NEAR) & (columns["step"] > 1)
    last = columns["step"] == columns["step"][-1]
    outcome = np.select(
        [~np.isfinite(loss), cycle, (gradient == 0) & ~near, after & (value > _lowest(ground) + 1e-9), after],
        [0, 3, 4, 2, 1],
        np.where(last & (loss > loss[..., :1]), 5, np.where(last & (height > 0), 6, 0)),
    )
    low, high = ground.view[0]
    gone = np.select([w < low, w > high], [1, 2], 0)
    outcome = outcome + gone * (len(OUTCOMES) // 3)  # the words of a hiker who is out of sight follow the others
    return {"outcome": outcome.astype(float), "lost": 1.0 - np.isfinite(loss), "arrived": arrived, "goal": goal}


def _walk(ground: Landscape, start, walk) -> dict[str, np.ndarray]:
    """Return the columns of a walk that the learner chose: the ground is known only under the feet."""
    starts = np.asarray(start, float)[..., None]
    w = np.concatenate([starts, np.broadcast_to(walk, (*starts.shape[:-1], len(walk)))], -1)
    loss, gradient = ground.value(w[..., None]), ground.grad(w[..., None])[..., 0]
    reach = 0.045 * (ground.view[0][1] - ground.view[0][0])  # a little more than the hiker himself covers
    feet = w[..., None] + np.linspace(-reach, reach, 13)
    falls = np.where(np.abs(gradient) < LEVEL, 2.0, (gradient > 0).astype(float))
    return {
        "step": np.arange(w.shape[-1] * 1.0),
        "w": w,
        "loss": loss,
        "gradient": gradient,
        "feet_x": feet,
        "feet_y": ground.value(feet[..., None]),
        "falls": falls,
    }


def _comparison(ground: Landscape, start, walk, columns) -> dict[str, np.ndarray]:
    """Return what the lifted fog tells: the learner's walk beside the descent from the same start."""
    walked = _walk(ground, start, walk)
    left = (walked["loss"] - _lowest(ground)).min(-1, keepdims=True)
    as_low = columns["height"] <= left + 1e-12
    needed = as_low.argmax(-1)[..., None].astype(float)
    return {
        "walk_w": walked["w"],
        "walk_loss": walked["loss"],
        "taken": np.array([float(len(walk))]),
        "left": left,
        "needed": needed,
        "steps": columns["step"][-1:],
        "beaten": 1.0 - as_low.any(-1)[..., None],
    }


def _facts(columns) -> dict[str, object]:
    """Return what a prediction may ask of a run: its first arrival (inf if none), whether it diverged, its end."""
    return {
        "arrived": columns["arrived"][..., 0],
        "diverged": columns["lost"].any(-1),
        "final": columns["w"][..., -1],
        "final_loss": columns["loss"][..., -1],
    }


def _lowest(ground: Landscape) -> float:
    return float(np.min(ground.value(np.array(ground.minima, float))))


def _rate_track(ground: Landscape, marks: bool) -> Track:
    """Return the positions of the rate's slider, the critical rates among them, to be met exactly."""
    sharpest = float(np.max(np.abs(ground.hessian(np.array(ground.minima, float)))))
    critical = ((1 / sharpest, "1/L"), (2 / sharpest, "2/L"))
    low, high = SETTINGS["rate"].ends
    extra = [value for value, _ in critical] if marks else []
    return Track(ladder(low, high, *extra, widest=FINEST), critical if marks else ())


HIKER = Lab("hiker", "The hiker", SETTINGS, draw)
