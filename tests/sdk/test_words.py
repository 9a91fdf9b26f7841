"""What reading a table says, sentence by sentence, to whoever can mend a file or a declaration."""

import pytest

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.tables import Misfit
from cigem_core.model.codes import Code, CodeList
from cigem_core.model.employment import JobOffer, JobSeeker, Placement
from cigem_core.model.fields import kind_of
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.report import Rule
from cigem_core.sdk import Child, Csv, Source, Table, column, columns, not_after, product
from cigem_core.sdk.remedies import masked, misfit_remedy, not_at_hand
from cigem_core.text import Text

FILE = Csv("x.csv", delimiter=";", encodings=("utf-8",))
KEY = {"reference": column("N°")}
LIST = CodeList(list="l", edition="1", title=Text(fr="L", en="L"), source="t", codes=(Code(code="a", name="A"),))


def seekers(lenses, **more) -> Table:
    return Table(JobSeeker, FILE, {**KEY, **lenses}, **more)


MARK = {"module": column("e[].m"), "mark": column("e[].n").decimal(".")}


@pytest.mark.parametrize(
    ("declare", "fr", "en"),
    [
        (lambda: column(" "), "une colonne a un en-tête", "a column has a header"),
        (
            lambda: column("T").number(minimum=5, maximum=1),
            "colonne « T » : le minimum 5 dépasse le maximum 1",
            "column 'T': the minimum 5 is above the maximum 1",
        ),
        (
            lambda: column("T").where("U", "x"),
            "colonne « T » : « U » n'est pas une colonne de la même liste",
            "column 'T': 'U' is no column of the same list",
        ),
        (
            lambda: column("r[].a").where("s[].a", "x"),
            "colonne « r[].a » : « s[].a » n'est pas une colonne de la même liste",
            "column 'r[].a': 's[].a' is no column of the same list",
        ),
        (
            lambda: column("T").codelist(LIST, written="label"),
            "written= vaut « name » ou « code », pas « label »",
            "written= is 'name' or 'code', not 'label'",
        ),
        (
            lambda: columns(date="D", yr="Y").birth("yyyy-mm-dd"),
            "une naissance se lit de columns(date=, year=, approximate=), pas de : date, yr",
            "a birth is read from columns(date=, year=, approximate=), not from: date, yr",
        ),
        (
            lambda: columns(date="D", year="Y", more="Z").birth("yyyy-mm-dd"),
            "une naissance se lit de columns(date=, year=, approximate=), pas de : date, more, year",
            "a birth is read from columns(date=, year=, approximate=), not from: date, more, year",
        ),
        (
            lambda: columns(date="D", year="Y").birth("yyyy-mm-dd", yes="1", no="1"),
            "oui et non s'écrivent tous deux « 1 »",
            "yes and no are both written '1'",
        ),
        (
            lambda: seekers({"remark": column("T")}),
            "JobSeeker n'a pas de champ « remark » ; le plus proche est « remarks »",
            "JobSeeker has no field 'remark'; the nearest is 'remarks'",
        ),
        (
            lambda: Table(Placement, FILE, {"offer": column("T").reference()}),
            "la table de Placement ne lit pas reference, seeker, qui est obligatoire",
            "the table of Placement does not read reference, seeker, which is required",
        ),
        (
            lambda: seekers({"remarks": column(" n° ")}),
            "la table de JobSeeker lit deux fois la colonne «  n°  »",
            "the table of JobSeeker reads the column ' n° ' twice",
        ),
        (
            lambda: seekers({"education": column("T")}),
            "JobSeeker.education contient : level ; sa colonne donne : str",
            "JobSeeker.education holds: level; its column gives: str",
        ),
        (
            lambda: seekers(
                {"education": column("T").codelist(lambda: LIST), "registered_on": column("D").codelist(lambda: LIST)}
            ),
            "JobSeeker.registered_on contient : date ; sa colonne donne : Country, Level, Occupation, Place, Sector",
            "JobSeeker.registered_on holds: date; its column gives: Country, Level, Occupation, Place, Sector",
        ),
        (
            lambda: seekers({"remarks": column("T").reference()}),
            "JobSeeker.remarks : .reference() va avec un champ qui désigne une autre fiche, et lui seul",
            "JobSeeker.remarks: .reference() goes with a field that points at another record, and only there",
        ),
        (
            lambda: seekers({"remarks": column("T").words()}),
            "JobSeeker.remarks a une seule valeur ; .words(), .phone() et les listes en donnent plusieurs, les autres une",
            "JobSeeker.remarks has one value; .words(), .phone() and lists give several, the others one",
        ),
        (
            lambda: seekers({"languages": column("T")}),
            "JobSeeker.languages a plusieurs valeurs ; .words(), .phone() et les listes en donnent plusieurs, les autres une",
            "JobSeeker.languages has several values; .words(), .phone() and lists give several, the others one",
        ),
        (
            lambda: seekers({"registered_on": column("D").date("yyyymmdd")}, rules=[not_after("registred_on", "registered_on")]),
            "la règle not_after(registred_on, registered_on) parle de « registred_on », que la table de JobSeeker ne lit pas ; "
            "le plus proche est « registered_on »",
            "the rule not_after(registred_on, registered_on) speaks of 'registred_on', which the table of JobSeeker does not read"
            "; the nearest is 'registered_on'",
        ),
        (
            lambda: seekers({"remarks": column("T")}, rules=[not_after("remarks", "reference")]),
            "la règle not_after(remarks, reference) ne prend pas remarks, qui est de type text",
            "the rule not_after(remarks, reference) does not take remarks, which is a text",
        ),
        (
            lambda: seekers({"remarks": column("T")}, rules=[product("remarks", "reference", "reference")]),
            "la règle product(remarks, reference, reference) ne prend pas remarks, qui est de type text",
            "the rule product(remarks, reference, reference) does not take remarks, which is a text",
        ),
        (
            lambda: seekers({}, children=[Child(Evaluation, MARK)]),
            "Evaluation n'est pas une sous-fiche de job_seeker : sa clé est faite d'une référence à elle et d'une position",
            "Evaluation is no child of job_seeker: its key is made of a reference to it and a position",
        ),
        (
            lambda: Table(Trainee, FILE, KEY, children=[Child(Evaluation, MARK | {"module": column("f[].m")})]),
            "Evaluation.mark : les colonnes d'une sous-fiche sont celles d'une même liste, comme « f[] »",
            "Evaluation.mark: the columns of a child are those of one list, such as 'f[]'",
        ),
        (
            lambda: Table(Trainee, FILE, KEY, children=[Child(Evaluation, MARK | {"mark": column("note").decimal(".")})]),
            "Evaluation.mark : les colonnes d'une sous-fiche sont celles d'une même liste, comme « e[] »",
            "Evaluation.mark: the columns of a child are those of one list, such as 'e[]'",
        ),
    ],
)
def test_a_mistake_in_a_declaration_is_told_in_both_languages(declare, fr, en):
    with pytest.raises(DeclarationError) as refused:
        declare()

    assert refused.value.text == Text(fr=fr, en=en)


@pytest.mark.parametrize(
    ("sent", "missing", "fr", "en"),
    [
        (
            "N°;Autre\n1;2\n",
            ["Chez", "Poste"],
            "y.csv : colonnes attendues en première ligne et non trouvées : « Chez », « Poste »",
            "y.csv: columns expected in the first row and not found: 'Chez', 'Poste'",
        ),
        (
            "N°,Poste,Chez\n1,2,3\n",
            ["N°", "Chez", "Poste"],
            "y.csv : la première ligne n'a qu'une colonne ; séparateur attendu : « ; »",
            "y.csv: the first row has one column only; expected the delimiter ';'",
        ),
        (
            "N°;Poste;Chez; poste\n1;2;3;4\n",
            None,
            "y.csv : la colonne « Poste » est là deux fois ; en garder une",
            "y.csv: the column 'Poste' is there twice; keep one",
        ),
    ],
)
def test_a_file_that_is_no_such_table_says_what_it_lacks(sent, missing, fr, en):
    """And quotes nothing of its first row: it may be someone's data."""
    table = Table(JobOffer, FILE, {**KEY, "title": column("Poste"), "employer": column("Chez")})

    with pytest.raises(SourceRefused) as refused:
        table.read(Source.of(sent.encode(), "y.csv"))

    assert refused.value.text == Text(fr=fr, en=en)
    assert refused.value.concerned.get("missing") == missing


@pytest.mark.parametrize(
    ("misfit", "fr", "en"),
    [
        (
            Misfit(rule=Rule.STRUCTURE, row=2, first=2, last=2, expected=3),
            "un guillemet est mal placé dans cette ligne : l'ôter, ou le doubler s'il fait partie du texte",
            "a quote stands wrong in this row; remove it, or double it where it belongs to the text",
        ),
        (
            Misfit(rule=Rule.ENCODING, row=2, first=2, last=2, expected=3),
            "cette ligne contient des octets illisibles : la saisir à nouveau",
            "this row holds bytes that are not of the file's encoding; type it again",
        ),
        (
            Misfit(rule=Rule.MISSING_CELL, row=2, first=2, last=2, found=1, expected=3),
            "cette ligne a 1 case au lieu de 3 : vérifier les séparateurs",
            "this row has 1 cell instead of 3; check the delimiters",
        ),
        (
            Misfit(rule=Rule.EXTRA_CELL, row=2, first=2, last=2, found=4, expected=3),
            "cette ligne a 4 cases au lieu de 3 : vérifier les séparateurs",
            "this row has 4 cells instead of 3; check the delimiters",
        ),
    ],
)
def test_a_row_whose_cells_cannot_be_told_apart_says_what_to_do(misfit, fr, en):
    assert misfit_remedy(misfit) == Text(fr=fr, en=en)


def test_what_was_not_asked_says_why():
    assert masked(["A", "B"]) == Text(
        fr="la convention ne laisse pas lire : A, B", en="the convention does not let these be read: A, B"
    )
    found = not_at_hand("placement", kind_of(Placement).field("seeker"))
    assert (found.rule, found.reason) == (
        "foreign-key placement.seeker",
        Text(fr="aucun fichier de type « demandeur d'emploi » n'est donné", en="no source of kind 'job seeker' is given"),
    )
    by_centre = next(f for name in ("answer", "referral") for f in _fields(name) if f.issuer == "centre")
    told = not_at_hand("x", by_centre)
    assert (told.rule, told.reason) == (
        f"foreign-key x.{by_centre.name}",
        Text(
            fr="ces numéros sont ceux du centre : ils se cherchent dans son espace de travail",
            en="these numbers are the centre's: they are looked up in its workspace",
        ),
    )


def _fields(name):
    from cigem_core.model.fields import kinds

    return [f for kind in kinds() if name in kind.name for f in kind.references]
