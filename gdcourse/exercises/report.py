"""What is done and how well predictions went, over all lessons: as data, as text, and as a picture when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises import journal
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.predictions import LEVELS, Guess
from gdcourse.exercises.reading import excerpt
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
    """A learner's way through the course; prints as text, shows as a table, draws itself when asked.

    The page of one lesson has a line for each exercise, the page of the course one for each lesson.
    """

    lines: tuple[Line, ...]
    words: Words
    message: str = ""  # about a damaged file, if there is one
    folded: bool = True  # whether each lesson is one line

    @property
    def points(self) -> float:
        """All points earned so far."""
        return sum(line.points for line in self.lines)

    @property
    def lessons(self) -> dict[int, tuple[Line, ...]]:
        """The lines of each lesson."""
        numbers = sorted({line.lesson for line in self.lines})
        return {number: tuple(line for line in self.lines if line.lesson == number) for number in numbers}

    def __str__(self) -> str:
        """Write the sum, then one line for each lesson, or for each exercise of one lesson."""
        if not self.folded:
            return "\n".join([self.summary(), *map(self._told, self.lines)])
        lessons = (
            self.words.say("progress-lesson", lesson=lesson, **_sums(lines)) for lesson, lines in self.lessons.items()
        )
        return "\n".join([self.summary(), *lessons, self.words.say("progress-unfold")])

    def _told(self, line: Line) -> str:
        facts = {"lesson": line.lesson, "title": line.title, "points": line.points, "all": line.of}
        return self.words.say(f"progress-{line.state}", **facts, attempts=line.attempts)

    def summary(self) -> str:
        """Say in a sentence how much is done."""
        return f"{self.message} {self.words.say('progress', **_sums(self.lines))}".strip()

    def _repr_markdown_(self) -> str:
        names = ("lesson", "done", "points") if self.folded else ("lesson", "exercise", "state", "points")
        heads = [self.words.say(f"progress-head-{name}") for name in names]
        rows = self._lesson_rows() if self.folded else [self._row(line) for line in self.lines]
        table = "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows])
        more = f"\n\n{self.words.say('progress-unfold')}" if self.folded else ""
        return f"{self.summary()}\n\n{table}{more}"

    def _row(self, line: Line) -> list[str]:
        return [str(line.lesson), line.title, self.words.say(f"state-{line.state}"), self._share(line.points, line.of)]

    def _lesson_rows(self) -> list[list[str]]:
        sums = {lesson: _sums(lines) for lesson, lines in self.lessons.items()}
        return [
            [str(lesson), self._share(s["done"], s["count"]), self._share(s["points"], s["all"])]
            for lesson, s in sums.items()
        ]

    def _share(self, part: float, whole: float) -> str:
        return f"{self.words.number(part)} / {self.words.number(whole)}"

    def figure(self):
        """Draw one row of squares for each lesson: full, half or empty. Needs matplotlib."""
        from gdcourse.plotting import Picture  # only a picture needs it, and matplotlib

        lessons = self.lessons
        figure = Picture(figsize=(8, 1.3 + 0.6 * len(lessons)), layout="constrained")
        axes = figure.add_subplot()
        for row, lines in enumerate(lessons.values()):
            for place, line in enumerate(lines):
                axes.add_patch(_square(place, row, line.state))
        widest = max(map(len, lessons.values()), default=1)
        labels = [f"{self.words.say('progress-head-lesson')} {lesson}" for lesson in lessons]
        axes.set(xlim=(0, widest), ylim=(len(lessons), 0), xticks=[], yticks=[row + 0.5 for row in range(len(lessons))])
        axes.set_yticklabels(labels)
        axes.set_title(self.words.say("progress", **_sums(self.lines)))
        keys = [_square(0, 0, state, label=self.words.say(f"state-{state}")) for state in COLOURS]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
        figure.alt = str(self)
        return figure


def _sums(lines: Sequence[Line]) -> dict[str, float]:
    """Add up what is done, for a sentence."""
    return {
        "done": sum(line.state == "done" for line in lines),
        "count": len(lines),
        "points": sum(line.points for line in lines),
        "all": sum(line.of for line in lines),
    }


def _square(place: int, row: int, state: str, label: str = ""):
    from matplotlib.patches import Rectangle

    # a hatch as well as a colour, so that the state is not told by colour alone
    look = {"facecolor": COLOURS[state], "hatch": "//" if state == "begun" else None, "fill": state != "open"}
    return Rectangle((place + 0.1, row + 0.1), 0.8, 0.8, edgecolor="#555555", label=label, **look)


def progress(
    exercises: Mapping[str, Exercise],
    student: str | None = None,
    language: str | None = None,
    lesson: int | None = None,
) -> Progress:
    """Read the progress file and give what is done, in one lesson or in all; the best attempt of each exercise counts.

    Raises:
        ValueError: there is no such lesson.
    """
    words = Words(current_language(language), "common")
    lessons = sorted({exercise.lesson for exercise in exercises.values()})
    if lesson is not None and lesson not in lessons:
        numbers = ", ".join(map(str, lessons))
        raise ValueError(words.say("no-such-lesson", lessons=numbers, came=excerpt(repr(lesson))))
    entries, aside = journal.entries()
    name = current_student(student)
    mine = [entry for entry in entries if entry["student"] == name and entry["event"] in ("check", "card")]
    chosen = [exercise for exercise in exercises.values() if lesson in (None, exercise.lesson)]
    lines = tuple(_line(exercise, [e for e in mine if e["exercise"] == exercise.key], words) for exercise in chosen)
    return Progress(lines, words, words.say("set-aside", file=aside) if aside else "", folded=lesson is None)


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
