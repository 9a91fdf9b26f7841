"""States: a frozen table says which act leads from which state to which; a record's state is folded from its acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.values import Labelled
from cigem_core.text import Text

S = TypeVar("S", bound=Labelled)


@frozen(kw_only=True)
class Transitions(Generic[S]):
    """What may happen to a record: state → act → state, from the first state on.

    LOAN = Transitions(start=Loan.OUT, moves={Loan.OUT: {"return": Loan.BACK}}, words={"return": Text(fr="rendre", en="return")})
    LOAN.fold(["return"])  # Loan.BACK
    """

    start: S
    moves: Mapping[S, Mapping[str, S]]
    words: Mapping[str, Text] = field(factory=dict)
    """How people call the acts; an act without a word is shown by its own name."""

    def possible(self, state: S) -> tuple[str, ...]:
        """The acts that are possible in a state; none where it is an end."""
        return tuple(self.moves.get(state, {}))

    def is_end(self, state: S) -> bool:
        """Whether nothing more can happen."""
        return not self.possible(state)

    def after(self, state: S, act: str, *, about: str = "") -> S:
        """The state an act leads to; OperatorError names the acts that are possible, where this one is not.

        `about` is the number of the record, for the sentence.
        """
        try:
            return self.moves[state][act]
        except KeyError:
            raise OperatorError(self._refusal(state, act, about)) from None

    def fold(self, acts: Iterable[str]) -> S:
        """The state after some acts, in their order; acts that are no moves of this table change nothing."""
        known = {act for moves in self.moves.values() for act in moves}
        state = self.start
        for act in acts:
            if act in known:
                state = self.after(state, act)
        return state

    def word(self, act: str) -> Text:
        """How people call an act."""
        return self.words.get(act, Text(fr=act, en=act))

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, in French, for the pages."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start.name}"]
        lines += [f"    {state.name} : {state.label.fr}" for state in type(self.start)]
        for state, moves in self.moves.items():
            lines += [f"    {state.name} --> {to.name} : {self.word(act).fr}" for act, to in moves.items()]
        lines += [f"    {state.name} --> [*]" for state in type(self.start) if self.is_end(state)]
        return "\n".join(lines)

    def _refusal(self, state: S, act: str, about: str) -> Text:
        known = {name for moves in self.moves.values() for name in moves}
        if act not in known:
            near = nearest(act, known)
            return Text(fr=f"« {act} » n'est pas un acte possible ; {near.fr}", en=f"'{act}' is no act; {near.en}")
        fr = ", ".join(self.word(one).fr for one in self.possible(state)) or "rien, c'est terminé"
        en = ", ".join(self.word(one).en for one in self.possible(state)) or "nothing, it has ended"
        head = f"{about} : " if about else ""
        return Text(
            fr=f"{head}{self.word(act).fr} n'est pas possible dans l'état « {state.label.fr} » ; possible : {fr}",
            en=f"{head.replace(' :', ':')}{self.word(act).en} is not possible in the state '{state.label.en}'; possible: {en}",
        )
