"""How well students' code is kept apart here: found out by attacking from inside, told in one line."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from gdcourse.classroom.asking import Ended
from gdcourse.classroom.folders import OwnFolder
from gdcourse.classroom.running import Runner

ATTACKS = {  # what must fail, and what it would mean
    "files": "read the teacher's files",
    "writes": "change the course",
    "network": "use the network",
    "parent": "reach the grader's processes",
    "root": "take privileges",
    "uncounted": "take memory that counts for no process",
}
_TRIES = """
import ctypes, mmap, os, socket
def reached(attack):
    try:
        return bool(attack())
    except BaseException:
        return False
files = reached(lambda: open({canary!r}).read() == "canary")
writes = reached(lambda: open({edition!r} + "/written", "w"))
network = reached(lambda: socket.create_connection(("127.0.0.1", {port}), 1))
parent = reached(lambda: os.kill({pid}, 0) is None)
call = ctypes.CDLL(None)
root = reached(lambda: os.setuid(0) is None) or any(call.unshare(space) == 0 for space in (0x20000, 0x10000000))
uncounted = reached(lambda: os.memfd_create("x")) or reached(lambda: call.shmget(0, 4096, 0o1600) >= 0)
uncounted = uncounted or reached(lambda: mmap.mmap(-1, 4096))
"""


@dataclass(frozen=True)
class Isolation:
    """What the attacks reached; `trouble` says why there is no jail, or is empty."""

    reached: tuple[str, ...]
    trouble: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was reached."""
        return not self.reached and not self.trouble

    def __str__(self) -> str:
        """Say it in one line."""
        if self.sound:
            return "Isolated: a submission sees no files but its own, no network and no other process; limits hold."
        could = ", ".join(ATTACKS[attack] for attack in self.reached)
        why = f" ({self.trouble})" if self.trouble else ""
        return f"NOT isolated{why}: a submission could {could or 'do what you may do yourself'}."


def probe(runner: Runner, edition: Path) -> Isolation:
    """Attack from inside a child."""
    if runner.trouble:
        return Isolation((), runner.trouble)
    with OwnFolder("canary") as cage, socket.create_server(("127.0.0.1", 0)) as ear:
        (cage / "canary").write_text("canary")
        (cage / "canary").chmod(0o644)
        facts = {
            "canary": str(cage / "canary"),
            "edition": str(edition),
            "port": ear.getsockname()[1],
            "pid": runner.process.pid,
        }
        try:
            with runner.child() as child:
                child.run([{"source": _TRIES.format(**facts), "keeps": []}], [], False)
                found = {attack: child.values(attack)[0] for attack in ATTACKS}
        except Ended as ended:
            return Isolation((), f"a first try in it failed: {ended.reason}")
    return Isolation(tuple(attack for attack, values in found.items() if values != [False]))
