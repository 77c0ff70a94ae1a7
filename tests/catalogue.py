"""Catalogues of languages: every text of the program with its translation, in sim/words/locale.

    python tests/catalogue.py           # brings the .po up to date with the program; tells what has no translation
    python tests/catalogue.py --dump F  # what has no translation, as JSON: a list of English texts
    python tests/catalogue.py --take F  # takes translations from JSON: English text -> translation

English is the key. Texts stand in rows of measures, in tables of `sim.words`, in calls of `_`, in `--help` and in
docstrings of the schema.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from sim import cli
from sim.measures.registry import REGISTRY
from sim.scenario.tables.field_words import one_line
from sim.scenario.tables.schema import Scenario
from sim.words import language
from sim.words.commands import HEADINGS
from sim.words.pictures import MONTHS

ROOT = Path(__file__).parents[1]
SIM = ROOT / "sim"
FOLDER = SIM / "words" / "locale" / "zh_CN" / "LC_MESSAGES"
CONSTANTS = (
    "CHANCE_ONLY", "CALIBRATED_HEAD", "SAYS_NOTHING", "NARROWED", "SHIFTED", "NOT_MET", "WIDENED", "FEW_DRAWS",
    "FAILED", "DISHONEST", "TOO_FEW_PROOF", "ONE_RULE", "OTHER",
)  # fmt: skip

Text = str | tuple[str, str]
"""A text, or its forms for one and for many."""


def texts_of(value: Any) -> Iterator[str]:
    """All texts in a value of a table."""
    if isinstance(value, str):
        words = re.sub(r"\{[^}]*\}", "", value)
        if re.search(r"[^\W\d_]", words) or value.count("{") > 1:
            yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)


def in_tables() -> Iterator[tuple[Text, str]]:
    """Texts of `sim.words`, each with the place where it stands."""
    for file in sorted((SIM / "words").glob("*.py")):
        module = importlib.import_module("sim.words" if file.stem == "__init__" else f"sim.words.{file.stem}")
        written = re.findall(r"^(\w+)(?:: [^=]+)? = ", file.read_text(encoding="utf-8"), re.MULTILINE)
        for name, value in ((name, getattr(module, name)) for name in written):
            if isinstance(value, language.Texts):
                for key, each in value.english.items():
                    yield from ((text, f"{file.stem}.{name}[{key}]") for text in texts_of(each))
            elif name in CONSTANTS:
                yield value, f"{file.stem}.{name}"


def in_measures() -> Iterator[tuple[Text, str]]:
    """Labels and meanings of measures, which stand in the rows of their registry."""
    for measure in REGISTRY.values():
        yield from ((text, f"measure {measure.id}") for text in measure.words)


def in_calls() -> Iterator[tuple[Text, str]]:
    """Texts of `_("…")` and `said("…")`."""
    for file in sorted(SIM.rglob("*.py")):
        with file.open("rb") as source:
            for line, text, _comments, _context in extract("python", source, {"_": None, "said": None}):
                found = text if isinstance(text, str) else (str(text[0]), str(text[1]))
                yield found, f"{file.relative_to(ROOT).as_posix()}:{line}"


SPOKEN = {"Finding", "Fault", "fault", "ValueError", "BadInput", "Failed", "refuse", "StoreError", "ChunkError"}
SPOKEN |= {"ExecutorError", "EngineError", "NoLibraryError", "EnsembleError", "EngineChoice"}
RULE_NAMES = {"rule", "hint", "words", "reason", "why"}


def in_rules() -> Iterator[tuple[Text, str]]:
    """Rules without fields: texts handed to a fault or an error, or called a rule or a hint."""
    for file in sorted(SIM.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.expr | ast.stmt)):
            found: list[ast.expr] = []
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SPOKEN:
                found = [*node.args, *(each.value for each in node.keywords if each.arg in RULE_NAMES)]
            elif (
                isinstance(node, ast.Assign) and any(getattr(name, "id", "") in RULE_NAMES for name in node.targets)
            ) or (isinstance(node, ast.Assign) and "scenario" in file.parts and ast.unparse(node.targets[0]).isupper()):
                found = [node.value]
            elif isinstance(node, ast.Return) and "scenario" in file.parts:
                found = [node.value] if node.value else []
            for text in _alone(found):
                yield text, f"{file.relative_to(ROOT).as_posix()}:{node.lineno}"


def _alone(nodes: list[ast.expr]) -> Iterator[str]:
    """Texts of two words and more in expressions, those in calls within them left out."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.search(r"[a-z]{2,}[,:;]? [a-z(]", node.value) and "\n" not in node.value:
                yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _alone([node.body, node.orelse])
        elif isinstance(node, ast.Tuple | ast.List):
            yield from _alone(node.elts)
        elif isinstance(node, (ast.BoolOp, ast.Dict)):
            yield from _alone(node.values)


def in_help() -> Iterator[tuple[Text, str]]:
    """Texts of `--help`."""
    language.use("en")
    for name, command in get_command(cli._app()).commands.items():  # type: ignore[attr-defined]
        yield command.help, f"qcap {name}"
        for param in command.params:
            if text := getattr(param, "help", None):
                yield text, f"qcap {name} {param.opts[0]}"
    yield from ((heading, "headings of --help") for heading in (*HEADINGS, "Arguments"))


def in_schema() -> Iterator[tuple[Text, str]]:
    """Meanings of the tables and keys of a scenario."""
    todo, seen = [Scenario], set()
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        yield one_line(model.__doc__ or ""), model.__name__
        for name, field in model.model_fields.items():
            if field.description:
                yield field.description, f"{model.__name__}.{name}"
            todo += _models(field.annotation)


def _models(annotation: Any) -> Iterator[Any]:
    if inspect.isclass(annotation) and hasattr(annotation, "model_fields"):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)
    if hasattr(annotation, "__value__"):
        yield from _models(annotation.__value__)


def template() -> Catalog:
    """Every text of the program."""
    made = Catalog(project="qcap", locale="zh_CN", charset="utf-8", fuzzy=False)
    months = [(text, "months") for month in MONTHS for text in (month, month[:3])]
    for text, place in (*in_measures(), *in_tables(), *in_calls(), *in_rules(), *in_help(), *in_schema(), *months):
        if text:
            made.add(text, auto_comments=[place], flags=())
    return made


def up_to_date() -> Catalog:
    """The kept catalogue, with today's texts and no others."""
    file, fresh = FOLDER / "qcap.po", template()
    if not file.is_file():
        return fresh
    with file.open("rb") as source:
        kept = read_po(source, locale="zh_CN")
    for message in fresh:
        old = kept.get(message.id) if message.id else None
        if old is not None and old.string:
            message.string = old.string
    return fresh


def missing(catalogue: Catalog) -> list[Text]:
    """Texts without a translation."""
    without = (m for m in catalogue if m.id and not (m.string if isinstance(m.string, str) else all(m.string or ("",))))
    return [cast(Text, m.id) for m in without]


def write(catalogue: Catalog) -> None:
    """Write the .po: one line a message part, no dates, so that two writings are equal."""
    made = io.BytesIO()
    write_po(made, catalogue, width=0, no_location=True, omit_header=True, sort_output=False)
    head = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "qcap.po").write_text(head + made.getvalue().decode().lstrip(), encoding="utf-8")


def main() -> None:
    """See the docstring of the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--take", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is missing")
    asked = parser.parse_args()
    catalogue = up_to_date()
    if asked.take:
        given = json.loads(asked.take.read_text(encoding="utf-8"))
        for message in catalogue:
            key = message.id if isinstance(message.id, str) else message.id and message.id[0]
            if key and key in given:
                message.string = given[key] if isinstance(message.id, str) else (given[key],)
    left = missing(catalogue)
    if asked.check:
        raise SystemExit(f"{len(left)} texts without a translation" if left else 0)
    write(catalogue)
    if asked.dump:
        asked.dump.write_text(json.dumps(left, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{len(catalogue)} texts, {len(left)} without a translation")  # noqa: T201


if __name__ == "__main__":
    main()
