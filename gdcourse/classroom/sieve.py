"""Calls of the system that no submission needs, refused for good by a filter in the kernel (seccomp).

They would hold memory that counts for no process, or leave something behind for the next submission: memory in files
without a name, shared memory and queues (System V), keys, pages shared without a file (let go of, they count for nobody
and stay), large buffers of sockets. Or they lead past all this: rings, through which calls pass by such a filter, and a
user name space of one's own, in which everybody is root and mounts what he likes.
"""

from __future__ import annotations

import ctypes
import errno
import os

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # instructions: of a word, its bits, jumps, the end
NUMBER_AT, MACHINE_AT, ARGUMENTS_AT = 0, 4, 16  # where the kernel puts the number of a call, the machine's, the rest
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
OTHER_NUMBERS = 0x40000000  # of an x86_64's calls with short pointers (x32): all refused
NEW_USER, SHARED_WITHOUT_FILE, SEND_BUFFER = 0x10000000, 0x21, 7
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALWAYS = {  # memfd_create, memfd_secret, shmget, msgget, semget, add_key, request_key, keyctl, io_uring_setup
    "x86_64": (319, 447, 29, 68, 64, 248, 249, 250, 425),
    "aarch64": (279, 447, 194, 186, 190, 217, 218, 219, 425),
}
CLONE3 = 435  # its flags are out of a filter's sight: a C library that hears of no such call uses clone
WHERE = {  # of a number: which argument, which of its bits, and what they are: clone, unshare, mmap, setsockopt
    "x86_64": {
        56: (0, NEW_USER, NEW_USER),
        272: (0, NEW_USER, NEW_USER),
        9: (3, SHARED_WITHOUT_FILE, SHARED_WITHOUT_FILE),
        54: (2, 0xFFFFFFFF, SEND_BUFFER),
    },
    "aarch64": {
        220: (0, NEW_USER, NEW_USER),
        97: (0, NEW_USER, NEW_USER),
        222: (3, SHARED_WITHOUT_FILE, SHARED_WITHOUT_FILE),
        208: (2, 0xFFFFFFFF, SEND_BUFFER),
    },
}


class _Line(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.POINTER(_Line)))


def refuse_calls() -> None:
    """Refuse them to this process and all it starts; nothing is done on a machine whose numbers are not known here.

    It must have given up new privileges before. Whether the filter holds, the probe of the isolation finds out.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        return
    lines = [(LOAD, 0, 0, MACHINE_AT), (EQUAL, 1, 0, MACHINES[machine]), (RETURN, 0, 0, REFUSE)]
    lines += [(LOAD, 0, 0, NUMBER_AT), (AT_LEAST, 0, 1, OTHER_NUMBERS), (RETURN, 0, 0, REFUSE)]
    for number in ALWAYS[machine]:
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    lines += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN)]
    for number, (argument, bits, value) in WHERE[machine].items():
        place = ARGUMENTS_AT + 8 * argument  # of its lower half, on these machines
        lines += [(LOAD, 0, 0, NUMBER_AT), (EQUAL, 0, 4, number), (LOAD, 0, 0, place), (AND, 0, 0, bits)]
        lines += [(EQUAL, 0, 1, value), (RETURN, 0, 0, REFUSE)]
    lines += [(RETURN, 0, 0, ALLOW)]
    program = _Program(len(lines), (_Line * len(lines))(*(_Line(*line) for line in lines)))
    ctypes.CDLL(None).prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)
