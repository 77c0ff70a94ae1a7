"""Two languages: the catalogue is complete and agrees with the English texts; commands speak the language asked for."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import catalogue
import pytest
from babel.messages.catalog import Message

from sim import cli
from sim.words import language
from sim.words.screens import SCREEN

ENTRIES = [message for message in catalogue.up_to_date() if message.id]
CJK = re.compile(r"[\u4e00-\u9fff]")


def test_every_text_has_a_translation() -> None:
    """words: nothing of the program is without Chinese; `python tests/catalogue.py` tells what is."""
    assert catalogue.missing(catalogue.up_to_date()) == []


def test_the_kept_catalogue_has_no_texts_of_yesterday() -> None:
    """words: the .po holds what the program says today, and nothing else."""
    with (catalogue.FOLDER / "qcap.po").open("rb") as source:
        kept = catalogue.read_po(source, locale="zh_CN")
    assert {m.id for m in kept if m.id} == {m.id for m in ENTRIES}


def fields(text: str) -> set[str]:
    """Placeholders with their formats; a language may say one twice."""
    return {f"{name}!{how}:{form}" for _, name, form, how in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("message", ENTRIES, ids=lambda message: str(message.id)[:40])
def test_placeholders_agree(message: Message) -> None:
    """words: a translation is filled in by the same fields with the same formats."""
    key: Any = message.id
    told: Any = message.string
    many, forms = (key, [told]) if isinstance(key, str) else (key[1], told)
    for form in forms:
        assert fields(form) == fields(many)
        assert not re.search(r"[\u4e00-\u9fff][;?!]", form), "full-width punctuation after Chinese"
        assert not re.search(r"[0-9}] %(?![a-z(])", form), "per cent without a blank in Chinese"


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


AXES = {"set_title", "set_xlabel", "set_ylabel", "set_label", "set_label_text", "annotate", "Skipped", "text", "page"}
AXES |= {"set_xticks", "set_yticks", "target", "target_across", "share_axis", "count_axis", "colour_bar", "suptitle"}
SCREENS = {
    "say",
    "put",
    "refuse",
    "Failed",
    "plain_table",
    "add_row",
    "add_column",
    "heading",
    "shown_progress",
    "print",
}
SCREENS |= {"Fault", "fault", "Finding", "BadInput", "StoreError", "append"}
WORDS = re.compile(r"(?<![-\w])(?!qcap\b)[A-Za-z]{2,}[,:;]? [A-Za-z{(]{2,}|^[A-Z][a-z]+$")
"""Two words in a row, or one that begins with a capital; names of options and of the program are no words."""
OF_DEVELOPERS = ("benchmark", "invariants", "numbers", "words")
"""Folders for those who change the program: times, proofs of histories, mathematics. Tables of texts are translated."""
NO_TEXTS = (
    "commands/data/headings.py",
    "commands/papers/event_logs.py",
    "drawing/text.py",
    "registry/points_and_sites.py",
)
"""Patterns that columns are known by, heads of XML, names of fonts."""
ELSEWHERE = {
    "suffix = {}: must be one of {}": "an error of the library, never of a command",
    "{} replications: none of {}": "an error of the library, never of a command",
    "module 'sim' has no attribute {}": "Python's own words",
    "engine {}: not available yet; there is {}": "an error of the library, never of a command",
    "unlimited {}: no such pool; a limit is 'rooms' or the id of a pool in use": "an error of the library",
    "{} ports, sites and pools: at most 4,095 are possible": "an error of the library: a scenario has fewer",
    "decisions of second {} still change after {} passes": "a fault of the program",
    "decisions of second {} still change after 1000 passes": "a fault of the program",
    "too many tasks wait at once": "a fault of the program",
    "too many events are pending at once": "a fault of the program",
    "{}: no such measure{}": "an error of the library, never of a command",
    '; did you mean "{}"?': "part of it",
    "seed and replication must be from 0 to 2**63 - 1, not {} and {}": "an error of the library",
    "no JSON for {}": "a fault of the program",
    "assumed: changed by {}": "provenance, which files keep in English",
    "the recent days": "who gave values, in provenance",
    "spreadsheet number": "a word of map.toml",
    "hour of day": "a column's name",
    "tick mid": "a class of style",
    "tick end": "a class of style",
}


def literals(node: ast.expr) -> Iterator[str]:
    """Texts that an expression is put together from, those of calls left out: `_("…")` and look-ups are translated."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.Call(func=ast.Attribute(attr="format" | "join", value=inner)):
            yield from literals(inner)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from literals(one)
            yield from literals(other)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from literals(part)
        case ast.Starred(value=inner) | ast.ListComp(elt=inner) | ast.GeneratorExp(elt=inner):
            yield from literals(inner)


def untranslated(tree: ast.Module, templates: set[str]) -> Iterator[tuple[int, str]]:
    """Line and text of what reaches a screen or an Axes as it is written: handed to one, an f-string of words, or words
    that are named or handed back.

    `templates`: texts of the catalogue, which errors translate when they are told.
    """
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.expr | ast.stmt)):
        found: list[str] = []
        if isinstance(node, ast.Return | ast.Yield | ast.Assign | ast.AnnAssign) and node.value is not None:
            found = [text for text in literals(node.value) if " " in text]
        elif isinstance(node, ast.Dict):
            found = [text for each in node.values for text in literals(each) if " " in text]
        elif isinstance(node, ast.JoinedStr):
            found = list(literals(node))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            handed = [*node.args] if name in AXES | SCREENS else []
            handed += [each.value for each in node.keywords if each.arg == "label"]
            found = [text for each in handed for text in literals(each)]
        for text in found:
            if WORDS.search(text) and text not in templates and text not in ELSEWHERE:
                yield node.lineno, text


def test_no_literal_reaches_a_screen_or_a_picture() -> None:
    """words: what a person reads goes through `_`, `said` or `Texts`, in every package."""
    templates = {message.id for message in ENTRIES if isinstance(message.id, str)}
    files = [file for file in sorted(catalogue.SIM.rglob("*.py")) if not file.as_posix().endswith(NO_TEXTS)]
    found = [
        f"{file.relative_to(catalogue.ROOT)}:{line} {text!r}"
        for file in files
        if not set(OF_DEVELOPERS) & set(file.relative_to(catalogue.SIM).parts)
        for line, text in untranslated(ast.parse(file.read_text(encoding="utf-8")), templates)
    ]
    assert [each for each in found if "[default: {}" not in each] == []  # of --help, which is translated


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('axes.set_xlabel("people gone")', ["people gone"]),
        ('errors.say(f"{n} runs are left")', ["{} runs are left", "{} runs are left"]),
        ('axes.plot(a, b, label="Mean")', ["Mean"]),
        ('axes.set_xlabel(_("people gone"))', []),
        ('RULE = "must be a place"', ["must be a place"]),
        ('RULE = said("must be a place")', []),
        ('def why():\n    return "no place" if a else said("b c")', ["no place"]),
        ('{"a": "must be text"}', ["must be text"]),
        ('errors.refuse(SAID["a b"].format(n=1))', []),
        ('errors.refuse(f"--precision-of {error}")', []),
    ],
)
def test_a_literal_is_found_where_there_is_one(code: str, told: list[str]) -> None:
    """By hand: the test above sees literals, whatever they are wrapped in, and passes over what is translated."""
    assert [text for _, text in untranslated(ast.parse(code), set())] == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("run", "qcap run: 缺少参数 'SCENARIO'"),
        ("run a b", "qcap run: 多余的参数（b）"),
        ("run a --bogus", "qcap run: 没有选项 --bogus"),
        ("run a --replications", "选项 '--replications' 后面要写一个值"),
        ("cap a", "qcap cap: 缺少选项 '--target'"),
        ("cap a --target b --precision 9", "qcap cap: '--precision' 的值无效：必须不大于0.5"),
        ("forecast a --days 0", "qcap forecast: '--days' 的值无效：必须不小于1"),
        ("sweep a --seed b", "qcap sweep: '--seed' 的值无效：必须是整数"),
        ("bogus", "qcap: 没有命令 'bogus'"),
    ],
)
def test_a_usage_error_is_told_in_chinese(
    words: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: typer's messages are English; they are told in the language of the day. Exit code 2, no traceback."""
    monkeypatch.setenv("QCAP_LANG", "zh")
    assert cli.main(words.split()) == 2
    assert told in capsys.readouterr().err
