"""Wordings of conventions: as hypothesis makes them, any clauses, written in any way that can be applied; and a plain one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from cigem_core.model.axes import AXES, AxisDeclaration
from cigem_core.model.conventions import Agency, Clause, Convention, Signature
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.fields import Kind, kind_of
from cigem_core.model.obligations import Obligation
from cigem_core.model.referrals import Referral
from cigem_core.text import Text

FIRST = date(2009, 1, 1)
KINDS = tuple(map(kind_of, (JobSeeker, JobOffer, Referral)))
DAYS = st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n))
WORDS = st.text(st.characters(categories=("L", "N"), include_characters=" '«»-"), min_size=1, max_size=12)
TEXTS = st.builds(Text, fr=WORDS, en=WORDS)
FOURTH = AxisDeclaration(code="bourses", name=Text(fr="bourses", en="grants"))


def agreed(agency: str, **fields: list[str]) -> Convention:
    """A convention with one clause, that lets some fields of some kinds come in."""
    clause = Clause(
        article="art. 1", axis="reception", direction="pull", fields={kind: tuple(names) for kind, names in fields.items()}
    )
    return Convention(
        reference=f"{agency.upper()}-2009", agency=Agency(code=agency, name=Text(fr=agency, en=agency)),
        title=Text(fr="Convention", en="Convention"), signed=Signature(on=FIRST, certainty="inferred"), begins=FIRST,
        clauses=(clause,),
    )  # fmt: skip


def _names(kind: Kind) -> list[str]:
    """What may be written of a kind: everything, its groups, its fields."""
    groups = {name.rpartition(".")[0] for name in kind.fields if "." in name}
    return ["*", *sorted(groups), *kind.fields]


def fields_of(kind: Kind) -> st.SearchStrategy[tuple[str, ...]]:
    """Entries read in order, which hide no key and no required field."""
    held = tuple(f.name for f in kind.fields.values() if f.is_key or f.is_required)
    entry = st.tuples(st.sampled_from(["", "", "!"]), st.sampled_from(_names(kind))).map("".join)
    return st.one_of(st.just(("*",)), st.lists(entry, max_size=5).map(lambda written: (*written, *held)))


@st.composite
def clauses(draw: Any, *, direction: str | None = None, axes: tuple[Any, ...] = (*AXES, FOURTH.axis)) -> Clause:
    kinds = draw(st.lists(st.sampled_from(KINDS), unique=True, min_size=1))
    return Clause(
        article=f"art. {draw(st.integers(1, 9))}", axis=draw(st.sampled_from(axes)),
        direction=direction or draw(st.sampled_from(["pull", "push", "onward"])),
        fields={kind.name: draw(fields_of(kind)) for kind in kinds},
        cargo=draw(st.sampled_from([False, False, True, ("Vu le",)])),
        purpose=draw(st.sampled_from([None, "https://w3id.org/dpv#ServiceProvision"])),
    )  # fmt: skip


def obligations(agency: str) -> st.SearchStrategy[Obligation]:
    every, days = st.sampled_from(["month", "quarter", "year"]), st.integers(0, 60)
    of = st.sampled_from([agency, "centre"])
    return st.one_of(
        st.builds(Obligation, article=st.just("art. 8"), of=st.just(agency), owes=st.just("answer-referrals"), within_days=days),
        st.builds(Obligation, article=st.just("art. 8"), of=of, owes=st.just("meeting"), every=every),
        st.builds(
            Obligation, article=st.just("art. 9"), of=of, owes=st.just("return"), kind=st.just("job_seeker"), every=every,
            within_days=days,
        ),
        st.builds(
            Obligation, article=st.just("art. 9"), of=st.just(agency), owes=st.just("seats"), every=every,
            places=st.integers(1, 30),
        ),
    )  # fmt: skip


@st.composite
def wordings(draw: Any, *, reference: str = "C-1", agency: str = "chambre") -> Convention:
    """A wording, an amendment or not."""
    begins = draw(DAYS)
    made = draw(st.lists(clauses(), max_size=4))
    effect = draw(st.none() | st.integers(0, 300))
    return Convention(
        reference=reference, agency=Agency(code=agency, name=draw(TEXTS)), title=draw(TEXTS),
        signed=Signature(
            on=begins, certainty=draw(st.sampled_from(["stated", "stated", "inferred"])), because=draw(st.none() | TEXTS)
        ),
        begins=begins, ends=draw(st.none() | st.integers(0, 900).map(lambda n: begins + timedelta(days=n))),
        illustrative=draw(st.none() | TEXTS), clauses=tuple(made),
        obligations=tuple(draw(st.lists(obligations(agency), max_size=3))),
        axes=(FOURTH,) if any(one.axis == FOURTH.code for one in made) or draw(st.booleans()) else (),
        takes_effect=None if effect is None else begins + timedelta(days=effect), amends=draw(st.none() | WORDS),
    )  # fmt: skip
