"""Finished pieces on disk: complete or not at all, never twice, never lost."""

import errno
import os
import platform
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from cli_case import ROOT

from sim.keeping.chunkstore import ChunkError, ChunkStore, LockedError
from sim.keeping.manifest import DAMAGED, MARK
from sim.keeping.store import StoreError


def filled(folder: Path, *keys: str) -> ChunkStore:
    store = ChunkStore(folder)
    with store.locked():
        for number, key in enumerate(keys):
            store.put(key, {"value": np.array([0.1 + number, np.nan])}, {"seed": str(number)})
    return store


def test_what_was_put_comes_back_to_the_bit(tmp_path: Path) -> None:
    """Numbers, missing ones and facts; expected by hand."""
    stored = filled(tmp_path, "a", "b").get("b")
    assert stored.facts == {"seed": "1"}
    assert np.array_equal(stored.columns["value"].to_numpy(), [1.1, np.nan], equal_nan=True)


def test_tables_keep_their_types(tmp_path: Path) -> None:
    """Text in few kinds (dictionary) and whole numbers stay what they are."""
    table = pa.table({"measure": pa.array(["a", "b", "a"]).dictionary_encode(), "n": pa.array([1, 2, 3], pa.int32())})
    with ChunkStore(tmp_path).locked() as store:
        store.put("x", table)
    assert store.get("x").columns.equals(table)


def test_keys_are_found_by_listing_and_other_files_are_none(tmp_path: Path) -> None:
    """A half-written file, the lock and a stranger's file are no chunks."""
    store = filled(tmp_path, "a", "b-1_C")
    (tmp_path / ".c.0123456789abcdef.parquet.half").write_bytes(b"PAR1")
    (tmp_path / "notes.txt").write_text("mine")
    assert store.keys() == {"a", "b-1_C"}
    with pytest.raises(KeyError):
        store.get("c")


def test_half_written_files_are_cleared_away_by_the_next_writer(tmp_path: Path) -> None:
    """They are what a killed process leaves."""
    store = filled(tmp_path, "a")
    half = tmp_path / ".c.0123456789abcdef.parquet.half"
    half.write_bytes(b"PAR1")
    with store.locked():
        assert not half.exists()


def test_a_key_has_one_chunk(tmp_path: Path) -> None:
    """Put again, it is replaced."""
    store = filled(tmp_path, "a")
    with store.locked():
        store.put("a", {"value": np.array([7.0])})
    assert len(list(tmp_path.glob("*.parquet"))) == 1
    assert store.get("a").columns["value"].to_pylist() == [7.0]


@pytest.mark.parametrize("key", ["", "a/b", "../a", "a.b", "x" * 121])
def test_keys_that_are_no_file_names_are_refused(tmp_path: Path, key: str) -> None:
    """A programmer's mistake, so a plain ValueError."""
    with ChunkStore(tmp_path).locked() as store, pytest.raises(ValueError, match="letters, digits"):
        store.put(key, {"value": np.array([1.0])})


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_chunk_is_noticed_and_set_aside_and_the_others_stay(tmp_path: Path, damage: str) -> None:
    """One bit flipped, half of the file, nothing of it: each is noticed by the checksum."""
    store = filled(tmp_path, "a", "b")
    file = next(tmp_path.glob("b.*.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes({"flip": bytes(data), "cut": bytes(data[: len(data) // 2]), "empty": b""}[damage])
    with pytest.raises(ChunkError, match="is damaged"):
        store.get("b")
    with store.locked():
        assert store.set_damaged_aside() == ("b",)
        assert store.keys() == {"a"}
        store.put("b", {"value": np.array([3.0])})
    assert store.get("b").columns["value"].to_pylist() == [3.0]
    assert len(list(tmp_path.glob(f"*{DAMAGED}"))) == 1


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "No space left"), (errno.EROFS, "Read-only")])
def test_a_full_or_read_only_disk_is_told_and_what_is_there_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Simulated at the moment when bytes go to the disk; expected: the system's word, and that one chunk is kept."""
    store = filled(tmp_path, "a")

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with store.locked():
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(ChunkError, match=rf"can not write there \({words}.*\); 1 finished chunk in it is kept"):
            store.put("b", {"value": np.array([1.0])})
    monkeypatch.undo()
    assert store.keys() == {"a"}
    assert store.get("a").facts == {"seed": "0"}
    assert not list(tmp_path.glob(".*half"))


def test_a_second_writer_is_refused_by_the_name_of_the_first(tmp_path: Path) -> None:
    """In one process and from another one; when the first is killed its lock is gone."""
    store = ChunkStore(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from sim.keeping.chunkstore import ChunkStore\n"
        "with ChunkStore(Path(sys.argv[1])).locked(): print('locked', flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(LockedError, match=re.escape(f"is in use by process {other.pid}")), store.locked():
            pass
        other.kill()
    with store.locked(), pytest.raises(LockedError, match=f"process {os.getpid()}"), ChunkStore(tmp_path).locked():
        pass
    assert store.is_there()


def test_the_same_content_makes_the_same_file(tmp_path: Path) -> None:
    """Two machines that did the same work have the same file, so that stores can be joined."""
    names = [sorted(path.name for path in filled(tmp_path / name, "a", "b").folder.glob("*.parquet")) for name in "xy"]
    assert names[0] == names[1]


def test_a_chunk_is_copied_from_store_to_store_under_its_name(tmp_path: Path) -> None:
    """Bytes that are not those of the name are refused."""
    source = filled(tmp_path / "x", "a")
    name, data = source.raw("a")
    with ChunkStore(tmp_path / "y").locked() as target:
        target.put_raw(name, data)
        with pytest.raises(ChunkError, match="is no sound chunk"):
            target.put_raw(name, data + b"0")
    assert target.raw("a") == source.raw("a")


def test_the_same_bytes_put_again_stay_and_their_facts_may_come_in_any_order(tmp_path: Path) -> None:
    """Same content, same name: what takes its place is not the old file to be removed."""
    with ChunkStore(tmp_path).locked() as store:
        for facts in ({"seed": "1", "engine": "simpy"}, {"engine": "simpy", "seed": "1"}):
            store.put("a", {"value": np.array([7.0])}, facts)
            assert store.get("a").columns["value"].to_pylist() == [7.0]
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_a_chunk_that_was_set_aside_is_not_there_any_more(tmp_path: Path) -> None:
    """At once, without listing again; the others are."""
    store = filled(tmp_path, "a", "b")
    next(tmp_path.glob("b.*.parquet")).write_bytes(b"PAR1")
    with store.locked():
        assert store.set_damaged_aside() == ("b",)
        with pytest.raises(KeyError):
            store.get("b")
        assert store.get("a").facts == {"seed": "0"}


def test_the_lock_names_its_holder_and_nothing_of_the_one_before(tmp_path: Path) -> None:
    """A longer name of the process before is cut off."""
    store = filled(tmp_path, "a")
    (tmp_path / "lock").write_text(f"process {'9' * 400} on a machine of another name")
    with store.locked():
        assert (tmp_path / "lock").read_text() == f"process {os.getpid()} on {platform.node()}"


def test_a_store_that_holds_a_strangers_file_is_not_removed(tmp_path: Path) -> None:
    """`remove` raises and takes nothing away; without the file the folder goes."""
    store = filled(tmp_path / "chunks", "a")
    notes = store.folder / "notes.txt"
    notes.write_text("mine")
    with pytest.raises(StoreError, match=r"notes\.txt"):
        store.remove()
    assert notes.read_text() == "mine"
    assert ChunkStore(store.folder).keys() == {"a"}
    notes.unlink()
    store.remove()
    assert not store.folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="folders have no handles there")
def test_a_chunk_and_its_name_are_on_the_disk_when_put_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the bytes of the half-written file, then, once it has its name, the folder that holds the name."""
    synced: list[tuple[bool, bool]] = []

    def noted(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), bool(list(tmp_path.glob("a.*.parquet")))))

    with ChunkStore(tmp_path).locked() as store:
        monkeypatch.setattr(os, "fsync", noted)
        store.put("a", {"value": np.array([1.0])})
    assert synced == [(False, False), (True, True)]


def test_a_chunk_that_somebody_removed_is_put_again(tmp_path: Path) -> None:
    """The file of a key that the store remembers is gone: there is nothing to take away, and the new one is there."""
    store = filled(tmp_path, "a")
    with store.locked():
        for file in tmp_path.glob("a.*.parquet"):
            file.unlink()
        store.put("a", {"value": np.array([7.0])})
    assert store.get("a").columns["value"].to_pylist() == [7.0]


def test_a_store_that_another_process_filled_is_read_without_listing_it_first(tmp_path: Path) -> None:
    """`get` and `raw` look for a key that is not known yet; one that is nowhere is a KeyError."""
    filled(tmp_path, "a")
    assert ChunkStore(tmp_path).get("a").facts == {"seed": "0"}
    assert ChunkStore(tmp_path).raw("a")[0].startswith("a.")
    with pytest.raises(KeyError):
        ChunkStore(tmp_path).get("b")
    assert ChunkStore(tmp_path / "nowhere").keys() == frozenset()


@pytest.mark.parametrize(("kept", "words"), [
    (0, "; 0 finished chunks in it are kept"), (1, "; 1 finished chunk in it is kept"),
    (2, "; 2 finished chunks in it are kept"),
])  # fmt: skip
def test_what_can_not_be_written_is_told_with_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int, words: str
) -> None:
    """By hand, of each way to write: the folder, the lock's text, the list of own files, a chunk; nothing is hidden."""
    store = filled(tmp_path, *"ab"[:kept])

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def in_turn(name: str, work: Callable[[], object]) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(os, name, refuse)
            with pytest.raises(ChunkError, match=re.escape(words)):
                work()

    in_turn("open", lambda: store.locked().__enter__())
    in_turn("ftruncate", lambda: store.locked().__enter__())
    with store.locked():
        in_turn("replace", lambda: store.claim(["points.csv"]))
        in_turn("replace", lambda: store.put("c", {"value": np.array([1.0])}))
    assert len(store.keys()) == kept


def test_a_chunk_that_can_not_be_read_is_told_and_set_aside(tmp_path: Path) -> None:
    """A folder in the place of its file, so that the system refuses: told with the system's word, and it is damaged."""
    store = filled(tmp_path, "a", "b")
    file = next(tmp_path.glob("b.*.parquet"))
    file.unlink()
    file.mkdir()
    with pytest.raises(ChunkError, match=r"can not be read \(Is a directory\)"):
        store.get("b")
    with store.locked():
        assert store.set_damaged_aside() == ("b",)
    assert store.keys() == {"a"}


def test_own_files_beside_a_store_are_listed_once_and_those_of_before_stay(tmp_path: Path) -> None:
    """In the order in which they were claimed, a line each."""
    with ChunkStore(tmp_path).locked() as store:
        store.claim(["points.csv", "summary.csv"])
        store.claim(["summary.csv", "manifest.json"])
    assert (tmp_path / MARK).read_text() == "points.csv\nsummary.csv\nmanifest.json\n"


def test_a_folder_that_is_not_empty_and_no_store_is_refused(tmp_path: Path) -> None:
    """A stray file is somebody's, the lock of a store that was never begun is not."""
    (tmp_path / "lock").touch()
    with ChunkStore(tmp_path).locked() as store:
        assert store.is_there()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    other = ChunkStore(tmp_path / "other").locked()
    with pytest.raises(StoreError, match="is not empty and was not made by qcap"), other:
        pass
