"""How many values of a scenario are somebody else's: of the file it extends, or still those of a template."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.files import Reading, read
from sim.scenario.files.converting import template_files
from sim.scenario.provenance import DEFAULT_WORDS, ProvenanceRow

ENOUGH = 1 / 3
"""Share of a scenario's values that must be a template's before it counts as made from it."""


@dataclass(frozen=True)
class Origins:
    """Counts of values; a value that follows from no file is nobody's."""

    values: int
    inherited: int
    """Given by a file that the scenario extends, and not changed."""
    parent: str
    template: str
    """Template that the scenario was made from, empty for none."""
    as_in_template: int
    """Same value and same source as in that template: nobody has replaced or confirmed it."""

    @property
    def not_yours(self) -> int:
        """Values that this scenario took over as they were."""
        return max(self.inherited, self.as_in_template)


def origins(reading: Reading) -> Origins:
    """Count. The template's own file, read where it is, has no template."""
    given = [row for row in reading.provenance if row.words != DEFAULT_WORDS and row.file]
    chain = [file for file in reading.files if file.suffix.lower() != ".csv"]
    own = chain[-1]
    own_text = own.read_text(encoding="utf-8-sig") if len(chain) > 1 else ""
    inherited = [row for row in given if len(chain) > 1 and _is_inherited(row, own.name, own_text)]
    template, same = _template(reading, given)
    return Origins(
        values=len(reading.provenance),
        inherited=len(inherited),
        parent=chain[-2].name if len(chain) > 1 else "",
        template=template,
        as_in_template=same,
    )


def _is_inherited(row: ProvenanceRow, own: str, own_text: str) -> bool:
    """Whether a parent's file gave the value, or a CSV file that the scenario itself does not name.

    Files in rows are written as seen from the scenario's folder, in which its own file is just its name.
    """
    if row.file.lower().endswith(".csv"):
        return row.file not in own_text
    return row.file not in (own, "--set")


def _template(reading: Reading, given: list[ProvenanceRow]) -> tuple[str, int]:
    best, most = "", 0
    for name, source in template_files():
        if any(file.resolve() == source.resolve() for file in reading.files):
            continue
        theirs = {_key(row) for row in read(source).provenance}
        same = sum(_key(row) in theirs for row in given)
        if same > most:
            best, most = name, same
    return (best, most) if given and most >= ENOUGH * len(given) else ("", 0)


def _key(row: ProvenanceRow) -> tuple[str, str, str, str]:
    return row.path, str(row.value), row.kind, row.words
