"""Predictions and cards: recorded before the lab shows it, asked again when due."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gdcourse.exercises import EXERCISES, calibration, cards, flashcards, progress, quiz, show_several

WALK = EXERCISES["parabola-walk"]
CARD = EXERCISES["card-step"]


pytestmark = pytest.mark.usefixtures("progress_file")


def state(key):
    """Give how far an exercise is."""
    return next(line for line in progress().lines if line.key == key)


def test_a_prediction_is_recorded_once_and_compared_later():
    exercise = EXERCISES["predict-regime"]
    assert exercise.recorded() is None
    assert exercise.check().outcome == "not-attempted"
    assert "expected here" in exercise.record("sideways")
    assert exercise.recorded() is None
    said = exercise.record({"prediction": "monotone", "confidence": "90"})
    assert said.startswith("Your prediction is recorded")
    assert not [option.label for option in exercise.fields()[0].options if option.label in said]
    assert "first prediction counts" in exercise.record("overshooting")
    assert (exercise.recorded()["prediction"], exercise.recorded()["confidence"]) == ("monotone", 90)
    assert exercise.check().mistakes == ("monotone",)
    assert exercise.check(exercise.gather({})).mistakes == ("monotone",)
    assert exercise.check("overshooting").outcome == "right"
    assert exercise.recorded()["prediction"] == "monotone"
    assert "no prediction" in WALK.record([(1, 2)])


def test_how_sure_one_is_is_asked_once_more_and_then_never():
    exercise = EXERCISES["predict-regime"]
    assert exercise.record("monotone").startswith("How sure are you?")
    assert exercise.recorded() is None
    assert exercise.record({"prediction": "exact", "confidence": "70"}).startswith("Your prediction is recorded")
    assert (exercise.recorded()["prediction"], exercise.recorded()["confidence"]) == ("exact", 70)
    other = EXERCISES["predict-loss"]
    assert other.record(16).startswith("How sure are you?")
    assert other.record(16).startswith("Your prediction is recorded")
    assert (other.recorded()["prediction"], other.recorded()["confidence"]) == (16.0, None)
    assert other.record({"prediction": 3, "confidence": "99"}).startswith("You have predicted this before")
    assert EXERCISES["predict-steps"].check(30).outcome == "right"  # who looks is not asked any more
    assert EXERCISES["predict-steps"].recorded()["prediction"] == 30.0


def test_where_nothing_is_kept_nobody_is_asked_for_ever(monkeypatch, progress_file):
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    assert "nothing is recorded" in EXERCISES["predict-regime"].record("monotone")
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(progress_file / "missing" / "progress.jsonl"))
    assert "could not be saved" in EXERCISES["predict-regime"].record("monotone")


@pytest.mark.parametrize("count", [0, -5, "-0.5", float("inf"), float("nan"), "1e999"])
def test_a_count_that_cannot_be_is_refused_and_not_recorded(count):
    exercise = EXERCISES["predict-steps"]
    said = exercise.record({"prediction": count, "confidence": 90})
    assert "expected here" in said
    assert exercise.check({"prediction": count, "confidence": 90}).outcome == "unreadable"
    assert exercise.recorded() is None


def test_a_prediction_may_be_checked_at_once_and_is_recorded_then():
    exercise = EXERCISES["predict-steps"]
    assert exercise.check({"prediction": "30", "confidence": 70}).outcome == "right"
    assert (exercise.recorded()["prediction"], exercise.recorded()["confidence"]) == (30.0, 70)


@pytest.mark.parametrize("confidence", ["60", 60, 0.5, True, [], "sure"])
def test_confidence_is_one_of_the_levels(confidence):
    verdict = EXERCISES["predict-steps"].judge({"prediction": 27, "confidence": confidence})
    assert verdict.outcome == "unreadable"


@pytest.mark.parametrize(
    ("steps", "outcome"), [(27, "right"), (22, "right"), (32, "right"), (21, "wrong"), (33, "wrong")]
)
def test_an_estimate_within_a_fifth_is_right(steps, outcome):
    exercise = EXERCISES["predict-steps"]
    assert exercise.answer() == 27
    assert exercise.judge(steps).outcome == outcome


def test_predictions_ask_the_walk_itself():
    regimes = {
        v["rate"]: EXERCISES["predict-regime"].task.answer(v) for v in EXERCISES["predict-regime"].variants.all()
    }
    assert regimes[0.1] == "monotone"
    assert regimes[0.5] == "exact"
    assert regimes[0.9] == "overshooting"
    assert regimes[1.0] == "cycling"
    assert regimes[1.2] == "divergent"
    assert EXERCISES["predict-loss"].answer() == 16
    assert EXERCISES["predict-loss"].judge("16.00004").outcome == "rounded"


def test_calibration_compares_how_sure_with_how_often_right():
    EXERCISES["predict-regime"].record({"prediction": "monotone", "confidence": "90"})
    EXERCISES["predict-steps"].record({"prediction": 27, "confidence": 90})
    assert EXERCISES["predict-loss"].record(3).startswith("How sure are you?")
    EXERCISES["predict-loss"].record(3)
    page = calibration()
    assert [(level.confidence, level.count, level.right) for level in page.levels if level.count] == [
        ("90", 2, 1),
        ("", 1, 0),
    ]
    assert "sure (90 %): 1 of 2" in str(page)
    assert page._repr_markdown_().count("\n- ") == 2


def test_cards_come_back_with_new_numbers_when_they_are_due(monkeypatch):
    hand = quiz(10)
    assert {card.exercise.key for card in hand} == {
        k for k, e in EXERCISES.items() if (e.kind, e.lesson) == ("flashcard", 1)
    }
    first = next(card for card in hand if card.exercise is CARD)
    assert first.statement() == "w = 5, slope −3, α = 0.2. The next w?"
    assert first.check(5.6).outcome == "right"
    assert CARD not in [card.exercise for card in quiz(10)]
    later = datetime.now(UTC) + timedelta(days=1, minutes=1)
    back = next(card for card in cards.quiz(EXERCISES, 10, now=later) if card.exercise is CARD)
    assert (back.times, back.box) == (1, 1)
    assert back.statement() != first.statement()
    assert back.check(5.6).outcome != "right"
    assert back.exercise.key == cards.quiz(EXERCISES, 1, now=later)[0].exercise.key, "a missed card comes first"
    assert state("card-step").state == "done"
    assert state("card-step").attempts == 2


def test_boxes_grow_and_fall_back(progress_file):
    day = datetime(2026, 1, 1, tzinfo=UTC)
    outcomes = ["right"] * 7 + ["wrong"] + ["rounded"] * 2
    for number, outcome in enumerate(outcomes):
        at = (day + timedelta(days=number)).isoformat()
        entry = {"at": at, "student": "self-study", "exercise": "card-slope", "event": "card", "outcome": outcome}
        with progress_file.open("a") as out:
            out.write(json.dumps(entry) + "\n")
        card = next(card for card in cards.hand(EXERCISES.values()) if card.exercise.key == "card-slope")
        assert card.box == [1, 2, 3, 4, 5, 5, 5, 0, 1, 2][number]
        assert card.due == day + timedelta(days=number + cards.DAYS[card.box])


def test_a_quiz_asks_of_the_lessons_begun():
    assert cards.lessons_done(EXERCISES) == set()
    EXERCISES["one-step"].check(2.75)
    assert cards.lessons_done(EXERCISES) == {1}
    assert quiz(lessons=[99]) == []
    assert [card.exercise for card in quiz(lessons=2)] == [card.exercise for card in quiz(lessons=[2])] != []
    assert len(quiz(2)) == 2
    assert quiz(0) == []


def test_where_no_card_is_due_a_sentence_says_when_the_next_one_is(monkeypatch):
    while dealt := quiz(lessons=[1]):
        for card in dealt:
            assert card.check(card.gather(card.exercise.filled(card.name))).outcome == "right"
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    assert str(flashcards(lessons=[1])) == f"No card is due now. The next one comes back on {tomorrow}."
    assert str(flashcards(lessons=[99])) == "There are no cards in these lessons."
    monkeypatch.setenv("GDCOURSE_LANGUAGE", "de")
    assert flashcards(lessons=[1])._repr_markdown_().startswith("Keine Karte ist jetzt fällig")


@pytest.mark.parametrize(("keys", "told"), [((), "got nothing"), (("one-step", "one-stpe"), "got 'one-stpe'")])
def test_a_sheet_of_several_wants_keys_that_exist(keys, told):
    with pytest.raises(ValueError, match=f"expected keys of exercises, but {told}: list"):
        show_several(*keys)
