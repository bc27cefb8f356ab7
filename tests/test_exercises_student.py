"""The student's name: asked by nobody, told once, kept beside the progress file; and variants dealt to a roster."""

import errno
from pathlib import Path

import pytest
from exercise_cases import KEYS

import gdcourse
from gdcourse.exercises import EXERCISES, progress, student
from gdcourse.exercises.name_file import NAME
from gdcourse.exercises.variants import current_student, deal

WALK = EXERCISES["parabola-walk"]
CROWD = [f"student-{number:04d}" for number in range(1000)]
PERSONAL = [key for key in KEYS if len(EXERCISES[key].variants.all()) > 1]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A work folder of its own, in which nobody has a name."""
    monkeypatch.chdir(tmp_path)
    for name in ("GDCOURSE_STUDENT", "JUPYTERHUB_USER", "GDCOURSE_LANGUAGE", "GDCOURSE_PROGRESS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def frozen(variant):
    """Make a variant comparable."""
    return tuple(sorted(variant.items()))


def test_a_name_is_told_once_and_kept_in_the_work_folder(folder):
    assert current_student() == "self-study"
    assert "without a name" in student()
    assert student(" ada ").startswith("You work as ada")
    assert (folder / NAME).read_text() == "ada\n"
    assert current_student() == "ada"
    assert WALK.variant() == WALK.variant("ada") != WALK.variants.classic
    WALK.check(WALK.answer())
    assert (progress("ada").points, progress("self-study").points) == (10, 0)
    assert "without a name" in student("self-study")
    assert WALK.variant() == WALK.variants.classic
    assert gdcourse.student is student


def test_the_environment_and_the_hub_go_first_and_the_learner_is_told(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "hubert")
    assert student("ada") == "The name ada is kept. Here, though, the system names you hubert, and that goes first."
    assert current_student() == "hubert"
    monkeypatch.setenv("GDCOURSE_STUDENT", "grace")
    assert "grace" in student()
    monkeypatch.delenv("GDCOURSE_STUDENT")
    monkeypatch.delenv("JUPYTERHUB_USER")
    assert current_student() == "ada"
    assert student(language="de").startswith("Du arbeitest als ada")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "ada, time 3", 42, b"ada", ["ada"], True, "a\x00b"])
def test_what_is_no_name_gets_a_sentence_and_changes_nothing(name, folder):
    with pytest.raises(ValueError, match="expected a name of 1 to 80 letters on one line"):
        student(name)
    assert not (folder / NAME).exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a\nb\n", b"x" * 5000, b"ada, time 2"])
def test_a_damaged_name_is_no_name(content, folder):
    (folder / NAME).write_bytes(content)
    assert current_student() == "self-study"
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    assert current_student() == "self-study"
    assert "could not be kept" in student("ada")


def test_a_full_disk_costs_no_name(folder, monkeypatch):
    student("ada")
    with monkeypatch.context() as full:
        full.setattr(Path, "write_text", failing(Path.write_text))
        assert student("bob") == "Your name could not be kept: No space left on device."
    assert current_student() == "ada"
    assert [file.name for file in folder.iterdir()] == [NAME]


def failing(write):
    """Make a write that leaves an empty file behind, as a full disk does."""

    def write_nothing(path, text, **more):
        write(path, "", **more)
        raise OSError(errno.ENOSPC, "No space left on device")

    return write_nothing


def test_the_name_lies_beside_the_progress_file_and_is_switched_off_with_it(monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GDCOURSE_PROGRESS", str(tmp_path / "elsewhere" / "progress.jsonl"))
    student("ada")
    assert (tmp_path / "elsewhere" / NAME).exists()
    monkeypatch.setenv("GDCOURSE_PROGRESS", "off")
    assert current_student() == "self-study"
    assert "could not be kept" in student("bob")


def test_a_roster_is_dealt_without_repetition_as_far_as_the_variants_reach(capsys):
    lines = []
    for key in PERSONAL:
        pool = len(EXERCISES[key].variants.all()) - 1  # the numbers of the lesson are everybody's
        dealt = [frozen(variant) for variant in deal(EXERCISES[key], CROWD, "tea").values()]
        times = [dealt.count(variant) for variant in set(dealt)]
        assert len(set(dealt)) == min(pool, len(CROWD))
        assert max(times) - min(times) <= 1
        assert frozen(EXERCISES[key].variants.classic) not in dealt
        lines.append(f"{key}: {len(set(dealt))} distinct variants dealt to 1,000 students, of {pool}")
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def test_nobody_can_compute_his_numbers_without_the_secret():
    dealt = deal(WALK, CROWD[:200], "tea")
    assert list(dealt) == CROWD[:200]
    assert deal(WALK, [*CROWD[:200], CROWD[0]], "tea") == dealt
    other = deal(WALK, CROWD[:200], "coffee")
    assert sum(dealt[name] == other[name] for name in dealt) < 20
    assert sum(dealt[name] == WALK.variant(name) for name in dealt) < 20, "nobody can compute his numbers by himself"


def test_a_newcomer_changes_nobodys_numbers():
    before, after = (deal(WALK, CROWD[:size], "tea") for size in (100, 150))
    assert {name: after[name] for name in before} == before


def test_a_family_is_dealt_alike_and_an_exercise_without_variants_its_only_one():
    large = EXERCISES["parabola-walk-large-rate"]
    assert deal(WALK, CROWD[:50], "tea") == deal(large, CROWD[:50], "tea")
    assert deal(EXERCISES["why-minus"], CROWD[:3], "tea") == {name: {} for name in CROWD[:3]}
    assert deal(WALK, [], "tea") == {}
    dealt = deal(WALK, CROWD[:2], "tea")
    dealt[CROWD[0]]["start"] = 99.0
    assert deal(WALK, CROWD[:2], "tea")[CROWD[0]]["start"] != 99.0
