"""What `qcap sweep` prints: targets, a line for each point where they are few, indices, notes, the folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim import words as labels
from sim.commands.sweep.design import SCENARIO, short_names
from sim.measures.registry import REGISTRY
from sim.numbers.statistics import Interval, stretches
from sim.numbers.verdicts import HOLDS, MISSED, NO_VALUE, NOT_CERTAIN
from sim.shell import errors
from sim.shell import show as tables
from sim.shell.ensemble_option import doubt_words
from sim.words.say import counted, listed, mean_words, rounded, stated, stated_percent, with_ends
from sim.words.sweep import PICTURES, SWEEP

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.sweep.keep import Finished
    from sim.commands.sweep.options import SweepOptions
    from sim.commands.sweep.plan import SweepPlan
    from sim.commands.sweep.tables import Swept
    from sim.scenario.tables.schema import Target

MOST_NAMED = 6
"""Points of a grid of several axes that are named for a verdict."""
MOST_ROWS = 40
"""Points on the screen; the others are in the files."""


def show(plan: SweepPlan, finished: Finished, settings: SweepOptions) -> None:
    """Print what came out; the folder last."""
    if settings.json:
        tables.print_json(_document(finished))
        return
    if not settings.quiet:
        _print(plan, finished, settings.overrides)
    errors.put(finished.folder)


def _print(plan: SweepPlan, finished: Finished, overrides: Sequence[str]) -> None:
    out, swept = tables.console(), finished.swept
    out.print(tables.heading(plan.base.title))
    if overrides:
        out.print(SWEEP["changed"].format(changes=listed(overrides)))
    points = counted(SWEEP, "points", len(swept.points))
    each = counted(SWEEP, "replications", plan.replications)
    out.print(SWEEP["head"].format(points=points, replications=each, seed=plan.seed) + "\n")
    out.print(_table(plan, finished))
    if len(swept.points) > MOST_ROWS:
        out.print(
            SWEEP["more"].format(n=f"{len(swept.points) - MOST_ROWS:,}", file=listed(["points.csv", "summary.csv"]))
        )
    out.print()
    for index in finished.indices:
        out.print(SWEEP["index.head"].format(rows=index.rows, replications=each))
        out.print(_indices(index.table, listed([REGISTRY[index.measure].label, _place(plan, index.place)])))
        out.print()
    for line in _targets(plan, swept):
        out.print(line)
    tell = doubt_words(finished.manifest.get("ensemble"))
    out.print(SWEEP["how"].format(what=tell))
    for note in finished.notes:
        out.print(note)


def _table(plan: SweepPlan, finished: Finished) -> Any:
    """Points down; settings, then means of the pictured measures across."""
    swept = finished.swept
    paths = [path for axis in plan.axes for path in axis.paths]
    pairs = [pair for pair in swept.pairs if _has(swept.means, *pair)]
    heads = [_head(plan, *pair) for pair in pairs]
    table = tables.plain_table(SWEEP["point"], *paths, *heads, numbers=[SWEEP["point"], *paths, *heads])
    columns = (swept.means[name] for name in ("point", "measure", "place", "n", "mean", "low", "high"))
    means = {
        (point, measure, place): mean_words(Interval(*interval), scale=_shown(measure)[1])
        for point, measure, place, *interval in zip(*columns, strict=True)
    }
    files = short_names(swept.points.get(SCENARIO, ()))
    for row in swept.points.head(MOST_ROWS).to_dict("records"):
        cells = [means.get((row["point"], *pair), row["reason"][:60] or SWEEP["no_value"]) for pair in pairs]
        settings = (files[row[path]] if path == SCENARIO else row[path] for path in paths)
        table.add_row(str(row["point"]), *map(str, settings), *cells)
    return table


def _head(plan: SweepPlan, measure: str, place: str) -> str:
    """Head of a column: the measure, its place and its unit."""
    unit = labels.UNIT_NAMES.get(_shown(measure)[0], _shown(measure)[0])
    return SWEEP["column"].format(measure=REGISTRY[measure].label, place=_place(plan, place), unit=unit)


def _shown(measure: str) -> tuple[str, float]:
    """Unit on the screen, and what values are multiplied by: shares are shown in per cent."""
    unit = REGISTRY[measure].unit
    return ("%", 100.0) if unit == "share" else (unit, 1.0)


def _has(means: pd.DataFrame, measure: str, place: str) -> bool:
    return bool(((means["measure"] == measure) & (means["place"] == place)).any())


def _indices(table: pd.DataFrame, what: str) -> Any:
    numbers = [SWEEP["first"], SWEEP["total"]]
    shown = tables.plain_table(what, *numbers, numbers=numbers)
    for row in table.to_dict("records"):
        digits = {key: rounded(row[key], 2) for key in row if str(key).startswith(("first", "total"))}
        cells = (with_ends(digits[key], digits[f"{key}_low"], digits[f"{key}_high"]) for key in ("first", "total"))
        shown.add_row(str(row["axis"]), *cells)
    return shown


def _where(plan: SweepPlan, swept: Swept, points: set[int]) -> str:
    """The values of these points: along one axis as stretches of its values, else point by point."""
    paths = [axis.paths[0] for axis in plan.axes]
    table = swept.points
    if SCENARIO in table:
        table = table.assign(**{SCENARIO: table[SCENARIO].map(short_names(table[SCENARIO]))})
    if len(paths) > 1:
        here = table[table["point"].isin(points)][paths].head(MOST_NAMED).itertuples(index=False)
        settings = [SWEEP["at.several"].format(values=listed(map(_value, row))) for row in here]
        more = [SWEEP["at.more"].format(n=len(points) - MOST_NAMED)] if len(points) > MOST_NAMED else []
        return SWEEP["at.one"].format(axis=listed(paths), values=listed([*settings, *more]))
    ordered = table.sort_values(paths[0], kind="stable") if table[paths[0]].dtype != object else table
    values, inside = [_value(value) for value in ordered[paths[0]]], ordered["point"].isin(points).to_numpy()
    settings = [
        SWEEP["at.range"].format(low=values[first], high=values[last - 1]) if last - first > 2 else
        listed(values[first:last])
        for first, last in sorted(stretches(inside))
    ]  # fmt: skip
    return SWEEP["at.one"].format(axis=paths[0], values=listed(settings))


def _value(value: Any) -> str:
    """A value of an axis as it was written."""
    return stated(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _targets(plan: SweepPlan, swept: Swept) -> Iterator[str]:
    met = swept.met
    for name, target in sorted(plan.base.targets.items()):
        rows = met[met["target"] == name]
        if rows.empty:
            continue
        verdicts = rows["verdict"].value_counts()
        facts = {
            "measure": REGISTRY[target.measure].label,
            "place": _place(plan, target.place),
            "limit": _limit(target),
            "share": stated_percent(target.share_of_runs),
        }
        found = {word.replace(" ", "_"): int(verdicts.get(word, 0)) for word in (HOLDS, MISSED, NOT_CERTAIN, NO_VALUE)}
        none = SWEEP["target.no_value"].format(n=found["no_value"]) if found["no_value"] else ""
        yield SWEEP["target"].format(target=name, n=len(rows), none=none, **facts, **found)
        for verdict in (HOLDS, MISSED, NOT_CERTAIN):
            points = rows.loc[rows["verdict"] == verdict, "point"]
            if len(points):
                yield SWEEP[f"at.{verdict}"].format(values=_where(plan, swept, set(points)))


def _limit(target: Target) -> str:
    """At most 5 %; at least 120."""
    value, word = (target.at_most, "at_most") if target.at_most is not None else (target.at_least, "at_least")
    share = REGISTRY[target.measure].unit == "share"
    shown = stated_percent(value or 0) if share else stated(value or 0)
    return PICTURES[word].format(value=shown)


def _place(plan: SweepPlan, place: str) -> str:
    port = plan.base.ports.get(place)
    return labels.PLACES.get(place) or (port.name if port and port.name else place)


def _document(finished: Finished) -> dict[str, Any]:
    """What `--json` prints."""
    facts = {key: value for key, value in finished.manifest.items() if key != "scenario"}
    swept = finished.swept
    return {
        "folder": str(finished.folder),
        **facts,
        "note": doubt_words(facts.get("ensemble")),
        "points": tables.records(swept.points),
        "means": tables.records(swept.means),
        "targets": tables.records(swept.met),
        "indices": [
            {"measure": one.measure, "place": one.place, "axes": tables.records(one.table)} for one in finished.indices
        ],
    }
