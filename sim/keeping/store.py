"""Results on disk: a folder that is there complete or not at all.

A run writes into a hidden folder beside the place where its results will be and renames that folder when the last file
is on the disk. An older results folder stays untouched until then. Tables are CSV (UTF-8 with a byte order mark, which
spreadsheets need to show Chinese names; LF; full precision), so that the same numbers make the same bytes on every
machine. A file of an older folder that another program keeps open is left as it is, and its name is told.
columns.csv says what each column of the CSV files holds, in English and in Chinese.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.keeping import manifest
from sim.keeping.manifest import MANIFEST
from sim.words.columns import COLUMNS
from sim.words.language import catalogue, said
from sim.words.pages import MESSAGES
from sim.words.user_text import for_spreadsheet, like_a_formula

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["MANIFEST"]

DRAFT = ".draft-of-qcap"
"""A file in a folder that is being written; it is locked while the process that writes lives."""
SECONDS_TO_PUBLISH = 3600
"""Longer than it ever takes to bring a complete folder to its place."""


class StoreError(Exception):
    """The folder can not be used for results; the message says why and what to do."""


class UnfinishedFolder:
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
            _tidy(self._target.parent)
            name = f".{self._target.name[:100]}-"
            self.folder = Path(tempfile.mkdtemp(prefix=name, suffix=".partial", dir=self._target.parent))
            self.folder.chmod(0o777 & ~_umask())
            self._lock: int | None = os.open(self.folder / DRAFT, os.O_RDWR | os.O_CREAT, 0o666)
            take_lock(self._lock)
        except OSError as error:
            raise StoreError(
                said(
                    "--out {out}: can not write there ({strerror}); choose another folder",
                    out=out,
                    strerror=said(error.strerror or str(error)),
                )
            ) from error

    def publish(self) -> Path:
        """Rename the folder to its place and return that place.

        When somebody has put something there meanwhile that must not be replaced, these go beside it as <out>-2 …
        """
        self._let_go()
        write_columns(self.folder)
        manifest.claim(self.folder)
        _sync(self.folder)
        place = self.out
        number = 2
        while _must_stay(_real(place), force=self.force):
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
        self._let_go()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _let_go(self) -> None:
        """Take the mark of a draft away: what follows is done in a moment."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            (self.folder / DRAFT).unlink(missing_ok=True)


@contextmanager
def drafted(out: Path, *, force: bool = False) -> Iterator[UnfinishedFolder]:
    """A draft that leaves nothing behind when it is not published. Raises StoreError."""
    draft = UnfinishedFolder(out, force=force)
    try:
        yield draft
    finally:
        draft.discard()


def take_lock(handle: int) -> bool:
    """Take the lock of an open file without waiting; whether it was free. The system drops it when the process ends,
    however it ends.
    """
    try:
        import fcntl  # noqa: PLC0415  not on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415

        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)  # past the text, which others must be able to read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_is_taken(file: Path) -> bool:
    """Whether another process holds the lock of a file that is there. Raises OSError."""
    handle = os.open(file, os.O_RDWR)
    try:
        return not take_lock(handle)
    finally:
        os.close(handle)


def check_free(out: Path, *, force: bool) -> None:
    """Raise StoreError unless results may be put at `out`; nothing is written."""
    target = _real(out)
    if target.exists() and not target.is_dir():
        raise StoreError(said("--out {out}: is a file; choose a folder", out=out))
    if target == Path.cwd() or target in Path.cwd().parents:
        raise StoreError(said("--out {out}: is the folder you are in or above; choose a folder inside it", out=out))
    if target.is_dir() and os.path.ismount(target):
        raise StoreError(said("--out {out}: is a mounted disk; choose a folder inside it", out=out))
    if not _has_content(target):
        return
    if not force:
        raise StoreError(
            said("--out {out}: is not empty; choose another folder, or --force to replace the results in it", out=out)
        )
    require_own(target, f"--out {out}")


def require_own(folder: Path, name: str) -> None:
    """Raise StoreError unless all that a folder holds was written by qcap. `name`: what the user calls the folder."""
    if not (folder / MANIFEST).exists():
        raise StoreError(
            said(
                "{folder}: holds no results of qcap (no {manifest}), so --force does not replace it",
                folder=name,
                manifest=MANIFEST,
            )
        )
    if not manifest.is_results(folder):
        raise StoreError(
            said(
                "{folder}: holds no results of this qcap ({manifest} is of another program, or older), so "
                "--force does not replace it",
                folder=name,
                manifest=MANIFEST,
            )
        )
    require_nothing_foreign(folder, name)


def require_nothing_foreign(folder: Path, name: str) -> None:
    """Raise StoreError when a folder holds files that qcap did not write."""
    others = manifest.foreign(folder)
    if others:
        more = said(" and {n} more", n=len(others) - 1) if len(others) > 1 else ""
        first = others[0].relative_to(folder).as_posix()
        raise StoreError(
            said(
                "{folder}: holds files that qcap did not write ({name}{more}), so nothing there is replaced",
                folder=name,
                name=first,
                more=more,
            )
        )


def check_file(file: Path, name: str, *, force: bool) -> None:
    """Raise StoreError unless a single file may be written: it is not there, or is qcap's own and `force` is given."""
    if file.is_dir() or not (file.exists() or file.is_symlink()):
        return
    if not force:
        raise StoreError(
            said("{folder}: is there already; choose another name, or --force to replace what qcap wrote", folder=name)
        )
    if not manifest.is_own_file(file):
        raise StoreError(
            said("{folder}: was not written by qcap, or was changed since, so --force does not replace it", folder=name)
        )


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, LF line ends, numbers in full precision, no index.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    safe(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet might take for a formula; numbers stay."""
    columns = {
        name: table[name].map(for_spreadsheet)
        for name in table.columns
        if table[name].dtype.kind not in "biufMm" and any(like_a_formula(cell) for cell in table[name].unique())
    }
    safe_table = table.assign(**columns) if columns else table
    return safe_table.rename(columns=for_spreadsheet)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a dictionary as JSON that people can read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def _real(out: Path) -> Path:
    return Path(os.path.realpath(out))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _has_content(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _must_stay(place: Path, *, force: bool) -> bool:
    """Whether what is at a place must not be replaced."""
    if not _has_content(place):
        return place.exists() and not place.is_dir()
    return not force or not manifest.is_results(place) or bool(manifest.foreign(place))


def _tidy(parent: Path) -> None:
    """Remove drafts of commands that were killed, and put back results that were just being replaced then."""
    for draft in parent.glob(".*.partial"):
        try:
            if (draft / DRAFT).exists():
                stale = not lock_is_taken(draft / DRAFT)
            else:  # complete, but its command was killed before it could put it in its place
                old_enough = time.time() - draft.stat().st_mtime > SECONDS_TO_PUBLISH
                stale = old_enough and manifest.is_results(draft) and not manifest.foreign(draft)
        except OSError:  # somebody else's
            continue
        if stale:
            shutil.rmtree(draft, ignore_errors=True)
    for old in parent.glob(".*.replaced"):
        place = parent / old.name[1:].removesuffix(".replaced").rpartition("-")[0]
        if not manifest.is_results(old) or manifest.foreign(old):
            continue
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            with suppress(OSError):
                os.replace(old, place)


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
            held.append(MESSAGES["file.held"].format(file=place / name))
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


COLUMNS_FILE = "columns.csv"
COLUMNS_HEAD = ("file", "column", "meaning", "含义")
RANKS = ("ranks", "proof")
"""Tables, and the picture, whose columns are the unknowns of a calibration."""
PICTURES = {"staff-needed": "predictions", "parts-of-variance": "parts_of_variance"}
"""Pictures whose numbers are those of a table with another name."""


def write_columns(folder: Path) -> None:
    """Write columns.csv for the CSV files below a folder of results, where there are any. Raises OSError."""
    rows = [
        row for file in sorted(folder.rglob("*.csv")) if file.name != COLUMNS_FILE for row in _of_file(file, folder)
    ]
    if not rows:
        return
    half = folder / f".{COLUMNS_FILE}.half"
    with half.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([COLUMNS_HEAD, *rows])
    os.replace(half, folder / COLUMNS_FILE)


def meaning(stem: str, column: str, header: tuple[str, ...]) -> str:
    """What a column holds, in English; `stem`: the file's name without its ending. Empty where it is not known."""
    if stem in RANKS and "covered" not in header:
        return COLUMNS.english["*rank"]
    known = COLUMNS.english.get(f"{PICTURES.get(stem, stem)}.{column}") or COLUMNS.english.get(column)
    if not known and stem == "arrivals":
        return COLUMNS.english["*port"]
    return known or (COLUMNS.english["*path"] if "point" in header else "")


def _of_file(file: Path, folder: Path) -> Iterator[tuple[str, str, str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        header = tuple(next(csv.reader(text), ()))
    chinese = catalogue("zh")
    for column in header:
        words = meaning(file.stem, column, header)
        yield file.relative_to(folder).as_posix(), column, words, chinese.gettext(words) if words else ""
