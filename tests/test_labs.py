"""The labs: one pure function from settings to a Scene, held to single runs, closed forms and hostile settings."""

import itertools
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.scene import Scene

HIKER = LABS["hiker"]


class Unspeakable:
    """An object that cannot even be shown."""

    def __repr__(self):
        """Fail."""
        raise RuntimeError("no words")


HOSTILE = [
    *(math.nan, math.inf, -math.inf, 10**400, 1 + 2j, 1001, 2.5),
    *("0.1", "abc", "", "x" * 5000, b"ab"),
    *(None, True, np.True_, object(), Unspeakable(), {}, {"a": 1}, {1.0, 2.0}, range(3)),
    *([0.1], ["1"], [None], [True], [math.nan], [10**400], [[1.0]], (1.0,) * 1001),
    *(np.nan, np.array([1.0, 2.0]), np.array(0.1), np.zeros((2, 2)), np.float32(0.5), np.int64(3), np.complex128(1)),
]
EXTREME = {
    "rate": [0, 1e-300, 1e5, 1e308],
    "start": [1e-320, 1e100, -1e160, 1e308],
    "walk": [(), (1e300,), (0.0,) * 1000],
}


def variants(lab):
    """Settings one step from the default in every direction: each choice, each switch, both ends of each number."""
    yield {}
    for name, setting in lab.settings.items():
        if setting.choices:
            yield from ({name: choice} for choice in setting.choices if choice != setting.default)
        elif isinstance(setting.default, bool):
            yield {name: not setting.default}
        elif setting.low is not None:
            yield from ({name: setting.low}, {name: setting.high})
    yield from ({name: value} for name in lab.settings for value in EXTREME.get(name, []))


def tabled(lab):
    """Names of the settings that the browser answers from a table."""
    return [name for name, setting in lab.settings.items() if setting.tabled]


def spread(things, count):
    """Some of the things, from the first to the last, as many as asked for."""
    return [things[i] for i in np.unique(np.linspace(0, len(things) - 1, count).round().astype(int))]


def named(lab, *parts):
    """A case of a test with a short name."""
    return pytest.param(lab, *parts, id=f"{lab.name}-{parts}"[:60])


CASES = [named(lab, case) for lab in LABS.values() for case in variants(lab)]
TABLED_CASES = [  # six variants of each lab, spread over all of them, each with one tabled setting in turn
    named(lab, case, tabled(lab)[i % len(tabled(lab))])
    for lab in LABS.values()
    if tabled(lab)
    for i, case in enumerate(spread(list(variants(lab)), 6))
]


@pytest.fixture(params=LABS.values(), ids=LABS)
def lab(request):
    """Each lab of the registry."""
    return request.param


def assert_rows_are_scenes(lab, over, positions, **given):
    swept = lab.table(over, positions, **given)
    for i, position in enumerate(positions):
        single = lab.scene(**{**given, over: position})
        assert swept.columns.keys() == single.columns.keys()
        for name, numbers in single.columns.items():
            row = swept.columns[name][i] if swept.columns[name].ndim > numbers.ndim else swept.columns[name]
            assert_array_equal(row, numbers, err_msg=f"{name} at {over} = {position}", strict=True)
        assert swept.structure() == single.structure(), f"the picture changes with {over}: it cannot be tabled"


def test_positions_of_a_slider_are_single_scenes(lab):
    for over in tabled(lab):
        positions = lab.scene().tracks[over].positions
        assert_rows_are_scenes(lab, over, spread(positions, 12))


@pytest.mark.parametrize(("lab", "case", "over"), TABLED_CASES)
def test_tables_are_single_scenes_whatever_the_other_settings(lab, case, over):
    positions = lab.scene(**case).tracks[over].positions
    given = {name: value for name, value in case.items() if name != over}
    assert_rows_are_scenes(lab, over, spread(positions, 3), **given)


def test_tables_hold_beyond_the_slider_and_beyond_all_numbers():
    for landscape in HIKER.settings["landscape"].choices:
        assert_rows_are_scenes(HIKER, "rate", np.array([0.0, 3.0, 1e3, 1e300]), landscape=landscape)
        assert_rows_are_scenes(HIKER, "start", np.array([-1e200, -800.0, 0.0, 1e9]), landscape=landscape, walk=(1.0,))


def assert_well_worded(scene: Scene):
    for frame in range(scene.frames):
        for text in scene.texts_at(frame).values():
            assert not set("{}") & set(text)
            assert "nan" not in text.lower()
            assert "inf" not in text.lower()
    told = scene.describe()
    assert "nan" not in told
    assert "{" not in told


@pytest.mark.parametrize(("lab", "case"), CASES)
def test_a_scene_is_whole_and_well_worded(lab, case):
    scene = lab.scene(**case)
    assert_well_worded(scene)
    panels = {panel.name for panel in scene.panels}
    for layer in scene.layers:
        assert layer.panel in panels
        assert all(name in scene.columns for name in layer.columns)
    for column in scene.columns.values():
        assert column.dtype == float
    for _, column, _ in scene.heads:
        assert scene.columns[column].shape[-1] in (1, scene.frames)
    for panel in scene.panels:
        assert set(panel.pointer) <= set(lab.settings)
        for low, high in (panel.x, panel.y):
            assert math.isfinite(low)
            assert low < high < math.inf


@pytest.mark.parametrize(("lab", "case"), CASES[::4])
def test_no_lab_speaks_of_1_steps(lab, case):
    templates = [template for text in lab.scene(**case).texts for template in text.templates]
    assert not [template for template in templates if re.search(r"\{\w+:d\} steps", template)]


@pytest.mark.parametrize(("lab", "case"), CASES[::8])
def test_the_same_settings_give_the_same_scene(lab, case):
    first, second = lab.scene(**case), lab.scene(**case)
    assert first.structure() == second.structure()
    for name, numbers in first.columns.items():
        assert_array_equal(numbers, second.columns[name])


def test_extreme_settings_give_pictures_and_words(lab):
    for name, values in EXTREME.items():
        if name in lab.settings:
            figure = lab.figure(**{name: values[-1]})
            figure.draw_without_rendering()
            assert figure.alt == lab.describe(**{name: values[-1]})


def test_hostile_values_are_refused_in_one_sentence(lab):
    for name, value in itertools.product(lab.settings, HOSTILE):
        try:
            lab.scene(**{name: value})
        except ValueError as error:
            told = str(error)
            assert told.startswith(f"{name} is ")
            assert " came: pass " in told
            assert "\n" not in told
            assert len(told) < 200


def test_a_refused_value_is_left_out_and_said(lab):
    usual = lab.scene()
    for name in lab.settings:
        scene = lab.show_scene(**{name: math.nan})
        assert scene.notice.startswith(f"{name} is ")
        assert scene.describe().startswith(scene.notice)
        assert scene.structure() == usual.structure()
        assert scene.texts_at(0) == usual.texts_at(0)


def test_a_rule_of_the_lab_itself_is_said_too():
    def picky(**given):
        if given["start"] == 3.0:
            raise ValueError("start must not be 3")
        return HIKER.draw(**given)

    settled, scene = replace(HIKER, draw=picky).fit({"start": 3.0, "rate": 0.9})
    assert scene.notice == "start must not be 3. Shown with the lab's defaults."
    assert (settled["start"], settled["rate"]) == (-4.0, 0.1)  # what is shown, so that a stage and its traits agree


@pytest.mark.parametrize("call", ["scene", "show_scene", "figure", "describe", "show"])
def test_an_unknown_setting_is_answered_with_the_known_ones(lab, call):
    known = ", ".join(lab.settings)
    with pytest.raises(TypeError, match=f"^the {lab.name} lab has no setting 'lr': it has {known}$"):
        getattr(lab, call)(lr=0.1)


@settings(max_examples=60, deadline=None)
@given(
    landscape=st.sampled_from([*HIKER.settings["landscape"].choices]),
    rate=st.floats(0, allow_nan=False, allow_infinity=False),
    start=st.floats(allow_nan=False, allow_infinity=False),
    walk=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    fog=st.booleans(),
)
def test_no_number_at_all_spoils_the_words(**given):
    assert_well_worded(HIKER.scene(steps=12, **given))
