"""Words of `qcap compare`, `qcap tornado` and `qcap cap`: answers, tables and pictures."""

from __future__ import annotations

from sim.words.language import Texts

UNITS = Texts(
    {
        "share": (100.0, "%", "points"),
        "minutes": (1.0, "minutes", "minutes"),
        "long minutes": (1 / 60, "hours", "hours"),
        "very long minutes": (1 / 1440, "days", "days"),
        "yuan": (1e-6, "million yuan", "million yuan"),
    }
)
"""By unit of a measure: factor, unit of a value in a sentence, unit of a difference. Others stay as they are."""

REFUSED = Texts(
    {
        "no_measure": "{option} {text}: no such measure",
        "no_place": "{option} {text}: no such place",
        "many": "{option}: {n} measures; at most 4, because they are tested together",
        "each_once": "{option}: each measure and place once",
        "needs_place": "{option} {text}: needs a place, such as {example}",
        "failed": "failed: {name}: {reason}; nothing was written",
        "no_other": "give at least one scenario that is not the base",
        "twice": "{name}: two files have this name; names must differ, because tables go by them",
        "no_parent": "{file}: extends no other file; give a second scenario, or --base FILE",
        "no_common": "the scenarios extend no file in common; name the one to hold them against with --base FILE",
    }
)
"""Why a comparison is not made."""
COMPARE = Texts(
    {
        "title": "Answers: {n} questions put to “{base}”",
        "title_one": "Answers: 1 question put to “{base}”",
        "intro": (
            "Each scenario is held against “{base}” with the same travellers in both: {runs}, seed {seed}. A number is the "
            "mean over replications of this scenario, then that of the base, then the difference with its interval. The "
            "intervals of one question hold together with 95 % certainty (Bonferroni); they tell {doubt}."
        ),
        "methods": (
            "Means take Student's interval of the paired differences, put right for skewness (Hall 1992), medians, 95 % "
            "values, maxima and days open a bootstrap of the pairs, shares of replications Newcombe's interval. What a "
            "question does not name is descriptive: with hundreds of intervals in differences.csv some miss by chance "
            "alone."
        ),
        "doubt_of_base": "In the base, {doubt}.",
        "short": "people wait for rooms, so that rooms taken do not tell how many are needed: {told}",
        "same": "{what}: {value}, as in the base in every replication",
        "clear": "{what}: {value} instead of {base} ({difference})",
        "unclear": "{what}: {value} and {base}, no clear difference ({difference})",
        "no_pairs": "{what}: no replication has a value in both",
        "one": "{what}: {value} instead of {base} ({difference}; one replication has no interval)",
        "plus_minus": "{difference} ± {half} {unit}",
        "constant": "{difference} {unit} in all {n}",
        "from_to": "{difference} {unit}, from {low} to {high}",
        "where": "{label} ({place})",
        "worst_shift": "worst shift, {pool}",
        "target": "Target “{what}”",
        "target.other": (
            "{target} in {wanted} of replications: {verdict} ({met} of {n} meet it); in the base {base_verdict} "
            "({base_met} of {n})"
        ),
        "target.alike": (
            "{target} in {wanted} of replications: {verdict} ({met} of {n} meet it), as in the base ({base_met} of {n})"
        ),
        "at_most": "{label} at most {value}",
        "at_least": "{label} at least {value}",
        "changed.of": "Changed ({name}): {changes}",
        "changed.line": "Changed: {changes}",
        "change": "{path}: {base} → {value}",
        "more_changes": "and {n} more, see changes.csv",
        "nothing_changed": "Nothing: this file says the same as the base.",
        "used_up": (
            "The list of sites was used up in {n} of {runs} replications: list more candidates before you trust its rooms."
        ),
        "used_up_base": "In the base the list of sites was used up in {n} of {runs} replications.",
        "failed": "{n} of {runs} replications failed and are left out; the first: {reason}",
        "first_difference": "Until {moment} the first replication is the same as in the base.",
        "never_different": "The first replication is the same as in the base to the end; others may differ.",
        "differs_at_once": "The first replication differs from the base from the beginning.",
        "picture": "Differences of the scenarios from the base",
        "again": "{n} of {all} replications were run again on SimPy: identical.",
        "runs": "{n} replications",
        "runs_one": "1 replication",
        "place.all": "everywhere",
        "column.scenario": "Scenario",
        "column.measure": "Measure",
        "column.base": "Base",
        "column.value": "Here",
        "column.difference": "Difference",
        "column.p": "p (Holm)",
        "column.gain": "Gain",
        "column.same": "none in any replication",
        "with_remark": "{value} ({remark})",
        "column.unclear": "not clear",
        "in_base": "{value} in the base",
        "in_base_by_place": "base:\n{values}",
        "by_place": "{place} {value}",
        "gain": "Gain: how many times more independent replications would tell as much as these with travellers in common.",
        "screen.head_one": "1 scenario against “{base}”, {runs}, seed {seed}, engine {engine}, {time}",
        "screen.head": "{n} scenarios against “{base}”, {runs}, seed {seed}, engine {engine}, {time}",
        "screen.intervals": (
            "Intervals of the measures of one scenario hold together with 95 % certainty; p-values are adjusted by Holm's "
            "method. They tell {doubt}. All other measures, descriptive: differences.csv; in sentences: answers.md"
        ),
    }
)
"""Sentences of a comparison; {} are filled in by `sim.commands.compare.answers`."""

FOREST = Texts(
    {
        "message": "Largest change of “{measure}”: {difference} {unit} by “{name}”",
        "message_none": "No change makes a clear difference to these measures",
        "of_theme": "{theme}: {message}",
        "note": (
            "Difference from “{base}”, mean of {runs} with its interval; a filled mark was named beforehand (intervals of "
            "one row hold together), an open one is descriptive. An arrow: the interval goes on beyond the axis; with a "
            "number, the difference itself lies there."
        ),
        "no_port": "not by port",
        "skipped": "no scenario has a value of these measures",
        "series.found": "{scenario}: {found}",
        "series.message_many": "{scenario} against “{base}”",
        "series.note": "Lines: median of {runs} at each hour. Bands: 90 % of the single replications.",
        "series.note_every": (
            "Lines: median of {runs}, every {hours} hours; people at the point: the highest of each day. Bands: 90 % of "
            "the single replications."
        ),
        "series.same": "{what}: the same",
        "series.base": "base",
        "series.scenario": "this scenario",
        "series.at": "{quantity}, {place}",
    }
)
"""Words of the pictures of a comparison."""

RISK = Texts(
    {
        "message": (
            "Infections after release for each {base} infected people: {first} after {first_days} days of quarantine, "
            "{last} after {last_days}"
        ),
        "of_plan": "{message} ({plan})",
        "note": "Mean of {runs} with its 95 % interval. A line for each plan of tests.",
        "days": "Days of quarantine",
        "people": "Infections after release for each {base} infected people",
        "people_one": "Infections after release for each infected person",
        "message_one": (
            "Infections after release for each infected person: {first} after {first_days} days of quarantine, {last} "
            "after {last_days}"
        ),
        "tests": "tested {days}",
        "no_test": "no test",
        "at_port": "at the port",
        "first": "on the first day",
        "before_last": "on the day before the last",
        "last": "on the last day",
        "day": "on day {day}",
    }
)
"""Words of the picture of risk against days of quarantine."""

THEMES = Texts(
    {
        "arrivals": "Arrivals",
        "staff": "Staff",
        "sites": "Sites and rooms",
        "stay": "Stay, swabs and health",
        "way": "Registration and coaches",
        "events": "Disruptions",
        "other": "Other changes",
    }
)
"""What scenarios of a comparison change, in the order of its pictures."""

TORNADO = Texts(
    {
        "no_measure": "{scenario}: names no measure; add a line such as {hint}",
        "message": "What matters most for {measure}: {path}",
        "message_none": "No assumption changes any of these measures",
        "note": (
            "Bars: from things as they are to the low end (blue) and the high end (orange) of one assumption, the others "
            "as they are; mean of {runs} with the same travellers. Thin lines: 95 % intervals. The {rows} widest of each "
            "measure; numbers stand where one bar dwarfs the others."
        ),
        "axis": "difference in {unit} ({base})",
        "ends": "({low} – {high})",
        "list": "one list",
        "other_list": "another list",
        "skipped": "no end of a range has a value of a headline measure",
        "head": "{n} assumptions of “{title}” at both ends, {runs}, seed {seed}, engine {engine}, {time}",
        "column.path": "Assumption",
        "column.low": "Low end",
        "column.high": "High end",
        "widest": "{measure}, {value} as things are: the {n} assumptions that move it most",
        "unmoved": "{measure}, {value} as things are: none of the {n} assumptions moves it in its range.",
        "little": "The other {n} move it by less.",
        "verdict": (
            "Target “{what}” in {share} of replications: {verdict} as things are ({met} of {n} replications meet it)."
        ),
        "few": "warning: {n} replications can not make it certain that target {target} holds at an end of a range: with "
        "{ends} ends at least {needed} are needed",
        "flip": "With {path} = {value}: {verdict} ({met} of {n} replications meet it).",
        "no_flip": "No assumption in its range changes that for certain.",
        "open": "Not certain with {paths}: more --replications would tell.",
        "open.too_few": "Not certain with {paths}: that it holds there takes --replications {least} at least.",
        "rule": (
            "Holds, missed: by exact bounds of the share of replications, 95 % as things are and 95 % for all ends "
            "together."
        ),
        "more": "{n} more",
        "one_by_one": "One assumption at a time: what two do together is not seen here. Intervals tell {tell}.",
        "used_up": "The list of sites is used up in some replications with {paths}: there its rooms are a lower limit.",
    }
)
"""Words of `qcap tornado`."""

CAP = Texts(
    {
        "tell": "Replications carry {tell}.",
        "no_target": "--target {target}: {path} has no such target; {hint}",
        "targets": "there is {names}",
        "no_targets": "there is none; add a table such as [targets.quick] with measure, place and at_most or at_least",
        "never_certain": "--target {target}: share_of_runs is 1, and no number of replications can show that; ask for less",
        "resource.rooms": "hotel rooms",
        "resource.coaches": "coaches",
        "staff": "staff ({pool})",
        "step": (
            "{part}: arrivals x {factor}: {met} of {n} replications meet the target, so at least {low} do with "
            "{confidence} confidence: {verdict}"
        ),
        "part.search": "search",
        "part.verify": "fresh replications",
        "part.lifted": "{resource} without limit",
        "headroom": (
            "“{what}” holds in {share} of replications, with {confidence} confidence, up to {factor} times the arrivals of "
            "“{title}”: headroom {room}."
        ),
        "headroom_below": (
            "“{what}” is not sure to hold in {share} of replications with the arrivals of “{title}”, only with {factor} "
            "times as many: today's are {room} too many."
        ),
        "intake": (
            "That is {steady} people on a usual day (median) and {busiest} on the busiest, {day}, not {steady_now} and "
            "{busiest_now}; on average {mean} a day and not {mean_now}."
        ),
        "intake_alike": "That is {mean} people every day and not {mean_now}.",
        "no_end": (
            "“{what}” holds at every factor tried, up to {factor} times the arrivals: something else must give first."
        ),
        "none": (
            "“{what}” holds at no factor tried, down to {factor} times the arrivals: it is not for fewer people that it is "
            "missed."
        ),
        "not_verified": (
            "The search found {factor}, but fresh replications do not confirm it, nor anything a little below: use more "
            "--replications."
        ),
        "first": (
            "First to give: {resource}. At {factor} times the arrivals {met} of {n} replications meet the target; without "
            "limit of {lifted}."
        ),
        "first_alike": (
            "First to give, and these cannot be told apart: {resource}. At {factor} times the arrivals {met} of {n} "
            "replications meet the target; without limit of {lifted} (same travellers, exact test of the replications that "
            "differ); more --replications may tell."
        ),
        "first_none": (
            "No single resource can be said to give first: at {factor} times the arrivals {met} of {n} replications meet "
            "the target, and that lifting one limit makes it more cannot be told from chance; without limit of {lifted}."
        ),
        "lifted": "{resource} {met} of {n}",
        "used_up": "At {factor} times the arrivals the list of sites is used up in {n} of {runs} replications.",
        "too_few": "{n} replications can not show it even when all meet the target: give at least {least}",
        "verified": "Found by bisection on {n} replications with the same travellers, verified on {n} fresh ones.",
    }
)
"""Words of `qcap cap`."""
