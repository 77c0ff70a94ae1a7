"""Words of `qcap compare`, `qcap tornado` and `qcap cap`: answers, tables and pictures."""

from __future__ import annotations

UNITS: dict[str, tuple[float, str, str]] = {
    "share": (100.0, "%", "points"),
    "minutes": (1.0, "minutes", "minutes"),
    "long minutes": (1 / 60, "hours", "hours"),
    "yuan": (1e-6, "million yuan", "million yuan"),
}
"""By unit of a measure: factor, unit of a value in a sentence, unit of a difference. Others stay as they are."""

COMPARE = {
    "title": "Answers: {n} questions put to “{base}”",
    "title_one": "Answers: 1 question put to “{base}”",
    "intro": (
        "Each scenario is held against “{base}” with the same travellers in both: {runs}, seed {seed}. A number is the "
        "mean over runs of this scenario, then that of the base, then the difference with its interval. The intervals "
        "of one question hold together with 95 % certainty (Bonferroni); they tell {doubt}."
    ),
    "doubt.chance": "chance only, not doubts about inputs",
    "doubt.ensemble": "chance and doubts about the calibrated values together: each run takes another draw of them",
    "methods": (
        "Means take a t interval of the paired differences (±), medians, 95 % values, maxima and days open a bootstrap "
        "of the pairs (from … to …), shares of runs Newcombe's interval. What a question does not name is descriptive: "
        "with hundreds of intervals in differences.csv some miss by chance alone."
    ),
    "same": "{what}: {value}, the same in every run",
    "clear": "{what}: {value} instead of {base} ({difference})",
    "unclear": "{what}: {value} and {base}, no clear difference ({difference})",
    "no_pairs": "{what}: no run has a value in both",
    "one": "{what}: {value} instead of {base} ({difference}; one run has no interval)",
    "plus_minus": "{difference} ± {half} {unit}",
    "from_to": "{difference} {unit}, from {low} to {high}",
    "where": "{label} ({place})",
    "target": "Target “{what}”",
    "target.met": "{target}: met in {share} of runs instead of {base} ({difference} points, from {low} to {high})",
    "target.same": "{target}: met in {share} of runs, as in the base",
    "at_most": "{label} at most {value}",
    "at_least": "{label} at least {value}",
    "changed": "Changed",
    "change": "`{path}`: {base} → {value}",
    "more_changes": "and {n} more, see changes.csv",
    "nothing_changed": "Nothing: this file says the same as the base.",
    "used_up": "The list of sites was used up in {n} of {runs} runs: list more candidates before you trust its rooms.",
    "used_up_base": "In the base the list of sites was used up in {n} of {runs} runs.",
    "failed": "{n} of {runs} runs failed and are left out; the first: {reason}",
    "first_difference": "Until {moment} the first run is the same as in the base.",
    "never_different": "The first run is the same as in the base to the end.",
    "picture": "Differences of all scenarios in one picture",
    "again": "{n} of {all} runs were run again on SimPy: identical.",
    "runs": "{n} runs",
    "runs_one": "1 run",
    "place.all": "everywhere",
    "column.scenario": "Scenario",
    "column.measure": "Measure",
    "column.base": "Base",
    "column.value": "Here",
    "column.difference": "Difference",
    "column.p": "p (Holm)",
    "column.gain": "Gain",
    "column.same": "none in any run",
    "column.unclear": "not clear",
    "in_base": "{value} in the base",
    "gain": "Gain: how many times more independent runs would tell as much as these with travellers in common.",
    "screen.head": "{n} scenarios against “{base}”, {runs}, seed {seed}, engine {engine}, {seconds} seconds",
    "screen.intervals": (
        "Intervals of the measures of one scenario hold together with 95 % certainty; p-values are adjusted by Holm's "
        "method. They tell {doubt}. All other measures, descriptive: differences.csv; in sentences: answers.md"
    ),
}
"""Sentences of a comparison; {} are filled in by `sim.experiments.compare_answers`."""

FOREST = {
    "message": "What {n} changes do, for the same travellers",
    "message_one": "What one change does, for the same travellers",
    "note": (
        "Difference from “{base}”, mean of {runs} with its interval; a filled mark was named beforehand (intervals of "
        "one row hold together), an open one is descriptive. An arrow with a number: beyond the axis."
    ),
    "skipped": "no scenario has a value of these measures",
    "series.message": "{scenario}: {quantity} beside “{base}”",
    "series.message_many": "{scenario} beside “{base}”",
    "series.note": "Lines: median of {runs} at each hour. Bands: 90 % of the single runs.",
    "series.base": "base",
    "series.scenario": "this scenario",
    "series.at": "{quantity}, {place}",
}
"""Words of the pictures of a comparison."""
