"""The partners' sample of a form's submissions, judged by the form; skipped where the sample is not at hand."""

import csv
import json
import os
from pathlib import Path

import polars as pl
import pytest

from cigem_core.formats.forms.xlsform import read_form
from cigem_core.model.forms import ITEM, Form, Question
from cigem_core.sdk.forms.rules import FormRules

SAMPLE = os.environ.get("CIGEM_PARTNERS")


@pytest.mark.skipif(not SAMPLE, reason="CIGEM_PARTNERS names no folder of the partners' samples")
def test_the_sample_is_judged_as_its_truth_says():
    """Each wrong cell is named with its rule, and every other record is accepted."""
    folder = Path(str(SAMPLE))
    form = FormRules(read_form(folder / "ufae/suivi_formation.xlsx"))
    results = json.loads((folder / "ufae/submissions.json").read_text())["results"]

    found = form.apply(_cells(form.form, results))

    flagged = {
        (results[row]["_uuid"], fault.header, fault.rule.value) for fault in found.broken for row in _rows(fault.broken.to_list())
    }
    with (folder / "truth/errors.csv").open() as file:
        truth = {(r["row"], r["column"], r["type"]) for r in csv.DictReader(file) if r["agency"] == "ufae"}
    assert flagged == truth


def _rows(flags: list) -> list[int]:
    return [row for row, flag in enumerate(flags) if (any(flag) if isinstance(flag, list) else flag)]


def _cells(form: Form, results: list[dict]) -> pl.DataFrame:
    """KoboToolbox's records as columns named by the form."""
    schema = {q.path: pl.List(pl.String) if q.repeat else pl.String for q in form.questions}
    return pl.DataFrame([{q.path: _answer(q, result) for q in form.questions} for result in results], schema=schema)


def _answer(question: Question, result: dict) -> str | list[str | None] | None:
    key = question.path.replace(ITEM, "")
    if question.repeat is None:
        return result.get(key)
    return [item.get(key) for item in result.get(question.repeat.removesuffix(ITEM), [])]
