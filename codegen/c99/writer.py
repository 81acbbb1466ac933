"""How statements, types and conversions are written in C99."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.c99.printer import CPrinter
from codegen.layout import Atom, Binding, Group, Piece, Prefixed, broken, chain, flat
from codegen.naming import Names
from codegen.printing import Symbol
from codegen.program import Local, Program
from codegen.symbols import Access, symbols_of
from codegen.view import Writer
from codegen.widths import Room
from spec.expression import Boolean, Quantity, ValueType
from spec.machine import Span
from spec.system import StateVariable

# As uint32_t and int32_t; the most negative number has no literal of its own.
ROOM = Room("32 bit", Span(1 - 2**31, 2**31 - 1), Span(0, 2**32 - 1))
# Statements stand one level deep in a function.
_WIDTH = 100 - 4
_INDENT = "    "
_WIDTHS = (8, 16, 32)


class CWriter(Writer):
    """Writes C99."""

    def __init__(
        self,
        program: Program,
        names: Names,
        *,
        memory: str = "state->",
        seen: Mapping[str, Symbol] | None = None,
    ) -> None:
        access = Access("in->", memory, "parameters->", "out->")
        symbols = symbols_of(program, names, access)
        super().__init__(program, names, CPrinter(symbols | dict(seen or {}), program.ranges))

    def storage(self, type_: ValueType, span: Span, *, narrow: bool) -> str:
        """Conditions and enumerations take a byte, numbers 32 bits unless `narrow`.

        Never bool and never an enumeration: their sizes are the compiler's choice.
        """
        return f"{_signedness(span)}{_bits(type_, span, narrow=narrow)}_t"

    def definition(self, local: Local, piece: Piece) -> str:
        """``const bool remote_on = …;``."""
        name = self.names.locals[local.variable.name]
        type_ = self.local_type(local)
        return _assigned(f"const {type_} {name}", piece)

    def local_type(self, local: Local) -> str:
        """``bool``, or the type that is calculated with."""
        if isinstance(local.type, Boolean):
            return "bool"
        return self.storage(local.type, local.span, narrow=False)

    def assignment(self, target: str, piece: Piece, *, cast: str = "") -> str:
        """``out->x = …;``."""
        if cast:
            inside = piece if isinstance(piece, Atom) else Group(piece)
            piece = Prefixed(f"({cast})", inside)
        return _assigned(target, piece)

    def test(self, piece: Piece, *, first: bool) -> str:
        """``if (…) {``, over several lines if need be."""
        opening = "if (" if first else "} else if ("
        whole = f"{opening}{flat(piece)}) {{"
        if len(whole) <= _WIDTH:
            return whole
        lines = _hanging(piece, opening, ") {")
        return "\n".join([opening + lines[0], *lines[1:]]) + ") {"

    def outside(self, name: str, lowest: str, highest: str) -> Piece:
        """``name > highest``: what is unsigned is never below."""
        return chain(Binding.COMPARISON, ">", Atom(name), Atom(highest))

    def returned(self, piece: Piece) -> str:
        """``return …;``."""
        return "return " + "\n".join(_hanging(piece, "return ", ";")) + ";"

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

    def cast(self, cell: StateVariable) -> str:
        """Times are counted in 32 bits and kept in fewer."""
        bits = _bits(cell.type, cell.span, narrow=True)
        if isinstance(cell.type, Quantity) and bits < _WIDTHS[-1]:
            return self.storage(cell.type, cell.span, narrow=True)
        return ""


def _assigned(target: str, piece: Piece) -> str:
    whole = f"{target} = {flat(piece)};"
    if len(whole) <= _WIDTH:
        return whole
    lines = broken(piece, _WIDTH - len(_INDENT), hanging=True, tail=len(";"))
    return "\n".join([f"{target} =", *(_INDENT + each for each in lines)]) + ";"


def _hanging(piece: Piece, opening: str, closing: str) -> list[str]:
    """`piece` on lines of which all but the first, behind `opening`, are indented."""
    lead, tail = len(opening) - len(_INDENT), len(closing)
    lines = broken(piece, _WIDTH - len(_INDENT), hanging=True, lead=lead, tail=tail)
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
