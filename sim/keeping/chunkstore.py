"""Finished pieces of a long experiment on disk, so that nothing that was computed is lost or computed twice.

A store is a folder with one file for each chunk: a small Parquet table named by its key and by a checksum of its bytes,
`<key>.<checksum>.parquet`. Which chunks there are is found by listing; whether one is sound, by its checksum. A chunk
is written beside its place, brought to the disk and renamed, so that it is there complete or not at all, whenever the
process is killed. What a key means is the caller's: it should hold all that decides about the numbers.

    with ChunkStore(folder).locked() as store:        # LockedError when another process writes into it
        broken = store.set_damaged_aside()            # keys to compute again
        if key not in store.keys():
            store.put(key, {"value": numbers}, {"seed": "1"})
        stored = store.get(key)                       # .columns (a pyarrow Table), .facts
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.keeping.manifest import CHUNK_NAME, DAMAGED, LOCK, MARK
from sim.keeping.store import StoreError, require_nothing_foreign, take_lock
from sim.words.language import said

if TYPE_CHECKING:
    import pyarrow as pa

_KEY = re.compile(r"[A-Za-z0-9_-]{1,120}")


class LockedError(StoreError):
    """Another process writes into the store; the message says which."""


class ChunkError(RuntimeError):
    """A chunk can not be written, or not be read; the message says why and what is kept."""


class Stored(NamedTuple):
    """A chunk that was read back."""

    columns: pa.Table
    facts: dict[str, str]
    """What was said about it when it was put there."""


class ChunkStore:
    """A folder of chunks. Reading needs no lock; `put` and `set_damaged_aside` do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index: dict[str, Path] = {}

    def is_there(self) -> bool:
        """Whether the folder is a store."""
        return (self.folder / MARK).is_file()

    @contextmanager
    def locked(self) -> Iterator[ChunkStore]:
        """Make the folder if need be and keep other processes out. Raises LockedError and ChunkError, and StoreError
        for a folder of somebody else.

        The system drops the lock of a process that ends, however it ends.
        """
        self._require_own()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise self._not_kept(error) from error
        try:
            if not take_lock(handle):
                raise LockedError(
                    said(
                        "{folder}: is in use by {holder}; wait for it, or choose another --out",
                        folder=self.folder,
                        holder=self._holder(),
                    )
                )
            self._begin(handle)
            yield self
        finally:
            os.close(handle)

    def claim(self, names: Iterable[str]) -> None:
        """Note that these files beside the store belong to it, so that they may be replaced. Raises ChunkError."""
        mark = self.folder / MARK
        try:
            there = mark.read_text(encoding="utf-8").splitlines()
            text = "".join(f"{name}\n" for name in dict.fromkeys((*there, *names)))
            half = self.folder / f".{MARK}.half"
            half.write_text(text, encoding="utf-8", newline="\n")
            os.replace(half, mark)
        except OSError as error:
            raise self._not_kept(error) from error

    def remove(self) -> None:
        """Remove the store and its folder. Raises StoreError when the folder holds something else, and OSError."""
        require_nothing_foreign(self.folder, str(self.folder))
        shutil.rmtree(self.folder)

    def keys(self) -> frozenset[str]:
        """Keys of all chunks, damaged ones that were not set aside yet included."""
        self._index = self._files()
        return frozenset(self._index)

    def put(self, key: str, columns: pa.Table | Mapping[str, Any], facts: Mapping[str, str] | None = None) -> None:
        """Keep a table (or arrays by name of column, all of one length) under a key, in place of what was there.

        It is on the disk when this returns. Raises ChunkError when it can not be written.
        """
        if not _KEY.fullmatch(key):
            raise ValueError(said("key {key!r}: letters, digits, - and _ only, at most 120", key=key))
        data = _to_bytes(columns, facts or {})
        old = self._index.get(key)
        place = self._write(key, f"{key}.{_checksum(data)}.parquet", data)
        if old is not None and old != place:
            old.unlink(missing_ok=True)

    def get(self, key: str) -> Stored:
        """The chunk under a key. Raises KeyError when there is none and ChunkError when it is damaged."""
        return self._read(self._file(key))

    def set_damaged_aside(self) -> tuple[str, ...]:
        """Rename every chunk whose bytes are not those that were written; returns their keys in order."""
        broken = []
        for key, file in sorted(self._files().items()):
            if not _is_sound(file):
                os.replace(file, file.with_name(file.name + DAMAGED))
                self._index.pop(key, None)
                broken.append(key)
        return tuple(broken)

    def raw(self, key: str) -> tuple[str, bytes]:
        """Name and bytes of a chunk's file, for copying. Raises KeyError, and ChunkError when it is damaged."""
        file = self._file(key)
        return file.name, self._bytes(file)

    def put_raw(self, name: str, data: bytes) -> None:
        """Keep a file of another store, under the name that it has there. Raises ChunkError."""
        match = CHUNK_NAME.fullmatch(name)
        if not match or match[2] != _checksum(data):
            raise ChunkError(said("{name}: is no sound chunk", name=name))
        self._write(match[1], name, data)

    def _write(self, key: str, name: str, data: bytes) -> Path:
        half = self.folder / f".{name}.half"
        try:
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, self.folder / name)
            _sync_folder(self.folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            raise self._not_kept(error) from error
        self._index[key] = self.folder / name
        return self._index[key]

    def _files(self) -> dict[str, Path]:
        """File of each key."""
        if not self.folder.is_dir():
            return {}
        with os.scandir(self.folder) as entries:
            found = sorted(entry.name for entry in entries)
        return {match[1]: self.folder / name for name in found if (match := CHUNK_NAME.fullmatch(name))}

    def _file(self, key: str) -> Path:
        if key not in self._index:
            self._index = self._files()
        return self._index[key]

    def _bytes(self, file: Path) -> bytes:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise ChunkError(
                said("{file}: can not be read ({strerror})", file=file, strerror=said(error.strerror or str(error)))
            ) from error
        if _checksum(data) != file.name.split(".")[1]:
            raise ChunkError(said("{file}: is damaged (its bytes are not those that were written)", file=file))
        return data

    def _read(self, file: Path) -> Stored:
        import pyarrow as pa  # noqa: PLC0415  start-up time
        import pyarrow.parquet as pq  # noqa: PLC0415

        table = pq.read_table(pa.BufferReader(self._bytes(file)))
        kept = table.schema.metadata or {}
        facts = {key[5:].decode(): value.decode() for key, value in kept.items() if key.startswith(b"qcap.")}
        return Stored(table.replace_schema_metadata(None), facts)

    def _require_own(self) -> None:
        """Raise StoreError for a folder that is there, is not empty and is no store."""
        if self.is_there() or not self.folder.is_dir():
            return
        if set(os.listdir(self.folder)) - {LOCK}:
            raise StoreError(
                said("{folder}: is not empty and was not made by qcap; choose another --out", folder=self.folder)
            )

    def _begin(self, handle: int) -> None:
        """Say who holds the lock, and clear away what a killed process left half written."""
        try:
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, f"process {os.getpid()} on {platform.node()}".encode())
            (self.folder / MARK).touch()
            for half in self.folder.glob(".*.half"):
                half.unlink()
            self._index = self._files()
        except OSError as error:
            raise self._not_kept(error) from error

    def _holder(self) -> str:
        try:
            holder = (self.folder / LOCK).read_text(encoding="utf-8").strip()
        except OSError:
            holder = ""
        process = re.fullmatch(r"process (\d+) on (.*)", holder)
        return said("process {n} on {host}", n=process[1], host=process[2]) if process else said("another process")

    def _not_kept(self, error: OSError) -> ChunkError:
        kept = len(self._files())
        why = said(error.strerror or str(error))
        if kept == 1:
            one = said(
                "{folder}: can not write there ({why}); 1 finished chunk in it is kept", folder=self.folder, why=why
            )
            return ChunkError(one)
        return ChunkError(
            said(
                "{folder}: can not write there ({why}); {kept:,} finished chunks in it are kept",
                folder=self.folder,
                why=why,
                kept=kept,
            )
        )


def _to_bytes(columns: pa.Table | Mapping[str, Any], facts: Mapping[str, str]) -> bytes:
    """The same table and facts give the same bytes."""
    import pyarrow as pa  # noqa: PLC0415  start-up time
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    metadata: dict[str | bytes, str | bytes] = {f"qcap.{key}": value for key, value in sorted(facts.items())}
    out = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd", write_statistics=False)
    return bytes(out.getvalue().to_pybytes())


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _is_sound(file: Path) -> bool:
    try:
        return _checksum(file.read_bytes()) == file.name.split(".")[1]
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder brought to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
