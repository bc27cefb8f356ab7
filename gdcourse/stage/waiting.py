"""A lab that waits: it shows no picture before the learner's prediction is on record, or until they ask for it.

    LABS["hiker"].show(after="predict-steps")
    LABS["hiker"].show(after=("predict-regime", "predict-steps"))

A sheet that records a prediction opens the labs that wait for it; a prediction recorded in a cell is noticed as soon as
the hand comes near the lab. Without a progress file nothing is on record, and no lab waits.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from gdcourse.checks import shorten
from gdcourse.exercises.name_file import progress_file

if TYPE_CHECKING:
    from gdcourse.exercises import Exercise
    from gdcourse.stage.stage import Stage

BUTTON = "Open the lab without a prediction"
_waiting: "WeakSet[Stage]" = WeakSet()


def wait(stage: "Stage", after: str | Sequence[str]) -> None:
    """Keep a stage closed until the predictions of these keys are recorded; ValueError where one is no prediction."""
    keys = list(after) if isinstance(after, list | tuple) else [after]
    stage.asked_before = tuple(map(_prediction, keys))
    stage.waits = _words(stage.asked_before)
    if stage.waits:
        _waiting.add(stage)


def look_again() -> None:
    """Open every stage whose predictions are on record by now."""
    for stage in list(_waiting):
        if stage.waits:
            stage.waits = _words(stage.asked_before)
        if not stage.waits:
            _waiting.discard(stage)


def _prediction(key: Any) -> "Exercise":
    from gdcourse.exercises import EXERCISES  # only a lab that waits needs them

    exercise = EXERCISES.get(key) if isinstance(key, str) else None
    if exercise is None or exercise.kind != "prediction":
        known = next(key for key, exercise in EXERCISES.items() if exercise.kind == "prediction")
        raise ValueError(
            f"after is the key of a prediction, or several in a list; {shorten(key)} came: pass one like {known!r}"
        )
    return exercise


def _words(exercises: "Sequence[Exercise]") -> dict[str, str]:
    """Return what stands in place of the picture; nothing where all is recorded, or nothing can be."""
    missing = [exercise for exercise in exercises if exercise.recorded() is None]
    if not missing or progress_file() is None:
        return {}
    titles = ", ".join(f"“{exercise.title}”" for exercise in missing)
    return {"note": f"Predict first (above): {titles}. The lab opens once your answer is recorded.", "button": BUTTON}
