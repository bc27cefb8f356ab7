"""What a class is shown: a page for the teacher, one for each student, tables for others; all text is only text."""

import csv
import io
import shutil
from base64 import b64decode
from html.parser import HTMLParser

import pytest
from classroom import LESSONS_OWN, answered, content, solved, with_cell_above

from gdcourse.classroom import grading, page, report
from gdcourse.classroom.answers import name_of
from gdcourse.classroom.assignment import asked_in
from gdcourse.classroom.dealing import personal, read_secret
from gdcourse.classroom.feedback import feedback_page
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.oracle import plain_verdict
from gdcourse.classroom.pool import Bench
from gdcourse.classroom.release import run as release
from gdcourse.classroom.rules import Mark
from gdcourse.classroom.submission import parse_submission

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("nothing_written")]

IDS = ("ana", "bo", "cy", "di", "ed")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
OWN_STEP = """def momentum_step(w, velocity, gradient, rate, beta):
    # {remark}
    {v} = np.zeros_like(velocity)
    {v} += beta * np.array(velocity)
    {v} += (-rate) * np.array(gradient)
    {w} = np.add(w, {v})
    return {w}, {v}"""


def judged_here(bench, job):
    """Grade an honest notebook in this process: these tests are about what is shown."""
    known, room, told = bench.setting.known(), {}, ""
    for cell in parse_submission(b64decode(job.content)).cells:
        try:
            exec(cell.source, room)
        except Exception as error:
            told = f"cell 2: {error}"
    found = {}
    for exercise in known.assignments[job.assignment]:
        mine = known.exercise(exercise, job.student)
        found[exercise.key] = {**plain_verdict(mine.judge(room.get(name_of(exercise)))), "of": exercise.points}
    status = "tampered" if "script" in told else "graded"
    return job.result({"status": status, "reason": told, "exercises": found})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of five in which lesson 4 was handed in by four and graded."""
    folder = tmp_path_factory.mktemp("class")
    lines = [f"{student},{student.title()} {EVIL if student == 'bo' else ''},{student}@x.org" for student in IDS]
    (folder / "roster.csv").write_text("\n".join(["id,name,email", *lines]))
    course = folder / "course"
    assert release([str(course), "--roster", str(folder / "roster.csv")]) == 0
    secret = read_secret(course)
    right = {s: solved(4, [personal(exercise, s, IDS, secret) for exercise in asked_in(4)]) for s in IDS}
    same = {"ana": {"v": "v", "w": "new", "remark": "mine"}, "cy": {"v": "speed", "w": "place", "remark": "all mine"}}
    for student, names in same.items():
        right[student] = answered(right[student], "code-momentum", OWN_STEP.format(**names))
    wrong = "def momentum_step(w, velocity, gradient, rate, beta):\n    return w - rate * gradient, velocity"
    right["bo"] = with_cell_above(answered(right["bo"], "code-momentum", wrong), f"raise ValueError({EVIL!r})")
    right["di"] = answered(right["di"], "code-momentum", wrong)
    for student in IDS[:4]:
        place = course / "submitted" / student / "lesson4"
        place.mkdir(parents=True)
        (place / "x.ipynb").write_bytes(content(right[student]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bench, "result", judged_here)
        patch.setattr(grading, "_probed", lambda setting: Isolation(()))
        assert grading.run([str(course / "submitted")]) == 0
    assert report.run([str(course)]) == 0
    return course


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.said, self.attributes = [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


def feedback(course, student, lesson=4):
    return Page(course / "grading" / "feedback" / student / f"lesson{lesson}.html")


def all_pages(course):
    return sorted((course / "grading").rglob("*.html"))


def test_no_page_holds_a_script_or_anything_from_elsewhere(course):
    pages = all_pages(course)
    assert len(pages) == 1 + 5  # nobody has handed in anything else than lesson 4
    for path in pages:
        found = Page(path)
        assert not {"script", "img", "iframe", "link", "object", "form", "a"} & set(found.tags)
        assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href")]
        assert ("http-equiv", "Content-Security-Policy") in found.attributes
        assert "default-src 'none'" in path.read_text()


def test_what_a_student_wrote_is_shown_as_text(course):
    found = Page(course / "grading" / "report.html")
    assert EVIL in found.text
    assert EVIL in feedback(course, "bo").text


def test_the_teachers_page_counts_mistakes_and_names_what_needs_a_look(course):
    text = Page(course / "grading" / "report.html").text
    assert "lesson4: 4 handed in" in text
    momentum = next(exercise for exercise in asked_in(4) if exercise.key == "code-momentum")
    assert f"{momentum.title} 4 2 50% 50%" in text.replace(" ", " ") or f"{momentum.title} 4 2 50%" in text
    after = text.partition("To be looked at")[2]
    assert after.startswith(" Student Assignment Status Points Why bo lesson4 tampered")


def test_answers_that_are_alike_are_shown_side_by_side(course):
    text = Page(course / "grading" / "report.html").text
    assert "ana, cy The same program but for names" in text
    assert "bo, di" not in text  # so short a program means nothing
    assert "mark" in Page(course / "grading" / "report.html").tags


def test_a_students_page_names_the_mistake_and_gives_no_solution_unless_allowed(course, tmp_path):
    text = feedback(course, "di").text
    assert "23 of 26 points" in text
    assert "State: graded." in text
    worked = asked_in(4)[0].worked("self-study").split("\n")[0][:30]
    assert worked not in text
    assert "details" not in feedback(course, "di").tags
    assert report.run([str(course), "--solutions"]) == 0
    assert feedback(course, "di").tags.count("details") == len(asked_in(4))
    secret = read_secret(course)
    for exercise in asked_in(4):
        mine = personal(exercise, "di", IDS, secret)
        assert " ".join(mine.worked().split()) in feedback(course, "di").text


def test_a_students_page_names_no_classmate():
    reason = "the notebook was made for cy, with other numbers"
    mark = Mark(
        "ana", "lesson1", "not the student's variant", 3.0, 47, reason=f"{reason}; 2 days late: 80% of the points"
    )
    said = feedback_page("Ana", mark, {"exercises": {}, "reason": reason}, LESSONS_OWN, False).decode()
    assert "made for" not in said
    assert "2 days late" in said


def test_a_students_page_says_why_there_is_nothing(course):
    assert "State: nothing was handed in." in feedback(course, "ed").text
    assert "0 of 26 points" in feedback(course, "ed").text


def test_pages_speak_german(course, monkeypatch, tmp_path):
    german = tmp_path / "course"
    shutil.copytree(course, german)
    monkeypatch.setenv("GDCOURSE_LANGUAGE", "en")  # is put back at the end, whatever the commands set
    monkeypatch.setattr(Bench, "result", judged_here)
    monkeypatch.setattr(grading, "_probed", lambda setting: Isolation(()))
    assert grading.run([str(german / "submitted"), "--language", "de"]) == 0  # what is said to an answer is kept
    assert report.run([str(german), "--language", "de"]) == 0
    assert "Stand: bewertet." in feedback(german, "ana").text


def rows(course, name):
    return list(csv.reader(io.StringIO((course / "grading" / f"{name}.csv").read_text(encoding="utf-8-sig"))))


def test_marks_are_there_as_other_systems_import_them(course):
    assert rows(course, "plain")[0] == ["id", "name", "lesson4"]  # an import gives nobody 0 for what is not asked yet
    lesson4 = rows(course, "plain")[0].index("lesson4")
    assert {row[0]: row[lesson4] for row in rows(course, "plain")[1:]}["di"] == "23.0"
    heads, *moodle = rows(course, "moodle")
    assert heads[:2] == ["Username", "Email address"]
    assert moodle[0][:2] == ["ana", "ana@x.org"]
    heads, possible, *canvas = rows(course, "canvas")
    assert heads[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert possible[0] == "    Points Possible"
    assert possible[heads.index("lesson4")] == "26"
    assert canvas[0][3] == "ana"


def test_a_course_without_grading_is_told(tmp_path, capsys):
    assert report.run([str(tmp_path)]) == 1
    assert "expected a course made by `gdcourse release`" in capsys.readouterr().err


def test_a_report_before_grading_says_so(course, tmp_path):
    fresh = tmp_path / "course"
    shutil.copytree(course, fresh, ignore=shutil.ignore_patterns("grading"))
    assert report.run([str(fresh)]) == 0
    assert "run `gdcourse grade`" in feedback(fresh, "ana").text


def test_markup_is_made_only_of_what_was_meant_as_markup():
    assert page.tag("p", "<b>&\"'") == "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"
    assert page.tag("p", page.tag("b", "x"), title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;"><b>x</b></p>'
    assert "width: 100.0%" in page.bar(7.0, "x")
    assert page.tag("pre", "a\u202eb\u2066c") == "<pre>a\ufffdb\ufffdc</pre>"  # they would turn the code round
