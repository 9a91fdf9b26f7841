"""Where a request may go: one scheme, one host, one port, and nowhere else. Pure rules on addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode, urljoin

from attrs import frozen

from cigem_core.errors import InternalError, SourceRefused
from cigem_core.text import Text

# One reading of an address, narrower than the standard's: no user, no backslash, no letter outside ASCII,
# nothing a second parser could take for another host.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<rest>(?:[/?][!-\[\]-~]*)?)",
    re.IGNORECASE | re.ASCII,
)
_PORTS = {"http": 80, "https": 443}


@frozen
class Origin:
    """Whom we speak to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin | None:
        """The origin of an address; None where it is not one we would go to."""
        match = _URL.fullmatch(url)
        if match is None:
            return None
        scheme = match["scheme"].lower()
        port = int(match["port"] or _PORTS[scheme])
        return cls(scheme, match["host"].lower(), port) if 0 < port < 65536 else None

    @property
    def is_safe(self) -> bool:
        """Whether nobody on the way can listen: encrypted, or never leaving this machine."""
        return self.scheme == "https" or _is_loopback(self.host)

    def __str__(self) -> str:
        usual = self.port == _PORTS[self.scheme]
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


@frozen
class Base:
    """The address below which everything of a service stands."""

    origin: Origin
    path: str

    def at(self, segments: Iterable[str], query: Mapping[str, str] | None = None) -> str:
        """The address of something below; each segment stands for itself, whatever it holds."""
        parts = list(segments)
        if any(part in ("", ".", "..") for part in parts):
            raise InternalError(
                Text(fr="un segment d'adresse est vide ou remonte", en="a segment of an address is empty or climbs")
            )
        path = "/".join([self.path, *(quote(part, safe="") for part in parts)])
        return f"{self.origin}{path}" + (f"?{urlencode(query)}" if query else "")


def base_of(url: str, *, allow_plain: bool = False) -> Base:
    """The base of a service; SourceRefused where it is no address we would send a token to. It is not quoted."""
    given = url.strip()
    origin = Origin.of(given)
    if origin is None:
        raise SourceRefused(
            Text(
                fr="l'adresse du service s'écrit https://hôte/chemin : en ASCII, sans nom d'utilisateur ni mot de passe",
                en="the address of the service is written https://host/path: in ASCII, without user or password",
            )
        )
    if "?" in given or "#" in given:
        raise SourceRefused(
            Text(
                fr="l'adresse du service ne porte ni paramètres ni fragment (« ? », « # ») ; un jeton n'y a pas sa place",
                en="the address of the service bears no parameters and no fragment ('?', '#'); a token has no place there",
            )
        )
    if not origin.is_safe and not allow_plain:
        raise SourceRefused(
            Text(
                fr=f"{origin} n'est pas chiffré : chacun sur le chemin lirait le jeton et les fiches ; employer https://",
                en=f"{origin} is not encrypted: anyone on the way would read the token and the records; use https://",
            )
        )
    match = _URL.fullmatch(given)
    return Base(origin, match["rest"].rstrip("/") if match else "")


def landing(current: str, location: str) -> str | None:
    """Where a redirect leads, if that is the same origin; None where it is not, or where one cannot be sure."""
    if not location or not location.isascii() or not location.isprintable() or set(location) & set(" \\"):
        return None
    if location.startswith("///"):  # a path to us, a host to others
        return None
    try:
        target = urljoin(current, location).partition("#")[0]
    except ValueError:
        return None
    here, there = Origin.of(current), Origin.of(target)
    return target if here is not None and here == there else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
