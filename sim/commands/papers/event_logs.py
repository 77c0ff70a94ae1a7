"""Event logs for process mining: the history of a replication as cases, activities, times, resources and lifecycles.

A case is a party. Times are the clock of the place; both formats want an offset beside them, which is +00:00 unless
another is given: no clock time changes by it. What takes time
has two events, start and complete; what happens at a moment has one, complete. Columns are those that pm4py and XES
know: case:concept:name, concept:name, time:timestamp, org:resource, lifecycle:transition, people, reason. Rooms,
coaches and shifts have no case and are left out, as is what happens to a room after its party has left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from sim.flow.log import COLUMNS
from sim.keeping.store import write_table
from sim.scenario import load
from sim.words.language import said
from sim.words.pages import ACTIVITIES, MESSAGES
from sim.words.user_text import for_xml

if TYPE_CHECKING:
    import pandas as pd

MOMENTS = (
    "handed_over", "not_diverted", "room_taken", "unplaced", "left", "censored", "present", "result", "detected",
    "detected_after_release", "isolated", "to_hospital", "discharged", "recovered", "restarted", "moved_out",
    "moved_in", "party_split",
)  # fmt: skip
"""Kinds of rows that are one event of their party."""
OF_SUBJECT = ("detected", "detected_after_release", "party_split")
"""Kinds whose new case is the subject: a person or piece that leaves its party."""
TASKS = ("task_registration", "task_check_in", "task_release", "task_visit", "task_swab")
ROUNDS = ("task_visit", "task_swab")
FIELDS = ("case", "activity", "second", "resource", "lifecycle", "people", "reason", "order", "position")
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="lifecycle:model" value="standard"/>
"""
_KEYS = {"int": "int", "bool": "boolean", "float": "float", "Timestamp": "date"}


class ExportError(Exception):
    """There is nothing to export; the message says why and what to do."""


class UnreadableError(ValueError):
    """The table is no history; the message says what it lacks."""


def histories(folder: Path) -> list[Path]:
    """Histories in a results folder, in order of replication. Raises ExportError when there are none."""
    if not (folder / "scenario.toml").is_file():
        raise ExportError(MESSAGES["export.no_results"].format(folder=folder, file="scenario.toml"))
    files = [file for file in folder.glob("events-*.parquet") if file.stem.removeprefix("events-").isdigit()]
    if not files:
        raise ExportError(MESSAGES["export.no_events"].format(folder=folder))
    return sorted(files, key=lambda file: int(file.stem.removeprefix("events-")))


def export_file(
    history: Path, target: Path, *, xes: bool, visits: bool = True, offset: timezone = UTC
) -> tuple[int, int]:
    """Write one history as an event log, XES or the CSV of pm4py; returns how many cases and events it has.

    `visits` False leaves rounds (meals, health checks, swabs) out; `offset` is written beside each time.
    Raises ExportError for a file that is no history, OSError when the target can not be written.
    """
    first_day = load(history.parent).first_day
    try:
        table = event_table(_read(history), first_day, visits=visits, offset=offset)
    except UnreadableError as error:
        words = MESSAGES["export.unreadable"]
        raise ExportError(words.format(file=history, why=error)) from error
    part = target.with_name(f".{target.name}.partial")
    try:
        if xes:
            write_xes(part, table)
        else:
            write_table(part, table)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return table["case:concept:name"].nunique(), len(table)


def _read(history: Path) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  heavy at start-up

    try:
        return pd.read_parquet(history)
    except (ValueError, OSError) as error:
        raise UnreadableError(" ".join(str(error).split())[:80]) from error


def event_table(log: pd.DataFrame, first_day: date, *, visits: bool = True, offset: timezone = UTC) -> pd.DataFrame:
    """Events in order of case and time. `log` is what `EventLog.to_frame` gives. Raises UnreadableError."""
    import pandas as pd  # noqa: PLC0415  heavy at start-up

    lacking = [name for name in COLUMNS if name not in log]
    if lacking:
        raise UnreadableError(said("no column {name}", name=lacking[0]))
    log = log.reset_index(drop=True)
    log["position"] = log.index
    parts = [*_moments(log), *_tasks(log, visits), *_rides_and_stays(log), *_boarding(log)]
    table = pd.concat([part.reindex(columns=list(FIELDS)) for part in parts if len(part)] or [_none()])
    table = table.sort_values(["case", "second", "order", "position"], kind="stable", ignore_index=True)
    start = pd.Timestamp(first_day, tz=offset)
    return pd.DataFrame(
        {
            "case:concept:name": table["case"].astype("int64").astype(str),
            "concept:name": table["activity"].map(ACTIVITIES),
            "time:timestamp": start + pd.to_timedelta(table["second"].astype("int64"), unit="s"),
            "org:resource": table["resource"].astype(str),
            "lifecycle:transition": table["lifecycle"].astype(str),
            "people": table["people"].astype("int64"),
            "reason": table["reason"].astype(str).replace("none", ""),
        }
    )


def _none() -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame({name: [] for name in FIELDS})


def _events(rows: pd.DataFrame, case: str, lifecycle: str, *, order: int, second: str = "second") -> pd.DataFrame:
    """Events from rows; `order` settles those of one second: what ends comes before what begins."""
    return rows.assign(
        case=rows[case], second=rows[second], resource=rows["place"], lifecycle=lifecycle, order=order
    )  # fmt: skip


def _moments(log: pd.DataFrame) -> Iterator[pd.DataFrame]:
    rows = log[log["kind"].isin(MOMENTS)].assign(activity=lambda found: found["kind"])
    new = rows["kind"].isin(OF_SUBJECT)
    yield _events(rows[new], "subject_id", "complete", order=1)
    yield _events(rows[~new & (rows["party"] >= 0)], "party", "complete", order=1)


def _tasks(log: pd.DataFrame, visits: bool) -> Iterator[pd.DataFrame]:
    wanted = [name for name in TASKS if visits or name not in ROUNDS]
    rows = log[(log["kind"] == "task") & log["subject"].isin(wanted)]
    of_round = rows["subject"].isin(ROUNDS)
    rows = rows.assign(activity=rows["subject"], case=rows["party"].where(of_round, rows["subject_id"]))
    rows = rows[rows["case"] >= 0]
    yield _events(rows, "case", "start", order=2)
    yield _events(rows, "case", "complete", order=0, second="value")


def _rides_and_stays(log: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for kind, activity, lifecycle, order in (
        ("departed", "ride", "start", 2),
        ("arrived", "ride", "complete", 0),
        ("arrived", "stay", "start", 2),
        ("present", "stay", "start", 2),
        ("released", "stay", "complete", 0),
        ("to_hospital", "stay", "complete", 0),
        ("recovered", "stay", "complete", 0),
    ):
        rows = log[log["kind"] == kind].assign(activity=activity)
        if kind in ("to_hospital", "recovered"):  # who left a party has no stay of their own
            rows = rows[rows["party"].isin(log.loc[log["kind"].isin(("arrived", "present")), "party"])]
        yield _events(rows, "party", lifecycle, order=order)


def _boarding(log: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Boarding of a load is boarding of every party that departs with it."""
    boarding = log.loc[log["kind"] == "boarding", ["second", "subject_id", "position"]]
    departed = log[(log["kind"] == "departed") & (log["value"] >= 0)].assign(activity="boarding")
    begun = departed.drop(columns=["second", "position", "subject_id"]).merge(
        boarding.drop_duplicates("subject_id", keep="last"), left_on="value", right_on="subject_id"
    )
    yield _events(begun, "party", "start", order=2)
    in_coach = departed["value"].isin(boarding["subject_id"])
    yield _events(departed[in_coach], "party", "complete", order=0)


def write_xes(path: Path, table: pd.DataFrame) -> None:
    """Write events as XES (IEEE 1849-2016), row by row: no log is held in memory as XML. Empty texts are left out.

    `table` is in order of case. Raises OSError.
    """
    columns = [name for name in table.columns if name != "case:concept:name"]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for case, events in table.groupby("case:concept:name", sort=False):
            file.write(f"  <trace>\n    {_attribute('concept:name', str(case))}\n")
            for row in events[columns].itertuples(index=False, name=None):
                inside = "".join(_attribute(name, value) for name, value in zip(columns, row, strict=True))
                file.write(f"    <event>{inside}</event>\n")
            file.write("  </trace>\n")
        file.write("</log>\n")


def _attribute(key: str, value: Any) -> str:
    """One attribute; characters that XML may not hold are left out, all others escaped."""
    if value == "":
        return ""
    value = value.item() if hasattr(value, "item") else value
    tag = _KEYS.get(type(value).__name__, "string")
    text = value.isoformat() if tag == "date" else str(value)
    return f"<{tag} key={quoteattr(key)} value={quoteattr(for_xml(text))}/>"
