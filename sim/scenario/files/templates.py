"""Scenarios that `qcap init` copies: `minimal` from the package, `xiangzhou` from the package or the checkout.

The real case exists once, in scenarios/; a wheel carries it into the package (force-include in pyproject.toml).
`minimal` stands there in English and in Chinese: the same values, other comments, names and sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.faults import Fault, ScenarioError, either, nearest
from sim.scenario.files.documents import (
    LARGEST_CSV,
    LARGEST_TOML,
    figures_beside,
    parse_toml,
    put_files,
    read_data,
    read_text,
    unknowns_beside,
)
from sim.scenario.files.drafts import ENSEMBLE, NO_ENSEMBLE
from sim.scenario.tables.shape import ROW_TABLES
from sim.words.language import said

TEMPLATES = ("minimal", "xiangzhou")

_BESIDE = {"xiangzhou": ("hellewell2021_pcr_sensitivity_by_day.csv",)}
"""Files that a template has ready but does not name: another choice, named in a comment."""

_PACKAGE = Path(__file__).parents[1] / "templates"
_CHECKOUT = Path(__file__).parents[3] / "scenarios"


def template_file(name: str, language: str = "en") -> Path:
    """The TOML file of a template, with comments in this language where there are such; raises when there is none."""
    if name not in TEMPLATES:
        fault = Fault(
            "--from",
            "",
            name,
            said('"{name}": must be {templates}', name=name, templates=either(TEMPLATES)),
            nearest(name, TEMPLATES),
        )
        raise ScenarioError([fault])
    kept = _PACKAGE / name
    places = (kept / f"scenario.{language}.toml", kept / "scenario.toml", _CHECKOUT / f"{name}.toml")
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise ScenarioError([Fault("--from", "", name, said('"{name}" is not part of this installation', name=name))])
    return file


def template_files() -> Iterator[tuple[str, Path]]:
    """Every template by its name, once in each language that it has."""
    for name in TEMPLATES:
        for file in dict.fromkeys(template_file(name, language) for language in ("en", "zh")):
            yield name, file


def copy_template(name: str, folder: str | Path, language: str = "en", *, workbook: bool = False) -> tuple[Path, ...]:
    """Write a template's scenario.toml, the CSV files and the ensemble that it names, its reported figures and its
    unknowns to `folder`, which is made if need be. Comments are in this language where the template has such.

    `workbook`: a scenario.xlsx in place of scenario.toml and its CSV files. Returns the files written, the scenario
    first. Raises `ScenarioError`, and writes nothing, when one of them is there already or the folder cannot be
    written.
    """
    source, target = template_file(name, language), Path(folder)
    text = read_text(source, source.name, LARGEST_TOML)
    texts, tree = {} if workbook else {"scenario.toml": text}, parse_toml(text, source.name)
    for csv_name in () if workbook else dict.fromkeys((*_csv_names(tree), *_BESIDE.get(name, ()))):
        texts[csv_name] = read_text(source.parent / csv_name, csv_name, LARGEST_CSV)
    figures = figures_beside(source)
    if figures.is_file():
        texts[figures_beside(target / "scenario.toml").name] = read_text(figures, figures.name, LARGEST_CSV)
    unknowns = unknowns_beside(source)
    if unknowns.is_file():
        texts[unknowns_beside(target / "scenario.toml").name] = read_text(unknowns, unknowns.name, LARGEST_TOML)
    contents = {"scenario.xlsx": _as_workbook(source)} if workbook else {}
    contents |= {each: content.encode("utf-8") for each, content in texts.items()}
    if tree.get(ENSEMBLE, NO_ENSEMBLE) != NO_ENSEMBLE:
        contents[tree[ENSEMBLE]] = read_data(source.parent / tree[ENSEMBLE], tree[ENSEMBLE], LARGEST_CSV)
    put_files(target, contents)
    return tuple(target / each for each in contents)


def _as_workbook(source: Path) -> bytes:
    from sim.scenario.files.converting import own_tables, workbook_of  # noqa: PLC0415  only where one is asked for

    return workbook_of(own_tables(source), source.parent)


def _csv_names(value: Any, keys: tuple[str, ...] = ("list", "file", *ROW_TABLES)) -> list[str]:
    """File names under the keys that name files: tables of rows at the top, others anywhere."""
    if not isinstance(value, dict):
        return []
    here = [entry for key, entry in value.items() if key in keys and isinstance(entry, str)]
    return here + [name for entry in value.values() for name in _csv_names(entry, ("list", "file"))]
