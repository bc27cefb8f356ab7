"""Gradient descent understood: landscapes, optimizers, labs and exercises.

Public names are handed out on first use, so that `import gdcourse` costs nothing and the mathematics
never waits for a plotting library:

    from gdcourse import LANDSCAPES, Adam, descend
    path = descend(LANDSCAPES["himmelblau"], Adam(rate=0.1), steps=200)
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {  # public name -> the module that defines it
    **dict.fromkeys(["LANDSCAPES", "Landscape", "quadratic"], "landscapes"),
    "landscape_from": "formula",
    **dict.fromkeys(["OPTIMIZERS", "GradientDescent", "Momentum", "Nesterov", "AdaGrad", "RMSProp"], "optimizers"),
    **dict.fromkeys(["Adam", "AMSGrad", "AdamW"], "optimizers"),
    "SCHEDULES": "schedules",
    **dict.fromkeys(["Trajectory", "descend"], "descent"),
    "LABS": "labs",
    **dict.fromkeys(["EXERCISES", "student"], "exercises"),
}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str):
    """Import a public name from its module when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"gdcourse has no {name!r}: its public names are {', '.join(_HOME)}")
    value = getattr(import_module(f"gdcourse.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    """List the public names, so that Tab completes them before they are loaded."""
    return sorted(__all__)
