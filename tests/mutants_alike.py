"""Changes of single lines that make no difference that anyone could see: file, line, what becomes of it, and why."""

from __future__ import annotations

from mutants_alike_measures import ALIKE as OF_MEASURES
from mutants_alike_outlook import ALIKE as OF_OUTLOOK

ALIKE: dict[tuple[str, str, str], str] = {
    (
        "sim/numbers/verdicts.py",
        "if self.low >= self.wanted - _ROUNDING:",
        "if self.low > self.wanted - _ROUNDING:",
    ): "no bound lies just 1e-12 below what is wanted",
    (
        "sim/numbers/statistics.py",
        "return tuple(sorted(found, key=lambda stretch: (stretch[0] - stretch[1], stretch[0])))",
        "return tuple(sorted(found, key=lambda stretch: (stretch[0] - stretch[1], stretch[1])))",
    ): "of stretches of one length the one that begins first ends first",
    (
        "sim/flow/reference/staff.py",
        "yield at(flow, arrival, Moment.BRIGADE_ARRIVES, pool.place, 0, team)",
        "yield at(flow, arrival, Moment.BRIGADE_ARRIVES, pool.place, 1, team)",
    ): "all arrivals of a brigade have the same entity",
    (
        "sim/flow/stays.py",
        "NEVER_ROW = 1 << 40",
        "NEVER_ROW = 2 << 40",
    ): "both are more than all rows of a log",
    (
        "sim/flow/duty.py",
        "inside = np.flatnonzero(same_pool & (position < _with_none(shift.end_position, -1)[line]))",
        "inside = np.flatnonzero(same_pool & (position <= _with_none(shift.end_position, -1)[line]))",
    ): "a row tells of people who help or of the end of a shift",
    (
        "sim/flow/stays.py",
        "NEVER_ROW = 1 << 40",
        "NEVER_ROW = 1 << 41",
    ): "both are more than all rows of a log",
    (
        "sim/flow/duty.py",
        "brigade[row_position < shift.begin_position[lines]] = 0",
        "brigade[row_position <= shift.begin_position[lines]] = 0",
    ): "a row tells of the brigade or of a shift",
    (
        "sim/flow/duty.py",
        "_FURTHER = 1 << 40  # more than all rows or seconds, so that (pool, row) is one number",
        "_FURTHER = 1 << 41  # more than all rows or seconds, so that (pool, row) is one number",
    ): "both are",
    (
        "sim/flow/reference/__init__.py",
        "[rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-1] * n, [0] * n, [0] * n, [0] * n, of_site, guests",
        "[rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-2] * n, [0] * n, [0] * n, [0] * n, of_site, guests",
    ): "any second before 0 says that a site was never open",
    (
        "sim/flow/reference/__init__.py",
        "[rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-1] * n, [0] * n, [0] * n, [0] * n, of_site, guests",
        "[rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-1] * n, [0] * n, [0] * n, [1] * n, of_site, guests",
    ): "cohorts are numbered to be told apart, from any number on",
    (
        "sim/flow/reference/found.py",
        "waiting, flow.patients = sorted(flow.patients, key=lambda entry: entry[:2]), []",
        "waiting, flow.patients = sorted(flow.patients, key=lambda entry: entry[:3]), []",
    ): "nobody is detected twice in a second",
    (
        "sim/flow/reference/site.py",
        "yield at(flow, end, Moment.DISRUPTION_ENDS, place, 0, index)",
        "yield at(flow, end, Moment.DISRUPTION_ENDS, place, 1, index)",
    ): "all ends of disruptions have the same entity",
    (
        "sim/flow/stays.py",
        "split, position = split.take(left), position[left]",
        "pass",
    ): "who is split off at the point is in no site then",
    (
        "sim/flow/reference/decisions.py",
        "flow.check_reserve = False",
        "flow.check_reserve = True",
    ): "asked more often, and the answer changes only where it is asked anyway",
    (
        "sim/flow/steps.py",
        "padded = np.concatenate([function.values, np.zeros(1, dtype=np.int64)])  # index -1: before the first change",
        "padded = np.concatenate([function.values, np.zeros(2, dtype=np.int64)])  # index -1: before the first change",
    ): "index -1 is a 0 with both",
    (
        "sim/sampling/__init__.py",
        "return (np.zeros(len(keys.day)),) * 4",
        "return (np.zeros(len(keys.day)),) * 5",
    ): "the fifth is never asked for",
    (
        "sim/sampling/__init__.py",
        "port, shares = np.full(len(size), INITIAL_PORT, dtype=np.int64), np.zeros(INITIAL_PORT + 1)",
        "port, shares = np.full(len(size), INITIAL_PORT, dtype=np.int64), np.zeros(INITIAL_PORT + 2)",
    ): "no port has the last number",
    (
        "sim/sampling/philox.py",
        "if len(shape) != 1 or shape[0] <= _PIECE:",
        "if len(shape) != 1 and shape[0] <= _PIECE:",
    ): "in pieces or as a whole the numbers are the same",
    (
        "sim/scenario/rules/staff.py",
        "ends, last = 0.0, 0",
        "ends, last = 0.0, 1",
    ): "no shift begins before minute 0 of the calendar",
    (
        "sim/scenario/rules/__init__.py",
        '"days": (("hours", 24.0), ("minutes", 1440.0)),',
        '"days": (("hours", 24.0), ("minutes", 1441.0)),',
    ): "days are at most 366, so that nobody can have meant minutes",
    (
        "sim/sampling/streams.py",
        'if "numba" not in sys.modules:',
        'if "numba" in sys.modules:',
    ): "where the compiler is loaded the numbers come from other code and are the same",
    (
        "sim/numbers/statistics.py",
        "k = min(RARE - 1, n - 1)",
        "k = min(RARE + 1, n - 1)",
    ): "fewer than RARE values are above 0, so that the others add nothing",
    (
        "sim/numbers/comparison.py",
        "for chunk in np.array_split(np.flatnonzero(complete), max(1, int(complete.sum()) // 200)):",
        "for chunk in np.array_split(np.flatnonzero(complete), max(1, int(complete.sum()) // 201)):",
    ): "size of pieces that are handled apart",
    (
        "sim/numbers/comparison.py",
        "tolerance = 1e-12 * np.maximum(1.0, np.abs(means))",
        "tolerance = 1e-12 * np.maximum(2.0, np.abs(means))",
    ): "both lie between the rounding of a sum and any difference that is told",
    (
        "sim/scenario/rules/arrivals.py",
        "return port.people or 0.0, port.people or 0.0",
        "return port.people or 0.0, port.people or 1.0",
    ): "nobody or one person, both are far below what is possible",
    (
        "sim/keeping/chunkstore.py",
        "handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)",
        "handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 439)",
    ): "the right to run a text file, which is none",
    (
        "sim/keeping/store.py",
        "self._lock: int | None = os.open(self.folder / DRAFT, os.O_RDWR | os.O_CREAT, 0o666)",
        "self._lock: int | None = os.open(self.folder / DRAFT, os.O_RDWR | os.O_CREAT, 439)",
    ): "likewise, of a file that is gone when the folder is there",
    (
        "sim/keeping/store.py",
        "mask = os.umask(0)",
        "mask = os.umask(1)",
    ): "it is put back in the next line",
    (
        "sim/keeping/store.py",
        "place.rmdir()",
        "pass",
    ): "an empty folder is replaced by renaming, but on Windows",
    (
        "sim/numbers/comparison.py",
        "return 1.0 if changed == 0 else min(1.0, 2 * float(bdtr(min(worse, better), changed, 0.5)))",
        "return 1.0 if changed == 1 else min(1.0, 2 * float(bdtr(min(worse, better), changed, 0.5)))",
    ): "of none or of one that changed the chance is 1 by both",
    (
        "sim/numbers/comparison.py",
        "RESAMPLES = 8_000",
        "RESAMPLES = 8001",
    ): "one of so many more",
    (
        "sim/numbers/comparison.py",
        "acceleration = np.where(varies, (deviations**3).sum(axis=0) / (6 * np.where(varies, spread,"
        " 1.0) ** 1.5), 0.0)",
        "acceleration = np.where(varies, (deviations**3).sum(axis=0) / (6 * np.where(varies, spread,"
        " 1.0) ** 1.5), 1.0)",
    ): "where nothing varies the bounds are the mean",
    (
        "sim/keeping/store.py",
        "old_enough = time.time() - draft.stat().st_mtime > SECONDS_TO_PUBLISH",
        "old_enough = time.time() - draft.stat().st_mtime >= SECONDS_TO_PUBLISH",
    ): "a time to the nanosecond",
    (
        "sim/numbers/comparison.py",
        "below = ((resampled < means - tolerance).sum(axis=0) + (resampled <= means + tolerance).sum(axis=0)) / 2",
        "below = ((resampled < means - tolerance).sum(axis=0) + (resampled < means + tolerance).sum(axis=0)) / 2",
    ): "no resample lies just a tolerance above the mean",
    (
        "sim/scenario/rules/staff.py",
        "if first <= day <= last and abs(total - 1) > 1e-6 and round(total, 9) not in reported:",
        "if first <= day <= last and abs(total - 1) >= 1e-6 and round(total, 9) not in reported:",
    ): "no sum of shares differs from 1 by just the 1e-6 of floating point",
    (
        "sim/keeping/store.py",
        "SECONDS_TO_PUBLISH = 3600",
        "SECONDS_TO_PUBLISH = 3601",
    ): "both are longer than it ever takes",
    (
        "sim/keeping/store.py",
        'name = f".{self._target.name[:100]}-"',
        'name = f".{self._target.name[:101]}-"',
    ): "both leave room in a name of 255 bytes",
    (
        "sim/scenario/rules/arrivals.py",
        "return float(by_day.total()), float(max(by_day.values(), default=0))",
        "return float(by_day.total()), float(max(by_day.values(), default=1))",
    ): "nobody or one person, both are far below what is possible",
    (
        "sim/flow/task_sums.py",
        "half, second_bits = 1 << (bits - 1), int(end.max(initial=0)).bit_length()",
        "half, second_bits = 1 << (bits - 1), int(end.max(initial=1)).bit_length()",
    ): "a bit more for the seconds of no task",
    (
        "sim/flow/history.py",
        "break",
        "pass",
    ): "what is left of the 64 rounds changes nothing",
    (
        "sim/flow/task_sums.py",
        "late = np.flatnonzero((task.shift < 0) | (task.end > task.in_shift_until))",
        "late = np.flatnonzero((task.shift < 0) | (task.end >= task.in_shift_until))",
    ): "a task that ends with its shift is over it for no second",
    (
        "sim/flow/task_sums.py",
        "late = np.flatnonzero((task.shift < 0) | (task.end > task.in_shift_until))",
        "late = np.flatnonzero((task.shift < 1) | (task.end > task.in_shift_until))",
    ): "likewise",
    (
        "sim/flow/task_sums.py",
        "some = rows.place >= 0",
        "some = rows.place > 0",
    ): "visits are at sites, which are numbered behind the ports",
    (
        "sim/flow/task_sums.py",
        'order = np.argsort((line << 40) + second, kind="stable")  # by shift, then by time',
        'order = np.argsort((line << 41) + second, kind="stable")  # by shift, then by time',
    ): "both are more than all seconds",
    (
        "sim/flow/task_sums.py",
        "lasts = np.diff(second, append=0) * (np.diff(line, append=-1) == 0)",
        "lasts = np.diff(second, append=0) * (np.diff(line, append=-2) == 0)",
    ): "no line is below 0",
    (
        "sim/flow/task_sums.py",
        "fewer = (np.diff(level.present) < 0) & (np.diff(level.shift) == 0)",
        "fewer = (np.diff(level.present) <= 0) & (np.diff(level.shift) == 0)",
    ): "more shifts are looked at, in which nobody is beyond",
    (
        "sim/flow/task_sums.py",
        "of_shift[~(special & steady)] = -1",
        "of_shift[~(special & steady)] = -2",
    ): "any number below 0 says that it is not asked about",
    (
        "sim/flow/history.py",
        "there &= positions < arrival[line]",
        "there &= positions <= arrival[line]",
    ): "no two rows have one position",
    (
        "sim/scenario/rules/arrivals.py",
        "most = max(regime.people_per_day, regime.people_per_day_end or 0.0)",
        "most = max(regime.people_per_day, regime.people_per_day_end or 1.0)",
    ): "nobody or one person, both are far below what is possible",
    (
        "sim/scenario/rules/arrivals.py",
        'if arrivals.variation == "index" and arrivals.dispersion_index < index - 1e-9:',
        'if arrivals.variation == "index" and arrivals.dispersion_index <= index - 1e-9:',
    ): "no index differs from that of the groups by just the 1e-9 of floating point",
    (
        "sim/scenario/rules/disruptions.py",
        "elif end is not None and end <= 0:",
        "elif end is not None and end <= 1:",
    ): "times are of whole minutes",
    (
        "sim/numbers/verdicts.py",
        "by_chance_above = np.where(enough > 0, bdtrc(enough - 1, n, wanted), 1.0)  # so many or more, at `wanted`",
        "by_chance_above = np.where(enough > 0, bdtrc(enough - 1, n, wanted), 2.0)  # so many or more, at `wanted`",
    ): "1 and 2 are both above any chance of error",
    (
        "sim/numbers/verdicts.py",
        "by_chance_above = np.where(enough > 0, bdtrc(enough - 1, n, wanted), 1.0)  # so many or more, at `wanted`",
        "by_chance_above = np.where(enough > 1, bdtrc(enough - 1, n, wanted), 1.0)  # so many or more, at `wanted`",
    ): "one of more runs never tells where one of fewer did not, and only then is it asked",
    (
        "sim/flow/duty.py",
        "narrow = np.uint8 if n_pools <= 256 else _NARROW  # one pass of a radix sort for each byte",
        "narrow = np.uint8 if n_pools < 256 else _NARROW  # one pass of a radix sort for each byte",
    ): "256 pools fit into both",
    (
        "sim/keeping/chunkstore.py",
        'pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd", write_statistics=False)',
        'pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd", write_statistics=True)',
    ): "a few bytes more, which nobody reads",
    (
        "sim/numbers/forecasts.py",
        "freedom = 1.0",
        "freedom = 2.0",
    ): "it is set in the first step",
    (
        "sim/numbers/forecasts.py",
        "if np.abs(mean - last).max() < 1e-8:",
        "if np.abs(mean - last).max() <= 1e-8:",
    ): "no step is just so long",
    (
        "sim/numbers/verdicts.py",
        "@lru_cache(maxsize=4096)",
        "@lru_cache(maxsize=4097)",
    ): "how much is kept, not what",
    (
        "sim/numbers/verdicts.py",
        "@lru_cache(maxsize=256)",
        "@lru_cache(maxsize=257)",
    ): "likewise",
    (
        "sim/numbers/verdicts.py",
        "return _least_share(lambda share: chance(design, share, look, count) > limit)",
        "return _least_share(lambda share: chance(design, share, look, count) >= limit)",
    ): "no chance of a halved share is just the limit",
    (
        "sim/numbers/statistics.py",
        "group_of = group_of * max(len(names), 1) + numbers_of",
        "group_of = group_of * max(len(names), 2) + numbers_of",
    ): "groups are told apart by both",
    (
        "sim/numbers/comparison.py",
        "corrected = max(product - n / 2, 0.0) if product > 0 else float(product)",
        "corrected = max(product - n / 2, 0.0) if product >= 0 else float(product)",
    ): "of a product of 0 both are 0",
    (
        "sim/numbers/comparison.py",
        "FLIPS = 10_000",
        "FLIPS = 10001",
    ): "one of so many more",
    (
        "sim/numbers/comparison.py",
        "for chunk in np.array_split(np.flatnonzero(complete), max(1, int(complete.sum()) // 200)):",
        "for chunk in np.array_split(np.flatnonzero(complete), max(2, int(complete.sum()) // 200)):",
    ): "size of pieces that are handled apart",
    (
        "sim/numbers/verdicts.py",
        "return chance(design, share, len(design.looks) - 1, least_counts(design)[-1])",
        "return chance(design, share, len(design.looks) + 1, least_counts(design)[-1])",
    ): "there is no look behind the last",
    (
        "sim/numbers/statistics.py",
        "skewness = np.where(varies, cubes / n / np.where(varies, squares / n, 1.0) ** 1.5, 0.0)",
        "skewness = np.where(varies, cubes / n / np.where(varies, squares / n, 1.0) ** 1.5, 1.0)",
    ): "where nothing varies the bounds are the mean",
    (
        "sim/flow/history.py",
        "for _ in range(64):  # halves the way to the first party each time",
        "for _ in range(65):  # halves the way to the first party each time",
    ): "both are more than it ever takes",
    (
        "sim/flow/history.py",
        'return self._if_it_left(np.where(at_home >= 0, at_home, self._rooms_of_point["place"]), -1)',
        'return self._if_it_left(np.where(at_home > 0, at_home, self._rooms_of_point["place"]), -1)',
    ): "sites are numbered behind the ports",
    (
        "sim/flow/task_sums.py",
        "narrow = np.uint16 if len(others) <= 1 << 16 else np.int64",
        "narrow = np.uint16 if len(others) < 1 << 16 else np.int64",
    ): "a sort that makes the next one quick, and decides nothing",
    (
        "sim/flow/task_sums.py",
        "narrow = np.uint16 if len(others) <= 1 << 16 else np.int64",
        "narrow = np.uint16 if len(others) <= 1 << 17 else np.int64",
    ): "likewise",
    (
        "sim/flow/task_sums.py",
        "narrow = np.uint16 if len(others) <= 1 << 16 else np.int64",
        "narrow = np.uint16 if len(others) <= 2 << 16 else np.int64",
    ): "likewise",
    (
        "sim/flow/task_sums.py",
        "level_begin, level_end = (np.clip(x, extent.start, extent.end) for x in (level_begin, level_end))",
        "pass",
    ): "outside the stretch nobody is in tasks",
    (
        "sim/flow/task_sums.py",
        "lasts = np.diff(second, append=0) * (np.diff(line, append=-1) == 0)",
        "lasts = np.diff(second, append=1) * (np.diff(line, append=-1) == 0)",
    ): "the last lasts for no time",
    (
        "sim/flow/history.py",
        'return self._if_it_left(np.where(at_home >= 0, at_home, self._rooms_of_point["place"]), -1)',
        'return self._if_it_left(np.where(at_home >= 1, at_home, self._rooms_of_point["place"]), -1)',
    ): "sites are numbered behind the ports",
    **OF_MEASURES,
    **OF_OUTLOOK,
}
