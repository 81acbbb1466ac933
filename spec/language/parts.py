"""Parts: the machines that a system is made of, and the names that it may speak of in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from spec.expression import (
    Clock,
    Enumeration,
    Kind,
    Lasting,
    Quantity,
    Reference,
    Temporally,
    ValueType,
)
from spec.expression import parts as inside
from spec.flattening import prefixed
from spec.language import syntax
from spec.language.errors import Code, Severity, SpecificationError, did_you_mean
from spec.language.permissions import Need
from spec.language.scope import Family, Meaning, Scope
from spec.language.vocabulary import COUNT, RESERVED_FOR_PARTS
from spec.machine import Input, Machine, Output, Parameter, Span
from spec.units import Dimension

Read = Callable[[Path], Machine]

# As many batteries as a bank may have, several times over.
_MOST = 100
_NUMBER = Quantity(Dimension.COUNT, Fraction(1))


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the parts block that could be read.

    Attributes:
        names: Of the parts it makes: its own name, or that with a number behind it.
        settings: Parameters that it fixes, in multiples of their resolution.
        count: The parameter that tells how many take part; None if that is fixed.
    """

    name: syntax.Word
    names: tuple[str, ...]
    machine: Machine
    settings: dict[str, int]
    count: Parameter | None


def read_part(scope: Scope, item: syntax.Part, read: Read, folder: Path) -> Member | None:
    """The machine of `item`, its names declared; None after an error."""
    name = item.name.text
    # What nobody speaks of may still act.
    scope.used.add(name)
    if name in RESERVED_FOR_PARTS:
        scope.error(
            Code.RESERVED,
            item.name.place,
            f"'{name}' is a word of the language",
            "choose another name",
        )
    span = _count(scope, item)
    machine = _machine(scope, item, read, folder)
    if machine is None or span is None or not scope.owns(item.name):
        scope.broken.add(name)
        return None
    names: tuple[str, ...] = (name,)
    if item.counts:
        names = tuple(f"{name}.{k}" for k in range(1, span.highest + 1))
        scope.families[name] = Family(name, names, span.lowest)
    _check_time(scope, item, machine)
    if item.counts and any(each.name == COUNT for each in machine.parameters):
        scope.error(
            Code.DUPLICATE,
            item.file.place,
            f"{machine.name} has a parameter '{COUNT}', which is how many take part here",
            "give that parameter another name",
        )
    settings = _settings(scope, item, machine)
    count = None
    if span.lowest < span.highest:
        count = Parameter(
            f"{name}.{COUNT}", _NUMBER, span.lowest, span, "how many of them take part",
            (), item.name.place,
        )  # fmt: skip
        _know(scope, count.name, Kind.PARAMETER, _NUMBER, span)
    for each in machine.parameters:
        fixed = settings.get(each.name)
        values = each.span if fixed is None else Span(fixed, fixed)
        _know(scope, f"{name}.{each.name}", Kind.PARAMETER, each.type, values)
    for part in names:
        _know_signals(scope, part, name, machine)
    if not item.counts:
        _know_families(scope, name, machine)
    return Member(item.name, names, machine, settings, count)


def _count(scope: Scope, item: syntax.Part) -> Span | None:
    """How many parts `item` makes: the fewest that take part, and the most."""
    if not item.counts:
        return Span(1, 1)
    fewest, most = item.counts[0], item.counts[-1]
    span = scope.range(fewest, most, _NUMBER)
    if span is None:
        return None
    for amount, count in ((fewest, span.lowest), (most, span.highest)):
        if not 1 <= count <= _MOST:
            scope.error(
                Code.OUT_OF_RANGE,
                amount.place,
                f"there are 1 to {_MOST} parts of a kind",
                "a part that may be missing is one that is not connected in another system",
            )
            return None
    return span


def _machine(scope: Scope, item: syntax.Part, read: Read, folder: Path) -> Machine | None:
    path = folder / item.file.text
    try:
        return read(path)
    except SpecificationError as error:
        faults = [each for each in error.diagnostics if each.severity is Severity.ERROR]
        first = faults[0]
        where = f"line {first.place.line}: " if first.place.line else ""
        more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
        code = Code.CYCLE if first.code is Code.CYCLE and not first.place.line else Code.BROKEN_PART
        way_out = first.way_out if not first.place.line else ""
        scope.error(
            code,
            item.file.place,
            f"{path}: {where}{first.message}{more}",
            way_out or f"correct it first: smallbms check {path}",
        )
        return None


def _settings(scope: Scope, item: syntax.Part, machine: Machine) -> dict[str, int]:
    known = {each.name: each for each in machine.parameters}
    settings: dict[str, int] = {}
    for word, amount in item.settings:
        parameter = known.get(word.text)
        if parameter is None:
            message = f"{machine.name} has no parameter '{word.text}'"
            way_out = did_you_mean(word.text, known) or "take it out"
            scope.error(Code.UNKNOWN_NAME, word.place, message, way_out)
            continue
        if word.text in settings:
            message = f"'{word.text}' is set here twice"
            scope.error(Code.DUPLICATE, word.place, message, "take one out")
        assert isinstance(parameter.type, Quantity)
        value = scope.count(amount, parameter.type)
        if value is None:
            continue
        if not parameter.span.lowest <= value <= parameter.span.highest:
            show = parameter.type.show
            scope.error(
                Code.OUT_OF_RANGE,
                amount.place,
                f"{machine.name} allows {show(parameter.span.lowest)} .. "
                f"{show(parameter.span.highest)}",
                "choose a value in that range",
            )
        settings[word.text] = value
    return settings


def _check_time(scope: Scope, item: syntax.Part, machine: Machine) -> None:
    """Refuse a part for which this system's time is not the one it was proved for."""
    system, part = scope.time, machine.time
    faults = []
    if system.tick != part.tick:
        faults.append(
            f"it counts in steps of {part.tick.show(1)}, the system in {system.tick.show(1)}"
        )
    elif system.step.lowest < part.step.lowest or system.step.highest > part.step.highest:
        show = part.tick.show
        faults.append(f"its steps are {show(part.step.lowest)} .. {show(part.step.highest)}")
    if system.saturation != part.saturation:
        faults.append("its timers stop elsewhere")
    for fault in faults:
        scope.error(
            Code.OTHER_TIME,
            item.file.place,
            f"{machine.name} is not made for the time of this system: {fault}",
            "write, under 'time', what all parts allow",
        )


# What a system may speak of


def _know(scope: Scope, name: str, kind: Kind, type_: ValueType, span: Span) -> None:
    scope.kinds[name] = (kind, type_)
    scope.spans[name] = span


def _know_signals(scope: Scope, part: str, family: str, machine: Machine) -> None:
    signals: tuple[Input | Output, ...] = (*machine.inputs, *machine.outputs)
    for signal in signals:
        kind = Kind.INPUT if isinstance(signal, Input) else Kind.OUTPUT
        _know(scope, f"{part}.{signal.name}", kind, signal.type, signal.span)
        if isinstance(signal.type, Quantity):
            scope.note_resolution(signal.type)
    for region in machine.regions:
        modes = tuple(mode.name for mode in region.modes)
        name, last = f"{part}.{region.name}", len(modes) - 1
        _know(scope, name, Kind.MODE, Enumeration(modes), Span(0, last))
    for definition in prefixed(machine, part, family):
        scope.definitions[definition.name] = definition
    for definition in machine.definitions:
        _learn(scope, f"{part}.{definition.name}")


def _learn(scope: Scope, name: str) -> Meaning:
    """What the definition `name` of a part speaks of, and how deep it is nested."""
    if name in scope.meanings:
        return scope.meanings[name]
    needs: dict[Need, str] = {}
    deepest = 0
    pending = [(scope.definitions[name].expression, 1)]
    while pending:
        node, depth = pending.pop()
        match node:
            case Reference(kind=Kind.DEFINITION, name=inner):
                meaning = _learn(scope, inner)
                needs = meaning.needs | needs
                depth += meaning.depth
            case Reference(kind=Kind.OUTPUT):
                needs.setdefault(Need.SIGNALS, node.name)
            case Lasting(clock=clock):
                measured = clock is Clock.MEASURED
                needs.setdefault(Need.DURATION if measured else Need.TRUE_TIME, clock.value)
            case Temporally(operator=operator):
                needs.setdefault(Need.PAST, operator.value)
            case _:
                pass
        deepest = max(deepest, depth)
        pending += [(each, depth + 1) for each in inside(node)]
    scope.meanings[name] = Meaning(needs, deepest)
    return scope.meanings[name]


def _know_families(scope: Scope, part: str, machine: Machine) -> None:
    """Let parts that are several inside of `part` be several here."""
    kinds: dict[str, list[str]] = {}
    for each in machine.parts:
        if each.name != each.family:
            kinds.setdefault(each.family, []).append(f"{part}.{each.name}")
    counts = {each.name: each.span.lowest for each in machine.parameters}
    for kind, names in kinds.items():
        certain = counts.get(f"{kind}.{COUNT}", len(names))
        scope.families[f"{part}.{kind}"] = Family(f"{part}.{kind}", tuple(names), certain)
