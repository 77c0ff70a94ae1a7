"""Keys, ids and values of users stay as they are in every language; what libraries say is told in that of the day."""

from __future__ import annotations

import pickle
import re
import tomllib
from pathlib import Path

import catalogue
import pytest

from sim.cli import main
from sim.scenario.faults import Fault, ScenarioError, either, nearest
from sim.scenario.files.documents import parse_toml
from sim.scenario.files.translation import _Tail
from sim.scenario.tables.disruptions import KINDS
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import ID_WORDS
from sim.words.language import recognised, said, speaking
from sim.words.say import in_order
from sim.words.scenario import CSV, SYSTEM, TOML

WORDS = [str(each.id) for each in catalogue.up_to_date() if re.fullmatch(r"\w+", str(each.id))]
"""Texts of the program that might be keys, ids or values too."""
LATIN = re.compile(r"[A-Za-z]{3,}")


def test_a_plain_field_of_a_sentence_is_never_translated() -> None:
    """words: each word of the catalogue as a key that is meant, as a file, as a path and as a value."""
    with speaking("zh"):
        for word in WORDS:
            assert f'"{word}"' in str(nearest(word, [word]))
            assert str(Fault(word, word, word, "must be given")) == f'{word}: {word} = "{word}": 必须给出'
            assert word in str(said('no such port "{port}"', port=word))


def test_a_text_of_the_program_in_a_sentence_is_translated() -> None:
    """words: by hand, a rule inside a rule."""
    rule = said("number {position} of the list {rule}", position=2, rule=said("must be a number"))
    assert rule == "number 2 of the list must be a number"
    with speaking("zh"):
        assert str(rule) == "列表的第2项必须是数"


@pytest.mark.parametrize("key", sorted({*Scenario.model_fields} - {"schema_version"}))
def test_a_misspelt_table_is_told_by_its_key_in_chinese(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: the key that was meant is told as it must be typed."""
    wrong = key[:-2] + key[-1]
    (tmp_path / "case.toml").write_text(f"[{wrong}]\nbogus = 1\n")
    assert main(["check", str(tmp_path / "case.toml"), "--lang", "zh"]) == 2
    assert f'case.toml: {wrong}: 未知的键；是否想写 "{key}"？' in capsys.readouterr().err


def test_words_for_tables_and_values_inside_a_fault_are_translated() -> None:
    """words: what an entry of a table is called, what disruptions hit and what their values must be."""
    with speaking("zh"):
        for word in (*ID_WORDS.values(), *(kind.hits for kind in KINDS.values()), *(k.value for k in KINDS.values())):
            assert not word or re.search(r"[\u4e00-\u9fff]", str(said(word))), word


def test_a_list_in_a_sentence_is_told_with_the_signs_of_the_language() -> None:
    """words: by hand, one of three, and a value that may be of two types."""
    rule = said("must be {words}", words=either(["a", "b", "c"]))
    assert rule == 'must be "a", "b" or "c"'
    with speaking("zh"):
        assert str(rule) == '必须是"a"、"b" 或 "c"'
        assert str(_Tail(said("must be a date such as 2020-03-03"))).startswith("日期")
        assert str(pickle.loads(pickle.dumps(_Tail(said("must be a number"))))) == "数"


BROKEN = (
    "a", "a = ", "a 1", "= 1", "a = [1", "a = {b = 1", "a = {b = 1, b = 2}", 'a = "x', 'a = "x\ny"', "a = '''x", '"""',
    'a = "\\q"', 'a = "\\u12"', 'a = "\\ud800"', "[a", "[[a]", "[a]\nb.c = 1\n[a.b]", "a = 1\na = 2", "a = 1\na.b = 2",
    "a = {}\na.b = 1", "[[a]]\n[a]", "a = 2020-13-01", "a = 1 b = 2", "a = yes", "a = 1\x01", "# \x01", "a = 08:00",
    "a = 2020/1/1", "a = " + "9" * 5000, "a = [" * 2000, "[a]\n[[a]]",
)  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text)[:25])
def test_what_the_reader_of_toml_says_is_told_in_chinese(text: str) -> None:
    """words: no Latin word is left but TOML, Unicode and what stands in the file."""
    with speaking("zh"), pytest.raises(ScenarioError) as error:
        parse_toml(text, "f")
    with speaking("zh"):
        told = str(error.value.faults[0]).removeprefix("f: ")
    assert re.search(r"[\u4e00-\u9fff]", told)
    assert LATIN.findall(re.sub(r"TOML|Unicode|true|false", "", told)) == []


def test_every_message_of_the_reader_of_toml_is_known() -> None:
    """words: of this Python's own tomllib, read from its source; those of a key given twice have one rule."""
    source = Path(tomllib.__file__).with_name("_parser.py").read_text(encoding="utf-8")
    told = re.findall(r"(?:suffixed_err|TOMLDecodeError|KeyError)\(\s*(?:src, \w+(?: - \d)?, )?f?(\"[^\n]*\")", source)
    messages = [eval(each.rstrip(",")) for each in told]
    assert len(messages) > 15
    for message in messages:
        if not message.startswith(("Cannot ", "File must", "{msg}")):
            words = message[0].lower() + re.sub(r"\{[^}]*\}", "'x'", message[1:])
            assert recognised(words, TOML) in {text.format(sign="'x'", key="'x'") for text in TOML.english.values()}


def test_what_the_system_and_the_reader_of_csv_say_is_told_in_chinese() -> None:
    """words: a folder that may not be written, and a cell that is too long."""
    with speaking("zh"):
        assert str(said("Permission denied")) in SYSTEM.values()
        assert str(recognised("field larger than field limit (131072)", CSV)) == "单元格内容过长，超过131072个字符"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0（全部30次相同）人；", "0人（全部30次相同）；"),
        ("启用78 [77至86]天，771 ± 6人 [742至788]", "启用78天 [77至86]，771 ± 6人 [742至788]"),
        ("2,110 ± 20 [2,030至2,209]间", "2,110 ± 20间 [2,030至2,209]"),
        ("最多2（0至6）人", "最多2人（0至6）"),
        ("0（至多0.03）人", "0人（至多0.03）"),
        ("12（60次模拟中有3次）小时", "12小时（60次模拟中有3次）"),
        ("2（1至3）[0至4]人", "2（1至3）[0至4]人"),
        ("2（1至3） [0至4]人", "2人（1至3） [0至4]"),
        ("91.2%（90.8至91.6%）的天数", "91.2%（90.8至91.6%）的天数"),
        ("30（含转出）人员", "30（含转出）人员"),
        ("3（甲口岸）人", "3（甲口岸）人"),
    ],
)
def test_a_counter_stands_behind_its_number(before: str, after: str) -> None:
    """words: by hand."""
    with speaking("zh"):
        assert in_order(before) == after
    with speaking("en"):
        assert in_order(before) == before
