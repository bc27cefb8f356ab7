"""How long it takes to compare the answers of a class: `python benchmarks/alike.py [STUDENTS]` prints its figures.

Every student takes one of the ways of tests/alike_answers.py, disguised at random, with a line of the student's own.
"""

import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from alike_answers import DISGUISES, HONEST

from gdcourse.classroom.side_by_side import Answer, alike_answers, prints_of
from gdcourse.exercises import EXERCISES


def main(students: int) -> None:
    """Compare so many answers to one exercise."""
    rng = random.Random(1)
    sources = []
    for number in range(students):
        way = rng.choice(list(DISGUISES.values()))(rng.choice(HONEST["code-walk"]))
        sources.append(f"{way.rstrip()}\n    mine = gradient(start) * {number}.{rng.randrange(10**6)}\n")
    begun = time.perf_counter()
    read = [prints_of(source) for source in sources]
    between = time.perf_counter()
    exercise = EXERCISES["code-walk"]
    answers = [Answer(str(n), exercise, s, p) for n, (s, p) in enumerate(zip(sources, read, strict=True))]
    groups = len(list(alike_answers(exercise, answers)))
    compared, memory = time.perf_counter() - between, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{students} answers: read in {between - begun:.2f} s, {students * (students - 1) // 2} pairs compared in")
    print(f"{compared:.2f} s, {groups} groups, {memory} MB at most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
