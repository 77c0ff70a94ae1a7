"""The document: results folders in, one HTML file out, with a policy that lets nothing in but its own code."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sim.commands.brief import first_screen, of_plans, of_run, of_search, replay, trust
from sim.commands.brief.blocks import Page, Section, filled
from sim.commands.brief.folders import Results, shown
from sim.shell.ensemble_option import doubt_words
from sim.words.language import _, speaking
from sim.words.say import day_words, listed

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

TEMPLATES = Path(__file__).parent / "templates"


def document(all_results: Sequence[Results], languages: Sequence[str], *, with_replay: bool = True) -> str:
    """The whole HTML of these results in these languages. Raises BadInput and ScenarioError."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  heavy at start-up

    main = _main(all_results)
    played = None
    if with_replay and main is not None and main.scenario is not None:
        played = replay.replay(main, main.scenario)
    pages = []
    for language in languages:
        with speaking(language):
            pages.append(page(all_results, language, played))
    surroundings = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=shown,
    )  # fmt: skip
    style, *scripts = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js", "replay.js"))
    script = "".join(scripts if played else scripts[:1])
    policy = "; ".join([
        "default-src 'none'", f"style-src {_hash(style)}", f"script-src {_hash(script)}", "base-uri 'none'",
        "form-action 'none'",
    ])  # fmt: skip
    template = surroundings.get_template("page.html.jinja")
    data = {"replay-data": Markup(replay.as_script_data(played.data))} if played else {}
    return template.render(pages=pages, policy=policy, style=Markup(style), script=Markup(script), data=data)


def _hash(text: str) -> str:
    """What a content security policy calls a piece of code."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _main(all_results: Sequence[Results]) -> Results | None:
    """The run of the first screen."""
    return next((each for each in all_results if each.kind == "run" and each.scenario is not None), None)


def page(all_results: Sequence[Results], language: str, played: replay.Replay | None) -> Page:
    """Everything that a page says, in the language of the day."""
    main = _main(all_results)
    known = next((each for each in all_results if each.scenario is not None), None)
    scenario = None if known is None else known.scenario
    sections = list(_sections(all_results, main, known))
    if played is not None and scenario is not None:
        sections.insert(-2, replay.section(played, scenario))  # before what speaks for trusting it, and the annex
    return Page(
        language=language,
        title=_title(all_results, scenario),
        answer=first_screen.answer(main, scenario) if main and scenario else "",
        subtitle=_subtitle(main, scenario),
        verdicts=first_screen.verdicts(main, scenario) if main and scenario else (),
        figures=first_screen.figures(main, scenario) if main and scenario else (),
        levers=tuple(_levers(all_results, main, scenario))[:MOST_LEVERS],
        sections=tuple(sections),
        words=_words(main),
    )


MAKERS = {
    "compare": of_plans.compare, "sweep": of_search.sweep, "staff": of_search.staffing, "tornado": of_plans.tornado,
    "cap": of_plans.cap, "calibrate": trust.calibration,
}  # fmt: skip
"""By kind of results: what shows them in one section."""


def _sections(all_results: Sequence[Results], main: Results | None, known: Results | None) -> Iterator[Section]:
    for results in all_results:
        scenario = results.scenario or (None if known is None else known.scenario)
        suffix = "" if _first_of_kind(all_results, results) else f"-{results.number}"
        made: Iterable[Section]
        if results.kind == "run":
            made = of_run.sections(results, results.scenario) if results.scenario is not None else ()
        else:
            made = (MAKERS[results.kind](results, scenario),)
        for section in made:
            yield replace(section, id=section.id + suffix) if suffix else section
    yield trust.trust(all_results, main or known)
    checklist = None if known is None else trust.annex(main or known)
    if checklist is not None:
        yield checklist


def _first_of_kind(all_results: Sequence[Results], results: Results) -> bool:
    return next(each for each in all_results if each.kind == results.kind) is results


def _title(all_results: Sequence[Results], scenario: Scenario | None) -> str:
    if scenario is not None:
        return scenario.title
    return listed(
        each.names.of(str(each.manifest.get("title") or each.manifest.get("scenario_name") or each.name))
        for each in all_results
    )


def _subtitle(main: Results | None, scenario: Scenario | None) -> Any:
    """Days, replications and seed."""
    if main is None or scenario is None:
        return ""
    days = [day_words(day, with_year=True) for day in scenario.counted_days]
    words = _("{first} to {last} · {n} replications, seed {seed}")
    n = main.fact(f"{main.manifest.get('finished', 0):,}", "finished")
    return filled(words, first=days[0], last=days[1], n=n, seed=main.fact(str(main.manifest.get("seed", "")), "seed"))


MOST_LEVERS = 5


def _levers(all_results: Sequence[Results], main: Results | None, scenario: Scenario | None) -> Iterator[Any]:
    """What would change the answer most, as far as these results show."""
    for results in all_results:
        if results.kind == "compare":
            yield from of_plans.plans_that_hold(
                results, results.scenario or scenario, scenario.title if scenario else ""
            )
        elif results.kind == "tornado":
            yield from of_plans.widest(results, results.scenario or scenario)
        elif results.kind == "cap":
            yield of_plans.cap_words(results, results.scenario or scenario)
        elif results.kind == "staff" and (least := of_search.least_staff(results)) is not None:
            yield least
    if main is not None and scenario is not None:
        yield from first_screen.doubt(main, scenario)
    for results in all_results:
        following = results.rows("next_figures.csv") if results.kind == "calibrate" else None
        if following is not None:
            yield trust.next_figure(following, scenario)


def _words(main: Results | None) -> dict[str, str]:
    """Words of the template itself."""
    about = doubt_words(main.manifest.get("ensemble")) if main else ""
    return {
        "targets": _("Targets"), "target": _("Target"), "verdict": _("Verdict"), "met": _("Replications that meet it"),
        "share": _("Share"), "levers": _("What would change it most"), "contents": _("Contents"),
        "skip": _("To the answer"), "made_by": _("Made by qcap from its results files"),
        "scroll": _("table, may be wider than the screen"), "language": _("Language"), "six": _("Six figures"),
        "sure": _(
            "Holds or missed: 95 % certain that enough replications meet the target, or too few. Not certain: so many "
            "replications do not decide."
        ),
        "how": _(
            "± or ( ): where the mean of very many replications lies, with 95 % confidence. 9 of 10: where 9 of 10 "
            "single replications lie; plan for this range. Both tell {about}."
        ).format(about=about),
    }  # fmt: skip
