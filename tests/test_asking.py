"""The line to a child, and the alarm in it: what comes too late, and what falls where it may not."""

import json
import socket
import sys
import time
from types import SimpleNamespace

import pytest

from gdcourse.classroom import child, hiding
from gdcourse.classroom.asking import Child, Ended
from gdcourse.classroom.jail import Limits
from gdcourse.classroom.peer import MOST_VALUES


@pytest.fixture
def line():
    """The oracle's end of the line to a child whose time is over, and the child's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asked = Child(ours, SimpleNamespace(limits=Limits(), control=ours))
        asked.deadline = time.monotonic() - 1
        yield asked, theirs


@pytest.mark.parametrize("late", [{"nonce": "n", "call": 0, "arguments": []}, {"cell": 3}])
def test_what_is_there_when_the_time_is_over_is_not_gone_into(late, line):
    """Calls that pile up would keep the oracle busy for as long as there are any."""
    asked, theirs = line
    theirs.sendall(json.dumps(late).encode() + b"\n")
    with pytest.raises(Ended) as ended:
        asked.receive()
    assert ended.value.status == "timed out"


def test_an_answer_that_came_in_time_may_be_read_late(line):
    asked, theirs = line
    theirs.sendall(b'{"nonce": "n", "values": []}\n')
    assert asked.receive() == {"nonce": "n", "values": []}


@pytest.mark.parametrize(("count", "fine"), [(MOST_VALUES, True), (MOST_VALUES + 1, False)])
def test_an_answer_has_a_few_values(count, fine, line, monkeypatch):
    """Each is judged."""
    asked, _ = line
    monkeypatch.setattr(asked, "send", lambda message: nonces.append(message["nonce"]))
    monkeypatch.setattr(asked, "receive", lambda: {"nonce": nonces[-1], "values": [None] * count})
    nonces = []
    if fine:
        assert asked.values("walk")[0] == [None] * count
        return
    with pytest.raises(Ended) as ended:
        asked.values("walk")
    assert ended.value.status == "tampered"


def test_the_alarm_strikes_the_cell_but_not_the_code_around_it(monkeypatch):
    monkeypatch.setattr(hiding, "end_others", lambda: None)
    with pytest.raises(child._OutOfTime):
        child._ring(14, sys._getframe())
    for file in (child.__file__, hiding.__file__):
        assert child._ring(14, SimpleNamespace(f_code=SimpleNamespace(co_filename=file))) is None
