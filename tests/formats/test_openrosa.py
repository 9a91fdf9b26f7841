"""Submissions: a filled-in form as the document its server takes."""

from xml.etree import ElementTree

import pytest
from form_books import survey
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import DeclarationError
from cigem_core.formats.forms.openrosa import write_submission
from cigem_core.formats.forms.xlsform import read_form

FORM = read_form(
    survey(
        "type | name",
        "text | numero",
        "begin_group | personne",
        "text | nom",
        "begin_repeat | enfant",
        "text | prenom",
        "integer | age",
        "end_repeat",
        "end_group",
        settings=[["form_id", "version"], ["essai", "7"]],
    )
)


def test_a_submission_names_its_form_and_itself():
    """Groups are nested, items repeat, and what is not answered is left out."""
    answers = {"numero": "O-1", "personne/enfant[]/prenom": ["Awa", "Ali"], "personne/enfant[]/age": ["3", None]}

    document = write_submission(FORM, answers, instance_id="uuid:1", deprecated_id="0")

    assert document.decode().partition("\n")[2] == (
        '<data id="essai" version="7"><numero>O-1</numero><personne><enfant><prenom>Awa</prenom><age>3</age></enfant>'
        "<enfant><prenom>Ali</prenom><age /></enfant></personne>"
        "<meta><instanceID>uuid:1</instanceID><deprecatedID>uuid:0</deprecatedID></meta></data>"
    )


texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1)


@given(texts, texts)
def test_any_text_comes_back(number, name):
    """What XML has signs for is written as text."""
    root = ElementTree.fromstring(write_submission(FORM, {"numero": number, "personne/nom": name}, instance_id="1"))

    assert (root.findtext("numero"), root.findtext("personne/nom")) == (number, name)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"nom": "x"}, "essai n'a pas de question « nom »"),
        ({"numero": ["x"]}, "reçoit une réponse"),
        ({"personne/enfant[]/prenom": "x"}, "une liste de réponses là où le formulaire répète"),
        ({"numero": "a\x00b"}, "un caractère que le formulaire ne peut porter"),
    ],
)
def test_answers_that_fit_no_form_are_refused(answers, said):
    """They are named by their question, never quoted."""
    with pytest.raises(DeclarationError) as refused:
        write_submission(FORM, answers, instance_id="1")

    assert said in refused.value.text.fr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_server_expands_nothing_that_a_document_declares(encoding):
    """In whatever encoding it is written."""
    from cigem_core.testing.openrosa import _parsed

    bomb = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'

    with pytest.raises(ValueError, match="XML illisible"):
        _parsed(bomb.encode(encoding))
