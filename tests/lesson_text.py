"""A lesson as a reader meets it: its cells in order, the numbers it names, and how long it takes."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gdcourse.exercises import EXERCISES

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
READ, LOOK, TRY, CARDS = 180, 0.5, 4.0, 2.5  # words a minute; minutes for an output, a lab, five flashcards
ANSWER = {"given": 0, "number": 0.5, "text": 1, "essay": 1.5, "choice": 0.5, "multi": 1.5, "code": 4, "graph": 1.5}


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson, with what it prints."""

    kind: str  # "markdown" or "code"
    source: str
    printed: str
    deeper: bool

    @property
    def exercises(self) -> list[str]:
        """Keys of the exercises that are done in this cell."""
        several = re.findall(r'"([a-z0-9-]+)"', self.source) if self.source.startswith("show_several(") else []
        return several or re.findall(r'EXERCISES\["([^"]+)"\]', self.source)

    @property
    def optional(self) -> bool:
        """Whether the cell can wait: deeper parts, cards and the quiz."""
        return self.deeper or self.source.startswith(("flashcards(", "show_several("))

    @property
    def minutes(self) -> float:
        """How long a learner needs here, roughly."""
        if self.kind == "markdown":
            return len(self.source.partition("## Sources")[0].split()) / READ
        if self.exercises:
            return sum(map(minutes_of, self.exercises))
        if "return ..." in self.source:
            return 0.0  # the exercise below it counts
        return TRY if ".show(" in self.source else CARDS if self.source.startswith("flashcards(") else LOOK


@dataclass(frozen=True)
class Lesson:
    """A lesson's notebook."""

    path: Path

    @cached_property
    def cells(self) -> list[Cell]:
        """Its cells, as they are stored."""
        stored = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        return [
            Cell(
                cell["cell_type"],
                "".join(cell["source"]),
                "".join("".join(output.get("text", "")) for output in cell.get("outputs", [])),
                "deeper" in cell["metadata"].get("tags", []),
            )
            for cell in stored
        ]

    @property
    def prose(self) -> list[Cell]:
        """The cells of text, without the sources at the end."""
        return [cell for cell in self.cells if cell.kind == "markdown" and not cell.source.startswith("## Sources")]

    @property
    def code(self) -> list[Cell]:
        """The cells of code."""
        return [cell for cell in self.cells if cell.kind == "code"]

    def where(self, text: str) -> int:
        """Place of the first cell that contains a text."""
        found = [i for i, cell in enumerate(self.cells) if text in cell.source]
        assert found, f"{self.path.name} has no cell with {text!r}"
        return found[0]


def minutes_of(key: str) -> float:
    """How long an exercise takes: its statement is read and each of its fields filled in, if not how sure one is."""
    exercise = EXERCISES[key]
    fields = [field for field in exercise.fields() if field.key != "confidence"]
    return len(exercise.statement().split()) / READ + sum(ANSWER[field.kind] for field in fields)


def numbers_in(text: str) -> set[float]:
    """The sizes of all numbers in a text."""
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text)}
