"""Two hundred steps on the digits against PyTorch: same first weights, same mini-batches (golden/make_training.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse.optimizers import OPTIMIZERS
from gdcourse.samples import Network, digits

GOLDEN = json.loads((Path(__file__).parent / "golden" / "training.json").read_text())
RUNS, STEPS = GOLDEN["runs"], 200


def first_weights(count):
    """The rule of make_training.py."""
    return ((7919 * np.arange(count) % 1009) / 1009 - 0.5) / 2


def rows_of(step):
    """The rule of make_training.py."""
    return (37 * step + 7 * np.arange(32)) % 1000


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['optimizer']}-{len(run['sizes'])}")
def test_two_hundred_steps_agree_with_pytorch(run):
    data, network = digits(), Network(tuple(run["sizes"]))
    x, y = data["image"] / 16 - 0.5, data["digit"].astype(int)
    optimizer = OPTIMIZERS[run["optimizer"]](**run["settings"])
    w = first_weights(network.dimension)
    state, losses, squares = optimizer.init(w), [], []
    for step in range(STEPS):
        rows = rows_of(step)
        losses.append(network.loss(w, x[rows], y[rows]))
        w, state = optimizer.step(w, network.gradient(w, x[rows], y[rows]), state)
        squares.append((w**2).sum())
    assert_allclose(losses, run["losses"], rtol=0, atol=1e-10)
    assert_allclose(squares, run["squares"], rtol=1e-10, atol=0)
    assert_allclose(w[::29], run["weights"], rtol=0, atol=1e-10)


def test_every_optimizer_has_learned_something_in_these_steps():
    assert {run["optimizer"] for run in RUNS} == set(OPTIMIZERS)
    assert {len(run["sizes"]) for run in RUNS} == {3, 4}
    for run in RUNS:
        assert len(run["losses"]) == len(run["squares"]) == STEPS
        assert np.mean(run["losses"][-20:]) < 0.5 * np.mean(run["losses"][:5]), run["optimizer"]
