"""What a terminal cannot show is written in letters that it can: a code page other than UTF-8 stays readable."""

from __future__ import annotations

import codecs
import glob
from collections.abc import Sequence
from pathlib import Path

from sim import labels
from sim.cli import errors

IN_PLAIN_LETTERS = {
    "±": "+-", "×": "x", "–": "-", "—": "-", "−": "-", "…": "...", "·": "-", "≤": "<=", "≥": ">=", "≠": "!=", "→": "->",
    "“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "²": "2", "½": "1/2", "█": "#", "│": "|",
    "─": "-", "•": "*",
}  # fmt: skip
HANDLER = "qcap.plain_letters"


def plain_letters(error: UnicodeError) -> tuple[str, int]:
    """Handler of encoding errors: known signs in plain letters, all others as a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(IN_PLAIN_LETTERS.get(sign, "?") for sign in part), error.end


def readable_streams() -> str:
    """Make the handler known and return its name, for streams that text is written to."""
    codecs.register_error(HANDLER, plain_letters)
    return HANDLER


def expanded(patterns: Sequence[str]) -> list[Path]:
    """Files and folders that the words of a command line stand for, sorted within each word, each once.

    Shells of Windows hand `*` and `?` on as they are; a name that exists stands for itself. Raises BadInput for a
    pattern without a match.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if Path(pattern).exists():
            found[Path(pattern)] = None
            continue
        matches = sorted(glob.glob(pattern)) if glob.has_magic(pattern) else []
        if not matches:
            errors.refuse(labels.MESSAGES["files.no_match"].format(pattern=pattern))
        found |= dict.fromkeys(map(Path, matches))
    return list(found)
