"""Roles and counts of replications as words for pictures, from the templates in `sim.words`."""

from __future__ import annotations

from sim.words import PICTURES, ROLE_NAMES, ROLES
from sim.words.say import number


def phrase(key: str, **fields: object) -> str:
    """The words of a picture with its fields filled in."""
    return PICTURES[key].format(**fields)


def with_role(text: str, role: str) -> str:
    """A reported figure with the name of its role behind it, where it has one."""
    return phrase("reported.with", text=text, role=ROLE_NAMES.get(role, role)) if role else text


def roles_note(*reported: tuple[float, str] | None) -> str:
    """What the roles of the figures shown mean: a sentence for each of them that has a meaning."""
    roles = dict.fromkeys(figure[1] for figure in reported if figure is not None)
    return " ".join(
        phrase("reported.role", role=ROLE_NAMES[role], meaning=ROLES[role]) for role in roles if role in ROLE_NAMES
    )


def replications(n: int) -> str:
    """How many replications a picture rests on."""
    return phrase("replications_one") if n == 1 else phrase("replications", n=number(n))


def over_runs(kind: str, n: int, *, short: bool = False) -> str:
    """What a number is over the runs: kind "median" or "mean"; `short` leaves out how many runs there are."""
    if n == 1:
        return phrase("one_run")
    return phrase(kind) if short else phrase(f"{kind}_of", n=number(n))


def bands_note(n: int) -> str:
    """What lines and bands of a picture mean."""
    return phrase("bands.note_one") if n == 1 else phrase("bands.note", n=number(n))


def bands_note_over(n: int) -> str:
    """As `bands_note`, where lines do not run over hours."""
    return phrase("bands.note_one") if n == 1 else phrase("bands.lines", n=number(n))
