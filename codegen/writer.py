"""Writer: how a target spells what a program consists of."""

from __future__ import annotations

from abc import ABC, abstractmethod

from codegen.layout import Piece
from codegen.naming import Names
from codegen.printing import Printer
from codegen.program import Local, Program
from spec.expression import ValueType
from spec.machine import Span
from spec.system import Constant, Role, StateVariable
from spec.term import Choose, Number, Term, is_boolean


class Writer(ABC):
    """Writes the statements of one program in one target.

    Attributes:
        sets_defaults_first: An output of two values is set to one, and then perhaps to the other.
    """

    sets_defaults_first = False

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

    def named_values(self, cell: StateVariable) -> tuple[str, ...]:
        """What the values of `cell` are called: those of a mode have names."""
        return self.names.members[cell.subject] if cell.role is Role.MODE else ()

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

    def constant(self, parameter: Constant) -> str:
        """The literal of a parameter; signed where it might be negative, as it is read."""
        return self.printer.number(parameter.default, signed=parameter.span.lowest < 0)

    @abstractmethod
    def may_wrap(self, timer: StateVariable) -> bool:
        """Whether the timer's cell is as wide as what it is added up in."""

    @abstractmethod
    def conversion(self, type_: str, piece: Piece) -> str:
        """The type that `piece` must be converted to where it is kept as `type_`, or empty."""

    @abstractmethod
    def cast(self, cell: StateVariable) -> str:
        """The type to convert to before storing to `cell`; empty if it is that type already."""
