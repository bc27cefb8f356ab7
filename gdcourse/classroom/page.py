"""Web pages that need nothing but themselves, and in which every text is only text.

Whatever comes from a student is escaped, and the page forbids scripts and anything from elsewhere: a submission cannot
run a line in the teacher's browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; }
th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; background: #8882; padding: .7rem; overflow-x: auto; }
.bar { background: #0072B2; height: 1rem; min-width: 1px; }
.track { width: min(16rem, 20vw); background: #8882; }
mark { background: #E69F0040; color: inherit; }
.side { display: flex; gap: 1rem; flex-wrap: wrap; } .side > div { flex: 1 1 20rem; min-width: 0; }
"""


# marks that turn the direction of what follows: with them a line of code can read otherwise than it runs
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")


class Markup(str):
    """Text that is HTML already; everything else is escaped."""

    __slots__ = ()


def text(value: Any) -> Markup:
    """Escape a value, unless it is markup already; line ends stay, marks that turn the direction are shown as such."""
    if isinstance(value, Markup):
        return value
    return Markup(escape(str(value).translate(_TURNS)).replace("\n", "<br>"))


def tag(name: str, *inside: Any, **attributes: str) -> Markup:
    """Give an element; `class_` stands for class."""
    words = "".join(f' {key.rstrip("_")}="{escape(value, quote=True)}"' for key, value in attributes.items())
    return Markup(f"<{name}{words}>{''.join(text(part) for part in inside)}</{name}>")


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Give a table; numbers stand to the right."""
    head = tag("tr", *(tag("th", head, scope="col") for head in heads))
    body = [tag("tr", *(_cell(value) for value in row)) for row in rows]
    whole = tag("table", tag("thead", head), tag("tbody", *body))
    return tag("div", whole, class_="wide", tabindex="0")  # on a small screen it is moved sideways, by the keys too


def _cell(value: Any) -> Markup:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return tag("td", number(value), class_="number")
    return tag("td", value)


def number(value: float) -> str:
    """Write points or a count briefly."""
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def bar(share: float, words: str) -> Markup:
    """Draw a share from 0 to 1 as a bar; the words say it to those who do not see it."""
    width = 100 * min(max(share, 0.0), 1.0)
    return tag(
        "div", Markup(f'<div class="bar" style="width: {width:.1f}%"></div>'), class_="track", role="img", title=words
    )


def page(title: str, *inside: Any, language: str = "en") -> bytes:
    """Give a whole page."""
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    wide = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = tag("main", tag("h1", title), *inside)
    whole = f"{head}{wide}{tag('title', title)}<style>{_STYLE}</style>"
    return f'<!doctype html><html lang="{language}"><head>{whole}</head><body>{body}</body></html>\n'.encode(
        "utf-8", "replace"
    )
