"""`qcap staff`: the smallest staffing that holds, with its proof."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, doubt_words, read_ensemble_use
from sim.words.say import duration, stated
from sim.words.searches import REFUSED_STAFF as REFUSED
from sim.words.searches import STAFF

if TYPE_CHECKING:
    from sim.commands.staff.problem import Event
    from sim.commands.staff.tables import Found
    from sim.commands.staff.trials import Evaluator, StaffQuestion
    from sim.flow.engines import EngineChoice
    from sim.keeping.store import UnfinishedFolder
    from sim.scenario import Reading
    from sim.shell.ensemble_option import EnsembleUse

MINUTES = 5.0
LATER_PART, LATER_MOST = 0.25, 60.0
"""Of the time, and in seconds: what is kept for what stands beside the certificate."""
LOADS = 20
"""Replications from which the load by hour is read."""
MANY = 10_000
"""Replications of plans that a search may take: the compiled engine pays."""
SECONDS_BETWEEN_LINES = 10.0

Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="NAME", help="Target that the plan must meet [default: [staffing]]; repeatable."),
]
FreeValues = Annotated[
    list[str] | None,
    typer.Option(
        "--free",
        metavar="PATH=LO..HI",
        help="What may be chosen and between what, such as pools.gongbei=4..20, ports.gongbei.coaches=2..8 "
        "[default: [staffing.free], else all shifts]; repeatable.",
    ),
]
Minimise = Annotated[
    str | None, typer.Option("--minimise", metavar="WHAT", help="staff_days or cost [default: [staffing]].")
]
Minutes = Annotated[
    float, typer.Option("--minutes", min=0.1, max=10_000, metavar="M", help="Time; what is then not proved is said.")
]


@dataclass(frozen=True)
class Asked:
    """All that was asked for."""

    question: StaffQuestion
    reading: Reading
    doubt: EnsembleUse | None
    choice: EngineChoice
    command: tuple[str, ...]
    overrides: tuple[str, ...]
    file: Path
    out: Path
    minutes: float
    workers: int
    resume: bool
    force: bool
    plots: bool
    talk: bool

    @property
    def draws(self) -> Any:
        """Of the ensemble."""
        return self.doubt.draws if self.doubt else ()

    @property
    def resume_command(self) -> str:
        """What goes on with it."""
        words = [word for word in self.command if word not in ("--resume", "--force")]
        given = any(word == "--out" or word.startswith("--out=") for word in words)
        return shlex.join(["qcap", *words, *([] if given else ["--out", str(self.out)]), "--resume"])


def staff(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    target: Targets = None,
    free: FreeValues = None,
    minimise: Minimise = None,
    minutes: Minutes = MINUTES,
    resume: Annotated[bool, typer.Option("--resume", help="Go on in --out with a search that was stopped.")] = False,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Find the fewest people on duty with whom targets hold, and prove it.

    Exit code 1 when no staffing helps. The last line printed is the results folder; staffing.toml in it runs the plan.
    """
    from sim.commands.staff.asked import Options, question_of  # noqa: PLC0415  heavy at start-up, as all imports here
    from sim.flow.engines import choose  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_file  # noqa: PLC0415

    if resume and (force or out is None):
        errors.refuse(REFUSED["force" if force else "resume"])
    reading = common.read_scenario(scenario, overrides)
    choice = choose(engine, MANY)
    options = Options(tuple(target or ()), tuple(free or ()), minimise)
    asked = Asked(
        question=question_of(reading.scenario, options, seed, choice.engine),
        reading=reading,
        doubt=read_ensemble_use(ensemble, reading),
        choice=choice,
        command=tuple(context.obj),
        overrides=tuple(overrides or ()),
        file=scenario_file(scenario),
        out=common.results_folder(out, f"staff-{common.scenario_name(scenario)}"),
        minutes=minutes,
        workers=workers or common.cores(),
        resume=resume,
        force=force,
        plots=plots,
        talk=not quiet,
    )
    found, place, content = _run_and_keep(asked)
    _show(found, place, content, quiet=quiet, as_json=as_json)
    if found.answer.stopped == "interrupted":
        return errors.INTERRUPTED
    return errors.FAILED if found.answer.stopped == "corner" else errors.RAN


def _run_and_keep(asked: Asked) -> tuple[Found, Path, dict[str, Any]]:
    """Search, prove, write the results folder, which appears when it is complete."""
    from sim.commands.staff.asked import identity, read_state  # noqa: PLC0415
    from sim.keeping.store import drafted  # noqa: PLC0415

    started = time.monotonic()
    _say_what(asked)
    of = identity(asked.question, asked.draws)
    state = read_state(asked.out, of) if asked.resume else {}
    if state is None:
        errors.refuse(REFUSED["of_another"].format(out=asked.out))
    with drafted(asked.out, force=asked.force or asked.resume) as draft:
        found = _find(asked, state, started)
        return found, *_keep(draft, asked, found, (state, of), started)


def _say_what(asked: Asked) -> None:
    if not asked.talk:
        return
    question = asked.question
    errors.say(
        str(asked.choice),
        *(asked.doubt.lines(0) if asked.doubt else ()),
        STAFF["begun"].format(
            values=len(question.values), targets=len(question.goals), minutes=stated(asked.minutes)
        ),
        *([STAFF["brigade"]] if question.scenario.brigade else []),
        *([STAFF["lifted"]] if question.unlimited else []),
    )  # fmt: skip


def _find(asked: Asked, state: dict[str, Any], started: float) -> Found:
    """Load, search, certificate, bound, and what stands beside them."""
    from sim.commands.staff.asked import loads, problem_of, run_loads  # noqa: PLC0415
    from sim.commands.staff.extras import Extras  # noqa: PLC0415
    from sim.commands.staff.problem import Answer  # noqa: PLC0415
    from sim.commands.staff.solve import solve  # noqa: PLC0415
    from sim.commands.staff.tables import Found  # noqa: PLC0415
    from sim.commands.staff.trials import EXTRA, Evaluator  # noqa: PLC0415
    from sim.outlook.sites import sites_by_day  # noqa: PLC0415
    from sim.outlook.way import way  # noqa: PLC0415
    from sim.runs.chunk_runner import Where, opened  # noqa: PLC0415

    question, seconds = asked.question, asked.minutes * 60
    later = min(LATER_PART * seconds, LATER_MOST)
    open_sites = float(sites_by_day(question.scenario, way(question.scenario)).open.sum(axis=1).mean())
    with ExitStack() as stack:
        one = Where(asked.choice.engine, "serial" if asked.workers == 1 else "local:1")
        workers = [stack.enter_context(opened(one)) for _worker in range(asked.workers)]
        evaluator = Evaluator(question, asked.draws, workers)
        with _reporting(asked, started + seconds) as tell:
            tell("load", "", 0)
            jobs = list(evaluator.jobs((), EXTRA, range(LOADS), full=not question.has_parts))
            made = loads(question.scenario, [each for part in evaluator.each(run_loads, jobs) for each in part])
            problem = problem_of(question, made, open_sites)
            found = Found(question, problem, Answer(), Extras(), tuple(made))
            left = max(seconds - later - (time.monotonic() - started), 1.0)
            answer = solve(problem, evaluator, budget_seconds=left, on_event=_events(found, tell), state=state)
            found = Found(question, problem, answer, found.extras, found.loads)
            if answer.stopped != "interrupted":
                with suppress(KeyboardInterrupt):
                    _add_extras(evaluator, found, tell, started + seconds)
    return found


def _add_extras(evaluator: Evaluator, found: Found, tell: Callable[..., None], until: float) -> None:
    """What stands beside the certificate, as far as time allows; at Ctrl-C what there is."""
    from sim.commands.staff.extras import about_limits, about_plan  # noqa: PLC0415

    if found.answer.stopped == "corner":
        steps = about_limits(evaluator, found.plan, found.extras)
    else:
        steps = about_plan(evaluator, found.problem, found.plan, found.extras)
    for step in steps:
        tell(step, "", 0)
        if time.monotonic() > until and found.answer.stopped != "corner":
            return


def _events(found: Found, tell: Callable[..., None]) -> Callable[[Event], None]:
    from sim.commands.staff.sentences import cost_words  # noqa: PLC0415

    return lambda event: tell(event.step, cost_words(found, found.problem.cost(event.plan)), event.done)


@contextmanager
def _reporting(asked: Asked, until: float) -> Iterator[Callable[..., None]]:
    """A function to call with the step, the cost of the plan in hand and replications made; it says so now and then."""
    if not asked.talk:
        yield lambda *_words: None
        return
    last, said_at = "", 0.0

    def words(step: str, cost: str, done: int) -> str:
        left = duration(max(until - time.monotonic(), 0.0))
        key = "progress" if cost else "step"
        return STAFF[key].format(step=STAFF[f"step.{step}"], cost=cost, done=f"{done:,}", left=left)

    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415

        with Console(stderr=True).status(STAFF["step.load"]) as status:
            yield lambda step, cost, done: status.update(words(step, cost, done))
        return

    def line(step: str, cost: str, done: int) -> None:
        nonlocal last, said_at
        now = time.monotonic()
        if step != last or now - said_at >= SECONDS_BETWEEN_LINES:
            last, said_at = step, now
            errors.say(words(step, cost, done))

    yield line


def _keep(
    draft: UnfinishedFolder, asked: Asked, found: Found, search: tuple[dict[str, Any], str], started: float
) -> tuple[Path, dict[str, Any]]:
    from sim.commands.staff.sentences import sentences  # noqa: PLC0415
    from sim.commands.staff.tables import write, write_plan  # noqa: PLC0415
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.keeping.store import MANIFEST, write_json  # noqa: PLC0415
    from sim.shell.errors import interrupts_noted  # noqa: PLC0415
    from sim.words.user_text import for_markdown  # noqa: PLC0415

    with interrupts_noted():
        write(draft.folder, found, *search)
        if found.answer.stopped != "corner":
            write_plan(draft.folder, found, asked.file, asked.overrides, asked.out)
        notes = _draw(draft.folder, asked, found) if asked.plots else ()
        lines = [*sentences(found), *_closing(asked, found)]
        (draft.folder / "answer.md").write_text(
            "\n\n".join(map(for_markdown, lines)) + "\n", encoding="utf-8", newline="\n"
        )
        status = "complete" if not found.answer.stopped else found.answer.stopped
        how = HowMade(
            asked.question.seed, asked.choice.engine, common.executor_of(asked.workers), command_line(asked.command),
            time.monotonic() - started, notes, status,
        )  # fmt: skip
        content = manifest(how, _facts(asked, found) | {"answer": lines})
        write_json(draft.folder / MANIFEST, content)
        return draft.publish(), content


def _closing(asked: Asked, found: Found) -> Iterator[str]:
    if found.answer.stopped in ("time", "interrupted"):
        yield STAFF["resume"].format(command=asked.resume_command)
    if asked.question.scenario.brigade:
        yield STAFF["brigade"]
    if asked.question.unlimited:
        yield STAFF["lifted"]
    if found.extras.compared:
        yield STAFF["compared"]
    yield STAFF["tell"].format(tell=doubt_words(asked.doubt.facts() if asked.doubt else None))
    if found.answer.stopped != "corner":
        yield STAFF["run"].format(file=asked.out / "staffing.toml")


def _facts(asked: Asked, found: Found) -> dict[str, Any]:
    """What the manifest says of this command alone."""
    from sim.commands.staff.tables import summary_rows  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_hash  # noqa: PLC0415

    question = found.question
    return {
        "experiment": "staff", "title": question.scenario.title, "scenario_hash": scenario_hash(question.scenario),
        "ensemble": asked.doubt.facts() if asked.doubt else None, "unlimited": list(question.unlimited),
        "targets": {goal.name: goal.target.model_dump(mode="json", exclude_none=True) for goal in question.goals},
        "plan": {value.path: number for value, number in zip(question.values, found.plan, strict=True)},
        "summary": {row.name: row.value for row in summary_rows(found)},
        "run_again_on_simpy": {"runs": found.extras.compared, "identical": True} if found.extras.compared else None,
    }  # fmt: skip


def _draw(folder: Path, asked: Asked, found: Found) -> tuple[str, ...]:
    from sim.commands.staff.pictures import draw  # noqa: PLC0415  matplotlib is slow to load
    from sim.shell.ensemble_option import words_on_pictures  # noqa: PLC0415

    return draw(folder / "plots", found, words_on_pictures(asked.doubt.facts() if asked.doubt else None))


def _show(found: Found, place: Path, content: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    from sim.commands.staff.sentences import print_answer  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415

    if as_json:
        from sim.commands.staff.tables import plan_rows  # noqa: PLC0415

        show.print_json({"folder": str(place), **content, "rows": plan_rows(found)})
        return
    if not quiet:
        print_answer(found, content["answer"])
    errors.put(place)
