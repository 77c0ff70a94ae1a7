"""Every command's screen in both languages, as it is kept in `tests/screens`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from screens import COMMANDS, KEPT, LANGUAGES, SLOW, kept, screen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] if each in SLOW else []) for each in COMMANDS]
)
def test_a_screen_is_the_one_that_is_kept(name: str, language: str, tmp_path: Path) -> None:
    """words: read what changed; `python tests/screens.py NAME` keeps it. Those that take longest: pytest -m slow."""
    assert screen(name, language, tmp_path) == kept(name, language).read_text(encoding="utf-8")


def test_each_command_has_its_screens() -> None:
    """words: none is missing and none is of yesterday."""
    assert {file.name for file in KEPT.iterdir()} == {kept(name, each).name for name in COMMANDS for each in LANGUAGES}


ENGLISH = re.compile(r"(?<![-\w./=\"<{\[])[A-Za-z]{2,}[,:;]? [A-Za-z]{2,}")
"""Two English words in a row."""
ALLOWED = re.compile(
    r"COMMAND \[ARGS\]|\$ qcap .*|qcap( [a-z]+)+( --[a-z]+)?|(year|month|day)[-/]\S+|people in quarantine"
    r"|\b(all|port|pool|site|street|first_street_site),|^flowchart LR$|[: ](a level|one trip)\b"
)
"""Commands to type, forms of dates as options name them, a column's own head, kinds of places."""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_kept_chinese_screen_has_no_english_sentence(name: str) -> None:
    """words: with Chinese names in the scenario, two English words in a row are no part of a Chinese screen."""
    found = [
        line
        for line in kept(name, "zh").read_text(encoding="utf-8").splitlines()
        if ENGLISH.search(ALLOWED.sub("", line))
    ]
    assert found == []
