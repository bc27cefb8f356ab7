"""A teacher's own exercises: records in a module of the teacher's, with their texts in a TOML file beside it.

    my_exercises.py        EXERCISES = (Exercise("my-key", lesson=1, kind="number", task=..., variants=...), ...)
    my_exercises.toml      [my-key] with title, statement, hints, solution and [my-key.mistakes], in English
    my_exercises.de.toml   the same in another language, if wanted

They are written as the course's own are (see `gdcourse.exercises`) and stay out of the student's package.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from gdcourse.exercises import EXERCISES, Exercise
from gdcourse.exercises.words import ENGLISH, add_texts, languages

OWN_MODULE = "gdcourse_own_"  # begins the name under which such a module is loaded


def read_own(path: Path) -> tuple[Exercise, ...]:
    """Load a teacher's module and its texts; give its records.

    Raises:
        ValueError: no such file, no records in it, or a key that the course has already.
    """
    name = f"{OWN_MODULE}{path.stem}"
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise ValueError(f"expected a Python file with exercises, but {path} is none: name a file my_exercises.py")
    for language in languages():
        texts = path.with_suffix(".toml" if language == ENGLISH else f".{language}.toml")
        if texts.is_file():
            add_texts(language, tomllib.loads(texts.read_text(encoding="utf-8")))
    module = module_from_spec(spec)
    sys.modules[name] = module  # so that the source of a solution can be found
    spec.loader.exec_module(module)
    records = tuple(getattr(module, "EXERCISES", ()))
    taken = [record.key for record in records if record.key in EXERCISES]
    if not records or taken:
        problem = f"the course has {', '.join(taken)} already" if taken else "it holds no tuple EXERCISES of records"
        raise ValueError(
            f"expected new exercises in {path}, but {problem}: see gdcourse.exercises for how to write them"
        )
    return records
