"""Adam as it would be without its bias correction: to be looked at in lesson 5, not to be used."""
# ruff: noqa: D102 - what init and step do is said once, in Optimizer

from dataclasses import dataclass

import numpy as np

from gdcourse.checks import quiet
from gdcourse.optimizer_record import Optimizer
from gdcourse.optimizer_states import AdamState
from gdcourse.settings import Setting


@dataclass(frozen=True, eq=False)
class UncorrectedAdam(Optimizer):
    """Adam's two running means, used as they are although both started at zero.

        m ← β₁·m + (1 − β₁)·g
        v ← β₂·v + (1 − β₂)·g²
        w ← w − α·m / (√v + ε)

    Both means are too small at first, but √v much more so: the first step is (1 − β₁)/√(1 − β₂) = 3.16 times α. The
    state is Adam's, so that both can be laid side by side.
    """

    name = "Adam without bias correction"
    rate: Setting = 0.001
    beta1: Setting = 0.9  # share of the old mean gradient that is kept
    beta2: Setting = 0.999  # share of the old mean square that is kept
    eps: Setting = 1e-8

    def init(self, w):
        return AdamState(m=self.zeros(w), v=self.zeros(w), t=0)

    @quiet
    def step(self, w, grad, state):
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        return w - self.rate * m / (np.sqrt(v) + self.eps), AdamState(m, v, state.t + 1)
