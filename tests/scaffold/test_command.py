"""`cigem new-adapter`, as a stranger meets it."""

from __future__ import annotations

import json

import pytest
from agencies.truth import sources
from click.testing import CliRunner

from cigem_core.cli.commands import program
from cigem_core.errors import OperatorError, SourceRefused, UnknownName
from cigem_core.scaffold import draft
from cigem_core.testing.apej import ApejServer


def cigem(*arguments: object, language: str = "en"):
    return CliRunner().invoke(program(language), ["new-adapter", *map(str, arguments)])


def test_the_command_says_what_was_found_and_what_comes_next(tmp_path):
    run = cigem("fonds", "--from", sources("fafpa")[0], "--to", tmp_path / "package")

    assert run.exit_code == 0, run.output
    assert "Inscriptions: taken for enrolment" in run.output
    assert "pip install -e" in run.output
    assert (tmp_path / "package/pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "existe déjà et n'est pas vide"), ("en", "exists already and is not empty")]
)
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path, language, said):
    (tmp_path / "mine.txt").write_text("mine")

    run = cigem("fonds", "--from", sources("fafpa")[0], "--to", tmp_path, language=language)

    assert run.exit_code == 1
    assert said in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_kind_that_is_named_is_taken(tmp_path):
    """Columns whose names say nothing are cargo; what is required is asked for."""
    path = tmp_path / "x.csv"
    path.write_text("\n".join(["a;b", *(f"{n};{n * n}" for n in range(20))]), "utf-8")

    made = draft("nouvelle", [path], to=tmp_path / "package", kinds=["placement"])

    assert made.tables == {"x": "placement"}
    assert any("which column tells seeker" in question for question in made.questions)
    compile(made.module.read_text("utf-8"), "draft", "exec")


def test_a_table_like_no_kind_whose_rows_nothing_tells_apart_is_left_out_and_asked_about(tmp_path):
    path = tmp_path / "meteo.csv"
    path.write_text("\n".join(["Pluviométrie;Hygrométrie", *(f"{n % 3};{n % 3}" for n in range(20))]), "utf-8")

    made = draft("meteo", [path], to=tmp_path / "package")

    assert made.tables == {}
    assert "no kind is like it, and no columns tell its rows apart" in made.questions[0]


def test_a_list_of_a_service_is_read_over_http_and_declared_as_one(tmp_path, monkeypatch):
    """The token comes from the environment, and stands nowhere in the package."""
    monkeypatch.setenv("CIGEM_JEUNESSE_TOKEN", "s3cret-token")
    records = json.loads(sources("apej")[0].read_text("utf-8"))[:250]
    with ApejServer({"jeunes": records}, token="s3cret-token") as server:
        made = draft("jeunesse", [f"{server.url}/jeunes"], to=tmp_path / "package")

    page = made.module.read_text("utf-8")
    assert made.tables == {"jeunes": "young_person"}
    assert 'service = Api(agency="jeunesse", resources=[Resource("jeunes")])' in page
    assert "api=service" in page
    assert "s3cret" not in "".join(path.read_text("utf-8") for path in made.files)
    assert len(json.loads((made.folder / "samples/jeunes.json").read_text("utf-8"))) == 250


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("vide.csv", b"", SourceRefused),
        ("sans.json", b'{"data": [1, 2]}', SourceRefused),
        ("casse.json", b'[{"a": 1', SourceRefused),
        ("chiffres.csv", b"1;2\n3;4\n5;6\n", SourceRefused),
        ("faux.xlsx", b"PK\x03\x04nothing", SourceRefused),
    ],
)
def test_what_cannot_be_drafted_from_is_refused_with_a_sentence(tmp_path, name, content, refusal):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(refusal):
        draft("nouvelle", [path], to=tmp_path / "package")
    assert not (tmp_path / "package").exists()


def test_names_that_nobody_declared_are_refused(tmp_path):
    with pytest.raises(UnknownName, match="nearest is 'placement'"):
        draft("nouvelle", [sources("anpe")[0]], to=tmp_path / "p", kinds=["placment"])
    with pytest.raises(OperatorError, match="begin with a letter"):
        draft("9eme", [sources("anpe")[0]], to=tmp_path / "p")
