"""What keeps a student's code from everything else: name spaces, a file system of its own, limits, no privileges.

The runner goes into the jail once, before it loads anything heavy; each child it forks gets a process space and a
scratch folder of its own on top. All of it is Linux, called through the C library: nothing is to be installed.

A process that is root needs no user name space and gives its children a user id that owns nothing; any other process
makes a user name space, in which it may do the same.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gdcourse.classroom.sieve import refuse_calls

if sys.platform != "win32":
    import resource  # the rest of this module needs Linux; the report, which imports it, does not

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
DETACH = 2
MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, ATTR_READ_ONLY, ATTR_NOSUID = 442, -100, 0x8000, 1, 2
PR_PDEATHSIG, PR_DUMPABLE, PR_CAPBSET_DROP, PR_NO_NEW_PRIVS, PR_SUBREAPER = 1, 4, 24, 38, 36
FIRST_UID, UIDS = 61_000, 4000  # of the children of runners that are root: they own nothing on any usual system
SCRATCH = Path("/scratch")  # in the jail
DEVICES = ("null", "full", "random", "urandom")  # not zero: pages of it that are shared count for nobody
MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Args:
        cell: seconds for one cell, then it is interrupted.
        wall: seconds for the whole notebook, then it is killed.
        call: seconds for one call of a graded function.
        cpu: seconds of computing.
        memory: MB for all processes together; no process has more addresses, beyond what the runner has loaded.
        processes: threads included.
        disk: MB of scratch folder; no file may be larger either.
    """

    cell: float = 10.0
    wall: float = 30.0
    call: float = 1.5
    cpu: int = 60
    memory: int = 1024
    processes: int = 24
    disk: int = 64


def libc() -> ctypes.CDLL:
    """Give the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library.

    Raises:
        OSError: it failed.
    """
    result = getattr(libc(), name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def mount(source: str, target: Path, kind: str | None = None, flags: int = 0, data: str = "") -> None:
    """Attach a file system at a place; see `man 2 mount`."""
    kind_bytes = None if kind is None else kind.encode()
    call("mount", source.encode(), os.fsencode(target), kind_bytes, ctypes.c_ulong(flags), data.encode())


def attempt(step: Callable[..., None], *arguments: object) -> str:
    """Take a step into the jail; gives "" where that worked, else what did not: then nothing is to be relied upon."""
    try:
        step(*arguments)
    except OSError as error:
        return str(error)
    return ""


def own_spaces() -> None:
    """Give this process, and its children from now on, spaces of their own: files, network, names, processes.

    The next child that is forked is the first in the new process space; this process itself stays in the old one.
    """
    user, group = os.geteuid(), os.getegid()
    spaces = NEWNS | NEWUTS | NEWIPC | NEWNET | NEWPID
    call("unshare", spaces if user == 0 else spaces | NEWUSER)
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def own_files(readable: Sequence[Path], hidden: Sequence[Path], root: Path) -> None:
    """Show this process nothing but the `readable` paths, without the `hidden` ones; `root` is an empty folder."""
    mount("none", Path("/"), flags=MS_REC | MS_PRIVATE)
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=8m,mode=755")
    for path in readable:
        _show(path, root)
    for name in DEVICES:
        _show(Path("/dev") / name, root, read_only=False)
    for path in hidden:
        place = _inside(root, path)
        if place.is_dir():
            mount("tmpfs", place, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k")
    for place in (_inside(root, SCRATCH), root / "outside"):
        place.mkdir()
    if not (root / "tmp").exists():
        (root / "tmp").symlink_to(SCRATCH)
    mount("tmpfs", _inside(root, SCRATCH), "tmpfs", MS_NOSUID | MS_NODEV, "size=32m,mode=755")
    call("pivot_root", os.fsencode(root), os.fsencode(root / "outside"))
    os.chdir("/")
    call("umount2", b"/outside", DETACH)
    os.rmdir("/outside")
    mount("none", Path("/"), flags=MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _show(path: Path, root: Path, read_only: bool = True) -> None:
    """Make a path of the outside appear in the jail, at the same place."""
    place = _inside(root, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        place.symlink_to(path.readlink())
        return
    if path.is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    mount(str(path), place, flags=MS_BIND | MS_REC)
    attributes = (ctypes.c_uint64 * 4)(ATTR_NOSUID | (ATTR_READ_ONLY if read_only else 0), 0, 0, 0)
    if libc().syscall(MOUNT_SETATTR, AT_FDCWD, os.fsencode(place), AT_RECURSIVE, attributes, 32) == -1:
        raise OSError(ctypes.get_errno(), f"mount_setattr: {os.strerror(ctypes.get_errno())}")


def paths_of_python() -> list[Path]:
    """Give what a Python program with its libraries needs to see."""
    system = [Path("/" + name) for name in ("bin", "lib", "lib32", "lib64", "usr")]
    system += [Path("/etc") / name for name in ("alternatives", "fonts", "ld.so.cache", "localtime")]
    python = [Path(prefix) for prefix in (sys.base_prefix, sys.prefix)]
    wanted = [path for path in (*system, *python) if path.exists()]
    whole = [path for path in wanted if not path.is_symlink()]
    return [path for path in wanted if path.is_symlink() or not any(other in path.parents for other in whole)]


def own_process_space() -> int:
    """Open the process space of this process; to be done before it goes into the jail, where no `/proc` is seen."""
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork_into_new_space(home: int) -> int:
    """Fork a child that is the first process of a space of its own: all that it leaves behind dies with it."""
    call("unshare", NEWPID)
    pid = os.fork()
    if pid != 0:
        call("setns", home, NEWPID)  # or the next child would be born into a space whose first process is dead
    return pid


def confine(limits: Limits, base_memory: int, uid: int, jailed: bool, scratch: Path) -> None:
    """Take everything from a child that a student's code must not have; called last before that code runs.

    Args:
        limits: what it may use.
        base_memory: bytes of address space that the runner has already.
        uid: the user it becomes, where the runner is root; runners that share one would share its limit on processes.
        jailed: whether the runner is in a jail.
        scratch: the folder to work in where there is none.
    """
    if jailed:
        scratch = SCRATCH
        call("unshare", NEWNS | NEWIPC)  # shared memory, too, outlives a process: none may find what another left
        mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, f"size={limits.disk}m,nr_inodes=4000,mode=777")
    os.chdir(scratch)
    os.setsid()
    _limit(limits, base_memory)
    if jailed and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    drop_privileges()


def _limit(limits: Limits, base_memory: int) -> None:
    disk = limits.disk * MB
    wanted = {
        resource.RLIMIT_AS: base_memory + limits.memory * MB,
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_FSIZE: disk,
        resource.RLIMIT_NPROC: limits.processes,
        resource.RLIMIT_NOFILE: 64,  # what waits in sockets counts for no process
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for name, value in wanted.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large is an error of the write, not the end


def drop_privileges() -> None:
    """Drop every capability for good, and let no other process of this user look into this one."""
    prctl = libc().prctl
    for capability in range(64):
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    head, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    call("capset", head, none)
    prctl(PR_NO_NEW_PRIVS, 1, 0, 0, 0)
    refuse_calls()
    die_with_parent()


def die_with_parent() -> None:
    """End this process when its parent ends, and keep others from reading or writing its memory."""
    libc().prctl(PR_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc().prctl(PR_DUMPABLE, 0, 0, 0, 0)
