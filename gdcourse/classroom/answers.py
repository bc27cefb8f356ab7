"""How an answer stands in a notebook: the name it is kept under, its blank form, its right form, and what to write."""

from __future__ import annotations

import textwrap
from typing import Any

from gdcourse.exercises import Exercise
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.free import Plot
from gdcourse.exercises.functions import source_of
from gdcourse.exercises.parts import Parts
from gdcourse.exercises.records import Field, Task
from gdcourse.exercises.words import Words
from gdcourse.exercises.written import Written


def name_of(exercise: Exercise) -> str:
    """Give the name under which the answer is kept: that of the function, or the key with underscores."""
    if isinstance(exercise.task, Written):
        return exercise.task.solution.__name__
    return exercise.key.replace("-", "_")


def blank_source(exercise: Exercise) -> str:
    """Give the blank answer as Python source; it runs without an error."""
    if isinstance(exercise.task, Written):
        return exercise.stub().rstrip("\n")
    return f"{name_of(exercise)} = {_blank(exercise.task, exercise.variant())}"


def _blank(task: Task, variant: dict) -> str:
    if isinstance(task, Parts):
        lines = [f'"{part.key}": {_blank(part.task, variant)},{_choices(part.task)}' for part in task.parts]
        return "{\n" + textwrap.indent("\n".join(lines), "    ") + "\n}"
    if isinstance(task, Plot):
        return "[" + ", ".join(["..."] * len(task.x)) + "]"
    return task.stub(variant)


def _choices(task: Task) -> str:
    if not isinstance(task, Choice):
        return ""
    said = "any of, as a set:" if task.multiple else "one of"
    return f"  # {said} " + ", ".join(f'"{option}"' for option in task.options)


def right_source(exercise: Exercise) -> str:
    """Give a fully right answer as Python source."""
    if isinstance(exercise.task, Written):
        return source_of(exercise.task.solution).rstrip("\n")
    return f"{name_of(exercise)} = {_written(right_answer(exercise))}"


def right_answer(exercise: Exercise) -> Any:
    """Give a fully right answer to every part."""
    return _right(exercise.task, exercise.variant())


def _right(task: Task, variant: dict) -> Any:
    if isinstance(task, Parts):
        return {part.key: _right(part.task, variant) for part in task.parts}
    return task.answer(variant)


def _written(value: Any) -> str:
    """Write plain values as Python source, the same in every run: a set has no order of its own."""
    if isinstance(value, dict):
        inside = ",\n".join(f"    {key!r}: {_written(item)}" for key, item in value.items())
        return "{\n" + inside + ",\n}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(repr(item) for item in sorted(value)) + "}"
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return "[\n" + "".join(f"        {row!r},\n" for row in value) + "    ]"
    return repr(value)


def what_to_write(exercise: Exercise) -> str:
    """Say in Markdown, after the question, what the answer cell is to hold."""
    words, task = exercise.words(), exercise.task
    if isinstance(task, Written):
        return words.say("class-write-function", name=name_of(exercise))
    lines = [words.say("class-write-value", name=name_of(exercise)), ""]
    form = exercise.form()
    if form.columns:
        lines.append("- " + words.say("class-write-table", **_table_facts(exercise)))
    lines += [line for field in form.fields if field.place is None for line in _field_lines(field, words)]
    return "\n".join(lines).rstrip()


def _table_facts(exercise: Exercise) -> dict[str, str]:
    form, task = exercise.form(), exercise.task
    part = task.parts[0].key if isinstance(task, Parts) else name_of(exercise)
    return {"part": part, "columns": ", ".join(form.columns), "rows": ", ".join(form.rows[1:])}


def _field_lines(field: Field, words: Words) -> list[str]:
    part = field.key.split(".", 1)[0] if "." in field.key else ""
    note = f" ({field.note})" if field.note else ""
    lines = [f"- {f'`{part}`: ' if part else ''}{field.label}{note}"]
    lines += [f"    - `{option.key}`: {option.label}" for option in field.options]
    if field.graph is not None:
        places = ", ".join(words.number(x) for x in field.graph.x)
        lines.append("    - " + words.say("class-write-graph", x=field.graph.x_label, places=places))
    return lines
