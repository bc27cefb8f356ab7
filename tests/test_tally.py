"""The line of `gdcourse grade` that says how far it is, and how long it will take."""

import io

from gdcourse.classroom.tally import Tally, clock


def test_the_line_says_how_far_and_how_long():
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        tally = Tally(20, stream)
        tally.begun -= 10
        for _ in range(15):
            tally.add("graded")
        for _ in range(5):
            tally.add("timed out")
    assert screen.getvalue().endswith("20/20  in 0:10  15 graded, 5 timed out\n")
    assert "\r" in screen.getvalue()
    lines = log.getvalue().splitlines()
    assert len(lines) == 10
    assert "10/20  0:10 left  10 graded" in lines[4]
    assert [clock(seconds) for seconds in (5, 65, 3723)] == ["0:05", "1:05", "1:02:03"]
