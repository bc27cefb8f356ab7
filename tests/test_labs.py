"""The labs: one pure function from settings to a Scene, held to single runs, closed forms and hostile settings."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.lab import Setting, even, ladder
from gdcourse.labs.scene import Scene, Text

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


CASES = [pytest.param(lab, case, id=f"{lab.name}-{case}"[:60]) for lab in LABS.values() for case in variants(lab)]


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


def tabled(lab):
    return [name for name, setting in lab.settings.items() if setting.tabled]


def test_every_position_of_a_slider_is_the_single_scene(lab):
    for over in tabled(lab):
        assert_rows_are_scenes(lab, over, lab.scene().tracks[over].positions)


@pytest.mark.parametrize(("lab", "case"), CASES)
def test_tables_are_single_scenes_whatever_the_other_settings(lab, case):
    for over in tabled(lab):
        track = lab.scene(**case).tracks[over].positions
        assert_rows_are_scenes(lab, over, track[:: len(track) // 5], **{k: v for k, v in case.items() if k != over})


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


@pytest.mark.parametrize(("lab", "case"), CASES)
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
        else:
            assert lab.show_scene(**{name: value}).notice == ""


def test_a_refused_value_is_left_out_and_said(lab):
    usual = lab.scene()
    for name, value in itertools.product(lab.settings, HOSTILE):
        scene = lab.show_scene(**{name: value})
        if scene.notice:
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


@pytest.mark.parametrize("frame", [51, -1, 1.5, "5", math.nan, True])
def test_a_step_that_is_not_there_gets_a_sentence(frame):
    for call in (HIKER.describe, HIKER.figure):
        with pytest.raises(ValueError, match=r"^frame must be a whole number from 0 to 50, but .* came: "):
            call(frame)


def test_the_table_of_numbers_has_the_first_and_the_last_step():
    scene = HIKER.scene()
    lines = scene.table(rows=4).splitlines()
    assert lines[0] == "| Step | Position w | Loss L(w) | Gradient |"
    assert lines[2] == "| 0 | −4.0000 | 16.0000 | −8.0000 |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["0", "17", "33", "50"]
    assert len(HIKER.scene(steps=0).table().splitlines()) == 3


def test_a_text_can_be_picked_and_a_column_may_be_one_number_for_all_frames():
    columns = {"which": np.array([0.0, 1.0, 0.0]), "rate": np.array([0.5])}
    scene = Scene("", (), (), (Text("t", ("a {rate:r}", "b {which:d}"), "which"),), columns, 3)
    assert [scene.texts_at(k)["t"] for k in range(3)] == ["a 0.50", "b 1", "a 0.50"]


def test_positions_of_a_rate_are_all_numbers_of_two_digits():
    positions = ladder(0.01, 1.5, 1 / 3)
    whole = (
        [round(k / 1000, 3) for k in range(10, 100)]
        + [k / 100 for k in range(10, 100)]
        + [k / 10 for k in range(10, 16)]
    )
    assert_array_equal(positions, np.sort([*whole, 1 / 3]))
    for value in whole:
        assert value in positions  # exactly: 0.29 is 0.29 and not 0.29000000000000004


@pytest.mark.parametrize(("low", "high"), [(-5, 5), (-2.1, 2.1), (0.0, 1e-6), (-7, 1), (-1e9, 3e9), (0.1, 0.7)])
def test_positions_of_a_start_are_about_a_hundred_round_numbers(low, high):
    positions = even(low, high, (low + high) / 2 + (high - low) / 777)
    assert 40 <= len(positions) <= 125
    assert positions[0] == low
    assert positions[-1] == high
    assert (np.diff(positions) > 0).all()


def test_a_setting_without_ends_is_still_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^angle is a finite number; 'x' came: pass one like 0.0$"):
        Setting("Angle", None).check("angle", "x")


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
