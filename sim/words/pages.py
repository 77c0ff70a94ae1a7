"""Words about files and of long pages."""

from __future__ import annotations

from sim.words.language import Texts

MESSAGES = Texts(
    {
        "file.held": "{file}: is open in another program; the older one is still there: close it and run again",
        "file.not_written": "{file}: can not be written, is it open in another program? Everything else was written",
        "excel.too_long": (
            "results.xlsx: sheet {sheet} is left out ({rows} rows, a sheet holds {most}); it is in {sheet}.csv"
        ),
        "files.no_match": "{pattern}: no such file or folder",
        "files.several": "{pattern}: matches {n}, and one is wanted here: {names}",
        "files.more": " and {n} more",
        "export.no_events": (
            "{folder}: holds no histories (events-*.parquet); run the scenario again with --events one (or all)"
        ),
        "export.no_results": "{folder}: is no results folder of qcap (no {file} in it)",
        "export.unreadable": "{file}: can not be read as a history ({why}); run the scenario again with --events one",
        "export.offset": (
            "times are the clock of the place, written with the offset {offset}; another one: --offset +08:00"
        ),
        "export.bad_offset": "--offset {offset}: must be an offset from UTC such as +08:00",
        "export.written": "{file}: {cases} cases, {events} events",
        "brief.no_folder": "{folder}: no such results folder",
        "brief.no_results": "{folder}: holds no results of run, compare, sweep, staff, tornado, cap or calibrate",
        "brief.no_table": "{folder}: has no {name}; run the command again",
        "brief.unreadable": "{file}: can not be read as a table of results",
        "csv.not_text": "is neither UTF-8 nor GB18030 text (byte {byte})",
        "csv.save_as": "save as CSV UTF-8",
        "csv.decimal_or_thousands": "may be {thousands} or {decimal}",
        "csv.decimal_hint": "write it without thousands separators, and decimals that do not look like them",
        "csv.two_decimals": "has points and commas for decimals",
        "csv.columns": "must have its columns separated by commas, semicolons or tabs",
        "csv.only": "only CSV files with commas, semicolons or tabs can be read",
    }
)
"""What commands say about files."""

ACTIVITIES = Texts(
    {
        "handed_over": "handed over",
        "task_registration": "registration",
        "not_diverted": "sent on to another authority",
        "party_split": "party split",
        "room_taken": "room taken",
        "unplaced": "not placed at the end",
        "boarding": "boarding",
        "ride": "ride",
        "task_check_in": "check-in",
        "stay": "stay",
        "task_visit": "visit",
        "task_swab": "swab",
        "result": "result of a test",
        "detected": "found infected",
        "detected_after_release": "found infected after release",
        "isolated": "isolated in the room",
        "to_hospital": "to hospital",
        "recovered": "recovered in the room",
        "discharged": "discharged from hospital",
        "restarted": "stay begins again",
        "moved_out": "site lost",
        "moved_in": "moved to another site",
        "task_release": "check-out",
        "left": "left the site",
        "present": "present at the start",
        "censored": "still there at the end",
    }
)
"""Activities of event logs, by kind of row or task."""

REFERENCE = Texts(
    {
        "title": "Reference of scenarios",
        "intro": (
            "Every key of a scenario file (TOML) with its unit, rule, default and meaning. `<id>` stands for an "
            "id that you choose: small letters, digits, underscores. `[]` stands for rows of a list or of a CSV file. "
            "Made by "
            '`qcap schema` from the schema itself. `extends = "other.toml"` at the top takes over all values of another '
            "scenario; the file then changes only what it names. "
            '`ensemble = "district_ensemble.parquet"` names draws of '
            "values that calibration left open, beside the file that names them: run, compare, sweep, tornado and cap take "
            "draw m with replication m. Values in files below that one, or of `--set`, are set and not drawn; "
            '`ensemble = "none"`, or `--ensemble none`, switches it off.'
        ),
        "top": "Top of the file",
        "head": "| Key | Unit | Rule | Default | Meaning |",
        "extends": "Scenario file whose values this one takes over and changes.",
        "ensemble": 'Draws of values that calibration left open (a file of qcap calibrate), or "none".',
        "clock": 'clock time in quotes, "HH:MM"',
        "number": "number",
        "whole": "whole number",
        "text": "text",
        "switch": "true or false",
        "date": "date",
        "moment": "date, or date and time",
        "table": "table",
        "tables": "one table for each id",
        "by_key": "one value for each key",
        "rows": "rows, or the name of a CSV file",
        "list": "list",
        "one_of": "one of {values}",
        "at_least": "at least {value}",
        "more_than": "more than {value}",
        "at_most": "at most {value}",
        "less_than": "less than {value}",
        "entries": "at least {value} entries",
        "required": "must be given",
        "left_out": "left out",
        "its_defaults": "a table of defaults",
    }
)
"""Words of the reference page."""

DESCRIBE = Texts(
    {
        "title": "STRESS-DES checklist: {title}",
        "intro": (
            "Filled in by `qcap describe` as far as the program knows; the items are those of Monks et al. (2019), "
            "doi:10.1080/17477778.2018.1442155. What it cannot know is marked: {to_fill}."
        ),
        "to_fill": "to be filled in by you",
        "1": "1. Objectives",
        "1.1": "1.1 Purpose of the model",
        "1.1.text": (
            "To find how many staff, rooms and coaches a quarantine operation needs: {title}. Background and decision:"
        ),
        "1.2": "1.2 Model outputs",
        "1.2.text": "{n} measures for each replication, defined by `qcap measures`, from one event log: {families}.",
        "1.2.targets": "Targets of this scenario: {targets}.",
        "1.2.at_least": "{what} ({place}) at least {value} in {share} of replications",
        "1.2.at_most": "{what} ({place}) at most {value} in {share} of replications",
        "1.2.no_targets": "The scenario sets no targets.",
        "1.3": "1.3 Aims of experimentation",
        "1.3.text": "Which settings are compared, and why:",
        "2": "2. Logic",
        "2.1": "2.1 Diagram of the base model",
        "2.2": "2.2 Logic of the base model",
        "2.2.text": (
            "People come to {ports} in hand-over groups of parties, are registered, get a room at one of {sites} candidate "
            "sites, travel by coach, are checked in, stay, and are released. Left out of this scenario:"
        ),
        "2.2.nothing": "nothing",
        "2.3": "2.3 Logic of scenarios",
        "2.3.text": (
            "A scenario is a file that may extend another one; every value has a path and can be changed with --set. All "
            "scenarios meet the same travellers (common random numbers). Differences between your scenarios:"
        ),
        "2.4": "2.4 Algorithms",
        "2.4.arrivals": (
            "Arrivals: Poisson groups with an hourly profile; the level of a port and day is gamma distributed "
            "(variance / mean of people per day: {dispersion})."
        ),
        "2.4.arrivals_cv": (
            "Arrivals: Poisson groups with an hourly profile; the level of a port and day is gamma distributed "
            "(standard deviation / mean of the level: {cv} on every day)."
        ),
        "2.4.sites": ("Site of a new coach load: {allocation}."),
        "2.4.allocation.spread": "that with most free rooms",
        "2.4.allocation.fill": "the first in order of opening that has room",
        "2.4.allocation.nearest": "that with the shortest ride",
        "2.4.allocation.assigned": "drawn by weight for each party, which waits for it",
        "2.4.on_demand": (
            "The next site is opened, {lead} hours later, when fewer than {reserve} rooms are free, those that waiting "
            "parties need taken off."
        ),
        "2.4.no_sites": "No sites.",
        "2.4.coaches": (
            "A coach leaves full ({seats} seats) or when its first party has waited {hold} minutes, with {escorts} escorts."
        ),
        "2.4.alone": "Parties travel alone, at once.",
        "2.4.staff": (
            "Staff: tasks queue by class, then first come, first served; only the head may start; staff finish the task in "
            "hand at the end of a shift."
        ),
        "2.4.tests": (
            "Swabs on days {days} of the stay, results {hours} hours later. Who is found infected, by a result or by "
            "symptoms at a health check, goes to hospital; the others of the party begin their stay again, at most twice."
        ),
        "2.4.health": (
            "Infected on arrival: {share}. Incubation lognormal; {never} never have symptoms; sensitivity of tests by days "
            "since infection."
        ),
        "2.4.brigade": (
            "A pool whose oldest task has waited {trigger} hours calls {people} people of the reserve brigade, who come "
            "{lead} hours later for {days} days."
        ),
        "2.4.disruptions": "Disruptions: {kinds}.",
        "2.5": "2.5 Components",
        "2.5.1": "2.5.1 Entities",
        "2.5.1.text": "Parties of 1 to {largest} people; health belongs to each person. Coach loads of parties.",
        "2.5.2": "2.5.2 Activities",
        "2.5.2.constant": "constant",
        "2.5.2.exponential": "exponential",
        "2.5.2.lognormal": "lognormal",
        "2.5.2.gamma": "gamma",
        "2.5.2.uniform": "uniform",
        "2.5.2.mean": "mean",
        "2.5.2.cv": "standard deviation / mean",
        "2.5.2.low": "from",
        "2.5.2.high": "to",
        "2.5.2.none": "No task takes time.",
        "2.5.2.head": "| Activity | Time |",
        "2.5.2.service": "{numbers} (minutes)",
        "2.5.2.visit": "visit: {kind}",
        "2.5.2.visit_times": "at {times}: {room} minutes a room, {person} a person",
        "2.5.2.swabs": "swab",
        "2.5.2.head_count": "head count at boarding and on arrival",
        "2.5.2.each": "{minutes} minutes a person",
        "2.5.2.ride": "ride to the site",
        "2.5.2.ride_range": "{least} to {most} minutes by site",
        "2.5.2.minutes": "{minutes} minutes",
        "2.5.2.days": "{days} days",
        "2.5.2.drawn_days": "mean {days} days, drawn for each party",
        "2.5.2.hours": "{hours} hours",
        "2.5.3": "2.5.3 Resources",
        "2.5.3.head": "| Resource | Number |",
        "2.5.3.pool": "staff of {pool}: on duty per day, fixed posts per shift",
        "2.5.3.posts_share": "{share} of the shift",
        "2.5.3.by_roster": "by roster",
        "2.5.3.coaches": "coaches at {port}",
        "2.5.3.rooms": "rooms of {sites} candidate sites",
        "2.5.3.brigade": "people of the reserve brigade",
        "2.5.3.beds": "beds of the designated hospital",
        "2.5.3.laboratory": "swabs that the laboratory takes a day",
        "2.5.3.no_limit": "no limit",
        "2.5.4": "2.5.4 Queues",
        "2.5.4.text": (
            "Staff of each pool; rooms (scanned in order of waiting, each that fits is placed); coaches of each "
            "point; none has a limit."
        ),
        "2.5.5": "2.5.5 Entry and exit",
        "2.5.5.text": (
            "Entry: hand-over at a port inside its opening hours. Exit: sent on at the point ({share}), released from the "
            "site, to hospital, or left without rooms at the end of the window."
        ),
        "2.5.5.share": "{port}: {share}",
        "3": "3. Data",
        "3.1": "3.1 Data sources",
        "3.1.text": "{n} values: {counts}. Files read: {files}.",
        "3.1.kind": "{n} {kind}",
        "3.1.figures": "Reported figures that the model is held against:",
        "3.1.head": "| Measure | Where | Reported | Role | Why this tolerance |",
        "3.2": "3.2 Pre-processing",
        "3.2.text": "How the files above were made from raw data:",
        "3.3": "3.3 Input parameters",
        "3.3.text": "{n} values of single sites are left to the list of sites.",
        "3.3.head": "| Path | Value | Unit | Kind | Source |",
        "3.4": "3.4 Assumptions",
        "3.4.text": "Values that rest on an assumption, as the scenario states it:",
        "3.4.assumed": "{words}: {paths}",
        "3.4.not_stated": "{n} values have no stated source.",
        "4": "4. Experimentation",
        "4.1": "4.1 Initialisation",
        "4.1.empty": "A terminating simulation that starts empty; no warm-up.",
        "4.1.initial": "A terminating simulation that starts with {n} parties in sites.",
        "4.1.window": "Measures count parties handed over from {first} to {last}.",
        "4.2": "4.2 Run length",
        "4.2.text": "{first} to {last} ({days} days); guests are then followed until release, for 60 days at most.",
        "4.3": "4.3 Estimation",
        "4.3.text": (
            "Independent replications; means with 95 % intervals (Student's, put right for skewness by Hall's "
            "transformation; exact ones of shares of replications; the rule of three for what never came), targets with "
            "exact one-sided bounds at 95 %, quantiles of single replications."
        ),
        "4.3.tell": "Intervals tell {tell}.",
        "4.3.ensemble": "Intervals of a run with --ensemble none tell chance only; otherwise they carry doubts about inputs "
        "too, those of {file}.",
        "4.3.run": "This run: {finished} replications, seed {seed}.",
        "4.3.no_run": "Number of replications and seed: known once it has run (describe the results folder).",
        "5": "5. Implementation",
        "5.1": "5.1 Software",
        "5.1.text": "{versions}.",
        "5.2": "5.2 Random sampling",
        "5.2.text": (
            "Counter-based generator (Philox, numpy): a draw is a function of seed, replication, stream, entity "
            "and occasion; variates by inverse transform."
        ),
        "5.3": "5.3 Execution",
        "5.3.text": (
            "Event driven, whole seconds; simultaneous events in a fixed total order; decisions once after all "
            "changes of a second."
        ),
        "5.3.run": "Engine {engine}, {executor}: {seconds} seconds. Command: `{command}`.",
        "5.4": "5.4 System",
        "5.4.run": "{machine}. Processor, memory, operating system:",
        "5.4.no_run": "Processor, memory, operating system and run time:",
        "6": "6. Code access",
        "6.1": "6.1 Sharing of the model",
        "6.1.text": (
            "qcap {version}, MIT licence; hash of the sources that decide about numbers: {hash}. Scenario hash: "
            "{scenario}. Where to get it:"
        ),
    }
)
"""Words of the STRESS-DES checklist, by item."""
