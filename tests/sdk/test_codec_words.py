"""The words codecs say to people: what to write instead of a bad cell, and what an adapter's author cannot mean."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from sdk.test_codecs import MANY, PLAN, PROVINCES, births, dates

from cigem_core import Sex
from cigem_core.errors import DeclarationError
from cigem_core.model.codes import CodeList, countries
from cigem_core.model.values import Amount, Country, Level, Occupation, PartialDate, Phone, Place, Sector
from cigem_core.report import Rule
from cigem_core.sdk.codecs import CodeListCodec, CodesCodec, TextCodec, WordsCodec
from cigem_core.sdk.dates import DateFormat
from cigem_core.sdk.numbers import AmountCodec, NumberCodec, PhoneCodec, PhonePlan
from cigem_core.text import Text


@pytest.mark.parametrize(
    ("codec", "rule", "fills", "fr", "en"),
    [
        (TextCodec(), Rule.TYPE, (str,), "écrire un texte", "expected text"),
        (CodesCodec({"M": Sex.MALE, "F": Sex.FEMALE}), Rule.ENUM, (Sex,), "écrire M ou F", "expected one of: M, F"),
        (CodesCodec({"a": True, "b": False, "c": True}), Rule.ENUM, (bool,), "écrire a, b ou c", "expected one of: a, b, c"),
        (CodesCodec({"M": Sex.MALE}), Rule.ENUM, (Sex,), "écrire M", "expected one of: M"),
        (
            CodeListCodec(PROVINCES),
            Rule.ENUM,
            (Place, Level),
            "écrire une valeur de la liste « Provinces » : Nord, Süd",
            "expected a value of the list 'The provinces': Nord, Süd",
        ),
        (
            CodeListCodec(PROVINCES, "code"),
            Rule.ENUM,
            (Place, Level),
            "écrire une valeur de la liste « Provinces » : N, S",
            "expected a value of the list 'The provinces': N, S",
        ),
        (
            CodeListCodec(MANY),
            Rule.ENUM,
            (Place, Level),
            "écrire une valeur de la liste « Beaucoup » : name 0, name 1, name 2…",
            "expected a value of the list 'Many': name 0, name 1, name 2…",
        ),
        (WordsCodec(","), Rule.TYPE, (str,), "séparer les mots par « , »", "expected words separated by ','"),
        (
            NumberCodec(),
            Rule.TYPE,
            (int,),
            "écrire un nombre entier en chiffres, comme 12",
            "expected a whole number in digits, like 12",
        ),
        (
            NumberCodec(decimal=","),
            Rule.TYPE,
            (Decimal,),
            "écrire un nombre en chiffres, comme 12 ou 2,5",
            "expected a number in digits, like 12 or 2,5",
        ),
        (
            AmountCodec(currency="EUR"),
            Rule.TYPE,
            (Amount,),
            "écrire un montant entier en chiffres, comme 153 000",
            "expected a whole amount in digits, like 153 000",
        ),
        (PhoneCodec(PLAN), Rule.PATTERN, (Phone,), "écrire un numéro comme 23 45 67 89", "expected a number like 23 45 67 89"),
        (
            dates("dd/mm/yyyy"),
            Rule.TYPE,
            (date,),
            "écrire une date du calendrier, exactement comme 31/12/1985",
            "expected a date of the calendar, written exactly like 31/12/1985",
        ),
        (
            births("dd/mm/yyyy", "yyyy"),
            Rule.TYPE,
            (PartialDate,),
            "écrire une date du calendrier, exactement comme 31/12/1985 ou 1985",
            "expected a date of the calendar, written exactly like 31/12/1985 or 1985",
        ),
    ],
    ids=lambda given: re.sub(r" at 0x[0-9a-f]+", "", str(given)),
)
def test_what_a_codec_says(codec, rule, fills, fr, en):
    """The rule a bad cell breaks, the fields it can fill, and what to write instead."""
    assert (codec.rule, codec.fills, codec.remedy) == (rule, fills, Text(fr=fr, en=en))


def test_a_list_that_is_a_function_may_fill_any_field_of_a_list():
    assert CodeListCodec(countries).fills == (Place, Level, Occupation, Country, Sector)
    assert CodeListCodec(countries()).fills == (Country,)


def test_a_list_of_twenty_is_told_whole():
    some = CodeList(list="t", edition="1", title=MANY.title, source="x", codes=MANY.codes[:20])

    assert CodeListCodec(some).remedy.en.endswith("name 18, name 19")


@pytest.mark.parametrize(
    ("declare", "fr", "en"),
    [
        (
            lambda: CodesCodec({"a": True, "b": Sex.MALE}),
            "des codes veulent dire les membres d'une même énumération, ou oui et non",
            "codes mean members of one enumeration, or yes and no",
        ),
        (
            lambda: CodesCodec({}),
            "des codes veulent dire les membres d'une même énumération, ou oui et non",
            "codes mean members of one enumeration, or yes and no",
        ),
        (
            lambda: CodesCodec({" a": True}),
            "le code «  a » ne se lit jamais : une case vide n'est pas un code, et les espaces au bord sont ôtés",
            "the code ' a' is never read: an empty cell is no code, and spaces at the edge are taken off",
        ),
        (
            lambda: CodesCodec({"": True}),
            "le code «  » ne se lit jamais : une case vide n'est pas un code, et les espaces au bord sont ôtés",
            "the code '' is never read: an empty cell is no code, and spaces at the edge are taken off",
        ),
        (
            lambda: WordsCodec(", "),
            "les mots sont séparés par un seul caractère, pas « ,  » ; les espaces autour sont libres",
            "words are separated by one character, not ', '; spaces around it are free",
        ),
        (
            lambda: NumberCodec(decimal=";"),
            "les décimales suivent « , » ou « . », pas « ; »",
            "decimals follow ',' or '.', not ';'",
        ),
        (
            lambda: AmountCodec(currency="eur"),
            "une monnaie a un code de trois lettres (ISO 4217), comme EUR, pas « eur »",
            "a currency has a code of three letters (ISO 4217), like EUR, not 'eur'",
        ),
        (
            lambda: PhonePlan(calling_code="+9", national="1", like="1"),
            "le plan ++9 : un indicatif est fait de chiffres, et les groupes d'au moins un chiffre",
            "the plan ++9: a calling code is made of digits, and groups hold at least one",
        ),
        (
            lambda: PhonePlan(calling_code="9", national="1", group=0, like="1"),
            "le plan +9 : un indicatif est fait de chiffres, et les groupes d'au moins un chiffre",
            "the plan +9: a calling code is made of digits, and groups hold at least one",
        ),
        (
            lambda: PhonePlan(calling_code="9", national="12", like="1 3"),
            "le plan +9 ne reconnaît pas son propre exemple, « 1 3 »",
            "the plan +9 does not take its own example, '1 3'",
        ),
        (
            lambda: DateFormat("dd/mm"),
            "le format de date « dd/mm » doit contenir dd, mm et yyyy une fois chacun, ou yyyy seul "
            "(d et m pour des jours et des mois sans zéro)",
            "the date format 'dd/mm' must hold dd, mm and yyyy once each, or yyyy alone "
            "(d and m for days and months without a zero)",
        ),
        (
            lambda: DateFormat("jj/mm/aaaa"),
            "le format de date « jj/mm/aaaa » doit contenir dd, mm et yyyy une fois chacun, ou yyyy seul "
            "(d et m pour des jours et des mois sans zéro)",
            "the date format 'jj/mm/aaaa' must hold dd, mm and yyyy once each, or yyyy alone "
            "(d and m for days and months without a zero)",
        ),
        (
            lambda: DateFormat("dd yyyy mm d"),
            "le format de date « dd yyyy mm d » doit contenir dd, mm et yyyy une fois chacun, ou yyyy seul "
            "(d et m pour des jours et des mois sans zéro)",
            "the date format 'dd yyyy mm d' must hold dd, mm and yyyy once each, or yyyy alone "
            "(d and m for days and months without a zero)",
        ),
        (
            lambda: DateFormat(" yyyy"),
            "le format de date «  yyyy » a des espaces au bord ; les cases sont lues sans les leurs",
            "the date format ' yyyy' has spaces at its edge; cells are read without theirs",
        ),
        (lambda: dates(), "dire comment les dates sont écrites : « dd/mm/yyyy »", "say how dates are written: 'dd/mm/yyyy'"),
        (
            lambda: dates("dd/mm/yyyy", "yyyy"),
            "une date se dit au jour près, pas « yyyy » ; une naissance peut n'être qu'une année (birth)",
            "a date is told to the day, not 'yyyy'; a birth may be just a year (birth)",
        ),
        (
            lambda: births("dd/mm/yyyy", "29/02/yyyy"),
            "une date écrite « 29/02/yyyy » se lirait « dd/mm/yyyy » : ôter l'un des deux formats",
            "a date written '29/02/yyyy' would be read as 'dd/mm/yyyy'; drop one of the two formats",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(declare, fr, en):
    with pytest.raises(DeclarationError) as refused:
        declare()

    assert refused.value.text == Text(fr=fr, en=en)
