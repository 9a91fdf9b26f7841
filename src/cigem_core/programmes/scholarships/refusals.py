"""Why a step of a kept round is refused, and what to do."""

from __future__ import annotations

from cigem_core.errors import OperatorError
from cigem_core.text import Text


def not_kept(asked: str, near: Text) -> Text:
    """Nothing of that number is kept."""
    return Text(fr=f"« {asked} » n'est pas gardé ici ; {near.fr}", en=f"'{asked}' is not kept here; {near.en}")


def after_the_end(reference: str) -> OperatorError:
    """A call whose days are over, or whose list is published, is not written anew."""
    return OperatorError(
        Text(
            fr=f"l'appel {reference} est clos, ou sa liste est publiée : son texte ne change plus",
            en=f"the call {reference} has closed, or its list is published: its wording changes no more",
        )
    )


def draws_are_bound(reference: str) -> OperatorError:
    """What was published before the seed binds everyone after it."""
    return OperatorError(
        Text(
            fr=f"l'empreinte de la liste de {reference} est publiée : ni la liste ni la graine ne changent plus ; "
            "un désistement (withdraw) refait le tirage avec la même graine",
            en=f"the digest of the list of {reference} is published: neither list nor seed change any more; "
            "a withdrawal makes the draw again with the same seed",
        )
    )


def no_draw(reference: str) -> OperatorError:
    """Nobody holds a seat before a draw."""
    return OperatorError(
        Text(
            fr=f"aucun tirage n'est gardé pour {reference} : tirer d'abord (cigem scholarship draw -w …)",
            en=f"no draw is kept for {reference}: draw first (cigem scholarship draw -w …)",
        )
    )


def not_to_decide(application: str) -> OperatorError:
    """Officers decide only where the rules leave something open."""
    return OperatorError(
        Text(
            fr=f"{application} n'attend pas de décision : ses règles disent déjà s'il est recevable",
            en=f"{application} waits for no decision: the rules say already whether it is eligible",
        )
    )


def not_there(many: int, reference: str) -> OperatorError:
    """A number belongs to one call."""
    return OperatorError(
        Text(
            fr=f"{many} numéro(s) de dossier sont déjà ceux d'un autre appel que {reference} ; leur en donner d'autres",
            en=f"{many} application number(s) are already those of another call than {reference}; give them others",
        )
    )


def follows_by_itself(act: str) -> OperatorError:
    """Screening and draw decide some steps: nobody notes them by hand."""
    return OperatorError(
        Text(
            fr=f"« {act} » suit de la recevabilité et du tirage ; utiliser decide, draw ou withdraw",
            en=f"'{act}' follows from screening and draw; use decide, draw or withdraw",
        )
    )


def say_why(because: str) -> None:
    """A reason is read years later, by someone who knows nothing else."""
    if not because.strip() or not because.isprintable():
        raise OperatorError(Text(fr="dire pourquoi, sur une ligne (because=)", en="say why, on one line (because=)"))
