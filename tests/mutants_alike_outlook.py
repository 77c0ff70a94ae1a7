"""The changes of `mutants_alike.py` in the outlook."""

from __future__ import annotations

ALIKE: dict[tuple[str, str, str], str] = {
    (
        "sim/outlook/staff.py",
        "escorts = scenario.coaches.escorts if scenario.coaches else 0",
        "escorts = scenario.coaches.escorts if scenario.coaches else 1",
    ): "without coaches there are no trips to escort",
    (
        "sim/outlook/sites.py",
        "return np.where(total > 0, variance / np.where(total > 0, total, 1.0), 0.0)",
        "return np.where(total > 0, variance / np.where(total > 0, total, 2.0), 0.0)",
    ): "what nothing is divided by is not taken",
    (
        "sim/outlook/sites.py",
        "short += s.waiting >= 0.5 and day < way.n_days",
        "short += s.waiting >= 0.5 and day <= way.n_days",
    ): "nobody waits after the window",
    (
        "sim/outlook/small_shifts.py",
        "of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T",
        "of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-2, 3).T",
    ): "any number below 0 means what is left",
    (
        "sim/outlook/sites.py",
        "if index <= 1 + 1e-9:",
        "if index < 1 + 1e-9:",
    ): "no index lies just 1e-9 above 1",
    (
        "sim/outlook/sites.py",
        "if mean <= 1e-9:",
        "if mean < 1e-9:",
    ): "no mean is just 1e-9",
    (
        "sim/outlook/sites.py",
        "number = max(0, math.floor(mean - 10 * math.sqrt(mean)))",
        "number = max(0, math.floor(mean - 11 * math.sqrt(mean)))",
    ): "where the search begins, below all that could be enough",
    (
        "sim/outlook/sites.py",
        "number = max(0, math.floor(mean - 10 * math.sqrt(mean)))",
        "number = max(0, math.floor(mean - 10 / math.sqrt(mean)))",
    ): "likewise: of a Poisson number's chances that are asked all are above the mean",
    (
        "sim/outlook/sites.py",
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
        "sim/outlook/sites.py",
        "before = np.arange(scenario.n_days) - math.ceil(scenario.stay.mean_days if scenario.stay else 1)",
        "before = np.arange(scenario.n_days) - math.ceil(scenario.stay.mean_days if scenario.stay else 2)",
    ): "rooms without a stay are a fault",
    (
        "sim/outlook/sites.py",
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
        "sim/outlook/sites.py",
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
        "sim/outlook/sanity.py",
        '"closes": end // 60 if end <= 86_400 else end // 60 % 1440,',
        '"closes": end // 60 if end <= 86401 else end // 60 % 1440,',
    ): "times are of whole minutes",
}
