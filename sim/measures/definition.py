"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim import words as labels
from sim.measures.scope import Results, Scope


@dataclass(frozen=True)
class Measure:
    """What a measure is. `places` are "all", "first_street_site" or kinds of place: port, site, pool, street."""

    id: str
    given_by: Callable[[Scope], Results]
    """The function that computes it, with its family; functions that nothing asked for are not called."""
    unit: str
    places: tuple[str, ...]
    formula: str
    second_flow: bool = False
    """Measured on a second history of the same sample in which a limit is lifted, and only when asked for by name."""

    @property
    def label(self) -> str:
        """What tables call it."""
        return labels.MEASURES[self.id].label

    @property
    def meaning(self) -> str:
        """One sentence for planners."""
        return labels.MEASURES[self.id].meaning
