"""Lists whose rows nobody numbers: the key is made of what a row says, and is never written."""

from __future__ import annotations

import polars as pl
import pytest
from attrs import evolve, frozen
from cigem_mairie import SentByTown, mairie, people
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import ConventionError, DeclarationError
from cigem_core.model.fields import field, key, kind, kind_of, refers
from cigem_core.model.referrals import Referral
from cigem_core.policy import Mask
from cigem_core.report import Rule
from cigem_core.sdk import Adapter, Csv, JsonPost, Table, column
from cigem_core.sdk.frames import made_key

HEADER = "Nom;Prénoms;Sexe;Né(e) le;Adressé le;Motif"
AWA = "DIARRA;Awa;F;12/03/1985;02/09/2009;Bilan"


def read(*rows: str, table: Table = people, **told):
    return table.read("\n".join([HEADER, *rows]).encode(), **told)


def faults(*rows: str) -> list[tuple[int, str | None, Rule]]:
    return [(fault.address.row, fault.address.column, fault.rule) for fault in read(*rows).faults]


def keys(*rows: str) -> list[str]:
    return read(*rows).accepted["reference"].to_list()


def key_made_of(*parts: str | None) -> str | None:
    values = pl.DataFrame([[part] for part in parts], schema=[str(at) for at in range(len(parts))])
    return values.select(made_key(kind_of(SentByTown), values.columns)).item()


@given(st.lists(st.text(max_size=3), min_size=2, max_size=2), st.lists(st.text(max_size=3), min_size=2, max_size=2))
def test_two_keys_are_one_only_where_every_part_is(one, other):
    """Up to how an accent is put together, which no eye tells."""
    from unicodedata import normalize

    alike = [normalize("NFC", part) for part in one] == [normalize("NFC", part) for part in other]

    assert (key_made_of(*one) == key_made_of(*other)) == alike


def test_parts_do_not_run_into_each_other_and_an_empty_one_makes_no_key():
    made = key_made_of("ab", "c")

    assert made != key_made_of("a", "bc")
    assert made is not None
    assert (len(made), made.isalnum(), made.islower()) == (20, True, True)
    assert key_made_of("ab", None) is None


def test_a_key_says_the_same_in_every_version():
    """Records are known by it for as long as they are kept: this value may never change."""
    assert keys(AWA) == ["pcsjzb7u62ojjd6gcvn7"]


def test_what_the_cells_mean_makes_the_key_and_not_how_they_are_written():
    assert keys(AWA) == keys(" DIARRA ;Awa;;12/03/1985;02/09/2009;") != keys(AWA.replace("DIARRA", "Diarra"))


def test_a_row_like_an_earlier_one_is_told_what_they_have_alike():
    [fault] = read(AWA, AWA.replace("Bilan", "Formation")).faults

    assert (fault.address.row, fault.address.column, fault.rule) == (3, "Nom", Rule.UNIQUE)
    assert fault.remedy.en == (
        "expected a row that no earlier one of the file is like in: Nom, Prénoms, Né(e) le, Adressé le; mend one of the two"
    )


def test_a_part_that_is_missing_or_wrong_is_told_once():
    nameless = AWA.replace("Awa", "")

    assert faults(nameless, nameless) == [(2, "Prénoms", Rule.REQUIRED), (3, "Prénoms", Rule.REQUIRED)]
    assert faults(AWA.replace("12/03", "31/02")) == [(2, "Né(e) le", Rule.TYPE)]


def test_a_row_that_cannot_be_aligned_holds_its_key_too():
    assert faults(f"{AWA};more", AWA) == [(2, None, Rule.EXTRA_CELL), (3, "Nom", Rule.UNIQUE)]


def test_a_file_is_written_without_a_column_for_the_key(tmp_path):
    batch = read(AWA, AWA.replace("Awa", "Sira"))

    people.write(batch, tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").splitlines()[0] == HEADER
    assert people.read(tmp_path / "a.csv").accepted.drop("^#.*$").equals(batch.accepted.drop("^#.*$"))


def test_a_convention_cannot_hide_what_records_are_known_by():
    hiding = Mask(fields={"sent_by_town": frozenset(kind_of(SentByTown).fields) - {"identity.birth"}}, cargo=False)

    with pytest.raises(ConventionError, match=r"hides identity\.birth of sent_by_town, by which the records"):
        read(AWA, mask=hiding)


def test_under_a_narrower_mask_the_key_is_the_same():
    fields = {"reference", *people.known_by}

    batch = read(AWA, mask=Mask(fields={"sent_by_town": frozenset(fields)}, cargo=False))

    assert (set(batch.accepted.drop("^#.*$").columns), batch.accepted["reference"].to_list()) == (fields, keys(AWA))


@kind("visit_of_town", fr="visite", en="visit")
@frozen(kw_only=True)
class VisitOfTown:
    """A visit to someone the town hall sent."""

    reference: str = key("Number", fr="Numéro")
    who: str | None = refers(SentByTown, "Who", fr="Qui")
    note: str | None = field("Note", fr="Note")


def declared(**told) -> Table:
    given = {"known_by": people.known_by, "lenses": people.lenses, **told}
    return evolve(people, kind=SentByTown, **given)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"known_by": ["identity.name"]}, "which the table of SentByTown does not read; the nearest is"),
        ({"lenses": {**people.lenses, "reference": column("N°")}}, "makes a key of one text, which no column gives"),
        ({"lenses": {**people.lenses, "sent_on": column("Le").date("dd/mm/yyyy").if_there()}}, "of which each row has one value"),
        ({"lenses": {**people.lenses, "identity.phones": column("Tél").words()}}, r"holds: phone"),
        ({"replaces": ["Ancien"]}, "names ids, and known_by= says that there are none"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(told, said):
    with pytest.raises(DeclarationError, match=said):
        declared(**told)


def test_a_table_whose_key_no_column_gives_says_so():
    with pytest.raises(DeclarationError, match="does not read reference, which is required"):
        declared(known_by=[])


def test_no_cell_holds_such_a_key_so_that_nothing_points_at_one():
    visits = Table(VisitOfTown, Csv("visites.csv"), {"reference": column("N°"), "who": column("Qui").reference()})

    with pytest.raises(DeclarationError, match=r"visit_of_town\.who points at records without numbers \(known_by\)"):
        Adapter("mairie", pull=[people, visits])


def test_what_is_pushed_bears_its_number():
    letters = Table(Referral, JsonPost("x"), {"identity.family_name": column("nom")}, known_by=["identity.family_name"])

    with pytest.raises(DeclarationError, match=r"what is pushed \(referral\) bears its number"):
        Adapter("mairie", push=[letters])


def test_an_adapter_reads_such_a_list_by_its_columns_too():
    reading = mairie.read("\n".join([HEADER, AWA]).encode())

    assert reading[SentByTown].accepted["reference"].to_list() == keys(AWA)
