"""What commands say beside their screens: progress, faults of a run, headings of tables.

The help of options stands with the options, as typer wants it.
"""

from __future__ import annotations

from sim.words.language import Texts

HELP = Texts(
    {
        "Show this message and exit.": "Show this message and exit.",
        "Show the version and exit.": "Show the version and exit.",
        "Language of all words; else QCAP_LANG, else the system's.": (
            "Language of all words; else QCAP_LANG, else the system's."
        ),
        "required": "required",
        "default": "default: {value}",
        "default.range": "default: {value}; {range}",
    }
)
"""What typer says by itself on a page of help."""

USAGE = Texts(
    {
        "invalid": "Invalid value for {name}: {what}",
        "no_option_of": "Missing option {name}. Choose from: {choices}",
        "no_argument": "Missing argument {name}",
        "no_option": "Missing option {name}",
        "extra": "Got unexpected extra argument ({names})",
        "extras": "Got unexpected extra arguments ({names})",
        "extra_s": "Got unexpected extra argument(s) ({names})",
        "unknown_option": "No such option: {name}",
        "unknown_command": "No such command {name}",
        "takes_none": "Option {name} does not take a value",
        "takes_one": "Option {name} requires an argument",
        "choices": "{value} is not one of {choices}",
        "at_least": "Input should be greater than or equal to {low}",
        "at_most": "Input should be less than or equal to {high}",
        "above": "Input should be greater than {low}",
        "below": "Input should be less than {high}",
        "whole": "{value} is not a valid integer",
        "number": "{value} is not a valid float",
        "range": "{value} is not in the range {range}",
        "whole_parsed": "Input should be a valid integer, unable to parse string as an integer",
        "number_parsed": "Input should be a valid number, unable to parse string as a number",
        "date": "{value} does not match the formats {formats}",
        "no_file": "File {name} does not exist",
        "no_path": "Path {name} does not exist",
    }
)
"""Usage errors in typer's own words, so that they are known again and told in another language."""
SAID = Texts(
    {
        "warning": "warning: {words}",
        "begun": "{what}: {n} replications begun",
        "begun_one": "{what}: 1 replication begun",
        "begun_auto": "{what}: replications until precise begun",
        "ended": "{what}: ended",
        "prepare.without": "numba is not installed: everything runs on SimPy",
        "prepare.done": "the quick engine is ready: the next run begins at once",
        "prepare.not_kept": "the quick engine could not be kept: each run compiles it anew",
        "prepare.check": "the quick engine is not compiled yet: qcap prepare does it now, about {seconds} seconds, else the first run",
        "void": "the engines differ: the numbers above must not be used, and nothing is kept",
        "follows": "{what} follow, then the folder with all files",
        "follows.pictures": "pictures",
        "follows.repeats": "repeats on SimPy",
        "being_written": "results are being written; Ctrl-C again throws them away",
        "kept": "interrupted: {finished} of {requested} replications are kept",
        "nothing_written": "interrupted: nothing was written",
        "all_or_nothing": "interrupted: nothing was written; take fewer --replications, or qcap sweep, which keeps what is "
        "finished and goes on with --resume",
        "broken": "failed: histories break rules that must hold; nothing was written",
        "broken.replication": "replication {number}: {words}",
        "used_up": "the list of sites was used up in {n} of {runs} replications: list more candidates",
        "page_failed": "the page could not be made ({kind}: {error}); the numbers are kept: try qcap brief",
        "pictures_failed": "pictures failed: {kind}: {error}",
        "picture_skipped": "picture {name} was not drawn: {reason}",
        "failed": "failed: {words}",
        "no_words": "no further words",
        "debug": "--debug shows where",
        "help": "{command} --help shows what there is",
        "did_you_mean": "; did you mean {names}?",
        "or": " or ",
        "init.file": "{folder}: is a file; choose a folder",
        "init.english": "the comments of this case are in English; those of --from minimal are translated",
        "convert.ending": "{file}: must end in .toml or .xlsx ({endings} can be read)",
        "init.next": "next: qcap check {folder}, then qcap run {folder}",
        "replications": "{text!r} is neither a number from 1 to 100000 nor auto",
        "precision.alone": "--precision and --precision-of need --replications auto",
        "precision.share": "--precision {value:g}: must be a share between 0 and 1, such as 0.05",
    }
)
"""Lines of commands, by what they are about."""

FOLDED = Texts({"few": "{n} in all: also {places}", "many": "{n} in all: also {places}, …"})
"""Behind the first of several warnings of one kind."""

CHECKED = Texts(
    {
        "span": "{first} to {last}, {days} days",
        "out_of_several": "takes one scenario",
        "days_kept": "every day, and the ladder of sites: {folder}",
        "path": "Path",
        "value": "Value",
        "unit": "Unit",
        "from": "From",
        "as_above": "as above",
        "values": "{n} values:",
        "kind": "{kind}: {words}",
        "values_hint": "--values lists them with their sources",
        "all": "--all lists each site's values",
        "left_out": "Left out:",
        "warnings": "Warnings:",
        "times": "{value} ({n} times)",
        "range": "{least} to {most} ({n} values)",
        "n_values": "{n} values",
        "no_faults": "No faults.",
        "one_of_several": "{file}: no faults, {n} values",
        "warning": "warning: {warning}",
        "alone": "Checked alone, each tells its values, their sources and what they lead to.",
        "figures": "Reported figures to compare results with: {n}.",
    }
)
"""Words of the list of values of `qcap check`."""

TABLE = Texts(
    {
        "measure": "Measure",
        "where": "Where",
        "mean": "Mean",
        "band": "Band",
        "band.text": "{low} to {high}",
        "unit": "Unit",
        "n": "n",
        "note": (
            "Mean {pm} half of its 95 % interval; band: 5 % to 95 % of single replications; n: replications with a value.\n"
            "Intervals and bands tell {tell}.\n"
            "Sites and teams one by one, medians and longest waits: summary.csv"
        ),
        "figure": "Reported figure",
        "reported": "Reported",
        "this_run": "This run",
        "off_by": "Off by",
        "within": "Within",
        "role": "Role",
        "no_value": "no value",
        "yes": "yes",
        "no": "no",
        "missed": "not within its tolerance: {measure}, {place} ({why})",
        "perhaps": "; perhaps by chance: its interval reaches the tolerance",
        "places": "Places",
        "meaning": "Meaning",
    }
)
"""Words of the tables of all measures."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "What is simulated": (
        "--observed", "--from", "--to", "--days", "--fit-stay", "--every", "--map", "--dates", "--place",
        "--vary", "--plan", "--design", "--points", "--base", "--target", "--primary", "--targets", "--unknowns",
        "--set", "--ensemble",
    ),
    "How often, and how sure": (
        "--replications", "--budget", "--precision", "--precision-of", "--confidence", "--seed",
    ),
    "What is kept": (
        "--out", "--force", "--resume", "--measures", "--events", "--excel", "--brief", "--plots", "--format",
        "--replay",
    ),
    "What is shown": ("--preview", "--values", "--all", "--table", "--quiet", "--json", "--dry-run"),
    "How it is computed": (
        "--workers", "--engine", "--check", "--cluster", "--tls-ca", "--tls-cert", "--tls-key",
    ),
    "Help": ("--lang", "--debug", "--help"),
}  # fmt: skip
"""Options by heading; the same option stands under the same heading in every command."""

OTHER = "Other"
"""Heading of options that have none."""
