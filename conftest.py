"""Runs lessons under pytest as a learner without a name or a past runs them, and shares tests out to processes."""

import os
import tempfile
from pathlib import Path

import pytest
from xdist.scheduler import LoadGroupScheduling

from gdcourse.notebook_build import LEARNER


class ByFile(LoadGroupScheduling):
    """Hands whole files to the processes, and all tests of the browser to one of them."""

    def _split_scope(self, nodeid):
        return super()._split_scope(nodeid).split("::")[0]


def pytest_xdist_make_scheduler(config, log):
    """Share the tests out by file: cells of a lesson need those before them, and a server is started once."""
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items):
    """Mark the tests that use the browser; in a process of their own they start first, being the longest, else last."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))
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
        patch.setenv("GDCOURSE_PROGRESS", str(Path(tempfile.mkdtemp(prefix="gdcourse-")) / "progress.jsonl"))
        return (yield)
