"""A call read back to the staff who wrote it, in sentences, and what in it can never be filled or met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.payments import schedule
from cigem_core.programmes.scholarships.renewal import renewal_said
from cigem_core.programmes.scholarships.terms import Requirement, Reserve, ReviewRule
from cigem_core.programmes.scholarships.vocabulary import ASKABLE
from cigem_core.spelling import fold
from cigem_core.text import Text


@frozen(kw_only=True)
class CheckedCall:
    """What a call says, sentence by sentence, and what in it is vain."""

    call: Call = field(repr=False)
    says: tuple[Text, ...]
    vain: tuple[Text, ...]

    def __repr__(self) -> str:
        return f"CheckedCall({self.call.reference}: {len(self.says)} sentences, {len(self.vain)} vain)"

    def _repr_html_(self) -> str:
        head, *more = self.says
        return notebook.listed(head, [*more, *(f"In vain: {one}" for one in self.vain)])


def check_call(call: Call) -> CheckedCall:
    """Read a call back, and find what in it can never be filled or met."""
    return CheckedCall(call=call, says=tuple(_says(call)), vain=tuple(_vain(call)))


def _says(call: Call) -> Iterator[Text]:
    yield Text(fr=f"{call.title.fr} ({call.reference})", en=f"{call.title.en} ({call.reference})")
    yield Text(
        fr=f"dossiers déposés du {call.opens:%d/%m/%Y} au {call.closes:%d/%m/%Y}, les deux jours compris",
        en=f"applications deposited from {call.opens} to {call.closes}, both days included",
    )
    if call.pieces:
        listed = ", ".join(call.pieces)
        yield Text(fr=f"pièces exigées : {listed}", en=f"documents asked for: {listed}")
    yield from (_requirement(rule, call) for rule in call.requirements)
    for one in call.criteria:
        given = [f"{threshold} : {points}" for threshold, points in one.steps] or [f"{w} : {p}" for w, p in one.points.items()]
        listed = ", ".join(given)
        yield Text(
            fr=f"article {one.article}, points « {one.name} » sur {label(one.field).fr} : {listed} ; sinon 0",
            en=f"article {one.article}, points '{one.name}' for {label(one.field).en}: {listed}; else 0",
        )
    yield from _order(call)
    for seat in call.seats:
        who = _who(seat.accepts)
        least = seat.at_least
        yield Text(
            fr=f"{seat.title.fr} ({seat.code}, {seat.country}) : {_places(seat.places).fr}, {who.fr or 'ouvert à tous'}"
            + ("" if least is None else f", à partir de {least} points"),
            en=f"{seat.title.en} ({seat.code}, {seat.country}): {_places(seat.places).en}, {who.en or 'open to all'}"
            + ("" if least is None else f", from {least} points"),
        )
    for reserve in call.reserves:
        yield from _reserve(reserve, call)
    for payer in call.payers:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in schedule(payer))
        dates = ", ".join(map(str, schedule(payer)))
        yield Text(
            fr=f"{payer.name} paie {payer.count} fois {payer.amount} {payer.currency} : {days}",
            en=f"{payer.name} pays {payer.amount} {payer.currency} {payer.count} times: {dates}",
        )
    if call.review:
        yield _review(call.review)
    if call.answer_days is not None:
        yield Text(
            fr=f"une bourse attend sa réponse {call.answer_days} jour(s) ; sans réponse elle échoit et le tirage est refait",
            en=f"an award waits {call.answer_days} day(s) for its answer; unanswered it lapses and the draw is made again",
        )
    if call.renewal:
        said = renewal_said(call.renewal)
        yield Text(
            fr=f"article {call.renewal.article}, renouvellement : {said.fr}",
            en=f"article {call.renewal.article}, renewal: {said.en}",
        )
    if call.seed:
        yield Text(fr=f"la graine du tirage : {call.seed.fr}", en=f"the seed of the draw: {call.seed.en}")


def _review(review: ReviewRule) -> Text:
    listed = ", ".join(f"{rubric.name} (0 – {rubric.most})" for rubric in review.rubrics)
    seen = Text(fr="sans les noms", en="without names") if review.blind else Text(fr="avec les noms", en="with names")
    return Text(
        fr=f"article {review.article}, lecture par {review.readers} personne(s), {seen.fr} : {listed} ; au-delà de "
        f"{review.more_than} point(s) d'écart, une lecture de plus départage",
        en=f"article {review.article}, read by {review.readers} people, {seen.en}: {listed}; more than "
        f"{review.more_than} point(s) apart, a further reading parts them",
    )


def label(name: str) -> Text:
    """What an officer calls a field."""
    known = ASKABLE[name].label
    return Text(fr=known.fr[:1].lower() + known.fr[1:], en=known.en[:1].lower() + known.en[1:])


def requirement_said(rule: Requirement) -> Text:
    """What a rule asks, in words."""
    fr, en = label(rule.field).fr, label(rule.field).en
    if isinstance(rule.limit, tuple):
        return Text(fr=f"{fr} : {_either(rule.limit).fr}", en=f"{en}: {_either(rule.limit).en}")
    bound = {
        "age_at_most": Text(fr=f"{rule.limit} ans au plus", en=f"at most {rule.limit} years old"),
        "age_at_least": Text(fr=f"{rule.limit} ans au moins", en=f"at least {rule.limit} years old"),
        "at_least": Text(fr=f"{fr} : au moins {rule.limit}", en=f"{en}: at least {rule.limit}"),
        "at_most": Text(fr=f"{fr} : au plus {rule.limit}", en=f"{en}: at most {rule.limit}"),
    }
    return bound[rule.bound]


def _requirement(rule: Requirement, call: Call) -> Text:
    said = requirement_said(rule)
    aged = rule.bound.startswith("age")
    return Text(
        fr=f"article {rule.article} : {said.fr}" + (f", comptés au {call.counted_on:%d/%m/%Y}" if aged else ""),
        en=f"article {rule.article}: {said.en}" + (f", counted on {call.counted_on}" if aged else ""),
    )


def _order(call: Call) -> Iterator[Text]:
    parts = [Text(fr="le plus de points d'abord", en="the most points first")] if call.criteria else []
    parts += [
        Text(fr=f"puis {label(n).fr}, du plus grand au plus petit", en=f"then {label(n).en}, highest first") for n in call.then
    ]
    fr, en = ", ".join(part.fr for part in parts), ", ".join(part.en for part in parts)
    yield Text(fr=f"ordre : {fr}, puis le sort".replace(": , ", ": "), en=f"order: {en}, then by lot".replace(": , ", ": "))


def _reserve(reserve: Reserve, call: Call) -> Iterator[Text]:
    for code, many in reserve.places.items():
        fr, en = _who(reserve.when).fr, _who(reserve.when).en
        whole = call.by_code[code].places
        yield Text(
            fr=f"{reserve.name} : {_places(many).fr} sur {whole} de {code} ({fr}), article {reserve.article} ; "
            "ce que personne ne remplit revient à tous",
            en=f"{reserve.name}: {_places(many).en} of {whole} of {code} ({en}), article {reserve.article}; "
            "what nobody fills is open to all",
        )


def _who(wanted: Mapping[str, Sequence[str]]) -> Text:
    """Whom a seat accepts, or a reserve is for."""
    parts = [(label(name), _either(values)) for name, values in wanted.items()]
    return Text(
        fr=" et ".join(f"{name.fr} : {values.fr}" for name, values in parts),
        en=" and ".join(f"{name.en}: {values.en}" for name, values in parts),
    )


def _either(values: Sequence[str]) -> Text:
    *first, last = values
    fr, en = (", ".join(first) + f" {word} " if first else "" for word in ("ou", "or"))
    return Text(fr=fr + last, en=en + last)


def _places(many: int) -> Text:
    return Text(fr=f"{many} place{'s' if many > 1 else ''}", en=f"{many} place{'s' if many != 1 else ''}")


def _vain(call: Call) -> Iterator[Text]:
    yield from _vain_rules(call)
    for seat in call.seats:
        if seat.places == 0:
            yield Text(fr=f"{seat.code} : aucune place", en=f"{seat.code}: no place")
        if _contradicts(call, seat.accepts):
            yield Text(
                fr=f"{seat.code} ne peut être occupé : ses conditions contredisent les règles de l'appel",
                en=f"{seat.code} can never be held: what it accepts contradicts the rules of the call",
            )
        best = sum(one.best for one in call.criteria) + (call.review.best if call.review else 0)
        if seat.at_least is not None and seat.at_least > best:
            yield Text(
                fr=f"{seat.code} demande {seat.at_least} points, et nul ne peut en avoir plus de {best}",
                en=f"{seat.code} asks for {seat.at_least} points, and nobody can have more than {best}",
            )
        kept = sum(reserve.places[seat.code] for reserve in call.reserves_of(seat.code))
        if kept > seat.places:
            yield Text(
                fr=f"{seat.code} : {kept} places réservées pour {seat.places} places ; elles ne peuvent être toutes remplies",
                en=f"{seat.code}: {kept} reserved places for {seat.places} places; they cannot all be filled",
            )
    for reserve in call.reserves:
        for code, many in reserve.places.items():
            yield from _vain_reserve(call, reserve, code, many)


def _vain_reserve(call: Call, reserve: Reserve, code: str, many: int) -> Iterator[Text]:
    seat = call.by_code[code]
    if many > seat.places:
        yield Text(
            fr=f"« {reserve.name} » réserve {many} places de {code}, qui n'en a que {seat.places}",
            en=f"'{reserve.name}' reserves {many} places of {code}, which has only {seat.places}",
        )
    both = {name: seat.accepts.get(name, reserve.when.get(name, ())) for name in seat.accepts.keys() | reserve.when.keys()}
    apart = any(
        name in seat.accepts and name in reserve.when and ASKABLE[name].sort != "words" and _apart(seat.accepts[name], values)
        for name, values in reserve.when.items()
    )
    if apart or _contradicts(call, both):
        yield Text(
            fr=f"« {reserve.name} » ne peut être rempli à {code} : personne n'y répond qui puisse l'occuper",
            en=f"'{reserve.name}' can never be filled at {code}: nobody it is for may hold that seat",
        )


def _apart(one: Sequence[str], other: Sequence[str]) -> bool:
    return not set(map(fold, one)) & set(map(fold, other))


def _contradicts(call: Call, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether no value that is wanted of some field could pass the rules."""
    from cigem_core.programmes.scholarships.conditions import meets

    of_one_value = [rule for rule in call.requirements if ASKABLE[rule.field].sort not in ("words", "birth")]
    for name, values in wanted.items():
        rules = [rule for rule in of_one_value if rule.field == name]
        if rules and values and not any(all(meets(rule, value, call.counted_on) for rule in rules) for value in values):
            return True
    return False


def _vain_rules(call: Call) -> Iterator[Text]:
    """Bounds that leave nothing between them, and thresholds that come too late."""
    for field_name in dict.fromkeys(rule.field for rule in call.requirements):
        rules = {rule.bound: rule.limit for rule in call.requirements if rule.field == field_name}
        low, high = rules.get("at_least", rules.get("age_at_least")), rules.get("at_most", rules.get("age_at_most"))
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            name = label(field_name)
            yield Text(
                fr=f"nul ne peut remplir les règles : {name.fr} d'au moins {low} et d'au plus {high}",
                en=f"nobody can meet the rules: {name.en} of at least {low} and at most {high}",
            )
    for one in call.criteria:
        thresholds = [threshold for threshold, _ in one.steps]
        for at, threshold in enumerate(thresholds):
            if any(threshold >= before for before in thresholds[:at]):
                yield Text(
                    fr=f"points « {one.name} » : le seuil {threshold} vient après un plus bas et ne sert jamais",
                    en=f"points '{one.name}': the threshold {threshold} comes after a lower one and never counts",
                )
