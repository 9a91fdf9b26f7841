"""A receipt that the centre signed is checked by its partner alone."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from cigem_core import Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import OperatorError
from cigem_core.seal import is_signed, make_key, signed

ON = date(2009, 10, 1)


@pytest.fixture
def keys(tmp_path):
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    make_key(private, public)
    return private, public


def run(*arguments):
    return CliRunner().invoke(program("en"), list(map(str, arguments)))


def test_a_private_key_is_for_its_owner_alone_and_overwrites_nothing(keys):
    assert keys[0].stat().st_mode & 0o777 == 0o600
    with pytest.raises(OperatorError, match="is there already"):
        make_key(*keys)


@pytest.mark.parametrize("change", [{"read": 931}, {"by": "moussa"}, {"journal": {"head": "0" * 64, "length": 3}}, {"more": 1}])
def test_a_word_that_was_changed_shows(keys, change):
    document = signed({"read": 930, "by": "awa", "journal": {"head": "1" * 64, "length": 3}}, keys[0])

    assert is_signed(document, keys[1])
    assert is_signed(json.loads(json.dumps(document, indent=4)), keys[1])
    assert not is_signed({**document, **change}, keys[1])
    assert not is_signed({name: value for name, value in document.items() if name != "signature"}, keys[1])


def test_another_s_key_and_no_key_at_all_are_told_apart(keys, tmp_path):
    document = signed({"read": 930}, keys[0])
    make_key(tmp_path / "other.pem", tmp_path / "theirs.pem")

    assert not is_signed(document, tmp_path / "theirs.pem")
    for wrong in (keys[0], tmp_path / "absent.pem"):
        with pytest.raises(OperatorError, match="does not hold the Ed25519 key"):
            is_signed(document, wrong)


def test_the_centre_signs_what_its_journal_attests_and_the_partner_needs_no_workspace(keys, tmp_path, september):
    path, receipt = tmp_path / "c.sqlite", tmp_path / "receipt.json"
    with Workspace.create(path, on=ON, by="awa") as centre:
        told = centre.pull("anpe", september[1], on=ON, by="awa").as_dict("en")
    receipt.write_text(json.dumps(told))

    done = run("receipt", "sign", receipt, "--key", keys[0], "-w", path)
    assert done.exit_code == 0, done.output
    receipt.write_text(done.output)
    checked = run("receipt", "verify", receipt, "--key", keys[1])
    assert (checked.exit_code, "Receipt authentic" in checked.output) == (0, True)

    told["journal"]["head"] = "0" * 64
    receipt.write_text(json.dumps(told))
    assert run("receipt", "sign", receipt, "--key", keys[0], "-w", path).exit_code == 1
    receipt.write_text(done.output.replace('"awa"', '"moussa"'))
    assert run("receipt", "verify", receipt, "--key", keys[1]).exit_code == 1
