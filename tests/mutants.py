"""Would the tests notice a fault? Lines are changed one at a time, and the tests of their module must fail.

    python tests/mutants.py                       # 300 changes over all modules; some hours
    python tests/mutants.py keeping numbers -n 40 # 40 changes in these modules
    python tests/mutants.py keeping --seed 2      # other changes

A change swaps a comparison or an operator, moves a number by one, turns a truth value, or drops a statement. It is
made in a copy of the repository, so that nothing here changes, and the module's tests run on it, the quickest first,
up to the first that fails (the compiler off, made-up examples always the same). Printed are the changes that nobody
noticed, each with its file and line, and the rate. `mutants_alike.py` names changes that make no difference that
anyone could see: they are not tried, and the rate is that of the others.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants_alike import ALIKE

ROOT = Path(__file__).parents[1]
EQUAL = (
    "test_histories_rich.py::test_people_who_are_left_over_at_the_end_are_an_error "
    "test_engines_equal_care.py::test_what_happens_seldom_happens_in_both_engines "
    "test_engines_equal_care.py::test_the_rich_scenario_has_the_same_history_in_both_engines[party-spread] "
    "test_engines_equal_care.py::test_the_rich_scenario_has_the_same_history_in_both_engines[person-assigned]"
)
"""The end of a history, and some seconds of equality of the engines: the compiled one runs as plain Python."""
TESTS: dict[str, str] = {
    "flow/rules": "test_rules test_staff_rule traces test_histories_rich",
    "flow/duty": "test_histories_read test_staff_rule test_measures_resources",
    "flow/history": "test_histories_read test_measures_people test_measures_care test_measures_profiles_rich",
    "flow/order": "traces",
    "flow/reference": f"traces test_histories_read test_staff_rule {EQUAL}",
    "flow/stays": "test_histories_read test_measures_care",
    "flow/steps": "test_measures_steps test_measures_profiles_rich",
    "flow/task_sums": (
        "test_measures_resources test_measures_care test_measures_profiles test_measures_profiles_rich "
        "test_measures_people test_measures_rooms test_measures_facts test_measures_facts_more"
    ),
    "flow/tables": "test_flow_tables traces",
    "flow/invariants": "test_invariants test_invariants_care test_invariants_more traces",
    "sampling": "test_facts_of_samples test_sampling_keys test_initial_rows test_sampling_arrivals test_initial_health",
    "sampling/arrivals": "test_facts_of_samples test_sampling_minutes test_sampling_keys test_sampling_arrivals",
    "sampling/expected": "test_facts_of_samples test_sampling_minutes test_sampling_arrivals test_facts_of_outlook",
    "sampling/health": "test_facts_of_samples test_initial_health test_health_exact",
    "sampling/hours": "test_facts_of_samples test_sampling_minutes test_sampling_arrivals",
    "sampling/philox": "test_sampling_keys",
    "sampling/philox_compiled": "test_sampling_keys",
    "sampling/roster": "test_roster_factor test_facts_of_samples test_staff_rule test_flow_tables",
    "sampling/streams": "test_sampling_keys",
    "sampling/variates": "test_sampling_variates test_facts_of_samples test_sampling_keys",
    "measures": (
        "test_measures_people test_measures_resources test_measures_care test_measures_needed test_measures_bottleneck "
        "test_measures_profiles test_measures_rooms test_measures_steps test_measures_staff_waits "
        "test_measures_facts test_measures_facts_more "
        "test_cli_edges.py::test_an_hour_of_no_day_has_no_mean test_measures_profiles_rich "
        "traces/test_trace_onward traces/test_trace_screening "
        "test_reported.py::test_faults_of_the_table_are_told_with_row_and_column "
        "test_reported.py::test_a_figure_stands_beside_what_the_run_gave "
        "test_reported.py::test_a_table_of_figures_may_have_blanks_in_its_header_and_other_columns"
    ),
    "numbers/statistics": "test_statistics test_means test_precision",
    "numbers/comparison": "test_comparison",
    "numbers/verdicts": "test_verdicts test_looks",
    "numbers/theory": "test_theory_formulas",
    "numbers/forecasts": (
        "test_facts_of_counts test_real_days.py::test_rate_weekday_and_variation_are_found_again "
        "test_real_days.py::test_nine_tenths_of_counts_to_come_lie_in_the_band "
        "test_real_days.py::test_forecasts_are_the_same_for_the_same_past_and_key "
        "test_real_days.py::test_crps_is_that_of_its_definition "
        "test_real_days.py::test_a_naive_forecast_wears_its_own_past_errors"
    ),
    "commands/calibrate/abc": "test_abc",
    "outlook": (
        "test_facts_of_outlook_staff test_facts_of_outlook_parts test_facts_of_outlook_way test_facts_of_outlook "
        "test_facts_of_outlook_values test_outlook_added_staff "
        "test_facts_of_checks.py::test_a_shift_is_too_small_for_more_escorts_than_its_people_and_never_for_as_many "
        "test_outlook_remarks test_outlook"
    ),
    "scenario/tables/distributions": "test_sampling_variates test_facts_of_checks",
    "scenario/rules/timetables": (
        "test_facts_of_timetables test_timetables.py::test_all_faults_of_a_timetable_are_told_at_once_by_row_and_column"
    ),
    "scenario/rules": (
        "test_facts_of_rules test_facts_of_rules_more test_facts_of_checks test_facts_of_timetables test_scenario_care "
        "test_scenario_questions "
        "test_numbers_out_of_range test_scenario_rules test_scenario_faults test_scenario_edges test_scenario_units "
        "test_initial_rows.py::test_what_cannot_be_is_a_fault_with_row_column_and_way_out test_staffing_table"
    ),
    "keeping/store": "test_store test_force test_spreadsheets",
    "keeping/chunkstore": "test_chunkstore test_force",
    "keeping/manifest": "test_store test_chunkstore test_force",
    "words/user_text": "test_hostile_text",
}
"""Modules, by the beginning of their path below sim/, and the files, folders or single tests below tests/ that
prove them, the quickest first."""
COMPILED = ("sampling/philox_compiled",)
"""What only the compiler runs."""

TOO_LONG = (
    "test_outlook.py::test_the_case_comes_out_as_in_a_run",
    "test_outlook.py::test_the_index_of_rooms_is_that_of_many_samples",
    "test_outlook.py::test_the_use_of_staff_is_that_of_runs",
    "test_outlook.py::test_the_answer_takes_less_than_three_seconds",
    "test_scenario_units.py::test_scenarios_that_come_with_qcap_have_no_value_in_a_wrong_unit",
)
"""Tests that run the case, or draw thousands of days, and take minutes without the compiler: they are left out."""

COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
    ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.BitOr: "&",
    ast.BitAnd: "|", ast.LShift: ">>", ast.RShift: "<<", ast.Pow: "*",
}  # fmt: skip
LONGER, SECONDS = 4, 30
"""Tests that take so many times as long as without a change, and these seconds more, have met an endless loop: the
change was noticed."""


@dataclass(frozen=True)
class Change:
    """One line that becomes another."""

    file: str
    """Path from the top of the repository."""
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before.strip()}  ->  {self.after.strip()}"

    @property
    def makes_no_difference(self) -> bool:
        """Whether `mutants_alike.py` names it."""
        return (self.file, self.before.strip(), self.after.strip()) in ALIKE


def files_of(module: str) -> list[Path]:
    """Sources of a module of `TESTS`: a file belongs to the longest that its path begins with."""
    return [file for file in sorted((ROOT / "sim").rglob("*.py")) if _module_of(file) == module]


def _module_of(file: Path) -> str:
    path = file.relative_to(ROOT / "sim").with_suffix("").as_posix()
    return max((module for module in TESTS if path.startswith(module)), key=len, default="")


def changes(file: Path) -> list[Change]:
    """All changes of a file, in order of lines."""
    source = file.read_text(encoding="utf-8")
    lines, name = source.splitlines(), file.relative_to(ROOT).as_posix()
    found = {
        Change(name, number, lines[number - 1], after)
        for node in _evaluated(ast.parse(source))
        for number, after in _changed(node, lines)
        if after != lines[number - 1]
    }
    return sorted(found, key=lambda change: (change.line, change.after))


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that are ever computed: types of arguments and results are for checkers of types, and of a variable's only
    numbers mean something, such as the bounds of a field of a table.
    """
    yield node
    for name, field in ast.iter_fields(node):
        if isinstance(node, ast.arg | ast.FunctionDef) and name in ("annotation", "returns"):
            continue
        for part in field if isinstance(field, list) else [field]:
            if isinstance(part, ast.AST):
                inner = _evaluated(part)
                yield from (each for each in inner if name != "annotation" or not isinstance(each, ast.BinOp))


def _changed(node: ast.AST, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Numbers of lines and what becomes of them."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARISONS:
            yield from _between(node.left, node.comparators[0], COMPARISONS[type(op)], lines)
        case ast.BinOp() if type(node.op) in OPERATORS and not _is_text(node):
            yield from _between(node.left, node.right, OPERATORS[type(node.op)], lines)
        case ast.BoolOp():
            sign = "or" if isinstance(node.op, ast.And) else "and"
            yield from _between(node.values[0], node.values[1], sign, lines)
        case ast.Constant() if lines[node.lineno - 1][: node.col_offset].endswith(("strict=", "frozen=")):
            return
        case ast.Constant(value=bool()):
            yield from _instead(node, str(not node.value), lines)
        case ast.Constant(value=int() | float()):
            yield from _instead(node, repr(node.value + 1), lines)
        case ast.UnaryOp(op=ast.Not()):
            yield from _instead(node, f"bool({ast.unparse(node.operand)})", lines)
        case ast.Assign(targets=[ast.Name(id=name)]) if _is_of_types(name, node.value):
            return
        case ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield from _instead(node, "pass", lines)
        case ast.Expr(value=ast.Call()):
            yield from _instead(node, "pass", lines)


def _is_of_types(name: str, value: ast.expr) -> bool:
    """Whether an assignment is for checkers: a name of a type, such as `Ints = NDArray[np.int64]`, or `__all__`."""
    of_types = isinstance(value, ast.Subscript | ast.Call | ast.BinOp)
    return name == "__all__" or (name[0].isupper() and not name.isupper() and of_types)


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(side, ast.Constant | ast.JoinedStr) and not _is_number(side) for side in sides)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _between(left: ast.expr, right: ast.expr, sign: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """The line with another sign between two expressions; brackets round them stay."""
    number = right.lineno
    if left.end_lineno != number or not lines[number - 1].isascii():
        return
    line = lines[number - 1]
    part = line[left.end_col_offset : right.col_offset]
    closing = part[: len(part) - len(part.lstrip(") "))].rstrip()
    opening = part[len(part.rstrip("( ")) :].lstrip()
    yield number, f"{line[: left.end_col_offset]}{closing} {sign} {opening}{line[right.col_offset :]}"


def _instead(node: ast.expr | ast.stmt, text: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    number = node.lineno
    if node.end_lineno != number or not lines[number - 1].isascii():
        return
    line = lines[number - 1]
    yield number, line[: node.col_offset] + text + line[node.end_col_offset :]


def chosen(modules: list[str], n: int, seed: int) -> list[tuple[str, Change]]:
    """A sample of changes, as many of each module as its size wants; the same for the same seed. `strict=True` of zip
    is left as it is, for it guards pairs that are always of one length, and so are `frozen=True`, against which only
    new lines could sin, and names for checkers of types.
    """
    every = [(module, change) for module in modules for file in files_of(module) for change in changes(file)]
    return sorted(random.Random(seed).sample(every, min(n, len(every))), key=lambda each: str(each[1]))


def rewritten() -> list[str]:
    """What `mutants_alike.py` names and is no change any more, because its line is another now."""
    every = (change for module in TESTS for file in files_of(module) for change in changes(file))
    there = {(change.file, change.before.strip(), change.after.strip()) for change in every}
    return [f"{file}: {before}  ->  {after}" for file, before, after in sorted(ALIKE.keys() - there)]


def noticed(change: Change, module: str, copy: Path, limit: float) -> bool:
    """Whether the module's tests fail on a copy of the repository with one line changed."""
    file = copy / change.file
    before = file.read_text(encoding="utf-8")
    lines = before.split("\n")
    lines[change.line - 1] = change.after
    try:
        file.write_text("\n".join(lines), encoding="utf-8")
        return not passes(module, copy, limit)
    finally:
        file.write_text(before, encoding="utf-8")


def passes(module: str, copy: Path, limit: float | None = None) -> bool:
    """Whether a module's tests pass in a copy of the repository, within `limit` seconds."""
    tests = list(map(_place_of, TESTS[module].split()))
    without = [f"--deselect=tests/{test}" for test in TOO_LONG]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *without]
    mine = {"PYTHONPATH": str(copy), "QCAP_CACHE_DIR": str(copy.parent / "cache")}
    off = {} if module in COMPILED else {"NUMBA_DISABLE_JIT": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "pytest", *options, *tests],
            cwd=copy, env=os.environ | mine | off, timeout=limit, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _place_of(name: str) -> str:
    return f"tests/{name}" if name == "traces" or "::" in name else f"tests/{name}.py"


def _is_meant(module: str, words: list[str]) -> bool:
    """By its name, or that of a folder around it."""
    return any(f"{module}/".startswith(f"{word}/") for word in words)


def main(words: list[str]) -> int:
    """Change lines and print what nobody noticed; 1 when fewer than 95 % were noticed."""
    parser = argparse.ArgumentParser(prog="python tests/mutants.py", description="Would the tests notice a fault?")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="all when none is named")
    parser.add_argument("-n", type=int, default=300, help="changes (300)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    modules = [module for module in TESTS if not asked.modules or _is_meant(module, asked.modules)]
    if not modules:
        parser.error(f"no such module: {', '.join(asked.modules)}; there are {', '.join(TESTS)}")
    for line in rewritten():
        print(f"named as alike, and no change any more: {line}")  # noqa: T201
    missed, limits = 0, {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "qcap"
        left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
        shutil.copytree(ROOT, copy, ignore=left_out)
        drawn = chosen(modules, asked.n, asked.seed)
        sample = [(module, change) for module, change in drawn if not change.makes_no_difference]
        for module in sorted({module for module, _ in sample}):
            started = time.monotonic()
            if not passes(module, copy):
                print(f"{module}: its tests fail without any change")  # noqa: T201
                return 2
            limits[module] = LONGER * (time.monotonic() - started) + SECONDS
        started = time.monotonic()
        for number, (module, change) in enumerate(sample, start=1):
            if not noticed(change, module, copy, limits[module]):
                missed += 1
                print(f"nobody noticed {change}", flush=True)  # noqa: T201
            if number % 5 == 0:
                print(f"{number} of {len(sample)}, {missed} unnoticed, {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
    share = 1 - missed / max(len(sample), 1)
    print(f"{len(sample) - missed} of {len(sample)} changes noticed ({share:.1%})")  # noqa: T201
    print(f"{len(drawn) - len(sample)} more of this sample are named as alike")  # noqa: T201
    return 0 if share >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
