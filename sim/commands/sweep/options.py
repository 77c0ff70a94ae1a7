"""Options of `qcap sweep`, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sim.shell.files import one_path
from sim.shell.options import RunSettings

REPLICATIONS, SEED = 20, 1

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=VALUES",
        help="START:STOP:STEP, a,b,c or lo..hi; a+b=1,2/3,4 moves two paths together; scenario=a.toml,b.toml "
        "takes files, * is expanded; repeatable.",
    ),
]
Few = Annotated[
    int | None,
    typer.Option(
        "--replications",
        min=1,
        max=100_000,
        metavar="N",
        help=f"Of each setting [default: {REPLICATIONS}, with an ensemble 100; more where targets need them].",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, metavar="S", help=f"The same travellers everywhere [default: {SEED}]."
    ),
]


PlanPath = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="A sweep kept as TOML.", callback=one_path)
]
DesignName = Annotated[
    str | None, typer.Option("--design", metavar="NAME", help="grid, lhs, sobol or saltelli [default: grid].")
]
PointsAsked = Annotated[
    int | None, typer.Option("--points", min=1, metavar="N", help="Settings of lhs and sobol; rows of saltelli.")
]
MeasureIds = Annotated[
    list[str] | None, typer.Option("--measures", metavar="IDS", help="Measures to keep, or all; see qcap measures.")
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster, tcp://host:8786.")
]
Authority = Annotated[Path | None, typer.Option("--tls-ca", metavar="FILE", help="For tls://: authority.")]
Certificate = Annotated[Path | None, typer.Option("--tls-cert", metavar="FILE", help="For tls://: certificate.")]
CertificateKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="For tls://: its key.")]
SweepOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Results folder [default: results/<scenario>-sweep-<date>-<time>]."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on in --out, with more settings or replications too; or start.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell how long it takes; write nothing.")]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")]


@dataclass(frozen=True, kw_only=True)
class SweepOptions(RunSettings):
    """How a sweep is run."""

    resume: bool
    measures: tuple[str, ...]
    """As asked for."""
    overrides: tuple[str, ...] = ()
    """What `--set`, or the plan file, lays over the scenario."""

    @property
    def resume_command(self) -> str:
        """The command that goes on with this sweep."""
        words = [word for word in self.command if word not in ("--resume", "--force")]
        if not any(word.split("=")[0] == "--out" for word in words):
            words += ["--out", str(self.out)]
        return " ".join(f'"{word}"' if " " in word else word for word in ("qcap", *words, "--resume"))
