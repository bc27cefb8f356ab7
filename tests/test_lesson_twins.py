"""The static twins of labs: every word stands within the picture, however long, and no two legends cross."""

import itertools

import pytest

from gdcourse.labs import LABS

pytestmark = pytest.mark.thorough

SHOWN = [
    *[("rate", {}), ("rate", {"rate": 0.2}), ("rate", {"rate": 2.5}), ("rate", {"start_x": 0.0, "start_y": 0.0})],
    *[("rates", {}), ("rates", {"rates": (0.3, 0.5, 0.9, 1.0, 1.2)}), ("rates", {"landscape": "plateau"})],
    *[("range-test", {}), ("range-test", {"noise": 4.0}), ("range-test", {"condition": 100.0})],
    *[("schedule", {"schedule": name}) for name in ("step", "inverse-time", "warm-up")],
    *[("batch", {}), ("batch", {"rate": 0.4}), ("batch", {"batch": 333}), ("batch", {"steps": 0, "pick": 7})],
    *[("arena", {}), ("arena", {"landscape": "plateau", "beta": 0.0}), ("arena", {"beta": 1.0, "rate": 0.01})],
    *[("race", {"newton": True, "nesterov": True, "amsgrad": True, "adamw": True}), ("race", {"landscape": "beale"})],
    *[("inside-adam", {"landscape": name}) for name in ("even-slope", "turned-ravine")],
    *[("inside-adam", {"corrected": False, "rate": "fast", "weight": 3}), ("rotation", {"angle": 45, "kappa": 1000.0})],
    *[("training", {}), ("training", {"data": "digits"}), ("training", {"samples": 20, "hidden": 64, "wrong": 20})],
    *[("training", {"past": (20.0, 0.02, 16.0)}), ("training", {"optimizer": "gradient-descent", "rate": 3.0})],
    *[("ravine", {}), ("ravine", {"others": False}), ("ravine", {"method": "nesterov"}), ("ravine", {"rate": 4.0})],
]


@pytest.mark.parametrize(("name", "given"), SHOWN, ids=[f"{name}-{given}"[:50] for name, given in SHOWN])
def test_nothing_is_cut_off_and_no_legends_cross(name, given):
    figure = LABS[name].figure(**given)
    figure.draw_without_rendering()
    texts = [text.get_window_extent() for text in figure.texts]
    legends = [ax.get_legend().get_window_extent() for ax in figure.axes if ax.get_legend()]
    for box in (*texts, *legends):
        assert figure.bbox.x0 <= box.x0
        assert box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0
        assert box.y1 <= figure.bbox.y1
    for one, other in itertools.combinations(legends, 2):
        assert not one.overlaps(other)
