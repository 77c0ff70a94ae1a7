"""`--ensemble FILE`, for every command that runs replications: the option, what it reads, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.files import one_path
from sim.labels.calibrate import ENSEMBLE

if TYPE_CHECKING:
    from sim.experiments.ensemble import Ensemble
    from sim.scenario.schema import Scenario

EnsembleFile = Annotated[
    Path | None,
    typer.Option(
        "--ensemble",
        metavar="FILE",
        help="Values that fit the reported figures, from qcap calibrate: draw m goes with replication m.",
        callback=one_path,
    ),
]


@dataclass(frozen=True)
class Doubt:
    """An ensemble, and what a scenario leaves it to vary."""

    ensemble: Ensemble
    draws: tuple[Mapping[str, Any], ...]
    """For `Job.draws`."""
    fixed: tuple[str, ...]
    """Paths at which the scenario's own value stays."""

    def lines(self, replications: int) -> list[str]:
        """What a planner must know before reading results."""
        n, varied = len(self.ensemble), len(self.ensemble.paths) - len(self.fixed)
        lines = [ENSEMBLE["used"].format(name=self.ensemble.name, draws=n, values=varied)]
        lines += [ENSEMBLE["doubt"] if varied else ENSEMBLE["nothing"]]
        if self.ensemble.source.rule:
            lines.append(ENSEMBLE["rule"].format(rule=self.ensemble.source.rule))
        if self.fixed and varied:
            lines.append(ENSEMBLE["fixed"].format(paths=", ".join(self.fixed)))
        words = {"replications": f"{replications:,}", "draws": f"{n:,}", "next": f"{n + 1:,}"}
        if varied and replications != n:
            lines.append(ENSEMBLE["again" if replications > n else "some"].format(**words))
        return lines

    def facts(self) -> dict[str, Any]:
        """For the manifest."""
        source = self.ensemble.source
        return {
            "file": self.ensemble.name,
            "draws": len(self.ensemble),
            "varied": [path for path in self.ensemble.paths if path not in self.fixed],
            "fixed": list(self.fixed),
            "calibrated": {"scenario": source.scenario, "seed": source.seed, "sources_hash": source.sources_hash},
        }


def read_doubt(file: Path | None, scenario: Scenario, overrides: Sequence[str] | None) -> Doubt | None:
    """The ensemble in a file and what this scenario leaves it to vary; None without a file. Raises ScenarioError."""
    if file is None:
        return None
    from sim.experiments.ensemble import fixed_paths, open_draws, read_ensemble  # noqa: PLC0415  heavy at start-up

    ensemble = read_ensemble(file, scenario)
    fixed = fixed_paths(scenario, ensemble, overrides or ())
    return Doubt(ensemble, open_draws(ensemble, fixed), fixed)
