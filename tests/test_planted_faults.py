"""The planted faults are still where they say they are, and the script that plants them tells the truth."""

import ast
from pathlib import Path

import planted_faults
import pytest
from planted_faults import Fault, judge, judge_all, main, read_faults

pytestmark = pytest.mark.thorough

ROOT = Path(planted_faults.ROOT)
FAULTS = read_faults()
CHEAP = "tests/test_cheap.py"
SIGN = Fault("sign", "gdcourse/walk.py", "w - g", "w + g", [CHEAP])


@pytest.fixture
def small_project(tmp_path, monkeypatch):
    """A project of one function and one test, in place of ours."""
    for name, text in {
        "pyproject.toml": "[project]\nname = 'gdcourse'\n",
        "gdcourse/__init__.py": "",
        "gdcourse/walk.py": "def step(w, g):\n    return w - g\n\n\ndef twice(w, g):\n    return 2 * w - g\n",
        CHEAP: "from gdcourse.walk import step\n\n\ndef test_step():\n    assert step(3, 1) == 2\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(planted_faults, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_can_be_planted(fault):
    text = (ROOT / fault.file).read_text()
    planted = fault.planted_in(text)
    assert planted is not None, f"the text of {fault.name} is no longer in {fault.file}, or there more than once"
    ast.parse(planted)
    assert fault.tests
    for test in fault.tests:
        assert (ROOT / test.partition("::")[0]).exists()


def test_there_are_many_faults_and_no_two_alike():
    assert len(FAULTS) >= 12
    assert len({(fault.file, fault.after, fault.old, fault.new) for fault in FAULTS}) == len(FAULTS)


def test_each_outcome(small_project):
    first = SIGN._replace(after="def step")
    missed = SIGN._replace(name="missed", after="def twice")
    broken = first._replace(name="broken", new="w - g)")
    twice_there = SIGN._replace(name="ambiguous")
    gone = first._replace(name="gone", old="w * g")
    no_file = first._replace(name="no-file", file="gdcourse/none.py")
    outcomes = judge_all([first, missed, broken, twice_there, gone, no_file])
    assert outcomes == ["caught", "MISSED", "BROKEN", "NOT FOUND", "NOT FOUND", "NOT FOUND", "passed"]


def test_the_file_is_restored(small_project):
    before = (small_project / "gdcourse/walk.py").read_text()
    assert judge(SIGN._replace(after="def step"), small_project) == "caught"
    assert (small_project / "gdcourse/walk.py").read_text() == before


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (["caught", "caught", "passed"], 0),
        (["caught", "MISSED", "passed"], 1),
        (["NOT FOUND", "caught", "passed"], 1),
        (["BROKEN", "caught", "passed"], 1),
        (["caught", "caught", "caught"], 1),  # the tests fail without a fault, too
    ],
)
def test_exit_code_and_table(outcomes, code, monkeypatch, capsys):
    monkeypatch.setattr(planted_faults, "judge_all", lambda faults: outcomes)
    assert main([], [SIGN, SIGN]) == code
    assert f"{outcomes[:2].count('caught')} of 2 faults caught" in capsys.readouterr().out


def test_words_choose_faults(monkeypatch, capsys):
    monkeypatch.setattr(planted_faults, "judge_all", lambda faults: ["caught"] * len(faults) + ["passed"])
    assert main(["adam", "keep"]) == 0
    names = [line.split()[1] for line in capsys.readouterr().out.splitlines()[:-1]]
    assert names == [fault.name for fault in FAULTS if "adam" in fault.name or "keep" in fault.name]
    assert main(["no such name"]) == 1
