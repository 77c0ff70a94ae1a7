"""Words of `qcap sweep` and `qcap merge`: screen, progress and pictures. {} are filled in where they are shown."""

from __future__ import annotations

from sim.words.language import Texts

SWEEP = Texts(
    {
        "points": "{n} settings",
        "points_one": "1 setting",
        "replications": "{n} replications",
        "replications_one": "1 replication",
        "changed": "everywhere with {changes}",
        "head": "{points}, {replications} each, seed {seed}",
        "begun": "{name}: {points}, {left} replications to run, {there} there already",
        "progress": "{name}: {done} of {total} replications, about {time} left",
        "ended": "{name}: all replications are there",
        "writing": "{name}: tables and pictures",
        "damaged": "warning: {n} chunks were damaged; they were set aside (*.damaged) and are run again",
        "damaged_one": "warning: 1 chunk was damaged; it was set aside (*.damaged) and is run again",
        "few": "warning: {replications} can not make it certain that a setting meets target {target} in {share} of them: "
        "with {points} at least {needed} are needed",
        "never": "warning: target {target} asks for all replications: no number of replications makes that certain",
        "interrupted": "interrupted: what was finished is kept; go on with: {command}",
        "stopped": "failed: {reason}\nwhat was finished is kept; go on with: {command}",
        "failed": "{n} replications failed; points.csv says why",
        "failed_one": "1 replication failed; points.csv says why",
        "no_scenario": "{n} settings have no scenario; points.csv says why",
        "no_scenario_one": "1 setting has no scenario; points.csv says why",
        "no_effect": "{axis} changes nothing: all measures are the same whatever its value",
        "compared": "{n} of {all} replications run again on SimPy: identical",
        "target": "Target {target}: {measure}, {place}, {limit} in {share} of replications: holds at {holds}, missed at "
        "{missed}, not certain at {not_certain} of {n} settings{none} (exact bounds, 95 % for all settings together)",
        "target.no_value": "; no value at {n}",
        "at.holds": "  holds with {values}",
        "at.missed": "  missed with {values}",
        "at.not certain": "  not certain with {values}",
        "at.one": "{axis} {values}",
        "at.range": "{low} to {high}",
        "at.several": "({values})",
        "at.more": "{n} more in targets.csv",
        "more": "… {n} more settings in {file}",
        "how": "a ± b: mean over replications and half of its 95 % interval. Intervals tell {what}.",
        "dry": "{points} x {replications} = {all} replications; {there} are there already, {left} to run",
        "dry.time": "about {time} with {workers} ({seconds} seconds a replication, measured now on {n} settings)",
        "dry.compared": "of them {n} are run again on SimPy ({seconds} seconds each)",
        "dry.tried": "{n} of the settings were tried; the others are taken to be like them",
        "dry.nothing": "nothing was written",
        "workers": "{n} workers",
        "workers_one": "1 worker",
        "point": "Setting",
        "column": "{measure}, {place} ({unit})",
        "no_value": "no value",
        "first": "first order",
        "total": "total",
        "index.head": "Indices from {rows} rows of a saltelli design, {replications} a setting: share of the variance between "
        "settings, chance of single replications taken out, with 95 % bootstrap intervals over rows",
    }
)
"""Words on the screen."""

REFUSED = Texts(
    {
        "of_another": "--resume: {out} holds another sweep (other scenario, --set, seed, measures or version); choose "
        "another --out, or --force to replace it",
        "force": "--resume and --force: one keeps what is there, the other replaces it",
        "tls_alone": "--tls-ca, --tls-cert, --tls-key: go with --cluster tls://host:port",
        "tls_all": "--tls-ca, --tls-cert, --tls-key: all three are needed",
        "workers": "--workers: a cluster has the workers that were started for it",
        "address": "--cluster {address}: must begin with {begins}, such as tcp://host:8786",
        "is_file": "--out {out}: is a file; choose a folder",
        "not_empty": "--out {out}: is not empty and holds no sweep of qcap; choose another folder",
        "in_the_way": "--out {out}: {file} there was not written by qcap; choose another folder, or move that file away",
        "is_sweep": "--out {out}: holds a sweep; --resume goes on with it and runs nothing again, --force replaces it",
        "part": "--part {part}: must be one of {parts}",
        "short": "--short: goes without --full and --part",
        "no_out": "--resume: needs --out, the folder to go on with",
    }
)
"""What `qcap sweep` does not do."""

MERGE = Texts(
    {
        "done": "{out}: {n} chunks: {first} of {a}, {second} more of {b}",
        "next": "qcap sweep with the same options, --out {out} and --resume makes its tables and pictures",
        "failed": "failed: {error}",
        "two": "two folders are joined, here are {n}: {names}",
        "no_store": "{folder}: holds no sweep (no folder {chunks})",
        "no_chunks": "{folder}: holds no finished chunk",
        "not_empty": "--out {folder}: is not empty; choose another folder",
        "differ": "{a} and {b} do not fit together: {what} ({one} and {other})",
        "mixed": "{a} holds chunks of two sweeps: {what} ({one} and {other})",
        "unequal": "{a} and {b} do not fit together: they have different numbers for the same replications (chunk {key})",
        "scenario": "the scenario is another one",
        "seed": "the seed is another one",
        "sources": "the model's sources are other ones",
        "machine": "the machines are of different kinds, and last digits may differ",
        "asked": "measures or ensemble are other ones",
    }
)
"""Words of `qcap merge`."""

PICTURES = Texts(
    {
        "message": "{measure} ({place}): {low} to {high} {unit} over {n} settings",
        "message_one": "{measure} ({place}): the same everywhere, {low} {unit} at all {n} settings",
        "target": "{measure} ({place}): {limit} in {share} of replications is certain at {n} of {points} settings",
        "target_none": "{measure} ({place}): {limit} in {share} of replications is certain at none of {points} settings",
        "target_all": "{measure} ({place}): {limit} in {share} of replications is certain at all {points} settings",
        "at_most": "at most {value}",
        "at_least": "at least {value}",
        "with_unit": "{value} {unit}",
        "limit": "target: {limit}",
        "axis": "{measure}, {place} ({unit})",
        "of_each": "{axis}; below it {what}",
        "of_one": "{axis} (1: {n} {what})",
        "staff": "staff a day by the roster",
        "people": "people a day",
        "mean": "mean and its 95 % interval",
        "holds": "target holds for certain",
        "missed": "missed for certain",
        "not certain": "not certain",
        "base": "scenario as it is",
        "panel": "{axis} = {value}",
        "note_line": "Mean of {runs} at each setting; whiskers: its 95 % interval.",
        "note_map": "Colour and numbers: mean of {runs}.",
        "note_map_plain": "Colour: mean of {runs}.",
        "note_map_same": "Numbers: mean of {runs}; no colours, since all of them are the same.",
        "note_map_close": "All means lie closer together than one's 95 % interval is wide: the scale is as wide as that.",
        "note_scatter": "Each dot is a setting of all axes: mean of {runs} and its 95 % interval.",
        "note_map_numbers": "Numbers: mean of {runs}.",
        "note_colours": "Colours and signs: whether {limit} in {share} of replications or more is certain (95 % for all "
        "settings together).",
        "note_verdict": "Certain: by exact bounds of the share of replications, 95 % for all settings together.",
        "runs": "{n} replications",
        "runs_one": "one replication",
        "note_few": "With {runs} it can not be certain that a setting meets the target ({limit} in {share} of replications): "
        "{needed} are needed.",
        "note_base": "Ring: the scenario as it is.",
        "note_panels": "{shown} of {all} panels; the others are in the tables.",
        "no_value": "no setting has a value of {measure}, {place}",
        "indices_all": "nearly all",
        "indices_unclear": "Which decides most about {measure} ({place}) is not clear: {axis} or {other}",
        "indices": "{axis} decides most about {measure} ({place}): {share} of its variance between settings",
        "indices_note": "From {rows} rows of a saltelli design with {n} replications a setting; the variance of chance is "
        "taken out. Whiskers: 95 % bootstrap intervals over rows.",
        "indices_axis": "share of the variance between settings",
        "first": "alone (first-order index)",
        "total": "with all its joint effects (total index)",
    }
)
"""Words in pictures of sweeps."""
