"""Binding: a function of a program as the function that a routine is about."""

from __future__ import annotations

from collections.abc import Iterator

from verify import bits
from verify.bits import Condition
from verify.translation.c.arithmetic import Number
from verify.translation.c.evaluation import Evaluation
from verify.translation.c.expressions import PointerVariable
from verify.translation.c.memory import Address, Object
from verify.translation.c.program import Function, Parameter, Program
from verify.translation.c.statements import Calls
from verify.translation.c.types import Integer, Pointer
from verify.translation.evaluated import Evaluated, NotUnderstood, Written
from verify.translation.matching import Unmatched, match
from verify.translation.meaning import Value
from verify.translation.routine import Access, Member, Routine, Structure


def evaluate(program: Program, routine: Routine, symbol: str) -> Evaluated:
    """What the function `symbol` does, run once for all calls.

    Raises:
        NotUnderstood: It does something that has no meaning here.
        Unmatched: Its parameters are not those of `routine`.
    """
    if not program.has(symbol):
        raise Unmatched(f"there is no function {symbol} in {program.file}")
    return _Binding(program, routine, program.function(symbol)).evaluated()


class _Binding:
    def __init__(self, program: Program, routine: Routine, function: Function) -> None:
        self._program = program
        self._routine = routine
        self._function = function
        self._evaluation = Evaluation(program)
        self._names: dict[str, str] = {}
        self._before: dict[str, Value] = {}
        self._conditions: list[Condition] = []
        # For each variable that may be written, where it is.
        self._written: dict[str, tuple[Object, str]] = {}

    def evaluated(self) -> Evaluated:
        """The function, run."""
        arguments = list(self._arguments())
        place = self._function.place
        result = Calls(self._evaluation).run(self._function, arguments, place)
        return Evaluated(
            self._names,
            self._before,
            dict(self._after()),
            None if result is None else _value(result),
            tuple(self._evaluation.obligations),
            tuple(self._conditions),
            {
                variable: Written(
                    self._evaluation.here().held[slot].written, self._evaluation.places
                )
                for variable, slot in self._written.items()
            },
        )

    def _arguments(self) -> Iterator[Number | PointerVariable]:
        given, wanted = self._function.parameters, self._routine.parameters
        if len(given) != len(wanted):
            told = f"{self._function.name} has {len(given)} parameters, {len(wanted)} are expected"
            raise Unmatched(told)
        for parameter, each in zip(given, wanted, strict=True):
            match each:
                case Structure():
                    yield self._structure(parameter, each)
                case Member():
                    yield self._scalar(parameter, each)

    def _scalar(self, parameter: Parameter, wanted: Member) -> Number:
        if not isinstance(parameter.type, Integer):
            raise Unmatched(f"the parameter {parameter.name} is no number")
        _check_room(parameter.type, wanted, f"the parameter {parameter.name}")
        name = parameter.name or wanted.name
        self._names[wanted.variable] = name
        number = _promised(name, parameter.type, wanted)
        if parameter.type.boolean:
            self._conditions.append(_is_boolean(number))
        self._before[wanted.variable] = _value(number)
        return number

    def _structure(self, parameter: Parameter, wanted: Structure) -> PointerVariable:
        pointer = parameter.type
        if not isinstance(pointer, Pointer) or isinstance(pointer.to, Integer):
            raise Unmatched(f"the parameter {parameter.name} is no pointer to a structure")
        declared = self._program.structure(pointer.to, parameter.place)
        matched = match(wanted, declared)
        types = {name: self._program.member_type(each) for name, each in declared.items()}
        held = Object(wanted.role, pointer.to, types, wanted.access)
        self._evaluation.declare(held)
        for name, kind in types.items():
            if name in matched:
                _check_room(kind, matched[name], held.said(name))
                self._names[matched[name].variable] = name
            if wanted.access is Access.WRITTEN:
                if name in matched:
                    self._written[matched[name].variable] = (held, name)
                continue
            number = self._given(held, name, wanted, matched.get(name))
            if name in matched:
                self._before[matched[name].variable] = _value(number)
                if wanted.access is Access.KEPT:
                    self._written[matched[name].variable] = (held, name)
        return PointerVariable(pointer, Address(held, None))

    def _given(self, held: Object, name: str, wanted: Structure, member: Member | None) -> Number:
        """What the caller has put into a member."""
        kind = held.members[name]
        number = Number(kind, bits.symbol(held.said(name), kind.width))
        if wanted.trusted and member is not None:
            number = _promised(held.said(name), kind, member)
        if kind.boolean:
            if not wanted.trusted:
                # It may hold what no bool is, and C does not say what that means.
                told = f"{held.said(name)} is a bool, in a structure that may hold anything"
                raise NotUnderstood(told, self._function.place)
            self._conditions.append(_is_boolean(number))
        self._evaluation.give(held, name, number)
        return number

    def _after(self) -> Iterator[tuple[str, Value]]:
        require = self._evaluation.requiring(self._function.place)
        for variable, (of, name) in self._written.items():
            held = self._evaluation.here().held[of, name]
            require(held.given, f"{of.said(name)} is not written")
            yield variable, _value(held.number)


def _promised(name: str, kind: Integer, member: Member) -> Number:
    """A number that the caller promises to be in its span.

    Bits that no number of the span needs are no unknowns: solvers are quicker without.
    """
    if member.boolean or kind.boolean:
        return Number(kind, bits.symbol(name, kind.width))
    span = member.span
    signed = span.lowest < 0
    width = max((-span.lowest - 1).bit_length(), span.highest.bit_length(), 1) + signed
    extended = bits.sign_extended if signed else bits.zero_extended
    return Number(kind, extended(bits.symbol(name, width), kind.width))


def _value(number: Number) -> Value:
    return Value(number.bits, number.type.signed)


def _is_boolean(number: Number) -> Condition:
    return bits.unsigned_at_most(number.bits, bits.constant(1, number.type.width))


def _check_room(kind: Integer, member: Member, said: str) -> None:
    if member.boolean:
        return
    lowest = -(1 << kind.width - 1) if kind.signed else 0
    highest = (1 << kind.width - kind.signed) - 1
    if kind.boolean or not lowest <= member.span.lowest <= member.span.highest <= highest:
        raise Unmatched(
            f"{said} is of type {kind.name}, which has no room for "
            f"{member.span.lowest} to {member.span.highest}"
        )
