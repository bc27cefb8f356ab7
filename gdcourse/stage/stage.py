"""The stage: one widget that shows any lab, live, in JupyterLab.

Python computes, the browser draws. For each tabled setting the browser holds a table of the scenes for every position
of its slider, so a drag never waits for the kernel; when the hand rests, the kernel hears the value and sends the
tables that have changed. Settings that are asked travel as synced traits: the newest value wins, none queue up.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from threading import RLock

import anywidget
import numpy as np
import traitlets
from contourpy import contour_generator

from gdcourse.labs.ground import curve, shading
from gdcourse.labs.lab import Lab, Setting, even, ladder
from gdcourse.labs.scene import COLORS, Scene, Track
from gdcourse.landscapes import Landscape
from gdcourse.stage import waiting

PARTS = ("wording", "axes", "layers", "answers", "controls", "pointer", "telling", "gate", "stage")
SCRIPTS = tuple(f"{part}.js" for part in PARTS)


@cache
def read(*names: str) -> str:
    """Return this folder's scripts (or styles) joined in the given order."""
    return "\n".join((files("gdcourse.stage") / name).read_text(encoding="utf-8") for name in names)


class Stage(anywidget.AnyWidget):
    """A live lab. Every setting is a trait: read it, set it, or link an ipywidget to it.

    Example:
        hiker = LABS["hiker"].show(rate=0.3)
        hiker.rate = 0.9
        hiker.scene.facts
    """

    _esm = read(*SCRIPTS) + "export default { render: renderStage };"
    _css = read("stage.css")
    colors = traitlets.Dict(COLORS).tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)  # words of a button -> settings
    tabled = traitlets.List().tag(sync=True)
    structure = traitlets.Dict().tag(sync=True)
    grounds = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)
    frame = traitlets.Int(0).tag(sync=True)
    hand = traitlets.Unicode("").tag(sync=True)  # the setting that is being moved; "" when the hand rests
    told = traitlets.Int(0).tag(sync=True)  # how often the browser has told settings
    heard = traitlets.Int(0).tag(sync=True)  # the last telling that has been answered
    torn = traitlets.Int(0).tag(sync=True)  # how often an answer could not be read
    waits = traitlets.Dict().tag(sync=True)  # what is said in place of the picture; {} once it is shown
    looks = traitlets.Int(0).tag(sync=True)  # how often the hand came near while the stage waited
    asked_before: tuple = ()  # the predictions that it waits for
    _answering = False  # while the stage itself sets its traits
    _is_draft = False  # whether the present scene was drawn while a hand moved
    _refused = False  # whether the last answer says so
    _answered: Mapping = {}  # the settings that are shown

    def __init__(self, lab: Lab, after: str | Sequence[str] = (), **settings):
        """Show a lab with the given settings, the others at their defaults; `after` as in `waiting`."""
        shown = {name: describe_setting(setting) for name, setting in lab.settings.items()}
        presets = {words: {name: plain(value) for name, value in given.items()} for words, given in lab.presets.items()}
        super().__init__(settings=shown, presets=presets, tabled=[name for name, s in lab.settings.items() if s.tabled])
        self._lab, self._serial, self._turn = lab, 0, RLock()
        self._answer(settings, {})
        self.observe(self._changed, names=[*lab.settings, "hand", "told"])
        self.observe(self._say_again, names="torn")
        if after:
            waiting.wait(self, after)
            self.observe(lambda _: waiting.look_again(), names="looks")

    @property
    def scene(self) -> Scene:
        """The scene for the present settings."""
        return self._scene

    def _changed(self, change) -> None:
        del change  # what comes in one message is taken together: all settings are looked at
        with self._turn:  # a cell that sets a setting and the browser's messages run on threads of their own
            if not self._answering:
                self._hear()

    def _hear(self) -> None:
        asked = {name: getattr(self, name) for name in self._lab.settings}
        settled, refused = self._lab.settle(asked, strict=False, kept=self._answered)
        moved = [name for name, value in settled.items() if value != self._answered[name]]
        old = self._refused and self.told != self.heard  # a new value came, so what was said of the last one is over
        if moved or refused or old or (self._is_draft and not self.hand):
            self._refused = bool(refused)
            self._answer(self._lab.change(asked, *moved, before=self._answered, frame=self.frame), asked)
        elif not self.hand:
            self._send_tables()
        self.heard = self.told

    def _say_again(self, _change) -> None:
        self.send_state(["structure", "grounds", "now", "heard", *(f"table_{name}" for name in self.tabled)])

    def _answer(self, asked: dict, before: dict) -> None:
        """Compute the scene for settings and send what has changed of it; the tables only once the hand rests.

        `before` are the settings as they were found: one that has been set since is left to the next turn.
        """
        self._answered, self._scene = self._lab.fit(asked, self._answered or None, moving=bool(self.hand))
        self._is_draft = bool(self.hand and self._lab.draft)
        self._serial += 1
        self._answering = True
        with self.hold_sync():
            for name, value in {**self._answered, **self._sent(), "heard": self.told}.items():
                if name not in before or getattr(self, name) is before[name]:
                    setattr(self, name, value)
        self._answering = False
        if not self.hand:
            self._send_tables()

    def _sent(self) -> dict:
        """Return the traits that draw the present scene."""
        scene = self._scene
        fixed = {name: plain(value) for name, value in self._answered.items()}
        told = {"over": [], "positions": [], "fixed": fixed, "serial": self._serial, "notice": scene.notice}
        return {
            "grounds": {panel.name: ground(panel.ground) for panel in scene.panels if panel.ground is not None},
            "structure": scene.structure() | {"tracks": _tracks(self._lab, scene)},
            "now": {**pack(scene.columns), **told},
        }

    def _send_tables(self) -> None:
        for name in self.tabled:
            fixed = {other: plain(value) for other, value in self._answered.items() if other != name}
            if getattr(self, f"table_{name}").get("fixed") != fixed:
                setattr(self, f"table_{name}", table(self._lab, self._scene, name, self._answered))


def stage(lab: Lab, after: str | Sequence[str] = (), **settings) -> Stage:
    """Return a live stage for a lab; its class has one trait for each setting and each table."""
    return _class_for(lab)(lab, after, **settings)


@cache
def _class_for(lab: Lab) -> type[Stage]:
    traits = {name: traitlets.Any(setting.default).tag(sync=True) for name, setting in lab.settings.items()}
    tabled = [name for name, setting in lab.settings.items() if setting.tabled]
    tables = {f"table_{name}": traitlets.Dict().tag(sync=True) for name in tabled}
    return type(f"{lab.name.title().replace('-', '')}Stage", (Stage,), {**traits, **tables, "__doc__": lab.title})


def table(lab: Lab, scene: Scene, name: str, settings: Mapping) -> dict:
    """Return the packed table of scenes over one tabled setting: positions, what is fixed, and the columns."""
    track = scene.tracks[name]
    swept = lab.table(name, track.positions, **settings)
    fixed = {other: plain(value) for other, value in settings.items() if other != name}
    columns = {key: with_axis(value, scene.columns[key]) for key, value in swept.columns.items()}
    return {**pack(columns), "over": [name], "positions": [track.positions.tolist()], "fixed": fixed}


def with_axis(swept: np.ndarray, single: np.ndarray) -> np.ndarray:
    """Give a swept column that does not depend on the setting an axis of length one in front."""
    return swept[None] if swept.ndim == single.ndim else swept


def pack(columns) -> dict:
    """Put columns into one buffer of doubles: {"columns": {name: [first, shape]}, "data": bytes}."""
    places, first = {}, 0
    for name, numbers in columns.items():
        places[name] = [first, list(numbers.shape)]
        first += numbers.size
    data = np.concatenate([np.ravel(numbers) for numbers in columns.values()]) if columns else np.zeros(0)
    return {"columns": places, "data": data.astype("<f8").tobytes()}


def describe_setting(setting: Setting) -> dict:
    """Return what the browser must know of a setting to make its control."""
    kinds = {bool: "switch", tuple: "walk", str: "text", int: "number", float: "number"}
    return {
        "label": setting.label,
        "shown": setting.shown,
        "choices": None if setting.choices is None else dict(setting.choices),
        "kind": kinds.get(type(setting.default), "number"),
        "whole": type(setting.default) is int,
        "typed": True,  # a value between the slider's positions may be typed: the kernel answers it
        "restarts": bool(setting.resets) and not setting.tabled,  # another landscape is walked from step 0
        "needs": [list(need) for need in setting.needs] or None,
    }


def _tracks(lab: Lab, scene: Scene) -> dict:
    """Return the slider positions of every shown number: the scene's own, else from the setting's ends."""
    tracks = {}
    for name, setting in lab.settings.items():
        if name not in scene.tracks and setting.shown and setting.low is not None and setting.high is not None:
            tracks[name] = Track(_positions(setting))
    return {name: plain_track(track) for name, track in {**tracks, **scene.tracks}.items()}


def plain_track(track: Track) -> dict:
    """Return a track as plain JSON types."""
    zones = [list(zone) for zone in track.zones]
    return {"positions": track.positions.tolist(), "marks": [list(mark) for mark in track.marks], "zones": zones}


def _positions(setting: Setting) -> np.ndarray:
    low, high = setting.ends
    if type(setting.default) is int:
        return np.arange(low, high + 1.0)
    make = ladder if setting.scale == "log" else even
    return make(low, high, setting.default)


@lru_cache(maxsize=16)
def ground(landscape: Landscape) -> dict:
    """Return a landscape's background for the browser: line pieces (x, y), minima, and in two dimensions shading."""
    if landscape.dimension == 1:
        x, y = curve(landscape)
        return {**pack({"x": x, "y": y}), "pieces": [[0, len(x)]], "minima": []}
    shades = shading(landscape)
    lines = contour_generator(shades.x, shades.y, shades.z)
    pieces = [np.asarray(piece) for level in shades.levels for piece in lines.lines(level)]
    ends = np.cumsum([0, *map(len, pieces)]).tolist()
    x, y = np.concatenate([*pieces, np.zeros((0, 2))]).T
    return {
        **pack({"x": x, "y": y, "z": shades.shade}),
        "pieces": list(pairwise(ends)),
        "minima": landscape.minima,
        "rows": len(shades.y),
        "extent": [shades.x[0], shades.x[-1], shades.y[0], shades.y[-1]],
    }


def plain(value):
    """Return a setting as the browser will have it: a tuple becomes a list."""
    return list(value) if isinstance(value, tuple) else value
