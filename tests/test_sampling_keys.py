"""Draws are a function of (seed, replication, stream, entity, occasion) and of nothing else."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sampling_case import FIRST, like_the_case, port

from sim.sampling import Sample, group_of, sample
from sim.sampling.philox import philox, to_uniform
from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
COLUMNS = ("party_port", "party_second", "party_size", "party_diverted", "registration_factor")
PERSON_COLUMNS = ("person_number", "check_in_factor", "release_factor")
TOP = 2**64 - 1
SERVICE = {"minutes": {"kind": "lognormal", "mean": 12.0, "cv": 0.6}, "further_person_minutes": 6.0}


@pytest.mark.parametrize("key", [(0, 0), (1, 0), (0, 1), (2**63 - 1, 12_345), (TOP, TOP)])
@pytest.mark.parametrize(
    "counter", [(0, 0, 0, 0), (1, 2, 3, 4), (TOP, 7, 8, 9), (TOP, TOP, TOP, 5), (2**32, 0, TOP, 1)]
)
def test_philox_is_numpys_word_by_word(key: tuple[int, int], counter: tuple[int, int, int, int]) -> None:
    """numpy adds 1 to the 256-bit counter before each block of four words; ours takes the counter as it is. Eight
    blocks, so that carries into the next word occur."""
    whole = sum(word << (64 * i) for i, word in enumerate(counter))
    following = [(whole + 1 + step) % 2**256 for step in range(8)]
    words: Any = tuple(np.array([(c >> (64 * i)) & TOP for c in following], dtype=np.uint64) for i in range(4))
    generator = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=np.array(counter, dtype=np.uint64))
    expected = generator.random_raw(32).reshape(8, 4)
    assert np.array_equal(np.stack(philox(words, key), axis=1), expected)


@pytest.mark.parametrize("shape", [(0,), (1,), (5_000,), (7, 30), (3, 2, 5)])
@pytest.mark.parametrize("key", [(0, 0), (1, 12_345), (2**63 - 1, 2**63 - 1)])
def test_compiled_rounds_give_the_same_uniform_numbers(shape: tuple[int, ...], key: tuple[int, int]) -> None:
    """equality to the bit with the rounds on arrays, on counters all over the range and at its ends."""
    philox_compiled = pytest.importorskip("sim.sampling.philox_compiled")
    if not philox_compiled.ready():
        pytest.skip("the compiler is off")
    counter: Any = tuple(
        np.random.default_rng(i).integers(0, TOP, shape, dtype=np.uint64, endpoint=True) for i in range(3)
    )
    for word in counter:
        word.reshape(-1)[:3] = (0, TOP, 2**32 - 1)[: word.size]
    expected = [to_uniform(words) for words in philox((*counter, np.full(shape, 5, dtype=np.uint64)), key)]
    made = philox_compiled.uniforms(counter, 5, key)
    assert [u.tobytes() for u in made] == [u.tobytes() for u in expected]
    assert all(u.shape == shape for u in made)
    alone = [philox_compiled.uniform(counter, 5, key, word) for word in range(4)]
    assert [u.tobytes() for u in alone] == [u.tobytes() for u in expected]
    assert all(u.shape == shape for u in alone)


def test_draws_are_the_same_with_and_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality to the bit of every stream, whether the compiler is loaded or not."""
    pytest.importorskip("sim.sampling.philox_compiled")
    quick = [block(block=number) for number in range(8)]
    monkeypatch.delitem(sys.modules, "numba")
    plain = [block(block=number) for number in range(8)]
    assert [[u.tobytes() for u in words] for words in quick] == [[u.tobytes() for u in words] for words in plain]


def test_uniform_numbers_lie_strictly_between_0_and_1() -> None:
    """(k + 1/2) / 2^52 for the upper 52 bits k: 2^-53 from either end, so that no logarithm or quantile is infinite."""
    ends = to_uniform(np.array([0, TOP], dtype=np.uint64))
    assert ends.tolist() == [2.0**-53, 1 - 2.0**-53]


def block(**changes: Any) -> tuple[Floats, ...]:
    """A block of draws for entities 0 to 4,999, with one thing changed."""
    given = {"seed": 1, "replication": 0, "block": 1, "place": 7, "day": 737_487, "occasion": 0, **changes}
    numbers = np.arange(5_000) + given.get("shift", 0)
    draws = Draws(given["seed"], given["replication"])
    return draws.block(given["block"], given["place"], given["day"], numbers, given["occasion"])


@pytest.mark.parametrize("name", ["seed", "replication", "block", "place", "day", "occasion"])
def test_every_part_of_the_key_changes_the_draws(name: str) -> None:
    """No number of 5,000 stays the same when one part of the key grows by 1 (equal by chance: 10^-12)."""
    value = {"seed": 1, "replication": 0, "block": 1, "place": 7, "day": 737_487, "occasion": 0}[name] + 1
    assert not np.isin(block(**{name: value})[0], block()[0]).any()


def test_a_draw_does_not_depend_on_what_else_is_drawn_or_in_which_order() -> None:
    """One entity alone, all in reverse, and all together give the same numbers."""
    draws = Draws(3, 4)
    together = draws.block(2, 7, 100, np.arange(50))
    backwards = draws.block(2, 7, 100, np.arange(49, -1, -1))
    alone = [draws.uniform(Stream.RELEASE, 7, 100, i) for i in range(50)]
    for word in range(4):
        assert np.array_equal(backwards[word][::-1], together[word])
    assert np.array_equal(np.ravel(alone), together[Stream.RELEASE % 4])


def pairs() -> dict[str, tuple[Floats, Floats]]:
    """Pairs of draws that must be independent: streams of one block, and neighbours in each part of the key."""
    base = block()
    within = {f"words {i} and {j}": (base[i], base[j]) for i, j in itertools.combinations(range(4), 2)}
    near: dict[str, dict[str, int]] = {
        "seed": {"seed": 2}, "replication": {"replication": 1}, "block": {"block": 2}, "place": {"place": 8},
        "day": {"day": 737_488}, "occasion": {"occasion": 1}, "entity": {"shift": 1}, "seed 0": {"seed": 0},
    }  # fmt: skip
    return within | {name: (base[0], block(**change)[0]) for name, change in near.items()}


@pytest.mark.parametrize("name", list(pairs()))
def test_neighbouring_draws_are_independent(name: str) -> None:
    """Correlation within 4 standard errors of 0: |r| < 4 / sqrt(5,000)."""
    one, other = pairs()[name]
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(one))


def test_all_streams_of_seed_0_and_replication_0_are_random() -> None:
    """Seed 0 has once made a stream of zeros. Mean 1/2 and variance 1/12 within 4 standard errors, for each stream:
    se of the mean sqrt(1/12 / n), of the variance sqrt(1/180 / n) (fourth central moment 1/80 less 1/144)."""
    draws, numbers = Draws(0, 0), np.arange(5_000)
    for stream in Stream:
        u = draws.uniform(stream, place_key("gate"), FIRST.toordinal(), numbers)
        assert abs(u.mean() - 1 / 2) < 4 * np.sqrt(1 / 12 / len(u)), stream
        assert abs(u.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / len(u)), stream


def test_stream_numbers_are_all_different_and_fixed() -> None:
    """Numbers are part of every result: a change of this table changes all samples."""
    assert {s.name: s.value for s in Stream} == {
        "GROUP_GAP": 0, "GROUP_TIME": 1, "GROUP_PARTIES": 2, "PARTY_SIZE": 4, "NOT_DIVERTED": 5, "REGISTRATION": 6,
        "CHECK_IN": 8, "RELEASE": 9, "ASSIGNED_SITE": 10, "DAY_LEVEL": 12, "ABSENCE": 16, "INFECTED": 20,
        "INFECTION_AGE": 21, "INCUBATION": 22, "ASYMPTOMATIC": 23, "HOSPITAL_STAY": 24, "INFECTED_TOGETHER": 25,
        "SYMPTOM_REPORT": 26, "SEEN_ON_ARRIVAL": 27, "TEST_RESULT": 28, "ARRIVAL_TEST": 29, "ADDED_GAP": 32,
        "ADDED_TIME": 33, "ADDED_PARTIES": 34, "POSTPONED": 36, "POSTPONED_TIME": 37, "TIMETABLE_TIME": 40,
        "SHOWS_UP": 44, "STAY": 48,
    }  # fmt: skip


def test_entities_have_different_numbers() -> None:
    """Group, party and person each have bits of their own, up to their largest."""
    parts = ([0, 1, 2**32 - 1], [0, 1, 2**16 - 1], [0, 1, 2**16 - 1])
    numbers = [int(entity_number(*some)) for some in itertools.product(*parts)]
    assert len(set(numbers)) == 27


def test_a_negative_seed_or_replication_is_refused() -> None:
    for seed, replication in ((-1, 0), (0, -1), (2**63, 0)):
        with pytest.raises(ValueError, match="seed and replication must be"):
            sample(like_the_case(), seed=seed, replication=replication)


def parties(drawn: Sample, names: tuple[str, ...] = COLUMNS) -> dict[int, tuple[Any, ...]]:
    """What was drawn for each party, by its number, with the factors of its persons."""
    columns = [getattr(drawn, name).tolist() for name in names]
    numbers = drawn.person_number[drawn.party_first_person].tolist()
    persons = list(zip(drawn.check_in_factor.tolist(), drawn.release_factor.tolist(), strict=True))
    ends = (drawn.party_first_person + drawn.party_size).tolist()
    found = {}
    for number, first, end, *rest in zip(numbers, drawn.party_first_person.tolist(), ends, *columns, strict=True):
        found[number] = (*rest, tuple(persons[first:end]))
    assert len(found) == len(numbers)
    return found


def scenario(**changes: Any) -> Scenario:
    """Two ports like those of the case, everything drawn."""
    ports = {"bay": port(15.0, not_diverted_share=0.3), "gate": port(25.0, not_diverted_share=0.1)}
    given = {"registration": SERVICE, "check_in": SERVICE, "release": {"minutes": SERVICE}, **changes}
    return like_the_case(ports=given.pop("ports", ports), **given)


def drawn(**changes: Any) -> Sample:
    return sample(scenario(**changes), seed=5, replication=2)


@pytest.mark.parametrize("factor", [1.001, 1.5, 10.0])
def test_more_arrivals_add_parties_and_leave_all_others_as_they_were(factor: float) -> None:
    """Every party of the smaller number of arrivals is there in the larger, with the same second, size and factors."""
    few, many = parties(drawn()), parties(drawn(factor=factor))
    assert few.items() <= many.items()
    assert len(few) > 100
    assert len(many) > len(few) or factor == 1.001


def test_more_arrivals_at_one_port_change_nothing_at_the_other() -> None:
    busier = {"bay": port(15.0, not_diverted_share=0.3), "gate": port(50.0, not_diverted_share=0.1)}
    before, after = parties(drawn()), parties(drawn(ports=busier))
    assert {n: p for n, p in before.items() if p[0] == 0} == {n: p for n, p in after.items() if p[0] == 0}


SITES = {"candidates": {"inn": {"number": 1, "rooms": 9, "ride_minutes": {"bay": 20.0, "gate": 30.0}}}}
CREW = {"crew": {"headcount": 30, "shifts": {"all": {"start": "06:00", "hours": 12.0, "share": 1.0}}}}


@pytest.mark.parametrize(
    "change",
    [
        {"stay": {"days": 28.0}},
        {"pools": CREW},
        {"sites": SITES},
        {"coaches": {"seats": 33, "hold_minutes": 60.0}},
        {"rooms": {"per": "person"}},
        {"window": {"from_day": FIRST, "to_day": FIRST}},
        {"title": "another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_stay_staff_sites_and_coaches_change_no_draw(change: dict[str, Any]) -> None:
    """The whole sample is the same, number by number."""
    one, other = drawn(), drawn(**change)
    for name in (*COLUMNS, *PERSON_COLUMNS, "party_first_person"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_the_order_of_keys_in_the_file_changes_no_draw() -> None:
    turned = {"gate": port(25.0, not_diverted_share=0.1), "bay": port(15.0, not_diverted_share=0.3)}
    one, other = drawn(), drawn(ports=turned)
    for name in (*COLUMNS, *PERSON_COLUMNS):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_another_port_changes_nothing_at_the_ports_there_are() -> None:
    """A port that comes first in the alphabet moves the numbers of ports, not what is drawn for them."""
    columns = tuple(name for name in COLUMNS if name != "party_port")
    three = scenario().model_dump(by_alias=True, exclude_none=True)["ports"] | {"aero": port(30.0)}
    with_aero = drawn(ports=three)
    for before, after in ((0, 1), (1, 2)):
        old = [p for p in parties(drawn()).values() if p[0] == before]
        new = [p for p in parties(with_aero, ("party_port", *columns)).values() if p[0] == after]
        assert [p[1:] for p in old] == [p[1:] for p in new]


def test_a_longer_window_adds_days_and_changes_none() -> None:
    """The last day's night is the same too: this port is open all day, and hand-overs belong to its day."""
    short, long = parties(drawn(days=10)), parties(drawn(days=12))
    assert short.items() <= long.items()
    assert all(p[1] >= 10 * 86_400 for n, p in long.items() if n not in short)


def test_a_window_that_begins_later_meets_the_same_travellers() -> None:
    """Draws belong to dates: the second day of one window is the first of the other."""
    later = FIRST + dt.timedelta(days=1)
    whole, rest = parties(drawn()), parties(drawn(first_day=later))
    moved = {n: (p[0], p[1] - 86_400, *p[2:]) for n, p in whole.items() if p[1] >= 86_400}
    assert moved == rest


def test_a_larger_share_not_diverted_adds_to_those_sent_on() -> None:
    """Nobody who was sent on at 10 % is diverted at 30 %, and nothing else changes."""
    shares = (0.1, 0.3)
    few, many = (drawn(ports={"gate": port(40.0, not_diverted_share=share)}) for share in shares)
    assert (many.party_diverted <= few.party_diverted).all()
    assert many.party_diverted.sum() < few.party_diverted.sum()
    assert np.array_equal(few.party_second, many.party_second)


def test_durations_of_one_step_change_no_draw_of_another() -> None:
    """Registration exponential in place of lognormal: other factors of registration, all else the same."""
    other = {"minutes": {"kind": "exponential", "mean": 12.0}}
    one, two = drawn(), drawn(registration=other)
    assert not np.isin(one.registration_factor, two.registration_factor).any()
    for name in (*COLUMNS[:-1], *PERSON_COLUMNS):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


def test_no_two_replications_and_no_two_seeds_are_alike() -> None:
    """Replications 0 to 9 of seeds 0 to 2, and seed and replication swapped: 30 different samples (seconds of day)."""
    made = [sample(scenario(), seed=s, replication=r).party_second.tolist() for s in range(3) for r in range(10)]
    assert len({tuple(seconds) for seconds in made}) == 30


def test_the_same_seed_and_replication_give_the_same_sample() -> None:
    one, other = drawn(), drawn()
    for name in (*COLUMNS, *PERSON_COLUMNS):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_party_numbers_are_even_different_and_in_order_of_the_sample() -> None:
    """The last bit is for a person who leaves a party alone."""
    numbers = drawn().person_number
    assert (numbers % 2 == 0).all()
    assert (np.diff(numbers) > 0).all()


def test_the_day_and_the_group_of_a_party_can_be_read_from_its_number() -> None:
    """Days since 1970 of the hand-over; groups of a day counted from 0, and none of a group's parties lost."""
    made = drawn(groups={"kind": "constant", "parties": 3})
    day, group = group_of(made.person_number[made.party_first_person])
    first = (FIRST - dt.date(1970, 1, 1)).days
    np.testing.assert_array_equal(day - first, made.party_second // 86_400)
    counts = np.bincount(group[day == first])
    assert len(counts) > 1
    assert (counts == 3).all()


def test_each_party_of_a_group_and_each_person_of_a_party_has_draws_of_its_own() -> None:
    """No two parties share a factor of registration, no two persons one of check-in or check-out."""
    made = drawn(groups={"kind": "constant", "parties": 3}, party_size_weights=(0.0, 0.0, 1.0))
    assert len(made.party_size) > 100
    for name in ("registration_factor", "check_in_factor", "release_factor"):
        values = getattr(made, name)
        assert len(np.unique(values)) == len(values), name
