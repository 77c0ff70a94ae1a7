"""The page of `qcap brief` in a real Chromium: seen, operated by keyboard, printed; hostile text; no request at all.

Without a Chromium these tests are skipped. axe-core (accessibility) comes from the npm registry for the one test that
needs it and is not kept; where npm or its registry can not be had, that test is skipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from brief_pages import Page, wrong_numbers
from chromium import Browser, Tab, chromium
from test_hostile_text import write_cases

from sim.cli import main

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
)

KEPT = Path(__file__).parents[1] / "results"
OF_CASE = [KEPT / "reference", KEPT / "staffing", KEPT / "calibration"]
QUICK = ("--engine", "simpy", "--workers", "1", "--quiet", "--no-plots")
LEFT, RIGHT, ENTER = ("ArrowLeft", 37), ("ArrowRight", 39), ("Enter", 13)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture(scope="module", params=["en", "zh"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the kept results of the case, without its replay."""
    file = tmp_path_factory.mktemp("case") / f"{request.param}.html"
    asked = ["brief", *map(str, OF_CASE), "--lang", request.param, "--no-replay", "--out", str(file)]
    assert main(asked) == 0
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results of the hostile scenario, and their page in both languages: run (with a history), sweep."""
    home = tmp_path_factory.mktemp("small")
    write_cases(home)
    assert main(["run", str(home / "evil.toml"), "--replications", "3", "--events", "one", "--out", str(home / "run"),
                 *QUICK]) == 0  # fmt: skip
    assert main(["sweep", str(home / "evil.toml"), "--vary", "arrivals.factor=1,2", "--vary", "coaches.seats=8,10,12",
                 "--replications", "2", "--out", str(home / "sweep"), *QUICK]) == 0  # fmt: skip
    page = str(home / "page.html")
    assert main(["brief", str(home / "run"), str(home / "sweep"), "--lang", "both", "--out", page]) == 0
    return home


@pytest.fixture
def tab(browser: Browser, small: Path) -> Tab:
    """The small page, at the size of a desk."""
    return browser.open((small / "page.html").as_uri())


def in_english(tab: Tab) -> None:
    tab.run("document.querySelector('#show-en').click()")


def focus(tab: Tab, selector: str) -> None:
    assert tab.run(f"(e => (e.focus(), document.activeElement === e))(document.querySelector({selector!r}))")


@pytest.mark.parametrize(("width", "phone"), [(1280, False), (390, True)], ids=["desk", "phone"])
def test_the_page_asks_for_nothing_says_nothing_and_fits(browser: Browser, case: Path, width: int, phone: bool) -> None:
    """Expected: no request but the page's own, an empty console, no wider than the screen."""
    tab = browser.open(case.as_uri(), width=width, height=844, phone=phone)
    assert tab.faults == []
    assert tab.asked == [case.as_uri()]
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run("[...document.querySelectorAll('svg')].every(e => e.clientWidth === 0 || e.getBBox().width > 0)")


def test_nothing_but_the_pages_own_code_may_run(tab: Tab) -> None:
    """Expected: a policy of default-src 'none'; a script, a handler, a style and a picture put in later do nothing."""
    assert tab.faults == []
    tab.run("""(() => {
        const code = document.createElement('script');
        code.textContent = 'window.broken = 1';
        document.body.append(code);
        document.body.insertAdjacentHTML('beforeend',
          '<img src="x.png" onerror="window.broken = 2"><p style="color:red" id="styled">a</p>');
    })()""")
    time.sleep(0.2)
    assert tab.run("window.broken") is None
    assert tab.run("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    assert sum("Content Security Policy" in fault for fault in tab.faults) >= 3


def test_hostile_text_is_text(tab: Tab, small: Path) -> None:
    """Expected: two scripts (the data and the page's own), no picture, no link out; titles are seen as written."""
    assert tab.run("window.alerted") is None
    assert tab.run("[...document.scripts].map(e => e.type).join()") == "application/json,"
    assert (
        tab.run("document.querySelectorAll('img, iframe, object, b, [onclick], [onerror], [style]:not(canvas)').length")
        == 0
    )
    assert tab.run("[...document.links].every(e => e.getAttribute('href').startsWith('#'))")
    titles = tab.run("[...document.querySelectorAll('h1')].map(e => e.textContent)")
    assert len(titles) == 2, "a page in each language"
    assert all("<b>x</b>" in title for title in titles)
    text = (small / "page.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_sliders_show_the_figures_of_simulated_settings(tab: Tab, small: Path) -> None:
    """Expected: after one step on each slider, the point of points.csv with these values, its mean in summary.csv."""
    in_english(tab)
    for axis in (0, 1):
        focus(tab, f"#en-sweep-{axis}")
        tab.press(*RIGHT)
    told = tab.run("[...document.querySelectorAll('#page-en .slider output')].map(e => e.textContent)")
    points = pd.read_csv(small / "sweep" / "points.csv", encoding="utf-8-sig")
    assert told == ["2", "10"]
    point = points[(points["arrivals.factor"] == 2) & (points["coaches.seats"] == 10)].point.iloc[0]
    summary = pd.read_csv(small / "sweep" / "summary.csv", encoding="utf-8-sig")
    row = summary[(summary.point == point) & (summary.measure == "sites_opened") & (summary.place == "all")].iloc[0]
    cell = "[...document.querySelectorAll('#page-en .setting tr')].find(e => e.textContent.includes('sites opened'))"
    assert float(tab.run(f"{cell}.querySelector('data').value")) == row["mean"]
    assert tab.run("document.querySelectorAll('#page-en .map [aria-current]').length") == 1
    assert tab.faults == []


def people_waiting(history: Path, minute: int) -> int:
    """People at the points at the end of a minute, added up from the rows of the history."""
    rows = pd.read_parquet(history)
    rows = rows[rows.second < (minute + 1) * 60]
    came = rows[rows.kind == "handed_over"].people.sum()
    return int(came - rows[rows.kind.isin(["not_diverted", "departed", "unplaced"])].people.sum())


def test_the_replay_plays_and_jumps_and_says_what_the_history_says(tab: Tab, small: Path) -> None:
    """Expected: frames go on after Enter (34 to 46 a second were seen on a busy machine; none are timed here); after a
    jump and after a step of the slider as many people as the rows of the history add up to.
    """
    in_english(tab)
    box = "document.querySelector('#page-en .replay-box')"
    focus(tab, "#page-en .play")
    before = tab.run(f"Number({box}.dataset.frames)")
    tab.press(*ENTER)
    ends = time.monotonic() + 60  # a busy machine has drawn fewer than 10 frames in 20 seconds
    while tab.run(f"Number({box}.dataset.frames)") - before <= 10:
        assert time.monotonic() < ends
        time.sleep(0.1)
    tab.press(*ENTER)
    tab.run(f"{box}.querySelector('.busiest').click()")
    for _step in range(2):
        minute = int(tab.run(f"{box}.dataset.minute"))
        told = re.search(r"people at the points ([\d,]+)", tab.run(f"{box}.querySelector('.status').textContent"))
        assert told is not None
        assert int(told[1].replace(",", "")) == people_waiting(small / "run" / "events-1.parquet", minute)
        focus(tab, "#page-en .days")
        tab.press(*LEFT)
    assert tab.faults == []


def test_tables_of_pictures_open_by_keyboard(browser: Browser, case: Path) -> None:
    """Expected: the numbers of a picture are a key away."""
    tab = browser.open(case.as_uri())
    focus(tab, ".chart summary")
    tab.press(*ENTER)
    assert tab.run("document.querySelector('.chart details').open")


def test_without_scripts_everything_but_the_replay_can_be_read(browser: Browser, small: Path) -> None:
    """Expected: no sliders, the table of all settings, a line in place of the replay."""
    tab = browser.open((small / "page.html").as_uri(), scripts=False)
    for language, said in (("en", "The replay needs scripts"), ("zh", "回放需要启用脚本")):
        asked = f"document.querySelector('#show-{language}').click(), document.body.innerText"
        seen = tab.send("Runtime.evaluate", expression=asked, returnByValue=True)["result"]["value"]
        assert said in seen, "languages are switched without scripts"
    page = Page((small / "page.html").read_text(encoding="utf-8"))
    assert [given for tag, given in page.tags if tag == "div" and given.get("class") == "sliders" and "hidden" in given]


def test_the_numbers_of_runs_and_sweeps_are_those_of_their_files(small: Path) -> None:
    """Expected: as for the kept results, in tests/test_brief.py."""
    page = Page((small / "page.html").read_text(encoding="utf-8"))
    assert wrong_numbers(page, [small / "run", small / "sweep"]) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_the_page_prints_on_a4(browser: Browser, case: Path, tmp_path: Path) -> None:
    """Expected: pages of 210 x 297 mm, the answer on the first one, no controls."""
    tab = browser.open(case.as_uri())
    answer = tab.run("document.querySelector('.answer').innerText")
    tab.pdf(tmp_path / "page.pdf")
    about = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    assert "A4" in about
    first = subprocess.run(["pdftotext", "-l", "1", tmp_path / "page.pdf", "-"], capture_output=True, check=True).stdout
    told = re.sub(r"\s", "", first.decode())
    assert re.sub(r"\s", "", answer)[:20] in told


def axe(home: Path) -> str:
    """The code of axe-core; skips where it can not be had."""
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine: axe-core can not be had")
    asked = ["npm", "pack", "axe-core@4.10.3", "--silent"]
    found = subprocess.run(asked, cwd=home, capture_output=True, text=True, timeout=60, check=False)
    if found.returncode:
        pytest.skip("axe-core can not be had from the npm registry")
    with tarfile.open(next(home.glob("*.tgz"))) as packed:
        code = packed.extractfile("package/axe.min.js")
        assert code is not None
        return code.read().decode()


@pytest.mark.slow
def test_axe_finds_nothing_serious(browser: Browser, small: Path, tmp_path: Path) -> None:
    """Expected: no violation that axe-core calls serious or critical, on the kept pages of the case and on one with
    sliders.
    """
    code = axe(tmp_path)
    for file in (*(KEPT / "brief").glob("xiangzhou.*.html"), small / "page.html"):
        tab = browser.open(file.as_uri())
        tab.send("Runtime.evaluate", expression=code)
        told = tab.run(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))"
        )
        assert told == []


def test_only_tables_that_are_too_wide_are_stops_of_the_tab_key(browser: Browser, case: Path) -> None:
    """Expected: on a phone wide tables can be reached and moved by keys; at a desk no table that fits is a stop."""
    stops = "[...document.querySelectorAll('.scroll[tabindex]')].filter(e => e.checkVisibility())"
    fitting = f"{stops}.filter(e => e.scrollWidth <= e.clientWidth).length"
    for width, phone in ((1280, False), (390, True)):
        tab = browser.open(case.as_uri(), width=width, height=844, phone=phone)
        tab.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert tab.run(fitting) == 0
    assert tab.run(f"{stops}.length") > 0
