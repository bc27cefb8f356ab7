"""The loss-curve clinic: runs of the course without their labels, to be diagnosed from their curves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np

from gdcourse.exercises.choice import Choice
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Curve, Exhibit
from gdcourse.exercises.parts import Part, Parts
from gdcourse.exercises.variants import Variants
from gdcourse.exercises.words import Words

LETTERS = "ABCDEFGH"
Run = Callable[[], np.ndarray | Curve]  # gives the loss at every step, the start first, or a curve to be named


def clinic(
    key: str, lesson: int, runs: Mapping[str, Run], classic: Sequence[str], never: Sequence[str] = ()
) -> Exercise:
    """Declare a clinic: each of its curves is a different run, and the diagnosis of each earns a point.

    Texts: options.<run> is the diagnosis, reasons.<run> how the curve tells it, mistakes.<run> what such a curve would
    look like; A.label and A.solution belong to the first curve, and so on.

    Args:
        key: of the exercise.
        lesson: its lesson.
        runs: by the key of their diagnosis; a run is computed when a curve of it is first shown. One that has a dashed
            line beside it is given as a Curve; the texts `solid` and `dashed` then name the two.
        classic: the runs in the order of the lesson's own curves; as many are shown to every student.
        never: diagnoses that are offered, and that no curve has.
    """
    letters = LETTERS[: len(classic)]
    orders = cache(lambda: tuple(dict(zip(letters, order, strict=True)) for order in permutations(runs, len(letters))))
    variants = Variants(dict(zip(letters, classic, strict=True)), orders)
    parts = tuple(_part(letter, (*runs, *never)) for letter in letters)
    return Exercise(key, lesson, "clinic", Parts(parts), variants, len(letters), _curves(runs))


def _part(letter: str, diagnoses: tuple[str, ...]) -> Part:
    return Part(letter, Choice(diagnoses, lambda variant: variant[letter]))


def _curves(runs: Mapping[str, Run]) -> Callable[[dict, Words], Exhibit]:
    """Give the exhibit that shows the runs of a variant without their names."""
    loss = cache(lambda name: runs[name]())

    def exhibit(variant: dict, words: Words) -> Exhibit:
        shown = tuple(_curve(words.part(letter)("label"), loss(name)) for letter, name in variant.items())
        names = (words("solid"), words("dashed")) if words.has("dashed") else ("", "")
        return Exhibit(shown, words("step"), words("loss"), log_y=True, language=words.language, names=names)

    return exhibit


def _curve(label: str, run: np.ndarray | Curve) -> Curve:
    return replace(run, name=label) if isinstance(run, Curve) else Curve(label, np.arange(len(run), dtype=float), run)
