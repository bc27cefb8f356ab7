"""Runs the lessons under pytest as a learner without a name or a past runs them, wherever the tests are started."""

import tempfile
from pathlib import Path

import pytest

from gdcourse.notebook_build import LEARNER


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
