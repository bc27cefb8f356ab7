"""Lesson 6, predictions for its labs, questions on what is said of saddles and minima, a clinic, and flashcards."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from gdcourse import theory
from gdcourse.exercises.choice import Choice
from gdcourse.exercises.clinic import clinic
from gdcourse.exercises.clinic_runs import RUNS, seen
from gdcourse.exercises.exercise import Exercise
from gdcourse.exercises.lesson6_escape import STEPS, ridge_facts, ridges
from gdcourse.exercises.number import Number
from gdcourse.exercises.predictions import Guess
from gdcourse.exercises.records import Mistake
from gdcourse.exercises.variants import Variants, grid, told_apart
from gdcourse.labs import LABS
from gdcourse.labs.wording import superscript

SADDLE, TWO_WEIGHTS = LABS["saddle"], LABS["two-weights"]
SPANS = {"within-50": 50.0, "to-150": 150.0, "to-300": 300.0, "never": math.inf}  # the last step of each span
FLAT, SHARP = 12.0, 14.0  # sharpness below which a minimum counts as flat here, and above which as sharp


def span_of(step: float) -> str:
    """Name the span of steps that a step lies in."""
    return next(name for name, last in SPANS.items() if step <= last)


@cache
def _left(power: float, rate: float) -> tuple[float, float]:
    facts = SADDLE.scene(landscape="horse-saddle", offset=0.0, noise=10.0**-power, rate=rate).facts
    return float(facts["out"]), float(facts["predicted"])  # type: ignore[arg-type]


def noise_span(variant: dict) -> str:
    """Say when the noise has carried the lab's hiker off the ridge."""
    return span_of(_left(variant["power"], variant["rate"])[0])


@cache
def noises() -> tuple[dict, ...]:
    """Give all noises that may be asked about: the lab's run and the typical one fall into the same span."""
    numbers = grid(power=tuple(map(float, range(1, 13))), rate=(0.05, 0.1, 0.2))
    return tuple(v for v in numbers if all(_clear(step) for step in _left(**v)) and _agree(v))


def _agree(v: dict) -> bool:
    out, predicted = _left(**v)
    return span_of(out) == span_of(predicted)


def _clear(step: float) -> bool:
    return all(abs(step - last) > 0.06 * last for last in SPANS.values() if math.isfinite(last))


def noise_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Write the noise as a power of ten, and when it leaves."""
    del number
    out, predicted = _left(variant["power"], variant["rate"])
    left = f"it is out at step {out:.0f}" if math.isfinite(out) else "it is not out after 300 steps"
    amplitude = theory.ridge_amplitude(0.0, variant["rate"], -1.0, 0.0, 1.0)
    return {
        "noise": f"10{superscript(-int(variant['power']))}",
        "left": left,
        "typical": round(predicted),
        "share": round(float(amplitude), 2),
    }


@cache
def _end(rate: float) -> tuple[float, bool]:
    facts = TWO_WEIGHTS.scene(rate=rate).facts
    return float(facts["end"]), facts["outcome"] == 2  # type: ignore[arg-type]


def end_of(variant: dict) -> str:
    """Say how the two weights end from the usual start."""
    sharpness, diverges = _end(variant["rate"])
    return "diverges" if diverges else "sharp" if sharpness > SHARP else "flat"


@cache
def rates() -> tuple[dict, ...]:
    """Give all rates that may be asked about, none of them near a border."""
    candidates = (0.05, 0.08, 0.1, 0.12, 0.15, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.26, 0.28, 0.3)
    return tuple({"rate": rate} for rate in candidates if _end(rate)[1] or not FLAT < _end(rate)[0] < SHARP)


def rate_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the limit of the rate and what becomes of the run."""
    sharpness, diverges = _end(variant["rate"])
    ended = "it diverges" if diverges else f"it ends at sharpness {number(round(sharpness, 2))}"
    return {"limit": round(2 / variant["rate"], 2), "ended": ended}


LIMIT = Number(
    lambda v: float(theory.sharpness_limit(v["rate"], v["beta"])),
    (
        Mistake("without-momentum", lambda v: 2 / v["rate"]),
        Mistake("one-over", lambda v: 1 / v["rate"]),
        Mistake("lowered", lambda v: 2 * (1 - v["beta"]) / v["rate"]),
        Mistake("times-rate", lambda v: 2 * v["rate"]),
    ),
)


@cache
def limits() -> tuple[dict, ...]:
    """Give the rates and momenta whose largest sharpness may be asked."""
    numbers = grid(rate=(0.01, 0.02, 0.04, 0.05, 0.1, 0.2, 0.25), beta=(0.4, 0.5, 0.6, 0.8, 0.9))
    return tuple(v for v in numbers if told_apart([[LIMIT.answer(v)], *([m.wrong(v)] for m in LIMIT.mistakes)]))


def limit_facts(variant: dict, number: Callable[[float], str]) -> dict:
    """Give the limit with and without momentum."""
    del number
    return {"limit": round(LIMIT.answer(variant), 6), "plain": round(2 / variant["rate"], 6)}


def choice(key: str, options: tuple[str, ...], right: str, kind: str = "choice", *, scale: bool = False) -> Exercise:
    """Declare a question of lesson 6 with one right option and no numbers."""
    return Exercise(key, 6, kind, Choice(options, right, scale=scale), Variants({}))


def card(key: str, task: Number, classic: dict, pool, facts) -> Exercise:
    """Declare a flashcard of lesson 6 that asks for a number."""
    return Exercise(key, 6, "flashcard", task, Variants(classic, pool, facts))


SHOWN = {
    name: lambda run=run: seen(RUNS[run]())
    for name, run in {"saddle": "saddle", "plateau": "long-plateau", "stuck": "stuck", "catapult": "catapult"}.items()
}
NEVER = ("too-small", "noise-floor", "diverges")

EXERCISES = (
    Exercise(
        "predict-noise",
        lesson=6,
        kind="prediction",
        task=Guess(Choice(tuple(SPANS), noise_span, scale=True)),
        variants=Variants({"power": 3.0, "rate": 0.1}, noises, noise_facts),
    ),
    Exercise(
        "predict-sharpness",
        lesson=6,
        kind="prediction",
        task=Guess(Choice(("sharp", "flat", "diverges"), end_of, scale=True)),
        variants=Variants({"rate": 0.2}, rates, rate_facts),
    ),
    choice("saddle-or-plateau", ("a-leaves", "b-leaves", "alike", "both-stay"), "a-leaves"),
    choice("who-stays", ("thousands", "for-ever", "astronomical", "momentum"), "thousands"),
    choice("rare-minima", ("model", "theorem", "coins", "none"), "model"),
    choice("basin-claim", ("reshuffles", "escapes", "nothing", "monotone"), "reshuffles"),
    choice("flat-and-rate", ("tendency", "law", "noise", "always-sharp"), "tendency"),
    clinic("saddle-clinic", 6, SHOWN, ("plateau", "saddle", "catapult", "stuck"), NEVER),
    choice("which-loss", ("training-only", "optimizer-failed", "local-minimum", "rate"), "training-only"),
    card("card-escape", STEPS, {"power": 8.0, "rate": 0.1, "steep": 2.0}, ridges, ridge_facts),
    card("card-sharpness", LIMIT, {"rate": 0.05, "beta": 0.8}, limits, limit_facts),
    choice("card-saddle", ("both-signs", "flat", "all-negative", "small-gradient"), "both-signs", "flashcard"),
    choice("card-minima", ("quarter", "seventh", "third", "half"), "seventh", "flashcard"),
    choice("card-noise", ("like-an-offset", "nothing", "blocks", "faster-growth"), "like-an-offset", "flashcard"),
    choice("card-catapult", ("up-then-flat", "diverges", "bug", "noise"), "up-then-flat", "flashcard"),
)
