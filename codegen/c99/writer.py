"""How statements, types and conversions are written in C99."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.c99.printer import CPrinter
from codegen.layout import Atom, Binding, Chain, Group, Piece, Prefixed, broken, chain, flat
from codegen.naming import Names
from codegen.printing import Symbol
from codegen.program import Local, Program
from codegen.symbols import Access, symbols_of
from codegen.widths import Room
from codegen.writer import Writer
from spec.expression import Boolean, Quantity, ValueType
from spec.machine import Span
from spec.system import StateVariable

# As uint32_t and int32_t; the most negative number has no literal of its own.
ROOM = Room("32 bit", Span(1 - 2**31, 2**31 - 1), Span(0, 2**32 - 1))
_WIDTH = 100
_INDENT = "    "
_WIDTHS = (8, 16, 32)


class CWriter(Writer):
    """Writes C99."""

    # Compilers make less of a choice between two values than of a second assignment.
    sets_defaults_first = True

    def __init__(
        self,
        program: Program,
        names: Names,
        *,
        memory: str = "state->",
        seen: Mapping[str, Symbol] | None = None,
    ) -> None:
        self.access = Access("in->", memory, "parameters->", "out->")
        symbols = symbols_of(program, names, self.access)
        super().__init__(program, names, CPrinter(symbols | dict(seen or {}), program.ranges))

    def unused(self) -> tuple[str, ...]:
        """The arguments of a step that nothing reads, which a compiler must be told of."""
        program = self.program
        read = program.read
        arguments = {
            self.access.memory: program.memory,
            self.access.inputs: [each for each in program.inputs if each.name in read],
            self.access.outputs: [
                each for each in program.machine.outputs if each.name in read or program.drives
            ],
        }
        if program.settings:
            used = [each for each in program.settings if each.name in read]
            arguments[self.access.settings] = used
        return tuple(name.removesuffix("->") for name, used in arguments.items() if not used)

    def storage(self, type_: ValueType, span: Span, *, narrow: bool) -> str:
        """Conditions and enumerations take a byte, numbers 32 bits unless `narrow`.

        Never bool and never an enumeration: their sizes are the compiler's choice.
        """
        return f"{_signedness(span)}{_bits(type_, span, narrow=narrow)}_t"

    def definition(self, local: Local, piece: Piece) -> str:
        """``const bool remote_on = …;``."""
        name = self.names.locals[local.variable.name]
        type_ = self.local_type(local)
        return _assigned(f"const {type_} {name}", _converted(piece, self.conversion(type_, piece)))

    def local_type(self, local: Local) -> str:
        """``bool``, or the type that is calculated with."""
        if isinstance(local.type, Boolean):
            return "bool"
        return self.storage(local.type, local.span, narrow=False)

    def assignment(self, target: str, piece: Piece, *, cast: str = "", level: int = 1) -> str:
        """``out->x = …;``."""
        return _assigned(target, _converted(piece, cast), level)

    def counter(self, name: str) -> str:
        """``uint32_t name``."""
        return f"uint32_t {name}"

    def test(self, piece: Piece, *, first: bool, level: int = 1) -> str:
        """``if (…) {``, over several lines if need be."""
        opening = "if (" if first else "} else if ("
        whole = f"{opening}{flat(piece)}) {{"
        if len(whole) <= _width(level):
            return whole
        lines = _hanging(piece, opening, ") {", level)
        return "\n".join([opening + lines[0], *lines[1:]]) + ") {"

    def outside(self, name: str, lowest: str, highest: str) -> Piece:
        """``name > highest``: what is unsigned is never below."""
        return chain(Binding.COMPARISON, ">", Atom(name), Atom(highest))

    def returned(self, piece: Piece) -> str:
        """``return …;``."""
        return "return " + "\n".join(_hanging(piece, "return ", ";", 1)) + ";"

    def otherwise(self) -> str:
        """``} else {``."""
        return "} else {"

    def read(self, name: str) -> str:
        """``in->dt_ms``."""
        return self.printer.symbols[name].text

    def memory(self, cell: StateVariable) -> str:
        """``state->load``."""
        return self.printer.symbols[cell.name].text

    def output(self, name: str) -> str:
        """``out->load_disconnect``."""
        return self.printer.symbols[name].text

    def may_wrap(self, timer: StateVariable) -> bool:
        """Only a cell of 32 bits can hold so much that the sum wraps."""
        return _bits(timer.type, timer.span, narrow=True) == _WIDTHS[-1]

    def conversion(self, type_: str, piece: Piece) -> str:
        """A choice among choices has the width of unsigned int, whatever it chooses among.

        So have some that gcc makes other code of: a shift of ``(x < 0) ? 1U : 0U``, say.
        """
        if type_ not in ("uint8_t", "uint16_t") or not isinstance(piece, Chain):
            return ""
        among_choices = any(isinstance(each, Group) for _, each in piece.rest)
        return type_ if among_choices or _is_rewritten(piece.first) else ""

    def cast(self, cell: StateVariable) -> str:
        """Times are counted in 32 bits and kept in fewer."""
        bits = _bits(cell.type, cell.span, narrow=True)
        if isinstance(cell.type, Quantity) and bits < _WIDTHS[-1]:
            return self.storage(cell.type, cell.span, narrow=True)
        return ""


def _is_rewritten(piece: Piece) -> bool:
    """Whether `piece` may ask for a sign, or tells whether two conditions are the same."""
    match piece:
        case Group(inside=Chain(rest=((("<" | "<=" | ">" | ">="), limit),))):
            return not flat(limit).endswith("U")
        case Group(inside=Chain(rest=((("==" | "!="), Group()),))):
            return True
    return False


def _converted(piece: Piece, type_: str) -> Piece:
    if not type_:
        return piece
    return Prefixed(f"({type_})", piece if isinstance(piece, Atom) else Group(piece))


def _width(level: int) -> int:
    return _WIDTH - len(_INDENT) * level


def _assigned(target: str, piece: Piece, level: int = 1) -> str:
    whole = f"{target} = {flat(piece)};"
    if len(whole) <= _width(level) or isinstance(piece, Atom):
        return whole
    lines = broken(piece, _width(level + 1), hanging=True, tail=len(";"))
    return "\n".join([f"{target} =", *(_INDENT + each for each in lines)]) + ";"


def _hanging(piece: Piece, opening: str, closing: str, level: int) -> list[str]:
    """`piece` on lines of which all but the first, behind `opening`, are indented."""
    lead, tail = len(opening) - len(_INDENT), len(closing)
    lines = broken(piece, _width(level + 1), hanging=True, lead=lead, tail=tail)
    return [lines[0], *(_INDENT + each for each in lines[1:])]


def _signedness(span: Span) -> str:
    return "int" if span.lowest < 0 else "uint"


def _bits(type_: ValueType, span: Span, *, narrow: bool) -> int:
    if isinstance(type_, Quantity) and not narrow:
        return _WIDTHS[-1]
    return next(
        (
            bits
            for bits in _WIDTHS
            if span.highest < 2 ** (bits - (span.lowest < 0)) and span.lowest >= -(2 ** (bits - 1))
        ),
        _WIDTHS[-1],
    )
