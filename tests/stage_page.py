"""A live lab in a notebook in JupyterLab: what it says, what it shows, and where its points are on the page."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from browser import THEMES, NotebookPage, place_notebook
from pixels import Shot, shot_of
from playwright.sync_api import Browser, Locator
from server import JupyterLab

from gdcourse.labs import LABS, Lab

SCRATCH, SHOWN = 0, 1  # the notebook's cells
PROBE = """() => {
    const probe = (window.probe = { sent: 0, watching: new Set(), listening: 0, afterwards: 0 });
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) { probe.sent += 1; return send.call(this, data); };
    for (const kind of ["ResizeObserver", "MutationObserver"]) {
        const { observe, disconnect } = window[kind].prototype;
        const ours = (node, given) => node.className === "gd-picture" || given?.attributeFilter?.includes("data-theme");
        window[kind].prototype.observe = function (node, options) {
            if (ours(node, options)) probe.watching.add(this);
            return observe.call(this, node, options);
        };
        window[kind].prototype.disconnect = function () { probe.watching.delete(this); return disconnect.call(this); };
    }
    const { addEventListener, removeEventListener } = MediaQueryList.prototype.__proto__;
    const counted = (change, call) => function (type, handle, ...rest) {
        if (this instanceof MediaQueryList && String(handle).includes("this.resize(true)")) probe.listening += change;
        return call.call(this, type, handle, ...rest);
    };
    MediaQueryList.prototype.addEventListener = counted(1, addEventListener);
    MediaQueryList.prototype.removeEventListener = counted(-1, removeEventListener);
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.className === "gd-moving" && !this.canvas.isConnected) probe.afterwards += 1;
        return clearRect.call(this, ...box);
    };
}"""


def until(holds, seconds: float = 10):
    """Wait until `holds()` is true or no longer raises AssertionError, and return what it gives."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = holds()
            if answer is None or answer:
                return answer
            assert time.monotonic() < end, "it did not come true in time"
        except AssertionError:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


@dataclass
class StagePage:
    """A notebook whose second cell shows a lab; the first is for asking the kernel."""

    notebook: NotebookPage
    lab: Lab
    settings: dict = field(default_factory=dict)

    @classmethod
    def open(
        cls, chromium: Browser, server: JupyterLab, folder: Path, theme="light", viewport=(1280, 900), **options
    ) -> "StagePage":
        """Open a notebook of its own in a new browser context."""
        server.change_setting("@jupyterlab/apputils-extension:themes", {"theme": THEMES[theme]})
        size = {"width": viewport[0], "height": viewport[1]}
        context = chromium.new_context(**{"viewport": size, "color_scheme": theme, **options})
        context.set_default_timeout(20_000)
        context.add_init_script(f"({PROBE})()")
        file = folder / f"stage-{theme}-{viewport[0]}.ipynb"
        cells = [nbformat.v4.new_code_cell(source) for source in ("from gdcourse import LABS", "pass")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
        opened = cls(NotebookPage.open(context, server, place_notebook(server, file)), LABS["hiker"])
        opened.notebook.run_cell(SCRATCH)
        return opened

    @property
    def page(self):
        """Playwright's page."""
        return self.notebook.page

    @property
    def stage(self) -> Locator:
        """The shown stage; the first view where there are several."""
        return self.page.locator(".gd-stage").first

    @property
    def canvas(self) -> Locator:
        """The canvas that takes the pointer and the keys."""
        return self.stage.locator(".gd-moving")

    def show(self, **settings) -> "StagePage":
        """Show the lab anew: the cell is run again with these settings."""
        self.settings = settings
        self.notebook.write_cell(SHOWN, f"hiker = LABS['hiker'].show(**{settings!r})\nhiker")
        self.notebook.run_cell(SHOWN)
        until(lambda: self.words()["readout"])
        return self

    def ask(self, code: str) -> str:
        """Run code in the kernel and return what it prints."""
        self.notebook.write_cell(SCRATCH, code)
        self.notebook.run_cell(SCRATCH)
        return self.notebook.output(SCRATCH).inner_text().strip()

    def slider(self, name: str) -> Locator:
        """The slider of a setting, or the one of the steps."""
        return self.stage.get_by_role("slider", name=name, exact=True)

    def button(self, name: str) -> Locator:
        """A button of the player."""
        return self.stage.get_by_role("button", name=name, exact=True)

    def type(self, name: str, text: str, end: str = "Enter") -> Locator:
        """Type into the box beside a slider."""
        box = self.stage.get_by_label(f"{name}, typed")
        box.fill(text)
        box.press(end)
        return box

    def words(self, view: int = 0) -> dict[str, str]:
        """The texts under the picture, by name."""
        texts = self.page.locator(".gd-stage").nth(view).locator(".gd-text")
        read = "nodes => nodes.map(node => [node.dataset.text, node.textContent.trim()])"
        return dict(texts.evaluate_all(read))

    def expect(self, frame: int, view: int = 0, **settings) -> None:
        """Wait until the page says what the scene of these settings says at this frame, word for word."""
        told = self.lab.scene(**{**self.settings, **settings}).texts_at(frame)

        def same():
            assert self.words(view) == told

        until(same)

    def drawn(self) -> str:
        """The pixels of the moving canvas, as text to compare."""
        return self.canvas.evaluate("canvas => canvas.toDataURL()")

    def shot(self, **settings) -> Shot:
        """A screenshot of the picture."""
        return shot_of(self.stage, self.lab.scene(**{**self.settings, **settings}).structure())

    def place(self, panel: str, x: float, y: float, **settings) -> tuple[float, float]:
        """Where a point of a panel is on the page, in CSS pixels."""
        shot = self.shot(**settings)
        box = self.stage.locator(".gd-picture").bounding_box()
        scale = shot.pixels.shape[1] / box["width"]
        column, row = shot.places[panel](x, y)
        return box["x"] + float(column) / scale, box["y"] + float(row) / scale

    def probe(self, name: str) -> int:
        """A count of the probe: messages sent, observers and listeners in use, drawings after the end."""
        return self.page.evaluate("name => probe[name].size ?? probe[name]", name)
