"""Views: what templates show, as text in the order of the program.

Decisions are made here and expressions printed; layout is the template's. A template puts these
values into place and knows nothing of terms.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from codegen.layout import Atom, Binding, Piece, chain
from codegen.naming import Names
from codegen.printing import Printer
from codegen.program import (
    Count,
    Decide,
    Define,
    Local,
    Program,
    Recall,
    Statement,
)
from codegen.wording import (
    constant_said,
    limit_said,
    memory_said,
    mode_said,
    output_said,
    requirement_said,
    sentence,
    signal_said,
    time_said,
    written,
)
from spec.draft import DT
from spec.expression import BOOLEAN, Enumeration, ValueType
from spec.machine import Output, Span
from spec.system import Role, StateVariable
from spec.term import TRUE, Choose, Number, Term, both, is_boolean


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure; `initial` is what it is before anybody sets it."""

    type: str
    name: str
    comment: str
    initial: str


@dataclass(frozen=True, slots=True)
class Named:
    """A named constant."""

    name: str
    value: str
    comment: str


@dataclass(frozen=True, slots=True)
class Values:
    """The named values of a region or signal."""

    comment: str
    members: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class RecallView:
    """See `Recall`."""

    name: str
    memory: str
    illegal: str
    safe: str
    template: Literal["recall"] = "recall"


@dataclass(frozen=True, slots=True)
class CountView:
    """See `Count`.

    Attributes:
        running: The line that tests for it, or empty.
        counted: The statement that adds up.
        full: The line that tests whether the time is beyond the most.
        stopped: The statement that makes it the most.
        may_wrap: The sum could be too large for what it is added up in, if the memory is corrupt.
    """

    comment: str
    name: str
    memory: str
    by: str
    running: str
    counted: str
    full: str
    stopped: str
    may_wrap: bool
    template: Literal["count"] = "count"


@dataclass(frozen=True, slots=True)
class DefineView:
    """See `Define`."""

    comment: str
    assignment: str
    template: Literal["define"] = "define"


@dataclass(frozen=True, slots=True)
class BranchView:
    """See `Branch`: the line that tests for it, or empty where nothing is asked; the mode."""

    comment: str
    test: str
    target: str


@dataclass(frozen=True, slots=True)
class DecideView:
    """See `Decide`; `stays` tells whether there is a case in which no branch fits."""

    comment: str
    name: str
    before: str
    branches: tuple[BranchView, ...]
    stays: bool
    template: Literal["decide"] = "decide"


StatementView = RecallView | CountView | DefineView | DecideView


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """What a cell of the memory, or an output, is set to."""

    comment: str
    assignment: str


class Writer(ABC):
    """Writes the statements of one program in one target."""

    def __init__(self, program: Program, names: Names, printer: Printer) -> None:
        self.program = program
        self.names = names
        self.printer = printer

    # How a target spells

    @abstractmethod
    def storage(self, type_: ValueType, span: Span, *, narrow: bool) -> str:
        """The type of a member; as narrow as possible if `narrow`."""

    @abstractmethod
    def definition(self, local: Local, piece: Piece) -> str:
        """A local that is set once."""

    @abstractmethod
    def assignment(self, target: str, piece: Piece, *, cast: str = "", level: int = 1) -> str:
        """An assignment, converted to the type `cast` if that is given.

        `level` is how deep it stands: 1 for the statements of a function.
        """

    @abstractmethod
    def test(self, piece: Piece, *, first: bool, level: int = 1) -> str:
        """The line, or lines, that begin a branch; not `first` where another stands above it."""

    @abstractmethod
    def counter(self, name: str) -> str:
        """How a local is declared that is changed after it was set."""

    @abstractmethod
    def outside(self, name: str, lowest: str, highest: str) -> Piece:
        """That the local `name` is beyond what is legal."""

    @abstractmethod
    def returned(self, piece: Piece) -> str:
        """The statement that returns a condition."""

    @abstractmethod
    def otherwise(self) -> str:
        """The line that begins the last branch."""

    @abstractmethod
    def read(self, name: str) -> str:
        """How an input, parameter, cell of the memory or local is read."""

    @abstractmethod
    def memory(self, cell: StateVariable) -> str:
        """How a cell of the memory is written to."""

    @abstractmethod
    def output(self, name: str) -> str:
        """How an output is written to."""

    # What a program consists of

    def inputs(self) -> tuple[Member, ...]:
        """Members for the inputs, dt last."""
        machine = self.program.machine
        return tuple(
            Member(
                self.storage(each.type, each.span, narrow=False),
                self.names.inputs[each.name],
                signal_said(machine, each),
                self.value(min(max(0, each.span.lowest), each.span.highest)),
            )
            for each in self.program.inputs
        )

    def cells(self) -> tuple[Member, ...]:
        """Members for the memory, with their initial values."""
        return self._or_unused(
            Member(
                self.storage(each.type, each.span, narrow=True),
                self.names.memory[each.name],
                memory_said(each),
                self.value(each.initial, self.named_values(each)),
            )
            for each in self.program.memory
        )

    def outputs(self) -> tuple[Member, ...]:
        """Members for the outputs."""
        return self._or_unused(
            Member(
                self.storage(each.type, each.span, narrow=False),
                self.names.outputs[each.name],
                output_said(each),
                self.value(each.span.lowest, self.names.members.get(each.name, ())),
            )
            for each in self.program.machine.outputs
        )

    def _or_unused(self, members: Iterable[Member]) -> tuple[Member, ...]:
        """`members`, or one that stands in where there are none: no structure is empty."""
        stand_in = Member(
            self.storage(BOOLEAN, Span(0, 1), narrow=True),
            "unused",
            "There is nothing in here.",
            self.value(0),
        )
        return tuple(members) or (stand_in,)

    def settings(self) -> tuple[Member, ...]:
        """Members for the parameters that are given at run time, with their defaults."""
        return tuple(
            Member(
                self.storage(each.type, each.span, narrow=False),
                self.names.settings[each.name],
                constant_said(self.program.machine, each),
                self.value(each.default),
            )
            for each in self.program.settings
        )

    def constants(self) -> tuple[Named, ...]:
        """Parameters with one value."""
        return tuple(
            Named(
                self.names.constants[each.name],
                self.value(each.default),
                constant_said(self.program.machine, each),
            )
            for each in self.program.constants
        )

    def check(self) -> str:
        """The statement that returns whether the settings are legal."""
        return self.returned(self.printer.condition(self.program.legal))

    def limits(self) -> tuple[Named, ...]:
        """Where each timer stops."""
        return tuple(
            Named(
                self.names.most[each.name],
                self.value(each.span.highest),
                limit_said(each),
            )
            for each in self.program.memory
            if each.name in self.names.most
        )

    def modes(self) -> tuple[Values, ...]:
        """The modes of each region."""
        return tuple(
            Values(
                sentence(f"Modes of region {region.name}", region.text),
                tuple(
                    Named(name, self.value(k), mode_said(mode))
                    for k, (name, mode) in enumerate(
                        zip(self.names.members[region.name], region.modes, strict=True)
                    )
                ),
            )
            for region in self.program.machine.regions
        )

    def values(self) -> tuple[Values, ...]:
        """The named values of inputs and outputs."""
        machine = self.program.machine
        named = [(each.name, each.type) for each in machine.inputs]
        named += [(each.name, each.type) for each in machine.outputs]
        return tuple(
            Values(
                sentence(f"Values of {name}"),
                tuple(
                    Named(member, self.value(k), "")
                    for k, member in enumerate(self.names.members[name])
                ),
            )
            for name, type_ in named
            if isinstance(type_, Enumeration)
        )

    def statements(self) -> tuple[StatementView, ...]:
        """What is worked out, in order."""
        return tuple(self._statement(each) for each in self.program.statements)

    def _statement(self, statement: Statement) -> StatementView:
        local = statement.local
        name = self.names.locals[local.variable.name]
        match statement:
            case Recall(region=region, memory=memory):
                members = self.names.members[region.name]
                illegal = self.test(self.outside(name, members[0], members[-1]), first=True)
                return RecallView(name, self.memory(memory), illegal, members[region.safe])
            case Count(timer=timer, running=running):
                test = "" if running is None else self.test(
                    self.printer.condition(running), first=True
                )  # fmt: skip
                level = 1 if running is None else 2
                counter = name if running is not None else self.counter(name)
                sum_ = chain(Binding.SUM, "+", Atom(self.memory(timer)), Atom(self.read(DT)))
                beyond = self.outside(
                    name, self.value(timer.span.lowest), self.names.most[timer.name]
                )
                return CountView(
                    comment=sentence(time_said(timer), "This step is included"),
                    name=name,
                    memory=self.memory(timer),
                    by=self.read(DT),
                    running=test,
                    counted=self.assignment(counter, sum_, level=level),
                    full=self.test(beyond, first=True, level=level),
                    stopped=self.assignment(
                        name, Atom(self.names.most[timer.name]), level=level + 1
                    ),
                    may_wrap=self.may_wrap(timer),
                )
            case Define(value=value, declared=declared):
                return DefineView(
                    written(self.program.machine, declared.place.line, declared.serves),
                    self.definition(local, self.worked_out(value, local.kin)),
                )
            case Decide(before=before, region=region, stays=stays):
                return DecideView(
                    comment=sentence(f"Region {region.name}", region.text),
                    name=name,
                    before=self.names.locals[before.name] if stays else "",
                    branches=tuple(self._branches(statement)),
                    stays=stays,
                )

    def _branches(self, decide: Decide) -> Iterator[BranchView]:
        for k, branch in enumerate(decide.branches):
            edge = branch.transition
            last = branch.condition is TRUE
            if last:
                test = self.otherwise() if k else ""
            else:
                test = self.test(self.printer.condition(branch.condition), first=not k)
            yield BranchView(
                written(self.program.machine, edge.place.line, edge.serves),
                test,
                self.names.members[decide.region.name][branch.target],
            )

    def stores(self) -> tuple[AssignmentView, ...]:
        """What the memory holds after the step."""
        return tuple(self._store(each.cell, each.value) for each in self.program.stores)

    def _store(self, cell: StateVariable, value: Term) -> AssignmentView:
        piece = self.kept(value, self.named_values(cell))
        type_ = self.storage(cell.type, cell.span, narrow=True)
        cast = self.cast(cell) or self.conversion(type_, piece)
        return AssignmentView("", self.assignment(self.memory(cell), piece, cast=cast))

    def drives(self) -> tuple[AssignmentView, ...]:
        """What the outputs show after the step."""
        return tuple(self._drive(each.output, each.value) for each in self.program.drives)

    def _drive(self, output: Output, value: Term) -> AssignmentView:
        piece = self.kept(value, self.names.members.get(output.name, ()))
        cast = self.conversion(self.storage(output.type, output.span, narrow=False), piece)
        comment = written(self.program.machine, output.place.line, output.serves)
        return AssignmentView(comment, self.assignment(self.output(output.name), piece, cast=cast))

    def named_values(self, cell: StateVariable) -> tuple[str, ...]:
        """What the values of `cell` are called: those of a mode have names."""
        return self.names.members[cell.subject] if cell.role is Role.MODE else ()

    def claims(self) -> tuple[DefineView, ...]:
        """The properties that a monitor judges, each as a local."""
        return tuple(
            DefineView(
                f"{each.requirement.id}: "
                f"{self.program.machine.statement(each.property.place.line)}",
                self.definition(each.local, self.worked_out(each.value, "")),
            )
            for each in self.program.claims
        )

    def verdicts(self) -> tuple[Member, ...]:
        """Members for what a monitor finds of each requirement."""
        requirements = {each.requirement.id: each.requirement for each in self.program.claims}
        return self._or_unused(
            Member(
                self.storage(BOOLEAN, Span(0, 1), narrow=True),
                self.names.verdicts[id_],
                requirement_said(requirement),
                self.value(1),
            )
            for id_, requirement in requirements.items()
        )

    def judgements(self, target: str) -> tuple[str, ...]:
        """For each requirement the statement that tells, in `target`, whether it holds."""
        found = []
        for id_, name in self.names.verdicts.items():
            holds = both(*(
                each.local.variable for each in self.program.claims if each.requirement.id == id_
            ))  # fmt: skip
            found.append(self.assignment(target + name, self.kept(holds, ())))
        return tuple(found)

    def all_hold(self) -> str:
        """The statement that returns whether every requirement holds."""
        everything = both(*(each.local.variable for each in self.program.claims))
        return self.returned(self.printer.condition(everything))

    def kept(self, term: Term, members: tuple[str, ...]) -> Piece:
        """`term` as it is kept in the memory and in outputs: conditions as 1 and 0."""
        if is_boolean(term):
            term = Choose(term, Number(1), Number(0))
        return self.printer.value(term, members)

    def worked_out(self, term: Term, kin: str) -> Piece:
        """`term` as a local."""
        if is_boolean(term):
            return self.printer.condition(term)
        return self.printer.value(term, self.names.members.get(kin, ()))

    def value(self, value: int, members: tuple[str, ...] = ()) -> str:
        """A literal, or what it is called."""
        return members[value] if members else self.printer.number(value, signed=value < 0)

    @abstractmethod
    def may_wrap(self, timer: StateVariable) -> bool:
        """Whether the timer's cell is as wide as what it is added up in."""

    @abstractmethod
    def conversion(self, type_: str, piece: Piece) -> str:
        """The type that `piece` must be converted to where it is kept as `type_`, or empty."""

    @abstractmethod
    def cast(self, cell: StateVariable) -> str:
        """The type to convert to before storing to `cell`; empty if it is that type already."""
