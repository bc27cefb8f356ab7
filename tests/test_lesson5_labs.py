"""Inside Adam and the rotation lab: what they show is what the optimizer and single runs do."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdcourse import theory
from gdcourse.descent import descend
from gdcourse.labs import LABS
from gdcourse.labs.inside_adam import EVEN
from gdcourse.labs.race_ground import TURNED
from gdcourse.labs.rotation_valley import ANGLES, MOST, counts, turned, turned_start
from gdcourse.landscapes import LANDSCAPES, quadratic
from gdcourse.optimizer_uncorrected import UncorrectedAdam
from gdcourse.optimizers import AdaGrad, Adam, AdamW, GradientDescent, RMSProp

INSIDE, ROTATION = LABS["inside-adam"], LABS["rotation"]


# Inside Adam


@pytest.mark.parametrize("landscape", ["ravine", "turned-ravine", "rosenbrock"])
@pytest.mark.parametrize("corrected", [True, False])
def test_what_is_shown_is_what_the_optimizer_holds(landscape, corrected):
    ground = TURNED if landscape == "turned-ravine" else LANDSCAPES[landscape]
    walker = (Adam if corrected else UncorrectedAdam)(0.05, 0.8, 0.95)
    w, state = np.array(ground.start), None
    state = walker.init(w)
    for weight in (0, 1):
        given = {"rate": 0.05, "beta1": 0.8, "beta2": 0.95, "weight": str(weight + 1), "steps": 30}
        columns = INSIDE.scene(landscape=landscape, corrected=corrected, **given).columns
        w, state = np.array(ground.start), walker.init(np.array(ground.start))
        for k in range(31):
            g, before = ground.grad(w), w
            w, state = walker.step(w, g, state)
            m, root = state.m[weight], np.sqrt(state.v[weight])
            m_used, root_used = (m / (1 - 0.8**state.t), root / np.sqrt(1 - 0.95**state.t)) if corrected else (m, root)
            shown = [columns[name][k] for name in ("g", "m", "root", "m_used", "root_used")]
            assert_allclose(shown, [g[weight], m, root, m_used, root_used], rtol=1e-9)
            assert_allclose([columns["x"][k], columns["y"][k]], before, rtol=1e-9, atol=1e-12)
            assert_allclose([columns["to_x"][k], columns["to_y"][k]], w, rtol=1e-9, atol=1e-12)
            moves = columns["move_1"][k], columns["move_2"][k]
            assert_allclose(moves, (w - before) / 0.05, rtol=1e-6, atol=1e-9)
            effective = columns[f"effective_{weight + 1}"][k]
            assert_allclose(0.05 * effective * m_used, before[weight] - w[weight], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("weight", [1, 2])
def test_the_next_move_is_worked_out_in_words(weight):
    scene = INSIDE.scene(landscape="rosenbrock", weight=str(weight), falling=True)
    told, names = scene.texts_at(40)["arithmetic"], ("now", "m_used", "root_used", f"move_{weight}")
    now, mean, root, move = (scene.value(name, 40) for name in names)
    assert told.startswith(f"Next move of w{'₁₂'[weight - 1]}: −α·m̂/(√v̂ + ε) = −{now:.4f} × ")
    assert told.endswith(f" = {move:.2f}·α".replace("-", "−"))
    assert_allclose(0.1 * move, -now * mean / (root + 1e-8), rtol=1e-6)


def test_on_an_even_slope_every_move_is_the_rate_and_without_correction_what_theory_says():
    for weight in "12":
        moves = INSIDE.scene(weight=weight).columns
        assert_allclose(moves["move_1"], -1.0, rtol=1e-6)
        assert_allclose(moves["move_2"], -1.0, rtol=1e-6)
    bare = INSIDE.scene(corrected=False)
    assert_allclose(bare.columns["move_1"], -theory.adam_uncorrected_factor(np.arange(1, 122)), rtol=1e-6)
    assert_allclose(bare.columns["theory"], -bare.columns["move_1"], rtol=1e-6)
    assert bare.texts_at(0)["outcome"].startswith("The largest move of a weight is 6.57·α, move number 12;")
    assert_array_equal(EVEN.grad([3.0, -2.0]), [4.0, 0.04])


def test_the_scale_of_the_loss_changes_nothing_until_eps():
    plain = INSIDE.scene(landscape="rosenbrock").columns
    for power in (3, -3):
        assert_allclose(INSIDE.scene(landscape="rosenbrock", power=power).columns["x"], plain["x"], rtol=1e-5)
    assert abs(INSIDE.scene(landscape="rosenbrock", power=-10).columns["x"] - plain["x"]).max() > 1e-2
    tiny = INSIDE.scene(power=-10)
    assert_allclose(tiny.columns["move_1"], -4e-10 / (4e-10 + 1e-8), rtol=1e-6)
    assert_allclose(INSIDE.scene(power=-10, eps_power=-14).columns["move_1"], -1.0, rtol=1e-4)


def test_noise_keeps_adam_moving_and_a_falling_rate_lets_it_rest():
    constant = INSIDE.scene(landscape="noisy-bowl", steps=400)
    falling = INSIDE.scene(landscape="noisy-bowl", steps=400, falling=True)
    assert constant.facts["late"][0] > 20 * falling.facts["late"][0]
    assert falling.columns["away"][0] < 0.05
    assert_allclose(falling.columns["now"][[0, 200]], [0.1, 0.1 * (1 + np.cos(np.pi * 200 / 401)) / 2])


def test_where_adam_has_no_numbers_it_says_so():
    wild = INSIDE.scene(landscape="rosenbrock", rate=1e300)
    assert "leaves all numbers" in wild.texts_at(0)["outcome"]
    assert "Beyond all numbers" in wild.texts_at(5)["readout"]
    at_rest = INSIDE.scene(landscape="ravine", x=0.0, y=0.0)
    assert "The largest move of a weight is 0.00·α" in at_rest.texts_at(0)["outcome"]
    INSIDE.figure(landscape="ravine", x=0.0, y=0.0).draw_without_rendering()


def test_both_arrows_are_seen_from_afar_and_point_along_the_move_and_against_the_gradient():
    columns = INSIDE.scene(landscape="turned-ravine").columns
    along, against, move = (
        np.stack([columns[f"{name}_{axis}"] - columns[axis] for axis in "xy"]) for name in ("along", "against", "to")
    )
    (low, high), _ = TURNED.view
    assert_allclose([np.hypot(*along), np.hypot(*against)], 0.2 * (high - low), rtol=1e-9)
    slope = TURNED.grad(np.stack([columns["x"], columns["y"]], -1)).T
    for arrow, true in ((along, move), (against, -slope)):
        assert_allclose((arrow * true).sum(0), np.hypot(*arrow) * np.hypot(*true), rtol=1e-9)


# Rotation


def test_the_turned_valleys_are_the_catalogues_own():
    angles, w = (0.0, 20.0, 45.0), np.random.default_rng(5).normal(size=(3, 2))
    valleys = turned(100.0, angles)
    for i, angle in enumerate(angles):
        single = quadratic((1.0, 100.0), np.radians(angle))
        assert_allclose(valleys.grad(w)[i], single.grad(w[i]), rtol=1e-12)
        assert_allclose(valleys.value(w)[i], single.value(w[i]), rtol=1e-12)
        assert_allclose(valleys.hessian(w)[i], single.hessian(w[i]), atol=1e-12)


@pytest.mark.parametrize("angle", [0.0, 45.0])
def test_the_counts_are_those_of_single_runs(angle):
    ground = quadratic((1.0, 100.0), np.radians(angle))
    shown = ROTATION.scene(angle=angle)
    for name, walker in (("adam", Adam(0.05)), ("gradient-descent", GradientDescent(theory.best_rate(100, 1)))):
        start = turned_start((1.0, 1.0), (angle,))[0]
        path = descend(ground, walker, start, steps=MOST)
        near = np.hypot(*path.points.T) < 1e-6
        assert shown.facts[name] == near.argmax()
        key = name.replace("-", "_")
        xy = [shown.columns[f"{key}_{axis}"] for axis in "xy"]
        assert_allclose(np.stack(xy, -1), path.points[:151], rtol=1e-6, atol=1e-9)


def test_c17_the_lab_tells_what_the_lesson_quotes():
    told = [ROTATION.scene(angle=angle).texts_at(0)["outcome"] for angle in (0.0, 45.0)]
    assert told[0].endswith("gradient descent 709 steps, Adam 212 steps.")
    assert told[1].endswith("gradient descent 709 steps, Adam 1364 steps.")
    slower = ROTATION.scene(angle=45.0).texts_at(0)["compared"]
    assert slower == "Not turned, Adam needs 212 steps: the rotation costs it 6.43 times as many."
    floor = ROTATION.scene(angle=45.0, wall=False, rate=0.01)
    assert floor.facts["adam"] == 257
    assert floor.texts_at(0)["compared"] == "Not turned, Adam needs 351 steps: here the rotation makes it faster."
    assert set(counts("gradient-descent", 0.0, 100.0, (1.0, 1.0), ANGLES)) == {709.0}


def test_an_angle_between_the_positions_is_counted_for_itself():
    single = ROTATION.scene(angle=7.5)
    assert single.facts["adam"] == counts("adam", 0.05, 100.0, (1.0, 1.0), (7.5,))[0]
    far = ROTATION.scene(angle=-400.0).facts["adam"]
    assert far == pytest.approx(ROTATION.scene(angle=-40.0).facts["adam"], abs=5)


def test_who_needs_too_long_is_not_counted_to_the_end():
    both = ROTATION.scene(kappa=1000.0, angle=45.0)
    assert both.texts_at(0)["outcome"].endswith(f"both need more than {MOST} steps.")
    assert both.columns["adam_mark"][0] == MOST
    assert "more than 1500 steps, Adam 212." in ROTATION.scene(kappa=1000.0).texts_at(0)["outcome"]
    assert (
        "gradient descent 709 steps, Adam more than 1500" in ROTATION.scene(rate=0.01, angle=45).texts_at(0)["outcome"]
    )
    slow = ROTATION.scene(rate=0.0005)
    assert slow.texts_at(0)["compared"].startswith("This valley is not turned")
    assert ROTATION.scene(rate=0.0005, angle=10.0).texts_at(0)["compared"].startswith("Not turned, Adam needs more")
    round_one = ROTATION.scene(kappa=1.0, angle=30.0)
    assert round_one.facts["gradient-descent"] == 1


def test_the_contour_lines_are_contours():
    columns = ROTATION.scene(angle=30.0, kappa=10.0).columns
    heights = turned(10.0, (30.0,)).value(np.stack([columns["contour_x"], columns["contour_y"]], -1)[:, None])[:, 0]
    heights = heights.reshape(6, -1)
    assert np.isnan(heights[:, -1]).all()
    assert_allclose(heights[:, :-1], np.repeat(0.5 * (0.5 * 2.0 ** np.arange(6)) ** 2, 73).reshape(6, 73))


# What theory predicts


def walk(optimizer, slopes):
    """The moves of one weight that is given these gradients."""
    w, moves = np.zeros(1), []
    state = optimizer.init(w)
    for g in slopes:
        after, state = optimizer.step(w, np.array([g]), state)
        moves.append((after - w)[0])
        w = after
    return np.array(moves)


def test_steps_on_an_even_slope():
    t = np.arange(1, 51)
    for slope in (3.0, 0.01, -200.0):
        even, down = np.full(50, slope), -np.sign(slope)
        assert_allclose(walk(AdaGrad(0.1), even), down * theory.adagrad_step(0.1, t), rtol=1e-6)
        assert_allclose(walk(RMSProp(0.1, 0.9), even), down * theory.rmsprop_step(0.1, t), rtol=1e-5)
        assert_allclose(walk(UncorrectedAdam(0.1), even), down * 0.1 * theory.adam_uncorrected_factor(t), rtol=1e-4)


def test_no_move_of_adam_is_longer_than_its_bound_and_the_bound_is_met():
    rng, t = np.random.default_rng(5), np.arange(1, 201)
    for beta1, beta2 in ((0.9, 0.999), (0.5, 0.9), (0.9, 0.81), (0.0, 0.99)):
        bound = theory.adam_largest_move(0.1, t, beta1, beta2)
        slopes = rng.normal(size=200) * rng.choice([0.001, 1.0, 1000.0], 200)
        assert (np.abs(walk(Adam(0.1, beta1, beta2, 0.0), slopes)) <= bound * (1 + 1e-9)).all()
        if beta1:
            growing = walk(Adam(0.1, beta1, beta2, 0.0), (beta2 / beta1) ** t)
            assert abs(growing[-1]) == pytest.approx(bound[-1], rel=1e-6)
    assert theory.adam_largest_move(1, np.array([1, 10**6])) == pytest.approx([1, 7.27], abs=0.005)
    after_zeros = walk(Adam(1.0), [*np.zeros(20000), 1.0])[-1]
    assert after_zeros == pytest.approx(-theory.adam_uncorrected_factor(1), rel=1e-3)


def test_adamws_decay_alone():
    w, optimizer = np.array([1.0, -4.0]), AdamW(0.1, weight_decay=0.5)
    state = optimizer.init(w)
    for _ in range(10):
        w, state = optimizer.step(w, np.zeros(2), state)
    assert_allclose(w, theory.adamw_left(0.1, 0.5, 10) * np.array([1.0, -4.0]))
