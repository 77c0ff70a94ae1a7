"""The language of pictures: that of the day, or English where no font can show it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sim.words.language import _, language, speaking

PROBE = "隔离"


@contextmanager
def picture_language() -> Iterator[None]:
    """Draw in the language of the day; without a Chinese font in English, and say on stderr what to install."""
    from sim.drawing.text import readable  # noqa: PLC0415  matplotlib is slow to load

    if language() != "zh" or readable(PROBE):
        yield
        return
    words = _("pictures are in English: no font here shows Chinese; install one with pip install 'qcap[zh]'")
    print(words, file=sys.stderr)  # noqa: T201
    with speaking("en"):
        yield
