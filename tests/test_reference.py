"""The quick reference: one page when printed, and every number on it is the course's own."""

import math
import re

import numpy as np
import pytest

from gdcourse import theory
from gdcourse.optimizers import OPTIMIZERS
from gdcourse.reference import quick_reference
from gdcourse.schedules import SCHEDULES

TEXT = quick_reference().text
PLAIN = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", TEXT.split("</style>")[1])).replace("&lt;", "<")


def said(pattern):
    found = re.search(pattern, PLAIN)
    assert found, f"the page does not say {pattern}"
    return float(found[1].replace(",", ""))


def test_its_numbers_are_those_of_the_theory():
    assert said(r"up to ([\d.]+)° off at κ = 100") == round(math.degrees(float(theory.largest_angle(100.0))), 1)
    contraction = float(theory.best_contraction(100.0))
    assert said(r"10⁶ at κ = 100: (\d+) steps") == round(math.log(1e-6) / math.log(contraction))
    heavy = float(theory.heavy_ball_best_contraction(100.0))
    assert said(r"At κ = 100: (\d+) steps for 10⁶") == round(math.log(1e-6) / math.log(heavy))
    assert said(r"([\d.]+)/L at β = 0.9") == pytest.approx(float(theory.heavy_ball_critical_rate(1.0, 0.9)))
    assert said(r"ln K: ([\d.]+) for ten") == round(math.log(10), 3)
    assert said(r"batches of 3.2 million: ([\d,]+)\)") == 300e9 / 3.2e6
    assert "ten times α at β = 0.9" in PLAIN
    assert float(theory.average_form_rate(1.0, 0.9)) == pytest.approx(10)


def test_its_regimes_are_those_of_the_course():
    for rate, name in ((0.5, "monotone"), (1.0, "exact"), (1.5, "overshooting"), (2.0, "cycling"), (2.5, "divergent")):
        assert theory.regime(rate, 1.0) == name
        assert name in PLAIN


def test_every_optimizer_is_there_with_what_it_keeps_for_each_weight():
    w = np.zeros(7)
    for kind in OPTIMIZERS.values():
        kept = sum(np.shape(part) == w.shape for part in kind().init(w))
        row = re.search(rf"<tr><td>{kind.name.replace(' momentum', '')}</td><td>.*?</td><td>(\d)</td>", TEXT, re.I)
        assert row, f"no row for {kind.name}"
        assert int(row[1]) == kept, kind.name


def test_its_schedules_are_those_of_the_course():
    for key in SCHEDULES:
        assert key in ("constant", "inverse-time") or key in PLAIN
    assert SCHEDULES["cosine"](steps=10)(4) == pytest.approx(0.5 * (1 + math.cos(math.pi * 0.4)))
    assert SCHEDULES["inverse-time"](decay=0.5)(4) == pytest.approx(1 / (1 + 0.5 * 4))
    assert "warm-up (k + 1)/n for the first n steps" in PLAIN
    assert [SCHEDULES["warm-up"](steps=5)(k) for k in range(5)] == pytest.approx([(k + 1) / 5 for k in range(5)])


def test_it_needs_nothing_from_elsewhere_and_is_written_whole(tmp_path):
    assert not re.search(r"https?:|src=|href=|<script|@import|url\(", TEXT)
    page = quick_reference(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == TEXT
    assert str(tmp_path / "page.html") in repr(page)
    assert "<style" not in page._repr_html_()  # it stays in its frame


@pytest.mark.parametrize(("width", "height"), [("210mm", "297mm"), ("8.5in", "11in")])
def test_it_prints_on_one_page(chromium, tmp_path, width, height):
    page = chromium.new_page()
    page.goto(quick_reference(tmp_path / "page.html").path.as_uri())
    printed = page.pdf(width=width, height=height, print_background=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
