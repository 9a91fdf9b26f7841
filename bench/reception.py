"""What a great reception costs: lists, views, pages and searches over 100,000 migrants, 300,000 visits and 100,000 referrals.

python bench/reception.py                      make the workspace in a temporary folder, and measure
python bench/reception.py --in FOLDER          the same, kept there for another time
python bench/reception.py --people 1000        a small one

Each question is a process of its own, as an officer asks it: its CPU seconds and its peak of memory, the median of the turns.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rows import write

from cigem_core import Identity, Referral, Sex, Workspace
from cigem_core.model.arrivals import Arrival
from cigem_core.model.axes import Axis
from cigem_core.model.counsel import Visit, VisitReason
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.model.identity import Residence
from cigem_core.model.migrants import Attachment, Condition, Migrant, Situation
from cigem_core.model.projects import Goal, IndividualProject
from cigem_core.model.referrals import Decision, ReferralAnswer, RefusalCode, ToldBy
from cigem_core.model.refs import Ref
from cigem_core.model.values import Occupation, PartialDate, Phone

FIRST, ON = date(2009, 1, 5), date(2009, 12, 1)
FAMILY = ("Traoré", "Diarra", "Keïta", "Coulibaly", "Sissoko", "Touré", "Dembélé", "Koné", "Sangaré", "Maïga", "Cissé", "Sidibé",
          "Camara", "N'Diaye", "Ag Attaher", "Sacko", "Dicko", "Samaké", "Fofana", "Bah", "Konaté", "Doumbia", "Sylla", "Diallo",
          "Haïdara", "Kanté", "Niaré", "Togola", "Berthé", "Goïta")  # fmt: skip
GIVEN = ("Awa", "Aïssata", "Moussa", "Fatoumata", "Ibrahim", "Mariam", "Sékou", "Kadiatou", "Adama", "Oumar", "Rokia", "Modibo",
         "Zeïnab", "Bakary", "Hawa", "Lassana", "Djénéba", "Amadou", "Nana", "Yacouba", "Assa", "Drissa", "Salif",
         "Bintou")  # fmt: skip
QUESTIONS = {
    "migrants list": ("migrants", "list"),
    "migrants list --json": ("migrants", "list", "--json"),
    "migrants show": ("migrants", "show", "MG-2009-00777"),
    "referrals caseload, the page": ("referrals", "caseload", "--on", f"{ON}", "--out", "caseload.html"),
    "migrants list, two names": ("migrants", "list", "awa", "DIARRA"),
    "migrants list, part of a name": ("migrants", "list", "zein"),
    "migrants list, a name nobody has": ("migrants", "list", "wxyz"),
}
INSIDE = {
    "search, two names": ("awa DIARRA",), "search, one name": ("keita",), "search, a part": ("zein",),
    "search, two letters": ("ai",), "search, nobody": ("wxyz",),
}  # fmt: skip


def main() -> None:
    """Make what is not there, and print a line for each question."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--in", dest="folder", type=Path)
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--turns", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = (given.folder or Path(temporary)) / f"reception{given.people}.sqlite"
        if not base.exists():
            base.parent.mkdir(parents=True, exist_ok=True)
            make(base, given.people)
        measure(base, given.turns)


def make(base: Path, people: int) -> None:
    """A year of a centre: each migrant with three visits and one referral; nine in ten of these left, half were answered.

    One file in five is tied to a job seeker's record, and half of those have no name of their own.
    """
    with Workspace.create(base, on=FIRST, by="bench") as centre, tempfile.TemporaryDirectory() as folder:
        store, file = centre.store, Path(folder) / "demandeurs_200909.csv"
        write(file, people // 5 + people // 50)
        centre.pull("anpe", file, on=ON, by="bench", axis="employment-data")
        refs = [f"anpe:job_seeker:{row['key']}" for row in store.records(kind_of(JobSeeker))]
        with store.acting("attach", on=ON, by="bench") as act:
            act.keep(*(attachment(n, ref) for n, ref in zip(range(5, people + 1, 5), refs, strict=False)))
        for part in _parts(people):
            with store.acting("open-file", on=FIRST, by="bench") as act:
                act.keep(*map(migrant, part))
                act.keep(*map(situation, part), *map(project, part[::4]))
            with store.acting("visit", on=FIRST, by="bench") as act:
                act.keep(*(visit(n, turn) for n in part for turn in range(3)))
            with store.acting("refer", on=FIRST, by="bench") as act:
                act.keep(*map(referral, part))
        store.keep(Arrival(reference="AR-2009-0001", announced=120), act="announce", on=FIRST, by="bench")
        with tempfile.TemporaryDirectory() as out:
            centre.push("anpe", to=out, on=date(2009, 9, 1), by="bench")
        for part in _parts(people):
            with store.acting("answer-referral", on=ON, by="bench") as act:
                act.keep(*map(answer, part[::2]))


def _parts(people: int) -> Iterator[range]:
    for first in range(1, people + 1, 20_000):
        yield range(first, min(first + 20_000, people + 1))


def _number(n: int) -> str:
    return f"MG-2009-{n:05d}"


def migrant(n: int) -> Migrant:
    """One in twenty has a nickname alone; one in ten only the names of the record it is tied to."""
    chance = random.Random(n)
    if n % 10 == 5:
        return Migrant(reference=_number(n), opened_on=FIRST)
    if n % 20 == 0:
        return Migrant(reference=_number(n), opened_on=FIRST, known_as=f"Le {chance.choice(GIVEN)}")
    who = Identity(
        family_name=chance.choice(FAMILY), given_names=" ".join(chance.sample(GIVEN, 1 + (n % 5 == 0))),
        sex=chance.choice((Sex.FEMALE, Sex.MALE)), birth=PartialDate(year=chance.randint(1950, 1995)),
        phones=(Phone(f"+2237{n:07d}"),),
    )  # fmt: skip
    return Migrant(
        reference=_number(n), opened_on=FIRST + timedelta(days=n % 200), identity=who, residence=Residence(district="Kayes")
    )


def attachment(n: int, ref: str) -> Attachment:
    """A record tied to a file."""
    return Attachment(record=ref, migrant=_number(n), attached_on=ON, attached_by="awa", because="même téléphone")


def situation(n: int) -> Situation:
    """What someone is."""
    return Situation(migrant=_number(n), number=1, condition=list(Condition)[n % 6], since=FIRST)


def project(n: int) -> IndividualProject:
    """One in four has one."""
    closed = ON if n % 3 == 0 else None
    return IndividualProject(
        reference=f"PI-2009-{n:05d}", migrant=_number(n), goal=Goal.JOB, occupation=Occupation("7212"), closed_on=closed
    )


def visit(n: int, turn: int) -> Visit:
    """One of three."""
    return Visit(
        reference=f"VI-2009-{n * 3 + turn:06d}", migrant=_number(n), visited_on=FIRST + timedelta(days=n % 200 + turn * 7),
        reason=list(VisitReason)[(n + turn) % 7], officer="awa", asked="Une formation", answered="Orienté",
    )  # fmt: skip


def referral(n: int) -> Referral:
    """One in ten goes to an agency that was not sent anything yet."""
    return Referral(
        reference=f"OR-2009-{n:05d}", to="apej" if n % 10 == 0 else "anpe", referred_on=FIRST + timedelta(days=n % 230),
        subject=Ref("centre", "migrant", _number(n)), occupation=Occupation("7212"), axis=Axis.RECEPTION,
        convention="CIGEM-ANPE-2009", reason="cherche un emploi",
    )  # fmt: skip


def answer(n: int) -> ReferralAnswer:
    """Of every decision some; refusals say why."""
    decision = list(Decision)[n // 2 % 5]
    return ReferralAnswer(
        referral=f"OR-2009-{n:05d}", decision=decision, decided_on=date(2009, 9, 15), said_by="M. Koné", told_by=ToldBy.PHONE,
        refusal_code=list(RefusalCode)[n % 7] if decision is Decision.REFUSED else None,
    )  # fmt: skip


def measure(base: Path, turns: int) -> None:
    """Every question, as a command and as a search within a workspace that is open."""
    for title, words in QUESTIONS.items():
        told = [_run([sys.executable, "-m", "cigem_core", "-w", str(base), *words], base.parent) for _ in range(turns)]
        _told(title, told)
    with Workspace(base) as centre:
        centre.people.search("awa")
        for title, words in INSIDE.items():
            spent = []
            for _ in range(turns):
                begun = sum(os.times()[:2])
                found = centre.people.search(*words)
                spent.append(sum(os.times()[:2]) - begun)
            print(f"{title:<40} {statistics.median(spent):6.2f} s {'':>10}   {len(found)} found")


# What a process takes at most counts what it was cloned from: a small one starts the command, and tells.
ASIDE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _run(command: list[str], folder: Path) -> tuple[float, float]:
    told = subprocess.run([sys.executable, "-S", "-c", ASIDE, *command], cwd=folder, check=True, capture_output=True, text=True)
    seconds, memory = map(float, told.stdout.split())
    return seconds, memory


def _told(title: str, told: list[tuple[float, Any]]) -> None:
    seconds, memory = (statistics.median(one) for one in zip(*told, strict=True))
    print(f"{title:<40} {seconds:6.2f} s {memory:6.0f} MiB")


if __name__ == "__main__":
    main()
