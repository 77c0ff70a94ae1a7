"""Made-up input for every door through which text or files come in: what may come out of it is a result or a fault.

A case is a number: the same number makes the same input, so that a failure can be tried again alone.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from scenario_care import FILES, ROWS
from scenario_files import DAYS, SITES

from sim.commands.sweep.design import Design, read_axis
from sim.commands.sweep.plan import SweepPlan, points_of, read_plan
from sim.keeping.chunkstore import ChunkError, ChunkStore
from sim.keeping.store import StoreError
from sim.measures.reported import read_reported
from sim.outlook import outlook
from sim.runs.ensemble import METADATA, read_ensemble
from sim.sampling import draw_guests
from sim.scenario import ScenarioError, load
from sim.scenario.tables.schema import Scenario

REFUSALS = (ScenarioError, StoreError, ChunkError)
"""What bad input may raise; everything else is a fault of the program."""
CASE_FILES = {"scenario.toml": ROWS, "sites.csv": SITES, "days.csv": DAYS, **FILES}
NUMBERS = (
    "0", "-0.0", "1", "-1", "0.5", "1e-300", "5e-324", "1e300", "1e308", "1e999999999", "1e-99999999999999999999",
    "nan", "inf", "-inf", "9" * 400, "1_000", "0x10", "1.005", "1,005", "1e7", "10000000", "99999999", "366",
    "2147483648", "9223372036854775808", "1e-9", "999999.999", "3660", "24:00", "24:01", "2020-03-05", "9999-12-31",
    "0001-01-01", "2020-02-30", "2020-03-05T08:00:00", "2020-03-05 08:00:00+08:00", "12:00:00",
)  # fmt: skip
WORDS = (
    "", '""', "[]", "{}", "[[[[]]]]", '{kind="gamma", mean=5, cv=0.001}', '{kind="exponential", mean=1e-9}', "true",
    '{kind="total", from_day=2020-03-01, weight=1}', '{kind="rate", from_day=2020-03-01, people_per_day=1e6}', "''",
    '{kind="exponential", e_fold_days=-0.001}', '["08:00","20:00"]', '"' + "a" * 300 + '"', "a" * 300, "\x00",
    "\x1b[2J", "=1+1", "../../x", "/proc/self/mem", "*", "\u202e", "\ud83d", "名", '{a={b={c={d=1}}}}', "[1,2,3]",
    "gongbei", "sites.csv",
)  # fmt: skip


def number(rng: random.Random) -> str:
    """A number as somebody may write it."""
    return rng.choice(NUMBERS) if rng.random() < 0.7 else repr(rng.uniform(-1, 1) * 10 ** rng.randint(-320, 308))


def word(rng: random.Random) -> str:
    """A value of any kind."""
    return number(rng) if rng.random() < 0.6 else rng.choice(WORDS)


def keys() -> list[str]:
    """Dotted paths of the case, right ones."""
    found, table = [], ""
    for line in ROWS.splitlines():
        if line.startswith("[["):
            table = ""
        elif line.startswith("["):
            table = line.strip("[]") + "."
        elif "=" in line and not line.startswith("#"):
            found.append(table + line.partition("=")[0].strip())
    return found


KEYS = [
    *keys(),
    "arrivals.factor",
    "rooms.most_people",
    "stay.days",
    "sites.rooms_factor",
    "arrivals.day_cv",
    "last_day",
]


def damaged(rng: random.Random, text: str) -> bytes:
    """The text with one to four changes: bytes cut out, put in or doubled, a value in the place of another."""
    data = text.encode()
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((0, 1, 3, 10, 60)))
        piece = rng.choice((
            b"", rng.randbytes(rng.randint(1, 5)), word(rng).encode("utf-8", "replace"), data[at:to] * 2, b"\n", b",",
            b";",
        ))  # fmt: skip
        data = data[:at] + piece + data[to:]
    return data


def with_values(rng: random.Random, text: str) -> bytes:
    """The text with one to three of its values or cells replaced."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        row = rng.randrange(len(lines))
        if "=" in lines[row]:
            lines[row] = f"{lines[row].partition('=')[0]}= {word(rng)}"
        elif "," in lines[row]:
            cells = lines[row].split(",")
            cells[rng.randrange(len(cells))] = word(rng)
            lines[row] = ",".join(cells)
    return "\n".join(lines).encode("utf-8", "replace")


def _case(folder: Path) -> Path:
    for name, text in CASE_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "scenario.toml"


def _tried(path: Path, overrides: list[str] | None = None) -> None:
    """What `check` does with a scenario."""
    scenario = load(path, overrides=overrides or [])
    draw_guests(scenario)
    outlook(scenario)


def toml(rng: random.Random, folder: Path) -> None:
    """A scenario file with damage, or with other values."""
    path = _case(folder)
    path.write_bytes((damaged if rng.random() < 0.4 else with_values)(rng, ROWS))
    _tried(path)


def csv(rng: random.Random, folder: Path) -> None:
    """One of the files that a scenario names."""
    path = _case(folder)
    name = rng.choice([name for name in CASE_FILES if name != path.name])
    (folder / name).write_bytes((damaged if rng.random() < 0.4 else with_values)(rng, CASE_FILES[name]))
    _tried(path)


def override(rng: random.Random, folder: Path) -> None:
    """`--set`, one to three times."""
    texts = [f"{rng.choice(KEYS) if rng.random() < 0.9 else word(rng)}={word(rng)}" for _ in range(rng.randint(1, 3))]
    _tried(_case(folder), texts)


def vary(rng: random.Random, folder: Path) -> None:
    """`--vary`: steps, lists, ranges, several paths."""
    form = rng.choice(("{}:{}:{}", "{},{},{}", "{}..{}", "{}/{}", "{}"))
    path = "+".join(rng.choice(KEYS) for _ in range(rng.choice((1, 1, 1, 2))))
    axis, faults = read_axis(f"{path}={form.format(*(word(rng) for _ in range(form.count('{}'))))}")
    if faults or axis is None:
        raise ScenarioError(faults)
    if len(axis.ends) <= 200:
        plan = SweepPlan(
            base=_base(folder), axes=(axis,), design=Design("grid", None), seed=1, replications=2, names=None
        )
        points_of(plan)


def plan(rng: random.Random, folder: Path) -> None:
    """A plan file of a sweep."""
    text = 'design = "grid"\npoints = 4\nseed = 1\nreplications = 2\nmeasures = ["persons_served"]\n[vary]\n'
    text += '"arrivals.factor" = "1:2:0.5"\n"rooms.per" = ["party", "person"]\n[set]\n"stay.days" = 14\n'
    file = folder / "plan.toml"
    file.write_bytes((damaged if rng.random() < 0.5 else with_values)(rng, text))
    read_plan(file)


def targets(rng: random.Random, folder: Path) -> None:
    """A table of reported figures."""
    text = "measure,place,value,tolerance,why,kind,role\npersons_served,all,8379,168,why,reported,identity\n"
    text += "sites_opened,all,29,2,why,derived,fitted\n"
    file = folder / "x_targets.csv"
    file.write_bytes((damaged if rng.random() < 0.5 else with_values)(rng, text))
    read_reported(file, ["persons_served", "sites_opened"])


def ensemble(rng: random.Random, folder: Path) -> None:
    """A parquet file with odd columns, odd metadata or damage."""
    facts: dict[str, Any] = {"scenario": "a", "scenario_hash": "b", "seed": 1, "sources_hash": "c", "base": {}}
    odd: tuple[Any, ...] = (None, 1, -1, 1.5, True, "a", [], {}, [1, "a"], {"arrivals.factor": 3}, {"x": ["a", 1]})
    for _ in range(rng.randint(0, 2)):
        facts[rng.choice([*facts, "more"])] = rng.choice(odd)
    text = json.dumps(facts if rng.random() < 0.8 else rng.choice(odd)).encode()
    columns: dict[str, list[Any]] = {"draw": [1, 2], "weight": [0.5, 0.5], "arrivals.factor": [1.0, 1.2]}
    for _ in range(rng.randint(0, 2)):
        name = rng.choice([*columns, *KEYS, "", "no.such.path"])
        columns[name] = rng.choice(([None, 1.0], ["a", "b"], [[1], [2]], [True, False], [1, 2], [float("nan"), 1.0],
                                    [2, 1], [1e300, 5e-324], [b"a", b"b"]))  # fmt: skip
    file = folder / "ensemble.parquet"
    parquet.write_table(pa.table(columns).replace_schema_metadata({METADATA: text[: rng.choice((3, 9999))]}), file)
    if rng.random() < 0.2:
        data = bytearray(file.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        file.write_bytes(bytes(data[: rng.choice((len(data), len(data) // 2, 4, 0))]))
    read_ensemble(file, _base(folder))


def chunks(rng: random.Random, folder: Path) -> None:
    """A store of finished chunks with damaged, foreign or oddly named files."""
    store = folder / "chunks"
    with ChunkStore(store).locked() as open_store:
        open_store.put("a", {"value": [1.0]}, {"seed": "1"})
        for file in list(store.iterdir()):
            if file.suffix == ".parquet" and rng.random() < 0.7:
                data = bytearray(file.read_bytes())
                data[rng.randrange(len(data))] ^= 255
                file.write_bytes(bytes(data[: rng.choice((len(data), 0, 5))]))
        for _ in range(rng.randint(0, 3)):
            name = rng.choice(
                ("a.parquet", "b.0123456789abcdef.parquet", "x" * 100, "a.0123456789abcdef.parquet.damaged", "ü")
            )
            target = store / name
            target.mkdir(exist_ok=True) if rng.random() < 0.2 and not target.exists() else None
            if not target.is_dir():
                target.write_bytes(rng.randbytes(rng.choice((0, 3, 200))))
        open_store.set_damaged_aside()
        for key in sorted(open_store.keys()):
            open_store.get(key)


DOORS: tuple[Callable[[random.Random, Path], None], ...] = (
    toml, csv, override, vary, plan, targets, ensemble, chunks,
)  # fmt: skip
"""By number of the case, in turn; the first three come twice as often."""
TURN = (*DOORS, *DOORS[:4])
_BASES: dict[Path, Scenario] = {}


def _base(folder: Path) -> Scenario:
    """The case as it is, read once."""
    home = folder.parent
    if home not in _BASES:
        own = home / "base"
        own.mkdir(exist_ok=True)
        _BASES[home] = load(_case(own))
    return _BASES[home]


def run(case: int, folder: Path) -> bool:
    """Try a case in a fresh folder; whether it was accepted. Raises what is no refusal."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        TURN[case % len(TURN)](random.Random(case), folder)
    except REFUSALS as error:
        text = str(error)
        assert text, "a refusal says why"
        return False
    return True
