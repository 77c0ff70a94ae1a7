"""The results folder: there complete or not at all, and never overwritten unasked."""

import json
import os
import re
import sys
import types
from pathlib import Path

import pandas as pd
import pytest

from sim.keeping import manifest, store


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def text_of(out: Path) -> str:
    return str(json.loads((out / store.MANIFEST).read_text(encoding="utf-8"))["text"])


def publish(out: Path, text: str = "", *, force: bool = False) -> Path:
    with store.drafted(out, force=force) as draft:
        store.write_json(draft.folder / store.MANIFEST, {"text": text})
        (draft.folder / "plots").mkdir()
        (draft.folder / "plots" / "a.png").write_bytes(b"x")
        return draft.publish()


def test_a_draft_is_not_there_until_it_is_published(tmp_path: Path) -> None:
    """Nobody reads half a folder, and nothing hidden stays behind."""
    out = tmp_path / "deep" / "results"
    with store.drafted(out) as draft:
        (draft.folder / "manifest.json").write_text("{}")
        assert not out.exists()
        draft.publish()
    assert names(tmp_path / "deep") == ["results"]
    assert names(out) == ["manifest.json"]


def test_a_draft_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """An error in the middle of the work leaves the folder as it was."""
    with pytest.raises(FileNotFoundError), store.drafted(tmp_path / "out") as draft:
        (draft.folder / "missing" / "half.csv").write_text("a")
    assert names(tmp_path) == []


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    """words: what to do is in the message."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(store.StoreError, match="is not empty; choose another folder, or --force"):
        store.check_free(tmp_path / "out", force=False)
    assert names(tmp_path / "out") == ["thesis.txt"]


def test_force_does_not_delete_what_is_no_results_folder(tmp_path: Path) -> None:
    """--force on the wrong folder must not cost somebody's files."""
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(store.StoreError, match=r"holds no results of qcap \(no manifest.json\)"):
        store.check_free(tmp_path, force=True)
    assert names(tmp_path) == ["thesis.txt"]


def test_force_replaces_the_folder_only_when_the_new_one_is_complete(tmp_path: Path) -> None:
    """The old results stay until the end, and stay for good when the new run fails."""
    out = publish(tmp_path / "out", "old")
    with pytest.raises(ZeroDivisionError), store.drafted(out, force=True):
        raise ZeroDivisionError
    assert text_of(out) == "old"
    with store.drafted(out, force=True) as draft:
        (draft.folder / store.MANIFEST).write_text('{"text": "new"}')
        assert text_of(out) == "old"
        draft.publish()
    assert text_of(out) == "new"
    assert names(out) == ["manifest.json"]
    assert names(tmp_path) == ["out"]


def refuse_finished_folders(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    """A finished folder can not be renamed to its place."""
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(source).suffix == ".partial":
            raise error
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)


def test_the_old_folder_comes_back_when_the_new_one_can_not_be_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment between two renames is the only one in which the results could be lost."""
    out = publish(tmp_path / "out", "old")
    refuse_finished_folders(monkeypatch, OSError(5, "disk trouble"))
    with pytest.raises(OSError, match="disk trouble"):
        publish(out, "new", force=True)
    assert text_of(out) == "old"
    assert names(tmp_path) == ["out"]


def test_two_runs_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """All found the place free; the second to finish goes beside the first, the third beside both."""
    out = tmp_path / "out"
    with store.drafted(out) as second, store.drafted(out) as third:
        for draft, text in ((second, "second"), (third, "third")):
            (draft.folder / store.MANIFEST).write_text(json.dumps({"text": text}))
        publish(out, "first")
        assert second.publish() == tmp_path / "out-2"
        assert third.publish() == tmp_path / "out-3"
    assert [text_of(tmp_path / name) for name in ("out", "out-2", "out-3")] == ["first", "second", "third"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    """People make the folder first."""
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out")
    assert names(tmp_path / "out") == ["manifest.json", "plots"]


def test_places_that_can_not_hold_results_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a folder under a file, the folder one is in: each by its own words, before any work."""
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(store.StoreError, match="is a file; choose a folder"):
        store.check_free(Path("file"), force=False)
    with pytest.raises(store.StoreError, match="is the folder you are in or above"):
        store.check_free(Path(), force=False)
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "deeper")
    for above in (Path(".."), tmp_path, Path("/")):
        with pytest.raises(store.StoreError, match="is the folder you are in or above"):
            store.check_free(above, force=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(store.StoreError, match="can not write there"):
        store.UnfinishedFolder(Path("file") / "out")


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own word is passed on (simulated: an administrator may write everywhere)."""

    def deny(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", deny)
    with pytest.raises(store.StoreError, match=r"can not write there \(Permission denied\); choose another folder"):
        store.UnfinishedFolder(tmp_path / "out")


def test_tables_keep_every_digit_and_the_same_bytes_everywhere(tmp_path: Path) -> None:
    """Expected: Python's own shortest text that reads back as the same number; \\n; UTF-8 with its mark."""
    table = pd.DataFrame({"place": ["拱北", "all"], "value": [0.1 + 0.2, 1e-17 / 3], "n": [1, 2]})
    store.write_table(tmp_path / "t.csv", table)
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8") == "\ufeff" + (
        f"place,value,n\n拱北,{0.1 + 0.2!r},1\nall,{1e-17 / 3!r},2\n"
    )


def test_json_is_readable_and_reads_back(tmp_path: Path) -> None:
    """Dates become text; Chinese stays Chinese."""
    store.write_json(tmp_path / "m.json", {"title": "珠海", "path": Path("a")})
    assert "珠海" in (tmp_path / "m.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8")) == {"title": "珠海", "path": "a"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["run", "scenarios/x.toml", "--seed", "2"], "qcap run scenarios/x.toml --seed 2"),
        (["run", "/home/ann/secret/x.toml", "--out=/data/ann/r"], "qcap run x.toml --out=r"),
        (["run", "~/x.toml", "--out", "/"], "qcap run x.toml --out /"),
        (["run", r"C:\Users\Ann\x.toml", "--set", "sites.list=/a/b.csv"], "qcap run x.toml --set sites.list=b.csv"),
        (["run", "my case.toml"], 'qcap run "my case.toml"'),
    ],
)
def test_the_command_is_kept_without_personal_folders(typed: list[str], kept: str) -> None:
    """words: results are passed on to other people."""
    assert manifest.command_line(typed) == kept


@pytest.mark.parametrize("part", ["scenario", "sampling", "flow", "measures"])
def test_the_hash_of_the_sources_is_another_when_one_that_decides_about_numbers_is(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario, sampling, flow and measures, at any depth and under any name; the command line decides about none."""
    monkeypatch.setattr(manifest, "__file__", str(tmp_path / "keeping" / "manifest.py"))
    for name in ("scenario/a", "sampling/a", "flow/compiled/a", "measures/a", "shell/a"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    before = manifest.sources_hash()
    assert re.fullmatch("[0-9a-f]{16}", before)
    (tmp_path / "shell" / "a.py").write_text("x = 2\n")
    assert manifest.sources_hash() == before
    changed = next((tmp_path / part).rglob("a.py"))
    changed.write_text("x = 2\n")
    other = manifest.sources_hash()
    changed.write_text("x = 1\n")
    assert manifest.sources_hash() == before
    changed.rename(changed.with_name("b.py"))
    assert len({before, other, manifest.sources_hash()}) == 3


def test_a_new_folder_has_the_rights_that_the_user_gives_new_folders(tmp_path: Path) -> None:
    """By hand: all rights without the user's mask, 777 - 027 = 750, and the mask is as it was."""
    mask = os.umask(0o027)
    try:
        out = publish(tmp_path / "out")
        assert out.stat().st_mode & 0o777 == 0o750
    finally:
        assert os.umask(mask) == 0o027


def test_text_that_begins_with_a_tab_or_a_return_is_no_formula(tmp_path: Path) -> None:
    """Spreadsheets skip these and may compute what follows: an apostrophe in front, as before =."""
    store.write_table(tmp_path / "t.csv", pd.DataFrame({"a": ["\t=1+1", "\r=1+1", "=1+1", "1"]}))
    table = pd.read_csv(tmp_path / "t.csv", lineterminator="\n", dtype=str)
    assert [cell[0] for cell in table["a"]] == ["'", "'", "'", "1"]


def test_a_mounted_disk_is_not_replaced_by_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is a disk of its own can not be renamed away."""
    monkeypatch.setattr("os.path.ismount", lambda path: path == tmp_path)
    with pytest.raises(store.StoreError, match="is a mounted disk; choose a folder inside it"):
        store.check_free(tmp_path, force=True)
    store.check_free(tmp_path / "inside", force=False)


def test_a_new_folder_that_may_not_be_put_in_place_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are open elsewhere can only be the reason where there are files: else the system's error is told."""

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store, "_swap", deny)
    with pytest.raises(PermissionError), store.drafted(tmp_path / "out") as draft:
        draft.publish()
    assert names(tmp_path) == []


def test_folders_above_are_made(tmp_path: Path) -> None:
    """Two of them."""
    assert publish(tmp_path / "deep" / "deeper" / "out").is_dir()


def test_a_draft_that_can_not_be_looked_at_is_somebody_else_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another user: it stays, and the command goes on; so does a like-named folder that holds no results."""
    theirs = tmp_path / ".out-abc.partial"
    theirs.mkdir()
    (theirs / store.DRAFT).touch()
    for folder in ("one", "two"):
        (tmp_path / f".{folder}-abc12345.replaced").mkdir()
        (tmp_path / f".{folder}-abc12345.replaced" / "thesis.txt").write_text("mine")
    (tmp_path / "one").mkdir()

    def refused(_: Path) -> bool:
        raise PermissionError(13, "not yours")

    monkeypatch.setattr(store, "lock_is_taken", refused)
    publish(tmp_path / "out")
    assert names(tmp_path) == [".one-abc12345.replaced", ".out-abc.partial", ".two-abc12345.replaced", "one", "out"]
    assert names(tmp_path / ".one-abc12345.replaced") == ["thesis.txt"]


def test_old_results_that_can_not_be_removed_do_not_spoil_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new ones are in their place by then."""
    out = publish(tmp_path / "out", "old")
    real = os.unlink

    def unlink(path: str, **more: int) -> None:
        if str(path).endswith("a.png"):
            raise PermissionError(13, "open elsewhere")
        real(path, **more)

    monkeypatch.setattr(os, "unlink", unlink)
    publish(out, "new", force=True)
    assert text_of(out) == "new"


def test_a_folder_that_can_not_be_renamed_is_filled_file_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while one of the old files is open: new folders below it are made, however deep."""
    out = publish(tmp_path / "out", "old")
    refuse_finished_folders(monkeypatch, PermissionError(13, "open elsewhere"))
    with store.drafted(out, force=True) as draft:
        (draft.folder / "events" / "deep").mkdir(parents=True)
        (draft.folder / "events" / "deep" / "b.csv").write_text("new")
        store.write_json(draft.folder / store.MANIFEST, {"text": "new"})
        draft.publish()
    assert text_of(out) == "new"
    assert (out / "events" / "deep" / "b.csv").read_text() == "new"
    assert not (out / "plots" / "a.png").exists()


@pytest.mark.skipif(os.name == "nt", reason="folders have no handle there")
def test_everything_is_on_the_disk_before_it_is_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file and folder of the results, and the folder that they are put into; no handle stays open."""
    synced: dict[int, int] = {}
    monkeypatch.setattr(os, "fsync", lambda handle: synced.update({os.fstat(handle).st_ino: handle}))
    out = publish(tmp_path / "out")
    assert {path.stat().st_ino for path in (tmp_path, out, *out.rglob("*"))} <= set(synced)
    for handle in synced.values():
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)


@pytest.mark.parametrize(("others", "words"), [
    (["a.txt"], "(a.txt), so nothing there is replaced"), (["b.txt", "a.txt"], "(a.txt and 1 more), so"),
    (["a.txt", "c.txt", "b.txt"], "(a.txt and 2 more), so"),
])  # fmt: skip
def test_files_of_others_are_told_by_the_first_and_a_count(tmp_path: Path, others: list[str], words: str) -> None:
    """One is named, of more the first by name, and how many more there are."""
    out = publish(tmp_path / "out")
    for name in others:
        (out / name).write_text("mine")
    with pytest.raises(store.StoreError, match=re.escape(words)):
        store.check_free(out, force=True)


class _Windows(types.ModuleType):
    """What qcap asks of the module that locks files there."""

    LK_NBLCK = 2

    def __init__(self, *, taken: bool) -> None:
        super().__init__("msvcrt")
        self.taken, self.asked = taken, (0, 0, 0)

    def locking(self, handle: int, mode: int, size: int) -> None:
        self.asked = (os.lseek(handle, 0, os.SEEK_CUR), mode, size)
        if self.taken:
            raise OSError(13, "Permission denied")


@pytest.mark.parametrize("taken", [False, True])
def test_on_windows_a_byte_behind_the_text_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """Others must be able to read who holds the lock: the megabyte in front is free, and one byte is taken."""
    windows = _Windows(taken=taken)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    (tmp_path / "lock").touch()
    assert store.lock_is_taken(tmp_path / "lock") == taken
    assert windows.asked == (2**20, windows.LK_NBLCK, 1)


def test_a_single_file_is_written_where_none_is_and_replaced_only_where_it_is_own(tmp_path: Path) -> None:
    """A folder of the name is told when it is written to; a link that leads nowhere is there."""
    page, link = tmp_path / "page.md", tmp_path / "link.md"
    store.check_file(page, "page.md", force=False)
    store.check_file(tmp_path, "folder", force=False)
    page.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")
    for file in (page, link):
        with pytest.raises(store.StoreError, match="is there already"):
            store.check_file(file, file.name, force=False)
        with pytest.raises(store.StoreError, match="was not written by qcap"):
            store.check_file(file, file.name, force=True)


def test_a_lock_that_was_looked_at_is_free_again(tmp_path: Path) -> None:
    """Whoever looks takes it for a moment; a draft gives its own back when it is published or discarded."""
    (tmp_path / "lock").touch()
    assert [store.lock_is_taken(tmp_path / "lock") for _ in range(3)] == [False] * 3
    for end in (store.UnfinishedFolder.publish, store.UnfinishedFolder.discard):
        draft = store.UnfinishedFolder(tmp_path / end.__name__)
        mark = os.open(draft.folder / store.DRAFT, os.O_RDWR)
        assert not store.take_lock(mark)
        end(draft)
        assert store.take_lock(mark)
        os.close(mark)


def test_results_that_are_there_are_refused_unless_it_is_said(tmp_path: Path) -> None:
    """Without a word `force` is no."""
    out = publish(tmp_path / "out", "old")
    with pytest.raises(store.StoreError, match="is not empty"):
        store.UnfinishedFolder(out)
    with pytest.raises(store.StoreError, match="is not empty"), store.drafted(out):
        pass
    assert text_of(out) == "old"


def test_whole_numbers_beside_a_blank_stay_whole(tmp_path: Path) -> None:
    """A column that is none of numbers alone: 1 and not 1.0, beside text that gets its apostrophe."""
    table = pd.DataFrame({"n": pd.Series([1, None, 3], dtype=object), "said": ["=1", "a", None]})
    store.write_table(tmp_path / "t.csv", table)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "n,said\n1,'=1\n,a\n3,\n"
