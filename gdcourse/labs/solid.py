"""A landscape of two weights as a solid that can be turned: a round net of wires, and paths laid over it.

Everything is projected here, along parallel lines; what is handed on are plain lines for a bare panel:

    u = x·cos A − y·sin A                              across the picture
    v = (x·sin A + y·cos A)·sin E + h·cos E            upwards, with h the height in units of the net's

A is the azimuth by which the solid is turned, E the elevation from which it is seen.
"""

import math
from functools import lru_cache

import numpy as np

from gdcourse.labs.scene import Layer, Panel
from gdcourse.landscapes import Landscape

ELEVATION = math.radians(30)
RINGS, RAYS = 6, 16
ROUND, ALONG = 48, 12  # pieces of a ring, and of a ray
BOX = (-1.25, 1.25), (-1.35, 1.75)


def net_columns(landscape: Landscape, azimuth) -> dict[str, np.ndarray]:
    """Return the wires of the net and the places of the two letters; `azimuth` in degrees may be an array (P,)."""
    points = _wires(landscape)
    radius = _radius(landscape)
    letters = radius * 1.07 * np.array([[1.0, 0.0], [0.0, 1.0]])
    net = projected(landscape, points, azimuth)
    named = projected(landscape, letters, azimuth)
    return {
        "net_u": net[..., 0],
        "net_v": net[..., 1],
        "letter_x_u": named[..., :1, 0],
        "letter_x_v": named[..., :1, 1],
        "letter_y_u": named[..., 1:, 0],
        "letter_y_v": named[..., 1:, 1],
    }


def projected(landscape: Landscape, points: np.ndarray, azimuth) -> np.ndarray:
    """Return where points (..., n, 2) of the ground are seen, (..., n, 2); NaN for those beyond the letters."""
    radius = _radius(landscape)
    with np.errstate(all="ignore"):
        x, y = np.moveaxis(points, -1, 0) / radius
        height = landscape.value(points) / _height(landscape)
        far = ~(np.hypot(x, y) <= 1.2) | ~(np.abs(height) <= 1.4)
        # one angle after the other: NumPy may round the sine of many otherwise than that of one
        turns = [(math.cos(a), math.sin(a)) for a in np.radians(np.ravel(np.asarray(azimuth, float))).tolist()]
        cos, sin = np.moveaxis(np.reshape(turns, (*np.shape(azimuth), 1, 2)), -1, 0)
        across = x * cos - y * sin
        upwards = (x * sin + y * cos) * math.sin(ELEVATION) + height * math.cos(ELEVATION)
    return np.where(far[..., None], np.nan, np.stack([across, upwards], -1))


@lru_cache(maxsize=16)
def _wires(landscape: Landscape) -> np.ndarray:
    """Return the points of all rings and rays, one NaN after each wire, shape (n, 2)."""
    radius = _radius(landscape)
    angles, lengths = np.linspace(0, 2 * np.pi, ROUND + 1), np.linspace(0, radius, ALONG + 1)
    rings = [(r * np.cos(angles), r * np.sin(angles)) for r in radius * np.arange(1, RINGS + 1) / RINGS]
    rays = [(lengths * np.cos(a), lengths * np.sin(a)) for a in 2 * np.pi * np.arange(RAYS) / RAYS]
    return np.concatenate([np.append(np.transpose(wire), [[np.nan, np.nan]], axis=0) for wire in (*rings, *rays)])


@lru_cache(maxsize=16)
def _height(landscape: Landscape) -> float:
    """Return the largest height on the rim of the net, up or down."""
    angles = np.linspace(0, 2 * np.pi, ROUND + 1)
    rim = _radius(landscape) * np.stack([np.cos(angles), np.sin(angles)], -1)
    return float(np.abs(landscape.value(rim)).max())


def _radius(landscape: Landscape) -> float:
    return min(high for _, high in landscape.view)


def solid_panel(setting: str) -> Panel:
    """Return the panel of a solid that a drag across it turns: `setting` is its azimuth."""
    return Panel(
        "solid", *BOX, "drag across to turn", bare=True, equal=True, pointer=(setting,), pointer_spans=True,
    )  # fmt: skip


SOLID_LAYERS = (
    Layer("line", "solid", "ground", "net_u", "net_v", size=1.0, faint=True),
    Layer("label", "solid", "ink", "letter_x_u", "letter_x_v", text="x"),
    Layer("label", "solid", "ink", "letter_y_u", "letter_y_v", text="y"),
    Layer("line", "solid", "path", "seen_u", "seen_v", reveal="ahead", size=1.2, faint=True),
    Layer("line", "solid", "path", "seen_u", "seen_v", reveal="past", size=2.2),
    Layer("dots", "solid", "ink", "seen_u", "seen_v", reveal="now", size=5),
)
