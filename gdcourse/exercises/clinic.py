"""The loss-curve clinic: runs of the course without their labels, to be diagnosed from their curves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
Run = Callable[[], np.ndarray]  # gives the loss at every step, the start first


def clinic(
    key: str, lesson: int, runs: Mapping[str, Run], classic: Sequence[str], never: Sequence[str] = ()
) -> Exercise:
    """Declare a clinic: each of its curves is a different run, and the diagnosis of each earns a point.

    Texts: options.<run> is the diagnosis, reasons.<run> how the curve tells it, mistakes.<run> what such a curve would
    look like; A.label and A.solution belong to the first curve, and so on.

    Args:
        key: of the exercise.
        lesson: its lesson.
        runs: by the key of their diagnosis; a run is computed when a curve of it is first shown.
        classic: the runs in the order of the lesson's own curves; as many are shown to every student.
        never: diagnoses that are offered, and that no curve has.
    """
    letters = LETTERS[: len(classic)]
    loss = cache(lambda name: runs[name]())

    @cache
    def orders() -> tuple[dict, ...]:
        return tuple(dict(zip(letters, order, strict=True)) for order in permutations(runs, len(letters)))

    def curves(variant: dict, words: Words) -> Exhibit:
        values = ((words.part(letter)("label"), loss(variant[letter])) for letter in letters)
        shown = tuple(Curve(label, np.arange(len(y), dtype=float), y) for label, y in values)
        return Exhibit(shown, words("step"), words("loss"), log_y=True, language=words.language)

    def part(letter: str) -> Part:
        return Part(letter, Choice((*runs, *never), lambda variant: variant[letter]))

    variants = Variants(dict(zip(letters, classic, strict=True)), orders)
    return Exercise(key, lesson, "clinic", Parts(tuple(map(part, letters))), variants, len(letters), curves)
