"""Runs lessons under pytest as a learner without a name or a past runs them, and shares tests out to processes."""

import os
import re
import tempfile
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from gdcourse.notebook_build import LEARNER

# a test or fixture that takes a fixture of the browser
BROWSER = re.compile(r"^def .*\b(chromium|open_notebook|open_lesson|open_stage|open_sheet)\b", re.MULTILINE)


class ByFile(LoadScopeScheduling):
    """Hands whole files to the processes, and all files that use the browser to one of them."""

    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        return "browser" if _uses_browser(file) else file


@cache
def _uses_browser(file):
    path = Path(__file__).parent / file
    return path.suffix == ".py" and BROWSER.search(path.read_text(encoding="utf-8")) is not None


def pytest_xdist_make_scheduler(config, log):
    """Share the tests out by file: cells of a lesson need those before them, and a server is started once."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    """Mark the tests that use the browser; in a process of their own they start first, being the longest, else last."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    shared = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None) == shared)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Start nbval's kernels with an empty progress file of their own, so that no test writes into `notebooks/`."""
    if item.path.suffix != ".ipynb":
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        for name in LEARNER:
            patch.delenv(name, raising=False)
        patch.setenv("GDCOURSE_PROGRESS", str(_folder_of(item.path, item.config) / "progress.jsonl"))
        return (yield)


@cache
def _folder_of(notebook, config):
    """A folder for a notebook's kernel, there until the session ends."""
    folder = tempfile.TemporaryDirectory(prefix="gdcourse-")
    config.add_cleanup(folder.cleanup)
    return Path(folder.name)
