"""The columns of a source: which are read, kept aside or passed over, and what a masked one is not mistaken for."""

import polars as pl
import pytest

from cigem_core.errors import SourceRefused
from cigem_core.formats.tables import FIRST, ITEM, LAST, ROW
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.policy import ALL, Mask
from cigem_core.sdk import Child, Csv, Source, Table, column, not_before
from cigem_core.sdk.lenses import path_of
from cigem_core.sdk.reading.inner import inner
from cigem_core.sdk.reading.plan import Plan
from cigem_core.spelling import title_key

OFFERS = Table(JobOffer, Csv("offres.csv", delimiter=";"), {
    "reference": column("N°"), "title": column("Poste"), "employer": column("Employeur").required(),
    "posted_on": column("Dépôt").date("yyyymmdd"), "closes_on": column("Clôture").date("yyyymmdd"),
}, rules=[not_before("closes_on", "posted_on")])  # fmt: skip
NARROW = Mask(fields={"job_offer": frozenset({"reference", "title", "closes_on"})}, cargo=frozenset({"Vu"}))
ANY = Source.of(b"", "x.csv")


def chosen(*header: str, mask: Mask = ALL, table: Table = OFFERS) -> tuple[Plan, dict[int, str], bool]:
    plan = Plan(table, mask, ANY)
    columns = plan.choose(header)
    return plan, dict(columns.names), columns.whole


def test_columns_are_found_whatever_their_order_case_and_spaces():
    plan, names, whole = chosen("EMPLOYEUR", "  n° ", "poste\u00a0", "\ufeffDe\u0301po\u0302t", "Clôture")

    assert names == {0: "Employeur", 1: "N°", 2: "Poste", 3: "Dépôt", 4: "Clôture"}
    assert (plan.cargo, plan.absent, plan.key_positions, plan.corrects, whole) == ([], [], [1], False, True)
    assert title_key("\ufeff A\u00a0 b ") == "a b"


def test_a_column_nobody_declared_is_kept_under_a_name_of_its_own():
    """One without a name is called by its place; a second of one name is numbered, and none takes that of ours."""
    plan, names, _ = chosen("N°", "Poste", "Employeur", "Dépôt", "Clôture", "Vu", " Vu ", "", "##row", "Vu (2)", "Vu", "#")

    kept = ["Vu", "Vu (2)", "colonne 8", inner("##row"), "Vu (2) (2)", "Vu (3)", inner("#")]
    assert plan.cargo == kept
    assert names == dict(enumerate(["N°", "Poste", "Employeur", "Dépôt", "Clôture", *kept]))


@pytest.mark.parametrize(
    ("header", "kept"),
    [("Vu", True), ("Employeur", False), ("employ-eur.", False), ("Émployeur", False), ("DEPOT", False),
     ("Employeurs", False)],
)  # fmt: skip
def test_a_masked_column_slightly_misnamed_is_still_that_column(header, kept):
    """It is no cargo: what the eye passes over does not open the gate."""
    plan, names, whole = chosen("N°", "Poste", "Clôture", header, mask=NARROW)

    assert plan.cargo == ([header] if kept else [])
    assert (3 in names, whole) == (kept, False)


def test_rows_that_cannot_be_aligned_are_kept_where_every_column_may_cross():
    header = ["N°", "Poste", "Employeur", "Dépôt", "Clôture"]
    every = frozenset(OFFERS.kind.fields)

    assert chosen(*header)[2]
    assert chosen(*header, "Vu")[2]
    assert chosen(*header, mask=Mask(fields={"job_offer": every}, cargo=False))[2]
    assert not chosen(*header, "Vu", mask=Mask(fields={"job_offer": every}, cargo=False))[2]
    assert not chosen(*header[:2], "Clôture", mask=NARROW)[2]


def test_what_needs_a_masked_column_is_not_asked():
    """Its name is told; a rule that needs none is asked."""
    plan = Plan(OFFERS, NARROW, ANY)

    assert plan.rules == []
    assert [(entry.rule, entry.reason.fr, entry.reason.en) for entry in plan.not_run] == [
        (rule, f"la convention ne laisse pas lire : {header}", f"the convention does not let these be read: {header}")
        for rule, header in [("not_before(closes_on, posted_on)", "Dépôt"), ("required employer", "Employeur")]
    ]
    assert Plan(OFFERS, ALL, ANY).rules == list(OFFERS.rules)
    assert Plan(OFFERS, ALL, ANY).not_run == []


def test_a_corrections_file_holds_what_it_speaks_of():
    """Masked columns are absent and not missing; but the key is, and cells beside the columns are kept apart."""
    plan, names, _ = chosen("N°", "n° anomalie", "Ligne d'origine", "Poste", "", "#surplus7", "Vu")

    assert names == {0: "N°", 1: "#entry", 3: "Poste", 4: "#surplus4", 5: "#surplus5", 6: "Vu"}
    assert (plan.corrects, plan.surplus, plan.cargo, plan.headers) == (True, ["#surplus4", "#surplus5"], ["Vu"], ["N°", "Poste"])
    with pytest.raises(SourceRefused) as refused:
        chosen("N° anomalie", "Poste")
    assert refused.value.concerned == {"missing": ["N°"]}


def test_a_table_of_no_rows_has_its_columns_all_the_same():
    plan, _, _ = chosen("N°", "N° anomalie", "Vu", "")

    assert plan.no_cells().columns == ["N°", "Vu", "#surplus3", "#entry", ROW, FIRST, LAST]
    assert chosen("N°", "Poste", "Employeur", "Dépôt", "Clôture")[0].no_cells().columns[-4:] == ["Clôture", ROW, FIRST, LAST]


MARKS = Child(Evaluation, {"module": column("e[].m"), "mark": column("e[].n").decimal(".")})
TRAINEES = Table(
    Trainee, Csv("s.csv"), {"reference": column("N°"), "hours": column("h").number()}, children=[MARKS], replaces=["autre"]
)


def test_the_columns_of_children_and_of_other_ids_are_read_as_well():
    whole = Plan(TRAINEES, ALL, ANY)
    without = Plan(TRAINEES, Mask(fields={"trainee": frozenset({"reference", "hours"})}), ANY)
    narrow = Plan(TRAINEES, Mask(fields={"trainee": frozenset({"reference"}), "evaluation": frozenset({"mark"})}), ANY)

    assert whole.headers == list(TRAINEES.headers) == ["N°", "h", "e[].m", "e[].n", "autre"]
    assert without.headers == ["N°", "h", "autre"]
    assert (narrow.headers, list(narrow.children[0].lenses)) == (["N°", "e[].n", "autre"], ["mark"])
    assert whole.by_header.get("e[].m") is MARKS.lenses["module"]
    assert whole.by_header.get("h") is TRAINEES.lenses["hours"]
    assert whole.by_header.get("autre") is None
    assert ITEM in whole.children[0].headers[0]
    assert whole.no_cells().schema["e[].m"] == pl.List(pl.String)


def test_a_column_of_a_list_stands_in_that_list():
    assert [path_of(name) for name in ("a", "l[].a", "x/l[].a", "l[].m[].a")] == [None, "l[]", "x/l[]", "l[]"]


def test_a_source_is_called_by_its_name_and_counted_by_its_header():
    """Of a declared column it lacks nothing more is asked: it is no such file."""
    seekers = Table(JobSeeker, Csv("s.csv", delimiter=";"), {"reference": column("N°"), "remarks": column("Vu")})

    assert Plan(seekers, ALL, ANY).file == "x.csv"
    assert seekers.columns_found(Source.of("N°;Vu;Plus\n".encode(), "y.csv")) == 2
    assert seekers.columns_found(Source.of("N°;Plus\n".encode(), "y.csv")) == 0
    assert seekers.columns_found(Source.of("N°;N° anomalie\n".encode(), "y.csv")) == 1
