"""Answers that are alike by more than chance: a hint for a talk, not a verdict.

What two answers share weighs by how rare it is. A feature that k of n students have weighs
log((n + OTHERS) / k) / log((n + OTHERS) / 2): one if only two have it, next to nothing if all have. What the exercise
itself gives away (its stub, its solution, its usual mistakes) weighs nothing, because whoever solves it comes to write
that. Two answers are alike if what they share weighs enough, and is most of what the smaller of them holds.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

OTHERS = 20  # students added to every class who wrote none of it: else nothing is rare in a class of two
MOST_OF_IT = 0.75  # of the smaller answer's weight
BLOCK = 2048  # features that are compared at once, for the sake of memory

Bag = Collection[str]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Group:
    """Places of answers that are alike, each to at least one of the others, and what its best pair shares."""

    places: tuple[int, ...]
    weight: float


def groups_of(
    bags: Sequence[Bag], enough: float, known: Bag = (), natural: Callable[[int], Bag] = lambda place: ()
) -> list[Group]:
    """Group answers that are alike, the most striking group first.

    Args:
        bags: what each answer holds.
        enough: the weight that two answers must share.
        known: what everybody was given.
        natural: gives what of an answer is no wonder in it, such as numbers that are right for its student; what is
            natural to both of two answers weighs nothing. It is asked about few answers only.
    """
    rare = [frozenset(bag) - frozenset(known) for bag in bags]
    weights = _weights(rare)
    found: dict[Pair, float] = {}
    for one, other in _near(rare, weights, enough):
        shared = (rare[one] & rare[other]) - (frozenset(natural(one)) & frozenset(natural(other)))
        weight = sum(weights[feature] for feature in shared)
        if weight >= enough:
            found[one, other] = weight
    return sorted(_joined(found), key=lambda group: (-group.weight, group.places))


def _weights(bags: Sequence[Bag]) -> dict[str, float]:
    counts, everybody = Counter(feature for bag in bags for feature in bag), len(bags) + OTHERS
    return {feature: math.log(everybody / count) / math.log(everybody / 2) for feature, count in counts.items()}


def _near(bags: Sequence[frozenset[str]], weights: dict[str, float], enough: float) -> Iterator[Pair]:
    """Give the pairs that share enough, and most of what the smaller one holds."""
    shared = _shared(bags, weights)
    whole = np.array([sum(weights[feature] for feature in bag) for bag in bags])
    least = np.minimum(whole[:, None], whole[None, :])
    near = np.triu((shared >= enough) & (shared >= MOST_OF_IT * least), 1)
    for one, other in np.argwhere(near):
        yield int(one), int(other)


def _shared(bags: Sequence[frozenset[str]], weights: dict[str, float]) -> np.ndarray:
    """Give the weight that each pair shares, shape (n, n)."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, bag in enumerate(bags):
        for feature in bag:
            holders[feature].append(place)
    common = sorted(feature for feature, places in holders.items() if len(places) > 1)
    shared = np.zeros((len(bags), len(bags)), dtype=np.float32)
    for start in range(0, len(common), BLOCK):
        block = common[start : start + BLOCK]
        table = np.zeros((len(bags), len(block)), dtype=np.float32)
        for column, feature in enumerate(block):
            table[holders[feature], column] = math.sqrt(weights[feature])
        shared += table @ table.T
    return shared


def _joined(pairs: dict[Pair, float]) -> Iterator[Group]:
    """Join pairs that have an answer in common."""
    home: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = home.get(one, {one}) | home.get(other, {other})
        home |= dict.fromkeys(joined, joined)
    for places in {id(group): group for group in home.values()}.values():
        weight = max(weight for (one, _), weight in pairs.items() if one in places)
        yield Group(tuple(sorted(places)), weight)
