"""How agencies' services are reached: their tokens, and what an embedder may choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import evolve, field, frozen

from cigem_core.errors import DeclarationError, MissingToken
from cigem_core.formats.rest import Client, Clock, Secret, connect, token_of
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

    def connect(self, adapter: Adapter, url: str) -> Client:
        """Be ready to speak with an agency's service; DeclarationError when its adapter declares none."""
        api = adapter.api
        if api is None:
            raise DeclarationError(
                Text(
                    fr=f"l'adaptateur de {adapter.agency} ne déclare pas de service (api=)",
                    en=f"the adapter of {adapter.agency} declares no service (api=)",
                )
            )
        agency = adapter.agency
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
