"""The words of XLSForm: how authors write columns, types, yes and no (https://xlsform.org/en/ref-table/)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from cigem_core.model.forms import QuestionType

_SURVEY: Mapping[str, str] = {
    "type": "type command",
    "name": "name tag value",
    "label": "label caption",
    "required": "required",
    "required_message": "required_message requiredmsg jr:requiredmsg",
    "relevant": "relevant relevance",
    "constraint": "constraint",
    "constraint_message": "constraint_message constraint-msg constraintmsg constraining_message jr:constraintmsg",
    "calculation": "calculation calculate",
    "choice_filter": "choice_filter",
    "read_only": "read_only readonly",
    "appearance": "appearance",
    "default": "default",
    "disabled": "disabled",
    "matrix_list": "kobo--matrix_list kobo--matrix-list",
    "score_choices": "kobo--score-choices kobo--score_choices",
    "rank_items": "kobo--rank-items kobo--rank_items",
    "rank_message": "kobo--rank-constraint-message kobo--rank_constraint_message",
    "#silent": (
        "hint guidance_hint image audio video big-image media parameters trigger repeat_count count jr:count autoplay rows "
        "body control instance bind buttontext noapperrorstring no_app_error_string intent query save_to hxl tags "
        "compact_tag note sms_field sms_option sms_separator sms_allow_media sms_date_format sms_datetime_format "
        "seperator jr:preload jr:preloadparams saveincomplete entities:saveto $given_name $kuid $xpath $qpath $autoname"
    ),
}
_CHOICES: Mapping[str, str] = {
    "list_name": "list_name list",
    "name": "name value",
    "label": "label caption",
    "#silent": "image audio video big-image media sms_option geometry $kuid $autovalue",
}
_SETTINGS: Mapping[str, str] = {
    "title": "form_title title set_form_title",
    "id": "form_id id_string id set_form_id",
    "version": "version",
    "root": "name",
    "language": "default_language",
    "duplicates": "allow_choice_duplicates",
    "#silent": (
        "public_key submission_url style instance_name instance_xmlns namespaces auto_send auto_delete clean_text_values "
        "client_editable attribute prefix delimiter flat add_none_option omit_instanceid omit_instance_id sms_keyword "
        "sms_separator sms_allow_media sms_date_format sms_datetime_format sms_response"
    ),
}


def _by_spelling(words: Mapping[str, str]) -> Mapping[str, str]:
    return {spelling: word for word, spellings in words.items() for spelling in spellings.split()}


COLUMNS: Mapping[str, Mapping[str, str]] = {
    "survey": _by_spelling(_SURVEY),
    "choices": _by_spelling(_CHOICES),
    "external_choices": _by_spelling(_CHOICES),
    "settings": _by_spelling(_SETTINGS),
}
"""Sheet → how a column may be written → the one word used here; `#silent` for what says nothing about answers."""

SILENT = "#silent"
SILENT_SHEETS = frozenset({"osm", "entities", "columns"})

_TYPES: Mapping[QuestionType, str] = {
    QuestionType.TEXT: (
        "text|string|hidden|barcode|phonenumber|phone number|deviceid|device id|imei|simserial|subscriberid|username|email|"
        "uri:deviceid|uri:phonenumber|uri:simserial|uri:subscriberid|uri:username|uri:email"
    ),
    QuestionType.INTEGER: "integer|int",
    QuestionType.DECIMAL: "decimal|range",
    QuestionType.DATE: "date|today",
    QuestionType.TIME: "time",
    QuestionType.MOMENT: "datetime|date time|date_time|start|end",
    QuestionType.POINT: "geopoint|gps|location|start-geopoint",
    QuestionType.TRACE: "geotrace",
    QuestionType.SHAPE: "geoshape",
    QuestionType.FILE: "image|photo|audio|video|file|background-audio|audit|osm|xml-external|csv-external",
    QuestionType.ACKNOWLEDGE: "acknowledge|trigger",
    QuestionType.CALCULATE: "calculate|calculation",
    QuestionType.NOTE: "note",
}
TYPES: Mapping[str, QuestionType] = {name: kind for kind, names in _TYPES.items() for name in names.split("|")}
"""How a type may be written, but for choices → what its answers are."""

_SELECT = re.compile(
    r"""(?P<verb>select_one_from_file|select_multiple_from_file|select_one_external|select_multiple_external
        |select[_ ]one(?:\ from)?|select1|select[_ ]multiple(?:\ from)?|select\ all\ that\ apply(?:\ from)?|rank)
        \s+(?P<list>.+?)(?P<other>\s+or[_ ](?:specify[_ ])?other)?""",
    re.VERBOSE | re.IGNORECASE,
)


@frozen
class Select:
    """A question answered by choices, as its type says."""

    type: QuestionType
    list: str
    source: str
    """Where its choices stand: `choices`, `external_choices`, or `file`."""
    other: bool


def select_of(asked: str) -> Select | None:
    """What a type says of choices; None where it is no choice."""
    found = _SELECT.fullmatch(asked)
    if found is None:
        return None
    verb = found["verb"].lower()
    source = "file" if verb.endswith("_file") else "external_choices" if verb.endswith("_external") else "choices"
    one = verb.startswith(("select_one", "select one", "select1"))
    type = QuestionType.RANK if verb == "rank" else QuestionType.SELECT_ONE if one else QuestionType.SELECT_MULTIPLE
    return Select(type, found["list"].strip(), source, bool(found["other"]))


SECTION = re.compile(r"(?P<side>begin|end)[_ ](?P<what>group|lgroup|repeat|loop|looped[_ ]group)\b.*", re.IGNORECASE)
"""The rows between which questions stand."""

NAME = re.compile(r"[^\W\d][\w.-]*")
"""What a question may be called: it is the name of an XML element."""

_YES = frozenset({"yes", "true", "true()", "1", "oui", "vrai"})
_NO = frozenset({"", "no", "false", "false()", "0", "non", "faux"})


def yes_or_no(text: str) -> bool | None:
    """What an author means by yes or no; None where it is something else."""
    plain = text.casefold().replace(" ", "")
    return True if plain in _YES else False if plain in _NO else None


def column_of(header: str) -> tuple[str, str]:
    """A header as a word and a language: `label::Français (fr)` or `label:English`; `bind::relevant` is `relevant`."""
    parts = [part.strip() for part in header.split("::" if "::" in header else ":")]
    if parts[0].casefold() == "bind" and len(parts) > 1:
        parts = parts[1:]
    if parts[0].casefold() == "jr" and len(parts) > 1:
        parts = [f"{parts[0]}:{parts[1]}", *parts[2:]]
    word = "_".join(parts[0].casefold().split())
    return word, parts[-1] if len(parts) > 1 else ""
