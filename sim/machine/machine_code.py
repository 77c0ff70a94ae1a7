"""Where machine code (the compiled engine's, the generator's) is kept, found out without loading a compiler.

It is the user's folder, unless qcap came as a wheel with machine code of just these sources (see
`sim/machine/build_hook.py`): then nothing is compiled.

The compiler's own cache looks at the file of the function that is called and not at the functions that it calls, so a
change in `rules.py` would go unnoticed. Therefore each part has a folder that is named by a hash of all its sources:
other sources, another folder, and a changed pass costs seconds and not the flow's half minute.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

from sim.words.language import _

FOLDER_VARIABLE = "QCAP_CACHE_DIR"
"""Environment variable that names another place for machine code."""

SHIPPED = Path(__file__).parent / "shipped"
"""Machine code that came with a wheel."""
SECONDS = 40
"""About what compiling takes on quiet cores; told to people who wait."""
FLOW = "flow"
PARTS = {
    FLOW: ("flow/compiled/*.py", "flow/rules.py", "flow/order.py", "flow/log.py", "flow/tables.py"),
    "passes": ("flow/passes_compiled.py", "flow/rules.py", "flow/log.py"),
    "generator": ("sampling/philox*.py",),
}
"""What is compiled together, and its sources: its own modules and those of which it has functions and constants."""


def part_of(module: str) -> str:
    """The part that the functions of a module belong to."""
    return {"passes_compiled": "passes", "philox_compiled": "generator"}.get(module.rpartition(".")[2], FLOW)


def installed() -> bool:
    """Whether the compiler is there."""
    return compiler_version() is not None


def compiler_version() -> str | None:
    """Version of numba; None when it is not installed."""
    try:
        return importlib.metadata.version("numba")
    except importlib.metadata.PackageNotFoundError:
        return None


def folder(part: str = FLOW) -> Path:
    """Folder of the machine code made from these sources by this compiler for this kind of machine."""
    name = f"{part}-{_sources_hash(part)}"
    return SHIPPED / name if (SHIPPED / name).is_dir() else _base() / name


def is_shipped(part: str = FLOW) -> bool:
    """Whether the machine code of a part belongs to qcap's own files: made once for every processor of its kind."""
    return folder(part).parent.resolve() == SHIPPED.resolve()


def is_kept(function: str = "run_flow", part: str = FLOW) -> bool:
    """Whether machine code of a function of these sources has been kept, so that it needs no compiling."""
    try:
        return any(folder(part).rglob(f"*.{function}-*.nbc"))
    except OSError:
        return False


@functools.cache
def say_compiling(seconds: int = SECONDS) -> None:
    """Tell on stderr, once, that people wait for the compiler."""
    words = _("compiling the quick engine, once, about {seconds} seconds").format(seconds=seconds)
    print(words, file=sys.stderr, flush=True)  # noqa: T201  a wait of half a minute needs a word, whoever calls


def _base() -> Path:
    """The user's folder for things that can be made again."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "qcap" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qcap"


@functools.cache
def _sources_hash(part: str) -> str:
    """Hash of the sources, the compiler's version, Python's (3.11.7 and 3.11.9 take the same code) and the kind of
    machine.
    """
    home = Path(__file__).parents[1]
    words = (compiler_version(), platform.python_version_tuple()[:2], platform.system(), platform.machine())
    digest = hashlib.sha256(repr(words).encode())
    for file in sorted(file for pattern in PARTS[part] for file in home.glob(pattern)):
        digest.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:20]
