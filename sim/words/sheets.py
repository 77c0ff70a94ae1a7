"""Words of workbooks that are scenarios: names of sheets, titles of blocks, what a planner should know at each."""

from __future__ import annotations

from sim.words.language import Texts

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
