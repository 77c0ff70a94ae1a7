"""What `qcap check` says of each disruption, and what `check` and `run` say of people who find a port shut."""

from __future__ import annotations

from sim.words.language import Texts

DISRUPTIONS = Texts(
    {
        "label": "Disruptions",
        "away_label": "Stay away",
        "from_on": "from {first} on",
        "from_to": "from {first} to {last}",
        "on": "on {first}",
        "at": "{day}, {clock}",
        "all": "all ports",
        "team": "team of {site}",
        "site_lost": "{place}: lost {when}, for good",
        "site_shut": "{place}: takes nobody in {when}",
        "sites_prepared": "the next {value} sites of the list are begun {when}, whatever the reserve; ready {hours} hours "
        "later",
        "sites_prepared_one": "the next site of the list is begun {when}, whatever the reserve; ready {hours} hours later",
        "port_hours": "{place}: open {value} {when}; people come in these hours",
        "port_hours_timed": "{place}: open {value} only {when}; people keep their times",
        "port_hours_closed": "{place}: shut {when}",
        "arrivals_factor": "{place}: {value} times the people {when}",
        "arrivals_added": "{place}: {value} people more a day {when}",
        "arrivals_added_timed": "{place}: {value} people more in all, evenly {when}",
        "staff_absent": "{place}: {value} of each shift that begins {when} are absent, beside the usual absence",
        "staff_added": "{place}: {value} people more {when}",
        "coaches_out": "{place}: coaches out of service {when}: {value}",
        "coaches_added": "{place}: coaches added {when}: {value}",
        "laboratory_hours": "laboratory: results {value} hours after swabs that are taken in {when}",
        "away": "{port}: {people} people on average find it shut and stay away; they are not among those handed over",
        "away_some": "{port}: {people} people on average find it shut and stay away, {share} come in the first open hour",
    }
)
"""Sentences by kind; `when` is one of `on`, `from_to`, `from_on`."""
