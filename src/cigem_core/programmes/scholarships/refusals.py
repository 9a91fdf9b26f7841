"""Why a step of a kept round is refused, and what to do."""

from __future__ import annotations

from datetime import date

from cigem_core.errors import OperatorError, UnknownName
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


def term_has_passed(application: str, term: date) -> OperatorError:
    """An award that was not answered in its term lapses."""
    return OperatorError(
        Text(
            fr=f"{application} : la réponse était attendue le {term:%d/%m/%Y} au plus tard ; la bourse est échue "
            "(cigem scholarship lapse)",
            en=f"{application}: the answer was due by {term}; the award has lapsed (cigem scholarship lapse)",
        )
    )


def appeal_open(application: str) -> OperatorError:
    """One appeal is judged before the next is weighed: each moves the others' seats."""
    return OperatorError(
        Text(
            fr=f"le recours de {application} n'est pas jugé ; le juger d'abord (cigem scholarship judge)",
            en=f"the appeal of {application} is not judged; judge it first (cigem scholarship judge)",
        )
    )


def no_appeal(application: str) -> OperatorError:
    """Only what was lodged is judged."""
    return OperatorError(
        Text(
            fr=f"{application} n'a pas de recours à juger ; le déposer d'abord (cigem scholarship appeal)",
            en=f"{application} has no appeal to judge; lodge it first (cigem scholarship appeal)",
        )
    )


def others_would_move(application: str) -> OperatorError:
    """Nobody decides of moves that were not listed."""
    return OperatorError(
        Text(
            fr=f"ce ne sont plus les mêmes qui changeraient de siège par le recours de {application} ; "
            "le peser à nouveau (cigem scholarship appeal), lire la liste, puis juger",
            en=f"it is no longer the same people who would move by the appeal of {application}; "
            "weigh it again (cigem scholarship appeal), read the list, then judge",
        )
    )


def not_asked_for(asks: str, near: Text) -> OperatorError:
    """What a call does not ask for is not read, so nothing is to be read again."""
    return UnknownName(
        Text(fr=f"l'appel ne demande pas le champ « {asks} » ; {near.fr}", en=f"the call asks for no field '{asks}'; {near.en}")
    )


def not_a_cell(header: str, remedy: Text) -> OperatorError:
    """An appeal's value is written as in the file."""
    return OperatorError(Text(fr=f"{header} : {remedy.fr}", en=f"{header}: {remedy.en}"))


def nothing_to_mend(reference: str) -> OperatorError:
    """No row of a call waits."""
    return OperatorError(
        Text(
            fr=f"aucun dossier de {reference} n'attend de correction", en=f"no application of {reference} waits for a correction"
        )
    )


def not_read(many: int) -> OperatorError:
    """Points that are missing are not taken for none."""
    return OperatorError(
        Text(
            fr=f"{many} dossier(s) recevables ne sont pas encore lus par tous leurs lecteurs ; garder l'appel et recevoir "
            "les lectures (cigem scholarship readings)",
            en=f"{many} eligible application(s) are not yet read by all their reviewers; keep the call and take the "
            "readings in (cigem scholarship readings)",
        )
    )


def no_review(reference: str) -> OperatorError:
    """Nobody reads where the call says nothing of it."""
    return OperatorError(
        Text(
            fr=f"l'appel {reference} ne fait pas lire les dossiers ; y écrire une table [review]",
            en=f"the call {reference} has no applications read; write a table [review] in it",
        )
    )


def already_assigned(reference: str) -> OperatorError:
    """Who reads what is drawn once."""
    return OperatorError(
        Text(
            fr=f"les lectures de {reference} sont déjà confiées, ou leur tirage n'a plus lieu d'être",
            en=f"the readings of {reference} are assigned already",
        )
    )


def scores_stand(many: int) -> OperatorError:
    """A reviewer's points are never altered: where readings lie apart, a further one parts them."""
    return OperatorError(
        Text(
            fr=f"{many} note(s) ont déjà été données autrement ; une note donnée ne change plus",
            en=f"{many} score(s) were given otherwise before; a score that was given is not altered",
        )
    )


def no_renewal(reference: str) -> OperatorError:
    """Results renew by a rule, and it stands in the call."""
    return OperatorError(
        Text(
            fr=f"l'appel {reference} ne dit pas à quoi une bourse est renouvelée ; y écrire une table [renewal], "
            "ou noter la suite de chacune (cigem scholarship note)",
            en=f"the call {reference} does not say what renews a scholarship; write a table [renewal] in it, "
            "or note what becomes of each (cigem scholarship note)",
        )
    )


def say_why(because: str) -> None:
    """A reason is read years later, by someone who knows nothing else."""
    if not because.strip() or not because.isprintable():
        raise OperatorError(Text(fr="dire pourquoi, sur une ligne (because=)", en="say why, on one line (because=)"))
