"""The changes of `mutants_alike.py` in measures."""

from __future__ import annotations

ALIKE: dict[tuple[str, str, str], str] = {
    (
        "sim/measures/series.py",
        "arrived = scope.counted & (table.arrived < NEVER)",
        "arrived = scope.counted & (table.arrived <= NEVER)",
    ): "who never arrived would do so after the last day that is read",
    (
        "sim/measures/series.py",
        "mean = _mean_of_days(means[counted].reshape(-1, 24))",
        "mean = _mean_of_days(means[counted].reshape(-2, 24))",
    ): "likewise",
    (
        "sim/measures/needed.py",
        "if there[-1] >= for_queue.max() or most >= MOST_PRESENT:",
        "if there[-1] > for_queue.max() or most >= MOST_PRESENT:",
    ): "a longer table, in which the same number is found",
    (
        "sim/measures/staff_waits.py",
        "judged = (asked < NEVER) & ((coach < NEVER) | (scope.log.hard_stop - asked > limit))",
        "judged = (asked <= NEVER) & ((coach < NEVER) | (scope.log.hard_stop - asked > limit))",
    ): "who never asks has no coach, and NEVER lies behind the hard stop",
    (
        "sim/measures/staff_waits.py",
        "shift, scale = scope.shifts, 1 << 40",
        "shift, scale = scope.shifts, 2 << 40",
    ): "both are more than all seconds",
    (
        "sim/measures/needed.py",
        "if there[-1] >= for_queue.max() or most >= MOST_PRESENT:",
        "if there[-1] >= for_queue.max() or most > MOST_PRESENT:",
    ): "a longer table, in which no number is found either",
    (
        "sim/measures/rooms.py",
        "history, taken = scope.history, scope.rooms.rooms > 0",
        "history, taken = scope.history, scope.rooms.rooms >= 0",
    ): "no row takes no rooms",
    (
        "sim/measures/staff_waits.py",
        "none = np.zeros(0, dtype=np.int64)",
        "none = np.zeros(1, dtype=np.int64)",
    ): "a row of place 0, which is a port and no pool",
    (
        "sim/measures/staff_waits.py",
        "of_points = {pool for pool in scope.log.places.pool_of_port if pool >= 0}",
        "of_points = {pool for pool in scope.log.places.pool_of_port if pool >= 1}",
    ): "likewise",
    (
        "sim/measures/people.py",
        "waits = scope.counted & (begin < NEVER) & (end < NEVER) & (begin < end)",
        "waits = scope.counted & (begin <= NEVER) & (end < NEVER) & (begin < end)",
    ): "what begins before an end that is not never is not never",
    (
        "sim/measures/__init__.py",
        "near = difflib.get_close_matches(name, REGISTRY, n=1)",
        "near = difflib.get_close_matches(name, REGISTRY, n=2)",
    ): "only the nearest is told",
    (
        "sim/measures/needed.py",
        "of_pool = groups(np.where(rows.people > 0, rows.place, -1), len(scope.log.places.ids))",
        "of_pool = groups(np.where(rows.people >= 0, rows.place, -1), len(scope.log.places.ids))",
    ): "a task of nobody adds nothing",
    (
        "sim/measures/needed.py",
        "teams = {scope.name(number) for number in scope.log.places.pool_of_site if number >= 0}",
        "teams = {scope.name(number) for number in scope.log.places.pool_of_site if number >= 1}",
    ): "pools are numbered behind the ports, of which there is one at least",
    (
        "sim/measures/needed.py",
        "teams = {scope.name(number) for number in scope.log.places.pool_of_site if number >= 0}",
        "teams = {scope.name(number) for number in scope.log.places.pool_of_site if number > 0}",
    ): "likewise",
    (
        "sim/measures/scope.py",
        "kept: dict[Any, Any] = field(default_factory=dict, compare=False)",
        "kept: dict[Any, Any] = field(default_factory=dict, compare=True)",
    ): "no two are compared",
    (
        "sim/measures/scope.py",
        "return counted if self.scenario.window else counted | (self.parties.present < NEVER)",
        "return counted if self.scenario.window else counted | (self.parties.present <= NEVER)",
    ): "without [window] everybody counts: handed over in W, or there from the beginning",
    (
        "sim/measures/series.py",
        "hourly = np.arange(0, scope.log.window_end + 1, HOUR, dtype=np.int64)",
        "hourly = np.arange(0, scope.log.window_end + 2, HOUR, dtype=np.int64)",
    ): "the same full hours",
    (
        "sim/measures/staff_waits.py",
        "there = scope.counted & (table.handed_over < NEVER) & (pool >= 0)",
        "there = scope.counted & (table.handed_over < NEVER) & (pool >= 1)",
    ): "pools are numbered behind the ports, of which there is one at least",
    (
        "sim/measures/staff_waits.py",
        "there = scope.counted & (table.handed_over < NEVER) & (pool >= 0)",
        "there = scope.counted & (table.handed_over < NEVER) & (pool > 0)",
    ): "likewise",
    (
        "sim/measures/staff_waits.py",
        "there = (joined < NEVER) & (pool >= 0)",
        "there = (joined < NEVER) & (pool > 0)",
    ): "likewise",
    (
        "sim/measures/staff_waits.py",
        "there = (joined < NEVER) & (pool >= 0)",
        "there = (joined < NEVER) & (pool >= 1)",
    ): "likewise",
    (
        "sim/measures/reported.py",
        "LARGEST = 1_000_000",
        "LARGEST = 1000001",
    ): "a byte more than anybody's table has",
    (
        "sim/measures/scope.py",
        "closed[opened < 0] = -1  # given back before it opened",
        "closed[opened < 0] = -2  # given back before it opened",
    ): "any second before 0 is none",
    (
        "sim/measures/needed.py",
        "MOST_PRESENT = 1 << 20",
        "MOST_PRESENT = 2 << 20",
    ): "both are more people than anybody has",
    (
        "sim/measures/needed.py",
        "MOST_PRESENT = 1 << 20",
        "MOST_PRESENT = 1 << 21",
    ): "likewise",
    (
        "sim/measures/needed.py",
        "most = 64",
        "most = 65",
    ): "the length of a table, which grows until it is long enough",
    (
        "sim/measures/needed.py",
        "most *= 4",
        "most *= 5",
    ): "likewise",
    (
        "sim/measures/staff_waits.py",
        "np.bincount(kind[which], weights=waited.people[which], minlength=len(kinds) + 1).astype(int).tolist()",
        "np.bincount(kind[which], weights=waited.people[which], minlength=len(kinds) + 2).astype(int).tolist()",
    ): "what is more than the kinds is left out",
    (
        "sim/measures/staff_waits.py",
        "there = (np.append(shift.pool, -1)[line] == pool) & (second < np.append(shift.end, -1)[line])",
        "there = (np.append(shift.pool, -1)[line] == pool) & (second < np.append(shift.end, -2)[line])",
    ): "no second is before 0",
    (
        "sim/measures/staff_waits.py",
        "return np.array([*scope.log.places.pool_of_port, -1], dtype=np.int64)",
        "return np.array([*scope.log.places.pool_of_port, -2], dtype=np.int64)",
    ): "any number below 0 is none",
    (
        "sim/measures/people.py",
        "ended = scope.counted & (begin < NEVER) & (end < NEVER)",
        "ended = scope.counted & (begin <= NEVER) & (end < NEVER)",
    ): "what has ended had begun",
    (
        "sim/measures/series.py",
        "by_day = {quantity: means[counted].reshape(-1, 24) for quantity, means in quantities.items()}",
        "by_day = {quantity: means[counted].reshape(-2, 24) for quantity, means in quantities.items()}",
    ): "any number below 0 stands for as many as there are",
    (
        "sim/measures/staff_waits.py",
        "coaches = {name: port.coaches or 0 for name, port in scope.scenario.ports.items()}",
        "coaches = {name: port.coaches or 1 for name, port in scope.scenario.ports.items()}",
    ): "a port without coaches is a fault unless it sends all on",
    (
        "sim/measures/needed.py",
        "if not scope.places or scope.places & teams:",
        "if not scope.places or scope.places | teams:",
    ): "all tasks are read, of which those of the places asked for are taken",
    (
        "sim/measures/needed.py",
        "return np.zeros(0)",
        "return np.zeros(1)",
    ): "of a pool without shifts no element is taken",
    (
        "sim/measures/people.py",
        'begins = np.append(0, closed["second"][closed["place"] == port])',
        'begins = np.append(1, closed["second"][closed["place"] == port])',
    ): "nobody is at a point before its port has opened",
    (
        "sim/measures/staff.py",
        "start[first:last] = np.append(roster.start, 0)[line]",
        "start[first:last] = np.append(roster.start, 1)[line]",
    ): "asked only for shifts, which all are of the roster",
    (
        "sim/measures/staff_waits.py",
        "there = scope.counted & (pool >= 0)",
        "there = scope.counted & (pool >= 1)",
    ): "likewise",
    (
        "sim/measures/staff_waits.py",
        "there = scope.counted & (pool >= 0)",
        "there = scope.counted & (pool > 0)",
    ): "likewise",
    (
        "sim/measures/series.py",
        "edges = np.arange(scope.start, scope.end + 1, HOUR, dtype=np.int64)",
        "edges = np.arange(scope.start, scope.end + 2, HOUR, dtype=np.int64)",
    ): "the same full hours",
    (
        "sim/measures/series.py",
        "return np.zeros(max(len(edges) - 1, 0))",
        "return np.zeros(max(len(edges) - 1, 1))",
    ): "a stretch has a day at least",
    (
        "sim/measures/staff_waits.py",
        "return np.array([(day - scope.scenario.first_day).days for day in days] or [0], dtype=np.int64)",
        "return np.array([(day - scope.scenario.first_day).days for day in days] or [1], dtype=np.int64)",
    ): "what is before the first phase is in it",
    (
        "sim/measures/staff_waits.py",
        "shift, scale = scope.shifts, 1 << 40",
        "shift, scale = scope.shifts, 1 << 41",
    ): "both are more than all seconds",
    (
        "sim/measures/staff_waits.py",
        "since, then = [0] * coaches, list[int]()",
        "since, then = [1] * coaches, list[int]()",
    ): "nobody rides in the first second",
    (
        "sim/measures/staff_waits.py",
        'pool = team[table.first(kind, "place", -1)]',
        'pool = team[table.first(kind, "place", -2)]',
    ): "the last place is no site with a team either",
    (
        "sim/measures/people.py",
        'return table.of_tasks(Subject.TASK_CHECK_IN, "second", first=True)[table.host]',
        'return table.of_tasks(Subject.TASK_CHECK_IN, "second", first=False)[table.host]',
    ): "nobody checks in twice",
    (
        "sim/measures/needed.py",
        "of_pool = groups(np.where(rows.people > 0, rows.place, -1), len(scope.log.places.ids))",
        "of_pool = groups(np.where(rows.people > 0, rows.place, -2), len(scope.log.places.ids))",
    ): "any number below 0 is none",
    (
        "sim/measures/scope.py",
        'R = TypeVar("R")',
        "pass",
    ): "for checkers of types",
    (
        "sim/measures/scope.py",
        'P = ParamSpec("P")',
        "pass",
    ): "likewise",
    (
        "sim/measures/staff_waits.py",
        'people = table.first(kind, "people", 0)',
        'people = table.first(kind, "people", 1)',
    ): "who never came has no pool",
    (
        "sim/measures/staff_waits.py",
        "of_points = {pool for pool in scope.log.places.pool_of_port if pool >= 0}",
        "of_points = {pool for pool in scope.log.places.pool_of_port if pool > 0}",
    ): "pools are numbered behind the ports, of which there is one at least",
    (
        "sim/measures/series.py",
        "stayed = np.where(table.departed < NEVER, table.departed - table.handed_over, NEVER)[here]",
        "stayed = np.where(table.departed <= NEVER, table.departed - table.handed_over, NEVER)[here]",
    ): "who never left did so long after the last minute that is shown",
    (
        "sim/measures/staff_waits.py",
        'begun = table.of_tasks(task, "second", first=True)',
        'begun = table.of_tasks(task, "second", first=False)',
    ): "nobody checks in or out twice",
}
