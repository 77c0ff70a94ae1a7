"""`--help` of a command: where there are many options, in groups as a planner looks for them.

typer draws groups with rich alone, which takes longer to load than the whole of `--help` may; here they are plain text.
"""

from __future__ import annotations

import inspect
from typing import Any

from typer.core import TyperCommand

from sim.words.language import _
from sim.words.options import HEADINGS, OTHER

FEW = 8
"""So many options need no headings."""


class GroupedHelp(TyperCommand):
    """A command whose options stand under the headings of `sim.words.options`, in the language of the day."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.help = _(inspect.cleandoc(self.help or ""))
        for param in self.params:
            if text := getattr(param, "help", None):
                param.help = _(inspect.cleandoc(text))  # type: ignore[attr-defined]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options; where there are few options, as typer does."""
        params = self.get_params(ctx)
        options = [param for param in params if param.param_type_name == "option"]
        if len(options) <= FEW:
            super().format_options(ctx, formatter)
            return
        _write(formatter, ctx, _("Arguments"), [param for param in params if param not in options])
        for heading, names in HEADINGS.items():
            _write(formatter, ctx, _(heading), [param for name in names for param in options if name in param.opts])
        known = {name for names in HEADINGS.values() for name in names}
        _write(formatter, ctx, _(OTHER), [param for param in options if not known & set(param.opts)])


def _write(formatter: Any, ctx: Any, heading: str, params: list[Any]) -> None:
    records = [record for param in params if (record := param.get_help_record(ctx)) is not None]
    if records:
        with formatter.section(heading):
            formatter.write_dl(records)
