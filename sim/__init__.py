"""qcap: how many staff, rooms and coaches a quarantine operation needs.

The public names are `load`, `sample`, `simulate`, `measure` and `estimate`. They are imported when first used, so that
`qcap --help` does not wait for libraries that it does not need.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.flow import simulate
    from sim.measures import measure
    from sim.numbers.statistics import estimate
    from sim.sampling import sample
    from sim.scenario import load

__version__ = "0.1.0"
__all__ = ["estimate", "load", "measure", "sample", "simulate"]

_HOME = {
    "estimate": "sim.numbers.statistics",
    "load": "sim.scenario",
    "measure": "sim.measures",
    "sample": "sim.sampling",
    "simulate": "sim.flow",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
