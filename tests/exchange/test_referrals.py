"""Referring people, handing referrals over, and taking the answers in."""

from __future__ import annotations

import stat
from datetime import date

import pytest
from attrs import evolve
from sqlalchemy import select

from cigem_anpe import anpe, referrals
from cigem_core import Identity, JobOffer, JobSeeker, Occupation, PartialDate, Place, Sex, Workspace
from cigem_core.errors import ConventionError, DeclarationError, OperatorError
from cigem_core.exchange import push as pushing
from cigem_core.exchange.delivery import deliver
from cigem_core.model.identity import Residence
from cigem_core.model.referrals import Decision, Referral, ReferralAnswer, ReferralState, follow
from cigem_core.model.values import Phone
from cigem_core.plugins import Plugin, Plugins, load
from cigem_core.sdk import Adapter, Csv, Table, column
from cigem_core.store.schema import outbox

ON = date(2009, 10, 2)
AWA = Identity(family_name="Diarra", given_names="Awa", sex=Sex.FEMALE, birth=PartialDate(year=1985, approximate=True))
HEADER = "N° orientation;Décision;Date;Motif du refus;Résultat"


@pytest.fixture
def seeker(centre, september):
    """Someone ANPE's own file speaks of."""
    centre.pull("anpe", september[0], on=ON, by="awa")
    return next(s for s in centre.records(JobSeeker) if s.identity.sex is Sex.FEMALE and s.residence.region)


def refer(centre, who=AWA, **more):
    return centre.refer(who, **{"to": "anpe", "on": ON, "by": "awa", "again": True, **more})


def push(centre, folder, **more):
    return centre.push("anpe", to=folder, **{"on": ON, "by": "awa", **more})


def answer(centre, *rows):
    text = "\r\n".join([HEADER, *rows, ""])
    return centre.pull("anpe", text.encode("cp1252"), on=ON, by="awa")


def lines(path):
    return path.read_bytes().decode("cp1252").removesuffix("\r\n").split("\r\n")


# --- handing over ----------------------------------------------------------------------------------------------------


def test_a_referral_leaves_in_the_old_programs_dialect(centre, seeker, tmp_path):
    """Semicolons, CRLF, Windows-1252, the columns of the interface in its order, and the file for its owner alone."""
    refer(centre, seeker, need=Occupation("7212"), because="soudure")
    refer(centre, residence=Residence(region=Place.parse("iso-3166-2:ml@2009/ML-1")))

    done = push(centre, tmp_path / "out")

    (path,) = done.files
    header, first, second = lines(path)
    assert path.name == "orientations_20091002.csv"
    assert header == (
        "N° orientation;N° inscription;Nom;Prénom(s);Sexe;Date ou année de naissance;Téléphone;Région;Code métier;"
        "Axe;Convention;Motif"
    )
    assert first.startswith(f"OR-2009-0001;{seeker.reference};{seeker.identity.family_name};{seeker.identity.given_names};F;")
    assert first.endswith(";7212;accueil;CIGEM-ANPE-2009;soudure")
    assert second == "OR-2009-0002;;Diarra;Awa;F;vers 1985;;Kayes;;accueil;CIGEM-ANPE-2009;"
    assert (done.waiting, done.sent, done.withheld, done.remarks) == (2, 2, 0, ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_name_the_old_dialect_cannot_write_makes_the_file_utf8(centre, tmp_path):
    """With a byte order mark, as the interface asks."""
    refer(centre, evolve(AWA, given_names="Ŋɛ"))

    (path,) = push(centre, tmp_path).files

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "Diarra;Ŋɛ;F" in path.read_text("utf-8-sig")


def test_each_referral_leaves_once(centre, tmp_path):
    """A second push has nothing to send, and a later one of the same day takes a name of its own."""
    refer(centre)
    first = push(centre, tmp_path)

    assert push(centre, tmp_path).waiting == 0

    refer(centre)
    second = push(centre, tmp_path)
    assert [path.name for path in (*first.files, *second.files)] == ["orientations_20091002.csv", "orientations_20091002_2.csv"]
    assert [len(lines(path)) for path in (*first.files, *second.files)] == [2, 2]


def test_a_file_that_is_there_is_never_overwritten(centre, tmp_path):
    (tmp_path / "orientations_20091002.csv").write_text("somebody's")
    refer(centre)

    (path,) = push(centre, tmp_path).files

    assert path.name == "orientations_20091002_2.csv"
    assert (tmp_path / "orientations_20091002.csv").read_text() == "somebody's"


def test_what_the_record_says_today_is_what_leaves(centre, seeker, tmp_path, september):
    """A referral names the record: nothing of the person is copied before it leaves."""
    refer(centre, seeker)
    text = september[0].read_bytes().decode("cp1252")
    (row,) = [line for line in text.split("\r\n") if line.startswith(f"{seeker.reference};")]
    cells = row.split(";")
    cells[2] = "NOUVEAU-NOM"
    centre.pull("anpe", "\r\n".join([text.split("\r\n")[0], ";".join(cells), ""]).encode("cp1252"), on=ON, by="awa")

    (path,) = push(centre, tmp_path).files

    assert ";NOUVEAU-NOM;" in lines(path)[1]


def test_what_a_layout_cannot_say_is_told_and_the_rest_leaves(centre, tmp_path):
    """A second phone where there is room for one, a place of another edition: remarks by referral and column."""
    two = (Phone("+22370123456"), Phone("+22370123457"))
    refer(centre, evolve(AWA, phones=two), residence=Residence(region=Place.parse("iso-3166-2:ml@2023/ML-9")))

    done = push(centre, tmp_path)

    assert [(r.reference, r.column) for r in done.remarks] == [("OR-2009-0001", "Téléphone"), ("OR-2009-0001", "Région")]
    assert lines(done.files[0])[1] == "OR-2009-0001;;Diarra;Awa;F;vers 1985;70 12 34 56;;;accueil;CIGEM-ANPE-2009;"


def test_nothing_leaves_before_the_convention_is_signed_or_for_someone_unknown(centre, tmp_path):
    with pytest.raises(ConventionError, match="no convention with anpe is in force on 2009-06-11"):
        refer(centre, on=date(2009, 6, 11))
    with pytest.raises(ConventionError, match="no convention with mairie is installed"):
        refer(centre, to="mairie")
    with pytest.raises(ConventionError, match="nothing would tell anpe who this is"):
        refer(centre, Identity(nina=None))
    with pytest.raises(OperatorError, match="has no record anpe:job_seeker:KAY-0"):
        refer(centre, "anpe:job_seeker:KAY-0")
    with pytest.raises(OperatorError, match="does not come from the workspace"):
        refer(centre, JobSeeker(reference="KAY-0"))
    with pytest.raises(OperatorError, match="people are referred"):
        refer(centre, "anpe:job_offer:OF-1")
    assert list(centre.referrals()) == []
    assert push(centre, tmp_path).waiting == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"residence": Residence(region="Kayes")}, r"residence\.region: expected Place, got str"),
        ({"residence": "Kayes"}, "residence: expected Residence"),
        ({"who": Identity(family_name=5)}, r"identity\.family_name: expected str"),
        ({"need": Occupation("zzzz")}, "occupation: this Occupation cannot be read back"),
        ({"need": "7212"}, "occupation: expected Occupation"),
        ({"because": 5}, "reason: expected str"),
        ({"session": 5}, "session: expected str"),
        ({"who": "KAY-1"}, "'KAY-1' names no record; expected agency:kind:number"),
    ],
)
def test_a_wrong_value_is_refused_when_it_is_given_and_blocks_nobody(centre, tmp_path, wrong, named):
    """Nothing of it is kept: the others leave, and are listed."""
    refer(centre)

    with pytest.raises(OperatorError, match=named):
        refer(centre, **wrong)

    assert [one.referral.reference for one in centre.referrals()] == ["OR-2009-0001"]
    assert push(centre, tmp_path).sent == 1


@pytest.mark.parametrize(
    "nobody",
    [
        Identity(sex=Sex.FEMALE),
        Identity(family_name="   "),
        Identity(family_name="\u200b", given_names="\u00a0"),
        Identity(birth=PartialDate(year=1985), phones=(Phone("+22370123456"),)),
    ],
)
def test_a_referral_that_names_nobody_is_refused(centre, nobody):
    """A sex, a year or a blank says nothing of whom it speaks: it takes a name, or the agency's own number."""
    with pytest.raises(ConventionError, match="nothing would tell anpe who this is; give a name at least"):
        refer(centre, nobody)

    assert list(centre.referrals()) == []


@pytest.mark.parametrize("named", [Identity(family_name="Diarra"), Identity(given_names="ߊߥߊ")])
def test_one_name_is_enough(centre, named, tmp_path):
    """Whichever it is, and in whatever letters."""
    refer(centre, named)

    assert push(centre, tmp_path).sent == 1


def test_the_agencys_own_number_names_someone_without_a_name(centre, seeker, tmp_path, september):
    """Where the clause hides the names, the number of the agency's own record says who it is."""
    shipped = next(c for c in centre.conventions() if c.agency.code == "anpe")
    hiding = {"referral": ("*", "!identity")}
    clauses = tuple(evolve(c, fields=hiding) if c.direction == "push" else c for c in shipped.clauses)
    centre.install(evolve(shipped, clauses=clauses), on=ON, by="awa")
    refer(centre, seeker)

    (path,) = push(centre, tmp_path).files

    assert lines(path)[1].startswith(f"OR-2009-0001;{seeker.reference};;;;")


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_decided(centre, tmp_path):
    (tmp_path / "file").touch()
    refer(centre)

    with pytest.raises(OperatorError, match="cannot be written; check the folder"):
        push(centre, tmp_path / "file" / "out")

    assert push(centre, tmp_path / "out").sent == 1


# --- the onward rule -------------------------------------------------------------------------------------------------


CENTRAL = Adapter("mairie", push=[Table(Referral, Csv("envois_{yyyymmdd}.csv"), referrals.lenses)])


@pytest.fixture
def two(new_database):
    """A centre with a second agency, whose convention lets a whole referral in."""
    found = load()
    mairie = Plugin(name="mairie", distribution="x", version="1", status="ok", adapters=(CENTRAL,))
    plugins = Plugins(found=(*found.found, mairie), manager=found._manager)
    with Workspace.create(new_database("two"), on=ON, by="awa", plugins=plugins) as centre:
        yield centre


def convene(centre, agency, *clauses):
    """Install a convention with the given clauses: (axis, direction, kind, fields)."""
    from cigem_core import Convention

    written = "".join(
        f'[[clause]]\narticle = "art. {number}"\naxis = "{axis}"\ndirection = "{way}"\nfields.{kind} = {fields}\n'
        for number, (axis, way, kind, fields) in enumerate(clauses, start=1)
    )
    head = (
        f'reference = "C-{agency.upper()}"\ntitle.fr = "x"\ntitle.en = "x"\nagency.code = "{agency}"\n'
        f'agency.name.fr = "x"\nagency.name.en = "x"\nbegins = 2009-01-01\n[signed]\non = 2009-01-01\ncertainty = "stated"\n'
    )
    centre.install(Convention.from_toml(head + written), on=ON, by="awa")


def test_a_field_goes_on_only_where_giver_and_receiver_both_let_it(two, september, tmp_path):
    """ANPE lets identity and occupation go on, not the registration; the town hall takes all but the phone."""
    convene(two, "mairie", ("reception", "push", "referral", '["*", "!identity.phones"]'))
    two.pull("anpe", september[0], on=ON, by="awa")
    seeker = next(s for s in two.records(JobSeeker) if s.identity.phones and s.identity.nina and s.occupation)

    referral = two.refer(seeker, to="mairie", again=True, on=ON, by="awa")
    (path,) = two.push("mairie", to=tmp_path, on=ON, by="awa").files

    row = path.read_text("utf-8-sig")
    assert seeker.identity.family_name in row
    assert f",{seeker.occupation}," in row
    assert str(seeker.identity.phones[0])[-8:] not in row.replace(" ", "")
    assert seeker.identity.nina not in row
    assert seeker.reference not in row
    assert referral.their_reference is None


@pytest.mark.parametrize("granted", ['["reference", "residence"]', None])
def test_nothing_goes_on_that_the_giver_did_not_let_go(two, september, tmp_path, granted):
    """With a clause that names no identity, or with none at all, no referral can be made, and none that waited leaves."""
    convene(two, "mairie", ("reception", "push", "referral", '"*"'))
    two.pull("anpe", september[0], on=ON, by="awa")
    seeker = next(two.records(JobSeeker))
    two.refer(seeker, to="mairie", again=True, on=ON, by="awa")
    shipped = next(c for c in two.conventions() if c.agency.code == "anpe")
    kept = [c for c in shipped.clauses if c.direction != "onward"]
    let = [evolve(c, fields={"job_seeker": ("reference", "residence")}) for c in shipped.clauses if c.direction == "onward"]
    two.install(evolve(shipped, clauses=(*kept, *(let if granted else ()))), on=ON, by="awa")

    with pytest.raises(ConventionError, match="no name given by anpe may go to mairie"):
        two.refer(seeker, to="mairie", again=True, on=ON, by="awa")
    done = two.push("mairie", to=tmp_path, on=ON, by="awa")

    assert (done.waiting, done.sent, done.withheld, done.files) == (1, 0, 1, ())
    assert "anpe" in done.remarks[0].reason.en
    assert list(tmp_path.glob("*.csv")) == []


def test_a_referral_leaves_under_the_axis_it_was_decided_for(two, tmp_path):
    """The reason that one axis hides does not leave through another, and what waits for the other is neither told nor lost."""
    convene(two, "mairie", ("reception", "push", "referral", '["*", "!reason"]'), ("training", "push", "referral", '"*"'))
    hidden, shown = (
        two.refer(AWA, to="mairie", axis=axis, because=axis, again=True, on=ON, by="awa") for axis in ("reception", "training")
    )

    training = two.push("mairie", to=tmp_path, axis="training", on=ON, by="awa")

    assert (training.waiting, training.sent, training.withheld) == (1, 1, 0)
    (_, row) = training.files[0].read_text("utf-8-sig").splitlines()
    assert row.startswith(shown.reference)
    assert ",formation," in row
    assert {one.referral.reference: str(one.state) for one in two.referrals()} == {
        hidden.reference: "waiting",
        shown.reference: "sent",
    }
    (path,) = two.push("mairie", to=tmp_path, axis="reception", on=ON, by="awa").files
    (_, row) = path.read_text("utf-8-sig").splitlines()
    assert row.startswith(hidden.reference)
    assert row.endswith(",")


# --- answers ---------------------------------------------------------------------------------------------------------


def test_answers_move_the_referral(centre, tmp_path):
    """Waiting, sent, accepted, done; another one refused; a third without an answer."""
    numbers = [refer(centre).reference for _ in range(3)]
    states = lambda: [str(one.state) for one in centre.referrals()]  # noqa: E731
    assert states() == ["waiting"] * 3
    push(centre, tmp_path)
    assert states() == ["sent"] * 3

    receipt = answer(centre, f"{numbers[0]};A;05/10/2009;;", f"{numbers[1]};R;05/10/2009;complet;")
    assert (receipt.convention, receipt.clause, receipt.counts.new) == ("CIGEM-ANPE-2009", "art. 3", 2)
    assert states() == ["accepted", "refused", "sent"]

    answer(centre, f"{numbers[0]};D;30/11/2009;;placé")
    assert states() == ["done", "refused", "sent"]
    first, second, _ = centre.referrals(to="anpe")
    assert (first.answer.result, second.answer.refusal) == ("placé", "complet")
    assert len(list(centre.records(ReferralAnswer))) == 3


def test_an_answer_to_a_referral_that_was_never_sent_moves_nothing(centre, tmp_path):
    """The agency does not have it: the answer is kept, and counts once the referral has left."""
    number = refer(centre).reference

    answer(centre, f"{number};A;05/10/2009;;")

    (one,) = centre.referrals()
    assert (one.state, one.answer) == (ReferralState.WAITING, None)
    push(centre, tmp_path)
    (one,) = centre.referrals()
    assert one.state is ReferralState.ACCEPTED


def test_several_answers_to_one_referral_may_stand_in_one_file(centre, tmp_path):
    """A number may come again; the very same answer twice is one record, counted twice."""
    number = refer(centre).reference
    push(centre, tmp_path)
    rows = (f"{number};A;05/10/2009;;", f"{number};D;30/11/2009;;placé", f"{number};A;05/10/2009;;")

    receipt = answer(centre, *rows)

    counts = receipt.counts
    assert (counts.read, counts.accepted, counts.new, counts.unchanged, counts.quarantined) == (3, 3, 2, 1, 0)
    assert [one.state for one in centre.referrals()] == [ReferralState.DONE]
    again = answer(centre, *rows).counts
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)


def test_an_answer_to_a_referral_that_was_not_addressed_to_it_is_a_fault(two):
    """Neither an unknown number nor one that went to another agency."""
    convene(two, "mairie", ("reception", "push", "referral", '"*"'))
    number = two.refer(AWA, to="mairie", on=ON, by="awa").reference

    receipt = answer(two, f"{number};A;;;", "OR-2009-0099;A;;;")

    assert [(f.address.row, f.address.column, f.rule) for f in receipt.faults] == [
        (2, "N° orientation", "foreign-key"),
        (3, "N° orientation", "foreign-key"),
    ]
    assert [one.state for one in two.referrals()] == [ReferralState.WAITING]


def test_wrong_answers_go_back_and_come_home_beside_those_of_another_axis(centre, september, tmp_path):
    """Corrections are one file per axis, for each comes home under its own clause."""
    openpyxl = pytest.importorskip("openpyxl")
    number = refer(centre).reference
    centre.pull("anpe", september[0], on=ON, by="awa")
    answer(centre, f"{number};Z;05/10/2009;;", f"{number};A;32/10/2009;;")

    written = centre.corrections("anpe", tmp_path / "a_corriger.xlsx", on=ON, by="awa")

    assert [path.name for path in written.paths] == ["a_corriger-employment-data.xlsx", "a_corriger-reception.xlsx"]
    book = openpyxl.load_workbook(written.paths[1])
    (sheet,) = book.worksheets
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Décision"]).value = "A"
    sheet.cell(3, columns["Date"]).value = "12/10/2009"
    book.save(written.paths[1])
    receipt = centre.pull("anpe", written.paths[1], on=ON, by="awa")
    assert (receipt.axis, receipt.counts.accepted, receipt.counts.quarantined) == ("reception", 2, 0)
    assert {entry.kind for entry in centre.quarantine()} == {"job_seeker"}


def test_the_state_of_a_referral_is_folded_from_its_answers():
    """The latest day counts, whatever the order; without a day, the later answer; without a decision, none."""

    def said(*answers):
        told = [ReferralAnswer(referral="1", decision=d, decided_on=day and date(2009, 10, day)) for d, day in answers]
        return follow(Referral(reference="1"), told, is_sent=True).state

    a, r, d = Decision.ACCEPTED, Decision.REFUSED, Decision.DONE
    assert said() is ReferralState.SENT
    assert said((a, 5), (d, 9)) is ReferralState.DONE
    assert said((d, 9), (a, 5)) is ReferralState.DONE
    assert said((r, None), (a, None)) is ReferralState.ACCEPTED
    assert said((r, 5), (None, 9)) is ReferralState.REFUSED
    assert said((None, 9)) is ReferralState.SENT


# --- nothing is lost between the decision and the folder ---------------------------------------------------------------


def push_where_it_goes_away(centre, folder, monkeypatch):
    """Push to a folder that is lost between the decision and the delivery."""

    def lost_before_delivery(store, **how):
        if folder.exists():
            folder.rmdir()
        return deliver(store, **how)

    with monkeypatch.context() as patched:
        patched.setattr(pushing, "deliver", lost_before_delivery)
        with pytest.raises(OperatorError, match="is ready but could not be written"):
            push(centre, folder)


def test_a_parcel_whose_folder_went_away_waits_and_leaves_when_it_is_back(centre, tmp_path, monkeypatch):
    """The decision stands, its file is delivered by whoever comes next, and its content is then kept no longer."""
    refer(centre)
    folder = tmp_path / "usb"

    push_where_it_goes_away(centre, folder, monkeypatch)

    assert [one.state for one in centre.referrals()] == [ReferralState.WAITING]
    folder.mkdir()
    assert deliver(centre.store, on=ON, by="awa").waiting == ()
    assert [one.state for one in centre.referrals()] == [ReferralState.SENT]
    assert [path.name for path in folder.iterdir()] == ["orientations_20091002.csv"]
    with centre.store.reading() as connection:
        assert connection.execute(select(outbox.c.content)).scalars().all() == [None]


@pytest.mark.parametrize(
    ("amended", "why"),
    [
        (lambda shipped: evolve(shipped, ends=date(2009, 10, 31)), "no convention with anpe is in force on 2009-11-02"),
        (lambda shipped: _without(shipped, "!identity.birth"), "no longer lets through all that parcel 1 says; it stays"),
    ],
)
def test_a_file_that_waits_is_asked_again_before_it_is_delivered(database, tmp_path, monkeypatch, amended, why):
    """A convention that ended or was amended keeps it in the outbox, which says why; one that lets it again delivers it."""
    folder, later = tmp_path / "usb", date(2009, 11, 2)
    with Workspace.create(database, on=ON, by="awa") as centre:
        refer(centre)
        push_where_it_goes_away(centre, folder, monkeypatch)
        shipped = next(c for c in centre.conventions() if c.agency.code == "anpe")
        centre.install(amended(shipped), on=ON, by="awa")
    folder.mkdir()

    with Workspace(database) as centre:
        assert [parcel.id for parcel in centre.deliver(on=later, by="awa").waiting] == [1]
        (waits,) = centre.outbox()
        assert (waits.state, waits.references) == ("waiting", ("OR-2009-0001",))
        assert why in waits.said["en"]
        assert waits.said["fr"]
        assert [str(one.state) for one in centre.referrals()] == ["waiting"]
        centre.retry("anpe", on=later, by="awa")
        assert list(folder.iterdir()) == []
        centre.install(shipped, on=later, by="awa")

    with Workspace(database) as centre:
        assert [parcel.name for parcel in centre.deliver(on=later, by="awa").left] == ["orientations_20091002.csv"]
        assert centre.outbox() == []
    assert [path.name for path in folder.iterdir()] == ["orientations_20091002.csv"]


def _without(convention, hidden):
    """The convention with a clause that hides something of a referral."""
    fields = {"referral": ("*", hidden)}
    return evolve(convention, clauses=tuple(evolve(c, fields=fields) if c.direction == "push" else c for c in convention.clauses))


def test_the_adapter_says_whether_referrals_can_be_handed_over(new_database, tmp_path):
    deaf = Plugin(name="x", distribution="x", version="1", status="ok", adapters=(Adapter("sourd", pull=anpe.pull),))
    found = load()
    plugins = Plugins(found=(deaf,), manager=found._manager)
    with (
        Workspace.create(new_database("deaf"), on=ON, by="awa", plugins=plugins) as centre,
        pytest.raises(OperatorError, match=r"does not say how this is handed to it: referral \(push=\)"),
    ):
        centre.push("sourd", to=tmp_path, on=ON, by="awa")


def test_no_table_of_ours_is_called_like_the_centre():
    with pytest.raises(DeclarationError, match="'centre' is the centre itself"):
        Adapter("centre", pull=[Table(JobOffer, Csv("x.csv"), {"reference": column("N°")})])
