"""The student edition of the package: the course without what its graded exercises hide.

Left out are the records of the graded exercises, every definition that only they need, and their texts; with them goes
any other exercise that shares a truth with one of them, because its answer would be the same. In the place of each
stands a record that says where the exercise is to be found. Left out too is the classroom, but for what runs beside a
student's code.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from importlib.metadata import requires
from importlib.resources import files
from pathlib import Path
from typing import Any

from gdcourse import __version__
from gdcourse.classroom.sources import (
    REGISTRY,
    Needed,
    is_lesson_page,
    lesson_pages,
    needed_by,
    page_of,
    places,
    used_names,
)
from gdcourse.exercises import EXERCISES, Exercise
from gdcourse.workfolder import lessons_folder

INSIDE = (
    "__init__.py",
    "child.py",
    "jail.py",
    "hiding.py",
    "memory.py",
    "peer.py",
    "plain.py",
    "runner.py",
    "sieve.py",
)  # of the classroom, in the edition
WITHHELD = Path("exercises") / "withheld.json"


def withheld(graded: Collection[str]) -> tuple[str, ...]:
    """Give the keys to be left out: graded exercises, and those that share a truth with one of them."""
    hidden = {id(truth) for key in graded for truth in truths(EXERCISES[key].task)}
    return tuple(key for key, e in EXERCISES.items() if key in graded or hidden & {id(t) for t in truths(e.task)})


def truths(record: Any) -> Iterator[Any]:
    """Give the functions of lesson pages that a task is made of."""
    if callable(record) and is_lesson_page(getattr(record, "__module__", "") or ""):
        yield record
    elif is_dataclass(record):
        for field in fields(record):
            yield from truths(getattr(record, field.name))
    elif isinstance(record, tuple | list):
        for item in record:
            yield from truths(item)


def make_edition(folder: Path, graded: Collection[str]) -> Path:
    """Write the student edition into `folder`, which must be new or an older edition; give the folder of the package.

    Raises:
        ValueError: the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "gdcourse" / WITHHELD).is_file():
        raise ValueError(f"expected an empty folder for the student edition, but {folder} holds other files")
    shutil.rmtree(folder, ignore_errors=True)
    package, away = folder / "gdcourse", withheld(graded)
    _copy_package(package)
    shutil.copytree(lessons_folder(), package / "notebooks", ignore=shutil.ignore_patterns(".*", "__*"))
    _write_pages(package, away)
    _write_texts(package / "exercises" / "text", away)
    stand_ins = {key: {"lesson": EXERCISES[key].lesson, "title": EXERCISES[key].title} for key in away}
    (package / WITHHELD).write_text(json.dumps(stand_ins, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text(_project(), encoding="utf-8")
    return package


def _copy_package(target: Path) -> None:
    source = Path(str(files("gdcourse")))

    def left_out(place: str, names: list[str]) -> set[str]:
        inside = INSIDE if Path(place) == source / "classroom" else names
        pages = {name for name in names if is_lesson_page(f"gdcourse.exercises.{name}")}
        cached = {name for name in names if name.startswith((".", "__pycache__")) or name == "notebooks"}
        return cached | (pages if Path(place) == source / "exercises" else set()) | (set(names) - set(inside))

    shutil.copytree(source, target, ignore=left_out)


def _write_pages(package: Path, away: Collection[str]) -> None:
    """Write the lesson pages with the records that stay, and with what these need."""
    kept = {page.__name__: _kept_elements(page.__name__, away) for page in lesson_pages()}
    needed: Needed = {}
    for module, elements in kept.items():
        names = {name for element in elements for name in used_names(element)}
        for place, found in needed_by(module, names).items():
            needed.setdefault(place, set()).update(found)
    pages = {module for module in kept if needed.get(module)}
    for module in pages:
        path = package.parent / Path(*module.split(".")).with_suffix(".py")
        path.write_text(_page_source(module, needed[module], kept[module]), encoding="utf-8")
    _drop_pages(package / "exercises" / "__init__.py", {name.rpartition(".")[2] for name in set(kept) - pages})


def _kept_elements(module: str, away: Collection[str]) -> list[ast.expr]:
    elements = page_of(module).elements()
    home = {place: key for key, (page, place) in places().items() if page == module}
    return [element for place, element in enumerate(elements) if home[place] not in away]


def _page_source(module: str, names: set[str], elements: list[ast.expr]) -> str:
    page = page_of(module)
    kept = [statement for statement in page.body if any(page.home[name] is statement for name in names)]
    lines = [ast.unparse(_narrowed(statement, names)) for statement in kept]
    records = [f"{REGISTRY} = {ast.unparse(ast.Tuple(elements, ast.Load()))}"] if REGISTRY in page.home else []
    return "\n\n".join(["from __future__ import annotations", *lines, *records]) + "\n"


def _narrowed(statement: ast.stmt, names: set[str]) -> ast.stmt:
    """Import only the names that are needed: what stood beside them may be gone."""
    if not isinstance(statement, ast.ImportFrom):
        return statement
    return ast.ImportFrom(statement.module, [a for a in statement.names if (a.asname or a.name) in names], 0)


def _drop_pages(path: Path, pages: Iterable[str]) -> None:
    """Take pages that are gone out of the list of pages."""
    source = path.read_text(encoding="utf-8")
    for page in pages:
        source = re.sub(rf"^    {page},\n", "", source, flags=re.MULTILINE)
    path.write_text(source, encoding="utf-8")


def _write_texts(folder: Path, away: Collection[str]) -> None:
    """Take the sections of these exercises out of the texts, unless an exercise that stays is like one of them."""
    english = [tomllib.loads(page.read_text(encoding="utf-8")) for page in (folder / "en").glob("*.toml")]
    like = {section.get("like") for page in english for key, section in page.items() if key not in away}
    gone = set(away) - like
    for path in sorted(folder.rglob("*.toml")):
        path.write_text("".join(_sections(path.read_text(encoding="utf-8"), gone)), encoding="utf-8")


def _sections(text: str, gone: Collection[str]) -> Iterator[str]:
    for section in re.split(r"^(?=\[)", text, flags=re.MULTILINE):
        found = re.match(r"\[([\w-]+)", section)
        if found is None or found[1] not in gone:
            yield section


def _project() -> str:
    """Write the project file of the edition, so that it can be installed: it needs what the course needs."""
    needs = [need for need in requires("gdcourse") or () if "extra ==" not in need]
    listed = "".join(f"    {json.dumps(need)},\n" for need in needs)
    return (
        '[build-system]\nrequires = ["hatchling>=1.27"]\nbuild-backend = "hatchling.build"\n\n'
        f'[project]\nname = "gdcourse"\nversion = "{__version__}+student"\nrequires-python = ">=3.11"\n'
        f'dependencies = [\n{listed}]\n\n[project.scripts]\ngdcourse = "gdcourse.cli:main"\n\n'
        '[tool.hatch.build.targets.wheel]\nonly-include = ["gdcourse"]\n'
    )


def graded_keys(exercises: Iterable[Exercise]) -> tuple[str, ...]:
    """Give the keys of those exercises that the course itself holds: a teacher's own are not in the package at all."""
    return tuple(exercise.key for exercise in exercises if exercise.key in EXERCISES)
