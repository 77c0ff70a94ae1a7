"""Scenario files copied and converted: TOML with its CSV files into a workbook, a workbook into TOML.

Only what a file says itself is converted: `extends` and `ensemble` stay names of files, found from the new place.
Tables that a TOML file keeps in CSV files become sheets; back, all stands in the TOML file but the list of hotels,
which stays a CSV file where the table of sources speaks of it.

`qcap init` copies `minimal` from the package, `xiangzhou` from the package or the checkout. The real case exists once,
in scenarios/; a wheel carries it into the package (force-include in pyproject.toml). `minimal` stands there in English
and in Chinese: the same values, other comments, names and sources.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, either, nearest
from sim.scenario.files.csv_tables import fill_from_csv
from sim.scenario.files.documents import (
    LARGEST_CSV,
    LARGEST_TOML,
    figures_beside,
    is_workbook,
    parse_toml,
    put_files,
    read_data,
    read_text,
    scenario_file,
    tables_to_toml,
    unknowns_beside,
)
from sim.scenario.files.drafts import ENSEMBLE, NO_ENSEMBLE, draft_of, tables_of
from sim.scenario.tables.shape import ROW_TABLES, SITE_SETTINGS, at_path, put_at, row_paths
from sim.words.language import said


@dataclass(frozen=True)
class OwnTables:
    """What one scenario file says itself, its CSV files read into it."""

    file: FilePath
    tree: dict[str, Any]
    listed: Set[Path]
    """Values of sites that stand in a list."""


def own_tables(path: str | os.PathLike[str]) -> OwnTables:
    """The tables of a scenario file. Raises ScenarioError when it or a file that it names cannot be read."""
    file = scenario_file(path)
    draft = draft_of(file)
    level = draft.main.level
    faults, _unsure = fill_from_csv(draft)
    if draft.faults or faults:
        raise ScenarioError([*draft.faults, *faults])
    raw = tables_of(file, file.name).tree
    own: dict[str, Any] = {key: raw[key] for key in ("schema", "extends", ENSEMBLE) if key in raw}
    for here in _paths(draft.tree, ()):
        if draft.origin(here).level == level or at_path(raw, here) is not None:
            put_at(own, here, draft.at(here))
    for rows in row_paths(own):
        if isinstance(at_path(own, rows), dict):
            put_at(own, rows, list(at_path(own, rows).values()))
    _renamed_notes(own)
    origins = {here: draft.origin(here) for here in _paths(draft.tree, ())}
    listed = {here for here, at in origins.items() if at.level == level and at.is_row_of_sites(here)}
    return OwnTables(file, own, listed)


def _paths(value: Any, path: Path) -> Iterable[Path]:
    """Paths of all values and of empty tables."""
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _paths(entry, (*path, key))
    elif path:
        yield path


def _renamed_notes(own: dict[str, Any]) -> None:
    """Sources of files whose values stand in the tables now are sources of these values."""
    notes: dict[str, str] = own.get("provenance", {})
    for path, text in list(notes.items()):
        around, _dot, last = path.rpartition(".")
        if last != "file":
            continue
        for key in ("values", "days", "shares"):
            if at_path(own, (*around.split("."), key)) is not None:
                notes.setdefault(f"{around}.{key}", text)
                notes.pop(path, None)


def moved(tables: OwnTables, folder: FilePath) -> dict[str, Any]:
    """The tables with the names of other files as they are found from `folder`."""
    tree = dict(tables.tree)
    for key in ("extends", ENSEMBLE):
        if isinstance(tree.get(key), str) and tree[key] != NO_ENSEMBLE:
            tree[key] = _from(tables.file.parent / tree[key], folder)
    return tree


def _from(file: FilePath, folder: FilePath) -> str:
    try:
        return os.path.relpath(file, folder).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return str(file.resolve())


def workbook_of(tables: OwnTables, folder: FilePath) -> bytes:
    """The workbook that stands for the tables in `folder`."""
    from sim.scenario.files.book.writing import write_scenario  # noqa: PLC0415  only where one is written

    out = io.BytesIO()
    write_scenario(out, moved(tables, folder), tables.listed)
    return out.getvalue()


def toml_files(tables: OwnTables, target: FilePath) -> Mapping[str, str]:
    """Names and texts of the files that stand for the tables beside each other: `target`, and the list of hotels where
    the table of sources speaks of it.
    """
    tree = moved(tables, target.parent)
    texts: dict[str, str] = {}
    if "sites.list" in tree.get("provenance", {}) and tables.listed:
        name = f"{target.stem}_hotels.csv"
        sites = tree["sites"]
        texts[name] = _hotels(sites, tables.listed)
        kept = {key: value for key, value in sites.items() if key in SITE_SETTINGS or not isinstance(value, dict)}
        own = {key: _unlisted(key, value, tables.listed) for key, value in sites.items() if key not in kept}
        tree["sites"] = {"list": name, **kept, **{key: value for key, value in own.items() if value}}
    return {target.name: tables_to_toml(tree), **texts}


def _unlisted(site: str, table: dict[str, Any], listed: Set[Path]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for path in _paths(table, ()):
        if ("sites", site, *path) not in listed and at_path(table, path) != {}:
            put_at(out, path, at_path(table, path))
    return out


def _hotels(sites: Mapping[str, Any], listed: Set[Path]) -> str:
    """The list of hotels as CSV."""
    rows = []
    for site in sites:
        if site in SITE_SETTINGS or not isinstance(sites[site], dict):
            continue
        paths = [path for path in _paths(sites[site], ()) if ("sites", site, *path) in listed]
        values = {"_".join(path): at_path(sites[site], path) for path in paths}
        if values:
            rows.append({"id": site} | {key: value for key, value in values.items() if value != {}})
    columns = list(dict.fromkeys(("number", "id", *(key for row in rows for key in row))))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def converted(file: FilePath, target: FilePath) -> tuple[FilePath, ...]:
    """Write a scenario file in the form that the name of `target` says; returns the files written.

    Raises ScenarioError, and writes nothing, when one of them is there already or cannot be written.
    """
    tables = own_tables(file)
    if is_workbook(target):
        contents = {target.name: workbook_of(tables, target.parent)}
    else:
        contents = {name: text.encode("utf-8") for name, text in toml_files(tables, target).items()}
    put_files(target.parent, contents)
    return tuple(target.parent / name for name in contents)


TEMPLATES = ("minimal", "xiangzhou")

_BESIDE = {"xiangzhou": ("hellewell2021_pcr_sensitivity_by_day.csv",)}
"""Files that a template has ready but does not name: another choice, named in a comment."""

_PACKAGE = FilePath(__file__).parents[1] / "templates"
_CHECKOUT = FilePath(__file__).parents[3] / "scenarios"


def template_file(name: str, language: str = "en") -> FilePath:
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


def template_files() -> Iterator[tuple[str, FilePath]]:
    """Every template by its name, once in each language that it has."""
    for name in TEMPLATES:
        for file in dict.fromkeys(template_file(name, language) for language in ("en", "zh")):
            yield name, file


def copy_template(
    name: str, folder: str | FilePath, language: str = "en", *, workbook: bool = False
) -> tuple[FilePath, ...]:
    """Write a template's scenario.toml, the CSV files and the ensemble that it names, its reported figures and its
    unknowns to `folder`, which is made if need be. Comments are in this language where the template has such.

    `workbook`: a scenario.xlsx in place of scenario.toml and its CSV files. Returns the files written, the scenario
    first. Raises `ScenarioError`, and writes nothing, when one of them is there already or the folder cannot be
    written.
    """
    source, target = template_file(name, language), FilePath(folder)
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


def _as_workbook(source: FilePath) -> bytes:

    return workbook_of(own_tables(source), source.parent)


def _csv_names(value: Any, keys: tuple[str, ...] = ("list", "file", *ROW_TABLES)) -> list[str]:
    """File names under the keys that name files: tables of rows at the top, others anywhere."""
    if not isinstance(value, dict):
        return []
    here = [entry for key, entry in value.items() if key in keys and isinstance(entry, str)]
    return here + [name for entry in value.values() for name in _csv_names(entry, ("list", "file"))]
