"""The commands that sign receipts and check them: what a partner keeps, and can prove alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import FILE, OUTPUT, Verb, argument, option, verb
from cigem_core.errors import OperatorError
from cigem_core.model.receipts import Head
from cigem_core.text import Text

_KEY: dict[str, Any] = {"kind": FILE, "shown": ("CLÉ.pem", "KEY.pem"), "required": True}


@verb(
    "receipt key",
    option("--private", kind=OUTPUT, shown=("FICHIER", "FILE"), required=True, fr="La clé à garder.", en="The key to keep."),
    option("--public", kind=OUTPUT, shown=("FICHIER", "FILE"), required=True, fr="La clé à donner.", en="The key to give away."),
    fr="Faire une paire de clés (Ed25519).", en="Make a pair of keys (Ed25519).",
)  # fmt: skip
def _make(say: Speech, private: Path, public: Path, as_json: bool) -> None:
    from cigem_core.seal import make_key

    make_key(private, public)
    if as_json:
        print_json({"private": str(private), "public": str(public)})
        return
    click.echo(say(f"Garder {private}, donner {public} aux structures.", f"Keep {private}, give {public} to the agencies."))


@verb(
    "receipt sign",
    argument("receipt", kind=FILE, fr="RÉCÉPISSÉ.json", en="RECEIPT.json"),
    option("--key", **_KEY, fr="La clé privée du centre.", en="The centre's private key."),
    fr="Signer un récépissé que le journal atteste ; il est écrit, signé, sur la sortie.",
    en="Sign a receipt that the journal attests; it is written, signed, on stdout.",
)  # fmt: skip
def _sign(say: Speech, receipt: Path, key: Path, as_json: bool) -> None:  # noqa: ARG001  it is JSON in any case
    from cigem_core.seal import signed

    document = _read(receipt)
    told = document.get("journal")
    if not isinstance(told, dict) or type(told.get("length")) is not int or not isinstance(told.get("head"), str):
        raise _no_receipt(receipt)
    with open_workspace(say) as centre:
        if broken := centre.verify_journal(Head(told["length"], told["head"])):
            raise OperatorError(broken.text)
    print_json(signed(document, key))


@verb(
    "receipt verify",
    argument("receipt", kind=FILE, fr="RÉCÉPISSÉ.json", en="RECEIPT.json"),
    option("--key", **_KEY, fr="La clé publique du centre.", en="The centre's public key."),
    fr="Vérifier qu'un récépissé est, mot pour mot, celui que le centre a signé ; sans espace de travail.",
    en="Check that a receipt is word for word what the centre signed; no workspace is needed.",
)  # fmt: skip
def _verify(say: Speech, receipt: Path, key: Path, as_json: bool) -> None:
    from cigem_core.seal import is_signed

    document = _read(receipt)
    if not is_signed(document, key):
        raise OperatorError(
            Text(
                fr=f"{receipt} n'est pas ce que le centre a signé, ou n'est pas signé de cette clé",
                en=f"{receipt} is not what the centre signed, or is not signed with this key",
            )
        )
    head = document.get("journal") or {}
    if as_json:
        print_json({"is_authentic": True, "journal": {"head": head.get("head"), "length": head.get("length")}})
        return
    click.echo(
        say("Récépissé authentique ; journal :", "Receipt authentic; journal:") + f" {head.get('length')} {head.get('head')}"
    )


def _read(receipt: Path) -> dict[str, Any]:
    try:
        document = json.loads(receipt.read_text("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _no_receipt(receipt)
    return document


def _no_receipt(receipt: Path) -> OperatorError:
    return OperatorError(
        Text(fr=f"{receipt} n'est pas un récépissé écrit par --json", en=f"{receipt} is not a receipt written by --json")
    )


VERBS: tuple[Verb, ...] = (_make, _sign, _verify)
GROUPS = {"receipt": Text(fr="Les récépissés que les structures gardent.", en="The receipts that agencies keep.")}
