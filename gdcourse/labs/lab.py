"""A lab: settings, and one pure function from settings to a Scene, from which picture, text, stage and page come."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gdcourse.labs.scene import Scene
from gdcourse.labs.setting import Setting


@dataclass(frozen=True, eq=False)
class Lab:
    """A lab: `draw(**settings)` returns its Scene.

    One tabled setting may come as an array of shape (P,); the scene is then a table. `presets` are named experiments
    (words -> settings), shown as buttons: `lab.show(**lab.presets["stuck"])` is the same by hand. With `carry` a lab
    keeps what was shown up to the frame at which a setting is moved: a rate changed while it runs. `draft` are settings
    in force while a hand moves: what takes long is drawn coarsely at once, and finely when the hand rests.
    """

    name: str
    title: str
    settings: Mapping[str, Setting]
    draw: Callable[..., Scene]
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    carry: Callable[[Mapping, Mapping, int], Mapping] | None = None  # (before, after, frame) -> what else changes
    draft: Mapping[str, Any] = field(default_factory=dict)

    def settle(
        self, settings: Mapping[str, Any], *, strict: bool = True, kept: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], str]:
        """Check settings and fill in the others.

        Args:
            settings: name -> value, whatever it is.
            strict: whether the first refused value raises ValueError.
            kept: for settings made by hand, the last good ones: they stand in for what is refused, in place of the
                defaults, and the sentences call each setting by its label.

        Returns:
            The settings, and a sentence about each value that was refused ("" if none was). An unknown name always
            raises TypeError.
        """
        unknown = [name for name in settings if name not in self.settings]
        if unknown:
            known = ", ".join(self.settings)
            raise TypeError(f"the {self.name} lab has no setting {unknown[0]!r}: it has {known}")
        settled, refused = {}, []
        for name, setting in self.settings.items():
            called = name if kept is None else setting.label
            try:
                settled[name] = setting.check(called, settings.get(name, setting.default))
            except ValueError as error:
                if strict:
                    raise
                settled[name] = setting.default if kept is None else kept[name]
                shown = "" if settled[name] is None else f" Shown with {called} = {settled[name]}."
                told = str(error) if kept is None else str(error).replace(" came: pass ", " came: enter ")
                refused.append(f"{told}.{shown}")
        return settled, " ".join(refused)

    def change(
        self, settings: Mapping[str, Any], *moved: str, before: Mapping[str, Any] | None = None, frame: int = 0
    ) -> dict[str, Any]:
        """Return settings after some of them were moved together by hand: what these reset is back at its default.

        Args:
            settings: as they are after the hand.
            moved: names of the settings under the hand.
            before: as they were before it, for a lab that goes on from the frame where they were moved (`carry`).
            frame: the frame that was shown.
        """
        reset = {name for mover in moved for name in self.settings[mover].resets}.difference(moved)
        after = {**settings, **{name: self.settings[name].default for name in reset}}
        return after if self.carry is None or before is None else {**after, **self.carry(before, after, frame)}

    def scene(self, **settings: Any) -> Scene:
        """Return the Scene for these settings, the others at their defaults; a bad one raises ValueError."""
        return self.draw(**self.settle(settings)[0])

    def show_scene(self, **settings: Any) -> Scene:
        """Return a Scene whatever comes: a value that cannot be shown is left out, and the scene's notice says so."""
        return self.fit(settings)[1]

    def fit(
        self, settings: Mapping[str, Any], kept: Mapping[str, Any] | None = None, *, moving: bool = False
    ) -> tuple[dict[str, Any], Scene]:
        """Return the settings nearest to these that can be shown, and their scene, as `show_scene` does.

        Args:
            settings: as for `scene`.
            kept: as for `settle`.
            moving: whether a hand is moving one of them, so that the scene may be a draft.
        """
        settled, notice = self.settle(settings, strict=False, kept=kept)
        try:
            scene = self.draw(**{**settled, **(self.draft if moving else {})})
        except ValueError as error:  # a lab's own rule, such as a start that belongs to another landscape
            settled = self.settle(kept or {})[0]
            shown = "with the lab's defaults" if kept is None else "as before"
            scene, notice = self.draw(**settled), f"{notice} {error}. Shown {shown}.".strip()
        return {**settled, **scene.found}, replace(scene, notice=f"{notice} {scene.notice}".strip())

    def table(self, over: str, positions: np.ndarray, **settings: Any) -> Scene:
        """Return the scenes for every position of one tabled setting, computed as one sweep."""
        settled, _ = self.settle({name: value for name, value in settings.items() if name != over})
        return self.draw(**{**settled, over: np.asarray(positions, float)})

    def figure(self, frame: int | None = None, **settings: Any):
        """Return the static twin: a matplotlib Figure at a frame (the last if not given)."""
        from gdcourse import plotting

        return plotting.draw(self.show_scene(**settings), frame)

    def describe(self, frame: int | None = None, **settings: Any) -> str:
        """Return the text twin: one or two sentences and a table of numbers."""
        return self.show_scene(**settings).describe(frame)

    def show(self, after: str | Sequence[str] = (), **settings: Any):
        """Return the live lab, to be shown by Jupyter: the last line of a cell is enough.

        With the key of a prediction (or several) as `after`, the picture waits until the answer is recorded.
        """
        from gdcourse.stage.stage import stage

        return stage(self, after, **settings)

    def freeze(self, path, **settings: Any):
        """Write a page that works without a kernel: the same stage with the tables inside. Returns the path."""
        from gdcourse.stage.freeze import freeze

        return freeze(self, path, **settings)


def ladder(low: float, high: float, *extra: float, widest: float = math.inf) -> np.ndarray:
    """Return slider positions for a logarithmic setting: every number of two digits (0.10, 0.11, ... 0.99, 1.0, 1.1).

    Args:
        low: the lowest position, above 0.
        high: the highest position.
        extra: more positions that must be met exactly, such as a critical rate.
        widest: a power of ten, such as 0.01: where numbers of two digits are further apart, they have a third
            (1.00, 1.01, 1.02 ...).
    """
    powers = range(math.floor(math.log10(low)) - 1, math.floor(math.log10(high)))
    numbers = [float(f"{digits}e{power}") for power in powers for digits in range(10, 100)]
    if widest < 10.0 ** powers[-1]:
        numbers += [float(f"{k}e{round(math.log10(widest))}") for k in range(100, round(high / widest) + 1)]
    return np.unique([n for n in [*numbers, low, high, *extra] if low <= n <= high])


def even(low: float, high: float, *extra: float) -> np.ndarray:
    """Return slider positions for a linear setting: about a hundred round numbers from low to high.

    Args:
        low: the lowest position.
        high: the highest position.
        extra: more positions that must be met exactly, such as the default.
    """
    rough = (high - low) / 100
    power = 10.0 ** math.floor(math.log10(rough))
    gap = min((g for g in (power, 2 * power, 5 * power, 10 * power) if g >= rough * 0.999), default=rough)
    inner = np.arange(math.ceil(low / gap), math.floor(high / gap) + 1) * gap
    return np.unique(np.round([low, *inner, high, *extra], 12))
