"""Where an agency's token is kept: in the environment or in the keyring, and never on a command line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NoReturn

from cigem_core.errors import MissingToken
from cigem_core.text import Text

SERVICE = "cigem"
"""The service under which the keyring knows our tokens; the user is the agency."""

TokenSource = Callable[[str], "str | Secret"]
"""Given an agency's code, its token; asked again when a service no longer takes the one it gave."""


class Secret:
    """A text that shows itself nowhere but where it is asked by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def can_be_sent(self) -> bool:
        """Whether a header can carry it: printable ASCII without blanks."""
        return re.fullmatch(r"[!-~]+", self._text) is not None

    def hidden_in(self, text: str) -> str:
        """A text in which the secret does not stand."""
        return text.replace(self._text, "…")

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


def variable(agency: str) -> str:
    """The environment variable of an agency: CIGEM_APEJ_TOKEN."""
    return f"CIGEM_{re.sub('[^A-Z0-9]+', '_', agency.upper())}_TOKEN"


def token_of(agency: str, *, environ: Mapping[str, str] | None = None, keyring: Any = None) -> Secret:
    """The token of an agency, from the environment or else the keyring; MissingToken says where to put it."""
    secret = _in_environment(agency, os.environ if environ is None else environ) or _in_keyring(agency, keyring)
    if secret is None:
        name = variable(agency)
        raise MissingToken(
            Text(
                fr=f"il manque le jeton de {agency} ; le mettre dans la variable {name}, ou au trousseau : "
                f"keyring set {SERVICE} {agency} (pip install cigem-core[keyring])",
                en=f"the token of {agency} is missing; put it into the variable {name}, or into the keyring: "
                f"keyring set {SERVICE} {agency} (pip install cigem-core[keyring])",
            ),
            agency=agency,
        )
    return checked(secret, agency)


def checked(token: str | Secret, agency: str) -> Secret:
    """A token that can be sent; MissingToken, which does not quote it, where it cannot."""
    # From here on no frame holds the bare text, for a frame's variables may be printed with a traceback.
    token = token if isinstance(token, Secret) else Secret(token)
    if not token.can_be_sent():
        raise MissingToken(
            Text(
                fr=f"le jeton de {agency} porte un caractère qui ne peut s'envoyer (espace, accent, fin de ligne) ; le recopier",
                en=f"the token of {agency} holds a character that cannot be sent (blank, accent, line end); copy it again",
            ),
            agency=agency,
        )
    return token


def _in_environment(agency: str, environ: Mapping[str, str]) -> Secret | None:
    return _kept(environ.get(variable(agency)))


def _in_keyring(agency: str, keyring: Any) -> Secret | None:
    """What the keyring holds; None where there is no keyring, or where it is locked."""
    if keyring is None:
        try:
            keyring = import_module("keyring")
        except ImportError:
            return None
    try:
        return _kept(keyring.get_password(SERVICE, agency))
    except keyring.errors.KeyringError:
        return None


def _kept(text: str | None) -> Secret | None:
    return Secret(text.strip()) if text and text.strip() else None
