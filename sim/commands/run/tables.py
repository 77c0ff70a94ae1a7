"""What stands beside the lines of a run: its document, all measures, reported figures, inputs, what is left out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.table import Table

from sim import words as labels
from sim.measures.registry import REGISTRY
from sim.numbers.statistics import Interval
from sim.shell.ensemble_option import doubt_words
from sim.shell.show import Line, console, plain_table, plus_minus, records
from sim.words.commands import TABLE
from sim.words.say import clauses, counted, fill, listed, mean_words, number, per_cent
from sim.words.screens import KINDS_COUNTED, SCREEN

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.run.asked import Finished
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario


LEFT_TO_FILES = frozenset(
    name for name in REGISTRY if name.startswith(("wait_", "handover_to_coach")) and name.endswith(("_p50", "_max"))
)
"""Measures that the screen leaves to summary.csv: there are four of each wait."""
WORDS = SCREEN


def run_document(finished: Finished) -> dict[str, Any]:
    """What `--json` prints: the manifest without the scenario, all estimates, the reported figures, the folder."""
    facts = {key: value for key, value in finished.manifest.items() if key != "scenario"}
    return {
        "folder": str(finished.folder),
        **facts,
        "note": what_intervals_tell(finished),
        "precision": [
            {"goal": str(reached.goal), "n": reached.interval.n, "met": reached.met}
            for reached in finished.done.reached
        ],
        "summary": records(finished.done.summary),
        "reported": records(finished.reported),
    }


def print_tables(finished: Finished, scenario: Scenario) -> None:
    """Print all measures of a run, and the reported figures."""
    done = finished.done
    out = console()
    out.print()
    out.print(_summary_table(done.summary, scenario))
    for words in _follow_up(done.summary, scenario):
        out.print(f"\n{words}")
    out.print(f"\n{TABLE['note'].format(pm=plus_minus(), tell=what_intervals_tell(finished))}\n")
    if len(finished.reported):
        names = _place_names(scenario)
        out.print(_reported_table(finished.reported, scenario))
        out.print()
        for role in dict.fromkeys(finished.reported["role"]):
            out.print(f"{labels.ROLE_NAMES[role]}: {labels.ROLES[role]}")
        for row in _rows(finished.reported):
            if row.within is False:
                where = names.get(row.place, row.place)
                words = TABLE["missed"].format(measure=_label(row.measure), place=where, why=row.why)
                out.print(f"{words}{_perhaps(row)}")
        out.print()


def _follow_up(summary: pd.DataFrame, scenario: Scenario) -> Iterator[str]:
    """Work of the grid workers against those there; nothing where their number is not told."""
    table = scenario.follow_up
    most = summary[(summary["measure"] == "contacts_per_day_max") & (summary["place"] == "all")]["mean"]
    if table is None or not table.workers or not len(most) or math.isnan(most.iloc[0]):
        return
    contacts = float(most.iloc[0])
    minutes = contacts * table.contact_minutes / table.workers
    yield fill(WORDS, "staff.follow_up", contacts=contacts, minutes=minutes, workers=table.workers)


def what_intervals_tell(finished: Finished) -> str:
    """What intervals and bands of a run are about: chance, and with an ensemble doubt about its values too."""
    return doubt_words(finished.manifest.get("ensemble"))


def _table(*keys: str, numbers: Iterable[str]) -> Table:
    """A table with these headings; those in `numbers` are set to the right."""
    return plain_table(*(TABLE[key] for key in keys), numbers=[TABLE[key] for key in numbers])


def _summary_table(summary: pd.DataFrame, scenario: Scenario) -> Table:
    table = _table("measure", "where", "mean", "band", "unit", "n", numbers=("mean", "band", "n"))
    names = _place_names(scenario)
    before = ""
    for row in _rows(summary):
        if row.place not in names or row.measure in LEFT_TO_FILES:
            continue
        label = _label(row.measure) if row.measure != before else ""
        before = row.measure
        band = TABLE["band.text"].format(low=number(row.p5), high=number(row.p95))
        table.add_row(label, names[row.place], _mean(row), band, labels.UNIT_NAMES.get(row.unit, row.unit), str(row.n))
    return table


def _reported_table(reported: pd.DataFrame, scenario: Scenario) -> Table:
    table = _table(
        "figure", "where", "reported", "this_run", "off_by", "within", "role",
        numbers=("reported", "this_run", "off_by"),
    )  # fmt: skip
    names = _place_names(scenario)
    for row in _rows(reported):
        measured = not math.isnan(row.mean)
        table.add_row(
            _label(row.measure),
            names.get(row.place, row.place),
            f"{row.reported:,g}",
            _mean(row) if measured else TABLE["no_value"],
            _off_by(row) if measured else "",
            f"{number(row.tolerance)}: {TABLE['yes' if row.within else 'no']}" if measured else "",
            labels.ROLE_NAMES.get(row.role, row.role),
        )
    return table


def _off_by(row: Any) -> str:
    share = "" if math.isnan(row.off_by_share) else f" ({number(100 * row.off_by_share, '+')}{per_cent()})"
    return number(row.off_by, sign="+") + share


def _perhaps(row: Any) -> str:
    """Words for a miss that is no larger than what the interval of the mean leaves open."""
    beyond = max(row.low - row.reported, row.reported - row.high)  # nan where there is no interval
    return TABLE["perhaps"] if row.low < row.high and beyond <= row.tolerance else ""


def _place_names(scenario: Scenario) -> dict[str, str]:
    """Places that the screen shows: all, ports, the ports' pools, the first street-level site."""
    names = {"all": labels.PLACES["all"], "first_street_site": labels.PLACES["first_street_site"]}
    pools = {port.pool for port in scenario.ports.values() if port.pool}
    names |= {key: scenario.pools[key].name or key for key in pools}
    return names | {key: port.name or key for key, port in scenario.ports.items()}


def _label(measure: str) -> str:
    words = REGISTRY.get(measure)
    return words.label if words else measure


def _mean(row: Any) -> str:
    return mean_words(Interval(row.n, row.mean, row.low, row.high), pm=plus_minus())


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    """Rows with their columns as attributes."""
    return iter(table.itertuples(index=False))


def reported(table: pd.DataFrame) -> Iterator[Line]:
    """How many reported figures were met, and which were not; nothing where there are none."""
    if not len(table):
        return
    judged = table[table["within"].notna()]
    text = fill(WORDS, "reported.text", within=int((judged["within"] == True).sum()), judged=len(judged))  # noqa: E712
    held = judged[judged["role"] == "held_out"] if "role" in judged else judged[:0]
    if len(held):  # only these test the model
        within = int((judged["within"] == True).sum())  # noqa: E712
        met = int((held["within"] == True).sum())  # noqa: E712
        text = fill(WORDS, "reported.held_out", within=within, judged=len(judged), held=met, n=len(held))
    missed = [REGISTRY[name].label for name in judged.loc[judged["within"] == False, "measure"]]  # noqa: E712
    parts = [text]
    if missed:
        parts.append(fill(WORDS, "reported.missed", names=clauses(_together(missed))))
    if len(table) > len(judged):
        parts.append(fill(WORDS, "reported.open", n=len(table) - len(judged)))
    yield WORDS["reported"], clauses(parts)


def _together(names: Iterable[str]) -> Iterator[str]:
    """Names, those of one kind in one: staff needed (2 figures) for its average and its busiest day."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(name.partition(",")[0], []).append(name)
    for kind, members in kinds.items():
        yield members[0] if len(members) == 1 else fill(WORDS, "reported.several", kind=kind, n=len(members))


def inputs(reading: Reading) -> Iterator[Line]:
    """How many values there are, of each kind, and how many are not the planner's own."""
    from sim.outlook import origins  # noqa: PLC0415  reads the templates

    counts = Counter(row.kind for row in reading.provenance)
    kinds = [fill(KINDS_COUNTED, kind, n=counts[kind]) for kind in KINDS_COUNTED if counts[kind]]
    not_yours = origins(reading).not_yours
    if not_yours:
        kinds.append(fill(WORDS, "inputs.not_yours", n=not_yours))
    yield WORDS["inputs"], fill(WORDS, "inputs.text", values=len(reading.provenance), kinds=listed(kinds))


def left_out(reading: Reading) -> Iterator[Line]:
    """What the model leaves out, and how many steps the scenario does."""
    steps = len(reading.steps_left_out)
    text = WORDS["left_out.text"]
    if steps:
        text = clauses([text, counted(WORDS, "left_out.steps", steps)])
    yield WORDS["left_out"], text
