"""Who may race: the optimizers of the course with their settings, and how one of them runs or finds its best rate."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from gdcourse.descent import descend
from gdcourse.labs.lab import Setting
from gdcourse.labs.race_order import judge, ranking
from gdcourse.landscapes import Landscape
from gdcourse.optimizers import OPTIMIZERS
from gdcourse.schedules import Cosine

TWELVE = (1.0, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2)
RATES = np.array([float(f"{digits}e{power}") for power in range(-4, 1) for digits in TWELVE] + [10.0])
SIGNS = {"rate": "α", "beta": "β", "beta1": "β₁", "beta2": "β₂", "eps": "ε", "weight_decay": "weight decay λ"}
ENDS = {
    "beta": (0.0, 0.99, "linear"),
    "beta1": (0.0, 0.99, "linear"),
    "beta2": (0.0, 0.9999, "linear"),
    "eps": (1e-14, 1.0, "log"),
    "weight_decay": (0.0, 1.0, "linear"),
}
POSITIONS = {"rate": RATES, "eps": np.array([float(f"1e{power}") for power in range(-14, 1)])}


@dataclass(frozen=True)
class Racer:
    """One of those that may race; its line has a colour of COLORS, and is dashed where another one has that colour."""

    key: str
    name: str
    color: str
    dashed: bool = False
    runs: bool = True  # races unless told otherwise

    @property
    def switch(self) -> str:
        """The name of the setting that lets it race."""
        return self.key.replace("-", "_")

    def setting(self, name: str) -> str:
        """The name of one of its own settings in the lab."""
        return f"{self.switch}_{name}"


FIELD = (
    Racer("gradient-descent", "gradient descent", "ink"),
    Racer("momentum", "momentum", "path"),
    Racer("nesterov", "Nesterov momentum", "path", dashed=True, runs=False),
    Racer("adagrad", "AdaGrad", "theory"),
    Racer("rmsprop", "RMSProp", "minimum"),
    Racer("adam", "Adam", "gradient"),
    Racer("amsgrad", "AMSGrad", "gradient", dashed=True, runs=False),
    Racer("adamw", "AdamW", "second", runs=False),
)
NEWTON = Racer("newton", "Newton, curvature measured", "theory", dashed=True, runs=False)


def own_settings(racer: Racer) -> dict[str, Setting]:
    """Return the lab's settings of a racer of the course: those of its record."""
    needs, found = (("settings_of", racer.key),), {}
    for field in fields(OPTIMIZERS[racer.key]):
        label = f"{SIGNS[field.name]} of {racer.name}"
        if field.name == "rate":
            setting = Setting(label, None, RATES[0], RATES[-1], "log", needs=needs)
        else:
            setting = Setting(label, field.default, *ENDS[field.name], needs=needs, hard=True)
        found[racer.setting(field.name)] = setting
    return found


def given(racer: Racer, settings: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return a racer's own settings but for the rate, from those of the lab."""
    names = [field.name for field in fields(OPTIMIZERS[racer.key]) if field.name != "rate"]
    return tuple((name, settings[racer.setting(name)]) for name in names)


class Runs(NamedTuple):
    """What a racer did at each of several rates."""

    points: np.ndarray  # (rates, rows, d)
    values: np.ndarray  # (rates, rows)


def run(racer: Racer, others, ground: Landscape, start, rate, steps: int, falling: bool) -> Runs:
    """Run a racer of the course at every rate of an array, or at a single one: a rate of RATES comes from its sweep."""
    if np.ndim(rate) == 0 and rate in RATES:
        place = np.flatnonzero(rate == RATES)
        return Runs(*(part[place] for part in _swept(racer, others, ground, start, steps, falling)))
    return (_kept if np.ndim(rate) == 0 else _run)(racer, others, ground, start, rate, steps, falling)


def _run(racer: Racer, others, ground: Landscape, start, rate, steps: int, falling: bool) -> Runs:
    walker = OPTIMIZERS[racer.key](rate=np.ravel(rate), **dict(others))
    schedule = Cosine(steps) if falling and steps else None
    path = descend(ground, walker, np.reshape(start, (1, -1)), steps=steps, schedule=schedule)
    return Runs(np.moveaxis(path.points[:, :, 0], 0, 1), np.moveaxis(path.values[:, :, 0], 0, 1))


_kept = lru_cache(maxsize=64)(_run)  # most changes in the lab are about one racer, or none


@lru_cache(maxsize=32)
def _swept(racer: Racer, others, ground: Landscape, start, steps: int, falling: bool) -> Runs:
    return _run(racer, others, ground, start, RATES, steps, falling)


@lru_cache(maxsize=512)
def best_rate(racer: Racer, others, ground: Landscape, start, steps: int, falling: bool) -> float:
    """Return the rate of RATES with which a racer finishes best from this start; a rate that keeps it in the picture.

    Without that, the best rates are large leaps that happen to end well.
    """
    w, loss = _swept(racer, others, ground, start, steps, falling)
    finish = judge(ground, loss, np.asarray(np.isfinite(w).all(-1)))
    low, high = np.array(ground.view).T
    leaves = ~((low <= w) & (w <= high)).all((-2, -1))
    return float(RATES[ranking(finish._replace(kind=finish.kind + 10 * leaves), finish.arrived)[0]])
