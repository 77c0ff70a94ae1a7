"""Arrows one way: who may import whom, and who may import the heavy libraries."""

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
LAYERS = (
    "scenario",
    "sampling",
    "flow",
    "outlook",
    "measures means",
    "store statistics verdicts executors reported spreadsheet abc",
    "comparison interval_words",
    "chunkstore",
    "experiments export",
    "plots report benchmarks",
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()} | {
    "cli": 99,
    "labels": -1,
    "user_text": -3,
    "locks": -3,
    "outlets": -3,
    "ownership": -2,
    "theory": -1,
    "days": 0,
    "machine_code": -2,
    "kept_code": -1,
}
ONLY_IN = {  # library: parts of the package that may import it
    "simpy": ("flow/reference", "benchmarks/tutorial", "benchmarks/case"),
    "numba": ("flow/compiled", "flow/passes_compiled", "sampling/philox_compiled", "kept_code"),
    "ciw": ("benchmarks/in_ciw",),
    "matplotlib": ("plots", "report"),
    "distributed": ("executors",),
    "pandas": (
        "flow/log",
        "measures/tables",
        "statistics",
        "store",
        "spreadsheet",
        "reported",
        "experiments",
        "plots",
        "report",
        "export",
        "cli",
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
    """cli -> report, plots, experiments -> store, statistics -> measures -> flow -> sampling -> scenario."""
    home = part(file).split("/")[0]
    if home in ("__init__", "__main__"):
        return
    others = {name.split(".")[1] for name in imported(file, typing_too=True) if name.startswith("sim.")} - {home}
    wrong = [other for other in others & set(RANK) if RANK[other] >= RANK[home] and home != "cli"]
    assert not wrong, f"{part(file)} imports {wrong}"


@pytest.mark.parametrize("file", FILES, ids=part)
def test_heavy_libraries_stay_where_they_belong(file: Path) -> None:
    """simpy only in the reference engine, matplotlib only in pictures, …: at run time, types may be named anywhere."""
    used = {name.split(".")[0] for name in imported(file, typing_too=False)}
    wrong = [name for name in used & set(ONLY_IN) if not part(file).startswith(ONLY_IN[name])]
    assert not wrong, f"{part(file)} imports {wrong}"


def test_no_module_imports_itself_in_a_circle() -> None:
    """Every module can be imported first; expected: a topological order of the whole package exists."""
    names = {"sim." + part(file).replace("/", ".").removesuffix(".__init__"): file for file in FILES}
    names.pop("sim.__init__", None)
    needs = {
        name: {full if full in names else full.rpartition(".")[0] for full in imported(file, typing_too=False)}
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
