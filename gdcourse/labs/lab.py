"""A lab: settings, and one pure function from settings to a Scene, from which picture, text, stage and page come."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gdcourse.checks import shorten
from gdcourse.labs.scene import Scene

LONGEST_WALK = 1000  # points
LONGEST_TEXT = 200  # characters


@dataclass(frozen=True)
class Setting:
    """One thing that a lab lets you set.

    A number has `low` and `high`, the ends of its slider (a call may go beyond them: so a descent can diverge).
    A choice has `choices` (value -> words); True or False is a switch; a tuple is a walk of points made by pointing;
    any other text is typed, and the lab says what is wrong with it.
    `tabled` settings are answered in the browser from a table of scenes; the others are asked of the kernel.
    `None` as a default means that the lab finds it from the other settings.
    """

    label: str
    default: Any
    low: float | None = None
    high: float | None = None
    scale: str = "linear"
    tabled: bool = False
    choices: Mapping[str, str] | None = None
    shown: bool = True
    resets: tuple[str, ...] = ()  # settings that go back to their default when this one changes
    needs: tuple[tuple[str, Any], ...] = ()  # shown only while another setting has one of these values
    hard: bool = False  # not even a call may go beyond `low` and `high`
    ticks: tuple[float, ...] = ()  # positions that even a page with few of them must have

    def check(self, name: str, value: Any) -> Any:
        """Return the value in its own type, or raise ValueError with one sentence."""
        if value is None and self.default is None:
            return None
        if self.choices is not None:
            return self._check_choice(name, value)
        if isinstance(self.default, bool):
            return self._check_switch(name, value)
        if isinstance(self.default, tuple):
            return self._check_walk(name, value)
        if isinstance(self.default, str):
            return self._check_text(name, value)
        return self._check_number(name, value)

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the slider."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def _check_choice(self, name, value):
        choices = self.choices or {}
        if isinstance(value, str) and value in choices:
            return value
        raise ValueError(f"{name} is one of {', '.join(choices)}; {shorten(value)} came: pass one of these names")

    def _check_switch(self, name, value):
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        raise ValueError(f"{name} is a switch; {shorten(value)} came: pass True or False")

    def _check_walk(self, name, value):
        listed = value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(listed, (list, tuple)) and len(listed) <= LONGEST_WALK:
            points = tuple(map(_number, listed))
            if all(map(math.isfinite, points)):
                return points
        raise ValueError(
            f"{name} is a list of at most {LONGEST_WALK} finite numbers; {shorten(value)} came:"
            " pass one like (-1.0, 0.5)"
        )

    def _check_text(self, name, value):
        if isinstance(value, str) and len(value) <= LONGEST_TEXT:
            return value
        raise ValueError(
            f"{name} is a text of at most {LONGEST_TEXT} characters; {shorten(value)} came:"
            f" pass one like {self.default!r}"
        )

    def _check_number(self, name, value):
        number, whole = _number(value), isinstance(self.default, int)
        bounded = whole or self.hard
        low, high = self.ends if bounded else (0.0 if self.scale == "log" else -math.inf, math.inf)
        if math.isfinite(number) and low <= number <= high and (not whole or number == int(number)):
            return int(number) if whole else number
        kind = ("a whole number" if whole else "a number") + f" from {low} to {high}"
        kind = kind if bounded else "a finite number" + (", 0 or more" if low == 0 else "")
        example = next(number for number in (self.default, self.low, 0.0) if number is not None)
        raise ValueError(f"{name} is {kind}; {shorten(value)} came: pass one like {example}")


@dataclass(frozen=True, eq=False)
class Lab:
    """A lab: `draw(**settings)` returns its Scene.

    One tabled setting may come as an array of shape (P,); the scene is then a table. `presets` are named experiments
    (words -> settings), shown as buttons: `lab.show(**lab.presets["stuck"])` is the same by hand. `draft` are settings
    in force while a hand moves: what takes long is drawn coarsely at once, and finely when the hand rests.
    """

    name: str
    title: str
    settings: Mapping[str, Setting]
    draw: Callable[..., Scene]
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
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

    def change(self, settings: Mapping[str, Any], *moved: str) -> dict[str, Any]:
        """Return settings after some of them were moved together by hand: what these reset is back at its default."""
        reset = {name for mover in moved for name in self.settings[mover].resets}.difference(moved)
        return {**settings, **{name: self.settings[name].default for name in reset}}

    def scene(self, **settings: Any) -> Scene:
        """Return the Scene for these settings, the others at their defaults; a bad one raises ValueError."""
        return self.draw(**self.settle(settings)[0])

    def show_scene(self, **settings: Any) -> Scene:
        """Return a Scene whatever comes: a value that cannot be shown is left out, and the scene's notice says so."""
        return self.fit(settings)[1]

    def fit(
        self, settings: Mapping[str, Any], kept: Mapping[str, Any] | None = None, *, moving: bool = False
    ) -> tuple[dict[str, Any], Scene]:
        """Return the settings nearest to these that can be shown, and their scene; `kept` as for `settle`.

        The scene may be a draft while a hand is `moving` one of them.
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

    def show(self, **settings: Any):
        """Return the live lab, to be shown by Jupyter: the last line of a cell is enough."""
        from gdcourse.stage.stage import stage

        return stage(self, **settings)

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


def _number(value: Any) -> float:
    """Return a real number as a float, and NaN for anything else."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # an int longer than any float
        return math.inf
