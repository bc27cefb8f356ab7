"""The training loop: its steps are the loop written out, and what is interrupted, saved or changed goes on exactly."""

from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gdcourse.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum
from gdcourse.samples import Network, minibatches
from gdcourse.samples_split import moons_split
from gdcourse.schedules import Cosine
from gdcourse.training import Report, Training, collect, stop_early, watch
from gdcourse.training_file import best_of, load_run, save_run

SPLIT, NETWORK = moons_split(0), Network((2, 6, 2))
PLAIN = Training(NETWORK, SPLIT, Momentum(rate=0.1), batch=32)


def reports_of(losses):
    return [Report(epoch, 0.1, loss, loss, 0.5, 0.5, None) for epoch, loss in enumerate(losses)]


def same(one, other):
    assert len(one) == len(other)
    assert [report[:-1] for report in one] == [report[:-1] for report in other]
    assert_array_equal(one[-1].checkpoint.w, other[-1].checkpoint.w)


def test_an_epoch_is_the_loop_written_out():
    rng = np.random.default_rng(5)
    w = NETWORK.start(rng)
    optimizer = Momentum(rate=0.1)
    state = optimizer.init(w)
    for _ in range(3):
        for rows in minibatches(200, 32, rng):
            w, state = optimizer.step(w, NETWORK.gradient(w, *SPLIT.train.take(rows)), state)
    last = collect(PLAIN.epochs(3, seed=5))[-1]
    assert_array_equal(last.checkpoint.w, w)
    assert last.checkpoint.step == 3 * 7
    assert last.train_loss == pytest.approx(NETWORK.loss(w, *SPLIT.train), rel=1e-13)
    assert last.validation_right == NETWORK.right(w, *SPLIT.validation)


def test_an_epoch_deals_every_sample_once_and_the_next_one_in_another_order():
    first, second = (PLAIN.advance(PLAIN.begin(1), steps).deck for steps in (7, 8))
    assert sorted(first) == sorted(second) == list(range(200))
    assert not np.array_equal(first, second)


def test_reports_count_epochs_and_the_run_learns():
    reports = collect(PLAIN.epochs(12))
    assert [report.epoch for report in reports] == list(range(13))
    assert reports[0].checkpoint.step == 0
    assert reports[-1].train_loss < 0.5 * reports[0].train_loss
    assert reports[-1].validation_right > 0.9
    assert len(repr(reports[-1])) < 300  # the weights and the deck are not written out


def test_the_same_seed_is_the_same_run_and_another_is_another():
    same(collect(PLAIN.epochs(3, seed=2)), collect(PLAIN.epochs(3, seed=2)))
    one, other = (collect(PLAIN.epochs(3, seed=seed))[-1].train_loss for seed in (2, 3))
    assert one != other


def test_a_schedule_counts_steps_across_epochs():
    schedule = Cosine(steps=14)
    training = replace(PLAIN, optimizer=GradientDescent(0.5), schedule=schedule)
    reports = collect(training.epochs(2))
    assert [report.rate for report in reports] == [0.5, 0.5 * schedule(7), 0.5 * schedule(14)]
    at, by_hand = training.begin(0), training.begin(0).w
    for step in range(3):
        following = training.advance(at, 1)
        rows = at.deck[at.dealt : following.dealt]
        by_hand = by_hand - 0.5 * schedule(step) * NETWORK.gradient(by_hand, *SPLIT.train.take(rows))
        at = following
    assert_array_equal(at.w, by_hand)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_saved_and_taken_up_again_it_goes_on_bit_for_bit(key, tmp_path):
    training = Training(NETWORK, SPLIT, OPTIMIZERS[key](rate=0.05), batch=48, schedule=Cosine(steps=60))
    whole = collect(stop_early(training.epochs(9, seed=3), patience=8))
    path = save_run(tmp_path / "run.npz", whole[:5])
    loaded = load_run(path, training.optimizer)
    same(loaded, whole[:5])
    assert_array_equal(best_of(loaded).checkpoint.w, best_of(whole[:5]).checkpoint.w)
    same(collect(stop_early(chain(loaded, training.epochs(9, after=loaded[-1])), patience=8)), whole)


def test_saved_in_the_middle_of_an_epoch_it_goes_on_bit_for_bit():
    at = PLAIN.advance(PLAIN.begin(0), 10)
    assert 0 < at.dealt < 200
    assert_array_equal(PLAIN.advance(at, 9).w, PLAIN.advance(PLAIN.begin(0), 19).w)
    (report,) = collect(PLAIN.epochs(2, after=PLAIN.report(1, at)))
    assert report.checkpoint.step == 14  # to the end of its epoch


def test_a_file_keeps_the_rest_of_the_deck(tmp_path):
    at = PLAIN.advance(PLAIN.begin(0), 3)
    path = save_run(tmp_path / "run.npz", [PLAIN.report(0, PLAIN.begin(0)), PLAIN.report(1, at)])
    loaded = load_run(path, PLAIN.optimizer)[-1].checkpoint
    assert_array_equal(PLAIN.advance(loaded, 9).w, PLAIN.advance(at, 9).w)


def test_rate_and_batch_may_change_while_it_runs():
    at = PLAIN.advance(PLAIN.begin(0), 5)
    changed = replace(PLAIN, batch=8, optimizer=Momentum(rate=0.01))
    following = changed.advance(at, 1)
    assert following.dealt - at.dealt == 8
    v = 0.9 * at.state.velocity - 0.01 * NETWORK.gradient(at.w, *SPLIT.train.take(at.deck[160:168]))
    assert_array_equal(following.w, at.w + v)


def test_a_checkpoint_is_never_changed_by_going_on():
    at = PLAIN.advance(PLAIN.begin(0), 6)
    w, deck = at.w.copy(), at.deck.copy()
    PLAIN.advance(at, 20)
    assert_array_equal(at.w, w)
    assert_array_equal(at.deck, deck)


def test_an_interrupt_keeps_what_was_learned():
    def interrupted(reports):
        for report in reports:
            if report.epoch == 3:
                raise KeyboardInterrupt
            yield report

    said = []
    kept = collect(watch(interrupted(PLAIN.epochs(9)), 9, said.append))
    assert said[-1] == "\n"
    same(kept, collect(PLAIN.epochs(2)))
    same([*kept, *collect(PLAIN.epochs(5, after=kept[-1]))], collect(PLAIN.epochs(5)))
    with pytest.raises(KeyboardInterrupt):
        collect(interrupted(PLAIN.epochs(9, after=PLAIN.report(2, PLAIN.begin(0)))))


@pytest.mark.parametrize(
    ("losses", "patience", "kept"),
    [
        ([5, 4, 3, 2, 1], 2, 5),
        ([5, 4, 4.5, 4.2, 3], 2, 4),  # two in a row that are not lower than 4
        ([5, 4, 4.5, 3, 3.5, 3.2, 2], 2, 6),
        ([5, 4, 4.5, 3, 3.5, 3.2, 2], 3, 7),
        ([5, 5, 5, 5], 2, 3),  # equal is not lower
        ([5, np.nan, np.nan, 1], 2, 3),
        ([np.nan, np.nan, 1], 1, 1),
    ],
)
def test_early_stopping_waits_for_the_lowest_so_far(losses, patience, kept):
    assert len(list(stop_early(reports_of(losses), patience))) == kept


def test_the_bar_tells_the_time_left_from_the_time_taken():
    said, times = [], iter([0.0, 0.0, 3.0, 6.0, 9.0])
    reports = reports_of([1.0, 0.5, 0.25, 0.125])
    assert list(watch(reports, 6, said.append, lambda: next(times))) == reports
    assert said[0].startswith("\r[....................] epoch 0 of 6, loss 1.0000, validation 1.0000, 0 s ")
    assert "left" not in said[0]
    assert said[3].startswith(
        "\r[##########..........] epoch 3 of 6, loss 0.1250, validation 0.1250, 9 s, about 9 s left"
    )
    assert said[-1] == "\n"


def test_the_time_left_of_a_run_taken_up_again_is_guessed_from_its_own_epochs():
    said, times = [], iter([100.0, 100.0, 103.0])
    list(watch(reports_of([1.0, 0.9, 0.8, 0.7, 0.6])[3:], 6, said.append, lambda: next(times)))
    assert "left" not in said[0]
    assert said[1].startswith("\r[#############.......] epoch 4 of 6, ")
    assert said[1].endswith(", 3 s, about 6 s left   ")


def test_the_best_report_is_the_lowest_that_is_a_number():
    assert best_of(reports_of([3, 1, 2, 1])).epoch == 1
    assert best_of(reports_of([3, np.nan, 2])).epoch == 2
    assert best_of(reports_of([np.nan, np.nan])).epoch == 0
    with pytest.raises(ValueError, match="there are none"):
        best_of([])


def test_a_diverging_run_is_reported_and_not_raised():
    reports = collect(replace(PLAIN, optimizer=GradientDescent(1e30)).epochs(4))
    assert len(reports) == 5
    assert not np.isfinite(reports[-1].train_loss)
    assert reports[-1].train_right < 0.2


def test_no_file_but_a_run_is_read(tmp_path):
    path = save_run(tmp_path / "run.npz", collect(PLAIN.epochs(1)))
    with pytest.raises(ValueError, match="with this kind of optimizer"):
        load_run(path, Adam())
    whole = path.read_bytes()
    for name, content in {"cut": whole[: len(whole) // 2], "text": b"hello", "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="cannot be read as one"):
            load_run(tmp_path / name, Momentum())
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    np.savez(tmp_path / "objects.npz", numbers=np.array([print], dtype=object))
    for name in ("other.npz", "objects.npz"):
        with pytest.raises(ValueError, match="cannot be read as one"):
            load_run(tmp_path / name, Momentum())
    with pytest.raises(FileNotFoundError):
        load_run(tmp_path / "nowhere.npz", Momentum())


def test_a_file_is_replaced_only_by_a_whole_one(tmp_path, monkeypatch):
    path = save_run(tmp_path / "run.npz", collect(PLAIN.epochs(1)))
    whole = path.read_bytes()

    def fails(file, **arrays):
        file.write(b"half")
        raise OSError("no space")

    monkeypatch.setattr(np, "savez_compressed", fails)
    with pytest.raises(OSError, match="no space"):
        save_run(path, collect(PLAIN.epochs(2)))
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"batch": 0}, "batch must be"),
        ({"batch": 201}, "batch must be from 1 to 200"),
        ({"batch": 2.5}, "batch must be"),
        ({"network": Network((3, 6, 2))}, "begins with 2 inputs"),
        ({"network": Network((2, 6, 1))}, "ends with 2 classes"),
    ],
)
def test_what_does_not_fit_is_refused_before_the_first_step(change, told):
    with pytest.raises(ValueError, match=told):
        replace(PLAIN, **change)


def test_a_report_without_its_checkpoint_cannot_be_gone_on_from():
    with pytest.raises(ValueError, match="must be a report with its checkpoint"):
        collect(PLAIN.epochs(3, after=reports_of([1.0])[0]))
    with pytest.raises(ValueError, match="must have its checkpoint"):
        save_run("nowhere.npz", reports_of([1.0]))


def test_weights_of_the_chain_are_the_chain_of_weights():
    for before, after in pairwise(collect(PLAIN.epochs(3))):
        assert after.checkpoint.step == before.checkpoint.step + 7
        assert not np.array_equal(before.checkpoint.w, after.checkpoint.w)
