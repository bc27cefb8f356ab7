"""Landscapes over a plane whose subject is a saddle, or a valley without a single lowest point.

Written like `landscapes_plane`: a loss of two coordinates, its partial derivatives, its second derivatives xx, xy, yy.
"""

from gdcourse.landscapes_plane import on_plane

HORSE_SADDLE = on_plane(
    lambda x, y: 0.5 * x**2 - 0.5 * y**2,
    lambda x, y: (x, -y),
    lambda x, y: (1.0, 0.0, -1.0),
    name="horse-saddle",
    formula="L(x, y) = ½x² − ½y²",
    view=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.001),
    saddles=((0.0, 0.0),),
    source="Up along x, down along y, without end.",
)

BOUNDED_SADDLE = on_plane(
    lambda x, y: 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4,
    lambda x, y: (x, y**3 - y),
    lambda x, y: (1.0, 0.0, 3 * y**2 - 1),
    name="bounded-saddle",
    formula="L(x, y) = ½x² − ½y² + ¼y⁴",
    view=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.001),
    minima=((0.0, 1.0), (0.0, -1.0)),
    saddles=((0.0, 0.0),),
    source="The horse saddle with a floor: a hiker who leaves the ridge arrives at y = ±1.",
)

MONKEY_SADDLE = on_plane(
    lambda x, y: x**3 - 3 * x * y**2,
    lambda x, y: (3 * x**2 - 3 * y**2, -6 * x * y),
    lambda x, y: (6 * x, -6 * y, -6 * x),
    name="monkey-saddle",
    formula="L(x, y) = x³ − 3xy²",
    view=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.001),
    saddles=((0.0, 0.0),),
    source="Three ways down, for two legs and a tail (D. Hilbert, S. Cohn-Vossen, 1932); the Hessian at 0 is zero.",
)

TWO_WEIGHTS = on_plane(
    lambda u, v: 0.5 * (u * v - 1) ** 2,
    lambda u, v: ((u * v - 1) * v, (u * v - 1) * u),
    lambda u, v: (v**2, 2 * u * v - 1, u**2),
    name="two-weights",
    formula="L(u, v) = ½(uv − 1)²",
    view=((-5.0, 5.0), (-5.0, 5.0)),
    start=(4.0, 0.1),
    minima=((1.0, 1.0), (-1.0, -1.0)),  # the flattest points of the curve uv = 1, every point of which is a minimum
    saddles=((0.0, 0.0),),
    source="The smallest deep linear network: two weights in a row, input 1, target 1.",
)

ONE_NEURON = on_plane(
    lambda w, b: (2 * w + b - 4) ** 2,
    lambda w, b: (4 * (2 * w + b - 4), 2 * (2 * w + b - 4)),
    lambda w, b: (8.0, 4.0, 2.0),
    name="one-neuron",
    formula="L(w, b) = (2w + b − 4)²",
    view=((-1.0, 4.0), (-2.5, 2.5)),
    start=(1.0, 0.0),
    minima=((1.8, 0.4),),  # the point nearest to the start on the line 2w + b = 4, every point of which is a minimum
    source="One neuron ŷ = wx + b with squared error on one sample, x = 2, y = 4.",
)
