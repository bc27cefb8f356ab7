"""The warm process beside the students' code: it has loaded what notebooks need, and forks a child per submission.

It holds nothing secret, because a child can read whatever its parent had in memory. It is told little, over a socket
that no child inherits:

    run   with the descriptor of a channel to the oracle: fork a child that talks there
    end   kill the child, and whatever it left behind

and says, one JSON line each: what its jail is like (once), and how a child ended. The end of a child is seen on a
pidfd: a process that it left behind may hold the channel open.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from gdcourse.classroom import jail
from gdcourse.classroom.memory import LOOK, Watch

BACKSTOP = 30.0  # seconds beyond the limit after which a child is killed although nobody asked for it


@dataclass(frozen=True)
class Plan:
    """What a runner is started with, as JSON.

    Args:
        jailed: whether to go into a jail; else the limits are all there is.
        readable: paths to be seen in the jail.
        hidden: folders among them to be kept empty.
        root: an empty folder for the jail's file system.
        scratch: the folder to work in where there is no jail.
        limits: see `jail.Limits`.
    """

    jailed: bool
    readable: list[str]
    hidden: list[str]
    root: str
    scratch: str
    limits: dict


def main() -> None:
    """Run until the oracle closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    plan = Plan(**json.loads(sys.argv[2]))
    jail.die_with_parent()
    uid = jail.FIRST_UID + os.getpid() % jail.UIDS
    jail.libc().prctl(jail.PR_SUBREAPER, 1, 0, 0, 0)
    trouble = jail.attempt(jail.own_spaces) if plan.jailed else ""
    if plan.jailed and not trouble:
        _be_born_again(control)
    statm, home, watch = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC), jail.own_process_space(), Watch()
    if plan.jailed and not trouble:
        readable, hidden = ([Path(path) for path in paths] for paths in (plan.readable, plan.hidden))
        trouble = jail.attempt(jail.own_files, readable, hidden, Path(plan.root))
    os.environ.update(HOME=str(_scratch(plan)), TMPDIR=str(_scratch(plan)))
    if not trouble:
        from gdcourse.classroom import child

        child.warm_up()
    control.sendall(json.dumps({"ready": not trouble, "trouble": trouble}).encode() + b"\n")
    if not trouble:
        gc.collect()
        gc.freeze()
        _serve(control, plan, uid, (statm, home), watch)


def _be_born_again(control: socket.socket) -> None:
    """Go on as the first process of the new process space; who was there before only waits for the end."""
    pid = os.fork()
    if pid != 0:
        control.close()
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
    jail.die_with_parent()


def _scratch(plan: Plan) -> Path:
    return jail.SCRATCH if plan.jailed else Path(plan.scratch)


def _serve(control: socket.socket, plan: Plan, uid: int, mine: tuple[int, int], watch: Watch) -> None:
    limits, (statm, home) = jail.Limits(**plan.limits), mine
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        if message != b"run" or not descriptors:
            continue  # an end that came after the end
        pages = int(os.pread(statm, 100, 0).split()[0])
        pid = jail.fork_into_new_space(home) if plan.jailed else os.fork()
        if pid == 0:
            watch.close()
            _become_child(control, mine, descriptors[0], plan, uid, pages * os.sysconf("SC_PAGESIZE"))
        os.close(descriptors[0])
        ended = _watched(control, pid, limits, watch)
        control.sendall(json.dumps({"ended": ended}).encode() + b"\n")


def _become_child(control: socket.socket, mine: tuple, channel: int, plan: Plan, uid: int, base: int) -> None:
    """Run the child to its end; nothing of the runner's goes on in it."""
    status = 1
    try:
        from gdcourse.classroom import child

        limits = jail.Limits(**plan.limits)
        control.close()
        for descriptor in mine:
            os.close(descriptor)
        for standard in (0, 1, 2):
            os.dup2(os.open("/dev/null", os.O_RDWR), standard)
        jail.confine(limits, base, uid, plan.jailed, Path(plan.scratch))
        child.serve(socket.socket(fileno=channel), limits)
        status = 0
    finally:
        os._exit(status)


def _watched(control: socket.socket, pid: int, limits: jail.Limits, watch: Watch) -> dict:
    """Wait for a child's end, for the word to end it, or until it takes too much; give how it ended."""
    handle, deadline = os.pidfd_open(pid), time.monotonic() + limits.wall + BACKSTOP
    greedy, ready = False, []
    while not ready and not greedy and time.monotonic() < deadline:
        ready, _, _ = select.select([handle, control], [], [], LOOK)
        greedy = not ready and watch.exceeds(limits.memory)
    if handle not in ready:
        control.recv(16) if control in ready else None
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [])
    _, status, _ = os.wait4(pid, 0)
    os.close(handle)
    _reap(pid)
    return {"code": os.waitstatus_to_exitcode(status), "greedy": greedy}


def _reap(pid: int) -> None:
    """Kill what the child left behind; in a process space of its own that is gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
            if found is None:  # an orphan that lives on: without a process space all we can do is to end it by its id
                _end_orphans()


def _end_orphans() -> None:
    for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        os.kill(int(word), signal.SIGKILL)


def plan_of(arguments: Plan) -> str:
    """Write a plan for the command line."""
    return json.dumps(asdict(arguments))


if __name__ == "__main__":
    main()
