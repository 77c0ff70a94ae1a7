"""Words of verdicts on targets, the same in every command; the rule is that of `sim.numbers.verdicts`."""

from __future__ import annotations

from sim.words.language import Texts

VERDICTS = Texts({"holds": "holds", "missed": "missed", "not certain": "not certain", "no value": "no value"})
"""What replications say about a target. (A single replication meets its limit or does not.)"""

JUDGED = Texts(
    {
        "sure.least": "{sure} sure of {share}; {asked} asked",
        "sure.most": "{sure} sure of no more than {share}; {asked} asked",
        "tell.all": "sure of {asked} with {n} of {n}",
        "tell.as_it_is": "; about {n} replications would tell, at this share",
        "tell.many": "; more than {most} replications would tell, at this share",
        "tell.never": "{asked} asked; no number of replications can tell",
    }
)
"""How sure the replications make, and how many would give a verdict; {} are filled in by `sim.shell.sentences`."""
