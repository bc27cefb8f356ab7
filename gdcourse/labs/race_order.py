"""The order of the race: who has arrived where and when, and the words for it."""

from typing import NamedTuple

import numpy as np

from gdcourse.labs.race_ground import heights_of
from gdcourse.landscapes import Landscape

SHARE = 1e-6  # of the start's height above the lowest minimum: whose loss stays within it has arrived
LOWEST, OTHER, UNDER_WAY, LOST = range(4)
WORDS = (
    "{place}. {name}: {since}.",
    "{place}. {name}: {since}, but this minimum is not the lowest.",
    "{place}. {name}: not at a minimum within the budget; it ends {{above_{i}:.2}} above the lowest.",
    "{place}. {name}: beyond all numbers at step {{lost_at_{i}:d}}.",
    "{place}. {name}: ends at the loss {{end_{i}:.2}}.",  # where no minimum is known
)
SINCE = (
    "at a minimum from step {{arrived_{i}:d}} on",
    "at a minimum from step {{arrived_{i}:d}} on, which cost {{cost_{i}:d}} gradients",
)


class Finish(NamedTuple):
    """How runs ended, each of the shape of the runs (...)."""

    kind: np.ndarray  # LOWEST, OTHER, UNDER_WAY or LOST
    arrived: np.ndarray  # step from which on the loss stays at its minimum; inf if it does not
    lost_at: np.ndarray  # first step beyond all numbers; 0 if there is none
    end: np.ndarray  # last loss
    above: np.ndarray  # last loss above the lowest minimum, NaN where no minimum is known


def judge(ground: Landscape, loss: np.ndarray, finite: np.ndarray) -> Finish:
    """Judge losses (..., rows) of runs that begin at one start; `finite` says where a run is still in the numbers."""
    lost = ~(finite & np.isfinite(loss))
    lost_at = np.where(lost.any(-1), lost.argmax(-1), 0)
    end, heights = loss[..., -1], heights_of(ground)
    if not heights.size:
        kind = np.where(lost[..., -1], LOST, UNDER_WAY)
        nowhere = np.full(end.shape, np.nan)
        return Finish(kind, np.full(end.shape, np.inf), lost_at, end, nowhere)
    lowest = heights[0]
    near = np.maximum(SHARE * (loss[..., :1] - lowest), 1e-12 * (1 + abs(lowest)))
    with np.errstate(invalid="ignore"):
        below = (heights <= end[..., None] + near).sum(-1) - 1  # the highest known minimum that is not above the end
        floor = heights[np.maximum(below, 0)][..., None]
        far = ~(loss <= floor + near)
    arrived = np.where(far[..., -1], np.inf, np.where(far.any(-1), loss.shape[-1] - far[..., ::-1].argmax(-1), 0))
    at_lowest = floor[..., 0] <= lowest + near[..., 0]
    kind = np.select([lost[..., -1], np.isinf(arrived), at_lowest], [LOST, UNDER_WAY, LOWEST], OTHER)
    return Finish(kind, arrived, lost_at, end, end - lowest)


def ranking(finish: Finish, cost: np.ndarray) -> np.ndarray:
    """Return the runs (last axis) from first to last: by where they ended, then what that cost, then their loss.

    Args:
        finish: How the runs ended.
        cost: What the arrival cost, in gradients.
    """
    under_way = finish.kind == UNDER_WAY
    second = np.where(under_way, finish.end, np.where(finish.kind == LOST, -finish.lost_at, cost))
    third = np.where(finish.kind == LOST, 0.0, finish.end)
    return np.lexsort((third, second, finish.kind), axis=-1)


def templates(place: int, names: list[str], costly: list[bool]) -> tuple[str, ...]:
    """Return the sentences for one place: of every racer in every kind, so that a column can pick one."""
    return tuple(
        words.format(place=place, name=name, since=SINCE[dear].format(i=i), i=i)
        for i, (name, dear) in enumerate(zip(names, costly, strict=True))
        for words in WORDS
    )
