"""What lesson 6 says, asserted: its own cells are run where it shows a computation, and its corrections are tested."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizers import GradientDescent, Momentum

LESSON = nbformat.read(Path(__file__).parents[1] / "notebooks" / "06_saddle_points.ipynb", 4)
SADDLES = {name: ground for name, ground in LANDSCAPES.items() if ground.saddles}


def run(*marks: str) -> dict:
    """Run the cells of the lesson that contain these marks, and give what they define."""
    room = {"np": np, "print": lambda *said, **kwargs: None}
    for mark in marks:
        (source,) = [cell.source for cell in LESSON.cells if cell.cell_type == "code" and mark in cell.source]
        exec(source, room)
    return room


def printed(mark: str) -> list[str]:
    """Give the lines that the only cell with this mark printed."""
    (cell,) = [cell for cell in LESSON.cells if cell.cell_type == "code" and mark in cell.source]
    return "".join(output.text for output in cell.outputs).splitlines()


@pytest.fixture(scope="module")
def network():
    """The small network of the lesson, its sharpness, and the start of its runs."""
    return run("def slope(p):", "def sharpness(p")


def test_the_gradient_of_the_small_network_is_the_slope_of_its_loss(network):
    def loss(p):
        a, b, c = p.reshape(3, 6)
        return 0.5 * np.mean((np.tanh(network["x"][:, None] * a + b) @ c - network["y"]) ** 2)

    p = np.random.default_rng(0).normal(size=18)
    measured = [(loss(p + s) - loss(p - s)) / 2e-6 for s in 1e-6 * np.eye(18)]
    np.testing.assert_allclose(network["slope"](p), measured, atol=1e-8)


def test_c8_a_small_network_meets_its_limit_and_stays(network):
    sharpness, slope = network["sharpness"], network["slope"]
    assert sharpness(network["start"]) < 2
    for rate, meets in ((0.1, False), (0.4, True), (0.8, True)):
        p, seen = network["start"], []
        for k in range(8000):
            p = p - rate * slope(p)
            if k >= 6000 and k % 100 == 0:
                seen.append(sharpness(p))
        limit = theory.sharpness_limit(rate)
        assert (np.abs(np.array(seen) / limit - 1) < 0.15).all() == meets
        assert np.mean(seen) / limit == pytest.approx(1, abs=0.03) or not meets
        assert max(seen) < limit or meets


def test_d2_the_lowest_training_loss_is_the_worst_elsewhere():
    lines = [line.split() for line in printed("np.polyfit")]
    training, other = ([float(line[i].rstrip(",")) for line in lines] for i in (4, 8))
    assert training == sorted(training, reverse=True)
    assert training[-1] == 0
    assert other.index(min(other)) == 1  # degree 3
    assert other[-1] == max(other) > 100 * min(other)


def test_d9_a_saddle_costs_time_that_can_be_computed():
    for curvature, rate in ((-0.5, 0.1), (-1.0, 0.01), (-4.0, 0.2)):
        ground = quadratic((1.0, curvature), start=(1.0, 1e-8))
        told = theory.escape_steps(1e-8, 1.0, rate, curvature)
        path = descend(ground, GradientDescent(rate), steps=int(told) + 3)
        assert np.argmax(np.abs(path.points[:, 1]) >= 1) == np.ceil(told)


def test_d10_a_saddle_is_a_point_and_a_plateau_a_region():
    for ground in SADDLES.values():
        for saddle in ground.saddles:
            nearby = np.add(saddle, [[1e-3, 0.0], [0.0, 1e-3]])
            assert (np.linalg.norm(ground.grad(nearby), axis=1) > np.linalg.norm(ground.grad(saddle))).all()
    plateau, line = LANDSCAPES["plateau"], np.linspace(-9, -5, 50)[:, None]
    slopes, bends = plateau.grad(line)[:, 0], plateau.curvatures(line)[:, 0]
    assert (np.abs(slopes) < 0.02).all()
    assert (slopes != 0).all()
    assert (np.abs(bends) < 0.02).all()


def test_d20_the_gradient_at_a_saddle_is_zero_and_a_line_has_none():
    for name, ground in SADDLES.items():
        for saddle in ground.saddles:
            assert np.abs(ground.grad(saddle)).max() < 1e-12 * max(1, np.abs(ground.hessian(saddle)).max()), name
            low, high = ground.curvatures(saddle)
            assert low < 0 < high or name == "monkey-saddle"
    assert not any(ground.saddles for ground in LANDSCAPES.values() if ground.dimension == 1)


def test_d26_swapped_neurons_are_another_minimum(network):
    p = network["start"]
    for _ in range(500):
        p = p - 0.1 * network["slope"](p)
    swapped = p.reshape(3, 6)[:, [1, 0, 2, 3, 4, 5]].ravel()
    assert np.linalg.norm(swapped - p) > 0.1
    assert np.linalg.norm(network["slope"](swapped)) == pytest.approx(np.linalg.norm(network["slope"](p)))
    assert network["sharpness"](swapped) == pytest.approx(network["sharpness"](p), rel=1e-4)
    path = descend(
        LANDSCAPES["bounded-saddle"], GradientDescent(0.1), [1.0, 1e-6], steps=300
    )  # and plain descent leaves
    assert abs(path.points[-1, 1]) == pytest.approx(1, abs=1e-3)


def test_momentum_at_rest_on_a_ridge_has_no_velocity():
    path = descend(LANDSCAPES["horse-saddle"], Momentum(0.1, 0.9), [1.0, 0.0], steps=100)
    assert (path.history("velocity")[:, 1] == 0).all()


def test_noise_is_told_as_the_lesson_prints_it():
    for line in printed("ridge_amplitude"):
        sigma, offset = float(line.split()[1].rstrip(":")), float(line.split()[4].rstrip(","))
        assert offset == pytest.approx(theory.ridge_amplitude(0, 0.1, -1, deviation=sigma), rel=0.03)
        predicted, median = (int(line.split()[i].rstrip(",")) for i in (6, 8))
        # half of all normal numbers are below 0.674 deviations
        assert median - predicted == pytest.approx(np.log(1 / 0.674) / np.log(1.1), abs=3)


def test_the_curvature_of_two_powers_is_zero_at_zero():
    """Of w⁴ and w³ at 0 the Hessian cannot tell which is a minimum."""
    fourth, third = (lambda w: w**4), (lambda w: w**3)
    width = 1e-4
    for power in (fourth, third):
        assert abs(power(width) - 2 * power(0) + power(-width)) / width**2 < 1e-7
    assert min(fourth(-0.1), fourth(0.1)) > 0 > third(-0.1)


def test_shares_of_the_basin_map_rise_and_fall():
    shares = [float(line.split()[2]) for line in printed('LABS["basins"].scene')]
    assert max(shares) > shares[0] > shares[-1]
