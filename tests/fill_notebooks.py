"""A learner who does every exercise of the lessons given: first with each known mistake, then rightly.

    python tests/fill_notebooks.py notebooks/*.ipynb

Runs every code cell in IPython, in one work folder, as Jupyter would. A form that a cell shows is filled as the browser
fills it (the values, then a press of the button); a stub gets the record's solution. Prints as JSON what each check
said, and the progress page at the end.
"""

import json
import re
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

from gdcourse.exercises import EXERCISES, Exercise, Verdict, progress
from gdcourse.exercises.coding import Code
from gdcourse.exercises.predictions import Guess
from gdcourse.stage.sheet import Sheet

STUB = "# your lines go here"
BLANK_LIST = re.compile(r"^(\w+) = \[\]  # \[\(.*$", re.MULTILINE)  # a sheet that may be typed as plain lists
CHECK = re.compile(r"""EXERCISES\["([^"]+)"\]\.check\((\w+)\)""")


class Learner:
    """One shell, one name, and what every check has said so far."""

    def __init__(self) -> None:
        self.shell = InteractiveShell.instance()
        self.said: list[dict] = []

    def run(self, source: str):
        """Run a cell, and give what it shows; a cell that fails ends the program."""
        done = self.shell.run_cell(source, store_history=True)
        done.raise_error()
        return done.result

    def note(self, exercise: Exercise, verdict: Verdict, mistake: str | None) -> None:
        """Write down what a check said."""
        said = {"exercise": exercise.key, "mistake": mistake, "outcome": verdict.outcome, "message": str(verdict)}
        self.said.append(said | {"mistakes": verdict.mistakes, "points": verdict.points, "of": exercise.points})


def wrong_answers(exercise: Exercise, student: str) -> list[tuple[str, object]]:
    """Give what each known mistake leads to; none for a prediction, of which the first counts."""
    if isinstance(exercise.task, Guess):
        return []
    found = ((mistake.name, mistake.wrong(exercise.variant(student))) for mistake in exercise.mistakes)
    return [(name, answer) for name, answer in found if answer is not None]


def press(sheet: Sheet, button: str) -> None:
    """Press a button as the browser does."""
    sheet.press = {"button": button, "count": sheet.press.get("count", 0) + 1}


def fill(learner: Learner, sheet: Sheet) -> None:
    """Fill in every page of a form: each mistake, then all rightly."""
    for page in range(sheet.content["pages"]):
        exercise, student = sheet.exercise, sheet.student
        for name, answer in wrong_answers(exercise, student):
            learner.note(exercise, exercise.check(answer, student), name)
        sheet.values = exercise.filled(student)
        press(sheet, "record" if isinstance(exercise.task, Guess) and exercise.recorded(student) is None else "check")
        if sheet.verdict is None:
            press(sheet, "compare")
        learner.note(exercise, sheet.verdict, None)
        if page + 1 < sheet.content["pages"]:
            press(sheet, "next")


def solved(source: str, checks: dict[str, str]) -> str:
    """Give the cell as a learner would leave it who knows the answer."""
    name = re.search(r"^def (\w+)", source, re.MULTILINE)
    if STUB in source and name:
        return EXERCISES[checks[name[1]]].filled()["code"]
    return BLANK_LIST.sub(lambda found: f"{found[1]} = {EXERCISES[checks[found[1]]].answer()!r}", source)


def attend(learner: Learner, path: Path) -> None:
    """Work through one lesson."""
    cells = [
        "".join(cell["source"])
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    checks = {name: key for source in cells for key, name in CHECK.findall(source)}
    for source in cells:
        shown = learner.run(solved(source, checks))
        while isinstance(shown, Sheet):
            fill(learner, shown)
            # cards are dealt until none is due
            shown = learner.run(source) if source.startswith("flashcards(") else None
        if isinstance(shown, Verdict):
            exercise = EXERCISES[CHECK.findall(source)[-1][0]]
            learner.note(exercise, shown, None)
            if isinstance(exercise.task, Code):
                for name, answer in wrong_answers(exercise, "self-study"):
                    learner.note(exercise, exercise.judge(answer), name)


def main(paths: list[str]) -> None:
    """Attend the lessons, and print what was said."""
    learner = Learner()
    out, sys.stdout = sys.stdout, sys.stderr
    for path in paths:
        attend(learner, Path(path))
    lines = [[line.key, line.state, line.points, line.of] for line in progress().lines]
    json.dump({"said": learner.said, "lines": lines}, out)


if __name__ == "__main__":
    main(sys.argv[1:])
