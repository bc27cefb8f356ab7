"""What an optimizer is, and how a sweep over its settings is laid out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np

from gdcourse.settings import as_setting


@dataclass(frozen=True, eq=False)
class Optimizer(ABC):
    """Frozen settings, and the two things that every optimizer does.

    Raises:
        TypeError: If a setting is not made of real numbers.
        ValueError: If a setting is out of its range.
    """

    name: ClassVar[str]  # in words, for sentences and legends

    def __post_init__(self):
        """Turn every setting into a float or a float array, or say what is wrong with it."""
        for field in fields(self):
            object.__setattr__(self, field.name, as_setting(field.name, getattr(self, field.name)))

    @abstractmethod
    def init(self, w: np.ndarray) -> Any:
        """Give the state before the first step from w, shape (..., d)."""

    @abstractmethod
    def step(self, w: np.ndarray, grad: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Give the next point and the next state."""

    def zeros(self, w: np.ndarray) -> np.ndarray:
        """Zeros in the shape of w: every velocity and every mean starts at rest."""
        must_be_spread(self)
        return np.zeros_like(w, dtype=float)


def spread(optimizer, w: np.ndarray):
    """Shape the optimizer and the start of a sweep so that every setting meets every start.

    Settings of shape (P,) become (P, 1, ..., 1), and a start of shape (..., d) becomes (P, ..., d), so that P rates
    never meet d coordinates by accident. Without array settings both come back as they are.
    """
    runs = sweep_shape(optimizer)
    shaped = {name: value.reshape(value.shape + (1,) * w.ndim) for name, value in swept(optimizer).items()}
    return replace(optimizer, **shaped) if shaped else optimizer, np.broadcast_to(w, runs + w.shape).copy()


def swept(optimizer) -> dict[str, np.ndarray]:
    """The settings that are arrays; none in a learner's own optimizer that is no heir of Optimizer."""
    names = [field.name for field in fields(optimizer)] if isinstance(optimizer, Optimizer) else []
    return {name: getattr(optimizer, name) for name in names if np.ndim(getattr(optimizer, name)) > 0}


def sweep_shape(optimizer) -> tuple[int, ...]:
    """The shape of a sweep: (P,) when settings are arrays of P numbers, () when all are single numbers.

    Raises:
        ValueError: If two settings are arrays that cannot be paired.
    """
    shapes = {name: np.shape(value) for name, value in swept(optimizer).items()}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        came = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items())
        raise ValueError(f"a sweep pairs its settings one to one, but {came} came: give them one length") from None


def must_be_spread(optimizer) -> None:
    """Refuse settings that would be paired with coordinates instead of runs.

    Raises:
        ValueError: If a setting is an array that `spread` has not shaped.
    """
    for name, value in swept(optimizer).items():
        if value.shape[-1] != 1:
            raise ValueError(
                f"{name} must be one number for a single run, but {value.size} came, for a sweep: walk with descend, or"
                f" first call `optimizer, w = spread(optimizer, w)` from gdcourse.optimizer_record"
            )
