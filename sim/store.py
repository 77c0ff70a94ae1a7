"""Results on disk: a folder that is there complete or not at all.

A run writes into a hidden folder beside the place where its results will be and renames that folder when the last file
is on the disk. An older results folder stays untouched until then. Tables are CSV (UTF-8 with a byte order mark, which
spreadsheets need to show Chinese names; LF; full precision), so that the same numbers make the same bytes on every
machine. A file of an older folder that another program keeps open is left as it is, and its name is told.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import labels

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
FORMULA_SIGNS = "=+-@\t\r"
SOURCES = ("scenario", "sampling", "flow", "measures")
"""Parts of the package that decide about numbers; their content hash is in every manifest."""


class StoreError(Exception):
    """The folder can not be used for results; the message says why and what to do."""


class Draft:
    """A results folder that is being written; `publish` puts it in its place."""

    def __init__(self, out: Path, *, force: bool = False) -> None:
        """Make the hidden folder beside `out`. Raises StoreError when `out` must not or can not be written."""
        check_free(out, force=force)
        self.out, self.force = out, force
        self.held: tuple[str, ...] = ()
        """Once published: a line for each file that another program kept open, so that the old one is still there."""
        self._target = _real(out)
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            name = f".{self._target.name[:100]}-"
            self.folder = Path(tempfile.mkdtemp(prefix=name, suffix=".partial", dir=self._target.parent))
            self.folder.chmod(0o777 & ~_umask())
        except OSError as error:
            raise StoreError(f"--out {out}: can not write there ({error.strerror}); choose another folder") from error

    def publish(self) -> Path:
        """Rename the folder to its place and return that place.

        When another run has put its results there meanwhile, and `force` is off, these go beside them as <out>-2 …
        """
        _sync(self.folder)
        place = self.out
        number = 2
        while not self.force and _has_content(_real(place)):
            place = self.out.with_name(f"{self.out.name}-{number}")
            number += 1
        try:
            _swap(self.folder, _real(place))
        except PermissionError:  # as on Windows while a file of the folder is open in a spreadsheet
            if not _has_content(_real(place)):
                raise
            self.held = _fill(self.folder, _real(place))
        return place

    def discard(self) -> None:
        """Remove what was written, if it is still there unpublished."""
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def drafted(out: Path, *, force: bool = False) -> Iterator[Draft]:
    """A draft that leaves nothing behind when it is not published. Raises StoreError."""
    draft = Draft(out, force=force)
    try:
        yield draft
    finally:
        draft.discard()


def check_free(out: Path, *, force: bool) -> None:
    """Raise StoreError unless results may be put at `out`; nothing is written."""
    target = _real(out)
    if target.exists() and not target.is_dir():
        raise StoreError(f"--out {out}: is a file; choose a folder")
    if target == Path.cwd() or target in Path.cwd().parents:
        raise StoreError(f"--out {out}: is the folder you are in or above; choose a folder inside it")
    if target.is_dir() and os.path.ismount(target):
        raise StoreError(f"--out {out}: is a mounted disk; choose a folder inside it")
    if not _has_content(target):
        return
    if not force:
        raise StoreError(f"--out {out}: is not empty; choose another folder, or --force to replace the results in it")
    if not (target / MANIFEST).is_file():
        raise StoreError(f"--out {out}: holds no results of qcap (no {MANIFEST}), so --force does not replace it")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, LF line ends, numbers in full precision, no index.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    safe(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that begins like a formula (=, +, -, @, tab); numbers stay."""
    columns = {
        name: table[name].map(lambda cell: f"'{cell}" if _formula_like(cell) else cell)
        for name in table.columns
        if table[name].dtype.kind not in "biufMm" and any(_formula_like(cell) for cell in table[name].unique())
    }
    return table.assign(**columns) if columns else table


def _formula_like(cell: object) -> bool:
    return isinstance(cell, str) and cell != "" and cell[0] in FORMULA_SIGNS


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a dictionary as JSON that people can read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def sources_hash() -> str:
    """Hash of the sources that decide about numbers: equal hash and seed, equal numbers."""
    home = Path(__file__).parent
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


def _real(out: Path) -> Path:
    return Path(os.path.realpath(out))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _has_content(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _swap(new: Path, place: Path) -> None:
    """Rename `new` to `place`; what was there is removed last, or put back when the rename fails."""
    if not _has_content(place):
        if place.is_dir():
            place.rmdir()
        os.replace(new, place)
    else:
        old = new.with_suffix(".replaced")
        os.replace(place, old)
        try:
            os.replace(new, place)
        except BaseException:
            os.replace(old, place)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _sync_path(place.parent)


def _fill(new: Path, place: Path) -> tuple[str, ...]:
    """Move every file of `new` to its place among the old ones; returns a line for each that is open elsewhere.

    Files that the old results had and the new ones have not are removed, so that no two runs are mixed.
    """
    held: list[str] = []
    fresh = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    old = {path.relative_to(place) for path in place.rglob("*") if path.is_file()}
    for name in sorted(fresh | old):
        try:
            if name in fresh:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(new / name, place / name)
            else:
                (place / name).unlink()
        except PermissionError:
            held.append(labels.MESSAGES["file.held"].format(file=place / name))
    return tuple(held)


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync_path(path)
    _sync_path(folder)


def _sync_path(path: Path) -> None:
    """Have the system bring a file or folder to the disk, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
