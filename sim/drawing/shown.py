"""A scenario as pictures call it: names that no font can show give way to ids, a title to the name of its file."""

from __future__ import annotations

from typing import TypeVar

from sim.drawing.text import on_one_line, readable
from sim.scenario.tables.arrivals import Port
from sim.scenario.tables.schema import Pool, Scenario, Site

Named = TypeVar("Named", Port, Pool, Site)


def as_shown(scenario: Scenario, file: str = "") -> Scenario:
    """The scenario without names that the fonts cannot show, so that ids stand for them, and with `file` for such a
    title; left out, the title stays and the page says that it cannot be shown. For words only, never to be run.
    """
    sites = scenario.sites
    if sites is not None:
        sites = sites.model_copy(update={"candidates": _named(dict(sites.candidates))})
    return scenario.model_copy(
        update={
            "title": text_or(scenario.title, file or scenario.title),
            "ports": _named(dict(scenario.ports)),
            "pools": _named(dict(scenario.pools)),
            "sites": sites,
        }
    )


def text_or(text: str, otherwise: str) -> str:
    """The text where the fonts have a sign for all of it, else the other one."""
    return text if readable(on_one_line(text)) else otherwise


def _named(tables: dict[str, Named]) -> dict[str, Named]:
    """Without the names that cannot be shown."""
    return {key: table.model_copy(update={"name": text_or(table.name, "")}) for key, table in tables.items()}
