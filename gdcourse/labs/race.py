"""The race: any optimizers, each with its own settings, from one start on any landscape, within one budget.

What a race costs is gradients, so every racer may take as many, and is drawn against them and against its steps. A
fair race also lets each racer find its rate: unless you set it, it is the best of the same 61 for this start, of those
that keep the racer in the picture.

    LABS["race"].show(landscape="ravine", adam=True, adam_rate=0.1)
    race_with(mine=MyOptimizer(0.1)).show()               # a class with init(w) and step(w, grad, state)
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from gdcourse.checks import shorten
from gdcourse.labs import race_picture as picture
from gdcourse.labs.lab import Lab, Setting, even
from gdcourse.labs.race_field import FIELD, NEWTON, POSITIONS, best_rate, given, own_settings, run
from gdcourse.labs.race_ground import FLAT, INSTEAD, UPRIGHT, WORDS, race_ground
from gdcourse.labs.race_own import MeasuredNewton, Own, race_alone
from gdcourse.labs.race_picture import Lane
from gdcourse.labs.scene import Scene, Track
from gdcourse.landscapes import Landscape

FACTORS = np.unique(np.round(10.0 ** np.linspace(-1, 1, 21), 3))
OWN_LOOKS = (("second", True), ("minimum", True), ("ink", True), ("ground", False))
NEWTON_RACER = Own(NEWTON.name, MeasuredNewton())
RATE_SETTINGS = tuple(racer.setting("rate") for racer in FIELD)
AFRESH = dict.fromkeys(RATE_SETTINGS)  # None: each racer looks for its best rate

SETTINGS = {
    "landscape": Setting("Landscape", INSTEAD, choices=WORDS, resets=("x", "y", *RATE_SETTINGS)),
    "formula": Setting(
        "Your formula L(x, y)", "x**2 + 20*y**2 + 3*sin(3*x)", resets=("x", "y"), needs=(("landscape", "own"),)
    ),
    "x": Setting("Start, w₁", None),
    "y": Setting("Start, w₂", None, needs=tuple(("landscape", name) for name in WORDS if name not in FLAT)),
    "budget": Setting("Gradients each", 150, 0, 500),
    "factor": Setting("All rates ×", 1.0, 0.1, 10.0, "log", tabled=True),
    "falling": Setting("Rates fall to zero (cosine)", False),
    **{racer.switch: Setting(racer.name, racer.runs) for racer in (*FIELD, NEWTON)},
    "settings_of": Setting("Settings of", "adam", choices={racer.key: racer.name for racer in FIELD}),
    **{name: setting for racer in FIELD for name, setting in own_settings(racer).items()},
}
PRESETS = {
    "Best rate for each, from here": AFRESH,
    "1 Along the axes": {"landscape": "ravine", "x": UPRIGHT[0], "y": UPRIGHT[1], **AFRESH},
    "2 Turned": {"landscape": "turned-ravine", "x": None, "y": None, **AFRESH},
    "3 Steps are not the cost": {"landscape": "rosenbrock", "x": None, "y": None, "newton": True, **AFRESH},
    "4 A hill in the way": {"landscape": "himmelblau", "x": None, "y": None, "newton": True, **AFRESH},
}


def draw(own: tuple[Own, ...], **settings) -> Scene:
    """Return the scene of one race; the factor of the rates may be an array (P,) for a table."""
    ground, notice = race_ground(settings["landscape"], settings["formula"])
    start = _start(ground, settings)
    lanes, found = _course_lanes(ground, start, settings)
    own_lanes, failed = _own_lanes(own, ground, start, settings)
    lanes += own_lanes
    columns = picture.columns(lanes, ground)
    return Scene(
        title=f"The race on {_name(ground, settings)}: {settings['budget']} gradients each.",
        panels=picture.panels(ground, start, settings["budget"]),
        layers=picture.layers(lanes),
        texts=picture.texts(lanes),
        columns=columns,
        frames=settings["budget"] + 1,
        heads=(("Step", "step", "d"), *((f"Loss, {lane.name}", f"loss_{i}", ".4") for i, lane in enumerate(lanes))),
        tracks=_tracks(ground),
        found={**dict(zip("xy", start, strict=False)), **found},
        facts=_facts(columns, lanes) if np.ndim(settings["factor"]) == 0 else {},
        notice=" ".join(filter(None, [notice, *failed])),
    )


def _start(ground: Landscape, settings: Mapping[str, Any]) -> tuple[float, ...]:
    asked = (settings["x"], settings["y"])[: ground.dimension]
    return tuple(float(own if here is None else here) for here, own in zip(asked, ground.start, strict=True))


def _name(ground: Landscape, settings: Mapping[str, Any]) -> str:
    if settings["landscape"] != "own":
        return WORDS[settings["landscape"]]
    return WORDS.get(ground.name, ground.formula)  # the one raced on meanwhile has words


def _course_lanes(ground: Landscape, start, settings) -> tuple[list[Lane], dict[str, float]]:
    """Run the racers of the course, and return their lanes and the rates that were looked for."""
    lanes, found, factor = [], {}, settings["factor"]
    budget, falling = settings["budget"], settings["falling"]
    for racer in FIELD:
        if not settings[racer.switch]:
            continue
        others, rate = given(racer, settings), settings[racer.setting("rate")]
        if rate is None:
            rate = found[racer.setting("rate")] = best_rate(racer, others, ground, start, budget, falling)
        runs = run(racer, others, ground, start, factor * rate, budget, falling)
        points, values = (part.reshape(*np.shape(factor), *part.shape[1:]) for part in runs)
        cost = np.arange(budget + 1.0)
        lanes.append(Lane(racer.name, racer.color, racer.dashed, points, values, cost, budget))
    return lanes, found


def _own_lanes(own: tuple[Own, ...], ground: Landscape, start, settings) -> tuple[list[Lane], list[str]]:
    """Run Newton's method and the learner's own racers; a sentence for each one that does not get there."""
    looks = [(NEWTON_RACER, NEWTON.switch, (NEWTON.color, NEWTON.dashed))]
    looks += [(racer, switch(racer), look) for racer, look in zip(own, OWN_LOOKS, strict=False)]
    lanes, failed = [], []
    for racer, name, look in looks:
        if settings[name]:
            course = race_alone(racer, ground, start, settings["budget"])
            if isinstance(course, str):
                failed.append(course)
            else:
                lanes.append(Lane(racer.name, *look, *course))
    return lanes, failed


def _tracks(ground: Landscape) -> dict[str, Track]:
    places = {name: Track(even(*view, at)) for name, view, at in zip("xy", ground.view, ground.start, strict=False)}
    own = {racer.setting(name): Track(at) for racer in FIELD for name, at in POSITIONS.items()}
    own = {name: track for name, track in own.items() if name in SETTINGS}
    return {"factor": Track(FACTORS, ((1.0, "1"),)), "budget": Track(np.arange(10.0, 501.0, 10.0)), **own, **places}


def _facts(columns, lanes: list[Lane]) -> dict[str, object]:
    """Return the names in the order of their places, and the step from which each stays at a minimum."""
    places = [int(columns[f"place_{p}"][0]) // len(picture.WORDS) for p in range(len(lanes))]
    arrived = {lane.name: float(columns[f"arrived_{i}"][0]) for i, lane in enumerate(lanes)}
    return {"order": tuple(lanes[i].name for i in places), "arrived": arrived}


def switch(racer: Own) -> str:
    """The name of the setting that lets a learner's racer run."""
    return f"own_{racer.name}"


def race_with(**racers: Any) -> Lab:
    """Return the race with racers of your own beside those of the course.

    Args:
        racers: Up to four, each under the name that it shall race with. Each has init(w), which gives a state, and
            step(w, grad, state), which gives the next w and the next state; a step that also takes `slope` may ask
            for further gradients. One that fails, never ends, or is no optimizer at all gets a sentence.

    Raises:
        ValueError: If there are more than four.

    Example:
        race_with(mine=MyOptimizer(0.1), slow_adam=Adam(0.001)).show(landscape="ravine")
    """
    if len(racers) > len(OWN_LOOKS):
        expected = f"at most {len(OWN_LOOKS)} racers of your own"
        raise ValueError(f"a race has room for {expected}, but {shorten(list(racers))} came: leave some out")
    own = tuple(Own(name, optimizer) for name, optimizer in racers.items())
    switches = {switch(racer): Setting(f"{racer.name} (your own)", True) for racer in own}
    return Lab("race", RACE.title, {**SETTINGS, **switches}, partial(draw, own), PRESETS)


RACE = Lab("race", "The race", SETTINGS, partial(draw, ()), PRESETS)
