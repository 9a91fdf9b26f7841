"""The directory of services as the centre itself writes it: one line a service, in a CSV with these columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.csv import Csv
from cigem_core.model.codes import occupations
from cigem_core.model.identity import Sex
from cigem_core.model.migrants import Condition
from cigem_core.model.projects import Goal, Service
from cigem_core.model.values import Labelled
from cigem_core.report import Fault, NotRun
from cigem_core.sdk.codecs import WordsCodec
from cigem_core.sdk.lenses import Column, column
from cigem_core.sdk.table import Table
from cigem_core.spelling import fold
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class ReadDirectory:
    """The services of a file: read = accepted + quarantined, with the faults of the others."""

    name: str
    services: tuple[Service, ...]
    quarantined: int = 0
    faults: tuple[Fault, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    """What was not asked: the columns that the file came without."""

    @property
    def read(self) -> int:
        """How many there were."""
        return len(self.services) + self.quarantined


def directory_name(file: str) -> str:
    """The name of a directory: that of its file."""
    name = re.sub(r"[^0-9a-z]+", "-", fold(file.rpartition(".")[0] or file)).strip("-")
    if not name:
        raise SourceRefused(Text(fr="donner un nom au fichier du répertoire", en="give the directory's file a name"))
    return name


def in_directory(service: Service, name: str) -> Service:
    """A service under its directory's name: two directories may number theirs alike."""
    return evolve(service, number=f"{name}/{service.number}", directory=name)


@cache
def services_table() -> Table:
    """The columns of the centre's own directory."""
    return Table(Service, Csv("prestations*.csv", encodings=("utf-8-sig", "cp1252")), {
        "number":       column("N°"),
        "name":         column("Prestation").required(),
        "offered_by":   column("Structure").if_there(),
        "provider":     column("Prestataire").if_there(),
        "occupation":   column("Code métier").codelist(occupations).if_there(),
        "goals":        _members("Projets", Goal).if_there(),
        "areas":        column("Résidents de").words(",").if_there(),
        "venue":        column("Lieu").if_there(),
        "from_age":     column("Âge min").number(minimum=0, maximum=120).if_there(),
        "to_age":       column("Âge max").number(minimum=0, maximum=120).if_there(),
        "sex":          column("Sexe").codes({"F": Sex.FEMALE, "M": Sex.MALE}).if_there(),
        "least_level":  column("Niveau CITE min").number(minimum=0, maximum=8).if_there(),
        "conditions":   _members("Situations", Condition).if_there(),
        "languages":    column("Langues").words(",").if_there(),
        "places":       column("Places").number(minimum=0).if_there(),
        "starts_on":    column("Commence le").date("dd/mm/yyyy").if_there(),
        "bring":        column("À apporter").if_there(),
        "how":          column("Comment faire").if_there(),
        "confirmed_on": column("Confirmée le").date("dd/mm/yyyy").if_there(),
    })  # fmt: skip


def _members(header: str, members: type[Labelled]) -> Column:
    """A column of several members of an enumeration, by their French names or their codes."""
    meanings = {text: str(member) for member in members for text in (member.fr, str(member))}
    return evolve(column(header), codec=_Members(",", tuple(meanings), meanings=meanings, member=members))


@frozen(slots=False)
class _Members(WordsCodec):
    """Several members of one enumeration in one cell, by their French names or their codes."""

    meanings: Mapping[str, str] = field(kw_only=True)
    member: type[Labelled] = field(kw_only=True)

    @property
    def fills(self) -> tuple[type, ...]:  # type: ignore[override]
        return (self.member,)

    @property
    def remedy(self) -> Text:
        fr = ", ".join(member.fr for member in self.member)
        return Text(fr=f"écrire, entre virgules : {fr}", en=f"expected, between commas: {', '.join(self.member)}")

    def _words(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        meant = pl.element().replace_strict(list(self.meanings), list(self.meanings.values()), default=None)
        return super()._words(cell).list.eval(meant)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return super().encode(value.list.eval(pl.element().replace_strict({str(m): m.fr for m in self.member})))
