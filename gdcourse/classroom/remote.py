"""What a Dask worker is asked to do for `gdcourse grade --scheduler`; the other end is `cluster`.

All that travels is JSON, and an `Errand`. The oracle runs in a process of its own beside the Dask worker, and the
runner in another one beside that, as on the teacher's machine: neither the answers nor Dask are in its memory.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from gdcourse import __version__
from gdcourse.classroom.folders import OwnFolder
from gdcourse.classroom.pool import Bench, Stop
from gdcourse.classroom.sources import package_mark
from gdcourse.classroom.worker import Job, Setting

IDLE = 60.0  # seconds after which a stand closes: whoever sent work may be no more


@dataclass(frozen=True)
class Errand:
    """What every Dask worker is told; its answers and secrets are in no log, as Dask would write them.

    Args:
        run: names the grading.
        setting: without an edition: each stand makes its own.
        own: text of the teacher's own exercises and of their texts, by name of the file.
    """

    run: str
    setting: Setting
    own: Mapping[str, str] = field(repr=False)


class Stand:
    """A bench beside a Dask worker, with the teacher's own exercises in a folder that nobody else may read."""

    def __init__(self, errand: Errand):
        """Start the worker.

        Raises:
            Stop: it cannot be started, or is not isolated.
        """
        self.timer: threading.Timer | None = None
        self.folder = OwnFolder("own", 0o700)
        for name, text in errand.own.items():
            (self.folder.path / name).write_text(text, encoding="utf-8")
        own = str(self.folder.path / Path(errand.setting.own).name) if errand.own else ""
        self.bench = Bench(replace(errand.setting, own=own))
        try:
            self.bench.start()
        except Stop:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        self.bench.end()
        self.folder.close()


_lock = threading.Lock()
_waiting: dict[str, list[Stand]] = defaultdict(list)  # stands without work, by run


def who_is_there() -> tuple[str, str]:
    """Give the version of this package, and its mark."""
    return __version__, package_mark()


async def prepare(errand: Errand) -> str:
    """Start a stand; gives what is in the way of it, or ""."""
    import asyncio  # is loaded where this runs; elsewhere it would take time for nothing

    try:
        stand = await asyncio.to_thread(_taken, errand)
    except (Stop, OSError) as error:
        return str(error)
    _put_back(errand.run, stand)
    return ""


def graded(errand: Errand, mark: str, jobs: bytes) -> bytes:
    """Grade a batch, in a thread of a Dask worker: JSON of jobs in, of results or of a "trouble" out."""
    if mark != package_mark():
        return json.dumps({"trouble": f"it has another gdcourse ({__version__}) than the others"}).encode()
    try:
        stand = _taken(errand)
    except (Stop, OSError) as error:
        return json.dumps({"trouble": str(error)}).encode()
    try:
        return json.dumps({"results": [stand.bench.result(Job(**job)) for job in json.loads(jobs)]}).encode()
    except Stop as stop:
        return json.dumps({"trouble": str(stop)}).encode()
    finally:
        _put_back(errand.run, stand)


def _taken(errand: Errand) -> Stand:
    with _lock:
        stand = _waiting[errand.run].pop() if _waiting[errand.run] else None
    if stand is None:
        return Stand(errand)
    if stand.timer is not None:
        stand.timer.cancel()
    return stand


def _put_back(run: str, stand: Stand) -> None:
    stand.timer = threading.Timer(IDLE, _close_idle, (run, stand))
    stand.timer.daemon = True
    with _lock:
        _waiting[run].append(stand)
    stand.timer.start()


def _close_idle(run: str, stand: Stand) -> None:
    with _lock:
        idle = stand in _waiting[run]  # else it was taken again a moment ago
        if idle:
            _waiting[run].remove(stand)
    if idle:
        stand.close()


async def dismiss(run: str) -> None:
    """Close the stands of a grading that is over."""
    import asyncio

    with _lock:
        stands = _waiting.pop(run, [])
    for stand in stands:
        await asyncio.to_thread(stand.close)


def written(jobs: list[Job]) -> bytes:
    """Write a batch."""
    return json.dumps([asdict(job) for job in jobs]).encode()
