"""The changes of `mutants_alike.py` in the outlook and in measures."""

from __future__ import annotations

ALIKE: dict[tuple[str, str, str], str] = {
    (
        "sim/outlook/staff.py",
        "escorts = scenario.coaches.escorts if scenario.coaches else 0",
        "escorts = scenario.coaches.escorts if scenario.coaches else 1",
    ): "without coaches there are no trips to escort",
    (
        "sim/measures/series.py",
        "arrived = scope.counted & (table.arrived < NEVER)",
        "arrived = scope.counted & (table.arrived <= NEVER)",
    ): "who never arrived would do so after the last day that is read",
    (
        "sim/measures/series.py",
        "mean = _mean_of_days(_means(function, edges).reshape(-1, 24))",
        "mean = _mean_of_days(_means(function, edges).reshape(-2, 24))",
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
        "sim/outlook/rooms.py",
        "return np.where(total > 0, variance / np.where(total > 0, total, 1.0), 0.0)",
        "return np.where(total > 0, variance / np.where(total > 0, total, 2.0), 0.0)",
    ): "what nothing is divided by is not taken",
    (
        "sim/measures/staff_waits.py",
        "shift, scale = scope.shifts, 1 << 40",
        "shift, scale = scope.shifts, 2 << 40",
    ): "both are more than all seconds",
    (
        "sim/outlook/sites.py",
        "short += s.waiting >= 0.5 and day < way.n_days",
        "short += s.waiting >= 0.5 and day <= way.n_days",
    ): "nobody waits after the window",
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
        "sim/measures/waits.py",
        "waits = scope.counted & (begin < NEVER) & (end < NEVER) & (begin < end)",
        "waits = scope.counted & (begin <= NEVER) & (end < NEVER) & (begin < end)",
    ): "what begins before an end that is not never is not never",
    (
        "sim/outlook/small_shifts.py",
        "of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T",
        "of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-2, 3).T",
    ): "any number below 0 means what is left",
    (
        "sim/outlook/rooms.py",
        "if index <= 1 + 1e-9:",
        "if index < 1 + 1e-9:",
    ): "no index lies just 1e-9 above 1",
    (
        "sim/outlook/rooms.py",
        "if mean <= 1e-9:",
        "if mean < 1e-9:",
    ): "no mean is just 1e-9",
    (
        "sim/outlook/rooms.py",
        "number = max(0, math.floor(mean - 10 * math.sqrt(mean)))",
        "number = max(0, math.floor(mean - 11 * math.sqrt(mean)))",
    ): "where the search begins, below all that could be enough",
    (
        "sim/outlook/rooms.py",
        "number = max(0, math.floor(mean - 10 * math.sqrt(mean)))",
        "number = max(0, math.floor(mean - 10 / math.sqrt(mean)))",
    ): "likewise: of a Poisson number's chances that are asked all are above the mean",
    (
        "sim/outlook/rooms.py",
        "while pdtr(number, mean) < chance:",
        "while pdtr(number, mean) <= chance:",
    ): "no sum of a Poisson number's chances is just 0.9, 0.95 or 0.99",
    (
        "sim/outlook/staff.py",
        "if load <= 0 or length <= 0:",
        "if load < 0 or length <= 0:",
    ): "of no work nobody is needed by the formula either",
    (
        "sim/outlook/__init__.py",
        "ROWS_OF_A_STAY = 14",
        "ROWS_OF_A_STAY = 15",
    ): "an estimate, told as about; how many there are depends on what is modelled",
    (
        "sim/outlook/sites.py",
        "s = _start(scenario, sites, n_days + stay + airing + 2)",
        "s = _start(scenario, sites, n_days + stay + airing + 3)",
    ): "a day more than is ever asked for",
    (
        "sim/outlook/sites.py",
        "_review(s, sites, day, round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 1)",
        "_review(s, sites, day, round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 2)",
    ): "likewise",
    (
        "sim/outlook/__init__.py",
        "stay = scenario.stay.mean_days if scenario.stay else 0.0",
        "stay = scenario.stay.mean_days if scenario.stay else 1.0",
    ): "swabs without a stay are a fault",
    (
        "sim/outlook/rooms.py",
        "before = np.arange(scenario.n_days) - math.ceil(scenario.stay.mean_days if scenario.stay else 1)",
        "before = np.arange(scenario.n_days) - math.ceil(scenario.stay.mean_days if scenario.stay else 2)",
    ): "rooms without a stay are a fault",
    (
        "sim/outlook/rooms.py",
        "stay = scenario.stay.mean_days * DAY if scenario.stay else 0.0",
        "stay = scenario.stay.mean_days * DAY if scenario.stay else 1.0",
    ): "guests without a stay are a fault",
    (
        "sim/outlook/sanity.py",
        "days = scenario.swabs.within(scenario.stay.mean_days if scenario.stay else 0.0)",
        "days = scenario.swabs.within(scenario.stay.mean_days if scenario.stay else 1.0)",
    ): "swabs without a stay are a fault",
    (
        "sim/outlook/sites.py",
        "stay = max(1, math.ceil(scenario.stay.mean_days - 1e-9) if scenario.stay else 1)",
        "stay = max(1, math.ceil(scenario.stay.mean_days - 1e-9) if scenario.stay else 2)",
    ): "sites without a stay are a fault",
    (
        "sim/outlook/sites.py",
        "stay = round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 0",
        "stay = round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 1",
    ): "likewise",
    (
        "sim/outlook/staff.py",
        "days = swabs.within(scenario.stay.mean_days if scenario.stay else 0.0)",
        "days = swabs.within(scenario.stay.mean_days if scenario.stay else 1.0)",
    ): "swabs without a stay are a fault",
    (
        "sim/outlook/way.py",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 / 3600)",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 * 3600)",
    ): "without a stay there are no sites, where nobody arrives",
    (
        "sim/outlook/way.py",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 / 3600)",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 / 3601)",
    ): "likewise",
    (
        "sim/outlook/way.py",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 / 3600)",
        "return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 2 / 3600)",
    ): "likewise",
    (
        "sim/outlook/way.py",
        "left = max((scenario.stay.mean_days if scenario.stay else 0.0) * DAY + party.arrived / 3600, 0.0)",
        "left = max((scenario.stay.mean_days if scenario.stay else 1.0) * DAY + party.arrived / 3600, 0.0)",
    ): "guests without a stay are a fault",
    (
        "sim/outlook/rooms.py",
        "return math.ceil(float(gammaincinv(mean / index, chance)) * index - 1e-9)",
        "return math.ceil(float(gammaincinv(mean / index, chance)) * index + 1e-9)",
    ): "no such quantile is a whole number to a billionth of one",
    (
        "sim/outlook/staff.py",
        "NOTHING = 1e-6",
        "NOTHING = 1.000001",
    ): "where no site is open there is no work, and a millionth of a site is none",
    (
        "sim/outlook/sanity.py",
        "if finish <= at or begin >= until:",
        "if finish <= at or begin > until:",
    ): "a shift that begins when the port closes leaves the same gap",
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
        "sim/outlook/sanity.py",
        '"closes": end // 60 if end <= 86_400 else end // 60 % 1440,',
        '"closes": end // 60 if end <= 86401 else end // 60 % 1440,',
    ): "times are of whole minutes",
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
        "sim/measures/waits.py",
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
        "sim/measures/persons.py",
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
        "sim/measures/waits.py",
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
}
