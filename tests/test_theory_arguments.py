"""Every prediction takes arrays of any shapes that broadcast, and answers nonsense with one sentence."""

import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse import theory

ONE = {  # a good value of every argument that a prediction takes
    "L": 4.0,
    "mu": 0.5,
    "kappa": 8.0,
    "rate": 0.1,
    "beta": 0.5,
    "beta1": 0.9,
    "beta2": 0.99,
    "eps": 1e-8,
    "eigenvalue": 2.0,
    "steps": 3.0,
    "step": 3.0,
    "start": 6.0,
    "minimum": 2.0,
    "factor": 0.01,
    "contraction": 0.5,
    "value": 1.0,
    "gradient_norm": 2.0,
    "gradient": 2.0,
    "distance": 3.0,
    "drop": 3.0,
    "variance": 1.0,
    "batch": 2.0,
    "new_batch": 4.0,
    "population": 10.0,
    "offset": 1e-6,
    "radius": 1.0,
    "width": 1e-3,
    "third_derivative": 0.5,
    "weight_decay": 0.2,
    "deviation": 1e-3,
    "loss": 2.0,
    "imbalance": 3.0,
}
SHAPED_BY_LANDSCAPE = {"curvature", "angle_to_minimum", "chance_of_minimum", "Curvature", "Pair"}
ACROSS_A_RIDGE = {"escape_steps", "ridge_amplitude"}  # their eigenvalue is negative
PREDICTIONS = sorted(set(theory.__all__) - SHAPED_BY_LANDSCAPE)


def arguments_of(name: str) -> dict:
    """Good arguments for a prediction by name."""
    code = getattr(theory, name).__wrapped__.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return {x: -ONE[x] if name in ACROSS_A_RIDGE and x == "eigenvalue" else ONE[x] for x in names}


def parts_of(result) -> tuple:
    """The parts of a pair, or the one result."""
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("name", PREDICTIONS)
def test_predictions_broadcast(name):
    function, arguments = getattr(theory, name), arguments_of(name)
    single = parts_of(function(**arguments))
    for first, second in itertools.permutations(arguments, 2):
        spread = {first: np.full((3, 1), arguments[first]), second: [arguments[second]] * 4}
        together = parts_of(function(**{**arguments, **spread}))
        assert np.broadcast_shapes(*map(np.shape, together)) in {(3, 4), (3, 1), (4,)}
        for one, many in zip(single, together, strict=True):
            if isinstance(one, str):
                assert set(np.ravel(many)) == {one}
            else:
                assert_allclose(many, np.broadcast_to(one, np.shape(many)), rtol=1e-14)
    for alone in arguments:
        together = parts_of(function(**{**arguments, alone: np.full((2, 1, 3), arguments[alone])}))
        assert (2, 1, 3) in map(np.shape, together)


HOSTILE = ["0.1", None, 1j, np.nan, np.inf, -np.inf, -1.0, 0.0, 1e308, 1e-308, 5e-324, [], {}, [1, "2"], [[1], [2, 3]]]
MAY_BE = {("batch_variance", "population"): [None]} | {  # what looks hostile and is not
    (name, "kappa"): [np.inf] for name in PREDICTIONS
}


@pytest.mark.parametrize("name", PREDICTIONS)
@pytest.mark.parametrize("thing", HOSTILE, ids=repr)
def test_hostile_arguments_get_a_sentence_or_a_number(name, thing):
    for argument in arguments_of(name):
        sentence, result = None, None
        try:
            result = getattr(theory, name)(**{**arguments_of(name), argument: thing})
        except (ValueError, TypeError) as error:
            sentence = str(error)
        if sentence is None:
            assert thing in MAY_BE.get((name, argument), []) or (isinstance(thing, float) and np.isfinite(thing))
            # one regime for all, and no β damps Nesterov critically beyond αλ = 1: there NaN is the answer
            assert name in ("regime", "nesterov_critical_damping") or not any(
                np.isnan(part).any() for part in parts_of(result)
            )
        else:
            assert re.match(rf"^{argument} must .* came: |^(mu|batch) must not exceed", sentence)
