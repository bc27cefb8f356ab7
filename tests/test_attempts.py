"""What students handed in is found in every layout, with the time it came."""

from datetime import UTC, datetime

import pytest

from gdcourse.classroom.attempts import find_attempts, read_time


def test_submissions_are_found_in_every_layout(tmp_path):
    def put(name, text="{}"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    put("ana/lesson1/lesson1.ipynb")
    put("ana/lesson1/timestamp.txt", "2026-11-02 10:00:00 UTC")
    put("ana/lesson1/.ipynb_checkpoints/old.ipynb")
    put("bo/anything.ipynb", '{"metadata": {"gdcourse": {"assignment": "lesson2"}}}')
    put("cy/week 3/lesson1/report.pdf")
    put("di/unknown.ipynb")
    put("loose file.txt")
    (tmp_path / "ed" / "lesson1").mkdir(parents=True)
    (tmp_path / "ed" / "lesson1" / "x.ipynb").symlink_to("/etc/passwd")
    found = {attempt.student: attempt for attempt in find_attempts(tmp_path, {"lesson1", "lesson2"})}
    assert {student: (a.assignment, a.path.name) for student, a in found.items()} == {
        "ana": ("lesson1", "lesson1.ipynb"),
        "bo": ("lesson2", "anything.ipynb"),
        "cy": ("lesson1", "report.pdf"),
        "di": ("", "unknown.ipynb"),
        "ed": ("lesson1", "x.ipynb"),
    }
    assert found["ana"].at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert found["ed"].trouble == "the file is a link to another place"
    with pytest.raises(ValueError, match="is none"):
        list(find_attempts(tmp_path / "nowhere", {"lesson1"}))


@pytest.mark.parametrize("text", ["2026-11-02 10:00:00.5 UTC", "2026-11-02T11:00:00.5+01:00", "2026-11-02 10:00:00.5"])
def test_times_are_read_as_nbgrader_and_people_write_them(text):
    assert read_time(text) == datetime(2026, 11, 2, 10, 0, 0, 500_000, tzinfo=UTC)
