"""Folders that belong to a process: nobody clears them away while it lives, and none is left when it is gone."""

import sys

import pytest

from gdcourse.classroom import folders
from gdcourse.classroom.folders import OwnFolder, clear_away

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are locked on Unix only")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Such folders are made in a place of the test's own."""
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("moment", ["made", "opened"])
def test_a_folder_that_is_taken_for_an_orphan_before_it_is_locked_is_made_again(moment, here, monkeypatch):
    module, name = {"made": (folders.tempfile, "mkdtemp"), "opened": (folders.os, "open")}[moment]
    plain, seen = getattr(module, name), []

    def and_cleared(*arguments, **keywords):
        found = plain(*arguments, **keywords)
        if not seen:
            seen.append(found)
            clear_away()
        return found

    monkeypatch.setattr(module, name, and_cleared)
    with OwnFolder("test") as path:
        assert seen
        assert list(here.iterdir()) == [path]
    assert list(here.iterdir()) == []


def test_only_folders_whose_owner_is_gone_are_cleared_away(here):
    (here / f"{folders.BEGINS}left-behind").mkdir()
    (here / "of-somebody-else").mkdir()
    with OwnFolder("test") as path:
        clear_away()
        assert sorted(here.iterdir()) == sorted([path, here / "of-somebody-else"])
