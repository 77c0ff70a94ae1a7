"""Words about calibration and ensembles. Nothing is computed here."""

from __future__ import annotations

WITH_DOUBT = "chance and the doubt about the values that the ensemble varies, not other doubts"
"""What intervals and bands tell when a scenario is run with an ensemble."""

ENSEMBLE = {
    "used": "ensemble {name}: {draws} draws of {values} values, draw m with replication m",
    "doubt": "intervals and bands carry doubt about these values too, besides chance",
    "rule": "all draws share the rule {rule}",
    "fixed": "left as the scenario has it: {paths}",
    "again": "{replications} replications are more than the {draws} draws: they are used again from replication {next}",
    "some": "{replications} replications use the first {replications} of {draws} draws",
    "nothing": "nothing is left for the ensemble to vary: the scenario or --set decides about all its values",
}
"""What is said about an ensemble before a run."""
