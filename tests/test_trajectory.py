"""A trajectory is read, cut to one run and tabulated; what cannot be walked with gets one sentence."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.descent import descend
from gdcourse.landscapes import LANDSCAPES, Landscape
from gdcourse.optimizers import Adam, GradientDescent, Momentum
from gdcourse.schedules import Cosine

SQUARE, PARABOLA, RAVINE, HIMMELBLAU = (LANDSCAPES[key] for key in ("square", "parabola", "ravine", "himmelblau"))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (
            lambda: descend(SQUARE, GradientDescent(0.1), steps=20),
            "20 steps of gradient descent (rate 0.1) on square: loss 16 -> 0.00213",
        ),
        (
            lambda: descend(SQUARE, GradientDescent(0.1), steps=1, keep="last"),
            "1 step of gradient descent (rate 0.1) on square: loss ... -> 10.2",
        ),
        (
            lambda: descend(SQUARE, GradientDescent(1e200), steps=20),
            "20 steps of gradient descent (rate 1e+200) on square: diverged at step 1",
        ),
        (
            lambda: descend(SQUARE, Momentum(0.1, [0, 0.5, 1]), steps=2),
            "3 runs of 2 steps of momentum (rate 0.1, beta 0 to 1) on square: last loss from 3.1 to 6.55",
        ),
        (
            lambda: descend(SQUARE, GradientDescent([0.1, 0.5, 1e200]), steps=1),
            "3 runs of 1 step of gradient descent (rate 0.1 to 1e+200) on square: last loss from 0 to 10.2, 1 diverged",
        ),
        (
            lambda: descend(SQUARE, GradientDescent([1e200]), steps=9),
            "1 run of 9 steps of gradient descent (rate 1e+200 to 1e+200) on square: all diverged",
        ),
        (lambda: descend(SQUARE, Walker(), steps=0), "0 steps of Walker on square: loss 16 -> 16"),
    ],
)
def test_its_sentence(path, sentence):
    assert repr(path()) == str(path()) == sentence


def test_its_table():
    path = descend(PARABOLA, GradientDescent(0.3), steps=5)
    assert path.table(every=2).splitlines() == [
        "step        w        loss  gradient",
        "   0        6          16         8",
        "   2     2.64      0.4096      1.28",
        "   4   2.1024   0.0104858    0.2048",
        "   5  2.04096  0.00167772   0.08192",
    ]
    assert path.rows()[1] == pytest.approx({"step": 1, "w": 3.6, "loss": 2.56, "gradient": 3.2})
    assert len(path.table().splitlines()) == 7
    plane = descend(HIMMELBLAU, Adam(), steps=2, keep="last")
    assert list(plane.rows()[0]) == ["step", "w1", "w2", "loss", "gradient1", "gradient2"]
    assert plane.rows()[0]["step"] == 2


def test_the_table_says_where_it_diverged():
    text = descend(SQUARE, GradientDescent(1e100), steps=4).table()
    assert text.splitlines()[-2].split() == ["4", "nan", "nan", "nan"]
    assert text.splitlines()[-1] == "diverged at step 2: the numbers overflowed"


def test_history_of_a_state():
    path = descend(HIMMELBLAU, Adam(0.1), [[0.5, 1.0], [1e200, 0.0]], steps=4)
    assert path.history("m").shape == (5, 2, 2)
    assert_array_equal(path.history("m")[3, 0], path.states[3].m[0])
    assert_array_equal(path.history("t"), [0, 1, 2, 3, 4])
    assert np.isnan(path.history("v")[:, 1]).all()
    assert np.isfinite(path.history("v")[:, 0]).all()
    with pytest.raises(ValueError, match=r"^the state must have a part 'velocity', but it holds m, v, t"):
        path.history("velocity")
    with pytest.raises(ValueError, match=r"it holds nothing"):
        descend(SQUARE, GradientDescent()).history("m")


def test_one_run_out_of_many():
    crowd = np.arange(6.0).reshape(3, 2) / 10
    path = descend(RAVINE, Momentum(rate=[0.01, 0.02], beta=0.5), crowd, steps=4, keep=3)
    run = path.run((1, 2))
    assert run.points.shape == (3, 2)
    assert run.states[0].velocity.shape == (2,)
    assert (run.optimizer.rate, run.optimizer.beta) == (0.02, 0.5)
    assert repr(run).startswith("4 steps of momentum (rate 0.02) on ravine: loss ... -> ")
    assert len(run.rows()) == 3
    for index in (0, (2, 0), (0, 3), (0, -1), (0, 0, 0)):
        with pytest.raises(IndexError, match=r"^run must be an index into runs of shape \(2, 3\)"):
            path.run(index)
    with pytest.raises(ValueError, match=r"^a table shows one run, but there are 6"):
        path.table()
    for every in (0, 1.5):
        with pytest.raises(ValueError, match=r"^every must be"):
            run.table(every=every)


BAD_STARTS = [
    "6", True, 1j, [1, 2], [np.nan], [np.inf], [], [[]], np.zeros((0, 1)), {}, object(), [["a"]], [[1], [2, 3]],
]  # fmt: skip
BAD = [
    *[{"start": start} for start in BAD_STARTS],
    *[{"steps": steps} for steps in (-1, 2.5, "20", None, True, np.inf, np.nan, [5], 1j)],
    *[{"keep": keep} for keep in (0, -1, 2.5, "some", None, True, [1])],
    *[
        {"schedule": schedule}
        for schedule in ("cosine", 0.1, Cosine, lambda: 1, lambda k: None, lambda k: "0.1", lambda k: -1)
    ],
    *[{"schedule": schedule} for schedule in (lambda k: np.nan, lambda k: np.inf, lambda k: [0.1, 0.2])],
    *[{"grad": grad} for grad in (3, lambda w: w, lambda w, rng: None, lambda w, rng: "up", lambda w, rng: 1j * w)],
    *[{"grad": lambda w, rng: 1.0}, {"grad": lambda w, rng: np.zeros((1, 1))}],
    *[{"grad": lambda w, rng: w, "rng": rng} for rng in ("dice", -1, 0.5, [1, 2])],
    *[{"landscape": landscape} for landscape in ("square", None, 3, Landscape)],
    *[{"optimizer": optimizer} for optimizer in ("adam", None, Adam, 0.1)],
    {"steps": 10**12},
    {"steps": 10**6, "optimizer": GradientDescent(np.linspace(0, 1, 1000))},
]


@pytest.mark.parametrize("bad", BAD, ids=", ".join)
def test_hostile_input_gets_one_sentence(bad):
    given = {"landscape": PARABOLA, "optimizer": GradientDescent(0.1), "start": None, **bad}
    first = [given.pop(name) for name in ("landscape", "optimizer", "start")]
    with pytest.raises((TypeError, ValueError), match=r" but .*: (pass|leave|change|one|make)") as error:
        descend(*first, **given)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert len(sentence) < 250


def test_any_kind_of_function_may_stand_in():
    class Slope:
        def __call__(self, w, rng=None):
            return SQUARE.grad(w)

    plain = descend(SQUARE, GradientDescent(0.1), steps=3)
    for grad in (Slope(), Slope().__call__, lambda w, *rest: 2 * w, lambda w, rng: [2 * float(w[0])]):
        assert_array_equal(descend(SQUARE, GradientDescent(0.1), steps=3, grad=grad).points, plain.points)
    assert_array_equal(descend(SQUARE, GradientDescent(0.1), steps=2, schedule=np.ones_like).values, plain.values[:3])


class Walker:
    """An optimizer as a learner may write it: no record, and it changes w in place."""

    def init(self, w):
        return {"count": 0}

    def step(self, w, grad, state):
        w -= 0.1 * grad
        return w, {"count": state["count"] + 1}


def test_a_learners_own_optimizer_walks():
    path = descend(RAVINE, Walker(), [[1.0, 0.01], [2.0, 0.02]], steps=3)
    assert_array_equal(path.points, descend(RAVINE, GradientDescent(0.1), [[1.0, 0.01], [2.0, 0.02]], steps=3).points)
    assert [state["count"] for state in path.states] == [0, 1, 2, 3]
    assert path.run(0).states[2] == {"count": 2}
    with pytest.raises(TypeError, match=r"^a schedule changes a setting `rate`"):
        descend(RAVINE, Walker(), schedule=Cosine())


@pytest.mark.parametrize("answer", [lambda w: w, lambda w: (w,), lambda w: (w[:1], None), lambda w: None])
def test_a_learners_step_that_returns_something_else_is_told(answer):
    walker = Walker()
    walker.step = lambda w, grad, state: answer(w)
    with pytest.raises(ValueError, match=r"^step must return \(w, state\), w of shape \(2,\), but .* came"):
        descend(RAVINE, walker)
