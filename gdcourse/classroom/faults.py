"""What a teacher is told when a file or a folder fails: what came, and what to do."""

from __future__ import annotations

import errno

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
AGAIN = "then run it again; what is graded already is kept"


def not_done(error: OSError) -> str:
    """Give one sentence on why grading cannot go on."""
    place = error.filename or "a file"
    if error.errno in NO_ROOM:
        return f"expected room to write {place}, but the disk or your share of it is full: make room, {AGAIN}"
    if error.errno in FORBIDDEN:
        reason = error.strerror or "forbidden"
        return f"expected that {place} may be read and written by you, but it may not ({reason}): allow it, {AGAIN}"
    if isinstance(error, NotADirectoryError | FileExistsError | IsADirectoryError):
        reason = error.strerror or type(error).__name__
        return f"expected another kind of file at {place} ({reason}): move it out of the way, {AGAIN}"
    reason = error.strerror or str(error) or type(error).__name__
    return f"expected to read and write {place}, but that failed ({reason}): see to it, {AGAIN}"
