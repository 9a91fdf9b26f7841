"""The commands of the reception desk: what is typed, what is answered, what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from made import make

from cigem_core.cli.commands import program
from cigem_core.cli.reception import words
from cigem_core.model.arrivals import AidNature, Means
from cigem_core.model.counsel import VisitReason
from cigem_core.model.migrants import Condition, SafeWay
from cigem_core.model.projects import Goal, ProjectResult
from cigem_core.model.referral_life import DECIDES
from cigem_core.model.referrals import RefusalCode, ToldBy


@pytest.fixture
def cigem(tmp_path):
    """The command line on a workspace of its own."""
    where = str(tmp_path / "centre.sqlite")
    day = ["--on", "2009-10-01", "--by", "awa"]

    def run(*typed: str, refused: bool = False, acts: bool = True):
        answered = CliRunner().invoke(program("en"), [*typed, *(day if acts else []), "-w", where])
        assert (answered.exit_code != 0) is refused, answered.output
        return answered.output

    make(where)
    return run


@pytest.mark.parametrize(
    ("listed", "members"),
    [
        (words.CONDITIONS, Condition), (words.MEANS, Means), (words.AIDS, AidNature), (words.GOALS, Goal),
        (words.RESULTS, ProjectResult), (words.REASONS, VisitReason), (words.REFUSALS, RefusalCode), (words.WAYS, ToldBy),
        (words.SAFE_WAYS, SafeWay), (words.ANSWERS, DECIDES),
    ],
)  # fmt: skip
def test_the_words_of_the_command_line_are_those_of_the_model(listed, members):
    """They stand twice so that `--help` stays quick; in French each is the label, in one piece."""
    assert tuple(listed) == tuple(map(str, members))
    labels = {str(one): one.label.fr for one in members if hasattr(one, "label")}
    assert {code: word.fr for code, word in listed.items() if code in labels} == {
        code: label.replace(" ", "-").replace("'", "-") for code, label in labels.items()
    }


@pytest.mark.parametrize("typed", ["en-transit", "EN TRANSIT", "in-transit"])
def test_a_word_is_typed_in_french_or_by_its_code(cigem, typed):
    who = cigem("receive", "--known-as", "le bleu", "--situation", typed).strip()
    said = cigem("receive", "--known-as", "le vert", "--situation", "transit", refused=True)

    assert "in transit" in cigem("migrants", "show", who, acts=False)
    assert "in-transit" in said


def test_a_group_is_announced_received_and_counted(cigem):
    group = cigem("arrivals", "announce", "3", "--country", "LY").strip()
    who = cigem("receive", "--arrival", group, "--known-as", "le bleu", "--situation", "in-transit", "--next", "Nioro").strip()
    cigem("arrivals", "absent", group, "--number", "1")
    cigem("arrivals", "give", who, "cash", "--amount", "15 000 xof")

    (told,) = json.loads(cigem("arrivals", "list", "--json", acts=False))
    assert (told["announced"], told["received"], told["absent"], told["expected"]) == (3, 1, 1, 1)
    assert json.loads(cigem("migrants", "list", "BLEU", "--json", acts=False))[0]["migrant"] == who
    assert "did not come" in cigem("arrivals", "absent", group, "--number", "3", refused=True)
    assert "the nearest is 'AR-2009-0001'" in cigem("arrivals", "show", "AR-2009-0007", refused=True, acts=False)
    assert "a whole amount" in cigem("arrivals", "give", who, "cash", "--amount", "15,5 XOF", refused=True)


def test_a_referral_is_prepared_once_and_taken_back(cigem, tmp_path):
    who = cigem("receive", "--family-name", "Traoré", "--given-names", "Awa", "--birth", "vers 1985").strip()
    number = cigem("referrals", "prepare", who, "--to", "anpe", "--because", "cherche un emploi").strip()

    assert "if it is meant, --again" in cigem("referrals", "prepare", who, "--to", "anpe", refused=True)
    told = json.loads(cigem("referrals", "--json", "--on", "2009-10-11", acts=False))
    assert [(one["reference"], one["name"], one["state"], one["days_waiting"]) for one in told] == [
        (number, "Traoré Awa", "waiting", 10)
    ]
    cigem("referrals", "withdraw", number, "--because", "erreur")
    told = json.loads(cigem("referrals", "--json", "--on", "2009-10-11", acts=False))
    assert [(one["state"], one["days_waiting"]) for one in told] == [("withdrawn", None)]
    cigem("referrals", "prepare", who, "--to", "anpe")
    other = cigem("receive", "--family-name", "Diarra", "--given-names", "Moussa").strip()
    cigem("push", "anpe", "--to", str(tmp_path / "out"))
    for whose, all_of_them, outstanding in ((who, 2, 1), (other, 0, 0)):
        assert len(json.loads(cigem("referrals", "--migrant", whose, "--json", acts=False))) == all_of_them
        assert len(json.loads(cigem("referrals", "--outstanding", "--migrant", whose, "--json", acts=False))) == outstanding
    assert "birth: expected" in cigem("receive", "--birth", "mardi", refused=True)


def test_a_minor_who_may_not_be_called_at_home(cigem):
    """Guardian, safe ways, level and region are typed like the rest; what is typed later is put over what stands."""
    guardian = cigem("receive", "--family-name", "Keita", "--given-names", "Fanta").strip()
    who = cigem(
        "receive", "--known-as", "Petit", "--region", "kayes", "--level", "Fondamental 1", "--reach", "through-someone",
        "--through", "sa tante", "--guardian", "Fanta Keita", "--guardian-relation", "tante", "--guardian-file", guardian,
    ).strip()  # fmt: skip
    cigem("migrants", "amend", who, "--safe-phone", "+22376112233", "--district", "Yélimané", "--occupation", "7212")

    known = {
        one["name"]: one["said"][0]["value"] for one in json.loads(cigem("migrants", "show", who, "--json", acts=False))["known"]
    }

    assert {name: known[name] for name in known if name.startswith(("reach", "guardian"))} == {
        "reach.way": "through-someone", "reach.through": "sa tante", "reach.phone": "+22376112233",
        "guardian.name": "Fanta Keita", "guardian.relation": "tante", "guardian.file": guardian,
    }  # fmt: skip
    assert (known["residence.region"]["code"], known["residence.district"]) == ("ML-1", "Yélimané")
    assert (known["residence.region"]["edition"], known["education"]["code"]) == ("2009", "fondamental-1")
    assert known["occupation"]["code"] == "7212"
    assert "the nearest is 'Kayes'" in cigem("migrants", "amend", who, "--region", "Kaye", refused=True)
    assert "school level: 'licence 9' is of no list" in cigem("migrants", "amend", who, "--level", "licence 9", refused=True)
    assert "a number with its country" in cigem("migrants", "amend", who, "--guardian-phone", "12", refused=True)


def test_records_are_suggested_tied_and_untied_and_doubles_joined_and_parted(cigem, sample):
    record, because = "anpe:job_seeker:NIO-2009-00001", ("--because", "la même personne")
    cigem("pull", "anpe", str(sample / "demandeurs_200909.csv"), "--axis", "employment-data")
    first = cigem("migrants", "open", "--from", record, *because).strip()
    other = cigem("receive", "--family-name", "Keïta", "--given-names", "Seydou", "--phone", "+22368961219").strip()

    (suggested,) = json.loads(cigem("migrants", "suggest", other, "--json", acts=False))
    assert (suggested["record"], suggested["proofs"]) == (record, ["same-phone-and-names"])
    assert first in cigem("migrants", "attach", other, record, *because, refused=True)
    cigem("migrants", "detach", record, *because)
    assert record not in cigem("migrants", "show", first, acts=False)
    cigem("migrants", "attach", other, record, *because)
    names = [row for row in cigem("migrants", "show", other, acts=False).splitlines() if "≠" in row]
    assert ["KEITA" in names[0] or "Keïta" in names[0], len(names)] == [True, 2]

    cigem("migrants", "join", first, other, *because)
    assert f"{first} is a double of {other}" in cigem("migrants", "situation", first, "--situation", "visitor", refused=True)
    cigem("migrants", "part", first)
    cigem("migrants", "situation", first, "--situation", "visitor")
