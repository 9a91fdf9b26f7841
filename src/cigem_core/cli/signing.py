"""The commands by which the wording of a convention leaves the workspace: signed by its parties, and said in ODRL."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from cigem_core.cli.execution import read_json, write_new
from cigem_core.cli.language import Speech, is_utf8
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, FILE, OUTPUT, Verb, argument, option, verb
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
    from cigem_core.programmes.agreements.wording_files import is_wording_file, read_wording

    if is_file := is_wording_file(wording):
        from cigem_core.programmes.agreements import signing

        signed = signing.sign(read_wording(Path(wording)), party, key, on=on)
    else:
        with open_workspace(say) as centre:
            signed = centre.agreements.sign(wording, party, key, on=on, by=by)
    if to is not None:
        write_new(to, json.dumps(signed.as_dict(), ensure_ascii=False, indent=2) + "\n")
    _told(say, signed, as_json or (to is None and is_file))


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


@verb(
    "conventions odrl",
    argument("wording", fr="CONVENTION|FICHIER.toml", en="CONVENTION|FILE.toml"),
    option("--to", kind=OUTPUT, shown=("FICHIER.jsonld", "FILE.jsonld"), fr="Où l'écrire (par défaut : la sortie).",
           en="Where to write it (default: stdout)."),
    option("--on", kind=DAY, shown=("JOUR", "DAY"), default=date.today, fr="Le texte de ce jour (par défaut : aujourd'hui).",
           en="The wording of that day (default: today)."),
    epilog=Text(
        fr="Un document ODRL s'installe comme un fichier TOML : cigem conventions install FICHIER.jsonld.",
        en="An ODRL document is installed like a TOML file: cigem conventions install FILE.jsonld.",
    ),
    fr="Dire une convention en ODRL 2.2 (JSON-LD) ; ce qu'ODRL ne peut dire est listé à part.",
    en="Say a convention in ODRL 2.2 (JSON-LD); what ODRL cannot say is listed apart.",
)  # fmt: skip
def odrl(say: Speech, wording: str, to: Path | None, on: date, as_json: bool) -> None:
    """`cigem conventions odrl`."""
    from cigem_core.programmes.agreements.odrl_writing import to_odrl, unsayable
    from cigem_core.programmes.agreements.wording_files import is_wording_file, read_wording

    if is_wording_file(wording):
        convention = read_wording(Path(wording))
    else:
        with open_workspace(say) as centre:
            convention = centre.agreements.wording(wording, on=on)
    said, unsaid = to_odrl(convention), unsayable(convention)
    if to is not None:
        write_new(to, json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        told = {"file": str(to)} if to is not None else {"document": said}
        print_json({**told, "unsaid": [say.text(one) for one in unsaid]})
        return
    if to is None:
        click.echo(json.dumps(said, ensure_ascii=not is_utf8(sys.stdout), indent=2))
    for one in unsaid:
        click.echo(say("ODRL ne dit pas : ", "ODRL does not say: ") + say.text(one), err=True)


VERBS: tuple[Verb, ...] = (sign, signature, odrl)
GROUPS: dict[str, Text] = {}
