"""Freed machines: what the requirements of a machine say, with nobody deciding its outputs."""

from __future__ import annotations

from dataclasses import replace

from spec.expression import BOOLEAN, Enumeration, Expression, Kind, Literal, Operation, Operator
from spec.expression import Reference as Ref
from spec.machine import Input, Machine, Mode, Output, Region, Span, Transition

# No author can write a name with a dot.
_FREE = ".free"


def free_name(name: str) -> str:
    """The input that stands in for the output, or for the mode of the region, called `name`."""
    return name + _FREE


def decided(name: str) -> str | None:
    """The output or region that the input `name` stands in for; None if it is the author's."""
    return name.removesuffix(_FREE) if name.endswith(_FREE) else None


def freed(machine: Machine) -> Machine:
    """`machine` with every output and every mode set by an input of its own.

    All that the requirements say is kept, and a run of it is any sequence of inputs and outputs:
    so it can be lowered, searched and run again like any machine.
    """
    chosen = [Input(free_name(each.name), each.type, each.span, "", (), each.place)
              for each in machine.outputs]  # fmt: skip
    for region in machine.regions:
        span = Span(0, len(region.modes) - 1)
        chosen.append(Input(free_name(region.name), _modes(region), span, "", (), region.place))
    return replace(
        machine,
        inputs=(*machine.inputs, *chosen),
        regions=tuple(map(_any_mode, machine.regions)),
        outputs=tuple(map(_any_value, machine.outputs)),
    )


def _modes(region: Region) -> Enumeration:
    return Enumeration(tuple(each.name for each in region.modes))


def _any_value(output: Output) -> Output:
    chosen = Ref(free_name(output.name), Kind.INPUT, output.type, output.place)
    return replace(output, expression=chosen)


def _any_mode(region: Region) -> Region:
    return replace(region, transitions=tuple(_entering(region, mode) for mode in region.modes))


def _entering(region: Region, mode: Mode) -> Transition:
    others = tuple(each.name for each in region.modes if each is not mode)
    guard: Expression = Literal(1, BOOLEAN, mode.place)
    if mode is not region.modes[-1]:
        # The last needs no guard, so that the new mode visibly depends on nothing older.
        type_ = _modes(region)
        chosen = Ref(free_name(region.name), Kind.INPUT, type_, mode.place)
        value = Literal(region.index(mode.name), type_, mode.place)
        guard = Operation(Operator.EQUAL, (chosen, value), BOOLEAN, mode.place)
    return Transition(others, mode.name, guard, True, False, (), mode.place)
