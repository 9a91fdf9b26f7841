"""In which encoding a text was written: the likeliest is right, or the sender is asked; never are other letters read."""

import unicodedata

import pytest
from babel import Locale

from cigem_core.errors import SourceRefused, UnknownEncoding
from cigem_core.formats.delimited.encodings import settled
from cigem_core.model.employment import JobSeeker
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column, read_any

LENSES = {"reference": column("Ref").required(), "identity.family_name": column("Nom")}
undeclared = Table(JobSeeker, Csv("s.csv"), LENSES)
delimited = Table(JobSeeker, Csv("s.csv", delimiter=";"), LENSES)
declared = Table(JobSeeker, Csv("s.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), LENSES)

WESTERN = {
    "fr": ["cp1252", "iso8859-1", "iso8859-15", "cp850", "mac_roman", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"],
    "es": ["cp1252", "iso8859-15", "cp850", "utf-8"], "pt": ["cp1252", "cp850"], "de": ["cp1252", "cp850", "mac_roman"],
}  # fmt: skip
OTHERS = {
    "pl": ["cp1250", "iso8859-2", "cp852"], "cs": ["cp1250"], "ro": ["cp1250"], "tr": ["cp1254", "iso8859-9"], "lt": ["cp1257"],
    "ru": ["cp1251", "koi8-r", "iso8859-5", "cp866"], "el": ["cp1253", "iso8859-7"], "he": ["cp1255"],
    "ar": ["cp1256", "iso8859-6"], "ja": ["shift_jis", "euc_jp"], "zh": ["gb18030", "big5"], "ko": ["euc_kr"], "th": ["cp874"],
}  # fmt: skip


def names(language: str, encoding: str) -> list[str]:
    """Names of countries in a language, as an encoding has them."""
    every = [unicodedata.normalize("NFC", name).replace("’", "'") for name in Locale.parse(language).territories.values()]
    return sorted(name for name in every if not name.isascii() and name == name.encode(encoding, "ignore").decode(encoding))


def file(some: list[str], encoding: str) -> bytes:
    return "".join(f"A-{at};{name}\r\n" for at, name in enumerate(some)).join(["Ref;Nom\r\n", ""]).encode(encoding)


@pytest.mark.parametrize(("language", "encoding"), [(one, encoding) for one, several in WESTERN.items() for encoding in several])
def test_texts_of_western_europe_and_utf_are_read(language, encoding):
    """Without a question: what people of this part of the world write is told by how its letters stand in words."""
    every = names(language, encoding)
    for start in range(3):
        some = every[start * 11 :][:12]

        found = undeclared.read(file(some, encoding))

        assert found.accepted["identity.family_name"].to_list() == some


@pytest.mark.parametrize(("language", "encoding"), [(one, encoding) for one, several in OTHERS.items() for encoding in several])
def test_other_letters_are_asked_about_and_never_read(language, encoding):
    """A refusal names what it may be; read as letters of Western Europe, every name would be another."""
    every = names(language, encoding)
    for start in range(3):
        content = file(every[start * 11 :][:12], encoding)

        with pytest.raises(UnknownEncoding) as refused:
            undeclared.read(content)

        assert len(refused.value.candidates) > 1
        assert all(candidate in str(refused.value) for candidate in refused.value.candidates)


NAMES = {
    "es": "Íñigo Núñez|Zúñiga|Muíños|Sí|María Ibáñez|Güell|Ordóñez|Peña",
    "ca": "Òscar|col·legi|Gràcia|Sòria|Núria Fàbregas|Mercè|Lluís",
    "fi": "Hämäläinen|Väinö|Jyväskylä|Äänekoski|Löytönen|Kääriäinen|Ylöjärvi|yö",
    "it": "Nicolò|è nato a Forlì|Libertà|Cantù|perché|Là",
    "nl": "Zoë|België|Daniël|Oekraïne|coördinatie|reünie",
    "sq": "Përmet|Tiranë|Durrës|Shkodër|Korçë|Gjirokastër",
}


@pytest.mark.parametrize(("language", "encoding"), [
    (language, encoding) for language in NAMES for encoding in ("cp1252", "iso8859-15", "cp850", "mac_roman")

])  # fmt: skip
def test_names_of_people_and_places_are_read(language, encoding):
    """As dense as a list of names has them: a letter beside another, alone, after the capital that begins a word."""
    some = NAMES[language].split("|") * 2

    found = undeclared.read(file(some, encoding))

    assert found.accepted["identity.family_name"].to_list() == some


@pytest.mark.parametrize(("words", "encoding"), [
    ("ROMÂNIA|BULGĂRIA|FĂGĂRAȘ|TIMIȘ|BRĂILA|VÂLCEA|SĂLAJ|BACĂU|BUZĂU|GALAȚI", "iso8859-16"),
    ("MAGYARORSZÁG|GYŐR|SZŰCS|DEBRECEN KÖRZŐ|ERDŐ|MEZŐ|KŐSZEG|TETŐ", "iso8859-2"),
])  # fmt: skip
def test_capitals_with_other_letters_are_asked_about(words, encoding):
    with pytest.raises(UnknownEncoding):
        undeclared.read(file(words.split("|"), encoding))


@pytest.mark.parametrize("table", [undeclared, delimited])
@pytest.mark.parametrize("text", ["KEITA – BA", "“ATT” KEITA", "DIARRA…", "l’an 2009", "15 €", "TRAORÉ — BA"])
def test_signs_of_a_printer_are_no_letters(table, text):
    """In cp1252 they stand where other encodings have letters."""
    assert table.read(file([text], "cp1252")).accepted["identity.family_name"].to_list() == [text]


@pytest.mark.parametrize(("some", "encoding"), [
    (["ABD doları", "Arnavutluk Leki", "Avustralya doları", "Avusturya Şilini"], "cp1254"),
    (["Afganisztán", "Afrika déli része", "Albánia", "Amerikai Egyesült Államok", "Egyenlítői-Guinea", "Gyűrűk"], "cp852"),
])  # fmt: skip
def test_seemly_letters_are_doubted_where_another_reading_is_far_likelier(some, encoding):
    """Turkish and Hungarian share letters with their neighbours; the others would be read as those of Iceland or Italy."""
    with pytest.raises(UnknownEncoding) as refused:
        undeclared.read(file(some, encoding))

    assert encoding in refused.value.candidates


@pytest.mark.parametrize(("text", "encoding", "likely"), [
    ("Dvořák, Łukasz Żółć", "cp1250", "cp1250"), ("Şeyma Yıldırım", "cp1254", "cp1254"), ("محمد أحمد", "iso8859-6", "iso8859-6"),
])  # fmt: skip
@pytest.mark.parametrize("table", [undeclared, delimited, declared])
def test_a_few_names_are_enough_to_doubt(table, text, encoding, likely):
    """Where the header says nothing, declared encodings are doubted as well."""
    with pytest.raises(UnknownEncoding) as refused:
        table.read(file([text, "BA"], encoding))

    assert likely in refused.value.candidates
    assert isinstance(refused.value, SourceRefused)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_rows_tell_the_encoding_where_the_header_does_not(encoding):
    """A header in ASCII is found under every encoding."""
    some = ["KEITA", "KONÉ", "TRAORÉ"]

    assert declared.read(file(some, encoding)).accepted["identity.family_name"].to_list() == some


@pytest.mark.parametrize(("most", "one"), [("cp1252", "utf-8"), ("utf-8", "cp1252")])
@pytest.mark.parametrize("table", [declared, delimited, undeclared])
def test_row_of_another_encoding_is_a_fault_of_its_own(table, most, one):
    """Two files were put together: the letters of most rows are sure, those of the other row are asked for again."""
    content = file(["KONÉ", "Dembélé", "Touré"], most) + "A-9;TRAORÉ\r\n".encode(one)

    batch = table.read(content)

    assert batch.accepted["identity.family_name"].to_list() == ["KONÉ", "Dembélé", "Touré"]
    assert [(fault.address.row, fault.rule) for fault in batch.faults] == [(5, Rule.ENCODING)]


def test_first_letter_may_stand_far_below():
    """A megabyte of plain letters says nothing."""
    rows = ["BA"] * 150_000 + ["KONÉ"]

    assert declared.read(file(rows, "cp1252")).accepted["identity.family_name"][-1] == "KONÉ"


def test_reading_anything_asks_as_well():
    """A table nobody declared has no more right to other letters."""
    with pytest.raises(UnknownEncoding, match="cp1250"):
        read_any(file(["Dvořák, Łukasz Żółć"], "cp1250"))


def test_settled_encoding_needs_no_question_for_plain_text():
    """ASCII is UTF-8."""
    assert settled(b"a;b\n").encoding == "utf-8"
