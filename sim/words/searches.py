"""Words of commands that try many settings, `qcap sweep`, `merge` and `staff`; {} are filled in where they are shown."""

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


REFUSED_STAFF = Texts(
    {
        "minimise": "--minimise {given}: must be staff_days or cost",
        "no_cost": "--minimise cost: needs costs.staff_day",
        "free": "--free {given}: must be PATH=LO..HI, such as pools.gongbei=4..20 or ports.gongbei.coaches=2..8",
        "nothing_free": "nothing is free: the scenario has no pool with shifts; say what is with --free or [staffing.free]",
        "too_many": "{n} values are free: at most {most}; give fewer phases, or say what is free with --free",
        "no_goal": "no target is about what is free; name one with --target",
        "no_target": "--target {target}: no such target; {hint}",
        "targets": "there is {names}",
        "certain": "--target {target}: share_of_runs must be above 0 and under 1 to be shown",
        "resume": "--resume: needs --out, the folder to go on with",
        "force": "--resume and --force: one keeps what is there, the other replaces it",
        "of_another": "--resume: {out} holds no search for this question (other scenario, --set, --free, --target, seed or "
        "version); choose another --out",
    }
)

STAFF = Texts(
    {
        # what is being done
        "begun": "{values} numbers are free, {targets} targets; at most {minutes} minutes",
        "lifted": "A target is about more than staff: rooms are without limit in all that follows.",
        "brigade": "The reserve brigade stays at home in all of it: it would hide people who are missing.",
        "step.load": "load by hour",
        "step.corner": "largest staffing",
        "step.search": "search",
        "step.certify": "certificate, fresh travellers",
        "step.bound": "lower bound, fresh travellers",
        "step.details": "waits shift by shift",
        "step.today": "today's staffing",
        "step.absence_10": "with 10 % absent",
        "step.arrivals_x1_2": "with arrivals x 1.2",
        "step.one_more": "one more of each",
        "step.lifted": "limits lifted, one by one",
        "step.simpy": "a replication on SimPy",
        "progress": "{step}: plan of {cost}, {done} replications; {left} left at most",
        "step": "{step}",
        # verdict
        "head": "Smallest staffing that holds: {title}",
        "certified": (
            "Certified: this plan holds, and with one fewer of any number above its least it fails. All of that together is "
            "wrong in at most 5 % of cases."
        ),
        "holds": (
            "Shown to hold (wrong in at most 5 % of cases). Where one fewer is not told apart, it may do as well: "
            "replications can not decide between them."
        ),
        "not_shown": "The best plan found; that it holds is not shown.",
        "stopped.time": "Time was up before all was decided: what is marked “not proved yet” is open.",
        "stopped.interrupted": "Interrupted: what is marked “not proved yet” is open.",
        "resume": "{command} goes on where it stopped.",
        "no_staffing": "No staffing helps: even with the most of everything the targets are missed.",
        "limits": "What limits is {resource}: without that limit {lifted} replications meet all targets, with it {met} of {n}.",
        "limits_none": (
            "No single limit explains it: without limit of {lifted}; with all limits {met} of {n} replications meet all "
            "targets."
        ),
        "lifted_of": "{resource} {met} of {n}",
        "resource.rooms": "hotel rooms",
        "resource.coaches": "coaches",
        "resource.pool": "the most people of {pool} that the bounds allow",
        # the plan
        "column.what": "what",
        "column.days": "days",
        "column.plan": "plan",
        "column.today": "today",
        "column.one_fewer": "with one fewer",
        "column.one_more": "one more",
        "shift": "{pool}, {start} to {end}",
        "coaches": "{port}, coaches",
        "posts_may_leave": "{pool}, posts that may leave",
        "reserve_rooms": "reserve of rooms",
        "days": "{first} to {last}",
        "witness.one_fewer_fails": "fails: {met} of {n} ({target})",
        "witness.not_told_apart": "not told apart: {met} of {n} ({target})",
        "witness.at_least_allowed": "the least allowed",
        "witness.not_proved": "not proved yet",
        "witness.so_far": "not proved yet: {met} of {n} ({target})",
        "gain.more": "{replications} more of {n}",
        "gain.fewer": "{replications} fewer of {n}",
        "gain.none": "no change to be seen",
        # targets
        "target.staff": "tasks of people begun within {minutes} minutes by staff, worst shift of {pool}: at least {share}",
        "target.coaches": "a coach there within {minutes} minutes, {port}: at least {share}",
        "name.staff": "staff of {pool}",
        "name.own_staff": "wait for staff",
        "name.own_coaches": "wait for a coach",
        "name.coaches": "coaches of {port}",
        "target.judged": "{what}, in {asked} of replications: {met} of {n}, {bound}: {verdict}",
        "bound.least": "so at least {share} of all",
        "bound.most": "so at most {share} of all",
        "verdict.holds": "holds",
        "verdict.fails": "fails",
        "verdict.open": "not decided",
        # cost, bound, cuts
        "cost": "{plan} over the window, today {today} ({change}).",
        "cost.fewer": "{share} less",
        "cost.more": "{share} more",
        "cost.same": "the same",
        "staff_days": "{n} staff-days",
        "yuan": "{n} yuan",
        "duty": "On duty a day: {phases}.",
        "duty.phase": "{phase} {people} people (today {today})",
        "duty.only": "{people} people (today {today})",
        "bound.exact": "No plan of less than {bound} can hold; this one has just that.",
        "bound.gap": "No plan of less than {bound} can hold; this one has {cost}: a gap of {gap} that is not closed.",
        "bound.none": "A lower bound is not proved yet.",
        "bound.hurt": (
            "The bound takes it that more people never hurt. In {n} replications that met a plan and a larger one, more made "
            "the worst shift worse in {worse} and lost a target in {lost}."
        ),
        "cut": "{what} fails whatever the others are ({met} of {n}, {target}).",
        "cut.most": "at most {people} at {what}",
        # beside the certificate
        "worst": "Worst shift: {shift}, {share} of tasks begun in time on average.",
        "longest": "Longest wait for staff of a point: {minutes} on average over replications, {most} in the worst of {n}.",
        "nobody": "{share} of the tasks at {pool} are of people who come while nobody is on duty there: no shift counts them.",
        "more": "One more would add most replications that meet all targets at: {shifts}.",
        "more.one": "{shift} ({gain})",
        "more.none": "One more of any number changes nothing that {n} replications can show.",
        "variant.today": "Today's staffing meets all targets in {met} of {n} replications.",
        "variant.absence_10": "With 10 % absent: {met} of {n} replications: {verdict}.",
        "variant.arrivals_x1_2": "With arrivals x 1.2: {met} of {n} replications: {verdict}.",
        "variant.holds": "it stands",
        "variant.fails": "it does not stand",
        "variant.open": "not decided",
        "posted": "{pool}: {duty} on duty a day on the busiest days take {posted} people posted ({factor}).",
        "posted.stated": "{factor} times as many, as {in_all} are posted today for {today} on duty",
        "posted.assumed": "7 days a week of which each works 5, assumed: `posted` is not given",
        "compared": "A replication of the plan's own file was run on SimPy: identical row for row.",
        "tell": "Replications carry {tell}.",
        "run": "qcap run {file} runs the plan.",
        # files
        "file.head": (
            "The plan that qcap staff found, laid over the scenario that it extends. roster.csv says who is on duty;\n"
            "what is proved about it stands in certificate.csv."
        ),
        "file.title": "{title}: plan of qcap staff",
        # pictures
        "picture.plan.message": "{pool}: {people} people a day on the busiest days, {today} today",
        "picture.plan.note": (
            "Area: staff busy if nobody had to wait, mean over days and 95 of 100 days at each hour ({n} replications). Steps: "
            "people on duty, fixed posts included."
        ),
        "picture.load": "staff busy, mean",
        "picture.p95": "95 % of days",
        "picture.people": "people on duty, plan",
        "picture.today": "today",
        "picture.axis": "people",
        "picture.certificate.message": "One fewer is shown to fail for {n} of {all} numbers",
        "picture.certificate.note": (
            "Share of replications that meet the target that fares worst; a dot with a line to the proved bound. Dashed: the "
            "share asked for."
        ),
        "picture.certificate.plan": "the plan",
        "picture.certificate.fewer": "one fewer of {what}",
        "picture.certificate.axis": "replications that meet the target (%)",
        "picture.certificate.skipped": "nothing is proved yet",
        "picture.plan.skipped": "no shift is free",
    }
)
"""Words of `qcap staff`."""
