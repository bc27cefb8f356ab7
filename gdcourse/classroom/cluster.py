"""`gdcourse grade --scheduler ADDRESS`: the same grading on a Dask cluster that is there already.

The files' contents travel to the workers and results come back: no folder needs to be shared. Results are written
here, each once. A batch whose worker dies is done again by another one; one over which worker after worker dies is
split, until the file is found. Dask (`distributed`) is loaded when a cluster is asked for, and only then.
"""

from __future__ import annotations

import contextlib
import json
import queue
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from gdcourse import __version__
from gdcourse.classroom import remote
from gdcourse.classroom.faults import AGAIN
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.pool import Done, Stop, Task, kept
from gdcourse.classroom.sources import package_mark
from gdcourse.classroom.worker import Setting

INSTALL = "expected Dask for --scheduler, but it is not installed here: `pip install distributed`"
CONNECT = 5.0  # seconds for the scheduler to answer
ALONE = 60.0  # seconds for a worker to turn up where there is none
TICK = 1.0  # seconds between two looks at a cluster that says nothing
BATCH = 50  # files; fewer where that would leave workers without any
HEAVY = 4 << 20  # bytes of files, after which a batch is closed


class Cluster:
    """A Dask cluster at work for one grading."""

    def __init__(self, address: str, setting: Setting):
        """Connect, and have every worker try its jail out.

        Raises:
            Stop: there is no Dask, no scheduler, no worker, or one that cannot isolate or has another gdcourse.
        """
        self.address = address
        self.client = _client(address)
        self.errand = remote.Errand(secrets.token_hex(8), setting, _own_texts(setting))
        self.open: dict[str, tuple[Any, list[Task]]] = {}  # a future, and what it is about
        self.finished: queue.Queue = queue.Queue()
        try:
            self._wait_for_workers()
            self._compare()
            self._prepare()
        except BaseException:
            self.close()
            raise

    @property
    def isolation(self) -> Isolation:
        """Say how well the workers keep students' code apart: they would not be at work otherwise."""
        return Isolation(())

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + ALONE
        while not self.client.nthreads():
            if time.monotonic() > deadline:
                raise Stop(f"expected workers at {self.address}, but for {ALONE:g} seconds there was none: start some")
            time.sleep(0.2)

    def _compare(self) -> None:
        """Make sure that every worker has this very package."""
        mine = (__version__, package_mark())
        for worker, found in self.client.run(remote.who_is_there, on_error="return").items():
            if isinstance(found, Exception):
                raise Stop(f"expected gdcourse {__version__} on the worker {worker}, but {found}: install it there")
            if found != mine:
                other = "another state of it" if found[0] == __version__ else f"gdcourse {found[0]}"
                raise Stop(
                    f"expected gdcourse {__version__} as it is here, but the worker {worker} has {other}:"
                    " install the same everywhere"
                )

    def _prepare(self) -> None:
        for worker, trouble in self.client.run(remote.prepare, self.errand, on_error="return").items():
            if trouble:
                raise Stop(f"nothing was graded: the worker {worker} says: {trouble}")

    def run(self, tasks: Iterable[Task], count: int, done: Done) -> None:
        """Have `count` tasks done and keep the results; `done` hears the status of each.

        Raises:
            Stop: the scheduler is gone, no worker is left, or one cannot isolate.
            OSError: a result cannot be written.
        """
        threads = max(1, sum(self.client.nthreads().values()))
        batches = _batches(tasks, max(1, min(BATCH, count // (2 * threads))))
        for batch in islice(batches, 2 * threads):
            self._send(batch)
        while self.open:
            future, batch = self._next()
            for target, result in self._results(future, batch):
                done(kept(target, result))
            for batch in islice(batches, 1):
                self._send(batch)

    def _send(self, batch: list[Task]) -> None:
        jobs = remote.written([job for _, job in batch])
        self._await(self.client.submit(remote.graded, self.errand, package_mark(), jobs, pure=False), batch)

    def _await(self, future: Any, batch: list[Task]) -> None:
        self.open[future.key] = future, batch
        future.add_done_callback(self.finished.put)

    def _next(self) -> tuple[Any, list[Task]]:
        """Wait for a batch that is done, or failed."""
        last = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return self.open.pop(self.finished.get(timeout=TICK).key)
            if self.client.status != "running":
                raise self._gone()
            last = time.monotonic() if self.client.nthreads() else last
            if time.monotonic() - last > ALONE:
                raise Stop(f"all workers at {self.address} are gone: start some, {AGAIN}")

    def _results(self, future: Any, batch: list[Task]) -> list[tuple[Path, dict]]:
        """Give the results of a batch; none where it is sent again in two halves."""
        if future.status == "cancelled":
            raise self._gone()
        if future.status != "error":
            return self._fetched(future, batch)
        error = future.exception()
        if type(error).__name__ != "KilledWorker":
            raise Stop(f"a worker at {self.address} failed: {type(error).__name__}: {error}")
        if len(batch) == 1:
            ((target, job),) = batch
            return [(target, job.crashed("Dask workers died over this file, one after the other"))]
        for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
            self._send(half)
        return []

    def _fetched(self, future: Any, batch: list[Task]) -> list[tuple[Path, dict]]:
        """Give the results of a batch; none yet where its worker died with them, and another one makes them again."""
        try:
            if future.status != "finished":
                raise TimeoutError
            told = json.loads(future.result(timeout=ALONE))
        except TimeoutError:
            self._await(future, batch)
            return []
        if "trouble" in told:
            raise Stop(f"a worker at {self.address} cannot go on: {told['trouble']}")
        return list(zip((target for target, _ in batch), told["results"], strict=True))

    def _gone(self) -> Stop:
        return Stop(f"the scheduler at {self.address} is gone: start it, {AGAIN}")

    def close(self) -> None:
        """Leave the cluster as it was."""
        with contextlib.suppress(Exception):  # whatever is wrong with it, it was said already
            self.client.cancel([future for future, _ in self.open.values()])
            if self.client.status == "running":
                self.client.run(remote.dismiss, self.errand.run, on_error="ignore")
        self.client.close(timeout=CONNECT)

    def __enter__(self) -> Cluster:
        """Give it."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()


def _client(address: str) -> Any:
    if find_spec("distributed") is None:
        raise Stop(INSTALL)
    from distributed import Client

    try:
        return Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise Stop(f"expected a Dask scheduler at {address}, but none answers there ({error}): start one") from None


def _own_texts(setting: Setting) -> dict[str, str]:
    """Read the teacher's own exercises, and the texts beside them."""
    if not setting.own:
        return {}
    path = Path(setting.own)
    files: Sequence[Path] = [path, *path.parent.glob(f"{path.stem}.*toml")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _batches(tasks: Iterable[Task], size: int) -> Iterator[list[Task]]:
    batch: list[Task] = []
    weight = 0
    for task in tasks:
        batch.append(task)
        weight += len(task[1].content)
        if len(batch) == size or weight >= HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
