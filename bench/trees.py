"""Side by side in one run: nested JSON beside polars.read_json, XML submissions beside lxml, as ratios of CPU time.

python bench/trees.py --records 200000 --turns 3
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from cigem_core.formats.source import Source
from cigem_core.formats.tables import ChosenColumns
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.submissions import Submissions

YOUNG = Json("jeunes.json", resource="jeunes", records="data")
FORM = Submissions("submissions.xml", resource="submissions", repeats=["formation/evaluation"])
NAMES = ("Awa", "Moussa", "Fanta", "Dembélé", "Traoré", "Koné", "Sacko")


def main() -> None:
    """Write both files, read each by both libraries in turn, print the medians and their ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--records", type=int, default=200_000)
    asked.add_argument("--turns", type=int, default=3)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="cigem-bench-") as folder:
        tree, plain, forms = Path(folder, "jeunes.json"), Path(folder, "plain.json"), Path(folder, "submissions.xml")
        records = [_young(number) for number in range(wanted.records)]
        tree.write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
        plain.write_text(json.dumps(records, ensure_ascii=False, separators=(",", ":")), "utf-8")
        forms.write_text("<submissions>\n" + "\n".join(map(_submission, range(wanted.records))) + "\n</submissions>\n", "utf-8")
        for title, file in (("JSON, indented", tree), ("JSON, on one line", plain)):
            jobs = {"polars": partial(_by_polars, file), "ours": partial(_ours, YOUNG, file)}
            _compare(title, jobs, wanted.turns, wanted.records)
        _compare("XML", {"lxml": lambda: _by_lxml(forms), "ours": lambda: _ours(FORM, forms)}, wanted.turns, wanted.records)


def _compare(title: str, jobs: Mapping[str, Callable[[], int]], turns: int, records: int) -> None:
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(turns):
        for name, job in jobs.items():
            start = time.process_time()
            assert job() == records
            spent[name].append(time.process_time() - start)
    (theirs, floor), (ours, cost) = ((name, statistics.median(times)) for name, times in spent.items())
    print(f"{title:20} {theirs} {floor:6.2f} s   {ours} {cost:6.2f} s   {cost / floor:.2f} ×")


def _ours(form: Json | Submissions, file: Path) -> int:
    opened = form.open(Source.of(file), _everything)
    return sum(block.cells.height for block in opened.blocks())


def _everything(header: Sequence[str]) -> ChosenColumns:
    return ChosenColumns(names=dict(enumerate(header)), whole=True)


def _by_polars(file: Path) -> int:
    import polars as pl

    return pl.read_json(file).height


def _by_lxml(file: Path) -> int:
    etree = import_module("lxml.etree")
    rows = []
    for _, element in etree.iterparse(str(file), events=("end",), tag="data"):
        rows.append({below.tag: below.text for below in element.iter()})
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return len(rows)


def _young(number: int) -> dict[str, object]:
    """Someone invented, with parts left out as agencies do."""
    name, year = NAMES[number % len(NAMES)], 1970 + number % 30
    birth = {"date": f"{year}-04-{number % 28 + 1:02}", "annee": year, "approx": False}
    contacts = [{"type": "tel", "valeur": f"+223 7{number % 10_000_000:07}"}, {"type": "mail", "valeur": f"{number}@exemple.ml"}]
    return {
        "id": f"APEJ-{number:06}",
        "etat_civil": {"nom": name, "prenoms": [name, "Ba"][: number % 2 + 1], "sexe": "MF"[number % 2], "naissance": birth},
        "contacts": contacts[: number % 3],
        "adresse": {"region": f"ML-{number % 8 + 1}", "cercle": "Kayes"},
        "formation": {"niveau": "BAC", "metier": "7212"},
        "migration": None if number % 4 else {"retour": True, "pays": "ES", "date": "2008-03-26", "motif": "expulsion"},
        "nina": f"{number:013}Y" if number % 5 else None,
        "modifie_le": "2009-06-01T00:04:00Z",
    }


def _submission(number: int) -> str:
    marks = "".join(f"<evaluation><module>M{m}</module><note>{m + 10}.5</note></evaluation>" for m in range(number % 4))
    phone = f"<telephone>7{number % 10_000_000:07}</telephone>" if number % 3 else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="suivi" version="v1"><start>2009-09-09T09:12:00.000+00:00</start>'
        f"<stagiaire><nom>{NAMES[number % len(NAMES)]}</nom><prenom>Awa</prenom><sexe>f</sexe><region>ml_{number % 8}</region>"
        f"{phone}<langues>bambara soninke</langues></stagiaire><formation><filiere>soudure</filiere><debut>2009-06-02</debut>"
        f"<fin>2009-08-31</fin><heures_suivies>{number % 100}</heures_suivies>{marks}<resultat>certifie</resultat></formation>"
        f"<orx:meta><orx:instanceID>uuid:{number:032x}</orx:instanceID></orx:meta></data>"
    )


if __name__ == "__main__":
    main()
