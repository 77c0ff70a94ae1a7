"""Machine code on disk: kept for other processes, by the sources it was made of, and done without when it must be."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numba
import pytest
from test_imports import imported

from sim.cli import main
from sim.flow import compiled, passes_compiled
from sim.flow.compiled.loop import run_flow
from sim.machine import machine_code
from sim.sampling import philox_compiled

ROOT = Path(__file__).parents[1]
DOUBLE = """
import numba
from sim.machine import compile_cache

@numba.njit
def double(x):
    return 2 * x

compile_cache.keep(double)
"""
USE = (
    "import resource, sys; {before}; from double import compile_cache, double; import numba; "
    "compile_cache.make_ready(double, (numba.int64,), 3); print(double(21), compile_cache.loaded(double))"
)


def use(tmp_path: Path, before: str = "pass", folder: Path | None = None) -> tuple[str, str]:
    """A process of its own compiles or loads a small function; what it printed and said."""
    (tmp_path / "double.py").write_text(DOUBLE, encoding="utf-8")
    env = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        machine_code.FOLDER_VARIABLE: str(folder or tmp_path / "kept"),
    }
    done = subprocess.run(
        [sys.executable, "-c", USE.format(before=before)], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip(), done.stderr


def test_a_second_process_loads_what_the_first_one_compiled(tmp_path: Path) -> None:
    """The first says what it does, the second says nothing and its code came from disk."""
    out, words = use(tmp_path)
    assert out == "42 False"
    assert words == "compiling the quick engine, once, about 3 seconds\n"
    assert use(tmp_path) == ("42 True", "")


def test_a_process_that_was_stopped_while_it_compiled_holds_nobody_for_ever(tmp_path: Path) -> None:
    """This process holds the lock and does not end; the other one waits its time and compiles all the same."""
    fcntl = pytest.importorskip("fcntl")
    use(tmp_path)
    (lock,) = (tmp_path / "kept").rglob("lock")
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = "from sim.machine import compile_cache; compile_cache.PATIENCE_SECONDS = 0.3"
        assert use(tmp_path, before) == ("42 True", "")


def test_a_folder_that_can_not_be_written_is_survived_with_a_warning(tmp_path: Path) -> None:
    """A file stands where the folder would be: the same for a user who may write everywhere."""
    (tmp_path / "kept").write_text("", encoding="utf-8")
    out, words = use(tmp_path)
    assert out == "42 False"
    assert "warning: the quick engine can not be kept in" in words
    assert machine_code.FOLDER_VARIABLE in words


def test_a_full_disk_is_survived_with_a_warning(tmp_path: Path) -> None:
    """Files may have no more than 100 bytes, so that keeping the machine code fails in the middle."""
    pytest.importorskip("resource")
    out, words = use(tmp_path, "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))")
    assert out == "42 False"
    assert "warning: the quick engine can not be kept in" in words


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:40])


def _foreign(file: Path) -> None:
    file.write_bytes(b"somebody else's")


@pytest.mark.parametrize("ending", ["nbc", "nbi"])
@pytest.mark.parametrize("spoil", [_truncated, _foreign], ids=["truncated", "foreign"])
def test_damaged_machine_code_is_set_aside_and_compiled_again(
    tmp_path: Path, ending: str, spoil: Callable[[Path], None]
) -> None:
    """The right answer, one line on stderr, the damaged file beside; the next process loads sound code silently."""
    use(tmp_path)
    (file,) = (tmp_path / "kept").rglob(f"*.{ending}")
    spoil(file)
    out, words = use(tmp_path)
    assert out == "42 False"
    assert words.count("\n") == 1
    assert "is damaged: it was set aside and is compiled again" in words
    assert list((tmp_path / "kept").rglob("*.damaged"))
    assert use(tmp_path) == ("42 True", "")


def test_other_sources_have_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler would not notice a change in rules.py, which run_flow calls; the folder's name does."""
    (tmp_path / "flow").mkdir()
    rules = tmp_path / "flow" / "rules.py"
    monkeypatch.setattr(machine_code, "__file__", str(tmp_path / "machine" / "machine_code.py"))
    seen = set()
    for text in ("WAIT = 0", "WAIT = 1", "WAIT = 0"):
        rules.write_text(text, encoding="utf-8")
        machine_code._sources_hash.cache_clear()
        seen.add(machine_code.folder())
    machine_code._sources_hash.cache_clear()
    assert len(seen) == 2


def test_a_changed_pass_leaves_the_flow_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part has a folder of its own: the passes' file changes only theirs, rules.py those that call it."""
    (tmp_path / "flow").mkdir()
    monkeypatch.setattr(machine_code, "__file__", str(tmp_path / "machine" / "machine_code.py"))

    def folders() -> dict[str, Path]:
        machine_code._sources_hash.cache_clear()
        return {part: machine_code.folder(part) for part in machine_code.PARTS}

    def changed(file: str) -> set[str]:
        before = folders()
        (tmp_path / "flow" / file).write_text("WAIT = 1", encoding="utf-8")
        return {part for part, folder in folders().items() if folder != before[part]}

    assert changed("passes_compiled.py") == {"passes"}
    assert changed("rules.py") == {"flow", "passes"}
    machine_code._sources_hash.cache_clear()


def test_the_sources_of_a_part_are_all_that_it_is_compiled_from() -> None:
    """Modules of the flow and the generator that a part's own modules import, and those that these import in turn."""
    package = ROOT / "sim"
    for part, patterns in machine_code.PARTS.items():
        own = {file for pattern in patterns for file in package.glob(pattern)}
        for file in own:
            for name in imported(file, typing_too=False):
                path = package.joinpath(*name.split(".")[1:-1])
                for found in (path.with_suffix(".py"), path / f"{name.rpartition('.')[2]}.py"):
                    if found.is_file() and found.relative_to(package).parts[0] == "flow":
                        assert found in own, f"{part}: {found}"


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [("linux", "XDG_CACHE_HOME", "qcap"), ("win32", "LOCALAPPDATA", "qcap/cache")],
)
def test_the_folder_is_where_the_system_keeps_such_things(
    monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, expected: str
) -> None:
    """The system's own variable is followed, and so is ours."""
    monkeypatch.delenv(machine_code.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, "place")
    assert machine_code.folder().parent == Path("place") / expected
    monkeypatch.setenv(machine_code.FOLDER_VARIABLE, "other")
    assert machine_code.folder().parent == Path("other")


def test_machine_code_of_a_wheel_is_used_on_every_processor_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made as the build does, for a generic processor; then read by a process that compiles for this one, after the
    wheel was unpacked (the source has another date) and though the user keeps nothing.
    """
    shipped = tmp_path / "shipped"
    before = (
        f"from pathlib import Path; from sim.machine import machine_code; machine_code.SHIPPED = Path({str(shipped)!r})"
    )
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    assert use(tmp_path, before, shipped)[0] == "42 False"
    monkeypatch.delenv("NUMBA_CPU_NAME")
    made = sorted(shipped.rglob("*"))
    (tmp_path / "double.py").unlink()
    assert use(tmp_path, before, tmp_path / "users") == ("42 True", "")
    assert sorted(shipped.rglob("*")) == made
    assert not (tmp_path / "users").exists()


def test_qcap_prepare_compiles_ahead_and_check_tells_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each part is asked for once; a run of 100 replications would compile, so `check` says what to do before."""
    asked: list[str] = []
    for module, name in ((compiled, "prepare"), (passes_compiled, "ready"), (philox_compiled, "ready")):
        monkeypatch.setattr(module, name, lambda name=module.__name__: asked.append(name))
    monkeypatch.setattr(machine_code, "is_kept", lambda: True)
    assert main(["prepare"]) == 0
    assert asked == ["sim.flow.compiled", "sim.flow.passes_compiled", "sim.sampling.philox_compiled"]
    assert capsys.readouterr().out == "the quick engine is ready: the next run begins at once\n"
    for kept in (True, False):
        monkeypatch.setattr(machine_code, "is_kept", lambda kept=kept: kept)
        assert main(["check", str(ROOT / "scenarios" / "xiangzhou.toml")]) == 0
        assert ("qcap prepare does it now" in capsys.readouterr().err) is not kept


def test_only_the_door_is_kept_on_disk() -> None:
    """Keeping a hundred functions, each with all that it calls, took longer than compiling them."""
    assert cast(Any, run_flow)._cache.cache_path is not None
    inner = [
        f for f in vars(_loop()).values() if isinstance(f, numba.core.registry.CPUDispatcher) and f is not run_flow
    ]
    assert len(inner) > 20
    assert not any(hasattr(f._cache, "_cache_file") for f in inner)


def _loop() -> ModuleType:
    return sys.modules[cast(Any, run_flow).py_func.__module__]
