"""What is compared: which files, what they all extend, the measures to test, and how the alternatives are run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.keeping.manifest import HowMade, command_line
from sim.measures.registry import REGISTRY
from sim.runs.alternatives import Alternative, ComparisonSettings
from sim.runs.precision import with_place
from sim.scenario.faults import nearest
from sim.scenario.rules import known_places, split_headline
from sim.shell import errors, files
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleUse, draws_of_alternative
from sim.words.compare import REFUSED
from sim.words.observed import ENSEMBLE
from sim.words.say import clauses

if TYPE_CHECKING:
    from sim.flow.engines import EngineChoice
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

ROOMS_TAKEN = ("rooms_occupied_max", "all")
"""A measure that means little without those beside it: see `comparison_settings` and `answers.short_of_rooms`."""
FALLBACK = ("persons_served", "handover_to_coach_p95", "rooms_occupied_max", "sites_opened")
"""Measures to test where neither --primary nor the scenario names any."""


@dataclass(frozen=True)
class Chosen:
    """The scenarios of a comparison."""

    base: Reading
    others: tuple[Reading, ...]
    names: tuple[str, ...]
    """Of the base, then of the others."""


@dataclass(frozen=True)
class ComparePlan:
    """What is asked for."""

    chosen: Chosen
    alternatives: tuple[Alternative, ...]
    primary: tuple[tuple[tuple[str, str], ...], ...]
    """Measures to test, by alternative; those of the base are drawn for all."""
    settings: ComparisonSettings
    choice: EngineChoice
    doubt: tuple[str, ...]
    """What is said about an ensemble."""
    command: tuple[str, ...]
    out: Path
    force: bool
    plots: bool
    quiet: bool
    json: bool
    ensemble: dict[str, Any] | None
    fixed: dict[str, tuple[str, ...]]
    """By alternative: what it fixes and the base draws, in words."""


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
    return [file.resolve() for file in reading.chain]


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
    cells, slips = [split_headline(text) for text in texts], []
    places = known_places(scenario)
    for text, (measure, place) in zip(texts, cells, strict=True):
        for word, known, what in ((measure, REGISTRY, "no_measure"), (place, places, "no_place")):
            if word not in known:
                slip, hint = REFUSED[what].format(option=option, text=text), nearest(word, known)
                slips.append(clauses([slip, hint]) if hint else slip)
        if measure in REGISTRY and place == "all" and (example := with_place(measure, scenario)):
            slips.append(REFUSED["needs_place"].format(option=option, text=text, example=example))
    if len(cells) > 4:
        slips.append(REFUSED["many"].format(option=option, n=len(cells)))
    if len(set(cells)) < len(cells):
        slips.append(REFUSED["each_once"].format(option=option))
    if slips:
        errors.refuse("\n".join(slips))
    return cells


def alternatives_of(chosen: Chosen, doubt: EnsembleUse | None, option: Path | None) -> tuple[Alternative, ...]:
    """Base and others, each with its draws. Refuses scenarios that name different ensembles."""
    alternatives, base = [], chosen.base.scenario
    for name, reading in zip(chosen.names, (chosen.base, *chosen.others), strict=True):
        if option is None and reading.ensemble.real_file != chosen.base.ensemble.real_file:
            errors.refuse(ENSEMBLE["other"].format(name=name, base=chosen.names[0]))
        draws = draws_of_alternative(doubt, chosen.base, reading) if doubt else ()
        alternatives.append(Alternative(name, _with_own_title(reading.scenario, base, name), draws))
    return tuple(alternatives)


def _with_own_title(scenario: Scenario, base: Scenario, name: str) -> Scenario:
    """The scenario; with its file's name in a title that it has from the base, so that readers can tell them apart."""
    if scenario is base or scenario.title != base.title:
        return scenario
    return scenario.model_copy(update={"title": f"{scenario.title} ({name})"})


def tested_measures(chosen: Chosen, primary: list[str] | tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Measures to test in each alternative: --primary, or what the scenario's headlines say."""
    if primary:
        cells = tuple(cells_of(primary, chosen.base.scenario, "--primary"))
        return (cells,) * len(chosen.names)
    readings = (chosen.base, *chosen.others)
    return tuple(tuple(cells_of(r.scenario.headlines or FALLBACK, r.scenario, "headlines")) for r in readings)


def comparison_settings(
    replications: int, seed: int, engine: str, workers: int | None, asked: tuple[tuple[tuple[str, str], ...], ...]
) -> ComparisonSettings:
    """How alternatives are run; second flows run where one of these measures needs them."""
    executor = common.executor_of(workers or common.cores())
    second = {place for cells in asked for measure, place in cells if REGISTRY[measure].second_flow}
    if any(ROOMS_TAKEN in cells for cells in asked):  # rooms taken alone would praise a plan that has too few
        second.add(ROOMS_TAKEN[1])
    return ComparisonSettings(replications, seed, engine, executor, second_flows=tuple(sorted(second)))


def how_made(
    settings: ComparisonSettings, words: Sequence[str], seconds: float, warnings: Sequence[str] = ()
) -> HowMade:
    """What the manifest says of alternatives that were run with these settings. `words`: of the command line, without
    qcap.
    """
    return HowMade(settings.seed, settings.engine, settings.executor, command_line(words), seconds, warnings)
