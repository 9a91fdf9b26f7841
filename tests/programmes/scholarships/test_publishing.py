"""What is published of a round is rechecked by its own program, without the library, and no change of it goes unseen."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys

import pytest
from programmes.scholarships.samples import CALLS, FOLDER, applications, call, truth

from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships import verifier
from cigem_core.programmes.scholarships.publishing import package
from cigem_core.scholarships import Round


def published(name, to, which=0):
    held = Round(call=call(name), applications=applications(name))
    known = truth(name)["withdrawal"]
    held = held.without(*known["withdrawn"]) if which else held
    return package(held, held.draw(truth(name)["draws"][0]["seed"], leave_undecided=True)).write(to)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", CALLS)
def test_the_verifier_agrees_with_every_example(name, which, tmp_path):
    """Before and after withdrawals, with the commitment known beforehand."""
    folder = published(name, tmp_path / "p", which)

    assert verifier.check(folder, truth(name)["commit"]) == []
    assert verifier.check(folder, "0" * 64) != []


def test_the_verifier_runs_alone_and_is_short(tmp_path):
    """One file of at most 200 lines, the standard library only."""
    folder = published("cinq-pays-2026", tmp_path / "p")
    text = (folder / "verify.py").read_text("utf-8")

    run = subprocess.run([sys.executable, "-I", folder / "verify.py"], capture_output=True, check=False)

    assert run.returncode == 0, run.stderr
    assert len(text.splitlines()) <= 200
    modules = set(re.findall(r"^(?:import|from) (\w+)", text, re.M))
    assert modules <= set(sys.stdlib_module_names)


def test_nothing_personal_is_published(tmp_path):
    """Numbers, answers and points: no name, birth, phone or N° matricule."""
    folder = published("cinq-pays-2026", tmp_path / "p")
    lines = (FOLDER / "cinq-pays-2026/dossiers.csv").read_text("utf-8-sig").splitlines()[1:]
    told = "".join((folder / name).read_text("utf-8") for name in ("inputs.json", "result.json", "manifest.json"))

    cells = {cell for line in lines for cell in (line.split(";") + [""] * 16)[2:10] if len(cell) > 4}
    cells -= {"Kayes", "Ségou", "Sikasso", "Mopti", "Kidal", "Bamako"}
    assert not {cell for cell in cells if f'"{cell}"' in told}


def test_a_folder_with_something_in_it_is_not_written_over(tmp_path):
    """What was published once stays."""
    published("etat-2014", tmp_path)

    with pytest.raises(OperatorError, match="not empty"):
        published("etat-2014", tmp_path)


def places(value, path=()):
    """Where each single value stands in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        yield path
    else:
        for name, one in inside:
            yield from places(one, (*path, name))


def tampered(document, path, chance):
    """The document with one value changed to another of its sort."""
    *way, last = path
    here = document
    for name in way:
        here = here[name]
    was = here[last]
    if isinstance(was, bool) or was is None:
        here[last] = chance.choice([one for one in (True, False, None) if one is not was])
    elif isinstance(was, int):
        here[last] = was + chance.choice([-1, 1])
    else:
        here[last] = was[:-1] + chance.choice([c for c in "0123456789abcdef" if not was.endswith(c)])
    return document


def tamper(folder, chance):
    """Change one value of one file."""
    name = chance.choice(["inputs.json", "result.json", "manifest.json"])
    content = (folder / name).read_text("utf-8")
    document = json.loads(content)
    path = chance.choice(list(places(document)))
    (folder / name).write_text(json.dumps(tampered(document, path, chance)), "utf-8")
    return name, path, content


def caught(folder, count, seed):
    """Which of some single-value changes the verifier does not see."""
    chance, unseen = random.Random(seed), []
    for _ in range(count):
        name, path, content = tamper(folder, chance)
        if not verifier.check(folder):
            unseen.append((name, path))
        (folder / name).write_text(content, "utf-8")
    assert verifier.check(folder) == []
    return unseen


def test_every_single_change_is_caught(tmp_path):
    """Some dozens here; a thousand in the long run."""
    assert caught(published("cinq-pays-2026", tmp_path / "p"), 20, seed=1) == []


@pytest.mark.long
def test_a_thousand_single_changes_are_caught(tmp_path):
    """In the files of every call."""
    for at, name in enumerate(CALLS):
        assert caught(published(name, tmp_path / name), 250, seed=at) == []


def test_a_changed_result_is_caught_although_its_digests_agree(tmp_path):
    """Whoever changes the result and mends every digest is found out by the recount."""
    folder = published("cinq-pays-2026", tmp_path / "p")
    chance = random.Random(5)
    whole = json.loads((folder / "result.json").read_text("utf-8"))
    for path in chance.sample(list(places(whole)), 30):
        result = tampered(json.loads(json.dumps(whole)), path, chance)
        content = {name: (folder / name).read_bytes() for name in verifier.FILES}
        content["result.json"] = json.dumps(result).encode()
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        told = json.loads(content["inputs.json"])

        wrong = verifier.screening(verifier.tomllib.loads(content["call.toml"].decode()), told, result)
        try:
            wrong += verifier.draw(verifier.tomllib.loads(content["call.toml"].decode()), told, result, manifest, None)
        except ValueError:
            wrong += ["more people than places"]

        assert wrong, path
