"""The STRESS-DES checklist of a scenario (Monks et al. 2019), filled in as far as the program knows.

Every text of the scenario is data and is escaped: a title can neither end a table nor open a tag.
"""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.keeping.manifest import sources_hash, versions
from sim.keeping.store import MANIFEST
from sim.measures.registry import REGISTRY, place_words
from sim.scenario.files.documents import scenario_hash
from sim.scenario.places import guests_at_start, rooms_of
from sim.scenario.provenance import DEFAULT_WORDS
from sim.scenario.tables.schema import CLOSING
from sim.scenario.tables.shape import SITE_SETTINGS
from sim.shell.ensemble_option import doubt_words
from sim.words import KINDS, ORIGINS, ROLE_NAMES, STEPS, UNIT_NAMES
from sim.words.language import _
from sim.words.pages import DESCRIBE
from sim.words.say import clauses, listed, stated_percent
from sim.words.user_text import as_code, for_markdown

if TYPE_CHECKING:
    from sim.measures.reported import Figure
    from sim.scenario import Reading
    from sim.scenario.provenance import ProvenanceRow
    from sim.scenario.tables.distributions import Service
    from sim.scenario.tables.schema import Scenario, Target

Lines = Iterator[str]
LONGEST_VALUE = 80
PATHS_SHOWN = 3


def run_facts(path: Path) -> dict[str, Any]:
    """The manifest of a results folder; empty for a scenario that has no run beside it, or one that is not readable."""
    try:
        facts = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def checklist(reading: Reading, figures: Sequence[Figure], run: dict[str, Any]) -> str:
    """The checklist as Markdown. `run`: the manifest of a run, or nothing."""
    scenario = reading.scenario
    parts = {
        "1": _objectives(scenario),
        "2": _logic(reading),
        "3": _data(reading, figures),
        "4": _experimentation(reading, run),
        "5": _implementation(run),
        "6": _access(scenario, run),
    }
    lines = [f"# {_say('title', title=scenario.title)}", "", _say("intro", raw_to_fill=_to_fill())]
    for number, part in parts.items():
        lines += ["", f"## {DESCRIBE[number]}", *part]
    return "\n".join(lines) + "\n"


def _to_fill() -> str:
    return f"**{DESCRIBE['to_fill']}**"


def _say(key: str, **fields: Any) -> str:
    """Words with their fields filled in and escaped; a field `raw_<name>` is Markdown of ours."""
    given = {
        name.removeprefix("raw_"): str(v) if name.startswith("raw_") else for_markdown(v) for name, v in fields.items()
    }
    return DESCRIBE[key].format(**given)


def _item(key: str, *texts: str) -> Lines:
    yield from ("", f"### {DESCRIBE[key]}", "")
    yield from texts


def _objectives(scenario: Scenario) -> Lines:
    yield from _item("1.1", _say("1.1.text", title=scenario.title), _to_fill())
    built = list(REGISTRY)
    labels = list(dict.fromkeys(re.split("[,，]", REGISTRY[name].label)[0] for name in built))
    yield from _item("1.2", _say("1.2.text", n=len(built), families=listed(labels)), "")
    targets = [_target(scenario, target) for target in scenario.targets.values()]
    yield _say("1.2.targets", targets=clauses(targets)) if targets else _say("1.2.no_targets")
    yield from _item("1.3", _say("1.3.text"), _to_fill())


def _target(scenario: Scenario, target: Target) -> str:
    least = target.at_least is not None
    label = REGISTRY[target.measure].label if target.measure in REGISTRY else target.measure
    return DESCRIBE["1.2.at_least" if least else "1.2.at_most"].format(
        what=label,
        place=place_words(scenario, target.place),
        value=target.at_least if least else target.at_most,
        share=f"{target.share_of_runs:.0%}",
    )


def _logic(reading: Reading) -> Lines:
    scenario = reading.scenario
    yield from _item("2.1", *_diagram())
    ports = listed(port.name or key for key, port in scenario.ports.items())
    n_sites = len(scenario.sites.candidates) if scenario.sites else 0
    yield from _item("2.2", _say("2.2.text", ports=ports, sites=n_sites), "")
    yield from (f"- {for_markdown(words)}" for words in reading.steps_left_out or (DESCRIBE["2.2.nothing"],))
    yield from _item("2.3", _say("2.3.text"), _to_fill())
    yield from _item("2.4", *(f"- {text}" for text in _algorithms(scenario)))
    yield from ("", f"### {DESCRIBE['2.5']}")
    yield from _item("2.5.1", _say("2.5.1.text", largest=len(scenario.arrivals.party_size_weights)))
    yield from _item("2.5.2", *_activities(scenario))
    yield from _item("2.5.3", *_resources(scenario))
    yield from _item("2.5.4", _say("2.5.4.text"))
    ports_shares = ((port.name or key, f"{port.not_diverted_share:.0%}") for key, port in scenario.ports.items())
    shares = listed(DESCRIBE["2.5.5.share"].format(port=port, share=share) for port, share in ports_shares)
    yield from _item("2.5.5", _say("2.5.5.text", share=shares))


def _diagram() -> Lines:
    """The way of a party; who is sent on leaves it after registration."""
    way = [key for key in STEPS if key != "not_diverted"]
    yield from ("```mermaid", "flowchart LR")
    yield from (f'    {key}["{STEPS[key]}"] --> {after}["{STEPS[after]}"]' for key, after in pairwise(way))
    sent_on = STEPS["not_diverted"]
    yield f'    registration --> not_diverted["{sent_on}"]'
    yield "```"


def _algorithms(scenario: Scenario) -> Lines:
    arrivals = scenario.arrivals
    if arrivals.variation == "cv":
        yield _say("2.4.arrivals_cv", cv=f"{arrivals.day_cv:g}")
    else:
        yield _say("2.4.arrivals", dispersion=arrivals.dispersion_index)
    sites, coaches = scenario.sites, scenario.coaches
    if sites is None:
        yield _say("2.4.no_sites")
    else:
        yield _say("2.4.sites", allocation=DESCRIBE[f"2.4.allocation.{sites.allocation}"])
        if sites.reserve_rooms is not None:
            yield _say("2.4.on_demand", reserve=sites.reserve_rooms, lead=f"{sites.lead_hours:g}")
        yield _(CLOSING[sites.closing].sentence)
    if coaches is None:
        yield _say("2.4.alone")
    else:
        yield _say("2.4.coaches", seats=coaches.seats, hold=f"{coaches.hold_minutes:g}", escorts=coaches.escorts)
    yield _say("2.4.staff")
    yield from _care(scenario)


def _care(scenario: Scenario) -> Lines:
    """Tests, infection, the brigade and what goes wrong, each where the scenario has it."""
    swabs, health, brigade = scenario.swabs, scenario.health, scenario.brigade
    if swabs is not None and scenario.laboratory is not None:
        days = listed(map(str, swabs.days))
        yield _say("2.4.tests", days=days, hours=f"{scenario.laboratory.turnaround_hours:g}")
    if health is not None:
        shares = {"share": health.infected_share, "never": health.never_symptomatic_share}
        yield _say("2.4.health", **{name: stated_percent(share) for name, share in shares.items()})
    if brigade is not None:
        yield _say(
            "2.4.brigade",
            trigger=f"{brigade.trigger_hours:g}",
            people=brigade.brigade_call,
            lead=f"{brigade.lead_hours:g}",
            days=f"{brigade.days:g}",
        )
    if scenario.disruptions:
        kinds = Counter(disruption.kind for disruption in scenario.disruptions)
        yield _say("2.4.disruptions", kinds=listed(f"{kind} ({n})" for kind, n in kinds.items()))


def _activities(scenario: Scenario) -> Lines:
    taken = [*_services(scenario), *_rounds(scenario), *_rests(scenario)]
    if not taken:
        yield DESCRIBE["2.5.2.none"]
        return
    yield from (DESCRIBE["2.5.2.head"], "|---|---|")
    yield from (f"| {for_markdown(name)} | {numbers} |" for name, numbers in taken)


Activities = Iterator[tuple[str, str]]
"""What takes time, and how long."""


def _services(scenario: Scenario) -> Activities:
    services: dict[str, Service | None] = {
        STEPS["registration"]: scenario.registration,
        STEPS["check_in"]: scenario.check_in,
        STEPS["release"]: scenario.release.minutes,
    }
    for name, service in services.items():
        if service is not None:
            kind, *numbers = service.minutes.model_dump().items()
            words = [DESCRIBE[f"2.5.2.{kind[1]}"], *(f"{DESCRIBE[f'2.5.2.{key}']} {value:g}" for key, value in numbers)]
            yield name, _say("2.5.2.service", numbers=listed(words))


def _rounds(scenario: Scenario) -> Activities:
    for kind, visit in scenario.visits.items():
        times = listed(f"{time // 60:02d}:{time % 60:02d}" for time in visit.times)
        minutes = {"room": f"{visit.room_minutes:g}", "person": f"{visit.person_minutes:g}"}
        yield DESCRIBE["2.5.2.visit"].format(kind=kind), _say("2.5.2.visit_times", times=times, **minutes)
    if scenario.swabs is not None:
        yield DESCRIBE["2.5.2.swabs"], _say("2.5.2.each", minutes=f"{scenario.swabs.person_minutes:g}")
    if scenario.coaches is not None:
        yield DESCRIBE["2.5.2.head_count"], _say("2.5.2.each", minutes=f"{scenario.coaches.head_count_minutes:g}")


def _rests(scenario: Scenario) -> Activities:
    """What takes time without staff, and cleaning."""
    if scenario.sites is not None:
        rides = [m for site in scenario.sites.candidates.values() for m in site.ride_minutes.values()]
        yield DESCRIBE["2.5.2.ride"], _say("2.5.2.ride_range", least=f"{min(rides):g}", most=f"{max(rides):g}")
    if scenario.stay is not None:
        key = "2.5.2.days" if scenario.stay.drawn is None else "2.5.2.drawn_days"
        yield STEPS["stay"], _say(key, days=f"{scenario.stay.mean_days:g}")
    if scenario.rooms.airing_hours:
        yield STEPS["airing"], _say("2.5.2.hours", hours=f"{scenario.rooms.airing_hours:g}")
    if scenario.rooms.cleaning_minutes:
        yield STEPS["cleaning"], _say("2.5.2.minutes", minutes=f"{scenario.rooms.cleaning_minutes:g}")


def _resources(scenario: Scenario) -> Lines:
    yield from (DESCRIBE["2.5.3.head"], "|---|---|")
    rosters = {row.pool for row in scenario.roster}
    for key, pool in scenario.pools.items():
        own = [str(shift.headcount) for shift in pool.shifts.values() if shift.headcount is not None]
        n = DESCRIBE["2.5.3.by_roster"] if key in rosters else " + ".join(own) or str(pool.headcount)
        share = pool.fixed_posts_share
        posts = str(pool.fixed_posts) if share is None else _say("2.5.3.posts_share", share=f"{share:.0%}")
        yield f"| {_say('2.5.3.pool', pool=pool.name or key)} | {listed((n, posts))} |"
    for key, port in scenario.ports.items():
        if port.coaches is not None:
            yield f"| {_say('2.5.3.coaches', port=port.name or key)} | {port.coaches} |"
    sites = scenario.sites
    if sites is not None:
        rooms = sum(rooms_of(sites, site) for site in sites.candidates.values())
        yield f"| {_say('2.5.3.rooms', sites=len(sites.candidates))} | {rooms:,} |"
    if scenario.brigade is not None:
        yield f"| {DESCRIBE['2.5.3.brigade']} | {sum(scenario.brigade.teams):,} |"
    none = DESCRIBE["2.5.3.no_limit"]
    if scenario.hospital is not None:
        yield f"| {DESCRIBE['2.5.3.beds']} | {none if scenario.hospital.beds is None else scenario.hospital.beds} |"
    if scenario.laboratory is not None:
        yield f"| {DESCRIBE['2.5.3.laboratory']} | {scenario.laboratory.daily_capacity or none} |"


def _data(reading: Reading, figures: Sequence[Figure]) -> Lines:
    rows = reading.provenance
    counts = Counter(row.kind for row in rows)
    words = listed(DESCRIBE["3.1.kind"].format(n=n, kind=KINDS.get(kind, kind)) for kind, n in counts.most_common())
    files = listed(dict.fromkeys(file.name for file in reading.files))
    yield from _item("3.1", _say("3.1.text", n=len(rows), counts=words, files=files), _to_fill())
    if figures:
        yield from ("", DESCRIBE["3.1.figures"], "", DESCRIBE["3.1.head"], "|---|---|---|---|---|")
        for f in figures:
            label = REGISTRY[f.measure].label if f.measure in REGISTRY else f.measure
            place, role = place_words(reading.scenario, f.place), ROLE_NAMES.get(f.role, f.role)
            yield _row(label, place, f"{f.value:g}", role, f"{f.tolerance:g}: {f.why}")
    yield from _item("3.2", _say("3.2.text"), _to_fill())
    single = [row for row in rows if not _of_a_site(row)]
    yield from _item(
        "3.3", _say("3.3.text", n=len(rows) - len(single)), "", DESCRIBE["3.3.head"], "|---|---|---|---|---|"
    )
    yield from (f"| {as_code(row.path)} {_value(row)}" for row in single)
    yield from _item("3.4", _say("3.4.text"), "")
    assumed: dict[str, list[str]] = {}
    for row in rows:
        if row.kind == "assumed":
            assumed.setdefault(_source(row), []).append(row.path)
    for text, paths in assumed.items():
        more = f" … ({len(paths)})" if len(paths) > PATHS_SHOWN else ""
        line = DESCRIBE["3.4.assumed"].format(words=for_markdown(text), paths=listed(map(as_code, paths[:PATHS_SHOWN])))
        yield f"- {line}{more}"
    if counts["not stated"]:
        yield from ("", _say("3.4.not_stated", n=counts["not stated"]))


def _value(row: ProvenanceRow) -> str:
    return _row(_short(row.value), UNIT_NAMES.get(row.unit, row.unit), ORIGINS.get(row.kind, row.kind), _source(row))


def _source(row: ProvenanceRow) -> str:
    """Where a value comes from, in the words of whoever wrote it."""
    return _(row.words) if row.words == DEFAULT_WORDS else row.words


def _of_a_site(row: ProvenanceRow) -> bool:
    parts = row.path.split(".")
    return len(parts) > 2 and parts[0] == "sites" and parts[1] not in SITE_SETTINGS


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(for_markdown, cells))} |"


_DRAWN = ("values", "rules")
"""What a manifest counts of an ensemble."""


def _experimentation(reading: Reading, run: dict[str, Any]) -> Lines:
    scenario = reading.scenario
    start = _say("4.1.initial", n=len(guests_at_start(scenario))) if scenario.initial else _say("4.1.empty")
    window = scenario.window
    yield from _item("4.1", start)
    if window is not None:
        yield _say("4.1.window", first=window.from_day, last=window.to_day)
    yield from _item("4.2", _say("4.2.text", first=scenario.first_day, last=scenario.last_day, days=scenario.n_days))
    run_words = _say("4.3.run", **_facts(run, "finished", "seed")) if run else _say("4.3.no_run")
    named = reading.ensemble.file
    drawn = run.get("ensemble")
    known = drawn if isinstance(drawn, dict) and all(isinstance(drawn.get(key), int) for key in _DRAWN) else None
    tell = _say("4.3.ensemble", file=named.name) if named and not run else _say("4.3.tell", tell=doubt_words(known))
    yield from _item("4.3", _say("4.3.text"), tell, run_words)


def _implementation(run: dict[str, Any]) -> Lines:
    there = run.get("versions")
    known = there if isinstance(there, dict) else versions()
    yield from _item("5.1", _say("5.1.text", versions=listed(f"{name} {version}" for name, version in known.items())))
    yield from _item("5.2", _say("5.2.text"))
    yield from _item("5.3", _say("5.3.text"))
    if run:
        yield _say("5.3.run", **_facts(run, "engine", "executor", "seconds", "command"))
    machine = _say("5.4.run", machine=run.get("machine", platform.machine())) if run else _say("5.4.no_run")
    yield from _item("5.4", machine, _to_fill())


def _access(scenario: Scenario, run: dict[str, Any]) -> Lines:
    known = run.get("versions") if isinstance(run.get("versions"), dict) else versions()
    hashes = {
        "hash": run.get("sources_hash", sources_hash()),
        "scenario": str(run.get("scenario_hash", scenario_hash(scenario)))[:16],
    }
    yield from _item("6.1", _say("6.1.text", version=(known or {}).get("qcap", "?"), **hashes), _to_fill())


def _facts(run: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: run.get(name, "?") for name in names}
