"""What a setting of an optimizer or a schedule may be: a number, or an array of numbers for a sweep."""

from typing import NamedTuple

import numpy as np

from gdcourse.checks import as_numbers, shorten, whole

Setting = float | np.ndarray  # an array of shape (P,) asks for P runs, one with each number


class Range(NamedTuple):
    """The numbers that a setting may take, ends included, and the words that say so."""

    low: float
    high: float
    words: str


BELOW_ONE = float(np.nextafter(1.0, 0.0))  # the largest float below 1: a bias correction divides by 1 − β
LARGEST = float(np.finfo(float).max)
ANY = Range(-LARGEST, LARGEST, "of either sign")  # a setting of a learner's own optimizer
RANGES = {
    "rate": Range(0, LARGEST, "0 or more (the minus sign is already in w − rate · gradient)"),
    "beta": Range(0, 1, "from 0 to 1 (it is the share of the past that each step keeps)"),
    "beta1": Range(0, BELOW_ONE, "at least 0 and below 1 (it is the share of the old mean gradient that is kept)"),
    "beta2": Range(0, BELOW_ONE, "at least 0 and below 1 (it is the share of the old mean square that is kept)"),
    "eps": Range(0, LARGEST, "0 or more (it is added to the root, so that nothing is divided by 0)"),
    "weight_decay": Range(0, LARGEST, "0 or more (each step shrinks the weights by rate · weight_decay)"),
    "factor": Range(0, LARGEST, "0 or more (the rate is multiplied by it)"),
    "end": Range(0, LARGEST, "0 or more (it is the factor of the rate at the end)"),
    "decay": Range(0, LARGEST, "0 or more (0 keeps the rate constant)"),
    "power": Range(0, LARGEST, "0 or more (1 falls like 1/t, 0.5 like 1/√t)"),
}


def as_setting(name: str, value) -> Setting:
    """Give the value as a float, or as a read-only float array.

    Raises:
        TypeError: If the value is not made of real numbers.
        ValueError: If a number is not finite, or outside the range of the setting of this name.
    """
    numbers = as_numbers(value, name)
    low, high, words = RANGES.get(name, ANY)
    fits = (low <= numbers) & (numbers <= high)
    if not fits.all():
        raise ValueError(f"{name} must be a finite number, {words}, but {numbers[~fits].flat[0]:g} came: change it")
    if numbers.ndim == 0:
        return float(numbers)
    numbers.setflags(write=False)
    return numbers


def single_number(name: str, value) -> float:
    """Give the value as a float; an array is refused, because no sweep goes over this setting.

    Raises:
        TypeError: If the value is not a real number.
        ValueError: If it is an array, not finite, or outside the range of the setting of this name.
    """
    number = as_setting(name, value)
    if not isinstance(number, float):
        raise ValueError(f"{name} must be one number, but {shorten(value)} came: pass for example 0.1")
    return number


def whole_number(name: str, value, low: int = 0) -> int:
    """Give the value as an int: 20, 1e3 and np.int64(5) are whole numbers, 2.5, True and "20" are not.

    Raises:
        TypeError: If the value is not a real number.
        ValueError: If it is not whole, not finite, not a single number, or below `low`.
    """
    number = whole(value, name, low)
    if number.ndim > 0 or not np.isfinite(number):
        raise ValueError(f"{name} must be one whole number, but {shorten(value)} came: pass for example 100")
    return int(number)
