"""Words that users see: each stands in `sim.words` once, is used, and is filled in as its template asks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sim.measures.registry import REGISTRY
from sim.words import commands, pages, pictures, screens

SIM = Path(__file__).parents[1] / "sim"
BY_KEY = ("SAID", "CHECKED", "TABLE", "MESSAGES", "OUTLOOK", "SCREEN", "PICTURES", "DESCRIBE", "REFERENCE", "CHECKS")
"""Tables whose keys are written where the words are used."""
TABLES = {name: table for part in (commands, pages, pictures, screens) for name, table in vars(part).items()}


def written() -> tuple[set[str], list[re.Pattern[str]]]:
    """Texts that stand in the program outside labels, and those that are put together, such as f"{kind}_of"."""
    found, put_together = set(), []
    for file in SIM.rglob("*.py"):
        if file.parent == SIM / "words" and file.stem not in ("days", "say"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [str(p.value) if isinstance(p, ast.Constant) else "" for p in node.values]
                if re.fullmatch(r"(?=.*[a-z0-9])[a-z0-9_.]{3,}", "".join(parts)):
                    put_together.append(re.compile(r"[\w.]+".join(map(re.escape, _joined(parts)))))
    return found, put_together


def _joined(parts: list[str]) -> list[str]:
    """What stands before, between and behind the fields."""
    texts = [""]
    for part in parts:
        texts = [*texts[:-1], texts[-1] + part] if part else [*texts, ""]
    return texts


WRITTEN, PATTERNS = written()


def used(key: str) -> bool:
    """Whether the key is written somewhere, in one piece, put together, or as the singular of one that is."""
    plain = key.removesuffix("_one")
    return key in WRITTEN or plain in WRITTEN or any(pattern.fullmatch(key) for pattern in PATTERNS)


@pytest.mark.parametrize("table", BY_KEY)
def test_no_word_is_left_over(table: str) -> None:
    """words: every key of a table is written where it is used; a key that is not is a sentence that nobody sees."""
    assert [key for key in TABLES[table] if not used(key)] == []


def test_every_measure_has_words() -> None:
    """words: no two measures of the registry are called the same, and what each means is a sentence."""
    assert len({measure.label for measure in REGISTRY.values()}) == len(REGISTRY)
    assert [name for name, measure in REGISTRY.items() if not measure.label or not measure.meaning.endswith(".")] == []


@pytest.mark.parametrize("table", BY_KEY)
def test_templates_can_be_filled_in(table: str) -> None:
    """words: every {} has a name, so that a translation may change their order."""
    for key, text in TABLES[table].items():
        assert "{}" not in text, key
        assert re.sub(r"\{[a-z_0-9]+(![rs])?(:[^{}]*)?\}", "", text).count("{") == 0, key


def printed(tree: ast.Module) -> list[str]:
    """Texts of two words or more that are handed straight to print, say, refuse or a console."""
    calls = ("print", "say", "refuse", "Failed", "BadInput", "add_row")
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in calls:
            continue
        for argument in node.args:
            texts = [p.value for p in ast.walk(argument) if isinstance(p, ast.Constant) and isinstance(p.value, str)]
            found += [text for text in texts if re.search(r"[a-z]{2,} [a-z]{2,}", text)]
    return found


COMMANDS = [SIM / "cli.py", *sorted((SIM / "commands").rglob("*.py")), *sorted((SIM / "shell").glob("*.py"))]


@pytest.mark.parametrize("file", COMMANDS, ids=lambda file: file.relative_to(SIM).as_posix())
def test_commands_print_words_of_labels_only(file: Path) -> None:
    """words: no sentence stands in a command itself."""
    assert printed(ast.parse(file.read_text(encoding="utf-8"))) == []
