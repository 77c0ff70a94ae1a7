"""Words of `qcap staff`."""

from __future__ import annotations

from sim.words.language import Texts

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
