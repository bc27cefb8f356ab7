"""The workers of a grading, each a process of its own: one that dies is replaced, and what it held is done again."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from gdcourse.classroom import results
from gdcourse.classroom.worker import Setting

TRIES = 3  # workers that may die over one file


class Stop(Exception):
    """Grading cannot go on; the message is a sentence for the teacher."""


class Pool:
    """So many workers; `run` gives them work until there is none."""

    def __init__(self, setting: Setting, workers: int):
        """Start none yet: each is started when it gets its first work."""
        self.setting = setting
        self.workers = workers
        self.trouble: list[str] = []
        self.processes: dict[int, subprocess.Popen] = {}
        self.jobs: queue.Queue = queue.Queue(maxsize=4 * workers)

    def run(self, jobs: Iterable[dict], done: Callable[[str], None]) -> None:
        """Do every job; `done` hears the status of each, from one thread at a time.

        Raises:
            Stop: the results cannot be written, or no worker can be started.
        """
        hears, lock = done, threading.Lock()

        def heard(status: str) -> None:
            with lock:
                hears(status)

        threads = [
            threading.Thread(target=self._work, args=(place, heard), daemon=True) for place in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        try:
            for job in jobs:
                self._put(job)
            for _ in threads:
                self._put(None)
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.5)
        finally:
            for process in list(self.processes.values()):
                process.kill()
        if self.trouble:
            raise Stop(self.trouble[0])

    def _put(self, job: dict | None) -> None:
        while not self.trouble:
            try:
                self.jobs.put(job, timeout=0.5)
                return
            except queue.Full:
                continue

    def _work(self, place: int, heard: Callable[[str], None]) -> None:
        try:
            while not self.trouble and (job := self.jobs.get()) is not None:
                heard(self._surely(place, job))
        except Stop as stop:
            self.trouble.append(str(stop))
        except OSError as error:
            self.trouble.append(
                f"a result could not be written ({error.strerror or error}): make room, then run it again"
            )
        finally:
            self._end(place)

    def _surely(self, place: int, job: dict) -> str:
        for _ in range(TRIES):
            try:
                return self._ask(place, job)
            except (BrokenPipeError, EOFError):
                self._end(place)
        facts = {"submission": job["submission"], "student": job["student"], "assignment": job["assignment"]}
        verdict = {"status": "crashed", "reason": f"{TRIES} workers died over this file", "exercises": {}}
        results.keep(Path(job["target"]), {**facts, "checker": job["marks"], **verdict})
        return "crashed"

    def _ask(self, place: int, job: dict) -> str:
        process = self.processes.get(place) or self._start(place)
        said = _talk(process, job)
        if "error" in said:
            raise Stop(said["error"])
        return said["status"]

    def _start(self, place: int) -> subprocess.Popen:
        command = [sys.executable, "-m", "gdcourse.classroom.worker", str(place)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.processes[place] = process
        trouble = _talk(process, asdict(self.setting))["trouble"]
        if trouble:
            raise Stop(f"no worker could be started: {trouble}")
        return process

    def _end(self, place: int) -> None:
        process = self.processes.pop(place, None)
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                stream.close() if stream is not None else None


def _talk(process: subprocess.Popen, message: dict) -> dict:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line.endswith("\n"):
        raise EOFError
    return json.loads(line)
