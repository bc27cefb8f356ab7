"""The quick reference: the whole course on one page, to look at in a notebook and to print."""

import html
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """A page of HTML that stands alone, shown in a frame of its own so that its styles stay inside."""

    text: str
    path: Path | None = None  # where it was written

    def _repr_html_(self) -> str:
        told = f"<p>Written to <code>{html.escape(str(self.path))}</code>: open it and print.</p>" if self.path else ""
        style = "width: 100%; height: 760px; box-sizing: border-box; border: 1px solid #8888; background: white"
        return f'<iframe title="Quick reference" style="{style}" srcdoc="{html.escape(self.text)}"></iframe>{told}'

    def __repr__(self) -> str:
        """Say what it is and where."""
        return "The quick reference" + (
            f", written to {self.path}" if self.path else ": quick_reference(path) writes it"
        )


def quick_reference(path=None) -> Page:
    """Give the quick reference, and write it to a file if a path is given."""
    text = files("gdcourse").joinpath("data", "quick_reference.html").read_text(encoding="utf-8")
    if path is None:
        return Page(text)
    Path(path).write_text(text, encoding="utf-8")
    return Page(text, Path(path))
