"""Reception's rules: groups that arrive, situations over time, names, evidence, projects."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import OperatorError
from cigem_core.model.arrivals import Arrival, Presence, Registration
from cigem_core.model.identity import Identity
from cigem_core.model.kinship import Kinship, doubles, likenesses, proofs_between
from cigem_core.model.migrants import Condition, Migrant, NextLeg
from cigem_core.model.names import answers_to, words
from cigem_core.model.projects import IndividualProject, ProjectResult
from cigem_core.model.values import Phone
from cigem_core.programmes.reception.groups import check_absences, headcount
from cigem_core.programmes.reception.names import names_of, same_names
from cigem_core.programmes.reception.projecting import check_none_open, check_open, closed, late, next_step, revised, settled
from cigem_core.programmes.reception.situations import begin, end, holding, leave, needs_project, overdue
from cigem_core.testing import people

ON = date(2009, 10, 1)


# --- groups --------------------------------------------------------------------------------------------------------------


def group(announced, absent, *presences):
    arrival = Arrival(reference="AR-2009-0001", announced=announced, absent=absent)
    return arrival, [Registration(arrival="AR-2009-0001", number=n, presence=p) for n, p in enumerate(presences, start=1)]


@given(st.integers(0, 20), st.integers(0, 5), st.lists(st.sampled_from(list(Presence)), max_size=25))
def test_those_announced_came_did_not_come_or_are_expected(announced, absent, presences):
    """Whatever is recorded: refused where more would be absent than can be, balanced everywhere else."""
    arrival, registrations = group(announced, absent, *presences)
    gone = absent + presences.count(Presence.ABSENT)
    came = presences.count(Presence.RECEIVED)

    if gone > max(0, announced - came):
        with pytest.raises(OperatorError, match="did not come"):
            check_absences(arrival, registrations)
        return
    check_absences(arrival, registrations)
    count = headcount(arrival, registrations)

    assert count.announced == count.received + count.absent + count.expected
    assert min(count.received, count.absent, count.expected, count.unannounced) >= 0
    assert (count.present, count.absent) == (came, gone)


def test_nobody_at_the_door_is_refused():
    """Three came of two announced: one of them was announced by nobody."""
    count = headcount(*group(2, None, *[Presence.RECEIVED] * 3))

    assert (count.received, count.expected, count.unannounced) == (2, 0, 1)


# --- situations ----------------------------------------------------------------------------------------------------------

DAYS = st.integers(0, 60).map(lambda days: ON + timedelta(days=days))


@given(st.lists(st.tuples(st.sampled_from(list(Condition)), DAYS, st.none() | DAYS), max_size=8), DAYS)
def test_several_situations_hold_at_once_but_none_twice(wanted, day):
    held = []
    for condition, since, until in wanted:
        try:
            held.append(begin(held, "MG-2009-0001", condition, since=since, until=until, leg=None))
        except OperatorError:
            continue

    conditions = [one.condition for one in holding(held, day)]
    assert len(set(conditions)) == len(conditions)
    assert [one.number for one in held] == list(range(1, len(held) + 1))


def test_who_only_passes_through_needs_no_project_until_they_stay():
    """Where to, by when, and whether they left."""
    leg = NextLeg(place="Nioro", leaves_by=date(2009, 10, 5))
    transit = begin([], "MG-2009-0001", Condition.IN_TRANSIT, since=ON, until=None, leg=leg)

    assert not needs_project([transit], ON)
    assert overdue([transit], date(2009, 10, 5)) == []
    assert overdue([transit], date(2009, 10, 6)) == [transit]
    left = leave([transit], "MG-2009-0001", on=date(2009, 10, 6))
    assert (left.leg.left_on, left.until) == (date(2009, 10, 6), date(2009, 10, 6))
    assert overdue([left], date(2009, 10, 7)) == []
    stays = begin([transit], "MG-2009-0001", Condition.RETURNING, since=ON, until=None, leg=None)
    assert needs_project([transit, stays], ON)
    assert needs_project([], ON)


def test_an_end_that_cannot_be_says_what_holds():
    student = begin([], "MG-2009-0001", Condition.STUDENT, since=ON, until=None, leg=None)

    with pytest.raises(OperatorError, match="situations on that day: student"):
        end([student], "MG-2009-0001", Condition.RETURNING, on=ON)
    with pytest.raises(OperatorError, match="is 'student' since 2009-10-01 already"):
        begin([student], "MG-2009-0001", Condition.STUDENT, since=ON, until=None, leg=None)


# --- names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("traore awa", True), ("AWA TRA", True), ("awa", True), ("raor", True), ("awa awa", False), ("awa diarra", False),
        ("N'Diaye", False), ("", False), ("jean noel", False),
    ],
)  # fmt: skip
def test_names_are_found_in_any_order_without_accents_and_by_a_part(asked, found):
    migrant = Migrant(reference="MG-2009-0001", identity=Identity(family_name="Traoré", given_names="Awa"))

    assert answers_to(words(asked), names_of(migrant)) is found


@given(people.names(), people.names(people.GIVEN), st.randoms())
def test_whatever_part_of_a_name_is_asked_in_whatever_order_it_is_found(family, given_names, random):
    """In capitals, too."""
    names = list(words(family, given_names))
    parts = [name[random.randrange(len(name)) :] for name in names]
    random.shuffle(parts)

    assert not parts or answers_to(words(" ".join(parts).upper()), names)


def test_a_nickname_is_a_name():
    assert answers_to(words("BLEU"), names_of(Migrant(reference="MG-2009-0001", known_as="le bleu")))
    assert not same_names(Identity(), Identity())
    assert same_names(Identity(family_name="Awa", given_names="TRAORE"), Identity(family_name="Traoré", given_names="Awa"))


# --- evidence ------------------------------------------------------------------------------------------------------------

AWA = Identity(family_name="Traoré", given_names="Awa", nina="1234 567", phones=(Phone("+22370123456"),))


@pytest.mark.parametrize(
    ("other", "proofs"),
    [
        (Identity(nina="1234567"), (Kinship.SAME_NINA,)),
        (Identity(family_name="AWA", given_names="Traore", phones=(Phone("+22370123456"),)), (Kinship.SAME_PHONE_AND_NAMES,)),
        (Identity(family_name="Traoré", given_names="Awa"), ()),
        (Identity(family_name="Keita", phones=(Phone("+22370123456"),)), ()),
        (Identity(phones=(Phone("+22370123456"),)), ()),
        (Identity(nina=" - "), ()),
        (None, ()),
    ],
)
def test_only_plain_evidence_suggests_that_two_are_one(other, proofs):
    """A phone alone is a family's; names alone are a village's."""
    assert proofs_between(AWA, other) == proofs
    assert bool(likenesses(AWA, [Migrant(reference="MG-2009-0002", identity=other)])) is bool(proofs)


@given(st.lists(st.builds(Identity, family_name=st.sampled_from("AB"), nina=st.none() | st.sampled_from(["1", "2"])), max_size=6))
def test_every_pair_is_found_once_as_comparing_each_with_each_finds_it(identities):
    held = [Migrant(reference=f"MG-2009-{n:04d}", identity=one) for n, one in enumerate(identities)]
    expected = [
        (one, other, proofs)
        for at, one in enumerate(held)
        for other in held[at + 1 :]
        if (proofs := proofs_between(one.identity, other.identity))
    ]

    assert doubles(held) == expected


# --- projects ------------------------------------------------------------------------------------------------------------

PROJECT = IndividualProject(reference="PI-2009-0001", migrant="MG-2009-0001", opened_on=ON, trade="soudure")


def test_one_project_is_open_at_a_time():
    check_none_open([], "MG-2009-0001")
    with pytest.raises(OperatorError, match="has an open project already, PI-2009-0001; revise it"):
        check_none_open([PROJECT], "MG-2009-0001")
    check_none_open([closed(PROJECT, ProjectResult.ACHIEVED, on=ON, outcome=None)], "MG-2009-0001")


def test_a_closed_project_says_when_it_closed_and_how_to_open_another():
    ended = closed(PROJECT, ProjectResult.ABANDONED, on=date(2009, 12, 1), outcome=None)

    for act in (
        check_open,
        lambda p: revised(p, "x", trade="maçonnerie"),
        lambda p: next_step(p, [], "x", due_on=None, helper=None),
    ):
        with pytest.raises(
            OperatorError, match="PI-2009-0001 closed on 2009-12-01; open another: cigem projects open MG-2009-0001"
        ):
            act(ended)
    with pytest.raises(OperatorError, match="was not open on that day"):
        closed(PROJECT, ProjectResult.ACHIEVED, on=date(2009, 9, 1), outcome=None)


def test_what_a_revision_does_not_say_stays():
    new = revised(PROJECT, "a trouvé un local", town="Kayes", trade=None)

    assert (new.town, new.trade, new.revised_because) == ("Kayes", "soudure", "a trouvé un local")
    with pytest.raises(OperatorError, match="say what changes"):
        revised(PROJECT, "x", trade=None)


def test_steps_are_done_or_given_up_once():
    first = next_step(PROJECT, [], "devis", due_on=date(2009, 10, 5), helper="awa")

    assert late([first], date(2009, 10, 6)) == [first]
    done = settled(first, done_on=date(2009, 10, 6))
    assert late([done], date(2009, 10, 7)) == []
    with pytest.raises(OperatorError, match="was done on 2009-10-06"):
        settled(done, dropped_on=ON)
    assert next_step(PROJECT, [done], "local", due_on=None, helper=None).number == 2
    assert evolve(first, number=2).number == 2
