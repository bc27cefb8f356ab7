"""A lab as a page that needs no kernel and no network: the same stage, with a table over a grid of settings."""

import base64
import html
import json
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from gdcourse.labs.lab import Lab
from gdcourse.labs.scene import COLORS, Scene, Track
from gdcourse.stage.stage import SCRIPTS, describe_setting, ground, pack, plain, plain_track, read, with_axis

POSITIONS = 33  # at most, of each slider: a page of two sliders is then about four megabytes
LARGEST = 1_000_000  # numbers in the table of a page, if nobody says how many positions: more sliders have fewer each

Needed = dict[str, set[str]]  # column -> the tabled settings it depends on
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 12px auto; max-width: 1040px; padding: 0 10px; background: Canvas; color: CanvasText; }}
{css}
</style>
</head>
<body>
<div id="stage"><noscript><pre>{text}</pre></noscript></div>
<script id="frozen" type="application/json">{traits}</script>
<script>
{script}
</script>
</body>
</html>
"""


def freeze(lab: Lab, path, *, positions: int | None = None, **settings: Any) -> Path:
    """Write a lab as one self-contained HTML file.

    Args:
        lab: the lab.
        path: where to write; an existing file is replaced.
        positions: how many positions each tabled slider may have at most; None is 33, or as many as eight
            megabytes of numbers allow.
        settings: as for `lab.scene`; those that are not tabled stay as given.

    Returns:
        The path of the page.

    Raises:
        ValueError: If a setting is refused, or if the lab waits for points that only a kernel can answer.
    """
    scene = lab.scene(**settings)
    asked = [name for panel in scene.panels if panel.pointer_adds for name in panel.pointer]
    if asked:
        raise ValueError(
            f"{asked[0]} needs a kernel, but a page has none: freeze the {lab.name} lab with other settings"
        )
    settled = {**lab.settle(settings)[0], **scene.found}
    needed = _needed(lab, scene, settled)
    tracks = _thinned(lab, scene, settled, needed, positions)
    traits = _traits(lab, scene, settled, tracks, needed)
    page = PAGE.format(
        title=html.escape(lab.title),
        css=read("stage.css"),
        text=html.escape(scene.describe()),
        traits=json.dumps(traits, default=_as_text).replace(
            "<", "\\u003c"
        ),  # whatever a title holds, the script goes on
        script=read(*SCRIPTS, "standin.js"),
    )
    path = Path(path)
    path.write_text(page, encoding="utf-8")
    return path


def _traits(lab: Lab, scene: Scene, settled: dict, tracks: dict[str, Track], needed: Needed) -> dict:
    """Return what the stand-in model holds: the traits of a Stage, with one table over all tabled settings."""
    described = {name: describe_setting(setting) | {"typed": False} for name, setting in lab.settings.items()}
    for name, setting in described.items():
        setting["shown"] = setting["shown"] and name in tracks
    fixed = {name: plain(value) for name, value in settled.items()}
    shown = {name: plain_track(track) for name, track in tracks.items()}
    return {
        **fixed,
        "colors": COLORS,
        "settings": described,
        "tabled": ["grid"],
        "structure": {**_followed(scene.structure(), tracks), "tracks": shown},
        "grounds": {panel.name: ground(panel.ground) for panel in scene.panels if panel.ground is not None},
        "now": {**pack(scene.columns), "over": [], "positions": [], "fixed": fixed, "serial": 1, "notice": ""},
        "table_grid": _grid(lab, scene, settled, tracks, needed)
        if tracks
        else {},  # else its steps alone can be played
        "frame": 0,
        "hand": "",
        "told": 0,
        "heard": 0,
        "torn": 0,
        "waits": {},
        "looks": 0,
    }


def _followed(structure: dict, tracks: dict[str, Track]) -> dict:
    """Return a structure whose pictures listen to the pointer only where the page has the answers."""
    panels = [
        panel | {"pointer": [name for name in panel["pointer"] if tracks.keys() >= {*panel["pointer"]}]}
        for panel in structure["panels"]
    ]
    return {**structure, "panels": panels}


def _needed(lab: Lab, scene: Scene, settled: dict) -> Needed:
    """Return the tabled settings that each column depends on: along any other it is needed only once."""
    needed: Needed = {name: set() for name in scene.columns}
    for over in [name for name, setting in lab.settings.items() if setting.tabled]:
        swept = lab.table(over, scene.tracks[over].positions[:2], **settled).columns
        for name, numbers in swept.items():
            if numbers.ndim > scene.columns[name].ndim:
                needed[name].add(over)
    return needed


def _thinned(lab: Lab, scene: Scene, settled: dict, needed: Needed, positions: int | None) -> dict[str, Track]:
    """Return the tracks of the page: as many positions as asked for, or as its table has room for."""
    kept = {name: {settled[name], *_worth(lab, name)} for name, setting in lab.settings.items() if setting.tabled}

    def thinned(most: int) -> dict[str, Track]:
        return {name: _thin(scene.tracks[name], values, most) for name, values in kept.items()}

    def size(most: int) -> int:
        counts = {name: len(track.positions) for name, track in thinned(most).items()}
        return sum(scene.columns[name].size * prod(counts[n] for n in names) for name, names in needed.items())

    if positions is not None:
        return thinned(positions)
    return thinned(next((most for most in range(POSITIONS, 3, -1) if size(most) <= LARGEST), 3))


def _worth(lab: Lab, name: str) -> list[float]:
    """Return the values of a setting that somebody will look for: its default, its ticks, those of the presets."""
    setting = lab.settings[name]
    presets = [given[name] for given in lab.presets.values() if name in given]
    return [value for value in (setting.default, *setting.ticks, *presets) if value is not None]


def _grid(lab: Lab, scene: Scene, settled: dict, tracks: dict[str, Track], needed: Needed) -> dict:
    """Return the table over every combination of the tabled settings: the last one swept, the others walked through."""
    if not tracks:  # a still page: its one scene is there without a table
        return {}
    *outer, inner = tracks
    rows = np.empty([len(tracks[name].positions) for name in outer], dtype=object)
    for place in np.ndindex(*rows.shape):
        chosen = {name: tracks[name].positions[i] for name, i in zip(outer, place, strict=True)}
        swept = lab.table(inner, tracks[inner].positions, **{**settled, **chosen}).columns
        rows[place] = {name: with_axis(numbers, scene.columns[name]) for name, numbers in swept.items()}
    columns = {}
    for name, names in needed.items():
        kept = np.asarray(rows[tuple(slice(None) if other in names else slice(1) for other in outer)], object)
        first = rows.flat[0][name]
        columns[name] = np.stack([row[name] for row in kept.flat]).reshape(*kept.shape, *first.shape)
    fixed = {name: plain(value) for name, value in settled.items() if name not in tracks}
    return {
        **pack(columns),
        "over": list(tracks),
        "positions": [t.positions.tolist() for t in tracks.values()],
        "fixed": fixed,
    }


def _thin(track: Track, kept: set[float], most: int) -> Track:
    """Return a track with at most so many positions, those to be kept and the marked ones among them."""
    kept = {*kept, *(at for at, _ in track.marks)}
    keep = np.linspace(0, len(track.positions) - 1, max(2, min(most - len(kept), len(track.positions))))
    return replace(track, positions=np.unique([*track.positions[keep.round().astype(int)], *kept]))


def _as_text(value):
    """Turn what JSON does not know into what the page reads: bytes as base64, arrays as lists."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    return value.tolist()
