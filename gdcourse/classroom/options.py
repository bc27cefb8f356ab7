"""What `gdcourse release`, `grade` and `report` are told in the same words: the class, own exercises, the language."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from gdcourse.exercises.words import languages


def parser_of(command: str, text: str | None) -> argparse.ArgumentParser:
    """Give the parser of a command, with the options that all three have."""
    parser = argparse.ArgumentParser(
        f"gdcourse {command}", description=text, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--roster", type=Path, help="CSV file with a column id; else that of the last release")
    parser.add_argument("--exercises", type=Path, help="Python file with exercises of your own")
    parser.add_argument(
        "--language", choices=languages(), help="of what students read; name it to all three commands, or to none"
    )
    return parser


def read_options(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; a language that is named holds for this process and for those it starts."""
    options = parser.parse_args(arguments)
    if options.language:
        os.environ["GDCOURSE_LANGUAGE"] = options.language
    return options
