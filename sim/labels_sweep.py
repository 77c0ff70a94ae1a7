"""Words of `qcap sweep` and `qcap merge`: screen, progress and pictures. {} are filled in where they are shown."""

from __future__ import annotations

SWEEP = {
    "points": "{n} points",
    "points_one": "1 point",
    "replications": "{n} replications",
    "replications_one": "1 replication",
    "head": "{points}, {replications} each, seed {seed}",
    "begun": "{name}: {points}, {left} replications to run, {there} there already",
    "progress": "{name}: {done} of {total} replications, about {time} left",
    "ended": "{name}: all replications are there",
    "writing": "{name}: tables and pictures",
    "damaged": "warning: {n} chunks were damaged; they were set aside (*.damaged) and are run again",
    "damaged_one": "warning: 1 chunk was damaged; it was set aside (*.damaged) and is run again",
    "other": "warning: the {n} chunks in {folder} are of another sweep (other scenario, seed, measures or version)",
    "few": "warning: with {n} replications no point can be said to meet target {target} in {share} of runs for "
    "certain, at {points} at once: at least {needed} are needed",
    "never": "warning: target {target} asks for all runs: no number of replications makes that certain",
    "interrupted": "interrupted: what was finished is kept; go on with: {command}",
    "stopped": "failed: {reason}\nwhat was finished is kept; go on with: {command}",
    "failed": "{n} replications failed; points.csv says why",
    "failed_one": "1 replication failed; points.csv says why",
    "no_scenario": "{n} points have no scenario; points.csv says why",
    "no_scenario_one": "1 point has no scenario; points.csv says why",
    "no_effect": "{axis} changes nothing: all measures are the same whatever its value",
    "compared": "{n} of {all} replications run again on SimPy: identical",
    "target": "Target {target}: {measure}, {place}, {limit} in {share} of runs: holds at {holds}, misses at {misses}, "
    "not certain at {open} of {n} points (95 % for all points together)",
    "more": "… {n} more points in {file}",
    "how": "a {pm} b: mean of single runs and half of its 95 % interval. {note}.",
    "dry": "{points} x {replications} = {all} replications; {there} are there already, {left} to run",
    "dry.time": "about {time} with {workers} ({seconds} seconds a replication, measured now on {n} points)",
    "dry.compared": "of them {n} are run again on SimPy ({seconds} seconds each)",
    "dry.nothing": "nothing was written",
    "workers": "{n} workers",
    "workers_one": "1 worker",
    "index.head": "Indices from {rows} rows of a saltelli design, {replications} each: share of the variance between "
    "points, chance of single runs taken out, with 95 % bootstrap intervals over rows",
}
"""Words on the screen."""

MERGE = {
    "done": "{out}: {n} chunks ({from_a} of {a}, {from_b} more of {b})",
    "next": "run the sweep with --out {out} --resume to make its tables and pictures",
}
"""Words of `qcap merge`."""

PICTURES = {
    "sweep.message_line": "{measure} ({place}) from {low} to {high} {unit} over {axis}",
    "sweep.message_target_holds": "{measure} ({place}) is {limit} in {share} of runs: certain at {n} of {points} points",
    "sweep.message_target_none": "{measure} ({place}) is {limit} in {share} of runs: certain at none of {points} points",
    "sweep.message_target_all": "{measure} ({place}) is {limit} in {share} of runs: certain at all {points} points",
    "sweep.mean": "mean of {n} runs and its 95 % interval",
    "sweep.limit": "limit of the target: {limit}",
    "sweep.axis": "{measure}, {place} ({unit})",
    "sweep.note_line": "Points: mean of {n} single runs; whiskers: its 95 % interval (they tell chance alone).",
    "sweep.note_holds": "Filled: the target holds for certain; crossed: it misses for certain; open: not certain "
    "({rule}).",
    "sweep.rule": "95 % for all points together",
    "sweep.note_map": "Colour and numbers: mean of {n} single runs.",
    "sweep.note_contour": "Dashed: {share} of runs meet the target. Framed: certain that they do ({rule}).",
    "sweep.note_too_few": "With {n} runs no point can be certain; {needed} are needed.",
    "sweep.note_reference": "Cross: the scenario as it is.",
    "sweep.note_left_out": "Shown: {shown} of {all} panels, the others are in the tables.",
    "sweep.note_scatter": "Each point is one setting of all axes: mean of {n} single runs.",
    "sweep.indices_message": "{axis} decides most: {share} of the variance of {measure} ({place}) between points",
    "sweep.indices_note": "Share of the variance between points, {rows} rows, {n} runs a point; the variance of chance "
    "is taken out. Whiskers: 95 % bootstrap intervals over rows.",
    "sweep.indices_axis": "share of the variance between points",
    "sweep.first": "alone (first-order index)",
    "sweep.total": "with all that it has to do with (total index)",
    "sweep.no_values": "no point has a value of {measure}, {place}",
}
"""Words in pictures of sweeps."""
