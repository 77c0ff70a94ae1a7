"""Screens of the commands as they are kept in `tests/screens`, one file for each command and language.

    python tests/screens.py            # writes all of them anew
    python tests/screens.py run cap    # only these

They hold the words and the layout; that numbers are right is tested elsewhere. Read what changed before you keep it.
A screen is made on a tiny scenario with few replications of SimPy, at 100 columns. What depends on the machine is
masked: times, memory, cores; of commands that search for as long as they may, progress is left out.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import reduce
from pathlib import Path
from unittest.mock import patch

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))  # as pytest does

from calibration_case import TARGETS, UNKNOWNS  # noqa: E402  found by the line above
from cli_case import SMALL  # noqa: E402
from sweep_case import TARGET  # noqa: E402

from sim.cli import main  # noqa: E402
from sim.words.language import speaking  # noqa: E402

KEPT = TESTS / "screens"
LANGUAGES = ("en", "zh")
COLUMNS = "100"
CASE = (
    SMALL.replace("[pools.gongbei]\n", '[pools.gongbei]\nname = "Point team"\n')
    .replace('days"\n', 'days"\nheadlines = ["persons_served", "rooms_occupied_max"]\n', 1)
    .replace("number = 1\n", 'number = 1\nname = "Seaside Hotel"\n')
    .replace("number = 2\n", 'number = 2\nname = "Golden Leaf"\n')
    + TARGET
    + """
[ranges]
"pools.gongbei.headcount" = [2, 5]
"stay.days" = [1.0, 2.0]

[staffing.free]
pools.gongbei = [1, 6]

[provenance]
"stay.days" = "reported: rules of the day"
"""
)
CHINESE = {
    "Two hotels for three days": "两家酒店三天", "Fortnight": "两周",
    '"Gongbei"': '"甲口岸"', "Point team": "甲口岸工作组",
    "One fewer": "少一人", "Three days": "住三天", "Seaside Hotel": "海滨宾馆", "Golden Leaf": "金叶酒店",
    "people a day": "每天人数", "share sent on": "转出比例", "longest hold, minutes": "最长等候，分钟",
    "airing, hours": "通风，小时", "rules of the day": "当时的规定",
}  # fmt: skip
PLAN = 'extends = "case.toml"\ntitle = "{}"\nheadlines = ["persons_served", "rooms_occupied_max"]\n{}\n'
BOOKINGS = """\
date,hotel,people in quarantine,name
2020-03-03,Seaside Hotel,12,A
2020-03-04,Seaside Hotel,17,B
2020-03-05,Seaside Hotel,19,C
"""
FAULTY = CASE.replace("seats = 10", "seats = 0").replace("headcount = 4", "headcont = 4").replace("2.0\n", '"two"\n')
OBSERVED = "date,place,quantity,value\n" + "".join(
    f"2020-03-0{day},all,{quantity},{value}\n"
    for day in (3, 4, 5)
    for quantity, value in (("arrivals", 30), ("guests_present", 20 + day))
)
SEEN = "date,place,quantity,value\n" + "".join(
    f"2020-03-{day:02d},all,{quantity},{value}\n"
    for day in range(3, 19)
    for quantity, value in (("arrivals", 28 + day % 5), ("guests_present", min(24 * (day - 3), 48)))
)
ONE = ("--engine", "simpy", "--workers", "1")
FEW = ("--replications", "3", *ONE)
OUT = ("--out", "out")
COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("check", "case.toml"),
    "check-values": ("check", "case.toml", "--values"),
    "check-faults": ("check", "faulty.toml"),
    "run": ("run", "case.toml", *FEW, *OUT, "--no-plots"),
    "compare": ("compare", "fewer.toml", "longer.toml", "--base", "case.toml", *FEW, *OUT, "--no-plots"),
    "sweep": ("sweep", "case.toml", "--vary", "pools.gongbei.headcount=2,4", *FEW, *OUT, "--no-plots"),
    "tornado": ("tornado", "case.toml", *FEW, *OUT, "--no-plots"),
    "cap": ("cap", "case.toml", "--target", "wait", "--precision", "0.5", "--replications", "14", *ONE, *OUT),
    "import": ("import", "list.csv", *OUT),
    "forecast": ("forecast", "case.toml", "--from", "2020-03-03", "--days", "3", "--replications", "20", *ONE, *OUT),
    "replay": ("replay", "case.toml", "--observed", "observed.csv", "--replications", "20", *ONE, *OUT),
    "init": ("init", "new"),
    "convert": ("convert", "case.toml", "--out", "case.xlsx"),
    "measures": ("measures",),
    "calibrate": ("calibrate", "case.toml", "--budget", "40", *ONE, *OUT),
    "staff": ("staff", "case.toml", *ONE, *OUT),
    "help": ("--help",),
    "help-run": ("run", "--help"),
    "help-benchmark": ("benchmark", "--help"),
    "backtest": (
        "backtest",
        "fortnight.toml",
        "--observed",
        "seen.csv",
        "--days",
        "2",
        "--every",
        "4",
        "--replications",
        "20",
        *ONE,
        *OUT,
        "--no-plots",
    ),
    "brief": ("brief", "first", *OUT),
    "describe": ("describe", "case.toml"),
    "export": ("export", "first", "--to", "pm4py", *OUT),
    "export-without": ("export", "first"),
    "merge": ("merge", "first", "second", *OUT),
    "schema": ("schema", "--out", "keys.md"),
}
SWEEP = ("sweep", "case.toml", "--vary", "pools.gongbei.headcount=2", *ONE, "--no-plots", "--quiet")
BEFORE: dict[str, tuple[tuple[str, ...], ...]] = {
    "brief": (("run", "case.toml", *FEW, "--no-plots", "--quiet", "--out", "first"),),
    "export": (("run", "case.toml", *FEW, "--no-plots", "--quiet", "--events", "one", "--out", "first"),),
    "merge": ((*SWEEP, "--replications", "2", "--out", "first"), (*SWEEP, "--replications", "3", "--out", "second")),
}
"""Commands whose results a command works on; they show nothing."""
SLOW = ("cap", "forecast", "replay", "calibrate", "staff", "check-values", "backtest")
"""Those that take longest."""
CHECKED_BY = "sim.commands.check.screen"
NO_PROGRESS = ("calibrate", "staff")
MASKS = (
    (re.compile(r"(engine \w+, |引擎 \w+，)\d+ ?(seconds?|minutes?|秒|分钟)"), r"\1…"),
    (re.compile(r"(take about |约需)\d+ ?(seconds?|minutes?|秒|分钟)(\s*[(（])[^)）]*"), r"\1…\3…"),
    (re.compile(r"\d+ MB"), "… MB"),
    (re.compile(r"\b(qcap|python|numpy|simpy|scipy|pandas|pydantic|numba) \d+(\.\w+)+"), r"\1 …"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "…"),
)


def write_case(folder: Path, language: str) -> None:
    """The files on which commands work, with names in the language."""
    files = {
        "case.toml": CASE, "faulty.toml": FAULTY, "list.csv": BOOKINGS, "observed.csv": OBSERVED,
        "seen.csv": SEEN,
        "fortnight.toml": 'extends = "case.toml"\ntitle = "Fortnight"\nlast_day = 2020-03-22\n',
        "fewer.toml": PLAN.format("One fewer", "pools.gongbei.headcount = 3"),
        "longer.toml": PLAN.format("Three days", "stay.days = 3"),
        "case_targets.csv": TARGETS, "case_unknowns.toml": UNKNOWNS,
    }  # fmt: skip
    for name, text in files.items():
        told = reduce(lambda words, pair: words.replace(*pair), CHINESE.items(), text) if language == "zh" else text
        (folder / name).write_text(told, encoding="utf-8")


class _Told(io.StringIO):
    encoding = "utf-8"


def screen(name: str, language: str, folder: Path) -> str:
    """What a command shows in a folder, without what depends on the machine."""
    out, err = _Told(), _Told()
    asked = () if name == "help" else ("--lang", language)  # QCAP_LANG says it for the list of commands
    write_case(folder, language)
    plain = patch.dict(os.environ, {"COLUMNS": COLUMNS, "NO_COLOR": "1"})
    # which engine is quicker depends on what is compiled already; where a line breaks, on its name
    engine, cores = patch(f"{CHECKED_BY}._engine", lambda _: "compiled"), patch(f"{CHECKED_BY}.common.cores", lambda: 2)
    with chdir(folder), plain, engine, cores, speaking(language), redirect_stdout(out), redirect_stderr(err):
        for words in BEFORE.get(name, ()):
            assert main([*words, "--lang", language]) == 0
        out.seek(out.truncate(0))
        err.seek(err.truncate(0))
        code = main([*COMMANDS[name], *asked])
    told = f"$ qcap {' '.join((*COMMANDS[name], *asked))}\n{out.getvalue()}"
    if err.getvalue() and name not in NO_PROGRESS:
        told += f"--- stderr\n{err.getvalue()}"
    for pattern, mask in MASKS:
        told = pattern.sub(mask, told)
    return "".join(f"{line.rstrip()}\n" for line in f"{told}--- exit {code}".splitlines())


def kept(name: str, language: str) -> Path:
    """The file of a screen."""
    return KEPT / f"{name}.{language}.txt"


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    for asked in sys.argv[1:] or COMMANDS:
        for tongue in LANGUAGES:
            with tempfile.TemporaryDirectory() as place:
                kept(asked, tongue).write_text(screen(asked, tongue, Path(place)), encoding="utf-8")
