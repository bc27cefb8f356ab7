"""What counts as a number, and the sentence that says so when something else came.

Every check returns what can be computed with at once: a float array, or the generator of a seed.
"""

import re

import numpy as np

_TWINS = str.maketrans({"*": "\u2217", "`": "'", "<": "\u2039", ">": "\u203a"})
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # inside a name such as learning_rate it does nothing

quiet = np.errstate(all="ignore")  # decorates what may overflow: inf is an answer, not a warning


def as_numbers(thing, what: str) -> np.ndarray:
    """Turn a number, or a nested list of numbers, into a float array; NaN and infinity pass.

    Args:
        thing: What was passed.
        what: Its name in the error sentence.

    Raises:
        TypeError: If it is text, a truth value, None, complex, ragged, empty, or anything else without real numbers.
    """
    try:
        array = np.asarray(thing)
        strange = array.dtype.kind == "O" and any(isinstance(x, str | bytes | bool | None) for x in array.flat)
        if array.dtype.kind in "iufO" and array.size and not strange:
            return array.astype(float)
    except (ValueError, TypeError, OverflowError):
        pass
    raise TypeError(f"{what} must be a number or an array of real numbers, but {shorten(thing)} came: pass floats")


def finite(thing, what: str) -> np.ndarray:
    """The thing as finite floats, or a ValueError."""
    return _demand(thing, what, np.isfinite, "finite")


def positive(thing, what: str) -> np.ndarray:
    """The thing as finite floats above zero, or a ValueError."""
    return _demand(thing, what, lambda x: np.isfinite(x) & (x > 0), "positive and finite")


def nonnegative(thing, what: str) -> np.ndarray:
    """The thing as finite floats, zero or more, or a ValueError."""
    return _demand(thing, what, lambda x: np.isfinite(x) & (x >= 0), "zero or more, and finite")


def kept_share(thing, what: str = "beta") -> np.ndarray:
    """The thing as shares from 0 to 1, or a ValueError."""
    return _demand(thing, what, lambda x: (x >= 0) & (x <= 1), "from 0 to 1")


def whole(thing, what: str, lowest: int = 0) -> np.ndarray:
    """The thing as whole numbers (floats without a fraction), none below the lowest, or a ValueError."""
    return _demand(
        thing, what, lambda x: np.isfinite(x) & (x >= lowest) & (x == np.floor(x)), f"whole and at least {lowest}"
    )


def ordered(L, mu) -> tuple[np.ndarray, np.ndarray]:
    """The largest and smallest curvature as floats with 0 < μ ≤ L, or a ValueError."""
    floats = positive(L, "L"), positive(mu, "mu")
    if (floats[1] > floats[0]).any():
        raise ValueError(f"mu must not exceed L, but mu {shorten(mu)} and L {shorten(L)} came: swap them")
    return floats


def condition(kappa) -> np.ndarray:
    """Condition numbers κ = L/μ from 1 to inf (a flat direction), as floats, or a ValueError."""
    return _demand(kappa, "kappa", lambda x: x >= 1, "at least 1 (it is L/mu, the larger over the smaller)")


def drawn_from(seed) -> np.random.Generator:
    """The random generator of a landscape that is drawn from a seed.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If it is negative.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed must be a whole number, but {shorten(seed)} came: pass one like 7")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, but {seed} came: pass one like 7")
    return np.random.default_rng(seed)


def _demand(thing, what: str, holds, demand: str) -> np.ndarray:
    array = as_numbers(thing, what)
    if not np.all(holds(array)):
        raise ValueError(f"{what} must be {demand}, but {shorten(thing)} came: change it and try again")
    return array


def shorten(thing) -> str:
    """A short text of anything at all, for an error sentence."""
    try:
        text = " ".join(repr(thing).split())
    except Exception:  # an object whose repr fails must not hide the sentence
        text = f"a {type(thing).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def excerpt(text: str, longest: int = 30) -> str:
    """Quote the beginning of a text on one line; letters that Markdown or a page would act upon get a harmless twin."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text[:longest])
    told = _OUTER_UNDERSCORE.sub("\u02cd", clean.translate(_TWINS)).replace("](", "] (")
    return " ".join(told.split()) + ("…" if len(text) > longest else "")
