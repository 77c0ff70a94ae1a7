"""`qcap cap`: up to how many arrivals a target holds, and what gives first."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.scenario.faults import nearest
from sim.scenario.files.changing import changed
from sim.scenario.files.documents import scenario_hash, to_toml
from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, doubt_words, read_ensemble_use, replications_of
from sim.shell.errors import all_or_nothing
from sim.words.compare import CAP
from sim.words.say import clauses, day_words, listed, number, percent, stated_percent
from sim.words.screens import VERDICTS
from sim.words.user_text import for_markdown

if TYPE_CHECKING:
    from sim.commands.cap.search import Cap, CapQuestion, Tried
    from sim.scenario.tables.schema import Scenario

DEFAULT = 60
"""Replications without an ensemble, where nobody says how many."""

TargetName = Annotated[
    str, typer.Option("--target", metavar="NAME", help="Name of a target of the scenario.", show_default=False)
]
Confidence = Annotated[
    float, typer.Option("--confidence", min=0.5, max=0.9999, metavar="SHARE", help="How sure to be that it holds.")
]
Precision = Annotated[
    float, typer.Option("--precision", min=0.001, max=0.5, metavar="SHARE", help="How exactly to find the factor.")
]


def cap(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    target: TargetName,
    confidence: Confidence = 0.95,
    precision: Precision = 0.02,
    replications: Annotated[int | None, common.replications_option(DEFAULT)] = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Find the largest arrivals at which a target still holds.

    Exit code 1 when fresh replications contradict the search.
    """
    from sim.commands.cap.search import CapQuestion, find_cap  # noqa: PLC0415
    from sim.commands.compare.plan import comparison_settings, how_made  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415
    from sim.keeping.manifest import manifest  # noqa: PLC0415
    from sim.keeping.store import drafted  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    here, doubt = reading.scenario, read_ensemble_use(ensemble, reading)
    least = _least(here, target, confidence)
    replications = replications_of(replications, DEFAULT, doubt, least or 1)
    _check(here, scenario, target, replications, confidence)
    question = CapQuestion(here, target, confidence, precision, doubt.draws if doubt else ())
    choice = choose(engine, replications * 10)
    measure = (here.targets[target].measure, "all")
    settings = comparison_settings(replications, seed, choice.engine, workers, ((measure,),))
    folder = common.results_folder(out, f"cap-{common.scenario_name(scenario)}")
    if not quiet:
        errors.say(*(doubt.lines(replications) if doubt else ()), str(choice))
    started = time.monotonic()
    with all_or_nothing(), drafted(folder, force=force) as draft:
        progress = None if quiet else lambda tried: errors.say(_step(tried, question))
        found = find_cap(question, settings, progress)
        lines = [*sentences(found, question), CAP["tell"].format(tell=doubt_words(doubt.facts() if doubt else None))]
        own = {"ensemble": doubt.facts() if doubt else None, "replications": settings.replications, "answer": lines}
        how = how_made(settings, context.obj, time.monotonic() - started)
        content = manifest(how, own | _facts(found, question))
        _keep(draft.folder, found, here, content)
        place = draft.publish()
    _show(place, content, quiet=quiet, as_json=as_json)
    return errors.FAILED if found.factor is None and found.contradicted else errors.RAN


def _show(place: Path, content: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    from sim.shell import show  # noqa: PLC0415

    if as_json:
        show.print_json({"folder": str(place), **content})
        return
    console = show.console()
    for line in () if quiet else content["answer"]:
        console.print(line)
    errors.put(place)


def _check(scenario: Scenario, path: str, target: str, replications: int, confidence: float) -> None:
    """Raise BadInput for a target that is not there, or runs too few to show it."""
    if target not in scenario.targets:
        hint = nearest(target, scenario.targets) or _known(scenario)
        errors.refuse(CAP["no_target"].format(target=target, path=path, hint=hint))
    least = _least(scenario, target, confidence)
    if least is None:
        errors.refuse(CAP["never_certain"].format(target=target))
    if replications < least:
        errors.refuse(f"--replications {replications}: " + CAP["too_few"].format(n=replications, least=least))


def _least(scenario: Scenario, target: str, confidence: float) -> int | None:
    """Fewest replications that can show the target; None for one that none can, or that is not there."""
    from sim.numbers.verdicts import fewest_replications  # noqa: PLC0415

    there = scenario.targets.get(target)
    return fewest_replications(there.share_of_runs, 1 - confidence) if there else None


def _known(scenario: Scenario) -> str:

    names = listed(scenario.targets)
    return CAP["targets"].format(names=names) if names else CAP["no_targets"]


def _step(tried: Tried, question: CapQuestion) -> str:
    from sim.shell.sentences import at_least  # noqa: PLC0415

    resource = _resource(tried.resource, question.scenario) if tried.resource else ""
    return CAP["step"].format(
        part=CAP[f"part.{tried.part}"].format(resource=resource),
        factor=f"{tried.factor:.4g}", met=tried.met, n=tried.n,
        low=at_least(tried.low), confidence=stated_percent(question.confidence),
        verdict=VERDICTS[tried.verdict],
    )  # fmt: skip


def sentences(found: Cap, question: CapQuestion) -> Iterator[str]:
    """The answer in words: headroom, what gives first, how it was found."""
    from sim.shell.sentences import target_words  # noqa: PLC0415

    scenario = question.scenario
    what = target_words(scenario, question.target)
    searched = [tried for tried in found.tried if tried.part == "search"]
    if found.factor is None and found.contradicted:
        yield CAP["not_verified"].format(factor=f"{max(t.factor for t in searched if t.holds):.4g}")
    elif found.factor is None:
        yield CAP["none"].format(what=what, factor=f"{min(t.factor for t in searched):.3g}")
    elif found.beyond is None:
        yield CAP["no_end"].format(what=what, factor=f"{max(t.factor for t in searched):g}")
    else:
        enough = found.factor >= 1
        yield CAP["headroom" if enough else "headroom_below"].format(
            what=what, share=stated_percent(question.target.share_of_runs), title=scenario.title,
            confidence=stated_percent(question.confidence), factor=f"{found.factor:.3g}",
            room=percent(found.factor - 1 if enough else 1 / found.factor - 1),
        )  # fmt: skip
        yield _intake(scenario, found.factor)
    if found.beyond is not None:
        yield from _first(found, found.beyond, scenario)
    if found.factor is not None:
        yield CAP["verified"].format(n=found.base.n)


def _intake(scenario: Scenario, factor: float) -> str:
    """People a day at the cap and now, of a steady day and of the busiest: the mean of a surge shows neither."""
    import numpy as np  # noqa: PLC0415

    from sim.sampling.expected import expected  # noqa: PLC0415  numpy and scipy: only where there is something to say

    there = changed(scenario, {"arrivals.factor": scenario.arrivals.factor * factor}, by="qcap cap")
    days, at_cap = (expected(one).by_day.sum(axis=0) for one in (scenario, there))  # people added are not multiplied
    of, words = (
        {"steady": float(np.median(people)), "busiest": float(people.max()), "mean": float(people.mean())}
        for people in (days, at_cap)
    )
    key = "intake_alike" if of["busiest"] <= 1.01 * min(of["steady"], of["mean"]) else "intake"
    return CAP[key].format(
        **{name: number(people) for name, people in words.items()},
        **{f"{name}_now": number(people) for name, people in of.items()},
        day=day_words(scenario.first_day + dt.timedelta(days=int(days.argmax())), with_year=scenario.several_years),
    )  # fmt: skip


def _first(found: Cap, beyond: Tried, scenario: Scenario) -> Iterator[str]:
    """What gives first, as lifting one limit after the other shows."""
    lifted = sorted((t for t in found.tried if t.part == "lifted"), key=lambda tried: -tried.met)
    all_of_them = clauses(
        CAP["lifted"].format(resource=_resource(t.resource, scenario), met=t.met, n=t.n) for t in lifted
    )
    words = {"factor": f"{beyond.factor:.3g}", "met": beyond.met, "n": beyond.n, "lifted": all_of_them}
    first = clauses(_resource(tried.resource, scenario) for tried in found.gives_first)
    key = {0: "first_none", 1: "first"}.get(len(found.gives_first), "first_alike")
    yield CAP[key].format(resource=first, **words)
    if beyond.used_up:
        yield CAP["used_up"].format(factor=f"{beyond.factor:.3g}", n=beyond.used_up, runs=beyond.n)


def _resource(resource: str, scenario: Scenario) -> str:
    """What was without limit, in words."""
    pool = scenario.pools.get(resource)
    return CAP["staff"].format(pool=pool.name or resource) if pool else CAP[f"resource.{resource}"]


def _facts(found: Cap, question: CapQuestion) -> dict[str, Any]:
    """What the manifest says of this command alone."""
    return {
        "experiment": "cap", "title": question.scenario.title, "scenario_hash": scenario_hash(question.scenario),
        "target": question.name, "confidence": question.confidence, "precision": question.precision,
        "factor": found.factor, "verified": found.verified,
    }  # fmt: skip


def _keep(folder: Path, found: Cap, scenario: Scenario, content: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    from sim.keeping.store import MANIFEST, write_json, write_table  # noqa: PLC0415

    rows = []
    for tried in found.tried:
        row = asdict(tried)
        row.pop("flags")
        rows.append(row | {"holds": tried.holds})
    write_table(folder / "factors.csv", pd.DataFrame(rows))
    (folder / "answer.md").write_text(
        "\n\n".join(map(for_markdown, content["answer"])) + "\n", encoding="utf-8", newline="\n"
    )
    (folder / "scenario.toml").write_bytes(to_toml(scenario).encode("utf-8"))
    write_json(folder / MANIFEST, content)
