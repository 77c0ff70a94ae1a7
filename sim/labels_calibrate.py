"""Words about calibration and ensembles. Nothing is computed here."""

from __future__ import annotations

WITH_DOUBT = "chance and the doubt about the values that the ensemble varies, not other doubts"
"""What intervals and bands tell when a scenario is run with an ensemble."""

ENSEMBLE = {
    "used": "ensemble {name}: {draws} draws of {values} values, draw m with replication m",
    "doubt": "intervals and bands carry doubt about these values too, besides chance",
    "rule": "all draws share the rule {rule}",
    "fixed": "left as the scenario has it: {paths}",
    "again": "{replications} replications are more than the {draws} draws: they are used again from replication {next}",
    "some": "{replications} replications use the first {replications} of {draws} draws",
    "nothing": "nothing is left for the ensemble to vary: the scenario or --set decides about all its values",
}
"""What is said about an ensemble before a run."""

CALIBRATE = {
    "plan": "{unknowns} numbers and {rules} rules are not known; {figures} figures are aimed at: {budget:,} histories "
    "in {rounds} rounds, then about {fresh:,} fresh ones",
    "progress": "{count:,} of {total:,} histories, about {left:.0f} minutes left",
    "kept": "interrupted: {count:,} of {total:,} histories are kept in {folder}; go on with: {command}",
    "chunks": "{folder}: holds {n} finished chunks of a calibration that was interrupted; --resume goes on with them, "
    "--force throws them away",
}
"""Lines on stderr."""

TITLES = {
    "targets": "Reported figures beside fresh histories",
    "unknowns": "What is not known",
    "rules": "Rules",
    "staff": "Staff needed at other numbers of fixed posts",
    "pairs": "Values that trade off",
    "parts": "Where the spread of answers comes from",
    "next": "Which figure to collect next",
    "tolerances": "At half and double tolerance",
    "proof": "Does the method find the truth?",
    "notes": "To know before using this",
}
"""Headings of screen and report."""

COLUMNS = {
    "figure": "Figure",
    "where": "Where",
    "reported": "Reported",
    "median": "Median",
    "band": "5 % to 95 %",
    "off": "Off by",
    "met": "In band",
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
    "value": "Posts",
    "mean": "Mean day",
    "max": "Busiest day",
    "correlation": "Correlation",
    "answer": "Answer",
    "chance": "Chance",
    "values": "Open values",
    "rules": "Rules",
    "removed": "Would remove",
    "half": "Half",
    "stated": "Stated",
    "double": "Double",
    "covered": "Held the truth",
}
"""Columns of tables."""

ROLES = {
    "identity": "Identities: each goes in as a level and proves nothing",
    "fitted": "Fitted: settings were chosen so that these come out",
    "held_out": "Held out: predicted, never fitted; the test of the model",
    "descriptive": "Descriptive: arithmetic from other figures",
    "input": "Input: goes in, shown as a check",
}
"""What figures of each role are worth, as headings."""

SAYS_NOTHING = "the figures say nothing about this one"
NARROWED = "variance less by {share:.0%}"
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

REPORT = {
    "title": "Calibration of {title}",
    "method": "{budget:,} histories in {rounds} rounds, each of a setting of its own: {first:,} drawn from what was "
    "believed before, the others round those that agreed best. {accepted:,} of them lie within a distance of "
    "{limit:.2f} of the figures that were aimed at (1: off by what tolerances and chance allow) and count as "
    "{effective:.0f} equally weighted ones. {compared} were run again on SimPy, with the same history. The likeliest "
    "rule is {rule}. Seed {seed}.",
    "targets": "Medians and bands of {n} fresh histories, each of another draw that agrees with the figures: they "
    "carry chance and the doubt about the values. Held-out figures had no part in any choice.",
    "staff": "{path} is assumed and was not calibrated; what staff would be needed under others ({n} draws each): "
    "median and band of 5 % to 95 %.",
    "own": " (as in the scenario)",
    "rules": "Shares of the histories that agree, by rule. Rules are never averaged: the rest is told rule by rule.",
    "unknowns": "Ranges hold the middle 90 %. Before: as stated in the file of unknowns. After: given the figures.",
    "tolerances": "Effective sample sizes of the likeliest rule: {sizes}.",
    "pairs": "Two values trade off when the figures fix them together and not one by one: a middle value of each need "
    "not agree with the figures. Correlations from 0.25 on.",
    "no_pairs": "No two values are tied to each other by as much as that.",
    "parts": "{settings} draws with {replications} replications each, one-way random effects; in brackets the 95 % "
    "interval of the share of open values in chance and open values. Rules: {rules}. Better figures can narrow open "
    "values; nothing can narrow chance.",
    "several_rules": "{n} rules with a share of 5 % or more took part",
    "next": "How much of what is still open about a value one more figure would remove, for figures that the model "
    "tells and nobody reported. The figure that would tell most stands first.",
    "nothing": "next to nothing",
    "proof": "{n} histories near the reported figures were taken for the truth, one at a time, and left out: 90 % "
    "intervals hold the true value in {low} to {high} of them if the method is honest (three standard errors).",
}
"""Sentences of the report."""
