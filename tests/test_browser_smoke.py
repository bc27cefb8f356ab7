"""The browser fixtures themselves: a widget is seen and moved in a real JupyterLab, and trouble is noticed."""

import pytest
from browser import NotebookPage, skip_or_fail
from playwright.sync_api import TimeoutError
from server import free_port

SLIDER = """import ipywidgets
slider = ipywidgets.IntSlider(3, 0, 10, description="steps")
label = ipywidgets.Label(f"twice is {2 * slider.value}")
slider.observe(lambda change: setattr(label, "value", f"twice is {2 * change.new}"), "value")
ipywidgets.VBox([slider, label])"""

CANVAS = '''import anywidget, traitlets
class Colour(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
        const box = document.createElement("div");
        box.className = "colour";
        box.textContent = `${model.get("word")} ${document.body.dataset.jpThemeLight} ${devicePixelRatio}`;
        el.append(box);
    } };"""
    word = traitlets.Unicode("light theme:").tag(sync=True)
Colour()'''


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_widgets_are_shown_and_follow_the_keyboard(open_notebook, theme):
    page = open_notebook([SLIDER, CANVAS], theme=theme, scale=2)
    page.run_all()
    shown = page.output(0)
    assert "twice is 6" in shown.inner_text()
    handle = shown.get_by_role("slider")
    handle.press("ArrowRight")
    shown.get_by_text("twice is 8").wait_for()
    expected = f"light theme: {'true' if theme == 'light' else 'false'} 2"
    assert page.output(1).locator(".colour").inner_text() == expected
    assert page.trouble == []


def test_cells_are_written_and_run_and_what_goes_wrong_is_noticed(open_notebook):
    page = open_notebook(["rate = 0.1", "print('rate is', rate)", *["pass"] * 40, "print('the last one')"])
    page.run_all()
    assert page.output(42).inner_text().strip() == "the last one"
    page.write_cell(page.find_cell("rate = 0.1"), "rate = 0.9")
    page.run_cell(0)
    page.run_cell(1)
    assert page.output(1).inner_text().strip() == "rate is 0.9"
    page.write_cell(0, "1 / 0")
    with pytest.raises(AssertionError, match="ZeroDivisionError: division by zero"):
        page.run_all()
    page.write_cell(0, "import time; time.sleep(60)")
    with pytest.raises(TimeoutError, match="Timeout 2000ms"):
        page.run_all(seconds=2)
    assert page.trouble == []


def test_trouble_in_the_page_is_noticed(chromium):
    context = chromium.new_context()
    page = NotebookPage(context, context.new_page())
    page.listen()
    page.page.goto("about:blank")
    page.page.evaluate("() => console.error('the stage fell over')")
    page.page.evaluate("() => setTimeout(() => { throw new Error('nobody caught this') })")
    page.page.evaluate("port => fetch(`http://localhost:${port}/library.js`).catch(() => {})", free_port())
    page.page.wait_for_timeout(200)
    with pytest.raises(AssertionError) as told:
        page.close()
    for part in [
        "console: the stage fell over",
        "raised in the page: nobody caught",
        "another machine: http://localhost",
    ]:
        assert part in str(told.value)


def test_a_missing_browser_fails_where_nothing_may_go_untested(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"no Chromium.*skipped where CI is not set"):
        skip_or_fail("no Chromium")
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        skip_or_fail("no Chromium")
