"""A frozen table says what may happen; a state is folded from acts."""

from __future__ import annotations

import pytest

from cigem_core.errors import OperatorError
from cigem_core.model.states import Transitions
from cigem_core.model.values import Labelled
from cigem_core.text import Text


class Loan(Labelled):
    """Where a book is."""

    IN = "in", "au rayon"
    OUT = "out", "prêté"
    LOST = "lost", "perdu"


LOAN = Transitions(
    start=Loan.IN,
    moves={Loan.IN: {"lend": Loan.OUT}, Loan.OUT: {"return": Loan.IN, "lose": Loan.LOST}},
    words={"lend": Text(fr="prêter", en="lend"), "return": Text(fr="rendre", en="give back")},
)


def test_a_state_is_folded_from_acts_and_other_acts_change_nothing() -> None:
    assert LOAN.fold([]) is Loan.IN
    assert LOAN.fold(["lend", "mend", "return", "lend"]) is Loan.OUT


def test_an_impossible_act_names_the_possible_ones() -> None:
    with pytest.raises(OperatorError) as refused:
        LOAN.after(Loan.OUT, "lend", about="L-1")

    assert refused.value.text.fr == "L-1 : prêter n'est pas possible dans l'état « prêté » ; possible : rendre, lose"
    assert refused.value.text.en == "L-1: lend is not possible in the state 'out'; possible: give back, lose"


def test_nothing_follows_an_end_and_a_mistyped_act_is_named() -> None:
    assert LOAN.is_end(Loan.LOST)
    with pytest.raises(OperatorError, match="nothing, it has ended"):
        LOAN.after(Loan.LOST, "return")
    with pytest.raises(OperatorError, match="'retrun' is no act; the nearest is 'return'"):
        LOAN.after(Loan.OUT, "retrun")


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert LOAN.diagram().splitlines() == [
        "stateDiagram-v2", "    [*] --> IN", "    IN : au rayon", "    OUT : prêté", "    LOST : perdu",
        "    IN --> OUT : prêter", "    OUT --> IN : rendre", "    OUT --> LOST : lose", "    LOST --> [*]",
    ]  # fmt: skip
