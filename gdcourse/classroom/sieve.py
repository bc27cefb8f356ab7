"""Calls of the system that no submission needs, refused for good by a filter in the kernel (seccomp).

They would hold memory that counts for no process, or leave something behind for the next submission: memory in files
without a name, shared memory and queues (System V), keys; and rings, through which calls pass by such a filter.
"""

from __future__ import annotations

import ctypes
import errno
import os

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # instructions: of a word, jumps, the end
NUMBER_AT, MACHINE_AT = 0, 4  # where the kernel puts the number of a call, and the machine's
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
OTHER_NUMBERS = 0x40000000  # of an x86_64's calls with short pointers (x32): all refused
# numbers of memfd_create, memfd_secret, shmget, msgget, semget, add_key, request_key, keyctl, io_uring_setup
CALLS = {
    "x86_64": (0xC000003E, (319, 447, 29, 68, 64, 248, 249, 250, 425)),
    "aarch64": (0xC00000B7, (279, 447, 194, 186, 190, 217, 218, 219, 425)),
}


class _Line(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.POINTER(_Line)))


def refuse_calls() -> None:
    """Refuse them to this process and all it starts; nothing is done on a machine whose numbers are not known here.

    It must have given up new privileges before. Whether the filter holds, the probe of the isolation finds out.
    """
    machine, numbers = CALLS.get(os.uname().machine, (0, ()))
    if not numbers:
        return
    lines = [(LOAD, 0, 0, MACHINE_AT), (EQUAL, 1, 0, machine), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, NUMBER_AT)]
    lines += [(AT_LEAST, len(numbers) + 1, 0, OTHER_NUMBERS)]
    lines += [(EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    lines += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    program = _Program(len(lines), (_Line * len(lines))(*(_Line(*line) for line in lines)))
    ctypes.CDLL(None).prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)
