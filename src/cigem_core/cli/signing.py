"""The commands by which the parties of a convention sign its wording with their keys."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from cigem_core.cli.execution import read_json, write_new
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import FILE, OUTPUT, Verb, argument, option, verb
from cigem_core.model.party_signatures import PartySignature
from cigem_core.text import Text


@verb(
    "conventions sign",
    argument("wording", fr="CONVENTION|FICHIER.toml", en="CONVENTION|FILE.toml"),
    option("--as", "party", shown=("PARTIE", "PARTY"), required=True, fr="Qui signe : centre, ou le code de la structure.",
           en="Who signs: centre, or the agency's code."),
    option("--key", kind=FILE, shown=("CLÉ.pem", "KEY.pem"), required=True, fr="Sa clé privée (cigem receipt key).",
           en="Their private key (cigem receipt key)."),
    option("--to", kind=OUTPUT, shown=("FICHIER.json", "FILE.json"), fr="Où écrire la signature, pour l'autre partie.",
           en="Where to write the signature, for the other party."),
    acts=True,
    epilog=Text(
        fr="Une structure sans espace de travail signe le fichier TOML ; le centre la garde : cigem conventions signature.",
        en="An agency without a workspace signs the TOML file; the centre keeps its signature: cigem conventions signature.",
    ),
    fr="Signer un texte (Ed25519) : celui qui compte ce jour, ou celui d'un fichier.",
    en="Sign a wording (Ed25519): the one that counts that day, or that of a file.",
)  # fmt: skip
def sign(say: Speech, wording: str, party: str, key: Path, to: Path | None, on: date, by: str, as_json: bool) -> None:
    """`cigem conventions sign`."""
    if wording.lower().endswith(".toml"):
        from cigem_core.model.conventions import Convention
        from cigem_core.programmes.agreements import signing

        signed = signing.sign(Convention.from_toml(Path(wording).read_bytes()), party, key, on=on)
    else:
        with open_workspace(say) as centre:
            signed = centre.agreements.sign(wording, party, key, on=on, by=by)
    if to is not None:
        write_new(to, json.dumps(signed.as_dict(), ensure_ascii=False, indent=2) + "\n")
    _told(say, signed, as_json or (to is None and wording.lower().endswith(".toml")))


@verb(
    "conventions signature",
    argument("signature", kind=FILE, fr="SIGNATURE.json", en="SIGNATURE.json"),
    option("--key", kind=FILE, shown=("CLÉ.pem", "KEY.pem"), required=True, fr="La clé publique que cette partie a donnée.",
           en="The public key that party gave."),
    acts=True,
    fr="Garder la signature d'une partie ; refusée si le texte signé n'est pas, mot pour mot, un texte installé.",
    en="Keep a party's signature; refused where what was signed is not, word for word, a wording installed.",
)  # fmt: skip
def signature(say: Speech, signature: Path, key: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem conventions signature`."""
    one = PartySignature.from_dict(read_json(signature))
    with open_workspace(say) as centre:
        _told(say, centre.agreements.keep_signature(one, key, on=on, by=by), as_json)


def _told(say: Speech, signed: PartySignature, as_json: bool) -> None:
    if as_json:
        print_json(signed.as_dict())
    else:
        day = say(f"{signed.on:%d/%m/%Y}", str(signed.on))
        click.echo(f"{signed.convention} {signed.digest[:12]} : {say('signée par', 'signed by')} {signed.party}, {day}")


VERBS: tuple[Verb, ...] = (sign, signature)
GROUPS: dict[str, Text] = {}
