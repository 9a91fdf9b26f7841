"""What went wrong with a service, said to whoever runs the command; nothing of what was being said is quoted."""

from __future__ import annotations

from cigem_core.errors import RemoteError
from cigem_core.formats.rest.api import Api
from cigem_core.formats.rest.origin import Origin
from cigem_core.formats.rest.tokens import variable
from cigem_core.formats.rest.transport import NetworkTrouble, Response, Went
from cigem_core.text import Text

Outcome = Response | NetworkTrouble

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524})
"""Answers after which the same request may succeed."""

_STATUS = {
    400: Text(fr="la demande est mal comprise (400)", en="the request is not understood (400)"),
    401: Text(fr="le jeton n'est pas accepté (401)", en="the token is not accepted (401)"),
    403: Text(fr="ce jeton n'en a pas le droit (403)", en="this token has no right to this (403)"),
    404: Text(
        fr="rien à cette adresse (404) ; vérifier l'adresse du service", en="nothing there (404); check the service's address"
    ),
    409: Text(
        fr="le service connaît déjà cette clé, pour autre chose ou pour un envoi en cours (409) ; le demander à la structure",
        en="the service knows this key already, for something else or for a sending under way (409); ask the agency",
    ),
    413: Text(fr="l'envoi est trop grand pour le service (413)", en="what was sent is too large for the service (413)"),
    429: Text(fr="trop de demandes (429) ; réessayer plus tard", en="too many requests (429); try again later"),
}
_WENT = {
    Went.UNREACHABLE: Text(
        fr="injoignable ; vérifier l'adresse et le réseau", en="cannot be reached; check the address and the network"
    ),
    Went.UNTRUSTED: Text(
        fr="ne prouve pas son identité (certificat TLS) ; rien n'a été envoyé ; prévenir la structure",
        en="does not prove who it is (TLS certificate); nothing was sent; tell the agency",
    ),
    Went.LATE: Text(fr="n'a pas répondu à temps ; réessayer plus tard", en="did not answer in time; try again later"),
    Went.CUT: Text(fr="a rendu une réponse coupée ou illisible ; réessayer", en="gave an answer cut or unreadable; try again"),
    Went.PAGE: Text(
        fr="a rendu une page web, de connexion peut-être, au lieu d'une réponse ; vérifier l'adresse, le réseau et le jeton",
        en="gave a web page, perhaps one to sign in, in place of an answer; check the address, the network and the token",
    ),
    Went.TOO_LARGE: Text(
        fr="a rendu une réponse plus grande qu'admis ; demander des pages plus petites ou relever la limite",
        en="gave an answer larger than admitted; ask for smaller pages or raise the limit",
    ),
    Went.PACKED: Text(fr="a comprimé sa réponse d'une façon inconnue", en="compressed its answer in a way nobody asked for"),
    Went.ASTRAY: Text(
        fr="renvoie vers une autre adresse ; rien n'y a été envoyé ; si elle est juste, la donner comme adresse du service",
        en="redirects to another address; nothing was sent there; if it is right, give it as the service's address",
    ),
}  # fmt: skip


def may_have_arrived(outcome: Outcome) -> bool:
    """Whether what was sent may have had its effect, though it was not answered as it should have been."""
    if isinstance(outcome, Response):
        return outcome.status >= 500 or outcome.status in (408, 409)
    return outcome.went not in (Went.UNTRUSTED, Went.ASTRAY)


def may_retry(outcome: Outcome) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(outcome, Response):
        return outcome.status in RETRIED
    return outcome.went in (Went.UNREACHABLE, Went.LATE, Went.CUT, Went.PAGE)


def refusal(api: Api, origin: Origin, outcome: Outcome, after: float | None = None) -> RemoteError:
    """The error an outcome comes to, once nothing more is tried."""
    said, status = _said(api, outcome), outcome.status
    fr, en = ("", "") if not after else (f" ; attendre {after:.0f} s", f"; wait for {after:.0f} s")
    return RemoteError(
        Text(fr=f"{api.agency} ({origin}) : {said.fr}{fr}", en=f"{api.agency} ({origin}): {said.en}{en}"),
        status=status, may_retry=may_retry(outcome), after=after, agency=api.agency,
    )  # fmt: skip


def _said(api: Api, outcome: Outcome) -> Text:
    if isinstance(outcome, NetworkTrouble):
        return _WENT[outcome.went]
    status = outcome.status
    if declared := api.meanings.get(status):
        return declared
    if status in (401, 403):
        return _token(api.agency, _STATUS[status])
    if status >= 500:
        return Text(
            fr=f"le service est en panne ({status}) ; réessayer plus tard",
            en=f"the service is failing ({status}); try again later",
        )
    return _STATUS.get(status) or Text(fr=f"réponse inattendue ({status})", en=f"unexpected answer ({status})")


def _token(agency: str, said: Text) -> Text:
    name = variable(agency)
    return Text(
        fr=f"{said.fr} ; en demander un nouveau et le mettre dans {name} ou au trousseau",
        en=f"{said.en}; ask for a new one and put it into {name} or the keyring",
    )
