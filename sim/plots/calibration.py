"""Pictures of a calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def draw(folder: Path, tables: Any, done: Any, title: str) -> list[str]:  # noqa: ARG001  drawn in the next step
    """Draw all pictures into a folder; returns "name: caption" of each."""
    return []
