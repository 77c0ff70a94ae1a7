"""The event log: the one history of a replication, and the contract between engines and everything after them.

One row is one thing that happened, in the order in which it was executed. The log holds resources too. What can be
derived from other rows (free staff, occupancy, queue lengths) is not logged. Columns, all int64:

========= ============================================================================================================
second    when, seconds since 00:00 of the scenario's first day (a task or visit: when it started)
kind      what happened, see `Kind`
subject   what `subject_id` counts, see `Subject`
subject_id  party number, place number, load (the party number of its first party) or round, by `subject`
place     place number where it happened (see `Places`), -1 for none
party     party number, -1 for none
people    travellers concerned (party rows), staff concerned (task and shift rows), rooms (room rows)
value     by kind, see `Kind`
reason    why, see `Reason`; 0 for none
========= ============================================================================================================

Party numbers are packed from (port or other source, day, hand-over group, party of the group, person) and are
therefore the same under any change of rate, staff or sites: see `Sample.person_number`. They rise in the order in which
ties are settled. A person or piece that leaves a party has a number of its own, made from its first person, and a row
PARTY_SPLIT whose `party` is the party it left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.places import Places

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("second", "kind", "subject", "subject_id", "place", "party", "people", "value", "reason")
LOG_DTYPE = np.dtype([(name, np.int64) for name in COLUMNS])


class Kind(IntEnum):
    """What happened. Numbers are fixed for good: results on disk carry them. Gaps are left for what comes later."""

    # parties at the point
    HANDED_OVER = 1  # place port, people size
    NOT_DIVERTED = 2  # place port: registered, then sent on to another authority; leaves
    PARTY_SPLIT = 3  # subject_id the new party, party the one it left, people who moved
    ROOM_TAKEN = 4  # place site, value load (or -1 when the party travels alone), people of the party
    DEPARTED = 5  # place port, value load: boarding ended
    UNPLACED = 6  # place port: left without a room at the end of W
    # parties at the site
    ARRIVED = 10  # place site: the ride ended, the stay begins
    RELEASED = 11  # place site: may leave, check-out begins or queues
    LEFT = 12  # place site: check-out ended
    CENSORED = 13  # place site or port: still there at the hard stop
    PRESENT = 14  # place site, value second of arrival (at or before 0): in the site when the window begins
    RESTARTED = 15  # place site, value number of the restart: the stay begins again
    STAY_PLANNED = 18  # place site, value seconds of the stay that begins (guests of the beginning: began); drawn stays
    MOVED_OUT = 16  # place the site that was lost: waits there for a room elsewhere
    MOVED_IN = 17  # place the site that the party was moved to
    # tasks of staff: one row each, written at the start; place pool, people staff, value the second of its end
    TASK = (
        20  # subject Task class; subject_id the party or load it serves; a visit or swab: its round, see `round_number`
    )
    MISSED = 21  # subject TASK_VISIT or TASK_SWAB, subject_id its round; reason next round, room left, site lost
    # health; place site, or port
    RESULT = 25  # party, people tested, value positives
    DETECTED = 26  # subject_id the person's party number, party the one the person was in, value seconds since arrival,
    # -1 before it; place port: at the point, until the coach departs
    DETECTED_AFTER_RELEASE = 27
    ISOLATED = 28  # subject_id and party the person's: no bed was free, waits in the room (place port: at the point)
    TO_HOSPITAL = 29  # leaves the site, or the point; a bed is taken
    INFECTED = 34  # subject_id the person's party number, value second of infection: handed over and not sent on, or
    # there from the beginning; these three kinds only with [health.infectiousness]
    INFECTED_LEFT = 35  # the same: released, unplaced or recovered where isolated
    SYMPTOMS = 36  # the same, value second of onset: of those who have left and have or will have symptoms
    RECOVERED = 33  # was isolated for as long as a hospital stay; leaves the site, or the point
    # rooms; place site, people rooms, party the one that had them; none once the site has closed
    ROOMS_LEFT = 32  # given up, airing begins
    ROOMS_AIRED = 30  # airing ended, cleaning begins or queues
    ROOMS_FREE = 31  # ready for others; at once where nobody came to use them
    # sites; place site, value rooms
    SITE_PREPARING = 40
    SITE_OPENED = 41
    SITE_STOPPED = 42
    SITE_READMITTED = 43
    SITE_CLOSED = 44
    INTAKE_ENDED = 46  # the time of a cohort is over
    INTAKE_BEGAN = 47  # the cohort's rooms are all free again
    SITE_LOST = 48
    SITE_SHUT = 49  # takes nobody in for a time
    SITES_EXHAUSTED = 45  # the reserve was short and no candidate was left (first time); place -1; or (reason
    # DISRUPTION) so many people = sites were to be prepared on order and are not on the list
    # ports; place port
    PORT_OPENED = 50
    PORT_CLOSED = 51
    # staff on duty; place pool
    SHIFT_BEGAN = 60  # people present, value those rostered
    SHIFT_ENDED = 61  # people present until now
    BRIGADE_CALLED = 62  # people called, value number of the team
    BRIGADE_ARRIVED = 63  # people
    BRIGADE_LEFT = 64  # people
    BRIGADE_ON_SHIFT = 65  # people of the brigade in this shift from now on
    STAFF_ADDED = 66  # people whom a disruption adds to this shift and later ones, below 0: who go again
    # coaches; place port, subject load
    LOAD_OPENED = 70  # value site
    LOAD_DUE = 71  # reason full, hold, next does not fit, site stopped
    BOARDING = 72  # people who board, value site: a coach and its escorts are taken
    COACH_ARRIVED = 73  # the ride to the site ended
    COACH_BACK = 74  # coach and escorts are at the point again
    COACH_READY = 75  # disinfected
    COACHES_OUT = 76  # people the number of coaches that go out of service, below 0: that come back
    COACHES_ADDED = 78  # people the number of coaches that come in addition, below 0: that go again
    LOAD_DISSOLVED = 77  # its site was lost before boarding, or all its people were found infected
    # hospital
    DISCHARGED = 80  # party the person's: a bed is free
    # calendar
    END_OF_WINDOW = 90
    HARD_STOP = 91


ALL_KINDS = tuple(Kind)
TASK_CODE = 128
"""Codes of tasks (`history.by_code`) are this and their class; kinds are below it."""


def round_number(second: int, kind: int) -> int:
    """Number of a round: its second × 100 + the kind of visit (in order of id), 99 for swabs."""
    return second * 100 + kind


SWAB_ROUND = 99


class Subject(IntEnum):
    """What `subject_id` counts. Task rows carry the class of the task."""

    NONE = 0
    PARTY = 1
    LOAD = 2
    PLACE = 3
    TASK_ESCORT = 10
    TASK_CHECK_IN = 11
    TASK_RELEASE = 12
    TASK_REGISTRATION = 13
    TASK_SWAB = 14
    TASK_VISIT = 15
    TASK_CLEANING = 16


class Reason(IntEnum):
    """Why. 0 for rows that need none."""

    NONE = 0
    FULL = 1
    HOLD = 2
    NEXT_DOES_NOT_FIT = 3
    SITE_STOPPED = 4
    TOO_LARGE_FOR_A_COACH = 5
    TOO_LARGE_FOR_ANY_SITE = 6
    OVERTAKEN_FOR_4_HOURS = 7
    BY_DATE = 8
    RESERVE = 9
    REVIEW = 10
    END_OF_WINDOW = 11
    NEXT_ROUND = 12
    ROOM_LEFT = 13
    BY_RESULT = 14
    BY_SYMPTOMS = 15
    DETECTED = 16
    DISRUPTION = 17
    WAS_LOST = 18
    SEEN_ON_ARRIVAL = 19
    BY_ARRIVAL_TEST = 20


@dataclass(frozen=True)
class EventLog:
    """The history of one replication."""

    rows: NDArray[np.void]
    """Structured array of LOG_DTYPE, in the order executed."""
    places: Places
    window_end: int
    """Second at which the window W ends."""
    hard_stop: int
    """Second of the hard stop: W + 60 days."""
    replication: int

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """The kind of each row, side by side: rows are wide, and to look for kinds in them reads all of the log."""
        return self.rows["kind"].astype(np.uint8)

    def of(self, *kinds: Kind) -> NDArray[np.void]:
        """Rows of these kinds, in order."""
        wanted = np.zeros(256, dtype=bool)
        wanted[list(kinds)] = True
        return self.rows.take(np.flatnonzero(wanted[self.kinds]))

    def to_frame(self) -> pd.DataFrame:
        """The log as a table with words for kinds, subjects, places and reasons; numbers stay beside them."""
        import pandas as pd  # noqa: PLC0415  heavy: only when a table is asked for

        frame = pd.DataFrame({name: self.rows[name] for name in COLUMNS})
        frame["kind"] = frame["kind"].map({k.value: k.name.lower() for k in Kind})
        frame["subject"] = frame["subject"].map({k.value: k.name.lower() for k in Subject})
        frame["place"] = [self.places.ids[p] if p >= 0 else "" for p in self.rows["place"]]
        frame["reason"] = frame["reason"].map({k.value: k.name.lower() for k in Reason})
        return frame

    def __iter__(self) -> Iterator[np.void]:
        return iter(self.rows)
