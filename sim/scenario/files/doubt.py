"""The ensemble that a scenario names, and which values its files and `--set` decide themselves.

`ensemble = "district_ensemble.parquet"` at the top of a file stands for draws of values that calibration left open;
runs take draw m with replication m. Like `extends` it is no part of the scenario, which is one setting: it says how to
run it. What is written in a file below the one that names the ensemble, or by `--set`, is set there and not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted

KEY = "ensemble"
NONE = "none"
"""Names no ensemble: switches off the one of a file above."""
_NOTES = ("provenance", "ranges")


@dataclass(frozen=True)
class NamedEnsemble:
    """What the files of a scenario say about an ensemble."""

    file: FilePath | None = None
    """Found beside the scenario that names it; None where none is named. It need not be there."""
    name: str = ""
    """As it is written, for faults."""
    by: str = ""
    """The file that names it, for faults."""
    decided: frozenset[str] = frozenset()
    """Dotted paths of all values written in files below that one, and by `--set`."""

    @property
    def real_file(self) -> FilePath | None:
        """The file without detours: `plans/../draws.parquet` and `draws.parquet` are one."""
        return None if self.file is None else self.file.resolve()

    def decides(self, path: str) -> bool:
        """Whether the value at this path, or one in place of a table around it, is written there."""
        keys = path.split(".")
        return any(".".join(keys[:length]) in self.decided for length in range(1, len(keys) + 1))

    def and_set(self, changes: Iterable[tuple[Path, Any]]) -> NamedEnsemble:
        """With the values of `--set` decided too."""
        more = {dotted(leaf) for path, value in changes for leaf in _leaves(value, path)}
        return NamedEnsemble(self.file, self.name, self.by, self.decided | more)


def named_in(tree: dict[str, Any], above: NamedEnsemble, file: FilePath, shown: str) -> NamedEnsemble:
    """What holds with one more file of the chain, its tables `tree`, from which the key is taken out.

    Raises ScenarioError when the key is no file name.
    """
    wanted = tree.pop(KEY, None)
    if wanted is None:
        below = [((key,), value) for key, value in tree.items() if above.by and key not in _NOTES]
        return above.and_set(below)
    if not isinstance(wanted, str) or not wanted.strip():
        rule = f'must be the name of an ensemble of qcap calibrate in quotes, or "{NONE}"'
        raise ScenarioError([Fault(shown, KEY, wanted, rule)])
    return NamedEnsemble(None if wanted == NONE else file.parent / wanted, wanted, shown)


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*path, str(key)))
    else:
        yield path
