"""Answers that are Python source: what every task of this form shares, whoever judges it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdcourse.exercises.functions import source_of, stub_of
from gdcourse.exercises.records import Field, Form, Task
from gdcourse.exercises.words import Words


@dataclass(frozen=True, eq=False)
class Written(Task):
    """A function that the learner writes; its stub is the solution without the marked lines."""

    solution: Callable

    def answer(self, variant: dict) -> Callable:
        """Give the solution, a function."""
        del variant
        return self.solution

    def form(self, words: Words, variant: dict) -> Form:
        """Ask for source text; the stub stands there already."""
        return Form((Field("code", words("title"), "code", value=self.stub(variant)),))

    def stub(self, variant: dict) -> str:
        """Give the function without its secret lines."""
        del variant
        return stub_of(self.solution)

    def gather(self, values: Mapping[str, Any]) -> Any:
        """Hand the source text on."""
        return values.get("code")

    def filled(self, variant: dict) -> dict[str, Any]:
        """Type the solution."""
        del variant
        return {"code": source_of(self.solution)}

    def worked(self, variant: dict, words: Words) -> str:
        """Show the source of the solution, and explain it."""
        del variant
        return f"```python\n{source_of(self.solution)}```\n{words('solution')}"
