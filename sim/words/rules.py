"""Words of rules about values that may stand in the wrong unit, or come too late to be of use."""

from __future__ import annotations

from sim.words.language import Texts

RULES = Texts(
    {
        "unit": "is far more than usual, and is taken as {unit}",
        "unit.several": " (the first of several)",
        "unit.hint": "did you mean {meant} ({value} {smaller} are {meant} {unit})?",
        "factor": "multiplies by {value}",
        "with_it": "with it, {fault}",
        "percent": "{value} % is {share}",
        "target_share": "is compared with a share from 0 to 1",
        "opens_last": "is the last day: this site opens for one day",
        "lead_too_long": "of {hours} hours is as long as the window or longer ({n} days): no site opens on demand",
    }
)
"""By rule; {} are filled in by the checks of `sim.scenario`."""
