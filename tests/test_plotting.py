"""Pictures with matplotlib: a scene's figure, its text twin, and one thing on an Axes."""

import base64
import html
import io
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from card import CARD, SHOWN
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from gdcourse import LANDSCAPES, GradientDescent, descend, plotting, quadratic
from gdcourse.labs import LABS

pytestmark = pytest.mark.thorough

HIKER = LABS["hiker"]


def lines_of(ax, color: str) -> list[np.ndarray]:
    """The points of every line of a colour, shape (n, 2) each."""
    return [line.get_xydata() for line in ax.lines if line.get_color() == plotting.LINE[color]]


def test_a_figure_has_the_panels_words_and_layers_of_its_scene():
    scene = HIKER.scene(rate=0.3)
    figure = plotting.draw(scene, 2)
    valley, losses = figure.axes
    assert (valley.get_xlim(), valley.get_ylim()) == (scene.panels[0].x, pytest.approx(scene.panels[0].y))
    assert (losses.get_yscale(), losses.get_xlabel(), losses.get_ylabel()) == ("log", "step", "L(w) − lowest L")
    assert figure.get_suptitle() == scene.title
    assert figure.get_supxlabel() == "\n".join(text for text in scene.texts_at(2).values() if text)
    hiker = np.array([scene.columns["w"][2], scene.columns["loss"][2]])
    assert any(len(points) == 1 and np.array_equal(points[0], hiker) for points in lines_of(valley, "ink"))
    past = np.stack([scene.columns["w"][:3], scene.columns["loss"][:3]], -1)
    assert any(np.array_equal(points, past) for points in lines_of(valley, "path"))
    (tangent,) = lines_of(valley, "gradient")
    assert_allclose(np.diff(tangent[:, 1]) / np.diff(tangent[:, 0]), scene.columns["gradient"][2])
    assert_allclose(tangent.mean(0), hiker)


def test_the_last_step_is_drawn_if_none_is_named():
    assert HIKER.figure(rate=0.3).get_supxlabel() == HIKER.figure(50, rate=0.3).get_supxlabel()
    assert HIKER.figure(rate=0.3).get_supxlabel().startswith("Step 50 | ")


def test_the_text_twin_is_the_alternative_text():
    figure = HIKER.figure(7, rate=0.9)
    assert figure.alt == HIKER.describe(7, rate=0.9)
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == figure.alt
    assert f'alt="{html.escape(figure.alt)}"' in data["text/html"]
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.width == pytest.approx(2 * metadata["image/png"]["width"], abs=2)
    assert data["image/png"] in data["text/html"]


def test_hostile_words_stay_words():
    figure = CARD.figure(SHOWN)
    assert "</script><b>" not in figure._repr_mimebundle_()[0]["text/html"].replace(html.escape(figure.alt), "")
    assert figure.get_suptitle() == CARD.scene().title


def test_long_words_are_broken_where_the_picture_ends_and_a_dollar_is_a_dollar():
    notice = "formula must be arithmetic, but $x^{$ came: " * 7 + "9" * 200
    figure = plotting.draw(replace(HIKER.scene(), notice=notice, title=notice))
    figure.draw_without_rendering()
    for text in figure.texts:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
        assert text.get_text().replace("\n", "").replace(" ", "").startswith(notice.replace(" ", ""))


@pytest.mark.parametrize("frame", [0, 3])
def test_every_frame_of_the_card_is_drawn(frame):
    figure = plotting.draw(CARD.scene(), frame)
    FigureCanvasAgg(figure).draw()
    kinds = figure.axes[1]
    dots = [points for points in lines_of(kinds, "second") if len(points) and points[0, 1] == 5]
    assert [len(points) for points in dots] == [frame + 1]
    ahead = [points for points in lines_of(kinds, "minimum") if points[0, 1] == 5]
    assert [len(points) for points in ahead] == [5 - frame]
    assert [text.get_text() for text in kinds.texts] == [f"k = {frame}"]


def test_a_legend_names_each_layer_once():
    names = [
        text.get_text() for ax in CARD.figure(SHOWN).axes if ax.get_legend() for text in ax.get_legend().get_texts()
    ]
    assert names == [layer.name for layer in CARD.scene().layers if layer.name]


@pytest.mark.parametrize(
    "given",
    [
        {"rate": 1.2, "steps": 1000},
        {"start": 1e308},
        {"steps": 0},
        {"walk": (1e300, -1e150)},
        {"fog": True, "walk": (1e300,)},
        {"rate": "fast"},
    ],
)
def test_what_leaves_all_pictures_is_left_out_without_a_warning(given):
    figure = HIKER.figure(**given)
    FigureCanvasAgg(figure).draw()
    assert figure.alt == HIKER.describe(**given)


def test_landscapes_of_one_and_two_weights():
    ax = plotting.plot_landscape(LANDSCAPES["double-well"])
    (points,) = lines_of(ax, "ground")
    assert_array_equal(points[:, 1], LANDSCAPES["double-well"].value(points[:, :1]))
    ax = plotting.plot_landscape(LANDSCAPES["himmelblau"])
    (minima,) = lines_of(ax, "minimum")
    assert_array_equal(minima, LANDSCAPES["himmelblau"].minima)
    assert (ax.get_xlim(), ax.get_ylim()) == LANDSCAPES["himmelblau"].view
    ax = plotting.plot_landscape(LANDSCAPES["horse-saddle"])  # no minimum at all
    assert [len(points) for points in lines_of(ax, "minimum")] == [0]


def test_three_weights_have_no_picture():
    with pytest.raises(ValueError, match=r"^a picture needs 1 or 2 weights, but three has 3: plot its losses instead$"):
        plotting.plot_landscape(quadratic((1, 2, 3), name="three"))


@pytest.mark.parametrize(("key", "start"), [("square", (-4.0,)), ("ravine", None)])
def test_a_path_is_drawn_where_it_went(key, start):
    path = descend(LANDSCAPES[key], GradientDescent(0.01), start, steps=5)
    (points,) = lines_of(plotting.plot_path(path), "path")
    expected = path.points if key == "ravine" else np.stack([path.points[:, 0], path.values], -1)
    assert_array_equal(points, expected)


def test_a_crowd_and_a_diverging_run_keep_the_view():
    crowd = descend(LANDSCAPES["square"], GradientDescent(3.0), [[-4.0], [2.0], [0.0]], steps=400)
    ax = plotting.plot_path(crowd)
    FigureCanvasAgg(ax.figure).draw()
    assert len(lines_of(ax, "path")) == 3
    assert ax.get_xlim() == LANDSCAPES["square"].view[0]
    ax = plotting.plot_losses(crowd)
    FigureCanvasAgg(ax.figure).draw()
    assert [len(line.get_xdata()) for line in ax.lines] == [401] * 3
    assert ax.get_yscale() == "linear"  # one of them stands at zero
    assert plotting.plot_losses(descend(LANDSCAPES["square"], GradientDescent(0.1))).get_yscale() == "log"


def test_an_axes_given_is_the_one_drawn_on_and_nothing_global_changes():
    before = dict(matplotlib.rcParams)
    ax = Figure().subplots()
    path = descend(LANDSCAPES["square"], GradientDescent(0.1))
    assert plotting.plot_path(path, ax) is ax
    assert plotting.plot_losses(path, ax) is ax
    assert plotting.plot_landscape(LANDSCAPES["square"], ax) is ax
    assert plotting.draw_panel(HIKER.scene().panels[0], ax) is ax
    assert isinstance(plotting.plot_losses(path).figure, plotting.Picture)
    assert dict(matplotlib.rcParams) == before


def test_a_hiker_out_of_sight_is_shown_by_a_triangle_at_the_edge():
    def triangles(frame, **given):
        ax = HIKER.figure(frame, **given).axes[0]
        return [
            (line.get_xydata()[0].tolist(), line.get_marker())
            for line in ax.lines
            if isinstance(line.get_marker(), tuple)
        ]

    top = HIKER.scene().panels[0].y[1]
    assert triangles(0, rate=1.2) == []
    ((place, (corners, _, turn)),) = triangles(1, rate=1.2)  # at w = 5.6, L = 31.36
    assert (place, corners) == ([5.0, pytest.approx(top)], 3)
    assert -90 < turn < 0  # up and to the right
    ((place, (_, _, turn)),) = triangles(2, rate=1.2)
    assert place[0] == -5.0
    assert 0 < turn < 90
    assert triangles(0, start=1e300) == []  # too far to be pointed at


@pytest.mark.parametrize("steps", [20, 30, 50, 75])
def test_steps_are_marked_with_whole_numbers(steps):
    figure = HIKER.figure(steps=steps)
    figure.draw_without_rendering()
    assert all(tick == round(tick) for tick in figure.axes[1].get_xticks())
