"""`gdcourse grade --scheduler`: a real scheduler, three workers that share nothing with us, one of them killed."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from classroom import children, content, solved, with_cell_above
from server import free_port

from gdcourse.classroom import cluster, grading, remote
from gdcourse.classroom.assignment import asked_in
from gdcourse.classroom.cluster import Cluster, _batches
from gdcourse.classroom.dealing import personal, read_secret
from gdcourse.classroom.grading import run
from gdcourse.classroom.isolation import Isolation
from gdcourse.classroom.pool import Bench, Stop
from gdcourse.classroom.release import DEALT
from gdcourse.classroom.worker import Job, Setting

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="students' code is kept apart on Linux only"),
]
PROJECT = Path(__file__).parents[1]
IDS = tuple(f"s{number:02}" for number in range(10))
SLOW = "import time\ntime.sleep(0.3)"
SETTING = Setting("", "", [], "the secret of sixteen", [], True, {}, "en")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT), "GDCOURSE_PROGRESS": "off"}


@contextmanager
def program(*words, folder):
    """A program, ended by its own process id."""
    with (folder / f"{words[0]}.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=folder, env=ENVIRONMENT, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path):
    """A scheduler's address and its three workers."""
    pytest.importorskip("distributed") if "CI" not in os.environ else None
    file = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
    one = ("--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path))
    with ExitStack() as stack:
        stack.enter_context(program("dask", "scheduler", "--port", "0", *here, folder=tmp_path))
        wait_for(file.exists)
        workers = [stack.enter_context(program("dask", "worker", *here, *one, folder=tmp_path)) for _ in range(3)]
        wait_for(lambda: (tmp_path / "dask.log").read_text().count("Registered to") == 3)
        yield SimpleNamespace(address=json.loads(file.read_text())["address"], workers=workers)


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def course(tmp_path):
    """A class that handed in lesson 4, with a cell that takes its time."""
    course = tmp_path / "course"
    course.mkdir()
    secret = read_secret(course)  # makes one
    (course / DEALT).write_text("id\n" + "\n".join(IDS))
    for number, student in enumerate(IDS):
        mine = solved(4, [personal(e, student if number % 4 else IDS[0], IDS, secret) for e in asked_in(4)])
        place = course / "submitted" / student / "lesson4"
        place.mkdir(parents=True)
        (place / "x.ipynb").write_bytes(b"<html>" if number == 9 else content(with_cell_above(mine, SLOW)))
    return course


def graded(course, *words):
    """What a grading makes and says."""
    done = subprocess.run(
        [sys.executable, "-m", "gdcourse.cli", "grade", str(course / "submitted"), *words],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return taken_away(course), done


def taken_away(course):
    """Everything that a grading made, by name, but for the database; it is gone then."""
    folder = course / "grading"
    made = {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.suffix in (".json", ".csv")
    }
    shutil.rmtree(folder)
    return made


def holds(pid, needle):
    """Whether these bytes are anywhere in the memory of a process."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    areas = [line.split("-", 1) for line in lines if " rw" in line]
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for start, rest in areas:
            low, high = int(start, 16), int(rest.split()[0], 16)
            memory.seek(low)
            if needle in (memory.read(high - low) or b""):
                return True
    return False


def test_a_worker_killed_halfway_changes_no_byte(course, dask, monkeypatch):
    """All is graded once, as this machine alone grades it; the secret is in no runner; nothing stays behind."""
    secret, seen = read_secret(course).encode(), {}

    def watch():
        results = course / "grading" / "results"
        wait_for(lambda: len(list(results.rglob("*.json"))) >= 2)
        dask.workers[0].send_signal(signal.SIGSTOP)  # what it has in hand stays there while its memory is read
        for pid in children(dask.workers[0].pid):
            with suppress(FileNotFoundError, ProcessLookupError):  # a submission's process that ended meanwhile
                words = Path(f"/proc/{pid}/cmdline").read_text()
                for kind in ("worker", "runner"):
                    if f"gdcourse.classroom.{kind}" in words:
                        seen.setdefault(kind, []).append(holds(pid, secret))
        dask.workers[0].send_signal(signal.SIGKILL)
        seen["when"] = len(list(results.rglob("*.json")))

    thread = threading.Thread(target=watch)
    thread.start()
    from_cluster, said = graded(course, "--scheduler", dask.address)
    thread.join()
    assert dask.workers[0].wait(60) == -signal.SIGKILL
    assert 2 <= seen["when"] < len(IDS)
    assert any(seen["worker"]), "the oracle holds the secret, so it would have been found"
    if os.geteuid() == 0:
        assert seen["runner"]
        assert not any(seen["runner"])
    assert said.stdout.startswith("Isolated:")
    assert f"{len(IDS)}/{len(IDS)}" in said.stderr
    assert "Traceback" not in said.stderr
    monkeypatch.setattr(grading, "_probed", lambda setting: Isolation(()))
    assert run([str(course / "submitted")]) == 0
    from_here = taken_away(course)
    assert from_cluster == from_here
    assert len([path for path in from_here if path.suffix == ".json"]) == len(IDS)
    wait_for(lambda: not any(children(worker.pid) for worker in dask.workers[1:]))


def test_a_scheduler_that_is_not_there_is_told_within_seconds(course, capsys, monkeypatch):
    address = f"tcp://127.0.0.1:{free_port()}"
    waited = []
    connect = pytest.importorskip("distributed").Client
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    monkeypatch.setattr("distributed.Client", lambda *a, **k: waited.append(k["timeout"]) or connect(*a, **k))
    assert run([str(course / "submitted"), "--scheduler", address]) == 1
    assert waited == [1.0]
    said = capsys.readouterr()
    assert f"expected a Dask scheduler at {address}, but none answers there" in said.err
    assert "Traceback" not in said.err


def test_without_dask_one_sentence_says_what_to_install(course, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    assert run([str(course / "submitted"), "--scheduler", "tcp://127.0.0.1:1"]) == 1
    assert capsys.readouterr().err == (
        "gdcourse: expected Dask for --scheduler, but it is not installed here: `pip install distributed`\n"
    )


def test_dask_is_not_loaded_unless_asked_for():
    code = "import sys, gdcourse.classroom.grading as g\nprint({'dask', 'distributed', 'tornado'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


class FakeClient:
    """A cluster of one worker that says what it is told to say."""

    status = "running"

    def __init__(self, **said):
        self.said = said

    def nthreads(self):
        return {"tcp://here:1": 2}

    def run(self, function, *arguments, on_error):
        return {"tcp://here:1": self.said[function.__name__]}

    def cancel(self, futures):
        pass

    def close(self, timeout):
        self.status = "closed"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"who_is_there": ("0.0.1", "x")}, "the worker tcp://here:1 has gdcourse 0.0.1: install the same everywhere"),
        ({"who_is_there": (cluster.__version__, "x")}, "has another state of it"),
        ({"who_is_there": ModuleNotFoundError("No module named 'gdcourse'")}, "but No module named 'gdcourse'"),
        ({"prepare": "no worker could be started: NOT isolated"}, "tcp://here:1 says: no worker could be started: NOT"),
    ],
)
def test_a_worker_that_is_not_fit_is_told_before_anything_is_graded(said, sentence, monkeypatch):
    fine = {"who_is_there": remote.who_is_there(), "prepare": "", "dismiss": None}
    client = FakeClient(**{**fine, **said})
    monkeypatch.setattr(cluster, "_client", lambda address: client)
    with pytest.raises(Stop, match=sentence):
        Cluster("tcp://here:0", SETTING)
    assert client.status == "closed"


def test_a_worker_that_came_late_is_looked_at_too(monkeypatch):
    errand = remote.Errand("run", SETTING, {})
    assert "it has another gdcourse" in json.loads(remote.graded(errand, "another mark", b"[]"))["trouble"]

    def refuses(bench):
        raise Stop("no worker could be started: NOT isolated")

    monkeypatch.setattr(Bench, "start", refuses)
    assert "NOT isolated" in json.loads(remote.graded(errand, remote.package_mark(), b"[]"))["trouble"]
    assert "secret of sixteen" not in repr(errand)


def test_batches_are_of_fifty_and_not_too_heavy():
    def tasks(count, size):
        return [(Path(str(number)), Job("x" * size, "", "", "", {}, {})) for number in range(count)]

    assert [len(batch) for batch in _batches(tasks(120, 10), 50)] == [50, 50, 20]
    assert [len(batch) for batch in _batches(tasks(5, cluster.HEAVY), 50)] == [1, 1, 1, 1, 1]
    assert list(_batches([], 50)) == []


class FailedFuture:
    """A batch over which Dask gave up."""

    status, key = "error", "batch"

    def exception(self):
        return type("KilledWorker", (Exception,), {})()


def test_a_batch_over_which_workers_die_is_split_until_the_file_is_found(monkeypatch):
    hands, sent = Cluster.__new__(Cluster), []
    monkeypatch.setattr(Cluster, "_send", lambda self, batch: sent.append(len(batch)))
    job = Job("", "hash", "ana", "lesson1", {}, {})
    assert hands._results(FailedFuture(), [(Path(), job)] * 5) == []
    assert sent == [2, 3]
    ((_, result),) = hands._results(FailedFuture(), [(Path(), job)])
    assert (result["status"], result["student"]) == ("crashed", "ana")
    assert "Dask workers died" in result["reason"]


class LostFuture:
    """A batch that was finished by a worker that is no more."""

    key = "batch"

    def __init__(self, status):
        self.status = status
        self.heard = []

    def result(self, timeout):
        raise TimeoutError(f"no worker for {timeout} s")

    def add_done_callback(self, hear):
        self.heard.append(hear)


@pytest.mark.parametrize("status", ["finished", "pending", "lost"])
def test_results_that_are_lost_with_their_worker_are_waited_for_again(status):
    hands, future, batch = Cluster.__new__(Cluster), LostFuture(status), [(Path(), None)]
    hands.open, hands.finished = {}, queue.Queue()
    assert hands._results(future, batch) == []
    assert hands.open == {"batch": (future, batch)}
    assert future.heard == [hands.finished.put]
