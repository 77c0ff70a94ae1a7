"""--force and --out: qcap replaces what it wrote and knows, and nothing else. Every command, one rule."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from calibration_case import TARGETS, UNKNOWNS
from cli_case import SMALL, write_small

from sim.cli import main
from sim.keeping import manifest, store
from sim.keeping.chunkstore import ChunkStore

BAD_INPUT = 2
QUICK = ("--engine", "simpy", "--workers", "1")
HEADLINES = 'headlines = ["persons_served"]\n'
MORE = """
[targets.quick]
measure = "handover_to_coach_mean"
place = "gongbei"
at_most = 90

[ranges]
"coaches.hold_minutes" = [30.0, 90.0]
"""
COMMANDS = {
    "run": ["run", "small.toml", "--replications", "2", "--no-plots", *QUICK],
    "compare": ["compare", "other.toml", "--base", "small.toml", "--replications", "2", *QUICK],
    "tornado": ["tornado", "small.toml", "--replications", "2", *QUICK],
    "cap": ["cap", "small.toml", "--target", "quick", *QUICK],
    "sweep": ["sweep", "small.toml", "--vary", "arrivals.factor=1,2", "--replications", "2", "--no-plots", *QUICK],
    "calibrate": ["calibrate", "small.toml", "--budget", "40", *QUICK],
}
Spoil = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_small(tmp_path, SMALL.replace("schema = 1\n", f"schema = 1\n{HEADLINES}") + MORE)
    Path("other.toml").write_text('extends = "small.toml"\npools.gongbei.headcount = 5\n', encoding="utf-8")
    Path("small_targets.csv").write_text(TARGETS, encoding="utf-8")
    Path("small_unknowns.toml").write_text(UNKNOWNS, encoding="utf-8")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def foreign_manifest(out: Path) -> None:
    """A page of a browser extension has a manifest.json too."""
    (out / "manifest.json").write_text('{"name": "my extension", "files": ["manifest.json", "thesis.txt"]}')
    (out / "thesis.txt").write_text("years of work")


def foreign_chunks(out: Path) -> None:
    (out / "chunks").mkdir()
    (out / "chunks" / "video.part1").write_bytes(b"holidays")


def results_of_an_older_qcap(out: Path) -> None:
    (out / "manifest.json").write_text('{"status": "complete", "versions": {"qcap": "0.1.0"}}')


def a_note_among_the_results(out: Path) -> None:
    store.write_json(out / "manifest.json", {"status": "complete"})
    (out / "summary.csv").write_text("measure\n")
    (out / "manifest.json").unlink()
    manifest.claim(out)
    (out / "my note.txt").write_text("compare with May")


def a_note_deep_among_a_sweep(out: Path) -> None:
    with ChunkStore(out / "chunks").locked() as chunks:
        chunks.put("a", {"value": [1.0]}, {})
    (out / "chunks" / "note.txt").write_text("half of this is wrong")


SPOILT = (
    foreign_manifest, foreign_chunks, results_of_an_older_qcap, a_note_among_the_results, a_note_deep_among_a_sweep,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_qcap_did_not_write_is_refused_and_untouched(
    command: str, spoil: Spoil, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: exit code 2 before any work, one line that names the folder, every byte as it was."""
    out = folder / "r"
    out.mkdir()
    spoil(out)
    before = contents(folder)
    assert main([*COMMANDS[command], "--out", "r", "--force", "--quiet"]) == BAD_INPUT
    assert contents(folder) == before
    said = capsys.readouterr()
    assert said.out == ""
    assert [line for line in said.err.splitlines() if "r: " in line or "r/chunks: " in line]


@pytest.mark.parametrize("command", ["run", "tornado", "sweep"])
def test_own_results_are_replaced(command: str, folder: Path) -> None:
    """The manifest names the program and every file, so that a second run with --force finds nothing foreign."""
    words = [*COMMANDS[command], "--out", "r", "--quiet"]
    assert main(words) == 0
    assert manifest.foreign(folder / "r") == ()
    told = json.loads((folder / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert told["program"] == "qcap"
    assert {"manifest.json", *told["files"]} == {
        name.replace(os.sep, "/") for name in contents(folder / "r") if not name.startswith("chunks")
    }
    assert main([*words, "--seed", "2", "--force"]) == 0
    again = json.loads((folder / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert again["seed"] == 2
    (folder / "r" / "thesis.txt").write_text("mine")
    before = contents(folder / "r")
    assert main([*words, "--force"]) == BAD_INPUT
    assert contents(folder / "r") == before


def test_a_sweep_does_not_write_over_a_file_that_is_not_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--resume goes on beside a note, but not over a points.csv that somebody put there before there was one."""
    (folder / "r").mkdir()
    with ChunkStore(folder / "r" / "chunks").locked():
        pass
    (folder / "r" / "points.csv").write_text("my points")
    assert main([*COMMANDS["sweep"], "--out", "r", "--resume", "--quiet"]) == BAD_INPUT
    assert "points.csv there was not written by qcap" in capsys.readouterr().err
    assert (folder / "r" / "points.csv").read_text() == "my points"
    (folder / "r" / "points.csv").rename(folder / "r" / "my points.csv")
    assert main([*COMMANDS["sweep"], "--out", "r", "--resume", "--quiet"]) == 0
    assert (folder / "r" / "my points.csv").read_text() == "my points"


def test_a_foreign_folder_of_chunks_beside_a_calibration_is_untouched(folder: Path) -> None:
    """Chunks of a calibration stand beside its results, in <out>-chunks."""
    (folder / "r-chunks").mkdir()
    (folder / "r-chunks" / "video.part1").write_bytes(b"holidays")
    before = contents(folder)
    for option in ("--force", "--resume"):
        assert main([*COMMANDS["calibrate"], "--out", "r", option, "--quiet"]) == BAD_INPUT
        assert contents(folder) == before


def test_merge_writes_into_nothing_that_is_there(folder: Path) -> None:
    """Two sweeps of one seed; a folder with a foreign `chunks` is refused, so is a foreign folder as a part."""
    for name, values in (("a", "1"), ("b", "2")):
        words = ["sweep", "small.toml", "--vary", f"arrivals.factor={values}", "--replications", "2", "--no-plots"]
        assert main([*words, *QUICK, "--out", name, "--quiet"]) == 0
    (folder / "c").mkdir()
    foreign_chunks(folder / "c")
    before = contents(folder)
    assert main(["merge", "a", "b", "--out", "c"]) == BAD_INPUT
    assert main(["merge", "a", "c", "--out", "d"]) == BAD_INPUT
    assert contents(folder) == before
    assert main(["merge", "a", "b", "--out", "d", "--quiet"]) == 0


@pytest.mark.parametrize("words", [["describe", "small.toml"], ["schema"], ["schema", "--json"]], ids=" ".join)
def test_a_page_is_replaced_only_while_it_is_as_qcap_wrote_it(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checklist that somebody has filled in is their work: --force leaves it, and any other file."""
    page = folder / "page.md"
    assert main([*words, "--out", "page.md"]) == 0
    own = page.read_text(encoding="utf-8")
    assert main([*words, "--out", "page.md"]) == BAD_INPUT
    assert "is there already" in capsys.readouterr().err
    assert main([*words, "--out", "page.md", "--force"]) == 0
    for text in (own.replace("the", "THE", 1), "thesis"):
        page.write_text(text, encoding="utf-8")
        assert main([*words, "--out", "page.md", "--force"]) == BAD_INPUT
        assert "was not written by qcap, or was changed since" in capsys.readouterr().err
        assert page.read_text(encoding="utf-8") == text


def test_an_export_is_replaced_only_where_qcap_wrote_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name joins the manifest beside it; a file of the same name in another folder stays."""
    assert main([*COMMANDS["run"], "--events", "one", "--out", "r", "--quiet"]) == 0
    words = ["export", "r", "--to", "xes"]
    assert main(words) == 0
    assert manifest.foreign(folder / "r") == ()
    assert main(words) == BAD_INPUT
    assert main([*words, "--force"]) == 0
    (folder / "mine").mkdir()
    (folder / "mine" / "events-1.xes").write_text("another log")
    for more in ([], ["--force"]):
        assert main([*words, "--out", "mine", *more]) == BAD_INPUT
    assert contents(folder / "mine") == {"events-1.xes": b"another log"}
    assert "mine/events-1.xes" in capsys.readouterr().err.replace(os.sep, "/")


def test_init_writes_over_nothing(folder: Path) -> None:
    """It has no --force: a scenario is its author's from the first moment."""
    (folder / "my" / "scenario.toml").parent.mkdir()
    (folder / "my" / "scenario.toml").write_text("mine")
    assert main(["init", "my"]) == BAD_INPUT
    assert contents(folder / "my") == {"scenario.toml": b"mine"}


def test_a_draft_of_a_command_that_was_killed_goes_with_the_next_one(tmp_path: Path) -> None:
    """Known by its mark, whose lock nobody holds; a living command's draft and a like-named folder stay."""
    dead, foreign = tmp_path / ".old-abc.partial", tmp_path / ".mine.partial"
    for place in (dead, foreign):
        place.mkdir()
        (place / "half.csv").write_text("a")
    (dead / store.DRAFT).touch()
    with store.drafted(tmp_path / "first") as first, store.drafted(tmp_path / "second"):
        assert first.folder.is_dir()
        assert sorted(p.name for p in tmp_path.iterdir() if p in (dead, foreign)) == [".mine.partial"]


def test_a_complete_draft_that_was_never_put_in_its_place_goes_after_an_hour(tmp_path: Path) -> None:
    """Killed in the moment between taking the mark away and renaming: it may be another command's, about to rename."""
    late = tmp_path / ".out-abc.partial"
    late.mkdir()
    manifest.claim(late)
    for age, left in ((0, True), (store.SECONDS_TO_PUBLISH + 60, False)):
        then = late.stat().st_mtime - age
        os.utime(late, (then, then))
        with store.drafted(tmp_path / "next"):
            assert late.exists() == left


@pytest.mark.parametrize("there", [True, False])
def test_results_that_were_being_replaced_at_a_kill_come_back(tmp_path: Path, there: bool) -> None:
    """Killed between two renames: the old results stand where no others are; else they were replaced and go."""
    old, out = tmp_path / ".out-abc12345.replaced", tmp_path / "out"
    old.mkdir()
    (old / "summary.csv").write_text("old")
    manifest.claim(old)
    if there:
        out.mkdir()
        (out / "summary.csv").write_text("new")
    with store.drafted(tmp_path / "next"):
        pass
    assert not old.exists()
    assert (out / "summary.csv").read_text() == ("new" if there else "old")


@pytest.mark.parametrize("suffix", ["replaced", "partial"])
def test_a_note_among_results_that_a_kill_left_keeps_them(tmp_path: Path, suffix: str) -> None:
    """Results on their way out, or in, hold a file of somebody: they stay where they are, however old."""
    left = tmp_path / f".out-abc12345.{suffix}"
    left.mkdir()
    (left / "summary.csv").write_text("old")
    manifest.claim(left)
    (left / "note.txt").write_text("mine")
    os.utime(left, (0, 0))
    (tmp_path / "out").mkdir()
    with store.drafted(tmp_path / "next"):
        pass
    assert sorted(contents(left)) == ["manifest.json", "note.txt", "summary.csv"]


def test_a_file_that_came_while_the_work_went_on_is_not_lost(tmp_path: Path) -> None:
    """Somebody puts a note into the old results during a run of an hour: the new ones go beside it."""
    out = tmp_path / "out"
    with store.drafted(out) as draft:
        (draft.folder / "a.csv").write_text("1")
        draft.publish()
    with store.drafted(out, force=True) as draft:
        (draft.folder / "a.csv").write_text("2")
        (out / "note.txt").write_text("mine")
        assert draft.publish() == tmp_path / "out-2"
    assert (out / "note.txt").read_text() == "mine"


def test_what_file_managers_leave_is_nobodys_and_a_link_is_somebodys(tmp_path: Path) -> None:
    """By hand: .DS_Store and the lock files of spreadsheets do not stand in the way; a link to a folder does."""
    manifest.claim(tmp_path)
    for name in (".DS_Store", "Thumbs.db", ".~lock.summary.csv#"):
        (tmp_path / name).touch()
    assert manifest.foreign(tmp_path) == ()
    (tmp_path / "link").symlink_to("/")
    assert manifest.foreign(tmp_path) == (tmp_path / "link",)


def test_what_a_file_manager_left_meanwhile_makes_no_results_of_a_folder(tmp_path: Path) -> None:
    """Only a folder of results is replaced: the new ones go beside one that somebody has made and looked into."""
    out = tmp_path / "out"
    with store.drafted(out, force=True) as draft:
        out.mkdir()
        (out / ".DS_Store").write_bytes(b"x")
        assert draft.publish() == tmp_path / "out-2"
    assert (out / ".DS_Store").exists()


def test_a_file_that_came_where_the_results_will_be_stays(tmp_path: Path) -> None:
    """The new ones go beside it."""
    out = tmp_path / "out"
    with store.drafted(out) as draft:
        out.write_text("mine")
        assert draft.publish() == tmp_path / "out-2"
    assert out.read_text() == "mine"


def test_a_draft_whose_mark_somebody_removed_is_published(tmp_path: Path) -> None:
    """The mark goes anyway."""
    with store.drafted(tmp_path / "out") as draft:
        (draft.folder / store.DRAFT).unlink()
        assert draft.publish() == tmp_path / "out"
