"""Lessons in the form in which they are kept: what a person wrote, and the outputs that nbval compares.

`gdcourse build` executes a lesson in an empty folder and stores it in this form, which two builds give alike:

- a cell with the tag `nbval-check-output` keeps its text outputs and its execution count; every other code cell is
  kept as if it had never run, so pictures, widgets and timings never enter the history of the project;
- cell ids come from the nearest heading (`the-loop`, `the-loop_2`, ...), so a diff shows what changed and no more;
- metadata says which kernel and language, and otherwise only what a person set.
"""

import json
import os
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from gdcourse.workfolder import is_checkout, lessons_folder, write_whole

CHECKED = "nbval-check-output"
SECONDS = 300  # for one cell
LEARNER = ("GDCOURSE_STUDENT", "GDCOURSE_LANGUAGE", "GDCOURSE_PROGRESS", "JUPYTERHUB_USER")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LEFT_BY_JUPYTER = ("collapsed", "execution", "ExecuteTime", "jp-MarkdownHeadingCollapsed", "scrolled", "trusted")


class BuildError(Exception):
    """A lesson that cannot be built; the message is one sentence for its author."""


def run(arguments: list[str]) -> int:
    """Run `gdcourse build [--check] [NOTEBOOK...]`; returns 1 if a lesson is stale or fails, 2 if misused, else 0."""
    options = [word for word in arguments if word.startswith("-")]
    paths = [Path(word) for word in arguments if word not in options] or sorted(lessons_folder().glob("*.ipynb"))
    problem = None
    if options not in ([], ["--check"]):
        problem = f"expected the option --check or none, but got {' '.join(options)}"
    elif not is_checkout() and len(arguments) == len(options):
        problem = f"`gdcourse build` is for a checkout of the course, but this gdcourse is installed in {sys.prefix}"
    elif missing := [str(path) for path in paths if not path.is_file()]:
        problem = f"expected notebooks, but there is no file {', '.join(missing)}"
    if problem:
        print(f"gdcourse: {problem}: see `gdcourse --help`", file=sys.stderr)
        return 2
    treat = check if options else store
    well = [_treat_one(treat, path) for path in paths]
    return 0 if all(well) else 1


def _treat_one(treat: Callable[[Path], bool], path: Path) -> bool:
    """Whether all is well with this lesson; a lesson that fails is told in one line, and the others go on."""
    try:
        return treat(path)
    except BuildError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False


def store(path: Path) -> bool:
    """Build the lesson and write it, unless it is up to date."""
    before, after = path.read_text(encoding="utf-8"), text_of(build(read(path)))
    if before != after:
        write_whole(path, after.encode())
    print(f"{path}: {'up to date' if before == after else 'built'}")
    return True


def check(path: Path) -> bool:
    """Whether the stored lesson is what building it gives; says so, and where the first difference is."""
    before, after = path.read_text(encoding="utf-8"), text_of(build(read(path)))
    print(f"{path}: {'up to date' if before == after else stale(path, before, after)}")
    return before == after


def read(path: Path) -> NotebookNode:
    """Read a notebook and give its cells their ids.

    Raises:
        BuildError: the file is not a notebook of format 4.
    """
    try:
        notebook = nbformat.from_dict(nbformat.reader.reads(path.read_text(encoding="utf-8")))
        if not isinstance(notebook, NotebookNode):
            raise TypeError(f"it holds a {type(notebook).__name__}")
        name_cells(notebook)
        nbformat.validate(notebook, version=4)
    except Exception as error:  # nbformat raises whatever it meets on its way through the file
        problem = str(error).split("\n", 1)[0]
        raise BuildError(f"expected a notebook of format 4, but it cannot be read ({problem}): repair it") from error
    return notebook


def text_of(notebook: NotebookNode) -> str:
    """Text of the file in which a notebook is stored."""
    return nbformat.writes(notebook) + "\n"


def build(notebook: NotebookNode) -> NotebookNode:
    """Execute a notebook in an empty folder, for a learner without a name; returns it in the stored form.

    Raises:
        BuildError: a cell fails or takes too long, or the outputs of a checked cell cannot be compared.
    """
    executed = deepcopy(notebook)
    name_cells(executed)
    environment = {name: value for name, value in os.environ.items() if name not in LEARNER}
    with tempfile.TemporaryDirectory() as folder:
        place = {"metadata": {"path": folder}}
        quiet = ["--Application.log_level=40"]
        client = NotebookClient(
            executed,
            timeout=SECONDS,
            kernel_name="python3",
            resources=place,
            extra_arguments=quiet,
            record_timing=False,
        )
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise BuildError(f"{_failed_cell(executed)} ended in {error.ename}: {error.evalue}") from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise BuildError(f"the kernel died, or a cell took longer than {SECONDS} seconds ({error})") from error
    return stored_form(executed)


def _failed_cell(executed: NotebookNode) -> str:
    """Number and id of the cell that holds an error."""
    failed = (index for index, cell in enumerate(executed.cells) if any(_outputs(cell, "error")))
    index = next(failed, len(executed.cells) - 1)
    return f"cell {index + 1} ({executed.cells[index].id})"


def _outputs(cell: NotebookNode, kind: str) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if output.output_type == kind]


def stored_form(notebook: NotebookNode) -> NotebookNode:
    """The form at the top of this module; what is stored already comes back unchanged.

    Raises:
        BuildError: a checked cell has no output, or a picture or widget, which nbval cannot compare.
    """
    stored = deepcopy(notebook)
    name_cells(stored)
    stored.metadata.pop("widgets", None)
    stored.metadata |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    count = 0
    for cell in stored.cells:
        cell.metadata = NotebookNode({key: kept for key, kept in cell.metadata.items() if key not in LEFT_BY_JUPYTER})
        if cell.cell_type == "code":
            count += bool(cell.source.strip())  # Jupyter does not run, or count, a cell without source
            checked = CHECKED in cell.metadata.get("tags", [])
            cell.execution_count = count if checked else None
            cell.outputs = _comparable(cell, count) if checked else []
    return stored


def _comparable(cell: NotebookNode, count: int) -> list[NotebookNode]:
    """Outputs of a checked cell, with what two runs give alike: streams joined, no traceback, counts in order."""
    outputs: list[NotebookNode] = []
    for output in deepcopy(cell.outputs):
        pictures = [kind for kind in output.get("data", {}) if kind.startswith("image/") or "widget" in kind]
        if pictures:
            raise BuildError(
                f"cell {cell.id} is tagged {CHECKED}, but shows {pictures[0]}: show that in a cell of its own"
            )
        if output.output_type == "error":
            output.traceback = []
        if output.output_type == "execute_result":
            output.execution_count = count
        if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
            outputs[-1].text += output.text
        else:
            outputs.append(output)
    if not outputs:
        raise BuildError(f"cell {cell.id} is tagged {CHECKED}, but has no output: print a number, or remove the tag")
    return outputs


def name_cells(notebook: NotebookNode) -> None:
    """Give every cell of `notebook` its stable id."""
    notebook.nbformat_minor = 5  # the first format in which cells have ids
    for cell, name in zip(notebook.cells, stable_ids(notebook), strict=True):
        cell.id = name


def stable_ids(notebook: NotebookNode) -> Iterator[str]:
    """Ids of the cells, from the nearest heading above: `start`, `the-loop`, `the-loop_2`, ...

    Under a second heading of the same text they are `the-loop__2`, `the-loop__2_2`, ...; as the slug of a heading has
    no underscore, no two ids can be the same.
    """
    section, position, headings = "start", 0, Counter(["start"])
    for cell in notebook.cells:
        heading = _heading(cell)
        if heading is not None:
            headings[heading] += 1
            section = heading if headings[heading] == 1 else f"{heading}__{headings[heading]}"
            position = 0
        position += 1
        yield section if position == 1 else f"{section}_{position}"


def _heading(cell: NotebookNode) -> str | None:
    """Slug of the first heading in a Markdown cell, or None; code blocks in it are not looked at."""
    text = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
    found = re.search(r"^#{1,6} +(.+)$", text, flags=re.MULTILINE)
    if cell.cell_type != "markdown" or found is None:
        return None
    plain = unicodedata.normalize("NFKD", found[1]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "heading"


def stale(path: Path, before: str, after: str) -> str:
    """Sentence on a lesson that is stored as `before` and built as `after`, with the first cell that differs."""
    place = "in its metadata or layout"
    for stored, built in zip(json.loads(before)["cells"], json.loads(after)["cells"], strict=True):
        parts = [
            part for part in ("id", "metadata", "execution_count", "outputs") if stored.get(part) != built.get(part)
        ]
        if parts:
            place = f"in the {parts[0].replace('_', ' ')} of cell {built['id']}"
            break
    return f"stale {place}: run `gdcourse build {path}`"
