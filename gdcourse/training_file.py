"""Runs in files: what was trained is kept, and goes on later bit for bit as if it had never stopped.

    save_run("digits.npz", reports)
    reports = load_run("digits.npz", training.optimizer)
    collect(chain(reports, training.epochs(30, after=reports[-1])))

A file holds the numbers of all reports, and the whole checkpoint of the last one and of the best one. It is an .npz of
plain arrays: nothing in it is ever executed.
"""

import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gdcourse.checks import shorten
from gdcourse.training import Checkpoint, Report

NUMBERS = Report._fields[:-1]
PLACES = ("best", "last")


def best_of(reports: Sequence[Report]) -> Report:
    """The report with the lowest validation loss; the first of them, and no report of a run that has diverged.

    Raises:
        ValueError: If there are no reports.
    """
    if not reports:
        raise ValueError("reports must hold at least the start of a run, but there are none: train first")
    finite = [report for report in reports if np.isfinite(report.validation_loss)]
    return min(finite or reports[:1], key=lambda report: report.validation_loss)


def save_run(path, reports: Sequence[Report]) -> Path:
    """Write a run; a file of this name is replaced only once the new one is whole."""
    best, last, path = best_of(reports), reports[-1], Path(path)
    numbers = np.array([report[:-1] for report in reports], dtype=float)
    arrays = {"numbers": numbers, "best_row": np.array([r is best for r in reports].index(True))}
    for name, report in zip(PLACES, (best, last), strict=True):
        if report.checkpoint is None:
            raise ValueError(f"the {name} report must have its checkpoint, but it has none: pass the run as it was")
        arrays |= {f"{name}_{key}": value for key, value in _as_arrays(report.checkpoint).items()}
    beside = path.with_name(f"{path.name}.part")
    with beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    os.replace(beside, path)
    return path


def load_run(path, optimizer) -> list[Report]:
    """Read a run that was trained with this kind of optimizer.

    Returns:
        All reports; only the best and the last have a checkpoint.

    Raises:
        ValueError: If the file is not a run, is damaged, or was trained with another kind of optimizer.
    """
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as held:
            arrays = dict(held)
        reports = [_as_report(*map(float, row)) for row in arrays["numbers"]]
        for name, row in zip(PLACES, (int(arrays["best_row"]), -1), strict=True):
            parts = {key.removeprefix(f"{name}_"): a for key, a in arrays.items() if key.startswith(f"{name}_")}
            reports[row] = reports[row]._replace(checkpoint=_as_checkpoint(parts, optimizer))
    except (KeyError, IndexError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{shorten(str(path))} must be a run written by save_run with this kind of optimizer, but it cannot be read"
            f" as one ({type(error).__name__}): check the name and the optimizer"
        ) from None
    return reports


def _as_report(epoch, rate, train_loss, validation_loss, train_right, validation_right) -> Report:
    return Report(int(epoch), rate, train_loss, validation_loss, train_right, validation_right, None)


def _as_arrays(at: Checkpoint) -> dict[str, np.ndarray]:
    state = {f"state_{name}": np.asarray(value) for name, value in at.state._asdict().items()}
    luck = np.array(json.dumps(dict(at.luck)))  # text: its whole numbers are larger than any array's
    return {"step": np.array(at.step), "w": at.w, "deck": at.deck, "dealt": np.array(at.dealt), "luck": luck, **state}


def _as_checkpoint(parts: dict[str, np.ndarray], optimizer) -> Checkpoint:
    kind = type(optimizer.init(parts["w"]))
    known = {name.removeprefix("state_") for name in parts if name.startswith("state_")}
    if known != set(kind._fields):
        raise KeyError("the state of another kind of optimizer")
    state = [parts[f"state_{name}"] for name in kind._fields]
    state = kind(*(value if value.ndim else int(value) for value in state))
    luck = json.loads(str(parts["luck"]))
    return Checkpoint(int(parts["step"]), parts["w"], state, parts["deck"], int(parts["dealt"]), luck)
