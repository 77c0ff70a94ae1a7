"""What replay, forecast and backtest are asked, and what they keep of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.scenario.faults import folded
from sim.shell import errors, files
from sim.shell import options as common
from sim.words import SAID
from sim.words.real_days import REAL_DAYS

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from sim.commands.data.observed import Observed
    from sim.flow.engines import EngineChoice
    from sim.runs.chunk_runner import Where
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

ObservedFile = Annotated[
    Path,
    typer.Option(
        "--observed", metavar="FILE", help="What was observed, as qcap import writes it.", callback=files.one_path
    ),
]
Replications = Annotated[
    int, typer.Option("--replications", min=20, max=10_000, metavar="N", help="Replications of each forecast.")
]
Refit = Annotated[
    bool,
    typer.Option("--fit-stay/--no-fit-stay", help="Take the stay that would fit the days until then."),
]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")]


@dataclass(frozen=True)
class Asked:
    """What one call is about."""

    command: str
    words: tuple[str, ...]
    name: str
    reading: Reading
    seen: Observed
    choice: EngineChoice
    where: Where
    replications: int
    seed: int
    out: Path
    force: bool
    plots: bool
    quiet: bool
    json: bool
    started: float

    @property
    def scenario(self) -> Scenario:
        """What the file says."""
        return self.reading.scenario


def asked(  # noqa: PLR0913  what options say, by name
    command: str, words: Sequence[str], scenario: str, overrides: list[str] | None, observed: Path | None,
    *, replications: int, jobs: int, seed: int, workers: int | None, engine: str, out: Path | None, force: bool,
    plots: bool, quiet: bool, as_json: bool,
) -> Asked:  # fmt: skip
    """The scenario, what was observed, and how it is computed; warnings are said. Raises ScenarioError, BadInput."""
    from sim.commands.data.observed import Observed, read_observed  # noqa: PLC0415  heavy at start-up
    from sim.flow.engines import choose  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    seen = read_observed(observed, reading.scenario) if observed else Observed()
    name = common.scenario_name(scenario)
    choice = choose(engine, replications * jobs)
    made = Asked(
        command, tuple(words), name, reading, seen, choice, common.here(choice, workers, replications * jobs),
        replications, seed, common.results_folder(out, f"{command}-{name}"), force, plots, quiet, as_json,
        time.monotonic(),
    )  # fmt: skip
    if not quiet:
        errors.say(*(SAID["warning"].format(words=line) for line in folded(reading.warnings)), str(choice))
        if seen.unknown:
            names = ", ".join(seen.unknown[:5]) + (" …" if len(seen.unknown) > 5 else "")
            errors.say(REAL_DAYS["unknown"].format(names=names))
    return made


def date_asked(text: str | None, option: str) -> dt.date | None:
    """A date of an option. Raises BadInput."""
    from sim.scenario.tables.types import parse_date  # noqa: PLC0415
    from sim.words.language import spoken  # noqa: PLC0415

    try:
        return None if text is None else parse_date(text)
    except ValueError as error:
        errors.refuse(f"{option} {text}: {spoken(error.args[0])}")


def manifest_of(ask: Asked, facts: dict[str, Any], notes: Sequence[str] = ()) -> dict[str, Any]:
    """How a results folder was made."""
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.scenario.files.writing import scenario_hash  # noqa: PLC0415

    how = HowMade(
        ask.seed, ask.choice.engine, ask.where.executor, command_line(ask.words), time.monotonic() - ask.started, notes
    )
    own = {"experiment": ask.command, "title": ask.scenario.title, "scenario_hash": scenario_hash(ask.scenario)}
    return manifest(how, own | {"replications": ask.replications, "engine_why": str(ask.choice.why)} | facts)


def keep(
    ask: Asked,
    tables: Mapping[str, pd.DataFrame],
    draw: Callable[[Path], Sequence[str]],
    facts: dict[str, Any],
    scenario: Scenario | None = None,
) -> Path:
    """Write the results folder: tables by file name, the scenario that was run where it is not the one that was read,
    pictures where they are asked for (`draw` says why any is not there), the manifest.
    """
    from sim.keeping.store import MANIFEST, drafted, write_json, write_table  # noqa: PLC0415
    from sim.scenario.files.writing import to_toml  # noqa: PLC0415

    with drafted(ask.out, force=ask.force) as draft:
        for name, table in tables.items():
            write_table(draft.folder / name, table)
        if scenario is not None:
            (draft.folder / "scenario.toml").write_bytes(to_toml(scenario).encode("utf-8"))
        notes = draw(draft.folder) if ask.plots else ()
        write_json(draft.folder / MANIFEST, manifest_of(ask, facts, notes))
        return draft.publish()
