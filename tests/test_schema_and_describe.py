"""`qcap schema` and `qcap describe`: pages made from the schema and from a scenario, which is data."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from cli_case import ROOT, SMALL, write_small

from sim.cli import main
from sim.commands.papers.checklist import checklist
from sim.scenario import load, read
from sim.scenario.tables.field_words import json_schema, markdown, sections
from sim.scenario.tables.shape import ID_WORDS, leaves
from sim.words.language import speaking

CASES = sorted(file for file in (ROOT / "scenarios").rglob("*.toml") if not file.stem.endswith("_unknowns"))


def plain(value: object) -> object:
    """TOML as editors hand it to a JSON Schema: dates are text."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@pytest.mark.parametrize("file", CASES, ids=lambda path: path.stem)
def test_every_scenario_of_the_repository_keeps_the_json_schema(file: Path) -> None:
    """Validated by another program: what `load` takes, an editor takes."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(plain(tomllib.loads(file.read_text(encoding="utf-8"))), schema)


WRONG = {
    "an unknown key": SMALL.replace("headcount = 4", "headcuont = 4"),
    "a clock time that is none": SMALL.replace('"08:00"', '"8 o\'clock"'),
    "a share above 1": SMALL.replace("not_diverted_share = 0.2", "not_diverted_share = 1.2"),
    "an unknown setting of sites": SMALL.replace('allocation = "spread"', 'allocations = "spread"'),
    "a policy that there is not": SMALL.replace('allocation = "spread"', 'allocation = "best"'),
    "no title": SMALL.replace('title = "Two hotels for three days"', ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_editors_are_told_of_slips(case: str) -> None:
    """Each slip breaks the JSON Schema; the sound scenario does not."""
    jsonschema.validate(plain(tomllib.loads(SMALL)), json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(tomllib.loads(WRONG[case])), json_schema())


def test_the_page_has_every_value_of_the_case_with_its_unit() -> None:
    """Each value of the Xiangzhou case is a key of a table of the page, with the unit that check shows."""
    keys: dict[str, set[str]] = {entry.key: set() for section in sections() for entry in section.entries}
    for section in sections():
        for entry in section.entries:
            keys[entry.key].add(entry.unit)
    for leaf in leaves(load(ROOT / "scenarios" / "xiangzhou.toml")):
        key = leaf.path[-1] if leaf.path[-1] in keys else leaf.path[-2]
        assert key in keys, leaf.path
        assert leaf.unit in keys[key], leaf.path


def test_every_key_has_a_meaning_and_a_rule() -> None:
    """No empty cell where a planner looks for what to write; `kind` tells forms of a table apart and needs no words."""
    lacking = [
        (section.paths[0], entry.key)
        for section in sections()
        for entry in section.entries
        if not entry.rule or (not entry.meaning and entry.key != "kind")
    ]
    assert lacking == []


def test_the_page_says_path_unit_rule_default_and_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    """words: lines as promised, from the schema's own text."""
    assert main(["schema"]) == 0
    page = capsys.readouterr().out
    assert page == markdown()
    for line in (
        "| `schema` |  | one of 1 | must be given | Version of this schema (written as `schema`). |",
        "| `days` | days of 24 h | number, table, at least 0, at most 366 | must be given | From arrival at the site",
        '| `review_time` | clock time, HH:MM | clock time in quotes, "HH:MM" | "08:00" | Time of the daily closing',
        "## `pools.<pool>.shifts.<shift>`",
        "## `registration`, `check_in`, `release.minutes`",
    ):
        assert line in page
    assert set(ID_WORDS.values()) >= {"port", "pool", "site"}


def test_json_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints one document; --out writes UTF-8 and names the file, or says in one line that it can not."""
    assert main(["schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(json_schema(), default=str))
    assert main(["schema", "--json", "--out", str(tmp_path / "s.json")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 's.json'}\n"
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["title"] == "Reference of scenarios"
    assert main(["schema", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path}: can not be written, is it open in another program? Everything else was written\n"
    )


ITEMS = (
    "1.1 Purpose", "1.2 Model outputs", "1.3 Aims", "2.1 Diagram", "2.2 Logic", "2.3 Logic", "2.4 Algorithms",
    "2.5.1 Entities", "2.5.2 Activities", "2.5.3 Resources", "2.5.4 Queues", "2.5.5 Entry", "3.1 Data sources",
    "3.2 Pre-processing", "3.3 Input parameters", "3.4 Assumptions", "4.1 Initialisation", "4.2 Run length",
    "4.3 Estimation", "5.1 Software", "5.2 Random sampling", "5.3 Execution", "5.4 System", "6.1 Sharing",
)  # fmt: skip


def test_the_checklist_has_all_items_of_stress_des(capsys: pytest.CaptureFixture[str]) -> None:
    """The items of Monks et al. (2019), in order; what the program cannot know is marked for the reader."""
    assert main(["describe", str(ROOT / "scenarios" / "xiangzhou.toml")]) == 0
    page = capsys.readouterr().out
    places = [page.index(f"### {item}") for item in ITEMS]
    assert places == sorted(places)
    assert page.count("**to be filled in by you**") >= 7
    for words in (
        "Site of a new coach load: that with most free rooms.",
        "33 seats",
        "| guests in all |",
        "2020-05-12 (71 days)",
        "Philox",
    ):
        assert words in page


def test_a_results_folder_fills_in_its_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seed, replications and engine are those of the manifest; without one the list says when they are known."""
    file = write_small(tmp_path)
    assert main(["describe", str(file)]) == 0
    assert "known once it has run" in capsys.readouterr().out
    words = ["--replications", "2", "--workers", "1", "--seed", "7", "--no-plots", "--quiet"]
    assert main(["run", str(file), *words, "--out", str(tmp_path / "r")]) == 0
    assert main(["describe", str(tmp_path / "r"), "--out", str(tmp_path / "d.md")]) == 0
    page = (tmp_path / "d.md").read_text(encoding="utf-8")
    assert "This run: 2 replications, seed 7." in page
    assert "known once it has run" not in page


def test_texts_of_a_scenario_stay_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A title and a name full of Markdown and HTML neither end a table nor open a tag."""
    text = SMALL.replace("Two hotels for three days", "<script>|x| `a` **b** [c](d)").replace('"Gongbei"', '"G|<b>_x_"')
    assert main(["describe", str(write_small(tmp_path, text))]) == 0
    page = capsys.readouterr().out
    assert "<script>" not in page.replace(r"\<script\>", "")
    assert r"\<script\>\|x\| \`a\` \*\*b\*\* \[c\](d)" in page
    assert r"G\|\<b\>\_x\_" in page


def test_the_checklist_tells_all_that_takes_time_or_can_run_short(capsys: pytest.CaptureFixture[str]) -> None:
    """words: the case has visits, swabs, a laboratory, a hospital and a brigade; a textbook case has none of them."""
    assert main(["describe", str(ROOT / "scenarios" / "xiangzhou.toml")]) == 0
    page = capsys.readouterr().out
    for line in (
        "| visit: meals | at 07:30, 12:00, 18:00: 2 minutes a room, 0 a person |",
        "| swab | 4 minutes a person |",
        "| ride to the site | 20 to 55 minutes by site |",
        "| stay | 14 days |",
        "| airing of the room | 35.25 hours |",
        "| people of the reserve brigade | 816 |",
        "| beds of the designated hospital | no limit |",
    ):
        assert line in page
    assert "Swabs on days 1, 13 of the stay, results 24 hours later." in page
    assert "calls 10 people of the reserve brigade, who come 24 hours later for 7 days" in page
    assert main(["describe", str(ROOT / "scenarios" / "textbook" / "coach_hold.toml")]) == 0
    plain = capsys.readouterr().out
    assert "people of the reserve brigade" not in plain
    assert "The scenario sets no targets." in plain
    assert main(["describe", str(ROOT / "scenarios" / "textbook" / "mmc.toml")]) == 0
    queue = capsys.readouterr().out
    assert "- No sites." in queue
    assert "- Parties travel alone, at once." in queue


def test_the_checklist_tells_disruptions_and_when_nothing_takes_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: two kinds of disruptions with their numbers; a port where nobody is registered or placed."""
    day = "from_day = 2020-03-04, value = 0.5 }"
    rows = [f'{{ kind = "staff_absent", place = "gongbei", {day}', f'{{ kind = "arrivals_factor", place = "all", {day}']
    file = write_small(tmp_path, f"disruptions = [{', '.join([*rows, rows[1]])}]\n{SMALL}")
    assert main(["describe", str(file)]) == 0
    assert "Disruptions: staff\\_absent (1), arrivals\\_factor (2)." in capsys.readouterr().out
    alone = SMALL[: SMALL.index("[registration]")].replace("coaches = 2\n", "")
    assert main(["describe", str(write_small(tmp_path, alone.replace("= 0.2", "= 1.0")))]) == 0
    assert "No task takes time." in capsys.readouterr().out


def english_in(page: str) -> list[str]:
    """Lines with two English words in a row that are no code, no text of a scenario in quotes and no link."""
    plain = [re.sub(r"`[^`]*`|\"[^\"]*\"|an invented district", "", line) for line in page.splitlines()]
    return [line for line in plain if re.search(r"\b[a-zA-Z]{3,},? [a-z]{2,}\b", line)]


def test_the_reference_has_no_english_sentence_in_chinese() -> None:
    """words: docstrings of tables and keys, rules, units and defaults; keys, paths and words of choices stay."""
    with speaking("zh"):
        page, schema = markdown(), json_schema()
    assert english_in(page) == []
    assert "至少1" in page
    assert [text for text in descriptions(schema) if not re.search(r"[\u4e00-\u9fff]", text)] == []
    assert "至少" not in markdown()


def descriptions(node: object) -> Iterator[str]:
    """What editors show beside a key."""
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield node["description"]
        for value in node.values():
            yield from descriptions(value)
    elif isinstance(node, list):
        for value in node:
            yield from descriptions(value)


def test_the_checklist_has_no_english_sentence_in_chinese() -> None:
    """words: on the district, whose own words are Chinese but for three; laws of times keep their ids."""
    with speaking("zh"):
        page = checklist(read(ROOT / "scenarios" / "district"), (), {})
    shown = [line for line in english_in(page) if not re.search(r"kind \w+、mean", line)]
    assert shown == []
    assert "default of the schema" not in page
    assert "程序默认值" in page
