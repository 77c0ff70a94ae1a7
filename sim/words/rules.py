"""Words of rules about values that may stand in the wrong unit or come too late to be of use, and of what the reader of
TOML and the system say.
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
