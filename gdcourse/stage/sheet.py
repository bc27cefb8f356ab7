"""The sheet: one widget that shows any exercise, checks it, and keeps what was typed.

    EXERCISES["parabola-walk"].show()

What the learner types is kept in the progress file, so that neither a cell that is run again nor a kernel that is
restarted loses it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from gdcourse.exercises import journal
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.exhibits import Exhibit
from gdcourse.exercises.name_file import progress_file
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mark
from gdcourse.exercises.variants import current_student
from gdcourse.labs.scene import COLORS
from gdcourse.stage import waiting
from gdcourse.stage.stage import read

SCRIPTS = ("wording.js", "axes.js", "layers.js", "controls.js", "markdown.js", "graph.js", "sheet.js")
BUTTONS = (
    "button-check",
    "button-hint",
    "button-solution",
    "button-solution-anyway",
    "button-next",
    "button-record",
    "button-compare",
    "choose",
    "graph-how",
    "exhibit-numbers",
)
MARKS = (
    "right",
    "rounded",
    "right-from-your-own",
    "wrong",
    "known-mistake",
    "unreadable",
    "not-attempted",
    "to-compare",
)
LARGEST_DRAWN = 1e200  # a curve that grows beyond this is cut off


class Sheet(anywidget.AnyWidget):
    """One exercise, or several one after the other, as a form; `verdict` is None before the first check."""

    _esm = read(*SCRIPTS) + "export default { render: renderSheet };"
    _css = read("stage.css", "sheet.css")
    colors = traitlets.Dict(COLORS).tag(sync=True)
    content = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)  # what was typed, by field key
    press = traitlets.Dict().tag(sync=True)  # {"button": ..., "count": ...}: a trait, so that presses never queue up
    reply = traitlets.Dict().tag(sync=True)

    def __init__(self, pages: Sequence[tuple[Exercise, str | None]]):
        """Show exercises, each to a student (the current one if None)."""
        super().__init__()
        self._pages = list(pages)
        self._turn(0)
        self.observe(self._pressed, "press")
        self.observe(self._typed, "values")

    def _turn(self, page: int) -> None:
        """Show a page: its form, and what was typed there before."""
        self.page, self.verdict, self._hints = page, None, 0
        self.exercise, student = self._pages[page]
        self.student = current_student(student)
        typed = _last_typed(self.exercise.key, self.student)
        told = self.exercise.words(self.student).say("sheet-restored") if typed else ""
        with self.hold_sync(), self.hold_trait_notifications():
            self.content = _content(self.exercise, self.student) | {"page": page, "pages": len(self._pages)}
            self.values = typed
            self.reply = {"message": told, "count": 0, "main": self._main()}

    def _main(self) -> str:
        """Name the first button: where progress is kept, a prediction is recorded before it may be compared."""
        if not isinstance(self.exercise.task, Guess) or progress_file() is None:
            return "check"
        return "record" if self.exercise.recorded(self.student) is None else "compare"

    def _typed(self, _change=None) -> None:
        """Keep what is typed now, unless it is kept already."""
        if self.values != _last_typed(self.exercise.key, self.student):
            journal.note("typed", self.exercise.key, self.student, values=self.values)

    def _pressed(self, change) -> None:
        self._typed()
        button, count = change["new"]["button"], change["new"]["count"]
        if button == "next":
            self._turn((self.page + 1) % len(self._pages))
            return
        answers = {
            "check": lambda: self._check(self.exercise.gather(self.values)),
            "record": self._record,
            "compare": self._compare_prediction,
            "hint": self._hint,
            "solution": self._solution,
            "anyway": self._anyway,
        }
        self.reply = {**answers[button](), "button": button, "count": count, "main": self._main()}

    def _record(self) -> dict:
        told = self.exercise.record(self.exercise.gather(self.values), self.student)
        if self.exercise.recorded(self.student) is None:
            return {"message": told}
        waiting.look_again()
        words = self.exercise.words(self.student)
        plain = words.say("recorded")  # behind it stands, if need be, that nothing could be saved
        trouble = told.removeprefix(plain) if told.startswith(plain) else ""
        return {"message": words.say("sheet-recorded") + trouble}

    def _compare_prediction(self) -> dict:
        """Judge the prediction on record, and tell what happens: it can no longer be changed."""
        reply = self._check(None)
        return {**reply, "message": f"{reply['message']}\n\n{self.exercise.worked(self.student)}"}

    def _check(self, answer: Any) -> dict:
        self.verdict = self.exercise.check(answer, self.student)
        marks: dict[str, Any] = {}
        for row in self.verdict.rows:
            _collect(row, marks)
        rows = [
            {"keys": [cell.key for cell in row.cells] or [row.key], "outcome": row.outcome, "message": row.message}
            for row in self.verdict.rows
        ]
        return {"message": self.verdict.message, "outcome": self.verdict.outcome, "marks": marks, "rows": rows}

    def _hint(self) -> dict:
        hints, words = self.exercise.hints(self.student), self.exercise.words(self.student)
        text, self._hints = hints[self._hints], (self._hints + 1) % len(hints)  # after the last comes the first again
        return {"message": f"{text} {words.say('sheet-next-hint' if self._hints else 'sheet-last-hint')}"}

    def _solution(self) -> dict:
        if journal.attempted(self.exercise.key, self.student):
            return {"message": self.exercise.worked(self.student), "locked": False}
        return {"message": self.exercise.words(self.student).say("sheet-try-first"), "locked": True}

    def _anyway(self) -> dict:
        return {"message": self.exercise.worked(self.student)}


def show_exercise(exercise: Exercise, student: str | None = None) -> Sheet:
    """Return an exercise as a widget, to be shown by Jupyter."""
    return Sheet([(exercise, student)])


def show_pages(pages: Sequence[tuple[Exercise, str | None]]) -> Sheet:
    """Return several exercises, one after the other, as one widget."""
    return Sheet(pages)


def _content(exercise: Exercise, student: str) -> dict:
    """Return what the browser needs to draw the form: texts, fields, and what there is to look at."""
    words = exercise.words(student)
    form = exercise.form(student)
    return {
        "key": exercise.key,
        "title": exercise.title,
        "statement": exercise.statement(student),
        "rows": form.rows,
        "columns": form.columns,
        "fields": [asdict(field) for field in form.fields],
        "exhibit": _exhibit(exercise.shows(student)),
        "words": {name: words.say(name) for name in BUTTONS} | {name: words.say(f"mark-{name}") for name in MARKS},
        "hints": bool(exercise.hints(student)),
    }


def _exhibit(exhibit: Exhibit | None) -> dict | None:
    """Return curves as lists of numbers (None where one has left the range of a picture), or a table's rows."""
    if exhibit is None:
        return None
    curves = [
        {"name": c.name, "x": c.x.tolist()}
        | {name: [_drawn(y) for y in line.tolist()] for name, line in zip(("y", "beside"), c.lines, strict=False)}
        for c in exhibit.curves
    ]
    shown = {"curves": curves, "x_label": exhibit.x_label, "y_label": exhibit.y_label, "log_y": exhibit.log_y}
    return {**shown, "heads": exhibit.heads, "rows": exhibit.rows, "text": exhibit.describe()}


def _drawn(y: float) -> float | None:
    return y if abs(y) < LARGEST_DRAWN else None


def _collect(mark: Mark, marks: dict[str, Any]) -> None:
    """Gather the outcome of every cell by the key of its field."""
    for cell in mark.cells:
        marks[cell.key] = {"outcome": cell.outcome, "message": cell.message}


def _last_typed(key: str, student: str) -> dict:
    """Return what this student typed last into this exercise; nothing if there is no record of it."""
    typed = [entry for entry in journal.of(student) if entry["exercise"] == key and entry["event"] == "typed"]
    values = typed[-1].get("values") if typed else {}
    return values if isinstance(values, dict) else {}
