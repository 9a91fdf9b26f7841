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
    """They stand twice so that `--help` stays quick."""
    assert listed == tuple(map(str, members))


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


def test_a_referral_is_prepared_once_and_taken_back(cigem):
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
    assert "birth: expected" in cigem("receive", "--birth", "mardi", refused=True)
