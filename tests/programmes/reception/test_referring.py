"""The life of a referral, and everything known of someone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import OperatorError
from cigem_core.model.employment import JobSeeker
from cigem_core.model.identity import Identity, Sex
from cigem_core.model.migrants import Migrant
from cigem_core.model.referral_life import DECIDES, LIFE, check_reorientation, check_unseen, is_answered, moved
from cigem_core.model.referrals import Decision, Referral, ReferralAnswer, ReferralState, follow
from cigem_core.model.refs import Ref
from cigem_core.model.values import Occupation, Phone
from cigem_core.programmes.reception.view import Telling, gather, since

AWA = Ref("centre", "migrant", "MG-2009-0001")
SENT = Referral(reference="OR-2009-0001", to="anpe", subject=AWA, occupation=Occupation("7212"), referred_on=date(2009, 10, 1))


def test_every_state_is_reached_and_every_act_leads_to_one():
    """The table is closed: its states are those there are, and from the first each of them can be reached."""
    reached, waiting = set(), [ReferralState.WAITING]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += LIFE.moves.get(state, {}).values()

    assert reached == set(ReferralState)
    assert set(DECIDES.values()) == set(Decision)


ACTS = st.lists(st.sampled_from(["send", "withdraw", "reorient", *DECIDES]), max_size=12)


@given(ACTS)
def test_the_fold_of_what_was_kept_is_the_path_through_the_table(acts):
    """What the acts leave behind (answers, a withdrawal, a successor) says the state the table says."""
    referral, answers, is_sent, is_reoriented = SENT, [], False, False
    state = ReferralState.WAITING
    for day, act in enumerate(acts, start=1):
        one = follow(referral, answers, is_sent=is_sent, is_reoriented=is_reoriented)
        assert one.state is state
        if act not in LIFE.possible(state):
            with pytest.raises(OperatorError, match="possible:"):
                moved(one, act)
            continue
        state = moved(one, act)
        if act == "withdraw":
            from attrs import evolve

            referral = evolve(referral, withdrawn_on=date(2009, 10, day))
        elif act == "send":
            is_sent = True
        elif act == "reorient":
            is_reoriented = True
        else:
            answers.append(ReferralAnswer(referral="OR-2009-0001", decision=DECIDES[act], decided_on=date(2009, 10, day)))
    assert follow(referral, answers, is_sent=is_sent, is_reoriented=is_reoriented).state is state


def test_what_nobody_answered_in_time_has_expired_until_it_is_answered():
    received = ReferralAnswer(referral="OR-2009-0001", decision=Decision.RECEIVED)
    accepted = ReferralAnswer(referral="OR-2009-0001", decision=Decision.ACCEPTED)

    assert follow(SENT, [received], is_sent=True, due_on=date(2009, 10, 15), on=date(2009, 10, 16)).state is ReferralState.EXPIRED
    assert (
        follow(SENT, [received, accepted], is_sent=True, due_on=date(2009, 10, 15), on=date(2009, 10, 16)).state
        is ReferralState.ACCEPTED
    )
    assert not is_answered([received])
    assert is_answered([received, accepted])


def test_an_impossible_move_names_the_possible_ones():
    one = follow(SENT, [], is_sent=False)

    with pytest.raises(OperatorError, match="accept is not possible in the state 'waiting'; possible: send, withdraw"):
        moved(one, "accept")


def test_nobody_is_referred_twice_for_the_same_need_unseen():
    from attrs import evolve

    again = evolve(SENT, reference="OR-2009-0002")
    held = follow(SENT, [], is_sent=True)

    with pytest.raises(OperatorError, match="for the same need already: OR-2009-0001"):
        check_unseen(again, [held])
    check_unseen(evolve(again, occupation=Occupation("7213")), [held])
    check_unseen(evolve(again, to="fafpa"), [held])
    check_unseen(again, [follow(evolve(SENT, withdrawn_on=date(2009, 10, 2)), [], is_sent=False)])
    with pytest.raises(OperatorError, match="is at anpe already"):
        check_reorientation(held, "anpe")


def test_contradictions_stand_side_by_side_with_their_sources_and_days():
    """Nothing is overwritten, and the order of a list is no contradiction."""
    phones = (Phone("+22370000001"), Phone("+22370000002"))
    own = Migrant(reference="MG-2009-0001", identity=Identity(family_name="Traoré", phones=phones), languages=("bambara",))
    theirs = JobSeeker(
        reference="ANS-1", identity=Identity(family_name="Traore", sex=Sex.FEMALE, phones=phones[::-1]), remarks="vient le lundi"
    )
    day, other = date(2009, 10, 1), date(2009, 9, 1)

    known = {
        one.name: one
        for one in gather(
            [
                Telling(source="centre:migrant:MG-2009-0001", record=own, since={"identity.family_name": day}),
                Telling(source="anpe:job_seeker:ANS-1", record=theirs, since={"identity.family_name": other}),
            ]
        )
    }

    name = known["identity.family_name"]
    assert [(said.value, said.source, said.on) for said in name.said] == [
        ("Traoré", "centre:migrant:MG-2009-0001", day),
        ("Traore", "anpe:job_seeker:ANS-1", other),
    ]
    assert name.is_contradicted
    assert not known["identity.phones"].is_contradicted
    assert not known["identity.sex"].is_contradicted
    assert "job_seeker.remarks" in known
    assert next(iter(known)) == "identity.family_name"
    assert not any(name in known for name in ("reference", "job_seeker.reference"))


@given(st.lists(st.tuples(st.dates(), st.dictionaries(st.sampled_from("ab"), st.integers(0, 2))), max_size=8))
def test_a_value_is_known_since_the_day_it_was_last_changed_to(versions):
    """As walking back through the history shows."""
    found = since(versions)

    for name, on in found.items():
        told = [(day, content[name]) for day, content in versions if name in content]
        at = len(told) - 1
        while at > 0 and told[at - 1][1] == told[-1][1]:
            at -= 1
        assert on == told[at][0]
