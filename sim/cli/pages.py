"""Long pages: to standard output, or to a file in UTF-8 whatever the code page of the terminal is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim import labels
from sim.cli import errors


def put(text: str, out: Path | None) -> int:
    """Print a text, or write it to a file; returns the exit code."""
    if out is None:
        print(text, end="")  # noqa: T201
        return errors.RAN
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError:
        errors.say(labels.MESSAGES["file.not_written"].format(file=out))
        return errors.FAILED
    print(out)  # noqa: T201
    return errors.RAN


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON that people can read."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"
