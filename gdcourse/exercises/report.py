"""What is done and how well predictions went, over all lessons: as data, as text, and as a picture when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises import journal
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.predictions import LEVELS, Guess
from gdcourse.exercises.records import ACCEPTED
from gdcourse.exercises.variants import current_student
from gdcourse.exercises.words import Words, current_language

COLOURS = {"done": "#009E73", "begun": "#E69F00", "open": "#BBBBBB"}  # safe for colour-blind people


@dataclass(frozen=True)
class Line:
    """How far one exercise has come."""

    lesson: int
    key: str
    title: str
    kind: str
    state: str  # "done", "begun" or "open"
    points: float
    of: float
    attempts: int


@dataclass(frozen=True, eq=False)
class Progress:
    """A learner's way through the course; prints as text, shows as a table, draws itself when asked."""

    lines: tuple[Line, ...]
    words: Words
    message: str = ""  # about a damaged file, if there is one

    @property
    def points(self) -> float:
        """All points earned so far."""
        return sum(line.points for line in self.lines)

    def __str__(self) -> str:
        """Write one line for each exercise, and the sum."""
        lines = [self.summary()]
        for line in self.lines:
            facts = {"lesson": line.lesson, "title": line.title, "points": line.points, "all": line.of}
            lines.append(self.words.say(f"progress-{line.state}", **facts, attempts=line.attempts))
        return "\n".join(lines)

    def summary(self) -> str:
        """Say in a sentence how much is done."""
        done = sum(line.state == "done" for line in self.lines)
        facts = {
            "done": done,
            "count": len(self.lines),
            "points": self.points,
            "all": sum(line.of for line in self.lines),
        }
        return f"{self.message} {self.words.say('progress', **facts)}".strip()

    def _repr_markdown_(self) -> str:
        heads = [self.words.say(f"progress-head-{name}") for name in ("lesson", "exercise", "state", "points")]
        rows = [
            [
                str(line.lesson),
                line.title,
                self.words.say(f"state-{line.state}"),
                f"{self.words.number(line.points)} / {self.words.number(line.of)}",
            ]
            for line in self.lines
        ]
        table = "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows])
        return f"{self.summary()}\n\n{table}"

    def figure(self):
        """Draw one row of squares for each lesson: full, half or empty. Needs matplotlib."""
        from matplotlib.figure import Figure  # only a picture needs it

        lessons = sorted({line.lesson for line in self.lines})
        figure = Figure(figsize=(8, 1 + 0.6 * len(lessons)), layout="constrained")
        axes = figure.add_subplot()
        for row, lesson in enumerate(lessons):
            for place, line in enumerate(line for line in self.lines if line.lesson == lesson):
                axes.add_patch(_square(place, row, line))
        widest = max((sum(line.lesson == lesson for line in self.lines) for lesson in lessons), default=1)
        labels = [f"{self.words.say('progress-head-lesson')} {lesson}" for lesson in lessons]
        axes.set(xlim=(0, widest), ylim=(len(lessons), 0), xticks=[], yticks=[row + 0.5 for row in range(len(lessons))])
        axes.set_yticklabels(labels)
        axes.set_title(self.words.say("progress", **self._sums()))
        return figure

    def _sums(self) -> dict:
        done = sum(line.state == "done" for line in self.lines)
        return {
            "done": done,
            "count": len(self.lines),
            "points": self.points,
            "all": sum(line.of for line in self.lines),
        }


def _square(place: int, row: int, line: Line):
    from matplotlib.patches import Rectangle

    # a hatch as well as a colour, so that the state is not told by colour alone
    hatch = {"done": None, "begun": "//", "open": None}[line.state]
    filled = line.state != "open"
    return Rectangle(
        (place + 0.1, row + 0.1), 0.8, 0.8, facecolor=COLOURS[line.state], hatch=hatch, fill=filled, edgecolor="#555555"
    )


def progress(exercises: Mapping[str, Exercise], student: str | None = None, language: str | None = None) -> Progress:
    """Read the progress file and give what is done; the best attempt of each exercise counts."""
    entries, aside = journal.entries()
    words = Words(current_language(language), "common")
    name = current_student(student)
    mine = [entry for entry in entries if entry["student"] == name and entry["event"] in ("check", "card")]
    lines = tuple(
        _line(exercise, [e for e in mine if e["exercise"] == exercise.key], words) for exercise in exercises.values()
    )
    return Progress(lines, words, words.say("set-aside", file=aside) if aside else "")


def _line(exercise: Exercise, entries: list[dict], words: Words) -> Line:
    earned = [_points(entry.get("points"), exercise.points) for entry in entries]
    done = any(entry["outcome"] in ACCEPTED for entry in entries)
    state = "done" if done else "begun" if entries else "open"
    title = exercise.translated(words.language).title
    most = max(earned, default=0.0)
    return Line(exercise.lesson, exercise.key, title, exercise.kind, state, most, exercise.points, len(entries))


def _points(value: Any, most: float) -> float:
    """Read points from the file, where anything may stand."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= most else 0.0


@dataclass(frozen=True)
class Level:
    """How often predictions made with this confidence came true."""

    confidence: str  # "50", "70", ... or "" where none was given
    count: int
    right: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """A learner's predictions: how sure, and how often right."""

    levels: tuple[Level, ...]
    words: Words

    def __str__(self) -> str:
        """Write a line for each level of confidence that was used."""
        lines = [self.words.say("calibration", count=sum(level.count for level in self.levels))]
        for level in self.levels:
            if level.count:
                name = self.words.say(f"confidence-levels.{level.confidence}" if level.confidence else "no-confidence")
                lines.append(self.words.say("calibration-level", name=name, right=level.right, count=level.count))
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        return str(self).replace("\n", "\n- ").replace("\n- ", "\n\n- ", 1)


def calibration(
    exercises: Mapping[str, Exercise], student: str | None = None, language: str | None = None
) -> Calibration:
    """Give the first prediction of each exercise, sorted by how sure the learner was."""
    name = current_student(student)
    first: dict[str, dict] = {}
    for entry in journal.of(name):
        if entry["event"] == "predict" and isinstance(getattr(exercises.get(entry["exercise"]), "task", None), Guess):
            first.setdefault(entry["exercise"], entry)
    levels = []
    for level in (*LEVELS, ""):
        mine = [entry for entry in first.values() if str(entry.get("confidence") or "") == level]
        levels.append(Level(level, len(mine), sum(entry["outcome"] in ACCEPTED for entry in mine)))
    return Calibration(tuple(levels), Words(current_language(language), "common"))
