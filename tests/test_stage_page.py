"""The stage in a bare page with its real Python half behind it: answers that come late, torn or after newer values."""

import pytest
from widget_page import typed, words

from gdcourse.labs import LABS

HIKER = LABS["hiker"]
RATE, START, STEPS = "Learning rate α", "Start", "Step number"


def test_values_typed_in_a_row_all_count_however_late_the_answers_are(open_stage):
    opened = open_stage("batch")
    opened.slow(120)
    given = {
        "Batch size b": ("6", "batch", 6),
        "Learning rate α": ("0.1", "rate", 0.1),
        "Shuffle number": ("7", "seed", 7),
    }
    for label, (text, _, _) in given.items():
        typed(opened, label).fill(text)
        typed(opened, label).press("Enter")
    opened.settle()
    for label, (text, name, value) in given.items():
        assert getattr(opened.widget, name) == value
        assert float(typed(opened, label).input_value()) == value, text
    assert words(opened) == {k: v.strip() for k, v in opened.widget.scene.texts_at(0).items()}


def test_an_older_answer_never_shows_over_a_newer_value(open_stage):
    opened = open_stage()
    opened.slow(150)
    opened.root.get_by_label("Landscape").select_option("double-well")  # whose answer brings a start of its own
    typed(opened, START).fill("1.5")
    typed(opened, START).press("Enter")
    shown = []
    for _ in range(12):
        shown.append(typed(opened, START).input_value())
        opened.page.wait_for_timeout(60)
    assert set(shown) == {"1.50"}
    assert (opened.widget.start, opened.widget.landscape) == (1.5, "double-well")


def test_what_is_being_typed_is_not_overwritten_by_an_answer(open_stage):
    opened = open_stage()
    opened.slow(150)
    opened.root.get_by_label("Landscape").select_option("parabola")
    typed(opened, RATE).fill("0.7")
    opened.page.wait_for_timeout(700)
    assert typed(opened, RATE).input_value() == "0.7"
    typed(opened, RATE).press("Enter")
    opened.settle()
    assert opened.widget.rate == 0.7
    assert typed(opened, RATE).input_value() == "0.70"


def test_what_the_pointer_sets_shows_on_its_slider_at_once(open_stage):
    opened = open_stage()
    opened.slow(400)
    slider = opened.root.get_by_role("slider", name=START)
    before = slider.input_value()
    for _ in range(3):
        opened.root.locator(".gd-moving").press("ArrowRight")
    assert int(slider.input_value()) == int(before) + 3
    opened.page.wait_for_timeout(300)  # told, and not answered yet
    assert int(slider.input_value()) == int(before) + 3


def test_a_refused_value_is_not_held_on_to(open_stage):
    opened = open_stage()
    opened.slow(60)
    typed(opened, RATE).fill("-1")
    typed(opened, RATE).press("Enter")
    opened.settle()
    assert typed(opened, RATE).input_value() == "0.10"
    opened.widget.rate = 0.4
    opened.say()
    assert typed(opened, RATE).input_value() == "0.40"
    assert words(opened)["arithmetic"] == HIKER.scene(rate=0.4).texts_at(0)["arithmetic"]


def test_a_change_and_back_shows_one_picture_or_the_other_and_no_mixture(open_stage):
    opened = open_stage(walk=(1.0,))
    opened.slow(90)
    known = [
        {k: v.strip() for k, v in HIKER.scene(fog=fog, walk=(1.0,)).texts_at(k).items()}
        for fog in (True, False)
        for k in (0, 1)
    ]
    for _ in range(2):
        opened.root.get_by_label("Fog", exact=True).check()
        opened.root.get_by_label("Fog", exact=True).uncheck()
        for _ in range(14):
            assert words(opened) in known
            opened.page.wait_for_timeout(25)
    opened.settle()
    assert words(opened) == known[2]


TEAR = """name => {
    const whole = model.take.bind(model);
    let left = 1;
    model.take = (answer) => {
        const packed = answer[name] && (answer[name].data ? answer[name] : Object.values(answer[name])[0]);
        if (packed && left-- > 0) packed.data = { base64: packed.data.base64.slice(0, 400) }; // 300 bytes
        whole(answer);
    };
}"""


@pytest.mark.parametrize("part", ["now", "grounds", "table_rate"])
def test_a_torn_answer_is_asked_for_again(open_stage, part):
    opened = open_stage()
    opened.page.evaluate(TEAR, part)
    opened.root.get_by_label("Landscape").select_option("parabola")
    opened.settle()
    opened.root.get_by_role("slider", name=RATE).press("ArrowRight")
    opened.settle()
    assert words(opened) == {k: v.strip() for k, v in HIKER.scene(landscape="parabola", rate=0.11).texts_at(0).items()}
    drawn = opened.root.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())")
    fresh = open_stage(landscape="parabola", rate=0.11)
    assert fresh.root.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())") == drawn
