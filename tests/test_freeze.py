"""A lab as a page: opened from a file with the network closed, it follows the hand, and it holds what the lab says."""

import base64
import html
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from card import CARD
from frozen_page import Opened, traits_in
from numpy.testing import assert_array_equal

from gdcourse.labs import LABS
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.wording import write

HIKER = LABS["hiker"]
RATE, START = "Learning rate α", "Start"


@pytest.fixture(scope="module")
def hiker_file(tmp_path_factory):
    """The hiker as a page."""
    return HIKER.freeze(tmp_path_factory.mktemp("hiker") / "hiker.html")


def test_a_page_is_one_file_of_a_reasonable_size(hiker_file):
    text = hiker_file.read_text("utf-8")
    assert 1e6 < hiker_file.stat().st_size < 4.5e6
    assert not re.search(r'(src|href)\s*=|@import|url\(|https?://|\bimport\b\s*[\w{("]|fetch\(|XMLHttp', text)
    assert HIKER.freeze(str(hiker_file.with_name("small.html")), positions=5).stat().st_size < 3e5


def test_the_page_holds_every_combination(tmp_path):
    traits = traits_in(HIKER.freeze(tmp_path / "page.html", positions=6, steps=3, landscape="double-well", marks=True))
    table = traits["table_grid"]
    assert table["over"] == ["rate", "start"]
    rates, starts = table["positions"]
    critical = [at for at, _ in HIKER.scene(landscape="double-well", marks=True).tracks["rate"].marks]
    assert {0.01, 0.1, 1.5, *critical} <= set(rates)
    assert {-2.1, 2.0, 2.1} <= set(starts)
    doubles = np.frombuffer(base64.b64decode(table["data"]["base64"]))
    for i, rate in enumerate(rates):
        for j, start in enumerate(starts):
            single = HIKER.scene(landscape="double-well", marks=True, rate=rate, start=start, steps=3).columns
            for name, (first, shape) in table["columns"].items():
                numbers = doubles[first : first + int(np.prod(shape))].reshape(shape)
                row = numbers[i % shape[0], j % shape[1]]
                assert_array_equal(row, single[name].reshape(row.shape), err_msg=f"{name} at {rate}, {start}")


def test_a_lab_without_tables_is_a_page_with_one_still_scene(open_page, tmp_path):
    settings = {name: replace(setting, tabled=False) for name, setting in HIKER.settings.items()}
    still = replace(HIKER, settings=settings)
    opened = open_page(still.freeze(tmp_path / "still.html", rate=0.3))
    assert opened.words("arithmetic") == HIKER.scene(rate=0.3).texts_at(0)["arithmetic"]
    assert opened.page.locator(".gd-control:visible").count() == 0
    opened.page.get_by_role("button", name="Step", exact=True).click()
    assert opened.words() == HIKER.scene(rate=0.3).texts_at(1)["readout"]


def test_a_lab_without_tables_can_still_be_played(open_page, tmp_path):
    opened = open_page(LABS["training"].freeze(tmp_path / "training.html"))
    scene = LABS["training"].scene()
    assert opened.words() == scene.texts_at(0)["readout"]
    opened.page.get_by_role("button", name="Step", exact=True).click()
    assert opened.words() == scene.texts_at(1)["readout"]
    opened.page.get_by_role("slider", name="Step number").press("End")
    assert opened.words("outcome") == scene.texts_at(40)["outcome"]
    assert opened.page.locator(".gd-control").count() == 0


def test_titles_are_text_and_never_markup(tmp_path):
    path = CARD.freeze(tmp_path / "card.html", positions=33)
    text = path.read_text("utf-8")
    assert f"<title>{html.escape(CARD.title)}</title>" in text
    assert "<script>alert(1)" not in text
    assert text.count("</script>") == 2
    assert traits_in(path)["structure"]["title"] == CARD.scene().title
    tricky = Lab("tricky", "x", CARD.settings, lambda **given: _retitled(CARD.draw(**given), "<!--<script>"))
    assert "<!--" not in tricky.freeze(tmp_path / "tricky.html").read_text("utf-8")


def _retitled(scene, title):
    return type(scene)(**{**vars(scene), "title": title})


def test_what_cannot_be_frozen_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"^walk needs a kernel, but a page has none: freeze the hiker lab with other"):
        HIKER.freeze(tmp_path / "fog.html", fog=True)
    with pytest.raises(ValueError, match=r"^rate is a finite number"):
        HIKER.freeze(tmp_path / "bad.html", rate="fast")
    with pytest.raises(TypeError, match=r"^the hiker lab has no setting 'lr'"):
        HIKER.freeze(tmp_path / "bad.html", lr=1)
    assert not list(tmp_path.iterdir())


def test_the_pointer_is_heard_only_where_the_page_has_the_answers(tmp_path):
    settings = {**CARD.settings, "y": Setting("y", 8.0, 0.0, 10.0)}
    panels = traits_in(CARD.freeze(tmp_path / "a.html"))["structure"]["panels"]
    assert [panel["pointer"] for panel in panels] == [["x", "y"], [], [], [], [], ["x"]]
    asked = Lab("asked", "half", settings, CARD.draw)
    panels = traits_in(asked.freeze(tmp_path / "b.html"))["structure"]["panels"]
    assert [panel["pointer"] for panel in panels] == [[], [], [], [], [], ["x"]]


@pytest.fixture
def open_page(chromium):
    """Function that opens a page's file with no network; it must ask for nothing and keep the console clean."""
    contexts, all_opened = [], []

    def open_one(path: Path, **options) -> Opened:
        context = chromium.new_context(**{"viewport": {"width": 1000, "height": 800}, "offline": True, **options})
        opened = Opened(context.new_page())
        opened.page.on("console", lambda message: opened.trouble.append(message.text))
        opened.page.on("pageerror", lambda error: opened.trouble.append(str(error)))
        context.on(
            "request", lambda request: opened.trouble.append(request.url) if request.url != path.as_uri() else None
        )
        opened.page.goto(path.as_uri())
        contexts.append(context)
        all_opened.append(opened)
        return opened

    yield open_one
    for context in contexts:
        context.close()
    assert [opened.trouble for opened in all_opened] == [[] for _ in all_opened]


def test_the_page_follows_the_hand_without_a_network(open_page, hiker_file):
    opened = open_page(hiker_file)
    page = opened.page
    assert opened.words() == "Step 0 | Position −4.00 | Loss 16.00 | Gradient −8.00"
    rate = page.get_by_role("slider", name=RATE)
    positions = traits_in(hiker_file)["table_grid"]["positions"][0]
    rate.press("ArrowRight")
    following = positions[positions.index(0.1) + 1]
    scene = HIKER.scene(rate=following)
    assert opened.words("arithmetic") == scene.texts_at(0)["arithmetic"]
    page.get_by_role("button", name="Step", exact=True).click()
    assert opened.words() == scene.texts_at(1)["readout"]
    page.get_by_role("slider", name="Step number").press("End")
    assert opened.words("outcome") == scene.texts_at(50)["outcome"] != ""
    page.get_by_role("button", name="Back").click()
    assert opened.words() == scene.texts_at(49)["readout"]
    page.get_by_role("button", name="Reset").click()
    assert opened.words() == scene.texts_at(0)["readout"]
    page.get_by_label("Speed, steps a second").select_option("25")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('[data-text=readout]').textContent.startsWith('Step 9 ')")
    page.get_by_role("button", name="Pause").click()


def test_typed_numbers_snap_to_what_the_page_knows(open_page, hiker_file):
    opened = open_page(hiker_file)
    rates, starts = traits_in(hiker_file)["table_grid"]["positions"]
    box = opened.page.get_by_label(f"{RATE}, typed")
    for typed in ("0,42", "99", "−3", " 0.1 "):
        box.fill(typed)
        box.press("Enter")
        wanted = float(typed.replace(",", ".").replace("−", "-"))
        nearest = min(rates, key=lambda rate: abs(rate - wanted))
        assert opened.words("arithmetic") == HIKER.scene(rate=nearest).texts_at(0)["arithmetic"]
        assert float(box.input_value()) == nearest
        told = opened.page.get_by_role("alert").inner_text() if nearest != wanted else ""
        assert told == (
            f"{RATE}: this page has no {write(wanted, 'r')} and shows {write(nearest, 'r')}, the nearest it has."
            if nearest != wanted
            else ""
        )
    assert opened.page.get_by_role("alert").count() == 0  # 0.1 is there
    for nonsense in ("fast", "", "0.1.2", "NaN", "1e999"):
        box.fill(nonsense)
        box.press("Enter")
        assert box.input_value() == "0.10"
    start = opened.page.get_by_label(f"{START}, typed")
    start.fill("3.04")
    start.press("Tab")
    nearest = min(starts, key=lambda number: abs(number - 3.04))
    assert opened.words() == HIKER.scene(start=nearest).texts_at(0)["readout"]


def test_settings_without_a_table_are_not_offered(open_page, hiker_file):
    page = open_page(hiker_file).page
    assert page.locator(".gd-control:visible").all_inner_texts() == [RATE, START]
    assert page.locator("title").inner_text() == "The hiker"


def test_the_pointer_sets_two_weights_at_once_and_picks_marks(open_page, tmp_path):
    opened = open_page(CARD.freeze(tmp_path / "card.html", positions=33))
    opened.page.mouse.click(*opened.place("plane", 7.4, 2.6))
    assert opened.words() == "Step 0 | x 7.00 | y 3.00 | mark 1 | −1.50 × 10³⁰⁰"
    assert opened.shot().shows("plane", 7, 3, "#333333")
    assert not opened.shot().shows("plane", 2, 8, "#333333")
    canvas = opened.page.locator(".gd-moving")
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Shift+ArrowLeft"):
        canvas.press(key)
    assert opened.words() == "Step 0 | x 0.00 | y 5.00 | mark 1 | −1.50 × 10³⁰⁰"
    x, y = opened.place("below", 9, 1)
    opened.page.mouse.click(x - 6, y + 4)  # near is enough
    assert opened.words() == "Step 0 | x 0.00 | y 5.00 | mark 3 | −1.50 × 10³⁰⁰"
    assert opened.shot().shows("below", 9, 1, "#333333")
    opened.page.mouse.click(*opened.place("below", 2.5, 0.2))  # near none
    assert opened.words().endswith("mark 3 | −1.50 × 10³⁰⁰")


def test_a_track_shows_its_marks_and_zones(open_page, tmp_path):
    page = open_page(CARD.freeze(tmp_path / "card.html", positions=33)).page
    track = page.locator(".gd-track").first
    slider, *_ = (part.bounding_box() for part in track.locator("input").all())
    usable = slider["width"] - 16

    def along(box):
        return (box["x"] - slider["x"] - 8) / usable

    middle, beside = (mark.bounding_box() for mark in track.locator(".gd-marks span").all())
    assert along({"x": middle["x"] + middle["width"]}) == pytest.approx(0.5, abs=0.01)  # the words end at their tick
    assert along(beside) == pytest.approx(0.6, abs=0.01)  # these would cover their neighbour: they begin at their tick
    assert beside["y"] == middle["y"]
    zones = [(zone.get_attribute("data-zone"), zone.bounding_box()) for zone in track.locator(".gd-zones span").all()]
    assert [role for role, _ in zones] == ["minimum", "gradient"]
    assert [along(box) for _, box in zones] == pytest.approx([0.2, 0.5], abs=0.01)
    assert [box["width"] / usable for _, box in zones] == pytest.approx([0.3, 0.4], abs=0.01)
    assert zones[0][1]["height"] >= 3


def test_a_hostile_title_is_read_as_text(open_page, tmp_path):
    opened = open_page(CARD.freeze(tmp_path / "card.html", positions=33))
    assert opened.page.title() == CARD.title
    assert opened.page.locator(".gd-title").inner_text() == CARD.scene().title


def test_a_page_without_scripts_still_tells(open_page, hiker_file):
    page = open_page(hiker_file, java_script_enabled=False).page
    assert HIKER.describe() in page.locator("noscript").inner_text()
