"""A prediction and the lab that waits for it, in the real JupyterLab: Enter records, and the lab opens by itself."""

import pytest
from stage_page import until

from gdcourse.exercises import EXERCISES, journal
from gdcourse.labs import LABS

CELLS = [
    "from gdcourse import EXERCISES, LABS\nEXERCISES['predict-steps'].show()",
    "LABS['hiker'].show(after='predict-steps')",
]


@pytest.fixture
def opened(open_notebook, jupyterlab):
    """The notebook, run from top to bottom by somebody who has done nothing yet."""
    (jupyterlab.work / journal.NAME).unlink(missing_ok=True)
    page = open_notebook(CELLS)
    page.run_all()
    return page


def test_the_lab_opens_once_the_prediction_is_recorded(opened):
    stage = opened.output(1).locator(".gd-stage")
    assert EXERCISES["predict-steps"].title in stage.inner_text()
    assert stage.locator("canvas").first.is_hidden()
    sheet = opened.output(0).locator(".gd-sheet")
    sheet.get_by_role("radio").nth(1).check()
    number = sheet.locator("input[type=text]").first
    number.fill("30")
    number.press("Enter")  # which JupyterLab cancels
    until(lambda: sheet.locator('[data-button="compare"]').count() == 1)
    until(lambda: stage.locator("canvas").first.is_visible())
    readout = stage.locator('[data-text="readout"]').inner_text()
    assert readout == LABS["hiker"].scene().texts_at(0)["readout"]
