"""Resets: parts that the system resets, by an input that they need not declare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spec.expression import BOOLEAN, Kind
from spec.language import syntax
from spec.language.errors import Code
from spec.language.parts import Member
from spec.language.scope import Scope
from spec.machine import Span
from spec.resetting import RESET, resettable, timed_from_power_up


def with_resets(
    scope: Scope,
    members: Iterable[Member],
    connections: Iterable[syntax.Connection],
    exposures: Iterable[syntax.Exposure],
) -> list[Member]:
    """`members`; those whose reset is connected or exposed have one."""
    words = [
        *(item.target for item in connections),
        *(word for item in exposures for word in item.inputs),
    ]
    asked = {word.text: word for word in words}
    return [
        _with_reset(scope, each, word)
        if (word := asked.get(f"{each.name.text}.{RESET}")) is not None
        else each
        for each in members
    ]


def _with_reset(scope: Scope, member: Member, word: syntax.Word) -> Member:
    machine = member.machine
    own = {each.name for each in machine.inputs} | {each.name for each in machine.parameters}
    own |= {each.name for each in machine.outputs} | {each.name for each in machine.regions}
    if RESET in own or any(each.name == RESET for each in machine.definitions):
        # What the part means by that is its own affair.
        return member
    region = timed_from_power_up(machine)
    if region is not None:
        scope.error(
            Code.NOT_HERE,
            word.place,
            f"'{member.name.text}' cannot be reset: '{region.name}' asks how long it has been in "
            "its initial mode",
            "give it another initial mode, which it leaves at once",
        )
    for part in member.names:
        scope.kinds[f"{part}.{RESET}"] = (Kind.INPUT, BOOLEAN)
        scope.spans[f"{part}.{RESET}"] = Span(0, 1)
    return replace(member, machine=resettable(machine))
