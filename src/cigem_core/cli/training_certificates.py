"""The desk of training plans, of certificates: attested, printed, verified, and made badges of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json, told_file
from cigem_core.cli.training_seats import PLAN, write_page
from cigem_core.cli.verb import FILE, OUTPUT, argument, flag, option, verb

if TYPE_CHECKING:
    from cigem_core.model.receipts import Head
    from cigem_core.model.training_acts import Certificate

_AGENCY = ("STRUCTURE", "AGENCY")


@verb(
    "plan certify",
    argument("enrolments", fr="INSCRIPTION...", en="ENROLMENT...", many=True, required=False),
    option("--from", shown=_AGENCY, fr="Tous ceux que ses fiches disent certifiés.", en="All an agency certified."),
    flag("--plain", fr="Avec --from : aussi sur un indice évident, sans rattachement.", en="With --from: on plain evidence too."),
    PLAN,
    fr="Attester que des personnes ont été certifiées, chacune sous un numéro.",
    en="Attest that people were certified, each under a number.",
    acts=True,
)
def certify(
    say: Speech, enrolments: tuple[str, ...], plain: bool, plan: str | None, on: date, by: str, as_json: bool, **given: str | None
) -> None:
    """Certificates, each with a number."""
    agency = given["from"]
    if bool(enrolments) == bool(agency):
        raise click.UsageError(say("donner des INSCRIPTION, ou --from STRUCTURE", "name ENROLMENTs, or --from AGENCY"))
    with open_workspace(say) as centre:
        if agency:
            made = centre.training.certify_from(agency, plain=plain, on=on, by=by, plan=plan)
        else:
            made = centre.training.certify(*enrolments, on=on, by=by, plan=plan)
    _show_certificates(say, made, as_json)


def _show_certificates(say: Speech, made: list[Certificate], as_json: bool) -> None:
    if as_json:
        print_json([{"certificate": one.reference, "enrolment": one.enrolment, "session": one.session} for one in made])
        return
    for one in made:
        click.echo(f"{one.reference} · {one.enrolment} · {one.title or one.session}")
    if not made:
        click.echo(say("personne de certifié qui n'ait déjà son attestation", "nobody certified who has no certificate yet"))


@verb(
    "certificate print",
    argument("number", fr="NUMÉRO", en="NUMBER"),
    option("--to", kind=OUTPUT, shown=("FICHIER.html", "FILE.html"), required=True, fr="La page.", en="The page."),
    option("--issuer", default="", shown=("CENTRE", "CENTRE"), fr="Qui atteste.", en="Who attests."),
    option("--place", default="", shown=("LIEU", "PLACE"), fr="Où.", en="Where."),
    fr="Écrire une attestation, à imprimer sur une feuille A4 ; une attestation annulée le dit.",
    en="Write a certificate, to print on a sheet of A4, in French; one that was revoked says so.",
)
def print_certificate(say: Speech, number: str, to: Path, issuer: str, place: str, as_json: bool) -> None:
    """A certificate on paper."""
    with open_workspace(say) as centre:
        write_page(to, centre.training.print_certificate(number, issuer=[issuer], place=place))
    told_file(to, as_json=as_json)


@verb(
    "certificate verify",
    argument("number", fr="NUMÉRO", en="NUMBER"),
    option(
        "--head", shown=("LONGUEUR:EMPREINTE", "LENGTH:DIGEST"), fr="La tête du journal que l'on tient.", en="The journal's head."
    ),
    fr="Dire si une attestation est au journal, entière et non annulée.",
    en="Say whether a certificate stands in the journal, whole and not revoked.",
)
def verify(say: Speech, number: str, head: str | None, as_json: bool) -> None:
    """Whether a certificate holds."""
    with open_workspace(say) as centre:
        found = centre.training.certificate(number)
        broken = centre.verify_journal(_head(say, head))
    holds = found.revoked_on is None and broken is None
    if as_json:
        revoked = found.revoked_on and found.revoked_on.isoformat()
        print_json({"certificate": number, "holds": holds, "revoked_on": revoked, "journal_is_whole": broken is None})
    elif broken is not None:
        click.echo(say("le journal a été altéré : rien ne s'en déduit", "the journal was altered: nothing follows from it"))
    elif found.revoked_on is not None:
        click.echo(
            say(f"{number} est annulée depuis le {found.revoked_on:%d/%m/%Y}", f"{number} is revoked since {found.revoked_on}")
        )
    else:
        issued = found.issued_on
        click.echo(say(f"{number} est valable, délivrée le {issued:%d/%m/%Y}", f"{number} holds, issued on {issued}"))
    if not holds:
        click.get_current_context().exit(1)


def _head(say: Speech, written: str | None) -> Head | None:
    from cigem_core.model.receipts import Head

    if written is None:
        return None
    length, colon, digest = written.partition(":")
    if not colon or not length.isdecimal():
        raise click.UsageError(say("--head s'écrit LONGUEUR:EMPREINTE", "--head is written LENGTH:DIGEST"))
    return Head(int(length), digest)


@verb(
    "certificate badge",
    argument("number", fr="NUMÉRO", en="NUMBER"),
    option("--key", kind=FILE, shown=("CLÉ.pem", "KEY.pem"), required=True, fr="La clé privée du centre.", en="The private key."),
    option("--issuer", shown=("CENTRE", "CENTRE"), required=True, fr="Qui l'émet.", en="Who issues it."),
    option("--url", shown=("https://…", "https://…"), required=True, fr="Son adresse.", en="Its address."),
    option("--to", kind=OUTPUT, shown=("FICHIER.jwt", "FILE.jwt"), required=True, fr="Où l'écrire.", en="Where to."),
    flag("--names", fr="Y mettre aussi les noms de la personne.", en="With the person's names too."),
    fr="Faire d'une attestation un Open Badge 3.0 signé, que chacun vérifie seul.",
    en="Make a certificate a signed Open Badge 3.0, which anyone checks alone.",
)
def badge(say: Speech, number: str, key: Path, issuer: str, url: str, to: Path, names: bool, as_json: bool) -> None:
    """A badge."""
    with open_workspace(say) as centre:
        token = centre.training.badge(number, key, issuer=issuer, url=url, with_names=names)
    write_page(to, token)
    told_file(to, as_json=as_json)


@verb(
    "certificate check-badge",
    argument("badge", kind=FILE, fr="FICHIER.jwt", en="FILE.jwt"),
    option("--key", kind=FILE, shown=("CLÉ.pem", "KEY.pem"), required=True, fr="La clé publique.", en="The public key."),
    fr="Vérifier un insigne avec la clé publique du centre, sans espace de travail.",
    en="Check a badge with the centre's public key, without a workspace.",
)
def check_badge(_: Speech, badge: Path, key: Path, as_json: bool) -> None:
    """Whether a badge holds."""
    from cigem_core.programmes.training.badges import check_badge as check

    found = check(badge.read_text("utf-8", "replace"), key)
    if as_json:
        print_json({"certificate": found.certificate, "title": found.title, "issuer": found.issuer, "holds": True})
    else:
        click.echo(f"{found.certificate} · {found.title} · {found.issuer}")


VERBS = (certify, print_certificate, verify, badge, check_badge)
