"""Long pages: to standard output, or to a file in UTF-8 whatever the code page of the terminal is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim import words as labels
from sim.keeping.ownership import UNSIGNED, signed
from sim.keeping.store import check_file
from sim.shell import errors


def put(text: str, out: Path | None, *, force: bool = False) -> int:
    """Print a text, or write it to a file; returns the exit code.

    A file that is there is replaced with `force` only, and when it is as qcap wrote it: a page that somebody has
    filled in stays. Raises StoreError.
    """
    if out is None:
        print(text, end="")  # noqa: T201
        return errors.RAN
    check_file(out, f"--out {out}", force=force)
    try:
        out.write_text(
            signed(text if UNSIGNED in text else f"{text}\n<!-- {UNSIGNED} -->\n"), encoding="utf-8", newline="\n"
        )
    except OSError:
        errors.say(labels.MESSAGES["file.not_written"].format(file=out))
        return errors.FAILED
    errors.put(out)
    return errors.RAN


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON that people can read, with room for a signature."""
    return json.dumps({"$comment": UNSIGNED} | document, indent=2, ensure_ascii=False, default=str) + "\n"
