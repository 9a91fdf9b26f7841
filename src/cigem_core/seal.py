"""Signatures (Ed25519): what a partner can check alone, years later, with nothing but the signatory's public key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cigem_core.errors import MissingExtra, OperatorError
from cigem_core.newfiles import PRIVATE, writing_new
from cigem_core.text import Text

_SIGNATURE = "signature"


def make_key(private: Path, public: Path) -> None:
    """Make a pair of keys in two files that are not there yet; the private one is for its owner alone."""
    ed25519, serialization = _parts()
    key = ed25519.Ed25519PrivateKey.generate()
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    for path, mode, content in (
        (private, PRIVATE, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)),
        (public, 0o644, key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)),
    ):
        with writing_new(path, mode):
            path.write_bytes(content)


def signed(document: Mapping[str, Any], private: Path) -> dict[str, Any]:
    """A document with its signature; OperatorError where the file holds no private key."""
    return {**document, _SIGNATURE: signature_of(_said(document), private)[0]}


def is_signed(document: Mapping[str, Any], public: Path) -> bool:
    """Whether a document is word for word what the holder of a key signed; OperatorError where the file holds none."""
    return is_signature(_said(document), str(document.get(_SIGNATURE, "")), public_key(public))


def signature_of(message: bytes, private: Path) -> tuple[str, str]:
    """The signature of some bytes, and the public key that goes with the private one, both in base64."""
    key = private_key(private)
    return base64.b64encode(key.sign(message)).decode(), _raw(key.public_key())


def private_key(private: Path) -> Any:
    """The private key (Ed25519) of a file; OperatorError where it holds none."""
    ed25519, serialization = _parts()
    try:
        key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise _no_key(private)
    return key


def public_key(public: Path) -> str:
    """The public key of a file in base64; OperatorError where it holds none."""
    ed25519, serialization = _parts()
    try:
        key = serialization.load_pem_public_key(public.read_bytes())
    except (OSError, ValueError):
        key = None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise _no_key(public)
    return _raw(key)


def is_signature(message: bytes, signature: str, public: str) -> bool:
    """Whether a signature over some bytes is that of a public key, both in base64."""
    ed25519, _ = _parts()
    from cryptography.exceptions import InvalidSignature

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(key: Any) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode()


def _said(document: Mapping[str, Any]) -> bytes:
    """A document without its signature, in one spelling."""
    told = {name: value for name, value in document.items() if name != _SIGNATURE}
    return b"cigem receipt 1\n" + json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _parts() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ModuleNotFoundError:
        raise MissingExtra(
            Text(
                fr="signer demande un complément : pip install cigem-core[sign]",
                en="signing needs an extra: pip install cigem-core[sign]",
            )
        ) from None
    return ed25519, serialization


def _no_key(path: Path) -> OperatorError:
    return OperatorError(
        Text(
            fr=f"{path} ne contient pas la clé Ed25519 attendue (PEM) ; en faire une : cigem receipt key",
            en=f"{path} does not hold the Ed25519 key that is expected (PEM); make one: cigem receipt key",
        )
    )
