"""Measure how fast the hiker follows the hand, in a real JupyterLab in a real Chromium.

    uv run --group test python benchmarks/hiker_latency.py

Prints a small table, beside the targets: 25 ms from a key on the rate to pixels, 40 distinct pictures a second under a
drag of it with at most two of backlog, 100 ms from a key on a setting that the kernel must be asked for. A figure is
worth what the machine's load allows, so the load is printed too: run it on a machine that does nothing else.

A key's time runs from the browser's own stamp of the trusted event to the end of the last frame in which the canvas was
drawn; what the screen adds after that is not in it. Nothing here belongs to the tests.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import CHROMIUM_FLAGS, NotebookPage, place_notebook
from server import JupyterLab

from gdcourse.doctor import find_chromium
from gdcourse.labs import LABS

PRESSES, SECONDS, MOVES, QUIET = 40, 5.0, 60, 300  # keys, of a drag, a second, ms without a frame
CELLS = ["from gdcourse import LABS", "hiker = LABS['hiker'].show()\nhiker"]

# A frame counts when the moving canvas was drawn in it; its stamp is taken in a task posted from the frame, which the
# browser runs once that frame has been painted.
PROBE = """() => {
    const seen = (window.seen = { frames: [], inputs: [], sent: 0 }), channel = new MessageChannel();
    let drawn = false;
    channel.port1.onmessage = () => seen.frames.push(performance.now());
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.className === "gd-moving" && !drawn) {
            drawn = true;
            requestAnimationFrame(() => { drawn = false; channel.port2.postMessage(0); });
        }
        return clearRect.call(this, ...box);
    };
    for (const type of ["keydown", "pointermove"]) {
        window.addEventListener(type, (event) => { if (event.isTrusted) seen.inputs.push(event.timeStamp); }, true);
    }
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) { seen.sent += 1; return send.call(this, data); };
}"""
RESET = "() => { seen.frames = []; seen.inputs = []; seen.sent = 0; }"
SETTLE = """quiet => new Promise((done) => {
    const begun = performance.now(), look = () => {
        const last = seen.frames.at(-1) ?? begun + 2000;
        if (performance.now() - last > quiet) done(seen); else setTimeout(look, 20);
    };
    look();
})"""


def main() -> None:
    """Open JupyterLab and Chromium, measure, print."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), headless=False, args=CHROMIUM_FLAGS)
        with JupyterLab(Path(folder) / "jupyterlab") as server:
            rows = measure(open_hiker(browser, server))
        rows.append(frozen_row(browser, LABS["hiker"].freeze(Path(folder) / "hiker.html")))
        browser.close()
    print(f"{os.cpu_count()} cores, load {load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end\n")
    print("| the hand | measured | target |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def measure(notebook: NotebookPage) -> list[tuple[str, str, str]]:
    """The rows of the table: what the hand does, what was measured, what is asked for."""
    stage = notebook.page.locator(".gd-stage")
    rate, valley = (stage.get_by_role("slider", name=name) for name in ("Learning rate α", "Valley number"))
    key = key_times(notebook.page, rate)
    pictures, sent, backlog, moves = drag(notebook, rate)
    stage.get_by_label("Landscape").select_option("surprise")
    notebook.page.wait_for_timeout(1500)
    asked = key_times(notebook.page, valley)
    return [
        ("key on the rate, to pixels", told(key), "25 ms"),
        (f"drag of the rate, {moves:.0f} moves a second", f"{pictures:.0f} pictures a second", "40 pictures a second"),
        ("messages to the kernel during the drag", f"{sent}", "0"),
        ("pictures still to come at its end", f"{backlog}", "2 at most"),
        ("key on the valley's number, which the kernel answers, to pixels", told(asked), "100 ms"),
    ]


def frozen_row(browser: Browser, file: Path) -> tuple[str, str, str]:
    """The row of the hiker as a page without a kernel."""
    page = probed(browser).new_page()
    page.goto(file.as_uri())
    slider = page.get_by_role("slider", name="Learning rate α")
    slider.wait_for()
    page.wait_for_timeout(2000)
    return "key on the rate of a page without a kernel, to pixels", told(key_times(page, slider)), "25 ms"


def probed(browser: Browser) -> BrowserContext:
    """A window whose pages say when they have drawn."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.add_init_script(f"({PROBE})()")
    return context


def open_hiker(browser: Browser, server: JupyterLab) -> NotebookPage:
    """Open a notebook that shows the hiker, and wait until all is still."""
    notebook = NotebookPage.open(probed(browser), server, place_notebook(server, CELLS))
    notebook.run_all()
    notebook.page.wait_for_timeout(2000)
    return notebook


def key_times(page: Page, slider: Locator) -> list[float]:
    """Times in ms from a key on a slider to the end of the last frame that followed; the first five are practice."""
    slider.focus()
    times = []
    for i in range(PRESSES + 5):
        page.evaluate(RESET)
        page.keyboard.press("ArrowLeft" if i % 2 else "ArrowRight")
        seen = page.evaluate(SETTLE, QUIET)
        times.append(seen["frames"][-1] - seen["inputs"][0])
    return times[5:]


def drag(notebook: NotebookPage, slider: Locator) -> tuple[float, int, int, float]:
    """Drag a slider to and fro: pictures a second, messages sent, pictures after the last move, moves a second."""
    box, mouse = slider.bounding_box(), notebook.page.mouse
    assert box is not None
    y, low, high = box["y"] + box["height"] / 2, box["x"] + 20, box["x"] + box["width"] - 20
    mouse.move((low + high) / 2, y)
    mouse.down()
    notebook.page.evaluate(RESET)
    begun, x, pace = time.perf_counter(), (low + high) / 2, 3.0
    for i in range(int(SECONDS * MOVES)):
        pace = -pace if not low < x + pace < high else pace
        x += pace
        mouse.move(x, y)
        time.sleep(max(0.0, begun + (i + 1) / MOVES - time.perf_counter()))
    took = time.perf_counter() - begun
    seen = notebook.page.evaluate("() => structuredClone(seen)")
    after = notebook.page.evaluate(SETTLE, QUIET)["frames"]
    mouse.up()
    backlog = sum(frame > seen["inputs"][-1] for frame in after) - 1  # the picture of the last move itself is none
    return len(seen["frames"]) / took, seen["sent"], max(0, backlog), len(seen["inputs"]) / took


def told(times: list[float]) -> str:
    """Median and 95th percentile in words."""
    return f"{statistics.median(times):.0f} ms (95 %: {statistics.quantiles(times, n=20)[-1]:.0f} ms)"


if __name__ == "__main__":
    main()
