"""Words of verdicts on targets, the same in every command; the rule is that of `sim.verdicts`."""

from __future__ import annotations

VERDICTS = {"holds": "holds", "missed": "missed", "not certain": "not certain", "no value": "no value"}
"""What runs say about a target. (A single run meets its limit or does not.)"""

JUDGED = {
    "sure.least": "{sure} sure of {share}; {asked} asked",
    "sure.most": "{sure} sure of no more than {share}; {asked} asked",
    "tell.all": "sure of {asked} with {n} of {n}",
    "tell.as_it_is": "; about {n} runs would tell, at this share",
    "tell.many": "; more than {most} runs would tell, at this share",
    "tell.never": "{asked} asked; no number of runs can tell",
}
"""How sure the runs make, and how many would give a verdict; {} are filled in by `sim.cli.screen_verdict`."""
