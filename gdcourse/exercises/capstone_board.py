"""The leaderboard of the capstone: a file of lines that a class can merge, and in which nothing has to be believed.

    enter(result)                                             # adds a line to capstone-board.jsonl
    board("ada/capstone-board.jsonl", "ben/capstone-board.jsonl")
    merge("class.jsonl", *files, word="the word")

A line holds who, the class's word, and the place that was found. Loss and score are computed from these whenever the
board is read, so no line can claim more than its place is worth. (How the place was found is on trust: whoever looks at
the landscape first can name its lowest point.)
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gdcourse.checks import shorten
from gdcourse.exercises.capstone import BUDGET, Attempt, agreed, known_as, landscape_of, plain, score_of
from gdcourse.exercises.variants import SELF_STUDY

NAME = "capstone-board.jsonl"
LONGEST = 2000  # characters of a line


@dataclass(frozen=True)
class Entry:
    """The best attempt of a student; two entries of one place are one."""

    student: str
    word: str
    x: float
    y: float
    evaluations: int

    @property
    def loss(self) -> float:
        """The loss at the place that was found."""
        return float(landscape_of(self.student, self.word).value([self.x, self.y]))

    @property
    def score(self) -> int:
        """The score of that loss."""
        return score_of(self.loss, self.student, self.word)

    def line(self) -> str:
        """Give the entry as a line of a file."""
        return json.dumps(vars(self))


@dataclass(frozen=True, eq=False)
class Board:
    """Entries, the best of each student, the highest score first."""

    entries: tuple[Entry, ...]
    attempts: Mapping[str, int]  # by student
    others: int  # attempts on the landscapes of another word
    unread: int  # lines that are no entries

    def _repr_markdown_(self) -> str:
        head = ["| place | who | score | loss | attempts |", "| ---: | --- | ---: | ---: | ---: |"]
        rows = [
            f"| {place} | {plain(entry.student)} | {entry.score} | {entry.loss:.4f} | {self.attempts[entry.student]} |"
            for place, entry in enumerate(self.entries, start=1)
        ]
        nobody = "Nobody has entered with this word" if self.others else "Nobody has entered yet"
        table = [*head, *rows] if rows else [f"{nobody}: `capstone_board.enter(result)`."]
        left_out = (
            _told(self.others, "attempt with another word is", "attempts with another word are"),
            _told(self.unread, "line that is no entry is", "lines that are no entries are"),
        )
        return "\n".join([*table, *(f"\n{told} left out." for told in left_out if told)])

    def __repr__(self) -> str:
        """Show the same table as plain text."""
        return self._repr_markdown_()


def enter(result: Attempt, path=NAME) -> Board:
    """Add an attempt to a board's file, and give the board.

    Raises:
        ValueError: If the attempt has no name.
    """
    if result.student == SELF_STUDY:
        raise ValueError('an entry needs a name, but this attempt has none: call attempt(strategy, "your name")')
    entry = Entry(result.student, result.word, *result.best, len(result.losses))
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{entry.line()}\n")
    return board(path)


def board(*paths, word: str | None = None) -> Board:
    """Read boards together; a file that is not there is an empty one.

    Of several attempts of one student the highest score counts.

    Args:
        paths: The files; none is the learner's own.
        word: Only attempts on the landscapes of this word count; None for all.
    """
    entries = [entry for path in dict.fromkeys(map(Path, paths or (NAME,))) for entry in _read(path)]
    known = dict.fromkeys(entry for entry in entries if entry is not None)  # one line copied twice is one attempt
    counted = [entry for entry in known if word is None or entry.word == agreed(word)]
    attempts = Counter(entry.student for entry in counted)
    ranked = sorted(counted, key=lambda entry: (-entry.score, attempts[entry.student], entry.student))
    best = {entry.student: entry for entry in reversed(ranked)}
    ranked = tuple(entry for entry in ranked if best[entry.student] is entry)
    return Board(ranked, attempts, len(known) - len(counted), entries.count(None))


def merge(into, *paths, word: str | None = None) -> Board:
    """Add all attempts of several boards to one file, and give the board of what it then holds; word as in `board`.

    Raises:
        FileNotFoundError: If one of the boards is not there.
    """
    missing = [str(path) for path in paths if not Path(path).exists()]
    if missing:
        raise FileNotFoundError(f"every board to merge must be a file, but {shorten(missing)} came: check the names")
    lines = dict.fromkeys(entry.line() for path in (into, *paths) for entry in _read(Path(path)) if entry is not None)
    together = board(into, *paths, word=word)
    Path(into).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return together


def _told(count: int, one: str, many: str) -> str:
    return "" if count == 0 else f"1 {one}" if count == 1 else f"{count} {many}"


def _read(path: Path) -> Iterator[Entry | None]:
    """Give the entries of a file, None for a line that is none."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.strip():
            yield _entry(line)


def _entry(line: str) -> Entry | None:
    try:
        entry = Entry(**json.loads(line[:LONGEST]))
        named = known_as(entry.student) == entry.student and agreed(entry.word) == entry.word
        placed = all(type(n) in (int, float) and math.isfinite(n) for n in (entry.x, entry.y))
        spent = type(entry.evaluations) is int and 0 < entry.evaluations <= BUDGET
        return entry if named and placed and spent and math.isfinite(entry.loss) else None
    except (TypeError, ValueError, RecursionError):
        return None
