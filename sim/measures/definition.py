"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sim.measures.scope import Results, Scope
from sim.words.language import translated


class Words(NamedTuple):
    """What a measure is called in tables, and what it means in a sentence for planners. English, to be translated."""

    label: str
    meaning: str


@dataclass(frozen=True)
class Measure:
    """What a measure is. `places` are "all", "first_street_site" or kinds of place: port, site, pool, street."""

    id: str
    words: Words
    given_by: Callable[[Scope], Results]
    """The function that computes it, with its family; functions that nothing asked for are not called."""
    unit: str
    places: tuple[str, ...]
    formula: str
    second_flow: bool = False
    """Measured on a second history of the same sample in which a limit is lifted, and only when asked for by name."""

    @property
    def label(self) -> str:
        """What tables call it, in the language of the day."""
        return translated(self.words.label)

    @property
    def meaning(self) -> str:
        """One sentence for planners, in the language of the day."""
        return translated(self.words.meaning)
