"""The gate: a convention in force becomes a mask, and nothing outside the mask is ever decoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from attrs import field, frozen

from cigem_core.errors import ConventionError, nearest
from cigem_core.model.conventions import Axis, Clause, Convention, Direction
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.text import Text


@frozen(kw_only=True)
class Mask:
    """Which fields of which kinds may cross, and whether columns nobody declared may.

    `fields` is None where everything may: the mask of someone reading their own file.
    """

    fields: Mapping[str, frozenset[str]] | None = field(default=None)
    cargo: bool = True

    def permits(self, kind: Kind, name: str) -> bool:
        """Whether a field may cross."""
        return self.fields is None or name in self.fields.get(kind.name, ())

    def takes(self, kind: Kind) -> bool:
        """Whether records of a kind may cross at all."""
        return self.fields is None or bool(self.fields.get(kind.name))

    def permitted(self, kind: Kind) -> tuple[Field, ...]:
        """The fields of a kind that may cross, in their order."""
        return tuple(f for f in kind.fields.values() if self.permits(kind, f.name))

    @property
    def digest(self) -> str:
        """A fact to be kept with what crossed under this mask."""
        fields = None if self.fields is None else {kind: sorted(names) for kind, names in self.fields.items()}
        return hashlib.sha256(json.dumps([fields, self.cargo], sort_keys=True).encode()).hexdigest()


ALL = Mask()
"""Everything may cross: for the SDK alone, without a convention."""


@frozen(kw_only=True)
class Permit:
    """What lets an exchange happen: the clause, and the mask it compiles to."""

    convention: Convention
    clause: Clause
    mask: Mask


def permit(
    conventions: Iterable[Convention],
    *,
    agency: str,
    direction: Direction,
    on: date,
    axis: Axis | None = None,
    kinds: Iterable[Kind] = (),
) -> Permit:
    """The clause in force that lets these kinds cross; ConventionError when there is none, or more than one.

    The axis may be left out where only one fits.
    """
    wanted = tuple(kinds)
    held = [c for c in conventions if c.agency.code == agency]
    in_force = [c for c in held if c.is_in_force(on)]
    fitting = [
        (convention, clause)
        for convention in in_force
        for clause in convention.clauses
        if clause.direction == direction and axis in (None, clause.axis) and all(k.name in clause.fields for k in wanted)
    ]
    if not fitting:
        raise ConventionError(_refusal(agency, direction, on, axis, wanted, held, in_force), agency=agency)
    if len(fitting) > 1:
        clauses = ", ".join(f"{convention.reference} {clause.article} ({clause.axis})" for convention, clause in fitting)
        raise ConventionError(
            Text(
                fr=f"plusieurs clauses permettent cet échange avec {agency} : {clauses} ; préciser l'axe (--axis)",
                en=f"several clauses let this exchange with {agency} happen: {clauses}; name the axis (--axis)",
            ),
            agency=agency,
        )
    convention, clause = fitting[0]
    return Permit(convention=convention, clause=clause, mask=compile_mask(clause))


def compile_mask(clause: Clause) -> Mask:
    """The mask of a clause; ConventionError when it names a kind or a field that does not exist, or hides a key."""
    return Mask(fields={name: _fields(clause, kind_of(name)) for name in clause.fields}, cargo=clause.cargo)


def check(convention: Convention) -> None:
    """Refuse a convention that cannot be applied: done when it is installed, not when a file waits."""
    for clause in convention.clauses:
        compile_mask(clause)


def _fields(clause: Clause, kind: Kind) -> frozenset[str]:
    allowed: set[str] = set()
    for written in clause.fields[kind.name]:
        name = written.removeprefix("!")
        named = {f for f in kind.fields if name in ("*", f) or f.startswith(f"{name}.")}
        if not named:
            near = nearest(name, kind.fields)
            raise ConventionError(
                Text(
                    fr=f"{clause.article} : {kind.name} n'a pas de champ « {name} » ; {near.fr}",
                    en=f"{clause.article}: {kind.name} has no field '{name}'; {near.en}",
                )
            )
        allowed = allowed - named if written.startswith("!") else allowed | named
    hidden = [f.name for f in kind.fields.values() if f.is_required and f.name not in allowed]
    if hidden:
        listed = ", ".join(hidden)
        raise ConventionError(
            Text(
                fr=f"{clause.article} masque {listed} de {kind.name} : une clé ou un champ obligatoire ne peut être masqué",
                en=f"{clause.article} hides {listed} of {kind.name}: a key or a required field cannot be hidden",
            )
        )
    return frozenset(allowed)


def _refusal(
    agency: str, direction: Direction, on: date, axis: Axis | None, kinds: tuple[Kind, ...],
    held: list[Convention], in_force: list[Convention],
) -> Text:  # fmt: skip
    if not held:
        return Text(
            fr=f"aucune convention avec {agency} n'est installée ; sans convention, pas d'échange",
            en=f"no convention with {agency} is installed; no convention, no exchange",
        )
    if not in_force:
        fr = ", ".join(f"{c.reference} ({c.period.fr})" for c in held)
        en = ", ".join(f"{c.reference} ({c.period.en})" for c in held)
        return Text(
            fr=f"aucune convention avec {agency} n'est en vigueur le {on:%d/%m/%Y} ; installées : {fr}",
            en=f"no convention with {agency} is in force on {on}; installed: {en}",
        )
    names = ", ".join(c.reference for c in in_force)
    what = ", ".join(k.name for k in kinds) or "*"
    about = f" ({axis})" if axis else ""
    if direction == "pull":
        return Text(
            fr=f"la convention {names} n'a pas de clause permettant à {agency} de remettre {what}{about}",
            en=f"convention {names} has no clause letting {agency} hand over {what}{about}",
        )
    return Text(
        fr=f"la convention {names} n'a pas de clause permettant de transmettre {what} à {agency}{about}",
        en=f"convention {names} has no clause letting {what} be handed to {agency}{about}",
    )
