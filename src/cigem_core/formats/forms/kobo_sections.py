"""Sections of KoboToolbox's own, told as the groups and questions that its forms make of them.

A matrix asks the same questions of each choice of a list: answers stand under `biens_car/biens_car_combien`. A score asks
many questions by one list; a rank asks for the first, the second, and each choice once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import evolve

from cigem_core.formats.forms.xlsform_cells import FormRow
from cigem_core.formats.forms.xlsform_words import NAME, SECTION, yes_or_no
from cigem_core.model.forms import Choice, Wording

Lists = Mapping[str, Sequence[Choice]]
Mistake = Callable[[FormRow, str, str, str], None]
"""Says what is wrong with a cell of a row."""

_SECTION = re.compile(r"(?P<side>begin|end)[_ ](?P<what>kobomatrix|score|rank)\b.*", re.IGNORECASE)
_ASKED = {"score": re.compile(r"score[_ ]+row", re.IGNORECASE), "rank": re.compile(r"rank[_ ]+level", re.IGNORECASE)}
"""Section → the type of the rows inside it that are asked by its list."""
_LIST = {"kobomatrix": "matrix_list", "score": "score_choices", "rank": "rank_items"}
"""Section → the column that names its list."""
_HEADER = {"kobomatrix": "kobo--matrix_list", "score": "kobo--score-choices", "rank": "kobo--rank-items"}
"""Section → how KoboToolbox writes that column."""
_EXPRESSIONS = ("relevant", "constraint", "calculation", "required", "choice_filter")


_NOTHING: Mapping[str, str] = MappingProxyType({})


def unfolded(rows: Sequence[FormRow], lists: Lists, mistake: Mistake) -> Iterator[FormRow]:
    """The rows of a survey with these sections told as groups; what is wrong with one is said, and it is left out."""
    waiting = list(rows)[::-1]
    while waiting:
        row = waiting.pop()
        found = _side(row)
        if found is None:
            yield row
        elif found[0] == "end":
            mistake(row, "type", f"end_{found[1]} ne ferme rien : l'ôter", f"end_{found[1]} closes nothing; take it out")
        else:
            inside, is_closed = _inside(waiting, found[1])
            yield from _told(row, found[1], inside, lists, mistake)
            if not is_closed:
                fr, en = f"ajouter une ligne end_{found[1]}", f"add a row end_{found[1]}"
                mistake(row, "type", f"ce tableau n'est pas fermé : {fr}", f"this table is not closed; {en}")


def _side(row: FormRow) -> tuple[str, str] | None:
    found = _SECTION.fullmatch(row.cells.get("type", "").strip())
    if found is None or yes_or_no(row.cells.get("disabled", "")):
        return None
    return found["side"].lower(), found["what"].lower()


def _inside(waiting: list[FormRow], what: str) -> tuple[list[FormRow], bool]:
    """The rows up to the end of a section, and whether it has one; what closes or begins another is left to wait."""
    inside: list[FormRow] = []
    groups = 0
    while waiting:
        side = _side(waiting[-1])
        if side == ("end", what):
            waiting.pop()
            return inside, True
        group = SECTION.fullmatch(waiting[-1].cells.get("type", "").strip())
        groups += 0 if group is None else 1 if group["side"].lower() == "begin" else -1
        if side is not None or groups < 0:
            break
        inside.append(waiting.pop())
    return inside, False


def _told(row: FormRow, what: str, inside: Sequence[FormRow], lists: Lists, mistake: Mistake) -> Iterator[FormRow]:
    column = _LIST[what]
    named = row.cells.get(column, "")
    if not named:
        fr, en = f"nommer la liste dans la colonne {_HEADER[what]}", f"name its list in the column {_HEADER[what]}"
        mistake(row, column, fr, en)
    elif named not in lists:
        fr, en = f"la liste « {named} » n'est pas dans la feuille choices", f"no list '{named}' in the sheet choices"
        mistake(row, column, fr, en)
    elif what == "kobomatrix":
        for choice in {choice.name: choice for choice in lists[named]}.values():
            if not NAME.fullmatch(f"_{choice.name}"):
                fr = f"le choix « {choice.name} » de la liste {named} entre dans des noms : n'y mettre que lettres, chiffres, _ -"
                en = f"the choice '{choice.name}' of the list {named} goes into names; leave only letters, digits, _ . - in it"
                mistake(row, column, fr, en)
            else:
                yield from _asked_of(choice, row, inside)
    else:
        yield _as(row, "begin_group", cells={"required": ""})
        yield from _by_list(row, what, f"select_one {named}", inside)
        yield _as(row, "end_group")


def _asked_of(choice: Choice, row: FormRow, inside: Sequence[FormRow]) -> Iterator[FormRow]:
    """The questions of a matrix, asked of one choice."""
    group = f"{row.cells.get('name', '')}_{choice.name}"
    names = {asked.cells["name"]: f"{group}_{asked.cells['name']}" for asked in inside if asked.cells.get("name")}
    yield _as(row, "begin_group", cells={"name": group, "required": ""}, label=choice.label)
    for asked in inside:
        told = {name: _renamed(asked.cells[name], names) for name in _EXPRESSIONS if name in asked.cells}
        told["name"] = names.get(asked.cells.get("name", ""), "")
        yield _as(asked, asked.cells.get("type", ""), cells=told, label=_joined(choice.label, asked))
    yield _as(row, "end_group")


def _by_list(row: FormRow, what: str, asked_as: str, inside: Sequence[FormRow]) -> Iterator[FormRow]:
    """The rows of a score or a rank: each asked by the list; of a rank all, and no choice twice."""
    above: list[str] = []
    for asked in inside:
        if not _ASKED[what].fullmatch(asked.cells.get("type", "").strip()):
            yield asked
            continue
        told = {"required": "true"} if what == "rank" or yes_or_no(row.cells.get("required", "")) else {}
        named = asked.cells.get("name", "")
        if what == "rank" and above and named:
            told["constraint"] = " and ".join(f"${{{named}}} != ${{{name}}}" for name in above)
        above += [named] if named else []
        said = row.wordings.get("rank_message", {}) if "constraint" in told else None
        yield _as(asked, asked_as, cells=told, message=said)


def _as(
    row: FormRow, asked: str, *, cells: Mapping[str, str] = _NOTHING, label: Wording | None = None, message: Wording | None = None
) -> FormRow:
    """A row of another type, other cells and other words; an empty cell is none."""
    wordings = dict(row.wordings)
    wordings |= {"label": label} if label is not None else {}
    wordings |= {"constraint_message": message} if message is not None else {}
    told = {name: text for name, text in {**row.cells, "type": asked, **cells}.items() if text}
    return evolve(row, cells=told, wordings=wordings)


def _renamed(expression: str, names: Mapping[str, str]) -> str:
    """An expression that speaks of the questions of its own row of the matrix."""
    return re.sub(r"\$\{\s*([^}\s]+)\s*\}", lambda found: f"${{{names.get(found[1], found[1])}}}", expression)


def _joined(label: Wording, asked: FormRow) -> Wording:
    """What a question of a matrix asks: of which choice, and what."""
    own = asked.wordings.get("label", {})
    first = next(iter(label.values()), "")
    return {language: f"{label.get(language, first)} – {text}" for language, text in own.items()}
