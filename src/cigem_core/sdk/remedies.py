"""What reading a table says to whoever can mend it: sentences, in French and in English."""

from __future__ import annotations

from collections.abc import Sequence

from cigem_core.formats.tables import Misfit
from cigem_core.model.fields import Field, kind_of
from cigem_core.report import NotRun, Rule
from cigem_core.text import Text

UNIQUE = Text(
    fr="ce numéro est déjà porté par une ligne précédente du fichier : corriger l'un des deux",
    en="expected a number that no earlier row of the file carries; mend one of the two",
)
TWO_OF_ONE_ID = Text(
    fr="une fiche précédente porte ce numéro et parle de quelqu'un d'autre : demander à la structure lequel est le sien",
    en="an earlier record carries this id and speaks of someone else; ask the agency which of them it is",
)
STILL_SHORT = Text(
    fr="il manquait des cases à cette ligne, et rien n'y a été mis : la compléter, ou classer l'anomalie",
    en="this row lacked cells, and nothing was put into them; complete it, or dismiss the entry",
)
BESIDE = Text(
    fr="des cases restent hors des colonnes : les mettre à leur place, puis vider les cases sans titre",
    en="expected no cells beside the columns; move them to their places, then empty the cells without a title",
)
FOREIGN_KEY = Text(
    fr="aucune fiche ne porte ce numéro : le corriger, ou envoyer aussi le fichier où elle se trouve",
    en="expected the number of a known record; mend it, or send the file that holds the record as well",
)
CENTRE_KEY = Text(
    fr="reprendre le numéro tel que le centre l'a donné : il ne vous en a pas adressé de ce numéro",
    en="expected a number as the centre gave it: it addressed none of this number to you",
)


def alike(columns: Sequence[str]) -> Text:
    """A row that says what an earlier one says in the columns that tell records apart."""
    listed = ", ".join(columns)
    return Text(
        fr=f"une ligne précédente du fichier a le même contenu dans : {listed} ; corriger l'une des deux",
        en=f"expected a row that no earlier one of the file is like in: {listed}; mend one of the two",
    )


def hidden_names(kind: str, names: Sequence[str]) -> Text:
    """A convention that hides what the records of a list are known by."""
    listed = ", ".join(names)
    return Text(
        fr=f"la convention masque {listed} de {kind}, à quoi l'on reconnaît les fiches de cette liste sans numéros",
        en=f"the convention hides {listed} of {kind}, by which the records of this list without numbers are known",
    )


def one_column(file: str, delimiter: str | None) -> Text:
    """A first row that was not split: the delimiter is another."""
    fr = f" ; séparateur attendu : « {delimiter} »" if delimiter else ""
    en = f"; expected the delimiter '{delimiter}'" if delimiter else ""
    return Text(fr=f"{file} : la première ligne n'a qu'une colonne{fr}", en=f"{file}: the first row has one column only{en}")


def masked(columns: Sequence[str]) -> Text:
    """Columns that are needed, and that the convention does not let be read."""
    listed = ", ".join(columns)
    return Text(fr=f"la convention ne laisse pas lire : {listed}", en=f"the convention does not let these be read: {listed}")


def not_there(columns: Sequence[str]) -> Text:
    """Columns that are asked for, and that a file does not have."""
    listed = ", ".join(columns)
    return Text(fr=f"ces colonnes ne sont pas dans le fichier : {listed}", en=f"these columns are not in the file: {listed}")


def not_at_hand(kind: str, reference: Field) -> NotRun:
    """References that could not be looked up, for the records they point at were not handed over."""
    if reference.issuer == "centre":
        return NotRun(
            rule=f"foreign-key {kind}.{reference.name}",
            reason=Text(
                fr="ces numéros sont ceux du centre : ils se cherchent dans son espace de travail",
                en="these numbers are the centre's: they are looked up in its workspace",
            ),
        )
    return NotRun(
        rule=f"foreign-key {kind}.{reference.name}",
        reason=Text(
            fr=f"aucun fichier de type « {kind_of(str(reference.refers_to)).label.fr} » n'est donné",
            en=f"no source of kind '{kind_of(str(reference.refers_to)).label.en}' is given",
        ),
    )


def misfit_remedy(misfit: Misfit) -> Text:
    """What to do with a row whose cells cannot be told apart."""
    if misfit.said is not None:
        return misfit.said
    if misfit.rule is Rule.STRUCTURE:
        return Text(
            fr="un guillemet est mal placé dans cette ligne : l'ôter, ou le doubler s'il fait partie du texte",
            en="a quote stands wrong in this row; remove it, or double it where it belongs to the text",
        )
    if misfit.rule is Rule.ENCODING:
        return Text(
            fr="cette ligne contient des octets illisibles : la saisir à nouveau",
            en="this row holds bytes that are not of the file's encoding; type it again",
        )
    fr, en = ("case", "cell") if misfit.found == 1 else ("cases", "cells")
    return Text(
        fr=f"cette ligne a {misfit.found} {fr} au lieu de {misfit.expected} : vérifier les séparateurs",
        en=f"this row has {misfit.found} {en} instead of {misfit.expected}; check the delimiters",
    )


def too_many_columns(file: str, found: int, most: int) -> Text:
    """A file with more columns than any agency's has."""
    return Text(
        fr=f"{file} : {found} colonnes, alors que {most} au plus sont lues ; ôter celles qui ne servent pas",
        en=f"{file}: {found} columns, while {most} at most are read; take out those that are not needed",
    )


def missing_columns(file: str, missing: Sequence[str], *, of_document: bool = False) -> Text:
    """Declared columns a file lacks. What stands in its first row is not quoted: it may be someone's data."""
    fr = ", ".join(f"« {header} »" for header in missing)
    en = ", ".join(f"'{header}'" for header in missing)
    return Text(
        fr=f"{file} : colonnes attendues {'dans ses fiches' if of_document else 'en première ligne'} et non trouvées : {fr}",
        en=f"{file}: columns expected in {'its records' if of_document else 'the first row'} and not found: {en}",
    )


def twice_there(file: str, header: str) -> Text:
    """A declared column that stands twice: which one is meant cannot be known."""
    return Text(
        fr=f"{file} : la colonne « {header} » est là deux fois ; en garder une",
        en=f"{file}: the column '{header}' is there twice; keep one",
    )
