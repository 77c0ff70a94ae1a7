"""The first screen of a run: the answer in a sentence, its targets, six figures, what would change it most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.commands.brief.blocks import Estimate, Figure, Verdict, day_of, estimate, filled, joined
from sim.commands.brief.folders import Cited, Results, Rows
from sim.commands.run.headlines import is_short
from sim.measures.registry import measure_words, place_words
from sim.numbers.verdicts import HOLDS, MISSED, NOT_CERTAIN
from sim.shell.sentences import target_words
from sim.words.language import _
from sim.words.say import SHARE_UNIT, day_words, number, percent, stated, stated_percent
from sim.words.screens import VERDICTS

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario, Target
    from sim.scenario.tables.schema import Sites as SitesTable

MARKS = {HOLDS: ("✓", "good"), MISSED: ("✗", "bad"), NOT_CERTAIN: ("?", "open")}


def target_rows(results: Results, scenario: Scenario) -> Iterator[tuple[Rows, int, Target]]:
    """Rows of shares.csv that are verdicts on targets, each with its target."""
    rows = results.rows("shares.csv")
    for name, target in scenario.targets.items():
        row = None if rows is None else rows.find(target=name)
        if rows is not None and row is not None:
            yield rows, row, target


def answer(results: Results, scenario: Scenario) -> Any:
    """The whole run in one sentence."""
    parts = [*_peak(results, scenario)]
    judged = list(target_rows(results, scenario))
    if judged and all(rows.text(row, "verdict") == HOLDS for rows, row, _target in judged):
        words = _("all {n} targets hold") if len(judged) > 1 else _("the target holds")
        parts.append(filled(words, n=len(judged)))
    else:
        parts += [_judged(results, scenario, *one) for one in judged if one[0].text(one[1], "verdict") != HOLDS]
        parts += [_held(scenario, *one) for one in judged if one[0].text(one[1], "verdict") == HOLDS]
    return filled(_("{sentence}."), sentence=joined(parts, _("; "))) if parts else ""


def _shortage(results: Results) -> Estimate | None:
    """Rooms needed if there were always enough, where they are too few."""
    waits, most, needed = (estimate(results, name) for name in ("no_room_share", "rooms_occupied_max", "rooms_needed"))
    if waits is None or most is None or needed is None:
        return None
    return needed if is_short(waits.mean, most.interval, needed.interval) else None


def _peak(results: Results, scenario: Scenario) -> Iterator[Any]:
    most, day = estimate(results, "rooms_occupied_max"), fullest_day(results)
    if most is not None and (needed := _shortage(results)) is not None:
        words, band = _("too few rooms: {needed} would be needed, {rooms} are taken at most"), needed.band()
        if band.text:
            words = _(
                "too few rooms: {needed} would be needed (in 9 of 10 replications {band}), {rooms} are taken at most"
            )
        yield filled(words, needed=needed.alone(), rooms=most.alone(), band=band)
    elif most is not None and scenario.sites is not None:
        on = day_words(day, with_year=scenario.several_years) if day else ""
        words = _("{rooms} rooms at the peak, about {day}") if day else _("{rooms} rooms at the peak")
        peak, band = filled(words, rooms=most.alone(), day=on), most.band()
        words = _("{peak} (in 9 of 10 replications {band})")
        yield filled(words, peak=peak, band=band) if band.text else peak
    elif (served := estimate(results, "received")) is not None:
        yield filled(_("{people} people received"), people=served.alone())


def fullest_day(results: Results) -> dt.date | None:
    """The day on which most rooms are taken on average; without the long series, on which most are needed."""
    series, by_day = results.rows("series.csv"), results.rows("rooms_by_day.csv")
    if series is not None:
        rows, column = series, "mean"
        places = series.where(quantity="rooms_taken", place="all")
        named = "time"
    elif by_day is not None:
        rows, column, places, named = by_day, "rooms_needed_p50", list(by_day), "day"
    else:
        return None
    top = max(places, key=lambda row: (rows.number(row, column), -row), default=None)
    return None if top is None or not rows.number(top, column) > 0 else day_of(rows, top, named)


def _held(scenario: Scenario, rows: Rows, row: int, target: Target) -> Any:
    """A target that holds, and in how many replications."""
    words = _("{target}: holds, met in {k} of {n} replications")
    k, n = (rows.cited(row, column, f"{int(rows.number(row, column)):,}") for column in ("runs", "n"))
    return filled(words, target=target_words(scenario, target), k=k, n=n)


def _judged(results: Results, scenario: Scenario, rows: Rows, row: int, target: Target) -> Any:
    """A target that is missed or not certain, in how many replications, and why."""
    n, met = int(rows.number(row, "n")), int(rows.number(row, "runs"))
    sure = rows.text(row, "verdict") == MISSED
    words = (
        _("{target}: missed in {k} of {n} replications")
        if sure
        else _("{target}: not certain, missed in {k} of {n} replications")
    )
    missed = Cited(f"{n - met:,}", rows.text(row, "runs"), rows.cited(row, "runs", "-").source)
    sentence = filled(words, target=target_words(scenario, target), k=missed, n=rows.cited(row, "n", f"{n:,}"))
    why = _because(results, scenario, target)
    return filled(_("{sentence}, because {why}"), sentence=sentence, why=why) if why and met < n else sentence


def _because(results: Results, scenario: Scenario, target: Target) -> Any:
    """What the missed target comes from, as far as the results show it; empty where they do not."""
    sites = scenario.sites
    if target.measure == "no_room_share" and sites is not None:
        opened, listed = estimate(results, "sites_opened"), len(sites.candidates)
        if opened is not None and opened.p95 >= listed:
            return filled(_("the list of {n} sites is used up"), n=listed)
        return _reserve_small(results, sites)
    if target.measure == "within_limit_share":
        return _longest_wait(results, target.place)
    return ""


def _reserve_small(results: Results, sites: SitesTable) -> Any:
    """Sites are left on the list, so people waited because those asked for were not open yet. What each replication
    draws for itself has no one number.
    """
    if sites.reserve_rooms is None:
        return ""
    varied = set((results.manifest.get("ensemble") or {}).get("varied") or ())
    if varied & {"sites.reserve_rooms", "sites.lead_hours"}:
        return _("the reserve of rooms is small for the time that a site takes to open")
    words = _("the reserve of {rooms} rooms is small for the {hours} hours that a site takes to open")
    reserve = results.fact(f"{sites.reserve_rooms:,}", "scenario", "sites", "reserve_rooms")
    return filled(words, rooms=reserve, hours=results.fact(stated(sites.lead_hours), "scenario", "sites", "lead_hours"))


def _longest_wait(results: Results, place: str) -> Any:
    """Where most of the time from hand-over to departure goes."""
    names = {
        "wait_registration_mean": _("waiting for registration"),
        "wait_room_mean": _("waiting for a room"),
        "wait_coach_mean": _("waiting for the coach"),
    }
    found = {name: value for name in names if (value := estimate(results, name, place)) is not None}
    whole = estimate(results, "handover_to_coach_mean", place)
    if not found or whole is None:
        return ""
    longest = max(found, key=lambda name: found[name].mean)
    words = _("most of the time goes into {wait} ({part} of {whole} {unit} on average)")
    factor, unit = whole.scale
    part, all_of_it = (
        value.rows.cited(value.row, "mean", number(factor * value.mean)) for value in (found[longest], whole)
    )
    return filled(words, wait=names[longest], part=part, whole=all_of_it, unit=unit)


def verdicts(results: Results, scenario: Scenario) -> tuple[Verdict, ...]:
    """The targets as a table."""
    return tuple(_verdict(scenario, *one) for one in target_rows(results, scenario))


def _verdict(scenario: Scenario, rows: Rows, row: int, target: Target) -> Verdict:
    verdict, n = rows.text(row, "verdict"), rows.number(row, "n")
    mark, css = MARKS.get(verdict, ("–", "open"))
    met = filled(
        _("{met} of {n}"),
        met=rows.cited(row, "runs", number(rows.number(row, "runs"))),
        n=rows.cited(row, "n", number(n)),
    )
    words = _("{share} of replications; {wanted} asked")
    share = rows.cited(row, "share", percent(rows.number(row, "share")))
    wanted = rows.cited(row, "wanted", stated_percent(rows.number(row, "wanted")))
    shares = filled(words, share=share, wanted=wanted) if n else ""
    return Verdict(mark, css, VERDICTS.get(verdict, verdict), target_words(scenario, target), met, shares)


# six figures


def figures(results: Results, scenario: Scenario) -> tuple[Figure, ...]:
    """Rooms, sites, staff, waits, beds, cost: those of which the run has a value."""
    made = (_rooms(results), _sites(results), _staff(results, scenario), _waits(results, scenario), _beds(results),
            _cost(results))  # fmt: skip
    return tuple(figure for figure in made if figure is not None)


def _range(found: Estimate) -> tuple[Any, ...]:
    band = found.band()
    return (filled(_("9 of 10: {band}"), band=band),) if band.text else ()


def _of_few(results: Results, found: Estimate) -> Iterator[Any]:
    """How many replications a mean comes from, where they are not all."""
    n, finished = int(found.n), results.manifest.get("finished")
    if isinstance(finished, int) and n < finished:
        words = _("mean of {n} of the {all} replications")
        yield filled(words, n=found.rows.cited(found.row, "n", f"{n:,}"), all=results.fact(f"{finished:,}", "finished"))


def _plain(label: str, found: Estimate | None, more: tuple[Any, ...] = ()) -> Figure | None:
    if found is None:
        return None
    _factor, unit = found.scale
    unit = "" if unit == SHARE_UNIT else unit
    if found.is_constant:
        same = filled(_("the same in all {n} replications"), n=found.rows.cited(found.row, "n", f"{int(found.n):,}"))
        return Figure(label, found.alone(), unit, (same, *more))
    return Figure(label, found.mean_cited(ends=not found.has_band), unit, (*_range(found), *more))


def _rooms(results: Results) -> Figure | None:
    waits = estimate(results, "no_room_share")
    more = () if waits is None else (filled(_("a wait for rooms on {share} of days"), share=waits.alone()),)
    most = estimate(results, "rooms_occupied_max")
    if most is not None and (needed := _shortage(results)) is not None:
        taken = filled(_("too few: {rooms} taken at most"), rooms=most.alone())
        return _plain(_("Rooms needed if there were always enough"), needed, (taken, *more))
    return _plain(_("Rooms taken at most"), most, more)


def _sites(results: Results) -> Figure | None:
    days = estimate(results, "site_days", "first_street_site")
    more = () if days is None else (filled(_("first street-level site: open {days} days"), days=days.alone()),)
    return _plain(_("Sites opened"), estimate(results, "sites_opened"), more)


def _pools(scenario: Scenario) -> list[str]:
    """Pools of the points, in the order of the ports."""
    return list(dict.fromkeys(port.pool for _name, port in sorted(scenario.ports.items()) if port.pool))


def _staff(results: Results, scenario: Scenario) -> Figure | None:
    """What the busiest day needs at the point that needs most; the others below it."""
    found = {pool: value for pool in _pools(scenario) if (value := estimate(results, "staff_needed_max", pool))}
    label = _("Staff needed on the busiest day")
    if not found:
        found = {pool: value for pool in _pools(scenario) if (value := estimate(results, "staff_on_duty_max", pool))}
        label = _("Staff on duty on the busiest day")
    if not found:
        return None
    most = max(found, key=lambda pool: found[pool].mean)
    lines = [filled("{pool}", pool=place_words(scenario, most)), *_range(found[most]), *_of_few(results, found[most])]
    words = _("{pool}: {people}")
    lines += [filled(words, pool=place_words(scenario, pool), people=one.mean_cited(ends=False))
              for pool, one in found.items() if pool != most]  # fmt: skip
    return Figure(label, found[most].mean_cited(ends=False), _("people"), tuple(lines))


def _waits(results: Results, scenario: Scenario) -> Figure | None:
    """Until 95 % of people have left, at the port where that is longest."""
    for measure in ("handover_to_coach_p95", "wait_registration_p95"):
        found = {port: value for port in sorted(scenario.ports) if (value := estimate(results, measure, port))}
        if found:
            break
    else:
        return None
    most = max(found, key=lambda port: found[port].mean)
    lines = [filled("{port}", port=place_words(scenario, most)), *_range(found[most]), *_kept(results, scenario, most)]
    lines += [filled(_("{what}: {told}"), what=place_words(scenario, port), told=one.with_unit())
              for port, one in found.items() if port != most]  # fmt: skip
    label = (
        _("Hand-over to departure, 95 % within")
        if measure.startswith("handover")
        else _("Wait for registration, 95 % within")
    )
    return Figure(label, found[most].mean_cited(ends=False), found[most].scale[1], tuple(lines))


def _kept(results: Results, scenario: Scenario, port: str) -> Iterator[Any]:
    """Who has left within the limit there."""
    limit, share = scenario.limits.handover_to_coach_minutes, estimate(results, "within_limit_share", port)
    if share is not None and limit:
        cited = results.fact(stated(limit), "scenario", "limits", "handover_to_coach_minutes")
        yield filled(_("within the limit of {limit} minutes: {share}"), limit=cited, share=share.alone())


def _beds(results: Results) -> Figure | None:
    found = estimate(results, "detected")
    more = () if found is None else (filled(_("people found infected: {people}"), people=found.alone()),)
    return _plain(_("Hospital beds at most"), estimate(results, "hospital_beds_max"), more)


def _cost(results: Results) -> Figure | None:
    total = estimate(results, "cost_total")
    parts = {name: value for name in ("cost_rooms", "cost_staff", "cost_coaches", "cost_tests")
             if (value := estimate(results, name)) is not None}  # fmt: skip
    more: tuple[Any, ...] = ()
    if parts and total is not None:
        names = {"cost_rooms": _("hotel rooms"), "cost_staff": _("staff"), "cost_coaches": _("coaches"),
                 "cost_tests": _("tests")}  # fmt: skip
        most = max(parts, key=lambda name: parts[name].mean)
        more = (filled(_("most of it {part}: {value}"), part=names[most], value=parts[most].with_unit()),)
    return _plain(_("Cost"), total, more)


def doubt(results: Results, scenario: Scenario) -> Iterator[Any]:
    """Which part of the spread of the headline with most of it is doubt about values, as the run says."""
    shares = (results.manifest.get("ensemble") or {}).get("doubt_shares") or {}
    if not shares:
        return
    name = max(shares, key=lambda each: shares[each])
    measure, _at, place = str(name).partition("@")
    words = _("{what}: at least {share} of the spread is doubt about values and rules, not chance")
    share = results.fact(percent(float(shares[name])), "ensemble", "doubt_shares", str(name))
    yield filled(words, what=measure_words(scenario, measure, place or "all"), share=share)
