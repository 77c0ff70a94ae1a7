"""The lowest versions that pyproject.toml allows work: in an environment of their own, on a small set of tests.

    pytest -m slow tests/test_lowest_versions.py

It needs a way to the internet, some minutes, and the oldest Python that is allowed. A bound that does not work is
raised in pyproject.toml, not here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMOKE = ("test_cli_run.py", "test_cli_screen.py", "test_store.py", "test_statistics.py", "test_scenario_faults.py")
"""Command line, screens, files, numbers, faults: where libraries meet."""
TOOLS = ("pytest", "hypothesis", "openpyxl", "jsonschema")
"""Of the extra `test`, what these tests import; checkers of style and types are no part of qcap."""


def lowest(requirements: list[str]) -> list[str]:
    """Requirements with == in place of >=, markers kept."""
    return [re.sub(r">=\s*([\w.]+)", r"==\1", requirement) for requirement in requirements]


def test_the_lowest_version_of_a_requirement_is_its_bound() -> None:
    """By hand."""
    assert lowest(["numpy>=1.26", "numba>=0.61; python_version < '3.15'", "pandas-stubs"]) == [
        "numpy==1.26", "numba==0.61; python_version < '3.15'", "pandas-stubs",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the oldest Python that is allowed")
def test_the_lowest_versions_run_a_small_set_of_tests(tmp_path: Path) -> None:
    """Every bound at once; the compiled engine too, since numba has its bound."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tools = [word for word in project["optional-dependencies"]["test"] if word.startswith(TOOLS)]
    tools = [word for word in tools if not word.startswith(("pytest-cov", "pytest-xdist"))]
    venv.create(tmp_path / "lowest", with_pip=True)
    python = str(tmp_path / "lowest" / ("Scripts" if os.name == "nt" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *lowest([*project["dependencies"], *tools])], check=True)
    command = [python, "-m", "pytest", "-q", "-x", "-W", "default", *(str(ROOT / "tests" / name) for name in SMOKE)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QCAP_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
