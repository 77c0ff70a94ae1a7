"""What a terminal cannot show is written in letters that it can: a code page other than UTF-8 stays readable."""

from __future__ import annotations

import codecs

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
