"""Eight optimizers, each a frozen record that reads like its paper.

Every optimizer does two things:

    state = optimizer.init(w)                      what it remembers before the first step
    w, state = optimizer.step(w, grad, state)      one step, from the gradient at w

Symbols: w point, g = ∇L(w) gradient at w, α `rate`, β `beta`, ε `eps`, t steps taken. Points and gradients have shape
(..., d): ten thousand starts step together. Nothing is changed in place: settings are changed with
`dataclasses.replace(optimizer, rate=0.01)`. Settings may be arrays for a sweep, see `gdcourse.optimizer_record.spread`.
All squares, roots and divisions act on each coordinate by itself. A step that overflows gives inf or NaN, silently:
divergence is a result to look at.
"""
# ruff: noqa: D102 - what init and step do is said once, in Optimizer

from dataclasses import dataclass

import numpy as np

from gdcourse.checks import quiet
from gdcourse.optimizer_record import Optimizer, must_be_spread
from gdcourse.optimizer_states import AdaGradState, AdamState, AMSGradState, MomentumState, NoState, RMSPropState
from gdcourse.settings import Setting


@dataclass(frozen=True, eq=False)
class GradientDescent(Optimizer):
    """Walk against the gradient: w ← w − α·g.

    On a quadratic with largest curvature L it converges if 0 < α < 2/L. Source: Cauchy 1847.
    """

    name = "gradient descent"
    rate: Setting = 0.1

    def init(self, w):
        must_be_spread(self)
        return NoState()

    @quiet
    def step(self, w, grad, state):
        return w - self.rate * grad, state


@dataclass(frozen=True, eq=False)
class Momentum(Optimizer):
    """The heavy ball: keep a share β of the last move and add the pull of the slope.

        v ← β·v − α·g
        w ← w + v

    β = 0 is gradient descent; 1 − β is the friction. PyTorch writes v ← β·v + g, w ← w − α·v: the same path while α is
    constant, another once α changes, because here the velocity remembers the rates it was made with. Averages,
    v ← β·v + (1 − β)·g, need a rate 1/(1 − β) times larger. Source: Polyak 1964.
    """

    name = "momentum"
    rate: Setting = 0.1
    beta: Setting = 0.9  # share of the old velocity that is kept

    def init(self, w):
        return MomentumState(velocity=self.zeros(w))

    @quiet
    def step(self, w, grad, state):
        v = self.beta * state.velocity - self.rate * grad
        return w + v, MomentumState(v)


@dataclass(frozen=True, eq=False)
class Nesterov(Optimizer):
    """Nesterov's momentum in look-ahead form: the gradient is taken where the ball is about to be.

        v ← β·v − α·g
        w ← w + β·v − α·g

    The paper's ball sits at p and takes its gradient at the look-ahead point p + β·v. A step sees only the gradient at
    w, so w is that look-ahead point: w = p + β·v. Follow p by p = w − β·v. PyTorch does the same (with α outside the
    velocity). Source: Nesterov 1983; Sutskever, Martens, Dahl, Hinton 2013, section 2.
    """

    name = "Nesterov momentum"
    rate: Setting = 0.1
    beta: Setting = 0.9  # share of the old velocity that is kept

    def init(self, w):
        return MomentumState(velocity=self.zeros(w))

    @quiet
    def step(self, w, grad, state):
        v = self.beta * state.velocity - self.rate * grad
        return w + self.beta * v - self.rate * grad, MomentumState(v)


@dataclass(frozen=True, eq=False)
class AdaGrad(Optimizer):
    """Divide each coordinate's step by the length of all its past gradients.

        s ← s + g²
        w ← w − α·g / (√s + ε)

    The sum only grows, so steps only shrink. ε stands outside the root and s starts at 0, as in PyTorch; Keras starts
    s at 0.1. Source: Duchi, Hazan, Singer 2011.
    """

    name = "AdaGrad"
    rate: Setting = 0.01
    eps: Setting = 1e-10

    def init(self, w):
        return AdaGradState(total=self.zeros(w))

    @quiet
    def step(self, w, grad, state):
        s = state.total + grad**2
        return w - self.rate * grad / (np.sqrt(s) + self.eps), AdaGradState(s)


@dataclass(frozen=True, eq=False)
class RMSProp(Optimizer):
    """Divide each coordinate's step by the root of a running mean of its squared gradients.

        s ← β·s + (1 − β)·g²
        w ← w − α·g / (√s + ε)

    AdaGrad that forgets. s starts at 0 and is not corrected, so the first step is α/√(1 − β). The lecture has β = 0.9;
    PyTorch calls β alpha and takes 0.99. ε stands outside the root as in PyTorch; Optax has it inside.
    Source: Tieleman and Hinton 2012, Coursera lecture 6.5.
    """

    name = "RMSProp"
    rate: Setting = 0.01
    beta: Setting = 0.9  # share of the old mean square that is kept
    eps: Setting = 1e-8

    def init(self, w):
        return RMSPropState(mean_square=self.zeros(w))

    @quiet
    def step(self, w, grad, state):
        s = self.beta * state.mean_square + (1 - self.beta) * grad**2
        return w - self.rate * grad / (np.sqrt(s) + self.eps), RMSPropState(s)


@dataclass(frozen=True, eq=False)
class Adam(Optimizer):
    """Momentum over RMSProp, both means corrected for having started at zero.

        t ← t + 1
        m ← β₁·m + (1 − β₁)·g
        v ← β₂·v + (1 − β₂)·g²
        m̂ = m / (1 − β₁ᵗ)
        v̂ = v / (1 − β₂ᵗ)
        w ← w − α·m̂ / (√v̂ + ε)

    On a constant slope m̂ = g and v̂ = g², so every step is α long, whatever the slope (until |g| nears ε).
    Source: Kingma and Ba 2015 (arXiv 1412.6980), algorithm 1, whose defaults these are.
    """

    name = "Adam"
    rate: Setting = 0.001
    beta1: Setting = 0.9  # share of the old mean gradient that is kept
    beta2: Setting = 0.999  # share of the old mean square that is kept
    eps: Setting = 1e-8

    def init(self, w):
        return AdamState(m=self.zeros(w), v=self.zeros(w), t=0)

    @quiet
    def step(self, w, grad, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        m_hat = m / (1 - np.power(self.beta1, t))  # np.power: ** on a float and on an array differ in the last digit,
        v_hat = v / (1 - np.power(self.beta2, t))  # and a sweep must equal its single runs
        return w - self.rate * m_hat / (np.sqrt(v_hat) + self.eps), AdamState(m, v, t)


@dataclass(frozen=True, eq=False)
class AMSGrad(Optimizer):
    """Adam with a long memory for large gradients: the divisor never shrinks.

        t, m, v, m̂ as in Adam
        v_max ← max(v_max, v)
        w ← w − α·m̂ / (√(v_max / (1 − β₂ᵗ)) + ε)

    The bias corrections and the maximum of the *uncorrected* v are PyTorch's; the paper has no corrections and no ε.
    Source: Reddi, Kale, Kumar 2018 (arXiv 1904.09237), algorithm 2.
    """

    name = "AMSGrad"
    rate: Setting = 0.001
    beta1: Setting = 0.9  # share of the old mean gradient that is kept
    beta2: Setting = 0.999  # share of the old mean square that is kept
    eps: Setting = 1e-8

    def init(self, w):
        return AMSGradState(m=self.zeros(w), v=self.zeros(w), v_max=self.zeros(w), t=0)

    @quiet
    def step(self, w, grad, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        v_max = np.maximum(state.v_max, v)
        m_hat = m / (1 - np.power(self.beta1, t))
        v_hat = v_max / (1 - np.power(self.beta2, t))
        return w - self.rate * m_hat / (np.sqrt(v_hat) + self.eps), AMSGradState(m, v, v_max, t)


@dataclass(frozen=True, eq=False)
class AdamW(Optimizer):
    """Adam, with weights that shrink by themselves and not through the gradient.

        w ← w − α·λ·w
        then Adam's step from there, with m and v of the gradient alone

    λ is `weight_decay`. A penalty ½·λ·‖w‖² in the loss would pass through √v̂ and shrink coordinates with large
    gradients less; decoupled, all shrink alike. α multiplies λ as in PyTorch; the paper keeps the two apart.
    Source: Loshchilov and Hutter 2019 (arXiv 1711.05101), algorithm 2.
    """

    name = "AdamW"
    rate: Setting = 0.001
    beta1: Setting = 0.9  # share of the old mean gradient that is kept
    beta2: Setting = 0.999  # share of the old mean square that is kept
    eps: Setting = 1e-8
    weight_decay: Setting = 0.01  # λ

    def init(self, w):
        return AdamState(m=self.zeros(w), v=self.zeros(w), t=0)

    @quiet
    def step(self, w, grad, state):
        shrunk = w - self.rate * self.weight_decay * w
        return Adam(self.rate, self.beta1, self.beta2, self.eps).step(shrunk, grad, state)


OPTIMIZERS = {
    "gradient-descent": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "amsgrad": AMSGrad,
    "adamw": AdamW,
}
