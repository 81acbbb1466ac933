"""Expressions printed in every way, as machines that the runners run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from codegen.assembly import assemble
from codegen.c99.writer import CWriter
from codegen.layout import Piece, broken, flat
from codegen.micropython.breaking import opened
from codegen.micropython.writer import PythonWriter
from codegen.naming import Names, names_of
from codegen.printing import Symbol
from codegen.program import Local, Program
from codegen.widths import Room
from spec.expression import BOOLEAN, Enumeration, Quantity, ValueType
from spec.language.reader import shipped
from spec.lower import lower
from spec.machine import Span
from spec.term import Term, Variable, is_boolean, variables
from spec.units import Dimension
from tests.codegen.expressions import COLOURS, Named, World
from tests.codegen.machines import machine
from tests.codegen.toolchain.interface import Code, Interface, Member, Row, Start
from tests.spec.terms import meaning

NAME = "printed"
# So few columns that whatever can be broken is.
_NARROW = 24
_MEMBERS = tuple(f"colour_{each}".upper() for each in COLOURS)
_COUNT = Quantity(Dimension.COUNT, Fraction(1))
_COLOUR = Enumeration(COLOURS)
_STRUCTURES = ("inputs", "state", "outputs", "parameters")


@dataclass(frozen=True, slots=True)
class Asked:
    """A term, and what its value is called in each of the ways it is printed."""

    term: Term
    named: bool
    kept: str
    flat: str
    narrow: str

    @property
    def type(self) -> ValueType:
        """Of its value."""
        return _type(boolean=is_boolean(self.term), named=self.named)

    @property
    def members(self) -> tuple[str, ...]:
        """What its values are called, if they have names."""
        return _MEMBERS if self.named else ()


class Sheet:
    """Terms over one world, and the code that works them out in three ways of printing.

    What is wanted of a local is an input of its name, which the code makes a local of.
    """

    def __init__(self, seed: int, room: Room, count: int) -> None:
        self.world = World(random.Random(seed), room)
        made = [self.world.term() for _ in range(count)]
        self.asked = [
            Asked(term, named, f"kept_{k}", f"flat_{k}", f"narrow_{k}")
            for k, (term, named) in enumerate(made)
        ]
        self.interface = self._interface()

    def in_c(self, folder: Path) -> Code:
        """A C file and its header, in `folder`."""
        return _InC(self).write(folder)

    def in_python(self, folder: Path) -> Code:
        """A module in `folder`."""
        return _InPython(self).write(folder)

    def rows(self, count: int) -> tuple[list[Row], list[tuple[int, ...]]]:
        """Random values for the variables, and what the terms mean under each."""
        rows, results = [], []
        flags = [each.name for each in self.world.variables if each.variable.boolean]
        for _ in range(count):
            values = self.world.values()
            inputs = tuple(values[each.name] for each in self.interface.inputs)
            parameters = tuple(values[each.name] for each in self.interface.parameters)
            rows.append(Row(inputs, Start.INIT, (), parameters))
            values |= {name: int(values[name] != 0) for name in flags}
            meant = [meaning(each.term, values) for each in self.asked]
            results.append(tuple(value for value in meant for _ in range(3)))
        return rows, results

    def _interface(self) -> Interface:
        kept: dict[str, list[Member]] = {"input": [], "setting": [], "constant": []}
        for each in self.world.variables:
            place = "input" if each.place == "local" else each.place
            kept[place].append(Member(each.name, _ctype(each.span, type_of(each))))
        results = []
        for asked in self.asked:
            ctype = _ctype(self.world.ranges.of(asked.term), asked.type)
            results += [Member(each, ctype) for each in (asked.kept, asked.flat, asked.narrow)]
        nothing = (Member("unused", "uint8_t"),)
        return Interface(
            NAME, tuple(kept["input"]), nothing, tuple(results), tuple(kept["setting"])
        )


def type_of(each: Named) -> ValueType:
    """The type of a variable."""
    return _type(boolean=each.variable.boolean, named=each.named)


def _type(*, boolean: bool, named: bool) -> ValueType:
    if boolean:
        return BOOLEAN
    return _COLOUR if named else _COUNT


def _ctype(span: Span, type_: ValueType) -> str:
    if isinstance(type_, Quantity):
        return "int32_t" if span.lowest < 0 else "uint32_t"
    return "uint8_t"


class _Symbols:
    """How variables are written."""

    def __init__(self, world: World, inputs: str, settings: str) -> None:
        self._inputs = inputs
        self.all = {each.name: self._symbol(each, inputs, settings) for each in world.variables}

    def stored(self, each: Named) -> Symbol:
        """That from which the local `each` is made."""
        members = _MEMBERS if each.named else ()
        return Symbol(self._inputs + each.name, stored=each.variable.boolean, members=members)

    def _symbol(self, each: Named, inputs: str, settings: str) -> Symbol:
        match each.place:
            case "input":
                return self.stored(each)
            case "setting":
                return Symbol(settings + each.name, fixed=True)
            case "constant":
                return Symbol(each.name.upper(), fixed=True, value=each.span.lowest)
            case _:
                return Symbol(own(each), members=_MEMBERS if each.named else ())


def own(each: Named) -> str:
    """What a local is called."""
    return f"own_{each.name}"


def source(each: Named) -> str:
    """The variable that stands for the input from which a local is made."""
    return f"{each.name}.source"


def _stage(world: World) -> tuple[Program, Names]:
    """What a writer needs, with nothing in it to write."""
    program = assemble(lower(machine(shipped())), settable=True)
    names = names_of(program, prefix="", own="")
    names = replace(names, locals={each.name: own(each) for each in world.variables})
    for each in world.variables:
        world.ranges.declare(source(each), each.span)
    return replace(program, paragraphs=(), ranges=world.ranges), names


class _InC:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        symbols = _Symbols(sheet.world, "in->", "parameters->")
        made = {source(each): symbols.stored(each) for each in sheet.world.variables}
        self._writer = CWriter(*_stage(sheet.world), seen=symbols.all | made)

    def write(self, folder: Path) -> Code:
        face, world = self._sheet.interface, self._sheet.world
        header, file = folder / f"{NAME}.h", folder / f"{NAME}.c"
        arguments = (
            "struct printed_state *state, const struct printed_inputs *in, "
            "struct printed_outputs *out, const struct printed_parameters *parameters"
        )
        text = "#include <stdint.h>\n"
        for suffix in _STRUCTURES:
            members = "".join(f"    {each.ctype} {each.name};\n" for each in getattr(face, suffix))
            text += f"struct printed_{suffix} {{\n{members}}};\n"
        text += "void printed_init(struct printed_state *state);\n"
        header.write_text(f"{text}void printed_step({arguments});\n", encoding="utf-8")
        text = f'#include "{header.name}"\n\n#include <stdbool.h>\n\n'
        text += "".join(f"#define {name} {k}U\n" for k, name in enumerate(_MEMBERS))
        for each in world.variables:
            if each.place == "constant":
                value = self._writer.value(each.span.lowest)
                text += f"#define {each.name.upper()} {value}\n"
        text += "void printed_init(struct printed_state *state)\n{\n    state->unused = 0U;\n}\n"
        text += f"void printed_step({arguments})\n{{\n    (void)state;\n{self._body()}}}\n"
        file.write_text(text, encoding="utf-8")
        return Code(face, (file,))

    def _body(self) -> str:
        locals_ = definitions(self._writer, self._sheet)
        body = "".join(map(self._statements, self._sheet.asked))
        # What is read only where it makes no difference is not read.
        unread = [name for name in locals_ if name not in body]
        top = "".join(f"    {line}\n" for line in locals_.values())
        return top + body + "".join(f"    (void){name};\n" for name in unread)

    def _statements(self, each: Asked) -> str:
        writer = self._writer
        piece = writer.kept(each.term, each.members)
        span = writer.printer.ranges.of(each.term)
        cast = writer.conversion(writer.storage(each.type, span, narrow=False), piece)
        opening, closing = (f"({cast})(", ")") if cast else ("", "")
        narrow = "\n        ".join(broken(piece, _NARROW, hanging=True))
        return (
            f"    {writer.assignment(f'out->{each.kept}', piece, cast=cast)}\n"
            f"    out->{each.flat} = {opening}{flat(piece)}{closing};\n"
            f"    out->{each.narrow} = {opening}{narrow}{closing};\n"
        )


class _InPython:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        symbols = _Symbols(sheet.world, "inputs.", "parameters.")
        made = {source(each): symbols.stored(each) for each in sheet.world.variables}
        self._writer = PythonWriter(*_stage(sheet.world), seen=symbols.all | made)

    def write(self, folder: Path) -> Code:
        face, world = self._sheet.interface, self._sheet.world
        text = "from micropython import const\n"
        text += "".join(f"{name} = const({k})\n" for k, name in enumerate(_MEMBERS))
        for each in world.variables:
            if each.place == "constant":
                text += f"{each.name.upper()} = const({each.span.lowest})\n"
        for suffix in _STRUCTURES:
            text += f"class {suffix.title()}:\n    def __init__(self):\n"
            text += "".join(f"        self.{each.name} = 0\n" for each in getattr(face, suffix))
        text += "def init(state):\n    state.unused = 0\n"
        text += "def step(state, inputs, out, parameters):\n"
        text += "".join(f"    {line}\n" for line in definitions(self._writer, self._sheet).values())
        text += "".join(map(self._statements, self._sheet.asked))
        file = folder / f"{NAME}.py"
        file.write_text(text, encoding="utf-8")
        return Code(face, (file,))

    def _statements(self, each: Asked) -> str:
        piece: Piece = self._writer.kept(each.term, each.members)
        statements = (
            self._writer.assignment(f"out.{each.kept}", piece),
            f"out.{each.flat} = {flat(piece)}",
            opened(f"out.{each.narrow} =", piece, "", _NARROW),
        )
        return "".join(f"    {line}\n" for text in statements for line in text.splitlines())


def definitions(writer: CWriter | PythonWriter, sheet: Sheet) -> dict[str, str]:
    """The locals that are read, by name, and how each is made of an input."""
    read = variables(*(each.term for each in sheet.asked))
    return {
        own(each): writer.definition(
            Local(each.variable, each.name, type_of(each), each.span),
            writer.worked_out(Variable(source(each), each.variable.boolean), ""),
        )
        for each in sheet.world.variables
        if each.place == "local" and each.name in read
    }


def in_order(results: Sequence[int], sheet: Sheet) -> dict[str, int]:
    """`results` by the names of what was asked."""
    return {each.name: value for each, value in zip(sheet.interface.outputs, results, strict=True)}
