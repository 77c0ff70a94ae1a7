"""Values for keys that no made-up scenario names, where the field's own rule says what may be given.

A switch has two values, a choice its words, a share its ends and its middle, a duration nothing at all and what is
usual. So a new key of this kind is reached without a line in `strategies`; other keys, and those that must suit other
keys, are made up there by hand.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from strategies import Draw, Table

from sim.scenario.tables.shape import at_path, type_at
from sim.scenario.tables.types import Unit, Usual

HERE = Path(__file__).parent
BY_HAND = {
    key
    for name in ("strategies.py", "strategies_care.py")
    for key in re.findall(r'"(\w+)"', (HERE / name).read_text(encoding="utf-8"))
}
"""Keys that the other files name."""


SCALES = {"share, 0 to 1": [0.0, 0.5, 1.0], "factor": [0.5, 2.0]}
"""Values of units that are the same for every key."""
HOUR = {"minutes": 60.0, "hours": 1.0, "days": 1.0}
"""Whole hours in units of time."""


def values_of(info: FieldInfo, *, coarse: bool) -> list[Any]:
    """What the rule of a field says may be given, in part; nothing where it does not. `coarse`: durations of hours."""
    kind, marks = info.annotation, [*info.metadata]
    for optional in get_args(kind) if type(None) in get_args(kind) else ():
        marks += getattr(optional, "__metadata__", ())
    unit = next((mark.name for mark in marks if isinstance(mark, Unit)), "")
    usual = next((mark for mark in marks if isinstance(mark, Usual)), None)
    if kind is bool:
        return [False, True]
    if get_origin(kind) is Literal:
        return list(get_args(kind)) if len(get_args(kind)) > 1 else []
    if usual is not None and unit in HOUR:
        return [0.0, HOUR[unit]] if coarse else [0.0, float(usual.least), float(usual.most)]
    return SCALES.get(unit, [])


@st.composite
def with_keys_by_rule(draw: Draw[Any], scenario: Table, path: tuple[str, ...] = (), *, coarse: bool) -> Table:
    """The scenario with some of these keys, in a quarter of the tables that may have them: changes it."""
    table = at_path(scenario, path)
    model = type_at(tuple(key for key in path if key != "candidates"), scenario)  # users write sites.<id>
    if path[-1:] != ("candidates",) and isinstance(model, type) and issubclass(model, BaseModel):
        for name, info in model.model_fields.items():
            values = [] if name in BY_HAND else values_of(info, coarse=coarse)
            if values and draw(st.integers(0, 3)) == 0:
                table[name] = draw(st.sampled_from(values))
    for key, below in table.items():
        if isinstance(below, dict):
            draw(with_keys_by_rule(scenario, (*path, key), coarse=coarse))
    return scenario
