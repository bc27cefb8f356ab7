"""Landscapes over a plane: two weights, drawn as contours.

Each is a loss of two coordinates, its two partial derivatives, and its second derivatives xx, xy, yy. Stationary
points are given to the last digit of a float; the tests find them again. Slopes are written with squares where they
can be: NumPy takes fifty times as long for a third or fifth power.
"""

from itertools import product

import numpy as np

from gdcourse.landscape_record import Landscape, lift


def on_plane(value, partials, second_partials, **facts) -> Landscape:
    """Make the landscape of f(x, y), its partial derivatives (x, y) and its second ones (xx, xy, yy)."""
    return Landscape(**lift(2, value, partials, second_partials), **facts)


BOWL = on_plane(
    lambda x, y: x**2 + y**2,
    lambda x, y: (2 * x, 2 * y),
    lambda x, y: (2.0, 0.0, 2.0),
    name="bowl",
    formula="L(x, y) = x² + y²",
    view=((-4.0, 4.0), (-4.0, 4.0)),
    start=(-3.0, 2.0),
    minima=((0.0, 0.0),),
    source="The only quadratic on which −∇L always points at the minimum.",
)

RAVINE = on_plane(
    lambda x, y: 0.5 * x**2 + 50 * y**2,
    lambda x, y: (x, 100 * y),
    lambda x, y: (1.0, 0.0, 100.0),
    name="ravine",
    formula="L(x, y) = ½x² + 50y²",
    view=((-1.5, 1.5), (-1.5, 1.5)),
    start=(1.0, 1.0),
    minima=((0.0, 0.0),),
    source="The quadratic with curvatures 1 and 100, so κ = 100.",
)

ROSENBROCK = on_plane(
    lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
    lambda x, y: (2 - 400 * y + 1200 * x**2, -400 * x, 200.0),
    name="rosenbrock",
    formula="L(x, y) = (1 − x)² + 100(y − x²)²",
    view=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    minima=((1.0, 1.0),),
    source="H. H. Rosenbrock, The Computer Journal 3 (1960); the start is his.",
)

HIMMELBLAU = on_plane(
    lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    lambda x, y: (12 * x**2 + 4 * y - 42, 4 * (x + y), 12 * y**2 + 4 * x - 26),
    name="himmelblau",
    formula="L(x, y) = (x² + y − 11)² + (x + y² − 7)²",
    view=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, 0.0),
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ),
    saddles=(
        (3.385154183607021, 0.07385187983774928),
        (0.08667750455539636, 2.884254701174776),
        (-3.0730257507643897, -0.08135304428796751),
        (-0.12796134673068008, -1.9537149802445763),
    ),
    source="D. M. Himmelblau, Applied Nonlinear Programming (1972).",
)


def _beale_terms(x, y):
    """The three residuals cᵢ − x(1 − yⁱ), their x-derivatives yⁱ − 1 and their y-derivatives i·x·yⁱ⁻¹."""
    residuals = (1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3)
    return residuals, (y - 1, y**2 - 1, y**3 - 1), (x, 2 * x * y, 3 * x * y**2)


def _beale(x, y):
    (a, b, c), _, _ = _beale_terms(x, y)
    return a**2 + b**2 + c**2


def _beale_partials(x, y):
    (a, b, c), (ax, bx, cx), (ay, by, cy) = _beale_terms(x, y)
    return 2 * (a * ax + b * bx + c * cx), 2 * (a * ay + b * by + c * cy)


def _beale_second(x, y):
    (a, b, c), (ax, bx, cx), (ay, by, cy) = _beale_terms(x, y)
    return (
        2 * (ax**2 + bx**2 + cx**2),
        2 * (ax * ay + bx * by + cx * cy + a + 2 * b * y + 3 * c * y**2),
        2 * (ay**2 + by**2 + cy**2 + 2 * b * x + 6 * c * x * y),
    )


BEALE = on_plane(
    _beale,
    _beale_partials,
    _beale_second,
    name="beale",
    formula="L(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
    view=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, -1.0),
    minima=((3.0, 0.5),),
    saddles=((0.10053793732415836, -2.644513585023125), (0.0, 1.0)),
    source="E. M. L. Beale, Princeton Statistical Techniques Research Group report 25 (1958).",
)


def _by_height(points, height):
    """The points as plain tuples, lowest first."""
    return tuple(sorted(((float(x), float(y)) for x, y in points), key=lambda p: height(*p)))


def _rastrigin(x, y):
    return 20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y)


def _rastrigin_roots(first):
    """Newton's method on the slope 2x + 20π sin 2πx of one coordinate, from good first guesses."""
    x = np.asarray(first, dtype=float)
    for _ in range(8):
        x = x - (2 * x + 20 * np.pi * np.sin(2 * np.pi * x)) / (2 + 40 * np.pi**2 * np.cos(2 * np.pi * x))
    return x


_RASTRIGIN_LOW = _rastrigin_roots(np.arange(-5, 6))
_RASTRIGIN_HIGH = _rastrigin_roots(np.arange(-4.5, 5))

RASTRIGIN = on_plane(
    _rastrigin,
    lambda x, y: (2 * x + 20 * np.pi * np.sin(2 * np.pi * x), 2 * y + 20 * np.pi * np.sin(2 * np.pi * y)),
    lambda x, y: (2 + 40 * np.pi**2 * np.cos(2 * np.pi * x), 0.0, 2 + 40 * np.pi**2 * np.cos(2 * np.pi * y)),
    name="rastrigin",
    formula="L(x, y) = 20 + x² − 10 cos 2πx + y² − 10 cos 2πy",
    view=((-5.12, 5.12), (-5.12, 5.12)),
    start=(3.3, -2.6),
    minima=_by_height(product(_RASTRIGIN_LOW, repeat=2), _rastrigin),
    saddles=_by_height(
        [*product(_RASTRIGIN_LOW, _RASTRIGIN_HIGH), *product(_RASTRIGIN_HIGH, _RASTRIGIN_LOW)], _rastrigin
    ),
    source="L. A. Rastrigin, Systems of Extremal Control (1974).",
)


def _styblinski_tang(x, y):
    return 0.5 * (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y)


_TANG_LOW = (-2.903534027771177, 2.7468027709908371)  # the two valleys and the hill of ½(x⁴ − 16x² + 5x)
_TANG_HIGH = (0.15673125678034011,)

STYBLINSKI_TANG = on_plane(
    _styblinski_tang,
    lambda x, y: (2 * x * (x**2 - 8) + 2.5, 2 * y * (y**2 - 8) + 2.5),
    lambda x, y: (6 * x**2 - 16, 0.0, 6 * y**2 - 16),
    name="styblinski-tang",
    formula="L(x, y) = ½(x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)",
    view=((-5.0, 5.0), (-5.0, 5.0)),
    start=(4.0, 0.5),
    minima=_by_height(product(_TANG_LOW, repeat=2), _styblinski_tang),
    saddles=_by_height([*product(_TANG_LOW, _TANG_HIGH), *product(_TANG_HIGH, _TANG_LOW)], _styblinski_tang),
    source="M. A. Styblinski, T.-S. Tang, Neural Networks 3 (1990).",
)

SIX_HUMP_CAMEL = on_plane(
    lambda x, y: (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2,
    lambda x, y: (x * (8 - 8.4 * x**2 + 2 * (x**2) ** 2) + y, x + 8 * y * (2 * y**2 - 1)),
    lambda x, y: (8 - 25.2 * x**2 + 10 * x**4, 1.0, 48 * y**2 - 8),
    name="six-hump-camel",
    formula="L(x, y) = (4 − 2.1x² + x⁴/3)x² + xy + (4y² − 4)y²",
    view=((-2.0, 2.0), (-1.1, 1.1)),
    start=(-1.8, 0.1),
    minima=(
        (0.08984201310031806, -0.7126564030207396),
        (-0.08984201310031806, 0.7126564030207396),
        (1.703606714969981, -0.7960835686726251),
        (-1.703606714969981, 0.7960835686726251),
        (1.6071047529201972, 0.5686514548841314),
        (-1.6071047529201972, -0.5686514548841314),
    ),
    saddles=(
        (0.0, 0.0),
        (1.1092053368047865, -0.7682680925095399),
        (-1.1092053368047865, 0.7682680925095399),
        (1.6380679841897785, 0.22867406904439408),
        (-1.6380679841897785, -0.22867406904439408),
        (1.2960702671671092, 0.6050843880386585),
        (-1.2960702671671092, -0.6050843880386585),
    ),
    source="L. C. W. Dixon, G. P. Szegő, Towards Global Optimisation 2 (1978).",
)
