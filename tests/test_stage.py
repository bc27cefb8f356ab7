"""The stage without a browser: its traits, its tables, what a change sets back, and what it sends."""

import json
from dataclasses import replace
from threading import Event, Thread

import ipywidgets
import numpy as np
import pytest
import traitlets
from ipywidgets.widgets.widget import _remove_buffers
from numpy.testing import assert_array_equal
from packed import unpack

from gdcourse.labs import LABS
from gdcourse.landscapes import LANDSCAPES

HIKER = LABS["hiker"]


@pytest.fixture
def counted():
    """The hiker with a list of the settings of every scene that was computed, tables included."""
    drawn = []

    def draw(**given):
        drawn.append(given)
        return HIKER.draw(**given)

    return replace(HIKER, draw=draw), drawn


def assert_sent(shown, **given):
    """What the browser has been sent is the scene of these settings, and the traits are these settings."""
    scene = HIKER.scene(**given)
    settled = {**HIKER.settle(given)[0], **scene.found}
    assert {name: getattr(shown, name) for name in HIKER.settings} == settled
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in settled.items()}
    assert shown.now["fixed"] == plain
    sent = unpack(shown.now)
    assert sent.keys() == scene.columns.keys()
    for name, numbers in scene.columns.items():
        assert_array_equal(sent[name], numbers, strict=True)
    assert {name: value for name, value in shown.structure.items() if name != "tracks"} == scene.structure()
    for name in shown.tabled:
        assert getattr(shown, f"table_{name}")["fixed"] == {k: v for k, v in plain.items() if k != name}


@pytest.mark.parametrize("name", LABS)
def test_every_setting_is_a_trait_and_every_tabled_one_has_its_table(name):
    lab = LABS[name]
    shown = lab.show()
    assert set(lab.settings) <= set(shown.keys)  # synced
    assert shown.tabled == [name for name, setting in lab.settings.items() if setting.tabled]
    assert shown.frame == 0
    for over in shown.tabled:
        packed = getattr(shown, f"table_{over}")
        positions = packed["positions"][0]
        assert positions == shown.structure["tracks"][over]["positions"]
        fixed = {k: tuple(v) if isinstance(v, list) else v for k, v in packed["fixed"].items()}
        columns = unpack(packed)
        for i in (0, len(positions) // 3, len(positions) - 1):
            single = lab.scene(**{**fixed, over: positions[i]}).columns
            for column, numbers in columns.items():
                assert_array_equal(numbers[i if len(numbers) > 1 else 0], single[column], strict=True)


@pytest.mark.parametrize("name", LABS)
def test_what_is_sent_is_plain(name):
    state, _, _ = _remove_buffers(LABS[name].show().get_state())
    text = json.dumps(state, allow_nan=False, default=lambda value: value.tolist())
    assert len(text) < 1_000_000  # the numbers travel as buffers


def test_setting_a_trait_changes_the_scene():
    shown = HIKER.show(rate=0.3)
    assert_sent(shown, rate=0.3)
    shown.rate = 0.9
    assert_sent(shown, rate=0.9)
    shown.start = 3
    assert_sent(shown, rate=0.9, start=3.0)
    assert shown.scene.facts["arrived"] == HIKER.scene(rate=0.9, start=3.0).facts["arrived"]
    shown.fog = True
    shown.walk = [1.0, 2.0]  # as it comes from the browser
    assert_sent(shown, rate=0.9, start=3.0, fog=True, walk=(1.0, 2.0))


def test_a_landscape_brings_its_own_start_and_ends_the_walk():
    shown = HIKER.show(start=1.0, walk=(2.0,))
    shown.landscape = "double-well"
    assert_sent(shown, landscape="double-well")
    assert shown.start == LANDSCAPES["double-well"].start[0]
    shown.start = 1.0
    assert_sent(shown, landscape="double-well", start=1.0)


def test_what_comes_in_one_message_is_taken_together():
    shown = HIKER.show(landscape="surprise", walk=(1.0,))
    for hand in ("valley", ""):
        shown.set_state({"hand": hand, "valley": 2})
        assert (shown.valley, shown.start, shown.walk) == (
            2,
            HIKER.scene(landscape="surprise", valley=2).found["start"],
            (),
        )
    shown.set_state({"landscape": "parabola", "start": 1.5})  # set on purpose together with what resets it
    assert_sent(shown, landscape="parabola", start=1.5, valley=2)


def test_a_lab_may_keep_what_was_shown_up_to_the_frame_of_a_change():
    shown = LABS["training"].show()
    shown.set_state({"rate": 0.1, "frame": 10})
    assert (shown.rate, tuple(shown.past)) == (0.1, (10, 0.02, 16))
    shown.set_state({"rate": 0.3, "frame": 10})
    assert tuple(shown.past) == (10, 0.02, 16)
    shown.set_state({"hidden": 4})
    assert tuple(shown.past) == ()


def test_one_change_is_one_scene_and_the_tables_that_it_touches(counted):
    lab, drawn = counted
    shown = lab.show()
    assert len(drawn) == 3  # the scene, and a table for each of rate and start
    for name, value, scenes in [
        ("rate", 0.3, 2),  # the table over the start
        ("landscape", "double-well", 3),
        ("walk", (1.0,), 3),
        ("landscape", "surprise", 3),  # with its start and walk reset
        ("rate", 0.3, 0),
    ]:
        drawn.clear()
        setattr(shown, name, value)
        assert len(drawn) == scenes, name


def test_the_tables_wait_until_the_hand_rests(counted):
    lab, drawn = counted
    shown = lab.show(landscape="surprise")
    drawn.clear()
    for valley in range(2, 6):
        shown.set_state({"hand": "valley", "valley": valley})
    assert [given["valley"] for given in drawn] == [2, 3, 4, 5]  # a scene each, and no table
    assert shown.table_rate["fixed"]["valley"] == 1
    shown.set_state({"hand": "", "valley": 5})
    assert [np.ndim(given["rate"]) + np.ndim(given["start"]) for given in drawn[4:]] == [1, 1]
    assert shown.table_rate["fixed"]["valley"] == shown.table_start["fixed"]["valley"] == 5


def test_each_answer_has_a_number_of_its_own():
    shown, serials = HIKER.show(), []
    shown.observe(lambda change: serials.append(change["new"]["serial"]), "now")
    for rate in (0.2, -1, 0.3, -1):
        shown.rate = rate
    assert serials == sorted(set(serials))
    assert len(serials) == 4


def test_every_telling_is_answered_whatever_it_changes():
    shown = HIKER.show()
    for count, told in enumerate(
        [{"rate": 0.3}, {"rate": 0.3}, {"rate": -1}, {"hand": "rate", "rate": 0.4}, {}], start=1
    ):
        shown.set_state({**told, "told": count})
        assert shown.heard == count
    assert shown.rate == 0.4


def test_a_cell_may_set_a_setting_while_the_browsers_message_is_being_answered():
    begun, go_on = Event(), Event()

    def draw(**given):
        if np.ndim(given["rate"]) == 0 and given["rate"] == 0.3 and not begun.is_set():
            begun.set()
            assert go_on.wait(5)
        return HIKER.draw(**given)

    shown = replace(HIKER, draw=draw).show()
    browser = Thread(target=lambda: shown.set_trait("rate", 0.3))
    cell = Thread(target=lambda: shown.set_trait("start", 2.0))
    browser.start()
    assert begun.wait(5)
    cell.start()
    cell.join(0.1)  # it has to wait for its turn
    go_on.set()
    browser.join(5)
    cell.join(5)
    assert_sent(shown, rate=0.3, start=2.0)


def test_what_is_said_of_a_refused_value_is_gone_with_the_next_one():
    shown = HIKER.show(rate=0.4)
    shown.set_state({"rate": -1, "hand": "", "told": 1})
    assert "-1 came" in shown.now["notice"]
    shown.set_state({"rate": 0.4, "told": 2})  # the value that stands already
    assert shown.now["notice"] == ""


def test_a_refused_value_is_explained_and_put_back():
    shown = HIKER.show(rate="fast", landscape="parabola")
    assert shown.rate == 0.1
    assert shown.now["notice"].startswith("rate is a finite number, 0 or more; 'fast' came")
    shown.rate, shown.walk = 0.4, (1.0,)
    for name, value in [
        ("rate", -1),
        ("rate", float("nan")),
        ("start", 10**400),
        ("landscape", "moon"),
        ("walk", "abc"),
    ]:
        setattr(shown, name, value)
        assert shown.now["notice"].startswith(f"{HIKER.settings[name].label} is ")
        assert_sent(shown, landscape="parabola", rate=0.4, walk=(1.0,))  # the last good values stand
    shown.rate = 0.2
    assert shown.now["notice"] == ""


@pytest.mark.parametrize("name", LABS)
def test_hostile_values_are_shown_with_a_sentence(name):
    lab, shown = LABS[name], LABS[name].show()
    for setting in lab.settings:
        for value in (float("inf"), [None]):
            setattr(shown, setting, value)
            known = lab.settings[setting].default
            assert shown.now["notice"] or value is None or isinstance(known, str) or known is None, (setting, value)
    assert shown.scene.describe()


def test_a_lab_that_refuses_by_itself_shows_what_it_says():
    def draw(**given):
        if np.ndim(given["start"]) == 0 and given["start"] == 3.0:
            raise ValueError("start must not be 3")
        return HIKER.draw(**given)

    shown = replace(HIKER, draw=draw).show(rate=0.3)
    shown.start = 3.0
    assert shown.now["notice"] == "start must not be 3. Shown as before."
    assert_sent(shown, rate=0.3)


def test_an_ipywidget_can_be_linked_to_a_setting():
    shown, slider = HIKER.show(), ipywidgets.FloatSlider(0.5, min=0.0, max=1.5, step=0.1)
    traitlets.link((slider, "value"), (shown, "rate"))
    assert_sent(shown, rate=0.5)
    slider.value = 0.9
    assert_sent(shown, rate=0.9)
    shown.rate = 0.1
    assert slider.value == 0.1
