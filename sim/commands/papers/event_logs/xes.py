"""XES (IEEE 1849-2016), the exchange format of event logs, written row by row: no log is held in memory as XML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from sim.words.user_text import for_xml

if TYPE_CHECKING:
    import pandas as pd

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


def write_xes(path: Path, table: pd.DataFrame) -> None:
    """Write events as XES; `table` is in order of case. Empty texts are left out. Raises OSError."""
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
