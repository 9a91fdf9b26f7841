"""Where a token is kept."""

from __future__ import annotations

import pickle
import sys
import types

import pytest

from cigem_core.errors import MissingToken
from cigem_core.formats.rest import Secret, token_of
from cigem_core.formats.rest.tokens import variable


class Locked(Exception):
    pass


def keyring(kept):
    """A keyring that holds some passwords, or is locked."""

    def get_password(service, user):
        if kept is None:
            raise Locked
        return kept.get((service, user))

    return types.SimpleNamespace(get_password=get_password, errors=types.SimpleNamespace(KeyringError=Locked))


def test_the_environment_comes_first():
    found = token_of("apej", environ={"CIGEM_APEJ_TOKEN": " abc\n"}, keyring=keyring({("cigem", "apej"): "xyz"}))

    assert found.reveal() == "abc"


@pytest.mark.parametrize("environ", [{}, {"CIGEM_APEJ_TOKEN": ""}, {"CIGEM_APEJ_TOKEN": "  "}, {"CIGEM_UFAE_TOKEN": "abc"}])
def test_then_the_keyring(environ):
    assert token_of("apej", environ=environ, keyring=keyring({("cigem", "apej"): "xyz"})).reveal() == "xyz"


@pytest.mark.parametrize("kept", [{}, None, {("cigem", "apej"): ""}, {("other", "apej"): "xyz"}])
def test_neither_is_said_with_where_to_put_it(kept):
    with pytest.raises(MissingToken, match=r"CIGEM_APEJ_TOKEN.*keyring set cigem apej") as missing:
        token_of("apej", environ={}, keyring=keyring(kept))

    assert "il manque le jeton de apej" in missing.value.text.fr


def test_the_keyring_is_imported_when_it_is_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", keyring({("cigem", "anpe-2"): "xyz"}))
    monkeypatch.delenv("CIGEM_ANPE_2_TOKEN", raising=False)

    assert token_of("anpe-2").reveal() == "xyz"


def test_without_the_keyring_s_package_the_environment_is_enough(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert token_of("apej", environ={"CIGEM_APEJ_TOKEN": "abc"}).reveal() == "abc"
    with pytest.raises(MissingToken):
        token_of("apej", environ={})


def test_a_variable_is_named_after_its_agency():
    assert (variable("apej"), variable("anpe-kayes")) == ("CIGEM_APEJ_TOKEN", "CIGEM_ANPE_KAYES_TOKEN")


def test_a_secret_shows_itself_nowhere():
    secret = Secret("abc")

    assert "abc" not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
