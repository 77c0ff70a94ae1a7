"""The one manifest: what every results folder says of how it was made, enough to make it again."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim
from sim.machine.machine_code import compiler_version

LIBRARIES = ("numpy", "simpy", "scipy", "pandas", "pydantic")
"""Libraries whose versions may move a number in its last digits."""
SOURCES = ("scenario", "sampling", "flow", "measures")
"""Parts of the package that decide about numbers; their content hash is in every manifest."""


@dataclass(frozen=True)
class HowMade:
    """What every command knows of its own work."""

    seed: int
    engine: str
    executor: str
    command: str
    """As typed, see `command_line`."""
    seconds: float
    warnings: Sequence[str] = ()
    status: str = "complete"


def manifest(how: HowMade, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What `how` and the command's own `facts` say, with time, machine and versions of the program; no personal
    folders, no machine names.
    """
    return {
        "status": how.status,
        **facts,
        "seed": how.seed,
        "engine": how.engine,
        "executor": how.executor,
        "command": how.command,
        "seconds": round(how.seconds, 2),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "machine": platform.machine(),
        "sources_hash": sources_hash(),
        "warnings": list(how.warnings),
    }


def versions() -> dict[str, str]:
    """Versions of qcap, Python and the libraries that numbers depend on."""
    return {
        "qcap": sim.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
        **({"numba": numba} if (numba := compiler_version()) else {}),
    }


def sources_hash() -> str:
    """Hash of the sources that decide about numbers: equal hash and seed, equal numbers."""
    home = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for part in SOURCES:
        for file in sorted([*home.glob(f"{part}.py"), *(home / part).rglob("*.py")]):
            digest.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def command_line(arguments: Sequence[str]) -> str:
    """The command as typed, absolute paths cut down to their last part: results are passed on to others."""
    absolute = re.compile(r"(^|=)(?:[A-Za-z]:[\\/]|[\\/~]).*[\\/]")
    words = ["qcap", *(absolute.sub(r"\1", word) for word in arguments)]
    return " ".join(f'"{word}"' if " " in word else word for word in words)
