"""Words of what is held against what was observed: calibration, ensembles, `qcap replay`, `forecast` and `backtest`."""

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


REAL_DAYS = Texts(
    {
        "method.last_value": "as many as on the last day",
        "method.last_week": "mean of the last week",
        "method.arrivals_x_stay": "arrivals of the last days × stay",
        "n_days": "{n} days",
        "n_days_one": "1 day",
        "n_forecasts": "{n} forecasts",
        "n_forecasts_one": "1 forecast",
        "verdict.better": "{days} ahead the forecast is better by {share} than the best naive one ({method}): CRPS {ours} against {naive} in {n}; {sure}.",
        "verdict.worse": "{days} ahead the forecast is worse by {share} than the best naive one ({method}): CRPS {ours} against {naive} in {n}; {sure}.",
        "verdict.sure": "more than chance",
        "verdict.perhaps": "perhaps by chance",
        "bands.honest": "Bands are honest as far as {n} tell: {days} ahead {share} of what came lies in the 90 % band, {half} in the 50 % band.",
        "bands.few": "{n} can not tell whether the bands hold what they say: {days} ahead {share} of what came lies in the 90 % band, {half} in the 50 % band.",
        "bands.narrow": "Bands are too narrow: {days} ahead only {share} of what came in {n} lies in the 90 % band, {half} in the 50 % band.",
        "bands.wide": "Bands are too wide: {days} ahead {share} of what came in {n} lies in the 90 % band, {half} in the 50 % band.",
        "bias.none": "Forecasts are neither too high nor too low on average: what they miss is who comes, not how long people stay.",
        "bias.high": "On average forecasts are {bias} too high: fewer people came, or they left sooner, than the days before and the stay told.",
        "bias.low": "On average forecasts are {bias} too low: more people came, or they stayed longer, than the days before and the stay told.",
        "backtest.head": "{title}: {n} from past days, {runs} replications each, seed {seed}",
        "backtest.begun": "{n}, seed {seed}",
        "backtest.nothing": "nothing was observed after the first day to stand on: give a longer observed.csv",
        "backtest.no_guests": "no guests_present in the observed file: nothing to forecast or to score",
        "backtest.too_short": "{n} days are too few: a backtest needs {least} to learn from and one to score",
        "column.ahead": "Days ahead",
        "column.n": "Forecasts",
        "column.in_50": "In 50 %",
        "column.in_90": "In 90 %",
        "fans.message": "{share} of {n} forecasts lie in their 90 % band",
        "fans.note": "Dots: guests counted. Each fan begins on a day to stand on and knows nothing of later days: median, 50 and 90 % of replications.",
        "counted": "counted",
        "forecast": "forecast",
        "guests": "guests present",
        "scores.message": "{days} ahead the forecast misses by {ours} people, the best naive one by {naive} (CRPS)",
        "scores.note": "CRPS: how far forecasts lie from what came, bands counted; smaller is better. Naive forecasts have the spread of their own past errors; arrivals × stay is a single number.",
        "scores.axis": "how far forecasts miss (CRPS), people",
        "scores.across": "days ahead",
        "crps": "CRPS: how far forecasts lie from what came, bands counted, in what is counted; smaller is better.",
        "no_guests": "no guests were counted",
        "forecast.begun": "{title}, seed {seed}",
        "forecast.head": "{title}: {n} days from {day}, {runs} replications, seed {seed}",
        "forecast.enough": "The {rooms} rooms of the sites that are open suffice on every day (chance to run short at most {share}).",
        "forecast.never": "The {rooms} rooms of the sites that are open suffice on every day in all {n} replications.",
        "forecast.short": "With the {rooms} rooms of the sites that are open, rooms run short from {first} on ({least}), on {day} with {share}; begin the next site by {by}.",
        "forecast.late": "With the {rooms} rooms of the sites that are open, rooms run short from {first} on ({least}), on {day} with {share}; the next site would have had to be begun by {by}: begin it now.",
        "forecast.peak": "Most rooms are needed on {day}: {n} ({low} to {high} in 90 % of replications).",
        "forecast.own": "Nothing was observed lately: people come as the scenario says.",
        "forecast.rate": "{port}: {n} people a day lately ({low} to {high}), {week} % a week; variance / mean {index}.",
        "forecast.stay": "The stay that would fit the days until then: {days} days on average (guests seven days ahead are missed by {error}).",
        "forecast.staff": "{pool}: on {n} shifts too few may be there for the work at its peak; most on {day} from {start}: {need} at work (95 % of replications), {there} there for tasks.",
        "forecast.note": "Median and 90 % of replications; they tell chance and the doubt about the recent days. Rooms there: of sites that are open today or open by date, no further ones. Check-outs: with those taken to hospital.",
        "replay.head": "{title}: {n} days replayed, {runs} replications, seed {seed}",
        "replay.own": "No arrivals were observed: people come as the scenario says.",
        "replay.no_guests": "no guests_present in the observed file: nothing to hold a replay against",
        "replay.apart": "guests were counted from {first} to {last}: no day in common with the scenario, --from and --to",
        "replay.guests_present": "Guests: off by {error} on average of {observed} ({bias}); on {share} of {n} days the count lies in the 90 % band.",
        "replay.rooms_taken": "Rooms taken: off by {error} on average of {observed} ({bias}); on {share} of {n} days the count lies in the 90 % band.",
        "replay.releases": "Releases a day: off by {error} on average of {observed} ({bias}); on {share} of {n} days the count lies in the 90 % band.",
        "replay.outside": "  {n} days in a row outside the band from {day} on; over all days the error drifts by {drift} a week.",
        "replay.stay": "The stay that would fit: {ls} days by least squares (error {error}), {little} by Little's law; the scenario has {own}.",
        "replay.agrees": "The stay agrees with the scenario: what the replay misses lies elsewhere.",
        "replay.longer": "People stay longer than the scenario says: late releases, restarts, or people who were there uncounted.",
        "replay.shorter": "People leave sooner than the scenario says: early releases, or moves to other places.",
        "replay.line": "replayed",
        "replay.note": "Dots: guests counted. Line and bands: median, 50 and 90 % of replications, with exactly the people who came on each day.",
        "column.day": "Day",
        "column.arrivals_at_sites": "Arrive",
        "column.check_outs": "Check out",
        "column.guests_present": "Guests at 24:00",
        "column.rooms_needed": "Rooms needed",
        "column.rooms_there": "There",
        "column.short": "Short",
        "rooms_ahead.needed": "rooms needed",
        "rooms_ahead.there": "rooms of sites that are open",
        "rooms_ahead.axis": "number of rooms",
        "guests_ahead.message": "On {day} {n} guests are in the sites ({low} to {high}); {now} on {begin}",
        "guests_ahead.note": "Dots: guests counted. Line and bands: median, 50 and 90 % of replications, with chance and the doubt about the recent days.",
        "unknown": "not in the scenario, counted in totals only: {names}",
        "import.list": "{file}: {kind}, {n} rows",
        "import.not_shown": "Not shown: its cells may hold names, which are counted and forgotten.",
        "import.dates": "--dates {dates}: must be {words}",
        "import.guessed": "guessed; what is wrong can be mended in map.toml",
        "import.given": "as --map says",
        "import.meaning": "Meaning of columns: {how}. Dates: {order}.",
        "import.dropped": "Not read and never written: {heads}",
        "ahead.note": "Line and bands: median, 50 and 90 % of replications, with chance and the doubt about the recent days.",
    }
)
"""By what they are about."""
