"""Answers that are alike: every disguise of a copy is seen through, and no two honest answers are taken for one."""

import math
from functools import cache

import numpy as np
import pytest
from alike_answers import DISGUISES, HONEST
from classroom import ASSIGNMENTS, SECRET

from gdcourse.classroom.alike import groups_of
from gdcourse.classroom.answers import blank_source, name_of, right_source
from gdcourse.classroom.dealing import personal, with_variant
from gdcourse.classroom.fingerprints import LONGEST, MOST_PIECES, prints_of
from gdcourse.classroom.side_by_side import Answer, Likeness, alike_answers
from gdcourse.exercises import EXERCISES
from gdcourse.exercises.records import Mistake

pytestmark = pytest.mark.thorough

IDS = tuple(f"student-{number}" for number in range(12))
# so near to the course's own solution that nothing of their own is left to compare
NEAR_THE_SOLUTION = {("code-walk", 0), ("code-early-stop", 0)}


read = cache(prints_of)


def answers(key, sources):
    return [Answer(f"s{place}", EXERCISES[key], text, read(text)) for place, text in enumerate(sources)]


def groups(key, sources):
    """Which of these answers to an exercise are alike: sets of their places."""
    return [
        {int(name[1:]) for name in found.students} for found in alike_answers(EXERCISES[key], answers(key, sources))
    ]


def does_what_it_should(key, source):
    room = {"np": np}
    exec(source, room)
    return EXERCISES[key].judge(room[name_of(EXERCISES[key])]).outcome == "right"


@pytest.mark.parametrize("key", HONEST)
def test_honest_answers_are_not_alike_with_any_one_left_out(key):
    sources = HONEST[key]
    assert all(does_what_it_should(key, source) for source in sources)
    assert groups(key, sources) == []
    for left_out in range(len(sources)):
        assert groups(key, sources[:left_out] + sources[left_out + 1 :]) == []


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("key", HONEST)
def test_a_copy_is_found_in_every_disguise(key, disguise):
    for place, source in enumerate(HONEST[key]):
        copy = DISGUISES[disguise](source)
        assert does_what_it_should(key, copy), copy
        found = groups(key, [*HONEST[key], copy])
        expected = [] if (key, place) in NEAR_THE_SOLUTION else [{place, len(HONEST[key])}]
        assert found == expected, (place, copy)


@pytest.mark.parametrize("key", HONEST)
def test_what_the_course_gives_away_says_nothing(key):
    exercise = EXERCISES[key]
    own, blank = right_source(exercise), blank_source(exercise)
    assert groups(key, [own, own, DISGUISES["renamed"](own), blank, blank, *HONEST[key]]) == []


def test_names_and_remarks_in_common_are_told_even_of_the_courses_own_solution():
    exercise = EXERCISES["code-walk"]
    remark = "    # Downhill, as Grandmother said, until the porridge was cold\n    points"
    copied = right_source(exercise).replace("    points", remark, 1)
    (found,) = alike_answers(exercise, answers("code-walk", [copied, copied + "\n# x", *HONEST["code-walk"]]))
    assert (found.kind, found.students) == ("words", {"s0", "s1"})
    (found,) = alike_answers(exercise, answers("code-walk", [copied, copied + "\n"]))
    assert found.kind == ""


def test_a_way_that_many_take_says_less_and_less():
    way, others = HONEST["code-walk"][1], HONEST["code-walk"][3:]
    assert {0, 1} in groups("code-walk", [way, way, *others])
    assert groups("code-walk", [way] * 40 + list(others)) == []


def test_lines_in_common_are_marked():
    one = HONEST["code-walk"][9]
    found = Likeness("", "pieces", tuple(answers("code-walk", [one, DISGUISES["dead-lines"](one)])))
    lines = found.answers[1].source.split("\n")
    marked = [lines[number - 1].strip() for number in sorted(found.lines(found.answers[1]))]
    assert "places.append(current)" in marked
    assert not any("unused" in line or "message" in line for line in marked)


def sheet(student, owner=None, mistake=None):
    """What a student hands in for a sheet: with the numbers of `owner`, perhaps with a usual mistake."""
    exercise = next(e for e in ASSIGNMENTS["lesson1"] if e.key == "parabola-walk")
    mine, theirs = (personal(exercise, who, IDS, SECRET) for who in (student, owner or student))
    rows = theirs.answer() if mistake is None else mistake.wrong(theirs.variant())
    text = f"parabola_walk = {{'rows': {[tuple(round(float(n), 4) for n in row) for row in rows]!r}}}"
    return Answer(student, mine, text, prints_of(text))


def alike(*found):
    return [found_.students for found_ in alike_answers(EXERCISES["parabola-walk"], found)]


def test_a_classmates_numbers_are_shown_beside_the_classmates():
    copied = [sheet(student) for student in IDS[:10]] + [sheet(IDS[10], owner=IDS[3])]
    assert alike(*copied) == [{IDS[3], IDS[10]}]


def test_two_who_have_a_strangers_numbers_are_shown_together():
    copied = [sheet(student) for student in IDS[:8]] + [sheet(IDS[9], owner=IDS[11]), sheet(IDS[10], owner=IDS[11])]
    assert alike(*copied) == [{IDS[9], IDS[10]}]


def test_right_numbers_and_usual_mistakes_are_no_wonder_where_numbers_are_the_same():
    exercise = EXERCISES["parabola-walk"]
    mistake: Mistake = exercise.mistakes[0]
    same = [
        Answer(name, with_variant(exercise, exercise.variant("self-study")), one.source, one.prints)
        for name, one in zip(IDS, [sheet("self-study")] * 3 + [sheet("self-study", mistake=mistake)] * 3, strict=False)
    ]
    assert alike(*same) == []


HOSTILE = {
    "nested": "x = " + "(" * 5000 + "1" + ")" * 5000,
    "signs": "x = " + "-" * 15_000 + "1",
    "sum": "x = " + "+".join(["1"] * 9000),
    "difference": "x = " + "-".join(["1"] * 9000),
    "calls": "f" + "()" * 9000,
    "lambdas": "lambda:" * 2500 + "1",
    "no-python": "def walk(:",
    "null": "\0",
    "surrogate": "x = '\ud800' # \ud800",
    "escape": r"x = '\d'",
    "open-string": "x = '''never closed # or is it",
    "megabyte-of-remarks": "#" * (1 << 20),
    "megabyte-of-text": "x = '" + "y" * (1 << 20) + "'",
    "megabyte-of-lines": "x = 1\n" * (1 << 17),
    "huge-number": "x = " + "9" * 4000 + "\ny = 1e999\nz = 0x" + "f" * 9000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_is_hard_to_read_is_compared_as_a_whole(name):
    found = prints_of(HOSTILE[name])
    assert 1 <= len(found.pieces) <= 4
    assert all(math.isfinite(float(number)) for number in found.numbers)
    assert groups("code-walk", [HOSTILE[name], HOSTILE[name], *HONEST["code-walk"]]) == []


def test_nothing_in_an_answer_is_run(tmp_path):
    trap = tmp_path / "ran"
    prints_of(f"open({str(trap)!r}, 'w')\nclass A:\n    open({str(trap)!r}, 'w')\n")
    assert not trap.exists()


def test_a_long_answer_is_cut_to_the_same_pieces_wherever_they_stand():
    lines = [f"    a{number} = start * {number}.5" for number in range(LONGEST // 26)]
    one, other = ("\n".join(["def walk(start):", *order]) for order in (lines, lines[::-1]))
    assert len(one) <= LONGEST
    assert set(prints_of(one).pieces) == set(prints_of(other).pieces)
    assert len(prints_of(one).pieces) <= MOST_PIECES


def test_groups_join_and_the_most_striking_comes_first():
    bags = [{f"{letter}{n}" for n in range(size)} for letter, size in zip("aabbbc", (9, 9, 20, 20, 20, 9), strict=True)]
    found = groups_of(bags, enough=8)
    assert [group.places for group in found] == [(2, 3, 4), (0, 1)]
    assert groups_of(bags, enough=8, known={f"a{n}" for n in range(9)})[0].places == (2, 3, 4)
    assert len(groups_of(bags, enough=8, known={f"a{n}" for n in range(9)})) == 1
    assert groups_of([], enough=1) == groups_of([set(), set()], enough=1) == []
