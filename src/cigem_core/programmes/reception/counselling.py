"""Visits, information sheets handed over, and assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cigem_core.errors import OperatorError
from cigem_core.model.counsel import Assessment, AssessmentAnswer, DeskPaper, Handing, PaperKind, Visit, VisitReason
from cigem_core.programmes.reception.base import Desk, file_of, found, year_of
from cigem_core.programmes.reception.instrument import Instrument, instrument_kept
from cigem_core.programmes.reception.scoring import Score, ScoreChange, check_answers, compare, score
from cigem_core.programmes.reception.sheets import InformationSheet, sheet_for, sheet_kept
from cigem_core.text import Text


class CounselDesk(Desk):
    """What is said at the desk."""

    def visit(
        self,
        migrant: str | None = None,
        *,
        reason: VisitReason,
        on: date,
        by: str,
        minutes: int | None = None,
        asked: str | None = None,
        answered: str | None = None,
    ) -> Visit:
        """Write down a visit, of someone with a file or without."""
        if minutes is not None and minutes < 0:
            raise OperatorError(Text(fr="une durée n'est pas négative", en="a duration is not negative"))
        with self.store.acting("visit", on=on, by=by) as act:
            if migrant is not None:
                file_of(act, migrant)
            visit = Visit(
                reference=act.next_number(Visit, f"VI-{year_of(on)}-"), migrant=migrant, visited_on=on, reason=reason,
                officer=by, minutes=minutes, asked=asked, answered=answered,
            )  # fmt: skip
            act.keep(visit)
        return visit

    def visits(self, migrant: str) -> list[Visit]:
        """The visits of someone, by their numbers."""
        return self.store.find(Visit, migrant=migrant)

    def hand(
        self, migrant: str, sheet: str, *, sheets: Iterable[InformationSheet], on: date, by: str
    ) -> tuple[Handing, InformationSheet]:
        """Hand someone an information sheet; one that expired or that nobody checked is refused, with those to refresh."""
        wanted = sheet_for(sheets, sheet, on)
        with self.store.acting("hand", on=on, by=by, migrant=migrant, sheet=wanted.digest) as act:
            file_of(act, migrant)
            handed = Handing(migrant=migrant, sheet=wanted.reference, handed_on=on, fingerprint=wanted.digest, officer=by)
            act.keep(_paper(PaperKind.SHEET, wanted.reference, wanted.wording, wanted.digest))
            act.keep(handed)
        return handed, wanted

    def handed(self, migrant: str) -> list[tuple[Handing, InformationSheet]]:
        """The sheets someone was handed, in the wording they then had."""
        return [(one, sheet_kept(self._wording(one.fingerprint), one.sheet)) for one in self.store.find(Handing, migrant=migrant)]

    def assess(self, migrant: str, instrument: Instrument, answers: Mapping[str, str], *, on: date, by: str) -> Assessment:
        """Keep someone's answers to an instrument, all of them or as many as were given."""
        check_answers(instrument, answers)
        with self.store.acting("assess", on=on, by=by, migrant=migrant, instrument=instrument.digest) as act:
            file_of(act, migrant)
            done = Assessment(
                reference=act.next_number(Assessment, f"BI-{year_of(on)}-"), migrant=migrant, instrument=instrument.reference,
                fingerprint=instrument.digest, assessed_on=on, officer=by,
            )  # fmt: skip
            act.keep(_paper(PaperKind.INSTRUMENT, instrument.reference, instrument.wording, instrument.digest), done)
            act.keep(*(AssessmentAnswer(assessment=done.reference, question=q, answer=said) for q, said in answers.items()))
        return done

    def answer_later(self, assessment: str, answers: Mapping[str, str], *, on: date, by: str) -> Assessment:
        """Answer questions that were left open; an answer that was given stays, and another assessment may differ."""
        with self.store.acting("answer-later", on=on, by=by, assessment=assessment) as act:
            done = found(act, Assessment, assessment)
            check_answers(self._instrument(done), answers)
            given = {one.question for one in act.find(AssessmentAnswer, assessment=assessment)}
            if again := sorted(given & answers.keys()):
                listed = ", ".join(again)
                raise OperatorError(
                    Text(
                        fr=f"{assessment} a déjà une réponse à {listed} ; faire un autre bilan",
                        en=f"{assessment} has an answer to {listed} already; make another assessment",
                    )
                )
            act.keep(*(AssessmentAnswer(assessment=assessment, question=q, answer=said) for q, said in answers.items()))
        return done

    def scores(self, assessment: str) -> tuple[Score, ...]:
        """What an assessment gives, exactly or within bounds, by the instrument as it was then worded."""
        done = self.one(Assessment, assessment)
        return score(self._instrument(done), self._answers(assessment))

    def compare(self, before: str, after: str) -> tuple[ScoreChange, ...]:
        """How someone's scores moved from one assessment to another."""
        first, second = self.one(Assessment, before), self.one(Assessment, after)
        if first.migrant != second.migrant:
            raise OperatorError(
                Text(fr=f"{before} et {after} ne sont pas de la même personne", en=f"{before} and {after} are not one person's")
            )
        return compare((first.fingerprint or "", self.scores(before)), (second.fingerprint or "", self.scores(after)))

    def _answers(self, assessment: str) -> dict[str, str]:
        return {one.question: one.answer or "" for one in self.store.find(AssessmentAnswer, assessment=assessment)}

    def _instrument(self, done: Assessment) -> Instrument:
        return instrument_kept(self._wording(done.fingerprint), done.instrument or "")

    def _wording(self, digest: str | None) -> str:
        return self.one(DeskPaper, digest or "").wording or ""


def _paper(sort: PaperKind, name: str, wording: str, digest: str) -> DeskPaper:
    return DeskPaper(fingerprint=digest, sort=sort, name=name, wording=wording)
