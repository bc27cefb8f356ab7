"""The colours of matplotlib's pictures: those of a light page."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from gdcourse.labs.scene import COLORS

SHADES = LinearSegmentedColormap.from_list("image", ["#26547c", "#f6f4ee"])
GROUND = LinearSegmentedColormap.from_list("ground", ["#b4cde2", "#f8f7f3"])  # lines in all colours are seen on it
LINE = {name: light for name, (light, _) in COLORS.items()}
PALEST = 0.8  # of the page's colour, as in stage/layers.js


def painted(z: np.ndarray, palette: tuple[str, ...]) -> np.ndarray:
    """Return the colours of an image with a palette, (rows, columns, 4): see `Layer`; NaN is left out."""
    seen = np.isfinite(z)
    known = np.where(seen, z, 0.0)
    inks = np.array([to_rgb(LINE[role]) for role in palette])[np.floor(known).astype(int) % len(palette)]
    pale = PALEST * (known % 1)[..., None]
    return np.concatenate([inks + pale * (1 - inks), seen[..., None].astype(float)], -1)
