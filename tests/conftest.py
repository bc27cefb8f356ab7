"""Fixtures that the tests share: a Chromium, a private JupyterLab, a notebook open in both.

- `chromium`: Playwright's `Browser`, started once; skips with its reason, or fails where CI is set.
- `jupyterlab`: a private `server.JupyterLab` server, started once; `.work` is its root folder.
- `open_notebook`: a function that opens a notebook in both and returns a `browser.NotebookPage`, which is
  closed at the end of the test; the test fails if the browser's console was not clean.
- `open_lesson`: a function that opens the lesson that a test module names as LESSON, and runs all its cells.
- `open_stage`, `open_sheet`: functions that show a lab or an exercise alone in a bare page, as a
  `widget_page.WidgetPage`.
- `nothing_written`, `progress_file`: a learner without a name, who keeps no progress, or an empty file of it.
- `short_limit`: no progress, and a learner's endless loop is stopped soon.
"""

import os

import hypothesis
import pytest
from browser import CHROMIUM_FLAGS, THEMES, NotebookPage, place_notebook, skip_or_fail
from playwright.sync_api import sync_playwright
from server import JupyterLab
from widget_page import WidgetPage

from gdcourse import guard
from gdcourse.doctor import find_chromium
from gdcourse.exercises import EXERCISES, journal
from gdcourse.labs import LABS
from gdcourse.notebook_build import LEARNER

# every run draws the same examples, and no machine is too slow: timing is for the benchmarks
hypothesis.settings.register_profile("course", deadline=None, derandomize=True)
hypothesis.settings.load_profile("course")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Headless Chromium of this machine, with an empty profile."""
    path = find_chromium()
    if path is None:
        skip_or_fail("no Chromium found: install it, for example with `apt-get install chromium`")
    home = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright:
        # headless=False keeps Playwright from adding its own, older headless flag
        browser = playwright.chromium.launch(
            executable_path=path, headless=False, args=CHROMIUM_FLAGS, env={**os.environ, "HOME": str(home)}
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """Private JupyterLab server on a free loopback port."""
    with JupyterLab(tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture
def open_notebook(chromium, jupyterlab):
    """Function that opens a notebook in JupyterLab in the browser.

    open_notebook(notebook, theme="light", viewport=(1280, 800), scale=1, **options) -> NotebookPage

    Args of the function:
        notebook: path of an .ipynb file (copied, the file itself stays as it is), or a list of code cells' sources.
        theme: "light" or "dark"; sets JupyterLab's theme and what the page reads as the preferred colour scheme.
        viewport: width and height in CSS pixels.
        scale: the screen's pixel ratio.
        options: further options of Playwright's `Browser.new_context`, such as reduced_motion="reduce",
            has_touch=True or color_scheme="light" (a dark JupyterLab on a light desktop).
    """
    opened = []

    def open_one(notebook, theme="light", viewport=(1280, 800), scale=1, **options):
        jupyterlab.change_setting("@jupyterlab/apputils-extension:themes", {"theme": THEMES[theme]})
        context = chromium.new_context(
            viewport={"width": viewport[0], "height": viewport[1]},
            device_scale_factor=scale,
            **{"color_scheme": theme, **options},
        )
        context.set_default_timeout(30_000)
        opened.append(NotebookPage.open(context, jupyterlab, place_notebook(jupyterlab, notebook)))
        return opened[-1]

    yield open_one
    errors = []
    for page in opened:  # before its kernel ends: a page that asks for a kernel on its way out would hear of an error
        try:
            page.close()
        except AssertionError as error:
            errors.append(str(error))
    jupyterlab.end_kernels()
    assert not errors, "\n".join(errors)


@pytest.fixture
def open_lesson(request, open_notebook, jupyterlab):
    """Function that opens the module's LESSON for a learner who has done nothing yet, and runs all its cells.

    open_lesson(**options) -> NotebookPage; the options are those of `open_notebook`.
    """
    (jupyterlab.work / journal.NAME).unlink(missing_ok=True)

    def open_one(**options):
        page = open_notebook(request.module.LESSON, **options)
        page.run_all()
        return page

    return open_one


@pytest.fixture
def open_stage(chromium):
    """Function that shows a lab in a bare page; its console must stay clean."""
    opened = []

    def open_one(lab="hiker", options=None, **settings) -> WidgetPage:
        opened.append(WidgetPage.open(chromium, LABS[lab].show(**settings), **(options or {})))
        return opened[-1]

    yield open_one
    for page in opened:
        page.close()


@pytest.fixture
def open_sheet(chromium):
    """Function that shows an exercise as a sheet in a bare page; its console must stay clean."""
    opened = []

    def open_one(key: str, **options) -> WidgetPage:
        opened.append(WidgetPage.open(chromium, EXERCISES[key].show(), **options))
        return opened[-1]

    yield open_one
    for page in opened:
        page.close()


@pytest.fixture
def nothing_written(monkeypatch):
    """A learner without a name and without a progress file."""
    for name in LEARNER:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")


@pytest.fixture
def progress_file(nothing_written, tmp_path, monkeypatch):
    """Path of a progress file that is still to be written, in a folder of its own."""
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    return tmp_path / "progress.jsonl"


@pytest.fixture
def short_limit(nothing_written, monkeypatch):
    """Endless loops are stopped soon, and nothing is written."""
    monkeypatch.setattr(guard, "LIMIT", 0.15)
