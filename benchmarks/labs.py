"""Measure what each lab has to compute: one scene, and the table of scenes for each setting under the hand.

    uv run --group test python benchmarks/labs.py [LAB ...]

Prints the median and the largest of some repetitions, and how much a table sends to the browser. No kernel and no
browser is in these figures. They are worth what the machine's load allows, so the load is printed too.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

from gdcourse.labs import LABS
from gdcourse.labs.lab import Lab
from gdcourse.stage.stage import table

REPEATS = 7


def main() -> None:
    """Measure the labs named on the command line, or all, and print."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
    print("| lab | computed | median | largest | sent |\n| --- | --- | --- | --- | --- |")
    for name in sys.argv[1:] or LABS:
        for row in measure(LABS[name]):
            print(f"| {name} | {' | '.join(row)} |", flush=True)


def measure(lab: Lab) -> list[tuple[str, ...]]:
    """The rows of one lab: its scene, and the tables of its tabled settings."""
    scene, settings = lab.scene(), lab.settle({})[0]
    rows = [("a scene", *told(lab.scene), "")]
    for name, setting in lab.settings.items():
        if setting.tabled and name in scene.tracks:
            packed = table(lab, scene, name, settings)
            times = told(lambda name=name: table(lab, scene, name, settings))
            rows.append(
                (f"table of {len(packed['positions'][0])} × {name}", *times, f"{len(packed['data']) / 1e6:.2f} MB")
            )
    return rows


def told(work: Callable[[], object]) -> tuple[str, str]:
    """Median and largest time of some work, in words."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begun))
    return f"{statistics.median(times):.0f} ms", f"{max(times):.0f} ms"


if __name__ == "__main__":
    main()
