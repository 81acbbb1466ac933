"""How statements are written in MicroPython."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.layout import Atom, Binding, Piece, chain
from codegen.micropython.breaking import opened
from codegen.micropython.printer import PythonPrinter
from codegen.naming import Names
from codegen.printing import Symbol
from codegen.program import Local, Program
from codegen.symbols import Access, symbols_of
from codegen.widths import Room
from codegen.writer import Writer
from spec.expression import ValueType
from spec.machine import Span
from spec.system import StateVariable

# Integers that need no memory of their own have 31 bits on most ports, and 30 on some.
_SMALL = Span(-(2**29), 2**29 - 1)
ROOM = Room("MicroPython's small integer", _SMALL, _SMALL)
_WIDTH = 100
_INDENT = "    "


class PythonWriter(Writer):
    """Writes MicroPython."""

    def __init__(
        self,
        program: Program,
        names: Names,
        *,
        memory: str = "state.",
        seen: Mapping[str, Symbol] | None = None,
    ) -> None:
        self.access = Access("inputs.", memory, "parameters.", "out.")
        symbols = symbols_of(program, names, self.access)
        super().__init__(program, names, PythonPrinter(symbols | dict(seen or {}), program.ranges))

    def storage(self, type_: ValueType, span: Span, *, narrow: bool) -> str:
        """All are integers."""
        return "int"

    def definition(self, local: Local, piece: Piece) -> str:
        """``remote_on = …``."""
        return _assigned(self.names.locals[local.variable.name], piece)

    def assignment(self, target: str, piece: Piece, *, cast: str = "", level: int = 1) -> str:
        """``out.x = …``."""
        return _assigned(target, piece, level)

    def counter(self, name: str) -> str:
        """As it is: nothing is declared."""
        return name

    def test(self, piece: Piece, *, first: bool, level: int = 1) -> str:
        """``if …:``, over several lines if need be."""
        return opened("if" if first else "elif", piece, ":", _width(level))

    def outside(self, name: str, lowest: str, highest: str) -> Piece:
        """Memory may hold any integer, so below as well as above."""
        below = chain(Binding.COMPARISON, "<", Atom(name), Atom(lowest))
        above = chain(Binding.COMPARISON, ">", Atom(name), Atom(highest))
        return chain(Binding.EITHER, "or", below, above)

    def returned(self, piece: Piece) -> str:
        """``return …``."""
        return opened("return", piece, "", _width(1))

    def otherwise(self) -> str:
        """``else:``."""
        return "else:"

    def read(self, name: str) -> str:
        """``inputs.dt_ms``."""
        return self.printer.symbols[name].text

    def memory(self, cell: StateVariable) -> str:
        """``state.load``."""
        return self.printer.symbols[cell.name].text

    def output(self, name: str) -> str:
        """``out.load_disconnect``."""
        return self.printer.symbols[name].text

    def may_wrap(self, timer: StateVariable) -> bool:
        """Integers of Python grow."""
        return False

    def conversion(self, type_: str, piece: Piece) -> str:
        """There is one type."""
        return ""

    def cast(self, cell: StateVariable) -> str:
        """There is one type."""
        return ""


def _width(level: int) -> int:
    return _WIDTH - len(_INDENT) * level


def _assigned(target: str, piece: Piece, level: int = 1) -> str:
    return opened(f"{target} =", piece, "", _width(level))
