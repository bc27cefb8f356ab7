"""The workers of a grading, each a process of its own: one that dies is replaced, and what it held is done again."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import chain, repeat
from pathlib import Path

from gdcourse.classroom import results
from gdcourse.classroom.faults import not_done
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.worker import Job, Setting

TRIES = 3  # workers that may die over one file
LEAVE = 3.0  # seconds for a worker to end by itself

Task = tuple[Path, Job]  # where its result is to be kept
Done = Callable[[str], None]  # hears the status of each result


class Stop(Exception):
    """Grading cannot go on; the message is a sentence for the teacher."""


class Bench:
    """A place for a worker: a process that is started when it is needed, and replaced when it dies."""

    def __init__(self, setting: Setting):
        """Start nothing yet."""
        self.setting = setting
        self.process: subprocess.Popen | None = None
        self.isolation = Isolation((), "it was not tried")

    def result(self, job: Job) -> dict:
        """Grade one file.

        Raises:
            Stop: no worker can be started.
        """
        for _ in range(TRIES):
            try:
                return self._ask(job)
            except (BrokenPipeError, EOFError):
                self.end()
        return job.crashed(f"{TRIES} workers died over this file")

    def _ask(self, job: Job) -> dict:
        return _talk(self.process or self.start(), asdict(job))

    def start(self) -> subprocess.Popen:
        """Start the worker, which says how well it is isolated.

        Raises:
            Stop: it is not isolated as it should be, or ended again and again while it started.
        """
        for _ in range(TRIES):
            with contextlib.suppress(BrokenPipeError, EOFError):
                return self._start()
            self.end()
        raise Stop(f"expected a worker, but {TRIES} of them ended while they started: what they said is above")

    def _start(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "gdcourse.classroom.worker"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process = process
        self.isolation = Isolation(**_talk(process, asdict(self.setting)))
        if not self.isolation.sound:
            raise Stop(f"no worker could be started: {self.isolation}")
        return process

    def kill(self) -> None:
        """Kill the worker, whatever it is doing."""
        process = self.process  # its own thread may end it meanwhile
        process.kill() if process is not None else None

    def end(self) -> None:
        """End the worker, if there is one: it has a moment to clear away what it made."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.stdin.close() if process.stdin is not None else None
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LEAVE)
            process.kill()
            process.wait()
            process.stdout.close() if process.stdout is not None else None


class Pool:
    """So many workers on this machine."""

    def __init__(self, setting: Setting, workers: int):
        """Start none yet: each is started when it gets its first work."""
        self.benches = [Bench(setting) for _ in range(workers)]
        self.trouble: list[str] = []
        self.jobs: queue.Queue = queue.Queue(maxsize=4 * workers)

    def run(self, tasks: Iterable[Task], count: int, done: Done) -> None:
        """Do every one of `count` tasks and keep the results; `done` hears from one thread at a time.

        Raises:
            Stop: the results cannot be written, or no worker can be started.
        """
        lock, benches = threading.Lock(), self.benches[:count]

        def heard(status: str) -> None:
            with lock:
                done(status)

        threads = [threading.Thread(target=self._work, args=(bench, heard), daemon=True) for bench in benches]
        try:
            for thread in threads:
                thread.start()
            for task in chain(tasks, repeat(None, len(threads))):
                self._put(task)
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.5)
        finally:
            for bench in benches:
                bench.kill()
        if self.trouble:
            raise Stop(self.trouble[0])

    def _put(self, task: Task | None) -> None:
        while not self.trouble:
            try:
                self.jobs.put(task, timeout=0.5)
                return
            except queue.Full:
                continue

    def _work(self, bench: Bench, heard: Done) -> None:
        try:
            while not self.trouble and (task := self.jobs.get()) is not None:
                target, job = task
                heard(kept(target, bench.result(job)))
        except (Stop, OSError) as error:
            self.trouble.append(not_done(error) if isinstance(error, OSError) else str(error))
        finally:
            bench.end()


def kept(target: Path, result: dict) -> str:
    """Keep a result; gives its status."""
    results.keep(target, result)
    return str(result["status"])


def _talk(process: subprocess.Popen, message: dict) -> dict:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line.endswith("\n"):
        raise EOFError
    return json.loads(line)
