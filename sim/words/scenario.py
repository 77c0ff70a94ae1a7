"""Words about scenario files: rules about values that may stand in the wrong unit or come too late to be of use; what the
readers of TOML and CSV and the system say; workbooks: names of sheets, titles of blocks, what to know at each.
"""

from __future__ import annotations

from sim.words.language import Texts

RULES = Texts(
    {
        "unit": "is far more than usual, and is taken as {unit}",
        "unit.several": " (the first of several)",
        "unit.hint": "did you mean {meant} ({value} {smaller} are {meant} {unit})?",
        "factor": "multiplies by {value}",
        "with_it": "with it, {fault}",
        "percent": "{value} % is {share}",
        "target_share": "is compared with a share from 0 to 1",
        "opens_last": "is the last day: this site opens for one day",
        "lead_too_long": "of {hours} hours is as long as the window or longer ({n} days): no site opens on demand",
    }
)
"""By rule; {} are filled in by the checks of `sim.scenario`."""

THINGS = Texts(
    {
        "port": "port",
        "pool": "pool",
        "shift": "shift",
        "regime": "regime",
        "opening hours": "opening hours",
        "site": "site",
        "target": "target",
        "kind of visit": "kind of visit",
        "list of sites": "list of sites",
        "laboratory": "laboratory",
        "numbers": "numbers",
        "must be": "must be ",
    }
)
"""What tables of a scenario are called inside other sentences."""

TOML = Texts(
    dict(
        enumerate(
            (
                "an object other than list found behind this key",
                "duplicate inline table key {key}",
                "escaped character is not a Unicode scalar value",
                "expected '=' after a key in a key/value pair",
                "expected ']' at the end of a table declaration",
                "expected ']]' at the end of an array declaration",
                "expected newline or end of document after a statement",
                "expected {sign}",
                "found invalid character {sign}",
                "illegal character '\\n'",
                "illegal character {sign}",
                "invalid date or datetime",
                "invalid hex value",
                "invalid initial character for a key part",
                "invalid statement",
                "invalid value",
                "there is no nest behind this key",
                "unclosed array",
                "unclosed inline table",
                "unescaped '\\' in a string",
                "unterminated string",
            )
        )
    )
)
"""What Python's reader of TOML says of a text that is none. More special ones stand before those that hold them too."""

CSV = Texts(
    dict(
        enumerate(
            (
                "field larger than field limit ({n})",
                "unexpected end of data",
                "{sign} expected after {other}",
                "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?",
            )
        )
    )
)
"""What Python's reader of CSV says of a text that is none."""

SYSTEM = Texts(
    dict(
        enumerate(
            (
                "Device or resource busy",
                "Directory not empty",
                "Disk quota exceeded",
                "File exists",
                "File name too long",
                "Input/output error",
                "Is a directory",
                "No space left on device",
                "No such file or directory",
                "Not a directory",
                "Operation not permitted",
                "Permission denied",
                "Read-only file system",
                "Too many levels of symbolic links",
                "Too many open files",
            )
        )
    )
)
"""What the system says of a file that it can not open or write."""


SHEETS = Texts(
    {
        "general": "General",
        "ports": "Ports",
        "arrivals": "Arrivals by day",
        "staff": "Staff and shifts",
        "roster": "Roster",
        "hotels": "Hotels",
        "guests": "Guests today",
        "disruptions": "Disruptions",
        "costs": "Costs and targets",
        "sources": "Sources",
    }
)
"""Sheets, in their order. A workbook may have more: they are not read."""

BLOCKS = Texts(
    {
        "general": "General values: one in each row; yellow cells are yours, an empty one means the default",
        "ports": "Ports: one in each row",
        "hours": "Opening hours of ports; a port with other hours from a day on has a row for each",
        "regimes": "Expected arrivals: a row for each stretch of days; it lasts until the next one of its port begins",
        "hour_weights": "People by hour of the day, relative numbers: a column for each port",
        "daily": (
            "People by day: a column for each series, headed port.regime; .profile behind it where the numbers are a "
            "profile"
        ),
        "timetable": "Flights, ferries and trains of ports with a regime of kind timetable: one in each row",
        "pools": "Staff pools: people who can do a set of tasks",
        "shifts": "Shifts of pools without a roster",
        "roster": "Roster: shifts by date or weekday, for pools without shifts of their own",
        "hotels": "Hotels: the list of candidates; a column ride_minutes_<port> for each port",
        "guests": "Guests who are in hotels when the first day begins: a row per party, or per group that arrived together",
        "disruptions": "Disruptions: what goes wrong, and when",
        "costs": "Unit costs",
        "targets": "Targets: limits on measures",
        "sources": "Where values come from: path, and kind: words (reported, derived, borrowed, calibrated, assumed)",
        "ranges": "Ranges of assumed values, for qcap tornado: path (* for every key), low, high",
    }
)
"""Titles of blocks."""

HEADS = Texts(
    {
        "unit": "Unit",
        "allowed": "Allowed",
        "meaning": "Meaning",
        "default": "If left empty",
        "only": "for kind {kinds}",
        "rides": "Ride from the port {port} in minutes.",
        "key_of": "Id: small letters, digits and underscores, beginning with a letter.",
        "key_to": "Id or name, as it stands in the block above.",
        "entry_more": "Choose one of the list, or leave the cell empty.",
        "number_more": "Allowed: {rule}.",
    }
)
"""Words around blocks."""

BOOK = Texts(
    {
        "not_book": "is no workbook that can be read ({why})",
        "old_form": "is a workbook of an old form",
        "save_as": "save it as .xlsx",
        "too_large": "is too large: {size:.0f} MB unpacked; at most {most:.0f} MB can be read",
        "no_sheet": "has none of the sheets of a scenario",
        "sheets": "sheets are: {names}; qcap init DIR --excel writes a workbook to start from",
        "no_head": "no row of this sheet has the heads {heads}",
        "twice": "is given in {cell} too",
    }
)
"""What is wrong with a workbook."""
