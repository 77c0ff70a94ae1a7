"""What a results folder says of how it was made."""

from __future__ import annotations

import importlib.metadata
import platform

import sim
from sim.machine.machine_code import compiler_version

LIBRARIES = ("numpy", "simpy", "scipy", "pandas", "pydantic")
"""Libraries whose versions may move a number in its last digits."""


def versions() -> dict[str, str]:
    """Versions of qcap, Python and the libraries that numbers depend on."""
    return {
        "qcap": sim.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
        **({"numba": numba} if (numba := compiler_version()) else {}),
    }
