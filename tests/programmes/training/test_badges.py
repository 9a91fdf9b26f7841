"""Certificates as Open Badges 3.0: issued here, checked by the standard's own verifier, refused where a letter was changed."""

from __future__ import annotations

import base64
import json
from datetime import date

import pytest
from attrs import evolve

from cigem_core.errors import OperatorError
from cigem_core.model.training_acts import Certificate
from cigem_core.programmes.training.badges import BadgeIssuer, CheckedBadge, badge_of, check_badge
from cigem_core.seal import make_key

pytest.importorskip("openbadgeslib")

CERTIFICATE = Certificate(
    reference="AT-2010-0001", plan="fund:training_plan:P", session="S1", enrolment="I1", module="M1", title="Soudure", hours=120,
    issued_on=date(2010, 3, 5),
)  # fmt: skip
ISSUER = BadgeIssuer(name="Centre", url="https://centre.example")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "private.pem", folder / "public.pem")
    make_key(folder / "other.pem", folder / "stranger.pem")
    return folder


def test_a_badge_is_checked_with_the_public_key_alone_and_names_nobody(keys):
    token = badge_of(CERTIFICATE, keys / "private.pem", ISSUER)

    assert check_badge(token, keys / "public.pem") == CheckedBadge(certificate="AT-2010-0001", title="Soudure", issuer="Centre")
    payload = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert "I1" not in json.dumps(payload).replace("AT-2010-0001", "")
    assert badge_of(CERTIFICATE, keys / "private.pem", ISSUER) == token, "the same badge is the same bytes"
    assert "Awa Diarra" in str(base64.urlsafe_b64decode(
        badge_of(CERTIFICATE, keys / "private.pem", ISSUER, names="Awa Diarra").split(".")[1] + "=="
    ))  # fmt: skip


def test_a_changed_badge_or_a_strangers_key_does_not_hold(keys):
    token = badge_of(CERTIFICATE, keys / "private.pem", ISSUER)
    head, payload, signature = token.split(".")
    changed = base64.urlsafe_b64encode(base64.urlsafe_b64decode(payload + "==").replace(b"Soudure", b"Couture")).decode()

    for wrong, key in ((f"{head}.{changed.rstrip('=')}.{signature}", "public.pem"), (token, "stranger.pem"), ("", "public.pem")):
        with pytest.raises(OperatorError, match="not what the holder of the key signed"):
            check_badge(wrong, keys / key)


def test_what_makes_no_badge_says_why(keys, tmp_path):
    with pytest.raises(OperatorError, match="was revoked"):
        badge_of(evolve(CERTIFICATE, revoked_on=date(2010, 4, 1)), keys / "private.pem", ISSUER)
    with pytest.raises(OperatorError, match="the issuer has an address"):
        badge_of(CERTIFICATE, keys / "private.pem", BadgeIssuer(name="Centre", url="centre"))
    (tmp_path / "no.pem").write_text("rien", "utf-8")
    with pytest.raises(OperatorError, match="does not hold the Ed25519 key"):
        badge_of(CERTIFICATE, tmp_path / "no.pem", ISSUER)
    with pytest.raises(OperatorError, match="does not hold the Ed25519 key"):
        check_badge("x", tmp_path / "no.pem")
