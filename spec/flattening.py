"""Flattening: a system and its parts as one machine, which means what they mean side by side.

Every name of a part gets the part's name and a dot in front; authors write no dots in names of
their own, so nothing clashes. What an input is connected to becomes a definition with the name of
that input. Regions and outputs stand part by part, in the order of the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from spec.expression import (
    Expression,
    Kind,
    Reference,
    parts,
)
from spec.machine import (
    Always,
    Assumption,
    Definition,
    Input,
    Machine,
    Output,
    Parameter,
    Part,
    Region,
    Requirement,
    Span,
)
from spec.place import Place
from spec.renaming import Renaming


@dataclass(frozen=True, slots=True)
class Connection:
    """What one input of a part is connected to."""

    expression: Expression
    text: str
    serves: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Instance:
    """One machine in a system.

    Attributes:
        name: Stands in front of its names; several of a kind are numbered: ``battery.2``.
        family: Stands in front of its parameters, which all of a kind share: ``battery``.
        connected: By input; the inputs that are not in it are inputs of the system.
        settings: Parameters that the system fixes, in multiples of their resolution.
    """

    name: str
    family: str
    machine: Machine
    connected: Mapping[str, Connection]
    settings: Mapping[str, int]


def flatten(frame: Machine, instances: Sequence[Instance]) -> Machine:
    """`frame`, the system's own declarations, and `instances`, in the order of their steps.

    In `frame`, the inputs of parts are references to inputs, connected or not.
    """
    grafts = [_Graft(each) for each in instances]
    connected = {name for graft in grafts for name in graft.connections}
    own = Renaming(lambda name, kind: (name, _resolved(name, kind, connected)), "")
    parameters = {each.name: each for graft in grafts for each in graft.parameters()}
    assumptions: list[tuple[_Graft, Assumption]] = []
    obligations: list[tuple[_Graft, Assumption]] = []
    for graft in grafts:
        for assumption in graft.assumptions():
            (obligations if graft.is_answerable(assumption) else assumptions).append(
                (graft, assumption)
            )
    return replace(
        frame,
        inputs=(*frame.inputs, *(each for graft in grafts for each in graft.inputs())),
        parameters=(*frame.parameters, *parameters.values()),
        definitions=(
            *(each for graft in grafts for each in graft.definitions()),
            *(own.definition(each) for each in frame.definitions),
        ),
        assumptions=(
            *(own.assumption(each) for each in frame.assumptions),
            *dict.fromkeys(each for _, each in assumptions),
        ),
        regions=tuple(each for graft in grafts for each in graft.regions()),
        outputs=(
            *(each for graft in grafts for each in graft.outputs()),
            *(own.output(each) for each in frame.outputs),
        ),
        requirements=(
            *(own.requirement(each) for each in frame.requirements),
            *_obligations(obligations),
        ),
        parts=tuple(each for graft in grafts for each in graft.parts()),
    )


def prefixed(machine: Machine, name: str, family: str) -> Iterable[Definition]:
    """The definitions of `machine`, as part `name` of `family` has them before it is connected."""
    return _Graft(Instance(name, family, machine, {}, {})).definitions()


def _resolved(name: str, kind: Kind, connected: set[str]) -> Kind:
    return Kind.DEFINITION if kind is Kind.INPUT and name in connected else kind


def _obligations(
    found: Iterable[tuple[_Graft, Assumption]],
) -> Iterable[Requirement]:
    """What a part takes for granted of inputs that the system connects, the system has to prove."""
    for number, (graft, assumption) in enumerate(found, 1):
        yield Requirement(
            f"{graft.instance.name}.assumes{number}",
            assumption.text or f"What {graft.instance.name} takes for granted holds.",
            assumption.sources,
            (Always(assumption.expression, assumption.place),),
            assumption.place,
        )


class _Graft:
    """One instance, as the flattened machine holds it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.connections = {f"{instance.name}.{name}": name for name in instance.connected}
        self._renaming = Renaming(self._renamed, instance.machine.path)

    def _renamed(self, name: str, kind: Kind) -> tuple[str, Kind]:
        if kind is Kind.STEP_TIME:
            return name, kind
        if kind is Kind.PARAMETER:
            return f"{self.instance.family}.{name}", kind
        if kind is Kind.INPUT and name in self.instance.connected:
            kind = Kind.DEFINITION
        return f"{self.instance.name}.{name}", kind

    def parts(self) -> Iterable[Part]:
        name, family, machine = self.instance.name, self.instance.family, self.instance.machine
        for inner in machine.parts:
            yield replace(inner, name=f"{name}.{inner.name}", family=f"{name}.{inner.family}")
        yield Part(name, family, machine.path, machine.text)

    def parameters(self) -> Iterable[Parameter]:
        for each in self.instance.machine.parameters:
            fixed = self.instance.settings.get(each.name)
            yield replace(
                each,
                name=f"{self.instance.family}.{each.name}",
                default=each.default if fixed is None else fixed,
                span=each.span if fixed is None else Span(fixed, fixed),
                place=self._renaming.place(each.place),
            )

    def inputs(self) -> Iterable[Input]:
        for each in self.instance.machine.inputs:
            if each.name not in self.instance.connected:
                name = f"{self.instance.name}.{each.name}"
                yield replace(each, name=name, place=self._renaming.place(each.place))

    def definitions(self) -> Iterable[Definition]:
        for name, connection in self.instance.connected.items():
            yield Definition(
                f"{self.instance.name}.{name}",
                connection.expression,
                connection.text,
                connection.serves,
                connection.place,
            )
        for each in self.instance.machine.definitions:
            yield replace(self._renaming.definition(each), serves=self._serves(each.serves))

    def assumptions(self) -> Iterable[Assumption]:
        return map(self._renaming.assumption, self.instance.machine.assumptions)

    def is_answerable(self, assumption: Assumption) -> bool:
        """Whether `assumption`, renamed, speaks of something that the system decides."""
        known = {each.name: each for each in self.definitions()}
        seen: set[str] = set()
        pending: list[Expression] = [assumption.expression]
        while pending:
            node = pending.pop()
            if isinstance(node, Reference) and node.kind is Kind.DEFINITION:
                if node.name in self.connections:
                    return True
                if node.name not in seen:
                    seen.add(node.name)
                    pending.append(known[node.name].expression)
            pending += parts(node)
        return False

    def regions(self) -> Iterable[Region]:
        place = self._renaming.place
        for region in self.instance.machine.regions:
            yield replace(
                region,
                name=f"{self.instance.name}.{region.name}",
                modes=tuple(replace(each, place=place(each.place)) for each in region.modes),
                transitions=tuple(
                    replace(
                        each,
                        guard=self._renaming.expression(each.guard),
                        serves=self._serves(each.serves),
                        place=place(each.place),
                    )
                    for each in region.transitions
                ),
                place=place(region.place),
            )

    def outputs(self) -> Iterable[Output]:
        for each in self.instance.machine.outputs:
            yield replace(self._renaming.output(each), serves=self._serves(each.serves))

    def _serves(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{self.instance.family}.{each}" for each in ids)
