"""The table of random streams, and the one function that draws from them.

A draw is a function of (seed, replication, stream, place, day, number, occasion) and of nothing else: not of the
scenario, of the order of calls, of other draws or of the engine. Stream numbers are fixed for good; a new use takes a
new number. Philox gives four words at a time, so four streams with the same kind of entity share a block (stream // 4)
and are drawn together.
"""

from __future__ import annotations

import hashlib
import sys
from enum import IntEnum
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.sampling.philox import Words, philox, to_uniform

Counter = tuple[Words, Words, Words]


class Stream(IntEnum):
    """Fixed numbers: block = number // 4, word of the block = number % 4."""

    # block 0: hand-over groups; entity (port, day, group)
    GROUP_GAP = 0
    GROUP_TIME = 1
    GROUP_PARTIES = 2
    # block 1: parties; entity (port, day, group, party)
    PARTY_SIZE = 4
    NOT_DIVERTED = 5
    REGISTRATION = 6
    # block 2: parties and pieces of them at a site; entity (port, day, group, party, first person)
    CHECK_IN = 8
    RELEASE = 9
    ASSIGNED_SITE = 10
    # block 3: days; entity (port, day)
    DAY_LEVEL = 12
    # block 4: slots of a shift; entity (pool, date, start, slot)
    ABSENCE = 16
    # blocks 5 to 7: health of a person; entity (port, day, group, party, person)
    INFECTED = 20
    INFECTION_AGE = 21
    INCUBATION = 22
    ASYMPTOMATIC = 23
    HOSPITAL_STAY = 24
    INFECTED_TOGETHER = 25
    SYMPTOM_REPORT = 26
    SEEN_ON_ARRIVAL = 27
    # block 7: tests; entity person, occasion the number of the test
    TEST_RESULT = 28
    ARRIVAL_TEST = 29
    # block 8: hand-over groups that a disruption adds; entity (port and moments, day, group)
    ADDED_GAP = 32
    ADDED_TIME = 33
    ADDED_PARTIES = 34
    # block 9: hand-over groups that find a port shut; entity (port, day, group)
    POSTPONED = 36
    POSTPONED_TIME = 37
    # block 10: parties of a timetable; entity (port and label, date, minute of the day, party)
    TIMETABLE_TIME = 40
    # block 11: people booked there; entity (…, person)
    SHOWS_UP = 44
    # block 12: stays; entity (port, day, group, party), occasion how often the stay has begun again
    STAY = 48


def place_key(identifier: str) -> int:
    """The integer that stands for a port or pool in draws: 64 bits of a digest of its id, so that adding, removing or
    reordering others changes nothing.
    """
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest(), "little")


def entity_number(group: ArrayLike, party: ArrayLike = 0, person: ArrayLike = 0) -> NDArray[np.uint64]:
    """Number of a group (below 2**32), of a party in it or of a person in that (each below 2**16)."""
    low, middle, high = (np.asarray(x, dtype=np.uint64) for x in (group, party, person))
    return np.asarray(low | (middle << np.uint64(32)) | (high << np.uint64(48)))


class Draws:
    """The draws of one replication; holds the key and nothing that changes."""

    def __init__(self, seed: int, replication: int) -> None:
        if not (0 <= seed < 2**63 and 0 <= replication < 2**63):
            raise ValueError(f"seed and replication must be from 0 to 2**63 - 1, not {seed} and {replication}")
        self._key = (seed, replication)

    def block(
        self, block: int, place: ArrayLike, day: ArrayLike, number: ArrayLike, occasion: ArrayLike = 0
    ) -> tuple[NDArray[np.float64], ...]:
        """Uniform numbers in (0, 1) of the four streams of a block, one for each entity.

        `place` holds place keys, `day` day numbers (date.toordinal()), `number` entity numbers, `occasion` counts from
        0; they broadcast against each other.
        """
        counter = _counter(place, day, number, occasion)
        quick = _compiled()
        if quick is not None:
            made: tuple[NDArray[np.float64], ...] = quick.uniforms(counter, block, self._key)
            return made
        return tuple(to_uniform(words) for words in self._words(counter, block))

    def uniform(
        self, stream: Stream, place: ArrayLike, day: ArrayLike, number: ArrayLike, occasion: ArrayLike = 0
    ) -> NDArray[np.float64]:
        """Uniform numbers in (0, 1) of one stream, one for each entity."""
        counter = _counter(place, day, number, occasion)
        quick = _compiled()
        if quick is not None:
            made: NDArray[np.float64] = quick.uniform(counter, stream // 4, self._key, stream % 4)
            return made
        return to_uniform(self._words(counter, stream // 4)[stream % 4])

    def _words(self, counter: Counter, block: int) -> tuple[Words, ...]:
        return philox((*counter, np.full_like(counter[0], block)), self._key)


def _counter(place: ArrayLike, day: ArrayLike, number: ArrayLike, occasion: ArrayLike) -> Counter:
    """The first three words of the generator's counter; the fourth is the block."""
    arrays = np.broadcast_arrays(*(np.asarray(x, dtype=np.uint64) for x in (place, day, number, occasion)))
    places, days, numbers, occasions = (np.ascontiguousarray(x) for x in arrays)
    return numbers, days | (occasions << np.uint64(32)), places


def _compiled() -> ModuleType | None:
    """The compiled rounds, once something else (the compiled engine) has loaded the compiler into this process: loading
    it takes longer than a few samples. The numbers are the same to the bit.
    """
    if "numba" not in sys.modules:
        return None
    from sim.sampling import philox_compiled  # noqa: PLC0415  numba is loaded already

    return philox_compiled if philox_compiled.ready() else None
