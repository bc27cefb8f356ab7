"""Racers of one's own in the race: each runs as it does alone, and whatever fails gets a sentence."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.race import race_with
from gdcourse.labs.race_field import FIELD
from gdcourse.landscapes import LANDSCAPES
from gdcourse.optimizers import Adam, GradientDescent

RACE = LABS["race"]
NOBODY = {racer.switch: False for racer in FIELD}


class Plain:
    """What a learner writes first: gradient descent, no base class, no state."""

    def init(self, w):
        return None

    def step(self, w, grad, state):
        w -= 0.01 * grad  # in place, too
        return w, state


class TwoSlopes(Plain):
    """Asks for a second gradient half-way."""

    def step(self, w, grad, state, slope):
        return w - 0.01 * slope(w - 0.005 * grad), state


@dataclass
class Unhashable(Plain):
    rate: float = 0.01


class Boom(Plain):
    def step(self, w, grad, state):
        raise ZeroDivisionError("no {reason:d} <b>at</b> all")


class Endless(Plain):
    def step(self, w, grad, state):
        while True:
            pass


class Quits(Plain):
    def init(self, w):
        raise SystemExit


class Shapeless(Plain):
    def step(self, w, grad, state):
        return np.zeros(3), state


class Wordy(Plain):
    def step(self, w, grad, state):
        return np.array(["a", "b"]), state


class Shy:
    def __getattr__(self, name):
        raise RuntimeError("nobody asks")


class NotANumber(Plain):
    def step(self, w, grad, state):
        return w * np.nan, state


def own_race(own, **settings):
    return race_with(mine=own).scene(landscape="ravine", budget=30, **NOBODY, **settings)


@pytest.mark.parametrize("own", [Plain(), Unhashable(), GradientDescent(0.01)])
def test_a_racer_of_ones_own_runs_as_it_does_alone(own):
    scene = own_race(own, x=0.5, y=0.5)
    path = descend(LANDSCAPES["ravine"], GradientDescent(0.01), [0.5, 0.5], steps=30)
    assert_allclose(scene.columns["x_0"], path.points[:, 0], rtol=1e-12)
    assert scene.notice == ""
    assert "mine" in scene.texts_at(0)["place_0"]


def test_what_a_racer_asks_for_is_counted():
    columns = own_race(TwoSlopes()).columns
    assert_array_equal(columns["spent_0"][:16], 2 * np.arange(16.0))
    assert np.isfinite(columns["height_0"]).sum() == 16


BROKEN = {
    "raises": (Boom(), "stopped with ZeroDivisionError: no"),
    "endless": (Endless(), "it was still running after"),
    "quits": (Quits(), "it tried to end Python"),
    "wrong shape": (Shapeless(), "step must return (w, state), w of shape (2,)"),
    "words": (Wordy(), "mine does not race: "),
    "not called": (Plain, "optimizer must be one like Adam(rate=0.1)"),
    "nothing": (None, "optimizer must be one like Adam(rate=0.1)"),
    "a key": ("adam", "optimizer must be one like Adam(rate=0.1)"),
    "shy": (Shy(), "nobody asks"),
    "a sweep": (Adam(np.array([0.1, 0.2])), "one number is needed for each setting"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_racer_gets_a_sentence_and_the_others_race_on(name, monkeypatch):
    own, told = BROKEN[name]
    monkeypatch.setattr("gdcourse.labs.race_own.SECONDS", 0.1)
    lab = race_with(mine=own, yours=Plain())
    scene = lab.show_scene(landscape="ravine", budget=30)
    assert scene.notice.startswith("mine does not race: ")
    assert told in scene.notice
    assert scene.notice.count("\n") == 0
    assert not set("<>") & set(scene.notice)
    assert any("yours" in text for text in scene.texts_at(0).values())
    assert scene.texts_at(0).keys() == {"readout", *(f"place_{p}" for p in range(6))}
    lab.table("factor", np.array([0.5, 1.0]), landscape="ravine", budget=30)


def test_a_racer_that_leaves_the_numbers_is_last_and_said_so():
    assert own_race(NotANumber()).texts_at(0)["place_0"] == "1. mine: beyond all numbers at step 1."
    assert own_race(NotANumber()).texts_at(5)["readout"].endswith("All racers are beyond all numbers.")


def test_nobody_and_too_many():
    assert RACE.scene(**NOBODY).texts_at(0)["readout"].startswith("Nobody races")
    with pytest.raises(ValueError, match=r"^a race has room for at most 4 racers of your own, but .* came: leave some"):
        race_with(a=1, b=2, c=3, d=4, e=5)
