"""Where the compiled passes over a history come from: they are there once something else has loaded the compiler."""

from __future__ import annotations

import sys
from types import ModuleType


def compiled() -> ModuleType | None:
    """The compiled passes, once something else (the compiled engine) has loaded the compiler into this process; None
    without: numpy's way, the authority, gives the same numbers.
    """
    if "numba" not in sys.modules:
        return None
    from sim.flow import passes_compiled  # noqa: PLC0415  numba is loaded already

    return passes_compiled if passes_compiled.ready() else None
