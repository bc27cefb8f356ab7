"""The ground of the batch lab: the loss of a line through the penguins, and what theory says of its mini-batches."""

from functools import cache
from typing import NamedTuple

import numpy as np

from gdcourse import theory
from gdcourse.landscapes import Landscape
from gdcourse.samples import Fit, linear_fit, penguins

SHORTEST = 19.0  # centimetres of flipper at which x is 0
TINY, HUGE = 1e-300, 1e300  # rates between which theory is asked


@cache
def birds() -> Fit:
    """Body mass in kilograms against flipper length in centimetres beyond 19."""
    data = penguins()
    return linear_fit(
        data["flipper_length_mm"] / 10 - SHORTEST,
        data["body_mass_g"] / 1000,
        view=((-0.3, 1.9), (2.2, 5.0)),
        start=(1.7, 2.9),
        name="penguins",
    )


class Noise(NamedTuple):
    """What theory must know of the penguins."""

    squares: Landscape  # a quarter of the mean squared length of one penguin's gradient
    curvatures: np.ndarray  # λ of the loss, ascending
    variances: np.ndarray  # of one penguin's gradient at the minimum, along the direction of each curvature
    lowest: float  # the lowest loss


@cache
def noise() -> Noise:
    """Measure the penguins once."""
    fit = birds()
    minimum = np.array(fit.landscape.minima[0])
    lengths = np.linalg.norm(fit.inputs, axis=-1)  # ∇Lᵢ = 2(x·w − y)x, so |∇Lᵢ|²/4 is another squared error
    squares = linear_fit(fit.inputs * lengths[:, np.newaxis], fit.targets * lengths, intercept=False)
    curvatures, directions = np.linalg.eigh(fit.landscape.hessian(minimum))
    variances = (fit.gradients(minimum) @ directions).var(axis=0)
    return Noise(squares.landscape, curvatures, variances, float(fit.landscape.value(minimum)))


def predicted(columns, batch, rate, population: int | None) -> dict[str, np.ndarray]:
    """Give what theory says: how mini-batch gradients spread at every place, and the noise floor.

    Args:
        columns: The places w, c and the loss of a run, and the measured spread.
        batch: b, or one of shape (P,) for a table.
        rate: α, the same.
        population: N if a mini-batch holds no penguin twice, else None.
    """
    squares, curvatures, variances, lowest = noise()
    place = np.stack([columns["w"], columns["c"]], axis=-1)
    with np.errstate(all="ignore"):
        slopes = birds().landscape.grad(place)
        single = np.sqrt(np.maximum(4 * squares.value(place) - (slopes**2).sum(axis=-1), 0.0))
        rates = np.clip(np.asarray(rate, float), TINY, HUGE)[..., np.newaxis]
        variance = theory.batch_variance(variances, np.asarray(batch)[..., np.newaxis], population)
        floor = theory.noise_floor(rates, curvatures, variance).sum(axis=-1)[..., np.newaxis]
        return {
            "single": single,
            "predicted": single * np.sqrt(theory.batch_variance(1.0, batch, population))[..., np.newaxis],
            "spread": np.where(columns["spread"] < 1e-12 * single, 0.0, columns["spread"]),  # rounding, where b is N
            "floor": floor,
            "floor_loss": lowest + floor,
            "excess": columns["loss"] - lowest,
            "lowest": np.array([lowest]),
            "critical": np.array([float(theory.critical_rate(curvatures[-1]))]),
            "rate": np.asarray(rate, float)[..., np.newaxis],
        }
