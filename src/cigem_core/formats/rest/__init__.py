"""Reading an agency's service over HTTP whole, or not at all, without a byte going where it should not.

from cigem_core.formats.rest import Api, Resource, connect, read, send
"""

from cigem_core.formats.rest.api import Api, Budget, Paging, Patience, RequestLimits, Resource
from cigem_core.formats.rest.client import Client, connect, get
from cigem_core.formats.rest.clock import Clock
from cigem_core.formats.rest.reading import ReadList, read
from cigem_core.formats.rest.sending import Accepted, FieldError, Refused, send
from cigem_core.formats.rest.tokens import Secret, token_of

__all__ = [
    "Accepted",
    "Api",
    "Budget",
    "Client",
    "Clock",
    "FieldError",
    "Paging",
    "Patience",
    "ReadList",
    "Refused",
    "RequestLimits",
    "Resource",
    "Secret",
    "connect",
    "get",
    "read",
    "send",
    "token_of",
]
