"""`qcap brief`: one page for the meeting, made from results folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from brief_pages import Page, wrong_numbers

from sim.cli import main

KEPT = Path(__file__).parents[1] / "results"


@pytest.fixture(scope="module", params=["en", "zh"])
def kept_page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the results that are kept."""
    file = tmp_path_factory.mktemp("brief") / "page.html"
    folders = [str(KEPT / name) for name in ("reference", "calibration", "staffing")]
    assert main(["brief", *folders, "--lang", request.param, "--no-replay", "--out", str(file)]) == 0
    return file.read_text(encoding="utf-8")


def test_every_number_on_the_page_is_the_one_in_the_results_files(kept_page: str) -> None:
    """Expected: cells of CSV files and manifests, read by csv and json alone; numbers in words are rounded cells."""
    page = Page(kept_page)
    assert len(page.data) > 500
    assert wrong_numbers(page, [KEPT / "reference", KEPT / "staffing", KEPT / "calibration"]) == []
