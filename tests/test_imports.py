"""Imports run one way, and the core is loaded without anything but NumPy."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import gdcourse

PACKAGE = Path(gdcourse.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "notebooks" not in path.relative_to(PACKAGE).parts)

# The rooms from the ground up: a room imports from itself and from rooms of a lower floor. Rooms on one floor know
# nothing of each other. A module belongs to the room with the longest name that its own name begins with; a module
# that is in none of them stands at the edge of the house, and no room may import it.
FLOORS = [
    {"__init__"},  # gives its version and hands out names when asked; it imports no room by itself
    {"checks"},
    {"settings", "landscape", "guard"},
    {"formula"},
    {"schedules", "optimizer"},
    {"trajectory"},
    {"descent"},
    {"theory", "samples"},
    {"training"},
    {"labs"},
    {"exercises"},
    {"plotting"},
    {"stage"},
    {"workfolder"},
    {"classroom"},
]
EDGE = len(FLOORS)  # the top: cli and whatever else is not named above may import everything, each other included
ROOM_FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
NUMPY_ONLY = [room for floor in FLOORS[: FLOORS.index({"exercises"}) + 1] for room in floor]
HEAVY = {
    "matplotlib",
    "IPython",
    "ipywidgets",
    "anywidget",
    "traitlets",
    "sympy",
    "nbformat",
    "nbconvert",
    "jupyterlab",
}


def name_of(path: Path) -> str:
    """Dotted name inside the package: "labs.hiker", "labs" for labs/__init__.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def room_of(name: str) -> str | None:
    """The room of a module, or None if no room has a name like this."""
    first = name.split(".")[0]
    return max((room for room in ROOM_FLOOR if first.startswith(room)), key=len, default=None)


def is_ours(module: str) -> bool:
    """Whether this is a module of the package, not the package itself or a name inside a module."""
    path = PACKAGE.parent / module.replace(".", "/")
    return module.startswith("gdcourse.") and (path.is_dir() or path.with_suffix(".py").exists())


@cache
def imports_of(path: Path) -> tuple[tuple[str, bool], ...]:
    """Every imported module, with dots, and whether it is loaded with the module itself, not inside a function."""
    found = []

    def visit(node: ast.AST, at_load: bool):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import: write it out"
            found.append((node.module or "", at_load))
            found.extend((f"{node.module}.{alias.name}", at_load) for alias in node.names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, at_load and not inside)

    visit(ast.parse(path.read_text()), True)
    return tuple(found)


def run_fresh(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_lower_floors(path):
    """Loading a module never climbs; inside a function only labs and exercises may call up a picture or a widget."""
    room = room_of(name_of(path))
    floor = ROOM_FLOOR.get(room, EDGE)
    for module, at_load in imports_of(path):
        if not is_ours(module) or room_of(module.removeprefix("gdcourse.")) == room:
            continue
        other = room_of(module.removeprefix("gdcourse."))
        called_up = not at_load and room in ("labs", "exercises") and other in ("plotting", "stage")
        below = ROOM_FLOOR.get(other, EDGE) < floor
        assert below or called_up or floor == EDGE, (
            f"{name_of(path)} imports {module}, which is not below it: see FLOORS"
        )


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(name_of(p)) in NUMPY_ONLY], ids=name_of)
def test_the_core_names_only_numpy_and_the_standard_library(path):
    outside = {module.split(".")[0] for module, at_load in imports_of(path) if at_load} - set(sys.stdlib_module_names)
    assert outside <= {"numpy", "gdcourse"}


def test_the_core_is_loaded_with_numpy_alone():
    """In a fresh interpreter every module of the core is imported; nothing heavy and nothing unknown comes along."""
    names = [f"gdcourse.{name_of(path)}" for path in MODULES if room_of(name_of(path)) in NUMPY_ONLY]
    code = (
        "import sys, numpy.random; before = set(sys.modules)\n"
        f"for name in {names!r}: __import__(name)\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = set(run_fresh(code).split())
    assert "gdcourse" in loaded
    assert not loaded & HEAVY
    assert loaded - set(sys.stdlib_module_names) <= {"numpy", "gdcourse"}


def test_importing_gdcourse_loads_nothing():
    loaded = run_fresh("import sys, gdcourse; print(*sys.modules)").split()
    assert not {"numpy", *HEAVY} & set(loaded)
    assert [name for name in loaded if name.startswith("gdcourse")] == ["gdcourse"]


def test_every_public_name_is_handed_out():
    code = "import gdcourse\nfor name in gdcourse.__all__: print(name, getattr(gdcourse, name) is not None)"
    lines = run_fresh(code).splitlines()
    assert lines == [f"{name} True" for name in gdcourse.__all__]
    with pytest.raises(AttributeError, match=r"gdcourse has no 'nonsense'"):
        _ = gdcourse.nonsense


def test_the_arrows_of_this_test_point_somewhere():
    """Guards the parser: it sees imports of every kind, and the floors name rooms that exist."""
    assert ("gdcourse.optimizer_record", True) in imports_of(PACKAGE / "descent.py")
    assert ("gdcourse.landscapes_line", True) in imports_of(PACKAGE / "landscapes.py")
    assert room_of("landscapes_plane") == "landscape"
    assert room_of("labs.hiker") == "labs"
    assert room_of("brand_new") is None
    assert is_ours("gdcourse.labs.hiker")
    assert not is_ours("gdcourse.descent.descend")
    assert {"labs", "exercises", "descent", "optimizer"} <= {room_of(name_of(path)) for path in MODULES}
