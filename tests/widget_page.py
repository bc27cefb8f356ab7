"""A widget in a bare page with its real Python half behind it: no JupyterLab, so a test takes half a second.

The model in the page behaves as ipywidgets' own: one message is outstanding at a time, what is set meanwhile waits and
only the newest values go, and what the kernel sends is taken whole before anybody hears of it. `page.slow(ms)` lets
every message wait on both ways, so that answers come late.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page

from gdcourse.stage import sheet, stage
from gdcourse.stage.stage import read

MODEL = """
class Model {
  constructor(state) { Object.assign(this, { state, listeners: {}, unsent: {}, waiting: null, busy: false }); }
  get(name) { return this.state[name]; }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    this.unsent[name] = value;
    this.fire(name);
  }
  fire(name) { for (const listen of [...(this.listeners[`change:${name}`] ?? [])]) listen(); }
  on(event, listen) { (this.listeners[event] ??= []).push(listen); }
  off(event, listen) { this.listeners[event] = (this.listeners[event] ?? []).filter((l) => l !== listen); }
  save_changes() {
    const sent = this.unsent;
    this.unsent = {};
    if (this.busy) this.waiting = { ...this.waiting, ...sent }; else this.send(sent);
  }
  async send(sent) {
    const rest = () => new Promise((done) => setTimeout(done, window.slow ?? 0));
    this.busy = true;
    await rest();
    const answers = JSON.parse(await window.kernel(JSON.stringify(sent)));
    await rest();
    for (const answer of answers) this.take(answer);
    this.busy = false;
    const next = this.waiting;
    this.waiting = null;
    if (next) this.send(next);
  }
  take(answer) {
    const state = thaw(answer);
    Object.assign(this.state, state);
    Object.keys(state).forEach((name) => this.fire(name));
  }
}
"""


@dataclass
class WidgetPage:
    """A page that shows one widget; `trouble` is what the console and the page had to complain of."""

    page: Page
    widget: object
    trouble: list[str] = field(default_factory=list)
    sent: list[dict] = field(default_factory=list)  # what the kernel has to say and has not said yet

    @classmethod
    def open(cls, chromium: Browser, widget, head: str = "", **options) -> "WidgetPage":
        """Show a Stage or a Sheet in a new browser context; `head` may hold more styles."""
        context = chromium.new_context(**{"viewport": {"width": 1000, "height": 900}, **options})
        context.set_default_timeout(10_000)
        opened = cls(context.new_page(), widget)
        opened.page.on("pageerror", lambda error: opened.trouble.append(str(error)))
        opened.page.on("console", lambda said: said.type == "error" and opened.trouble.append(said.text))
        opened.page.expose_function("kernel", opened._hear)
        module, render = (sheet, "renderSheet") if isinstance(widget, sheet.Sheet) else (stage, "renderStage")
        thaw = read("standin.js").split("const frozen")[0]
        opened.page.set_content(
            "<!doctype html><meta name='color-scheme' content='light dark'><style>:root { color-scheme: light dark; }"
            "body { margin: 8px; background: Canvas; color: CanvasText; }</style>"
            f"<style>{widget._css}</style>{head}<div id='place'></div>"
        )
        opened.page.add_script_tag(content=f"{read(*module.SCRIPTS)}\n{thaw}\n{MODEL}\nwindow.render = {render};")
        state = {name: value for name, value in widget.get_state().items() if not name.startswith("_")}
        widget._send = lambda message, buffers=None: opened._say(message, buffers or [])
        widget.comm = Wire()
        opened.page.evaluate(
            "state => { window.model = new Model(thaw(state));"
            " window.close_view = render({ model, el: document.getElementById('place') }); }",
            plain(state),
        )
        return opened

    def _say(self, message: dict, buffers: list) -> None:
        if message["method"] != "update":
            return
        state = message["state"]
        for path, data in zip(message["buffer_paths"], buffers, strict=True):
            *way, last = path
            place = state
            for step in way:
                place = place[step]
            place[last] = bytes(data)
        self.sent.append(plain(state))

    def _hear(self, sent: str) -> str:
        """Take what the page has sent, and return what the kernel says to it."""
        self.widget.set_state(json.loads(sent))
        said, self.sent = self.sent, []
        return json.dumps(said)

    def say(self) -> None:
        """Let the page hear what Python has set since."""
        said, self.sent = self.sent, []
        self.page.evaluate("answers => answers.forEach((answer) => model.take(answer))", said)

    def slow(self, ms: int) -> None:
        """Let every message wait this long on its way there and on its way back."""
        self.page.evaluate("ms => { window.slow = ms; }", ms)

    def settle(self) -> None:
        """Wait until the page has nothing left to send and the hand has rested."""
        self.page.wait_for_timeout(250)
        self.page.wait_for_function("() => !model.busy && !model.waiting")

    @property
    def root(self) -> Locator:
        """The stage or the sheet."""
        return self.page.locator(".gd-stage, .gd-sheet").first

    def close(self) -> None:
        """Close the page, and raise AssertionError if it had to complain."""
        self.page.context.close()
        assert not self.trouble, self.trouble


class Wire:
    """Stands in for the connection to a front end."""

    comm_id = "a-wire"

    def on_msg(self, hear) -> None:
        """Nobody speaks on it: the page calls `set_state` itself."""

    def close(self, *given, **more) -> None:
        """Nothing to close."""


def plain(value):
    """A state as JSON: bytes as {"base64": ...}, as `standin.js` reads them."""
    return json.loads(json.dumps(value, default=_plain))


def _plain(value):
    if isinstance(value, (bytes, memoryview)):
        return {"base64": b64encode(value).decode("ascii")}
    return value.tolist()


def words(opened: WidgetPage) -> dict[str, str]:
    """The texts under the picture, by name."""
    read = "nodes => nodes.map(node => [node.dataset.text, node.textContent.trim()])"
    return dict(opened.root.locator(".gd-text").evaluate_all(read))


def button(opened: WidgetPage, name: str):
    """A button of the player."""
    return opened.root.get_by_role("button", name=name, exact=True)


def typed(opened: WidgetPage, label: str):
    """The box of a setting."""
    return opened.root.get_by_label(f"{label}, typed", exact=True)
