"""How agencies' services are reached: their tokens, and what an embedder may choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import evolve, field, frozen

from cigem_core.errors import MissingToken, OperatorError
from cigem_core.formats.rest import Api, Client, Clock, Secret, connect, token_of
from cigem_core.formats.rest.origin import base_of
from cigem_core.formats.rest.tokens import checked
from cigem_core.sdk.adapter import Adapter
from cigem_core.text import Text


@frozen(kw_only=True)
class Services:
    """Where tokens come from, and which services may be spoken to.

    The token of an agency is asked when it is needed: from `CIGEM_<AGENCY>_TOKEN`, or the keyring.
    """

    token: Callable[[str], Secret] = field(default=token_of, repr=False)
    allow_plain: bool = False
    """Whether a service may be spoken to without encryption elsewhere than on this machine."""
    authorities: Path | None = None
    """A file of certificates to trust instead of the usual ones."""
    clock: Clock = Clock()

    def place(self, adapter: Adapter, url: str) -> str:
        """The address of an agency's service in its one spelling, once it can be spoken to: asked before anything is decided.

        Raises OperatorError where the adapter declares no service, SourceRefused where the address is none, and
        MissingToken where there is no token.
        """
        api, base = _declared(adapter), base_of(url, allow_plain=self.allow_plain)
        if api.scheme is not None and not adapter.token_is_optional:
            checked(self.token(adapter.agency), adapter.agency)
        return base.at(())

    def connect(self, adapter: Adapter, url: str) -> Client:
        """Be ready to speak with an agency's service; OperatorError when its adapter declares none."""
        api, agency = _declared(adapter), adapter.agency
        if adapter.token_is_optional and not self._has_token(agency):
            api = evolve(api, scheme=None)
        source = None if api.scheme is None else self.token
        return connect(api, url, token=source, allow_plain=self.allow_plain, authorities=self.authorities, clock=self.clock)

    def _has_token(self, agency: str) -> bool:
        try:
            self.token(agency)
        except MissingToken:
            return False
        return True


def _declared(adapter: Adapter) -> Api:
    if adapter.api is None:
        raise OperatorError(
            Text(
                fr=f"{adapter.agency} n'a pas de service que l'on connaisse : donner ses fichiers (ou déclarer api=)",
                en=f"{adapter.agency} has no service that we know of: give its files (or declare api=)",
            )
        )
    return adapter.api
