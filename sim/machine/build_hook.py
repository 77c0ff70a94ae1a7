"""Hook of the build: what a wheel holds besides the sources.

Catalogues of languages are compiled for a wheel and for an editable install. With QCAP_MACHINE_CODE=1 a wheel holds
machine code of the quick engine too, for every processor of this kind, so that nothing is compiled where it is
installed beside the same numba: `QCAP_MACHINE_CODE=1 pip wheel --no-deps --no-build-isolation .`
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):  # type: ignore[misc]
    """Writes a .mo beside each .po, and machine code where it is asked for."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before files are collected."""
        from babel.messages.mofile import write_mo  # noqa: PLC0415
        from babel.messages.pofile import read_po  # noqa: PLC0415

        for source in sorted((Path(self.root) / "sim/words/locale").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as made:
                write_mo(made, read_po(text, locale=source.parts[-3]))
        shutil.rmtree(self._shipped, ignore_errors=True)
        if os.environ.get("QCAP_MACHINE_CODE") == "1" and (self.target_name, version) == ("wheel", "standard"):
            place = {"QCAP_CACHE_DIR": str(self._shipped), "NUMBA_CPU_NAME": "generic"}  # no instruction of a newer one
            subprocess.run([sys.executable, "-m", "sim", "prepare"], cwd=self.root, env=os.environ | place, check=True)
            build_data |= {"pure_python": False, "infer_tag": True}  # this Python, this kind of machine

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Called when the wheel is there: a checkout keeps the user's own machine code."""
        shutil.rmtree(self._shipped, ignore_errors=True)

    @property
    def _shipped(self) -> Path:
        return Path(self.root) / "sim/machine/shipped"
