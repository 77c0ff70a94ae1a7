"""Words about calibration and ensembles. Nothing is computed here."""

from __future__ import annotations

from sim.words.language import Texts

ENSEMBLE = Texts(
    {
        "used": "ensemble {name}: {draws} draws, draw m with replication m; intervals and bands tell {tell}",
        "tell": "chance and doubt about {about}",
        "and": " and ",
        "values": "{n} values",
        "values_one": "1 value",
        "rules": "{n} rules",
        "rules_one": "1 rule",
        "given": "a rule is set: the {draws} of {all} draws that have it are used",
        "fixed": "set, not drawn: {paths}",
        "share": "of the spread between replications at least about {shares} is doubt about drawn values and rules; the "
        "rest is chance, and what a straight line in the draws does not see",
        "share.most": "at least {share} of the spread of {measure} is doubt",
        "share.of": "{share} of {measure}",
        "off": "give --ensemble none to run one setting",
        "again": "{replications} replications are more than the {draws} draws: they are used again from replication {next}",
        "nothing": "ensemble {name}: nothing is left to draw, all its values are set; intervals and bands tell {tell}",
        "one_setting": "qcap check shows one setting; run, compare, sweep, tornado and cap take the draws of {name}",
        "other": "{name} and {base} are run with different ensembles: give --ensemble FILE, or --ensemble none",
        "against": "{path} = {value}: fixed, against {values} in the base",
        "against.values": "values from {low} to {high} (5 to 95 %)",
        "against.rule": "{rule} in {share}",
    }
)
"""What is said about an ensemble before a run."""

CALIBRATE = Texts(
    {
        "plan": "{unknowns} numbers and {rules} rules are not known; {figures} figures are aimed at: {budget:,} histories "
        "in {rounds} rounds, then about {fresh:,} fresh ones",
        "progress": "{count:,} of {total:,} histories, {left} left",
        "no_file": "has no {file} beside it",
        "give": "give {option} FILE",
        "minutes": "about {n:.0f} minutes",
        "soon": "less than a minute",
        "kept": "interrupted: {count:,} of {total:,} histories are kept in {folder}; go on with: {command}",
        "chunks": "{folder}: holds {n} finished chunks of a calibration that was interrupted; --resume goes on with them, "
        "--force throws them away",
    }
)
"""Lines on stderr."""

TITLES = Texts(
    {
        "targets": "Reported figures beside fresh histories",
        "unknowns": "What is not known",
        "rules": "Rules",
        "by_rule": "Held-out figures under each rule",
        "staff": "Staff needed at other values of one that was not reported",
        "one_table": "All figures in one table",
        "trade": "Are the people who were sent the people who were needed?",
        "by_choice": "Answers under each choice",
        "pairs": "Values that trade off",
        "parts": "Where the spread of answers comes from",
        "next": "Which figure to collect next",
        "tolerances": "At half and double tolerance",
        "proof": "Does the method find the truth?",
        "notes": "To know before using this",
    }
)
"""Headings of screen and report."""

COLUMNS = Texts(
    {
        "figure": "Figure",
        "where": "Where",
        "reported": "Reported",
        "median": "Median",
        "band": "5 % to 95 %",
        "off": "Off by",
        "met": "Met",
        "role": "Role",
        "unknown": "Unknown",
        "prior": "Before: 5 % to 95 %",
        "posterior": "After: median, 5 % to 95 %",
        "told": "What the figures told",
        "rule": "Rule",
        "share": "Share",
        "prior_share": "Before",
        "effective": "Effective",
        "nearest": "Nearest history",
        "value": "Value",
        "choice": "Choice",
        "histories": "Histories",
        "mean": "Mean day",
        "max": "Busiest day",
        "correlation": "Correlation",
        "answer": "Answer",
        "chance": "Chance",
        "values": "Open values",
        "rules": "Rules",
        "values_of_both": "Open values without rules (95 %)",
        "removed": "Would remove",
        "half": "Half",
        "stated": "Stated",
        "double": "Double",
        "covered": "Held the truth",
    }
)
"""Columns of tables."""

ROLES = Texts(
    {
        "identity": "Identities: each goes in as a level and proves nothing",
        "fitted": "Fitted: settings were chosen so that these come out",
        "held_out": "Held out: predicted, never fitted; the test of the model",
        "descriptive": "Descriptive: arithmetic from other figures",
        "input": "Input: goes in, shown as a check",
    }
)
"""What figures of each role are worth, as headings."""

CELLS = Texts(
    {"yes": "yes", "no": "no", "no_value": "no value", "not_predicted": "not predicted", "too_few": "too few"}
)
"""Words in cells of tables."""

CALIBRATED_HEAD = """\
# Made by qcap calibrate. Of {n} draws that agree with the reported figures of {name} the one whose means over {fresh}
# fresh replications are nearest to them: distance {distance:.2f} (1: off by what tolerances and chance allow a mean).
# The least was {least:.2f}, with a standard error of {error:.2f}; of those alike this one was likeliest beforehand."""
"""First lines of calibrated.toml."""

SOURCE = {
    "number": "calibrated: posterior 5-95 % {low:,.4g} to {high:,.4g}{of}{tail}",
    "of": " of the value x (1 - {path})",
    "prior": "; the figures say nothing about it, its prior stands",
    "rule": "calibrated: posterior share {share}, one of {n} rules",
}
"""What a calibrated scenario says about the source of a value: English in every language, as what begins a source is read
again.
"""

SAYS_NOTHING = "the figures say nothing about this one"
NARROWED = "variance less by {share}"
SHIFTED = "moved by {shift:+.1f} sd of what was believed before"
NOT_MET = "not met: {measure}, {place} ({role}): reported {reported:,g}, median {median:,.1f}, {off:.1f} tolerances off"
WIDENED = (
    "few histories came near the figures: the limit of distance was widened to {limit:.2f} (stated: {stated:g}); "
    "effective sample size {effective:.0f}, wanted {wanted:.0f}"
)
FEW_DRAWS = "the budget is too small for {wanted} different draws: the ensemble repeats {distinct} by their weights"
FAILED = "{n:,} histories failed and agree with nothing; the first, {first}: {reason}"
DISHONEST = "the proof failed: 90 % intervals hold the truth too rarely or too often for {names}; see proof.csv"
TOO_FEW_PROOF = "the proof has {n} rows; {wanted} are wanted"
ONE_RULE = "the figures leave one rule"

REPORT = Texts(
    {
        "size": "{tolerance} (within {limit}): {size}",
        "title": "Calibration of {title}",
        "method": "{budget:,} histories in {rounds} rounds, each of a setting of its own: {first:,} drawn from what was "
        "believed before, the others round those that agreed best. {accepted:,} of them lie within a distance of "
        "{limit:.2f} of the figures that were aimed at (1: off by what tolerances and chance allow) and count as "
        "{effective:.0f} equally weighted ones. {compared} were run again on SimPy, with the same history. Values "
        "are calibrated under the rule {rule}{why}. {refused:,} draws were refused before they were run: they would leave "
        "a shift of a point too few people to ride with a coach. The ensemble has {draws:,} draws of all rules. Seed "
        "{seed}.",
        "own_rule": ", which is the scenario's own and has a share of {share}",
        "likeliest": ", the likeliest",
        "targets": "Medians and bands of {n} fresh histories, each of another draw of the ensemble: they "
        "carry chance and doubt about values and rules. Held-out figures had no part in any choice. Met: in the band, or "
        "within the tolerance of the median.",
        "staff": "What staff would be needed under set values of {path} ({n} draws each, all else as drawn): "
        "median and band of 5 % to 95 %.",
        "one_table": "{n} fresh histories, each of another draw of the ensemble. Met: in the band, or within the "
        "tolerance.",
        "inside": "{figure}: the {reported} people whom one office sent lie inside the 5 % to 95 % of what would have been "
        "needed ({low} to {high}, median {median}).",
        "outside": "{figure}: the {reported} people whom one office sent lie outside the 5 % to 95 % of what would have "
        "been needed ({low} to {high}, median {median}). They go in as the roster; need is another thing.",
        "trade": "It goes with {one} (correlation {r_one}) and with {other} ({r_other}) over {n} draws; in the {near} "
        "draws that need {reported} give or take {tolerance} these two have the correlation {r_near}: more of one with "
        "less of the other needs as many, so the figure can not tell them apart.",
        "trade_few": "It goes with {one} (correlation {r_one}) and with {other} ({r_other}) over {n} draws; only {near} of "
        "them need {reported} give or take {tolerance}, too few to say how these two trade off there.",
        "excluded": "Excluded, with a share under 2 %: {rules}. The ensemble has no draw of them.",
        "by_choice": "Single histories of {n} draws of the ensemble, by each word of each rule: how far a rule that the "
        "figures leave open moves or widens what planners ask for.",
        "own": " (as in the scenario)",
        "rules": "Shares of the histories that agree, by rule. Rules are never averaged: the rest is told rule by rule.",
        "by_rule": "Fresh histories under each rule with a share of 5 % or more: figures that were held out may tell apart "
        "rules that those aimed at do not.",
        "unknowns": "Ranges hold the middle 90 %. Before: as stated in the file of unknowns. After: given the figures.",
        "tolerances": "Effective sample sizes under the rule {rule}: {sizes}.",
        "pairs": "Two values trade off when the figures fix them together and not one by one: a middle value of each need "
        "not agree with the figures. Correlations from 0.25 on.",
        "no_pairs": "No two values are tied to each other by as much as that.",
        "parts": "{settings} draws with {replications} replications each, one-way random effects. Rules: {rules}. Last "
        "column: the share of open values in chance and open values alone, with its 95 % interval. Better figures can "
        "narrow open values; nothing can narrow chance.",
        "several_rules": "{n} rules with a share of 5 % or more took part",
        "next": "How much of what is still open about a value one more figure would remove, for figures that the model "
        "tells and nobody reported. The figure that would tell most stands first.",
        "nothing": "next to nothing",
        "proof": "{n} histories near the reported figures were taken for the truth, one at a time, and left out: 90 % "
        "intervals hold the true value in {low} to {high} of them if the method is honest (three standard errors).",
    }
)
"""Sentences of the report."""

PLOTS = Texts(
    {
        "histories": "{n} histories",
        "no_unknowns": "there are no unknowns",
        "no_pairs": "no two values trade off",
        "no_ranks": "the proof has too few rows",
        "no_figures": "no reported figure was predicted",
        "no_staff": "no other settings were tried",
        "no_parts": "no answers were asked for",
        "no_next": "no figures to collect were named",
        "unknowns.message": "Of {n} values that nobody reported the figures tell something about {told} and nothing "
        "about {silent}",
        "unknowns.note": "Grey: believed before, as stated in the file of unknowns. Blue: after, given the figures that "
        "were aimed at; under the rule {rule}. Per cent: by how much the variance became less.",
        "unknowns.told": "variance less by {share}",
        "pairs.message": "{one} and {other} trade off: a middle value of each need not fit",
        "pairs.note": "Histories that agree with the figures, larger dots weigh more; under the rule {rule}.",
        "pairs.panel": "correlation {r:+.2f}",
        "ranks.message_good": "The method finds the truth as often as it should, for all {n} values",
        "ranks.message_bad": "For {bad} of {n} values the method is too sure of itself, or not sure enough",
        "ranks.note": "{n} histories taken for the truth, one at a time. Each value's posterior rank (0 to 1) of the truth "
        "should be spread evenly: bars inside the grey band (three standard errors), and 90 % intervals that hold the "
        "truth in {low} to {high} of {n}.",
        "ranks.panel": "held in {covered} of {n}",
        "ranks.across": "rank of the truth",
        "ranks.up": "histories",
        "figures.message": "The calibrated model predicts {met} of the {n} figures that were held out",
        "figures.message_plain": "What the calibrated model predicts of the reported figures",
        "figures.note": "Line: 5 % to 95 % of single fresh histories of other draws (at most {n}), dot: median; pale bar: "
        "the tolerance stated before. Only held-out figures test the model. At 0: as reported.",
        "figures.axis": "off the reported figure",
        "staff.message": "Fixed posts decide about staff needed: {told}",
        "staff.fits": "{value:g} comes nearest to {reported:g} ({measure})",
        "staff.note": "Median and 5 % to 95 % of {n} draws that agree with the figures, with the value across "
        "set and all else drawn. Staff needed had no part in any choice.",
        "staff.reported": "reported: {value:g}",
        "staff.own": "as in the scenario",
        "staff.axis": "people per day",
        "staff.posts": "fixed posts, number or share of the shift",
        "parts.message": "Open values make up {share} of the spread of {answer}",
        "parts.note": "Variance between single histories, split into chance, values that the figures leave open, and rules "
        "(where more than one is left); {settings} draws with {replications} replications each.",
        "parts.axis": "share of variance",
        "parts.values": "open values",
        "parts.chance": "chance",
        "parts.rules": "rules",
        "parts.interval": "95 % interval of open values",
        "next.message": "{figure} would help most to collect next",
        "next.note": "Share of the variance that is still open which one more figure would remove, on average over {n} "
        "values; beside each bar the value that it would tell most about.",
        "next.most": "{share} of {unknown}",
        "next.axis": "variance removed on average",
    }
)
"""Words of pictures."""

CAPTIONS = Texts(
    {
        "figures-predicted": "Reported figures and what the calibrated model predicts of them, by role",
        "unknowns": "What was believed about each value before, and after the figures",
        "trade-offs": "Pairs of values that trade off",
        "staff-needed": "Staff needed by fixed posts",
        "parts-of-variance": "Spread of answers by source: chance, open values, rules",
        "next-figure": "Which figure would help most to collect next",
        "proof": "Ranks of known truths in their posteriors",
    }
)
"""Captions of pictures, by file name."""
