"""A remark on a scenario: a code, with the numbers that go into its sentence (`sim.words.CHECKS`); no words here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Remark:
    """One thing to look at. `place` is an id of the scenario, empty for the whole of it."""

    code: str
    place: str = ""
    values: dict[str, Any] = field(default_factory=dict)
