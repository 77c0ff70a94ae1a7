"""Words about files and of long pages: a part of `sim.labels`, which is where they are read from."""

from __future__ import annotations

MESSAGES = {
    "file.held": "{file}: is open in another program; the older one is still there: close it and run again",
    "file.not_written": "{file}: can not be written, is it open in another program? Everything else was written",
    "excel.no_library": "--excel needs the library openpyxl: pip install 'qcap[excel]'",
    "excel.too_long": (
        "results.xlsx: sheet {sheet} is left out ({rows} rows, a sheet holds {most}); it is in {sheet}.csv"
    ),
    "files.no_match": "{pattern}: no such file or folder",
    "export.no_events": (
        "{folder}: holds no histories (events-*.parquet); run the scenario again with --events one (or all)"
    ),
    "export.no_results": "{folder}: is no results folder of qcap (no {file} in it)",
    "export.unreadable": "{file}: can not be read as a history ({why}); run the scenario again with --events one",
    "export.written": "{file}: {cases} cases, {events} events",
    "csv.not_text": "is neither UTF-8 nor GB18030 text (byte {byte})",
    "csv.save_as": "save as CSV UTF-8",
    "csv.decimal_or_thousands": "may be {thousands} or {decimal}",
    "csv.decimal_hint": "write it without thousands separators, and decimals that do not look like them",
    "csv.two_decimals": "has points and commas for decimals",
    "csv.columns": "must have its columns separated by commas, semicolons or tabs",
    "csv.only": "only CSV files with commas, semicolons or tabs can be read",
}
"""What commands say about files."""
