"""Resetting: a machine whose memory returns to what it is at power-up while an input says so.

In such a step it stands in its initial modes, all its timers are at zero, and its outputs are what
those make of the step's inputs; the step after it is a first step. So a reset takes a step at
least, which may be as short as the time model allows.
"""

from __future__ import annotations

from dataclasses import replace

from spec.expression import (
    BOOLEAN,
    After,
    Clock,
    Expression,
    Kind,
    Lasting,
    Operation,
    Operator,
    Reference,
    parts,
)
from spec.machine import Input, Machine, Region, Span, Transition
from spec.place import NOWHERE, Place
from spec.renaming import Renaming

RESET = "reset"


def timed_from_power_up(machine: Machine) -> Region | None:
    """A region that counts how long it has been in its initial mode, if there is one.

    Entering the mode that it is in already does not start its time again, so that a reset could
    not be told from going on.
    """
    for region in machine.regions:
        initial = region.modes[region.initial].name
        if any(_asks_after(edge.guard) for edge in region.leaving(initial)):
            return region
    return None


def resettable(machine: Machine) -> Machine:
    """`machine` with an input `RESET`; no region of it is `timed_from_power_up`."""
    rewriting = _Interrupting(lambda name, kind: (name, kind), "")
    reset = Input(RESET, BOOLEAN, Span(0, 1), "its memory is as at power-up", (), NOWHERE)
    return replace(
        machine,
        inputs=(*machine.inputs, reset),
        definitions=tuple(map(rewriting.definition, machine.definitions)),
        regions=tuple(
            replace(
                region,
                transitions=(
                    _returning(region),
                    *(
                        replace(each, guard=rewriting.expression(each.guard))
                        for each in region.transitions
                    ),
                ),
            )
            for region in machine.regions
        ),
        outputs=tuple(map(rewriting.output, machine.outputs)),
    )


def _returning(region: Region) -> Transition:
    """To the initial mode, from any and before all others."""
    initial = region.modes[region.initial]
    others = tuple(each.name for each in region.modes if each is not initial)
    guard = _reset(initial.place)
    return Transition(others, initial.name, guard, True, False, (), initial.place)


class _Interrupting(Renaming):
    """Lets no duration that the machine measures go on through a reset."""

    def expression(self, expression: Expression) -> Expression:
        made = super().expression(expression)
        if isinstance(made, Lasting) and made.clock is Clock.MEASURED:
            running = Operation(Operator.NOT, (_reset(made.place),), BOOLEAN, made.place)
            operands = (made.operand, running)
            return replace(made, operand=Operation(Operator.AND, operands, BOOLEAN, made.place))
        return made


def _reset(place: Place) -> Reference:
    return Reference(RESET, Kind.INPUT, BOOLEAN, place)


def _asks_after(expression: Expression) -> bool:
    return isinstance(expression, After) or any(map(_asks_after, parts(expression)))
