"""The positions of a frozen page's sliders: few, and those among them that somebody will look for."""

import numpy as np
import pytest
from frozen_page import traits_in

from gdcourse.labs import LABS
from gdcourse.labs.scene import Track
from gdcourse.stage.freeze import _thin

HIKER = LABS["hiker"]


@pytest.mark.parametrize("most", [1, 2, 7, 33, 1000])
def test_a_thinned_track_keeps_its_ends_its_marks_and_the_present_value(most):
    track = Track(np.linspace(0.0, 10.0, 101), ((np.pi, "π"),))
    thin = _thin(track, {2.345, 5.0}, most)
    assert {0.0, 10.0, np.pi, 2.345, 5.0} <= set(thin.positions)
    assert len(thin.positions) <= max(most, 5)
    assert set(track.positions) <= set(thin.positions) or most < 103
    assert (np.diff(thin.positions) > 0).all()


def test_the_rates_that_a_lesson_speaks_of_are_on_the_page(tmp_path):
    assert {0.1, 0.5, 0.9, 1.0, 1.2} <= set(
        traits_in(HIKER.freeze(tmp_path / "page.html"))["table_grid"]["positions"][0]
    )
    few = traits_in(HIKER.freeze(tmp_path / "few.html", positions=8, rate=0.3))["table_grid"]["positions"][0]
    assert {0.1, 0.3, 0.5, 0.9, 1.0, 1.2} <= set(few)
    arena = traits_in(LABS["arena"].freeze(tmp_path / "arena.html", positions=12, steps=4))["table_grid"]
    for preset in LABS["arena"].presets.values():
        for name, positions in zip(arena["over"], arena["positions"], strict=True):
            assert preset[name] in positions
