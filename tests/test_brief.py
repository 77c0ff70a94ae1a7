"""`qcap brief`: one page for the meeting, made from results folders."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from brief_pages import Page, known, rounded_alike, table, wrong_numbers

from sim.cli import main

KEPT = Path(__file__).parents[1] / "results"
CASE = Path(__file__).parent / "cases" / "hostile_text" / "small.toml"
QUICK = ("--engine", "simpy", "--workers", "1", "--quiet")
HEADLINES = 'headlines = ["handover_to_coach_mean@gongbei", "sites_opened"]\n'
MORE = """
[targets.half]
measure = "handover_to_coach_mean"
place = "gongbei"
at_most = 50
share_of_runs = 0.5

[ranges]
"coaches.hold_minutes" = [30.0, 90.0]
"pools.gongbei.absence_share" = [0.0, 0.4]
"""
PLAN = """
extends = "small.toml"
title = "Few staff"
question = "Who waits? <script>alert(1)</script>"
remark = "<img src=x onerror=alert(1)> | a"
pools.gongbei.headcount = 2
"""
FIVE = ("--replications", "5")
COMMANDS = {
    "compare": ["compare", "plan.toml", "--base", "small.toml", "--replications", "3", "--no-plots"],
    "sweep": ["sweep", "small.toml", "--vary", "coaches.seats=8,12", "--replications", "2", "--no-plots"],
    "tornado": ["tornado", "small.toml", "--replications", "3", "--no-plots"],
    "cap": [
        "cap",
        "small.toml",
        "--target",
        "half",
        "--precision",
        "0.5",
        "--confidence",
        "0.5",
        "--replications",
        "5",
    ],
}
NAMES = "text,zh\nGongbei,拱北口岸\nGongbei point,拱北分流安置点\nbadly_hit_areas,重点地区\nFew staff,人员<i>较少</i>\n"
FOLDERS = (*COMMANDS, "staffing-plan", "calibration")
"""In no order: a page tells its folders in the order of their kinds."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small results of each command that searches or compares, and page.html of these and kept ones."""
    folder = tmp_path_factory.mktemp("brief")
    (folder / "small.toml").write_text(HEADLINES + CASE.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    (folder / "names.csv").write_text(NAMES, encoding="utf-8")
    with contextlib.chdir(folder):
        for name, words in COMMANDS.items():
            assert main([*words, *QUICK, "--out", name]) == 0
        kept = [str(KEPT / name) for name in ("reference", "staffing-plan", "calibration")]
        assert main(["brief", *COMMANDS, *kept, "--lang", "both", "--no-replay", "--out", "page.html"]) == 0
        asked = ["brief", "compare", *kept[1:], "--names", "names.csv", "--no-replay", "--out", "named.html"]
        assert main([*asked, "--lang", "zh"]) == 0
    return folder


@pytest.fixture(scope="module")
def folders(home: Path) -> list[Path]:
    """In the order in which a page tells them."""
    made = [home / "compare", home / "sweep", KEPT / "staffing-plan", home / "tornado", home / "cap"]
    return [KEPT / "reference", *made, KEPT / "calibration"]


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, home: Path) -> Page:
    """One language of the page."""
    text = (home / "page.html").read_text(encoding="utf-8")
    pages = text.split('<div class="page" id="page-')
    return Page(next(part for part in pages if part.startswith(f'{request.param}"')))


def test_every_number_on_the_page_is_the_one_in_the_results_files(page: Page, folders: list[Path]) -> None:
    """Expected: cells of CSV files and manifests, read by csv and json alone; numbers in words are rounded cells."""
    assert len(page.data) > 1500
    assert wrong_numbers(page, folders) == []


def cells_to_tell(folders: list[Path]) -> Iterator[str]:
    """Sources that the sections of searches and comparisons have to tell, by the columns of their files."""
    columns: dict[str, dict[str, tuple[str, ...]]] = {
        "compare": {"targets.csv": ("met",)},
        "sweep": {"points.csv": ("coaches.seats",), "targets.csv": ("met",)},
        "staffing-plan": {"plan.csv": ("people", "today"), "load.csv": ("load_mean", "load_p95", "people", "today")},
        "cap": {"factors.csv": ("factor", "met", "n", "low")},
        "calibration": {"targets.csv": ("reported", "p50", "p5"), "rules.csv": ("prior_share", "share")},
    }
    for number, folder in enumerate(folders):
        for file, names in columns.get(folder.name, {}).items():
            for row in range(len(table(folder / file))):
                yield from (f"{number}/{file}/{row}/{name}" for name in names)
        if folder.name in ("compare", "tornado"):
            file = {"compare": "differences.csv", "tornado": "tornado.csv"}[folder.name]
            for row, cells in enumerate(table(folder / file)):
                if cells.get("role", "primary") == "primary" and cells["low"]:
                    yield f"{number}/{file}/{row}/difference"
        if folder.name == "staffing-plan":
            for row, cells in enumerate(table(folder / "certificate.csv")):
                if cells["target"]:
                    yield from (f"{number}/certificate.csv/{row}/{name}" for name in ("met", "replications", "bound"))


def test_sections_leave_out_no_row_of_their_files(page: Page, folders: list[Path]) -> None:
    """Expected: each difference that a question names, each setting, factor, shift, hour, test and figure."""
    told = {source for _value, source, _text in page.data}
    wanted = list(cells_to_tell(folders))
    assert len(wanted) > 900
    assert [source for source in wanted if source not in told and known(folders, source)[0]] == []


def test_columns_of_numbers_hold_nothing_but_cells_of_files(page: Page) -> None:
    """Expected: in the cells of columns set to the right no digit outside a cell of a file."""
    assert [text for text in page.beside if any(letter.isdigit() for letter in text)] == []


def test_numbers_beside_bars_are_differences_of_the_files(page: Page, folders: list[Path]) -> None:
    """Expected: each signed number beside a bar is a difference of differences.csv or tornado.csv."""
    files = [folders[1] / "differences.csv", folders[4] / "tornado.csv"]
    there = [float(row["difference"]) for file in files for row in table(file) if row["difference"]]
    told = [text for text in page.ticks if text[0] in "+−" and text[1:2].isdigit()]
    scales = (1, 100, 1e-4, 1e-6, 1 / 60, 1 / 1440)
    signed = [text.split()[0].rstrip("分钟小时天") for text in told if text.startswith("+")]
    assert signed
    for text in signed:
        assert any(rounded_alike(text.lstrip("+"), scale * value) for value in there for scale in scales), text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_sentence_tells_the_peak_with_its_range_and_each_target(home: Path, language: str) -> None:
    """Expected: the mean and the range of rooms taken at most, and of both targets the replications that meet them."""
    part = (home / "page.html").read_text(encoding="utf-8").partition(f'<div class="page" id="page-{language}"')[2]
    sentence = re.search('<p class="answer">(.*?)</p>', part)
    assert sentence is not None
    told = re.findall('data-f="0/([^"]+)"', sentence[1])
    rows = table(KEPT / "reference" / "summary.csv")
    rooms = next(i for i, row in enumerate(rows) if (row["measure"], row["place"]) == ("rooms_occupied_max", "all"))
    wanted = [f"summary.csv/{rooms}/mean", f"summary.csv/{rooms}/p5"]
    judged = [i for i, row in enumerate(table(KEPT / "reference" / "shares.csv")) if row["target"]]
    assert len(judged) == 2
    wanted += [f"shares.csv/{row}/{column}" for row in judged for column in ("runs", "n")]
    assert sorted(told) == sorted(wanted)


def test_a_run_makes_its_page_at_once(home: Path) -> None:
    """Expected: brief.html in the folder, with the numbers of its files."""
    with contextlib.chdir(home):
        assert main(["run", "small.toml", "--replications", "2", "--brief", "--no-plots", *QUICK, "--out", "run"]) == 0
    page = Page((home / "run" / "brief.html").read_text(encoding="utf-8"))
    assert len(page.data) > 50
    assert wrong_numbers(page, [home / "run"]) == []


def test_text_of_users_is_text_in_both_languages(page: Page, home: Path) -> None:
    """Expected: a question and a remark with tags make none, and are seen as they were written."""
    assert {tag for tag, _given in page.tags} & {"img", "i", "b", "iframe"} == set()
    text = (home / "page.html").read_text(encoding="utf-8")
    assert text.count("Who waits? &lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert text.count("&lt;img src=x onerror=alert(1)&gt; | a") == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_kept_page_of_the_case_is_small_and_of_one_language(language: str) -> None:
    """Expected: under 3 MB, of them under 800 kB for the replay; its picture under 200 kB; no folder of this machine;
    in the Chinese page no English name of the case, but in commands.
    """
    file = KEPT / "brief" / f"xiangzhou.{language}.html"
    assert file.stat().st_size < 3_000_000
    assert (KEPT / "brief" / f"first-screen.{language}.png").stat().st_size < 200_000
    text = file.read_text(encoding="utf-8")
    played = text.partition('id="replay-data">')[2].partition("</script>")[0]
    assert 50_000 < len(played.encode()) < 800_000
    assert "/tmp" not in text
    if language == "zh":
        with (CASE.parents[3] / "scenarios" / "xiangzhou_names.csv").open(encoding="utf-8-sig", newline="") as names:
            known = [row["text"] for row in csv.DictReader(names) if len(row["text"]) > 12]
        seen = re.sub("<code>.*?</code>", "", text)
        assert [name for name in known if name in seen] == []


def test_the_names_of_the_case_are_those_of_its_scenarios() -> None:
    """Expected: each text of the file of names stands in a scenario of the case, so that none is of yesterday."""
    home = CASE.parents[3] / "scenarios"
    files = [home / "xiangzhou.toml", *(home / "staffing").glob("*.toml"), home / "xiangzhou_sites.csv"]
    there = "\n".join(file.read_text(encoding="utf-8").replace('\\"', '"') for file in files)
    with (home / "xiangzhou_names.csv").open(encoding="utf-8-sig", newline="") as names:
        rows = list(csv.DictReader(names))
    assert len(rows) > 90
    assert all(row["zh"] for row in rows)
    assert [row["text"] for row in rows if row["text"] not in there] == []


def test_names_of_the_user_are_told_as_the_file_of_names_says(home: Path) -> None:
    """Expected: Chinese names of ports, of phases and of a plan where the file has them, the others as they are."""
    seen = (home / "named.html").read_text(encoding="utf-8")
    assert "拱北口岸" in seen
    assert "重点地区" in seen
    assert "人员&lt;i&gt;较少&lt;/i&gt;" in seen
    assert "Few staff" not in seen
    assert "exemptions" in seen


@pytest.mark.parametrize(
    ("content", "said"), [("name,zh\na,b\n", 'no column "text"'), ("text,fr\na,b\n", 'no column "'), ("", "is empty")]
)
def test_a_file_of_names_that_is_none_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    """Expected: exit code 2 and a line that says what is missing."""
    (home / "bad.csv").write_text(content, encoding="utf-8")
    asked = ["brief", str(home / "cap"), "--names", str(home / "bad.csv"), "--out", str(home / "bad.html")]
    assert main(asked) == 2
    assert said in capsys.readouterr().err
