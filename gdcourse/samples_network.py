"""A network of layers with hand-written backpropagation, for any number of classes.

Forwards, layer by layer (x is a row of inputs, one row a sample; ReLU is max(0, ·)):

    h₁ = ReLU(x W₁ + b₁)    h₂ = ReLU(h₁ W₂ + b₂)    ...    z = h W + b        the scores, one a class
    p = softmax(z)          L = mean of −ln p of the right class

Backwards, from the last layer to the first (δ is the slope of L along what a layer puts out, before its ReLU):

    δ = (p − 1 at the right class)/b      ∂L/∂W = hᵀδ      ∂L/∂b = sum of δ over the samples
    δ ← (δ Wᵀ)·(1 where h > 0, else 0)    one layer further down

All weights stand in one flat vector w of shape (..., d): W₁ row by row, b₁, W₂, b₂ ... So every optimizer of the course
trains a network as it walks on a landscape. Leading axes of w are networks side by side.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gdcourse.checks import quiet, shorten
from gdcourse.settings import whole_number


@dataclass(frozen=True)
class Network:
    """The sizes of the layers: inputs, hidden units (any number of layers), classes.

    Raises:
        ValueError: If there are fewer than two layers, or one of them is no whole number from 1 on.
    """

    sizes: tuple[int, ...]

    def __post_init__(self):
        """Check the sizes."""
        if not isinstance(self.sizes, tuple | list) or len(self.sizes) < 2:
            raise ValueError(f"sizes must be like (64, 32, 10), but {shorten(self.sizes)} came: name every layer")
        object.__setattr__(self, "sizes", tuple(whole_number("a size", size, low=1) for size in self.sizes))

    @property
    def dimension(self) -> int:
        """The number d of weights, the offsets b among them."""
        return sum((before + 1) * after for before, after in pairwise(self.sizes))

    def start(self, rng: np.random.Generator) -> np.ndarray:
        """Draw weights to begin with, shape (d,): normal, of deviation √(2/inputs of the layer); every b is 0.

        So the signals neither fade nor grow from layer to layer. Source: He and others 2015 (arXiv 1502.01852).
        """
        parts = []
        for before, after in pairwise(self.sizes):
            parts += [rng.normal(scale=np.sqrt(2 / before), size=before * after), np.zeros(after)]
        return np.concatenate(parts)

    def layers(self, w) -> list[tuple[np.ndarray, np.ndarray]]:
        """Cut w, shape (..., d), into the layers' weights (..., inputs, outputs) and offsets (..., 1, outputs).

        Raises:
            ValueError: If w has not d entries on its last axis.
        """
        w, layers, at = np.asarray(w, float), [], 0
        if w.shape[-1:] != (self.dimension,):
            raise ValueError(f"w must end in {self.dimension} weights, but shape {w.shape} came: begin with start(rng)")
        for before, after in pairwise(self.sizes):
            middle = at + before * after
            weights = w[..., at:middle].reshape(*w.shape[:-1], before, after)
            layers.append((weights, w[..., np.newaxis, middle : middle + after]))
            at = middle + after
        return layers

    @quiet
    def outputs(self, w, x) -> list[np.ndarray]:
        """What every layer puts out, the inputs first and the scores last, each of shape (..., b, units)."""
        return _through(self.layers(w), x)

    def scores(self, w, x) -> np.ndarray:
        """The score of every class for every sample, shape (..., b, classes); the highest one is the answer."""
        return self.outputs(w, x)[-1]

    def chances(self, w, x) -> np.ndarray:
        """What the network takes the chance of every class to be, shape (..., b, classes)."""
        return softmax(self.scores(w, x))

    def loss(self, w, x, y) -> np.ndarray:
        """The mean cross-entropy over the samples, shape (...).

        Args:
            w: Weights, shape (..., d).
            x: Inputs, shape (..., b, inputs).
            y: The right classes, whole numbers from 0, shape (..., b).
        """
        return cross_entropy(self.scores(w, x), y)

    @quiet
    def gradient(self, w, x, y) -> np.ndarray:
        """The gradient of `loss` along all weights, by backpropagation; shape (..., d)."""
        layers = self.layers(w)
        outputs = _through(layers, x)
        delta = (softmax(outputs[-1]) - _one_hot(y, self.sizes[-1])) / outputs[-1].shape[-2]
        parts = []
        for number in range(len(layers) - 1, -1, -1):
            below = outputs[number]
            slopes = np.swapaxes(below, -1, -2) @ delta
            parts = [slopes.reshape(*slopes.shape[:-2], -1), delta.sum(axis=-2), *parts]
            if number > 0:
                delta = (delta @ np.swapaxes(layers[number][0], -1, -2)) * (below > 0)
        return np.concatenate(parts, axis=-1)

    def right(self, w, x, y) -> np.ndarray:
        """The share of samples whose highest score is that of the right class, shape (...)."""
        return share_right(self.scores(w, x), y)


def _through(layers, x) -> list[np.ndarray]:
    """Send inputs through layers: the inputs, what every layer puts out, and the scores last."""
    *hidden, (weights, offset) = layers
    outputs = [np.asarray(x, float)]
    for before, shift in hidden:
        outputs.append(np.maximum(outputs[-1] @ before + shift, 0))
    return [*outputs, outputs[-1] @ weights + offset]


@quiet
def softmax(scores) -> np.ndarray:
    """eᶻ divided by the sum of eᶻ over the classes; without overflow, whatever the scores."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@quiet
def cross_entropy(scores, y) -> np.ndarray:
    """The mean over samples of −ln p of the right class: scores (..., b, classes) and classes (..., b) give (...)."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -(logarithms * _one_hot(y, scores.shape[-1])).sum(axis=-1).mean(axis=-1)


def share_right(scores, y) -> np.ndarray:
    """The share of samples whose highest score is that of the right class; one without a number is not right."""
    known = np.isfinite(scores).all(axis=-1)
    return ((np.argmax(scores, axis=-1) == y) & known).mean(axis=-1)


def _one_hot(y, classes: int) -> np.ndarray:
    """1 at the right class and 0 at the others, shape (..., b, classes)."""
    return (np.asarray(y)[..., np.newaxis] == np.arange(classes)).astype(float)
