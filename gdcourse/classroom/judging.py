"""One answer of a class judged: as in self-study, but on cases that nobody can know beforehand."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gdcourse.classroom.plain import Other
from gdcourse.exercises import Exercise, Verdict
from gdcourse.exercises.coding import Code
from gdcourse.exercises.hunt import TestWriting
from gdcourse.exercises.parts import Parts
from gdcourse.exercises.reading import Unreadable, is_blank
from gdcourse.exercises.records import Task
from gdcourse.exercises.written import Written
from gdcourse.guard import Stopped

BLANK = ("not-attempted", "unreadable")


def judge_last(exercise: Exercise, values: Sequence[Any], seed: bytes) -> Verdict:
    """Judge the last of an answer's values that is not blank: a copy of its cell may have been left blank below it."""
    blank: Verdict | None = None
    for value in reversed(values):
        verdict = judge(exercise, value, seed)
        if verdict.outcome not in BLANK:
            return verdict
        if blank is None or (blank.outcome == "not-attempted" and verdict.outcome == "unreadable"):
            blank = verdict
    return exercise.judge(None) if blank is None else blank


def judge(exercise: Exercise, value: Any, seed: bytes) -> Verdict:
    """Judge one value; `seed` draws the cases."""
    task = exercise.task
    value = without_source(task, value)
    if isinstance(value, Other):
        value = _stranger(value)
    if isinstance(task, Code):
        number = int.from_bytes(seed, "big")
        task = replace(task, cases=lambda rng: task_cases(exercise.task, number))
    elif isinstance(task, TestWriting) and callable(value):
        value = _asked_in_any_order(task, value, seed)
    return replace(exercise, task=task).judge(value)


def without_source(task: Task | None, value: Any) -> Any:
    """Take away a text in the place of a function: in self-study it is run, which here would be in the oracle."""
    if isinstance(task, Written) and type(value) is str and not is_blank(value):
        return Other("str")
    if isinstance(task, Parts) and type(value) is dict:
        tasks = {part.key: part.task for part in task.parts}
        return {key: without_source(tasks.get(key), item) for key, item in value.items()}
    return without_source(task.parts[0].task, value) if isinstance(task, Parts) else value


def task_cases(task: Any, number: int) -> list:
    """Draw the cases of a code exercise."""
    return task.cases(np.random.default_rng(number))


def _stranger(value: Other) -> Any:
    """Give an object of no plain type, named as the student's was, so that the sentence about it names it."""
    return type(value.kind or "object", (), {})()


def _asked_in_any_order(task: TestWriting, test: Callable, seed: bytes) -> Callable:
    """Ask a student's test about every function twice, in an order that cannot be known; count what is worst for it.

    In self-study the right functions come first, so a test that only counts its calls would pass.
    """
    functions = [*task.right, *task.planted.values()]
    order = [place for place in range(len(functions)) for _ in range(2)]
    random.Random(seed).shuffle(order)
    found: dict[int, list[Any]] = {place: [] for place in range(len(functions))}
    for place in order:
        found[place].append(test(functions[place]))
    right = {id(function) for function in task.right}
    said = {id(f): _worst(found[place], id(f) in right) for place, f in enumerate(functions)}
    return lambda function: said[id(function)]


def _worst(findings: list[Any], right: bool) -> Any:
    strange = [finding for finding in findings if not isinstance(finding, bool | np.bool_)]
    if strange:
        fallen = [finding for finding in strange if isinstance(finding, Stopped | Unreadable) or is_blank(finding)]
        return (fallen or strange)[0]
    return all(findings) if right else any(findings)
