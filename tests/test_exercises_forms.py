"""What a form, a verdict and an exhibit are made of, over the whole registry: one widget can show them all."""

import re

import numpy as np
import pytest
from exercise_cases import KEYS, STUDENTS, asked

from gdcourse.exercises import EXERCISES
from gdcourse.exercises.parts import Parts
from gdcourse.exercises.records import FIELD_KINDS
from gdcourse.exercises.table import Table

pytestmark = pytest.mark.usefixtures("nothing_written")


@pytest.mark.parametrize("key", KEYS)
def test_forms_can_be_drawn_by_one_widget(key):
    for student in STUDENTS:
        can_be_drawn(EXERCISES[key], student)


def can_be_drawn(exercise, student):
    """Assert that a form is complete: labels, options, axes, and a table without holes."""
    form = exercise.form(student)
    keys = [field.key for field in form.fields]
    assert len(set(keys)) == len(keys)
    assert all(field.kind in FIELD_KINDS and field.label.strip() for field in form.fields)
    labels = [field.label for field in form.fields]
    assert len(set(labels)) == len(labels), "a screen reader needs a label for each field"
    assert all(len(field.options) > 1 for field in form.fields if field.kind in ("choice", "multi"))
    assert all(field.graph is not None for field in form.fields if field.kind == "graph")
    places = [field.place for field in form.fields if field.place is not None]
    assert sorted(places) == sorted(
        {(row, column) for row in range(len(form.rows)) for column in range(len(form.columns))}
    )
    assert set(exercise.filled(student)) == set(asked(exercise, student))


@pytest.mark.parametrize("key", KEYS)
def test_cells_of_a_verdict_bear_the_keys_of_their_fields(key):
    exercise = EXERCISES[key]
    verdict = exercise.judge(exercise.gather(exercise.filled()))
    cells = [cell.key for row in verdict.rows for cell in row.cells]
    assert sorted(cells) == sorted(set(asked(exercise)) - {"confidence"})  # that is neither right nor wrong


@pytest.mark.parametrize("key", [key for key in KEYS if not isinstance(EXERCISES[key].task, Parts | Table)])
def test_the_field_of_a_single_question_is_marked_with_its_outcome(key):
    exercise = EXERCISES[key]
    wrongs = (mistake.wrong(exercise.variant()) for mistake in exercise.mistakes)
    for answer in (None, object(), exercise.answer(), *wrongs):
        verdict = exercise.judge(answer)
        (row,) = verdict.rows
        assert {mark.outcome for mark in (row, *row.cells)} == {verdict.outcome}
        assert str(verdict) == row.message == verdict.message


def test_exhibits_have_a_picture_and_a_twin_in_words():
    curves = EXERCISES["loss-clinic"].shows()
    assert len(curves.figure().axes) == 4
    assert curves.figure()._repr_mimebundle_()[0]["text/plain"] == curves.describe()
    assert curves.describe().count("\n") == 13
    assert curves.describe().startswith("| step | Curve A |")
    beside = EXERCISES["saddle-clinic"].shows().describe()
    assert "| 13.48 |" in beside  # the twin names the peak that the picture shows
    assert "| – |" in beside  # below what the picture shows
    table = EXERCISES["bug-from-trajectory"].shows("ada")
    assert table.figure() is None
    assert table.describe().startswith("| step | u | v | L |")
    assert EXERCISES["one-step"].shows() is None


def test_verdicts_read_well_as_text_and_as_markdown():
    verdict = EXERCISES["parabola-walk"].judge([(8.4, 40.96), (4.56, 6.5536)])
    assert verdict.message.startswith("Step 1: The sign is flipped")
    assert [line.strip() for line in str(verdict).splitlines()[1:]] == [verdict.rows[1].message]
    assert verdict._repr_markdown_().count("\n- ") == 1
    assert "α" in EXERCISES["parabola-walk"]._repr_markdown_()
    assert np.isclose(verdict.points, 3)


NOTED = [(key, field.key) for key in KEYS for field in EXERCISES[key].form().fields if field.note]
TOLERANCE = {  # what is said behind an input: the number nearest to what is accepted, and one that is no longer
    r"(\d+) decimals are enough": lambda true, said: (
        round(true, int(said)),
        round(true, int(said)) + 10 ** -int(said),
    ),
    r"up to ([\d.]+) % off counts as right": lambda true, said: (
        true * (1 + 0.0099 * float(said)),
        true * (1 + 0.0101 * float(said)) + 1e-4,
    ),
    r"the exact number": lambda true, said: (true, true + 1e-6 * abs(true)),
}


def test_every_number_asked_for_alone_says_how_near_it_must_come():
    alone = [(key, f.key) for key in KEYS for f in EXERCISES[key].form().fields if f.kind == "number" and not f.place]
    assert alone == NOTED


@pytest.mark.parametrize(("key", "field"), NOTED)
def test_what_is_judged_is_the_tolerance_that_is_said(key, field):
    exercise = EXERCISES[key]
    note = next(asked.note for asked in exercise.form().fields if asked.key == field)
    assert note in str(exercise)
    pattern, ends = next(item for item in TOLERANCE.items() if re.fullmatch(item[0], note))
    said = re.fullmatch(pattern, note)
    true = float(exercise.filled()[field])
    for value, passes in zip(ends(true, said[1] if said.groups() else ""), (True, False), strict=True):
        verdict = exercise.judge(exercise.gather({**exercise.filled(), field: repr(value)}))
        assert (verdict.points == exercise.points) is passes, (value, true)
