"""Arrows one way: who may import whom, and who may import the heavy libraries."""

import ast
import re
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
_DOWN = "__main__ cli commands shell runs drawing keeping measures outlook flow sampling scenario numbers machine words"
LAYERS = tuple(_DOWN.split(" "))
"""From the door down to the ground: a folder may import those behind it and itself."""
BORROWED = {
    **{"tornado": ("compare.plan",), "cap": ("compare.plan",), "benchmark": ("sweep", "staff"), "run": ("brief",)},
    "brief": ("run", "papers", "compare", "sweep", "staff", "tornado", "cap", "calibrate"),
}
"""What some commands use of another command; all others know none."""
ONLY_IN = {  # library: parts of the package that may import it
    "simpy": ("flow/reference", "commands/benchmark/programs", "commands/benchmark/case"),
    "numba": (
        *("flow/compiled", "flow/passes_compiled", "sampling/philox_compiled", "machine/compile_cache"),
        *("commands/benchmark/staffing", "commands/benchmark/network"),
    ),
    "optuna": ("commands/benchmark/staffing",),
    "sim_tools": ("commands/benchmark/staffing",),
    "ciw": ("commands/benchmark/programs",),
    "matplotlib": ("drawing", "commands"),
    "distributed": ("runs/executors",),
    "pandas": (
        *("flow/log", "measures/reported", "numbers/statistics"),
        *("keeping", "drawing", "runs", "commands", "shell"),
    ),
}
FILES = sorted(SIM.rglob("*.py"))


def type_checking_lines(tree: ast.Module) -> set[int]:
    """Lines under `if TYPE_CHECKING:`, which import nothing when the program runs."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    return {node.lineno for block in blocks for node in ast.walk(block) if hasattr(node, "lineno")}


def imported(file: Path, *, typing_too: bool) -> list[str]:
    """Full names of the modules that a file imports anywhere."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped = set() if typing_too else type_checking_lines(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node.lineno not in skipped:
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.lineno not in skipped:
            assert node.level == 0, f"{file}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def part(file: Path) -> str:
    return file.relative_to(SIM).with_suffix("").as_posix()


@pytest.mark.parametrize("file", FILES, ids=part)
def test_arrows_go_one_way(file: Path) -> None:
    """The door -> commands -> what they share -> … -> the ground, for types too."""
    home, *inside = part(file).split("/")
    if home == "__init__":
        return
    names = [name.split(".")[1:] for name in imported(file, typing_too=True) if name.startswith("sim.")]
    up = {".".join(name) for name in names if name[0] in LAYERS and LAYERS.index(name[0]) < LAYERS.index(home)}
    assert not up, f"{part(file)} imports {up}"
    if home == "commands":
        borrowed = BORROWED.get(inside[0], ())
        others = {".".join(name[1:]) for name in names if name[0] == home and name[1] != inside[0]}
        wrong = {name for name in others if not any(f"{name}.".startswith(f"{each}.") for each in borrowed)}
        assert not wrong, f"{part(file)} imports of other commands {wrong}"


@pytest.mark.parametrize("file", FILES, ids=part)
def test_heavy_libraries_stay_where_they_belong(file: Path) -> None:
    """simpy only in the reference engine, matplotlib only in pictures, …: at run time, types may be named anywhere."""
    used = {name.split(".")[0] for name in imported(file, typing_too=False)}
    wrong = [name for name in used & set(ONLY_IN) if not part(file).startswith(ONLY_IN[name])]
    if "matplotlib" in used and part(file).startswith("commands") and "/pictures" not in part(file):
        wrong.append("matplotlib")
    assert not wrong, f"{part(file)} imports {wrong}"


@pytest.mark.parametrize("typing_too", [False, True], ids=["run time", "types too"])
def test_no_module_imports_itself_in_a_circle(typing_too: bool) -> None:
    """Every module can be imported first; expected: a topological order of the whole package exists, for types too."""
    names = {"sim." + part(file).replace("/", ".").removesuffix(".__init__"): file for file in FILES}
    names.pop("sim.__init__", None)
    needs = {
        name: {full if full in names else full.rpartition(".")[0] for full in imported(file, typing_too=typing_too)}
        & (set(names) - {name})
        for name, file in names.items()
    }
    while needs:
        free = [name for name, targets in needs.items() if not targets & set(needs)]
        assert free, f"in a circle: {sorted(needs)}"
        needs = {name: targets for name, targets in needs.items() if name not in free}


@pytest.mark.parametrize("file", FILES, ids=part)
def test_files_and_functions_are_short(file: Path) -> None:
    """At most 400 lines in a file and 60 in a function."""
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 60] == []


def test_what_the_map_names_is_there() -> None:
    """sim/README.md tells a newcomer file and functions: `path/file.py` `function`; each of them exists."""
    rows = [line for line in (SIM / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = [found for row in rows for found in re.findall(r"`([\w/]+\.py)`((?:,? `\w+`)*)", row)]
    for file, functions in named:
        places = [SIM.parent / file if file.startswith("tests/") else SIM / file, *SIM.glob(f"commands/*/{file}")]
        tree = ast.parse(next(path for path in places if path.is_file()).read_text(encoding="utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert set(re.findall(r"\w+", functions)) <= there, file
    assert len([each for each in named if each[1]]) >= 7
