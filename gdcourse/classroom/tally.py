"""How far a grading is: done, time left, and what came of it, in one line that is written over itself."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TextIO

WIDTH = 24
APART = 0.2  # seconds between two lines


class Tally:
    """Counts what is done; on a screen it keeps one line up to date, elsewhere it says every tenth."""

    def __init__(self, total: int, stream: TextIO | None = None):
        """Begin to count towards a total."""
        self.total = total
        self.stream = sys.stderr if stream is None else stream
        self.counts: Counter[str] = Counter()
        self.begun = self.last = time.monotonic()
        self.live = self.stream.isatty()

    def add(self, status: str) -> None:
        """Count one."""
        self.counts[status] += 1
        done, now = sum(self.counts.values()), time.monotonic()
        if self.live:
            if now - self.last >= APART or done == self.total:
                self.last = now
                self.stream.write(f"\r\033[K{self}" + ("\n" if done == self.total else ""))
        elif done == self.total or done * 10 // self.total > (done - 1) * 10 // self.total:
            self.stream.write(f"{self}\n")
        self.stream.flush()

    def __str__(self) -> str:
        """Give the line."""
        done = sum(self.counts.values())
        filled = WIDTH * done // max(self.total, 1)
        spent = time.monotonic() - self.begun
        left = spent / done * (self.total - done) if done else 0.0
        said = ", ".join(f"{count} {status}" for status, count in sorted(self.counts.items()))
        bar = "#" * filled + "." * (WIDTH - filled)
        when = f"{clock(left)} left" if done < self.total else f"in {clock(spent)}"
        return f"[{bar}] {done}/{self.total}  {when}  {said}"


def clock(seconds: float) -> str:
    """Write a time as 1:05 or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
