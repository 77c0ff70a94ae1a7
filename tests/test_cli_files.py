"""Patterns on the command line: every command expands them itself, as shells of Windows do not."""

from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim.cli import main
from sim.shell.errors import BadInput
from sim.shell.files import expanded, one_name, one_path

RAN, BAD_INPUT = 0, 2


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    write_small(tmp_path)


def second() -> None:
    Path("second.toml").write_text('extends = "small.toml"\npools.gongbei.headcount = 5\n', encoding="utf-8")


def test_a_pattern_stands_for_what_it_matches_and_a_name_for_itself() -> None:
    """By hand: sorted, each once; a name with a bracket that exists is no pattern; what is not there stays."""
    second()
    Path("run[1]").mkdir()
    words = ["s*.toml", "run[1]", "small.toml", "gone.toml"]
    assert list(map(str, expanded(words))) == ["second.toml", "small.toml", "run[1]", "gone.toml"]
    assert one_name("smal?.toml") == "small.toml"
    assert one_name("run[1]") == "run[1]"
    assert one_path(Path("sec*")) == Path("second.toml")
    assert one_path(None) is None
    with pytest.raises(BadInput, match=r"^x\*\.toml: no such file or folder$"):
        expanded(["x*.toml"])


def test_a_pattern_for_one_file_that_matches_more_is_a_fault_that_names_them() -> None:
    """words: all of a few; of many the first six and how many more."""
    second()
    with pytest.raises(BadInput) as caught:
        one_name("*.toml")
    assert str(caught.value) == "*.toml: matches 2, and one is wanted here: second.toml, small.toml"
    for number in range(7):
        Path(f"many{number}.csv").touch()
    with pytest.raises(BadInput, match=r"many5\.csv and 1 more$"):
        one_name("many*")


ONE_FILE = [
    ["run", "s*.toml"],
    ["describe", "s*.toml"],
    ["tornado", "s*.toml"],
    ["cap", "s*.toml", "--target", "x"],
    ["sweep", "s*.toml", "--vary", "arrivals.factor=1,2"],
    ["sweep", "small.toml", "--plan", "s*.toml"],
    ["calibrate", "s*.toml"],
    ["calibrate", "small.toml", "--targets", "s*.toml"],
    ["compare", "small.toml", "--base", "s*.toml"],
    ["run", "small.toml", "--ensemble", "s*.toml"],
]


@pytest.mark.parametrize("words", ONE_FILE, ids=" ".join)
def test_every_command_refuses_several_files_where_it_wants_one(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """words: exit code 2, nothing on stdout, nothing written."""
    second()
    assert main(words) == BAD_INPUT
    out, err = capsys.readouterr()
    assert (out, err) == ("", "s*.toml: matches 2, and one is wanted here: second.toml, small.toml\n")
    assert {path.name for path in Path().iterdir()} == {"second.toml", "small.toml"}


def test_a_pattern_that_matches_one_file_is_that_file(capsys: pytest.CaptureFixture[str]) -> None:
    """words: a run called by a pattern has the name of its file."""
    assert main(["run", "*.toml", "--replications", "1", "--workers", "1", "--no-plots", "--quiet"]) == RAN
    assert Path(capsys.readouterr().out.strip()).name.startswith("small-")


def test_check_takes_several_files(capsys: pytest.CaptureFixture[str]) -> None:
    """words: a line for each; as JSON a document for each; with faults, those of all files and nothing else."""
    second()
    assert main(["check", "*.toml"]) == RAN
    lines = [line for line in capsys.readouterr().out.splitlines() if ".toml: no faults" in line]
    assert [line.partition(": ")[0] for line in lines] == ["second.toml", "small.toml"]
    assert main(["check", "*.toml", "--json"]) == RAN
    assert '"scenarios"' in capsys.readouterr().out
    Path("third.toml").write_text(SMALL.replace("headcount = 4", "headcount = -4"), encoding="utf-8")
    Path("fourth.toml").write_text(SMALL.replace("days = 2.0", "days = -1"), encoding="utf-8")
    assert main(["check", "*.toml"]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["fourth.toml", "third.toml"]


def test_merge_wants_two_folders(capsys: pytest.CaptureFixture[str]) -> None:
    """words: three by one pattern, one alone; two by one pattern are read."""
    for name in ("part-1", "part-2", "part-3"):
        Path(name).mkdir()
    assert main(["merge", "part-*", "--out", "all"]) == BAD_INPUT
    assert capsys.readouterr().err == "two folders are joined, here are 3: part-1, part-2, part-3\n"
    assert main(["merge", "part-1", "--out", "all"]) == BAD_INPUT
    assert capsys.readouterr().err == "two folders are joined, here are 1: part-1\n"
    assert main(["merge", "part-[12]", "--out", "all"]) == BAD_INPUT
    assert capsys.readouterr().err.startswith("part-1: holds no sweep")
    assert not Path("all").exists()
