# ruff: noqa: E501, RUF001 - what a student writes is kept on its line, in the student's alphabet
"""Honest notebooks in every shape they come in, each with everything right: name -> a function that makes one."""

from copy import deepcopy

from classroom import ASSIGNMENTS, answered, blank, code_cell, solved, with_cell_above

FULL = solved()


def with_cells(change):
    """The full notebook with its list of cells changed."""
    notebook = deepcopy(FULL)
    notebook["cells"] = change(notebook["cells"])
    return notebook


def with_each(change):
    """The full notebook with every cell changed."""
    return with_cells(lambda cells: [change(cell) for cell in cells])


def without_metadata(cell):
    return {**cell, "metadata": {}}


def format_3():
    sheet = [{**cell, "input": cell.pop("source"), "language": "python"} for cell in deepcopy(FULL)["cells"]]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"}, "worksheets": [{"cells": sheet}]}


def no_ids(cell):
    return {name: value for name, value in cell.items() if name != "id"} | {"metadata": {}}


def imports_first(cells):
    return [cells[1], *reversed(cells[2:]), cells[0]]


def moved_into_a_new_cell(cells):
    """The answer to code-step written in a cell of one's own at the end; the blank one is still there."""
    empty = {cell["id"]: cell for cell in blank()["cells"]}
    (answer,) = [cell for cell in cells if cell["id"] == "code-step"]
    return [empty[cell["id"]] if cell is answer else cell for cell in cells] + [code_cell(answer["source"])]


def blank_copy_below(cells):
    """The answer cells once more, blank, as if a cell had been pasted by mistake."""
    empty = [{**cell, "id": cell["id"] + "-1"} for cell in blank()["cells"] if cell["metadata"]["nbgrader"]["solution"]]
    return [*cells, *empty]


def as_colab(cell):
    text = "".join(cell["source"]).splitlines(keepends=True)
    metadata = {"id": cell["id"], "colab": {"base_uri": "https://localhost:8080/"}}
    return {"cell_type": cell["cell_type"], "metadata": metadata, "source": text, "outputs": []}


def as_kaggle(cell):
    metadata = {"_uuid": "8f2839f2", "_cell_guid": "b1076dfc", "trusted": True, "execution": {"status.busy": "2026"}}
    return {**no_ids(cell), "metadata": metadata, "execution_count": 3}


def source_of(key):
    """What stands in an answer cell of the full notebook."""
    return next("".join(cell["source"]) for cell in FULL["cells"] if cell["id"] == key)


def with_more(key, text):
    """The full notebook with more lines in an answer cell."""
    return answered(FULL, key, source_of(key) + "\n" + text)


def rows_made(of_each, before=""):
    """The full notebook with every number of a table made anew."""
    rows = f"[[{of_each} for x in row] for row in parabola_walk['rows']]"
    return with_more("parabola-walk", f"{before}\nparabola_walk['rows'] = {rows}")


def printing(cell):
    if cell["cell_type"] == "code":
        return {
            **cell,
            "source": f"import sys\nprint('here')\nprint('careful', file=sys.stderr)\n{''.join(cell['source'])}",
        }
    return cell


HONEST = {
    "as-it-is": lambda: FULL,
    "cells-in-reverse": lambda: with_cells(imports_first),
    "no-metadata": lambda: with_each(without_metadata),
    "no-ids-at-all": lambda: with_each(no_ids),
    "retagged": lambda: with_each(
        lambda cell: {**cell, "id": f"x{id(cell)}", "metadata": {"tags": ["skip-execution"]}}
    ),
    "cells-doubled": lambda: with_cells(lambda cells: [cell for cell in cells for _ in range(2)]),
    "blank-copy-below": lambda: with_cells(blank_copy_below),
    "answer-in-a-new-cell": lambda: with_cells(moved_into_a_new_cell),
    "checks-and-questions-deleted": lambda: with_cells(
        lambda cells: [cell for cell in cells if cell["id"] in {e.key for e in ASSIGNMENTS["lesson1"]} | {"imports"}]
    ),
    "format-3": format_3,
    "wrong-kernel": lambda: {**FULL, "metadata": {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}},
    "no-notebook-metadata": lambda: {"cells": FULL["cells"], "nbformat": 4},
    "prints-and-warns": lambda: with_each(printing),
    "warnings": lambda: with_cell_above(
        FULL, "import warnings\nwarnings.warn('old')\nimport logging\nlogging.error('x')"
    ),
    "a-plot": lambda: with_cell_above(FULL, "%matplotlib inline\nplt.plot([1, 2]); plt.show(); plt.savefig('x.png')"),
    "magics": lambda: with_cell_above(FULL, "%timeit -n1 -r1 1 + 1\n!ls\n%config InlineBackend.figure_format = 'svg'"),
    "cell-magic": lambda: with_cell_above(FULL, "%%bash\necho hello"),
    "unknown-magic": lambda: with_cell_above(FULL, "%load_ext nonsense\n%nonsense"),
    "widgets": lambda: with_cell_above(
        FULL, "import ipywidgets as w\nfrom IPython.display import display\ndisplay(w.IntSlider())"
    ),
    "a-lab": lambda: with_cell_above(FULL, "from gdcourse import LABS\nLABS['hiker'].show()\nLABS['hiker'].figure()"),
    "a-lesson-cell": lambda: with_cell_above(
        FULL, "from gdcourse import EXERCISES\nEXERCISES['parabola-walk'].check([1])"
    ),
    "await": lambda: with_cell_above(FULL, "import asyncio\nawait asyncio.sleep(0)"),
    "a-class-and-a-file": lambda: with_cell_above(
        FULL, "import pickle\nclass A: pass\nopen('a', 'wb').write(pickle.dumps(A()))"
    ),
    "own-float": lambda: with_cell_above(FULL, "sum = 3\nmax = print = type = None\nplain = child = 1"),
    "name-used-again": lambda: with_cells(lambda cells: [*cells, code_cell("step = 0.1\nwalk = 'a long one'")]),
    "numbers-as-text": lambda: answered(
        FULL,
        "neuron-step",
        source_of("neuron-step")
        + "\nneuron_step['rows'] = [[str(x).replace('.', ',') for x in row] for row in neuron_step['rows']]",
    ),
    "rows-as-an-array": lambda: answered(
        FULL,
        "parabola-walk",
        source_of("parabola-walk") + "\nparabola_walk['rows'] = np.array(parabola_walk['rows'], dtype=np.float32)",
    ),
    "helpers-in-other-cells": lambda: answered(
        with_cell_above(FULL, "def downhill(w, g, rate): return w - rate * g"),
        "code-step",
        "def step(w, gradient, rate):\n    return downhill(w, gradient, rate)",
    ),
    "function-as-lambda": lambda: answered(FULL, "code-step", "step = lambda w, gradient, rate: w - rate * gradient"),
    "walk-in-lists": lambda: answered(
        FULL,
        "code-walk",
        "def walk(start, gradient, rate, steps):\n    points = [list(start)]\n    for _ in range(steps):\n"
        "        g = gradient(np.array(points[-1]))\n        points.append([w - rate * s for w, s in zip(points[-1], g)])\n"
        "    return points",
    ),
    "test-with-asserts-and-keywords": lambda: answered(
        FULL,
        "bug-by-test",
        "def check_step(step):\n    w, g = np.array([3.0, -1.0]), np.array([2.5, 4.0])\n"
        "    first = step(w=w, gradient=g, rate=0.1)\n    assert np.array_equal(w, [3.0, -1.0])\n"
        "    assert np.allclose(first, [2.75, -1.4])\n    assert np.allclose(step(w, g, 0.2), [2.5, -1.8])\n    return True",
    ),
    "carriage-returns": lambda: with_each(
        lambda cell: {**cell, "source": "".join(cell["source"]).replace("\n", "\r\n")}
    ),
    "saved-by-colab": lambda: with_each(as_colab),
    "saved-by-kaggle": lambda: with_each(as_kaggle),
    "saved-by-vs-code": lambda: with_each(
        lambda cell: {**cell, "id": "W0sZmlsZQ%3D%3D", "metadata": {"vscode": {"languageId": "python"}}}
    ),
    "installing-above-the-imports": lambda: answered(FULL, "imports", "!pip install gdcourse\n" + source_of("imports")),
    "a-library-that-is-not-here": lambda: answered(FULL, "imports", "import pandas as pd\n" + source_of("imports")),
    "widget-magic-above-the-imports": lambda: answered(
        FULL, "imports", "%matplotlib widget\n%load_ext autoreload\n%autoreload 2\n" + source_of("imports")
    ),
    "a-module-written-by-a-cell": lambda: answered(
        with_cell_above(FULL, "%%writefile down.py\ndef hill(w, g, rate): return w - rate * g"),
        "code-step",
        "from down import hill\ndef step(w, gradient, rate): return hill(w, gradient, rate)",
    ),
    "timed-and-captured": lambda: answered(
        answered(FULL, "code-step", "%%time\n" + source_of("code-step")),
        "code-walk",
        "%%capture said\n" + source_of("code-walk"),
    ),
    "pagers-and-tables": lambda: with_more("code-step", "help(step)\nstep?\nnp.dot??\n%who\n%history\n%psource step"),
    "fractions": lambda: rows_made("Fraction(str(x))", "from fractions import Fraction"),
    "decimals": lambda: rows_made("Decimal(str(x))", "from decimal import Decimal"),
    "an-array-of-text": lambda: rows_made("np.array(str(x))"),
    "an-array-of-objects": lambda: with_more(
        "parabola-walk", "parabola_walk['rows'] = np.array(parabola_walk['rows'], dtype=object)"
    ),
    "long-doubles": lambda: with_more(
        "code-walk", "mine = walk\ndef walk(*arguments): return np.array(mine(*arguments), dtype=np.longdouble)"
    ),
    "decorated-with-defaults": lambda: answered(
        FULL,
        "code-step",
        "import functools\ndef said(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        print(a)\n"
        "        return f(*a, **k)\n    return inner\n@said\ndef step(w, gradient, rate=0.1, *, loud=False):\n"
        "    return np.subtract(w, np.multiply(rate, gradient))",
    ),
    "an-object-that-is-called": lambda: answered(
        FULL,
        "code-step",
        "class Step:\n    def __call__(self, w, gradient, rate): return w - rate * gradient\nstep = Step()",
    ),
    "other-alphabets": lambda: answered(
        FULL,
        "code-step",
        "def step(w, gradient, rate):\n    # ステップ, βήμα\n    скорость = rate\n    return w - скорость * ｇradient",
    ),
    "a-walk-that-calls-itself": lambda: answered(
        FULL,
        "code-walk",
        "def walk(start, gradient, rate, steps):\n    if steps == 0: return np.array([start])\n"
        "    *_, w = rest = walk(start, gradient, rate, steps - 1)\n    return np.vstack([rest, w - rate * gradient(w)])",
    ),
    "errors-of-numpy-raised": lambda: with_cell_above(FULL, "np.seterr(all='raise')\nnp.set_printoptions(precision=2)"),
    "outputs-of-all-kinds": lambda: with_each(
        lambda cell: {**cell, "outputs": [{"output_type": "display_data", "data": {"text/html": "<script>" * 1000}}]}
    ),
}
