"""Several questions in one exercise: the parabola walk has a table, a question, a graph and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gdcourse.exercises.reading import Unreadable, is_a, is_blank, read_dict
from gdcourse.exercises.records import ACCEPTED, Form, Mark, Mistake, Task, Verdict
from gdcourse.exercises.table_words import TROUBLES, worst
from gdcourse.exercises.words import Words


@dataclass(frozen=True, eq=False)
class Part:
    """One question: its texts stand under its key; `weight` is its share of the points, 0 for a free text."""

    key: str
    task: Task
    weight: float = 1.0


@dataclass(frozen=True)
class Earlier:
    """What a later part may know of an earlier one."""

    answer: Any
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Parts(Task):
    """Questions answered together, as a dictionary {part key: answer}.

    An answer that is no dictionary is the answer to the first part, and only that is judged: a plain list of rows is
    a complete answer to the table of a sheet.
    """

    parts: tuple[Part, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the parts."""
        return tuple(part.key for part in self.parts)

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """The mistakes of all parts; those after the first part bear its key: "graph.shifted"."""
        first, *later = self.parts
        named = [
            replace(m, name=f"{part.key}.{m.name}", wrong=_alone(part.key, m))
            for part in later
            for m in part.task.known_mistakes()
        ]
        return (*first.task.known_mistakes(), *named)

    def answer(self, variant: dict) -> Any:
        """Give the answer to the first part where it is a table, as the course writes it; else to all parts."""
        first = self.parts[0].task.answer(variant)
        return first if isinstance(first, list) else {part.key: part.task.answer(variant) for part in self.parts}

    def form(self, words: Words, variant: dict) -> Form:
        """Put the forms of the parts under one another."""
        forms = [(part.key, part.task.form(words.part(part.key), variant)) for part in self.parts]
        fields = [replace(field, key=f"{key}.{field.key}") for key, form in forms for field in form.fields]
        table = next((form for _, form in forms if form.rows), Form(()))
        return Form(tuple(fields), table.rows, table.columns)

    def stub(self, variant: dict) -> str:
        """Give a blank table where the first part is one, else a dictionary of dots."""
        if isinstance(self.parts[0].task.answer(variant), list):
            return self.parts[0].task.stub(variant)
        return "{" + ", ".join(f'"{part.key}": {part.task.stub(variant)}' for part in self.parts) + "}"

    def gather(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give every part what was typed into its own fields."""
        return {part.key: part.task.gather(_under(part.key, values)) for part in self.parts}

    def filled(self, variant: dict) -> dict[str, Any]:
        """Fill every part in rightly."""
        parts = ((part.key, part.task.filled(variant)) for part in self.parts)
        return {f"{key}.{name}": value for key, values in parts for name, value in values.items()}

    def worked(self, variant: dict, words: Words) -> str:
        """Work through the parts that have a solution."""
        return "\n\n".join(
            part.task.worked(variant, words.part(part.key))
            for part in self.parts
            if words.part(part.key).has_own("solution")
        )

    def judge(self, answer: Any, variant: dict, words: Words, own: Mapping[str, Any]) -> Verdict:
        """Judge each part, each knowing the answers before it."""
        if not (is_a(answer, dict) or is_blank(answer) or self._several_for_one(answer, variant)):
            return self._first_alone(answer, variant, words)
        answers = {} if is_blank(answer) else read_dict(answer, self.keys)
        if isinstance(answers, Unreadable):
            return Verdict("unreadable", words.say(answers.reason, **answers.facts))
        seen = dict(own)
        for part in self.parts:
            given = answers.get(part.key)
            seen[part.key] = Earlier(given, part.task.judge(given, variant, words.part(part.key), dict(seen)))
        return self._together({part: seen[part.key].verdict for part in self.parts}, variant, words)

    def _several_for_one(self, answer: Any, variant: dict) -> bool:
        """Say whether several values came where the first part is a number: which belongs where, only names can say."""
        return is_a(answer, list, tuple) and isinstance(self.parts[0].task.answer(variant), (int, float))

    def _first_alone(self, answer: Any, variant: dict, words: Words) -> Verdict:
        first = self.parts[0]
        verdict = first.task.judge(answer, variant, words.part(first.key), {})
        share = first.weight / sum(part.weight for part in self.parts)
        rows = _prefixed(first.key, verdict.rows)
        return replace(verdict, points=verdict.points * share, rows=rows)

    def _together(self, verdicts: Mapping[Part, Verdict], variant: dict, words: Words) -> Verdict:
        rows = tuple(mark for part, verdict in verdicts.items() for mark in _marks(part, verdict, variant, words))
        outcome = worst([verdict.outcome for verdict in verdicts.values() if verdict.outcome != "to-compare"])
        share = sum(part.weight * verdict.points for part, verdict in verdicts.items())
        message = _message(outcome, verdicts, words)
        names = [_named(part, self.parts[0], name) for part, verdict in verdicts.items() for name in verdict.mistakes]
        return Verdict(
            "right" if outcome == "right-from-your-own" else outcome,
            message,
            share / sum(part.weight for part in self.parts),
            rows,
            tuple(names),
            any(verdict.attempted for verdict in verdicts.values()),
        )


def _message(outcome: str, verdicts: Mapping[Part, Verdict], words: Words) -> str:
    """Say what is wrong in the first part that is; else what is right so far; and what is still open."""
    if outcome in ("right", "rounded"):
        return words.say(f"parts-{outcome}")
    blank = [part for part, verdict in verdicts.items() if verdict.outcome == "not-attempted" and not verdict.begun]
    if len(blank) == len(verdicts):
        return words.say("parts-blank")
    troubled = [(part, verdict) for part, verdict in verdicts.items() if verdict.outcome in TROUBLES]
    said = [_said(*troubled[0], words)] if troubled else _so_far(verdicts, words)
    return " ".join([*said, *([words.say("parts-open", labels=_labels(blank, words))] if blank else [])])


def _so_far(verdicts: Mapping[Part, Verdict], words: Words) -> list[str]:
    """Say how far each part has come that is begun, and which parts are right."""
    begun = [verdict.message for verdict in verdicts.values() if verdict.outcome == "not-attempted" and verdict.begun]
    right = [part for part, verdict in verdicts.items() if verdict.outcome in ACCEPTED]
    return [*begun, *([words.say("parts-right-so-far", labels=_labels(right, words))] if right else [])]


def _labels(parts: list[Part], words: Words) -> str:
    return ", ".join(part.task.label(words.part(part.key)) for part in parts)


def _said(part: Part, verdict: Verdict, words: Words) -> str:
    """Give the message of a part, and say which part it is about; the rows of a table say that themselves."""
    if verdict.rows:
        return verdict.message
    return words.say("part-says", label=part.task.label(words.part(part.key)), message=verdict.message)


def _alone(key: str, mistake: Mistake):
    def wrong(variant: dict) -> Any:
        answer = mistake.wrong(variant)
        return None if answer is None else {key: answer}

    return wrong


def _named(part: Part, first: Part, name: str) -> str:
    return name if part is first else f"{part.key}.{name}"


def _under(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{key}."
    return {name[len(prefix) :]: value for name, value in values.items() if name.startswith(prefix)}


def _prefixed(key: str, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Give cells the keys their fields have in the form of the whole."""
    cells = {mark: tuple(replace(cell, key=f"{key}.{cell.key}") for cell in mark.cells) for mark in marks}
    return tuple(replace(mark, cells=cells[mark]) for mark in marks)


def _marks(part: Part, verdict: Verdict, variant: dict, words: Words) -> tuple[Mark, ...]:
    marks = part.task.marked(verdict, variant).rows
    if not verdict.rows:
        marks = tuple(replace(mark, key=part.key, message=_said(part, verdict, words)) for mark in marks)
    return _prefixed(part.key, marks)
