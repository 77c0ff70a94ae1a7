"""`qcap tornado`: which assumption matters, and which one turns a target that holds into one that is missed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.numbers.verdicts import NOT_CERTAIN, fewest_replications, replications_for_verdicts
from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, doubt_words, read_ensemble_use, replications_of, words_on_pictures
from sim.shell.errors import all_or_nothing, require_results
from sim.words.compare import COMPARE, TORNADO
from sim.words.language import _
from sim.words.screens import VERDICTS

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.tornado.plan import Tornado
    from sim.keeping.manifest import HowMade
    from sim.scenario.tables.schema import Scenario

DEFAULT = 40
"""Replications without an ensemble, where nobody says how many."""
LONGEST = 18
"""Characters of a value in a label."""
SHOWN = 6
"""Assumptions that the screen lists for each measure."""


def tornado(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    replications: Annotated[int | None, common.replications_option(DEFAULT)] = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the picture.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Show which assumption matters, and which flips a target.

    Each is moved to both ends of its range ([ranges] of the scenario); measures are the scenario's headlines.
    """
    from sim.commands.compare.plan import comparison_settings, how_made  # noqa: PLC0415
    from sim.commands.tornado.plan import ends_of  # noqa: PLC0415
    from sim.commands.tornado.plan import tornado as run  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415
    from sim.keeping.store import drafted  # noqa: PLC0415
    from sim.shell.errors import shown_progress  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    here, doubt = _with_headlines(reading.scenario, scenario), read_ensemble_use(ensemble, reading)
    ends = ends_of(here)
    replications = replications_of(replications, DEFAULT, doubt, _enough_to_tell(here, len(ends)))
    total = replications * (1 + len(ends))
    choice = choose(engine, total)
    settings = comparison_settings(replications, seed, choice.engine, workers, (_cells(here),))
    name = common.scenario_name(scenario)
    folder = common.results_folder(out, f"tornado-{name}")
    if not quiet:
        errors.say(*(doubt.lines(replications) if doubt else ()), str(choice), *_too_few(here, len(ends), replications))
    started = time.monotonic()
    with all_or_nothing(), drafted(folder, force=force) as draft:
        with shown_progress(
            total, _("{name}, {n} ends of ranges, seed {seed}").format(name=name, n=len(ends), seed=seed), not quiet
        ) as progress:
            done = run(here, ends, settings, progress, doubt.draws if doubt else ())
        require_results(done.compared)
        about, how = doubt.facts() if doubt else None, how_made(settings, context.obj, time.monotonic() - started)
        notes = _keep(draft.folder, here, done, how, about, plots=plots)
        place = draft.publish()
    if as_json:
        _print_json(place, done)
        return errors.RAN
    if not quiet:
        _print(here, done, how, doubt_words(about))
        errors.say(*notes)
    errors.put(place)
    return errors.RAN


def _with_headlines(scenario: Scenario, path: str) -> Scenario:
    """The scenario. Raises BadInput when it names no measure."""
    if not scenario.headlines:
        hint = 'headlines = ["persons_served", "sites_opened"]'
        errors.refuse(TORNADO["no_measure"].format(scenario=path, hint=hint))
    return scenario


def _print_json(place: Path, done: Tornado) -> None:
    from sim.shell import show  # noqa: PLC0415

    show.print_json({"folder": str(place), "ends": show.records(_table(done)), "targets": _flips(done)})


def _enough_to_tell(scenario: Scenario, ends: int) -> int:
    """Replications with which every target can get a verdict at every end."""
    return replications_for_verdicts((target.share_of_runs for target in scenario.targets.values()), ends)


def _too_few(scenario: Scenario, ends: int, replications: int) -> Iterator[str]:
    """Words on targets of which so few replications can not say that they hold at any end."""
    for name, target in scenario.targets.items():
        needed = fewest_replications(target.share_of_runs, statements=ends)
        if needed is not None and needed > replications:
            yield TORNADO["few"].format(n=replications, target=name, ends=ends, needed=needed)


def _cells(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    from sim.scenario.rules import split_headline  # noqa: PLC0415

    return tuple(split_headline(text) for text in scenario.headlines)


def _keep(
    folder: Path, scenario: Scenario, done: Tornado, how: HowMade, ensemble: dict[str, Any] | None,
    *, plots: bool,
) -> list[str]:  # fmt: skip
    """Write the results; returns notes about a picture that is not there."""
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    from sim.keeping.manifest import manifest  # noqa: PLC0415
    from sim.keeping.store import MANIFEST, write_json, write_table  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_hash, to_toml  # noqa: PLC0415

    write_table(folder / "tornado.csv", _table(done))
    write_table(folder / "targets.csv", pd.DataFrame(_flips(done)))
    (folder / "scenario.toml").write_bytes(to_toml(scenario).encode("utf-8"))
    notes: list[str] = []
    if plots:
        from sim.commands.tornado import pictures as drawing  # noqa: PLC0415
        from sim.drawing.page import keep_picture  # noqa: PLC0415
        from sim.drawing.text import as_shown  # noqa: PLC0415

        (folder / "plots").mkdir()
        tables = _run_tables(scenario, done, how.seed, words_on_pictures(ensemble))
        note = keep_picture(folder / "plots", "tornado", lambda: drawing.draw(tables, _bars(as_shown(scenario), done)))
        notes = [note] if note else []
    own = {
        "experiment": "tornado", "title": scenario.title, "scenario_hash": scenario_hash(scenario),
        "replications": done.compared.replications, "ends": len(done.ends), "ensemble": ensemble,
        "run_again_on_simpy": {"runs": done.compared.rerun, "identical": True} if done.compared.rerun else None,
    }  # fmt: skip
    write_json(folder / MANIFEST, manifest(replace(how, warnings=notes), own))
    return notes


def _run_tables(scenario: Scenario, done: Tornado, seed: int, tell: str) -> Any:
    import pandas as pd  # noqa: PLC0415

    from sim.drawing.tables import RunTables  # noqa: PLC0415

    return RunTables(
        scenario.title, scenario.first_day, scenario.last_day, done.compared.replications, seed,
        pd.DataFrame(), tell=tell,
    )  # fmt: skip


def _table(done: Tornado) -> pd.DataFrame:
    """One row for each end and headline."""
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    rows = []
    for end in done.ends:
        for cell in done.cells:
            row = done.rows.get((end.name, cell))
            if row is not None:
                rows.append({
                    "path": end.path, "side": end.side, "value": _words(end.value, end.side), "measure": cell[0],
                    "place": cell[1], "unit": row.unit, "n": row.n, "base": row.base, "at_end": row.value,
                    "difference": row.difference, "low": row.low, "high": row.high, "method": row.method,
                })  # fmt: skip
    return pd.DataFrame(rows)


def _flips(done: Tornado) -> list[dict[str, Any]]:
    return [
        {
            "target": flip.target, "path": flip.path, "side": flip.side, "value": _words(flip.value, flip.side),
            "n": flip.end.n, "base_share": flip.base.share, "share": flip.end.share, "low": flip.end.low,
            "high": flip.end.high, "base_verdict": flip.base.verdict, "verdict": flip.end.verdict, "flips": flip.flips,
        }
        for flip in done.flips
    ]  # fmt: skip


def _words(value: Any, side: str) -> str:
    """A value in a label; long lists are only named."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if len(text) <= LONGEST:
        return text
    return TORNADO["list" if side == "low" else "other_list"]


def _bars(scenario: Scenario, done: Tornado) -> Any:
    """The picture's numbers in the units shown."""
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    from sim.commands.tornado.pictures import Bars  # noqa: PLC0415
    from sim.drawing.tables import Panel  # noqa: PLC0415
    from sim.measures.registry import measure_words, path_words  # noqa: PLC0415
    from sim.words.say import common_unit, number, phrase, with_unit  # noqa: PLC0415

    panels, bars = [], []
    some = [next((row for (_, at), row in done.rows.items() if at == cell), None) for cell in done.cells]
    bases = [(row.unit, abs(row.base)) for row in some if row is not None]
    for position, cell in enumerate(done.cells):
        rows = [(end, done.rows[end.name, cell]) for end in done.ends if (end.name, cell) in done.rows]
        if rows:
            unit = rows[0][1].unit
            factor, of_value, of_difference = common_unit(unit, [base for its, base in bases if its == unit])
            before = phrase("in_base", value=with_unit(number(factor * rows[0][1].base), of_value))
        else:
            factor, of_difference, before = 1.0, "", "?"
        panels.append(Panel(measure_words(scenario, *cell), of_difference, before))
        for end, row in rows:
            spots = (factor * row.difference, factor * row.low, factor * row.high)
            bars.append((position, path_words(scenario, end.path), end.side, _words(end.value, end.side), *spots))
    columns = ["panel", "path", "side", "value", "difference", "low", "high"]
    return Bars(tuple(panels), pd.DataFrame(bars, columns=columns))


def _print(scenario: Scenario, done: Tornado, how: HowMade, tell: str) -> None:
    """The widest bars of each measure in words, and what happens to targets."""
    from sim.measures.registry import measure_words  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415
    from sim.shell.sentences import difference_words, value_words  # noqa: PLC0415
    from sim.words.say import counted, duration  # noqa: PLC0415

    out = show.console()
    runs = counted(COMPARE, "runs", done.compared.replications)
    head = {"n": len(done.paths), "title": scenario.title, "runs": runs, "seed": how.seed}
    out.print(show.heading(TORNADO["head"].format(**head, engine=how.engine, time=duration(how.seconds))))
    for cell in done.cells:
        ordered = sorted(done.paths, key=lambda path: -done.swing(path, cell))
        moving = [path for path in ordered if done.swing(path, cell) > 0]
        some = next((row for (_, c), row in done.rows.items() if c == cell), None)
        if some is None:
            continue
        what = measure_words(scenario, *cell)
        shown = moving[:SHOWN]
        out.print()
        base = value_words(some, some.base)
        if not shown:
            out.print(TORNADO["unmoved"].format(measure=what, value=base, n=len(done.paths)))
            continue
        out.print(TORNADO["widest"].format(measure=what, value=base, n=len(shown)))
        table = show.plain_table(*(TORNADO[f"column.{name}"] for name in ("path", "low", "high")))
        for path in shown:
            words = []
            for side in ("low", "high"):
                end = next(e for e in done.ends if (e.path, e.side) == (path, side))
                row = done.rows.get((end.name, cell))
                words.append(f"{_words(end.value, side)}: {difference_words(row) if row else '?'}")
            table.add_row(path, *words)
        out.print(table)
        if len(shown) < len(done.paths):
            out.print(TORNADO["little"].format(n=len(done.paths) - len(shown)))
    out.print()
    for line in target_lines(scenario, done):
        out.print(line)
    if scenario.targets:
        out.print(TORNADO["rule"])
    out.print(TORNADO["one_by_one"].format(tell=tell))


def target_lines(scenario: Scenario, done: Tornado) -> Iterator[str]:
    """Of every target: the verdict as things are, and the assumptions that turn it round."""
    from sim.shell.sentences import target_words  # noqa: PLC0415
    from sim.words.say import stated_percent  # noqa: PLC0415

    for name, target in scenario.targets.items():
        flips = [flip for flip in done.flips if flip.target == name]
        base = flips[0].base
        yield TORNADO["verdict"].format(
            what=target_words(scenario, target), share=stated_percent(target.share_of_runs),
            verdict=VERDICTS[base.verdict], met=base.met, n=base.n,
        )  # fmt: skip
        turned = [flip for flip in flips if flip.flips]
        for flip in turned:
            yield "  " + TORNADO["flip"].format(
                path=flip.path, value=_words(flip.value, flip.side), verdict=VERDICTS[flip.end.verdict],
                met=flip.end.met, n=flip.end.n,
            )  # fmt: skip
        if not turned:
            yield "  " + TORNADO["no_flip"]
        unsure = [f"{f.path} = {_words(f.value, f.side)}" for f in flips if f.end.verdict == NOT_CERTAIN]
        if unsure and base.verdict != NOT_CERTAIN:
            more = [TORNADO["more"].format(n=len(unsure) - SHOWN)] if len(unsure) > SHOWN else []
            least = fewest_replications(target.share_of_runs, statements=len(flips))
            key = "open" if least is None or least <= base.n else "open.too_few"
            yield "  " + TORNADO[key].format(paths="; ".join([*unsure[:SHOWN], *more]), least=least)
    of_ends = zip(done.ends, done.compared.results[1:], strict=True)
    used_up = [f"{end.path} = {_words(end.value, end.side)}" for end, result in of_ends if result.used_up]
    if used_up:
        yield TORNADO["used_up"].format(paths="; ".join(used_up))
