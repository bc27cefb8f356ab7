"""A setting of a lab: what it is called, what it may be, and the sentence for what it may not."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcourse.checks import shorten

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
        known = ", ".join(choices)
        known = known if len(known) <= 75 else known[:75].rpartition(",")[0] + " ..."
        raise ValueError(f"{name} is one of {known}; {shorten(value)} came: pass one of these names")

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


def _number(value: Any) -> float:
    """Return a real number as a float, and NaN for anything else."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # an int longer than any float
        return math.inf
