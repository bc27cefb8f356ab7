"""Settings of optimizers and schedules: what is taken, and the sentence for what is not."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from gdcourse.optimizer_record import Optimizer
from gdcourse.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum, RMSProp
from gdcourse.schedules import SCHEDULES, Cosine, Exponential, StepDecay, WarmUp
from gdcourse.settings import RANGES, whole_number

NOT_NUMBERS = ["0.1", "", None, True, [True], 1j, [0.1, "x"], [[0.1], [0.2, 0.3]], {}, object(), [], 10**400, Adam]
OUT_OF_RANGE = [-0.1, np.nan, np.inf, -np.inf, [0.1, -0.1], [0.1, np.nan]]
SETTINGS = [(key, field.name) for key, make in OPTIMIZERS.items() for field in dataclasses.fields(make)]


def sentence_of(error: pytest.ExceptionInfo) -> str:
    """The message, which must be one line that says what was expected, what came and what to do."""
    text = str(error.value)
    assert text.count("\n") == 0
    assert " must be " in text
    assert " came" in text
    assert len(text) < 250
    return text


@pytest.mark.parametrize(("key", "name"), SETTINGS)
def test_every_setting_of_every_optimizer_is_checked(key, name):
    for value in NOT_NUMBERS:
        with pytest.raises(TypeError) as error:
            OPTIMIZERS[key](**{name: value})
        assert sentence_of(error).startswith(f"{name} must be a number")
    for value in [*OUT_OF_RANGE, *([1.5] if name.startswith("beta") else [])]:
        with pytest.raises(ValueError, match=rf"^{name} must be") as error:
            OPTIMIZERS[key](**{name: value})
        sentence_of(error)
    assert name in RANGES


@pytest.mark.parametrize("rate", [0.5, np.float32(0.5), np.array(0.5), Fraction(1, 2)])
def test_all_sorts_of_numbers_become_floats(rate):
    assert type(GradientDescent(rate).rate) is float
    assert GradientDescent(rate).rate == 0.5
    assert type(GradientDescent(np.int64(1)).rate) is float


def test_the_ends_of_the_ranges():
    assert GradientDescent(0).rate == 0  # a hiker who stands still
    assert Momentum(beta=1).beta == 1  # no friction
    assert RMSProp(beta=0).beta == 0
    for name in ("beta1", "beta2"):  # 1 − β^t divides
        with pytest.raises(ValueError, match=rf"^{name} must be a finite number, at least 0 and below 1"):
            Adam(**{name: 1})


def test_a_negative_rate_is_told_where_the_minus_sign_is():
    with pytest.raises(ValueError, match=r"the minus sign is already in w − rate · gradient\), but -0.1 came"):
        GradientDescent(-0.1)


def test_settings_are_frozen_and_changed_by_replacing():
    rates = np.array([0.1, 0.2])
    sweep = Adam(rates)
    rates[0] = 99
    assert sweep.rate[0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        sweep.rate[0] = 99
    with pytest.raises(dataclasses.FrozenInstanceError):
        sweep.rate = 1
    assert dataclasses.replace(sweep, rate=1).rate == 1.0
    assert Adam() != Adam()  # identity: arrays have no single truth value
    assert len({Adam(rates), Adam(rates)}) == 2


def test_a_learners_own_optimizer_inherits_the_checks():
    @dataclasses.dataclass(frozen=True, eq=False)
    class SignDescent(Optimizer):
        rate: float = 0.1
        twist: float = -1

        def init(self, w):
            return ()

        def step(self, w, grad, state):
            return w - self.rate * self.twist * np.sign(grad), state

    assert SignDescent().twist == -1.0
    with pytest.raises(TypeError, match=r"^twist must be a number"):
        SignDescent(twist="left")


def test_registry():
    assert list(OPTIMIZERS) == [
        "gradient-descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "amsgrad", "adamw",
    ]  # fmt: skip
    for make in OPTIMIZERS.values():
        assert "Source: " in make.__doc__
        assert "←" in make.__doc__
    assert len({make.name for make in OPTIMIZERS.values()}) == len(OPTIMIZERS)


@pytest.mark.parametrize("make", SCHEDULES.values(), ids=list(SCHEDULES))
def test_every_setting_of_every_schedule_is_checked(make):
    for field in dataclasses.fields(make):
        for value in NOT_NUMBERS[:-1] if field.name != "then" else ["cosine", None, 0.1, Cosine]:
            with pytest.raises(TypeError, match=rf"^{field.name} must be"):
                make(**{field.name: value})
        for value in OUT_OF_RANGE if field.name != "then" else []:
            with pytest.raises(ValueError, match=rf"^{field.name} must be"):
                make(**{field.name: value})


def test_schedules_take_no_sweep_and_whole_steps():
    for make, name in ((Exponential, "factor"), (Cosine, "steps"), (StepDecay, "every")):
        with pytest.raises(ValueError, match=rf"^{name} must be one"):
            make(**{name: [1, 2]})
    for value in (0, 2.5):
        with pytest.raises(ValueError, match=r"^steps must be whole and at least 1"):
            WarmUp(value)
    assert Cosine(1e2).steps == 100
    assert Cosine() == Cosine(100)


@pytest.mark.parametrize("good", [3, 3.0, np.int8(3), np.array(3), Fraction(3)])
def test_whole_numbers(good):
    assert type(whole_number("steps", good)) is int
    assert whole_number("steps", good) == 3


@pytest.mark.parametrize("bad", [-1, 2.5, np.nan, np.inf, [3], "3", True, None, 3j, 10**400])
def test_not_whole_numbers(bad):
    with pytest.raises((TypeError, ValueError), match=r"^steps must be") as error:
        whole_number("steps", bad)
    sentence_of(error)
