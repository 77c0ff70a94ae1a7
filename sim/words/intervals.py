"""Words that stand behind a mean: what its interval is, where "±" would say too much."""

from __future__ import annotations

from sim.words.language import Texts

INTERVAL = Texts(
    {
        "none": "no value",
        "hardly": "under 0.01 %",
        "same": " (in all {n})",
        "at_most": " (at most {value})",
        "at_least": " (at least {value})",
        "ends": " ({low} to {high})",
    }
)
