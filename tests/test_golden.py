"""Fifty steps of every optimizer, and every schedule, against PyTorch in float64 (golden/make_golden.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import OPTIMIZERS, Adam
from gdcourse.schedules import SCHEDULES

GOLDEN = json.loads((Path(__file__).parent / "golden" / "golden.json").read_text())
WALKS, SCHEDULED, ROWS, STARTS = (GOLDEN[key] for key in ("walks", "schedules", "rows", "starts"))


def name_of(case):
    return "-".join([case.get("optimizer") or case["schedule"], *map(str, case["settings"].values())])


@pytest.mark.parametrize("case", WALKS, ids=lambda case: f"{name_of(case)}-{case['landscape']}")
def test_fifty_steps_agree_with_pytorch(case):
    optimizer = OPTIMIZERS[case["optimizer"]](**case["settings"])
    path = descend(LANDSCAPES[case["landscape"]], optimizer, STARTS[case["landscape"]], steps=50)
    assert_allclose(path.points[ROWS], case["points"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", SCHEDULED, ids=name_of)
def test_scheduled_rates_and_steps_agree_with_pytorch(case):
    schedule = SCHEDULES[case["schedule"]](**case["settings"])
    rate = GOLDEN["rate"]
    path = descend(LANDSCAPES["himmelblau"], Adam(rate), STARTS["himmelblau"], steps=50, schedule=schedule)
    assert_allclose(rate * schedule(np.arange(50)), case["rates"], rtol=1e-12, atol=1e-15)
    assert_allclose(path.points[ROWS], case["points"], rtol=1e-12, atol=1e-12)


def test_every_optimizer_is_among_the_golden_walks_with_several_settings_and_landscapes():
    for key in OPTIMIZERS:
        cases = [case for case in WALKS if case["optimizer"] == key]
        assert len({name_of(case) for case in cases}) >= 3
        assert {case["landscape"] for case in cases} == set(STARTS)


def test_golden_walks_go_somewhere():
    for case in WALKS:
        points = np.array(case["points"])
        assert points.shape == (len(ROWS), 2)
        assert np.all(np.any(np.diff(points, axis=0) != 0, axis=-1))
