"""`qcap measures`: what a run can tell."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.shell import options as common
from sim.words import TABLE


def measures(as_json: common.Json = False, debug: common.Debug = False) -> None:  # noqa: ARG001  read by main
    """List all measures: id, unit, places and meaning."""
    from sim.measures.registry import REGISTRY  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415  heavy at start-up

    if as_json:
        show.print_json({"measures": [_entry(definition) for definition in REGISTRY.values()]})
        return
    columns = [TABLE[key] for key in ("measure", "unit", "places", "meaning")]
    table = show.plain_table(*columns, whole=columns[:1])
    for definition in REGISTRY.values():
        table.add_row(definition.id, definition.unit, ", ".join(definition.places), definition.meaning)
    show.console().print(table)


def _entry(definition: Any) -> dict[str, Any]:
    return {**asdict(definition), "label": definition.label, "meaning": definition.meaning}
