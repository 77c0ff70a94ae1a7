"""The one manifest: what every results folder says of how it was made, enough to make it again; and whose a folder is.

Which files qcap wrote: what is not its own is never replaced and never removed.

Three marks, one question (`foreign`):

- A results folder: its manifest names the program and every file that was written with it.
- A store of chunks: a file of a fixed name, which also lists what a sweep writes beside its store; chunks by their
  names.
- A page (`describe`, `schema`): a signature in the text, a hash of the rest. A page that somebody has filled in or
  changed has another hash and is theirs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


MANIFEST = "manifest.json"
PROGRAM = "qcap"
CHUNKS = "chunks"
"""Folder of a sweep's chunks inside its results folder."""
MARK = "this-is-a-store-of-qcap"
"""A file that distinguishes a store of chunks from any other folder; names of files beside the store, a line each."""
LOCK = "lock"
DAMAGED = ".damaged"
"""Ending of the names of chunks that were set aside."""
CHUNK_NAME = re.compile(r"([A-Za-z0-9_-]{1,120})\.([0-9a-f]{16})\.parquet")
_HALF = re.compile(r"\.(.+)\.(?:half|partial)")
_OF_SYSTEMS = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|\.~lock\..*#|~\$.*")
"""What file managers and spreadsheets leave in every folder."""
_SIGNATURE = re.compile(r"qcap-signature-[0-9a-f]{16}")
UNSIGNED = f"qcap-signature-{'0' * 16}"
"""Where a page's signature will stand."""


def foreign(folder: Path) -> tuple[Path, ...]:
    """Files below a folder that qcap did not write, or can no longer prove that it did, in order."""
    known = {*_of_manifest(folder), *_beside_store(folder)}
    return tuple(sorted(path for path in _files(folder) if not _is_own(path, folder, known)))


def is_results(folder: Path) -> bool:
    """Whether a folder has a manifest of qcap."""
    return _manifest(folder).get("program") == PROGRAM


def claim(folder: Path, names: Iterable[str] | None = None) -> None:
    """Note in the folder's manifest that qcap wrote these files; by default all that are there.

    A manifest that is not of qcap stays as it is when `names` are given: then they are not claimed. Raises OSError.
    """
    content = _manifest(folder)
    if names is None:
        names = (path.relative_to(folder).as_posix() for path in _files(folder))
    elif (folder / MANIFEST).exists() and not is_results(folder):
        return
    files = {*_of_manifest(folder), *names} - {MANIFEST}
    content |= {"program": PROGRAM, "files": sorted(files)}
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    half = folder / f".{MANIFEST}.half"
    half.write_text(text + "\n", encoding="utf-8")
    os.replace(half, folder / MANIFEST)


def signed(text: str) -> str:
    """A page with its signature in place of `UNSIGNED`."""
    signature = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return text.replace(UNSIGNED, f"qcap-signature-{signature}")


def is_own_file(file: Path) -> bool:
    """Whether a single file is one that qcap wrote: as the manifest beside it says, or by its own signature."""
    if file.name in _of_manifest(file.parent):
        return True
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    found = _SIGNATURE.search(text)
    return found is not None and signed(_SIGNATURE.sub(UNSIGNED, text)) == text


def _files(folder: Path) -> Iterator[Path]:
    """Everything below a folder but folders; a link is a file, wherever it leads."""
    for home, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(home, name))]
        yield from (Path(home) / name for name in (*names, *links))


def _is_own(path: Path, folder: Path, known: set[str]) -> bool:
    name = path.relative_to(folder).as_posix()
    half = _HALF.fullmatch(path.name)
    within_own = any(name.startswith(part) for part in known if part.endswith("/"))
    if name in known or within_own or _OF_SYSTEMS.fullmatch(path.name):
        return True
    return (half is not None and half[1] in known) or _is_of_store(path)


def _is_of_store(path: Path) -> bool:
    """Whether a file belongs to the store of chunks that it stands in."""
    if not (path.parent / MARK).is_file():
        return False
    half = _HALF.fullmatch(path.name)
    name = (half[1] if half else path.name).removesuffix(DAMAGED)
    return name in (MARK, LOCK) or CHUNK_NAME.fullmatch(name) is not None


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; empty where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _of_manifest(folder: Path) -> set[str]:
    """Files that a manifest of qcap names, itself among them; none with any other manifest."""
    content = _manifest(folder)
    names = content.get("files")
    if content.get("program") != PROGRAM or not isinstance(names, list):
        return set()
    return {MANIFEST, *(name for name in names if isinstance(name, str))}


def _beside_store(folder: Path) -> set[str]:
    """Files that a sweep writes beside its store of chunks."""
    try:
        return set((folder / CHUNKS / MARK).read_text(encoding="utf-8").splitlines()) - {""}
    except (OSError, ValueError):
        return set()
