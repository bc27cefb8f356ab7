"""What the stage sends to the browser: packed columns, kinds of controls, grounds and scripts."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from card import CARD
from numpy.testing import assert_array_equal
from packed import unpack

from gdcourse.labs import LABS
from gdcourse.labs.ground import shading
from gdcourse.labs.lab import Setting
from gdcourse.landscapes import LANDSCAPES
from gdcourse.stage import sheet, stage
from gdcourse.stage.stage import describe_setting, ground, pack, with_axis

HIKER = LABS["hiker"]


def test_packing_keeps_every_number_and_shape():
    columns = {"a": np.array([np.nan, np.inf, -0.0]), "b": np.zeros((2, 0, 3)), "c": np.arange(6.0).reshape(2, 3).T}
    packed = pack(columns)
    assert packed["columns"] == {"a": [0, [3]], "b": [3, [2, 0, 3]], "c": [3, [3, 2]]}
    for name, numbers in unpack(packed).items():
        assert_array_equal(numbers, columns[name], strict=True)
    assert pack({}) == {"columns": {}, "data": b""}
    assert with_axis(np.zeros(3), np.zeros(3)).shape == (1, 3)
    assert with_axis(np.zeros((5, 3)), np.zeros(3)).shape == (5, 3)


def test_the_browser_is_told_what_kind_of_control_each_setting_has():
    kinds = {name: describe_setting(setting)["kind"] for name, setting in HIKER.settings.items()}
    assert {name for name, kind in kinds.items() if kind == "switch"} == {"ahead", "fog", "marks"}
    assert kinds["walk"] == "walk"
    assert describe_setting(HIKER.settings["valley"])["whole"]
    assert not describe_setting(HIKER.settings["rate"])["whole"]
    assert describe_setting(Setting("Formula", "x**2"))["kind"] == "text"
    assert HIKER.show().structure["tracks"]["valley"]["positions"] == list(range(1, 100))


def test_the_ground_of_one_weight_is_its_curve():
    sent = ground(LANDSCAPES["double-well"])
    columns = unpack(sent)
    low, high = LANDSCAPES["double-well"].view[0]
    assert (columns["x"][0], columns["x"][-1]) == (low, high)
    assert_array_equal(columns["y"], LANDSCAPES["double-well"].value(columns["x"][:, None]))
    assert sent["pieces"] == [[0, len(columns["x"])]]


@pytest.mark.parametrize("landscape", [CARD.scene().panels[0].ground, LANDSCAPES["himmelblau"]])
def test_the_ground_of_two_weights_is_shading_contours_and_minima(landscape):
    sent = ground(landscape)
    columns, shades = unpack(sent), shading(landscape)
    assert sent["minima"] == landscape.minima
    assert sent["pieces"][0][0] == 0
    assert sent["pieces"][-1][1] == len(columns["x"])
    assert all(before[1] == after[0] for before, after in pairwise(sent["pieces"]))
    assert columns["z"].size == sent["rows"] * len(shades.x)
    assert (columns["z"].min(), columns["z"].max()) == (0.0, 1.0)
    heights = landscape.value(np.stack([columns["x"], columns["y"]], -1))
    spread = shades.levels.max() - shades.levels.min()
    for first, past in sent["pieces"]:
        level = shades.levels[np.abs(shades.levels - heights[first]).argmin()]
        assert np.abs(heights[first:past] - level).max() < 0.01 * spread  # linear between the points of a fine grid


def test_every_script_is_used_and_ends_as_a_module():
    folder = stage.files("gdcourse.stage")
    scripts = {file.name for file in folder.iterdir() if file.name.endswith(".js")}
    assert scripts == {*stage.SCRIPTS, *sheet.SCRIPTS, "standin.js"}
    for widget in (stage.Stage, sheet.Sheet):
        assert re.search(r"export default \{ render: \w+ \};$", widget._esm)
        assert "https://" not in widget._esm.replace("https://www.w3.org", "")


def test_presets_are_sent_as_plain_settings():
    given = {"Stuck": {"landscape": "double-well", "walk": (1.0, 2.0)}}
    assert replace(HIKER, presets=given).show().presets == {"Stuck": {"landscape": "double-well", "walk": [1.0, 2.0]}}
