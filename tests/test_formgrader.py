"""nbgrader's own pages in a JupyterLab in a real browser: they accept the committed course as one of theirs."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from server import JupyterLab

from gdcourse.classroom.assignment import asked_in, assignment_name, lessons

pytestmark = pytest.mark.thorough

COURSE = Path(__file__).parents[1] / "exercises"
ROOT = "\nc.CourseDirectory.root = {root!r}\n"  # a teacher starts JupyterLab in the folder of the course instead


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A JupyterLab on a copy of the committed course, in which lesson 4 is handed in by one student."""
    folder = tmp_path_factory.mktemp("formgrader") / "lab"
    work = folder / "work"
    (folder / "config").mkdir(parents=True)
    settings = (COURSE / "nbgrader_config.py").read_text() + ROOT.format(root=str(work))
    (folder / "config" / "nbgrader_config.py").write_text(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))  # for alembic
        server = JupyterLab(folder)
    with server:
        shutil.copytree(COURSE / "source", work / "source")
        place = work / "submitted" / "ana" / "lesson4"
        place.mkdir(parents=True)
        shutil.copy(COURSE / "source" / "lesson4" / "lesson4.ipynb", place)
        yield server


@pytest.fixture
def formgrader(chromium, teacher):
    """The Formgrader as a teacher opens it, from JupyterLab's menu: the page within the page."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(f"{teacher.url}/lab")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    yield page.frame_locator("iframe")
    context.close()


def done(formgrader, sentence):
    """Wait for nbgrader to say so, and close its message."""
    formgrader.get_by_text(sentence).wait_for()
    formgrader.get_by_role("button", name="OK").click()
    formgrader.locator(".modal").wait_for(state="detached")


def test_the_formgrader_lists_generates_grades_and_opens(formgrader, teacher):
    for lesson in lessons():
        formgrader.locator("tr", has_text=assignment_name(lesson)).wait_for()
    row = formgrader.locator("tr", has_text="lesson4")
    row.locator(".assign a").click()
    done(formgrader, "Successfully created the student version")
    made = (teacher.work / "release" / "lesson4" / "lesson4.ipynb").read_text()
    assert "momentum_step" in made
    assert "HIDDEN" not in made
    row.locator(".num-submissions a").click()
    formgrader.locator(".autograde a").click()
    done(formgrader, "Successfully autograded")
    most = sum(exercise.points for exercise in asked_in(4))
    formgrader.locator("tr", has_text="ana").get_by_text(f"{most} / {most}").wait_for()
    formgrader.get_by_role("link", name="Manual Grading").click()
    formgrader.get_by_role("link", name="lesson4").click()
    formgrader.get_by_role("link", name="lesson4").last.click()
    formgrader.get_by_role("link", name="Submission #1").click()
    formgrader.get_by_text("def momentum_step").first.wait_for()
