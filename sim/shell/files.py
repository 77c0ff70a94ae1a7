"""Files and folders that the words of a command line stand for.

Shells of Windows hand `*`, `?` and `[` on as they are. Everywhere the same holds: a name that exists stands for itself,
a pattern for what it matches, and where one file is wanted a pattern may match only one.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from sim.shell import errors
from sim.words.pages import MESSAGES

MOST_NAMED = 6
"""Matches that a fault names; of more it says how many there are."""


def expanded(words: Iterable[str]) -> list[Path]:
    """Files and folders, each once, those of one pattern sorted. A name without a pattern is left as it is, there or
    not: who reads it says so. Raises BadInput for a pattern that matches nothing.
    """
    found: dict[Path, None] = {}
    for word in words:
        found |= dict.fromkeys(_matches(word))
    return list(found)


def one_name(word: str | None) -> str | None:
    """What a word stands for where one file or folder is wanted; a callback of options. Raises BadInput."""
    if word is None or not _is_pattern(word):
        return word
    matches = _matches(word)
    if len(matches) > 1:
        named = ", ".join(map(str, matches[:MOST_NAMED]))
        rest = MESSAGES["files.more"].format(n=len(matches) - MOST_NAMED) if len(matches) > MOST_NAMED else ""
        errors.refuse(MESSAGES["files.several"].format(pattern=word, n=len(matches), names=named + rest))
    return str(matches[0])


def one_path(word: Path | None) -> Path | None:
    """As `one_name`, for options that are paths."""
    name = one_name(None if word is None else str(word))
    return None if name is None else Path(name)


def _is_pattern(word: str) -> bool:
    return glob.has_magic(word) and not os.path.exists(word)  # Path's raises for odd names


def matching(word: str) -> list[Path]:
    """The word itself, or the files and folders that it matches, sorted; none for a pattern that matches nothing."""
    return [Path(match) for match in sorted(glob.glob(word))] if _is_pattern(word) else [Path(word)]


def _matches(word: str) -> list[Path]:
    """As `matching`. Raises BadInput when there are none."""
    matches = matching(word)
    if not matches:
        errors.refuse(MESSAGES["files.no_match"].format(pattern=word))
    return matches
