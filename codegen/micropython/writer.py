"""How statements are written in MicroPython."""

from __future__ import annotations

from codegen.layout import Atom, Binding, Piece, broken, chain, flat
from codegen.micropython.printer import PythonPrinter
from codegen.naming import Names
from codegen.program import Local, Program
from codegen.symbols import symbols_of
from codegen.view import Writer
from codegen.widths import Room
from spec.expression import ValueType
from spec.machine import Span
from spec.system import StateVariable

# Integers that need no memory of their own have 31 bits on most ports, and 30 on some.
_SMALL = Span(-(2**29), 2**29 - 1)
ROOM = Room("MicroPython's small integer", _SMALL, _SMALL)
# Statements stand one level deep in a function.
_WIDTH = 100 - 4
_INDENT = "    "


class PythonWriter(Writer):
    """Writes MicroPython."""

    def __init__(self, program: Program, names: Names) -> None:
        symbols = symbols_of(
            program, names, inputs="inputs.", memory="state.", settings="parameters."
        )
        super().__init__(program, names, PythonPrinter(symbols, program.ranges))

    def storage(self, type_: ValueType, span: Span, *, narrow: bool) -> str:
        """All are integers."""
        return "int"

    def definition(self, local: Local, piece: Piece) -> str:
        """``remote_on = …``."""
        return _assigned(self.names.locals[local.variable.name], piece)

    def assignment(self, target: str, piece: Piece, *, cast: str = "") -> str:
        """``out.x = …``."""
        return _assigned(target, piece)

    def test(self, piece: Piece, *, first: bool) -> str:
        """``if …:``, over several lines if need be."""
        return _opened("if" if first else "elif", piece, ":")

    def outside(self, name: str, lowest: str, highest: str) -> Piece:
        """Memory may hold any integer, so below as well as above."""
        below = chain(Binding.COMPARISON, "<", Atom(name), Atom(lowest))
        above = chain(Binding.COMPARISON, ">", Atom(name), Atom(highest))
        return chain(Binding.EITHER, "or", below, above)

    def returned(self, piece: Piece) -> str:
        """``return …``."""
        return _opened("return", piece, "")

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
        return f"out.{self.names.outputs[name]}"

    def may_wrap(self, timer: StateVariable) -> bool:
        """Integers of Python grow."""
        return False

    def cast(self, cell: StateVariable) -> str:
        """There is one type."""
        return ""


def _assigned(target: str, piece: Piece) -> str:
    return _opened(f"{target} =", piece, "")


def _opened(opening: str, piece: Piece, closing: str) -> str:
    whole = f"{opening} {flat(piece)}{closing}"
    if len(whole) <= _WIDTH:
        return whole
    lines = broken(piece, _WIDTH - len(_INDENT), hanging=False)
    return "\n".join([f"{opening} (", *(_INDENT + each for each in lines), f"){closing}"])
