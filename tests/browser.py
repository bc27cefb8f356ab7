"""A notebook open in a private JupyterLab in a real browser, for the browser tests.

`conftest.py` hands these out as fixtures; a test needs only

    def test_rate(open_notebook):
        lesson = open_notebook("notebooks/01_update_rule.ipynb", theme="dark")
        lesson.run_all()
        lesson.page.get_by_label("rate").press("ArrowRight")

Whatever the browser's console says as an error, whatever is raised in the page, and every request that
leaves this machine is collected in `lesson.trouble` and fails the test when the page is closed.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, urlsplit

import nbformat
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request
from server import JupyterLab

PROJECT = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LOOK = 50  # milliseconds between two looks at the page; a look at every frame would have it painted for nothing


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test on a learner's machine, and fail it where CI is set: there nothing may go untested."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(f"{reason} (skipped where CI is not set)", pytrace=False)
    pytest.skip(reason)


@dataclass
class NotebookPage:
    """A notebook open in JupyterLab in its own browser context, with an idle kernel.

    Attributes:
        page: Playwright's page, for everything that is not below.
        trouble: console errors, errors raised in the page, requests that left this machine; empty when all is well.
    """

    context: BrowserContext
    page: Page
    trouble: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, server: JupyterLab, name: str, seconds: float = 60) -> "NotebookPage":
        """Open `name` (a path below `server.work`) and wait until its kernel is idle."""
        opened = cls(context, context.new_page())
        opened.listen()
        opened.page.goto(f"{server.url}/doc/tree/{quote(name)}?reset")
        opened.page.wait_for_function(_READY, timeout=seconds * 1000, polling=LOOK)
        return opened

    def listen(self) -> None:
        """Collect from now on what goes wrong in the page."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(f"raised in the page: {error}"))
        self.context.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _watch(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in (None, "127.0.0.1"):
            self.trouble.append(f"request to another machine: {request.url}")

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell, wait until the kernel is idle, and raise AssertionError if a cell ended in an error."""
        self.page.evaluate(_RUN_ALL)
        self.page.wait_for_function("() => window.allCellsHaveRun", timeout=seconds * 1000, polling=LOOK)
        self.wait_idle(seconds)
        errors = self.page.evaluate(_ERRORS)
        assert not errors, "a cell ended in an error: " + "\n".join(errors)

    def wait_idle(self, seconds: float = 60) -> None:
        """Wait until the kernel has nothing left to do and the page has painted twice since."""
        self.page.wait_for_function(_IDLE, timeout=seconds * 1000, polling=LOOK)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def cell(self, index: int) -> Locator:
        """The cell at `index` (0 is the first, Markdown counts), scrolled into view."""
        self.page.evaluate(_SHOW, index)
        cell = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')
        cell.wait_for(state="attached")
        return cell

    def output(self, index: int) -> Locator:
        """The output area of the code cell at `index`, scrolled into view."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def find_cell(self, text: str) -> int:
        """Index of the only cell whose source contains `text`."""
        sources = self.page.evaluate(_SOURCES)
        found = [index for index, source in enumerate(sources) if text in source]
        assert len(found) == 1, f"{len(found)} cells contain {text!r}: choose a text that one cell has"
        return found[0]

    def write_cell(self, index: int, source: str) -> None:
        """Replace the source of the cell at `index`, as typing would."""
        self.page.evaluate(_WRITE, [index, source])

    def run_cell(self, index: int, seconds: float = 60) -> None:
        """Run the cell at `index` alone, and wait until the kernel is idle."""
        self.page.evaluate(_RUN, index)
        self.wait_idle(seconds)

    def close(self) -> None:
        """Close the page, and raise AssertionError if anything went wrong in it."""
        try:
            self.context.close()
        except Error as error:  # the browser has gone: say so with the rest
            self.trouble.append(f"closing the page: {error}")
        assert not self.trouble, "trouble in the browser:\n" + "\n".join(self.trouble)


def place_notebook(server: JupyterLab, notebook: str | Path | list[str]) -> str:
    """Put a notebook, or a new one of these code cells, into the server's folder; returns its name there.

    A path that is not absolute is taken from the project's folder, wherever pytest was started.
    """
    if isinstance(notebook, list):
        name = "test.ipynb"
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in notebook])
    else:
        name = Path(notebook).name
        made = nbformat.read(PROJECT / notebook, 4)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, server.work / name)
    return name


_NOTEBOOK = "const panel = window.jupyterapp?.shell.currentWidget; const list = panel?.content;"
_READY = f"""() => {{ {_NOTEBOOK}
    return panel?.sessionContext?.session?.kernel?.status === 'idle' && list?.widgets?.length > 0; }}"""
_IDLE = f"() => {{ {_NOTEBOOK} return panel.sessionContext.session.kernel.status === 'idle'; }}"
_SHOW = f"index => {{ {_NOTEBOOK} return list.scrollToItem(index, 'smart'); }}"
_SOURCES = f"() => {{ {_NOTEBOOK} return list.widgets.map(cell => cell.model.sharedModel.getSource()); }}"
_WRITE = f"([index, text]) => {{ {_NOTEBOOK} list.widgets[index].model.sharedModel.setSource(text); }}"
_RUN = f"""index => {{ {_NOTEBOOK} list.activeCellIndex = index; list.deselectAll();
    return window.jupyterapp.commands.execute('notebook:run-cell'); }}"""
_RUN_ALL = """() => { window.allCellsHaveRun = false;
    window.jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.allCellsHaveRun = true; }); }"""
_ERRORS = f"""() => {{ {_NOTEBOOK} return list.widgets.flatMap(cell => (cell.model.outputs?.toJSON() ?? [])
    .filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue)); }}"""
