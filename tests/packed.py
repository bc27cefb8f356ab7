"""Columns as the stage sends them."""

import numpy as np


def unpack(packed) -> dict[str, np.ndarray]:
    """The columns of a packed buffer."""
    doubles = np.frombuffer(packed["data"], "<f8")
    return {
        name: doubles[first : first + int(np.prod(shape, dtype=int))].reshape(shape)
        for name, (first, shape) in packed["columns"].items()
    }
