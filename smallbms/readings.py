"""Readings: proves what a board makes of the voltages at its terminals, before code is written."""

from __future__ import annotations

from codegen.boards.board import Board
from smallbms.refusal import Refused
from spec.machine import Machine
from verify.conversion import Measured, check_conversion
from verify.thresholds import check_tied
from verify.verdict import Verdict


def require_sound(board: Board, machine: Machine) -> list[str]:
    """Refuse a board with a reading that is not proved; warnings about joined terminals.

    Raises:
        Refused: A conversion leaves its range, or does not read on the safe side.
    """
    declared = {each.name: each for each in machine.inputs}
    measured = [
        Measured(declared[each.input], each.chain, each.conversion) for each in board.analogue
    ]
    for each in measured:
        for checked in check_conversion(each):
            if checked.verdict is not Verdict.PROVED:
                told = f"{board.path}: {each.declared.name}: not so: {checked.claim.value}"
                raise Refused(told, checked.reason)
    return [
        f"{board.path}: warning: with {tied.below.inputs[0]} and {tied.above.inputs[0]} on one "
        f"terminal, neither '{tied.below.text}' nor '{tied.above.text}' may be seen to hold"
        for tied in check_tied(machine, measured)
        if tied.verdict is not Verdict.PROVED
    ]
