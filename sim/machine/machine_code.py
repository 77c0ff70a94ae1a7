"""Where machine code (the compiled engine's, the generator's) is kept, found out without loading a compiler.

The compiler's own cache looks at the file of the function that is called and not at the functions that it calls, so a
change in `rules.py` would go unnoticed. Therefore the folder is named by a hash of all sources of the flow and of the
generator: other sources, another folder.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

FOLDER_VARIABLE = "QCAP_CACHE_DIR"
"""Environment variable that names another place for machine code."""


def installed() -> bool:
    """Whether the compiler is there."""
    return compiler_version() is not None


def compiler_version() -> str | None:
    """Version of numba; None when it is not installed."""
    try:
        return importlib.metadata.version("numba")
    except importlib.metadata.PackageNotFoundError:
        return None


def folder() -> Path:
    """Folder of the machine code made from these sources by this compiler for this kind of machine."""
    return _base() / f"flow-{_sources_hash()}"


def is_kept(function: str = "run_flow") -> bool:
    """Whether machine code of a function of these sources has been kept, so that it needs no compiling."""
    try:
        return any(folder().rglob(f"*.{function}-*.nbc"))
    except OSError:
        return False


def _base() -> Path:
    """The user's folder for things that can be made again."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "qcap" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qcap"


@functools.cache
def _sources_hash() -> str:
    """Hash of the sources, the compiler's version, Python's and the kind of machine."""
    home = Path(__file__).parents[1]
    words = (compiler_version(), platform.python_version(), platform.system(), platform.machine())
    digest = hashlib.sha256(repr(words).encode())
    for file in sorted([*(home / "flow").rglob("*.py"), *(home / "sampling").glob("philox*.py")]):
        if file.relative_to(home).parts[1] in ("reference", "invariants"):
            continue  # the compiled engine calls nothing of these
        digest.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:20]
