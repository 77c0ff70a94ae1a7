"""Files of a comparison: which they are, what they all extend, and what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.shell import errors, files
from sim.shell import options as common
from sim.words.compare import REFUSED

if TYPE_CHECKING:
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario


@dataclass(frozen=True)
class Chosen:
    """The scenarios of a comparison."""

    base: Reading
    others: tuple[Reading, ...]
    names: tuple[str, ...]
    """Of the base, then of the others."""


def read_all(patterns: Sequence[str], base: str | None, overrides: list[str] | None) -> Chosen:
    """Base and others. Without `base` it is the nearest file that all of them extend, or one of them that all others
    extend. Raises ScenarioError with the faults of all files.
    """
    names_given = [str(file) for file in files.expanded(patterns)]
    readings = common.read_scenarios([*names_given, *([base] if base else [])], overrides)
    chains = [_chain(reading) for reading in readings[: len(names_given)]]
    base_file = _chain(readings[-1])[-1] if base else _common(chains, names_given)
    found = [i for i, chain in enumerate(chains) if chain[-1] == base_file]
    if base:
        main = readings[-1]
    elif found:
        main = readings[found[0]]
    else:
        main = common.read_scenario(str(base_file), overrides)
    others = [i for i in range(len(names_given)) if i not in found]
    if not others:
        errors.refuse(REFUSED["no_other"])
    names = (common.scenario_name(str(base_file)), *(common.scenario_name(names_given[i]) for i in others))
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        errors.refuse(REFUSED["twice"].format(name=twice[0]))
    return Chosen(main, tuple(readings[i] for i in others), names)


def _chain(reading: Reading) -> list[Path]:
    """Files from the top of the `extends` chain to the scenario's own."""
    return [file.resolve() for file in reading.files if file.suffix.lower() == ".toml"]


def _common(chains: Sequence[Sequence[Path]], files: Sequence[str]) -> Path:
    """The nearest file of all chains; of a single scenario the file that it extends."""
    if len(chains) == 1:
        if len(chains[0]) < 2:
            errors.refuse(REFUSED["no_parent"].format(file=files[0]))
        return chains[0][-2]
    shared = [file for file in chains[0] if all(file in chain for chain in chains[1:])]
    if not shared:
        errors.refuse(REFUSED["no_common"])
    return shared[-1]


def cells_of(texts: Sequence[str], scenario: Scenario, option: str) -> list[tuple[str, str]]:
    """Measures and places of `--primary`; all slips at once. Raises BadInput."""
    from sim.measures.registry import REGISTRY  # noqa: PLC0415
    from sim.runs.precision import with_place  # noqa: PLC0415
    from sim.scenario.faults import nearest  # noqa: PLC0415
    from sim.scenario.rules.questions import known_places, split_headline  # noqa: PLC0415

    cells, slips = [split_headline(text) for text in texts], []
    places = known_places(scenario)
    for text, (measure, place) in zip(texts, cells, strict=True):
        for word, known, what in ((measure, REGISTRY, "measure"), (place, places, "place")):
            if word not in known:
                hint = nearest(word, known)
                slips.append(f"{option} {text}: no such {what}" + (f"; {hint}" if hint else ""))
        if measure in REGISTRY and place == "all" and (example := with_place(measure, scenario)):
            slips.append(REFUSED["needs_place"].format(option=option, text=text, example=example))
    if len(cells) > 4:
        slips.append(f"{option}: {len(cells)} measures; at most 4, because they are tested together")
    if len(set(cells)) < len(cells):
        slips.append(f"{option}: each measure and place once")
    if slips:
        errors.refuse("\n".join(slips))
    return cells
