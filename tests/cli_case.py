"""A small scenario for tests of the command line, and how they call it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMALL = """\
schema = 1
title = "Two hotels for three days"
first_day = 2020-03-03
last_day = 2020-03-05

[arrivals]
groups = { kind = "constant", parties = 1 }
party_size_weights = [0.8, 0.2]

[ports.gongbei]
name = "Gongbei"
pool = "gongbei"
not_diverted_share = 0.2
coaches = 2
regimes.all = { kind = "rate", from_day = 2020-03-03, people_per_day = 30.0 }
hours.all = { opens = "08:00", closes = "20:00" }

[pools.gongbei]
headcount = 4
shifts.day = { start = "07:00", hours = 15.0, share = 1.0 }

[registration]
minutes = { kind = "lognormal", mean = 12.0, cv = 0.6 }

[coaches]
seats = 10
hold_minutes = 60.0
escorts = 1

[sites]
allocation = "spread"

[sites.yinhua]
number = 1
rooms = 60
opens = 2020-03-03
ride_minutes = { gongbei = 20.0 }

[sites.haiwan]
number = 2
rooms = 40
opens = 2020-03-04
ride_minutes = { gongbei = 30.0 }

[stay]
days = 2.0
"""


def write_small(folder: Path, text: str = SMALL) -> Path:
    """The small scenario as a file in `folder`."""
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return file


def qcap(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, words)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def begun_in(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command that has begun in a folder, in a group of processes of its own, which a test can interrupt."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
