"""The gate: a convention in force becomes a mask, and nothing outside the mask is ever decoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from attrs import field, frozen

from cigem_core.errors import ConventionError, UnknownName, nearest
from cigem_core.model.axes import typed_for
from cigem_core.model.conventions import Axis, Clause, Convention, Direction, axes_in, in_force
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.text import Language, Text


@frozen(kw_only=True)
class Mask:
    """Which fields of which kinds may cross, and which columns nobody declared may.

    `fields` is None where everything may: the mask of someone reading their own file. `cargo` names the undeclared columns
    that may cross, or says that all may; where a field is hidden no column crosses unnamed, for it may hold that field.
    """

    fields: Mapping[str, frozenset[str]] | None = field(default=None)
    cargo: bool | frozenset[str] = True

    def permits(self, kind: Kind, name: str) -> bool:
        """Whether a field may cross."""
        return self.fields is None or name in self.fields.get(kind.name, ())

    def hides(self, *kinds: Kind) -> bool:
        """Whether any field of some kinds may not cross."""
        return any(not self.permits(kind, name) for kind in kinds for name in kind.fields)

    def takes(self, kind: Kind) -> bool:
        """Whether records of a kind may cross at all."""
        return self.fields is None or bool(self.fields.get(kind.name))

    def permitted(self, kind: Kind) -> tuple[Field, ...]:
        """The fields of a kind that may cross, in their order."""
        return tuple(f for f in kind.fields.values() if self.permits(kind, f.name))

    @property
    def digest(self) -> str:
        """A fact to be kept with an exchange under this mask."""
        fields = None if self.fields is None else {kind: sorted(names) for kind, names in self.fields.items()}
        cargo = self.cargo if isinstance(self.cargo, bool) else sorted(self.cargo)
        return hashlib.sha256(json.dumps([fields, cargo], sort_keys=True).encode()).hexdigest()

    def digest_of(self, kind: Kind) -> str:
        """What this mask says of one kind: what it says of others changes nothing for its records."""
        fields = None if self.fields is None else {kind.name: self.fields.get(kind.name, frozenset())}
        return Mask(fields=fields, cargo=self.cargo).digest


ALL = Mask()
"""Everything may cross: for the SDK alone, without a convention."""


@frozen(kw_only=True)
class Permit:
    """What lets an exchange happen: the clauses, all of one axis, and the mask they compile to."""

    convention: Convention
    clauses: tuple[Clause, ...]
    mask: Mask

    @property
    def axis(self) -> Axis:
        """The axis of its clauses."""
        return self.clauses[0].axis

    @property
    def article(self) -> str:
        """The articles that were applied."""
        return ", ".join(clause.article for clause in self.clauses)

    @property
    def facts(self) -> dict[str, str]:
        """What let an exchange happen, as it is kept with it."""
        return {
            "axis": str(self.axis),
            "convention": self.convention.reference,
            "convention_digest": self.convention.digest,
            "clause": self.article,
            "mask_digest": self.mask.digest,
        }


def permit(
    conventions: Iterable[Convention],
    *,
    agency: str,
    direction: Direction,
    on: date,
    axis: Axis | None = None,
    kinds: Iterable[Kind] = (),
) -> Permit:
    """The clauses in force that let these kinds cross; ConventionError when there are none, or more than one axis fits.

    Clauses of one axis work together: one may speak of job seekers and another of offers. The axis may be left
    out where only one fits.
    """
    wanted = {kind.name for kind in kinds}
    held = [c for c in conventions if c.agency.code == agency]
    deciding = in_force(held, on)
    fitting = [
        (convention, clauses)
        for convention in deciding
        for one in (_axes(convention, direction) if axis is None else (axis,))
        if (clauses := _clauses(convention, one, direction, wanted))
    ]
    if not fitting:
        raise ConventionError(_refusal(agency, direction, on, axis, sorted(wanted), held, deciding), agency=agency)
    if len(fitting) > 1:
        raise ConventionError(_choice(agency, fitting), agency=agency)
    convention, clauses = fitting[0]
    return Permit(convention=convention, clauses=clauses, mask=compile_mask(*clauses))


def _axes(convention: Convention, direction: Direction) -> Iterable[Axis]:
    """The axes of the clauses of a direction, in their order."""
    return dict.fromkeys(clause.axis for clause in convention.clauses if clause.direction == direction)


def axis_named(conventions: Iterable[Convention], written: Axis | str | None) -> Axis | None:
    """The axis meant: by its code, its word or its name in either language; UnknownName says which there are."""
    conventions = list(conventions)
    if written is None or isinstance(written, Axis):
        return written
    known = {typed: axis for axis in reversed(axes_in(conventions)) for typed in typed_for(axis)}
    if (found := known.get(written.strip().casefold())) is not None:
        return found
    fr, en = (", ".join(axis.word.in_(language) for axis in axes_in(conventions)) for language in _LANGUAGES)
    raise UnknownName(
        Text(fr=f"l'axe « {written} » n'existe pas ; il y a : {fr}", en=f"there is no axis '{written}'; there are: {en}")
    )


_LANGUAGES: tuple[Language, ...] = ("fr", "en")


def _clauses(convention: Convention, axis: Axis, direction: Direction, wanted: set[str]) -> tuple[Clause, ...]:
    """The clauses of one axis that speak of what is wanted; none unless together they speak of all of it."""
    of_axis = [clause for clause in convention.clauses if (clause.axis, clause.direction) == (axis, direction)]
    if not wanted <= {kind for clause in of_axis for kind in clause.fields}:
        return ()
    return tuple(clause for clause in of_axis if not wanted or wanted & clause.fields.keys())


def compile_mask(*clauses: Clause) -> Mask:
    """The mask of some clauses; ConventionError when one names what does not exist, or hides a key.

    Cargo crosses where every one of them says so: what one of them names, the others name too or let cross unnamed.
    """
    fields: dict[str, frozenset[str]] = {}
    for clause in clauses:
        for name in clause.fields:
            fields[name] = fields.get(name, frozenset()) | _fields(clause.article, kind_of(name), clause.fields[name])
    return Mask(fields=fields, cargo=_cargo(clauses))


def _cargo(clauses: Iterable[Clause]) -> bool | frozenset[str]:
    cargo: bool | frozenset[str] = True
    for clause in clauses:
        said = clause.cargo if isinstance(clause.cargo, bool) else frozenset(clause.cargo)
        if cargo is True or said is False:
            cargo = said
        elif said is not True and not isinstance(cargo, bool) and not isinstance(said, bool):
            cargo = cargo & said
    return cargo or False


def check(convention: Convention) -> None:
    """Refuse a convention that cannot be applied: done when it is installed, not when a file waits."""
    for clause in convention.clauses:
        compile_mask(clause)


@lru_cache(maxsize=1024)
def _fields(article: str, kind: Kind, entries: tuple[str, ...]) -> frozenset[str]:
    """The fields that the entries of a clause let cross, read in their order; the same are asked for at each exchange."""
    allowed: set[str] = set()
    for written in entries:
        name = written.removeprefix("!")
        named = {f for f in kind.fields if name in ("*", f) or f.startswith(f"{name}.")}
        if not named:
            near = nearest(name, kind.fields)
            raise ConventionError(
                Text(
                    fr=f"{article} : {kind.name} n'a pas de champ « {name} » ; {near.fr}",
                    en=f"{article}: {kind.name} has no field '{name}'; {near.en}",
                )
            )
        allowed = allowed - named if written.startswith("!") else allowed | named
    hidden = [f.name for f in kind.fields.values() if (f.is_required or f.is_key) and f.name not in allowed]
    if hidden:
        listed = ", ".join(hidden)
        raise ConventionError(
            Text(
                fr=f"{article} masque {listed} de {kind.name} : une clé ou un champ obligatoire ne peut être masqué",
                en=f"{article} hides {listed} of {kind.name}: a key or a required field cannot be hidden",
            )
        )
    return frozenset(allowed)


def _choice(agency: str, fitting: list[tuple[Convention, tuple[Clause, ...]]]) -> Text:
    order = list(axes_in(convention for convention, _ in fitting))
    fitting = sorted(fitting, key=lambda one: order.index(one[1][0].axis))
    listed = ", ".join(f"{c.reference} {'/'.join(x.article for x in clauses)} ({clauses[0].axis})" for c, clauses in fitting)
    if len({clauses[0].axis for _, clauses in fitting}) > 1:
        return Text(
            fr=f"plusieurs axes permettent cet échange avec {agency} : {listed} ; préciser l'axe (--axis)",
            en=f"several axes let this exchange with {agency} happen: {listed}; name the axis (--axis)",
        )
    return Text(
        fr=f"deux conventions en vigueur permettent cet échange avec {agency} : {listed} ; donner un terme à l'une",
        en=f"two conventions in force let this exchange with {agency} happen: {listed}; give one of them an end",
    )


def _refusal(
    agency: str, direction: Direction, on: date, axis: Axis | None, kinds: list[str],
    held: list[Convention], deciding: list[Convention],
) -> Text:  # fmt: skip
    if not held:
        return Text(
            fr=f"aucune convention avec {agency} n'est installée ; sans convention, pas d'échange",
            en=f"no convention with {agency} is installed; no convention, no exchange",
        )
    if not deciding:
        fr = ", ".join(f"{c.reference} ({c.period.fr})" for c in held)
        en = ", ".join(f"{c.reference} ({c.period.en})" for c in held)
        return Text(
            fr=f"aucune convention avec {agency} n'est en vigueur le {on:%d/%m/%Y} ; installées : {fr}",
            en=f"no convention with {agency} is in force on {on}; installed: {en}",
        )
    names = ", ".join(c.reference for c in deciding)
    what = ", ".join(kinds) or "*"
    about = f" ({axis})" if axis else ""
    if direction == "pull":
        return Text(
            fr=f"la convention {names} n'a pas de clause permettant à {agency} de remettre {what}{about}",
            en=f"convention {names} has no clause letting {agency} hand over {what}{about}",
        )
    if direction == "onward":
        return Text(
            fr=f"la convention {names} n'a pas de clause permettant de transmettre plus loin {what} de {agency}{about}",
            en=f"convention {names} has no clause letting {what} of {agency} go on to others{about}",
        )
    return Text(
        fr=f"la convention {names} n'a pas de clause permettant de transmettre {what} à {agency}{about}",
        en=f"convention {names} has no clause letting {what} be handed to {agency}{about}",
    )
