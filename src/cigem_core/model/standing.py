"""What becomes of a convention after it was signed: suspended, resumed, ended with notice, met upon; folded from the acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from attrs import evolve, frozen

from cigem_core.errors import ConventionError
from cigem_core.text import Text

Deed = Literal["suspend", "resume", "terminate", "meeting"]
DEED_LABELS: dict[Deed, Text] = {
    "suspend": Text(fr="suspension", en="suspension"),
    "resume": Text(fr="reprise", en="resumption"),
    "terminate": Text(fr="dénonciation", en="termination"),
    "meeting": Text(fr="réunion", en="meeting"),
}
DEEDS: tuple[Deed, ...] = tuple(DEED_LABELS)


@frozen(kw_only=True)
class ConventionAct:
    """Something the parties did with a convention on a day; `until` is the last day of one that is ended with notice."""

    convention: str
    deed: Deed
    on: date
    until: date | None = None
    document: str | None = None
    """The SHA-256 of the paper that says so."""
    by: str = ""


@frozen
class Suspension:
    """Days on which a convention lets nothing happen: from the first to the day before it was resumed."""

    begins: date
    resumed: date | None = None

    def holds(self, on: date) -> bool:
        """Whether a day is suspended."""
        return self.begins <= on and (self.resumed is None or on < self.resumed)


@frozen(kw_only=True)
class Standing:
    """Where a convention stands after the acts upon it."""

    suspensions: tuple[Suspension, ...] = ()
    terminated: date | None = None
    """The last day, where the parties ended it before its term."""
    meetings: tuple[date, ...] = ()

    def is_suspended(self, on: date) -> bool:
        """Whether a day is suspended."""
        return any(one.holds(on) for one in self.suspensions)

    @property
    def open(self) -> Suspension | None:
        """The suspension that nobody ended."""
        return next((one for one in self.suspensions if one.resumed is None), None)


UNTOUCHED = Standing()


def standing(acts: Iterable[ConventionAct]) -> Standing:
    """Where one convention stands after its acts, whatever order they come in; ConventionError for one that cannot be."""
    now = UNTOUCHED
    for act in sorted(acts, key=lambda one: one.on):
        now = after(now, act)
    return now


def after(before: Standing, act: ConventionAct) -> Standing:
    """Where it stands after one more act, of the same day or a later one."""
    match act.deed:
        case "suspend":
            if before.open:
                raise _refused(act, "elle est déjà suspendue", "it is suspended already", before.open.begins)
            return evolve(before, suspensions=(*before.suspensions, Suspension(act.on)))
        case "resume":
            if before.open is None:
                raise _refused(act, "elle n'est pas suspendue", "it is not suspended")
            return evolve(before, suspensions=(*before.suspensions[:-1], evolve(before.suspensions[-1], resumed=act.on)))
        case "terminate":
            if before.terminated:
                raise _refused(act, "elle est déjà dénoncée", "it is ended already", before.terminated)
            return evolve(before, terminated=act.until or act.on)
        case "meeting":
            return evolve(before, meetings=(*before.meetings, act.on))


def _refused(act: ConventionAct, fr: str, en: str, since: date | None = None) -> ConventionError:
    words = _WORDS[act.deed]
    day_fr, day_en = (f" (le {since:%d/%m/%Y})", f" (on {since})") if since else ("", "")
    return ConventionError(
        Text(
            fr=f"on ne peut pas {words[0]} {act.convention} le {act.on:%d/%m/%Y} : {fr}{day_fr}",
            en=f"{act.convention} cannot be {words[1]} on {act.on}: {en}{day_en}",
        )
    )


_WORDS = {"suspend": ("suspendre", "suspended"), "resume": ("reprendre", "resumed"), "terminate": ("dénoncer", "ended")}


def running(base: date, begins: date, suspensions: Sequence[Suspension], *, until: date) -> date:
    """The due day after suspended days did not run: each one after `begins`, up to the day as already moved, moves it by one.

    A suspension that nobody ended lasts until the day asked, `until`.
    """
    due, day = base, begins + timedelta(days=1)
    while day <= due:
        if any(one.holds(day) and (one.resumed is not None or day <= until) for one in suspensions):
            due += timedelta(days=1)
        day += timedelta(days=1)
    return due
