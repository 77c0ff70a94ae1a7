"""Two languages: the catalogue is complete and agrees with the English texts; commands speak the language asked for."""

from __future__ import annotations

import re
import string
import subprocess
import sys

import pytest

from sim.words import SCREEN, language
from tests import catalogue

ENTRIES = [message for message in catalogue.up_to_date() if message.id]
CJK = re.compile(r"[\u4e00-\u9fff]")


def test_every_text_has_a_translation() -> None:
    """words: nothing of the program is without Chinese; `python -m tests.catalogue` tells what is."""
    assert catalogue.missing(catalogue.up_to_date()) == []


def test_the_kept_catalogue_has_no_texts_of_yesterday() -> None:
    """words: the .po holds what the program says today, and nothing else."""
    with (catalogue.FOLDER / "qcap.po").open("rb") as source:
        kept = catalogue.read_po(source, locale="zh_CN")
    assert {m.id for m in kept if m.id} == {m.id for m in ENTRIES}


def fields(text: str) -> list[str]:
    """Placeholders with their formats."""
    return sorted(f"{name}!{how}:{form}" for _, name, form, how in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("message", ENTRIES, ids=lambda message: str(message.id)[:40])
def test_placeholders_agree(message: catalogue.Message) -> None:
    """words: a translation is filled in by the same fields with the same formats."""
    many, forms = (message.id, [message.string]) if isinstance(message.id, str) else (message.id[1], message.string)
    for form in forms:
        assert fields(form) == fields(many)
        assert not re.search(r"[\u4e00-\u9fff][;?!]", form), "full-width punctuation after Chinese"


def test_the_environment_and_the_locale_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """words: --lang, else QCAP_LANG, else the locale, else English."""
    token = language._chosen.set("")
    try:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG", language.VARIABLE):
            monkeypatch.delenv(name, raising=False)
        assert language.language() == "en"
        monkeypatch.setenv("LANG", "zh_TW.UTF-8")
        assert language.language() == "zh"
        assert CJK.search(SCREEN["waits"])
        monkeypatch.setenv(language.VARIABLE, "en")
        assert language.language() == "en"
    finally:
        language._chosen.reset(token)


@pytest.mark.parametrize("how", [["--lang", "zh"], ["--lang=zh"]])
def test_help_speaks_chinese(how: list[str]) -> None:
    """words: options and headings of --help are translated, ids and names of options stay."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", "run", "--help", *how], capture_output=True, text=True, check=True
    )
    assert "模拟次数" in done.stdout
    assert "--replications" in done.stdout
