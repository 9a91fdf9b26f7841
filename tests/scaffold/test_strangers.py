"""Three formats as strangers have them, drafted from nothing but a sample: most field lines are right, and each is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from scaffold.test_odd_samples import imported

from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Secret, read
from cigem_core.scaffold import Drafted, draft
from cigem_core.testing.mishaps import Reply
from cigem_core.testing.serving import Received, Serving, said

NAMES = ("Diarra", "Traoré", "Keïta", "Coulibaly", "Sidibé", "Konaté", "Sangaré", "Dembélé")
GIVEN = ("Awa", "Moussa", "Sira", "Bakary", "Fanta", "Oumar", "Kadia", "Issa")
REGIONS = ("Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Gao")
COUNT = 24


def person(n: int) -> tuple[str, str, str, int, int, int]:
    """A made person: family name, given name, region, and a day of birth."""
    return NAMES[n % 8], GIVEN[n * 5 % 8], REGIONS[n % 6], 1960 + n, 1 + n % 12, 1 + n


def registrations(folder: Path) -> Path:
    """A workbook with names for programs in its first row, and labels for people in its second."""
    book = openpyxl.Workbook()
    book.active.title = "Registrations"
    book.active.append([
        "registration_id", "registrationDate", "full_name_i_c", "gender_c", "dateOfBirth", "phone_number_i_c", "admin1_c",
        "q9", "returnDate", "household_size_c",
    ])  # fmt: skip
    book.active.append([
        "Registration number", "Date of registration", "Full name of the person", "Gender", "Date of birth", "Telephone",
        "Region", "Country of return", "Date of return", "Size of household",
    ])  # fmt: skip
    for n in range(COUNT):
        name, given, region, *birth = person(n)
        book.active.append([
            f"REG-{n:04}", datetime(2009, 9, 1 + n), f"{name} {given}", ("Male", "Female")[n % 2], datetime(*birth),
            f"7{n % 10} 11 22 {n + 10}", region, ("Libye", "Algérie", "Espagne")[n % 3], datetime(2009, 3, 1 + n), 1 + n % 7,
        ])  # fmt: skip
    book.save(folder / "registrations_200909.xlsx")
    return folder / "registrations_200909.xlsx"


def beneficiaries(folder: Path) -> Path:
    """A list whose second row says in HXL tags what its first does not."""
    rows = ["Code,A,B,Sx,DOB,C,D,E,Arr.,Skill"]
    rows.append(
        "#affected+id,#affected+name+family,#affected+name+given,#affected+gender,#date+birth,#adm1+name,#adm2+name,"
        "#contact+phone,#date+registered,#meta+isco"
    )
    for n in range(COUNT):
        name, given, region, year, month, day = person(n)
        rows.append(
            f"B{n:03},{name},{given},{'MF'[n % 2]},{year}-{month:02}-{day:02},{region},Nioro,6{n % 10} 11 22 {n + 10},"
            f"2009-09-{1 + n:02},{('7112', '7212')[n % 2]}"
        )
    (folder / "beneficiaries.csv").write_text("\n".join([*rows, ""]), "utf-8")
    return folder / "beneficiaries.csv"


def by_country(received: Received) -> Reply:
    """A bare list for one country, three records at a time, to whoever has the key."""
    query = {name: texts[-1] for name, texts in parse_qs(urlsplit(received.path).query).items()}
    if received.headers.get("x-api-key") != "s3cret" or "authorization" in received.headers:
        return said(401, b"{}")
    if query.get("country") not in ("ML", "SN"):
        return said(400, b"{}")
    rows = [row for n in range(COUNT) if (row := record(n))["country"] == query["country"]]
    page = int(query.get("page", 1))
    return said(200, json.dumps(rows[3 * (page - 1) : 3 * page]).encode())


def record(n: int) -> Mapping[str, object]:
    name, given, region, *birth = person(n)
    return {
        "caseId": f"C-{n}", "lastName": name, "firstName": given, "gender": ("male", "female")[n % 2],
        "birthDate": "{}-{:02}-{:02}".format(*birth), "phoneNumber": f"7{n % 10} 11 22 {n + 10}", "region_name": region,
        "country": ("ML", "SN")[n % 2], "created_at": f"2009-09-{1 + n:02}", "notes": "seen",
    }  # fmt: skip


@pytest.fixture
def service():
    with Serving(by_country, lambda _: None, elsewhere="", patience=5, pause=0) as serving:
        yield f"http://127.0.0.1:{serving.port}/api"


def right(drafted: Drafted, expected: Mapping[str, str]) -> int:
    """How many field lines of a draft are as they should be."""
    page = drafted.module.read_text("utf-8")
    return sum(f'"{name}": {code}' in page for name, code in expected.items())


def test_registrations_with_labels_in_the_second_row(tmp_path: Path):
    """What the first row's names do not say, the second row's labels do."""
    sample = registrations(tmp_path)
    drafted = draft("registre", [sample], to=tmp_path / "out", kinds=["job_seeker"])

    assert "header_rows=2" in drafted.module.read_text("utf-8")
    assert right(drafted, {
        "reference": 'column("registration_id").required()',
        "registered_on": 'column("registrationDate").date(',
        "identity.family_name": 'column("full_name_i_c")',
        "identity.sex": 'column("gender_c").codes({"Male": Sex.MALE, "Female": Sex.FEMALE})',
        "identity.birth": 'column("dateOfBirth").birth(',
        "identity.phones": 'column("phone_number_i_c").phone(PHONES)',
        "residence.region": 'column("admin1_c").codelist(MALI_2009)',
        "migration.country": 'column("q9").codelist(COUNTRIES)',
        "migration.returned_on": 'column("returnDate").date(',
    }) == 9  # fmt: skip
    (adapter,) = imported(drafted).cigem_adapters()
    for source in (sample, drafted.folder / "samples" / sample.name):
        assert adapter.read(source)["job_seeker"].accepted.height == COUNT
    assert any("full_name_i_c" in asked for asked in drafted.questions)  # a whole name is no family name: it is asked


def test_tags_say_what_columns_hold(tmp_path: Path):
    """A list whose columns are called A, B and C, by its tags."""
    sample = beneficiaries(tmp_path)
    drafted = draft("listes", [sample], to=tmp_path / "out", kinds=["job_seeker"])

    assert right(drafted, {
        "reference": 'column("Code").required()',
        "registered_on": 'column("Arr.").date("yyyy-mm-dd")',
        "identity.family_name": 'column("A")',
        "identity.given_names": 'column("B")',
        "identity.sex": 'column("Sx").codes({"M": Sex.MALE, "F": Sex.FEMALE})',
        "identity.birth": 'column("DOB").birth("yyyy-mm-dd")',
        "identity.phones": 'column("E").phone(PHONES)',
        "residence.region": 'column("C").codelist(MALI_2009)',
        "residence.district": 'column("D")',
        "occupation": 'column("Skill").codelist(occupations, written="code")',
    }) == 10  # fmt: skip
    (adapter,) = imported(drafted).cigem_adapters()
    for source in (sample, drafted.folder / "samples" / sample.name):
        assert adapter.read(source)["job_seeker"].accepted.height == COUNT


def test_a_service_asked_country_by_country(tmp_path: Path, service, monkeypatch):
    """A key in a header of its own, one list a country, and fewer records at once than were asked for."""
    monkeypatch.setenv("CIGEM_ABRI_TOKEN", "s3cret")
    drafted = draft(
        "abri", [f"{service}/cases?country=ML&country=SN"], to=tmp_path / "out", kinds=["job_seeker"], token_header="X-Api-Key"
    )
    page = drafted.module.read_text("utf-8")

    assert 'scheme=""' in page
    assert 'token_header="X-Api-Key"' in page
    assert 'Resource("cases", query={"country": ("ML", "SN")})' in page
    assert right(drafted, {
        "reference": 'column("caseId").required()',
        "registered_on": 'column("created_at").date("yyyy-mm-dd")',
        "identity.family_name": 'column("lastName")',
        "identity.given_names": 'column("firstName")',
        "identity.sex": 'column("gender").codes({"male": Sex.MALE, "female": Sex.FEMALE})',
        "identity.birth": 'column("birthDate").birth("yyyy-mm-dd")',
        "identity.phones": 'column("phoneNumber").phone(PHONES)',
        "residence.region": 'column("region_name").codelist(MALI_2009)',
        "remarks": 'column("notes")',
    }) == 9  # fmt: skip
    assert "s3cret" not in "".join(path.read_text("utf-8") for path in drafted.files)
    (adapter,) = imported(drafted).cigem_adapters()
    with Services(token=lambda _: Secret("s3cret")).connect(adapter, service) as client:
        reading = read(client, "cases")
    assert sorted(one["caseId"] for one in reading.records()) == sorted(f"C-{n}" for n in range(COUNT))
    assert adapter.read(drafted.folder / "samples" / "cases.json")["job_seeker"].accepted.height == COUNT
    assert len(json.loads((drafted.folder / "samples" / "cases.json").read_bytes())) == COUNT
